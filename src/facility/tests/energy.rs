//! Energy of jobs, services and of what nobody holds: all that the servers draw, and no more.

use proptest::prelude::*;

use super::loaded;
use crate::scenario::resolve;
use crate::snapshot::{FinishedJob, HeldPower, JobEnergy, ServicePower};

/// Energies of a run, J.
#[derive(Debug, Default)]
struct Run {
    /// From step to step, by the power of those who hold the servers: at the inlets, and at the meter.
    jobs: JobEnergy,
    services_j: f64,
    servers_j: f64,
    facility_j: f64,
    /// At the meter: services and what nobody holds.
    others_facility_j: f64,
    /// Counted for each job that ended; what those that are there at the end have so far.
    finished: Vec<FinishedJob>,
    present: JobEnergy,
    /// How often what is looked for happened.
    interruptions: u64,
    slow_steps: u32,
    dark_steps: u32,
    steps_off: u32,
}

fn run(text: &str) -> Run {
    let mut simulation = resolve(&loaded(text)).unwrap().simulation;
    simulation.facility.meter_jobs();
    let mut sums = Run::default();
    while let Some(step) = simulation.step().unwrap() {
        let held = step.held_power.unwrap();
        let (dt_s, ratio) = (step.dt_s, step.power.facility_per_servers());
        let servers_w = step.power.servers_w();
        let nobody_w = servers_w - held.jobs_w - held.services_w;
        assert!(nobody_w >= -1e-9 * servers_w, "{nobody_w} of {servers_w}");
        sums.jobs.it_j += held.jobs_w * dt_s;
        sums.jobs.facility_j += held.jobs_w * ratio * dt_s;
        sums.services_j += held.services_w * dt_s;
        sums.servers_j += servers_w * dt_s;
        sums.others_facility_j += (servers_w - held.jobs_w) * ratio * dt_s;
        if servers_w > 0.0 {
            sums.facility_j += step.power.facility_w * dt_s;
        }
        sums.finished.extend(&step.finished);
        sums.interruptions = step.queue.unwrap().interruptions;
        let hot = step.halls.iter().any(|hall| hall.throttled_gpus > 0.0);
        sums.slow_steps += u32::from(hot || step.on_site.cap < 1.0);
        sums.dark_steps += u32::from(step.on_site.dark);
        sums.steps_off += u32::from(step.halls.iter().any(|hall| hall.gpus_off > 0.0));
    }
    for job in simulation.facility.present() {
        sums.present = sums.present.plus(job.energy.unwrap(), 1.0);
    }
    sums
}

fn near(value: f64, wanted: f64) -> bool {
    (value - wanted).abs() <= 1e-9 * wanted.abs() + 1e-3
}

/// Two halls of jobs of all kinds, many of which share servers, beside two services.
fn mixed(seed: u64, run: &str, halls: [&str; 2], plant: &str, service: &str, rest: &str) -> String {
    let hall = |name: &str, keys: &str| {
        format!("[[hall]]\nname = '{name}'\nserver = 'hgx-h100'\nracks = 2\n{keys}\n")
    };
    format!(
        "name = 'mixed'\nit = []\n[run]\nstart = '2026-07-01'\ndays = 0.5\nseed = {seed}\n{run}\n[site]\nclimate = 'phoenix'\n{plant}\n\
         {}{}[workload.pretraining]\n\
         models = [{{ parameters = 2e9, tokens = 1e9, gpus = 32, mfu = 0.4, repeat = true, gap_days = 0.02 }}]\n\
         {service}\n\
         [workload.fine_tuning]\njobs_per_day = 40\ngpus = [8, 12]\nmedian_hours = 1.0\npriority = 5\n\
         [workload.batch]\njobs_per_day = 300\ngpus = [1, 2, 5]\nmedian_hours = 0.3\npreemptible = true\n{rest}\n",
        hall("a", halls[0]),
        hall("b", halls[1]),
    )
}

