//! Cooling tower: one cell with a variable-speed fan, by the `YorkCalc` correlation or by Merkel's equation.
//!
//! ```text
//! approach = Σ c(i,j,k)·L^i·R^j·Tw^k, i, j, k = 0..2      K; leaving water − wet bulb
//! L        = water ratio/air ratio                        each relative to (calibrated) design
//! R        = heat/flow_w_k                                range, K; Tw wet bulb, °C
//! fan      = fan_design·air^3·ρ/ρ_design                  ρ entering air
//! makeup   = E + D + B,  B = max(0, E/(cycles − 1) − D)   kg/s; E: exit_air.rs
//! ```
//!
//! The correlation is a quadratic in L and in R, so the air flow for a wanted temperature and the range for a given
//! air flow are closed forms. The design water flow is scaled so that the design point lies on the correlation.
//! Below the least air flow the fan cycles; with the fan off, a share of the full range remains (free convection). Where
//! that is more than the heat needs, a bypass valve sends the rest of the water past the fill.
//!
//! Several equal cells share the water. As many are wet as get their least flow, half of design where none is stated: fewer
//! nozzles leave dry paths for the air. The fans of wet cells turn at one speed; the other cells are shut off by their
//! valves and take neither fan power nor water. Evaporation, drift and fan power go by the same air: the one that
//! cools this heat to this temperature. Air never leaves warmer than the water enters: where a correlation held at its limit
//! says less air than that, in deep frost, evaporation is that of the least air there can be.
//!
//! Source: `EnergyPlus` Engineering Reference, "Variable Speed Cooling Towers" and "Cooling Tower Makeup Water Usage"; least
//! flow of a cell: ANSI/ASHRAE/IES 90.1, 6.5.5.4 (tower flow turndown).
//! Valid inside the limits of the correlation. Outside, as in `EnergyPlus`, wet bulb and wanted approach are held at the
//! limit; the water ratio is held at its upper limit only, since `EnergyPlus` (25.2, `tower27_step`) carries it down to
//! 0.3 of design without a bound: less water over the same fill is cooled further. Where the fit turns in the cold it is
//! held (`correlation.rs`). Below the least range the approach falls in proportion to the range (to zero at no
//! heat), above the largest it grows in proportion, so that more heat always means warmer water. Water never
//! leaves below the wet bulb.

mod at;

use schemars::JsonSchema;
use serde::Deserialize;

use super::correlation::Correlation;
use super::design::TowerDesign;
use super::fill::{At, Fill};
use super::merkel::Merkel;
use crate::describe::{Fault, count, moved_air};
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::rejection::Available;
use crate::physics::curves::affinity;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;
pub(in crate::heat_rejection) use at::{Blown, TowerAt};

/// Least water of a wet cell of its design flow, so that its fill is wetted everywhere: what ANSI/ASHRAE/IES 90.1 asks of
/// towers (0.3 with nozzles made for it to 0.7 without).
pub(super) const LEAST_CELL_FLOW: f64 = 0.5;

/// Temperatures and ranges of a model are each other's inverse more closely than this, K.
const SURELY_K: f64 = 1e-6;

/// An entry of `assets/catalogue/towers.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TowerEntry {
    /// Common name.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Notes on use.
    #[serde(default)]
    pub note: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: crate::describe::Doubts,
    /// How the approach depends on the conditions.
    pub correlation: Correlation,
    /// One size of it.
    pub design: TowerDesign,
}

/// A cell ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Tower {
    fill: Fill,
    design: TowerDesign,
    /// Density of the design air, kg/m³.
    design_kg_m3: f64,
    /// How fan power and evaporation are counted.
    pub(in crate::heat_rejection) convention: Convention,
    /// Number of cells, and least flow of a wet one, of design.
    cells: f64,
    least_flow: f64,
    /// Share of the fans that can run, 0..1.
    fans: f64,
    /// Make-up water flows.
    wet: bool,
}

/// A cell during a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TowerRun {
    /// Fan power, W.
    pub fan_w: f64,
    /// Mean air flow through all cells relative to design, free convection included.
    pub air_ratio: f64,
    /// Design water flow of the cells that are wet, kg/s.
    pub cells_kg_s: f64,
    /// Mean fan speed relative to design: zero when off.
    pub fan_speed: f64,
    /// Water used.
    pub water: Water,
}

