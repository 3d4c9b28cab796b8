//! Interfaces of a cooling technology: to the facility that steps it, and its description before anything is sized.
//!
//! A technology looks after all racks of one hall, with flat arrays for what differs by rack. A step is
//! *tried* at a facility-water temperature and then committed, so that the water loop can look for the
//! temperature at which halls and plant agree.

mod unit;

pub(super) use unit::at_rest;

use super::shape::Shape;
use crate::describe::Fault;
use crate::physics::Coolant;
use crate::physics::boiling::Boiling;
use crate::physics::fluids::Fluid;
use crate::physics::plates::{PlateFlow, Plates};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use crate::physics::water::Water;

/// Heat of power distribution in a hall over its IT heat at full load: it warms the room whatever cools the racks.
pub(crate) const DISTRIBUTION_SHARE: f64 = 0.02;

/// The catalogue's fluids, by name; the fault has no place yet.
pub type FindFluid<'a> = &'a dyn Fn(&str) -> Result<Fluid, Fault>;

/// Design conditions of a hall.
#[derive(Clone, Copy)]
pub struct Design<'a> {
    /// Racks (tanks) of the hall.
    pub racks: usize,
    /// Heat of one rack at full load, W.
    pub rack_heat_w: f64,
    /// Air through one rack's servers at full load, m³/s.
    pub rack_air_m3_s: f64,
    /// Of that, by its share of the IT beside the servers, m³/s.
    pub beside_air_m3_s: f64,
    /// Thermal mass of the servers in one rack, J/K.
    pub rack_mass_j_k: f64,
    /// Heat of one rack at full load that cold plates catch, W; 0 without any.
    pub rack_liquid_w: f64,
    /// Across the coolant's film in the chips' plates at full load and flow, K; 0 without any.
    pub plate_film_k: f64,
    /// Facility water of the hall's main circuit.
    pub water: WaterDesign,
    /// Facility water of the circuit that cools room air, where it is not the main one.
    pub room_water: Option<WaterDesign>,
    /// Air of the site.
    pub air: SiteAir,
    /// The fluids of the catalogue, by name.
    pub fluids: FindFluid<'a>,
}

impl Design<'_> {
    /// Water of the circuit that cools room air.
    pub(crate) fn room(&self) -> WaterDesign {
        self.room_water.unwrap_or(self.water)
    }

    /// The fluid that the key `fluid` names.
    pub(crate) fn fluid(&self, name: &str) -> Result<Fluid, Fault> {
        (self.fluids)(name).map_err(|fault| fault.at("fluid"))
    }

    /// The same for a fluid that boils, with its figures at the normal boiling point.
    pub(crate) fn boiling(&self, name: &str) -> Result<(Fluid, Boiling), Fault> {
        let fluid = self.fluid(name)?;
        let boiling = boiling_of(&fluid, name)?;
        Ok((fluid, boiling))
    }
}

/// How a fluid boils, at its normal boiling point; refused at the key `fluid` where it does not.
pub(super) fn boiling_of(fluid: &Fluid, name: &str) -> Result<Boiling, Fault> {
    fluid.boiling.ok_or_else(|| {
        let what = format!("'{name}' is not made to boil on chips");
        Fault::new(what, "use a fluid with a boiling point").at("fluid")
    })
}

/// Facility water as a circuit offers it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaterDesign {
    /// Supply setpoint of the plant, °C.
    pub supply_c: f64,
    /// Rise through the hall at full load, K.
    pub rise_k: f64,
}

/// Running share of a hall's machines, 0..1 each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Available {
    /// Share of the CRAH and door fans.
    pub fans: f64,
    /// Share of the pumps of tanks and coolant distribution units.
    pub pump: f64,
}

impl Default for Available {
    fn default() -> Self {
        Self {
            fans: 1.0,
            pump: 1.0,
        }
    }
}

/// How much air the servers of a rack can draw before they draw hot air from behind them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RackAir {
    /// m³/s.
    pub(crate) most_m3_s: f64,
    /// Share of what the servers draw that counts against it.
    pub(crate) share: f64,
    /// What limits it, before the figure.
    pub(crate) by: &'static str,
    /// Key of the limit.
    pub(crate) key: &'static str,
}

