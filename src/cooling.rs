//! How racks are cooled. A technology is one file (parameters, state, a pure `step`) and one line in the
//! registry below.
//!
//! A technology looks after all racks of one hall, with flat arrays for what differs by rack. A step is
//! *tried* at a facility-water temperature and then committed, so that the water loop can look for the
//! temperature at which halls and plant agree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::Coolant;
use crate::physics::fluids::Fluid;
use crate::physics::plates::Plates;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use crate::physics::water::Water;

pub mod air;
pub mod cold_plate;
pub mod direct_water;
pub mod immersion;
pub mod rear_door;
pub mod two_phase;

mod fits;
mod mass;
mod room;

/// What a hall is sized for.
#[derive(Clone, Copy)]
pub struct Design<'a> {
    /// Racks (tanks) of the hall.
    pub racks: usize,
    /// Heat of one rack at full load, W.
    pub rack_heat_w: f64,
    /// Air through one rack's servers at full load, m³/s.
    pub rack_air_m3_s: f64,
    /// Thermal mass of the servers in one rack, J/K.
    pub rack_mass_j_k: f64,
    /// Heat of one rack at full load that cold plates catch, W; 0 without any.
    pub rack_liquid_w: f64,
    /// Facility water of the hall's main circuit.
    pub water: WaterDesign,
    /// Facility water of the circuit that cools room air, where it is not the main one.
    pub room_water: Option<WaterDesign>,
    /// Air of the site.
    pub air: SiteAir,
    /// The fluids of the catalogue, by name.
    pub fluids: &'a dyn Fn(&str) -> Result<Fluid, String>,
}

impl Design<'_> {
    /// Water of the circuit that cools room air.
    pub(crate) fn room(&self) -> WaterDesign {
        self.room_water.unwrap_or(self.water)
    }
}

/// Facility water as a circuit offers it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaterDesign {
    /// What the plant aims to supply, °C.
    pub supply_c: f64,
    /// Rise through the hall at full load, K.
    pub rise_k: f64,
}

/// What of a hall's machines runs, 0..1 each.
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

/// Which machines a hall's cooling has that can be out, and whether its coolant has a setpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Machines {
    /// CRAH or door fans that cool.
    pub fans: bool,
    /// Pumps of tanks or coolant distribution units.
    pub pumps: bool,
    /// Air or coolant is supplied at a temperature that can be set.
    pub setpoint: bool,
}

/// What the racks and the plant impose during one step.
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
    /// Outdoor air.
    pub outside: MoistAir,
    /// What runs.
    pub available: Available,
    /// Length of the step, s.
    pub dt_s: f64,
}

/// What the plant, the meters and the view read: means over the step.
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
    /// What changes from step to step, for all racks.
    type State: Send + Clone + 'static;

    /// What the servers meet.
    fn coolant(&self) -> Coolant;
    /// Coolant temperature above which a rack is out of its allowed range, °C.
    fn limit_c(&self) -> f64;
    /// The warmest facility water that its equipment is made for, °C.
    fn most_water_c(&self) -> f64 {
        f64::INFINITY
    }
    /// The state before the first step.
    fn initial(&self) -> Self::State;
    /// Writes the inlet air or coolant that each rack meets; returns the lowest and the highest.
    fn rack_coolant_c(&self, state: &Self::State, racks: &mut [f64]) -> (f64, f64);
    /// Sets the air or coolant that the racks are supplied with, °C; nothing where the technology has no such setpoint.
    fn set_supply_c(&mut self, _state: &mut Self::State, _supply_c: f64) {}
    /// Advances all racks by `input.dt_s` from `state` into `next`, whose content before does not matter.
    fn step(&self, state: &Self::State, next: &mut Self::State, input: &Input<'_>) -> Output;
}

