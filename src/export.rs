//! Files that planning tools read: the hourly load of a run or of a forecast, in the layout of each tool.
//!
//! ```text
//! result folder ─ source ─▶ load: whole calendar years, IT and cooling apart ─ tool ─▶ files ─ leave ─▶ folder
//!   run.json                 P10, P50, P90 of a forecast, its draws                    + README.txt, export.json
//! ```
//!
//! A tool is one file in `export/tool` and one line of `tool::TOOLS`. It is asked for the files of a result folder: most take a
//! `load::Load` from it, one that needs other tables of the folder reads them itself.
//!
//! Time is local standard time throughout, a row is the mean over the interval that starts there; what a tool wants otherwise is
//! done in its file and said in `README.txt`.

mod files;
mod leave;
mod load;
mod number;
mod source;
mod tool;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::describe::{Fault, suggest};
use crate::output::OutputError;
use tool::{Asked, TOOLS, Tool};

pub use files::Total;

/// A profile of a forecast: that of the draw whose yearly energy is nearest to this percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// One year in ten is lower.
    P10,
    /// The median.
    P50,
    /// One year in ten is higher.
    P90,
}

impl Band {
    /// All, from low to high.
    pub const ALL: [Self; 3] = [Self::P10, Self::P50, Self::P90];

    /// As in columns and names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::P10 => "p10",
            Self::P50 => "p50",
            Self::P90 => "p90",
        }
    }
}

/// What the user chose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Name of the bus, area, region or zone; None: that of the region or of the scenario.
    pub zone: Option<String>,
    /// The only year; None: the last one, or all of them where a tool's file holds several.
    pub year: Option<i16>,
    /// The only band; None: all.
    pub band: Option<Band>,
    /// Length of an interval, min: 15 or 60. None: that of the results, as far as the tool takes it.
    pub interval_min: Option<u32>,
    /// Local standard time ahead of UTC, h, for results of a version that did not record it.
    pub utc_offset_h: Option<f64>,
}

/// What was exported.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The folder.
    pub folder: PathBuf,
    /// Energy and peak of each profile, in the order of the files.
    pub totals: Vec<Total>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The folder, an option or their combination is wrong.
    #[error(transparent)]
    Input(#[from] Fault),
    /// The files cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Names of the formats, in the order of the documentation.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    TOOLS.iter().map(|tool| tool.name())
}

/// Writes the load of the result folder `results` for the tool named `to` into the folder `target`, whole or not at all; None is
/// `exports/NAME-TO`. An older export of the same results to the same tool is replaced, if nothing in it was changed or added.
pub fn export(
    results: &Path,
    to: &str,
    target: Option<&Path>,
    options: &Options,
) -> Result<Exported, ExportError> {
    let tool = find(to)?;
    let files = tool.files(&Asked { results, options })?;
    let target = target.map_or_else(
        || PathBuf::from("exports").join(format!("{}-{to}", files.name())),
        Path::to_owned,
    );
    leave::put(&target, tool.name(), &files)?;
    Ok(Exported {
        folder: target,
        totals: files.totals(),
        notes: files.notes().to_vec(),
    })
}

fn find(name: &str) -> Result<&'static dyn Tool, Fault> {
    let mut tools = TOOLS.iter().copied();
    tools.find(|tool| tool.name() == name).ok_or_else(|| {
        Fault::new(
            format!("there is no format '{name}'"),
            suggest(name, names()),
        )
    })
}
