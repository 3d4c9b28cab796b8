//! From rows as a file states them to a whole, possible year: what is missing is filled and told, what cannot
//! be true is refused.
//!
//! ```text
//! gap of 1…6 h      linear between its neighbours
//! gap of 7…24 h     mean of the same hour the day before and the day after
//! longer            refused, but for pressure (standard atmosphere) and a radiation or wind column that is
//!                   missing altogether (zero): cooling does not hang on those
//! ```

use std::path::Path;

use super::quantity::{Quantity, Row};
use super::{Hour, Site, Weather, WeatherError, day_of_year, days_in_month};
use crate::physics::psychrometrics::{
    dew_point_c, humidity_ratio_from_relative_humidity, saturation_pressure_pa,
    standard_pressure_pa,
};

/// Puts the rows on the calendar, fills what is missing and builds the year.
pub(super) fn build(
    file: &Path,
    site: Site,
    label: String,
    rows: &[Row],
) -> Result<Weather, WeatherError> {
    let leap = rows.iter().any(|r| r.month == 2 && r.day == 29);
    let mut year = Year::on_calendar(file, rows, leap)?;
    year.tell_contradictions();
    year.dew_point_from_humidity(site.elevation_m);
    let pressure = year.pressure(site.elevation_m);
    let dry_bulb = year.filled(Quantity::DryBulb)?;
    let mut dew_point = year.filled(Quantity::DewPoint)?;
    let [ghi, dni, dhi, wind] = [Quantity::Ghi, Quantity::Dni, Quantity::Dhi, Quantity::Wind]
        .map(|q| year.filled_or_zero(q));
    let (ghi, dni, dhi, wind) = (ghi?, dni?, dhi?, wind?);
    year.keep_below_saturation(&dry_bulb, &mut dew_point)?;

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
    Ok(Weather::new(site, label, false, year.repairs, hours))
}

/// The rows in their places; a slot without a row has no line.
struct Year<'a> {
    file: &'a Path,
    lines: Vec<Option<usize>>,
    values: Vec<[Option<f64>; 8]>,
    repairs: Vec<String>,
}

impl<'a> Year<'a> {
    fn on_calendar(file: &'a Path, rows: &[Row], leap: bool) -> Result<Self, WeatherError> {
        let length = if leap {
            super::LEAP_YEAR_H
        } else {
            super::COMMON_YEAR_H
        };
        let mut year = Self {
            file,
            lines: vec![None; length],
            values: vec![[None; 8]; length],
            repairs: Vec::new(),
        };
        let mut last: Option<usize> = None;
        for row in rows {
            let refuse = |cause: String, cure: &str| {
                Err(WeatherError::new(file, cause, cure).at_line(row.line))
            };
            let date = format!("{:02}-{:02} hour {}", row.month, row.day, row.hour);
            if row.day == 0
                || row.day > days_in_month(row.month, leap)
                || !(1..=24).contains(&row.hour)
            {
                return refuse(
                    format!("there is no {date}"),
                    "months run 1…12 and hours 1…24, each hour named by its end",
                );
            }
            let slot = day_of_year(row.month, row.day, leap) * 24 + usize::from(row.hour) - 1;
            match last {
                Some(previous) if slot == previous => {
                    return refuse(
                        format!("{date} stands here a second time"),
                        "remove one of the two rows",
                    );
                }
                Some(previous) if slot < previous => {
                    return refuse(
                        format!("{date} comes after a later hour"),
                        "sort the rows from 1 January hour 1 to 31 December hour 24",
                    );
                }
                _ => last = Some(slot),
            }
            year.lines[slot] = Some(row.line);
            year.values[slot] = row.values;
        }
        year.tell_missing_hours(rows.len())?;
        Ok(year)
    }

    fn tell_missing_hours(&mut self, rows: usize) -> Result<(), WeatherError> {
        let length = self.lines.len();
        let gaps = gaps(length, |i| self.lines[i].is_none());
        if length - rows > 24 || gaps.is_none() {
            let first = self.lines.iter().position(Option::is_none).unwrap_or(0);
            let error = WeatherError::new(
                self.file,
                format!(
                    "holds {rows} of the {length} hours of a year; the first that is missing is {}",
                    self.date(first)
                ),
                "give one row for each hour of the year; at most 24 missing ones are filled",
            );
            return Err(match self.line_before(first) {
                Some(line) => error.at_line(line),
                None => error,
            });
        }
        for (start, count) in gaps.unwrap_or_default() {
            self.repairs.push(format!(
                "{}: {count} hour{} from {} missing from the file, filled from the neighbours",
                self.place(start, count),
                if count == 1 { "" } else { "s" },
                self.date(start),
            ));
        }
        Ok(())
    }

