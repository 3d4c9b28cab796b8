//! `coldaisle run SCENARIO`

use std::path::PathBuf;

use super::{Failure, colour, say, warn, width};
use crate::output::Format;
use crate::scenario::session::Session;
use crate::scenario::{self, ScenarioError};
use crate::study::{self, Progress, StudyError};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The scenario file.
    scenario: PathBuf,
    /// Result folder [default: results/NAME].
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Set a key of the scenario, for example hall.0.racks=128 or site.weather=my.epw.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Start of all random numbers; replaces the scenario's.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Do again what a session did: changed keys first, then its commands between steps.
    #[arg(long, value_name = "SESSION")]
    commands: Option<PathBuf>,
    /// Format of the tables.
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatArg,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    Csv,
    Parquet,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let session = match &args.commands {
        Some(path) => Session::load(path)?,
        None => Session::default(),
    };
    let mut sets = session.set.clone();
    sets.extend(args.sets.iter().cloned());
    sets.extend(args.seed.map(|seed| format!("run.seed={seed}")));
    let loaded = scenario::load(&args.scenario, &sets)?;
    let mut resolved = scenario::resolve(&loaded).map_err(|error| error.after(&sets))?;
    if let Some(path) = &args.commands {
        session
            .resolve(&mut resolved)
            .map_err(|error| error.in_file(path))?;
    }
    let name = resolved.scenario.name.clone();
    let target = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from("results").join(&name));
    let format = match args.format {
        FormatArg::Csv => Format::Csv,
        FormatArg::Parquet => Format::Parquet,
    };
    let progress = if args.quiet {
        Progress::hidden()
    } else {
        Progress::shown(&name)
    };
    let commands = Session {
        set: Vec::new(),
        command: session.command,
    };
    let done = study::run_into(resolved, &loaded, &commands, &target, format, &progress)
        .map_err(failure)?;
    if args.quiet {
        return Ok(());
    }
    for warning in &done.warnings {
        warn(warning);
    }
    say(&study::table::summary(
        &name,
        &done.summary,
        width(),
        colour(),
    ))?;
    say(&format!("results in {}", done.folder.display()))
}

/// A result folder that may not be replaced is wrong input; anything else is a run that failed.
fn failure(error: StudyError) -> Failure {
    match error {
        StudyError::Output(error) if error.is_refusal() => {
            let what = format!(
                "cannot {} `{}`: {}",
                error.what,
                error.path.display(),
                error.cause
            );
            ScenarioError::new(what, error.cure).into()
        }
        error => Failure::run(error),
    }
}
