//! `[hall.cooling.air]`, and its sizing from the hall.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cold_aisle::ColdAisle;
use super::humidity::{HumidityConfig, Moisture};
use super::{Air, COIL, Class, EconomizerConfig};
use crate::cooling::fits::{self, Supplied};
use crate::cooling::room::{AIR_M3_PER_RACK, RoomMasses};
use crate::cooling::shape::Aisles;
use crate::cooling::technology::at_rest;
use crate::cooling::{
    Config, DISTRIBUTION_SHARE, Design, FindFluid, Machines, RackAir, Running, Shape,
};
use crate::describe::Fault;
use crate::physics::Coolant;
use crate::physics::heat_exchanger::ua_for_inlets;
use crate::physics::psychrometrics::AIR_CP_J_KGK;
use crate::physics::site_air::SiteAir;
use crate::units;

/// Rise of water in a coil over the difference between return air and entering water, at most.
const MAX_RISE: f64 = 0.8;
/// A rack at the end of a row recirculates this much more (or less, in the middle) than the mean.
const RECIRCULATION_SPREAD: f64 = 0.5;
/// Air per rack that servers turn over within some milliseconds, m³: cold, it is as none; and the least that is hot.
const AT_ONCE_M3: f64 = 0.01;
/// Racks in a row, for the pattern of recirculation.
pub(super) const RACKS_PER_ROW: usize = 16;

/// How well hot and cold air are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Containment {
    /// Open aisles: 30 % of inlet air recirculates, 45 % of supply air bypasses.
    None,
    /// Contained cold aisles: 10 % recirculates, 12 % bypasses.
    ColdAisle,
    /// Contained hot aisles: 7 % recirculates, 8 % bypasses.
    HotAisle,
}

impl Containment {
    pub(super) fn recirculation(self) -> f64 {
        match self {
            Self::None => 0.30,
            Self::ColdAisle => 0.10,
            Self::HotAisle => 0.07,
        }
    }
    fn bypass(self) -> f64 {
        match self {
            Self::None => 0.45,
            Self::ColdAisle => 0.12,
            Self::HotAisle => 0.08,
        }
    }
    pub(in crate::cooling) fn aisles(self) -> Aisles {
        match self {
            Self::None => Aisles::Open,
            Self::ColdAisle => Aisles::ColdContained,
            Self::HotAisle => Aisles::HotContained,
        }
    }
}

/// `[hall.cooling.air]`: room air through CRAH units.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AirConfig {
    /// Air supplied to the cold aisle, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 60.0))]
    pub supply_c: f64,
    /// How well hot and cold air are kept apart.
    pub containment: Containment,
    /// Share of a rack's inlet air that is recirculated; replaces the containment's figure.
    #[serde(deserialize_with = "share", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub recirculation: Option<f64>,
    /// Share of supply air that bypasses the racks; replaces the containment's figure.
    #[serde(deserialize_with = "share", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub bypass: Option<f64>,
    /// Supply air that an aisle can bring to the face of each rack, m³/s. What the servers of a rack draw beyond it is hot air from
    /// behind them: from 40 to 60 kW a rack on their inlets get warmer.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.7, 4.2, "25 kW a rack at a rise of 12 K, to a pressure of 50 Pa in the aisle")))]
    pub rack_air_m3_s: f64,
    /// Supply air above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(4.0, 10.0, "coil rows and face velocity")))]
    pub approach_k: f64,
    /// Pressure rise of the CRAH fans at full speed, Pa, in air of sea level: thinner air, of which more is moved, takes
    /// more of it through the same coils and filters.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 5000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(200.0, 500.0, "filters new to dirty, short ducts to long")))]
    pub fan_pa: f64,
    /// Wire-to-air efficiency of the CRAH fans.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.5, 0.7, "plug fans small to large")))]
    pub fan_efficiency: f64,
    /// CRAH capacity installed over what full load needs (1.2: one spare in six, all running).
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 10.0))]
    pub installed: f64,
    /// Lowest CRAH fan speed, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub min_fan_speed: f64,
    /// ASHRAE class of the servers: bounds the supply air and decides when a rack counts as out of range, both by altitude.
    pub class: Class,
    /// Rack inlet above which a rack counts as out of range, °C; replaces the class's allowable one.
    #[serde(
        deserialize_with = "units::given_temperature_c",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 5.0, max = 80.0))]
    pub max_inlet_c: Option<f64>,
    /// Warmest rack inlet to hold by moving the supply temperature within the class, °C; without it `supply_c` is held.
    #[serde(
        deserialize_with = "units::given_temperature_c",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 5.0, max = 60.0))]
    pub hold_inlet_c: Option<f64>,
    /// Of the hall's 10 m³ of air per rack those between coils and inlets (plenum, cold aisles), m³; without it supply air
    /// and, when fans stop, hot air are at the inlets at once.
    #[serde(
        deserialize_with = "some_volume",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 0.01, max = 1000.0))]
    pub cold_air_m3_per_rack: Option<f64>,
    /// Follows the moisture of the hall's air.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub humidity: Option<HumidityConfig>,
    /// Cooling by outdoor air before the coil: `[hall.cooling.air.economizer.direct]` or `….indirect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub economizer: Option<EconomizerConfig>,
}

