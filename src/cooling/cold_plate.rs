//! Cold plates on the hot parts of a server, a coolant distribution unit (CDU) for the hall, and room air for the rest.
//!
//! ```text
//! C_racks·dT/dt = Q_plates + P_pump + ṁc·(T_supply − T)                        T: coolant leaving the racks
//! C_loop·dT_supply/dt = ṁc·(T − T_supply) − min(ṁc·(T − T_set), ε·C_min·(T − T_water))₊      (`zones`)
//! plates of a rack meet T_supply + ½·Q_rack/(ṁc)_rack + ΔT_film , chips R·P above that
//! ΔT_film  = R_film·P·((ṁ/ṁ_full)^(−1/3) − 1)           film in the plates, `physics::plates`; R holds it at full flow
//! ε        counterflow NTU form; UA from the approach at design, with flow as in `physics::heat_exchanger`
//! ṁ = flow per kW × heat, within limits;   P_pump = Δp·V/η·f·(h + (1 − h)·f²) ,  f = V/V_full
//! C_racks = 0.2 of the coolant volume·ρ·c ,  C_loop = the rest
//! room air: Q_it − Q_plates + distribution, as in `air`
//! ```
//!
//! W, K, J; the hall's CDUs as one. What the plates catch follows from what is plated (`physics::plates`). All racks get
//! the same flow, and each plate its share by the chip's power.
//!
//! Pumps: the share h of the pressure rise is held at the racks whatever the flow, by control of differential pressure, while
//! valves at the racks let flow follow the heat; the rest is friction inside the unit. With h = 0 the flow itself is
//! controlled and the affinity law holds. Efficiency is that of full flow throughout. The defaults draw 2.0 % of the heat at full flow. Two
//! units that are sold bound that: Vertiv XDU1350 (SL-70799: 1,368 kW, 20.6 kg/s of PG20 at 500 kPa outside the unit, approach 4 K)
//! about 1.5 % at 50 % efficiency, and Google's Deschutes (OCP, 2026: 2,000 kW, 31.48 kg/s of PG25 at 551 to 620 kPa, approach 3 K)
//! 74 kW, 3.7 %. Both move 0.9 L/min per kW at twice the pressure assumed here.
//!
//! Source: 1.5 L/min per kW at a rise of 10 K or less and 275 kPa at the racks: OCP OAI guideline, as a vendor's white paper quotes
//! it; with exchanger and filter of the unit 400 kPa. Approach: the two units above. Unconfirmed: volume
//! 2 L/kW (1–4, in-rack to in-row CDUs), of which 0.2 in plates, hoses and manifolds (0.1–0.4, pipes under the floor or CDUs in the
//! rack). Facility-water classes: ASHRAE TC 9.9, the number being the highest supply in °C.
//! With the pump off, only what stands in the racks warms, and the plates with it: what plates then give to air and boards is left
//! out. Valid while the coolant stays liquid.

mod water_class;

pub use water_class::WaterClass;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::air::{Air, AirConfig, Room};
use super::fits::{self, Supplied};
use super::technology::at_rest;
use super::zones::Zones;
use super::{
    Asked, Config, Design, Filled, FindFluid, Input, Machines, Output, RackAir, Running, Shape,
    Sink, Technology, unplated,
};
use crate::describe::Fault;
use crate::physics::Coolant;
use crate::physics::heat_exchanger::{
    Arrangement, ResistanceSplit, conductance_w_k, ua_for_inlets,
};
use crate::physics::plates::{PlateFlow, Plates, REFERENCE_FLUID, film_over_flow};
use crate::physics::site_air::SiteAir;
use crate::units;
use crate::vector::{Flat, line_range};

/// Share of the coolant in plates, hoses and manifolds of the racks.
const RACK_SHARE: f64 = 0.2;
/// The CDU's heat exchanger.
const PLATE: Arrangement = Arrangement::Counterflow;

