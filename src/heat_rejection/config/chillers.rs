//! `[heat_rejection.water_cooled_chiller]` and `[heat_rejection.air_cooled_chiller]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::coil::{self, FreeCooling};
use super::{PlantDesign, SizeError};
use crate::heat_rejection::air_cooled::AirCooledChillerDesign;
use crate::heat_rejection::chiller::{ChillerCurves, Condenser, Staging};
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::economizer::Economizer;
use crate::heat_rejection::reuse::Reuse;
use crate::heat_rejection::tower::CellSize;
use crate::heat_rejection::water_cooled::WaterCooledChillerDesign;
use crate::heat_rejection::water_loop::LoopSize;
use crate::heat_rejection::{Machines, Rejection};
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;

/// `[heat_rejection.water_cooled_chiller]`: chillers and cooling towers; the chillers run all year.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WaterCooledChiller {
    /// Facility-water supply, °C. Above the curves' limit (12.78 °C) the chillers go on by the lift.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 90.0))]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    pub rise_k: f64,
    /// Chillers that carry the design heat.
    #[schemars(range(min = 1, max = 1000))]
    pub chillers: std::num::NonZeroU32,
    /// Further chillers of the same size that stand ready: 1 for N+1.
    #[schemars(range(min = 0, max = 1000))]
    pub spare: u32,
    /// How many run: the fewest that suffice, or as many as draw the least.
    pub staging: Staging,
    /// Capacity of one chiller at the reference point of its curves, kW; sized for the hottest day otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e6))]
    pub capacity_kw: Option<f64>,
    /// Performance curves; `coldaisle catalogue chillers` lists them.
    pub curves: String,
    /// Condenser water entering the chillers while the towers can, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 50.0))]
    pub condenser_setpoint_c: f64,
    /// Tower water above wet bulb at design, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 30.0))]
    pub tower_approach_k: f64,
    /// Minerals in the basin over those in the supply; sets the blowdown.
    #[serde(deserialize_with = "units::cycles")]
    #[schemars(range(min = 1.01, max = 50.0))]
    pub cycles_of_concentration: f64,
    /// Power of the condenser-water pump of one chiller, kW; sized for 180 kPa otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e6))]
    pub condenser_pump_kw: Option<f64>,
    /// A plate heat exchanger that cools the return of facility water with tower water, before or instead of the
    /// chillers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub economizer: Option<Economizer>,
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

impl Default for WaterCooledChiller {
    fn default() -> Self {
        Self {
            setpoint_c: 16.0,
            rise_k: 8.0,
            chillers: std::num::NonZeroU32::MIN.saturating_add(3),
            spare: 0,
            staging: Staging::default(),
            capacity_kw: None,
            curves: "carrier-19xr-1586kw-vsd".into(),
            condenser_setpoint_c: 21.0,
            tower_approach_k: 4.0,
            cycles_of_concentration: 4.0,
            condenser_pump_kw: None,
            economizer: None,
            tower: CellSize::default(),
            fluid: None,
            reuse: None,
            water: LoopSize::default(),
        }
    }
}

impl WaterCooledChiller {
    pub(super) const NAME: &'static str = "water_cooled_chiller";

    pub(super) fn machines(&self) -> Machines {
        let chillers = self.chillers.get().saturating_add(self.spare);
        Machines {
            chillers,
            pumps: chillers,
            fans: true,
            water: true,
        }
    }

    pub(super) fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let curves = curves(design, &self.curves, Condenser::Water)?;
        let (cell, correlation) = design.cell(&self.tower)?;
        let sized = WaterCooledChillerDesign {
            units: self.chillers.get(),
            spare: self.spare,
            capacity_w: self.capacity_kw.map(|kw| kw * 1e3),
            supply_c: self.setpoint_c,
            condenser_setpoint_c: self.condenser_setpoint_c,
            wet_bulb_c: design.wet_bulb_c,
            dry_bulb_c: Some(design.dry_bulb_c),
            pressure_pa: design.pressure_pa,
            approach_k: self.tower_approach_k,
            cycles_of_concentration: self.cycles_of_concentration,
            condenser_pump_w: self.condenser_pump_kw.map(|kw| kw * 1e3),
            cell,
            ..WaterCooledChillerDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(curves, correlation);
        plant.staging = self.staging;
        let model = self.tower.with_model(&mut plant.tower);
        model.map_err(|what| ("tower.air_m3_s", what))?;
        if let Some(economizer) = &self.economizer {
            plant.add_economizer(
                economizer,
                design.heat_w / f64::from(self.chillers.get()),
                self.rise_k,
            );
        }
        Ok(Box::new(plant))
    }
}

