//! `coldaisle compare SCENARIO…`

use std::path::PathBuf;

use super::{Failure, colour, say, warn, width};
use crate::study::{self, compare};

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files, or result folders of earlier runs; the first is what the others are compared with.
    #[arg(required = true, num_args = 1..)]
    scenarios: Vec<PathBuf>,
    /// Write the figures of all scenarios, and the differences, as CSV.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Set a key of each scenario.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let entries = compare::load(&args.scenarios, &args.sets)?;
    if let Some(path) = &args.output {
        compare::check_writable(path)?;
    }
    let progress = if args.quiet {
        study::Progress::hidden()
    } else {
        study::Progress::shown("compare")
    };
    let columns = compare::run(entries, &progress).map_err(Failure::run)?;
    if let Some(path) = &args.output {
        compare::write_csv(path, &columns).map_err(Failure::run)?;
    }
    if args.quiet {
        return Ok(());
    }
    for column in &columns {
        for warning in &column.warnings {
            warn(&format!("{}: {warning}", column.name));
        }
    }
    if let Some(doubt) = compare::doubts(&columns) {
        warn(&doubt);
    }
    say(&study::table::comparison(&columns, width(), colour()))?;
    match &args.output {
        Some(path) => say(&format!("figures in {}", path.display())),
        None => Ok(()),
    }
}
