//! Cooling tower: one cell with a variable-speed fan, by the `YorkCalc` correlation.
//!
//! ```text
//! approach = Σ c(i,j,k)·L^i·R^j·Tw^k, i, j, k = 0..2      K; leaving water − wet bulb
//! L        = water ratio/air ratio                        each relative to (calibrated) design
//! R        = heat/flow_w_k                                range, K; Tw wet bulb, °C
//! fan      = fan_design·air^3
//! makeup   = E + D + B,  B = max(0, E/(cycles − 1) − D)   kg/s
//! ```
//!
//! The correlation is a quadratic in L and in R, so the air flow for a wanted temperature and the range for a given
//! air flow are closed forms. The design water flow is scaled so that the design point lies on the correlation.
//! Below the least air flow the fan cycles; with the fan off, a share of the full range remains (free convection).
//!
//! Source: `EnergyPlus` Engineering Reference, "Variable Speed Cooling Towers" and "Cooling Tower Makeup Water Usage".
//! Valid inside the limits of the correlation. Outside, as in `EnergyPlus`, wet bulb, water ratio and wanted approach
//! are held at the limit. Below the least range the approach falls in proportion to the range (to zero at no
//! heat), above the greatest it grows in proportion, so that more heat always means warmer water. Water never
//! leaves below the wet bulb.

use serde::Deserialize;

use super::{Water, exit_air};
use crate::physics::curves::{Coefficients, Limits, affinity};
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::psychrometrics::MoistAir;
use crate::units;

/// An entry of `assets/catalogue/towers.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TowerEntry {
    /// What people call it.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// What to know before using it.
    #[serde(default)]
    pub note: String,
    /// Keys whose figures nobody could confirm.
    #[serde(default)]
    pub unconfirmed: Vec<String>,
    /// How the approach depends on the conditions.
    pub correlation: Correlation,
    /// One size of it.
    pub design: TowerDesign,
}

/// The approach as a polynomial, and where it holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// c1 … c27: for L⁰, L¹, L², for R⁰, R¹, R²: (1, Tw, Tw²).
    pub coefficients: Coefficients<27>,
    /// Wet bulb, °C.
    pub wet_bulb_c: Limits,
    /// Range, K.
    pub range_k: Limits,
    /// Approach, K.
    pub approach_k: Limits,
    /// Water flow relative to calibrated design.
    pub water_ratio: Limits,
    /// Greatest L.
    #[serde(deserialize_with = "units::positive")]
    pub max_liquid_gas_ratio: f64,
}

/// The design point of a cell.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TowerDesign {
    /// Water flow, kg/s.
    #[serde(deserialize_with = "units::positive")]
    pub water_kg_s: f64,
    /// Air flow, m³/s.
    #[serde(deserialize_with = "units::positive")]
    pub air_m3_s: f64,
    /// Fan power at design air flow, W.
    #[serde(deserialize_with = "units::non_negative")]
    pub fan_w: f64,
    /// Entering wet bulb, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub wet_bulb_c: f64,
    /// Leaving water above wet bulb, K.
    #[serde(deserialize_with = "units::positive")]
    pub approach_k: f64,
    /// Entering minus leaving water, K.
    #[serde(deserialize_with = "units::positive")]
    pub range_k: f64,
    /// Least air flow of a running fan, relative to design.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub min_air_ratio: f64,
    /// Share of the full-fan range that remains with the fan off.
    #[serde(deserialize_with = "units::fraction")]
    pub free_convection: f64,
    /// Droplets lost relative to design water flow, at full air flow.
    #[serde(deserialize_with = "units::fraction")]
    pub drift: f64,
    /// Minerals in the basin relative to makeup; above 1.
    #[serde(deserialize_with = "units::positive")]
    pub cycles_of_concentration: f64,
}

impl TowerDesign {
    /// A cell for `heat_w` at a wet bulb: 4 K approach, 6 K range, 0.65 m³ of air per kg of water, 13 W of fan per kW
    /// of heat, least air flow 20 %, free convection 12.5 %, drift 0.005 %, 4 cycles: the reference plant's figures.
    pub fn for_heat(heat_w: f64, wet_bulb_c: f64) -> Self {
        let water_kg_s = heat_w / (6.0 * WATER_CP_J_KGK);
        Self {
            water_kg_s,
            air_m3_s: 0.65 * water_kg_s,
            fan_w: 0.013 * heat_w,
            wet_bulb_c,
            approach_k: 4.0,
            range_k: 6.0,
            min_air_ratio: 0.2,
            free_convection: 0.125,
            drift: 5e-5,
            cycles_of_concentration: 4.0,
        }
    }
}

