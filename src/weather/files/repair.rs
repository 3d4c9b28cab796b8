//! From rows as a file states them to a whole, possible year: what is missing is filled and reported, what cannot
//! be true is refused.
//!
//! ```text
//! gap of 1…6 h      linear between its neighbours
//! gap of 7…24 h     mean of the same hour the day before and the day after
//! longer            refused, but for pressure (standard atmosphere), a radiation or wind column that is missing
//!                   altogether, and what nothing in the run uses (zero)
//! ```

use crate::describe::Fault;
use crate::physics::psychrometrics::standard_pressure_pa;
use crate::weather::calendar::{self, Calendar, line_before, place_of};
use crate::weather::design::Extremes;
use crate::weather::quantity::{Quantity, Reader, Row, Tally};
use crate::weather::{Hour, Site, Uses, Weather};

/// What a file says beside its rows.
pub(in crate::weather) struct Source {
    pub(in crate::weather) site: Site,
    pub(in crate::weather) label: String,
    /// Rows an hour by the header.
    pub(in crate::weather) stated_per_hour: Option<f64>,
    /// Extremes of the place, as its header has them.
    pub(in crate::weather) extremes: Extremes,
    /// What was odd so far.
    pub(in crate::weather) notes: Vec<String>,
}

/// Puts the rows on the calendar, fills what is missing and builds the year.
pub(in crate::weather) fn build(
    reader: &Reader<'_>,
    source: Source,
    rows: &mut [Row],
) -> Result<Weather, Fault> {
    let Source {
        site,
        label,
        stated_per_hour,
        extremes,
        notes,
    } = source;
    let Calendar {
        lines,
        values,
        notes: placed,
    } = calendar::place(reader.file, rows, stated_per_hour)?;
    let mut year = Year {
        file: reader.file,
        uses: reader.uses,
        lines,
        values,
        repairs: notes,
    };
    year.repairs.extend(placed);
    year.tell_humidities(reader);
    let pressure = year.pressure(site.elevation_m);
    let stated = year.stated_air(&pressure);
    year.dew_point_from_humidity();
    let dry_bulb = year.filled(Quantity::DryBulb)?;
    let mut dew_point = year.dew_point()?;
    year.keep_below_saturation(&dry_bulb, &mut dew_point)?;
    year.check_humidity(&dry_bulb, &dew_point)?;
    let [ghi, dni, dhi, wind] = SPARE.map(|q| year.filled_or_zero(q));
    let (ghi, dni, dhi, wind) = (ghi?, dni?, dhi?, wind?);
    year.tell_unused();

    let hours = (0..dry_bulb.len())
        .map(|i| Hour {
            dry_bulb_c: dry_bulb[i],
            dew_point_c: dew_point[i],
            pressure_pa: pressure[i],
            ghi_w_m2: ghi[i],
            dni_w_m2: dni[i],
            dhi_w_m2: dhi[i],
            wind_m_s: wind[i],
        })
        .collect();
    let weather = Weather::with_states(site, label, false, year.repairs, hours, stated);
    Ok(weather.with_extremes(extremes))
}

/// A column with this value where it has none.
fn or(column: &[f64], value: f64) -> Vec<f64> {
    let filled = column.iter().map(|v| if v.is_nan() { value } else { *v });
    filled.collect()
}

/// Quantities that a run without panels does not use.
const SPARE: [Quantity; 4] = [Quantity::Ghi, Quantity::Dni, Quantity::Dhi, Quantity::Wind];

/// From the standard atmosphere: weather moves a yearly mean by less than 1 %.
const PRESSURE_APART: f64 = 0.03;
/// The rows in their places; a slot without a row has no line.
pub(in crate::weather) struct Year<'a> {
    pub(in crate::weather) file: &'a std::path::Path,
    uses: Uses,
    pub(in crate::weather) lines: Vec<Option<u64>>,
    /// A column for each quantity; NaN where there is no value.
    pub(in crate::weather) values: [Vec<f64>; 8],
    pub(in crate::weather) repairs: Vec<String>,
}

