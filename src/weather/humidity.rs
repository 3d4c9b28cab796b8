//! The water in the air of a year: from the values of a file, with plausibility checks.
//!
//! ```text
//! dew point     of the file, over water also below 0 °C (WMO-No. 8, vol. I, annex 4.B); where there is none,
//!               of relative humidity, over water too
//! differ        both are in the file and their wet bulbs are apart: reported where it is so in the mean or in many hours
//! ```

use super::calendar::{line_before, place_of};
use super::quantity::{NONE, Quantity, Reader, Tally};
use super::repair::Year;
use crate::describe::Fault;
use crate::physics::psychrometrics::{
    MoistAir, dew_point_over_water_c, saturation_pressure_over_water_pa,
};

/// Wet bulbs that differ by more are reported, K, where it is so in this share of the hours, or where the mean differs by …
const HUMIDITIES_APART_K: f64 = 1.0;
const HUMIDITIES_APART_SHARE: f64 = 0.02;
/// … this, K.
const HUMIDITIES_OFFSET_K: f64 = 0.25;
/// The driest places have a mean of 15 %.
const MIN_MEAN_HUMIDITY: f64 = 0.05;

/// No air.
const UNKNOWN: MoistAir = MoistAir {
    dry_bulb_c: NONE,
    wet_bulb_c: NONE,
    humidity_ratio: NONE,
    pressure_pa: NONE,
};

