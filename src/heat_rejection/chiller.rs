//! Electric chiller by energy-input-ratio curves, as published and beyond.
//!
//! ```text
//! Q_avail = Q_ref·CAPFT(x, y)                             W;  x leaving water °C, y entering condenser water or air °C
//! P       = Q_avail/COP_ref·EIRFT(x, y)·EIRFPLR(p)·cycling
//! PLR     = Q/Q_avail;  cycling = min(1, PLR/PLR_min);  p = max(PLR, PLR_unload)
//! Q_cond  = Q + P                                         false loading stays inside the machine
//! ```
//!
//! Source: `EnergyPlus` Engineering Reference, `Chiller:Electric:EIR`. Equal units in parallel with equal load; see
//! `Staging`. Below the unloading ratio hot gas loads the compressor falsely; below the least ratio the machine cycles.
//!
//! Most published curves of water-cooled machines end at 12.8 °C leaving water or below, of air-cooled ones at 10 °C. Outside the
//! limits, and where a fit breaks the law that COP falls with lift, `lift.rs` has the rule. There part load is counted on
//! the capacity at the limit of the curve; the part of the capacity above it has the COP of full load.

pub mod air_cooled;
mod bank;
pub mod economizer;
mod lift;
mod selection;
mod settle;
pub mod staging;
mod table;
pub mod trim;
pub mod water_cooled;

pub use bank::{Chilled, Chillers};
pub use staging::{Stages, Staging};

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::describe::Doubts;
use crate::physics::curves::{Biquadratic, Limits, Quadratic};
use crate::units;

/// An entry of `assets/catalogue/chillers.toml`: a machine, free of size.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChillerCurves {
    /// Common name.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Notes on use.
    #[serde(default)]
    pub note: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
    /// Heat sink of the condenser.
    pub condenser: Condenser,
    /// Sizes that the curves stand for, by the capacity of one machine, kW: the least and the largest; a warning says where a
    /// plant's machine is below half or above twice of them.
    #[serde(default)]
    #[schemars(with = "Option<[f64; 2]>", inner(range(min = 1.0, max = 1e6)))]
    pub sizes_kw: Option<Limits>,
    /// Given where the curves are fitted over the condenser water that leaves (reformulated EIR): its rise through the condenser
    /// at the reference point, K. Their y is then that temperature; `reference_entering_c` is still that of the water that enters.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 1.0, max = 20.0))]
    pub condenser_rise_k: Option<f64>,
    /// Lift inside the machine, from the evaporator below leaving water to the condenser above entering water or air, K; read from
    /// the curves otherwise, within 7 to 12 K (water) or 15 to 20 K (air).
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 1.0, max = 40.0))]
    pub inner_lift_k: Option<f64>,
    /// Part of the work at the warmest leaving water of the curves that does not fall with the lift; read from the curves
    /// otherwise, within 0.1 to 0.5.
    #[serde(default, deserialize_with = "units::given_fraction")]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub loss_share: Option<f64>,
    /// Least lift that the machine keeps up, K: 12 with condenser water (8 to 15 by make, for oil return and cooling of the
    /// motor), 20 with air.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 1.0, max = 40.0))]
    pub least_lift_k: Option<f64>,
    /// Cooling over electricity at the reference point.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 30.0))]
    pub reference_cop: f64,
    /// Leaving water at the reference point, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -30.0, max = 40.0))]
    pub reference_leaving_c: f64,
    /// Entering condenser water or air at the reference point, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -30.0, max = 60.0))]
    pub reference_entering_c: f64,
    /// Below this part load the machine cycles.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub min_part_load: f64,
    /// Below this part load the compressor is loaded falsely.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_unloading: f64,
    /// Entering temperature below which the head is held up, °C: colder ones bring nothing more.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 60.0))]
    pub least_entering_c: f64,
    /// Entering temperature at which high head trips the machine, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 10.0, max = 80.0))]
    pub trip_entering_c: f64,
    /// Marked: the fits let COP or capacity move against the lift inside their own limits.
    #[serde(default)]
    pub breaks_lift_law: bool,
    /// Available capacity relative to reference.
    pub capacity: Biquadratic,
    /// Electricity per cooling at full load relative to reference.
    pub energy_input: Biquadratic,
    /// Electricity relative to full load, over part load.
    pub part_load: Quadratic,
    #[serde(skip)]
    law: OnceLock<lift::Law>,
}

impl ChillerCurves {
    fn law(&self) -> &lift::Law {
        self.law.get_or_init(|| lift::Law::of(self))
    }

    /// Energy input per cooling at full load, relative to reference, everywhere.
    pub fn input_ratio(&self, leaving_c: f64, entering_c: f64) -> f64 {
        self.law().input(self, leaving_c, entering_c)
    }

    /// Capacity relative to reference, everywhere.
    pub fn capacity_ratio(&self, leaving_c: f64, entering_c: f64) -> f64 {
        let law = self.law();
        law.base_capacity(self, leaving_c, entering_c)
            * law.capacity_factor(self, leaving_c, entering_c)
    }