impl Year<'_> {
    /// As the file has it.
    pub(in crate::weather) fn column(&self, quantity: Quantity) -> &[f64] {
        &self.values[quantity as usize]
    }

    fn pressure(&mut self, elevation_m: f64) -> Vec<f64> {
        let standard_pa = standard_pressure_pa(elevation_m);
        if let Ok(filled) = self.filled(Quantity::Pressure) {
            let mean_pa = filled.iter().sum::<f64>() / filled.len() as f64;
            let apart = mean_pa / standard_pa - 1.0;
            if apart.abs() >= PRESSURE_APART {
                self.repairs.push(format!(
                    "pressure and elevation do not fit: {mean_pa:.0} Pa in the mean is {:.1} % {} the standard atmosphere at \
                     {elevation_m} m ({standard_pa:.0} Pa); the pressures of the rows are used, the \
                     elevation only for the limits of server classes",
                    100.0 * apart.abs(),
                    if apart < 0.0 { "below" } else { "above" },
                ));
            }
            return filled;
        }
        let column = self.column(Quantity::Pressure);
        let missing = column.iter().filter(|v| v.is_nan()).count();
        let first = column.iter().position(|v| v.is_nan()).unwrap_or(0);
        let filled = or(column, standard_pa);
        self.repairs.push(format!(
            "{}: pressure missing in {missing} hours, taken as {standard_pa:.0} Pa (standard atmosphere at {elevation_m} m)",
            place_of(&self.lines, first, missing)
        ));
        filled
    }

    /// Radiation and wind. What nothing uses counts as zero where it is not known.
    fn filled_or_zero(&mut self, quantity: Quantity) -> Result<Vec<f64>, Fault> {
        if !quantity.used(self.uses) {
            return Ok(or(self.column(quantity), 0.0));
        }
        if self.column(quantity).iter().all(|v| v.is_nan()) {
            self.repairs.push(format!(
                "the file has no {}: taken as zero",
                quantity.name()
            ));
            return Ok(vec![0.0; self.lines.len()]);
        }
        self.filled(quantity)
    }

    fn tell_unused(&mut self) {
        let unused = SPARE.into_iter().filter(|q| !q.used(self.uses));
        let parts: Vec<String> = unused
            .filter_map(|quantity| {
                let mut missing = Tally::default();
                for (value, line) in self.column(quantity).iter().zip(&self.lines) {
                    if let (true, Some(line)) = (value.is_nan(), line) {
                        missing.add(*line);
                    }
                }
                (missing.count > 0).then(|| {
                    format!(
                        "{} ({} h from line {})",
                        quantity.name(),
                        missing.count,
                        missing.line
                    )
                })
            })
            .collect();
        if !parts.is_empty() {
            self.repairs.push(format!(
                "missing or impossible, and used by nothing in this run: {}",
                parts.join(", ")
            ));
        }
    }

    pub(in crate::weather) fn filled(&mut self, quantity: Quantity) -> Result<Vec<f64>, Fault> {
        let column = self.column(quantity);
        if !column.iter().any(|value| value.is_nan()) {
            return Ok(column.to_vec());
        }
        let length = column.len();
        let name = quantity.name();
        let Some(gaps) = calendar::gaps(length, |i| column[i].is_nan()) else {
            return Err(Fault::new(
                format!("{name} is missing in all rows"),
                "this quantity is needed: use a file that has it",
            )
            .in_file(self.file, None));
        };
        let mut filled = column.to_vec();
        let mut notes = Vec::new();
        for (start, count) in gaps {
            let known = |i: usize| Some(column[i % length]).filter(|value| !value.is_nan());
            let too_long = || {
                let panels = if SPARE.contains(&quantity) {
                    ", or remove the panels, which alone use it"
                } else {
                    ""
                };
                let error = Fault::new(
                    format!(
                        "{name} is missing for {count} hours from {}",
                        calendar::date(start, length)
                    ),
                    format!(
                        "gaps of up to 24 hours with a whole day on either side are filled: give the values{panels}"
                    ),
                );
                let line = self.lines[start].or(line_before(&self.lines, start));
                error.in_file(self.file, line)
            };
            for k in 0..count {
                let i = (start + k) % length;
                let value = if count <= 6 {
                    let a = known(start + length - 1);
                    let b = known(start + count);
                    let share = (k + 1) as f64 / (count + 1) as f64;
                    a.zip(b).map(|(a, b)| a + (b - a) * share)
                } else if count <= 24 {
                    let (a, b) = (known(i + length - 24), known(i + 24));
                    a.zip(b).map(|(a, b)| f64::midpoint(a, b)).or(a).or(b)
                } else {
                    None
                };
                filled[i] = value.ok_or_else(too_long)?;
            }
            // A missing row was reported already, once for all its columns.
            if (0..count).any(|k| self.lines[(start + k) % length].is_some()) {
                let how = if count <= 6 {
                    "linear interpolation"
                } else {
                    "the day before and the day after"
                };
                notes.push(format!(
                    "{}: {name} missing for {count} h, filled from {how}",
                    place_of(&self.lines, start, count)
                ));
            }
        }
        let most = 8;
        if notes.len() > most {
            let rest = notes.len() - most;
            notes.truncate(most);
            notes.push(format!("{name}: {rest} more gaps filled likewise"));
        }
        self.repairs.append(&mut notes);
        Ok(filled)
    }
}
