//! Single-phase immersion: fanless servers in a tank of dielectric fluid, pumped through a heat exchanger
//! to facility water.
//!
//! ```text
//! C_hot·dT/dt   = Q + P_pump + ṁc·(T_cold − T)                           T: fluid leaving the servers
//! C_cold·dT_cold/dt = ṁc·(T − T_cold) − draw                    plenum below the servers (`zones`)
//! draw = min(ṁc·(T − T_set), ε·C_min·(T − T_water))₊ ,  chips meet the mean (T + T_cold)/2
//! ε        counterflow NTU form, UA from the design approach
//! V = Q/(ρ·c·ΔT) within limits,  P_pump = Δp·V/η,  Δp ~ V^1.75·μ^0.25 (Blasius)
//! C_cold = 0.4 of the tank's volume·ρ·c ,  C_hot = the rest and the servers
//! ```
//!
//! W, K, J; per tank. One fluid flow for all tanks of the hall, following the hall's load between the minimum and
//! full speed. The control holds the supply temperature with the water valve; where water is too warm the
//! exchanger binds and the tank floats above its setpoint. Both are straight lines in T, so each tank is
//! advanced exactly, piece by piece if the binding limit changes inside the step. A tank whose pump stops loses its exchanger;
//! buoyancy moves 0.3 of the full flow through its servers and takes their heat into the cold zone, and its chips lose the
//! pump's share of their film.
//!
//! Source: Incropera et al., 7th ed., Table 11.3 and §8.1 (Blasius). Unconfirmed: supply 36 °C (35–45), rise 10 K (8–12),
//! approach 4 K (3–8, large exchangers to small) and a pump of about 8 W/kW (5–20, in the tank to in a CDU).
//! The hall's power distribution is ventilated to the outdoors.
//! Chips' resistance follows fluid and circulation (`physics::convection`) at full flow; that 40 % of it is solid (30–60: plain
//! heat sinks to finned ones with a vapour chamber) is unconfirmed. So are the cold zone's share, 0.4 (0.3–0.5: plenums of 300 to 500 l
//! in tanks of a cubic metre), and the flow by buoyancy, 0.3 (0.15–0.5): over 0.8 m and 10 K a column of oil is
//! lighter by 60 Pa, over the few hundred that servers take at full flow. Valid while the fluid stays liquid.

mod tank;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fits::{self, Supplied};
use super::room::ventilation_w_w;
use super::technology::at_rest;
use super::zones::Zones;
use super::{
    Config, Design, Filled, FindFluid, Input, Machines, Output, Running, Sink, Technology,
};
use crate::describe::{Fault, count, power};
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k, ua_for_inlets};
use crate::physics::site_air::SiteAir;
use crate::physics::water::Water;
use crate::physics::{Coolant, convection, fluids};
use crate::units;
use crate::vector::Flat;
use tank::{Heat, Sums};

/// The fluid for which servers' entries state their resistance, at a rise of 10 K.
const REFERENCE_FLUID: &str = "isoparaffin";
/// Share of that resistance between chip and fin, which no fluid changes.
const SOLID_SHARE: f64 = 0.4;
/// The tank's heat exchanger.
const PLATE: Arrangement = Arrangement::Counterflow;
/// Tanks whose hot zone would not move further than this in a step meet no other limit on the way, K.
const CALM_K: f64 = 2.0;
/// Share of the tank's fluid that lies before the servers.
const COLD_SHARE: f64 = 0.4;
/// Flow through the servers by buoyancy, of full flow.
const BUOYANT_FLOW: f64 = 0.3;
/// Pump pressure follows volume flow to this power (Blasius).
const PRESSURE_EXPONENT: f64 = 1.75;

/// Circulation of the fluid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Circulation {
    /// A pump; its flow follows the load.
    Forced,
    /// Buoyancy: no pump, and warmer chips.
    Natural,
}

