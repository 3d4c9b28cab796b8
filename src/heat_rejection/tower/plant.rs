//! Tower plant: cooling towers carry the heat of facility water, directly or behind a plate heat exchanger.
//!
//! ```text
//! direct    tower leaving = supply
//! plate     tower leaving = supply + Q/C − Q/G        G = ε·C_min, counterflow; C facility, C_t tower water, W/K
//! tower heat = Q + shaft heat of the tower pumps       C_t = n·C_pump, each pump at constant flow while it runs
//! pumps     n with the least power of fans and pumps that holds the supply; more where the load has grown since
//! ```
//!
//! Source: `cell.rs`, `heat_exchanger.rs`. Valid where the tower's correlation is; the exchanger's conductance follows both
//! flows with exponent 0.8. A pump moves its design flow however many run beside it: with few of them the pipes resist
//! less, and a real pump moves some 5 to 15 % more.

use super::cell::{Tower, TowerAt};
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput, StepRequest};
use crate::heat_rejection::water_loop::pump::{Pump, Pumped};
use crate::physics::heat_exchanger::{
    Arrangement, ResistanceSplit, conductance_w_k, ua_for_approach,
};
use crate::physics::psychrometrics::MoistAir;

/// A tower plant ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct TowerPlant {
    /// The tower.
    pub tower: Tower,
    /// None where facility water runs over the tower itself.
    pub plate: Option<Plate>,
}

/// The heat exchanger that keeps tower water out of the halls, and the pumps of the tower side.
#[derive(Debug, Clone, PartialEq)]
pub struct Plate {
    /// Conductance at design flow on both sides, W/K.
    pub ua_w_k: f64,
    /// Facility capacity rate at design, W/K.
    pub facility_w_k: f64,
    /// Tower capacity rate with all pumps, W/K.
    pub tower_w_k: f64,
    /// Tower-water pumps, all together.
    pub pump: Pump,
    /// Number of pumps, those that can run, and those chosen for the step.
    pumps: u32,
    fit: u32,
    running: u32,
    /// Resistance of the film of tower water over that of all pumps, by the number that run, less one.
    films: Box<[f64]>,
}

impl Plate {
    /// A plate that brings facility water within `approach_k` of tower water at design, with one pump.
    pub fn sized(
        heat_w: f64,
        approach_k: f64,
        facility_w_k: f64,
        tower_w_k: f64,
        pump: Pump,
    ) -> Self {
        let ua_w_k = ua_for_approach(
            Arrangement::Counterflow,
            heat_w,
            approach_k,
            facility_w_k,
            tower_w_k,
        );
        Self {
            ua_w_k,
            facility_w_k,
            tower_w_k,
            pump,
            pumps: 1,
            fit: 1,
            running: 1,
            films: Box::default(),
        }
        .with_pumps(1)
    }

    /// The same with its flow from so many equal pumps.
    #[must_use]
    pub(in crate::heat_rejection) fn with_pumps(self, pumps: u32) -> Self {
        let pumps = pumps.max(1);
        let plate = Self {
            pumps,
            fit: pumps,
            running: pumps,
            ..self
        };
        let flows = (1..=pumps).map(|running| plate.flow_w_k(running) / plate.tower_w_k);
        Self {
            films: flows.map(ResistanceSplit::film).collect(),
            ..plate
        }
    }

    /// Of so many pumps that can run in the plant, those of the plate.
    pub(in crate::heat_rejection) fn set_fit(&mut self, pumps: u32) {
        self.fit = pumps.min(self.pumps);
        self.running = self.running.min(self.fit);
    }

    /// Tower water of `running` pumps, W/K.
    fn flow_w_k(&self, running: u32) -> f64 {
        self.tower_w_k * f64::from(running) / f64::from(self.pumps)
    }

    /// What `running` pumps draw and move.
    fn pumped(&self, running: u32) -> Pumped {
        let share = f64::from(running) / f64::from(self.pumps);
        let all = self.pump.run(self.pump.design_kg_s);
        Pumped {
            electric_w: share * all.electric_w,
            heat_to_water_w: share * all.heat_to_water_w,
            flow_kg_s: share * all.flow_kg_s,
        }
    }

