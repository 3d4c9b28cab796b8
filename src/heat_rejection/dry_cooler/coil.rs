//! A dry coil in the return of facility water, before another plant: free cooling before chillers, and hybrid cooling
//! before towers, which then evaporate less.
//!
//! ```text
//! coil   Q_e = min(Q, G·(return − dry bulb))           own fans, no faster than Q needs
//! plant  Q − Q_e                                        at the supply temperature
//! Q_max  = (Q_plant + G·(supply − dry bulb))/(1 − G/C)  C facility water, W/K
//! ```
//!
//! Source: `cooler.rs` and the plant behind it. The coil runs while the return water is warmer than the outdoors by
//! 2 K (below that its fans cost more than they save: an estimate, 1 to 4 K by the COP it competes with, unconfirmed) and starts a dead band above; where a light load
//! leaves it less and chillers alone would draw less, it stands. Where frost
//! threatens, the circuit's `fluid` is a glycol (`medium.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plant::DryCoolerPlant;
use super::size::DryCoolerDesign;
use crate::describe::Fault;
use crate::heat_rejection::dead_band::DeadBand;
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput, StepRequest};
use crate::physics::psychrometrics::MoistAir;
use crate::units;

/// `[heat_rejection.….free_cooling]`: a dry coil in the return of facility water.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FreeCooling {
    /// Water leaving the coil above dry bulb when it carries the design heat alone, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(5.0, 12.0, "coil area against fan power")))]
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
pub(in crate::heat_rejection) fn before(
    plant: Box<dyn Rejection>,
    coil: Option<&FreeCooling>,
    design: &PlantDesign<'_>,
    rise_k: f64,
) -> Result<Box<dyn Rejection>, Fault> {
    let Some(coil) = coil else {
        return Ok(plant);
    };
    let cooler = coil.size(design, rise_k)?;
    Ok(Box::new(Precooled::new(cooler, coil.dead_band_k, plant)))
}

/// The coil in a line, where there is one.
pub(in crate::heat_rejection) fn line(
    coil: Option<&FreeCooling>,
    design: &PlantDesign<'_>,
    rise_k: f64,
) -> Result<Option<String>, Fault> {
    let sized = coil.map(|coil| coil.size(design, rise_k)).transpose()?;
    Ok(sized.map(|coil| format!("dry coil: {}", coil.cooler.line())))
}

impl FreeCooling {
    fn size(&self, design: &PlantDesign<'_>, rise_k: f64) -> Result<DryCoolerPlant, Fault> {
        DryCoolerDesign {
            approach_k: self.approach_k,
            range_k: rise_k,
            ..DryCoolerDesign::of(design)
        }
        .build("free_cooling.approach_k")
    }
}

/// Return water must be warmer than the outdoors by this for the coil to be worth its fans, K.
const MIN_REACH_K: f64 = 2.0;

/// A plant behind a coil.
pub struct Precooled {
    coil: DryCoolerPlant,
    mode: DeadBand,
    plant: Box<dyn Rejection>,
}

impl Precooled {
    /// The coil starts `dead_band_k` above the reach at which it stops.
    pub fn new(coil: DryCoolerPlant, dead_band_k: f64, plant: Box<dyn Rejection>) -> Self {
        Self {
            coil,
            mode: DeadBand::new(dead_band_k),
            plant,
        }
    }
}

impl Rejection for Precooled {
    fn decide(&mut self, request: &StepRequest<'_>) {
        if request.flow_w_k > 0.0 {
            let return_c = request.supply_c + request.heat_w / request.flow_w_k;
            let air_c = request.outdoors.air.dry_bulb_c;
            self.mode.decide(return_c - air_c - MIN_REACH_K);
        }
        self.coil.decide(request);
        self.plant.decide(request);
    }

    fn set_available(&mut self, available: &Available) {
        self.coil.set_available(available);
        self.plant.set_available(available);
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let plant_w = self.plant.capacity_w(supply_c, flow_w_k, outside);
        if !self.mode.on || flow_w_k <= 0.0 {
            return plant_w;
        }
        let (g_w_k, air_c) = self.coil.reach(flow_w_k, outside);
        let both_w = (plant_w + g_w_k * (supply_c - air_c)) / (1.0 - g_w_k / flow_w_k).max(1e-6);
        both_w.max(plant_w)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        if !self.mode.on || heat_w <= 0.0 || flow_w_k <= 0.0 {
            return self.plant.reject(heat_w, supply_c, flow_w_k, outside);
        }
        let return_c = supply_c + heat_w / flow_w_k;
        let (g_w_k, air_c) = self.coil.reach(flow_w_k, outside);
        let free_w = (g_w_k * (return_c - air_c)).clamp(0.0, heat_w);
        let after_c = return_c - free_w / flow_w_k;
        let coil = self.coil.reject(free_w, after_c, flow_w_k, outside);
        let plant = self
            .plant
            .reject(heat_w - free_w, supply_c, flow_w_k, outside);
        let both = RejectionOutput {
            fans_w: coil.fans_w + plant.fans_w,
            heat_to_ambient_w: coil.heat_to_ambient_w + plant.heat_to_ambient_w,
            free_w: free_w + plant.free_w,
            water: coil.water.plus(plant.water),
            fan_speed: coil.fan_speed.max(plant.fan_speed),
            ..plant
        };
        if plant.chillers_w > 0.0 {
            let alone = self.plant.reject(heat_w, supply_c, flow_w_k, outside);
            let carries = self.plant.capacity_w(supply_c, flow_w_k, outside) >= heat_w;
            if carries && alone.electric_w() < both.electric_w() {
                return alone;
            }
        }
        both
    }
}