/// `[hall.cooling.cold_plate]`: cold plates on the hot parts, room air for the rest.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ColdPlateConfig {
    /// Coolant supplied to the racks, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 80.0))]
    pub supply_c: f64,
    /// Coolant; `coldaisle catalogue fluids` lists them.
    pub fluid: String,
    /// Flow at full load, litres per minute for each kW that the plates catch.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 20.0))]
    pub flow_l_min_kw: f64,
    /// Lowest flow, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub min_flow: f64,
    /// Coolant supply above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(3.0, 5.0, "plate exchangers of distribution units, large to small")))]
    pub approach_k: f64,
    /// Pressure rise of the CDU pumps at full flow, kPa.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 2000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(300.0, 740.0, "1.5 % of the heat at full flow as Vertiv's XDU1350 at 50 % efficiency, to 3.7 % as Google's Deschutes")))]
    pub pump_kpa: f64,
    /// Share of that pressure which the pumps hold at the racks at any flow (control by differential pressure); 0 where they follow
    /// the flow alone.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.0, 0.9, "flow control without valves at the racks, to pressure control of a unit with little friction of its own")))]
    pub held_pressure_share: f64,
    /// Wire-to-fluid efficiency of the pumps.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    pub pump_efficiency: f64,
    /// Coolant in pipes, plates and CDUs, litres for each kW that the plates catch.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.05, max = 100.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.0, 4.0, "units in the rack to units in the row")))]
    pub coolant_l_kw: f64,
    /// Parts under plates; replaces the server's list. Known: gpu, cpu, vrm, memory, network, storage, psu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plates: Option<Plates>,
    /// Facility-water class of the equipment: the plant must not be set warmer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub water_class: Option<WaterClass>,
    /// Coolant supply above which a rack counts as out of range, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 100.0))]
    pub max_supply_c: f64,
    /// Room air for what is not plated.
    pub room: AirConfig,
}

impl Default for ColdPlateConfig {
    fn default() -> Self {
        Self {
            supply_c: 34.0,
            fluid: "pg25".into(),
            flow_l_min_kw: 1.5,
            min_flow: 0.4,
            approach_k: 4.0,
            pump_kpa: 400.0,
            held_pressure_share: 0.7,
            pump_efficiency: 0.5,
            coolant_l_kw: 2.0,
            plates: None,
            water_class: None,
            max_supply_c: 45.0,
            room: AirConfig::default(),
        }
    }
}

impl Config for ColdPlateConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Plates
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        // Half the rise of 10 K that the usual flow gives.
        Ok(self.supply_c + 5.0)
    }

    fn supply_c(&self) -> Option<f64> {
        Some(self.supply_c)
    }

    fn filled(&self, _: f64, plated_w: f64) -> Option<(&str, Filled)> {
        let litres = self.coolant_l_kw * plated_w / 1e3;
        Some((&self.fluid, Filled::Litres(litres)))
    }

    fn fluid(&self) -> Option<&str> {
        Some(&self.fluid)
    }

    fn choices(&self) -> Vec<String> {
        vec![self.fluid.clone()]
    }

    fn shape(&self) -> Shape {
        unplated::shape(&self.room)
    }

    fn rack_air(&self) -> Option<RackAir> {
        self.room.rack_air().map(|air| RackAir {
            key: "room.rack_air_m3_s",
            ..air
        })
    }

    fn room_water_c(&self) -> Option<f64> {
        Some(unplated::water_c(&self.room))
    }

    fn plates(&self) -> Option<Plates> {
        self.plates
    }

    fn plate_flow(&self, fluids: FindFluid<'_>) -> Result<PlateFlow, Fault> {
        let fluid = fluids(&self.fluid).map_err(|fault| fault.at("fluid"))?;
        let reference = fluids(REFERENCE_FLUID)?;
        Ok(PlateFlow::of(&fluid, &reference, self.flow_l_min_kw))
    }

    fn machines(&self) -> Machines {
        Machines {
            fans: true,
            pumps: true,
            ..Machines::default()
        }
    }
}