    /// Heat per kelvin between facility water and tower water entering, W/K.
    fn conductance_w_k(&self, facility_w_k: f64, running: u32) -> f64 {
        self.conductance_of(facility_w_k, self.film(facility_w_k), running)
    }

    /// Resistance of the film of facility water over that of design.
    fn film(&self, facility_w_k: f64) -> f64 {
        ResistanceSplit::film(facility_w_k / self.facility_w_k)
    }

    /// The same with the film of facility water, which is the same for any number of pumps.
    fn conductance_of(&self, facility_w_k: f64, film: f64, running: u32) -> f64 {
        let tower_w_k = self.flow_w_k(running);
        if tower_w_k <= 0.0 {
            return 0.0;
        }
        let ua_ratio = if facility_w_k > 0.0 {
            ResistanceSplit::PLATE.ua_ratio_of_films(film, self.films[running as usize - 1])
        } else {
            0.0
        };
        let ua_w_k = self.ua_w_k * ua_ratio;
        conductance_w_k(Arrangement::Counterflow, ua_w_k, facility_w_k, tower_w_k)
    }
}

/// The tower side of a plant at a number of pumps, in the air of a step.
struct Side<'a> {
    tower: TowerAt<'a>,
    flow_w_k: f64,
    shaft_w: f64,
    pump_w: f64,
    /// Drop from facility supply to tower water per watt of heat, K/W.
    drop_k_w: f64,
}

/// A supply that is held with so much to spare surely is, K: the capacity is known more closely.
const SPARE_K: f64 = 1e-6;

impl Side<'_> {
    /// It holds the supply with full fans.
    fn holds(&self, heat_w: f64, supply_c: f64) -> bool {
        let coldest_c = self.tower.coldest_c(heat_w + self.shaft_w);
        coldest_c + self.drop_k_w * heat_w <= supply_c + 1e-9
    }

    /// The most heat, W.
    fn capacity_w(&self, supply_c: f64) -> f64 {
        let reach_c = supply_c + self.drop_k_w * self.shaft_w;
        let slope = self.drop_k_w * self.flow_w_k;
        let range_k = self.tower.full_range_k(reach_c, slope);
        (range_k * self.flow_w_k - self.shaft_w).max(0.0)
    }

    /// The heat through it.
    fn reject(&self, heat_w: f64, supply_c: f64) -> RejectionOutput {
        let leaving_c = supply_c - self.drop_k_w * heat_w;
        let run = self.tower.run(heat_w + self.shaft_w, leaving_c);
        RejectionOutput {
            fans_w: run.fan_w,
            pumps_w: self.pump_w,
            heat_to_ambient_w: heat_w + run.fan_w + self.pump_w,
            water: run.water,
            cells_kg_s: run.cells_kg_s,
            condenser_c: leaving_c,
            fan_speed: run.fan_speed,
            ..RejectionOutput::default()
        }
    }
}

impl TowerPlant {
    /// Pumps of the tower side that can run; one where there is no plate, as a number only.
    pub(in crate::heat_rejection) fn fit(&self) -> u32 {
        self.plate.as_ref().map_or(1, |plate| plate.fit)
    }

    /// Heat per kelvin between facility water and tower water entering the plate with all the pumps there are, W/K;
    /// without a plate they are one.
    pub(in crate::heat_rejection) fn conductance_w_k(&self, facility_w_k: f64) -> f64 {
        let plate = self.plate.as_ref();
        plate.map_or(facility_w_k, |plate| {
            plate.conductance_w_k(facility_w_k, plate.fit)
        })
    }

    /// What `running` pumps of the tower side draw, and the tower water they move, W/K.
    pub(in crate::heat_rejection) fn pumped(&self, running: u32) -> (Pumped, f64) {
        self.plate
            .as_ref()
            .map_or((Pumped::default(), 0.0), |plate| {
                (plate.pumped(running), plate.flow_w_k(running))
            })
    }

    /// Facility water, W/K, and the resistance of its film in the plate.
    fn facility(&self, facility_w_k: f64) -> (f64, f64) {
        let film = self.plate.as_ref().map(|plate| plate.film(facility_w_k));
        (facility_w_k, film.unwrap_or(1.0))
    }

