//! How warm racks, chips and facility water got.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::shortfall::{gpu_h, h};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::physics::temperature_counts::TemperatureCounts;
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;

/// Water may be so much above its setpoint before it counts, K: what controls hold.
const OFF_SETPOINT_K: f64 = 0.1;

figures! {
    /// How warm it got.
    Thermal {
        /// Warmest coolant at a rack.
        max_inlet_c: Option<f64> = Celsius.row(Heading::Heat, "warmest coolant", 1);
        /// Hottest chip.
        max_chip_c: Option<f64> = Celsius.row(Heading::Heat, "hottest chip", 1).headline();
        /// 95th percentile of the busy chips' temperatures, over chips and hours, read once an hour.
        p95_chip_c: Option<f64> = Celsius.row(Heading::Heat, "  95th percentile", 1);
        /// Median of the same.
        median_chip_c: Option<f64> = Celsius.row(Heading::Heat, "  median", 1);
        /// Hottest memory of a chip, read once an hour and while chips are throttled; only where the catalogue describes a chip's
        /// memory does it differ from `max_chip_c`.
        max_memory_c: Option<f64> = Celsius.row(Heading::Heat, "hottest memory", 1);
        /// GPUs whose core or memory is at its limit × hours; only those chips of a server that are.
        throttled_gpu_hours: Option<f64> = GpuHours.zero("throttled", 0).rank(1).headline().warns(|hours, _| {
            format!(
                "chips ran below their clock for {} because they were hot: less work was done",
                gpu_h(hours)
            )
        });
        /// GPUs in racks that heat had switched off × hours; events or none.
        off_gpu_hours: Option<f64> = GpuHours.zero("switched off by heat", 0).headline().warns(|hours, summary| {
            format!(
                "heat switched racks off for {}, {:.2} % of all: their work was not done, so the energy that they did not \
                 draw is not a saving",
                gpu_h(hours),
                100.0 * summary.thermal.off_share.unwrap_or(0.0)
            )
        });
        /// The same of all GPUs × hours.
        off_share: Option<f64> = Share.zero("  of all GPU-hours", 2);
        /// Hours in which any rack was above its limit (`max_inlet_c` of air, by default what the class allows at the site's
        /// altitude; with cold plates and immersion the fluid around the chips above `max_supply_c` + half of its rise; with
        /// two-phase tanks 3 K above the boiling point).
        hours_above_limit: Option<f64> = Hours.zero("racks above their limit", 1).rank(1).warns(|hours, summary| {
            format!(
                "a rack's coolant was above its limit for {}; the warmest was {:.1} °C",
                h(hours),
                summary.thermal.max_inlet_c.unwrap_or(0.0)
            )
        });
        /// Hours in which facility water of any circuit was more than 0.1 K above its setpoint.
        hours_above_setpoint: Option<f64> = Hours.zero("water above its setpoint", 1).rank(1).warns(|hours, summary| {
            format!(
                "facility water was above its setpoint for {}, by up to {:.1} K: its plant could not hold it",
                h(hours),
                summary.thermal.above_setpoint_max_k.unwrap_or(0.0)
            )
        });
        /// The most above it.
        above_setpoint_max_k: Option<f64> = Kelvin.zero("  at most", 1).up_to(OFF_SETPOINT_K).rank(1);
        /// Hours in which facility water of any hall was above its `water_class`.
        hours_above_water_class: Option<f64> = Hours.zero("water above its class", 1).rank(1).warns(|hours, _| {
            format!(
                "facility water was warmer than the hall's water_class allows for {}",
                h(hours)
            )
        });
        /// Facility water of the first circuit, mean of its supply.
        supply_mean_c: Option<f64> = Celsius;
        /// The warmest of it.
        supply_max_c: Option<f64> = Celsius;
        /// Lowest dew point in halls whose moisture is followed (`humidity`).
        min_dew_point_c: Option<f64> = Celsius;
        /// Highest dew point in such halls.
        max_dew_point_c: Option<f64> = Celsius;
        /// Hours in which any of them was outside its limits.
        hours_outside_dew_points: Option<f64> = Hours.zero("dew point outside limits", 1).rank(1).warns(|hours, _| {
            format!(
                "the dew point of a hall's air was outside its limits for {}",
                h(hours)
            )
        });
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct ThermalMetric {
    max_inlet_c: f64,
    max_chip_c: f64,
    max_memory_c: f64,
    chips: TemperatureCounts,
    max_supply_c: f64,
    throttled_s: Sum,
    off_s: Sum,
    gpus_s: Sum,
    above_limit_s: Sum,
    above_setpoint_s: Sum,
    above_setpoint_k: f64,
    above_class_s: Sum,
    supply_c_s: Sum,
    supply_s: Sum,
    dew_point_c: [f64; 2],
    dew_point_outside_s: Sum,
    gpus: f64,
    seen: bool,
}

impl ThermalMetric {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            max_inlet_c: f64::NEG_INFINITY,
            max_chip_c: f64::NEG_INFINITY,
            max_memory_c: f64::NEG_INFINITY,
            chips: TemperatureCounts::default(),
            max_supply_c: f64::NEG_INFINITY,
            throttled_s: Sum::default(),
            off_s: Sum::default(),
            gpus_s: Sum::default(),
            above_limit_s: Sum::default(),
            above_setpoint_s: Sum::default(),
            above_setpoint_k: 0.0,
            above_class_s: Sum::default(),
            supply_c_s: Sum::default(),
            supply_s: Sum::default(),
            dew_point_c: [f64::INFINITY, f64::NEG_INFINITY],
            dew_point_outside_s: Sum::default(),
            gpus: context.gpus,
            seen: false,
        }
    }
}