impl Default for AirConfig {
    fn default() -> Self {
        Self {
            supply_c: 24.0,
            containment: Containment::HotAisle,
            recirculation: None,
            bypass: None,
            rack_air_m3_s: 3.0,
            approach_k: 6.0,
            fan_pa: 350.0,
            fan_efficiency: 0.6,
            installed: 1.2,
            min_fan_speed: 0.3,
            class: Class::A2,
            max_inlet_c: None,
            hold_inlet_c: None,
            cold_air_m3_per_rack: None,
            humidity: None,
            economizer: None,
        }
    }
}

fn some_volume<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    let value = units::positive(de)?;
    if value < AIR_M3_PER_RACK {
        Ok(Some(value))
    } else {
        Err(serde::de::Error::custom(format!(
            "{value} must be below {AIR_M3_PER_RACK}, the air of the hall per rack"
        )))
    }
}

/// A share of air that leaves some for its purpose: 0 … 0.9.
fn share<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    let value = units::fraction(de)?;
    if value <= 0.9 {
        Ok(Some(value))
    } else {
        Err(serde::de::Error::custom(format!(
            "{value} must be between 0 and 0.9"
        )))
    }
}

impl AirConfig {
    /// The warmest supply that class, limit and held inlet leave at a height above the sea, °C.
    fn most_supply_c(&self, elevation_m: f64) -> f64 {
        let (_, high_c) = self.class.allowed_c(elevation_m);
        let below = |limit_c: f64| limit_c - 0.1;
        let by_limit_c = self.max_inlet_c.map_or(f64::INFINITY, below);
        high_c
            .min(by_limit_c)
            .min(self.hold_inlet_c.unwrap_or(f64::INFINITY))
    }

