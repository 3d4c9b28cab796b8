//! Pumped two-phase cold plates: a refrigerant is pumped to the plates, boils in part of their channels, and condenses on
//! facility water in the coolant distribution unit (CDU); room air for the rest.
//!
//! ```text
//! ṁ = Q/(x·h_fg)                      x: exit quality at full load;  ṁ follows the load between its least and full
//! P_pump = Δp·V/η·(V/V_design)³ ,  V = ṁ/ρ_l                       friction only, no static head
//! C·dT/dt = Q_evap + P_pump − draw(T)    C = charge·c_l             draw: `condenser`, which holds the saturation temperature
//! dD/dt = Q − ṁ·x_dry·h_fg ,  D ≥ 0   what the flow leaves in the plates, J: liquid that boils away, then metal that warms
//! ΔT_dry = (D − m·h_fg)₊/C_p             m: liquid in the plates, C_p: their metal
//! Q_evap = Q while they are wet, else ṁ·x_dry·h_fg
//! plates of all racks meet T + ΔT_dry ,  chips R·P above that
//! h_fg by Watson, `physics::boiling`
//! ```
//!
//! W, K, J, kg; the hall's loop and its plates as one, saturated throughout: no subcooling, no fall of temperature with the
//! pressure along the plates. The loop is closed and under a pressure of its own: the site's altitude reaches the room air
//! only. The flow divides by heat, as orifices and valves at the plates aim for. Pumps that run take over from those that
//! fail, as far as they reach. Where their flow would leave with more than the dry-out quality, walls dry: liquid in the
//! plates boils away in seconds, then plates and chips warm by some kelvin a second until the servers slow down and trip.
//! Heat of a step is imposed for all of it, so a step longer than a few seconds ends hotter than servers would let it; they
//! are off in the next. Dry plates cool when flow returns, not before. The refrigerant that is lost is replaced; its heat is
//! left out.
//!
//! Source: energy balance of an evaporator and a condenser (Incropera et al., 7th ed., §10.5 and Table 11.3). Pump-driven
//! loops with R-1233zd(E) or R-134a at chips: a steady model in Applied Sciences 13(13), 7472 (2023). No data sheet of a CDU
//! was found: each default has its range. Valid below the critical flux of the plates and well below the critical point.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::air::{Air, AirConfig, Room};
use super::condenser::{self, BAND_K, Condenser};
use super::mass::Mass;
use super::technology::at_rest;
use super::{
    Asked, Config, Design, Filled, FindFluid, Input, Machines, Output, RackAir, Running, Shape,
    Technology, fits, unplated,
};
use crate::describe::{Fault, doubt};
use crate::physics::Coolant;
use crate::physics::plates::Plates;
use crate::physics::site_air::SiteAir;
use crate::units;