/// A cell ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Tower {
    correlation: Correlation,
    design: TowerDesign,
    /// Water ratio over flow in W/K, so that the design point lies on the correlation.
    ratio_per_w_k: f64,
}

/// What a cell does during a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TowerRun {
    /// Fan power, W.
    pub fan_w: f64,
    /// Mean air flow relative to design, free convection included.
    pub air_ratio: f64,
    /// Mean fan speed relative to design: zero when off.
    pub fan_speed: f64,
    /// Water used.
    pub water: Water,
}

/// The correlation at one wet bulb: approach = Σ q[i][j]·L^i·R^j.
#[derive(Debug, Clone, Copy)]
struct Surface([[f64; 3]; 3]);

impl Surface {
    /// Coefficients over R at a given L.
    fn over_range(&self, l: f64) -> [f64; 3] {
        let [a, b, c] = self.0;
        std::array::from_fn(|j| a[j] + l * (b[j] + l * c[j]))
    }

    /// Coefficients over L at a given R.
    fn over_liquid_gas(&self, r: f64) -> [f64; 3] {
        self.0.map(|row| row[0] + r * (row[1] + r * row[2]))
    }
}

/// The root of c0 + c1·x + c2·x² = target where the polynomial rises; None where there is none.
fn rising_root([c0, c1, c2]: [f64; 3], target: f64) -> Option<f64> {
    let discriminant = c1 * c1 - 4.0 * c2 * (c0 - target);
    if discriminant < 0.0 {
        return None;
    }
    let root = discriminant.sqrt();
    let x = if c1 >= 0.0 {
        2.0 * (target - c0) / (c1 + root)
    } else {
        (root - c1) / (2.0 * c2)
    };
    x.is_finite().then_some(x)
}

impl Tower {
    /// Scales the design water flow so that the design point lies on the correlation.
    ///
    /// Where no water ratio reaches the design approach, the nearest limit of the correlation is taken.
    pub fn new(correlation: Correlation, design: TowerDesign) -> Self {
        let at_design = correlation
            .surface(design.wet_bulb_c)
            .over_liquid_gas(correlation.range_k.hold(design.range_k));
        let ratio = rising_root(at_design, design.approach_k)
            .map_or(correlation.water_ratio.max, |l| {
                l.clamp(0.1, correlation.max_liquid_gas_ratio)
            });
        let ratio_per_w_k = ratio / (design.water_kg_s * WATER_CP_J_KGK);
        Self {
            correlation,
            design,
            ratio_per_w_k,
        }
    }

    /// The design point it was built from.
    pub fn design(&self) -> &TowerDesign {
        &self.design
    }

    /// Water flow relative to the calibrated design flow, held inside the correlation.
    fn water_ratio(&self, flow_w_k: f64) -> f64 {
        self.correlation
            .water_ratio
            .hold(flow_w_k * self.ratio_per_w_k)
    }

    /// Water leaving at full fan, °C, when it gives up `heat_w`.
    pub fn coldest_c(&self, heat_w: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let over_range = self
            .correlation
            .surface(outside.wet_bulb_c)
            .over_range(self.water_ratio(flow_w_k));
        outside.wet_bulb_c + self.correlation.approach(over_range, heat_w / flow_w_k)
    }

