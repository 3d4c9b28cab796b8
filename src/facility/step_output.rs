//! Output of a step.

use super::beside::Sort;
use super::late::Drawn;
use super::power::Source;
use super::water::{Circuit, Cooled};
use super::{Facility, Hall};
use crate::electrical::ItDraw;
use crate::it::clock_at;
use crate::physics::water::Water;
use crate::snapshot::{Plant, Power};
use crate::units::HOUR_S;

impl Facility {
    /// Adds up all uses of the last trial into the snapshot.
    pub(super) fn add_up(&mut self, it: ItDraw) {
        let it_w = it.all_w;
        let late = *self.late.sum();
        let sum = |f: fn(&Hall) -> f64| self.halls.iter().map(f).sum::<f64>();
        let plants = |f: fn(&Cooled) -> f64| {
            let each = self.circuits.iter().map(|circuit| f(&circuit.cooled));
            each.sum::<f64>()
        };
        let rooms = &self.it_rooms;
        let mut power = Power {
            facility_w: 0.0,
            it_w,
            compute_w: sum(|hall| hall.totals.compute_w),
            server_fans_w: sum(|hall| hall.totals.fans_w),
            psu_losses_w: sum(|hall| hall.totals.psu_w),
            network_w: self.beside_w(Sort::Network),
            storage_w: self.beside_w(Sort::Storage),
            other_it_w: self.beside_w(Sort::Other),
            electrical_losses_w: 0.0,
            chillers_w: plants(|cooled| cooled.rejected.chillers_w)
                + rooms.sum_w(|room| room.compressors_w)
                + late.chillers_w,
            heat_rejection_fans_w: plants(|cooled| cooled.rejected.fans_w)
                + rooms.sum_w(|room| room.condenser_fans_w)
                + late.fans_w,
            pumps_w: plants(|cooled| cooled.flow.pump_w + cooled.rejected.pumps_w) + late.pumps_w,
            basin_heaters_w: plants(|cooled| cooled.rejected.heaters_w) + late.heaters_w,
            hall_fans_w: sum(|hall| hall.output.hall_fans_w)
                + rooms.sum_w(|room| room.fans_w)
                + late.hall_fans_w,
            cdu_pumps_w: sum(|hall| hall.output.cdu_pumps_w) + late.cdu_pumps_w,
            other_w: self.other_w + self.chain.other_w(),
            generation_w: 0.0,
        };
        let mechanical_w = power.cooling_w() + self.other_w;
        match self.on_site.source {
            Source::Grid | Source::Generators => {
                let losses = self.chain.losses(it, mechanical_w);
                self.overload = losses.overload;
                power.electrical_losses_w = losses.total_w();
                power.facility_w =
                    it_w + power.electrical_losses_w + mechanical_w + self.chain.other_w();
            }
            // Lights and machines are down, IT and the stages between it and the UPS are not.
            Source::UpsBatteries => {
                let behind = self.chain.behind_ups(it);
                self.overload = false;
                power.electrical_losses_w = behind.losses.total_w();
                power.other_w = behind.other_w;
                // Fans and pumps that keep turning are on the batteries too.
                let circulation_w = power.hall_fans_w + power.cdu_pumps_w + power.pumps_w;
                power.facility_w = behind.output_w + circulation_w;
            }
            Source::Nothing => {
                self.overload = false;
                power.other_w = 0.0;
            }
        }
        if self.on_site.source != Source::Nothing {
            self.ups_output_w = self.chain.behind_ups(it).output_w;
            if self.on_site.source == Source::UpsBatteries {
                self.ups_output_w = power.facility_w;
            } else if self.on_site.circulates_on_ups() {
                let facility_pumps_w = plants(|cooled| cooled.flow.pump_w);
                self.ups_output_w += power.hall_fans_w + power.cdu_pumps_w + facility_pumps_w;
            }
        }
        self.snapshot.power = power;
    }