/// `[hall.cooling.two_phase_cold_plate]`: refrigerant that boils in cold plates, room air for the rest.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TwoPhaseColdPlateConfig {
    /// Saturation temperature that the CDU holds, °C: what the plates meet.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 80.0))]
    pub saturation_c: f64,
    /// Refrigerant; one of the catalogue that has a boiling point.
    pub fluid: String,
    /// Share of the refrigerant that leaves the plates as vapour.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.02, max = 0.95))]
    #[schemars(extend("doubt" = doubt(0.3, 0.7, "below, the pumps move liquid for nothing; above, uneven plates dry out")))]
    pub exit_quality: f64,
    /// Share of vapour at which the walls of the plates dry out.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.6, 0.95, "onset of dry-out in small channels falls with flux and mass flow")))]
    pub dry_out_quality: f64,
    /// Lowest flow, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.2, 0.6, "turn-down of centrifugal and of gear pumps")))]
    pub min_flow: f64,
    /// Resistance from chip to refrigerant over that from chip to the coolant of the server's plates with PG25 at 1.5 L/min per kW.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 5.0))]
    #[schemars(extend("doubt" = doubt(0.6, 1.3, "0.03 to 0.06 K/W quoted for boiling plates, 0.02 to 0.04 and 0.01 to 0.02 of interface material for liquid ones")))]
    pub resistance_ratio: f64,
    /// Saturation temperature above the water that leaves the condenser, at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = doubt(3.0, 10.0, "brazed-plate condensers, large to small")))]
    pub approach_k: f64,
    /// Pressure rise of the pumps at full flow, kPa.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 2000.0))]
    #[schemars(extend("doubt" = doubt(100.0, 400.0, "plates with orifices that keep flow even, risers and condenser")))]
    pub pump_kpa: f64,
    /// Wire-to-fluid efficiency of the pumps.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.25, 0.6, "small hermetic pumps to large ones")))]
    pub pump_efficiency: f64,
    /// Refrigerant in the loop, kg for each kW that the plates catch.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.05, max = 100.0))]
    #[schemars(extend("doubt" = doubt(0.3, 3.0, "half a minute to five minutes of its flow")))]
    pub charge_kg_kw: f64,
    /// Of it in the plates and their hoses, kg per kW: it boils away first when flow fails.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.01, 0.1, "channels of 10 to 50 cm³ a chip, half of it vapour, and hoses")))]
    pub plates_kg_kw: f64,
    /// Metal of the plates and lids as a thermal mass, kJ/K per kW.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 100.0))]
    #[schemars(extend("doubt" = doubt(0.2, 1.0, "0.5 to 2.5 kg of copper for a chip of 1 kW")))]
    pub plates_kj_k_kw: f64,
    /// Share of the charge that is lost in a year.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.005, 0.1, "sealed chillers to loops with many quick couplings that are opened for service")))]
    pub loss_per_year: f64,
    /// Saturation temperature above which a rack counts as out of range, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 100.0))]
    pub max_saturation_c: f64,
    /// Parts under plates; replaces the server's list. Known: gpu, cpu, vrm, memory, network, storage, psu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plates: Option<Plates>,
    /// Room air for what is not plated.
    pub room: AirConfig,
}

impl Default for TwoPhaseColdPlateConfig {
    fn default() -> Self {
        Self {
            saturation_c: 45.0,
            fluid: "r1233zd-e".into(),
            exit_quality: 0.5,
            dry_out_quality: 0.8,
            min_flow: 0.3,
            resistance_ratio: 1.0,
            approach_k: 5.0,
            pump_kpa: 250.0,
            pump_efficiency: 0.4,
            charge_kg_kw: 1.0,
            plates_kg_kw: 0.05,
            plates_kj_k_kw: 0.4,
            loss_per_year: 0.02,
            max_saturation_c: 60.0,
            plates: None,
            room: AirConfig::default(),
        }
    }
}

impl Config for TwoPhaseColdPlateConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Plates
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(self.saturation_c)
    }

    fn supply_c(&self) -> Option<f64> {
        Some(self.saturation_c)
    }

    fn machines(&self) -> Machines {
        Machines {
            fans: true,
            pumps: true,
            ..Machines::default()
        }
    }

    fn choices(&self) -> Vec<String> {
        vec![self.fluid.clone()]
    }

    fn bounds(&self, _: &SiteAir, limit_c: f64, fluids: FindFluid<'_>) -> Option<String> {
        let boiling = fluids(&self.fluid).ok()?.boiling?;
        let kpa = |temp_c| boiling.saturated_at(temp_c).pressure_pa / 1e3;
        Some(format!(
            "saturated up to {limit_c:.1} °C: {:.0} kPa absolute at {:.1} °C, {:.0} there",
            kpa(self.saturation_c),
            self.saturation_c,
            kpa(limit_c)
        ))
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

    fn resistance_ratio(&self, _: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(self.resistance_ratio)
    }

    fn filled(&self, _: f64, plated_w: f64) -> Option<(&str, Filled)> {
        let charge_kg = self.charge_kg_kw * plated_w / 1e3;
        Some((&self.fluid, Filled::Kg(charge_kg)))
    }

    fn boiling_fluid(&self) -> Option<&str> {
        Some(&self.fluid)
    }
}

