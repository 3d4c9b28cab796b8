//! A dry coil before another plant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dry_cooler::too_close;
use super::{PlantDesign, SizeError};
use crate::heat_rejection::Rejection;
use crate::heat_rejection::coil::Precooled;
use crate::heat_rejection::dry_cooler::DryCoolerDesign;
use crate::units;

/// `[heat_rejection.….free_cooling]`: a dry coil in the return of facility water.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FreeCooling {
    /// Water leaving the coil above dry bulb when it carries the design heat alone, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 50.0))]
    pub approach_k: f64,
    /// How much further than where the coil stops the outdoors must cool for it to start, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub dead_band_k: f64,
}

impl Default for FreeCooling {
    fn default() -> Self {
        Self {
            approach_k: 8.0,
            dead_band_k: 1.0,
        }
    }
}

/// The plant behind the coil, where there is one.
pub(super) fn before(
    plant: Box<dyn Rejection>,
    coil: Option<&FreeCooling>,
    design: &PlantDesign<'_>,
    rise_k: f64,
) -> Result<Box<dyn Rejection>, SizeError> {
    let Some(coil) = coil else {
        return Ok(plant);
    };
    let cooler = DryCoolerDesign {
        approach_k: coil.approach_k,
        range_k: rise_k,
        ..design.cooler()
    }
    .size();
    if cooler.cooler.ua_w_k.is_finite() {
        Ok(Box::new(Precooled::new(cooler, coil.dead_band_k, plant)))
    } else {
        Err((
            "free_cooling.approach_k",
            too_close(coil.approach_k, rise_k),
        ))
    }
}
