//! Plants as a scenario describes them, and their sizing from the heat of the halls and the site's weather.
//!
//! A plant is one table of `[heat_rejection.…]`; adding one is a struct with `size` and a line in the registry.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basin::Basin;
use super::chiller::ChillerCurves;
use super::dry_cooler::{DryCoolerDesign, DryCoolerEntry};
use super::medium::Medium;
use super::reuse::{Reuse, Reusing};
use super::storage::Storage;
use super::tower::{CellSize, TowerEntry};
use super::tower_correlation::Correlation;
use super::water_loop::{LoopSize, WaterLoop};
use super::{Machines, Rejection};
use crate::physics::fluids::{Fluid, Fluids, WATER_DENSITY_KG_M3};
use crate::physics::psychrometrics::humidity_ratio_from_wet_bulb;

mod chillers;
mod coil;
mod dry_cooler;
mod tower;

pub use chillers::{AirCooledChiller, WaterCooledChiller};
pub use coil::FreeCooling;
pub use dry_cooler::DryCooler;
pub use tower::TowerOnly;

/// What a plant is sized for.
#[derive(Clone, Copy)]
pub struct PlantDesign<'a> {
    /// Heat of all halls at full load, W.
    pub heat_w: f64,
    /// The site's highest wet bulb, °C.
    pub wet_bulb_c: f64,
    /// The site's highest dry bulb, °C.
    pub dry_bulb_c: f64,
    /// Barometric pressure of the site, Pa.
    pub pressure_pa: f64,
    /// What fills the circuit.
    pub medium: Medium,
    /// Chiller curves of the catalogue, by name.
    pub chillers: &'a dyn Fn(&str) -> Result<ChillerCurves, String>,
    /// Cooling towers of the catalogue.
    pub towers: &'a BTreeMap<String, TowerEntry>,
    /// Dry coolers of the catalogue.
    pub dry_coolers: &'a BTreeMap<String, DryCoolerEntry>,
}

/// The tower where a plant names none.
const DEFAULT_TOWER: &str = "york-calc";

/// The entry of a name; else the key, what is wrong, and the names there are.
fn entry<'a, T>(
    entries: &'a BTreeMap<String, T>,
    (key, kind): (&'static str, &str),
    name: &str,
) -> Result<&'a T, SizeError> {
    entries.get(name).ok_or_else(|| {
        let known: Vec<_> = entries.keys().map(String::as_str).collect();
        let what = format!(
            "there is no {kind} '{name}' in the catalogue; known: {}",
            known.join(", ")
        );
        (key, what)
    })
}

impl PlantDesign<'_> {
    /// The cell as stated with the ratios of the entry it names, and that entry's correlation.
    fn cell(&self, stated: &CellSize) -> Result<(CellSize, Correlation), SizeError> {
        let name = stated.entry.as_deref();
        let of = entry(
            self.towers,
            ("tower.entry", "tower"),
            name.unwrap_or(DEFAULT_TOWER),
        )?;
        let cell = name.map_or_else(|| stated.clone(), |_| stated.like(&of.design));
        Ok((cell, of.correlation.clone()))
    }

    /// Coolers in the air of the design day, as damp as it gets: that is the thinnest.
    fn cooler(&self) -> DryCoolerDesign {
        let (dry_c, wet_c) = (self.dry_bulb_c, self.wet_bulb_c.min(self.dry_bulb_c));
        DryCoolerDesign {
            dry_bulb_c: dry_c,
            humidity_ratio: humidity_ratio_from_wet_bulb(dry_c, wet_c, self.pressure_pa),
            pressure_pa: self.pressure_pa,
            medium: self.medium,
            ..DryCoolerDesign::for_heat(self.heat_w)
        }
    }
}