/// `[hall.cooling.immersion]`: fanless servers in tanks of dielectric fluid.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImmersionConfig {
    /// Fluid supplied to the servers, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 90.0))]
    pub supply_c: f64,
    /// Dielectric fluid; `coldaisle catalogue fluids` lists them.
    pub fluid: String,
    /// Circulation of the fluid: a pump, or buoyancy alone.
    pub circulation: Circulation,
    /// Rise of the fluid through the servers at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(8.0, 12.0, "slow to fast circulation of the tanks in use")))]
    pub rise_k: f64,
    /// Fluid supply above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(3.0, 8.0, "large exchangers to small")))]
    pub approach_k: f64,
    /// Fluid in one tank, litres.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 100000.0))]
    pub tank_l: f64,
    /// Pressure rise of the tank pump at full flow and 40 °C, kPa.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 2000.0))]
    pub pump_kpa: f64,
    /// Wire-to-fluid efficiency of the pump.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    pub pump_efficiency: f64,
    /// Lowest pump flow, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub min_flow: f64,
    /// Fluid supply above which a tank counts as out of range, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 100.0))]
    pub max_supply_c: f64,
}

impl Default for ImmersionConfig {
    fn default() -> Self {
        Self {
            supply_c: 36.0,
            fluid: "isoparaffin".into(),
            circulation: Circulation::Forced,
            rise_k: 10.0,
            approach_k: 4.0,
            tank_l: 1000.0,
            pump_kpa: 70.0,
            pump_efficiency: 0.5,
            min_flow: 0.3,
            max_supply_c: 50.0,
        }
    }
}

impl Config for ImmersionConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Dielectric
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(self.supply_c + 0.5 * self.rise_k)
    }

    fn supply_c(&self) -> Option<f64> {
        Some(self.supply_c)
    }

    fn filled(&self, racks: f64, _: f64) -> Option<(&str, Filled)> {
        Some((&self.fluid, Filled::Litres(self.tank_l * racks)))
    }

    fn fluid(&self) -> Option<&str> {
        Some(&self.fluid)
    }

    fn choices(&self) -> Vec<String> {
        let circulation = match self.circulation {
            Circulation::Forced => "forced circulation",
            Circulation::Natural => "natural circulation",
        };
        vec![self.fluid.clone(), circulation.into()]
    }

    fn resistance_ratio(&self, fluids: FindFluid<'_>) -> Result<f64, Fault> {
        let fluid = fluids(&self.fluid).map_err(|fault| fault.at("fluid"))?;
        let reference = fluids(REFERENCE_FLUID)?;
        Ok(self.resistance(self.circulation, &fluid, &reference))
    }

    fn machines(&self) -> Machines {
        Machines {
            pumps: self.circulation == Circulation::Forced,
            ..Machines::default()
        }
    }
}

impl ImmersionConfig {
    /// Resistance from chip to fluid over that which servers' entries state.
    fn resistance(
        &self,
        circulation: Circulation,
        fluid: &fluids::Fluid,
        reference: &fluids::Fluid,
    ) -> f64 {
        let film = match circulation {
            Circulation::Forced => {
                let flow = convection::flow_ratio(fluid, reference, self.rise_k);
                convection::mixed_w_m2k(fluid, flow)
            }
            Circulation::Natural => convection::natural_w_m2k(fluid),
        };
        let usual = convection::mixed_w_m2k(reference, 1.0);
        SOLID_SHARE + (1.0 - SOLID_SHARE) * usual / film
    }