    fn side<'a>(
        &'a self,
        (facility_w_k, film): (f64, f64),
        running: u32,
        outside: &'a MoistAir,
    ) -> Side<'a> {
        let Some(plate) = &self.plate else {
            return Side {
                tower: self.tower.at(facility_w_k, outside),
                flow_w_k: facility_w_k,
                shaft_w: 0.0,
                pump_w: 0.0,
                drop_k_w: 0.0,
            };
        };
        let g_w_k = plate.conductance_of(facility_w_k, film, running);
        let (pumped, flow_w_k) = (plate.pumped(running), plate.flow_w_k(running));
        Side {
            tower: self.tower.at(flow_w_k, outside),
            flow_w_k,
            shaft_w: pumped.heat_to_water_w,
            pump_w: pumped.electric_w,
            drop_k_w: (1.0 / g_w_k - 1.0 / facility_w_k).max(0.0),
        }
    }

    /// The fewest pumps from `least` on that hold the supply with full fans, else all that can run; with their side.
    fn holding<'a>(
        &'a self,
        least: u32,
        heat_w: f64,
        supply_c: f64,
        facility: (f64, f64),
        outside: &'a MoistAir,
    ) -> (u32, Side<'a>) {
        let fit = self.fit();
        (least..fit)
            .map(|running| (running, self.side(facility, running, outside)))
            .find(|(_, side)| side.holds(heat_w, supply_c))
            .unwrap_or_else(|| (fit, self.side(facility, fit, outside)))
    }

    /// Chooses the pumps of the coming step.
    pub(in crate::heat_rejection) fn choose(&mut self, heat_w: f64, request: &StepRequest<'_>) {
        let (supply_c, flow_w_k) = (request.supply_c, request.flow_w_k);
        let air = &request.outdoors.air;
        let fit = self.fit();
        if fit < 2 || heat_w <= 0.0 || flow_w_k <= 0.0 || self.tower.is_dry() {
            self.set_running(fit);
            return;
        }
        let facility = self.facility(flow_w_k);
        let draws_w = |side: &Side<'_>| {
            let leaving_c = supply_c - side.drop_k_w * heat_w;
            let blown = side.tower.blow(heat_w + side.shaft_w, leaving_c);
            blown.fan_w + side.pump_w
        };
        let (mut best, side) = self.holding(1, heat_w, supply_c, facility, air);
        let mut least_w = draws_w(&side);
        // Pumps draw in proportion, fans fall with what the flow adds ever more slowly: one lowest point.
        while best < fit {
            let next_w = draws_w(&self.side(facility, best + 1, air));
            if next_w >= least_w {
                break;
            }
            (best, least_w) = (best + 1, next_w);
        }
        self.set_running(best);
    }

    /// Sets the pumps of the coming step.
    pub(in crate::heat_rejection) fn set_running(&mut self, running: u32) {
        if let Some(plate) = &mut self.plate {
            plate.running = running.min(plate.fit);
        }
    }
}

impl Rejection for TowerPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        self.choose(request.heat_w, request);
    }

    fn set_available(&mut self, available: &Available) {
        if let Some(plate) = &mut self.plate {
            plate.set_fit((f64::from(plate.pumps) * available.pumps + 1e-9).floor() as u32);
        }
        self.tower.set_available(&Available {
            water: available.water && self.fit() > 0,
            ..*available
        });
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 || self.tower.is_dry() {
            return 0.0;
        }
        self.side(self.facility(flow_w_k), self.fit(), outside)
            .capacity_w(supply_c)
    }

    /// Water that surely leaves cold enough needs no search for the most heat.
    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        if flow_w_k <= 0.0 || self.tower.is_dry() {
            return heat_w <= 0.0;
        }
        let side = self.side(self.facility(flow_w_k), self.fit(), outside);
        let within = heat_w > 0.0 && side.tower.spans(heat_w + side.shaft_w);
        (within && side.holds(heat_w, supply_c - SPARE_K)) || heat_w <= side.capacity_w(supply_c)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return RejectionOutput {
                condenser_c: supply_c,
                ..RejectionOutput::default()
            };
        }
        // The pumps chosen for the step, or more where they fall short.
        let chosen = self.plate.as_ref().map_or(1, |plate| plate.running.max(1));
        let facility = self.facility(flow_w_k);
        let (_, side) = self.holding(chosen, heat_w, supply_c, facility, outside);
        side.reject(heat_w, supply_c)
    }
}
