//! Outdoor machines take in a part of their own discharge.
//!
//! ```text
//! q       = heat of facility water over the design heat
//! coils   T_in  = T + k·q            w_in = w            wet bulb + k·q·c/h_s′
//! towers  T*_in = T* + k·q           Δh = h_s′·k·q       on the line from outdoor air to saturated discharge:
//!         Δw    = Δh·(w_s′/h_s′ + (w_s − w)/H)          H = 34 kJ/kg, rise of the air at design
//! ```
//!
//! T, T*: dry and wet bulb, °C; w humidity ratio, kg/kg; `h_s′`, `w_s′`: slopes of enthalpy and humidity ratio of saturated air at
//! the wet bulb, J/(kg·K) and 1/K; `w_s` saturation there; c specific heat of moist air, J/(kg·K), all per kg of dry air. Dry
//! coils discharge sensible heat alone; what towers discharge is saturated, so that in dry air the intake gets damper and cooler.
//! As air on that line has the balance of outdoor air, evaporation per heat stays that of fresh air.
//!
//! H: the reference tower's 0.65 m³ of air per kg of water and 6 K of range (`tower/design.rs`). Source: mixing at constant
//! enthalpy and moisture, ASHRAE Handbook, Fundamentals, chapter 1; that the mean over the year is about 60 % of the greatest
//! recirculation: Cooling Technology Institute, PFM-116. Design allowances of 2 to 3 K for coils in yards and on roofs are
//! usual; a computation of the air flow around the site replaces the default. Linear in k: valid to some kelvins. Left out: wind,
//! which makes it come and go, and the water of wet pads in what coils discharge.
//!
//! The machines are sized in the air that they take in at full load, and run in it: the one place for that is here.

use crate::physics::psychrometrics::{
    MoistAir, Saturated, enthalpy_j_kg, humidity_ratio_from_wet_bulb, saturated,
};
use crate::physics::root::Bracket;

use super::design::PlantDesign;
use super::rejection::{Available, Outdoors, Rejection, RejectionOutput, StepRequest, StepResult};

/// Rise of the dry bulb before coils at full load, K: 60 % of an allowance of 2.5 K.
pub const COILS_K: f64 = 1.5;
/// Rise of the wet bulb before towers at full load, K.
pub const TOWERS_K: f64 = 0.5;
/// Enthalpy that the air of a tower takes up at design, J/kg.
const TOWER_RISE_J_KG: f64 = 34e3;
/// A capacity is sought until its bracket is this narrow, of the capacity.
const NARROW: f64 = 1e-10;
/// Secants on nearly straight lines need three or four.
const MOST_STEPS: u32 = 60;

/// Credible range of [`COILS_K`].
pub(super) fn coils() -> serde_json::Value {
    let reason = "an open field with wind around it, to a yard or a screened roof in its worst wind (2 to 3 K)";
    crate::describe::doubt(0.3, 3.0, reason)
}

/// Credible range of [`TOWERS_K`].
pub(super) fn towers() -> serde_json::Value {
    let reason = "a single cell with a fast discharge, to long rows of cells across the wind";
    crate::describe::doubt(0.1, 1.5, reason)
}

/// How outdoor machines take in their air: rise at full load, K.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intake {
    /// They take in none, or none of their own.
    Fresh,
    /// Coils: the dry bulb rises.
    Coils(f64),
    /// Towers: the wet bulb rises.
    Towers(f64),
}

/// No plant rejects more of its design heat: what is asked of it beyond, while a loop is to be cooled in seconds, is refused in the
/// air of this share.
const MOST_LOAD: f64 = 3.0;

impl Intake {
    /// Nothing comes back.
    fn is_fresh(self) -> bool {
        matches!(self, Self::Fresh | Self::Coils(0.0) | Self::Towers(0.0))
    }

    /// Air taken in at this share of the design heat.
    pub(super) fn air(self, outside: &MoistAir, load: f64) -> MoistAir {
        let at_wet_bulb = saturated(outside.wet_bulb_c, outside.pressure_pa);
        self.air_over(outside, &at_wet_bulb, load)
    }

    /// The same over saturated air at the wet bulb outdoors.
    fn air_over(self, outside: &MoistAir, at_wet_bulb: &Saturated, load: f64) -> MoistAir {
        let (Self::Coils(full_k) | Self::Towers(full_k)) = self else {
            return *outside;
        };
        let rise_k = full_k * load.clamp(0.0, MOST_LOAD);
        if matches!(self, Self::Coils(_)) {
            let cp_j_kgk = outside.cp_j_kgk() * (1.0 + outside.humidity_ratio);
            return MoistAir {
                dry_bulb_c: outside.dry_bulb_c + rise_k,
                wet_bulb_c: outside.wet_bulb_c + rise_k * cp_j_kgk / at_wet_bulb.slope_j_kgk,
                ..*outside
            };
        }
        let gained_j_kg = at_wet_bulb.slope_j_kgk * rise_k;
        let short = (at_wet_bulb.humidity_ratio - outside.humidity_ratio).max(0.0);
        let per_j = at_wet_bulb.slope_per_k / at_wet_bulb.slope_j_kgk + short / TOWER_RISE_J_KG;
        let humidity_ratio = outside.humidity_ratio + gained_j_kg * per_j;
        // The dry bulb that has the enthalpy, never below the wet bulb.
        let wet_bulb_c = outside.wet_bulb_c + rise_k;
        let enthalpy = outside.enthalpy_j_kg() + gained_j_kg;
        let at_zero = enthalpy_j_kg(0.0, humidity_ratio);
        let per_k = enthalpy_j_kg(1.0, humidity_ratio) - at_zero;
        MoistAir {
            dry_bulb_c: ((enthalpy - at_zero) / per_k).max(wet_bulb_c),
            wet_bulb_c,
            humidity_ratio,
            ..*outside
        }
    }

