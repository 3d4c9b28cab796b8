//! Water-cooled chiller plant: chillers, each with its condenser-water pump and tower cell.
//!
//! ```text
//! y      = max(setpoint, coldest(H, outside))             °C, tower leaving = condenser entering; setpoint by wet bulb
//! H      = Q + P(Q, x, y) + shaft heat of the pump        W per unit; coldest: the tower at full fan
//!
//! economizer on:  Q_e = min(Q, G·(return − T)),  chiller Q − Q_e,  y = T + Q_e/C_t
//!          T = max(what takes all of Q, coldest(H), least)      T tower leaving, C_t tower water, W/K
//! ```
//!
//! The tower holds the condenser setpoint while it can; above that the temperature floats until tower and condenser
//! agree. Units are staged together with their pump (constant flow), tower cell and share of the plate; `staging.rs`.
//!
//! Economizer, integrated: while it is on, towers run as cold as is of use, the plate cools the return of facility water
//! first, and the chillers carry the rest with the water that leaves the plate; where the plate carries all, they
//! stand. Where the fewest units would leave something to the chillers, as many cells, pumps and plates run as draw the least
//! together (the search of `least-power`, also with `fewest-units`), and the chillers carry only what these leave. Cells,
//! pumps and plates of chillers that are out of service run for the economizer all the same, and what their plates leave goes
//! to the other chillers. It starts where tower water would come below the return by the plate's approach and a dead band. Not
//! integrated: the plate stands in the place of the chillers and starts where it carries all with a dead band to spare.
//!
//! Source: `chiller.rs`, `tower/cell.rs`, `tower/plant.rs`, `pump.rs`; arrangement as in `EnergyPlus` with one chiller per
//! condenser pump. Valid where those are; condenser water that comes colder than the chillers take is bypassed
//! (`least_entering_c` of the curves). The plate's head is taken as that of the condenser it precedes.

mod unit;

use crate::heat_rejection::chiller::economizer::Economizer;
use crate::heat_rejection::chiller::settle::settle;
use crate::heat_rejection::chiller::water_cooled::setpoint::Setpoint;
use crate::heat_rejection::chiller::{Chillers, Stages, Staging};
use crate::heat_rejection::dead_band::DeadBand;
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput, StepRequest};
use crate::heat_rejection::tower::cell::{Tower, TowerAt};
use crate::heat_rejection::tower::plant::{Plate, TowerPlant};
use crate::heat_rejection::water_loop::pump::Pump;
use crate::physics::psychrometrics::MoistAir;

/// A water-cooled chiller plant ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
    /// The cell of one chiller.
    pub tower: Tower,
    /// The condenser-water pump of one chiller, at constant flow while it runs.
    pub pump: Pump,
    /// Condenser-water capacity rate of one chiller, W/K.
    pub condenser_w_k: f64,
    /// Tower leaving temperature wanted.
    pub setpoint: Setpoint,
    /// How many units run.
    pub stages: Stages,
    /// Free cooling.
    pub free: Option<Free>,
    /// Available units.
    pub available: Available,
}

/// The economizer of a plant.
#[derive(Debug, Clone, PartialEq)]
pub struct Free {
    config: Economizer,
    /// One unit's cell, pump and share of the plate, without its chiller.
    unit: TowerPlant,
    /// Heat of one unit at design, W.
    unit_w: f64,
    mode: DeadBand,
}

/// What surrounds the units in a step.
struct Around<'a> {
    /// The cell of a unit.
    tower: TowerAt<'a>,
    /// Tower water wanted, °C.
    setpoint_c: f64,
}

impl Around<'_> {
    /// Tower water at full fan, not above the need of the condenser setpoint.
    fn leaving_c(&self, condenser_w: f64) -> f64 {
        self.tower.coldest_c(condenser_w).max(self.setpoint_c)
    }
}

impl WaterCooledChillerPlant {
    fn around<'a>(&'a self, outside: &'a MoistAir) -> Around<'a> {
        Around {
            tower: self.tower.at(self.condenser_w_k, outside),
            setpoint_c: self.setpoint_c(outside),
        }
    }

    /// Adds a plate for each unit, of `unit_w` at design, and `rise_k` of facility water.
    pub fn add_economizer(&mut self, config: &Economizer, unit_w: f64, rise_k: f64) {
        self.free = Some(Free {
            config: config.clone(),
            unit: TowerPlant {
                tower: self.tower.clone(),
                plate: Some(Plate::sized(
                    unit_w,
                    config.approach_k,
                    unit_w / rise_k,
                    self.condenser_w_k,
                    self.pump.clone(),
                )),
            },
            unit_w,
            mode: DeadBand::new(config.dead_band_k),
        });
    }