impl Metric for ThermalMetric {
    fn observe(&mut self, s: &Snapshot) {
        self.seen |= !s.halls.is_empty();
        let (mut throttled, mut off) = (0.0, 0.0);
        let (mut above, mut outside, mut above_class) = (false, false, false);
        for hall in &s.halls {
            raise(&mut self.max_inlet_c, hall.max_inlet_c);
            raise(&mut self.max_chip_c, hall.max_chip_c);
            raise(
                &mut self.max_memory_c,
                hall.max_memory_c.unwrap_or(f64::NEG_INFINITY),
            );
            self.chips.merge(&hall.chips);
            throttled += hall.throttled_gpus;
            off += hall.gpus_off;
            above_class |= hall.above_water_class;
            above |= hall.racks_above_limit > 0;
            outside |= hall.dew_point_outside;
            if let Some(dew_c) = hall.dew_point_c {
                let [least, most] = self.dew_point_c;
                self.dew_point_c = [least.min(dew_c), most.max(dew_c)];
            }
        }
        self.throttled_s.add(throttled * s.dt_s);
        self.off_s.add(off * s.dt_s);
        self.gpus_s.add(self.gpus * s.dt_s);
        let over_k = std::iter::once(&s.plant)
            .chain(&s.circuits)
            .map(|plant| plant.supply_c - plant.setpoint_c)
            .fold(0.0, f64::max);
        raise(&mut self.above_setpoint_k, over_k);
        let seconds = |is: bool| if is { s.dt_s } else { 0.0 };
        self.above_limit_s.add(seconds(above));
        self.above_setpoint_s.add(seconds(over_k > OFF_SETPOINT_K));
        self.above_class_s.add(seconds(above_class));
        self.dew_point_outside_s.add(seconds(outside));
        let supply_c = s.plant.supply_c;
        if supply_c.is_finite() {
            raise(&mut self.max_supply_c, supply_c);
            self.supply_c_s.add(supply_c * s.dt_s);
            self.supply_s.add(s.dt_s);
        }
    }

    fn report(&self, summary: &mut Summary) {
        let thermal = &mut summary.thermal;
        thermal.supply_mean_c = known(self.supply_c_s.value() / self.supply_s.value());
        thermal.supply_max_c = known(self.max_supply_c);
        thermal.max_inlet_c = known(self.max_inlet_c);
        thermal.max_chip_c = known(self.max_chip_c);
        // A count's middle may lie above the hottest of all.
        let quantile = |q: f64| Some(self.chips.quantile(q)?.min(self.max_chip_c));
        thermal.p95_chip_c = quantile(0.95);
        thermal.median_chip_c = quantile(0.5);
        thermal.max_memory_c = known(self.max_memory_c);
        let [least_c, most_c] = self.dew_point_c;
        (thermal.min_dew_point_c, thermal.max_dew_point_c) = (known(least_c), known(most_c));
        if least_c.is_finite() {
            thermal.hours_outside_dew_points = known(self.dew_point_outside_s.value() / HOUR_S);
        }
        if self.seen {
            thermal.throttled_gpu_hours = known(self.throttled_s.value() / HOUR_S);
            thermal.off_gpu_hours = known(self.off_s.value() / HOUR_S);
            thermal.off_share = known(self.off_s.value() / self.gpus_s.value());
            thermal.hours_above_limit = known(self.above_limit_s.value() / HOUR_S);
            thermal.hours_above_setpoint = known(self.above_setpoint_s.value() / HOUR_S);
            thermal.above_setpoint_max_k = known(self.above_setpoint_k);
            thermal.hours_above_water_class = known(self.above_class_s.value() / HOUR_S);
        }
    }
}

