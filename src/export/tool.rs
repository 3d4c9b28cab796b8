//! The tools: one file each, one line in [`TOOLS`].

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

use std::path::Path;

use super::Options;
use super::files::Files;
use super::load::Load;
use super::source::{self, Takes};
use crate::describe::Fault;

/// Everything that can be exported to, in the order of the documentation.
pub(super) const TOOLS: [&dyn Tool; 10] = [
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
];

/// A tool that reads files.
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
