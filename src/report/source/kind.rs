//! What a folder or file given to the report is.

use std::path::Path;

use crate::describe::Fault;
use crate::study::bands::is_draws;

/// Kinds of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Kind {
    /// Of `run`.
    Run,
    /// Of `sweep`.
    Sweep,
    /// Of `optimise`.
    Optimise,
    /// Of `forecast`.
    Forecast,
    /// The draws that `--band` wrote: a file beside the runs it is about.
    Bands,
}

const CURE: &str = "give result folders of `coldaisle run` (several make a comparison), or one of `sweep`, `optimise` or `forecast`";

/// Looks at what lies there.
pub(in crate::report) fn kind(path: &Path) -> Result<Kind, Fault> {
    let told = |what: &str, cure: &str| Err(Fault::new(what, cure).in_file(path, None));
    if path.is_file() {
        if is_draws(path) {
            return Ok(Kind::Bands);
        }
        return match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => told(
                "this is a file, not the folder of its results",
                "run it first: coldaisle run FILE -o DIR (or sweep, forecast), and report DIR",
            ),
            _ => told("this is a file, not a result folder", CURE),
        };
    }
    if !path.is_dir() {
        return told("there is no such folder", CURE);
    }
    let has = |name: &str| path.join(name).is_file();
    if has("forecast.json") {
        return Ok(Kind::Forecast);
    }
    if has("summary.json") {
        return Ok(Kind::Run);
    }
    if has("optimise.csv") || has("front.csv") {
        return Ok(Kind::Optimise);
    }
    if has("sweep.csv") || has("sweep.parquet") || has("sensitivity.csv") {
        return Ok(Kind::Sweep);
    }
    if has("score.csv") {
        return told(
            "this is the score of a forecast",
            "make the report of the forecast itself: coldaisle forecast FILE -o DIR, without --score",
        );
    }
    if has("bands.csv") {
        return told(
            "these are draws of `run --band` without the run that they are about",
            "run the scenario into the same folder too: coldaisle run SCENARIO -o DIR",
        );
    }
    if has("export.json") {
        return told("this is an export for another tool", CURE);
    }
    if has("run.json") || has("scenario.toml") || has("timeseries.csv") {
        return told(
            "this is no whole result: summary.json is missing",
            "copy the whole folder, or make the results again",
        );
    }
    told("this holds no results of coldaisle", CURE)
}
