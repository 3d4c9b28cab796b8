//! A circuit of facility water between halls and a plant, settled at the temperature on which they agree.
//!
//! ```text
//! e = (Q/w − ΔT_design)₊      Q = heat(T_supply + e)      w = ṁ·c
//! ```
//!
//! Exchangers are sized for water that warms by its design rise. Where too little flows and it warms by more, they meet water
//! that is warmer by the excess `e`, and take less. `heat` falls with the temperature, so there is one such excess. A
//! lumped balance, not an exchanger's: near standstill the return comes out up to the design rise above the coolant.

use std::cell::Cell;

use super::{CircuitParts, User};
use crate::controls::setpoint::{LoopState, Met, PlantCapability, WaterLoopControl};
use crate::facility::Powered;
use crate::heat_rejection::water_loop::{Flow, WaterLoop, reset};
use crate::heat_rejection::{
    Available, Outdoors, Rejection, RejectionOutput, StepRequest, StepResult,
};
use crate::physics::psychrometrics::MoistAir;

/// Heat of a plant below this share of the loop's is what the search for its temperature leaves over.
const ROUNDING: f64 = 1e-8;
/// More than this no water is warmer than its supply, K.
const HOTTEST_K: f64 = 100.0;

/// Water this far above its setpoint is above it, K.
const ABOVE_K: f64 = 0.05;

/// A circuit in operation.
pub(in crate::facility) struct Circuit {
    pub(in crate::facility) name: String,
    pub(in crate::facility) water: WaterLoop,
    pub(in crate::facility) plant: Box<dyn Rejection>,
    pub(super) users: Vec<User>,
    supply_c: f64,
    /// By how much the supply moved when it was settled last, K.
    pub(in crate::facility) moved_k: f64,
    /// Supply aimed at in this step, °C.
    pub(in crate::facility) aimed_c: f64,
    /// Heat of the halls, smoothed, W; none before the first step.
    smoothed_w: Option<f64>,
    /// How the heat that nothing takes fell with the temperature where they were last settled above the setpoint, W/K.
    slope_w_k: f64,
    pub(in crate::facility) cooled: Cooled,
}

/// Cooling result of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::facility) struct Cooled {
    pub(in crate::facility) supply: LoopState,
    pub(in crate::facility) flow: Flow,
    /// How much warmer than the supply the water is that halls meet, K.
    pub(in crate::facility) excess_k: f64,
    pub(in crate::facility) rejected: RejectionOutput,
}

impl Circuit {
    pub(super) fn new(parts: CircuitParts) -> Self {
        let supply_c = parts.water.setpoint_c;
        Self {
            cooled: Cooled {
                supply: LoopState {
                    supply_c,
                    plant_w: 0.0,
                    stored_w: 0.0,
                },
                flow: parts.water.flow(0.0),
                excess_k: 0.0,
                rejected: RejectionOutput::default(),
            },
            supply_c,
            moved_k: 0.0,
            aimed_c: supply_c,
            smoothed_w: None,
            slope_w_k: 0.0,
            name: parts.name,
            water: parts.water,
            plant: parts.plant,
            users: Vec::new(),
        }
    }

    pub(in crate::facility) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// Says what of the plant and of the pumps can run from now on.
    pub(in crate::facility) fn set_available(&mut self, available: &Available) {
        self.water.available = available.facility_pumps.clamp(0.0, 1.0);
        self.plant.set_available(available);
    }

    pub(in crate::facility) fn setpoint_c(&self) -> f64 {
        self.aimed_c
    }

    /// Whether the plant holds its water at or below the setpoint.
    pub(in crate::facility) fn holds_setpoint(&self) -> bool {
        self.supply_c <= self.aimed_c + ABOVE_K
    }

