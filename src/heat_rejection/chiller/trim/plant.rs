//! Towers and a plate in every hour, and chillers in series behind the plate for what is left.
//!
//! ```text
//! plate      Q_p = G·(return − T), 0..Q                       G = ε·C_min, counterflow; T tower water leaving, °C
//! chillers   Q_c = Q − Q_p                                    leaving at the supply, or colder in a side stream
//! towers     T   = max(return − Q/G, coldest(H, C_t, air))    H = Q + P_c + shaft heat of the pumps
//! water      C_t = C_plate + n·C_condenser                    plate and condensers in parallel on the same basin, W/K
//! start      where the plate alone would leave the supply at setpoint + start_k or above
//! stop       where it would leave it below setpoint − stop_k; until then Q_c ≥ n·least part load
//! stage      n + 1 above the upper load of n; n − 1 where those would be below the lower load; once a step
//! capacity   Q = (G·(supply − T) + Q_n(T))/(1 − G/C), with T from H;  fewer chillers or the plate alone where that is more
//! ```
//!
//! G heat per kelvin between facility water and tower water entering the plate, C facility water, both W/K; `Q_n` capacity
//! of the chillers that can run, P their power, W.
//!
//! Towers and plate do what they can before a chiller runs: with chillers all pumps of the plate run, and the tower fans turn
//! as fast as is of use to the plate, which is mostly full speed. Without chillers as many pumps of the plate run as draw the
//! least together with the fans (`tower/plant.rs`). Each pump has a constant flow; those of a condenser run with its
//! chiller. Cells are wet as their least flow allows (`tower/cell.rs`). Where fewer pumps can run, those of condensers are
//! the ones that are out; without any the plate stands too.
//!
//! Source: energy balances; `chiller.rs`, `tower/cell.rs`, `tower/plant.rs`, `pump.rs`. Valid where those are. A chiller whose
//! expected load grows within a step starts within it. Not in it: the exchanger and the pump of a chilled-water loop
//! between chillers and facility water.

use crate::heat_rejection::chiller::Chillers;
use crate::heat_rejection::chiller::settle::settle;
use crate::heat_rejection::dead_band::DeadBand;
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput, StepRequest};
use crate::heat_rejection::tower::plant::TowerPlant;
use crate::heat_rejection::water_loop::pump::{Pump, Pumped};
use crate::physics::psychrometrics::MoistAir;

/// When chillers run and how many do.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    mode: DeadBand,
    stop_k: f64,
    up: f64,
    down: f64,
    running: u32,
}

impl Stages {
    /// Thresholds of the supply, K, and of the load of running chillers.
    pub(super) fn new((start_k, stop_k): (f64, f64), (up, down): (f64, f64)) -> Self {
        Self {
            mode: DeadBand::new(start_k + stop_k),
            stop_k,
            up,
            down,
            running: 0,
        }
    }
}

/// A plant with trim chillers, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct TrimPlant {
    /// All towers as one, the plate and its pumps.
    pub(super) towers: TowerPlant,
    /// The machines behind the plate.
    pub(super) chillers: Chillers,
    /// Condenser-water pump of one chiller.
    pub(super) condenser_pump: Pump,
    /// Condenser-water capacity rate of one chiller, W/K.
    pub(super) condenser_w_k: f64,
    /// Pumps of the plate and of all condensers as events count them.
    pub(super) pumps: (u32, u32),
    /// Water leaving the chillers where it is colder than the supply, °C.
    pub(super) chilled_c: Option<f64>,
    pub(super) stages: Stages,
    pub(super) available: Available,
}

/// What surrounds a step of the plant.
struct At<'a> {
    supply_c: f64,
    flow_w_k: f64,
    /// Heat per kelvin between facility water and tower water entering the plate, W/K.
    g_w_k: f64,
    outside: &'a MoistAir,
}

/// The plant with a number of chillers at one heat.
#[derive(Debug, Clone, Copy)]
struct Point {
    count: u32,
    /// Tower water leaving, °C.
    tower_c: f64,
    /// Heat through the plate, W.
    free_w: f64,
    /// Heat of the chillers together, W, and what they could take.
    chilled_w: f64,
    most_w: f64,
}

impl Point {
    /// The chillers carry what they are asked for.
    fn holds(&self) -> bool {
        self.chilled_w <= self.most_w * (1.0 + 1e-6) + 1e-6
    }
}

