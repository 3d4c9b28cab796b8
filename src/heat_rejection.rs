//! The facility water loop and what carries its heat outdoors.
//!
//! | room | what is in it |
//! |---|---|
//! | [`rejection`] | what every plant answers: capacity, heat rejected, electricity, water |
//! | [`config`], [`design`] | description of a plant's table; design conditions of plants |
//! | [`recirculation`] | what of their own discharge machines outdoors take in |
//! | [`water_loop`] | the loop with its pump, liquid, tank of cold water and heat reuse |
//! | [`chiller`], [`tower`], [`dry_cooler`], [`surface_water`] | the machines, and the plants made of them |
//!
//! Adding a plant is a file with its table and [`PlantTable`], its `mod` and its line in the registry below.
//!
//! [`rejection`]: crate::heat_rejection::rejection
//! [`recirculation`]: crate::heat_rejection::recirculation
//! [`config`]: crate::heat_rejection::config
//! [`design`]: crate::heat_rejection::design
//! [`water_loop`]: crate::heat_rejection::water_loop
//! [`chiller`]: crate::heat_rejection::chiller
//! [`tower`]: crate::heat_rejection::tower
//! [`dry_cooler`]: crate::heat_rejection::dry_cooler
//! [`surface_water`]: crate::heat_rejection::surface_water
//! [`PlantTable`]: crate::heat_rejection::PlantTable

pub mod chiller;
pub mod config;
pub mod convention;
mod dead_band;
pub mod design;
pub mod dry_cooler;
pub mod recirculation;
pub mod rejection;
pub mod surface_water;
#[cfg(test)]
mod tests;
pub mod tower;
pub mod water_loop;

pub use config::{CommonKeys, Outdoor, PlantTable, Standing};
pub use design::PlantDesign;
pub use rejection::{
    Available, Machines, Outdoors, Rejection, RejectionOutput, StepRequest, StepResult,
};

pub use crate::physics::water::Water;

use crate::describe::Fault;
use crate::physics::fluids::{Fluid, Fluids};
use crate::registry::registry;
use chiller::Condenser;
use tower::size::CellSize;
use water_loop::WaterLoop;
use water_loop::medium::Medium;
use water_loop::reuse::Reusing;
use water_loop::storage::Storage;

registry! {
    /// What carries the heat of facility water outdoors; in TOML the table's own name:
    /// `[heat_rejection.dry_cooler]`.
    pub enum HeatRejection: PlantTable {
        /// Water-cooled chillers and cooling towers.
        "water_cooled_chiller" => WaterCooledChiller(chiller::water_cooled::WaterCooledChiller),
        /// Cooling towers and a plate, and water-cooled chillers behind it for what they leave.
        "trim_chiller" => TrimChiller(chiller::trim::TrimChiller),
        /// Air-cooled chillers.
        "air_cooled_chiller" => AirCooledChiller(chiller::air_cooled::AirCooledChiller),
        /// Cooling towers alone: warm water without chillers.
        "tower" => Tower(tower::TowerOnly),
        /// Dry coolers: warm water without chillers and without water use.
        "dry_cooler" => DryCooler(dry_cooler::DryCooler),
        /// A lake, a river or the sea, once through: warm water without chillers and without using water up.
        "surface_water" => SurfaceWater(surface_water::SurfaceWater),
    }
}

impl HeatRejection {
    /// Facility-water supply temperature the plant holds while it can, °C.
    pub fn setpoint_c(&self) -> f64 {
        self.kind().setpoint_c()
    }

    /// Warmest supply that its reset may ask for, °C.
    pub fn warmest_reset_c(&self) -> Option<f64> {
        Some(self.kind().water().reset?.warmest_c)
    }

    /// Rise of facility water through the halls at full load, K.
    pub fn rise_k(&self) -> f64 {
        self.kind().rise_k()
    }

    /// Whether its circuit has a tank of cold water.
    pub fn has_storage(&self) -> bool {
        self.kind().water().storage_m3.is_some()
    }

    /// What fills its circuit, as the scenario names it.
    pub fn fluid(&self) -> &str {
        self.kind().fluid().unwrap_or("water")
    }

    /// Machines that can fail of a plant for a design heat, W.
    pub fn machines(&self, heat_w: f64) -> Machines {
        self.kind().machines(heat_w)
    }

    /// Whether facility water is in coils outdoors.
    pub fn has_coils_outdoors(&self) -> bool {
        self.kind().has_coils_outdoors()
    }

    /// Temperature held in the basins of its towers while cells stand, °C; none where it has no towers or they are drained.
    pub fn held_basin_c(&self) -> Option<f64> {
        self.kind().cells().and_then(CellSize::held_basin_c)
    }