impl ColdPlateConfig {
    fn size(&self, design: &Design<'_>) -> Result<ColdPlate, Fault> {
        let water = design.water;
        if let Some(class) = self.water_class
            && water.supply_c > class.limit_c() + 1e-9
        {
            let limit_c = class.limit_c();
            let what = format!(
                "facility water of {:.1} °C is warmer than water_class = \"{class:?}\" allows ({limit_c:.0} °C)",
                water.supply_c
            );
            let cure = format!(
                "set setpoint_c of its plant to {limit_c:.0}, or choose equipment of a warmer class"
            );
            return Err(Fault::new(what, cure).at("water_class"));
        }
        let water_c = self.supply_c - self.approach_k;
        fits::above_supply(
            ("max_supply_c", self.max_supply_c),
            ("supply_c", self.supply_c),
            45.0,
        )?;
        Supplied {
            does: "keep the coolant at",
            supply_c: self.supply_c,
            approach_k: self.approach_k,
            water_c: water.supply_c,
            most_c: self.max_supply_c - 0.1,
        }
        .check()?;
        let fluid = design.fluid(&self.fluid)?;
        let props = fluid.at(self.supply_c);
        let racks = design.racks as f64;
        let heat_w = design.rack_liquid_w * racks;
        let volume_m3_s = self.flow_l_min_kw / 60e3 * heat_w / 1e3;
        let fluid_w_k = volume_m3_s * props.volumetric_j_m3k();
        let pump_w = self.pump_kpa * 1e3 * volume_m3_s / self.pump_efficiency;
        let exchanged_w = heat_w + pump_w;
        let return_c = self.supply_c + exchanged_w / fluid_w_k;
        fits::stays_liquid(&self.fluid, &fluid, design.air.pressure_pa, return_c)?;
        let water_w_k = exchanged_w / water.rise_k;
        let ua_w_k = ua_for_inlets(PLATE, exchanged_w, return_c, fluid_w_k, water_c, water_w_k);
        if !ua_w_k.is_finite() {
            let mut fault = fits::no_exchanger(
                "heat exchanger",
                self.approach_k,
                ("coolant", return_c - self.supply_c),
                water.rise_k,
            );
            fault.cure.push_str(" or less flow_l_min_kw");
            return Err(fault);
        }
        let room = unplated::size(&self.room, design)?;
        Ok(ColdPlate {
            supply_c: self.supply_c,
            max_supply_c: self.max_supply_c,
            most_water_c: self.water_class.map_or(f64::INFINITY, WaterClass::limit_c),
            min_flow: self.min_flow,
            racks: design.racks,
            heat_w,
            fluid_w_k,
            water_w_k,
            ua_w_k,
            pump_w,
            held_share: self.held_pressure_share,
            film_k_w: design.plate_film_k / design.rack_heat_w,
            mass_j_k: self.coolant_l_kw * 1e-6 * heat_w * props.volumetric_j_m3k(),
            room,
        })
    }
}

/// The cold plates, CDUs and room of one hall, sized.
#[derive(Debug, Clone)]
pub struct ColdPlate {
    supply_c: f64,
    max_supply_c: f64,
    /// The warmest facility water of the equipment's class, °C.
    most_water_c: f64,
    min_flow: f64,
    racks: usize,
    /// Caught at full load, W.
    heat_w: f64,
    /// Capacity rates of coolant and water at full flow, W/K.
    fluid_w_k: f64,
    water_w_k: f64,
    ua_w_k: f64,
    /// Pumps at full flow, W.
    pump_w: f64,
    /// Share of their pressure that is held at any flow.
    held_share: f64,
    /// Across the film in the plates at full flow, K per W of a rack.
    film_k_w: f64,
    /// Coolant, J/K.
    mass_j_k: f64,
    room: Air,
}

/// Coolant and room air.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// Coolant leaving the racks and coming to them, °C.
    return_c: f64,
    supply_c: f64,
    /// Coolant at the plates of each rack, °C, and its range.
    mean_c: Flat,
    range_c: (f64, f64),
    /// What came of the plates and their loop.
    plates: Output,
    room: Room,
}

