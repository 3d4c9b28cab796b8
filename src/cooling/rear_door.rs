//! Coils in the racks' rear doors: servers blow through them, and the room gets what they do not catch.
//!
//! ```text
//! T_door,in = T + ε·(T_metal − T)                                  of the servers' metal (`room`)
//! V = min(V_servers, V_doors)                                      through the doors; the rest leaves beside them as it is
//! caught = min(ρ·c·V·(T_door,in − T_set), ε·C_min·(T_door,in − T_water))₊      ε crossflow, both unmixed
//! C·dT/dt = Q_metal + P_fans + Q_distribution − caught − crah(T) − hA·(T − T_str)      (`room`)
//! crah = min(Q_crah·(T − T_set − 1)/2 K, ε·C_min·(T − T_water))₊   helps where it is installed
//! P_fans = Δp/σ·V/η·(V/V_design)²                                  of the coil; passive: borne by the servers' fans
//! draught: V = V_design·√((ρ·g·H·(T − T_water)/(2·T_K) + Δp_fans)/(Δp_coil + Δp_servers))
//! ```
//!
//! σ: density over sea level's (`physics::site_air`), where Δp of the coils, CRAH units and standing servers is stated.
//! W, °C; the doors of the hall as one. Servers draw the room's air: doors leave it at `supply_c` while their water can.
//! Source: energy balance of a coil (Incropera et al., 7th ed., §11.4). No data sheet of a door was found: pressure of a coil
//! 20 Pa (10–40: one row of tubes to three), of door fans 60 Pa (30–100), efficiency of small server fans 0.35 (0.25–0.45) and
//! of door fans 0.5 (0.4–0.6), CRAH units 350 Pa (200–500, filters new to dirty) at 0.6 (0.5–0.7): unconfirmed. Where servers are off, the cold column in their doors draws a little of the
//! room's air through them, and door fans draw more: so a hall that switched itself off cools down again. The resistance
//! of standing servers, 200 Pa at full load's air (100–400: what their fans are rated for), is unconfirmed. The power of a passive door's pressure drop is counted with the hall fans, though the
//! servers' own fans spend it.
//!
//! A door passes what the pressure before it pushes through its coil: 2 m/s through 0.65 m × 1.9 m, 2.5 m³/s, at the 20 Pa that
//! servers' fans can spare; by the square law fans in the door, with 60 Pa, √3 times as much, 4.3. At rises of 14 to 17 K these
//! are 41 and 80 kW; doors are sold for up to 35 kW without fans and up to 75 kW with them (HPE on Motivair's doors:
//! 14–35, 35–55 and 55–75 kW; IBM's passive door takes 55–85 % of 20–32 kW). Unconfirmed: 2.5 m³/s (1.7–3.5, 35 kW at a rise of
//! 17 K to a coil of 10 Pa). What does not pass leaks out of the rack and mixes with the room. Thin air passes at
//! 1/√σ of the volume at the same pressure: left out. Valid for dry coils and doors that are shut; doors and CRAH units share one circuit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::air::Class;
use super::fits::{self, Supplied};
use super::room::{AIR, Draw, Given, METAL, RoomMasses, Servers, follow};
use super::shape::{Aisles, Holder};
use super::technology::at_rest;
use super::{
    Config, Design, FindFluid, Input, Machines, Output, RackAir, Running, Shape, Sink, Technology,
};
use crate::describe::{Fault, count, moved_air, power};
use crate::physics::Coolant;
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k, ua_for_inlets};
use crate::physics::site_air::SiteAir;
use crate::physics::water::Water;
use crate::units::{self, GRAVITY_M_S2};

/// Class of the servers where no limit is set.
const CLASS: Class = Class::A2;
const COIL: Arrangement = Arrangement::CrossflowUnmixed;
/// Air through CRAH units is cooled by this much at their capacity, K.
const CRAH_DROP_K: f64 = 10.0;
/// Pressure rise and efficiency of the CRAH fans.
const CRAH_PA: f64 = 350.0;
const CRAH_EFFICIENCY: f64 = 0.6;
/// The room is this much above `supply_c` when the CRAH units begin to help, and this much further at their capacity, K.
const CRAH_FROM_K: f64 = 1.0;
const CRAH_BAND_K: f64 = 2.0;

/// Height of the cold column in a door, m.
const DOOR_HEIGHT_M: f64 = 2.0;
/// Pressure that a coil and standing servers take at full load's air, Pa.
const COIL_PA: f64 = 20.0;
const STANDING_SERVERS_PA: f64 = 200.0;