    /// Lets the plant choose its mode for the heat of the last step and `more_w`.
    pub(in crate::facility) fn decide(&mut self, outdoors: &Outdoors, more_w: f64, dt_s: f64) {
        let LoopState {
            plant_w, stored_w, ..
        } = self.cooled.supply;
        // Not the plant's heat: that falls while the loop warms, and a reset by it would follow itself.
        let load_w = (plant_w + stored_w + more_w).max(0.0);
        let (before_w, before_c) = match self.smoothed_w {
            Some(before_w) => (before_w, Some(self.aimed_c)),
            None => (load_w, None),
        };
        let smoothed_w = before_w + (load_w - before_w) * reset::share(dt_s);
        self.smoothed_w = Some(smoothed_w);
        let wet_bulb_c = outdoors.air.wet_bulb_c;
        self.aimed_c = self.water.aimed_c(before_c, smoothed_w, wet_bulb_c, dt_s);
        let heat_w = (plant_w + more_w).max(0.0);
        self.plant.decide(&StepRequest {
            heat_w,
            supply_c: self.aimed_c,
            flow_w_k: self.water.flow(heat_w).w_k,
            outdoors,
            dt_s,
        });
    }

    /// Makes the last settled temperature the one to go on from.
    pub(in crate::facility) fn commit(&mut self, dt_s: f64) {
        let Cooled {
            supply,
            flow,
            rejected,
            ..
        } = &self.cooled;
        self.moved_k = (supply.supply_c - self.supply_c).abs();
        self.supply_c = supply.supply_c;
        self.plant.commit(&StepResult {
            heat_w: supply.plant_w,
            supply_c: supply.supply_c,
            flow_w_k: flow.w_k,
            rejected,
            dt_s,
        });
    }

    /// Finds the supply temperature at which the halls' heat and the plant agree. `heat` gives the former, W, and is
    /// called last at the temperature found. `powered`: whether pumps and plant have power. The plant's
    /// mode is what `decide` chose. Nothing is kept before `commit`.
    pub(in crate::facility) fn settle(
        &mut self,
        outside: &MoistAir,
        dt_s: f64,
        powered: Powered,
        mut heat: impl FnMut(f64, &[User]) -> f64,
    ) {
        let (water, plant) = (&self.water, self.plant.as_ref());
        let requested = Cell::new(self.cooled.flow);
        let excess = Cell::new(0.0);
        let users = &self.users;
        let still = powered == Powered::Nothing;
        let short = still || water.available < 1.0;
        let guess_k = if short { self.cooled.excess_k } else { 0.0 };
        let control = WaterLoopControl {
            setpoint_c: self.aimed_c,
            inertia_w_k: water.mass_j_k / dt_s,
        };
        let mut stood_still = water.clone();
        stood_still.available = 0.0;
        let water = if still { &stood_still } else { water };
        let meet = |met_c: f64| {
            let heat_w = heat(met_c, users);
            let flow = water.flow(heat_w);
            requested.set(flow);
            let excess_k = if short {
                (heat_w / flow.w_k - water.rise_k).clamp(0.0, HOTTEST_K)
            } else {
                0.0
            };
            excess.set(excess_k);
            Met {
                load_w: heat_w + flow.pump_heat_w,
                supply_c: met_c - excess_k,
            }
        };
        let runs = powered == Powered::All;
        let effort = PlantCapability {
            carries: |heat_w: f64, supply_c: f64| {
                if runs {
                    plant.carries(heat_w, supply_c, requested.get().w_k, outside)
                } else {
                    heat_w <= 0.0
                }
            },
            capacity_w: |heat_w: f64, supply_c: f64| {
                if runs {
                    plant.capacity_at_w(heat_w, supply_c, requested.get().w_k, outside)
                } else {
                    0.0
                }
            },
        };
        let slope_w_k = &mut self.slope_w_k;
        let supply = control.settle(self.supply_c, guess_k, slope_w_k, meet, &effort);
        let flow = requested.get();
        // What the root leaves over where the plant carries nothing is rounding, and turns no fan; it goes where the plant would
        // have put it.
        let carries = runs && supply.plant_w > ROUNDING * (supply.plant_w + supply.stored_w).abs();
        let carried_w = if carries { supply.plant_w } else { 0.0 };
        let mut rejected = if runs {
            plant.reject(carried_w, supply.supply_c, flow.w_k, outside)
        } else {
            RejectionOutput::default()
        };
        rejected.heat_to_ambient_w += supply.plant_w - carried_w;
        self.cooled = Cooled {
            supply,
            flow,
            excess_k: excess.get(),
            rejected,
        };
    }
}