    /// The key of a curve that does not stay positive within its limits, and what is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let over = |limits: Limits| {
            (0..=8).map(move |step| limits.min + f64::from(step) / 8.0 * (limits.max - limits.min))
        };
        for (key, curve) in [
            ("capacity", &self.capacity),
            ("energy_input", &self.energy_input),
        ] {
            for (x, y) in over(curve.x).flat_map(|x| over(curve.y).map(move |y| (x, y))) {
                let ratio = curve.at(x, y);
                if !(0.02..=20.0).contains(&ratio) {
                    let what =
                        format!("{key} is {ratio:.3} at {x:.1} °C leaving and {y:.1} °C entering");
                    return Some((key, what));
                }
            }
        }
        over(self.part_load.x).find_map(|load| {
            let ratio = self.part_load.at(load);
            (!(-0.01..=5.0).contains(&ratio)).then(|| {
                (
                    "part_load",
                    format!("part_load is {ratio:.3} at a load of {load:.2}"),
                )
            })
        })
    }

    /// Condenser water that the machine takes at least with this leaving water, °C.
    pub fn least_condenser_c(&self, leaving_c: f64) -> f64 {
        self.law().least_entering_c(self, leaving_c)
    }

    /// Entering condenser water or air up to which its capacity was published, °C.
    pub fn hottest_entering_c(&self) -> f64 {
        self.law().capacity.y.max
    }
}

/// Heat sink of a condenser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condenser {
    /// Condenser water.
    Water,
    /// Outdoor air; the fans are inside the COP.
    Air,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn all() -> BTreeMap<String, ChillerCurves> {
        toml::from_str(include_str!("../../assets/catalogue/chillers.toml")).unwrap()
    }

    fn carrier(units: u32) -> Chillers {
        Chillers {
            curves: all().remove("carrier-19xr-1586kw-vsd").unwrap(),
            reference_w: 1.2e6,
            units,
        }
    }

    /// At 10/21 °C: CAPFT 1.08800, EIRFT 0.87168; PLR 0.7725 gives EIRFPLR 0.64850 and
    /// P = 1.2 MW·1.088/5.53·0.87168·0.6485 = 133.46 kW for 1.00858 MW.
    #[test]
    fn power_by_hand() {
        let c = carrier(1);
        assert!((c.unit_capacity_w(10.0, 21.0) - 1.30560e6).abs() < 20.0);
        let run = c.run(0.7725 * 1.30560e6, 1, 10.0, 21.0);
        assert!((run.electric_w - 133.46e3).abs() < 30.0, "{run:?}");
    }

    /// Below PLR 0.19 the machine cycles: power falls in proportion to the load.
    #[test]
    fn small_loads_cycle() {
        let c = carrier(1);
        let one_w = c.unit_capacity_w(10.0, 21.0);
        let run = |plr: f64| c.run(plr * one_w, 1, 10.0, 21.0).electric_w;
        assert!((run(0.095) / run(0.19) - 0.5).abs() < 1e-12);
        let mut falsely = c.clone();
        falsely.curves.min_unloading = 0.4;
        let power = |plr: f64| falsely.run(plr * one_w, 1, 10.0, 21.0).electric_w;
        assert_eq!(power(0.3), power(0.4)); // hot gas keeps the compressor at 0.4
    }

    #[test]
    fn the_fewest_units_run() {
        let c = carrier(4);
        let one_w = c.unit_capacity_w(10.0, 21.0);
        let units = [0.5, 1.0, 1.01, 3.0, 9.0].map(|n| c.units_for(n * one_w, 4, 10.0, 21.0));
        assert_eq!(units, [1, 1, 2, 3, 4]);
    }

    /// Every set gives about its reference point there. The curves are fits: the York scroll's capacity is 1.049.
    #[test]
    fn every_set_of_the_catalogue_meets_its_reference() {
        let all = all();
        assert_eq!(all.len(), 15);
        for (key, c) in all {
            let (x, y) = (c.reference_leaving_c, c.reference_entering_c);
            for z in [
                c.law().capacity.at(x, y),
                c.law().energy_input.at(x, y),
                c.part_load.at(1.0),
            ] {
                assert!((z - 1.0).abs() < 0.05, "{key} {z}");
            }
        }
    }

    proptest! {
        /// More than one. Only the York screw, which is marked as breaking the law of lift, comes down to 0.988 where it is about
        /// to trip, with water leaving at 0 °C: far beyond what it was measured at (4.4 °C, condensers up to 35 °C).
        #[test]
        fn cop_stays_physical(x in 0.0..40.0f64, y in -40.0..55.0f64, load in 0.2..1.0f64) {
            for (key, curves) in all() {
                let c = Chillers { curves, reference_w: 1e6, units: 3 };
                let heat_w = load * c.unit_capacity_w(x, y);
                if heat_w == 0.0 {
                    continue; // tripped by high head
                }
                let cop = heat_w / c.run(heat_w, 1, x, y).electric_w;
                let most = 1.0 / c.curves.law().least_input(&c.curves, x, y, load);
                let least = if key == "york-ys-1758kw-screw" && y - x > 44.0 { 0.98 } else { 1.0 };
                prop_assert!(cop > least && cop <= most * (1.0 + 1e-12), "{key} {x} {y} {cop}");
            }
        }
    }
}
