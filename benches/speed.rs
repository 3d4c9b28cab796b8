//! The speed of parts. `cargo bench --bench speed`; whole runs and what they are to reach are in `benches/table`.
//!
//! Promises: a year of hourly wet bulbs in under 2 ms; cost linear in racks and in steps; one million jobs on 10,000 GPUs with
//! EASY backfill in under 5 s; 10,000 draws of a fleet to 2035 in under 60 s on two cores.

use std::hint::black_box;
use std::path::Path;

use coldaisle::forecast::{self, Forecast};
use coldaisle::output::cpu_s;
use coldaisle::physics::psychrometrics::wet_bulb_c;
use coldaisle::scenario;
use coldaisle::scheduler::order::{FairShare, Order, Priority};
use coldaisle::scheduler::{Backfill, Cluster, Conservative, Dispatcher, HallShape, Policy, Site};
use coldaisle::series::Signal;
use coldaisle::study::{Progress, simulate};
use coldaisle::surface::Surface;
use coldaisle::weather::climate;
use coldaisle::workload::{Arrivals, Job};
use rand::RngExt as _;
use rand_distr::{Distribution as _, Exp1, StandardNormal};
use rand_pcg::Pcg64;

fn main() {
    divan::main();
}

/// Runs a scenario of the project with some keys set; nothing is written.
fn run(name: &str, sets: &[&str]) -> f64 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(name);
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let loaded = scenario::load(&path, &sets).expect("the scenario is the project's own");
    let resolved = scenario::resolve(&loaded).expect("the scenario is the project's own");
    let (summary, ..) = simulate(resolved, &mut (), &Progress::hidden()).expect("a sound run");
    summary.energy_mwh.facility.unwrap_or(f64::NAN)
}

/// Ten times the racks, at most eleven times the time.
#[divan::bench(sample_count = 5, sample_size = 1, args = [512, 5120])]
fn month_by_racks(racks: u32) -> f64 {
    let racks = format!("hall.0.racks={racks}");
    let constant = "workload={constant={utilisation=0.8}}";
    run("phoenix-immersion.toml", &["run.days=30", &racks, constant])
}

/// Ten times the steps, at most eleven times the time.
#[divan::bench(sample_count = 5, sample_size = 1, args = [36, 360])]
fn steps(days: u32) -> f64 {
    run(
        "phoenix-immersion.toml",
        &[&format!("run.days={days}"), "run.step_s=300"],
    )
}

/// The surface of a plant that cools 512 racks, for loads from 30 % of the design.
fn surface(name: &str) -> Surface {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(name);
    let loaded = scenario::load(&path, &[]).expect("the scenario is the project's own");
    scenario::surface(&loaded, 0.3..=1.0).expect("the scenario is the project's own")
}

/// Draws of the world to 2035 at seven sites, with what each input does to the last year: 10,000 are promised in under 60 s on two cores.
#[divan::bench(sample_count = 3, sample_size = 1, args = [100, 1000])]
fn draws_of_the_world(bencher: divan::Bencher, draws: u64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/forecasts/world-2035.toml");
    let sets = [format!("draws={draws}")];
    let cache = forecast::cache_folder(None);
    let forecast = Forecast::load(&path, &sets, cache.as_deref());
    let forecast = forecast.expect("the forecast is the project's own");
    bencher
        .counter(divan::counter::ItemsCount::new(draws))
        .bench(|| {
            forecast
                .run(&Progress::hidden())
                .map(|outcome| outcome.draws)
        });
}

/// Asking the engine at every load, and judging the surface.
#[divan::bench(sample_count = 3, sample_size = 1, args = ["phoenix-air.toml", "phoenix-immersion.toml"])]
fn making_a_surface(scenario: &str) -> f64 {
    surface(scenario).accuracy().cooling_w.bias
}

/// A plant-year by surface, each with its own hourly load.
#[divan::bench(args = ["phoenix-air.toml", "phoenix-immersion.toml"])]
fn year_by_surface(bencher: divan::Bencher, scenario: &str) {
    let surface = surface(scenario);
    let (low_w, high_w) = (surface.lowest(), surface.highest());
    let shares: Vec<f64> = (0..surface.hours() as u32)
        .map(|hour| f64::from(hour * 7919 % 1009) / 1009.0)
        .collect();
    bencher
        .counter(divan::counter::ItemsCount::new(1_u32))
        .bench_local(|| {
            let shares = black_box(&shares);
            surface.year(|hour| low_w + (high_w - low_w) * shares[hour])
        });
}

