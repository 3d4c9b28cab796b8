//! The assembled plant, and the one place that states the order of a step:
//!
//! ```text
//! weather → work → IT power → electrical losses → rack cooling ⇄ heat rejection → snapshot → energy audit
//!                                                └─ when something has moved: see `held` ┘
//! ```
//!
//! Rack cooling and heat rejection are solved together for the supply temperature of the water between them.
//! Servers meet the coolant left by the step before, as late as their chips follow it; everything else holds within the
//! step.

mod after_change;
mod audit;
mod availability;
mod beside;
mod commands;
mod energy;
mod held;
mod inspect;
mod late;
mod loads;
mod power;
mod servers;
mod solving;
mod step_output;
#[cfg(test)]
mod tests;
mod water;
mod work;

pub use audit::AuditError;
pub use availability::Availability;
pub use beside::{BesideParts, Heat, ItRoomParts, Sort};
pub use inspect::Limits;
pub use power::{ITERATION_S, OnSiteParts, weigh};
pub use servers::ThermalShutdownConfig;
pub use water::CircuitParts;
pub use work::{Failures, FailuresConfig, Level, PowerTarget, Work};

use crate::cooling::{self, Running};
use crate::electrical::Chain;
use crate::electrical::psu::Psu;
use crate::heat_rejection::Outdoors;
use crate::it::Server;
use crate::series::Signal;
use crate::snapshot::{self, Snapshot};
use audit::Audit;
use beside::{Beside, ItRooms};
use held::{Held, HeldHall};
use late::Late;
use power::{OnSite, Powered, Source, Supplied};
use servers::{Fleet, Imposed, Totals};
use water::Circuit;

/// One hall, as resolved.
pub struct HallParts {
    /// Name in results.
    pub name: String,
    /// Its servers, all of one kind.
    pub server: Server,
    /// Their power supplies.
    pub psu: Psu,
    /// Racks or tanks.
    pub racks: usize,
    /// Servers in each.
    pub servers_per_rack: usize,
    /// When its racks switch themselves off.
    pub thermal_shutdown: ThermalShutdownConfig,
    /// IT beside them, the hall's part of each.
    pub beside: Vec<BesideParts>,
    /// Their cooling.
    pub cooling: Box<dyn Running>,
    /// Index of the circuit whose water it uses.
    pub circuit: usize,
    /// Index of the circuit that cools its room air, where the technology has two.
    pub room_circuit: Option<usize>,
}

/// Everything a facility is made of.
pub struct Parts {
    /// The halls.
    pub halls: Vec<HallParts>,
    /// Rooms of IT beside them.
    pub it_rooms: Vec<ItRoomParts>,
    /// Transformers, UPS, distribution.
    pub chain: Chain,
    /// Circuits of facility water and what carries their heat outdoors; at least one, the first is the site's.
    pub circuits: Vec<CircuitParts>,
    /// Lights, offices and controls, W.
    pub other_w: f64,
    /// Price of energy, USD/J; NaN where unknown.
    pub price_usd_j: Signal,
    /// Carbon intensity of the grid, kg/J; NaN where unknown.
    pub carbon_kg_j: Signal,
    /// Grid limit, solar, batteries, generators.
    pub on_site: OnSiteParts,
    /// Work of the servers.
    pub work: Work,
    /// By which share IT power may move before temperatures are solved again; 0: in every step.
    pub tolerance: f64,
}

struct Hall {
    fleet: Fleet,
    beside: Beside,
    /// Of its air, J/(m³·K).
    heat_j_m3k: f64,
    cooling: Box<dyn Running>,
    totals: Totals,
    output: cooling::Output,
    /// Facility water of its main circuit and of its room's, as last tried, °C.
    water_c: f64,
    room_water_c: f64,
    room_w: f64,
    /// Lowest and highest coolant of its racks in this step, °C.
    range_c: (f64, f64),
    held: HeldHall,
    /// Mean power of its racks over the steps held before this one, W.
    past_w: snapshot::Flat,
}

/// A facility in operation.
pub struct Facility {
    halls: Vec<Hall>,
    it_rooms: ItRooms,
    names: Vec<String>,
    chain: Chain,
    circuits: Vec<Circuit>,
    /// The order in which circuits are settled.
    order: Vec<usize>,
    other_w: f64,
    price_usd_j: Signal,
    carbon_kg_j: Signal,
    on_site: OnSite,
    supplied: Supplied,
    /// IT load on the UPS in the previous step, W.
    ups_output_w: f64,
    work: Work,
    /// IT power to impose, W: that of a profile, or that which meets it at the meter.
    imposed_w: Option<f64>,
    /// Where the load that draws it was found last.
    imposed: Imposed,
    /// How often cooling was tried.
    trials: u64,
    /// Load of services and levels relative to their values.
    demand: f64,
    overload: bool,
    held: Held,
    late: Late,
    /// No machine is out.
    everything_runs: bool,
    /// When machines, sources or racks went out or came back last, s; infinite before.
    changed_s: f64,
    /// Whether chips are counted by temperature once an hour: most of the price of hourly steps.
    counts_chips: bool,
    /// By service, in this step.
    service_power: Vec<snapshot::ServicePower>,
    snapshot: Snapshot,
}