    fn size(&self, design: &Design<'_>) -> Result<Immersion, Fault> {
        let fluid = design.fluid(&self.fluid)?;
        let props = fluid.at(self.supply_c);
        let fluid_w_k = design.rack_heat_w / self.rise_k;
        let water_w_k = design.rack_heat_w / design.water.rise_k;
        let water_c = self.supply_c - self.approach_k;
        fits::above_supply(
            ("max_supply_c", self.max_supply_c),
            ("supply_c", self.supply_c),
            50.0,
        )?;
        Supplied {
            does: "keep the fluid at",
            supply_c: self.supply_c,
            approach_k: self.approach_k,
            water_c: design.water.supply_c,
            most_c: self.max_supply_c - 0.1,
        }
        .check()?;
        let return_c = self.supply_c + self.rise_k;
        fits::stays_liquid(&self.fluid, &fluid, design.air.pressure_pa, return_c)?;
        let heat_w = design.rack_heat_w;
        let ua_w_k = ua_for_inlets(PLATE, heat_w, return_c, fluid_w_k, water_c, water_w_k);
        if !ua_w_k.is_finite() {
            return Err(fits::no_exchanger(
                "heat exchanger",
                self.approach_k,
                ("fluid", self.rise_k),
                design.water.rise_k,
            ));
        }
        let volume_m3_s = fluid_w_k / (props.density_kg_m3 * props.cp_j_kgk);
        let fluid_j_k = self.tank_l * 1e-3 * props.density_kg_m3 * props.cp_j_kgk;
        let reference = design.fluid(REFERENCE_FLUID)?;
        let resistance = |circulation| self.resistance(circulation, &fluid, &reference);
        Ok(Immersion {
            config: self.clone(),
            racks: design.racks,
            hall_heat_w: design.rack_heat_w * design.racks as f64,
            fluid_w_k,
            water_w_k,
            ua_w_k,
            hot_j_k: (1.0 - COLD_SHARE) * fluid_j_k + design.rack_mass_j_k,
            cold_j_k: COLD_SHARE * fluid_j_k,
            still: resistance(Circulation::Natural) / resistance(self.circulation),
            pump_w: match self.circulation {
                Circulation::Forced => self.pump_kpa * 1e3 * volume_m3_s / self.pump_efficiency,
                Circulation::Natural => 0.0,
            },
            thickness: thickness(&fluid, self.supply_c),
            fluid,
            ventilation_w_w: ventilation_w_w(design.air),
        })
    }
}

/// The tanks of one hall, sized. Figures are per tank.
#[derive(Debug, Clone)]
pub struct Immersion {
    config: ImmersionConfig,
    racks: usize,
    hall_heat_w: f64,
    /// Capacity rates of fluid and water at full flow, W/K.
    fluid_w_k: f64,
    water_w_k: f64,
    ua_w_k: f64,
    /// Fluid behind the servers and they themselves; fluid before them.
    hot_j_k: f64,
    cold_j_k: f64,
    /// Resistance from chip to fluid without the pump over that with it.
    still: f64,
    /// Pump at full flow and 40 °C, W.
    pump_w: f64,
    /// Of the pump's power at the supply temperature, relative to 40 °C.
    thickness: f64,
    fluid: fluids::Fluid,
    /// Fans for the heat of power distribution, W per W.
    ventilation_w_w: f64,
}

/// How much more a pump draws for the viscosity of fluid at `supply_c` than at 40 °C: turbulent friction goes with its
/// fourth root.
fn thickness(fluid: &fluids::Fluid, supply_c: f64) -> f64 {
    (fluid.at(supply_c).viscosity_pa_s / fluid.at(40.0).viscosity_pa_s).powf(0.25)
}

/// The tanks' temperatures.
#[derive(Debug, Clone, PartialEq)]
pub struct Tanks {
    /// Fluid leaving the servers and fluid before them, per tank, °C.
    hot_c: Flat,
    cold_c: Flat,
    sums: Sums,
    /// Resistance from chip to fluid over that with all pumps.
    film: f64,
}

impl Technology for Immersion {
    type State = Tanks;

    fn feels_outdoors(&self) -> bool {
        false
    }

    fn coolant(&self) -> Coolant {
        Coolant::Dielectric
    }

    fn sizes(&self) -> Option<String> {
        let tanks = count(self.racks as f64, "tank");
        let pumps_w = self.pump_w * self.thickness * self.racks as f64;
        let pumps = match self.config.circulation {
            Circulation::Forced => format!(", pumps {}", power(pumps_w)),
            Circulation::Natural => String::new(),
        };
        Some(format!("{tanks} of {} L{pumps}", self.config.tank_l))
    }

    fn limit_c(&self) -> f64 {
        self.config.max_supply_c + 0.5 * self.config.rise_k
    }

