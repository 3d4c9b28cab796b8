//! What the axes of a study do to each of its outputs.

use std::path::Path;

use super::staged::Staged;
use super::study::Study;
use crate::metrics::figures::Figure;
use crate::output::{OutputError, TextTable, grouped};
use crate::study::sensitivity::Analysis;

/// The analysis of every output.
#[derive(Debug, Clone)]
pub struct Analyses(Vec<(Figure, Analysis)>);

impl Analyses {
    /// Of the outputs' columns, a value a run; None where it failed.
    pub(super) fn of(study: &Study, columns: &[Vec<Option<f64>>]) -> Self {
        let outputs = study.outputs.iter().zip(columns);
        let known = outputs.filter(|(_, column)| column.iter().any(Option::is_some));
        Self(
            known
                .filter_map(|(figure, column)| Some((*figure, study.analyse(column)?)))
                .collect(),
        )
    }

    /// A row for each output and axis.
    pub(super) fn write(&self, path: &Path) -> Result<(), OutputError> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        // Nothing can fail in memory.
        let mut row = |cells: &[String]| {
            let _ = writer.write_record(cells);
        };
        if let Some((_, first)) = self.0.first() {
            let head = ["output", "axis"].iter().chain(first.columns);
            row(&head.map(|name| (*name).to_owned()).collect::<Vec<_>>());
        }
        for (figure, analysis) in &self.0 {
            for of in &analysis.rows {
                let values = of
                    .values
                    .iter()
                    .map(|value| value.map_or_else(String::new, |value| value.to_string()));
                row(&[figure.name(), of.axis.clone()]
                    .into_iter()
                    .chain(values)
                    .collect::<Vec<_>>());
            }
        }
        Staged::put(path, &writer.into_inner().unwrap_or_default())
    }

    /// Tables of the first `most` outputs, and what was left out.
    pub fn tables(&self, most: usize, width: usize, colour: bool) -> String {
        let mut parts = Vec::new();
        for (figure, analysis) in self.0.iter().take(most) {
            let columns = analysis.columns.iter().map(|name| name.replace('_', " "));
            let mut table = TextTable::new(columns);
            let (unit, _) = figure.spec.unit.shown();
            let title = if unit.is_empty() {
                figure.name()
            } else {
                format!("{}, {unit}", figure.name())
            };
            table.heading(title);
            for row in &analysis.rows {
                let cells = row
                    .values
                    .iter()
                    .map(|value| value.map_or_else(String::new, brief));
                table.row(format!("  {}", row.axis), "", cells.collect::<Vec<_>>());
            }
            let note = analysis.note.as_ref().map(|note| format!("  {note}\n"));
            parts.push(
                table
                    .without_units()
                    .render(width, colour)
                    .trim_end()
                    .to_owned()
                    + "\n"
                    + &note.unwrap_or_default(),
            );
        }
        parts.join("\n")
    }
}

/// Four digits.
fn brief(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e12 {
        return grouped(value, 0);
    }
    let decimals = (3 - value.abs().log10().floor() as i32).clamp(0, 6);
    grouped(value, decimals as usize)
}
