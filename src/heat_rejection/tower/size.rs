//! A cell as the scenario gives it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basin::{FLUSH, LOSS_W_M2K};
use super::cell::{LEAST_CELL_FLOW, Tower};
use super::correlation::Correlation;
use super::design::TowerDesign;
use crate::describe::{Fault, doubt};
use crate::heat_rejection::config::{Outdoor, Standing};
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::design::{PlantDesign, entry};
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::units;

/// Heat of one cell where their number is not stated, W.
const CELL_W: f64 = 2.5e6;
/// Tower water of one pump where their number is not stated, kg/s: 60 kW against 180 kPa.
const PUMP_KG_S: f64 = 200.0;

/// Temperature held in standing basins, °C: 40 °F, as makers of towers size their heaters.
const HELD_C: f64 = 4.5;
/// At this and below nothing is held: basins are drained.
const DRAINED_C: f64 = -40.0;

/// The tower where a plant names none.
const DEFAULT_TOWER: &str = "york-calc";

/// How a cell is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TowerModel {
    /// The correlation of the catalogue.
    YorkCalc,
    /// Merkel's equation.
    Merkel,
}

/// Sizes of the towers as built, all cells together where they are of one plant; what is not stated is sized.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CellSize {
    /// How the cell is worked out; by `york-calc` otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<TowerModel>,
    /// An entry of the catalogue (`coldaisle catalogue towers`): its correlation, its least air, its free convection and its
    /// drift; those of `york-calc` otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Number of equal cells; one per 2.5 MW of heat otherwise. Cells are shut off where the water would be too little for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub cells: Option<std::num::NonZeroU32>,
    /// Least water of a wet cell, of its design flow; 0.5 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.1, max = 1.0), extend("doubt" = doubt(0.3, 0.7, "nozzles and weirs made for it, to plain ones"), "otherwise" = LEAST_CELL_FLOW))]
    pub least_cell_flow: Option<f64>,
    /// Temperature that electric heaters hold in the basins of cells that stand in frost, °C; 4.5 otherwise. −40 says
    /// that they are drained in winter.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -40.0, max = 20.0))]
    pub basin_heater_c: Option<f64>,
    /// Heat that a basin loses to the air, W per m² of cell and kelvin; 30 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 200.0), extend("unit" = "W/(m²·K)"), extend("doubt" = doubt(20.0, 60.0, "still air between closed louvres, to wind and makers' sizes of heaters"), "otherwise" = LOSS_W_M2K))]
    pub basin_loss_w_m2k: Option<f64>,
    /// Water that flushes the side-stream filter of the basins, of the make-up; 0.01 otherwise. It carries minerals away and so
    /// counts towards the blowdown: only what exceeds that is more make-up.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 0.9), extend("doubt" = doubt(0.003, 0.05, "a side stream of 3 to 10 % through sand, flushed once in two days to once a shift"), "otherwise" = FLUSH))]
    pub filter_flush: Option<f64>,
    /// Water of the basins that towers can use up when the supply is cut off, litres per kW of the plant's design
    /// heat; none otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.01, max = 1e4))]
    pub basin_litres_per_kw: Option<f64>,
    /// Wet bulb the cell is designed for, °C; the site's design wet bulb otherwise, with what recirculates.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -10.0, max = 40.0))]
    pub wet_bulb_c: Option<f64>,
    /// Range of the water at design, K.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 22.0))]
    pub range_k: Option<f64>,
    /// Water flow, kg/s; the design heat over the range otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub flow_kg_s: Option<f64>,
    /// Air flow, m³/s; 0.65 m³ per kg of water at sea level otherwise, and as many kg of air elsewhere.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub air_m3_s: Option<f64>,
    /// Fan power at full air flow on the design day, kW; 13 W per kW of heat otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-4, max = 1e6))]
    pub fan_kw: Option<f64>,
    /// Least air flow of a running fan, of design; 0.2 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub min_air: Option<f64>,
    /// Share of the full-fan range that remains with the fan off; 0.125 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub free_convection: Option<f64>,
    /// Droplets lost, of the water flow; 0.00005 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 0.01))]
    pub drift: Option<f64>,
    /// How fan power and evaporation are counted: by density and balance, or as `energyplus` counts them, for comparisons
    /// with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<Convention>,
}

