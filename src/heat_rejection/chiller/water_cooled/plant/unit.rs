//! Units of a water-cooled plant at work: one at the temperature on which its chiller and its tower agree, and so many of them.
//! The equations are those of `plant`.

use std::cell::Cell;

use super::{Around, WaterCooledChillerPlant};
use crate::heat_rejection::chiller::Chilled;
use crate::heat_rejection::chiller::settle::settle;
use crate::heat_rejection::rejection::RejectionOutput;
use crate::heat_rejection::tower::cell::Blown;

/// One unit at work.
struct Unit {
    /// Tower water leaving, °C.
    tower_c: f64,
    /// Heat through the plate, W.
    free_w: f64,
    /// Condenser water entering the chiller, °C, and what it does; where more units run than chillers, each unit has its
    /// share of theirs.
    entering_c: f64,
    chilled: Chilled,
}

/// So many units that share the heat, as far as a choice between numbers of them asks.
pub(super) struct Trial {
    count: f64,
    /// Units over the chillers that run with them.
    per_chiller: f64,
    unit: Unit,
    /// Heat of facility water and of the tower, W.
    unit_w: f64,
    tower_w: f64,
    blown: Blown,
    pumps_w: f64,
}

impl Trial {
    /// Condenser water entering the chillers, °C.
    pub(super) fn entering_c(&self) -> f64 {
        self.unit.entering_c
    }

    /// Heat that the plate of a unit leaves to the chillers, W.
    pub(super) fn chilled_w(&self) -> f64 {
        self.unit_w - self.unit.free_w
    }

    /// Electricity of all of them, W.
    pub(super) fn electric_w(&self) -> f64 {
        let each_w = [self.unit.chilled.electric_w, self.blown.fan_w, self.pumps_w];
        each_w.map(|w| w * self.count).iter().sum()
    }
}

impl WaterCooledChillerPlant {
    /// One unit that takes `heat_w` of facility water with capacity rate `flow_w_k`, of `per_chiller` for each chiller.
    fn unit(
        &self,
        per_chiller: f64,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        around: &Around<'_>,
    ) -> Unit {
        let shaft_w = self.shaft_w();
        let chiller = |heat_w: f64, y: f64| {
            let one = self.chillers.run(heat_w * per_chiller, 1, supply_c, y);
            Chilled {
                electric_w: one.electric_w / per_chiller,
                ..one
            }
        };
        // What is settled on is mostly what was asked last.
        let asked = Cell::new((f64::NAN, Chilled::default()));
        let known = |tower_c: f64| {
            let (at_c, chilled) = asked.get();
            (at_c == tower_c).then_some(chilled)
        };
        let Some(free) = self.free().filter(|_| flow_w_k > 0.0) else {
            let tower_c = settle(around.setpoint_c, |y| {
                let chilled = chiller(heat_w, y);
                asked.set((y, chilled));
                around.leaving_c(heat_w + chilled.electric_w + shaft_w)
            });
            return Unit {
                tower_c,
                free_w: 0.0,
                entering_c: tower_c,
                chilled: known(tower_c).unwrap_or_else(|| chiller(heat_w, tower_c)),
            };
        };
        let g_w_k = free.unit.conductance_w_k(flow_w_k);
        let return_c = supply_c + heat_w / flow_w_k;
        let all_c = return_c - heat_w / g_w_k;
        let through_w = |tower_c: f64| (g_w_k * (return_c - tower_c)).clamp(0.0, heat_w);
        let useful_c = all_c.max(free.config.least_tower_c);
        let tower_c = settle(useful_c, |tower_c| {
            let free_w = through_w(tower_c);
            let chilled = chiller(heat_w - free_w, tower_c + free_w / self.condenser_w_k);
            asked.set((tower_c, chilled));
            let condenser_w = heat_w + chilled.electric_w + shaft_w;
            around.tower.coldest_c(condenser_w).max(useful_c)
        });
        let free_w = through_w(tower_c);
        let entering_c = tower_c + free_w / self.condenser_w_k;
        // Rounding in the plate's balance is not a load for a chiller.
        let (chilled_w, chilled) = if heat_w - free_w > 1e-9 * heat_w {
            let chilled_w = heat_w - free_w;
            let again = || chiller(chilled_w, entering_c);
            (chilled_w, known(tower_c).unwrap_or_else(again))
        } else {
            (0.0, Chilled::default())
        };
        Unit {
            tower_c,
            free_w: heat_w - chilled_w,
            entering_c,
            chilled,
        }
    }

    /// `count` units share the heat: what they draw.
    pub(super) fn trial(
        &self,
        count: u32,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        around: &Around<'_>,
    ) -> Trial {
        let count = f64::from(count);
        let unit_w = heat_w / count;
        let per_chiller = count / self.chillers_of(count);
        let unit = self.unit(per_chiller, unit_w, supply_c, flow_w_k / count, around);
        let tower_w = unit_w + unit.chilled.electric_w + self.shaft_w();
        Trial {
            count,
            per_chiller,
            unit_w,
            tower_w,
            blown: around.tower.blow(tower_w, unit.tower_c),
            pumps_w: self.pump.run(self.pump.design_kg_s).electric_w,
            unit,
        }
    }

    /// Whether the chillers carry what the plates leave.
    pub(super) fn holds(&self, trial: &Trial, supply_c: f64) -> bool {
        let one_w = self
            .chillers
            .unit_capacity_w(supply_c, trial.unit.entering_c);
        trial.chilled_w() * trial.per_chiller <= one_w * (1.0 + 1e-9)
    }

    /// All that they do.
    pub(super) fn rejected(trial: &Trial, around: &Around<'_>) -> RejectionOutput {
        let Trial {
            count,
            ref unit,
            unit_w,
            tower_w,
            ref blown,
            pumps_w,
            ..
        } = *trial;
        let chilled = unit.chilled;
        let run = around.tower.wetted(blown, tower_w, unit.tower_c);
        let rejected = RejectionOutput {
            chillers_w: chilled.electric_w,
            fans_w: run.fan_w,
            pumps_w,
            heat_to_ambient_w: unit_w + chilled.electric_w + run.fan_w + pumps_w,
            reused_w: 0.0,
            stored_w: 0.0,
            free_w: unit.free_w,
            water: run.water,
            cells_kg_s: run.cells_kg_s,
            heaters_w: 0.0,
            condenser_c: unit.tower_c,
            chiller_load: chilled.part_load,
            fan_speed: run.fan_speed,
        };
        rejected.times(count)
    }

    /// Both at once.
    pub(super) fn run(
        &self,
        count: u32,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        around: &Around<'_>,
    ) -> RejectionOutput {
        let trial = self.trial(count, heat_w, supply_c, flow_w_k, around);
        Self::rejected(&trial, around)
    }
}
