//! The speed that is promised. `cargo bench`; whole processes are timed by `benches/process.sh`.
//!
//! Promises: a year at 60 s of 512 racks and 16,384 GPUs with scheduling in under 2 s of processor time; a year at
//! 1 h of one plant in under 20 ms; a day of Frontier at 15 s with jobs, plant and CSV in under 50 ms; a year of hourly wet bulbs in under 2 ms; cost linear in racks and in steps.

use std::hint::black_box;
use std::path::Path;

use coldaisle::physics::psychrometrics::wet_bulb_c;
use coldaisle::scenario;
use coldaisle::output::{Format, cpu_s};
use coldaisle::study::{Progress, run_into, simulate};
use coldaisle::weather::climate;

fn main() {
    divan::main();
    if std::env::args().all(|argument| argument != "--test") {
        against_raps();
    }
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

#[divan::bench(sample_count = 3, sample_size = 1, args = ["phoenix-air.toml", "phoenix-immersion.toml"])]
fn year_at_60s_of_512_racks(scenario: &str) -> f64 {
    run(scenario, &[])
}

/// One plant, one load: what remains when there is nothing to schedule.
#[divan::bench(sample_count = 20, sample_size = 1, args = ["phoenix-air.toml", "phoenix-immersion.toml"])]
fn year_at_1h_of_one_plant(scenario: &str) -> f64 {
    let one = ["hall.0.racks=1", "run.step_s=3600", "run.record_s=3600"];
    let constant = ["workload={constant={utilisation=0.8}}"];
    run(scenario, &[one.as_slice(), constant.as_slice()].concat())
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

/// A day of Frontier at 15 s: its jobs, the scheduler, the cooling plant, all results written as CSV.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn frontier_day_at_15s() -> f64 {
    frontier_day()
}

fn frontier_day() -> f64 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios/validation/raps_frontier_random.toml");
    let folder = tempfile::tempdir().expect("a folder for results");
    let loaded = scenario::load(&path, &[]).expect("the scenario is the project's own");
    let resolved = scenario::resolve(&loaded).expect("the scenario is the project's own");
    let target = folder.path().join("day");
    let done = run_into(resolved, &loaded, &target, Format::Csv, &Progress::hidden());
    let summary = done.expect("a sound run").summary;
    summary.energy_mwh.facility.unwrap_or(f64::NAN)
}

/// Processor time of ExaDigiT/RAPS for the same day at 15 s without cooling, s, as recorded when its oracle was made (on
/// another machine).
const RAPS_S: f64 = 13.4;

/// Prints how the day compares with RAPS. Processor time is told in hundredths of a second, so the mean of many runs.
fn against_raps() {
    const RUNS: u32 = 30;
    let now_s = || cpu_s().unwrap_or(f64::NAN);
    let before_s = now_s();
    for _ in 0..RUNS {
        black_box(frontier_day());
    }
    let mean_s = (now_s() - before_s) / f64::from(RUNS);
    println!(
        "Frontier day at 15 s with jobs, scheduler, cooling plant and CSV: {:.1} ms of processor time (mean of {RUNS}); \
         RAPS without cooling, as recorded, {RAPS_S} s: {:.0} times",
        1e3 * mean_s,
        RAPS_S / mean_s
    );
}
