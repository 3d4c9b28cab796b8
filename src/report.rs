//! The report: one self-contained HTML page of a run, a comparison, a study or a forecast.
//!
//! ```text
//! result folders ─ source ─▶ run | comparison | study | forecast ─ sections of charts and tables ─ page ─▶ HTML
//!                                                words (English, 繁體中文) · style · script: assets/report
//! ```
//!
//! A chart is inline SVG that stretches, with its labels as HTML around it, so that type keeps its size from a telephone to a
//! sheet of paper; the data behind it lie beside it as JSON, from which one small script makes hints, tables and downloads. A
//! page asks no network and holds aggregates only, never the rows of a table that grows with the run.

mod chart;
mod comparison;
mod doubt;
mod figures;
mod foot;
mod forecast;
mod number;
mod page;
mod run;
mod source;
mod study;
mod words;

use std::path::{Path, PathBuf};

use crate::describe::Fault;
use crate::output::write_whole;
use source::{Forecast, Kind, Run, kind};
pub use words::Language;

/// What the user chose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Of the page.
    pub language: Language,
    /// File name of a page of the hall, beside this one: linked from it.
    pub hall: Option<String>,
}

/// Makes the page of result folders: one of a run, a study or a forecast; several runs make a comparison, with the file of draws of
/// `compare --band` among them, if there is one.
///
/// # Errors
/// Where a folder is no result, or is damaged.
pub fn page(paths: &[PathBuf], options: &Options) -> Result<String, Fault> {
    let words = options
        .language
        .words()
        .map_err(|what| Fault::bare(format!("assets/report: {what}")))?;
    let kinds = paths.iter().map(|path| Ok((kind(path)?, path.as_path())));
    let kinds: Vec<(Kind, &Path)> = kinds.collect::<Result<_, Fault>>()?;
    let page = match &kinds[..] {
        [(Kind::Run, path)] => run::page(&Run::read(path)?, options, words),
        [(Kind::Forecast, path)] => forecast::page(&Forecast::read(path)?, words),
        [(Kind::Sweep, path)] => study::page(path, false, words)?,
        [(Kind::Optimise, path)] => study::page(path, true, words)?,
        [] => return Err(Fault::new("nothing to report", "give a result folder")),
        several if comparison::is_one(several) => comparison::page(several, options, words)?,
        [(Kind::Bands, path)] => {
            let cure = "give the folders of the runs that these draws are about beside it";
            return Err(Fault::new("these are draws, not results", cure).in_file(*path, None));
        }
        several => {
            // With one run the draws are too many; else there is something that is no run.
            let odd = several
                .iter()
                .find(|(kind, _)| !matches!(kind, Kind::Run | Kind::Bands));
            let odd = odd.or_else(|| several.iter().rev().find(|(kind, _)| *kind == Kind::Bands));
            let (kind, path) = odd.copied().unwrap_or(several[0]);
            let (what, cure) = match kind {
                Kind::Bands => (
                    "one file of draws goes with two or more runs",
                    "leave it out; draws of one run are found in its folder (coldaisle run SCENARIO --band -o DIR)",
                ),
                _ => (
                    "these are no results of a run, and only runs are compared",
                    "report it alone",
                ),
            };
            return Err(Fault::new(what, cure).in_file(path, None));
        }
    };
    Ok(page.render(options, words))
}

/// Makes the page and writes it, whole or not at all. Replaces an older page of this program, and nothing else.
///
/// # Errors
/// As of [`page`]; where the file cannot be written, or is another file.
pub fn write(paths: &[PathBuf], target: &Path, options: &Options) -> Result<(), Fault> {
    check_target(target)?;
    let page = page(paths, options)?;
    write_whole(target, page.as_bytes(), true).map_err(|error| {
        let cure = "give a file in a folder that can be written to, with room on its disk";
        Fault::new(error.to_string(), cure).in_file(target, None)
    })
}

/// Whether a page may go there.
///
/// # Errors
/// Where a folder is, or a file that is no page of this program.
pub fn check_target(target: &Path) -> Result<(), Fault> {
    let wrong = |what: String, cure: &str| Err(Fault::new(what, cure).in_file(target, None));
    if target.is_dir() {
        return wrong(
            "this is a folder".into(),
            "name a file for the page in it, such as page.html",
        );
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let what = format!("there is no folder {}", folder.display());
        return wrong(
            what,
            "make it first, or give a file in a folder that exists",
        );
    }
    let ours = |text: String| text.contains("name=\"generator\" content=\"coldaisle ");
    if target.exists() && !source::text(target).is_some_and(ours) {
        return wrong(
            "it exists and is no report".into(),
            "give another file for the page",
        );
    }
    // Before hours of runs, not after them.
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) => wrong(
            format!("nothing can be written to its folder: {error}"),
            "give a file in a folder that can be written to",
        ),
    }
}