/// Air movers of the doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DoorFans {
    /// The servers' own fans: 20 Pa at 35 % efficiency.
    Passive,
    /// Fans in the door: 60 Pa at 50 % efficiency.
    Active,
}

/// `[hall.cooling.rear_door]`: coils in the racks' rear doors.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RearDoorConfig {
    /// Air the doors leave in the room, which the servers draw, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 60.0))]
    pub supply_c: f64,
    /// Air movers of the doors.
    pub fans: DoorFans,
    /// Air leaving a door above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(3.0, 9.0, "one row of tubes or three")))]
    pub approach_k: f64,
    /// Air that the servers' fans push through a door, m³/s; fans in the door pass 1.7 times as much. What the servers of a rack
    /// blow beyond it goes into the room as hot as it is.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.7, 3.5, "doors sold for 35 kW without fans at a rise of 17 K, to a coil of 10 Pa")))]
    pub door_air_m3_s: f64,
    /// Share of the full load's heat that the doors are sized for.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    pub door_share: f64,
    /// Share of the full load's heat that CRAH units beside the doors can take; 0: none.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub crah_share: f64,
    /// Rack inlet above which a rack counts as out of range, °C; without it that of ASHRAE class A2, allowable at the site's
    /// altitude (35 at sea level).
    #[serde(
        deserialize_with = "units::given_temperature_c",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 5.0, max = 80.0))]
    pub max_inlet_c: Option<f64>,
}

impl Default for RearDoorConfig {
    fn default() -> Self {
        Self {
            supply_c: 24.0,
            fans: DoorFans::Passive,
            approach_k: 6.0,
            door_air_m3_s: 2.5,
            door_share: 1.0,
            crah_share: 0.0,
            max_inlet_c: None,
        }
    }
}

impl DoorFans {
    /// Pressure over efficiency, Pa.
    fn pa(self) -> f64 {
        match self {
            Self::Passive => COIL_PA / 0.35,
            Self::Active => self.own_pa() / 0.5,
        }
    }

    /// Pressure of fans in the doors, Pa.
    fn own_pa(self) -> f64 {
        match self {
            Self::Passive => 0.0,
            Self::Active => 60.0,
        }
    }

    /// Air through a door over what the servers' fans push through it: the square law.
    fn more_air(self) -> f64 {
        match self {
            Self::Passive => 1.0,
            Self::Active => (self.own_pa() / COIL_PA).sqrt(),
        }
    }
}

impl Config for RearDoorConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(self.supply_c)
    }

    fn rack_air(&self) -> Option<RackAir> {
        Some(RackAir {
            most_m3_s: self.door_air_m3_s * self.fans.more_air(),
            share: 1.0,
            by: "a door passes",
            key: "door_air_m3_s",
        })
    }

    fn machines(&self) -> Machines {
        Machines {
            fans: self.fans == DoorFans::Active || self.crah_share > 0.0,
            ..Machines::default()
        }
    }

    fn supply_c(&self) -> Option<f64> {
        Some(self.supply_c)
    }

    fn choices(&self) -> Vec<String> {
        let fans = match self.fans {
            DoorFans::Passive => "passive fans",
            DoorFans::Active => "active fans",
        };
        vec![fans.into()]
    }

    fn bounds(&self, air: &SiteAir, limit_c: f64, _: FindFluid<'_>) -> Option<String> {
        let by_class = self.max_inlet_c.is_none();
        by_class.then(|| CLASS.bounds(air, limit_c))
    }

    fn shape(&self) -> Shape {
        Shape {
            holder: Holder::DoorRack,
            aisles: Aisles::CooledBehind,
            crah_share: 0.0,
            ..Shape::of(self.coolant())
        }
    }
}