/// Which machines a hall's cooling has that can be out, and whether its air or coolant has a setpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Machines {
    /// CRAH or door fans that cool.
    pub fans: bool,
    /// Pumps of tanks or coolant distribution units.
    pub pumps: bool,
    /// Air or coolant is supplied at a temperature that can be set.
    pub setpoint: bool,
}

/// Circuits of facility water whose heat is asked for: where a hall's room air has one of its own, each is settled by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Both, or the only one.
    All,
    /// The main one, before the room's.
    Main,
    /// The room's, with the main one as last tried in this step.
    Room,
}

/// Conditions that racks and plant impose during one step.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Heat of each rack, W.
    pub rack_heat_w: &'a [f64],
    /// Their sum, W.
    pub it_heat_w: f64,
    /// The part of it that cold plates catch, W; 0 without any.
    pub liquid_heat_w: f64,
    /// Air drawn by all servers, m³/s.
    pub air_m3_s: f64,
    /// Heat of other equipment in the hall (power distribution), W.
    pub room_heat_w: f64,
    /// Facility water arriving on the main circuit, °C.
    pub water_supply_c: f64,
    /// Facility water arriving on the circuit of the room air, °C.
    pub room_supply_c: f64,
    /// What is asked for.
    pub asked: Asked,
    /// Outdoor air.
    pub outside: MoistAir,
    /// Running machines.
    pub available: Available,
    /// Length of the step, s.
    pub dt_s: f64,
}

/// Results for plant, meters and view: means over the step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Output {
    /// Heat handed to facility water of the main circuit, W.
    pub heat_to_water_w: f64,
    /// Heat handed to facility water of the room's circuit, W.
    pub heat_to_room_water_w: f64,
    /// Heat handed to the surroundings by the hall's walls and tanks, W.
    pub heat_to_ambient_w: f64,
    /// Heat kept in air, fluid and metal, W; negative while they cool.
    pub stored_w: f64,
    /// CRAH fans, and electricity for steam and drying of the hall's air, W.
    pub hall_fans_w: f64,
    /// Tank and coolant-distribution pumps, W.
    pub cdu_pumps_w: f64,
    /// Water used by humidifiers and evaporative coolers of the hall.
    pub water: Water,
    /// Dielectric vapour lost to the surroundings, kg/s.
    pub vapour_kg_s: f64,
    /// Air or fluid supplied to the racks, °C.
    pub supply_c: f64,
    /// Air or fluid coming back, °C.
    pub return_c: f64,
    /// Dew point of the hall's air, °C, where it is followed.
    pub dew_point_c: Option<f64>,
    /// It lies outside its limits.
    pub dew_point_outside: bool,
}

/// One cooling technology: parameters are `Self`, what changes is `State`, `step` is pure.
pub trait Technology: Send + 'static {
    /// State from step to step, for all racks.
    type State: Send + Clone + PartialEq + 'static;

    /// Coolant at the servers.
    fn coolant(&self) -> Coolant;
    /// Its machines and their sizes, in a line; nothing where it has none.
    fn sizes(&self) -> Option<String> {
        None
    }
    /// Coolant temperature above which a rack is out of its allowed range, °C.
    fn limit_c(&self) -> f64;
    /// The warmest facility water that its equipment is made for, °C.
    fn most_water_c(&self) -> f64 {
        f64::INFINITY
    }
    /// Above its limit, K, a rack's coolant blows off, and its servers must be off by then; infinite where none does.
    fn vents_above_k(&self) -> f64 {
        f64::INFINITY
    }
    /// The state before the first step.
    fn initial(&self) -> Self::State;
    /// Writes the inlet air or coolant that each rack meets; returns the lowest and the highest.
    fn rack_coolant_c(&self, state: &Self::State, racks: &mut [f64]) -> (f64, f64);
    /// Resistance from chip to coolant over that of its design: more where what moves the coolant has stopped.
    fn film(&self, _state: &Self::State) -> f64 {
        1.0
    }
    /// Sets the air or coolant that the racks are supplied with, °C; nothing where the technology has no such setpoint.
    fn set_supply_c(&mut self, _state: &mut Self::State, _supply_c: f64) {}
    /// Whether outdoor air matters to a step.
    fn feels_outdoors(&self) -> bool {
        true
    }
    /// Advances all racks by `input.dt_s` from `state` into `next`, whose content before does not matter unless
    /// [`Asked::Room`] alone is asked for: then it holds the last try of the same step.
    fn step(&self, state: &Self::State, next: &mut Self::State, input: &Input<'_>) -> Output;
}