impl Year<'_> {
    /// Humidities that the reader left out, and dew points that were never filled in.
    pub(super) fn tell_humidities(&mut self, reader: &Reader<'_>) {
        if reader.dry_humidities.count > 0 {
            self.repairs.push(format!(
                "{}: a relative humidity of 0 is none, taken as missing",
                reader.dry_humidities.place()
            ));
        }
        if reader.spare_humidities.count > 0 {
            self.repairs.push(format!(
                "{}: relative humidity cannot be true, not used beside a dew point",
                reader.spare_humidities.place()
            ));
        }
        let dew_points = &mut self.values[Quantity::DewPoint as usize];
        if dew_points.iter().all(|dew| dew.is_nan() || *dew == 0.0) {
            let known = dew_points.iter().any(|dew| !dew.is_nan());
            dew_points.fill(NONE);
            if known {
                self.repairs
                    .push("the dew point is 0 in every row, taken as missing".into());
            }
        }
    }

    /// The air of the rows that have dry bulb and dew point; NaN in all others. Two humidities that do not mean the same air
    /// are told where that matters: rounding moves single hours.
    pub(super) fn stated_air(&mut self, pressure: &[f64]) -> Vec<MoistAir> {
        let (mut apart, mut sum_k) = (Tally::default(), 0.0);
        let [dry, dew, humidity] = [
            Quantity::DryBulb,
            Quantity::DewPoint,
            Quantity::RelativeHumidity,
        ]
        .map(|quantity| self.column(quantity));
        let mut states = Vec::with_capacity(pressure.len());
        for ((dry, dew), pressure_pa) in dry.iter().zip(dew).zip(pressure) {
            states.push(if dry.is_nan() || dew.is_nan() {
                UNKNOWN
            } else {
                MoistAir::from_dew_point_over_water(*dry, *dew, *pressure_pa)
            });
        }
        for ((stated, humidity), line) in states.iter().zip(humidity).zip(&self.lines) {
            if let Some(line) = line
                && !stated.wet_bulb_c.is_nan()
                && !humidity.is_nan()
            {
                let vapour_pa = vapour_pa(stated.dry_bulb_c, *humidity);
                let apart_k = stated.wet_bulb_c - stated.near_wet_bulb_c(vapour_pa);
                sum_k += apart_k;
                if apart_k.abs() > HUMIDITIES_APART_K {
                    apart.add(*line);
                }
            }
        }
        let hours = states.len() as f64;
        let mean_k = sum_k / hours;
        if apart.count as f64 > HUMIDITIES_APART_SHARE * hours || mean_k.abs() > HUMIDITIES_OFFSET_K
        {
            self.repairs.push(format!(
                "dew point and relative humidity differ: by the dew point, which is used, the wet bulb is {:.1} K {} in the \
                 mean, and by more than {HUMIDITIES_APART_K} K apart in {} hours",
                mean_k.abs(),
                if mean_k < 0.0 { "lower" } else { "higher" },
                apart.count
            ));
        }
        states
    }

    /// Dew point from relative humidity where only that is known.
    pub(super) fn dew_point_from_humidity(&mut self) {
        let mut found = Tally::default();
        let [dry, dew, humidity, ..] = &mut self.values;
        let rows = dry.iter().zip(dew).zip(humidity).zip(&self.lines);
        for (((dry, dew), humidity), line) in rows {
            if let Some(line) = line
                && dew.is_nan()
                && !dry.is_nan()
                && !humidity.is_nan()
            {
                *dew = dew_point(*dry, *humidity);
                found.add(*line);
            }
        }
        if found.count > 0 {
            self.repairs.push(format!(
                "{}: dew point missing, worked out from relative humidity",
                found.place()
            ));
        }
    }

    pub(super) fn dew_point(&mut self) -> Result<Vec<f64>, Fault> {
        if self
            .column(Quantity::DewPoint)
            .iter()
            .all(|dew| dew.is_nan())
        {
            return Err(Fault::new(
                "the file has no humidity: dew point and relative humidity are missing in all rows",
                "give one of them, or use a file that has it",
            )
            .in_file(self.file, None));
        }
        self.filled(Quantity::DewPoint)
    }

    /// A column of nonsense is not seen in a single row.
    pub(super) fn check_humidity(&self, dry: &[f64], dew: &[f64]) -> Result<(), Fault> {
        let humidity = |(dry, dew): (&f64, &f64)| {
            saturation_pressure_over_water_pa(*dew) / saturation_pressure_over_water_pa(*dry)
        };
        let (mut sum, hours) = (0.0, dry.len() as f64);
        for hour in dry.iter().zip(dew) {
            sum += humidity(hour);
            // None is below zero: the rest of the year cannot take it back.
            if sum / hours >= MIN_MEAN_HUMIDITY {
                return Ok(());
            }
        }
        let mean = sum / hours;
        let what = format!(
            "the air has a mean relative humidity of {:.1} %: no place is that dry",
            100.0 * mean
        );
        let cure = "give dew points in °C, or mark them as missing and give relative humidities in percent";
        let fault = Fault::new(what, cure).in_file(self.file, None);
        Err(fault.in_column("dew point"))
    }

    /// Rounding puts a dew point a little above the dry bulb; more than 2 K is not rounding.
    pub(super) fn keep_below_saturation(
        &mut self,
        dry: &[f64],
        dew: &mut [f64],
    ) -> Result<(), Fault> {
        let (mut count, mut first, mut worst_k) = (0, 0, 0.0_f64);
        for (i, (dry, dew)) in dry.iter().zip(dew).enumerate() {
            let excess_k = *dew - dry;
            if excess_k > 2.0 {
                let what =
                    format!("the dew point {dew:.1} °C is {excess_k:.1} K above the dry bulb");
                let cure = "air holds no more water than saturation: correct the row or mark the value as missing";
                let line = self.lines[i].or(line_before(&self.lines, i));
                return Err(Fault::new(what, cure)
                    .in_file(self.file, line)
                    .in_column("dew point"));
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
                place_of(&self.lines, first, 1),
                and_more(count - 1),
            ));
        }
        Ok(())
    }
}

/// Pressure of the vapour, Pa, at a relative humidity over water, %.
fn vapour_pa(dry_c: f64, humidity: f64) -> f64 {
    humidity / 100.0 * saturation_pressure_over_water_pa(dry_c)
}

/// Dew point over water, °C, from relative humidity over water, %.
fn dew_point(dry_c: f64, humidity: f64) -> f64 {
    dew_point_over_water_c(vapour_pa(dry_c, humidity)).min(dry_c)
}

fn and_more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(" and {count} more")
    }
}