    /// The range, K, at full fan where approach + `slope`·range reaches `reach_k` above the wet bulb.
    ///
    /// `slope` is 0 for a known leaving temperature, 1 for a known entering one, more behind a heat exchanger.
    pub(super) fn full_range_k(
        &self,
        reach_k: f64,
        slope: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> f64 {
        let over_range = self
            .correlation
            .surface(outside.wet_bulb_c)
            .over_range(self.water_ratio(flow_w_k));
        self.correlation.range(over_range, slope, reach_k)
    }

    /// Cools `heat_w` out of water leaving at `leaving_c`, with as little air as that takes.
    pub fn run(&self, heat_w: f64, leaving_c: f64, flow_w_k: f64, outside: &MoistAir) -> TowerRun {
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return TowerRun::default();
        }
        let (design, correlation) = (&self.design, &self.correlation);
        let range_k = heat_w / flow_w_k;
        let approach_k = leaving_c - outside.wet_bulb_c;
        let water_ratio = self.water_ratio(flow_w_k);
        let surface = correlation.surface(outside.wet_bulb_c);

        let entering_k = approach_k + range_k;
        let full = surface.over_range(water_ratio);
        let range_off_k = design.free_convection * correlation.range(full, 1.0, entering_k);
        let (air_ratio, fan_speed, fan) = if range_off_k >= range_k {
            (design.free_convection, 0.0, 0.0)
        } else {
            let least = design.min_air_ratio;
            let slow = surface.over_range(water_ratio / least);
            let range_slow_k = correlation.range(slow, 1.0, entering_k);
            if range_slow_k > range_k {
                let on = (range_k - range_off_k) / (range_slow_k - range_off_k);
                (
                    on * least + (1.0 - on) * design.free_convection,
                    on * least,
                    on * affinity(least, 3.0),
                )
            } else {
                let air = correlation
                    .liquid_gas(&surface, range_k, approach_k)
                    .map_or(1.0, |l| (water_ratio / l).clamp(least, 1.0));
                (air, air, affinity(air, 3.0))
            }
        };

        let air_kg_s = air_ratio * design.air_m3_s * exit_air::density_kg_m3(outside);
        let evaporation_kg_s = exit_air::evaporation_kg_s(heat_w, air_kg_s, outside);
        let drift_kg_s = design.drift * design.water_kg_s * air_ratio;
        TowerRun {
            fan_w: fan * design.fan_w,
            air_ratio,
            fan_speed,
            water: self.makeup(evaporation_kg_s, drift_kg_s),
        }
    }

    /// Blowdown keeps the minerals at the wanted concentration; drift carries some away already.
    fn makeup(&self, evaporation_kg_s: f64, drift_kg_s: f64) -> Water {
        let cycles = self.design.cycles_of_concentration;
        let blowdown_kg_s = if cycles > 1.0 {
            (evaporation_kg_s / (cycles - 1.0) - drift_kg_s).max(0.0)
        } else {
            0.0
        };
        Water {
            evaporation_kg_s,
            drift_kg_s,
            blowdown_kg_s,
            makeup_kg_s: evaporation_kg_s + drift_kg_s + blowdown_kg_s,
        }
    }
}

impl Correlation {
    fn surface(&self, wet_bulb_c: f64) -> Surface {
        let tw = self.wet_bulb_c.hold(wet_bulb_c);
        let c = &self.coefficients.0;
        Surface(std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let k = 9 * i + 3 * j;
                c[k] + tw * (c[k + 1] + tw * c[k + 2])
            })
        }))
    }

    /// Approach, K, over a range; in proportion to the range outside the limits.
    fn approach(&self, [c0, c1, c2]: [f64; 3], range_k: f64) -> f64 {
        let r = self.range_k.hold(range_k);
        let at_limit = (c0 + r * (c1 + r * c2)).max(0.0);
        if r > 0.0 {
            at_limit * (range_k / r).max(0.0)
        } else {
            at_limit
        }
    }

    /// The range, K, where approach + slope·range = reach; held at the greatest range.
    fn range(&self, over_range: [f64; 3], slope: f64, reach_k: f64) -> f64 {
        if reach_k <= 0.0 {
            return 0.0;
        }
        let least = self.range_k.min;
        let at_least = self.approach(over_range, least) + slope * least;
        if reach_k <= at_least {
            return least * reach_k / at_least;
        }
        let [c0, c1, c2] = over_range;
        rising_root([c0, c1 + slope, c2], reach_k)
            .map_or(self.range_k.max, |r| self.range_k.hold(r))
    }

    /// The L that gives the wanted approach at a range; None where the correlation has none.
    fn liquid_gas(&self, surface: &Surface, range_k: f64, approach_k: f64) -> Option<f64> {
        let r = self.range_k.hold(range_k);
        // Below the least range the approach is in proportion to the range.
        let wanted = self.approach_k.hold(approach_k * r / range_k);
        rising_root(surface.over_liquid_gas(r), wanted)
            .filter(|l| *l > 0.0)
            .map(|l| l.min(self.max_liquid_gas_ratio))
    }
}