impl Technology for ColdPlate {
    type State = Loop;

    fn feels_outdoors(&self) -> bool {
        self.room.feels_outdoors()
    }

    fn coolant(&self) -> Coolant {
        Coolant::Plates
    }

    fn sizes(&self) -> Option<String> {
        Some(unplated::sizes(self.heat_w, self.pump_w, &self.room))
    }

    fn limit_c(&self) -> f64 {
        self.max_supply_c + 0.5 * self.heat_w / self.fluid_w_k
    }

    fn most_water_c(&self) -> f64 {
        self.most_water_c
    }

    fn initial(&self) -> Loop {
        let at_c = self.supply_c;
        Loop {
            return_c: at_c,
            supply_c: at_c,
            mean_c: Flat::of(at_c, self.racks),
            range_c: (at_c, at_c),
            plates: Output::default(),
            room: self.room.initial(),
        }
    }

    fn rack_coolant_c(&self, state: &Loop, racks: &mut [f64]) -> (f64, f64) {
        racks.copy_from_slice(&state.mean_c);
        state.range_c
    }

    fn set_supply_c(&mut self, _: &mut Loop, supply_c: f64) {
        self.supply_c = supply_c;
    }

    fn step(&self, state: &Loop, next: &mut Loop, input: &Input<'_>) -> Output {
        if input.asked != Asked::Room {
            next.plates = self.plates(state, next, input);
        }
        let plates = next.plates;
        unplated::step(&self.room, (&state.room, &mut next.room), input, plates)
    }
}

impl ColdPlate {
    /// The step of plates and loop.
    fn plates(&self, state: &Loop, next: &mut Loop, input: &Input<'_>) -> Output {
        let caught_w = input.liquid_heat_w;
        let flow = (caught_w / self.heat_w).clamp(self.min_flow, 1.0) * input.available.pump;
        let fluid_w_k = self.fluid_w_k * flow;
        let pump_w = self.pump_w * flow * (self.held_share + (1.0 - self.held_share) * flow * flow);
        let control = Sink {
            conductance_w_k: fluid_w_k,
            temp_c: self.supply_c,
        };
        let ua_w_k = self.ua_w_k * ResistanceSplit::PLATE.ua_ratio(flow, 1.0);
        let exchanger = Sink {
            conductance_w_k: conductance_w_k(PLATE, ua_w_k, fluid_w_k, self.water_w_k),
            temp_c: input.water_supply_c,
        };
        let zones = Zones {
            hot_j_k: RACK_SHARE * self.mass_j_k,
            cold_j_k: (1.0 - RACK_SHARE) * self.mass_j_k,
            mixing_w_k: fluid_w_k,
            control,
            exchanger,
            dt_s: input.dt_s,
        };
        let given_w = caught_w + pump_w;
        let start_c = [state.return_c, state.supply_c];
        let [return_c, supply_c] = zones.end_c(start_c, given_w, &zones.stretches(), None);
        let stored_w = (zones.hot_j_k * (return_c - state.return_c)
            + zones.cold_j_k * (supply_c - state.supply_c))
            / input.dt_s;
        (next.return_c, next.supply_c) = (return_c, supply_c);
        // Where the coolant does not flow, the plates are as warm as what stands in the racks.
        let from_c = if fluid_w_k > 0.0 { supply_c } else { return_c };
        let half_k_w = if fluid_w_k > 0.0 && input.it_heat_w > 0.0 {
            0.5 * caught_w / input.it_heat_w * self.racks as f64 / fluid_w_k
        } else {
            0.0
        };
        let above_k_w = half_k_w + self.film_k_w * (film_over_flow(flow) - 1.0);
        next.range_c = line_range(above_k_w, from_c, input.rack_heat_w, &mut next.mean_c);
        Output {
            heat_to_water_w: given_w - stored_w,
            stored_w,
            cdu_pumps_w: pump_w,
            supply_c,
            return_c,
            ..Output::default()
        }
    }
}

#[cfg(test)]
mod tests;
