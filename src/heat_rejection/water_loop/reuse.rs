//! Heat reuse: a share of the return heat goes to a district network at a stated temperature before the plant.
//!
//! ```text
//! plate      Q = min(wanted, C·(return − max(supply, network return + approach)))   only where return ≥ network + approach
//! heat pump  Q = wanted;  P = Q/COP,  COP = η·T_e/(T_c − T_e)                        K
//!            T_e = leaving water − 2 K,  T_c = network supply + 5.5 K,  T_c − T_e ≥ 10 K
//! delivered  = Q + P
//! ```
//!
//! Source: COP from lift with the refrigerant's temperatures. Engineering estimates, unconfirmed: η 0.55, from 0.50 of small
//! screw machines to 0.65 of large two-stage centrifugals; 2 K in the evaporator (1 flooded to 3 direct expansion); 5.5 K in
//! the condenser (3 to 8); a least lift of 10 K (8 to 12, below which expansion devices no longer feed). Valid while
//! the network takes what is offered at its temperatures; pumps of the network are its own. The electricity of the heat
//! pump is inside the datacenter and ends in the network: it counts in what is delivered. The plant behind is
//! not made smaller: it carries everything when the network takes nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;
use crate::heat_rejection::rejection::{
    Available, Rejection, RejectionOutput, StepRequest, StepResult,
};
use crate::physics::psychrometrics::MoistAir;
use crate::units::{self, KELVIN};

/// Share of Carnot between the refrigerant's temperatures.
const EFFICIENCY: f64 = 0.55;
/// Refrigerant below leaving water, above the network's supply, and their least distance, K.
const EVAPORATOR_K: f64 = 2.0;
const CONDENSER_K: f64 = 5.5;
const MIN_LIFT_K: f64 = 10.0;

/// `[heat_rejection.….reuse]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reuse {
    /// Temperature the network is supplied with, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 5.0, max = 100.0))]
    pub network_c: f64,
    /// Temperature the network's water comes back with, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 0.0, max = 99.0))]
    pub network_return_c: f64,
    /// Share of the heat that the network takes at most.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// Heat that the network takes from facility water at most, kW.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e8))]
    pub max_kw: Option<f64>,
    /// Outdoor dry bulb above which the network takes nothing, °C: the end of its heating season.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -60.0, max = 60.0))]
    pub below_c: Option<f64>,
    /// Facility water above network water across the plate exchanger, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    pub approach_k: f64,
    /// A heat pump lifts the heat to the network's temperature; otherwise only a plate exchanger passes it on.
    pub heat_pump: bool,
}

impl Default for Reuse {
    /// A 65/40 °C network with a heat pump that takes all it can get.
    fn default() -> Self {
        Self {
            network_c: 65.0,
            network_return_c: 40.0,
            share: 1.0,
            max_kw: None,
            below_c: None,
            approach_k: 3.0,
            heat_pump: true,
        }
    }
}

impl Reuse {
    /// Whether facility water that returns at `return_c` at full load can heat the network.
    ///
    /// # Errors
    /// Where it never can, or where the network's own temperatures make no sense; at the key `reuse`.
    pub(in crate::heat_rejection) fn check(&self, return_c: f64) -> Result<(), Fault> {
        if !self.heat_pump && return_c < self.network_c + self.approach_k {
            let what = format!(
                "water that returns at {return_c:.0} °C heats no network above {:.0} °C across a plate of {:.0} K",
                return_c - self.approach_k,
                self.approach_k
            );
            let cure = "use heat_pump = true, a colder network_c or warmer water";
            return Err(Fault::new(what, cure).at("reuse"));
        }
        if self.network_return_c >= self.network_c {
            let what = "the network comes back no colder than it is supplied";
            let cure = "use network_return_c below network_c";
            return Err(Fault::new(what, cure).at("reuse"));
        }
        Ok(())
    }

    /// Heat that the network takes from facility water at most, out of that of the halls at full load, W.
    pub(in crate::heat_rejection) fn most_w(&self, heat_w: f64) -> f64 {
        let most_w = self.max_kw.map_or(f64::INFINITY, |kw| kw * 1e3);
        (self.share * heat_w).min(most_w)
    }