impl Tower {
    /// Scales the design water flow so that the design point lies on the correlation.
    ///
    /// Where no water ratio reaches the design approach, the nearest limit of the correlation is taken.
    pub fn new(correlation: Correlation, design: TowerDesign) -> Self {
        let ratio = correlation
            .design_liquid_gas(design.wet_bulb_c, design.range_k, design.approach_k)
            .map_or(correlation.water_ratio.max, |l| {
                l.clamp(0.1, correlation.max_liquid_gas_ratio)
            });
        let ratio_per_w_k = ratio / (design.water_kg_s * WATER_CP_J_KGK);
        let fill = Fill::Correlation {
            correlation: Box::new(correlation),
            ratio_per_w_k,
        };
        Self::of(fill, design)
    }

    /// A cell by Merkel's equation, with the conductance that meets its design point.
    ///
    /// # Errors
    /// Where no conductance does with that little air; at the key `air_m3_s`.
    pub fn merkel(design: TowerDesign) -> Result<Self, Fault> {
        Ok(Self::of(Fill::Merkel(Merkel::sized(&design)?), design))
    }

    fn of(fill: Fill, design: TowerDesign) -> Self {
        Self {
            fill,
            design_kg_m3: design.air().density_kg_m3(),
            design,
            convention: Convention::default(),
            cells: 1.0,
            least_flow: LEAST_CELL_FLOW,
            fans: 1.0,
            wet: true,
        }
    }

    /// So many equal cells instead of one, each with at least so much of its design flow while it is wet.
    pub(in crate::heat_rejection) fn divide(&mut self, cells: u32, least_flow: f64) {
        self.cells = f64::from(cells.max(1));
        self.least_flow = least_flow;
    }

    /// Share of the cells that are wet at this flow.
    fn wet_share(&self, flow_w_k: f64) -> f64 {
        let flow = flow_w_k / (self.design.water_kg_s * WATER_CP_J_KGK);
        if flow >= self.least_flow || self.cells <= 1.0 {
            return 1.0;
        }
        let fit = (flow * self.cells / self.least_flow + 1e-9).floor();
        fit.clamp(1.0, self.cells) / self.cells
    }

    /// The tower at the water and the air of a step: for several questions about them.
    pub(in crate::heat_rejection) fn at<'a>(
        &'a self,
        flow_w_k: f64,
        outside: &'a MoistAir,
    ) -> TowerAt<'a> {
        let wet = self.wet_share(flow_w_k);
        TowerAt {
            at: self.fill.at(flow_w_k / wet, outside),
            tower: self,
            outside,
            flow_w_k,
            wet,
        }
    }

    /// Says what can run from now on. Cells without a fan keep the air of free convection.
    pub fn set_available(&mut self, available: &Available) {
        self.fans = available.fans.clamp(0.0, 1.0);
        self.wet = available.water;
    }

    /// Without make-up water it cools nothing.
    pub fn is_dry(&self) -> bool {
        !self.wet
    }

    /// All the air there is, of design.
    fn full_air(&self) -> f64 {
        self.fans.max(self.design.free_convection).max(1e-3)
    }

    /// Its cells in a line; where it is the one of a chiller, those of so many chillers.
    pub(in crate::heat_rejection) fn line(&self, chillers: Option<u32>) -> String {
        let towers = chillers.map_or(1.0, f64::from);
        let cells = count(chillers.map_or(self.cells, f64::from), "tower cell");
        let design = &self.design;
        let moved = moved_air(towers * design.air_m3_s, towers * design.fan_w);
        format!("{cells}: {moved}")
    }

    /// The design point it was built from.
    pub fn design(&self) -> &TowerDesign {
        &self.design
    }

    /// Water leaving at full fan, °C, when it gives up `heat_w`.
    pub fn coldest_c(&self, heat_w: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.at(flow_w_k, outside).coldest_c(heat_w)
    }

    /// Cools `heat_w` out of water leaving at `leaving_c`, with as little air as that takes.
    pub fn run(&self, heat_w: f64, leaving_c: f64, flow_w_k: f64, outside: &MoistAir) -> TowerRun {
        self.at(flow_w_k, outside).run(heat_w, leaving_c)
    }

    /// Fan operation that cools water by `range_k` down to `leaving_c`.
    fn fans_for(&self, at: &At<'_>, range_k: f64, leaving_c: f64) -> Fans {
        let design = &self.design;
        let off = |air: f64| Fans {
            air,
            speed: 0.0,
            power: 0.0,
        };
        let entering_c = leaving_c + range_k;
        // Water that surely leaves too warm needs no search for its range: forwards is cheaper.
        let too_warm = |air: f64, range_k: f64| {
            range_k > at.widest_k() * (1.0 + 1e-9)
                || at.leaving_c(air, range_k) > entering_c - range_k + SURELY_K
        };
        let off_k = || design.free_convection * at.range_k(1.0, 1.0, entering_c);
        if design.free_convection > 0.0 && !too_warm(1.0, range_k / design.free_convection) {
            let range_off_k = off_k();
            if range_off_k >= range_k {
                return off(design.free_convection * range_k / range_off_k);
            }
        }
        if self.fans <= 0.0 {
            return off(design.free_convection);
        }
        let least = design.min_air_ratio;
        let slow_k = if too_warm(least, range_k) {
            None
        } else {
            Some(at.range_k(least, 1.0, entering_c)).filter(|slow_k| *slow_k > range_k)
        };
        let fans = if let Some(range_slow_k) = slow_k {
            let range_off_k = off_k();
            let on = (range_k - range_off_k) / (range_slow_k - range_off_k);
            Fans {
                air: on * least + (1.0 - on) * design.free_convection,
                speed: on * least,
                power: on * affinity(least, 3.0),
            }
        } else {
            let air = at.air(range_k, leaving_c, least);
            Fans {
                air,
                speed: air,
                power: affinity(air, 3.0),
            }
        };
        if self.fans >= 1.0 {
            return fans;
        }
        // The fans that are left turn faster, up to full speed; the other cells have free convection.
        let speed = (fans.air / self.fans).min(1.0);
        Fans {
            air: (speed * self.fans).max(design.free_convection),
            speed: speed * self.fans,
            power: self.fans * affinity(speed, 3.0).max(0.0),
        }
    }
}