impl Facility {
    /// The facility at rest: idle servers, everything at its setpoint.
    pub fn new(parts: Parts) -> Self {
        let mut names = Vec::with_capacity(parts.halls.len());
        let mut snapshot = Snapshot::default();
        let (circuits, order) = water::connect(parts.circuits, &parts.halls);
        snapshot
            .circuits
            .resize(circuits.len() - 1, snapshot::Plant::default());
        let halls = parts
            .halls
            .into_iter()
            .map(|hall| {
                names.push(hall.name);
                snapshot.halls.push(snapshot::Hall {
                    racks: snapshot::Racks {
                        power_w: snapshot::Flat::of(0.0, hall.racks),
                        coolant_c: snapshot::Flat::of(0.0, hall.racks),
                        chip_c: snapshot::Flat::of(0.0, hall.racks),
                    },
                    ..snapshot::Hall::default()
                });
                let water_c = circuits[hall.circuit].setpoint_c();
                let room_water_c = hall
                    .room_circuit
                    .map_or(water_c, |room| circuits[room].setpoint_c());
                Hall {
                    water_c,
                    room_water_c,
                    beside: Beside::new(hall.beside),
                    heat_j_m3k: hall.server.air.heat_j_m3k(),
                    fleet: Fleet::new(
                        hall.server,
                        hall.psu,
                        hall.racks,
                        hall.servers_per_rack,
                        hall.thermal_shutdown,
                    ),
                    cooling: hall.cooling,
                    totals: Totals::default(),
                    output: cooling::Output::default(),
                    room_w: 0.0,
                    range_c: (0.0, 0.0),
                    held: HeldHall::default(),
                    past_w: snapshot::Flat::of(0.0, hall.racks),
                }
            })
            .collect();
        let mut facility = Self {
            halls,
            it_rooms: ItRooms::new(parts.it_rooms),
            names,
            chain: parts.chain,
            late: Late::new(circuits.len()),
            circuits,
            order,
            other_w: parts.other_w,
            price_usd_j: parts.price_usd_j,
            carbon_kg_j: parts.carbon_kg_j,
            on_site: OnSite::new(parts.on_site),
            supplied: Supplied::default(),
            ups_output_w: 0.0,
            work: parts.work,
            imposed_w: None,
            imposed: Imposed::default(),
            trials: 0,
            demand: 1.0,
            overload: false,
            held: Held::new(parts.tolerance),
            everything_runs: true,
            changed_s: f64::INFINITY,
            counts_chips: true,
            service_power: Vec::new(),
            snapshot,
        };
        if facility.work.is_level() {
            let imposed = facility.work.is_imposed();
            for hall in &mut facility.halls {
                hall.fleet.all_on_service(imposed);
            }
        }
        facility
    }

    /// Names of the halls, in order.
    pub fn hall_names(&self) -> &[String] {
        &self.names
    }

    /// Circuits of facility water.
    pub fn circuits(&self) -> usize {
        self.circuits.len()
    }

    /// Names of the circuits, in order.
    pub fn circuit_names(&self) -> impl Iterator<Item = &str> {
        self.circuits.iter().map(|circuit| circuit.name.as_str())
    }

    /// How often the cooling of a hall was tried since the start: several times in a step, where temperatures are searched.
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// The state after the last step.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Advances by `dt_s` from `time_s` in the given outdoor air and season.
    pub fn step(
        &mut self,
        outdoors: &Outdoors,
        time_s: f64,
        dt_s: f64,
    ) -> Result<&Snapshot, AuditError> {
        let outside = &outdoors.air;
        self.snapshot.time_s = time_s + dt_s;
        self.snapshot.dt_s = dt_s;
        self.snapshot.outside = *outside;
        self.snapshot.price_usd_j = self.price_usd_j.mean(time_s, time_s + dt_s);
        self.snapshot.carbon_kg_j = self.carbon_kg_j.mean(time_s, time_s + dt_s);
        let source = self.on_site.source;
        self.on_site.begin(time_s, dt_s, self.ups_output_w);
        if self.on_site.source != source {
            self.changed_s = time_s;
        }
        let servers = self.halls.iter().map(|hall| hall.fleet.servers() as u32);
        let dark = self.on_site.source == Source::Nothing;
        self.work.power(servers.sum(), dark, time_s);
        self.held.hour_of_year = outdoors.hour_of_year;
        self.read_coolant(dt_s);
        self.begin_work(time_s, dt_s);
        let held = self.hold(outside, dt_s);
        if !held {
            self.solve(outdoors, dt_s)?;
        }
        self.follow_speeds(dt_s);
        if !held {
            self.commit(dt_s);
            self.drawn_over(dt_s, false);
        }
        self.show(dt_s);
        self.count_energy(dt_s);
        let audit = Audit {
            time_s: self.snapshot.time_s,
        };
        self.audit_power(&audit, dt_s)?;
        if held {
            self.keep_held(outside, dt_s)?;
        } else {
            let heat = self.audit_heat(&audit)?;
            self.audit_site(&audit, &heat)?;
            self.keep_solved(outside, dt_s);
        }
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.fleet.moved_racks(&mut shown.moved);
            hall.fleet.end_step();
        }
        if !held {
            self.shut_down_hot(time_s + dt_s, dt_s);
        }
        self.snapshot.finished.clear();
        self.work.finished(&mut self.snapshot.finished);
        Ok(&self.snapshot)
    }

    /// Lets racks that were too hot for long enough switch off, from `end_s` on.
    fn shut_down_hot(&mut self, end_s: f64, dt_s: f64) {
        let mut first = 0;
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            let limit_c = hall.cooling.limit_c();
            let hottest_c = (hall.totals.max_chip_c, hall.range_c.1);
            hall.fleet
                .shut_down_hot(&shown.racks, hottest_c, limit_c, dt_s);
            shown.gpus_off = hall.fleet.gpus_off();
            let (work, changed_s) = (&mut self.work, &mut self.changed_s);
            let held = &mut self.held;
            hall.fleet.switched(|servers, off| {
                *changed_s = end_s;
                held.disturb();
                let servers = first + servers.start..first + servers.end;
                work.heat(servers, off, end_s);
            });
            first += hall.fleet.servers() as u32;
        }
    }
}