impl TrimPlant {
    fn at<'a>(&self, supply_c: f64, flow_w_k: f64, outside: &'a MoistAir) -> At<'a> {
        At {
            supply_c,
            flow_w_k,
            g_w_k: self.towers.conductance_w_k(flow_w_k),
            outside,
        }
    }

    /// Pumps of the plate and of condensers that can run.
    fn pumps_fit(&self) -> (u32, u32) {
        let (plate, condensers) = self.pumps;
        let all = f64::from(plate) + f64::from(condensers);
        let up = (all * self.available.pumps + 1e-9).floor() as u32;
        (plate.min(up), up.saturating_sub(plate))
    }

    /// Chillers that can run.
    fn fit(&self) -> u32 {
        let units = self.chillers.units;
        if self.towers.tower.is_dry() || self.chillers.reference_w <= 0.0 || units == 0 {
            return 0;
        }
        let pumped = self.pumps_fit().1 / (self.pumps.1 / units).max(1);
        let fit = units.saturating_sub(self.available.chillers_out);
        fit.min(pumped)
    }

    /// Chillers that can run in this step.
    fn trim(&self) -> u32 {
        if self.stages.mode.on { self.fit() } else { 0 }
    }

    fn leaving_c(&self, supply_c: f64) -> f64 {
        self.chilled_c
            .map_or(supply_c, |chilled_c| chilled_c.min(supply_c))
    }

    /// Tower-side pumps with `count` chillers, all of the plate's: electricity and shaft heat, W, and the water they move,
    /// W/K.
    fn pumped(&self, count: u32) -> (Pumped, f64) {
        let count = f64::from(count);
        let condenser = self.condenser_pump.run(self.condenser_pump.design_kg_s);
        let (own, plate_w_k) = self.towers.pumped(self.towers.fit());
        let sum = Pumped {
            electric_w: own.electric_w + count * condenser.electric_w,
            heat_to_water_w: own.heat_to_water_w + count * condenser.heat_to_water_w,
            flow_kg_s: own.flow_kg_s + count * condenser.flow_kg_s,
        };
        (sum, plate_w_k + count * self.condenser_w_k)
    }

    /// Tower water of full fans for this heat of facility water and chillers, °C.
    fn coldest_c(&self, count: u32, heat_w: f64, outside: &MoistAir) -> f64 {
        let (pumped, tower_w_k) = self.pumped(count);
        self.towers
            .tower
            .coldest_c(heat_w + pumped.heat_to_water_w, tower_w_k, outside)
    }

    fn input_w(&self, count: u32, chilled_w: f64, at: &At<'_>, tower_c: f64) -> f64 {
        let leaving_c = self.leaving_c(at.supply_c);
        self.chillers
            .run(chilled_w, count, leaving_c, tower_c)
            .electric_w
    }

    fn most_w(&self, count: u32, at: &At<'_>, tower_c: f64) -> f64 {
        let leaving_c = self.leaving_c(at.supply_c);
        f64::from(count) * self.chillers.unit_capacity_w(leaving_c, tower_c)
    }

    /// `count` chillers behind the plate take `heat_w` with it.
    fn point(&self, count: u32, heat_w: f64, at: &At<'_>) -> Point {
        let return_c = at.supply_c + heat_w / at.flow_w_k;
        let least_w = f64::from(count) * self.chillers.curves.min_part_load;
        let least_w = (least_w * self.chillers.reference_w).min(heat_w);
        let useful_c = return_c - (heat_w - least_w) / at.g_w_k;
        let through_w =
            |tower_c: f64| (at.g_w_k * (return_c - tower_c)).clamp(0.0, heat_w - least_w);
        if count == 0 {
            return Point {
                count,
                tower_c: useful_c,
                free_w: heat_w,
                chilled_w: 0.0,
                most_w: 0.0,
            };
        }
        let tower_c = settle(useful_c, |tower_c| {
            let chilled_w = heat_w - through_w(tower_c);
            let power_w = self.input_w(count, chilled_w, at, tower_c);
            self.coldest_c(count, heat_w + power_w, at.outside)
                .max(useful_c)
        });
        let free_w = through_w(tower_c);
        Point {
            count,
            tower_c,
            free_w,
            chilled_w: heat_w - free_w,
            most_w: self.most_w(count, at, tower_c),
        }
    }

    /// What plate and up to `most` chillers take together at most, W. With condensers beyond their curves, near the trip by high
    /// head, fewer machines can take more.
    fn best_w(&self, most: u32, at: &At<'_>) -> f64 {
        let (mut best_w, tower_c) = self.together_w(most, at);
        if self.high_head(tower_c) {
            for count in (1..most).rev() {
                best_w = best_w.max(self.together_w(count, at).0);
            }
        }
        best_w
    }

    /// Condenser water is warmer than the curves go.
    fn high_head(&self, tower_c: f64) -> bool {
        tower_c > self.chillers.curves.hottest_entering_c()
    }

    /// What plate and `count` chillers take together at most, W, and tower water leaving, °C.
    fn together_w(&self, count: u32, at: &At<'_>) -> (f64, f64) {
        let kept = (1.0 - at.g_w_k / at.flow_w_k).max(1e-9);
        // More heat raises the return, and with it what the plate takes.
        let heat_w = |tower_c: f64| {
            let chilled_w = self.most_w(count, at, tower_c);
            let through_w = at.g_w_k * (at.supply_c - tower_c) + at.g_w_k / at.flow_w_k * chilled_w;
            (chilled_w + through_w.max(0.0) / kept, chilled_w)
        };
        let start_c = at.outside.wet_bulb_c;
        let tower_c = settle(start_c, |tower_c| {
            let (all_w, chilled_w) = heat_w(tower_c);
            let power_w = self.input_w(count, chilled_w, at, tower_c);
            self.coldest_c(count, all_w + power_w, at.outside)
                .max(start_c)
        });
        (heat_w(tower_c).0, tower_c)
    }

    /// As few chillers as were chosen for the step, or more where they fall short; fewer or none where those do better.
    fn chosen(&self, heat_w: f64, at: &At<'_>) -> Point {
        let most = self.trim();
        let mut point = self.point(self.stages.running.min(most), heat_w, at);
        if most > 0 && point.count == 0 {
            point = self.point(1, heat_w, at);
        }
        while point.count < most && !point.holds() {
            point = self.point(point.count + 1, heat_w, at);
        }
        if !point.holds() && self.high_head(point.tower_c) {
            let fewer = (1..point.count).rev();
            let mut fewer = fewer.map(|count| self.point(count, heat_w, at));
            point = fewer.find(Point::holds).unwrap_or(point);
        }
        let alone = || {
            self.towers
                .carries(heat_w, at.supply_c, at.flow_w_k, at.outside)
        };
        if point.count > 0 && !point.holds() && alone() {
            return self.point(0, heat_w, at);
        }
        point
    }

    /// How many chillers the thresholds ask for.
    fn staged(&self, most: u32, heat_w: f64, at: &At<'_>) -> u32 {
        let before = self.stages.running.clamp(1, most);
        let mut point = self.point(before, heat_w, at);
        while point.count < most && point.chilled_w > self.stages.up * point.most_w {
            point = self.point(point.count + 1, heat_w, at);
        }
        if point.count > before {
            return point.count;
        }
        let others_w = |point: &Point| {
            let others = f64::from(point.count - 1) / f64::from(point.count);
            others * point.most_w
        };
        while point.count > 1 && point.chilled_w < self.stages.down * others_w(&point) {
            point = self.point(point.count - 1, heat_w, at);
        }
        point.count
    }
}