    fn column(&self, quantity: Quantity) -> Vec<Option<f64>> {
        self.values.iter().map(|v| v[quantity as usize]).collect()
    }

    /// Two humidities in one row that do not mean the same air; above 0 °C, where both are told over water.
    fn tell_contradictions(&mut self) {
        let (mut count, mut first) = (0, None);
        for (values, line) in self.values.iter().zip(&self.lines) {
            let known = [
                Quantity::DryBulb,
                Quantity::DewPoint,
                Quantity::RelativeHumidity,
            ];
            if let [Some(dry), Some(dew), Some(humidity)] = known.map(|q| values[q as usize])
                && dew > 0.0
                && dew <= dry
            {
                let meant = 100.0 * saturation_pressure_pa(dew) / saturation_pressure_pa(dry);
                if (meant - humidity).abs() > 10.0 {
                    count += 1;
                    first = first.or(*line);
                }
            }
        }
        if let Some(line) = first {
            self.repairs.push(format!(
                "line {line}{}: dew point and relative humidity differ by more than 10 %, the dew point is used",
                and_more(count - 1)
            ));
        }
    }

    /// Dew point from relative humidity where only that is known.
    fn dew_point_from_humidity(&mut self, elevation_m: f64) {
        let standard_pa = standard_pressure_pa(elevation_m);
        let (mut count, mut first) = (0, None);
        for (values, line) in self.values.iter_mut().zip(&self.lines) {
            let dry = values[Quantity::DryBulb as usize];
            let humidity = values[Quantity::RelativeHumidity as usize];
            let dew = &mut values[Quantity::DewPoint as usize];
            if let (None, Some(dry), Some(humidity)) = (*dew, dry, humidity) {
                // The dew point does not hang on the pressure, which may be missing.
                let w = humidity_ratio_from_relative_humidity(dry, humidity / 100.0, standard_pa);
                *dew = Some(dew_point_c(w, standard_pa).min(dry));
                count += 1;
                first = first.or(*line);
            }
        }
        if let Some(line) = first {
            self.repairs.push(format!(
                "line {line}{}: dew point missing, worked out from relative humidity",
                and_more(count - 1)
            ));
        }
    }

    fn pressure(&mut self, elevation_m: f64) -> Vec<f64> {
        if let Ok(filled) = self.filled(Quantity::Pressure) {
            return filled;
        }
        let standard_pa = standard_pressure_pa(elevation_m);
        let column = self.column(Quantity::Pressure);
        let missing = column.iter().filter(|v| v.is_none()).count();
        let first = column.iter().position(Option::is_none).unwrap_or(0);
        self.repairs.push(format!(
            "{}: pressure missing in {missing} hours, taken as {standard_pa:.0} Pa (standard atmosphere at {elevation_m} m)",
            self.place(first, missing)
        ));
        column.iter().map(|v| v.unwrap_or(standard_pa)).collect()
    }

    fn filled_or_zero(&mut self, quantity: Quantity) -> Result<Vec<f64>, WeatherError> {
        if self.values.iter().all(|v| v[quantity as usize].is_none()) {
            self.repairs.push(format!(
                "the file has no {}: taken as zero",
                quantity.name()
            ));
            return Ok(vec![0.0; self.values.len()]);
        }
        self.filled(quantity)
    }

