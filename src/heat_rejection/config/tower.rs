//! `[heat_rejection.tower]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::coil::{self, FreeCooling};
use super::{PlantDesign, SizeError};
use crate::heat_rejection::reuse::Reuse;
use crate::heat_rejection::tower::CellSize;
use crate::heat_rejection::tower_plant::TowerPlantDesign;
use crate::heat_rejection::water_loop::LoopSize;
use crate::heat_rejection::{Machines, Rejection};
use crate::units;

/// `[heat_rejection.tower]`: cooling towers alone.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TowerOnly {
    /// Facility-water supply while the weather allows it, °C; warmer otherwise.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 90.0))]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    pub rise_k: f64,
    /// Tower water above wet bulb at design, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 30.0))]
    pub tower_approach_k: f64,
    /// Facility water above tower water across the plate exchanger, K; 0 for none.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub plate_approach_k: f64,
    /// Minerals in the basin over those in the supply; sets the blowdown.
    #[serde(deserialize_with = "units::cycles")]
    #[schemars(range(min = 1.01, max = 50.0))]
    pub cycles_of_concentration: f64,
    /// A dry coil before the towers: they evaporate less, and nothing in the cold (hybrid cooling).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_cooling: Option<FreeCooling>,
    /// Sizes of one tower cell as built; what is not stated is sized.
    #[serde(skip_serializing_if = "CellSize::is_free")]
    pub tower: CellSize,
    /// What fills the circuit: a fluid of the catalogue with a freezing point (`pg30` is propylene glycol, 30 % by mass);
    /// water otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fluid: Option<String>,
    /// A district network that takes a share of the heat before the plant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// Sizes of the facility-water loop as built; what is not stated is sized.
    #[serde(skip_serializing_if = "LoopSize::is_free")]
    pub water: LoopSize,
}

impl Default for TowerOnly {
    fn default() -> Self {
        Self {
            setpoint_c: 30.0,
            rise_k: 8.0,
            tower_approach_k: 4.0,
            plate_approach_k: 2.0,
            cycles_of_concentration: 4.0,
            free_cooling: None,
            tower: CellSize::default(),
            fluid: None,
            reuse: None,
            water: LoopSize::default(),
        }
    }
}

impl TowerOnly {
    pub(super) const NAME: &'static str = "tower";

    pub(super) fn machines(&self) -> Machines {
        Machines {
            pumps: u32::from(self.plate_approach_k > 0.0),
            fans: true,
            water: true,
            ..Machines::default()
        }
    }

    pub(super) fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let (cell, correlation) = design.cell(&self.tower)?;
        let sized = TowerPlantDesign {
            wet_bulb_c: design.wet_bulb_c,
            dry_bulb_c: Some(design.dry_bulb_c),
            pressure_pa: design.pressure_pa,
            approach_k: self.tower_approach_k,
            range_k: self.rise_k,
            plate_approach_k: (self.plate_approach_k > 0.0).then_some(self.plate_approach_k),
            cycles_of_concentration: self.cycles_of_concentration,
            cell,
            ..TowerPlantDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(correlation);
        let model = self.tower.with_model(&mut plant.tower);
        model.map_err(|what| ("tower.air_m3_s", what))?;
        coil::before(
            Box::new(plant),
            self.free_cooling.as_ref(),
            design,
            self.rise_k,
        )
    }
}
