//! `bill`: one row per calendar month, where anything has a price.

use std::path::Path;

use crate::metrics::cost::bill::MonthlyBill;
use crate::output::table::{Column, Kind, Table};
use crate::output::{OutputError, Recording};
use crate::units::{DAY_S, J_PER_MWH};

/// A column: its name, its decimals, and its value of a month.
type Part = (&'static str, u8, fn(&MonthlyBill) -> Option<f64>);

const PARTS: [Part; 9] = [
    ("days", 4, |month| Some(month.covered_s / DAY_S)),
    ("import_mwh", 6, |month| Some(month.import_j / J_PER_MWH)),
    ("export_mwh", 6, |month| Some(month.export_j? / J_PER_MWH)),
    ("demand_kw", 3, |month| Some(month.demand_w? / 1e3)),
    ("energy_usd", 4, |month| month.energy_usd),
    ("demand_usd", 4, |month| month.demand_usd),
    ("water_usd", 4, |month| month.water_usd),
    ("fuel_usd", 4, |month| month.fuel_usd),
    ("total_usd", 4, MonthlyBill::total_usd),
];

/// Writes the months of a run; nothing where nothing has a price.
pub(in crate::output) fn write(
    folder: &Path,
    recording: &Recording,
    months: &[MonthlyBill],
) -> Result<(), OutputError> {
    if months.iter().all(|month| month.total_usd().is_none()) {
        return Ok(());
    }
    let held = |(.., of): &&Part| months.iter().any(|month| of(month).is_some());
    let parts: Vec<&Part> = PARTS.iter().filter(held).collect();
    let mut columns = vec![Column::new("month", Kind::Text)];
    columns.extend(
        parts
            .iter()
            .map(|(name, decimals, _)| Column::new(*name, Kind::Number(*decimals))),
    );
    let mut table = Table::create(folder, "bill", recording.format(), &columns)?;
    for month in months {
        table.text(&month.day.strftime("%Y-%m").to_string());
        for (.., of) in &parts {
            table.number(of(month).unwrap_or(f64::NAN));
        }
        table.end_row()?;
    }
    table.finish()
}
