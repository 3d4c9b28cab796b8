//! A site battery beside the meter: energy and power limits, losses on the way in and out, and when it works.
//!
//! ```text
//! dE/dt = η·P_charge − P_discharge/η − P_idle        η = √(round trip), AC to AC; powers at the AC side, W
//! 0 ≤ E ≤ E_max,  P ≤ P_max                          the least of power and energy limits binds over the step
//!
//! shave     discharge what the site draws above the target, or above what its connection carries; recharge below it
//! trade     charge below one price, discharge above another, never below the reserve and never into the grid
//! ```
//!
//! Source: energy balance; the round trip is that of NREL's ATB, 85 %, with 80 to 90 % for what is sold. Ageing, temperature and
//! the fall of efficiency at part load are not modelled. Within a step the power is constant, so the balance is exact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::units::{fraction, given_finite, given_positive, positive, positive_fraction};

/// `[site.battery]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatteryConfig {
    /// Energy between empty and full.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1e-4, max = 1e5))]
    pub energy_mwh: f64,
    /// Maximum power in and out at the AC side.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1e-4, max = 1e5))]
    pub power_mw: f64,
    /// Energy out over energy in, AC to AC.
    #[serde(default = "round_trip", deserialize_with = "positive_fraction")]
    #[schemars(range(min = 0.1, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.8, 0.92, "lithium-ion plants with and without the power of their own cooling")))]
    pub round_trip: f64,
    /// Share of the energy in it at the start.
    #[serde(default = "half", deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub initial: f64,
    /// Keeps the site's draw at or below this: discharges above it, and without trading recharges below it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub peak_target_mw: Option<f64>,
    /// Charges while energy costs less than this, up to the target and the grid limit.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_finite"
    )]
    #[schemars(range(min = -1e5, max = 1e6))]
    pub buy_below_usd_mwh: Option<f64>,
    /// Covers the site's draw while energy costs more than this; feeds nothing in.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_finite"
    )]
    #[schemars(range(min = -1e5, max = 1e6))]
    pub sell_above_usd_mwh: Option<f64>,
    /// Share of the energy that trading leaves for shaving.
    #[serde(default, deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub reserve: f64,
}

fn round_trip() -> f64 {
    0.85
}

fn half() -> f64 {
    0.5
}

/// A battery and its rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Battery {
    energy_j: f64,
    power_w: f64,
    one_way: f64,
    target_w: f64,
    buy_below_usd_j: f64,
    sell_above_usd_j: f64,
    reserve_j: f64,
    trades: bool,
}

/// State from step to step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BatteryState {
    /// Energy in it, J.
    pub stored_j: f64,
}

/// Means over a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BatteryOutput {
    /// Delivered at the AC side, W; negative while charging.
    pub delivered_w: f64,
    /// Lost, W.
    pub loss_w: f64,
    /// Gain of stored energy, W.
    pub stored_w: f64,
}

impl BatteryConfig {
    /// The battery, and its state at the start.
    pub fn start(&self) -> (Battery, BatteryState) {
        let energy_j = self.energy_mwh * 3.6e9;
        let price_usd_j = |price: Option<f64>| price.map(|price| price / 3.6e9);
        let battery = Battery {
            energy_j,
            power_w: self.power_mw * 1e6,
            one_way: self.round_trip.sqrt(),
            target_w: self
                .peak_target_mw
                .map_or(f64::INFINITY, |target_mw| target_mw * 1e6),
            buy_below_usd_j: price_usd_j(self.buy_below_usd_mwh).unwrap_or(f64::NEG_INFINITY),
            sell_above_usd_j: price_usd_j(self.sell_above_usd_mwh).unwrap_or(f64::INFINITY),
            reserve_j: self.reserve * energy_j,
            trades: self.buy_below_usd_mwh.is_some() || self.sell_above_usd_mwh.is_some(),
        };
        let stored_j = self.initial * energy_j;
        (battery, BatteryState { stored_j })
    }
}

impl Battery {
    /// Target for the site's draw, W; infinite without one.
    pub fn target_w(&self) -> f64 {
        self.target_w
    }

    /// The most it can deliver over a step, W.
    pub fn most_out_w(&self, state: BatteryState, dt_s: f64) -> f64 {
        self.power_w
            .min(state.stored_j * self.one_way / dt_s)
            .max(0.0)
    }

    /// The most it can take over a step, W.
    pub fn most_in_w(&self, state: BatteryState, dt_s: f64) -> f64 {
        let room_j = self.energy_j - state.stored_j;
        self.power_w.min(room_j / (self.one_way * dt_s)).max(0.0)
    }

