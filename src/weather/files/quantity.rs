//! Quantities of a weather file, those a run uses, and their plausible ranges: one set of rules for all formats.
//!
//! ```text
//! used always        dry bulb, pressure, and the dew point, or relative humidity where there is none
//! used by panels     global, direct and diffuse radiation, wind
//! a value that cannot be true, or is not a number: refused where it is used, else the same as a missing one
//! missing            an empty cell, the format's own code, −999 and below, a humidity or a pressure of 0
//! ```

use std::path::Path;

use super::cells::Cells;
use crate::describe::Fault;
use crate::weather::Uses;

/// Quantities read from a weather file, in the order of [`Row::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::weather) enum Quantity {
    DryBulb,
    DewPoint,
    RelativeHumidity,
    Pressure,
    Ghi,
    Dni,
    Dhi,
    Wind,
}

pub(in crate::weather) const QUANTITIES: [Quantity; 8] = [
    Quantity::DryBulb,
    Quantity::DewPoint,
    Quantity::RelativeHumidity,
    Quantity::Pressure,
    Quantity::Ghi,
    Quantity::Dni,
    Quantity::Dhi,
    Quantity::Wind,
];

/// At or below this no quantity has a value: −999, −9999 and TMY3's −9900 mean missing.
const NO_VALUE: f64 = -999.0;

impl Quantity {
    pub(in crate::weather) fn name(self) -> &'static str {
        match self {
            Self::DryBulb => "dry bulb",
            Self::DewPoint => "dew point",
            Self::RelativeHumidity => "relative humidity",
            Self::Pressure => "pressure",
            Self::Ghi => "global radiation",
            Self::Dni => "direct radiation",
            Self::Dhi => "diffuse radiation",
            Self::Wind => "wind speed",
        }
    }

    /// Plausible range on earth, with the unit. Radiation sensors read a little below zero at night.
    pub(in crate::weather) fn range(self) -> (f64, f64, &'static str) {
        match self {
            Self::DryBulb => (-90.0, 70.0, "°C"),
            Self::DewPoint => (-110.0, 70.0, "°C"),
            Self::RelativeHumidity => (0.0, 110.0, "%"),
            Self::Pressure => (31_000.0, 120_000.0, "Pa"),
            Self::Ghi | Self::Dni | Self::Dhi => (-20.0, 2000.0, "W/m²"),
            Self::Wind => (0.0, 120.0, "m/s"),
        }
    }

    /// True for a mean over the hour, false for a state at its end.
    pub(in crate::weather) fn is_mean(self) -> bool {
        matches!(self, Self::Ghi | Self::Dni | Self::Dhi)
    }

    /// A humidity of 0 is told, a pressure of 0 is missing.
    fn zero_is_none(self) -> bool {
        matches!(self, Self::RelativeHumidity | Self::Pressure)
    }

    /// What is kept of a plausible value.
    fn kept(self, value: f64) -> f64 {
        if self.is_mean() {
            value.max(0.0)
        } else {
            value
        }
    }

    pub(in crate::weather) fn used(self, uses: Uses) -> bool {
        match self {
            Self::DryBulb | Self::DewPoint | Self::RelativeHumidity | Self::Pressure => true,
            Self::Ghi | Self::Dni | Self::Dhi | Self::Wind => uses.panels,
        }
    }
}

/// No value. Values themselves are finite.
pub(in crate::weather) const NONE: f64 = f64::NAN;

/// One row.
pub(in crate::weather) struct Row {
    pub(in crate::weather) line: u64,
    pub(in crate::weather) month: u8,
    pub(in crate::weather) day: u8,
    /// 1..=24, the hour that ends with this row, or in which it lies where the file has several rows an hour.
    pub(in crate::weather) hour: u8,
    /// 0..=60 as the file says it; read only where the file has several rows an hour.
    pub(in crate::weather) minute: u8,
    /// NaN where the file has no value.
    pub(in crate::weather) values: [f64; 8],
}

/// Column of a quantity in a file.
#[derive(Clone, Copy)]
pub(in crate::weather) struct Column {
    /// From 0.
    pub(in crate::weather) index: usize,
    /// As the format calls it.
    pub(in crate::weather) name: &'static str,
    /// As the format has it.
    pub(in crate::weather) unit: &'static str,
    /// To this project's unit.
    pub(in crate::weather) factor: f64,
    /// The format's code for a missing value.
    pub(in crate::weather) missing: f64,
}

impl Column {
    /// The code is all nines; files have more or fewer of them than they should. 285 is none: kelvins are refused.
    fn is_missing(&self, value: f64) -> bool {
        let nines = |value: f64| value.to_string().bytes().all(|b| matches!(b, b'9' | b'.'));
        value <= NO_VALUE || (self.missing > 0.0 && value >= self.missing && nines(value))
    }