    /// Heat taken from facility water, W, and the electricity for it, W.
    fn take(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> (f64, f64) {
        let closed = self
            .below_c
            .is_some_and(|below_c| outside.dry_bulb_c > below_c);
        if closed || heat_w <= 0.0 || flow_w_k <= 0.0 {
            return (0.0, 0.0);
        }
        let wanted_w = self.most_w(heat_w);
        let return_c = supply_c + heat_w / flow_w_k;
        if !self.heat_pump {
            if return_c < self.network_c + self.approach_k {
                return (0.0, 0.0);
            }
            let coldest_c = supply_c.max(self.network_return_c + self.approach_k);
            let passed_w = (flow_w_k * (return_c - coldest_c)).max(0.0);
            return (wanted_w.min(passed_w), 0.0);
        }
        let leaving_c = return_c - wanted_w / flow_w_k;
        let evaporating_k = leaving_c - EVAPORATOR_K + KELVIN;
        let condensing_k = self.network_c + CONDENSER_K + KELVIN;
        let lift_k = (condensing_k - evaporating_k).max(MIN_LIFT_K);
        (wanted_w, wanted_w * lift_k / (EFFICIENCY * evaporating_k))
    }
}

/// A plant behind a network.
pub struct Reusing {
    config: Reuse,
    plant: Box<dyn Rejection>,
}

impl Reusing {
    /// The network comes first.
    pub fn new(config: Reuse, plant: Box<dyn Rejection>) -> Self {
        Self { config, plant }
    }
}

impl Rejection for Reusing {
    fn decide(&mut self, request: &StepRequest<'_>) {
        let (taken_w, _) = self.config.take(
            request.heat_w,
            request.supply_c,
            request.flow_w_k,
            &request.outdoors.air,
        );
        self.plant.decide(&StepRequest {
            heat_w: request.heat_w - taken_w,
            ..*request
        });
    }

    fn set_available(&mut self, available: &Available) {
        self.plant.set_available(available);
    }

    /// Basins behind it look at their water only.
    fn commit(&mut self, done: &StepResult<'_>) {
        self.plant.commit(done);
    }

    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        self.plant.carries(heat_w, supply_c, flow_w_k, outside)
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.plant.capacity_w(supply_c, flow_w_k, outside)
    }

    fn capacity_at_w(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.plant
            .capacity_at_w(heat_w, supply_c, flow_w_k, outside)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        let (taken_w, electric_w) = self.config.take(heat_w, supply_c, flow_w_k, outside);
        let rest = self
            .plant
            .reject(heat_w - taken_w, supply_c, flow_w_k, outside);
        RejectionOutput {
            chillers_w: rest.chillers_w + electric_w,
            reused_w: rest.reused_w + taken_w + electric_w,
            ..rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heat_rejection::dry_cooler::size::DryCoolerDesign;

    fn outside(dry_bulb_c: f64) -> MoistAir {
        MoistAir::from_relative_humidity(dry_bulb_c, 0.5, 101_325.0)
    }

    /// 1 MW at 100 kW/K and 32 °C supply returns at 42 °C. A 65 °C network that takes half leaves 37 °C: evaporating at
    /// 308.15 K, condensing at 343.65 K, lift 35.5 K, COP 0.55·308.15/35.5 = 4.774, 104.73 kW; 604.73 kW are delivered.
    #[test]
    fn a_heat_pump_by_hand() {
        let config = Reuse {
            share: 0.5,
            ..Reuse::default()
        };
        let plant = DryCoolerDesign::for_heat(1e6).size();
        let reusing = Reusing::new(config.clone(), Box::new(plant));
        let r = reusing.reject(1e6, 32.0, 1e5, &outside(10.0));
        assert!((r.chillers_w - 104_732.0).abs() < 5.0, "{r:?}");
        assert!((r.reused_w - 604_732.0).abs() < 5.0, "{r:?}");
        assert!((r.heat_to_ambient_w + r.reused_w - 1e6 - r.electric_w()).abs() < 1e-6);

        let summer = Reusing::new(
            Reuse {
                below_c: Some(15.0),
                ..config
            },
            Box::new(DryCoolerDesign::for_heat(1e6).size()),
        );
        assert_eq!(summer.reject(1e6, 32.0, 1e5, &outside(20.0)).reused_w, 0.0);
    }

    /// A plate passes on what is warm enough: from 55 °C down to 43 °C of a 50/40 °C network, 12 K of 100 kW/K; nothing
    /// to a 60 °C network.
    #[test]
    fn a_plate_by_hand() {
        let config = Reuse {
            network_c: 50.0,
            heat_pump: false,
            ..Reuse::default()
        };
        let (taken_w, electric_w) = config.take(1.5e6, 40.0, 1e5, &outside(0.0));
        assert_eq!((taken_w, electric_w), (1.2e6, 0.0));
        let hotter = Reuse {
            network_c: 60.0,
            ..config
        };
        assert_eq!(hotter.take(1.5e6, 40.0, 1e5, &outside(0.0)).0, 0.0);
    }
}