    /// Power requested by the rule, W: positive out. `net_w` is the site's draw without the battery, `limit_w` what
    /// its connection carries.
    pub fn ask_w(&self, state: BatteryState, net_w: f64, limit_w: f64, price_usd_j: f64) -> f64 {
        let ceiling_w = self.target_w.min(limit_w);
        if net_w > ceiling_w {
            return net_w - ceiling_w;
        }
        if net_w < 0.0 {
            return net_w; // more sun than use: keep it
        }
        let headroom_w = ceiling_w - net_w;
        if price_usd_j > self.sell_above_usd_j && state.stored_j > self.reserve_j {
            return net_w;
        }
        let refills = !self.trades && ceiling_w.is_finite();
        if price_usd_j < self.buy_below_usd_j || refills || state.stored_j < self.reserve_j {
            return -headroom_w;
        }
        0.0
    }

    /// Delivers the requested power as far as power and energy allow.
    pub fn step(
        &self,
        state: BatteryState,
        asked_w: f64,
        dt_s: f64,
    ) -> (BatteryState, BatteryOutput) {
        let delivered_w = asked_w.clamp(-self.most_in_w(state, dt_s), self.most_out_w(state, dt_s));
        let stored_w = if delivered_w >= 0.0 {
            -delivered_w / self.one_way
        } else {
            -delivered_w * self.one_way
        };
        let next = BatteryState {
            stored_j: (state.stored_j + stored_w * dt_s).clamp(0.0, self.energy_j),
        };
        let output = BatteryOutput {
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
    use proptest::prelude::*;

    fn battery(extra: &str) -> (Battery, BatteryState) {
        let text = format!("energy_mwh = 4\npower_mw = 2\nround_trip = 0.81\n{extra}");
        toml::from_str::<BatteryConfig>(&text).unwrap().start()
    }

    /// By hand, 90 % each way: an hour at 1 MW stores 0.9 `MWh`; that hour given back delivers 0.81 `MWh`.
    #[test]
    fn a_round_trip_by_hand() {
        let (battery, state) = battery("initial = 0");
        let (full, taken) = battery.step(state, -1e6, 3600.0);
        assert!((full.stored_j / 3.6e9 - 0.9).abs() < 1e-12);
        assert!((taken.loss_w - 1e5).abs() < 1e-6);
        let (empty, given) = battery.step(full, 5e6, 3600.0);
        assert!((given.delivered_w - 0.81e6).abs() < 1e-3);
        assert!(empty.stored_j.abs() < 1.0);
    }

    /// Target 10 MW: 11.5 MW is shaved by 1.5, 9 MW leaves 1 MW for charging; trading obeys prices and reserve.
    #[test]
    fn the_rule_by_hand() {
        let (shaver, state) = battery("peak_target_mw = 10");
        let ask = |net_w: f64| shaver.ask_w(state, net_w, f64::INFINITY, f64::NAN);
        assert_eq!(ask(11.5e6), 1.5e6);
        assert_eq!(ask(9e6), -1e6);
        assert_eq!(shaver.ask_w(state, 9e6, 8e6, 0.0), 1e6);
        // Under a limit alone it recharges below that; without a target, a limit or prices it only keeps the sun.
        let (plain, state) = battery("");
        assert_eq!(plain.ask_w(state, 7e6, 8e6, f64::NAN), -1e6);
        assert_eq!(plain.ask_w(state, 7e6, f64::INFINITY, f64::NAN), 0.0);
        let (trader, state) =
            battery("buy_below_usd_mwh = 20\nsell_above_usd_mwh = 80\nreserve = 0.5");
        let usd_j = |usd_mwh: f64| usd_mwh / 3.6e9;
        let ask = |stored_j: f64, usd_mwh: f64| {
            trader.ask_w(BatteryState { stored_j }, 5e6, 6e6, usd_j(usd_mwh))
        };
        assert_eq!(ask(3.0 * 3.6e9, 100.0), 5e6);
        assert_eq!(ask(3.0 * 3.6e9, 50.0), 0.0);
        assert_eq!(ask(3.0 * 3.6e9, -5.0), -1e6);
        assert_eq!(ask(state.stored_j - 1.0, 100.0), -1e6); // below the reserve
    }

    proptest! {
        /// Energy closes, limits hold, and two half steps land where one whole step does.
        #[test]
        fn energy_closes(share in 0.0..1.0f64, requested in -5e6..5e6f64, dt in 1.0..7200.0f64) {
            let (battery, _) = battery("");
            let state = BatteryState { stored_j: share * 4.0 * 3.6e9 };
            let (next, out) = battery.step(state, requested, dt);
            let change_w = (next.stored_j - state.stored_j) / dt;
            prop_assert!((change_w - out.stored_w).abs() < 1e-3);
            prop_assert!((-out.delivered_w - out.loss_w - out.stored_w).abs() < 1e-6);
            prop_assert!(out.loss_w >= -1e-9 && out.delivered_w.abs() <= 2e6);
            prop_assert!((0.0..=4.0 * 3.6e9).contains(&next.stored_j));
            let (half, _) = battery.step(state, out.delivered_w, dt / 2.0);
            let (halves, _) = battery.step(half, out.delivered_w, dt / 2.0);
            prop_assert!((halves.stored_j - next.stored_j).abs() < 1e-3);
        }
    }
}
