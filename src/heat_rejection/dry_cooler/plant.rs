//! Dry coolers straight in the facility loop.
//!
//! ```text
//! capacity   Q = G·(supply + Q/C − T)  ⇒  Q = G·(supply − T)/(1 − G/C)      W; T air entering the coils, °C
//! fans       the air flow with G(air)·(supply + Q/C − T) = Q
//! ```
//!
//! C: facility water, W/K; G: `cooler.rs`, where source and validity are; air behind wet pads: `pads.rs`.

use super::cooler::DryCooler;
use super::pads::Pads;
use crate::heat_rejection::rejection::{Available, Rejection, RejectionOutput, StepRequest};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;

/// Dry coolers straight in the facility loop.
#[derive(Debug, Clone, PartialEq)]
pub struct DryCoolerPlant {
    /// The coolers that can run, together.
    pub cooler: DryCooler,
    /// All of them.
    installed: DryCooler,
    /// Wetting of their air.
    pub pads: Option<Pads>,
}

impl DryCoolerPlant {
    /// All of these coolers.
    pub fn of(cooler: DryCooler) -> Self {
        Self {
            installed: cooler.clone(),
            cooler,
            pads: None,
        }
    }

    /// Air entering the coils.
    fn air(&self, outside: &MoistAir) -> MoistAir {
        match &self.pads {
            Some(pads) if pads.are_wet() => pads.air(outside),
            _ => *outside,
        }
    }

    /// Heat per kelvin between entering water and air at full fans, W/K, and the temperature of that air, °C.
    pub(super) fn reach(&self, flow_w_k: f64, outside: &MoistAir) -> (f64, f64) {
        let air = self.air(outside);
        let air_w_k = self.cooler.air_w_k(&air);
        let ua = self.cooler.dense_ua(&air);
        let g_w_k = self.cooler.conductance(1.0, ua, flow_w_k, air_w_k);
        (g_w_k, air.dry_bulb_c)
    }
}

impl Rejection for DryCoolerPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        if let Some(pads) = &mut self.pads {
            pads.decide(&request.outdoors.air);
        }
    }

    /// Coils without fans are shut off; the others get their water.
    fn set_available(&mut self, available: &Available) {
        if let Some(pads) = &mut self.pads {
            pads.supply(available.water);
        }
        let share = available.fans.clamp(0.0, 1.0);
        self.cooler = DryCooler {
            ua_w_k: self.installed.ua_w_k * share,
            air_m3_s: self.installed.air_m3_s * share,
            fan_w: self.installed.fan_w * share,
            ..self.installed.clone()
        };
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        // Q = G·(supply + Q/C − air). G < C, or the water would leave as cold as the air.
        let (g_w_k, air_c) = self.reach(flow_w_k, outside);
        let reach_k = (supply_c - air_c).max(0.0);
        g_w_k * reach_k / (1.0 - g_w_k / flow_w_k).max(1e-6)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        let none = RejectionOutput {
            condenser_c: f64::NAN,
            ..RejectionOutput::default()
        };
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return none;
        }
        let air = self.air(outside);
        let reach_k = supply_c + heat_w / flow_w_k - air.dry_bulb_c;
        let wanted_w_k = if reach_k > 0.0 {
            heat_w / reach_k
        } else {
            f64::INFINITY
        };
        let fans = self.cooler.fans(wanted_w_k, flow_w_k, &air);
        let fans_w = fans.power * self.cooler.density_ratio(&air) * self.cooler.fan_w;
        let water = match &self.pads {
            Some(pads) if pads.are_wet() => {
                // The fans move a volume of the air behind the pads.
                let dry_kg_s = fans.air * self.cooler.air_m3_s / air.specific_volume_m3_kg();
                pads.water(dry_kg_s, outside)
            }
            _ => Water::default(),
        };
        RejectionOutput {
            fans_w,
            heat_to_ambient_w: heat_w + fans_w,
            water,
            fan_speed: fans.air,
            ..none
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::cooler::DryCoolerEntry;
    use super::super::size::DryCoolerDesign;
    use super::*;
    use crate::heat_rejection::convention::Convention;
    use proptest::prelude::*;

    fn catalogue() -> BTreeMap<String, DryCoolerEntry> {
        toml::from_str(include_str!("../../../assets/catalogue/dry_coolers.toml")).unwrap()
    }

    /// −8.26 °C, 99.3 kPa: 60 m³/s are 78.3 kg/s or 78.9 kW/K. As `EnergyPlus` counts: NTU 1.521, Cr 0.474, ε 0.672 and G 53.0
    /// kW/K; water enters at 41.07 °C, so low speed carries 2,616 kW and runs 38.6 % of the time: 1,854 W. With 1.3051 over
    /// 1.2 kg/m³: UA 120·1.0876^0.737 = 127.7 kW/K, NTU 1.619, ε 0.689, G 54.4 kW/K, 37.67 % of the time at 4.8 kW·1.0876:
    /// 1,967 W.
    #[test]
    fn low_speed_by_hand() {
        let outside = MoistAir {
            dry_bulb_c: -8.2625,
            wet_bulb_c: -9.285,
            humidity_ratio: 0.0013,
            pressure_pa: 99_312.5,
        };
        let mut cooler = catalogue().remove("two-speed-reference").unwrap().design;
        for (convention, fans_w) in [
            (Convention::EnergyPlus, 1854.0),
            (Convention::Strict, 1966.5),
        ] {
            cooler.convention = convention;
            let plant = DryCoolerPlant::of(cooler.clone());
            let r = plant.reject(1.0104e6, 35.0, 166.33e3, &outside);
            assert!((r.fans_w - fans_w).abs() < 4.0, "{} {fans_w}", r.fans_w);
        }
    }

    #[test]
    fn the_design_point_is_met() {
        let design = DryCoolerDesign::for_heat(2e6);
        let outside = MoistAir {
            dry_bulb_c: 35.0,
            wet_bulb_c: 20.0,
            humidity_ratio: 0.01,
            pressure_pa: 101_325.0,
        };
        let capacity_w = design.size().capacity_w(41.0, 2e6 / 6.0, &outside);
        assert!((capacity_w - 2e6).abs() < 1.0, "{capacity_w}");
    }

    proptest! {
        /// Variable fans find the air flow at which the coil carries exactly the load.
        #[test]
        fn the_air_flow_carries_the_load(db in -30.0..40.0f64, above in 3.0..30.0f64, load in 0.05..1.0f64) {
            let cooler = catalogue().remove("ec-fans").unwrap().design;
            let plant = DryCoolerPlant::of(cooler);
            let outside = MoistAir { dry_bulb_c: db, wet_bulb_c: db, humidity_ratio: 0.001, pressure_pa: 1e5 };
            let (supply_c, flow_w_k) = (db + above, 166e3);
            let heat_w = load * plant.capacity_w(supply_c, flow_w_k, &outside);
            let r = plant.reject(heat_w, supply_c, flow_w_k, &outside);
            if r.fan_speed > 0.2 {
                let air_w_k = plant.cooler.air_w_k(&outside);
                let ua = plant.cooler.dense_ua(&outside) * r.fan_speed.powf(0.737);
                let g = plant.cooler.conductance(r.fan_speed, ua, flow_w_k, air_w_k);
                let carried_w = g * (above + heat_w / flow_w_k);
                prop_assert!((carried_w / heat_w - 1.0).abs() < 1e-7, "{carried_w} {heat_w}");
            }
        }
    }
}
