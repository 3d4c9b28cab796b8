//! Machines of a circuit of facility water: chillers, pumps, fans, make-up water.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Target, left, named, share_line};
use crate::describe::Fault;
use crate::facility::Availability;
use crate::heat_rejection::Machines;
use crate::units;

/// Chillers that trip. Their pumps, tower cells and plates go on with an economizer: while it carries all, nothing changes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChillerTrip {
    /// The circuit's name as results show it; all circuits where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit: Option<String>,
    /// How many.
    #[schemars(range(min = 1, max = 2000))]
    pub units: NonZeroU32,
}

impl Default for ChillerTrip {
    fn default() -> Self {
        Self {
            circuit: None,
            units: NonZeroU32::MIN,
        }
    }
}

impl Kind for ChillerTrip {
    fn target(&self) -> Target<'_> {
        Target::Circuit {
            name: self.circuit.as_deref(),
            machines: "chillers",
            has: |plant| plant.chillers > 0,
        }
    }

    fn check(&self, plants: &[Machines]) -> Result<(), Fault> {
        let most = plants.iter().map(|plant| plant.chillers).max().unwrap_or(0);
        if self.units.get() <= most {
            return Ok(());
        }
        let what = format!("{} chillers trip, and there are {most}", self.units);
        Err(Fault::new(what, format!("use 1 to {most}")).at("units"))
    }

    fn line(&self) -> String {
        let plural = if self.units.get() == 1 { "" } else { "s" };
        let of = named(self.circuit.as_deref());
        format!("{} chiller{plural}{of} out", self.units)
    }

    fn apply(&self, at: Option<usize>, available: &mut Availability) {
        for plant in available.circuits_mut(at) {
            plant.chillers_out = plant.chillers_out.max(self.units.get());
        }
    }
}

/// A share of some machines of a circuit, with the keys that all such events have.
macro_rules! circuit_share {
    ($(#[$doc:meta])* $name:ident, $words:literal, $machines:literal, $has:expr, $field:ident $(, $check:item)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            /// The circuit's name as results show it; all circuits where none is given.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub circuit: Option<String>,
            /// Share of them out of service, 0 … 1.
            #[serde(deserialize_with = "units::positive_fraction")]
            #[schemars(range(min = 1e-3, max = 1.0))]
            pub share: f64,
        }

        impl Default for $name {
            fn default() -> Self {
                Self { circuit: None, share: 1.0 }
            }
        }

        impl Kind for $name {
            fn target(&self) -> Target<'_> {
                Target::Circuit { name: self.circuit.as_deref(), machines: $machines, has: $has }
            }

            $($check)?

            fn line(&self) -> String {
                share_line(self.share, $words, self.circuit.as_deref())
            }

            fn share_mut(&mut self) -> Option<&mut f64> {
                Some(&mut self.share)
            }

            fn apply(&self, at: Option<usize>, available: &mut Availability) {
                for plant in available.circuits_mut(at) {
                    plant.$field = plant.$field.min(left(self.share));
                }
            }
        }
    };
}

circuit_share! {
    /// Facility-water pumps that trip.
    PumpTrip, "pumps", "pumps", |_| true, facility_pumps
}
circuit_share! {
    /// Pumps of condensers, towers and surface water that trip.
    CondenserPumpTrip, "condenser pumps", "condenser- or tower-water pumps", |plant| plant.pumps > 0, pumps,
    /// Behind a plate one pump serves all towers: a part of it is not out.
    fn check(&self, plants: &[Machines]) -> Result<(), Fault> {
        if self.share >= 1.0 || plants.iter().any(|plant| plant.pumps > 1) {
            return Ok(());
        }
        let what = format!("{} of one pump cannot be out", self.share);
        Err(Fault::new(what, "use share = 1").at("share"))
    }
}
circuit_share! {
    /// Fans of towers and dry coolers that trip.
    TowerFanTrip, "outdoor fans", "fans of towers or dry coolers", |plant| plant.fans, fans
}

/// No make-up water: `what.water_cut_off = {}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaterCutOff {}

impl Kind for WaterCutOff {
    fn target(&self) -> Target<'_> {
        Target::Circuit {
            name: None,
            machines: "a plant that uses water",
            has: |plant| plant.water,
        }
    }

    fn line(&self) -> String {
        "no make-up water".into()
    }

    fn apply(&self, _: Option<usize>, available: &mut Availability) {
        for plant in available.circuits_mut(None) {
            plant.water = false;
        }
    }
}
