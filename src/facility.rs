//! The assembled plant, and the one place that states the order of a step:
//!
//! ```text
//! weather → work → IT power → electrical losses → rack cooling ⇄ heat rejection → snapshot → energy audit
//! ```
//!
//! Rack cooling and heat rejection are solved together for the supply temperature of the water between them.
//! Servers meet the coolant left by the step before (their seconds are shorter than a step, the coolant's
//! minutes are not), everything else holds within the step.

mod audit;
mod fleet;
mod place;
mod report;
mod settled;
mod slots;
#[cfg(test)]
mod tests;
mod work;

pub use audit::AuditError;
pub use work::{Level, Work};

use crate::controls::setpoint::{Balance, Control};
use crate::cooling::{self, Running};
use crate::electrical::Chain;
use crate::electrical::psu::Psu;
use crate::heat_rejection::Rejection;
use crate::heat_rejection::water_loop::WaterLoop;
use crate::it::Server;
use crate::physics::psychrometrics::MoistAir;
use crate::snapshot::{self, Snapshot};
use fleet::{Fleet, Totals};

/// One hall, as resolved.
pub struct HallParts {
    /// Name in results.
    pub name: String,
    /// Its servers, all alike.
    pub server: Server,
    /// Their power supplies.
    pub psu: Psu,
    /// Racks or tanks.
    pub racks: usize,
    /// Servers in each.
    pub servers_per_rack: usize,
    /// What cools them.
    pub cooling: Box<dyn Running>,
}

/// Everything a facility is made of.
pub struct Parts {
    /// The halls.
    pub halls: Vec<HallParts>,
    /// Transformers, UPS, distribution.
    pub chain: Chain,
    /// Facility water.
    pub water: WaterLoop,
    /// What carries its heat outdoors.
    pub plant: Box<dyn Rejection>,
    /// Lights, offices and controls, W.
    pub other_w: f64,
    /// Price of energy, USD/J.
    pub price_usd_j: Option<f64>,
    /// Carbon intensity of the grid, kg/J.
    pub carbon_kg_j: Option<f64>,
    /// What the servers do.
    pub work: Work,
}

struct Hall {
    fleet: Fleet,
    cooling: Box<dyn Running>,
    totals: Totals,
    output: cooling::Output,
    room_w: f64,
    /// Lowest and highest coolant of its racks in this step, °C.
    range_c: (f64, f64),
}

/// A facility in operation.
pub struct Facility {
    halls: Vec<Hall>,
    names: Vec<String>,
    chain: Chain,
    water: WaterLoop,
    plant: Box<dyn Rejection>,
    other_w: f64,
    work: Work,
    supply_c: f64,
    overload_steps: u64,
    snapshot: Snapshot,
}

impl Facility {
    /// The facility at rest: idle servers, everything at its setpoint.
    pub fn new(parts: Parts) -> Self {
        let mut names = Vec::with_capacity(parts.halls.len());
        let mut snapshot = Snapshot {
            price_usd_j: parts.price_usd_j.unwrap_or(f64::NAN),
            carbon_kg_j: parts.carbon_kg_j.unwrap_or(f64::NAN),
            ..Snapshot::default()
        };
        let halls = parts
            .halls
            .into_iter()
            .map(|hall| {
                names.push(hall.name);
                snapshot.halls.push(snapshot::Hall {
                    racks: snapshot::Racks {
                        power_w: vec![0.0; hall.racks],
                        coolant_c: vec![0.0; hall.racks],
                        chip_c: vec![0.0; hall.racks],
                    },
                    ..snapshot::Hall::default()
                });
                Hall {
                    fleet: Fleet::new(hall.server, hall.psu, hall.racks, hall.servers_per_rack),
                    cooling: hall.cooling,
                    totals: Totals::default(),
                    output: cooling::Output::default(),
                    room_w: 0.0,
                    range_c: (0.0, 0.0),
                }
            })
            .collect();
        let mut facility = Self {
            halls,
            names,
            chain: parts.chain,
            supply_c: parts.water.setpoint_c,
            water: parts.water,
            plant: parts.plant,
            other_w: parts.other_w,
            work: parts.work,
            overload_steps: 0,
            snapshot,
        };
        if facility.work.is_level() {
            for hall in &mut facility.halls {
                hall.fleet.all_on_service();
            }
        }
        facility
    }

    /// Names of the halls, in order.
    pub fn hall_names(&self) -> &[String] {
        &self.names
    }

    /// Steps in which the electrical chain carried more than its rating.
    pub fn overload_steps(&self) -> u64 {
        self.overload_steps
    }

    /// The state after the last step.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Advances by `dt_s` from `time_s` under the given outdoor air.
    pub fn step(
        &mut self,
        outside: &MoistAir,
        time_s: f64,
        dt_s: f64,
    ) -> Result<&Snapshot, AuditError> {
        self.snapshot.time_s = time_s + dt_s;
        self.snapshot.dt_s = dt_s;
        self.snapshot.outside = *outside;
        self.work_and_it(time_s, dt_s);

        let it_w: f64 = self.halls.iter().map(|hall| hall.totals.it_w()).sum();
        // What stands in the halls heats them; the other stages are ventilated to the outdoors.
        let room_w = self.chain.hall_loss_w(it_w) + self.chain.other_in_halls_w();
        let halls = self.halls.len() as f64;
        for hall in &mut self.halls {
            // Without any load the halls share what the chain loses at rest.
            let share = if it_w > 0.0 {
                hall.totals.it_w() / it_w
            } else {
                1.0 / halls
            };
            hall.room_w = room_w * share;
        }
        let cooled = self.cool(outside, dt_s);
        self.show(it_w, &cooled);
        self.audit(&cooled)?;
        self.snapshot.finished.clear();
        self.work.finished(&mut self.snapshot.finished);
        Ok(&self.snapshot)
    }

