//! The interface of every plant.
//!
//! ```text
//! heat_to_ambient = heat + chillers + fans + pumps + heaters        W, exact in every plant
//! ```
//!
//! All electricity of a plant ends outdoors: compressor work in the condenser, pump shafts in the condenser water,
//! fans, basin heaters and motor losses in the air around the machines. Facility-water pumps are not part of a plant.

use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;

/// A rejection plant's response to a heat flow during one step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RejectionOutput {
    /// Electrical power of compressors, W; with an air-cooled condenser, its fans too.
    pub chillers_w: f64,
    /// Electrical power of tower and dry-cooler fans, W.
    pub fans_w: f64,
    /// Electrical power of condenser-water and tower-water pumps, W.
    pub pumps_w: f64,
    /// All that leaves to the outdoors, W: the heat taken plus every watt of electricity above, less what is reused.
    pub heat_to_ambient_w: f64,
    /// Heat delivered to a network for use elsewhere, W.
    pub reused_w: f64,
    /// Heat that goes into a tank of facility water, W; negative while it is charged.
    pub stored_w: f64,
    /// Heat that left facility water without a compressor beside chillers, W: free cooling.
    pub free_w: f64,
    /// Water used.
    pub water: Water,
    /// Design water flow of the tower cells that are wet, kg/s: their basins are kept warm by the load.
    pub cells_kg_s: f64,
    /// Electrical power of heaters in the basins of cells that stand in frost, W.
    pub heaters_w: f64,
    /// Water that takes the heat outdoors, °C: leaving the tower, or at the intake of a lake; NaN without.
    pub condenser_c: f64,
    /// Part-load ratio of the running chillers; 0 without.
    pub chiller_load: f64,
    /// Air flow of the running fans relative to design, mean over the step, 0..1.
    pub fan_speed: f64,
}

impl RejectionOutput {
    /// Several equal units of which this is one.
    #[must_use]
    pub fn times(self, count: f64) -> Self {
        Self {
            chillers_w: self.chillers_w * count,
            fans_w: self.fans_w * count,
            pumps_w: self.pumps_w * count,
            heat_to_ambient_w: self.heat_to_ambient_w * count,
            reused_w: self.reused_w * count,
            stored_w: self.stored_w * count,
            free_w: self.free_w * count,
            water: self.water.times(count),
            cells_kg_s: self.cells_kg_s * count,
            heaters_w: self.heaters_w * count,
            ..self
        }
    }

    /// These units and others beside them; temperature, load and speed are means by the number of each.
    #[must_use]
    pub fn beside(self, number: f64, other: &Self, others: f64) -> Self {
        let mean = |a: f64, b: f64| (a * number + b * others) / (number + others);
        Self {
            chillers_w: self.chillers_w + other.chillers_w,
            fans_w: self.fans_w + other.fans_w,
            pumps_w: self.pumps_w + other.pumps_w,
            heat_to_ambient_w: self.heat_to_ambient_w + other.heat_to_ambient_w,
            reused_w: self.reused_w + other.reused_w,
            stored_w: self.stored_w + other.stored_w,
            free_w: self.free_w + other.free_w,
            water: self.water.plus(other.water),
            cells_kg_s: self.cells_kg_s + other.cells_kg_s,
            heaters_w: self.heaters_w + other.heaters_w,
            condenser_c: mean(self.condenser_c, other.condenser_c),
            chiller_load: mean(self.chiller_load, other.chiller_load),
            fan_speed: mean(self.fan_speed, other.fan_speed),
        }
    }

    /// Electricity, W.
    pub fn electric_w(&self) -> f64 {
        self.chillers_w + self.fans_w + self.pumps_w + self.heaters_w
    }
}

/// Where a step takes place: the outdoor air, and the time of the year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outdoors {
    /// Outdoor air, mean over the step.
    pub air: MoistAir,
    /// Middle of the step, h of local standard time since the year of the site's weather began: 0.0..8784.0.
    pub hour_of_year: f64,
}

/// Load on a plant, as far as it is known before the step.
#[derive(Debug, Clone, Copy)]
pub struct StepRequest<'a> {
    /// Heat expected, W.
    pub heat_w: f64,
    /// Facility water wanted, °C.
    pub supply_c: f64,
    /// Capacity rate of facility water, W/K.
    pub flow_w_k: f64,
    /// Outdoor air and time of the step.
    pub outdoors: &'a Outdoors,
    /// Length of the step, s.
    pub dt_s: f64,
}

/// Result of a committed step of a plant.
#[derive(Debug, Clone, Copy)]
pub struct StepResult<'a> {
    /// Heat taken from facility water, W.
    pub heat_w: f64,
    /// Facility water supplied, °C.
    pub supply_c: f64,
    /// Capacity rate of facility water, W/K.
    pub flow_w_k: f64,
    /// Result.
    pub rejected: &'a RejectionOutput,
    /// Length of the step, s.
    pub dt_s: f64,
}

/// Availability of a plant: events reduce and restore it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Available {
    /// Chillers out of service. Their pumps and tower cells serve an economizer all the same.
    pub chillers_out: u32,
    /// Share of the pumps of condensers, towers and surface water that can run, 0..1.
    pub pumps: f64,
    /// Share of the facility-water pumps that can run, 0..1.
    pub facility_pumps: f64,
    /// Share of the fans of towers and dry coolers that can run, 0..1.
    pub fans: f64,
    /// Make-up water flows. Without it towers run until their basin is empty, and pads stay dry.
    pub water: bool,
}

impl Default for Available {
    fn default() -> Self {
        Self {
            chillers_out: 0,
            pumps: 1.0,
            facility_pumps: 1.0,
            fans: 1.0,
            water: true,
        }
    }
}

/// Which machines a plant has that can be out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Machines {
    /// Chillers, with those on standby.
    pub chillers: u32,
    /// Condenser- and tower-water pumps: those of the chillers, and those of towers behind a plate.
    pub pumps: u32,
    /// Fans of towers or dry coolers.
    pub fans: bool,
    /// Towers or pads that use water.
    pub water: bool,
}

/// A plant that carries heat from facility water to the outdoors.
///
/// Thermal mass and control of the supply belong to the water loop around it. A plant remembers only its mode (free
/// cooling, wet pads) and what follows the season (the temperature of a lake): chosen once per step in `decide`, fixed
/// while the loop looks for its temperature.
pub trait Rejection: Send + Sync {
    /// Chooses the mode of the coming step, at a given time of the year.
    fn decide(&mut self, _: &StepRequest<'_>) {}

    /// Says what can run from now on.
    fn set_available(&mut self, _: &Available) {}

    /// The most heat, W, that leaves facility water whose temperature leaving the plant is `supply_c`, at capacity
    /// rate `flow_w_k` (`ṁ·c_p`). Never decreasing in `supply_c`; zero where the outdoors is too warm.
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64;

    /// The same in the air that the machines take in while they reject `heat_w`, where that follows the heat: with the heat that
    /// just makes it so much, it is the capacity. A search for that heat asks this, and leaves the search inside `capacity_w` out.
    fn capacity_at_w(&self, _heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.capacity_w(supply_c, flow_w_k, outside)
    }

    /// Rejects `heat_w` (0..=capacity) while facility water leaves at `supply_c`.
    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput;

    /// Whether `heat_w` is within the capacity. A plant that can decide without computing it should.
    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        heat_w <= self.capacity_w(supply_c, flow_w_k, outside)
    }

    /// Takes note of a step that counts: what basins and tanks hold.
    fn commit(&mut self, _: &StepResult<'_>) {}
}
