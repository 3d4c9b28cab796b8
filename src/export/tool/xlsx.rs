//! Workbooks for offices: all tables of a run, a forecast or a study, or several runs side by side.

use std::path::Path;

use super::{Format, Made, Request};
use crate::describe::Fault;
use crate::export::source::{self, Kind};
use crate::export::workbook::{self, Content, is_study};
use crate::export::{ExportError, Options};

/// The format.
#[derive(Debug)]
pub(super) struct Xlsx;

impl Format for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn make(&self, request: &Request<'_>) -> Result<Made, ExportError> {
        check(request.options)?;
        let content = match request.results {
            [folder] => one(folder)?,
            folders => {
                for folder in folders {
                    if is_study(folder) || !matches!(source::kind(folder)?, Kind::Run) {
                        let what = "only runs stand side by side in a workbook; this is no run";
                        let cure = "export it by itself";
                        return Err(Fault::new(what, cure).in_file(folder, None).into());
                    }
                }
                workbook::comparison(folders)?
            }
        };
        Ok(Made::File(content.workbook(request.scratch)?))
    }
}

fn one(folder: &Path) -> Result<Content, ExportError> {
    if is_study(folder) {
        return workbook::study(folder);
    }
    match source::kind(folder)? {
        Kind::Run => workbook::run(folder),
        Kind::Forecast => workbook::forecast(folder),
    }
}

/// Options of loads have nothing to say here.
fn check(options: &Options) -> Result<(), Fault> {
    let given = [
        ("--zone", options.zone.is_some()),
        ("--year", options.year.is_some()),
        ("--band", options.band.is_some()),
        ("--interval", options.interval_min.is_some()),
        ("--utc-offset", options.utc_offset_h.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Fault::new(
            format!(
                "{name} is for the load that planning tools read; a workbook has the tables as they are"
            ),
            "leave the option out",
        )),
        None => Ok(()),
    }
}
