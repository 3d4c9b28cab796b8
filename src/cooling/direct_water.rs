//! A hall that hands the heat of its servers straight to facility water: for checking plants against references
//! that know no hall, and for loads whose own cooling is metered elsewhere. No machine is built like this.
//!
//! ```text
//! Q_water   = Σ P_rack                     W: all of it, at once; no fans, no pumps, no mass
//! Q_ambient = Q_distribution               W: power distribution is ventilated outdoors, at no cost
//! T_rack    = T_water,supply               °C of the step before, as for every technology
//! ```
//!
//! Source: `LoadProfile:Plant` of `EnergyPlus`, which does the same. Valid for any load; chip temperatures mean
//! nothing here, since no heat exchanger is between water and server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{Aisles, Holder, Pipes};
use super::technology::at_rest;
use super::{Config, Design, FindFluid, Input, Output, Running, Shape, Technology};
use crate::describe::Fault;
use crate::physics::Coolant;
use crate::physics::site_air::SiteAir;

/// `[hall.cooling.direct_water]`: all heat into facility water, no fans or pumps. For checking plants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectWaterConfig {}

impl Config for DirectWaterConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(DirectWater {
            start_c: design.water.supply_c,
            rise_k: design.water.rise_k,
        }))
    }

    /// Servers are here in their fanless build.
    fn coolant(&self) -> Coolant {
        Coolant::Dielectric
    }

    fn design_coolant_c(&self, _: &SiteAir, _: FindFluid<'_>) -> Result<f64, Fault> {
        Ok(30.0)
    }

    fn shape(&self) -> Shape {
        Shape {
            holder: Holder::Rack,
            aisles: Aisles::None,
            crah_share: 0.0,
            pipes: Pipes::None,
        }
    }
}

/// The hall: water in, warmer water out.
#[derive(Debug, Clone)]
pub struct DirectWater {
    start_c: f64,
    rise_k: f64,
}

impl Technology for DirectWater {
    /// Facility water that arrived in the last step, °C.
    type State = f64;

    fn feels_outdoors(&self) -> bool {
        false
    }

    fn coolant(&self) -> Coolant {
        Coolant::Dielectric
    }

    /// Nothing is ever out of range: there is no rack to protect.
    fn limit_c(&self) -> f64 {
        f64::INFINITY
    }

    fn initial(&self) -> f64 {
        self.start_c
    }

    fn rack_coolant_c(&self, state: &f64, racks: &mut [f64]) -> (f64, f64) {
        racks.fill(*state);
        (*state, *state)
    }

    fn step(&self, _: &f64, next: &mut f64, input: &Input<'_>) -> Output {
        *next = input.water_supply_c;
        Output {
            heat_to_water_w: input.it_heat_w,
            heat_to_ambient_w: input.room_heat_w,
            supply_c: input.water_supply_c,
            return_c: input.water_supply_c + self.rise_k,
            ..Output::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cooling::Available;
    use crate::physics::psychrometrics::MoistAir;

    /// 1 MW of servers and 2 kW of distribution over 10 °C water: 1 MW reaches the water, 2 kW the outdoors.
    #[test]
    fn heat_goes_where_it_is_said_to() {
        let hall = DirectWater {
            start_c: 12.0,
            rise_k: 6.0,
        };
        let mut next = f64::NAN;
        let input = Input {
            rack_heat_w: &[4e5, 6e5],
            it_heat_w: 1e6,
            liquid_heat_w: 0.0,
            air_m3_s: 0.0,
            room_heat_w: 2e3,
            water_supply_c: 10.0,
            room_supply_c: 10.0,
            asked: crate::cooling::Asked::All,
            outside: MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0),
            available: Available::default(),
            dt_s: 60.0,
        };
        let output = hall.step(&hall.initial(), &mut next, &input);
        assert_eq!(
            (
                output.heat_to_water_w,
                output.heat_to_ambient_w,
                output.stored_w
            ),
            (1e6, 2e3, 0.0)
        );
        assert_eq!((output.hall_fans_w, output.cdu_pumps_w), (0.0, 0.0));
        let mut racks = [0.0; 2];
        assert_eq!(hall.rack_coolant_c(&next, &mut racks), (10.0, 10.0));
        assert_eq!(racks, [10.0, 10.0]);
    }
}