fn one_of(all: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Failures, preemption, hot halls and racks that are off, outages, caps, held temperatures, steps of any length: what jobs have adds up to what they hold in every
    /// step, and with services and what nobody holds to all servers; at the meter to all the site draws.
    #[test]
    fn all_energy_is_somebodys(
        seed in 0..1000_u64,
        run_keys in one_of(&[
            "step_s = 60", "step_s = 300", "step_s = 300\ntolerance = 0", "step_s = 900\ntolerance = 0.05",
        ]),
        first in one_of(&[
            "servers_per_rack = 4\n[hall.cooling.air]\nsupply_c = 24.0",
            "servers_per_rack = 4\n[hall.cooling.air]\nclass = 'A4'\nsupply_c = 44.0",
            "servers_per_rack = 3\npower_limit = 0.6\n[hall.cooling.air]\nsupply_c = 24.0",
        ]),
        second in one_of(&[
            "servers_per_rack = 2\n[hall.cooling.immersion]\nsupply_c = 36.0",
            "servers_per_rack = 5\n[hall.cooling.cold_plate]\nsupply_c = 32.0",
            "servers_per_rack = 2\n[hall.cooling.immersion]\nsupply_c = 48.0",
        ]),
        limit in one_of(&["", "grid_limit_mw = 0.12\n", "grid_limit_mw = 0.09\n"]),
        failures in one_of(&["", "[failures]\ngpu_hours = 40\nrepair_hours = 1\n"]),
        event in one_of(&["", "what.crah_trip = {}", "what.utility_outage = {}"]),
        scheduler in one_of(&[
            "[scheduler.fifo]",
            "[scheduler.backfill.order.priority]\nageing_hours = 2\n[scheduler.backfill.preemption]\n",
            "[scheduler.conservative]\nplacement = 'coolest'",
        ]),
        service in one_of(&[
            "[workload.inference]\ngpus = 12\nmean_utilisation = 0.5\ntokens_per_gpu_s = 1700",
            "[workload.inference]\nmodel = 'llama-3.1-8b'\ngpus = 12\nrequests_per_s = 60\ndaily_swing = 0.9\nscaling = 'unload'\nscale_down_s = 60",
            "[workload.inference]\nmodel = 'llama-3.1-70b'\nprecision = 'fp8'\nrequests_per_s = 3\n[workload.inference.prefill]\nhall = 'b'\ngpus = 4\n[workload.inference.decode]\nhall = 'a'\ngpus = 8",
        ]),
        checkpoint in one_of(&["", "[checkpoint.batch]\ninterval_min = 7\nsave_s = 40\nrestart_s = 90\n"]),
    ) {
        let plant = format!("{limit}[heat_rejection.water_cooled_chiller]\nsetpoint_c = 18.0\n[electrical]\nups = 'eco'");
        let event = match event {
            "" => String::new(),
            what => format!("[[event]]\nstart = '2026-07-01T03:02'\nminutes = 50\n{what}\n"),
        };
        let rest = format!("{failures}{checkpoint}{event}{scheduler}");
        let sums = run(&mixed(seed, run_keys, [first, second], &plant, service, &rest));
        let ended = sums.finished.iter().map(|job| job.energy.unwrap());
        let jobs = ended.fold(sums.present, |sum, energy| sum.plus(energy, 1.0));
        println!(
            "{} jobs, {} interruptions, steps: {} slow, {} dark, {} off",
            sums.finished.len(), sums.interruptions, sums.slow_steps, sums.dark_steps, sums.steps_off
        );
        prop_assert!(near(jobs.it_j, sums.jobs.it_j), "{jobs:?} {sums:?}");
        prop_assert!(near(jobs.facility_j, sums.jobs.facility_j), "{jobs:?} {sums:?}");
        prop_assert!(near(jobs.facility_j + sums.others_facility_j, sums.facility_j));
        prop_assert!(sums.finished.len() > 2 && jobs.it_j > 0.0);
        for job in &sums.finished {
            let energy = job.energy.unwrap();
            prop_assert!(energy.it_j >= -1e-3 && energy.facility_j >= energy.it_j * 0.999 - 1e-3, "{job:?}");
            let spent = &job.spent;
            let held_s = spent.useful + spent.saving + spent.restarting + spent.again + spent.slowed;
            // A GPU of such servers draws more than at rest and less than at full load with full fans: the energy of another job would
            // not fit the time for which this one held its GPUs.
            let mean_w = energy.it_j / (held_s * f64::from(job.gpus));
            prop_assert!(held_s < 60.0 || (100.0..1400.0).contains(&mean_w), "{mean_w} W, {job:?}");
            prop_assert_eq!(energy.it_j > 0.0, job.end_s > job.start_s && job.gpus > 0, "{:?}", job);
        }
    }
}

/// 24 servers: 16 answer requests (124 of 128 GPUs), 8 make images (57 of 64). All energy is theirs, that of the GPUs that none of them
/// asked for too; without tokens to count it is no energy of tokens; and a server out of service is nobody's.
#[test]
fn services_have_their_servers_whole() {
    let sums = |tokens_per_gpu_s: f64, failures: &str| {
        let text = format!(
            "name = 'served'\nit = []\n[run]\nstart = '2026-07-01'\ndays = 1\nstep_s = 300\n[site]\nclimate = 'phoenix'\n\
             [[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 6\nservers_per_rack = 4\n[hall.cooling.air]\n\
             supply_c = 24.0\n[heat_rejection.water_cooled_chiller]\nsetpoint_c = 18.0\n\
             [workload.inference]\ngpus = 124\nmean_utilisation = 0.5\ntokens_per_gpu_s = {tokens_per_gpu_s}\n\
             [workload.diffusion]\nmodel = 'flux.1-dev'\nimages_per_hour = 100\ngpus = 57\n{failures}"
        );
        let mut simulation = resolve(&loaded(&text)).unwrap().simulation;
        let (mut held, mut servers_w) = (HeldPower::default(), 0.0);
        while let Some(step) = simulation.step().unwrap() {
            let now = step.held_power.unwrap();
            held.services_w += now.services_w;
            held.tokens = held.tokens.plus(now.tokens);
            held.images = held.images.plus(now.images);
            servers_w += step.power.servers_w();
        }
        (held, servers_w)
    };
    let (held, servers_w) = sums(1700.0, "");
    assert!(near(held.services_w, servers_w), "{held:?} {servers_w}");
    let kinds_w = held.tokens.it_w + held.images.it_w;
    assert!(near(kinds_w, servers_w), "{held:?} {servers_w}");
    for kind in [held.tokens, held.images] {
        let chips = kind.chips_w / kind.it_w;
        assert!((0.3..0.8).contains(&chips), "{held:?}");
    }
    // Busier, and on twice as many servers.
    assert!(held.tokens.it_w > 2.2 * held.images.it_w, "{held:?}");

    let (without, _) = sums(0.0, "");
    assert_eq!(without.tokens, ServicePower::default());
    assert!(near(without.images.it_w, held.images.it_w));
    assert!(near(without.services_w, held.services_w));

    // A server is up for 40/8 h and away for 2.
    let (failing, servers_w) = sums(1700.0, "[failures]\ngpu_hours = 40\nrepair_hours = 2\n");
    let share = failing.services_w / servers_w;
    assert!((0.6..0.9).contains(&share), "{share}");
}
