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

pub mod air;
pub mod direct_water;
pub mod immersion;

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
    /// Facility water the plant aims to supply, °C.
    pub water_supply_c: f64,
    /// Rise of facility water through the hall at full load, K.
    pub water_rise_k: f64,
    /// Density of air at the site, kg/m³.
    pub air_kg_m3: f64,
    /// The fluids of the catalogue, by name.
    pub fluids: &'a dyn Fn(&str) -> Result<Fluid, String>,
}

/// What the racks and the plant impose during one step.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Heat of each rack, W.
    pub rack_heat_w: &'a [f64],
    /// Their sum, W.
    pub it_heat_w: f64,
    /// Air drawn by all servers, m³/s.
    pub air_m3_s: f64,
    /// Heat of other equipment in the hall (power distribution), W.
    pub room_heat_w: f64,
    /// Facility water arriving, °C.
    pub water_supply_c: f64,
    /// Length of the step, s.
    pub dt_s: f64,
}

/// What the plant, the meters and the view read: means over the step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Output {
    /// Heat handed to facility water, W.
    pub heat_to_water_w: f64,
    /// Heat handed to the surroundings by the hall's walls and tanks, W.
    pub heat_to_ambient_w: f64,
    /// Heat kept in air, fluid and metal, W; negative while they cool.
    pub stored_w: f64,
    /// CRAH fans, W.
    pub hall_fans_w: f64,
    /// Tank and coolant-distribution pumps, W.
    pub cdu_pumps_w: f64,
    /// Air or fluid supplied to the racks, °C.
    pub supply_c: f64,
    /// Air or fluid coming back, °C.
    pub return_c: f64,
}

/// One cooling technology: parameters are `Self`, what changes is `State`, `step` is pure.
pub trait Technology: Send + 'static {
    /// What changes from step to step, for all racks.
    type State: Send + Clone + 'static;

    /// What the servers meet.
    fn coolant(&self) -> Coolant;
    /// Coolant temperature above which a rack is out of its allowed range, °C.
    fn limit_c(&self) -> f64;
    /// The state before the first step.
    fn initial(&self) -> Self::State;
    /// Writes the inlet air or coolant that each rack meets; returns the lowest and the highest.
    fn rack_coolant_c(&self, state: &Self::State, racks: &mut [f64]) -> (f64, f64);
    /// Advances all racks by `input.dt_s` from `state` into `next`, whose content before does not matter.
    fn step(&self, state: &Self::State, next: &mut Self::State, input: &Input<'_>) -> Output;
}

/// A technology in operation: what the facility steps.
pub trait Running: Send {
    /// See [`Technology::coolant`].
    fn coolant(&self) -> Coolant;
    /// See [`Technology::limit_c`].
    fn limit_c(&self) -> f64;
    /// See [`Technology::rack_coolant_c`].
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64);
    /// The step under `input`, from the committed state. May be called again with other input.
    fn try_step(&mut self, input: &Input<'_>) -> Output;
    /// Makes the state of the last try the one to go on from.
    fn commit(&mut self);
}

struct Unit<T: Technology> {
    spec: T,
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
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64) {
        self.spec.rack_coolant_c(&self.state, racks)
    }
    fn try_step(&mut self, input: &Input<'_>) -> Output {
        self.spec.step(&self.state, &mut self.next, input)
    }
    fn commit(&mut self) {
        std::mem::swap(&mut self.state, &mut self.next);
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
    /// Tanks of dielectric fluid, single-phase.
    Immersion(immersion::ImmersionConfig),
    /// All heat into facility water, no fans or pumps: for checking plants.
    DirectWater(direct_water::DirectWaterConfig),
}

/// Heat drawn from a mass by whichever of two limits binds: a control that holds a supply temperature, or
/// the heat exchanger behind it. Each is a straight line `conductance·(T − sink)`; neither ever heats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sink {
    pub(crate) conductance_w_k: f64,
    pub(crate) temp_c: f64,
}

impl Sink {
    /// The line that binds at `temp_c`: the one that draws less, or none below either's zero.
    pub(crate) fn binding(control: Self, exchanger: Self, temp_c: f64) -> Self {
        let (by_control, by_exchanger) = (control.draw_w(temp_c), exchanger.draw_w(temp_c));
        if by_control <= 0.0 || by_exchanger <= 0.0 {
            Self {
                conductance_w_k: 0.0,
                temp_c: 0.0,
            }
        } else if by_control <= by_exchanger {
            control
        } else {
            exchanger
        }
    }

    /// Heat drawn at `temp_c`, W.
    pub(crate) fn draw_w(self, temp_c: f64) -> f64 {
        self.conductance_w_k * (temp_c - self.temp_c)
    }
}