fn raise(max: &mut f64, value: f64) {
    if value > *max {
        *max = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot::Hall;

    /// Two halls, three hours: 30 °C inlet in the second hall, 12 + 3 throttled chips in hour 2 only, racks above
    /// their limit in hours 2 and 3; water 20, 26, 23 °C.
    #[test]
    fn maxima_and_hours() {
        let hall = |max_inlet_c, max_chip_c, throttled_gpus, racks_above_limit| Hall {
            max_inlet_c,
            max_chip_c,
            throttled_gpus,
            racks_above_limit,
            ..Hall::default()
        };
        let step = |at, supply_c, halls: [Hall; 2]| {
            let mut s = hour(at, 1e6);
            s.plant.supply_c = supply_c;
            s.halls = halls.to_vec();
            s
        };
        let steps = [
            step(
                1.0,
                20.0,
                [hall(22.0, 70.0, 0.0, 0), hall(30.0, 61.0, 0.0, 0)],
            ),
            step(
                2.0,
                26.0,
                [hall(25.0, 88.5, 12.0, 3), hall(29.0, 87.0, 3.0, 1)],
            ),
            step(
                3.0,
                23.0,
                [hall(24.0, 80.0, 0.0, 1), hall(29.0, 80.0, 0.0, 0)],
            ),
        ];
        let thermal = report(ThermalMetric::new(&context()), &steps).thermal;
        assert_eq!(thermal.max_inlet_c, Some(30.0));
        assert_eq!(thermal.max_chip_c, Some(88.5));
        assert_eq!(thermal.throttled_gpu_hours, Some(15.0));
        assert_eq!(thermal.hours_above_limit, Some(2.0));
        assert_eq!(thermal.supply_mean_c, Some(23.0));
        assert_eq!(thermal.supply_max_c, Some(26.0));
    }

    /// Two halls of which one is followed: −9 and then 16.5 °C, the second hour outside its limits.
    #[test]
    fn dew_points_of_halls_that_are_followed() {
        let step = |at, dew_point_c, dew_point_outside| {
            let mut s = hour(at, 1e6);
            let followed = Hall {
                dew_point_c: Some(dew_point_c),
                dew_point_outside,
                ..Hall::default()
            };
            s.halls = vec![Hall::default(), followed];
            s
        };
        let steps = [step(1.0, -9.0, false), step(2.0, 16.5, true)];
        let thermal = report(ThermalMetric::new(&context()), &steps).thermal;
        assert_eq!(thermal.min_dew_point_c, Some(-9.0));
        assert_eq!(thermal.max_dew_point_c, Some(16.5));
        assert_eq!(thermal.hours_outside_dew_points, Some(1.0));
        let none = report(ThermalMetric::new(&context()), &[hour(1.0, 1e6)]).thermal;
        assert_eq!(none.hours_outside_dew_points, None);
    }

    /// By hand: of 100 chips 40 are off in hours 2 and 3 of four: 80 GPU-hours, 20 %. The second circuit is 2 K above its
    /// setpoint in hour 3 and warmer than its hall's class; the first is a hair above it throughout.
    #[test]
    fn what_heat_switched_off_and_water_that_came_too_warm() {
        let step = |at: f64| {
            let mut s = hour(at, 1e6);
            (s.plant.supply_c, s.plant.setpoint_c) = (18.05, 18.0);
            let warm = if at == 3.0 { 34.0 } else { 32.0 };
            s.circuits = vec![crate::snapshot::Plant {
                supply_c: warm,
                setpoint_c: 32.0,
                ..s.plant
            }];
            s.halls[0].gpus_off = if at == 2.0 || at == 3.0 { 40.0 } else { 0.0 };
            s.halls[0].above_water_class = warm > 33.0;
            s
        };
        let steps = [1.0, 2.0, 3.0, 4.0].map(step);
        let thermal = report(ThermalMetric::new(&context()), &steps).thermal;
        assert_eq!(thermal.off_gpu_hours, Some(80.0));
        assert_eq!(thermal.off_share, Some(0.2));
        assert_eq!(thermal.hours_above_setpoint, Some(1.0));
        assert_eq!(thermal.above_setpoint_max_k, Some(2.0));
        assert_eq!(thermal.hours_above_water_class, Some(1.0));
    }

    #[test]
    fn water_below_freezing_has_a_maximum_too() {
        let mut cold = hour(1.0, 1e6);
        cold.plant.supply_c = -3.0;
        let thermal = report(ThermalMetric::new(&context()), &[cold]).thermal;
        assert_eq!(
            (thermal.supply_max_c, thermal.supply_mean_c),
            (Some(-3.0), Some(-3.0))
        );
    }
}
