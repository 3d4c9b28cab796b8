//! The examples in the documentation of the library's front doors are compiled and run.
//!
//! Each stands here and, line by line, in the `no_run` block of its module.

use std::error::Error;
use std::path::Path;

#[test]
fn a_run() -> Result<(), Box<dyn Error>> {
    // in src/lib.rs
    use std::path::Path;

    use coldaisle::scenario;
    use coldaisle::study::{Progress, simulate};

    let sets = ["run.days=1".to_owned()]; // as --set on the command line
    let loaded = scenario::load(Path::new("scenarios/phoenix-air.toml"), &sets)?;
    let resolved = scenario::resolve(&loaded)?; // sized, with weather, prices and traces read
    let (summary, warnings, _steps) = simulate(resolved, &mut (), &Progress::hidden())?;
    println!("PUE {:.3}", summary.ratios.pue.unwrap_or(f64::NAN));
    for (group, key, value) in summary.figures() {
        println!("{group}.{key} = {value}");
    }
    for warning in &warnings {
        eprintln!("{warning}");
    }
    // end
    Ok(())
}

#[test]
fn a_scenario() -> Result<(), Box<dyn Error>> {
    // in src/scenario.rs
    use std::path::Path;

    use coldaisle::scenario;

    let sets = ["hall.0.racks=4".to_owned()]; // as --set on the command line
    let loaded = scenario::load(Path::new("examples/hall.toml"), &sets)?;
    let resolved = scenario::resolve(&loaded)?; // catalogue, weather, prices, sizes
    println!(
        "{} GPUs, {:.2} MW",
        resolved.gpus,
        resolved.design_it_w / 1e6
    );
    for warning in resolved.warnings() {
        println!("{warning}"); // among them what will not hold on the design day
    }
    // end
    Ok(())
}

#[test]
fn a_study() -> Result<(), Box<dyn Error>> {
    // in src/study.rs
    use std::path::Path;

    use coldaisle::output::Wanted;
    use coldaisle::scenario::{self, session::Session};
    use coldaisle::study::{Leaving, Progress, run_into};

    let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
    let leaving = Leaving {
        target: std::env::temp_dir().join("coldaisle-hall"),
        numbered: true, // results of another question stay as they are
        wanted: Wanted::default(),
    };
    let (resolved, commands) = (scenario::resolve(&loaded)?, Session::default());
    let done = run_into(resolved, &loaded, &commands, leaving, &Progress::hidden())?;
    println!(
        "{:.1} MWh",
        done.summary.energy_mwh.facility.unwrap_or(f64::NAN)
    );
    // end
    std::fs::remove_dir_all(done.placed.folder)?;
    Ok(())
}

#[test]
fn figures() -> Result<(), Box<dyn Error>> {
    // in src/metrics.rs
    use std::path::Path;

    use coldaisle::metrics::Metrics;
    use coldaisle::observer::Observer;
    use coldaisle::scenario;

    let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
    let resolved = scenario::resolve(&loaded)?;
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    while let Some(snapshot) = simulation.step()? {
        metrics.observe(snapshot)?;
    }
    metrics.at_end(&simulation.facility.present(), resolved.total_s);
    for (figure, value) in metrics.summary().table() {
        if let Some(value) = value {
            println!(
                "{}.{} = {value} {}",
                figure.group,
                figure.key,
                figure.spec.unit.name()
            );
        }
    }
    // end
    Ok(())
}

#[test]
fn an_observer() -> Result<(), Box<dyn Error>> {
    // in src/observer.rs
    use std::path::Path;

    use coldaisle::scenario;
    use coldaisle::snapshot::Snapshot;
    use coldaisle::study::{Progress, simulate};

    let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
    let mut peak = (0.0, 0.0); // W, s since the start of the run
    let mut watch = |step: &Snapshot| {
        if step.power.facility_w > peak.0 {
            peak = (step.power.facility_w, step.time_s);
        }
    };
    simulate(scenario::resolve(&loaded)?, &mut watch, &Progress::hidden())?;
    println!("{:.0} kW in hour {:.0}", peak.0 / 1e3, peak.1 / 3600.0);
    // end
    Ok(())
}

#[test]
fn a_scheduler() -> Result<(), Box<dyn Error>> {
    // in src/scheduler.rs
    use coldaisle::scheduler::{Cluster, ClusterState, Dispatcher, HallShape, Scheduler};
    use coldaisle::workload::{Job, Listed};

    struct SmallestFirst;

    impl Scheduler for SmallestFirst {
        fn schedule(&mut self, state: &mut ClusterState) {
            let smallest = |state: &ClusterState| {
                let waiting = std::iter::successors(state.head(), |&job| state.next(job));
                waiting.min_by_key(|&job| state.gpus(job))
            };
            // `place` looks for room, `start` takes it.
            while let Some(job) = smallest(state)
                && let Some(room) = state.place(job)
            {
                state.start(job, room);
            }
        }
    }

    let hall = HallShape {
        servers: 4,
        gpus_per_server: 8,
    };
    let job = |id, gpus| Job {
        id,
        gpus,
        work_s: 600.0,
        ..Job::default()
    };
    let jobs = Box::new(Listed([job(1, 32), job(2, 8)].into_iter()));
    let cluster = Cluster::new(&[hall])?;
    let mut dispatcher = Dispatcher::new(cluster, Vec::new(), jobs, Box::new(SmallestFirst))?;
    let mut finished = Vec::new();
    for minute in 0..30 {
        let from_s = 60.0 * f64::from(minute);
        dispatcher.advance(from_s, from_s + 60.0, &mut Vec::new());
        dispatcher.finished(&mut finished);
    }
    assert_eq!(
        finished.iter().map(|job| job.id).collect::<Vec<_>>(),
        [2, 1]
    );
    // end
    Ok(())
}

#[test]
#[expect(clippy::unnecessary_wraps, reason = "all examples have one form")]
fn a_fault() -> Result<(), Box<dyn Error>> {
    // in src/describe.rs
    use coldaisle::describe::Fault;

    let fault = Fault::new("a supply of 99 °C is too warm", "use 5 to 60").at("supply_c");
    let fault = fault.within("hall[0].cooling.air");
    assert_eq!(fault.key(), Some("hall[0].cooling.air.supply_c"));

    let text = "[hall.cooling.air]\nsupply_c = 99\n";
    let fault = fault.in_text(text, 30..32).in_file("hall.toml", None);
    assert_eq!(fault.line_column(), Some((2, 12)));
    println!("{}", fault.report(false)); // file, line, a mark below the figure, cause and cure
    // end
    Ok(())
}

#[test]
fn the_documentation_shows_these() {
    let here = include_str!("front_doors.rs");
    let mut compared = 0;
    for part in here.split("    // in ").skip(1) {
        let Some((path, rest)) = part.split_once(".rs\n") else {
            continue;
        };
        let (code, _) = rest.split_once("\n    // end\n").unwrap();
        let wanted: Vec<&str> = code
            .lines()
            .map(|line| line.strip_prefix("    ").unwrap_or(line))
            .collect();
        let module = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{path}.rs"));
        let module = std::fs::read_to_string(module).unwrap();
        let shown: Vec<&str> = module
            .lines()
            .skip_while(|line| *line != "//! ```no_run")
            .skip(1)
            .take_while(|line| *line != "//! ```")
            .map(|line| line.trim_start_matches("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            // What rustdoc hides.
            .filter(|line| !line.starts_with("# "))
            .collect();
        assert_eq!(shown, wanted, "{path}.rs");
        compared += 1;
    }
    assert_eq!(compared, 7);
}