    fn shaft_w(&self) -> f64 {
        self.pump.run(self.pump.design_kg_s).heat_to_water_w
    }

    /// Units that can run.
    fn units(&self) -> u32 {
        let fit = self
            .chillers
            .units
            .saturating_sub(self.available.chillers_out);
        fit.min(self.towers())
    }

    /// Units that can run in this step: with the integrated economizer on also those whose chillers are out.
    fn most(&self) -> u32 {
        match (self.free(), self.units()) {
            (Some(free), 1..) if free.config.integrated => self.towers(),
            (_, units) => units,
        }
    }

    /// Units whose pumps and towers can run, whatever the chillers do.
    fn towers(&self) -> u32 {
        if self.available.water {
            (f64::from(self.chillers.units) * self.available.pumps + 1e-9).floor() as u32
        } else {
            0
        }
    }

    fn free(&self) -> Option<&Free> {
        self.free.as_ref().filter(|free| free.mode.on)
    }

    /// Tower water wanted, °C.
    fn setpoint_c(&self, outside: &MoistAir) -> f64 {
        self.setpoint.at(outside.wet_bulb_c)
    }

    /// Condenser water of fully loaded units, °C.
    fn full_load_c(&self, supply_c: f64, around: &Around<'_>) -> f64 {
        let shaft_w = self.shaft_w();
        settle(around.setpoint_c, |y| {
            let unit_w = self.chillers.unit_capacity_w(supply_c, y);
            let input = self.chillers.full_load_input(supply_c, y);
            around.leaving_c(unit_w * (1.0 + input) + shaft_w)
        })
    }

    /// Whether the economizer is on in this step.
    fn choose_mode(&mut self, request: &StepRequest<'_>) {
        let most = self.towers();
        if self.free.is_none() || most == 0 || request.flow_w_k <= 0.0 {
            return;
        }
        let shaft_w = self.shaft_w();
        let Some(free) = &mut self.free else {
            return;
        };
        let count = (request.heat_w / free.unit_w)
            .ceil()
            .clamp(1.0, f64::from(most));
        let (heat_w, flow_w_k) = (request.heat_w / count, request.flow_w_k / count);
        let return_c = request.supply_c + heat_w / flow_w_k;
        let coldest_c = self
            .tower
            .coldest_c(heat_w + shaft_w, self.condenser_w_k, &request.outdoors.air)
            .max(free.config.least_tower_c);
        let useful_c = if free.config.integrated {
            return_c - free.config.approach_k
        } else {
            return_c - heat_w / free.unit.conductance_w_k(flow_w_k)
        };
        free.mode.decide(useful_c - coldest_c);
    }

    /// Chillers that run with so many units.
    fn chillers_of(&self, count: f64) -> f64 {
        count.min(f64::from(self.units().max(1)))
    }

    /// All cells and plates, and the chillers that can run, carry this heat together.
    fn holds_together(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        around: &Around<'_>,
    ) -> bool {
        let most = self.most();
        let integrated = self.free().is_some_and(|free| free.config.integrated);
        let together = integrated && self.units() > 0 && flow_w_k > 0.0;
        together && {
            let tried = self.trial(most, heat_w, supply_c, flow_w_k, around);
            self.holds(&tried, supply_c)
        }
    }

    /// Units that are full one after the other; the last has the rest.
    fn in_sequence(
        &self,
        most: u32,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        around: &Around<'_>,
    ) -> RejectionOutput {
        let entering_c = self.full_load_c(supply_c, around);
        let full_w = self.chillers.unit_capacity_w(supply_c, entering_c);
        let count = self.chillers.units_for(heat_w, most, supply_c, entering_c);
        let full = f64::from(count.saturating_sub(1));
        let last_w = heat_w - full * full_w;
        if full == 0.0 || last_w > full_w {
            return self.run(count, heat_w, supply_c, flow_w_k, around);
        }
        let run = |unit_w: f64| {
            let flow_w_k = flow_w_k * unit_w / heat_w;
            self.run(1, unit_w, supply_c, flow_w_k, around)
        };
        run(full_w).times(full).beside(full, &run(last_w), 1.0)
    }
}

