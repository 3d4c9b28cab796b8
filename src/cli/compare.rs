//! `coldaisle compare SCENARIO…`

use std::path::{Path, PathBuf};

use super::report::ReportArgs;
use super::{Failure, band, colour, progress, say, say_sets, signals, warn, width};
use crate::describe::Fault;
use crate::describe::paragraph;
use crate::output::Scratch;
use crate::study::{self, compare, more_gpus, seeds};

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
    /// Run each scenario again with so many more GPUs (whole racks of its first hall; negative: fewer), and show what
    /// that does to the waits.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        allow_negative_numbers = true,
        conflicts_with = "report"
    )]
    more_gpus: Vec<i64>,
    /// Run each scenario with so many seeds, its own and the ones after it, and show the mean and the range of each
    /// figure: how much of it is chance.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(2..=100),
        conflicts_with_all = ["more_gpus", "report"]
    )]
    seeds: Option<u32>,
    /// Draw every figure in doubt from its range, N times (100 where none is given), the same draws for all scenarios: prints
    /// P10, P50 and P90 of the figures that decide and of each difference, and which doubt decides. With --output all draws go
    /// into FILE, a row each.
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        default_missing_value = "100",
        value_parser = band::draws,
        conflicts_with_all = ["more_gpus", "seeds"]
    )]
    band: Option<u32>,
    #[command(flatten)]
    page: ReportArgs,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::NOTHING);
    if let Some(path) = &args.output {
        compare::check_writable(path)?;
    }
    if let Some(target) = args.page.target(None)? {
        return with_page(args, target);
    }
    if let Some(draws) = args.band {
        return bands(args, draws, args.output.as_deref());
    }
    let entries = if let Some(seeds) = args.seeds {
        seeds::load(&args.scenarios, &args.sets, seeds)?
    } else if args.more_gpus.is_empty() {
        compare::load(&args.scenarios, &args.sets)?
    } else {
        let mut entries = Vec::new();
        for path in &args.scenarios {
            if path.is_dir() {
                let what = "--more-gpus runs scenarios again; this is a folder of results";
                return Err(Fault::new(what, "give the scenario file")
                    .in_file(path, None)
                    .into());
            }
            entries.extend(more_gpus::load(path, &args.sets, &args.more_gpus)?);
        }
        entries
    };
    let columns = compare::run(entries, &progress(args.quiet, "compare")).map_err(Failure::run)?;
    tell(args, &columns)
}

/// `--report`: every side has a result folder, if only as long as the page is made.
fn with_page(args: &Args, target: &Path) -> Result<(), Failure> {
    if args.scenarios.len() < 2 {
        let what = "a page of a comparison needs two sides";
        let cure = "name another scenario or result folder, or use coldaisle run --report for one";
        return Err(Fault::new(what, cure).into());
    }
    let kept = compare::load_kept(&args.scenarios, &args.sets)?;
    let scratch = Scratch::beside(target).map_err(|error| error.fault)?;
    let into = scratch.path();
    let draws = args.output.clone().filter(|_| args.band.is_some());
    let draws = draws.unwrap_or_else(|| into.join("bands.csv"));
    if let Some(count) = args.band {
        bands(args, count, Some(&draws))?;
    }
    let progress = progress(args.quiet, "compare");
    let (columns, mut folders) = compare::run_kept(kept, into, &progress).map_err(Failure::run)?;
    if args.band.is_some() {
        folders.push(draws);
    } else {
        tell(args, &columns)?;
    }
    args.page.make(&folders, args.quiet)
}

/// `--band`.
fn bands(args: &Args, draws: u32, file: Option<&Path>) -> Result<(), Failure> {
    band::run(&band::Asked {
        scenarios: &args.scenarios,
        sets: &args.sets,
        draws,
        file,
        told: args.output.is_some(),
        quiet: args.quiet,
    })
}

/// Writes and prints the figures.
fn tell(args: &Args, columns: &[compare::Column]) -> Result<(), Failure> {
    if let Some(path) = &args.output {
        match args.seeds {
            Some(seeds) => seeds::write_csv(path, columns, seeds as usize),
            None => compare::write_csv(path, columns),
        }
        .map_err(Failure::run)?;
    }
    if args.quiet {
        return Ok(());
    }
    // Of several seeds the first one's.
    let of_each = columns.iter().step_by(args.seeds.unwrap_or(1) as usize);
    let of_each: Vec<&compare::Column> = of_each.collect();
    for column in &of_each {
        for warning in &column.warnings {
            warn(&format!("{}: {warning}", column.name));
        }
    }
    if let Some(doubt) = compare::doubts(&of_each) {
        warn(&doubt);
    }
    say_sets(&args.sets)?;
    if let Some(seeds) = args.seeds {
        say(&study::table::bands(
            columns,
            seeds as usize,
            width(),
            colour(),
        ))?;
    } else if args.more_gpus.is_empty() {
        let other = compare::other_work(columns);
        for note in &other {
            say(&paragraph(note, "", "  ", width()))?;
        }
        if !other.is_empty() {
            let cure = "Compare energy by the work done (under Work), not by its sum.\n";
            say(&paragraph(cure, "", "  ", width()))?;
        }
        say(&study::table::comparison(columns, width(), colour()))?;
    } else {
        say(&more_gpus::table(columns, width(), colour()))?;
    }
    match &args.output {
        Some(path) => say(&format!("figures in {}", path.display())),
        None => Ok(()),
    }
}
