//! How much of a swing within the step reaches the meter: storage in the racks, then what capacitors delay.
//!
//! ```text
//! swing      rectangular, peak to peak A, up for the share w of its period 1/f
//! storage    A₁ = A·(1 − E/E_full) ≥ 0        E_full = A·w·(1 − w)/f: what flattens it fully
//! delay      A₂ = A₁·(1 − e^(−w/fτ))·(1 − e^(−(1−w)/fτ))/(1 − e^(−1/fτ))      first-order lag, settled
//! steepness  dP/dt ≤ A₁/τ                     at the edge of a step through the lag
//! sum        √Σ A₂²  over jobs that run independently; inside a gang A is the sum over its GPUs
//! ```
//!
//! A in W, E in J, τ and 1/f in s. The store gives its energy while the power is up and takes it back while it is down, both
//! at even power: that is the most that so much energy can flatten. Losses of the store are left out.
//!
//! Source: the two balances above by hand; the lag is the textbook answer of a first-order filter to a rectangular wave.
//! That synchronised training alternates between compute near TDP and waits near rest, mostly at 0.2 to 3 Hz: Choukse et
//! al. 2025 (arXiv 2508.14318). Power supplies with storage cut a rack's peak demand by up to 30 % (NVIDIA, GB300). The
//! delay of power supplies and UPS without storage, 20 ms, is an estimate from the hold-up of common supplies, with
//! its range at the key. Valid for what repeats in seconds; slower changes are in the steps of the run itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::units;

/// `[electrical.smoothing]`: smoothing between the swings of the chips and the meter.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Smoothing {
    /// Energy stored in the racks' power supplies, as time at the chips' full swing (TDP less power at rest): 65 J
    /// for a chip of 1,400 W would be 0.05.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub storage_s: f64,
    /// Delay of power supplies and UPS, a first-order lag.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0, max = 3600.0))]
    #[schemars(extend("doubt" = doubt(0.01, 0.03, "hold-up of common supplies, half a cycle to one and a half of 50 Hz")))]
    pub delay_s: f64,
}

impl Default for Smoothing {
    fn default() -> Self {
        Self {
            storage_s: 0.0,
            delay_s: 0.02,
        }
    }
}

/// A rectangular swing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// Peak to peak, W (or any unit in which storage is counted too).
    pub amplitude_w: f64,
    /// Share of its period for which it is up, 0..1.
    pub up: f64,
    /// Periods per second.
    pub per_s: f64,
}

/// Share that reaches the meter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Felt {
    /// Peak to peak, W.
    pub amplitude_w: f64,
    /// Steepest change, W/s.
    pub w_per_s: f64,
}

impl Smoothing {
    /// Swing after smoothing; `full_w` is the swing at which storage is counted in seconds.
    pub fn felt(&self, swing: &Swing, full_w: f64) -> Felt {
        let Swing {
            amplitude_w,
            up,
            per_s,
        } = *swing;
        let flatten_j = amplitude_w * up * (1.0 - up) / per_s;
        if flatten_j <= 0.0 {
            return Felt::default();
        }
        let left_w = amplitude_w * (1.0 - self.storage_s * full_w / flatten_j).max(0.0);
        let periods = 1.0 / (per_s * self.delay_s);
        let settled = |share: f64| -(-share * periods).exp_m1();
        Felt {
            amplitude_w: left_w * settled(up) * settled(1.0 - up) / settled(1.0),
            w_per_s: left_w / self.delay_s,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MEGAWATT: Swing = Swing {
        amplitude_w: 1e6,
        up: 0.75,
        per_s: 1.0,
    };

    /// By hand: 1 MW up for 0.75 s of each second is flattened by 1 MW·0.75·0.25 s = 187.5 kJ; half of that leaves half.
    /// Without a store and with a lag of 0.5 s: (1 − e^−1.5)·(1 − e^−0.5)/(1 − e^−2) = 0.77687·0.39347/0.86466 = 0.35352;
    /// the edge rises by 1 MW/0.5 s.
    #[test]
    fn storage_and_delay_by_hand() {
        let half = Smoothing {
            storage_s: 0.09375,
            delay_s: 1e-6,
        };
        assert!((half.felt(&MEGAWATT, 1e6).amplitude_w - 0.5e6).abs() < 1.0);
        let slow = Smoothing {
            storage_s: 0.0,
            delay_s: 0.5,
        };
        let felt = slow.felt(&MEGAWATT, 1e6);
        assert!((felt.amplitude_w - 353_520.0).abs() < 50.0, "{felt:?}");
        assert_eq!(felt.w_per_s, 2e6);
        let enough = Smoothing {
            storage_s: 0.2,
            delay_s: 0.02,
        };
        assert_eq!(enough.felt(&MEGAWATT, 1e6), Felt::default());
    }

    proptest! {
        /// More storage or more delay never lets more through, and nothing makes a swing larger.
        #[test]
        fn smoothing_smooths(up in 0.05..0.95f64, per_s in 0.05..10.0f64, storage_s in 0.0..0.5f64, delay_s in 1e-3..3.0f64) {
            let swing = Swing { amplitude_w: 1.0, up, per_s };
            let felt = |storage_s, delay_s| Smoothing { storage_s, delay_s }.felt(&swing, 1.0);
            let here = felt(storage_s, delay_s);
            prop_assert!(here.amplitude_w <= 1.0 + 1e-12 && here.amplitude_w >= 0.0);
            prop_assert!(felt(storage_s + 0.01, delay_s).amplitude_w <= here.amplitude_w + 1e-12);
            prop_assert!(felt(storage_s, delay_s * 1.1).amplitude_w <= here.amplitude_w + 1e-12);
            prop_assert!(here.w_per_s * delay_s <= 1.0 + 1e-12);
        }
    }
}
