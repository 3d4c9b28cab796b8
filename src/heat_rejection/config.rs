//! Description of a plant's table in a scenario.
//!
//! A plant is one file: a table made by `plant_table!`, its own keys and those of every plant, and a [`PlantTable`] for it.
//! Sizing, checks, `validate`, messages and the view ask through that trait; no code checks for a particular plant.

use super::chiller::Condenser;
use super::design::PlantDesign;
use super::recirculation::Intake;
use super::rejection::{Machines, Rejection};
use super::tower::size::CellSize;
use super::water_loop::LoopSize;
use super::water_loop::reuse::Reuse;
use crate::describe::Fault;

/// The keys of every plant.
pub trait CommonKeys {
    /// Facility-water supply temperature the plant holds while it can, °C.
    fn setpoint_c(&self) -> f64;
    /// Rise of facility water through the halls at full load, K.
    fn rise_k(&self) -> f64;
    /// Fluid of the circuit, as the scenario names it; water otherwise.
    fn fluid(&self) -> Option<&str>;
    /// The network that takes heat before the plant.
    fn reuse(&self) -> Option<&Reuse>;
    /// Sizes of the facility loop that the scenario states.
    fn water(&self) -> &LoopSize;
}

/// Description of a plant.
pub trait PlantTable: CommonKeys + Send + Sync {
    /// Machines that can fail of a plant for a design heat, W.
    fn machines(&self, heat_w: f64) -> Machines;

    /// Its chillers: their kind, and the capacity of all of them, spare ones too, W.
    fn chillers(&self, _: &PlantDesign<'_>) -> Option<(Condenser, f64)> {
        None
    }

    /// Whether facility water is in coils outdoors, where it can freeze.
    fn has_coils_outdoors(&self) -> bool {
        false
    }

    /// How its machines outdoors take in their air.
    fn intake(&self) -> Intake {
        Intake::Fresh
    }

    /// Tower cells, whose basins stand in frost.
    fn cells(&self) -> Option<&CellSize> {
        None
    }

    /// Day of the year, from 1, on which the water that it draws from outdoors is warmest.
    fn warmest_day(&self) -> Option<f64> {
        None
    }

    /// Whether anything but plain water may fill the circuit.
    ///
    /// # Errors
    /// Where the plant would lose it; the fault lies at the key `fluid`.
    fn takes_glycol(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// The plant of this size, ready to run, in the air that its machines take in ([`PlantTable::intake`]).
    ///
    /// # Errors
    /// Where no machine meets the keys; the fault lies at one of them.
    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault>;

    /// The planned plant, in a line of `validate`.
    fn line(&self, design: &PlantDesign<'_>) -> String;

    /// Its machines beside chillers and their sizes, in a line; nothing where it has none.
    ///
    /// # Errors
    /// As [`PlantTable::plant`].
    fn sizes(&self, _: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        Ok(None)
    }

    /// What the user should know of the machines.
    fn warning(&self, _: &PlantDesign<'_>) -> Option<String> {
        None
    }

    /// Outdoor machines for a design heat, W; from the halls outwards.
    fn outdoors(&self, heat_w: f64) -> Vec<Standing>;
}

/// A kind of machine outdoors, as a picture of the site shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outdoor {
    /// Water-cooled chillers.
    Chiller,
    /// Cells of cooling towers.
    TowerCell,
    /// Packaged chillers with fans on top.
    AirCooledChiller,
    /// Banks of dry coolers.
    DryCooler,
    /// A house with the pumps of the source side.
    PumpHouse,
}

impl Outdoor {
    /// Label in an image beside several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Chiller => "chillers",
            Self::TowerCell => "tower cells",
            Self::AirCooledChiller => "air-cooled chillers",
            Self::DryCooler => "dry coolers",
            Self::PumpHouse => "pump house",
        }
    }
}

/// Machines of one kind outdoors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Their kind.
    pub what: Outdoor,
    /// How many there are, or how many a picture shows of a size that is usual.
    pub count: u32,
    /// Whether the scenario gives their number.
    pub counted: bool,
}

impl Standing {
    /// As many as the scenario gives.
    pub fn counted(what: Outdoor, count: u32) -> Self {
        Self {
            what,
            count,
            counted: true,
        }
    }

    /// As many of `each_w` as carry `heat_w`, at least one.
    pub fn of_size(what: Outdoor, heat_w: f64, each_w: f64) -> Self {
        Self {
            what,
            count: (heat_w / each_w).ceil().max(1.0) as u32,
            counted: false,
        }
    }

    /// Label in an image beside them.
    pub fn label(&self) -> String {
        match (self.counted, self.what) {
            (true, what) => format!("{} {}", self.count, what.plural()),
            (false, Outdoor::TowerCell) => "cooling towers".into(),
            (false, what) => what.plural().into(),
        }
    }
}

/// A plant's table: the supply and rise it has where nothing is stated, its own keys, and the keys of every plant.
macro_rules! plant_table {
    (
        $(#[$doc:meta])*
        $name:ident {
            $(#[$setpoint_doc:meta])*
            setpoint_c = $setpoint_c:expr;
            rise_k = $rise_k:expr;
            $($(#[$key_doc:meta])* $key:ident: $type:ty = $default:expr,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $(#[$setpoint_doc])*
            #[serde(deserialize_with = "crate::units::temperature_c")]
            #[schemars(range(min = 3.0, max = 90.0))]
            pub setpoint_c: f64,
            /// Rise of facility water through the halls at full load, K.
            #[serde(deserialize_with = "crate::units::positive")]
            #[schemars(range(min = 1.0, max = 50.0))]
            pub rise_k: f64,
            $($(#[$key_doc])* pub $key: $type,)*
            /// Fluid of the circuit: a fluid of the catalogue with a freezing point (`pg30` is propylene glycol, 30 % by
            /// mass); water otherwise.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub fluid: Option<String>,
            /// A district network that takes a share of the heat before the plant.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub reuse: Option<crate::heat_rejection::water_loop::reuse::Reuse>,
            /// Sizes of the facility-water loop as built; what is not stated is sized.
            #[serde(skip_serializing_if = "crate::heat_rejection::water_loop::LoopSize::is_free")]
            pub water: crate::heat_rejection::water_loop::LoopSize,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    setpoint_c: $setpoint_c,
                    rise_k: $rise_k,
                    $($key: $default,)*
                    fluid: None,
                    reuse: None,
                    water: crate::heat_rejection::water_loop::LoopSize::default(),
                }
            }
        }

        impl crate::heat_rejection::config::CommonKeys for $name {
            fn setpoint_c(&self) -> f64 {
                self.setpoint_c
            }

            fn rise_k(&self) -> f64 {
                self.rise_k
            }

            fn fluid(&self) -> Option<&str> {
                self.fluid.as_deref()
            }

            fn reuse(&self) -> Option<&crate::heat_rejection::water_loop::reuse::Reuse> {
                self.reuse.as_ref()
            }

            fn water(&self) -> &crate::heat_rejection::water_loop::LoopSize {
                &self.water
            }
        }
    };
}
pub(super) use plant_table;