impl TwoPhaseColdPlateConfig {
    fn consistent(&self, design: &Design<'_>) -> Result<(), Fault> {
        if self.exit_quality >= self.dry_out_quality {
            let what = format!(
                "exit_quality = {} is not below dry_out_quality = {}: the plates would be dry at full load",
                self.exit_quality, self.dry_out_quality
            );
            let cure = format!("set exit_quality to {:.2}", 0.6 * self.dry_out_quality);
            return Err(Fault::new(what, cure).at("exit_quality"));
        }
        fits::above_supply(
            ("max_saturation_c", self.max_saturation_c),
            ("saturation_c", self.saturation_c),
            60.0,
        )?;
        let water = design.water;
        let warmest_c =
            condenser::warmest_water_c(self.saturation_c, self.approach_k, water.rise_k);
        if water.supply_c <= warmest_c + 1e-9 {
            return Ok(());
        }
        let boils = format!("refrigerant at saturation_c = {:.1}", self.saturation_c);
        let what = condenser::too_warm(water, &boils, self.approach_k);
        let colder = fits::colder_water(self.saturation_c, self.approach_k, water.rise_k);
        let warmer_c = fits::tenth_above(water.supply_c + water.rise_k + self.approach_k);
        let cure = if warmer_c < self.max_saturation_c {
            format!("raise saturation_c to {warmer_c:.1} or {colder}")
        } else {
            colder
        };
        Err(Fault::new(what, cure).at("saturation_c"))
    }

    fn size(&self, design: &Design<'_>) -> Result<TwoPhaseColdPlate, Fault> {
        self.consistent(design)?;
        let (fluid, boiling) = design.boiling(&self.fluid)?;
        let highest_c = boiling.critical_c.unwrap_or(f64::INFINITY) - 20.0;
        if self.max_saturation_c > highest_c {
            let what = format!(
                "max_saturation_c = {} is too near the critical point of {}",
                self.max_saturation_c, self.fluid
            );
            let cure = format!("use {highest_c:.0} or less, or another fluid");
            return Err(Fault::new(what, cure).at("max_saturation_c"));
        }
        let (liquid, saturated) = (
            fluid.at(self.saturation_c),
            boiling.saturated_at(self.saturation_c),
        );
        let heat_w = design.rack_liquid_w * design.racks as f64;
        let (heat_kw, latent_j_kg) = (heat_w / 1e3, saturated.latent_j_kg);
        let flow_kg_s = heat_w / (self.exit_quality * latent_j_kg);
        let pump_pa = self.pump_kpa * 1e3;
        let pump_w = pump_pa * flow_kg_s / liquid.density_kg_m3 / self.pump_efficiency;
        let charge_kg = self.charge_kg_kw * heat_kw;
        Ok(TwoPhaseColdPlate {
            min_flow: self.min_flow,
            max_saturation_c: self.max_saturation_c,
            heat_w,
            wetted_w: flow_kg_s * self.dry_out_quality * latent_j_kg,
            pump_w,
            condenser: Condenser::size(
                heat_w + pump_w,
                self.saturation_c,
                self.approach_k,
                design.water.rise_k,
            ),
            loop_j_k: charge_kg * liquid.cp_j_kgk,
            held_j: self.plates_kg_kw * heat_kw * latent_j_kg,
            plates_j_k: self.plates_kj_k_kw * 1e3 * heat_kw,
            loss_kg_s: self.loss_per_year * charge_kg / (365.0 * units::DAY_S),
            room: unplated::size(&self.room, design)?,
        })
    }
}

/// The plates, CDUs and room of one hall, sized.
#[derive(Debug, Clone)]
pub struct TwoPhaseColdPlate {
    min_flow: f64,
    max_saturation_c: f64,
    /// Caught at full load, W.
    heat_w: f64,
    /// Heat that the full flow carries at its dry-out quality, W.
    wetted_w: f64,
    /// Pumps at full flow, W.
    pump_w: f64,
    condenser: Condenser,
    /// Refrigerant, J/K.
    loop_j_k: f64,
    /// Latent heat of the liquid in the plates, J.
    held_j: f64,
    /// Metal of the plates, J/K.
    plates_j_k: f64,
    loss_kg_s: f64,
    room: Air,
}

/// Refrigerant, plates and room air.
#[derive(Debug, Clone, PartialEq)]
pub struct Saturated {
    /// Saturation temperature of the loop, °C.
    loop_c: f64,
    /// Heat that flow left in the plates, J.
    short_j: f64,
    /// What came of the plates and their loop.
    plates: Output,
    room: Room,
}

