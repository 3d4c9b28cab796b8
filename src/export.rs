//! Results for other programs: the hourly load of a run or of a forecast in the layout of each planning tool, and whole results as a
//! workbook.
//!
//! ```text
//! result folder ─ source ─▶ load: whole calendar years, IT and cooling apart ─ tool ─▶ files ─ leave ─▶ folder
//!   run.json                 P10, P50, P90 of a forecast, its draws                    + README.txt, export.json
//!
//! result folders ─ workbook: a sheet per table ─ leave ─▶ file
//! ```
//!
//! A format is one file in `export/tool` and one line of `tool::FORMATS`. A planning tool is asked for the files of a result folder:
//! most take a `load::Load` from it, one that needs other tables of the folder reads them itself.
//!
//! Time is local standard time throughout, a row is the mean over the interval that starts there; what a tool wants otherwise is
//! done in its file and said in `README.txt`.

mod files;
mod leave;
mod load;
mod number;
mod source;
mod tool;
mod workbook;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::describe::{Fault, suggest};
use crate::output::OutputError;
use tool::{FORMATS, Format, Made, Request};

pub use files::Total;
pub use workbook::Sheet;

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
    /// The folder, or the file.
    pub place: PathBuf,
    /// What is in it.
    pub content: Content,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Content of an export.
#[derive(Debug, Clone)]
pub enum Content {
    /// A folder of files for a planning tool: energy and peak of each profile, in the order of the files.
    Load(Vec<Total>),
    /// A workbook: its sheets in order.
    Sheets(Vec<Sheet>),
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
    FORMATS.iter().map(|format| format.name())
}

/// Writes result folders in the format named `to`, whole or not at all. All formats but the workbook take one folder and leave a folder,
/// None is `exports/NAME-TO`: an older export of the same results to the same tool is replaced, if nothing in it was changed or added. A
/// workbook is the file `target`, None is `exports/NAME.xlsx`: no other file is replaced.
pub fn export(
    results: &[PathBuf],
    to: &str,
    target: Option<&Path>,
    options: &Options,
) -> Result<Exported, ExportError> {
    let format = find(to)?;
    let named =
        |name: String| target.map_or_else(|| Path::new("exports").join(name), Path::to_owned);
    let request = Request {
        results,
        options,
        scratch: leave::disk_of(target),
    };
    match format.make(&request)? {
        Made::Folder(files) => {
            let place = named(format!("{}-{to}", files.name()));
            leave::put(&place, to, &files)?;
            Ok(Exported {
                place,
                content: Content::Load(files.totals()),
                notes: files.notes().to_vec(),
            })
        }
        Made::File(workbook) => {
            let place = named(format!("{}.{to}", workbook.name));
            leave::put_file(&place, to, &workbook.bytes)?;
            Ok(Exported {
                place,
                content: Content::Sheets(workbook.sheets),
                notes: workbook.notes,
            })
        }
    }
}

fn find(name: &str) -> Result<&'static dyn Format, Fault> {
    let mut formats = FORMATS.iter().copied();
    formats.find(|format| format.name() == name).ok_or_else(|| {
        Fault::new(
            format!("there is no format '{name}'"),
            suggest(name, names()),
        )
    })
}