/// Fans in a step, relative to design: mean air (free convection included), speed and power in design air.
#[derive(Debug, Clone, Copy, Default)]
struct Fans {
    air: f64,
    speed: f64,
    power: f64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn entry() -> TowerEntry {
        let mut all: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        all.remove("york-calc").unwrap()
    }

    fn tower() -> Tower {
        let entry = entry();
        Tower::new(entry.correlation, entry.design)
    }

    fn air(wet_bulb_c: f64) -> MoistAir {
        MoistAir {
            dry_bulb_c: wet_bulb_c + 5.0,
            wet_bulb_c,
            humidity_ratio: 0.008,
            pressure_pa: 101_325.0,
        }
    }

    #[test]
    fn the_design_point_is_met() {
        let flow_w_k = 46.28 * WATER_CP_J_KGK;
        let leaving_c = tower().coldest_c(6.0 * flow_w_k, flow_w_k, &air(25.6));
        assert!((leaving_c - 29.6).abs() < 1e-9, "{leaving_c}");
    }

    /// E = 3 kg/s at 4 cycles and 0.1 kg/s drift: B = 3/3 − 0.1 = 0.9, makeup 4.0 kg/s.
    #[test]
    fn makeup_by_hand() {
        let w = Water::evaporated(3.0, 0.1, 4.0);
        assert!((w.blowdown_kg_s - 0.9).abs() < 1e-12 && (w.makeup_kg_s - 4.0).abs() < 1e-12);
        assert_eq!(Water::evaporated(0.03, 0.1, 4.0).blowdown_kg_s, 0.0);
    }

    #[test]
    fn the_fan_is_off_where_free_convection_suffices_and_cycles_above() {
        let (t, flow_w_k, outside) = (tower(), 193e3, air(5.0));
        let off = t.run(1e4, 30.0, flow_w_k, &outside);
        // The bypass leaves as much of the fill wet as the heat needs.
        let twice = t.run(2e4, 30.0, flow_w_k, &outside);
        assert_eq!((off.fan_w, twice.fan_w), (0.0, 0.0));
        assert!(off.air_ratio > 0.0 && off.air_ratio < 0.01, "{off:?}");
        assert!(twice.air_ratio > 1.9 * off.air_ratio && twice.air_ratio < 2.1 * off.air_ratio);
        let cycling = t.run(0.5e6, 30.0, flow_w_k, &outside);
        assert!(
            cycling.fan_speed > 0.0 && cycling.fan_speed < 0.2,
            "{cycling:?}"
        );
        let dense = outside.density_kg_m3() / t.design_kg_m3;
        let on = cycling.fan_w / (0.008 * 15e3 * dense); // share of time at the least speed, 0.2³ of the power
        assert!(on > 0.0 && on < 1.0);
        let fans = t.fans_for(&t.fill.at(flow_w_k, &outside), 0.5e6 / flow_w_k, 30.0);
        assert!((fans.air - (0.2 * on + 0.125 * (1.0 - on))).abs() < 1e-12);
    }

