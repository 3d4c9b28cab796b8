//! The water in the air of a year: from the values of a file, with plausibility checks.
//!
//! ```text
//! dew point     of the file, over water also below 0 °C (WMO-No. 8, vol. I, annex 4.B); where there is none,
//!               of relative humidity, over water too
//! differ        both are in the file and their wet bulbs are apart: reported where it is so in the mean or in many hours
//! ```

use super::calendar::{line_before, place_of};
use super::quantity::{Quantity, Reader, Tally};
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
        let mut dew_points = self
            .values
            .iter_mut()
            .map(|v| &mut v[Quantity::DewPoint as usize]);
        if dew_points.all(|dew| dew.is_none_or(|dew| dew == 0.0)) {
            let known = self.column(Quantity::DewPoint).iter().flatten().count();
            for values in &mut self.values {
                values[Quantity::DewPoint as usize] = None;
            }
            if known > 0 {
                self.repairs
                    .push("the dew point is 0 in every row, taken as missing".into());
            }
        }
    }

    /// Two humidities that do not mean the same air, where that matters: rounding moves single hours.
    pub(super) fn tell_contradictions(&mut self, pressure: &[f64]) {
        let (mut apart, mut sum_k) = (Tally::default(), 0.0);
        for ((values, line), pressure_pa) in self.values.iter().zip(&self.lines).zip(pressure) {
            let three = [
                Quantity::DryBulb,
                Quantity::DewPoint,
                Quantity::RelativeHumidity,
            ];
            if let ([Some(dry), Some(dew), Some(humidity)], Some(line)) =
                (three.map(|q| values[q as usize]), line)
            {
                let stated = MoistAir::from_dew_point_over_water(dry, dew, *pressure_pa);
                let other = MoistAir::from_dew_point_over_water(
                    dry,
                    dew_point(dry, humidity),
                    *pressure_pa,
                );
                let apart_k = stated.wet_bulb_c - other.wet_bulb_c;
                sum_k += apart_k;
                if apart_k.abs() > HUMIDITIES_APART_K {
                    apart.add(*line);
                }
            }
        }
        let hours = self.values.len() as f64;
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
    }

    /// Dew point from relative humidity where only that is known.
    pub(super) fn dew_point_from_humidity(&mut self) {
        let mut found = Tally::default();
        for (values, line) in self.values.iter_mut().zip(&self.lines) {
            let dry = values[Quantity::DryBulb as usize];
            let humidity = values[Quantity::RelativeHumidity as usize];
            let dew = &mut values[Quantity::DewPoint as usize];
            if let (None, Some(dry), Some(humidity), Some(line)) = (*dew, dry, humidity, line) {
                *dew = Some(dew_point(dry, humidity));
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
        if self.column(Quantity::DewPoint).iter().all(Option::is_none) {
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
        let mean = dry.iter().zip(dew).map(humidity).sum::<f64>() / dry.len() as f64;
        if mean >= MIN_MEAN_HUMIDITY {
            return Ok(());
        }
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

/// Dew point over water, °C, from relative humidity over water, %.
fn dew_point(dry_c: f64, humidity: f64) -> f64 {
    let vapour_pa = humidity / 100.0 * saturation_pressure_over_water_pa(dry_c);
    dew_point_over_water_c(vapour_pa).min(dry_c)
}

fn and_more(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(" and {count} more")
    }
}