    fn filled(&mut self, quantity: Quantity) -> Result<Vec<f64>, WeatherError> {
        let column = self.column(quantity);
        let length = column.len();
        let name = quantity.name();
        let Some(gaps) = gaps(length, |i| column[i].is_none()) else {
            return Err(WeatherError::new(
                self.file,
                format!("{name} is missing in all rows"),
                "this quantity is needed: use a file that has it",
            ));
        };
        let mut filled: Vec<f64> = column.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        let mut told = Vec::new();
        for (start, count) in gaps {
            let known = |i: usize| column[i % length];
            let too_long = || {
                let error = WeatherError::new(
                    self.file,
                    format!(
                        "{name} is missing for {count} hours from {}",
                        self.date(start)
                    ),
                    "gaps of up to 24 hours with a whole day on either side are filled: repair the file",
                );
                match self.lines[start].or(self.line_before(start)) {
                    Some(line) => error.at_line(line),
                    None => error,
                }
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
            // A missing row was told already, once for all its columns.
            if (0..count).any(|k| self.lines[(start + k) % length].is_some()) {
                let how = if count <= 6 {
                    "linear interpolation"
                } else {
                    "the day before and the day after"
                };
                told.push(format!(
                    "{}: {name} missing for {count} h, filled from {how}",
                    self.place(start, count)
                ));
            }
        }
        let most = 8;
        if told.len() > most {
            let rest = told.len() - most;
            told.truncate(most);
            told.push(format!("{name}: {rest} more gaps filled likewise"));
        }
        self.repairs.append(&mut told);
        Ok(filled)
    }

    /// Rounding puts a dew point a little above the dry bulb; more than 2 K is no rounding.
    fn keep_below_saturation(&mut self, dry: &[f64], dew: &mut [f64]) -> Result<(), WeatherError> {
        let (mut count, mut first, mut worst_k) = (0, 0, 0.0_f64);
        for (i, (dry, dew)) in dry.iter().zip(dew).enumerate() {
            let excess_k = *dew - dry;
            if excess_k > 2.0 {
                let error = WeatherError::new(
                    self.file,
                    format!("the dew point {dew:.1} °C is {excess_k:.1} K above the dry bulb"),
                    "air holds no more water than saturation: correct the row or mark the value as missing",
                )
                .in_column("dew point");
                return Err(match self.lines[i].or(self.line_before(i)) {
                    Some(line) => error.at_line(line),
                    None => error,
                });
            }
            if excess_k > 0.0 {
                *dew = *dry;
                if count == 0 {
                    first = i;
                }
                count += 1;
                worst_k = worst_k.max(excess_k);
            }
        }
        // Up to 0.1 K is the last digit of most files: not worth a person's time.
        if worst_k > 0.100_001 {
            self.repairs.push(format!(
                "{}{}: dew point up to {worst_k:.1} K above the dry bulb, lowered to it",
                self.place(first, 1),
                and_more(count - 1),
            ));
        }
        Ok(())
    }

    fn line_before(&self, slot: usize) -> Option<usize> {
        self.lines[..slot].iter().rev().find_map(|l| *l)
    }

    /// `lines 12–15`, or `after line 11` where the rows themselves are missing.
    fn place(&self, start: usize, count: usize) -> String {
        let length = self.lines.len();
        let last = self.lines[(start + count - 1) % length];
        match (self.lines[start], last) {
            (Some(a), Some(b)) if a != b => format!("lines {a}–{b}"),
            (Some(a), _) => format!("line {a}"),
            _ => match self.line_before(start) {
                Some(line) => format!("after line {line}"),
                None => "before the first row".into(),
            },
        }
    }

    fn date(&self, slot: usize) -> String {
        let leap = self.lines.len() == super::LEAP_YEAR_H;
        let (mut month, mut day) = (1, slot / 24);
        while day >= usize::from(days_in_month(month, leap)) && month < 12 {
            day -= usize::from(days_in_month(month, leap));
            month += 1;
        }
        format!("{month:02}-{:02} hour {}", day + 1, slot % 24 + 1)
    }
}

fn and_more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(" and {count} more")
    }
}

/// Runs of missing slots as (start, length); the year is a ring. `None` where everything is missing.
fn gaps(length: usize, missing: impl Fn(usize) -> bool) -> Option<Vec<(usize, usize)>> {
    let anchor = (0..length).find(|&i| !missing(i))?;
    let mut gaps = Vec::new();
    let mut run = 0;
    for k in 1..=length {
        let i = (anchor + k) % length;
        if missing(i) {
            run += 1;
        } else if run > 0 {
            gaps.push(((i + length - run) % length, run));
            run = 0;
        }
    }
    Some(gaps)
}