impl CellSize {
    /// Nothing is stated.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }

    /// The cell as stated, with the ratios of the entry it names where none are stated, and that entry's correlation.
    pub(in crate::heat_rejection) fn resolve(
        &self,
        design: &PlantDesign<'_>,
    ) -> Result<(Self, Correlation), Fault> {
        let name = self.entry.as_deref().unwrap_or(DEFAULT_TOWER);
        let of = entry(design.towers, "tower", name).map_err(|fault| fault.at("tower.entry"))?;
        let (like, mut cell) = (&of.design, self.clone());
        if self.entry.is_some() {
            cell.min_air = cell.min_air.or(Some(like.min_air_ratio));
            cell.free_convection = cell.free_convection.or(Some(like.free_convection));
            cell.drift = cell.drift.or(Some(like.drift));
        }
        Ok((cell, of.correlation.clone()))
    }

    /// Gives the cell the model and the convention requested.
    pub(in crate::heat_rejection) fn apply_model(&self, tower: &mut Tower) -> Result<(), Fault> {
        if self.model == Some(TowerModel::Merkel) {
            let merkel = Tower::merkel(tower.design().clone());
            *tower = merkel.map_err(|fault| fault.within("tower"))?;
        }
        tower.convention = self.convention.unwrap_or_default();
        let design = tower.design();
        let heat_w = design.water_kg_s * WATER_CP_J_KGK * design.range_k;
        tower.divide(
            self.count(heat_w),
            self.least_cell_flow.unwrap_or(LEAST_CELL_FLOW),
        );
        Ok(())
    }

    /// Number of cells for this heat. The other program's towers are of one, unless they say more.
    fn count(&self, heat_w: f64) -> u32 {
        let sized = match self.convention.unwrap_or_default() {
            Convention::Strict => (heat_w / CELL_W).ceil().max(1.0) as u32,
            Convention::EnergyPlus => 1,
        };
        self.cells.map_or(sized, std::num::NonZeroU32::get)
    }

    /// Number of pumps for so much tower water where it is not stated.
    pub(in crate::heat_rejection) fn pumps(
        &self,
        stated: Option<std::num::NonZeroU32>,
        kg_s: f64,
    ) -> u32 {
        let sized = match self.convention.unwrap_or_default() {
            Convention::Strict => (kg_s / PUMP_KG_S).ceil().max(1.0) as u32,
            Convention::EnergyPlus => 1,
        };
        stated.map_or(sized, std::num::NonZeroU32::get)
    }

    /// Temperature held in the basins of cells that stand, °C; none where they are drained.
    pub(in crate::heat_rejection) fn held_basin_c(&self) -> Option<f64> {
        let held_c = self.basin_heater_c.unwrap_or(HELD_C);
        (held_c > DRAINED_C).then_some(held_c)
    }

    /// The cells outdoors of a plant for this heat.
    pub(in crate::heat_rejection) fn standing(&self, heat_w: f64) -> Standing {
        self.cells.map_or(
            Standing::of_size(Outdoor::TowerCell, heat_w, CELL_W),
            |cells| Standing::counted(Outdoor::TowerCell, cells.get()),
        )
    }

    /// The sized design, with what is stated in its place.
    pub(in crate::heat_rejection) fn over(&self, sized: &TowerDesign) -> TowerDesign {
        let water_kg_s = self.flow_kg_s.unwrap_or(sized.water_kg_s);
        TowerDesign {
            air_m3_s: self
                .air_m3_s
                .unwrap_or(sized.air_m3_s * water_kg_s / sized.water_kg_s),
            water_kg_s,
            fan_w: self.fan_kw.map_or(sized.fan_w, |kw| kw * 1e3),
            wet_bulb_c: self.wet_bulb_c.unwrap_or(sized.wet_bulb_c),
            range_k: self.range_k.unwrap_or(sized.range_k),
            min_air_ratio: self.min_air.unwrap_or(sized.min_air_ratio).max(1e-3),
            free_convection: self.free_convection.unwrap_or(sized.free_convection),
            drift: self.drift.unwrap_or(sized.drift),
            ..sized.clone()
        }
    }
}