    /// The design in the air that its machines take in at full load.
    pub(super) fn design<'a>(self, design: &PlantDesign<'a>) -> PlantDesign<'a> {
        if self.is_fresh() {
            return *design;
        }
        let (dry_bulb_c, pressure_pa) = (design.dry_bulb_c, design.pressure_pa);
        let wet_bulb_c = design.wet_bulb_c.min(dry_bulb_c);
        let air = self.air(
            &MoistAir {
                dry_bulb_c,
                wet_bulb_c,
                humidity_ratio: humidity_ratio_from_wet_bulb(dry_bulb_c, wet_bulb_c, pressure_pa),
                pressure_pa,
            },
            1.0,
        );
        PlantDesign {
            dry_bulb_c: air.dry_bulb_c,
            wet_bulb_c: design.wet_bulb_c + (air.wet_bulb_c - wet_bulb_c),
            ..*design
        }
    }

    /// The plant in the air that it takes in; the plant itself where nothing comes back.
    pub(super) fn around(self, design_w: f64, plant: Box<dyn Rejection>) -> Box<dyn Rejection> {
        if self.is_fresh() {
            return plant;
        }
        Box::new(Recirculating {
            intake: self,
            design_w,
            plant,
            known: None,
        })
    }

    /// What `validate` adds to the plant's line.
    pub(super) fn words(self) -> Option<String> {
        match self {
            _ if self.is_fresh() => None,
            Self::Fresh => None,
            Self::Coils(k) | Self::Towers(k) => Some(format!("{k} K of it their own discharge")),
        }
    }
}

/// A plant in its own discharge.
struct Recirculating {
    intake: Intake,
    design_w: f64,
    plant: Box<dyn Rejection>,
    known: Option<Known>,
}

/// What every trial of a step asks for.
struct Known {
    outside: MoistAir,
    /// Saturated air at the wet bulb.
    at_wet_bulb: Saturated,
    /// Heat expected, W, and the air taken in with it.
    heat_w: f64,
    air: MoistAir,
}

impl Recirculating {
    fn air(&self, heat_w: f64, outside: &MoistAir) -> MoistAir {
        let load = heat_w / self.design_w;
        match &self.known {
            Some(known) if known.outside == *outside => {
                if known.heat_w == heat_w {
                    return known.air;
                }
                self.intake.air_over(outside, &known.at_wet_bulb, load)
            }
            _ => self.intake.air(outside, load),
        }
    }
}

impl Rejection for Recirculating {
    fn decide(&mut self, request: &StepRequest<'_>) {
        let (outside, heat_w) = (request.outdoors.air, request.heat_w);
        let at_wet_bulb = saturated(outside.wet_bulb_c, outside.pressure_pa);
        let load = heat_w / self.design_w;
        let air = self.intake.air_over(&outside, &at_wet_bulb, load);
        self.known = Some(Known {
            outside,
            at_wet_bulb,
            heat_w,
            air,
        });
        let outdoors = Outdoors {
            air,
            ..*request.outdoors
        };
        self.plant.decide(&StepRequest {
            outdoors: &outdoors,
            ..*request
        });
    }

    fn set_available(&mut self, available: &Available) {
        self.plant.set_available(available);
    }

    /// The heat at which the plant carries just so much in the air that this heat warms.
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let carried = |heat_w: f64| {
            let air = self.air(heat_w, outside);
            self.plant.capacity_w(supply_c, flow_w_k, &air)
        };
        let most_w = carried(0.0);
        if most_w <= 0.0 {
            return 0.0;
        }
        let short_w = most_w - carried(most_w);
        if short_w <= 0.0 {
            return most_w;
        }
        let mut bracket = Bracket::new((0.0, -most_w), (most_w, short_w));
        for _ in 0..MOST_STEPS {
            if bracket.width() <= NARROW * most_w {
                break;
            }
            let heat_w = bracket.next();
            let over_w = heat_w - carried(heat_w);
            if over_w.abs() <= NARROW * most_w {
                return heat_w;
            }
            bracket.narrow(heat_w, over_w);
        }
        bracket.low()
    }

    fn capacity_at_w(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let air = self.air(heat_w, outside);
        self.plant.capacity_w(supply_c, flow_w_k, &air)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        let air = self.air(heat_w, outside);
        self.plant.reject(heat_w, supply_c, flow_w_k, &air)
    }

    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        let air = self.air(heat_w, outside);
        self.plant.carries(heat_w, supply_c, flow_w_k, &air)
    }

    fn commit(&mut self, done: &StepResult<'_>) {
        self.plant.commit(done);
    }
}