    /// Least and largest number that is neither a code nor implausible.
    fn plain(&self, quantity: Quantity) -> [f64; 2] {
        let (low, high, _) = quantity.range();
        // What the factor may round over an end of the range is looked at again.
        let hair = if self.factor == 1.0 {
            0.0
        } else {
            1e-9 * (high - low)
        };
        let code = if self.missing > 0.0 {
            self.missing
        } else {
            f64::INFINITY
        };
        [
            ((low + hair) / self.factor).max(NO_VALUE.next_up()),
            ((high - hair) / self.factor).min(code.next_down()),
        ]
    }
}

/// How often something was met, and where first.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::weather) struct Tally {
    pub(in crate::weather) count: usize,
    pub(in crate::weather) line: u64,
}

impl Tally {
    pub(in crate::weather) fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }

    /// `line 12`, or `line 12 and 3 more`.
    pub(in crate::weather) fn place(&self) -> String {
        match self.count {
            0 | 1 => format!("line {}", self.line),
            more => format!("line {} and {} more", self.line, more - 1),
        }
    }
}

/// Takes the values out of the cells of rows.
pub(in crate::weather) struct Reader<'a> {
    pub(in crate::weather) file: &'a Path,
    pub(in crate::weather) uses: Uses,
    pub(in crate::weather) columns: [Option<Column>; 8],
    /// From the first to the second, numbers of a column are values as they stand; but a zero may be none.
    plain: [[f64; 2]; 8],
    /// Relative humidities of 0.
    pub(in crate::weather) dry_humidities: Tally,
    /// Relative humidities that cannot be true, beside a dew point.
    pub(in crate::weather) spare_humidities: Tally,
}

impl<'a> Reader<'a> {
    pub(in crate::weather) fn new(
        file: &'a Path,
        uses: Uses,
        columns: &[Option<Column>; 8],
    ) -> Self {
        Self {
            file,
            uses,
            columns: *columns,
            plain: QUANTITIES.map(|q| columns[q as usize].map_or([NONE; 2], |it| it.plain(q))),
            dry_humidities: Tally::default(),
            spare_humidities: Tally::default(),
        }
    }

    /// The values of a row; NaN where there is none.
    #[inline]
    pub(in crate::weather) fn values(
        &mut self,
        line: u64,
        cells: &Cells<'_>,
    ) -> Result<[f64; 8], Fault> {
        let mut values = [NONE; 8];
        for (quantity, column) in QUANTITIES.into_iter().zip(self.columns) {
            let Some(column) = column else { continue };
            // Nearly all cells.
            if let Some(value) = cells.decimal(column.index) {
                let [least, largest] = self.plain[quantity as usize];
                if (least..=largest).contains(&value) && (value != 0.0 || !quantity.zero_is_none())
                {
                    let value = value * column.factor;
                    values[quantity as usize] = quantity.kept(value);
                    continue;
                }
            }
            let spare = !values[Quantity::DewPoint as usize].is_nan();
            values[quantity as usize] = self.looked_at(quantity, column, line, cells, spare)?;
        }
        Ok(values)
    }

    /// A value that is missing, impossible or written in another way; `spare` where the row has a dew point.
    #[cold]
    fn looked_at(
        &mut self,
        quantity: Quantity,
        column: Column,
        line: u64,
        cells: &Cells<'_>,
        spare: bool,
    ) -> Result<f64, Fault> {
        let humidity = quantity == Quantity::RelativeHumidity;
        match self.value(quantity, column, line, cells.get(column.index)) {
            Ok(Some(0.0)) if humidity => {
                self.dry_humidities.add(line);
                Ok(NONE)
            }
            Err(_) if humidity && spare => {
                self.spare_humidities.add(line);
                Ok(NONE)
            }
            Err(_) if !quantity.used(self.uses) => Ok(NONE),
            value => Ok(value?.unwrap_or(NONE)),
        }
    }

    fn value(
        &self,
        quantity: Quantity,
        column: Column,
        line: u64,
        cell: &str,
    ) -> Result<Option<f64>, Fault> {
        if cell.is_empty() {
            return Ok(None);
        }
        let refuse = |cause: String, cure: String| {
            let name = format!("{} ({})", column.index + 1, column.name);
            Err(Fault::new(cause, cure)
                .in_file(self.file, Some(line))
                .in_column(name))
        };
        let Some(value) = cell.parse::<f64>().ok().filter(|v| v.is_finite()) else {
            return refuse(
                format!("{cell:?} is not a valid number"),
                format!(
                    "give the {} in {} with a decimal point, or {} where it is missing",
                    quantity.name(),
                    column.unit,
                    column.missing
                ),
            );
        };
        if column.is_missing(value) || (value == 0.0 && quantity == Quantity::Pressure) {
            return Ok(None);
        }
        let value = value * column.factor;
        let (low, high, unit) = quantity.range();
        if (low..=high).contains(&value) {
            return Ok(Some(quantity.kept(value)));
        }
        refuse(
            format!("{} {value} {unit} cannot be true", quantity.name()),
            format!(
                "it must lie between {low} and {high} {unit}, or be marked as missing ({})",
                column.missing
            ),
        )
    }
}
