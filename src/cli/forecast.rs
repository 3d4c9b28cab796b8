//! `coldaisle forecast FILE`

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::report::ReportArgs;
use super::sweep::failure;
use super::{Failure, colour, progress, say, say_sets, signals, width};
use crate::describe::{Fault, paragraph};
use crate::forecast::{Forecast, cache_folder, score};
use crate::output::grouped;

/// Draws of a score at most: more say nothing more.
const MOST_SCORED: u64 = 20_000;

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
    /// Folder in which plants of sites are kept from one forecast to the next [default: $`COLDAISLE_CACHE`, else
    /// $`XDG_CACHE_HOME/coldaisle`, else ~/.cache/coldaisle].
    #[arg(long, value_name = "DIR")]
    surfaces: Option<PathBuf>,
    /// Score the metered history in place of a forecast: each cut-off year sees what was metered until then, and is judged by what came
    /// after. Leaves score.csv.
    #[arg(long, conflicts_with = "report")]
    score: bool,
    /// First cut-off year of the score.
    #[arg(long, value_name = "YEAR", default_value_t = 2018, requires = "score", value_parser = clap::value_parser!(i32).range(1950..=2150))]
    from: i32,
    #[command(flatten)]
    page: ReportArgs,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::NOTHING);
    let began = Instant::now();
    let cache = cache_folder(args.surfaces.as_deref());
    args.page.target(args.output.as_deref())?;
    let forecast = Forecast::load(&args.forecast, &args.sets, cache.as_deref())?;
    if args.score {
        return score(args, &forecast);
    }
    let outcome = forecast.run(&progress(args.quiet, &forecast.file.name))?;
    let (target, numbered) = match &args.output {
        Some(folder) => (folder.clone(), false),
        None => (Path::new("results").join(&forecast.file.name), true),
    };
    let placed = forecast
        .leave(&outcome, (target, numbered), began)
        .map_err(failure)?;
    let results = [placed.folder.clone()];
    if args.quiet {
        return args.page.make(&results, true);
    }
    say_sets(&args.sets)?;
    let scope = &forecast.file.scope;
    say(&paragraph(
        &format!("{}; AI: {}", scope.region, scope.ai),
        "",
        "",
        width(),
    ))?;
    say("")?;
    say(&forecast.tables(&outcome, width(), colour()))?;
    say(&format!(
        "\n{} draws in {:.1} s: {}",
        grouped(outcome.draws as f64, 0),
        began.elapsed().as_secs_f64(),
        placed.folder.display()
    ))?;
    args.page.make(&results, false)
}

/// What forecasts of the same kind from before would have been worth.
fn score(args: &Args, forecast: &Forecast) -> Result<(), Failure> {
    let Some(series) = &forecast.file.metered else {
        let cure = "add [metered] with the years that were metered, or leave --score out";
        let fault = Fault::new("there is nothing to score: no metered history", cure);
        return Err(fault.in_file(&args.forecast, None).into());
    };
    let draws = forecast.file.draws.clamp(2, MOST_SCORED);
    let score = score::score(series, args.from, draws, forecast.file.seed)
        .map_err(|fault| forecast.placed(fault.within("metered")))?;
    let default = || Path::new("results").join(format!("{}-score", forecast.file.name));
    let target = args.output.clone().unwrap_or_else(default);
    let placed = forecast
        .leave_score(&score.csv(), (target, args.output.is_none()))
        .map_err(failure)?;
    if args.quiet {
        return Ok(());
    }
    say_sets(&args.sets)?;
    for table in score.tables() {
        say(&table.render(width(), colour()))?;
    }
    say(&placed.folder.join("score.csv").display().to_string())
}