impl Rejection for WaterCooledChillerPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        self.choose_mode(request);
        let setpoint_c = self.setpoint_c(&request.outdoors.air);
        let unit_w = self.chillers.unit_capacity_w(request.supply_c, setpoint_c);
        let most = self.most();
        self.stages
            .decide(most, |count| request.heat_w / (f64::from(count) * unit_w));
    }

    fn set_available(&mut self, available: &Available) {
        self.available = *available;
        self.tower.set_available(available);
        if let Some(free) = &mut self.free {
            free.unit.tower.set_available(available);
        }
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let free_w = self.free().map_or(0.0, |free| {
            let count = f64::from(self.towers());
            count
                * free
                    .unit
                    .capacity_w(supply_c, flow_w_k / count.max(1.0), outside)
        });
        let units = self.units();
        if units == 0 || self.free().is_some_and(|free| !free.config.integrated) {
            return free_w;
        }
        let entering_c = self.full_load_c(supply_c, &self.around(outside));
        let chilled_w = f64::from(units) * self.chillers.unit_capacity_w(supply_c, entering_c);
        chilled_w.max(free_w)
    }

    /// What the units carry at some condenser temperature they surely carry where that is more than their towers
    /// need at full load: one trial mostly suffices, and their maximum need not be searched for.
    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        let around = self.around(outside);
        let whole = flow_w_k > 0.0 && self.available == Available::default();
        if whole && self.free().is_none_or(|free| free.config.integrated) {
            let shaft_w = self.shaft_w();
            let surely = |y: f64| {
                let unit_w = self.chillers.unit_capacity_w(supply_c, y);
                f64::from(self.chillers.units) * unit_w >= heat_w && {
                    let input = self.chillers.full_load_input(supply_c, y);
                    around.leaving_c(unit_w * (1.0 + input) + shaft_w) <= y
                }
            };
            let design = self.tower.design();
            let usual_c = outside.wet_bulb_c + 2.0 * (design.approach_k + 2.0);
            if surely(around.setpoint_c.max(usual_c)) {
                return true;
            }
        }
        heat_w <= self.capacity_w(supply_c, flow_w_k, outside)
            || self.holds_together(heat_w, supply_c, flow_w_k, &around)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        if heat_w <= 0.0 {
            return RejectionOutput {
                condenser_c: self.setpoint_c(outside),
                ..RejectionOutput::default()
            };
        }
        let alone = self
            .free()
            .filter(|free| !free.config.integrated || self.units() == 0);
        if let Some(free) = alone {
            let most = self.towers().max(1);
            let run = |count: u32| {
                let count = f64::from(count);
                let (unit_w, flow_w_k) = (heat_w / count, flow_w_k / count);
                let rejected = free.unit.reject(unit_w, supply_c, flow_w_k, outside);
                let rejected = RejectionOutput {
                    free_w: unit_w,
                    ..rejected
                };
                let rejected = rejected.times(count);
                (rejected, rejected.electric_w())
            };
            let fits = |count: u32| {
                let flow_w_k = flow_w_k / f64::from(count);
                f64::from(count) * free.unit.capacity_w(supply_c, flow_w_k, outside) >= heat_w
            };
            let design = (heat_w / free.unit_w).ceil().clamp(1.0, f64::from(most)) as u32;
            let fewest = (design..most).find(|&count| fits(count)).unwrap_or(most);
            return self
                .stages
                .choose(fewest, most, run(fewest), |count| Some(run(count)));
        }
        let most = self.most().max(1);
        let free_cools = self.free().is_some();
        let around = &self.around(outside);
        let trial = |count: u32| self.trial(count, heat_w, supply_c, flow_w_k, around);
        if self.stages.rule == Staging::Sequential && most <= self.units().max(1) {
            return self.in_sequence(most, heat_w, supply_c, flow_w_k, around);
        }
        let needed = self
            .chillers
            .units_for(heat_w, most, supply_c, around.setpoint_c);
        let mut fewest = needed.max(self.stages.kept(most));
        let first = loop {
            let tried = trial(fewest);
            // Warmer condenser water than assumed can need one more unit.
            let wanted = self
                .chillers
                .units_for(heat_w, most, supply_c, tried.entering_c());
            // With chillers out more plates can leave what the others carry.
            let helped = free_cools && fewest < most && !self.holds(&tried, supply_c);
            let wanted = wanted.max(fewest + u32::from(helped));
            if wanted <= fewest {
                break tried;
            }
            fewest = wanted;
        };
        // Of nominal capacity, so that the choice does not depend on the weather.
        let least_w = self.chillers.curves.min_part_load * self.chillers.reference_w;
        let drawn_w = first.electric_w();
        let run = |count: u32| {
            (heat_w >= least_w * f64::from(count)).then(|| {
                let tried = trial(count);
                let drawn_w = tried.electric_w();
                (tried, drawn_w)
            })
        };
        // Cells that stand idle beside chillers that run would be free cooling left undone.
        let best = if free_cools && first.chilled_w() > 0.0 {
            Stages::least(fewest, most, (first, drawn_w), run)
        } else {
            self.stages.choose(fewest, most, (first, drawn_w), run)
        };
        Self::rejected(&best, around)
    }
}