    /// Day of the year, from 1, on which the water that it draws from outdoors is warmest.
    pub fn warmest_day(&self) -> Option<f64> {
        self.kind().warmest_day()
    }

    /// What stands outdoors for a design heat, W; from the halls outwards.
    pub fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        self.kind().outdoors(heat_w)
    }

    /// Heat that the plant is sized for: what the scenario states, else that of the halls, W.
    pub fn design_w(&self, halls_w: f64) -> f64 {
        self.kind().water().design_kw.map_or(halls_w, |kw| kw * 1e3)
    }

    /// Its chillers: their kind, and the capacity of all of them, spare ones too, W.
    pub fn chillers(&self, design: &PlantDesign<'_>) -> Option<(Condenser, f64)> {
        self.kind().chillers(&self.kind().intake().design(design))
    }

    /// Heat handed to a network at most, W, and whether a heat pump lifts it; for heat of the halls of so much, W.
    pub fn reused(&self, heat_w: f64) -> Option<(f64, bool)> {
        let reuse = self.kind().reuse()?;
        Some((reuse.most_w(heat_w), reuse.heat_pump))
    }

    /// Its tank of cold water, m³.
    pub fn storage_m3(&self) -> f64 {
        self.kind().water().storage_m3.unwrap_or(0.0)
    }

    /// The planned plant, in a line of `validate`.
    pub fn line(&self, design: &PlantDesign<'_>) -> String {
        let intake = self.kind().intake();
        let line = self.kind().line(&intake.design(design));
        let line = match intake.words() {
            Some(words) => format!("{line}; {words}"),
            None => line,
        };
        match self.kind().reuse() {
            Some(reuse) => format!("{line}; heat to a network at {} °C", reuse.network_c),
            None => line,
        }
    }

    /// Its machines beside chillers and their sizes, in a line of `validate`.
    ///
    /// # Errors
    /// As [`HeatRejection::size`].
    pub fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        self.kind().sizes(&self.kind().intake().design(design))
    }

    /// What the user should know of the machines.
    pub fn warning(&self, design: &PlantDesign<'_>) -> Option<String> {
        self.kind().warning(design)
    }

    /// What fills the circuit, out of the `fluids` of the catalogue.
    ///
    /// # Errors
    /// Where there is no such fluid, or it does not suit the plant; at the key `fluid`.
    pub fn medium(&self, fluids: &Fluids) -> Result<Medium, Fault> {
        let name = self.fluid();
        let suited = |fluid: &&Fluid| fluid.freezing_c.is_some();
        let fluid = fluids.get(name).filter(suited).ok_or_else(|| {
            let all = fluids.iter().filter(|(_, fluid)| suited(fluid));
            let known: Vec<_> = all.map(|(key, _)| key.as_str()).collect();
            Fault::new(
                format!("'{name}' fills no circuit of facility water"),
                format!("use one of {}", known.join(", ")),
            )
            .at("fluid")
        })?;
        if name == "water" {
            return Ok(Medium::WATER);
        }
        self.kind().takes_glycol()?;
        let mean_c = self.setpoint_c() + 0.5 * self.rise_k();
        Ok(fluids
            .get("water")
            .map_or(Medium::WATER, |water| Medium::of(fluid, water, mean_c)))
    }

    /// The water loop and the plant of this size: the plant's machines, behind the network that takes heat before them, and
    /// with the tank of cold water.
    ///
    /// # Errors
    /// Where no machine meets a key; the fault lies at that key of the plant's table.
    pub fn size(&self, design: &PlantDesign<'_>) -> Result<(WaterLoop, Box<dyn Rejection>), Fault> {
        let (table, stated) = (self.kind(), self.kind().water());
        let heat_w = self.design_w(design.heat_w);
        let design = PlantDesign { heat_w, ..*design };
        let (setpoint_c, rise_k) = (table.setpoint_c(), table.rise_k());
        let water = stated.size(setpoint_c, rise_k, heat_w, design.medium);
        if let Some(reset) = &stated.reset {
            reset.check(setpoint_c, stated.storage_m3.is_some())?;
        }
        let intake = table.intake();
        let mut plant = intake.around(heat_w, table.plant(&intake.design(&design))?);
        if let Some(reuse) = table.reuse() {
            reuse.check(setpoint_c + rise_k)?;
            plant = Box::new(Reusing::new(reuse.clone(), plant));
        }
        if let Some(m3) = stated.storage_m3 {
            plant = Box::new(Storage::new(m3, &design.medium, setpoint_c, heat_w, plant));
        }
        Ok((water, plant))
    }
}