    /// Keys that conflict at an altitude, m.
    fn consistent(&self, elevation_m: f64) -> Result<(), Fault> {
        if self.installed < 1.0 {
            let what = format!(
                "installed = {} leaves less CRAH capacity than full load needs",
                self.installed
            );
            return Err(Fault::new(what, "use 1 or more").at("installed"));
        }
        let (low_c, high_c) = self.class.allowed_c(elevation_m);
        let place = if self.class.allowed_c(0.0).1 > high_c {
            format!(" at {elevation_m:.0} m")
        } else {
            String::new()
        };
        // Said so that what is read off the message is allowed.
        let most_c = (high_c * 10.0 + 1e-9).floor() / 10.0;
        if !(low_c..=high_c).contains(&self.supply_c) {
            let what = format!(
                "supply_c = {} lies outside class {:?}, which takes {low_c} to {most_c} °C at its inlets{place}",
                self.supply_c, self.class
            );
            return Err(Fault::new(what, "change supply_c or the class").at("supply_c"));
        }
        let limit_c = self.max_inlet_c.unwrap_or(high_c);
        fits::above_supply(
            ("max_inlet_c", limit_c),
            ("supply_c", self.supply_c),
            high_c,
        )?;
        if let (Some(hold_c), Some(limit_c)) = (self.hold_inlet_c, self.max_inlet_c)
            && hold_c > limit_c
        {
            let what = format!(
                "hold_inlet_c = {hold_c} lies above max_inlet_c = {limit_c}: racks would be held out of range"
            );
            let cure = format!("set hold_inlet_c to {limit_c} or less");
            return Err(Fault::new(what, cure).at("hold_inlet_c"));
        }
        if let Some(hold_c) = self.hold_inlet_c
            && !(self.supply_c..=high_c).contains(&hold_c)
        {
            let cure = format!(
                "use {} to {most_c} °C: above supply_c and within class {:?}{place}",
                self.supply_c, self.class
            );
            let what = format!("hold_inlet_c = {hold_c} cannot be held by this hall");
            return Err(Fault::new(what, cure).at("hold_inlet_c"));
        }
        if let Some(humidity) = &self.humidity {
            if humidity.min_dew_point_c >= humidity.max_dew_point_c {
                let what = format!(
                    "humidity.min_dew_point_c = {} must be below humidity.max_dew_point_c = {}",
                    humidity.min_dew_point_c, humidity.max_dew_point_c
                );
                let cure = "lower min_dew_point_c or raise max_dew_point_c";
                return Err(Fault::new(what, cure).at("humidity.min_dew_point_c"));
            }
            if let Some(EconomizerConfig::Direct(_)) = &self.economizer {
                let what = "humidity follows a closed hall, economizer.direct opens it and keeps dew points of its own";
                return Err(Fault::new(what, "leave one of the two out").at("humidity"));
            }
        }
        Ok(())
    }
}

impl AirConfig {
    /// The hall's air system. The fault says what does not fit.
    pub(in crate::cooling) fn size(&self, design: &Design<'_>) -> Result<Air, Fault> {
        let recirculation = self
            .recirculation
            .unwrap_or(self.containment.recirculation());
        let bypass = self.bypass.unwrap_or(self.containment.bypass());
        self.consistent(design.air.elevation_m)?;
        let water_c = self.supply_c - self.approach_k;
        Supplied {
            does: "cool supply air to",
            supply_c: self.supply_c,
            approach_k: self.approach_k,
            water_c: design.water.supply_c,
            most_c: self.most_supply_c(design.air.elevation_m),
        }
        .check()?;
        let racks = design.racks as f64;
        let heat_w = design.rack_heat_w * racks;
        let servers_m3_s = design.rack_air_m3_s * racks;
        // IT beside the servers stands in rows of its own.
        let beside_m3_s = design.beside_air_m3_s * (1.0 - recirculation);
        let aisles_m3_s = (self.rack_air_m3_s + beside_m3_s) * racks;
        let crah_m3_s = (servers_m3_s * (1.0 - recirculation)).min(aisles_m3_s) / (1.0 - bypass);
        let air_w_k = crah_m3_s * design.air.heat_j_m3k();
        let full_pa = self.fan_pa * design.air.pressure_for_mass();
        let fan_w = full_pa * crah_m3_s * self.installed / self.fan_efficiency;
        let coil_w = heat_w * (1.0 + DISTRIBUTION_SHARE) + fan_w;
        let return_c = self.supply_c + coil_w / air_w_k;
        // Air that is hardly warmed cannot warm water by the usual rise: its coils get more water.
        let rise_k = design.water.rise_k.min(MAX_RISE * (return_c - water_c));
        let water_w_k = coil_w / rise_k;
        let ua_w_k = ua_for_inlets(COIL, coil_w, return_c, air_w_k, water_c, water_w_k);
        if !ua_w_k.is_finite() {
            return Err(fits::no_exchanger(
                "coil",
                self.approach_k,
                ("air", return_c - self.supply_c),
                rise_k,
            ));
        }
        let rows = design.racks.min(RACKS_PER_ROW);
        let rack_recirculation: Vec<f64> = (0..design.racks)
            .map(|rack| recirculation * row_pattern(rack % RACKS_PER_ROW, rows))
            .collect();
        let mut masses = RoomMasses::of(design);
        let moisture = self.humidity.as_ref().map(|humidity| Moisture {
            config: humidity.clone(),
            air_kg: masses.air_j_k / AIR_CP_J_KGK,
        });
        let cold = self.cold_air_m3_per_rack.filter(|m3| *m3 > AT_ONCE_M3);
        let cold = cold.map(|volume_m3| ColdAisle {
            air_j_k: masses.air_j_k * volume_m3.min(AIR_M3_PER_RACK - AT_ONCE_M3) / AIR_M3_PER_RACK,
        });
        masses.air_j_k -= cold.map_or(0.0, |cold| cold.air_j_k);
        let allowed_c = self.class.allowed_c(design.air.elevation_m);
        let shares = rack_recirculation.iter().copied();
        Ok(Air {
            bypass,
            recirculation,
            recirculation_range: [
                shares.clone().fold(f64::INFINITY, f64::min),
                shares.fold(0.0, f64::max),
            ],
            rack_recirculation,
            air_w_m3: design.air.heat_j_m3k(),
            installed_m3_s: crah_m3_s * self.installed,
            aisles_m3_s,
            fan_w,
            water_w_k,
            ua_w_k,
            masses,
            cold,
            moisture,
            max_inlet_c: self.max_inlet_c.unwrap_or(allowed_c.1),
            allowed_c,
            air_kg_m3: design.air.density_kg_m3(),
            config: self.clone(),
        })
    }
}

