//! Runs a scenario from Rust: load, resolve, simulate, then print figures and warnings.
//!
//! `cargo run --example embed_a_run [SCENARIO] [KEY=VALUE]…`
//!
//! Nothing is written to disk; `study::run_into` also leaves a result folder, as `coldaisle run` does.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use coldaisle::describe::Fault;
use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;
use coldaisle::scenario;

fn main() -> ExitCode {
    let Err(error) = run() else {
        return ExitCode::SUCCESS;
    };
    // What the user can mend has its place: key, file, line and column, and a report that marks it.
    match error.downcast_ref::<Fault>() {
        Some(fault) => eprintln!("{}", fault.report(false)),
        None => eprintln!("{error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hall.toml");
    let path = arguments
        .next()
        .map_or_else(|| PathBuf::from(shipped), PathBuf::from);
    let sets: Vec<String> = arguments.collect();

    // Reads the file strictly. An error knows the file, the line, the cause and a cure.
    let loaded = scenario::load(&path, &sets)?;
    // Looks up the catalogue, sizes the plant and reads weather, prices and traces.
    let resolved = scenario::resolve(&loaded)?;
    println!(
        "{}: {} GPUs, {:.0} kW of IT by design, {:.0} h",
        resolved.scenario.name,
        resolved.gpus,
        resolved.design_it_w / 1e3,
        resolved.total_s / 3600.0
    );

    // What is known before the run: of the scenario as read, and of its design day.
    for warning in resolved.warnings() {
        println!("warning: {warning}");
    }

    // Step by step, so that this program stays in charge; `study::simulate` is the same loop in one call.
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    while let Some(snapshot) = simulation.step()? {
        metrics.observe(snapshot)?;
    }
    metrics.at_end(&simulation.facility.present(), resolved.total_s);
    let summary = metrics.summary();

    // Fields are for code that wants one figure; what a run cannot know is None.
    if let Some(pue) = summary.ratios.pue {
        println!("PUE {pue:.3} after {} steps", simulation.clock.made());
    }
    // Every figure of summary.json, in its order, with what it is.
    for (figure, value) in summary.table() {
        let (group, key, unit) = (figure.group, figure.key, figure.spec.unit.name());
        if let (Some(value), "energy_mwh" | "peak_kw" | "water_m3" | "cost_usd") = (value, group) {
            println!("{group:>10}.{key:<22} {value:>12.2} {unit}");
        }
    }
    // What did not hold in the run: heat, limits, load that was not served.
    for warning in metrics.warnings() {
        println!("warning: {warning}");
    }
    Ok(())
}