    fn initial(&self) -> Tanks {
        let at_c = self.config.supply_c;
        let sum_c = at_c * self.racks as f64;
        Tanks {
            hot_c: Flat::of(at_c, self.racks),
            cold_c: Flat::of(at_c, self.racks),
            sums: Sums {
                sum_c: [sum_c; 2],
                hot_c: (at_c, at_c),
                heat_w: 0.0,
            },
            film: 1.0,
        }
    }

    fn rack_coolant_c(&self, state: &Tanks, racks: &mut [f64]) -> (f64, f64) {
        tank::halfway(&state.hot_c, &state.cold_c, racks)
    }

    fn film(&self, state: &Tanks) -> f64 {
        state.film
    }

    fn set_supply_c(&mut self, _: &mut Tanks, supply_c: f64) {
        self.config.supply_c = supply_c;
        self.thickness = thickness(&self.fluid, supply_c);
    }

    fn step(&self, state: &Tanks, next: &mut Tanks, input: &Input<'_>) -> Output {
        let config = &self.config;
        let racks = self.racks as f64;
        let pump = match config.circulation {
            Circulation::Forced => input.available.pump,
            Circulation::Natural => 1.0,
        };
        let flow = (input.it_heat_w / self.hall_heat_w).clamp(config.min_flow, 1.0) * pump;
        let fluid_w_k = self.fluid_w_k * flow;
        let pump_w = self.pump_w * flow.powf(1.0 + PRESSURE_EXPONENT) * self.thickness;
        let zones = Zones {
            hot_j_k: self.hot_j_k,
            cold_j_k: self.cold_j_k,
            mixing_w_k: fluid_w_k.max(BUOYANT_FLOW * self.fluid_w_k * (1.0 - pump)),
            control: Sink {
                conductance_w_k: fluid_w_k,
                temp_c: config.supply_c,
            },
            exchanger: Sink {
                conductance_w_k: conductance_w_k(PLATE, self.ua_w_k, fluid_w_k, self.water_w_k),
                temp_c: input.water_supply_c,
            },
            dt_s: input.dt_s,
        };
        // Nearly always one limit binds in all tanks for the whole step; otherwise each is followed on its own.
        let heat = Heat {
            rack_w: input.rack_heat_w,
            pump_w,
        };
        let [hot_c, cold_c] = state.sums.sum_c.map(|sum_c| sum_c / racks);
        let rate_k_s = zones.rate_k_s([hot_c, cold_c], input.it_heat_w / racks + pump_w);
        // A tank that moves far may meet another limit on the way and come back.
        let calm = rate_k_s.abs() * input.dt_s < CALM_K;
        let one = calm.then(|| zones.binding_for(state.sums.hot_c)).flatten();
        let together = one.and_then(|sink| {
            let sums = tank::advance_all(&zones.under(sink), state, next, heat);
            (zones.binding_for(sums.hot_c) == Some(sink)).then_some(sums)
        });
        next.sums = together.unwrap_or_else(|| tank::advance_each(&zones, state, next, heat));
        next.film = 1.0 + (self.still - 1.0) * (1.0 - pump);
        let (from_c, to_c) = (state.sums.sum_c, next.sums.sum_c);
        let stored_j = (to_c[0] - from_c[0]) * self.hot_j_k + (to_c[1] - from_c[1]) * self.cold_j_k;
        let stored_w = stored_j / input.dt_s;
        let drawn_w = next.sums.heat_w + pump_w * racks - stored_w;
        let mean_c = |zone: usize| 0.5 * (from_c[zone] + to_c[zone]) / racks;
        let ventilation_w = self.ventilation_w_w * input.room_heat_w * input.available.fans;
        Output {
            heat_to_water_w: drawn_w,
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: input.room_heat_w + ventilation_w,
            stored_w,
            hall_fans_w: ventilation_w,
            cdu_pumps_w: pump_w * racks,
            water: Water::default(),
            vapour_kg_s: 0.0,
            supply_c: mean_c(1),
            return_c: mean_c(0),
            dew_point_c: None,
            dew_point_outside: false,
        }
    }
}
