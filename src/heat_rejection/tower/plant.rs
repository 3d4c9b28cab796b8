//! Tower plant: cooling towers carry the heat of facility water, directly or behind a plate heat exchanger.
//!
//! ```text
//! direct    tower leaving = supply
//! plate     tower leaving = supply + Q/C − Q/G        G = ε·C_min, counterflow; C facility, C_t tower water, W/K
//! tower heat = Q + shaft heat of the tower pump        tower pump at constant flow while running
//! ```
//!
//! Source: `cell.rs`, `heat_exchanger.rs`. Several equal cells share the water, so one large cell stands for all.
//! Valid where the tower's correlation is; the exchanger's conductance follows the facility flow with exponent 0.8.

use super::cell::Tower;
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput};
use crate::heat_rejection::water_loop::pump::Pump;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::heat_exchanger::{
    Arrangement, ResistanceSplit, conductance_w_k, ua_for_approach,
};
use crate::physics::psychrometrics::MoistAir;

/// A tower plant ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct TowerPlant {
    /// The tower.
    pub tower: Tower,
    /// None where facility water runs over the tower itself.
    pub plate: Option<Plate>,
}

/// The heat exchanger that keeps tower water out of the halls, and the pump of the tower side.
#[derive(Debug, Clone, PartialEq)]
pub struct Plate {
    /// Conductance at design flow on both sides, W/K.
    pub ua_w_k: f64,
    /// Facility capacity rate at design, W/K.
    pub facility_w_k: f64,
    /// Tower capacity rate while running, W/K.
    pub tower_w_k: f64,
    /// Tower-water pump.
    pub pump: Pump,
}

impl Plate {
    /// A plate that brings facility water within `approach_k` of tower water at design.
    pub fn sized(
        heat_w: f64,
        approach_k: f64,
        facility_w_k: f64,
        tower_w_k: f64,
        pump: Pump,
    ) -> Self {
        Self {
            ua_w_k: ua_for_approach(
                Arrangement::Counterflow,
                heat_w,
                approach_k,
                facility_w_k,
                tower_w_k,
            ),
            facility_w_k,
            tower_w_k,
            pump,
        }
    }

    /// Heat per kelvin between facility water and tower water entering, W/K.
    fn conductance_w_k(&self, facility_w_k: f64) -> f64 {
        let flow = facility_w_k / self.facility_w_k;
        let ua_w_k = self.ua_w_k * ResistanceSplit::PLATE.ua_ratio(flow, 1.0);
        conductance_w_k(
            Arrangement::Counterflow,
            ua_w_k,
            facility_w_k,
            self.tower_w_k,
        )
    }
}

/// The tower side of a plant in numbers that both questions share.
struct Side {
    flow_w_k: f64,
    shaft_w: f64,
    pump_w: f64,
    /// Drop from facility supply to tower water per watt of heat, K/W.
    drop_k_w: f64,
    /// The drop at the design heat, K.
    full_drop_k: f64,
}

impl TowerPlant {
    /// Heat per kelvin between facility water and tower water entering the plate, W/K; without a plate they are one.
    pub(in crate::heat_rejection) fn conductance_w_k(&self, facility_w_k: f64) -> f64 {
        let plate = self.plate.as_ref();
        plate.map_or(facility_w_k, |plate| plate.conductance_w_k(facility_w_k))
    }

    fn side(&self, facility_w_k: f64) -> Side {
        let Some(plate) = &self.plate else {
            return Side {
                flow_w_k: facility_w_k,
                shaft_w: 0.0,
                pump_w: 0.0,
                drop_k_w: 0.0,
                full_drop_k: 0.0,
            };
        };
        let drop_k_w = |facility_w_k: f64| {
            (1.0 / plate.conductance_w_k(facility_w_k) - 1.0 / facility_w_k).max(0.0)
        };
        let design = self.tower.design();
        let design_w = design.water_kg_s * WATER_CP_J_KGK * design.range_k;
        let pumped = plate.pump.run(plate.pump.design_kg_s);
        Side {
            flow_w_k: plate.tower_w_k,
            shaft_w: pumped.heat_to_water_w,
            pump_w: pumped.electric_w,
            drop_k_w: drop_k_w(facility_w_k),
            full_drop_k: drop_k_w(plate.facility_w_k) * design_w,
        }
    }
}

impl Rejection for TowerPlant {
    fn set_available(&mut self, available: &Available) {
        // One pump for all: without it nothing reaches the towers, with some of several they share the way.
        let stopped = self.plate.is_some() && available.pumps <= 0.0;
        self.tower.set_available(&Available {
            water: available.water && !stopped,
            ..*available
        });
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 || self.tower.is_dry() {
            return 0.0;
        }
        let side = self.side(flow_w_k);
        let reach_c = supply_c + side.drop_k_w * side.shaft_w;
        let slope = side.drop_k_w * side.flow_w_k;
        let range_k = self
            .tower
            .full_range_k(reach_c, slope, side.flow_w_k, outside);
        (range_k * side.flow_w_k - side.shaft_w).max(0.0)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return RejectionOutput {
                condenser_c: supply_c,
                ..RejectionOutput::default()
            };
        }
        let side = self.side(flow_w_k);
        let leaving_c = supply_c - side.drop_k_w * heat_w;
        let run = self.tower.run(
            heat_w + side.shaft_w,
            leaving_c,
            supply_c - side.full_drop_k,
            side.flow_w_k,
            outside,
        );
        RejectionOutput {
            fans_w: run.fan_w,
            pumps_w: side.pump_w,
            heat_to_ambient_w: heat_w + run.fan_w + side.pump_w,
            water: run.water,
            condenser_c: leaving_c,
            fan_speed: run.fan_speed,
            ..RejectionOutput::default()
        }
    }
}