impl TwoPhaseColdPlate {
    /// Plates above the saturation temperature where their walls are dry, K.
    fn dry_k(&self, short_j: f64) -> f64 {
        (short_j - self.held_j).max(0.0) / self.plates_j_k
    }

    /// Time of a step before the walls dry or are wet again, s, and the heat left in the plates at its end, J.
    fn shortfall(&self, start_j: f64, rate_w: f64, dt_s: f64) -> (f64, f64) {
        let end_j = (start_j + rate_w * dt_s).max(0.0);
        let crosses = (start_j - self.held_j) * (end_j - self.held_j) < 0.0;
        let until_s = if crosses {
            ((self.held_j - start_j) / rate_w).clamp(0.0, dt_s)
        } else {
            dt_s
        };
        (until_s, end_j)
    }
}

impl Technology for TwoPhaseColdPlate {
    type State = Saturated;

    fn coolant(&self) -> Coolant {
        Coolant::Plates
    }

    fn sizes(&self) -> Option<String> {
        Some(unplated::sizes(self.heat_w, self.pump_w, &self.room))
    }

    fn limit_c(&self) -> f64 {
        self.max_saturation_c
    }

    fn initial(&self) -> Saturated {
        Saturated {
            loop_c: self.condenser.held_c - BAND_K,
            short_j: 0.0,
            plates: Output::default(),
            room: self.room.initial(),
        }
    }

    fn rack_coolant_c(&self, state: &Saturated, racks: &mut [f64]) -> (f64, f64) {
        let at_c = state.loop_c + self.dry_k(state.short_j);
        racks.fill(at_c);
        (at_c, at_c)
    }

    fn set_supply_c(&mut self, _: &mut Saturated, supply_c: f64) {
        self.condenser.held_c = supply_c;
    }

    fn step(&self, state: &Saturated, next: &mut Saturated, input: &Input<'_>) -> Output {
        if input.asked != Asked::Room {
            next.plates = self.plates(state, next, input);
        }
        let plates = next.plates;
        unplated::step(&self.room, (&state.room, &mut next.room), input, plates)
    }
}

impl TwoPhaseColdPlate {
    /// The step of plates and loop.
    fn plates(&self, state: &Saturated, next: &mut Saturated, input: &Input<'_>) -> Output {
        let caught_w = input.liquid_heat_w;
        let wanted = (caught_w / self.heat_w).clamp(self.min_flow, 1.0);
        let flow = wanted.min(input.available.pump);
        let pump_w = self.pump_w * flow.powi(3);
        let carried_w = self.wetted_w * flow;
        let (until_s, short_j) = self.shortfall(state.short_j, caught_w - carried_w, input.dt_s);
        let [control, exchanger] = self.condenser.limits(input.water_supply_c);
        // Wet plates evaporate their heat, dry ones what the flow carries: one after the other where that changes.
        let dry = |short_j: f64| {
            short_j > self.held_j || (short_j == self.held_j && caught_w > carried_w)
        };
        let (mut loop_c, mut evaporated_j) = (state.loop_c, 0.0);
        for (dry, dt_s) in [
            (dry(state.short_j), until_s),
            (dry(short_j), input.dt_s - until_s),
        ] {
            if dt_s <= 0.0 {
                continue;
            }
            let evaporated_w = if dry { carried_w } else { caught_w };
            let mass = Mass {
                control,
                exchanger,
                mass_j_k: self.loop_j_k,
                dt_s,
            };
            loop_c = mass.piecewise(loop_c, evaporated_w + pump_w);
            evaporated_j += evaporated_w * dt_s;
        }
        next.loop_c = loop_c;
        next.short_j = short_j;
        let in_loop_w = self.loop_j_k * (loop_c - state.loop_c) / input.dt_s;
        let in_plates_w = caught_w - evaporated_j / input.dt_s;
        Output {
            heat_to_water_w: evaporated_j / input.dt_s + pump_w - in_loop_w,
            stored_w: in_loop_w + in_plates_w,
            cdu_pumps_w: pump_w,
            vapour_kg_s: self.loss_kg_s,
            supply_c: loop_c,
            return_c: loop_c,
            ..Output::default()
        }
    }
}

#[cfg(test)]
mod tests;