/// A technology in operation: what the facility steps.
pub trait Running: Send {
    /// See [`Technology::coolant`].
    fn coolant(&self) -> Coolant;
    /// See [`Technology::limit_c`].
    fn limit_c(&self) -> f64;
    /// See [`Technology::most_water_c`].
    fn most_water_c(&self) -> f64;
    /// See [`Technology::rack_coolant_c`].
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64);
    /// The step under `input`, from the committed state. May be called again with other input.
    fn try_step(&mut self, input: &Input<'_>) -> Output;
    /// Makes the state of the last try the one to go on from.
    fn commit(&mut self);
    /// What runs from now on: for machines that trip. All of it, until this is called.
    fn set_available(&mut self, available: Available);
    /// See [`Technology::set_supply_c`].
    fn set_supply_c(&mut self, supply_c: f64);
}

/// A technology as a scenario describes it.
pub(crate) trait Config {
    /// What it is sized to.
    type Spec: Technology;
    /// What the servers meet.
    const COOLANT: Coolant;
    /// The registry name, as TOML spells it.
    const NAME: &'static str;

    /// Coolant temperature the hall is meant to be supplied with, °C.
    fn design_coolant_c(&self) -> f64;
    /// What of it can be out.
    fn machines(&self) -> Machines;
    /// Sizes it for a hall. The error says what does not fit.
    fn size(&self, design: &Design<'_>) -> Result<Self::Spec, String>;
    /// The warmest facility water that still cools the hall's room air, °C, where that is another matter than the racks'
    /// own cooling: such a technology can have a second circuit.
    fn room_water_c(&self) -> Option<f64> {
        None
    }
    /// What is plated, where the scenario says so.
    fn plates(&self) -> Option<Plates> {
        None
    }
    /// Resistance from chip to coolant over that which the server's entry states, by the fluid and how it moves.
    fn resistance_ratio(
        &self,
        _fluids: &dyn Fn(&str) -> Result<Fluid, String>,
    ) -> Result<f64, String> {
        Ok(1.0)
    }
    /// Name of the fluid that boils on the chips.
    fn boiling_fluid(&self) -> Option<&str> {
        None
    }
}

struct Unit<T: Technology> {
    spec: T,
    available: Available,
    state: T::State,
    next: T::State,
}

impl<T: Technology> Unit<T> {
    fn boxed(spec: T) -> Box<dyn Running> {
        let state = spec.initial();
        Box::new(Self {
            next: state.clone(),
            state,
            spec,
            available: Available::default(),
        })
    }
}

impl<T: Technology> Running for Unit<T> {
    fn coolant(&self) -> Coolant {
        self.spec.coolant()
    }
    fn limit_c(&self) -> f64 {
        self.spec.limit_c()
    }
    fn most_water_c(&self) -> f64 {
        self.spec.most_water_c()
    }
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64) {
        self.spec.rack_coolant_c(&self.state, racks)
    }
    fn try_step(&mut self, input: &Input<'_>) -> Output {
        let input = Input {
            // A machine that has failed stays so whatever has power, and one without power stands still.
            available: Available {
                fans: self.available.fans.min(input.available.fans),
                pump: self.available.pump.min(input.available.pump),
            },
            ..*input
        };
        self.spec.step(&self.state, &mut self.next, &input)
    }
    fn commit(&mut self) {
        std::mem::swap(&mut self.state, &mut self.next);
    }
    fn set_available(&mut self, available: Available) {
        self.available = available;
    }
    fn set_supply_c(&mut self, supply_c: f64) {
        self.spec.set_supply_c(&mut self.state, supply_c);
    }
}

