//! `coldaisle optimise STUDY`

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::report::ReportArgs;
use super::sweep::{checked, failure};
use super::{Failure, colour, progress, say, say_sets, signals, width};
use crate::study::searched;
use crate::study::sweep::{Shard, Study};

/// So many points are resolved before the first run.
const CHECKED: u64 = 200;

/// Arguments of `optimise`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The study file, with an [optimise] table.
    study: PathBuf,
    /// Result folder [default: results/NAME-optimise]. Runs that are finished there stay: a search that was stopped goes on.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Set a key of the scenario in every run.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Print nothing but errors.
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    page: ReportArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    signals::watch(signals::KEPT);
    let began = Instant::now();
    super::no_forecast(&args.study)?;
    let study = Study::load(&args.study, &args.sets, None)?;
    searched::check(&study)?;
    let folder = args.output.clone();
    let folder = folder
        .unwrap_or_else(|| Path::new("results").join(format!("{}-optimise", study.file.name)));
    args.page.target(args.output.as_deref())?;
    let checked = checked(&study, Shard::WHOLE, CHECKED, args.quiet)?;
    // Some corners may hold designs that cannot be; where all do, the study is wrong.
    if let (Some(first), true) = (checked.first, checked.wrong == checked.seen) {
        return Err(first.into());
    }
    let progress = progress(args.quiet, &study.file.name);
    let outcome = searched::search(&study, &folder, &checked.inputs, &progress).map_err(failure)?;
    searched::leave(&study, &outcome, &folder, &checked.inputs).map_err(failure)?;
    let none = outcome.found.front.is_empty();
    if !args.quiet {
        say_sets(&args.sets)?;
        let table = if none {
            searched::missed
        } else {
            searched::table
        };
        say(&table(&study, &outcome, width(), colour()))?;
        let made = match outcome.made {
            0 => "no run was missing".to_owned(),
            made => {
                let runs = crate::describe::count(made as f64, "run");
                format!("{runs} in {:.0} s", began.elapsed().as_secs_f64())
            }
        };
        say(&format!("{made}: {}", folder.display()))?;
    }
    args.page.make(&[folder], args.quiet)?;
    if outcome.found.all_failed() {
        return Err(Failure::Run(
            "none of the designs could be judged: optimise.csv says why of each".into(),
        ));
    }
    Ok(())
}