/// `[heat_rejection.air_cooled_chiller]`: no towers and no water use; the chillers run all year.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AirCooledChiller {
    /// Facility-water supply, °C. Above the curves' limit (10 °C) the chillers go on by the lift.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 90.0))]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    pub rise_k: f64,
    /// Chillers that carry the design heat.
    #[schemars(range(min = 1, max = 1000))]
    pub chillers: std::num::NonZeroU32,
    /// Further chillers of the same size that stand ready: 1 for N+1.
    #[schemars(range(min = 0, max = 1000))]
    pub spare: u32,
    /// How many run: the fewest that suffice, or as many as draw the least.
    pub staging: Staging,
    /// Capacity of one chiller at the reference point of its curves, kW; sized for the hottest day otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e6))]
    pub capacity_kw: Option<f64>,
    /// Performance curves; `coldaisle catalogue chillers` lists them.
    pub curves: String,
    /// A coil with its own fans that cools the return of facility water with outdoor air, before the chillers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_cooling: Option<FreeCooling>,
    /// Outdoor dry bulb that the chillers are sized for, °C; the hottest hour of the weather otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -20.0, max = 50.0))]
    pub design_dry_bulb_c: Option<f64>,
    /// How the machines feel thin air: through a warmer condenser, or not, as `energyplus` counts, for comparisons with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<Convention>,
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

impl Default for AirCooledChiller {
    fn default() -> Self {
        Self {
            setpoint_c: 16.0,
            rise_k: 8.0,
            chillers: std::num::NonZeroU32::MIN.saturating_add(3),
            spare: 0,
            staging: Staging::default(),
            capacity_kw: None,
            curves: "york-ycal0033-101kw-scroll".into(),
            free_cooling: None,
            design_dry_bulb_c: None,
            convention: None,
            fluid: None,
            reuse: None,
            water: LoopSize::default(),
        }
    }
}

impl AirCooledChiller {
    pub(super) const NAME: &'static str = "air_cooled_chiller";

    pub(super) fn machines(&self) -> Machines {
        let chillers = self.chillers.get().saturating_add(self.spare);
        Machines {
            chillers,
            fans: self.free_cooling.is_some(),
            ..Machines::default()
        }
    }

    pub(super) fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let curves = curves(design, &self.curves, Condenser::Air)?;
        let sized = AirCooledChillerDesign {
            units: self.chillers.get(),
            spare: self.spare,
            capacity_w: self.capacity_kw.map(|kw| kw * 1e3),
            supply_c: self.setpoint_c,
            dry_bulb_c: self.design_dry_bulb_c.unwrap_or(design.dry_bulb_c),
            pressure_pa: match self.convention.unwrap_or_default() {
                Convention::Strict => design.pressure_pa,
                Convention::EnergyPlus => SEA_LEVEL_PA,
            },
            ..AirCooledChillerDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(curves);
        plant.staging = self.staging;
        coil::before(
            Box::new(plant),
            self.free_cooling.as_ref(),
            design,
            self.rise_k,
        )
    }
}

/// Curves of the wanted kind of condenser.
fn curves(
    design: &PlantDesign<'_>,
    name: &str,
    condenser: Condenser,
) -> Result<ChillerCurves, SizeError> {
    let curves = (design.chillers)(name).map_err(|what| ("curves", what))?;
    if curves.condenser == condenser {
        Ok(curves)
    } else {
        let what = format!(
            "'{name}' is a chiller with the other kind of condenser; see `coldaisle catalogue chillers`"
        );
        Err(("curves", what))
    }
}