    /// Four cells with 0.3 of their water: two are wet, each with 0.6 of its own, as one cell of half the size would be.
    #[test]
    fn cells_are_shut_off_for_the_sake_of_the_rest() {
        let TowerEntry {
            correlation,
            design,
            ..
        } = entry();
        let of = |share: f64| {
            let design = TowerDesign {
                water_kg_s: share * design.water_kg_s,
                air_m3_s: share * design.air_m3_s,
                fan_w: share * design.fan_w,
                ..design.clone()
            };
            Tower::new(correlation.clone(), design)
        };
        let (mut four, half, outside) = (of(1.0), of(0.5), air(18.0));
        four.divide(4, 0.5);
        let flow_w_k = 0.3 * design.water_kg_s * WATER_CP_J_KGK;
        let heat_w = 5.0 * flow_w_k;
        let (all, two) = (
            four.run(heat_w, 23.0, flow_w_k, &outside),
            half.run(heat_w, 23.0, flow_w_k, &outside),
        );
        assert!(
            all.fan_w > 0.0 && (all.fan_w / two.fan_w - 1.0).abs() < 1e-9,
            "{all:?} {two:?}"
        );
        let (a, b) = (all.water.makeup_kg_s, two.water.makeup_kg_s);
        assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        assert_eq!(all.cells_kg_s, two.cells_kg_s);
        let coldest = |tower: &Tower| tower.coldest_c(heat_w, flow_w_k, &outside);
        assert!((coldest(&four) - coldest(&half)).abs() < 1e-9);
        // Three get 0.5 of theirs from 0.375 on; nothing is shut off above half.
        for (flow, wet) in [
            (0.37, 0.5),
            (0.38, 0.75),
            (0.5, 1.0),
            (1.0, 1.0),
            (0.01, 0.25),
        ] {
            let share = four.wet_share(flow * design.water_kg_s * WATER_CP_J_KGK);
            assert_eq!(share, wet, "{flow}");
        }
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused() {
        let text = include_str!("../../../assets/catalogue/towers.toml").replace("drift", "spray");
        let error = toml::from_str::<BTreeMap<String, TowerEntry>>(&text).unwrap_err();
        assert!(error.to_string().contains("spray"), "{error}");
    }

    proptest! {
        /// The closed form inverts the correlation: at the air flow taken, the tower leaves at the temperature requested.
        #[test]
        fn the_air_flow_gives_the_wanted_temperature(wb in -5.0..26.0f64, range in 2.0..12.0f64, approach in 3.0..20.0f64) {
            let (t, flow_w_k) = (tower(), 193e3);
            let run = t.run(range * flow_w_k, wb + approach, flow_w_k, &air(wb));
            if run.fan_speed > 0.2 && run.fan_speed < 1.0 {
                let found = t.fill.at(flow_w_k, &air(wb)).leaving_c(run.fan_speed, range) - wb;
                prop_assert!((found - approach).abs() < 1e-9, "{found} {approach}");
                let dense = air(wb).density_kg_m3() / t.design_kg_m3;
                prop_assert!((run.fan_w - 15e3 * dense * run.fan_speed.powi(3)).abs() < 1e-6);
            }
        }

        #[test]
        fn capacity_and_coldest_water_agree(wb in -20.0..26.0f64, range in 0.2..20.0f64, flow in 1e5..3e5f64) {
            let (t, outside) = (tower(), air(wb));
            let leaving_c = t.coldest_c(range * flow, flow, &outside);
            let back = t.at(flow, &outside).full_range_k(leaving_c, 0.0);
            prop_assert!((back - range).abs() < 1e-9 * (1.0 + range), "{back} {range}");
        }
    }
}