impl RearDoorConfig {
    fn size(&self, design: &Design<'_>) -> Result<RearDoor, Fault> {
        let water = design.water;
        let water_c = self.supply_c - self.approach_k;
        let allowed_c = CLASS.allowed_c(design.air.elevation_m).1;
        let limit_c = self.max_inlet_c.unwrap_or(allowed_c);
        fits::above_supply(
            ("max_inlet_c", limit_c),
            ("supply_c", self.supply_c),
            allowed_c,
        )?;
        Supplied {
            does: "cool door air to",
            supply_c: self.supply_c,
            approach_k: self.approach_k,
            water_c: water.supply_c,
            most_c: limit_c - 0.1,
        }
        .check()?;
        if self.door_share + self.crah_share < 1.0 - 1e-9 {
            let what = format!(
                "doors for {} and CRAH units for {} of the heat leave some of it in the room",
                self.door_share, self.crah_share
            );
            let cure = "let door_share and crah_share add up to 1 or more";
            return Err(Fault::new(what, cure).at("door_share"));
        }
        let racks = design.racks as f64;
        let heat_w = design.rack_heat_w * racks;
        // IT beside the servers has doors of its own.
        let door_m3_s = self.door_air_m3_s * self.fans.more_air() + design.beside_air_m3_s;
        let air_m3_s = design.rack_air_m3_s.min(door_m3_s) * racks;
        let air_w_k = air_m3_s * design.air.heat_j_m3k();
        let fan_w = self.fans.pa() * design.air.pressure_for_mass() * air_m3_s;
        // The door sees all the heat of its rack, and takes its share with the valve wide open.
        let door_w = heat_w * self.door_share;
        let in_c = self.supply_c + heat_w / air_w_k;
        let water_w_k = door_w / water.rise_k;
        let ua_w_k = ua_for_inlets(COIL, door_w, in_c, air_w_k, water_c, water_w_k);
        let crah_w = heat_w * self.crah_share;
        let crah_air_w_k = crah_w / CRAH_DROP_K;
        let crah_water_w_k = crah_w / water.rise_k;
        let crah_ua_w_k = ua_for_inlets(
            COIL,
            crah_w,
            self.supply_c + CRAH_DROP_K,
            crah_air_w_k,
            water_c,
            crah_water_w_k,
        );
        if !ua_w_k.is_finite() || !crah_ua_w_k.is_finite() {
            return Err(fits::no_exchanger(
                "coil",
                self.approach_k,
                ("air", self.door_share * heat_w / air_w_k),
                water.rise_k,
            ));
        }
        Ok(RearDoor {
            config: self.clone(),
            racks: design.racks,
            air_m3_s,
            most_m3_s: door_m3_s * racks,
            air: design.air,
            limit_c,
            fan_w,
            water_w_k,
            ua_w_k,
            crah_w,
            crah_w_k: if crah_w > 0.0 {
                conductance_w_k(COIL, crah_ua_w_k, crah_air_w_k, crah_water_w_k)
            } else {
                0.0
            },
            crah_fan_w: CRAH_PA * design.air.pressure_for_mass() * crah_air_w_k
                / design.air.heat_j_m3k()
                / CRAH_EFFICIENCY,
            masses: RoomMasses::of(design),
        })
    }
}

/// The doors of one hall, sized.
#[derive(Debug, Clone)]
pub struct RearDoor {
    config: RearDoorConfig,
    racks: usize,
    /// Air through the doors at full load, and the most that they pass.
    air_m3_s: f64,
    most_m3_s: f64,
    air: SiteAir,
    /// Rack inlet above which a rack is out of range, °C.
    limit_c: f64,
    /// Fan power for the doors at full load's air, W.
    fan_w: f64,
    water_w_k: f64,
    ua_w_k: f64,
    /// CRAH units: capacity, W; conductance to water, W/K; fans at capacity, W.
    crah_w: f64,
    crah_w_k: f64,
    crah_fan_w: f64,
    masses: RoomMasses,
}

impl RearDoor {
    /// Air through doors whose servers are off, of full load's, and what its fans draw, W.
    fn draught(&self, air_c: f64, water_c: f64, doors: f64) -> (f64, f64) {
        let colder_k = 0.5 * (air_c - water_c).max(0.0);
        let column_pa = self.air.density_kg_m3() * GRAVITY_M_S2 * DOOR_HEIGHT_M * colder_k
            / (air_c + units::KELVIN);
        // Fans help where the room is too warm; otherwise they wait for the servers.
        let fans = if air_c > self.config.supply_c {
            doors
        } else {
            0.0
        };
        let thin = self.air.pressure_for_mass();
        let fans_pa = self.config.fans.own_pa() * thin * fans * fans;
        let resistance_pa = (COIL_PA + STANDING_SERVERS_PA) * thin;
        let flow = ((column_pa + fans_pa) / resistance_pa).sqrt();
        let fan_w = if fans_pa > 0.0 {
            self.fan_w * fans * flow
        } else {
            0.0
        };
        (flow, fan_w)
    }
}

/// The room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoorRoom {
    /// Room air, which the servers draw, °C.
    air_c: f64,
    /// Floor, walls and racks, °C.
    mass_c: f64,
    /// Servers' metal, °C.
    metal_c: f64,
    /// Share of their capacity that the CRAH units gave: their fans follow it in the next step.
    crah: f64,
}

impl Technology for RearDoor {
    type State = DoorRoom;