/// A key of the plant's table and what is wrong with it.
pub type SizeError = (&'static str, String);

macro_rules! plants {
    ($($(#[$doc:meta])* $name:ident($config:ty),)*) => {
        /// What carries the heat of facility water outdoors; in TOML the table's own name:
        /// `[heat_rejection.dry_cooler]`.
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum HeatRejection { $($(#[$doc])* $name($config),)* }

        impl HeatRejection {
            /// Facility-water supply temperature the plant holds while it can, °C.
            pub fn setpoint_c(&self) -> f64 {
                match self { $(Self::$name(config) => config.setpoint_c,)* }
            }

            /// Rise of facility water through the halls at full load, K.
            pub fn rise_k(&self) -> f64 {
                match self { $(Self::$name(config) => config.rise_k,)* }
            }

            /// What fills its circuit, as the scenario names it.
            pub fn fluid(&self) -> &str {
                let fluid = match self { $(Self::$name(config) => config.fluid.as_deref(),)* };
                fluid.unwrap_or("water")
            }

            /// The network that takes heat before the plant.
            fn reuse(&self) -> Option<&Reuse> {
                match self { $(Self::$name(config) => config.reuse.as_ref(),)* }
            }

            /// Sizes of the facility loop that the scenario states.
            fn water(&self) -> &LoopSize {
                match self { $(Self::$name(config) => &config.water,)* }
            }

            /// The registry name, as TOML spells it.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$config>::NAME,)* }
            }

            /// What of it can be out.
            pub fn machines(&self) -> Machines {
                match self { $(Self::$name(config) => config.machines(),)* }
            }

            fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
                match self { $(Self::$name(config) => config.plant(design),)* }
            }
        }
    };
}

plants! {
    /// Water-cooled chillers and cooling towers.
    WaterCooledChiller(WaterCooledChiller),
    /// Air-cooled chillers.
    AirCooledChiller(AirCooledChiller),
    /// Cooling towers alone: warm water without chillers.
    Tower(TowerOnly),
    /// Dry coolers: warm water without chillers and without water use.
    DryCooler(DryCooler),
}

impl HeatRejection {
    /// Heat that the plant is sized for: what the scenario states, else that of the halls, W.
    pub fn design_w(&self, halls_w: f64) -> f64 {
        self.water().design_kw.map_or(halls_w, |kw| kw * 1e3)
    }

    /// Whether facility water stands in coils outdoors.
    pub fn has_coils_outdoors(&self) -> bool {
        match self {
            Self::DryCooler(_) => true,
            Self::Tower(config) => config.free_cooling.is_some(),
            Self::AirCooledChiller(config) => config.free_cooling.is_some(),
            Self::WaterCooledChiller(_) => false,
        }
    }

    /// What fills the circuit, out of the `fluids` of the catalogue; a key and what is wrong with it otherwise.
    pub fn medium(&self, fluids: &Fluids) -> Result<Medium, SizeError> {
        let name = self.fluid();
        let suited = |fluid: &&Fluid| fluid.freezing_c.is_some();
        let known = || {
            let all = fluids.iter().filter(|(_, fluid)| suited(fluid));
            all.map(|(key, _)| key.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let fluid = fluids.get(name).filter(suited).ok_or_else(|| {
            let what = format!(
                "'{name}' fills no circuit of facility water; use one of {}",
                known()
            );
            ("fluid", what)
        })?;
        if name == "water" {
            return Ok(Medium::WATER);
        }
        let open = match self {
            Self::Tower(config) => config.plate_approach_k <= 0.0,
            _ => false,
        };
        if open {
            let what = "facility water runs over the towers themselves and would lose its glycol; set plate_approach_k \
                        above 0 (2 is usual), or fluid = \"water\"";
            return Err(("fluid", what.into()));
        }
        let mean_c = self.setpoint_c() + 0.5 * self.rise_k();
        Ok(fluids
            .get("water")
            .map_or(Medium::WATER, |water| Medium::of(fluid, water, mean_c)))
    }

    /// Sizes of the towers that the scenario states.
    fn cell(&self) -> Option<&CellSize> {
        match self {
            Self::WaterCooledChiller(config) => Some(&config.tower),
            Self::Tower(config) => Some(&config.tower),
            Self::AirCooledChiller(_) | Self::DryCooler(_) => None,
        }
    }

    /// The water loop and the plant of this size.
    pub fn size(
        &self,
        design: &PlantDesign<'_>,
    ) -> Result<(WaterLoop, Box<dyn Rejection>), SizeError> {
        let stated = self.water();
        let heat_w = self.design_w(design.heat_w);
        let design = PlantDesign { heat_w, ..*design };
        let water = stated.size(self.setpoint_c(), self.rise_k(), heat_w, design.medium);
        let mut plant = self.plant(&design)?;
        if let Some(litres_per_kw) = self.cell().and_then(|cell| cell.basin_litres_per_kw) {
            let full_kg = litres_per_kw * 1e-6 * WATER_DENSITY_KG_M3 * heat_w;
            plant = Box::new(Basin::new(full_kg, plant));
        }
        let setpoint_c = self.setpoint_c();
        let stored = |plant: Box<dyn Rejection>| match stated.storage_m3 {
            Some(m3) => Box::new(Storage::new(m3, &design.medium, setpoint_c, heat_w, plant))
                as Box<dyn Rejection>,
            None => plant,
        };
        let Some(reuse) = self.reuse() else {
            return Ok((water, stored(plant)));
        };
        let return_c = self.setpoint_c() + self.rise_k();
        if !reuse.heat_pump && return_c < reuse.network_c + reuse.approach_k {
            let what = format!(
                "water that returns at {return_c:.0} °C heats no network above {:.0} °C across a plate of {:.0} K; use \
                 heat_pump = true, a colder network_c or warmer water",
                return_c - reuse.approach_k,
                reuse.approach_k
            );
            return Err(("reuse", what));
        }
        if reuse.network_return_c >= reuse.network_c {
            let what = "the network comes back no colder than it is supplied; use network_return_c below network_c";
            return Err(("reuse", what.into()));
        }
        let plant = Box::new(Reusing::new(reuse.clone(), plant));
        Ok((water, stored(plant)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::psychrometrics::MoistAir;

    fn coolers() -> BTreeMap<String, DryCoolerEntry> {
        toml::from_str(include_str!("../../assets/catalogue/dry_coolers.toml")).unwrap()
    }

    fn size(text: &str) -> Result<(WaterLoop, Box<dyn Rejection>), SizeError> {
        let config: HeatRejection = toml::from_str(text).unwrap();
        let all: BTreeMap<String, ChillerCurves> =
            toml::from_str(include_str!("../../assets/catalogue/chillers.toml")).unwrap();
        let towers: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../assets/catalogue/towers.toml")).unwrap();
        config.size(&PlantDesign {
            heat_w: 5e6,
            wet_bulb_c: 28.0,
            dry_bulb_c: 40.0,
            pressure_pa: 101_325.0,
            medium: Medium::WATER,
            chillers: &|name| all.get(name).cloned().ok_or_else(|| name.to_owned()),
            towers: &towers,
            dry_coolers: &coolers(),
        })
    }

    /// What is stated is built, whatever the halls and the weather: the reference plants of `EnergyPlus`.
    #[test]
    fn a_plant_as_built() {
        let water = "flow_kg_s = 39.786, pump_kw = 11.162, min_flow = 0.0, design_kw = 1000";
        let tower =
            "wet_bulb_c = 25.6, range_k = 6.0, flow_kg_s = 46.28, air_m3_s = 30.0, fan_kw = 15.0";
        // The design day: the hottest air with the wet bulb of the cell.
        let outside = MoistAir {
            dry_bulb_c: 40.0,
            wet_bulb_c: 25.6,
            humidity_ratio: 0.014_72,
            pressure_pa: 101_325.0,
        };

        let text = format!(
            "[water_cooled_chiller]\nsetpoint_c = 10.0\nchillers = 1\ncapacity_kw = 1200\ntower_approach_k = 4.0\n\
             condenser_pump_kw = 12.974\ntower = {{ {tower} }}\nwater = {{ {water} }}"
        );
        let (flow, plant) = size(&text).unwrap();
        assert_eq!(
            (flow.pump.design_w, flow.pump.minimum_flow),
            (11_162.0, 0.0)
        );
        let r = plant.reject(1.0086e6, 10.0, 166e3, &outside);
        assert!((r.pumps_w - 12_974.0).abs() < 1e-6, "{r:?}");
        // 1.0086 MW of 1.2 MW; tower at its design wet bulb and close to its design heat: full fan, 29.6 °C.
        assert!(
            (r.condenser_c - 29.6).abs() < 0.1 && (r.fans_w - 15e3).abs() < 50.0,
            "{r:?}"
        );

        let text = format!(
            "[dry_cooler]\nsetpoint_c = 35.0\ncooler = {{ ua_kw_k = 200, air_m3_s = 120, fan_kw = 30, convention = 'energyplus', \
             drive = {{ two_speed = {{ low_air_ratio = 0.5, low_ua_ratio = 0.6, low_fan_ratio = 0.16 }} }} }}\nwater = \
             {{ {water} }}"
        );
        let (_, plant) = size(&text).unwrap();
        // The case worked by hand in `dry_cooler.rs`.
        let winter = MoistAir {
            dry_bulb_c: -8.2625,
            wet_bulb_c: -9.285,
            humidity_ratio: 0.0013,
            pressure_pa: 99_312.5,
        };
        let r = plant.reject(1.0104e6, 35.0, 166.33e3, &winter);
        assert!((r.fans_w - 1854.0).abs() < 4.0, "{}", r.fans_w);
    }

    /// PG30 around 34 °C: 8 K and 5 MW are 160.4 kg/s instead of 149.5, at 1.47 times the pump power; a stated conductance of
    /// coils loses 12 %. Where the water runs over towers glycol is refused, and the cure holds.
    #[test]
    fn glycol_fills_a_circuit() {
        let fluids: Fluids =
            toml::from_str(include_str!("../../assets/catalogue/fluids.toml")).unwrap();
        let medium = |text: &str| {
            let config: HeatRejection = toml::from_str(text).unwrap();
            config.medium(&fluids)
        };
        let glycol = medium("[dry_cooler]\nsetpoint_c = 30\nfluid = 'pg30'").unwrap();
        assert_eq!(
            medium("[dry_cooler]\nfluid = 'water'").unwrap(),
            Medium::WATER
        );
        let built = |medium| {
            let coolers = PlantDesign {
                medium,
                heat_w: 5e6,
                wet_bulb_c: 20.0,
                dry_bulb_c: 30.0,
                pressure_pa: 101_325.0,
                chillers: &|name| Err(name.to_owned()),
                towers: &BTreeMap::new(),
                dry_coolers: &coolers(),
            };
            let text = "[dry_cooler]\nsetpoint_c = 30\ncooler = { ua_kw_k = 1000 }";
            let config: HeatRejection = toml::from_str(text).unwrap();
            let (water, plant) = config.size(&coolers).unwrap();
            let air = MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0);
            (water, plant.capacity_w(30.0, 5e6 / 8.0, &air))
        };
        let ((water, plain_w), (pg, with_w)) = (built(Medium::WATER), built(glycol));
        assert!((water.pump.design_kg_s - 149.5).abs() < 0.1);
        assert!((pg.pump.design_kg_s - 160.4).abs() < 0.1, "{pg:?}");
        let pumping = pg.pump.design_w / water.pump.design_w;
        assert!((pumping - 1.47).abs() < 0.005, "{pumping}");
        assert!((pg.flow(5e6).w_k / water.flow(5e6).w_k - 1.0).abs() < 1e-9);
        assert!(
            with_w < 0.95 * plain_w && with_w > 0.85 * plain_w,
            "{with_w} {plain_w}"
        );
        let open = "[tower]\nplate_approach_k = 0.0\nfluid = 'pg30'";
        let (key, what) = medium(open).unwrap_err();
        assert!(
            key == "fluid" && what.contains("plate_approach_k"),
            "{what}"
        );
        assert!(medium(&open.replace("0.0", "2.0")).is_ok());
        assert!(
            medium("[dry_cooler]\nfluid = 'novec-649'")
                .unwrap_err()
                .1
                .contains("pg50")
        );
    }

    #[test]
    fn sizes_of_the_wrong_kind_are_refused() {
        for (text, says) in [
            ("[tower]\ntower = { fan_kw = 0 }", "above zero"),
            ("[tower]\nwater = { pump_w = 1 }", "unknown field `pump_w`"),
            ("[dry_cooler]\ncooler = { ua_kw_k = -1 }", "above zero"),
            ("[air_cooled_chiller]\nspare = -1", "-1"),
            ("[water_cooled_chiller]\ncapacity_kw = nan", "above zero"),
        ] {
            let error = toml::from_str::<HeatRejection>(text)
                .unwrap_err()
                .to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