impl Rejection for TrimPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        let most = self.fit();
        if request.flow_w_k <= 0.0 || most == 0 {
            self.stages.mode.on = false;
            self.stages.running = 0;
            self.towers.choose(request.heat_w, request);
            return;
        }
        let at = self.at(request.supply_c, request.flow_w_k, &request.outdoors.air);
        let drop_k_w = (1.0 / at.g_w_k - 1.0 / at.flow_w_k).max(0.0);
        let alone_c = self.coldest_c(0, request.heat_w, at.outside) + drop_k_w * request.heat_w;
        let over_k = alone_c - request.supply_c + self.stages.stop_k;
        self.stages.mode.decide(over_k);
        if self.stages.mode.on {
            self.stages.running = self.staged(most, request.heat_w, &at);
            self.towers.set_running(self.towers.fit());
        } else {
            self.stages.running = 0;
            self.towers.choose(request.heat_w, request);
        }
    }

    fn set_available(&mut self, available: &Available) {
        self.available = *available;
        let ((fit, _), (plate, _)) = (self.pumps_fit(), self.pumps);
        self.towers.set_available(&Available {
            pumps: f64::from(fit) / f64::from(plate.max(1)),
            ..*available
        });
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let alone_w = self.towers.capacity_w(supply_c, flow_w_k, outside);
        let most = self.trim();
        if flow_w_k <= 0.0 || most == 0 {
            return alone_w;
        }
        let at = self.at(supply_c, flow_w_k, outside);
        self.best_w(most, &at).max(alone_w)
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
        let at = self.at(supply_c, flow_w_k, outside);
        let point = self.chosen(heat_w, &at);
        if point.count == 0 {
            return RejectionOutput {
                free_w: heat_w,
                ..self.towers.reject(heat_w, supply_c, flow_w_k, outside)
            };
        }
        let leaving_c = self.leaving_c(supply_c);
        let chilled = self
            .chillers
            .run(point.chilled_w, point.count, leaving_c, point.tower_c);
        let (pumped, tower_w_k) = self.pumped(point.count);
        let tower_w = heat_w + chilled.electric_w + pumped.heat_to_water_w;
        let run = self
            .towers
            .tower
            .run(tower_w, point.tower_c, tower_w_k, outside);
        RejectionOutput {
            chillers_w: chilled.electric_w,
            fans_w: run.fan_w,
            pumps_w: pumped.electric_w,
            heat_to_ambient_w: heat_w + chilled.electric_w + run.fan_w + pumped.electric_w,
            free_w: point.free_w,
            water: run.water,
            cells_kg_s: run.cells_kg_s,
            condenser_c: point.tower_c,
            chiller_load: chilled.part_load,
            fan_speed: run.fan_speed,
            ..RejectionOutput::default()
        }
    }

    /// The plate alone tells at once where it does.
    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        self.towers.carries(heat_w, supply_c, flow_w_k, outside)
            || (self.trim() > 0 && heat_w <= self.capacity_w(supply_c, flow_w_k, outside))
    }
}
