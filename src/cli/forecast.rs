//! `coldaisle forecast FILE`

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::sweep::failure;
use super::{Failure, colour, progress, say, say_sets, signals, width};
use crate::describe::paragraph;
use crate::forecast::{Forecast, cache_folder};
use crate::output::grouped;

/// Arguments of `forecast`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The forecast file.
    forecast: PathBuf,
    /// Result folder [default: results/NAME, or results/NAME-2, … where results of another request exist].
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Set a key of the file, for example draws=1000 or generation.b200.shipments.growth=0.1.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Folder in which plants of sites are kept from one forecast to the next [default: $COLDAISLE_CACHE, else
    /// $XDG_CACHE_HOME/coldaisle, else ~/.cache/coldaisle].
    #[arg(long, value_name = "DIR")]
    surfaces: Option<PathBuf>,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::NOTHING);
    let began = Instant::now();
    let cache = cache_folder(args.surfaces.as_deref());
    let forecast = Forecast::load(&args.forecast, &args.sets, cache.as_deref())?;
    let outcome = forecast.run(&progress(args.quiet, &forecast.file.name))?;
    let (target, numbered) = match &args.output {
        Some(folder) => (folder.clone(), false),
        None => (Path::new("results").join(&forecast.file.name), true),
    };
    let placed = forecast
        .leave(&outcome, (target, numbered), began)
        .map_err(failure)?;
    if args.quiet {
        return Ok(());
    }
    say_sets(&args.sets)?;
    let scope = &forecast.file.scope;
    say(&paragraph(&format!("{}; AI: {}", scope.region, scope.ai), "", "", width()))?;
    say("")?;
    say(&forecast.tables(&outcome, width(), colour()))?;
    say(&format!(
        "\n{} draws in {:.1} s: {}",
        grouped(outcome.draws as f64, 0),
        began.elapsed().as_secs_f64(),
        placed.folder.display()
    ))
}