macro_rules! technologies {
    ($($(#[$doc:meta])* $name:ident($config:ty),)*) => {
        /// Which technology cools a hall; in TOML the table's own name: `[hall.cooling.immersion]`.
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Cooling { $($(#[$doc])* $name($config),)* }

        impl Cooling {
            /// Sizes the technology for a hall and starts it at rest. The error says what does not fit.
            pub fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, String> {
                match self { $(Self::$name(config) => Ok(Unit::boxed(config.size(design)?)),)* }
            }

            /// What the servers meet, before anything is sized.
            pub fn coolant(&self) -> Coolant {
                match self { $(Self::$name(_) => <$config>::COOLANT,)* }
            }

            /// Coolant temperature the hall is meant to be supplied with, °C.
            pub fn design_coolant_c(&self) -> f64 {
                match self { $(Self::$name(config) => config.design_coolant_c(),)* }
            }

            /// What of it can be out.
            pub fn machines(&self) -> Machines {
                match self { $(Self::$name(config) => config.machines(),)* }
            }

            /// The warmest facility water that cools the hall's room air, °C, where that can be a circuit of its own.
            pub fn room_water_c(&self) -> Option<f64> {
                match self { $(Self::$name(config) => config.room_water_c(),)* }
            }

            /// What is plated, where the scenario says so.
            pub fn plates(&self) -> Option<Plates> {
                match self { $(Self::$name(config) => config.plates(),)* }
            }

            /// Resistance from chip to coolant over that which the server's entry states.
            pub fn resistance_ratio(&self, fluids: &dyn Fn(&str) -> Result<Fluid, String>) -> Result<f64, String> {
                match self { $(Self::$name(config) => config.resistance_ratio(fluids),)* }
            }

            /// Name of the fluid that boils on the chips.
            pub fn boiling_fluid(&self) -> Option<&str> {
                match self { $(Self::$name(config) => config.boiling_fluid(),)* }
            }

            /// The registry name, as TOML spells it.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$config>::NAME,)* }
            }
        }
    };
}

technologies! {
    /// Room air through CRAH units.
    Air(air::AirConfig),
    /// Coils in the racks' rear doors, on facility water.
    RearDoor(rear_door::RearDoorConfig),
    /// Cold plates on the hot parts, room air for the rest.
    ColdPlate(cold_plate::ColdPlateConfig),
    /// Tanks of dielectric fluid, single-phase.
    Immersion(immersion::ImmersionConfig),
    /// All heat into facility water, no fans or pumps: for checking plants.
    DirectWater(direct_water::DirectWaterConfig),
    /// Tanks of fluid that boils on the chips.
    TwoPhase(two_phase::TwoPhaseConfig),
}

/// Heat drawn from a mass by whichever of two limits binds: a control that holds a supply temperature, or
/// the heat exchanger behind it. Each is a straight line `conductance·(T − sink)`; neither ever heats.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sink {
    pub(crate) conductance_w_k: f64,
    pub(crate) temp_c: f64,
}

impl Sink {
    /// Draws nothing.
    pub(crate) const NONE: Self = Self {
        conductance_w_k: 0.0,
        temp_c: 0.0,
    };

    /// The line that binds at `temp_c`: the one that draws less, or none below either's zero.
    pub(crate) fn binding(control: Self, exchanger: Self, temp_c: f64) -> Self {
        let (by_control, by_exchanger) = (control.draw_w(temp_c), exchanger.draw_w(temp_c));
        if by_control <= 0.0 || by_exchanger <= 0.0 {
            Self::NONE
        } else if by_control <= by_exchanger {
            control
        } else {
            exchanger
        }
    }

    /// Both lines together.
    pub(crate) fn beside(self, other: Self) -> Self {
        let conductance_w_k = self.conductance_w_k + other.conductance_w_k;
        if conductance_w_k <= 0.0 {
            return self;
        }
        let by_zero = self.conductance_w_k * self.temp_c + other.conductance_w_k * other.temp_c;
        Self {
            conductance_w_k,
            temp_c: by_zero / conductance_w_k,
        }
    }

    /// Heat drawn at `temp_c`, W.
    pub(crate) fn draw_w(self, temp_c: f64) -> f64 {
        self.conductance_w_k * (temp_c - self.temp_c)
    }
}
