//! The batteries of the UPS: they carry IT until the generators do, and fill up again afterwards.
//!
//! ```text
//! dE/dt = −P_out/η           while they carry: P_out at the output of the UPS, η of battery and inverter
//! dE/dt = η·P_in             afterwards: P_in = E_max/(η·recharge time) until full
//! E_max = minutes·60·P_design/η
//! ```
//!
//! Source: energy balance; η = 0.93 each way and the recharge time are choices. A float loss of 0.1 to 0.2 % of the
//! rating (commonly quoted) is inside the no-load loss of the UPS entries. The capacity that a battery loses at high
//! rates is taken as stated in `minutes`, which hold at design load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::units::positive;

/// Battery and inverter, each way.
pub(crate) const ONE_WAY: f64 = 0.93;

/// `[electrical.ups_battery]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpsBatteryConfig {
    /// How long they carry IT at full load.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 0.01, max = 1e5))]
    pub minutes: f64,
    /// From empty to full.
    #[serde(default = "recharge", deserialize_with = "positive")]
    #[schemars(range(min = 0.01, max = 1e4))]
    #[schemars(extend("doubt" = doubt(4.0, 24.0, "lithium-ion within some hours, lead-acid within a day")))]
    pub recharge_h: f64,
    /// Whether the fans of the halls and the pumps of coolant and facility water are fed by the UPS too, so that the cold
    /// in water and fluid reaches the racks while the plant is off.
    #[serde(default)]
    pub circulation: bool,
}

fn recharge() -> f64 {
    10.0
}

/// All of them together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UpsBattery {
    /// Energy when full, J.
    pub energy_j: f64,
    /// Hall fans and the pumps of coolant and facility water are fed by them too.
    pub circulation: bool,
    recharge_w: f64,
}

/// State from step to step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UpsBatteryState {
    /// Energy in them, J.
    pub stored_j: f64,
}

/// Means over a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UpsBatteryOutput {
    /// Delivered to the UPS's output, W; negative while they recharge.
    pub delivered_w: f64,
    /// Lost, W.
    pub loss_w: f64,
    /// Gain of stored energy, W.
    pub stored_w: f64,
}

impl UpsBatteryConfig {
    /// Sized for a design load at the output of the UPS, full at the start.
    pub fn start(&self, design_w: f64) -> (UpsBattery, UpsBatteryState) {
        let energy_j = self.minutes * 60.0 * design_w / ONE_WAY;
        let battery = UpsBattery {
            energy_j,
            circulation: self.circulation,
            recharge_w: energy_j / ONE_WAY / (self.recharge_h * 3600.0),
        };
        (battery, UpsBatteryState { stored_j: energy_j })
    }
}

impl UpsBattery {
    /// Whether they can carry this load over the whole step.
    pub fn can_carry(&self, state: UpsBatteryState, output_w: f64, dt_s: f64) -> bool {
        output_w / ONE_WAY * dt_s <= state.stored_j
    }

    /// How long it can deliver this at the output of the UPS, s.
    pub fn lasts_s(&self, state: UpsBatteryState, output_w: f64) -> f64 {
        state.stored_j * ONE_WAY / output_w
    }

    /// Recharging power, W.
    pub fn asks_w(&self, state: UpsBatteryState, dt_s: f64) -> f64 {
        let room_j = self.energy_j - state.stored_j;
        self.recharge_w.min(room_j / (ONE_WAY * dt_s)).max(0.0)
    }

    /// Delivers (or, below zero, takes) power at the output of the UPS. Ask `can_carry` and `asks_w` first.
    pub fn step(
        &self,
        state: UpsBatteryState,
        delivered_w: f64,
        dt_s: f64,
    ) -> (UpsBatteryState, UpsBatteryOutput) {
        let stored_w = if delivered_w >= 0.0 {
            -delivered_w / ONE_WAY
        } else {
            -delivered_w * ONE_WAY
        };
        let next = UpsBatteryState {
            stored_j: (state.stored_j + stored_w * dt_s).clamp(0.0, self.energy_j),
        };
        let output = UpsBatteryOutput {
            delivered_w,
            loss_w: -delivered_w - stored_w,
            stored_w,
        };
        (next, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five minutes at design load, ten at half of it; ten hours until full again.
    #[test]
    fn minutes_and_recharge_by_hand() {
        let config: UpsBatteryConfig = toml::from_str("minutes = 5").unwrap();
        let (battery, full) = config.start(1e6);
        assert!(battery.can_carry(full, 1e6, 299.9) && !battery.can_carry(full, 1e6, 301.0));
        let (empty, out) = battery.step(full, 0.5e6, 600.0);
        assert!(empty.stored_j < 1.0);
        assert!((out.loss_w - 0.5e6 * (1.0 / 0.93 - 1.0)).abs() < 1e-6);
        let ask_w = battery.asks_w(empty, 3600.0);
        let mut state = empty;
        for _ in 0..10 {
            state = battery
                .step(state, -battery.asks_w(state, 3600.0), 3600.0)
                .0;
        }
        assert!((state.stored_j / battery.energy_j - 1.0).abs() < 1e-6);
        assert!((ask_w - 1e6 * 300.0 / 0.93 / 0.93 / 36e3).abs() < 1e-6);
        assert!(battery.asks_w(state, 3600.0) < 1.0);
    }
}