    /// Lets the sources deliver, and shows the step.
    pub(super) fn show(&mut self, dt_s: f64) {
        self.snapshot.measured = self.measured();
        let power = &mut self.snapshot.power;
        let shown = &mut self.snapshot.on_site;
        self.supplied =
            self.on_site
                .supply(power.facility_w, self.snapshot.price_usd_j, dt_s, shown);
        shown.overload = self.overload;
        power.facility_w += self.supplied.losses_w;
        power.generation_w = [shown.solar_w, shown.generator_w]
            .into_iter()
            .filter(|w| w.is_finite())
            .fold(0.0, |all, w| all + w);
        if shown.cap.is_finite() {
            let busy: f64 = self.halls.iter().map(|hall| hall.fleet.busy_gpus()).sum();
            shown.capped_gpus = (1.0 - clock_at(shown.cap)) * busy;
        }
        let by_plants = self
            .circuits
            .iter()
            .map(|circuit| circuit.cooled.rejected.water);
        let by_halls = self.halls.iter().map(|hall| hall.output.water);
        self.snapshot.water = by_plants
            .chain(by_halls)
            .fold(self.late.sum().water, Water::plus);
        self.snapshot.plant = self.circuits[0].plant_shown(self.late.of_circuit(0));
        let others = self.circuits.iter().enumerate().skip(1);
        for (shown, (index, circuit)) in self.snapshot.circuits.iter_mut().zip(others) {
            *shown = circuit.plant_shown(self.late.of_circuit(index));
        }
        self.snapshot.queue = self.work.queue();
        self.snapshot.service_output = self.work.service_output();
        self.snapshot.swings = self.swings();
        let dark = self.on_site.source == Source::Nothing;
        // The first step, and each in which an hour ends.
        let end_s = self.snapshot.time_s;
        let begin_s = end_s - dt_s;
        let hourly = self.counts_chips
            && (begin_s <= 0.0 || (end_s / HOUR_S).floor() > (begin_s / HOUR_S).floor());
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
            let throttled_gpus = hall.fleet.throttled_gpus();
            shown.it_w = totals.it_w();
            shown.supply_c = output.supply_c;
            shown.return_c = output.return_c;
            shown.max_inlet_c = max_inlet_c;
            shown.max_chip_c = totals.max_chip_c;
            let looked_at = hourly || hall.fleet.throttles();
            shown.max_memory_c = looked_at.then(|| hall.fleet.max_memory_c());
            shown.chips.clear();
            if hourly {
                hall.fleet.count_chips(&mut shown.chips);
            }
            shown.throttled_gpus = throttled_gpus;
            shown.racks_above_limit = above;
            shown.above_water_class = hall.water_c > hall.cooling.most_water_c() + 1e-6;
            shown.served_gpus = if dark {
                0.0
            } else {
                hall.fleet.served_gpus(totals)
            };
            shown.utilisation = totals.worked_gpus / hall.fleet.gpus();
            shown.vapour_kg_s = output.vapour_kg_s;
            shown.dew_point_c = output.dew_point_c;
            shown.dew_point_outside = output.dew_point_outside;
            shown.heat_to_water_w = output.heat_to_water_w + output.heat_to_room_water_w;
        }
    }
}

impl Circuit {
    fn plant_shown(&self, late: &Drawn) -> Plant {
        let Cooled {
            supply,
            flow,
            rejected,
            ..
        } = &self.cooled;
        Plant {
            supply_c: supply.supply_c,
            setpoint_c: self.aimed_c,
            return_c: supply.supply_c + supply.plant_w / flow.w_k,
            flow_kg_s: flow.kg_s,
            heat_w: supply.plant_w + late.heat_w,
            condenser_c: rejected.condenser_c,
            chiller_load: rejected.chiller_load,
            fan_speed: rejected.fan_speed,
            free_w: rejected.free_w + late.free_w,
            reused_w: rejected.reused_w + late.reused_w,
            chillers_w: rejected.chillers_w + late.chillers_w,
            fans_w: rejected.fans_w + late.fans_w,
            pumps_w: flow.pump_w + rejected.pumps_w + late.pumps_w,
            heaters_w: rejected.heaters_w + late.heaters_w,
            water: rejected.water.plus(late.water),
        }
    }
}
