//! How racks are cooled. A technology is one file (parameters, state, a pure `step`) and one line in the
//! registry below; its description for others is in (`technology::Config`).

use crate::describe::Fault;
use crate::physics::Coolant;
use crate::physics::plates::{PlateFlow, Plates};
use crate::physics::site_air::SiteAir;
use crate::registry::registry;
use parts::{condenser, fits, mass, room, unplated, zones};

pub mod air;
pub mod cold_plate;
pub mod direct_water;
pub mod immersion;
pub mod it_room;
mod parts;
pub mod rear_door;
pub mod shape;
pub mod two_phase;
pub mod two_phase_cold_plate;

mod technology;

pub(crate) use mass::Sink;
pub use shape::Shape;
pub use technology::{
    Asked, Available, Design, Filled, FindFluid, Input, Machines, Output, Running, Technology,
    WaterDesign,
};
pub(crate) use technology::{Config, DISTRIBUTION_SHARE, RackAir};

registry! {
    /// Which technology cools a hall; in TOML the table's own name: `[hall.cooling.immersion]`.
    pub enum Cooling: Config {
        /// Room air through CRAH units.
        "air" => Air(air::AirConfig),
        /// Coils in the racks' rear doors, on facility water.
        "rear_door" => RearDoor(rear_door::RearDoorConfig),
        /// Cold plates on the hot parts, room air for the rest.
        "cold_plate" => ColdPlate(cold_plate::ColdPlateConfig),
        /// Tanks of dielectric fluid, single-phase.
        "immersion" => Immersion(immersion::ImmersionConfig),
        /// All heat into facility water, no fans or pumps: for checking plants.
        "direct_water" => DirectWater(direct_water::DirectWaterConfig),
        /// Tanks of fluid that boils on the chips.
        "two_phase" => TwoPhase(two_phase::TwoPhaseConfig),
        /// Refrigerant that boils in cold plates on the hot parts, room air for the rest.
        "two_phase_cold_plate" => TwoPhaseColdPlate(two_phase_cold_plate::TwoPhaseColdPlateConfig),
    }
}

impl Cooling {
    /// Sizes the technology for a hall and starts it at rest. The fault names the conflict, at the key of its table.
    pub fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        self.kind().start(design)
    }

    /// Coolant at the servers, before anything is sized.
    pub fn coolant(&self) -> Coolant {
        self.kind().coolant()
    }

    /// Air or coolant that the racks meet at full load, °C; where fluid boils around the chips its boiling point stands in
    /// place of this.
    pub fn design_coolant_c(&self, air: &SiteAir, fluids: FindFluid<'_>) -> Result<f64, Fault> {
        self.kind().design_coolant_c(air, fluids)
    }

    /// Setpoint of the air or coolant supplied to the racks, °C, where there is one.
    pub fn supply_c(&self) -> Option<f64> {
        self.kind().supply_c()
    }

    /// Machines that can fail, and whether it has a setpoint.
    pub fn machines(&self) -> Machines {
        Machines {
            setpoint: self.supply_c().is_some(),
            ..self.kind().machines()
        }
    }

    /// Limit of the air through a rack, where there is one.
    pub(crate) fn rack_air(&self) -> Option<RackAir> {
        self.kind().rack_air()
    }

    /// The technology and the choices that make it, in a line.
    pub fn line(&self) -> String {
        let name = self.name().replace('_', "-");
        let head = match self.supply_c() {
            Some(supply_c) => format!("{name} at {supply_c:.1} °C"),
            None => name,
        };
        let parts = std::iter::once(head).chain(self.kind().choices());
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Coolant limit of its racks at a site, in a line; `limit_c` is that of the sized hall.
    pub fn bounds(&self, air: &SiteAir, limit_c: f64, fluids: FindFluid<'_>) -> Option<String> {
        self.kind().bounds(air, limit_c, fluids)
    }

    /// Its name in words.
    pub fn words(&self) -> String {
        self.name().replace('_', " ")
    }

    /// Appearance of such a hall.
    pub fn shape(&self) -> Shape {
        self.kind().shape()
    }

    /// The warmest facility water that cools the hall's room air, °C, where that can be a circuit of its own.
    pub fn room_water_c(&self) -> Option<f64> {
        self.kind().room_water_c()
    }

    /// Parts under cold plates, where the scenario lists them.
    pub fn plates(&self) -> Option<Plates> {
        self.kind().plates()
    }

    /// Coolant through the plates at full flow.
    pub fn plate_flow(&self, fluids: FindFluid<'_>) -> Result<PlateFlow, Fault> {
        self.kind().plate_flow(fluids)
    }

    /// Resistance from chip to coolant over that which the server's entry states.
    pub fn resistance_ratio(&self, fluids: FindFluid<'_>) -> Result<f64, Fault> {
        self.kind().resistance_ratio(fluids)
    }

    /// Name of the fluid at the servers, where it is a choice.
    pub fn fluid(&self) -> Option<&str> {
        self.kind().fluid()
    }

    /// The fluid that fills it: its name and how much, for so many racks whose plates catch so much heat together, W.
    pub fn filled(&self, racks: f64, plated_w: f64) -> Option<(&str, Filled)> {
        self.kind().filled(racks, plated_w)
    }

    /// Name of the fluid that boils, on the chips or in their plates.
    pub fn boiling_fluid(&self) -> Option<&str> {
        self.kind().boiling_fluid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(name: &str) -> Cooling {
        toml::from_str(&format!("{name} = {{}}")).unwrap()
    }

    #[test]
    fn the_line_of_validate_is_the_technologys_own() {
        for (name, line) in [
            ("air", "air at 24.0 °C, hot-aisle containment"),
            ("rear_door", "rear-door at 24.0 °C, passive fans"),
            ("cold_plate", "cold-plate at 34.0 °C, pg25"),
            (
                "immersion",
                "immersion at 36.0 °C, isoparaffin, forced circulation",
            ),
            ("direct_water", "direct-water"),
            ("two_phase", "two-phase, novec-649"),
        ] {
            assert_eq!(plain(name).line(), line);
        }
    }

    /// The description of each technology is consistent.
    #[test]
    fn no_technology_contradicts_itself() {
        for name in Cooling::NAMES {
            let cooling = plain(name);
            let (machines, shape) = (cooling.machines(), cooling.shape());
            assert_eq!(cooling.name(), *name);
            assert!(cooling.line().starts_with(&name.replace('_', "-")));
            assert_eq!(machines.setpoint, cooling.supply_c().is_some(), "{name}");
            // Air that cools has machines that move it, and a place where it is seen.
            assert!(shape.crah_share == 0.0 || machines.fans, "{name}");
            assert!(
                cooling.coolant() != Coolant::Air || shape.aisles != shape::Aisles::None,
                "{name}"
            );
            assert!(
                cooling.room_water_c().is_none() || cooling.coolant() == Coolant::Plates,
                "{name}"
            );
        }
    }
}
