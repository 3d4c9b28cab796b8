//! `[heat_rejection.tower]`: its table, and the plant that follows from the heat and the site's weather.
//!
//! Source: figures of the reference plants of `EnergyPlus` where none are stated; the plant itself: `plant.rs`, the cell:
//! `cell.rs`.

pub mod basin;
pub mod cell;
pub mod correlation;
pub mod design;
mod exit_air;
mod fill;
mod merkel;
pub mod plant;
pub mod size;

use crate::describe::{Fault, power};
use crate::heat_rejection::config::{PlantTable, Standing, plant_table};
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::dry_cooler::coil::{self, FreeCooling};
use crate::heat_rejection::recirculation::{self, Intake};
use crate::heat_rejection::rejection::{Machines, Rejection};
use crate::heat_rejection::water_loop::pump::Pump;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;
use basin::Basin;
use cell::Tower;
use correlation::Correlation;
use design::TowerDesign;
use plant::{Plate, TowerPlant};
use size::CellSize;

plant_table! {
    /// `[heat_rejection.tower]`: cooling towers alone.
    TowerOnly {
        /// Facility-water supply while the weather allows it, °C; warmer otherwise.
        setpoint_c = 30.0;
        rise_k = 8.0;
        /// Tower water above wet bulb at design, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 30.0))]
        #[schemars(extend("doubt" = crate::describe::doubt(3.0, 6.0, "fill and air, large towers to small")))]
        tower_approach_k: f64 = 4.0,
        /// Facility water above tower water across the plate exchanger, K; 0 for none.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 20.0))]
        #[schemars(extend("doubt" = crate::describe::doubt(1.0, 4.0, "plates large to small")))]
        plate_approach_k: f64 = 2.0,
        /// Conductance of the plate at design flow with water on both sides, as built, kW/K; from `plate_approach_k` otherwise.
        /// Glycol lowers it.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1e-3, max = 1e7))]
        plate_ua_kw_k: Option<f64> = None,
        /// Tower-water pumps of the plate, equal ones; one per 200 kg/s otherwise. As many run as draw the least together with
        /// the fans.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 1000))]
        tower_pumps: Option<std::num::NonZeroU32> = None,
        /// Minerals in the basin over those in the supply; sets the blowdown.
        #[serde(deserialize_with = "units::cycles")]
        #[schemars(range(min = 1.01, max = 50.0))]
        cycles_of_concentration: f64 = 4.0,
        /// How much higher the wet bulb that the towers take in is than outdoors at full load, K: a part of their own discharge
        /// comes back.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 5.0), extend("doubt" = recirculation::towers()))]
        recirculation_k: f64 = recirculation::TOWERS_K,
        /// A dry coil before the towers: they evaporate less, and nothing in the cold (hybrid cooling).
        #[serde(skip_serializing_if = "Option::is_none")]
        free_cooling: Option<FreeCooling> = None,
        /// Sizes of one tower cell as built; what is not stated is sized.
        #[serde(skip_serializing_if = "CellSize::is_free")]
        tower: CellSize = CellSize::default(),
    }
}

impl PlantTable for TowerOnly {
    fn machines(&self, _: f64) -> Machines {
        let stated = self.tower_pumps.map_or(1, std::num::NonZeroU32::get);
        Machines {
            pumps: if self.plate_approach_k > 0.0 {
                stated
            } else {
                0
            },
            fans: true,
            water: true,
            ..Machines::default()
        }
    }

    fn cells(&self) -> Option<&CellSize> {
        Some(&self.tower)
    }

    fn has_coils_outdoors(&self) -> bool {
        self.free_cooling.is_some()
    }

    fn takes_glycol(&self) -> Result<(), Fault> {
        if self.plate_approach_k > 0.0 {
            return Ok(());
        }
        let what = "facility water runs over the towers themselves and would lose its glycol";
        let cure = "set plate_approach_k above 0 (2 is usual), or fluid = \"water\"";
        Err(Fault::new(what, cure).at("fluid"))
    }

    fn intake(&self) -> Intake {
        Intake::Towers(self.recirculation_k)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let plant = self.build(design)?;
        let all_kg_s = plant.tower.design().water_kg_s;
        let plant = coil::before(
            Box::new(plant),
            self.free_cooling.as_ref(),
            design,
            self.rise_k,
        )?;
        Ok(Basin::around(plant, &self.tower, design.heat_w, all_kg_s))
    }

    fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        let plant = self.build(design)?;
        let mut line = plant.tower.line(None);
        if let Some(plate) = &plant.plate {
            line = format!("{line}; tower-water pumps {}", power(plate.pump.design_w));
        }
        if let Some(coil) = coil::line(self.free_cooling.as_ref(), design, self.rise_k)? {
            line = format!("{line}; {coil}");
        }
        Ok(Some(line))
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let mut line = format!(
            "cooling towers {} K above {:.1} °C wet bulb",
            self.tower_approach_k, design.wet_bulb_c
        );
        if self.plate_approach_k > 0.0 {
            line = format!("{line}, behind a plate of {} K", self.plate_approach_k);
        }
        if self.free_cooling.is_some() {
            line.push_str("; dry coil before them");
        }
        line
    }

    fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        vec![self.tower.standing(heat_w)]
    }
}

impl TowerOnly {
    /// Towers and plate, without a basin and a coil before them.
    fn build(&self, design: &PlantDesign<'_>) -> Result<TowerPlant, Fault> {
        let (cell, correlation) = self.tower.resolve(design)?;
        let sized = TowerPlantDesign {
            wet_bulb_c: design.wet_bulb_c,
            dry_bulb_c: Some(design.dry_bulb_c),
            pressure_pa: design.pressure_pa,
            approach_k: self.tower_approach_k,
            range_k: self.rise_k,
            plate_approach_k: (self.plate_approach_k > 0.0).then_some(self.plate_approach_k),
            plate_ua_w_k: self
                .plate_ua_kw_k
                .map(|kw_k| 1e3 * kw_k * design.medium.plate),
            tower_pumps: self.tower_pumps,
            cycles_of_concentration: self.cycles_of_concentration,
            cell,
            ..TowerPlantDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(correlation);
        self.tower.apply_model(&mut plant.tower)?;
        Ok(plant)
    }
}

/// Planning data of a tower plant.
#[derive(Debug, Clone, PartialEq)]
pub struct TowerPlantDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Design wet bulb, °C.
    pub wet_bulb_c: f64,
    /// Design dry bulb, °C; that of saturated air where it is not stated.
    pub dry_bulb_c: Option<f64>,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
    /// Tower water above wet bulb, K.
    pub approach_k: f64,
    /// Range of facility and tower water, K.
    pub range_k: f64,
    /// Fan power per heat.
    pub fan_w_per_w: f64,
    /// Facility water above tower water, K; None without an exchanger.
    pub plate_approach_k: Option<f64>,
    /// Conductance of the plate where it is stated, W/K.
    pub plate_ua_w_k: Option<f64>,
    /// Number of tower-water pumps where it is stated.
    pub tower_pumps: Option<std::num::NonZeroU32>,
    /// Minerals in the basin relative to makeup.
    pub cycles_of_concentration: f64,
    /// Given figures of the tower.
    pub cell: CellSize,
}

impl TowerPlantDesign {
    /// 25.6 °C wet bulb, 4 K approach, 6 K range (the reference plant), 13 W/kW of fan, a plate at 2 K (1.5 … 3 K is
    /// usual), 4 cycles.
    pub fn for_heat(design_heat_w: f64) -> Self {
        Self {
            design_heat_w,
            wet_bulb_c: 25.6,
            dry_bulb_c: None,
            pressure_pa: SEA_LEVEL_PA,
            approach_k: 4.0,
            range_k: TowerDesign::TYPICAL_RANGE_K,
            fan_w_per_w: TowerDesign::TYPICAL_FAN_W_PER_W,
            plate_approach_k: Some(2.0),
            plate_ua_w_k: None,
            tower_pumps: Some(std::num::NonZeroU32::MIN),
            cycles_of_concentration: 4.0,
            cell: CellSize::default(),
        }
    }

    /// The plant of that size.
    pub fn size(&self, correlation: Correlation) -> TowerPlant {
        let flow_w_k = self.design_heat_w / self.range_k;
        let typical = TowerDesign::for_heat(self.design_heat_w, self.wet_bulb_c)
            .at(self.dry_bulb_c, self.pressure_pa);
        let design = self.cell.over(&TowerDesign {
            water_kg_s: flow_w_k / WATER_CP_J_KGK,
            fan_w: self.fan_w_per_w * self.design_heat_w,
            approach_k: self.approach_k,
            range_k: self.range_k,
            cycles_of_concentration: self.cycles_of_concentration,
            ..typical
        });
        let tower_w_k = design.water_kg_s * WATER_CP_J_KGK;
        let plate = self.plate_approach_k.map(|approach_k| {
            let pump = Pump::of_tower(Pump::TYPICAL_HEAD_PA, design.water_kg_s, None);
            let mut plate = Plate::sized(self.design_heat_w, approach_k, flow_w_k, tower_w_k, pump)
                .with_pumps(self.cell.pumps(self.tower_pumps, design.water_kg_s));
            plate.ua_w_k = self.plate_ua_w_k.unwrap_or(plate.ua_w_k);
            plate
        });
        TowerPlant {
            tower: Tower::new(correlation, design),
            plate,
        }
    }
}