#[divan::bench]
fn year_of_wet_bulbs(bencher: divan::Bencher) {
    let weather = climate::built_in("miami").expect("a built-in climate");
    let states = weather.states().to_vec();
    bencher.bench_local(|| {
        let sum: f64 = states
            .iter()
            .map(|air| {
                wet_bulb_c(
                    black_box(air.dry_bulb_c),
                    air.humidity_ratio,
                    air.pressure_pa,
                )
            })
            .sum();
        sum
    });
}

/// Jobs of 1 to 256 GPUs with run times over four decades, at a share of 10,000 GPUs.
struct Crowd {
    left: u32,
    load: f64,
    now_s: f64,
    rng: Pcg64,
}

impl Arrivals for Crowd {
    fn next_job(&mut self) -> Option<Job> {
        self.left = self.left.checked_sub(1)?;
        let sizes = [1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 16, 32, 64, 256];
        let pick: u32 = self.rng.random();
        let gpus = sizes[(pick % 16) as usize];
        let normal: f64 = StandardNormal.sample(&mut self.rng);
        let work_s = (600.0 * (1.8 * normal).exp()).min(7.0 * 86_400.0);
        let gap: f64 = Exp1.sample(&mut self.rng);
        // 25.6 GPUs and 2,900 s each, on average.
        self.now_s += gap * 25.6 * 2900.0 / (self.load * 10_000.0);
        Some(Job {
            id: u64::from(1_000_000 - self.left),
            submit_s: self.now_s,
            gpus,
            work_s,
            estimate_s: work_s * 2.0,
            utilisation: 0.8,
            user: pick / 16 % 50,
            priority: f64::from(pick / 1024 % 3),
            ..Job::default()
        })
    }
}

/// One million jobs on 10,000 GPUs with EASY backfill, steps of 60 s, by the order of the queue; jobs that are done.
#[divan::bench(sample_count = 1, sample_size = 1, args = ["submission", "priority", "fair_share"])]
fn million_jobs_on_10000_gpus(order: &str) -> u64 {
    let order = match order {
        "priority" => Some(Order::Priority(Priority::default())),
        "fair_share" => Some(Order::FairShare(FairShare::default())),
        _ => None,
    };
    let policy = Policy::Backfill(Backfill {
        order,
        ..Backfill::default()
    });
    crowd(1_000_000, 0.95, &policy)
}

/// Twenty thousand of them with conservative backfill: as they come, or all in the first hours, so that nearly all wait.
#[divan::bench(sample_count = 1, sample_size = 1, args = ["95 %, depth 100", "at once, depth 100", "at once, depth 1000"])]
fn twenty_thousand_jobs_conservatively(case: &str) -> u64 {
    let load = if case.starts_with("at once") {
        100.0
    } else {
        0.95
    };
    let depth = if case.ends_with("1000") { 1000 } else { 100 };
    let policy = Policy::Conservative(Conservative {
        depth,
        ..Conservative::default()
    });
    crowd(20_000, load, &policy)
}

fn crowd(jobs: u32, load: f64, policy: &Policy) -> u64 {
    let before_s = cpu_s().unwrap_or(f64::NAN);
    let shape = HallShape {
        servers: 1250,
        gpus_per_server: 8,
    };
    let arrivals = Box::new(Crowd {
        left: jobs,
        load,
        now_s: 0.0,
        rng: Pcg64::new(1, 2),
    });
    let cluster = Cluster::new(&[shape]).expect("a sound shape");
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    let mut d = Dispatcher::new(cluster, Vec::new(), arrivals, policy.start())
        .expect("no services")
        .under(&policy.options(), site);
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    let (mut left, mut step, mut waiting) = (0, 0_u32, 0);
    while left < u64::from(jobs) {
        let from_s = f64::from(step) * 60.0;
        d.advance(from_s, from_s + 60.0, &mut changes);
        changes.clear();
        d.finished(&mut done);
        left += done.len() as u64;
        done.clear();
        waiting = waiting.max(d.queue().waiting_jobs);
        step += 1;
    }
    let spent_s = cpu_s().unwrap_or(f64::NAN) - before_s;
    println!("{step} steps, up to {waiting} jobs waiting: {spent_s:.2} s of processor time");
    left
}
