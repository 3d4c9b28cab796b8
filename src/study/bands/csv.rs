//! All draws as one tidy table: a row per draw and side.

use std::io::Read as _;
use std::path::Path;

use super::Bands;
use crate::describe::Fault;
use crate::output::write_whole;

/// Whether a file begins as the draws of `--band` do.
pub fn is_draws(path: &Path) -> bool {
    let Ok(file) = std::fs::File::open(path) else {
        return false;
    };
    let mut start = Vec::new();
    let read = file.take(64).read_to_end(&mut start);
    read.is_ok() && start.starts_with(b"draw,scenario,seed,")
}

/// Writes `draw`, `scenario`, `seed`, a column per input (empty where the side has no such figure; a factor or an addition where
/// the whole curve moves), a column per headline figure (`group.key`) and `failed`. Draw 0 is as stated.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_csv(path: &Path, bands: &Bands) -> Result<(), Fault> {
    let fail = |error: &dyn std::fmt::Display| Fault::bare(error.to_string()).in_file(path, None);
    let (study, inputs) = (&bands.study, &bands.study.inputs.all);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["draw", "scenario", "seed"].map(str::to_owned).into_iter();
    let names = (0..inputs.len()).map(|input| super::report::name(bands, input).to_owned());
    let head = head.chain(names);
    let figures = bands.figures.iter();
    let figures = figures.map(|figure| format!("{}.{}", figure.group, figure.key));
    let head = head.chain(figures).chain(["failed".to_owned()]);
    writer.write_record(head).map_err(|error| fail(&error))?;
    for (number, draw) in (0..).zip(&bands.draws) {
        for (side, run) in study.sides.iter().zip(&draw.runs) {
            let seed = side.seed_of(number).to_string();
            let mut row = vec![number.to_string(), side.name.clone(), seed];
            row.extend(inputs.iter().enumerate().map(|(input, of)| {
                if side.has(input) {
                    of.law.written(draw.inputs[input])
                } else {
                    String::new()
                }
            }));
            let (values, failed) = match run {
                Ok(values) => (values.clone(), ""),
                Err(stopped) => (vec![None; bands.figures.len()], &*stopped.what),
            };
            let cell = |value: Option<f64>| value.map_or_else(String::new, |it| it.to_string());
            row.extend(values.into_iter().map(cell));
            row.push(failed.to_owned());
            writer.write_record(row).map_err(|error| fail(&error))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| fail(&error))?;
    write_whole(path, &bytes, true).map_err(|error| fail(&error))
}
