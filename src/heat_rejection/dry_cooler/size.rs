//! Planning data of dry coolers, and the coolers that follow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cooler::{Drive, DryCooler};
use super::plant::DryCoolerPlant;
use crate::describe::Fault;
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::design::{PlantDesign, entry};
use crate::heat_rejection::water_loop::medium::Medium;
use crate::physics::heat_exchanger::{Arrangement, ua_for_approach};
use crate::physics::psychrometrics::{MoistAir, humidity_ratio_from_wet_bulb};
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;

/// Sizes of coolers as built; what is not stated is sized.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CoolerSize {
    /// An entry of the catalogue (`coldaisle catalogue dry_coolers`): as many of its coolers as `approach_k` needs, with its
    /// air flow, fan power and drive; sized freely otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Conductance at full air flow on the design day with water inside, kW/K; from `approach_k` otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub ua_kw_k: Option<f64>,
    /// Air flow of all fans, m³/s; design heat over 7.3 K otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-2, max = 1e7))]
    pub air_m3_s: Option<f64>,
    /// Power of all fans at full air flow on the design day, kW; 30 W per kW of design heat otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-4, max = 1e6))]
    pub fan_kw: Option<f64>,
    /// How the fans are driven; variable speed otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drive: Option<Drive>,
    /// How fan power and conductance follow the density of air: as they do, or as `energyplus` counts them, for
    /// comparisons with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<Convention>,
}

impl CoolerSize {
    /// The catalogue's cooler that is named, if one is.
    pub(super) fn unit(&self, design: &PlantDesign<'_>) -> Result<Option<DryCooler>, Fault> {
        let Some(name) = &self.entry else {
            return Ok(None);
        };
        let at = |fault: Fault| fault.at("cooler.entry");
        let unit = entry(design.dry_coolers, "dry cooler", name).map_err(at)?;
        let sizes = [self.ua_kw_k, self.air_m3_s, self.fan_kw];
        if sizes.iter().any(Option::is_some) || self.drive.is_some() {
            return Err(at(Fault::new(
                "sizes and drive are those of the entry",
                "leave out ua_kw_k, air_m3_s, fan_kw and drive, or entry",
            )));
        }
        Ok(Some(unit.design.clone()))
    }

    /// Nothing is stated.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }
}

/// Planning data of a dry-cooler plant.
#[derive(Debug, Clone, PartialEq)]
pub struct DryCoolerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Design dry bulb, °C.
    pub dry_bulb_c: f64,
    /// Humidity ratio of the design air, kg/kg.
    pub humidity_ratio: f64,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
    /// Leaving water above dry bulb, K.
    pub approach_k: f64,
    /// Range of facility water, K.
    pub range_k: f64,
    /// Fan power per heat.
    pub fan_w_per_w: f64,
    /// Rise of the air at design, K.
    pub air_rise_k: f64,
    /// Fluid inside: a stated conductance is that with water.
    pub medium: Medium,
    /// How the fans are driven.
    pub drive: Drive,
    /// The catalogue's cooler that the plant is made of, where one is named.
    pub unit: Option<DryCooler>,
    /// Given figures of the coolers.
    pub stated: CoolerSize,
}

impl DryCoolerDesign {
    /// 35 °C dry bulb, 6 K approach (5 … 10 K is usual), 6 K range, 30 W/kW of fan and 7.3 K air rise (the reference
    /// unit's 30 kW and 120 m³/s per MW), variable speed down to 20 %.
    pub fn for_heat(design_heat_w: f64) -> Self {
        Self {
            design_heat_w,
            dry_bulb_c: 35.0,
            humidity_ratio: 0.01,
            pressure_pa: SEA_LEVEL_PA,
            approach_k: 6.0,
            range_k: 6.0,
            fan_w_per_w: 0.03,
            air_rise_k: 7.3,
            medium: Medium::WATER,
            drive: Drive::Variable {
                min_air_ratio: 0.2,
                ua_exponent: 0.737,
                fan_exponent: 3.0,
            },
            unit: None,
            stated: CoolerSize::default(),
        }
    }

