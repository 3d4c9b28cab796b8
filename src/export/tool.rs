//! The formats: one file each, one line in [`FORMATS`].

mod antares;
mod genx;
mod homer;
mod opendss;
mod plexos;
mod pypsa;
mod reeds;
mod reopt;
mod sam;
mod switch;
mod xlsx;

use std::path::{Path, PathBuf};

use super::files::Files;
use super::load::Load;
use super::source::{self, Takes};
use super::workbook::Workbook;
use super::{ExportError, Options};
use crate::describe::Fault;

/// Everything that can be exported to, in the order of the documentation.
pub(super) const FORMATS: [&dyn Format; 11] = [
    &pypsa::Pypsa,
    &genx::GenX,
    &reeds::Reeds,
    &reopt::Reopt,
    &sam::Sam,
    &homer::Homer,
    &plexos::Plexos,
    &antares::Antares,
    &switch::Switch,
    &opendss::OpenDss,
    &xlsx::Xlsx,
];

/// Something that results can be exported to.
pub(super) trait Format: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// Makes the export; nothing has its place yet.
    fn make(&self, request: &Request<'_>) -> Result<Made, ExportError>;
}

/// What the user asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// The result folders, at least one.
    pub(super) results: &'a [PathBuf],
    pub(super) options: &'a Options,
    /// An existing folder on the disk that the export goes to, for files without a name.
    pub(super) scratch: &'a Path,
}

/// An export in memory.
pub(super) enum Made {
    /// Files in a folder.
    Folder(Files),
    /// One file.
    File(Workbook),
}

impl<T: Tool> Format for T {
    fn name(&self) -> &'static str {
        Tool::name(self)
    }

    fn make(&self, request: &Request<'_>) -> Result<Made, ExportError> {
        let [results] = request.results else {
            let name = Tool::name(self);
            let what = format!(
                "{name} takes one result folder, these are {}",
                request.results.len()
            );
            let cure = "export them one by one; --to xlsx puts several runs side by side";
            return Err(Fault::new(what, cure).into());
        };
        let options = request.options;
        let files = self.files(&Asked { results, options })?;
        Ok(Made::Folder(files))
    }
}

/// A planning tool, which reads loads from files.
pub(super) trait Tool: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The files for it of a result folder.
    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault>;
}

/// What is to be exported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The result folder.
    pub(super) results: &'a Path,
    pub(super) options: &'a Options,
}

impl Asked<'_> {
    /// The load in the folder, as far as the tool takes it.
    fn load(&self, takes: Takes) -> Result<Load, Fault> {
        source::read(self.results, takes, self.options)
    }
}

/// A line for each value, in kW.
fn column_kw(values: &[f64]) -> String {
    let mut text = String::with_capacity(values.len() * 12);
    for mw in values {
        super::number::push_kw(&mut text, *mw);
        text.push('\n');
    }
    text
}
