//! Snapshot of one step: plain data, no logic. Written by the facility, read by observers.
//!
//! Powers and temperatures are means over the step unless a name differs. The buffers live for the
//! whole run and are overwritten in place.

mod held_power;

use crate::physics::psychrometrics::MoistAir;
use crate::physics::temperature_counts::TemperatureCounts;
use crate::physics::water::Water;
pub use crate::scheduler::{ActiveJob, FinishedJob, JobEnergy, Occupant, Queue, TimeBreakdown};
pub use crate::vector::Flat;
pub use held_power::{HeldPower, ServicePower};

/// Electrical power by use, W. The uses add up to what grid, generation and storage deliver.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Power {
    /// All uses: `it + losses + cooling + other`, wherever the power comes from.
    pub facility_w: f64,
    /// Power at the inlets of the IT equipment: `compute + server_fans + psu_losses + network + storage + other_it`.
    pub it_w: f64,
    /// Chips, memory, network cards and drives of the servers, behind their power supplies.
    pub compute_w: f64,
    /// Fans inside the servers.
    pub server_fans_w: f64,
    /// Losses of the servers' power supplies.
    pub psu_losses_w: f64,
    /// Switches and optics beside the servers, fans and supplies included; none on a site without any.
    pub network_w: Option<f64>,
    /// Storage beside the servers, the same.
    pub storage_w: Option<f64>,
    /// Other IT beside the servers, the same.
    pub other_it_w: Option<f64>,
    /// Transformers, UPS and distribution.
    pub electrical_losses_w: f64,
    /// Compressors.
    pub chillers_w: f64,
    /// Fans of towers, dry coolers and air-cooled condensers.
    pub heat_rejection_fans_w: f64,
    /// Facility-water and condenser-water pumps.
    pub pumps_w: f64,
    /// Heaters in the basins of tower cells that stand in frost.
    pub basin_heaters_w: f64,
    /// CRAH fans, and electricity for steam and drying of the halls' air.
    pub hall_fans_w: f64,
    /// Pumps of tanks and coolant distribution units.
    pub cdu_pumps_w: f64,
    /// Lights, offices and controls.
    pub other_w: f64,
    /// Delivered on site (solar, generators).
    pub generation_w: f64,
}

impl Power {
    /// All that cooling draws, W.
    pub fn cooling_w(&self) -> f64 {
        self.chillers_w
            + self.heat_rejection_fans_w
            + self.pumps_w
            + self.basin_heaters_w
            + self.hall_fans_w
            + self.cdu_pumps_w
    }

    /// Power at the inlets of the servers, W.
    pub fn servers_w(&self) -> f64 {
        self.compute_w + self.server_fans_w + self.psu_losses_w
    }

    /// What the site draws for each watt at the inlets of its servers: energy of servers times this is their energy at the meter,
    /// with their part of cooling, losses, and IT beside them. 0 where they draw nothing.
    pub fn facility_per_servers(&self) -> f64 {
        let servers_w = self.servers_w();
        if servers_w > 0.0 {
            self.facility_w / servers_w
        } else {
            0.0
        }
    }

    /// All IT beside the servers, W.
    pub fn beside_w(&self) -> f64 {
        let parts = [self.network_w, self.storage_w, self.other_it_w];
        parts.into_iter().flatten().sum()
    }
}

/// Where the power comes from. What a site does not have is NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnSite {
    /// At the meter, W: all uses plus what is stored less generation; negative while feeding in.
    pub grid_w: f64,
    /// Solar, W.
    pub solar_w: f64,
    /// Generators, W.
    pub generator_w: f64,
    /// Power of the generators, W.
    pub generator_rated_w: f64,
    /// Delivered by the site battery, W; negative while it charges.
    pub battery_w: f64,
    /// Energy in the site battery at the end of the step, J.
    pub battery_j: f64,
    /// Delivered by the batteries of the UPS, W; negative while they recharge.
    pub ups_battery_w: f64,
    /// Energy in them at the end of the step, J.
    pub ups_battery_j: f64,
    /// Fuel that generators burn, kg/s.
    pub fuel_kg_s: f64,
    /// Lost in storage, W; part of the facility's uses.
    pub storage_losses_w: f64,
    /// Limit of the grid connection, W; infinite without one.
    pub limit_w: f64,
    /// Target of the site battery for the draw, W; infinite without one.
    pub target_w: f64,
    /// The electrical chain carries more than its firm rating.
    pub overload: bool,
    /// Share of the chips' dynamic power that the limit leaves them, 0..1.
    pub cap: f64,
    /// Busy accelerators × the share of their clock that the limit takes.
    pub capped_gpus: f64,
    /// The grid delivers nothing.
    pub utility_out: bool,
    /// Nothing else does either.
    pub dark: bool,
}