    /// Coolers in the air of the design day, as damp as it gets: that is the thinnest.
    pub(in crate::heat_rejection) fn of(design: &PlantDesign<'_>) -> Self {
        let (dry_c, wet_c) = (design.dry_bulb_c, design.wet_bulb_c.min(design.dry_bulb_c));
        Self {
            dry_bulb_c: dry_c,
            humidity_ratio: humidity_ratio_from_wet_bulb(dry_c, wet_c, design.pressure_pa),
            pressure_pa: design.pressure_pa,
            medium: design.medium,
            ..Self::for_heat(design.heat_w)
        }
    }

    /// As many coolers of the catalogue, fractions included, as come within the approach: the fans move the volume that the
    /// entry states, thin air less mass, which carries less heat at less fan power.
    fn of_units(&self, unit: &DryCooler, air: &MoistAir) -> DryCooler {
        let one = DryCooler {
            ua_w_k: unit.ua_w_k * self.medium.coil * unit.dense_ua(air),
            fan_w: unit.fan_w * unit.density_ratio(air),
            air_kg_m3: air.density_kg_m3(),
            ..unit.clone()
        };
        let per_m3_j_k = air.density_kg_m3() * air.cp_j_kgk();
        let suffices = |units: f64| {
            let needed_w_k = ua_for_approach(
                Arrangement::CrossflowUnmixed,
                self.design_heat_w,
                self.approach_k,
                self.design_heat_w / self.range_k,
                units * one.air_m3_s * per_m3_j_k,
            );
            needed_w_k.is_finite() && units * one.ua_w_k >= needed_w_k
        };
        // More coolers bring more air and more coil: the least number is bracketed by factors of two and halved in.
        let mut most = 1e-6;
        while !suffices(most) && most < 1e12 {
            most *= 2.0;
        }
        let mut least = 0.5 * most;
        for _ in 0..60 {
            let middle = 0.5 * (least + most);
            if suffices(middle) {
                most = middle;
            } else {
                least = middle;
            }
        }
        DryCooler {
            ua_w_k: if most < 1e12 {
                most * one.ua_w_k
            } else {
                f64::INFINITY
            },
            air_m3_s: most * one.air_m3_s,
            fan_w: most * one.fan_w,
            convention: self.stated.convention.unwrap_or_default(),
            ..one
        }
    }

    /// The plant of that size; a fault at the key that sets the approach where no coil of finite size does it.
    pub(in crate::heat_rejection) fn build(&self, key: &str) -> Result<DryCoolerPlant, Fault> {
        let plant = self.size();
        if plant.cooler.ua_w_k.is_finite() {
            return Ok(plant);
        }
        let what = format!(
            "no dry cooler comes within {:.1} K of the air with water cooled by {:.1} K",
            self.approach_k, self.range_k
        );
        Err(Fault::new(what, "use a larger approach_k (5 to 10 is usual)").at(key))
    }

    /// The plant of that size; the conductance is found from the approach. The air it needs is a mass: thinner air takes
    /// larger coolers at the same face velocity, whose fans draw the same.
    pub fn size(&self) -> DryCoolerPlant {
        let air = MoistAir {
            dry_bulb_c: self.dry_bulb_c,
            wet_bulb_c: self.dry_bulb_c,
            humidity_ratio: self.humidity_ratio,
            pressure_pa: self.pressure_pa,
        };
        if let Some(unit) = &self.unit {
            return DryCoolerPlant::of(self.of_units(unit, &air));
        }
        let air_w_k = self.design_heat_w / self.air_rise_k;
        let per_m3_j_k = air.density_kg_m3() * air.cp_j_kgk();
        let air_m3_s = self.stated.air_m3_s.unwrap_or(air_w_k / per_m3_j_k);
        let ua_w_k = self.stated.ua_kw_k.map_or_else(
            || {
                ua_for_approach(
                    Arrangement::CrossflowUnmixed,
                    self.design_heat_w,
                    self.approach_k,
                    self.design_heat_w / self.range_k,
                    air_m3_s * per_m3_j_k,
                )
            },
            |kw_k| kw_k * 1e3 * self.medium.coil,
        );
        let fan_w = self.stated.fan_kw.map(|kw| kw * 1e3);
        DryCoolerPlant::of(DryCooler {
            ua_w_k,
            air_m3_s,
            fan_w: fan_w.unwrap_or(self.fan_w_per_w * self.design_heat_w),
            drive: self.stated.drive.unwrap_or(self.drive),
            air_kg_m3: air.density_kg_m3(),
            convention: self.stated.convention.unwrap_or_default(),
        })
    }
}
