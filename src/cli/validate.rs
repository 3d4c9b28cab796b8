//! `coldaisle validate SCENARIO…`, and studies

use std::path::{Path, PathBuf};

use super::{Failure, colour_of, complain, say, warn, width};
use crate::describe::{Fault, count, paragraph};
use crate::forecast::{Forecast, cache_folder};
use crate::output::{grouped, marked};
use crate::scenario;
use crate::study::searched;
use crate::study::sweep::{self, Shard, Study};
use crate::study::{self, Progress};

/// Arguments of `validate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The scenario files; studies too, of which every variation is checked.
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Set a key of each scenario.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut failed = None;
    for path in &args.scenarios {
        let other = if Forecast::is_forecast_file(path) {
            Some(validate_forecast(args, path))
        } else if Study::is_study_file(path) {
            Some(validate_study(args, path))
        } else {
            None
        };
        if let Some(checked) = other {
            if let Err(error) = checked
                && let Some(earlier) = failed.replace(error)
            {
                complain(&earlier.report(colour_of(&std::io::stderr())));
            }
            continue;
        }
        let resolved = scenario::load(path, &args.sets)
            .and_then(|loaded| scenario::inspect(&loaded))
            .map_err(|error| error.after(&args.sets));
        match resolved {
            Ok(resolved) => {
                say(&format!("{}: valid", path.display()))?;
                let mut description = resolved.description.clone();
                description.push(("tables".into(), study::size::tables(&resolved)));
                let heading = std::iter::once("will not hold").chain(std::iter::repeat(""));
                let short = resolved.will_not_hold.iter().cloned();
                description.extend(heading.map(str::to_owned).zip(short));
                say_lines(&description)?;
                for warning in &resolved.warnings {
                    warn(&format!("{}: {warning}", path.display()));
                }
            }
            // All files are checked, the last error is the one that ends the command.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    complain(&earlier.report(colour_of(&std::io::stderr())));
                }
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Lines with their labels in a column.
fn say_lines(lines: &[(String, String)]) -> Result<(), Failure> {
    let labels = lines.iter().map(|(label, _)| label.chars().count());
    let wide = labels.max().unwrap_or(0);
    let rest = " ".repeat(wide + 4);
    for (label, text) in lines {
        let first = format!("  {label:wide$}  ");
        say(&paragraph(&marked(text), &first, &rest, width()))?;
    }
    Ok(())
}

/// Of larger studies so many variations are checked, evenly spread.
const MOST_CHECKED: u64 = 20_000;

/// Checks a forecast and prints what would be made.
fn validate_forecast(args: &Args, path: &Path) -> Result<(), Fault> {
    let forecast = Forecast::load(path, &args.sets, cache_folder(None).as_deref())?;
    let said =
        say(&format!("{}: valid", path.display())).and_then(|()| say_lines(&forecast.lines()));
    // A reader that has gone is no fault of the forecast.
    let _ = said;
    Ok(())
}

/// Checks the variations of a study; returns the first fault.
fn validate_study(args: &Args, path: &Path) -> Result<(), Fault> {
    let study = Study::load(path, &args.sets, None)?;
    if study.file.optimise.is_some() {
        searched::check(&study)?;
    }
    let progress = Progress::shown("checking");
    let checked =
        sweep::check(&study, Shard::WHOLE, MOST_CHECKED, &progress).map_err(|error| error.fault)?;
    progress.finish();
    let mut lines = study.lines();
    let mut runs = study.variations();
    if study.is_searched() {
        let [most, together] = searched::most(&study)?;
        runs = most;
        // Where they lie is not known before; those that were checked are spread over all that may be.
        lines[0].1 = format!(
            "{} at most: a search, {together} at a time",
            grouped(most as f64, 0)
        );
        lines.retain(|(label, _)| label != "table");
    }
    if checked.seen < runs && !study.is_searched() {
        let text = format!("{} of them, evenly spread", grouped(checked.seen as f64, 0));
        lines.insert(1, ("checked".into(), text));
    }
    let wrong = checked.first.map(|first| {
        let what = format!(
            "{} of {} variations cannot be run; the first: {}",
            checked.wrong, checked.seen, first.what
        );
        Fault { what, ..first }
    });
    match wrong {
        // A search leaves corners that cannot be.
        Some(wrong) if study.is_searched() && checked.wrong < checked.seen => {
            warn(&format!("{}: {}", path.display(), wrong.words()));
        }
        Some(wrong) => return Err(wrong),
        None => {}
    }
    let time = sweep::seconds_per_run(&study).map(|each_s| {
        let cores = rayon::current_num_threads();
        let all_s = each_s * runs as f64;
        let text = format!(
            "about {} on {} ({each_s:.2} s a run)",
            time(all_s / cores as f64),
            count(cores as f64, "core")
        );
        ("time".to_owned(), text)
    });
    let said = say(&format!("{}: valid", path.display()))
        .and_then(|()| say_lines(&[lines, time.into_iter().collect()].concat()));
    // A reader that has gone is no fault of the study.
    let _ = said;
    Ok(())
}

/// `40 s`, `12 min`, `3.5 h`.
fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds < 100.0 => format!("{:.0} s", seconds.max(1.0)),
        _ if seconds < 6000.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