    /// Lets the work change what servers do, then settles every server over its coolant.
    fn work_and_it(&mut self, time_s: f64, dt_s: f64) {
        let halls = &mut self.halls;
        self.work.begin_step(time_s, dt_s, |change| {
            let (hall, server) = locate(halls, change.server);
            halls[hall]
                .fleet
                .change(crate::scheduler::Change { server, ..change });
        });
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.fleet.settle_changes();
            let racks = &mut shown.racks;
            hall.range_c = hall.cooling.rack_coolant_c(&mut racks.coolant_c);
            hall.totals = hall
                .fleet
                .step(racks, hall.range_c, self.work.utilisations());
        }
        if let Some(target_w) = self.work.imposed_it_w() {
            self.impose(target_w);
        }
        if self.halls.iter().any(|hall| hall.fleet.throttles()) {
            let (halls, shown) = (&self.halls, &self.snapshot.halls);
            self.work.slow_down(dt_s, &|server| {
                let (hall, server) = locate(halls, server);
                halls[hall].fleet.clock(server, &shown[hall].racks)
            });
        }
    }

    /// Finds the utilisation at which the halls draw `target_w`, then scales to it exactly: a measured load is
    /// replayed as measured, and where it lies outside the catalogue's idle to peak the rest is scaled.
    fn impose(&mut self, target_w: f64) {
        let (mut low, mut high) = (0.0, 1.0);
        let (mut at_low, mut at_high) = (self.it_at(low), self.it_at(high));
        let mut it_w = at_high;
        if target_w > at_low && target_w < at_high {
            for _ in 0..8 {
                let middle = low + (high - low) * (target_w - at_low) / (at_high - at_low);
                it_w = self.it_at(middle);
                if (it_w - target_w).abs() < 1e-6 * target_w {
                    break;
                }
                if it_w < target_w {
                    (low, at_low) = (middle, it_w);
                } else {
                    (high, at_high) = (middle, it_w);
                }
            }
        } else if target_w <= at_low {
            it_w = self.it_at(0.0);
        }
        let scale = target_w / it_w;
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.totals.compute_w *= scale;
            hall.totals.fans_w *= scale;
            hall.totals.psu_w *= scale;
            for power_w in &mut shown.racks.power_w {
                *power_w *= scale;
            }
        }
    }

    fn it_at(&mut self, utilisation: f64) -> f64 {
        let mut it_w = 0.0;
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.totals = hall
                .fleet
                .step(&mut shown.racks, hall.range_c, &[utilisation]);
            it_w += hall.totals.it_w();
        }
        it_w
    }

    /// Rack cooling and heat rejection, at the water temperature on which they agree.
    fn cool(&mut self, outside: &MoistAir, dt_s: f64) -> Cooled {
        let (halls, shown) = (&mut self.halls, &self.snapshot.halls);
        let (water, plant) = (&self.water, self.plant.as_ref());
        let mut flow = water.flow(0.0);
        let control = Control {
            setpoint_c: water.setpoint_c,
            inertia_w_k: water.mass_j_k / dt_s,
        };
        let supply = control.settle(self.supply_c, |water_supply_c| {
            let mut heat_w = 0.0;
            for (hall, shown) in halls.iter_mut().zip(shown) {
                hall.output = hall.cooling.try_step(&cooling::Input {
                    rack_heat_w: &shown.racks.power_w,
                    it_heat_w: hall.totals.it_w(),
                    air_m3_s: hall.totals.air_m3_s,
                    room_heat_w: hall.room_w,
                    water_supply_c,
                    dt_s,
                });
                heat_w += hall.output.heat_to_water_w;
            }
            flow = water.flow(heat_w);
            Balance {
                load_w: heat_w + flow.pump_heat_w,
                capacity_w: plant.capacity_w(water_supply_c, flow.w_k, outside),
            }
        });
        for hall in halls {
            hall.cooling.commit();
        }
        let rejected = plant.reject(supply.plant_w.max(0.0), supply.supply_c, flow.w_k, outside);
        self.supply_c = supply.supply_c;
        Cooled {
            supply,
            flow,
            rejected,
        }
    }
}

/// What cooling came to in a step.
struct Cooled {
    supply: crate::controls::setpoint::Supply,
    flow: crate::heat_rejection::water_loop::Flow,
    rejected: crate::heat_rejection::Rejected,
}

/// Hall and server within it of a flat server index.
fn locate(halls: &[Hall], server: u32) -> (usize, u32) {
    let mut server = server;
    for (index, hall) in halls.iter().enumerate() {
        let servers = hall.fleet.servers() as u32;
        if server < servers {
            return (index, server);
        }
        server -= servers;
    }
    unreachable!("the cluster was built from these halls")
}