impl OnSite {
    /// Grid import, W: all figures of the grid (cost, carbon, water) count this.
    pub fn import_w(&self) -> f64 {
        self.grid_w.max(0.0)
    }
}

impl Default for OnSite {
    fn default() -> Self {
        Self {
            grid_w: 0.0,
            solar_w: f64::NAN,
            generator_w: f64::NAN,
            generator_rated_w: f64::NAN,
            battery_w: f64::NAN,
            battery_j: f64::NAN,
            ups_battery_w: f64::NAN,
            ups_battery_j: f64::NAN,
            fuel_kg_s: f64::NAN,
            storage_losses_w: f64::NAN,
            limit_w: f64::INFINITY,
            target_w: f64::INFINITY,
            overload: false,
            cap: f64::NAN,
            capped_gpus: f64::NAN,
            utility_out: false,
            dark: false,
        }
    }
}

/// The facility water loop and what rejects its heat.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Plant {
    /// Water leaving the plant towards the halls, °C.
    pub supply_c: f64,
    /// Its setpoint, °C.
    pub setpoint_c: f64,
    /// Water coming back, °C.
    pub return_c: f64,
    /// Flow to the halls, kg/s.
    pub flow_kg_s: f64,
    /// Heat taken from the loop, W.
    pub heat_w: f64,
    /// Condenser-water temperature (tower leaving water), °C; NaN without a tower.
    pub condenser_c: f64,
    /// Part-load ratio of the running chillers; 0 without.
    pub chiller_load: f64,
    /// Fan speed of towers or dry coolers, 0..1.
    pub fan_speed: f64,
    /// Heat carried without compressors beside chillers, W.
    pub free_w: f64,
    /// Heat handed to a network for use elsewhere, W.
    pub reused_w: f64,
    /// Its compressors, W.
    pub chillers_w: f64,
    /// Its fans of towers, dry coolers and air-cooled condensers, W.
    pub fans_w: f64,
    /// Its facility-water and condenser-water pumps, W.
    pub pumps_w: f64,
    /// Its heaters in the basins of towers, W.
    pub heaters_w: f64,
    /// Its water flows.
    pub water: Water,
}

impl Plant {
    /// Electricity of the plant and the pumps of its circuit, W.
    pub fn electric_w(&self) -> f64 {
        self.chillers_w + self.fans_w + self.pumps_w + self.heaters_w
    }
}

/// Demand and output of services in one step. Demand is the sum: delivered, refused, and offloaded to devices
/// elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ServiceOutput {
    /// Tokens delivered.
    pub tokens: f64,
    /// Tokens that found no GPU.
    pub refused_tokens: f64,
    /// Tokens that devices outside the facility wrote.
    pub offloaded_tokens: f64,
    /// Their energy, J; no use of the facility.
    pub offloaded_j: f64,
    /// Images and clips delivered.
    pub images: f64,
    /// Images and clips that found no GPU.
    pub refused_images: f64,
    /// GPUs held whose copies are unloaded × time, GPU·s.
    pub unloaded_gpu_s: f64,
}

/// Swings of power within the step: the envelope of what runs, at the meter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Swings {
    /// Peak to peak, W.
    pub amplitude_w: f64,
    /// Steepest change, W/s.
    pub w_per_s: f64,
}

/// A load that a profile sets, and how far it was met: at the IT inlets, or by all uses but storage losses where it is
/// measured at the meter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// Asked for, W.
    pub asked_w: f64,
    /// Not drawn of it, W: racks are off, slowed down by a limit or dark, or the site cannot use as much.
    pub unserved_w: f64,
    /// Drawn beyond it, W: the site alone uses more.
    pub excess_w: f64,
}

