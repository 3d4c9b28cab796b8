//! What a step shows, and its audit.

use super::audit::{Audit, AuditError};
use super::{Cooled, Facility, Hall};
use crate::snapshot::{Plant, Power};
use crate::vector;

impl Facility {
    pub(super) fn show(&mut self, it_w: f64, cooled: &Cooled) {
        let sum = |f: fn(&Hall) -> f64| self.halls.iter().map(f).sum::<f64>();
        let rejected = &cooled.rejected;
        let mut power = Power {
            facility_w: 0.0,
            it_w,
            compute_w: sum(|hall| hall.totals.compute_w),
            server_fans_w: sum(|hall| hall.totals.fans_w),
            psu_losses_w: sum(|hall| hall.totals.psu_w),
            electrical_losses_w: 0.0,
            chillers_w: rejected.chillers_w,
            heat_rejection_fans_w: rejected.fans_w,
            pumps_w: cooled.flow.pump_w + rejected.pumps_w,
            hall_fans_w: sum(|hall| hall.output.hall_fans_w),
            cdu_pumps_w: sum(|hall| hall.output.cdu_pumps_w),
            other_w: self.other_w + self.chain.other_w(),
            generation_w: 0.0,
        };
        let mechanical_w = power.chillers_w
            + power.heat_rejection_fans_w
            + power.pumps_w
            + power.hall_fans_w
            + power.cdu_pumps_w
            + self.other_w;
        let losses = self.chain.losses(it_w, mechanical_w);
        if losses.overload {
            self.overload_steps += 1;
        }
        power.electrical_losses_w = losses.total_w();
        power.facility_w = it_w + power.electrical_losses_w + mechanical_w + self.chain.other_w();
        self.snapshot.power = power;
        self.snapshot.water = rejected.water;
        self.snapshot.plant = Plant {
            supply_c: cooled.supply.supply_c,
            return_c: cooled.supply.supply_c + cooled.supply.plant_w / cooled.flow.w_k,
            flow_kg_s: cooled.flow.kg_s,
            heat_w: cooled.supply.plant_w,
            condenser_c: rejected.condenser_c,
            chiller_load: rejected.chiller_load,
            fan_speed: rejected.fan_speed,
        };
        self.snapshot.queue = self.work.queue();
        for (hall, shown) in self.halls.iter().zip(&mut self.snapshot.halls) {
            let limit_c = hall.cooling.limit_c();
            let (racks, totals, output) = (&shown.racks, &hall.totals, &hall.output);
            let max_inlet_c = hall.range_c.1;
            let above = if max_inlet_c > limit_c {
                racks
                    .coolant_c
                    .iter()
                    .filter(|coolant_c| **coolant_c > limit_c)
                    .count() as u32
            } else {
                0
            };
            let throttled_gpus = hall.fleet.throttled_gpus(racks);
            shown.it_w = totals.it_w();
            shown.supply_c = output.supply_c;
            shown.return_c = output.return_c;
            shown.max_inlet_c = max_inlet_c;
            shown.max_chip_c = totals.max_chip_c;
            shown.throttled_gpus = throttled_gpus;
            shown.racks_above_limit = above;
            shown.utilisation = totals.worked_gpus / hall.fleet.gpus();
            shown.heat_to_water_w = output.heat_to_water_w;
        }
    }

    /// Balances every component, then the site as a whole: what the meter delivered has left as heat or is
    /// stored. Each row is put together from what the neighbours reported, not from the component's own sums.
    pub(super) fn audit(&self, cooled: &Cooled) -> Result<(), AuditError> {
        let audit = Audit {
            time_s: self.snapshot.time_s,
        };
        let Cooled {
            supply,
            flow,
            rejected,
        } = cooled;
        let power = &self.snapshot.power;
        let (mut to_water_w, mut to_ambient_w, mut stored_w) = (0.0, 0.0, supply.stored_w);
        let (mut it_w, mut room_w) = (0.0, 0.0);
        for ((hall, shown), name) in self.halls.iter().zip(&self.snapshot.halls).zip(&self.names) {
            let output = &hall.output;
            let racks_w = vector::sum(&shown.racks.power_w);
            audit.balance(
                || format!("IT of hall '{name}'"),
                racks_w,
                hall.totals.it_w(),
                0.0,
            )?;
            audit.balance(
                || format!("cooling of hall '{name}'"),
                racks_w + hall.room_w + output.hall_fans_w + output.cdu_pumps_w,
                output.heat_to_water_w + output.heat_to_ambient_w,
                output.stored_w,
            )?;
            it_w += racks_w;
            room_w += hall.room_w;
            to_water_w += output.heat_to_water_w;
            to_ambient_w += output.heat_to_ambient_w;
            stored_w += output.stored_w;
        }
        audit.balance(
            || "facility water loop".into(),
            to_water_w + flow.pump_heat_w,
            supply.plant_w,
            supply.stored_w,
        )?;
        audit.balance(
            || "heat rejection".into(),
            supply.plant_w + rejected.chillers_w + rejected.fans_w + rejected.pumps_w,
            rejected.heat_to_ambient_w,
            0.0,
        )?;
        audit.balance(
            || "water supply".into(),
            rejected.water.makeup_kg_s,
            {
                let water = &rejected.water;
                water.evaporation_kg_s + water.drift_kg_s + water.blowdown_kg_s
            },
            0.0,
        )?;
        audit.balance(
            || "electrical chain".into(),
            power.facility_w,
            it_w + power.electrical_losses_w
                + power.chillers_w
                + power.heat_rejection_fans_w
                + power.pumps_w
                + power.hall_fans_w
                + power.cdu_pumps_w
                + power.other_w,
            0.0,
        )?;
        to_ambient_w += rejected.heat_to_ambient_w + power.other_w;
        to_ambient_w += power.electrical_losses_w - room_w + flow.pump_w - flow.pump_heat_w;
        audit.balance(|| "site".into(), power.facility_w, to_ambient_w, stored_w)
    }
}