/// A technology in operation: what the facility steps.
pub trait Running: Send {
    /// See [`Technology::coolant`].
    fn coolant(&self) -> Coolant;
    /// See [`Technology::sizes`].
    fn sizes(&self) -> Option<String> {
        None
    }
    /// See [`Technology::limit_c`].
    fn limit_c(&self) -> f64;
    /// See [`Technology::most_water_c`].
    fn most_water_c(&self) -> f64;
    /// See [`Technology::vents_above_k`].
    fn vents_above_k(&self) -> f64 {
        f64::INFINITY
    }
    /// See [`Technology::rack_coolant_c`].
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64);
    /// See [`Technology::film`].
    fn film(&self) -> f64;
    /// The step under `input`, from the committed state. May be called again with other input.
    fn try_step(&mut self, input: &Input<'_>) -> Output;
    /// Makes the state of the last try the one to go on from.
    fn commit(&mut self);
    /// Sets the running machines from now on, for machines that trip. All of them, until this is called.
    fn set_available(&mut self, available: Available);
    /// See [`Technology::set_supply_c`].
    fn set_supply_c(&mut self, supply_c: f64);
}

/// An amount of fluid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Filled {
    /// Litres at 25 °C.
    Litres(f64),
    /// Kilograms.
    Kg(f64),
}

/// A technology as a scenario describes it: all that others need of it. Keys with defaults are optional.
pub(crate) trait Config {
    /// Sizes it for a hall and starts it at rest. The fault names the conflict, at the key of its table.
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault>;

    /// Coolant at the servers: each server knows in its entry whether it comes in a build for it.
    fn coolant(&self) -> Coolant;

    /// Air or coolant that the racks meet at full load, in the air of the site, °C.
    fn design_coolant_c(&self, _air: &SiteAir, _fluids: FindFluid<'_>) -> Result<f64, Fault>;

    /// Setpoint of the air or coolant supplied to the racks, °C, where there is one that can be set.
    fn supply_c(&self) -> Option<f64> {
        None
    }

    /// Machines that can fail; `setpoint` follows from `supply_c`.
    fn machines(&self) -> Machines {
        Machines::default()
    }

    /// Limit of the air through a rack, where there is one.
    fn rack_air(&self) -> Option<RackAir> {
        None
    }

    /// The choices that make it, beside its name and setpoint, for the line of `validate`.
    fn choices(&self) -> Vec<String> {
        Vec::new()
    }

    /// Coolant limit of its racks at a site, where that is worth a line; `limit_c` is that of the sized hall.
    fn bounds(&self, _air: &SiteAir, _limit_c: f64, _fluids: FindFluid<'_>) -> Option<String> {
        None
    }

    /// Appearance of such a hall.
    fn shape(&self) -> Shape {
        Shape::of(self.coolant())
    }

    /// The warmest facility water that still cools the hall's room air, °C, where that is another matter than the racks'
    /// own cooling: such a technology can have a second circuit.
    fn room_water_c(&self) -> Option<f64> {
        None
    }

    /// Parts under cold plates, where the scenario lists them.
    fn plates(&self) -> Option<Plates> {
        None
    }

    /// Coolant through the plates at full flow.
    fn plate_flow(&self, _fluids: FindFluid<'_>) -> Result<PlateFlow, Fault> {
        Ok(PlateFlow::default())
    }

    /// Resistance from chip to coolant over that which the server's entry states, by the fluid and how it moves. Holds for
    /// every build of a server.
    fn resistance_ratio(&self, _fluids: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(1.0)
    }

    /// Name of the fluid at the servers, where it is a choice.
    fn fluid(&self) -> Option<&str> {
        self.boiling_fluid()
    }

    /// The fluid that fills it: its name and how much, for so many racks whose plates catch so much heat together, W.
    fn filled(&self, _racks: f64, _plated_w: f64) -> Option<(&str, Filled)> {
        None
    }

    /// Name of the fluid that boils, on the chips or in their plates, at the key `fluid`: it must have a boiling point.
    fn boiling_fluid(&self) -> Option<&str> {
        None
    }
}
