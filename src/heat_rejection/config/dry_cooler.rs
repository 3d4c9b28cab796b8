//! `[heat_rejection.dry_cooler]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PlantDesign, SizeError, entry};
use crate::heat_rejection::dry_cooler::{CoolerSize, DryCoolerDesign};
use crate::heat_rejection::pads::{Adiabatic, Pads};
use crate::heat_rejection::reuse::Reuse;
use crate::heat_rejection::water_loop::LoopSize;
use crate::heat_rejection::{Machines, Rejection};
use crate::units;

/// `[heat_rejection.dry_cooler]`: no chillers and no water use.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DryCooler {
    /// Facility-water supply while the weather allows it, °C; warmer otherwise.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 90.0))]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    pub rise_k: f64,
    /// Leaving water above dry bulb at full load and full fans, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    pub approach_k: f64,
    /// Wet pads before the coils on hot days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adiabatic: Option<Adiabatic>,
    /// Sizes of the coolers, all together, as built; what is not stated is sized.
    #[serde(skip_serializing_if = "CoolerSize::is_free")]
    pub cooler: CoolerSize,
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

impl Default for DryCooler {
    fn default() -> Self {
        Self {
            setpoint_c: 32.0,
            rise_k: 8.0,
            approach_k: 6.0,
            adiabatic: None,
            cooler: CoolerSize::default(),
            fluid: None,
            reuse: None,
            water: LoopSize::default(),
        }
    }
}

impl DryCooler {
    pub(super) const NAME: &'static str = "dry_cooler";

    pub(super) fn machines(&self) -> Machines {
        Machines {
            fans: true,
            water: self.adiabatic.is_some(),
            ..Machines::default()
        }
    }

    pub(super) fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let unit = self.cooler.entry.as_deref().map(|name| {
            let unit = entry(design.dry_coolers, ("cooler.entry", "dry cooler"), name)?;
            let stated = &self.cooler;
            let sizes = [stated.ua_kw_k, stated.air_m3_s, stated.fan_kw];
            if sizes.iter().any(Option::is_some) || stated.drive.is_some() {
                let what = "sizes and drive are those of the entry; leave out ua_kw_k, air_m3_s, fan_kw and drive, or entry";
                return Err(("cooler.entry", what.to_owned()));
            }
            Ok(unit.design.clone())
        });
        let sized = DryCoolerDesign {
            unit: unit.transpose()?,
            approach_k: self.approach_k,
            range_k: self.rise_k,
            stated: self.cooler.clone(),
            ..design.cooler()
        };
        let mut plant = sized.size();
        plant.pads = self
            .adiabatic
            .as_ref()
            .map(|pads| Pads::new(pads, self.setpoint_c - self.approach_k));
        if plant.cooler.ua_w_k.is_finite() {
            Ok(Box::new(plant))
        } else {
            Err(("approach_k", too_close(self.approach_k, self.rise_k)))
        }
    }
}

/// Why no coil of finite size does it.
pub(super) fn too_close(approach_k: f64, rise_k: f64) -> String {
    format!(
        "no dry cooler comes within {approach_k:.1} K of the air with water cooled by {rise_k:.1} K; use a larger \
         approach_k (5 to 10 is usual)"
    )
}