/// One hall.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hall {
    /// Power at the IT inlets in the hall, W; not what has a room of its own.
    pub it_w: f64,
    /// Air or coolant supplied to the racks, °C.
    pub supply_c: f64,
    /// Air or coolant coming back from the racks, °C.
    pub return_c: f64,
    /// The warmest rack's inlet air or coolant, °C.
    pub max_inlet_c: f64,
    /// The hottest chip, °C.
    pub max_chip_c: f64,
    /// The hottest memory of a chip, °C, once an hour and where chips are throttled; that of the chip where the catalogue describes
    /// no memory.
    pub max_memory_c: Option<f64>,
    /// Busy chips by temperature, once an hour; empty in other steps.
    pub chips: TemperatureCounts,
    /// Chips below the requested clock because they are hot.
    pub throttled_gpus: f64,
    /// Chips in racks that switched themselves off, at the end of the step.
    pub gpus_off: f64,
    /// Racks whose inlet is above the limit of their technology.
    pub racks_above_limit: u32,
    /// Facility water arrives warmer than the class of the hall's equipment allows.
    pub above_water_class: bool,
    /// Mean busy share of the hall's chips × their utilisation.
    pub utilisation: f64,
    /// Chips × load × speed of services and imposed loads: their work, as chips at the speed at which programs were measured.
    pub served_gpus: f64,
    /// Heat handed to facility water of all its circuits, W.
    pub heat_to_water_w: f64,
    /// Dielectric vapour lost to the surroundings, kg/s.
    pub vapour_kg_s: f64,
    /// Dew point of the hall's air at the end of the step, °C, where it is followed.
    pub dew_point_c: Option<f64>,
    /// It lies outside its limits.
    pub dew_point_outside: bool,
    /// Per rack; all three have the hall's number of racks.
    pub racks: Racks,
    /// For so long, s, `racks` hold the means and the hottest up to now: longer than the step where temperatures were held before, and 0
    /// while they are held.
    pub racks_s: f64,
    /// Racks whose work changed within the step.
    pub moved: Vec<MovedRack>,
}

/// What a rack came from or went to within a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MovedRack {
    /// The rack, from 0.
    pub rack: u32,
    /// Power at the inlets, W.
    pub power_w: f64,
    /// Its hottest chip, °C.
    pub chip_c: f64,
}

/// Per-rack values as flat arrays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Racks {
    /// Power at the inlets, W.
    pub power_w: Flat,
    /// Inlet air or coolant, °C.
    pub coolant_c: Flat,
    /// The rack's hottest chip, °C.
    pub chip_c: Flat,
}

/// A rack in the last step. Not part of a snapshot: observers get it from the facility.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RackWork {
    /// Accelerators that have work.
    pub busy_gpus: f64,
    /// Busy share of the chips × their utilisation, after any limit, 0..1.
    pub utilisation: f64,
    /// Share of their clock that heat takes from busy chips, 0..1.
    pub slowed: f64,
    /// It has switched itself off.
    pub off: bool,
}

/// GPUs of a rack that one job or service holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The rack, from 0.
    pub rack: u32,
    /// Who holds them: a place in `Occupants::all`.
    pub occupant: u32,
    /// How many.
    pub gpus: u32,
}

/// Jobs that hold GPUs, and their racks. Not part of a snapshot: observers get it from the facility.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Occupants {
    /// Services, then running jobs in the order of their numbers.
    pub all: Vec<Occupant>,
    /// By hall, in the order of racks and then of occupants.
    pub allocations: Vec<Vec<Allocation>>,
}

impl Occupants {
    /// Allocations in a rack.
    pub fn in_rack(&self, hall: usize, rack: u32) -> &[Allocation] {
        let allocations = self.allocations.get(hall).map_or(&[][..], Vec::as_slice);
        let from = allocations.partition_point(|allocation| allocation.rack < rack);
        let to = allocations.partition_point(|allocation| allocation.rack <= rack);
        allocations.get(from..to).unwrap_or(&[])
    }
}

/// The state of the facility after one step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Seconds from the start of the run to the end of this step.
    pub time_s: f64,
    /// Length of the step, s.
    pub dt_s: f64,
    /// Outdoor air.
    pub outside: MoistAir,
    /// Power by use.
    pub power: Power,
    /// Where it comes from.
    pub on_site: OnSite,
    /// Water flows.
    pub water: Water,
    /// Facility water of the first circuit.
    pub plant: Plant,
    /// Facility water of the other circuits, in order; empty where there is one.
    pub circuits: Vec<Plant>,
    /// One per hall, in the order of the scenario.
    pub halls: Vec<Hall>,
    /// None where the work is a load profile without jobs.
    pub queue: Option<Queue>,
    /// None where there are no services.
    pub service_output: Option<ServiceOutput>,
    /// None where the work is a load profile without jobs.
    pub held_power: Option<HeldPower>,
    /// None where the work is not a measured power.
    pub measured: Option<Measured>,
    /// None where the work is a load profile without jobs.
    pub swings: Option<Swings>,
    /// Jobs that ended in this step, in order of their end.
    pub finished: Vec<FinishedJob>,
    /// Price of energy, USD/J; NaN where the scenario names none.
    pub price_usd_j: f64,
    /// Carbon intensity of the grid, kg CO₂e/J; NaN where the scenario names none.
    pub carbon_kg_j: f64,
}