    fn feels_outdoors(&self) -> bool {
        false
    }

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn sizes(&self) -> Option<String> {
        let doors = count(self.racks as f64, "door");
        let by = match self.config.fans {
            DoorFans::Passive => "by the servers' fans, ",
            DoorFans::Active => "",
        };
        let mut line = format!("{doors}: {by}{}", moved_air(self.air_m3_s, self.fan_w));
        if self.crah_w > 0.0 {
            line = format!(
                "{line}; CRAH units beside them for {}, fans {}",
                power(self.crah_w),
                power(self.crah_fan_w)
            );
        }
        Some(line)
    }

    fn limit_c(&self) -> f64 {
        self.limit_c
    }

    fn initial(&self) -> DoorRoom {
        DoorRoom {
            air_c: self.config.supply_c,
            mass_c: self.config.supply_c,
            metal_c: self.config.supply_c,
            crah: 0.0,
        }
    }

    fn rack_coolant_c(&self, state: &DoorRoom, racks: &mut [f64]) -> (f64, f64) {
        racks[..self.racks].fill(state.air_c);
        (state.air_c, state.air_c)
    }

    fn set_supply_c(&mut self, _: &mut DoorRoom, supply_c: f64) {
        self.config.supply_c = supply_c;
    }

    fn step(&self, state: &DoorRoom, next: &mut DoorRoom, input: &Input<'_>) -> Output {
        let available = input.available.fans;
        // Fans in doors that are stopped block their coils; passive doors have none to fail.
        let doors = match self.config.fans {
            DoorFans::Passive => 1.0,
            DoorFans::Active => available,
        };
        let (flow, door_fan_w) = if input.air_m3_s > 0.0 {
            let flow = input.air_m3_s.min(self.most_m3_s) / self.air_m3_s;
            (flow, self.fan_w * flow.powi(3) * doors)
        } else {
            self.draught(state.air_c, input.water_supply_c, doors)
        };
        let air_w_k = flow * self.air_m3_s * self.air.heat_j_m3k();
        let crah_fan_w = self.crah_fan_w * state.crah.powi(3) * available;
        let coil_w_k = conductance_w_k(COIL, self.ua_w_k, air_w_k, self.water_w_k);
        let setpoint_c = self.config.supply_c;
        let door = [
            Sink {
                conductance_w_k: air_w_k * doors,
                temp_c: setpoint_c,
            },
            Sink {
                conductance_w_k: coil_w_k * doors,
                temp_c: input.water_supply_c,
            },
        ];
        let crah = [
            Sink {
                conductance_w_k: self.crah_w / CRAH_BAND_K * available,
                temp_c: setpoint_c + CRAH_FROM_K,
            },
            Sink {
                conductance_w_k: self.crah_w_k * available,
                temp_c: input.water_supply_c,
            },
        ];
        // Air that standing servers let through is as warm as the room.
        let servers = Servers {
            misses: 0.0,
            ..self.masses.servers(input.air_m3_s * self.air.heat_j_m3k())
        };
        let share = servers.effectiveness;
        let left_c = |temps_c: &[f64; 3]| temps_c[AIR] + share * (temps_c[METAL] - temps_c[AIR]);
        let binding = |temps_c: &[f64; 3]| {
            let door = Sink::binding(door[0], door[1], left_c(temps_c));
            let crah = Sink::binding(crah[0], crah[1], temps_c[AIR]);
            Draw::behind(door, share).beside(crah.into())
        };
        let given = Given {
            it_w: input.it_heat_w,
            air_w: input.room_heat_w + door_fan_w + crah_fan_w,
        };
        let start = [state.air_c, state.mass_c, state.metal_c];
        let after = follow(self.masses, servers, start, given, binding, input.dt_s);
        let (end, drawn_w) = (after.end_c, after.drawn_w);
        let crah_now_w = Sink::binding(crah[0], crah[1], end[0]).draw_w(end[0]);
        *next = DoorRoom {
            air_c: end[0],
            mass_c: end[1],
            metal_c: end[2],
            crah: if self.crah_w > 0.0 {
                (crah_now_w / self.crah_w).clamp(0.0, 1.0)
            } else {
                0.0
            },
        };
        Output {
            heat_to_water_w: drawn_w,
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: 0.0,
            stored_w: self.masses.stored_w(start, end, input.dt_s),
            hall_fans_w: door_fan_w + crah_fan_w,
            cdu_pumps_w: 0.0,
            water: Water::default(),
            vapour_kg_s: 0.0,
            supply_c: end[0],
            return_c: left_c(&end),
            dew_point_c: None,
            dew_point_outside: false,
        }
    }
}

#[cfg(test)]
mod tests;