impl Config for AirConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        // Recirculation warms the inlet by a few kelvin; 15 K is a common rise through servers.
        let r = self
            .recirculation
            .unwrap_or(self.containment.recirculation());
        Ok(self.supply_c + 15.0 * r / (1.0 - r))
    }

    fn supply_c(&self) -> Option<f64> {
        Some(self.supply_c)
    }

    fn rack_air(&self) -> Option<RackAir> {
        let recirculation = self
            .recirculation
            .unwrap_or(self.containment.recirculation());
        Some(RackAir {
            most_m3_s: self.rack_air_m3_s,
            share: 1.0 - recirculation,
            by: "an aisle brings",
            key: "rack_air_m3_s",
        })
    }

    fn machines(&self) -> Machines {
        Machines {
            fans: true,
            ..Machines::default()
        }
    }

    fn choices(&self) -> Vec<String> {
        let contained = match self.containment {
            Containment::None => "no containment",
            Containment::ColdAisle => "cold-aisle containment",
            Containment::HotAisle => "hot-aisle containment",
        };
        let economizer = self.economizer.as_ref().map(|kind| match kind {
            EconomizerConfig::Direct(_) => "direct economizer",
            EconomizerConfig::Indirect(_) => "indirect economizer",
        });
        let all = std::iter::once(contained).chain(economizer);
        all.map(str::to_owned).collect()
    }

    fn bounds(&self, air: &SiteAir, limit_c: f64, _: FindFluid<'_>) -> Option<String> {
        let by_class = self.max_inlet_c.is_none();
        by_class.then(|| self.class.bounds(air, limit_c))
    }

    fn shape(&self) -> Shape {
        Shape {
            aisles: self.containment.aisles(),
            ..Shape::of(self.coolant())
        }
    }
}

/// Recirculation at a place in the row, relative to the mean: rising from the middle to both ends.
fn row_pattern(place: usize, places: usize) -> f64 {
    if places < 3 {
        return 1.0;
    }
    let last = (places - 1) as f64;
    let from_middle = (2.0 * place as f64 / last - 1.0).abs();
    // The mean of |2i/n − 1| over the row, so that the hall's mean is the configured share.
    let mean = (0..places)
        .map(|i| (2.0 * i as f64 / last - 1.0).abs())
        .sum::<f64>()
        / places as f64;
    1.0 + RECIRCULATION_SPREAD * (from_middle - mean) / mean.max(0.5)
}
