//! One accelerator: electrical power and clock by utilisation and temperature.
//!
//! ```text
//! h(T)   = (1 − λ) + λ·e^((T − T_ref)/T_0)                    leakage: share λ of the power at T_ref
//! P(u,T) = [P_idle/h(T_idle)·(1 − u) + P_tdp·u]·h(T)          u: power utilisation, 0..1
//! T      = T_coolant + R·P(u,T)                               seconds, so quasi-steady in a step
//! clock  = c(P_dyn,allowed/P_dyn,asked) by `dvfs`             where TDP or the slow-down temperature binds
//! ```
//!
//! P is W, T °C, R K/W from junction to coolant. `P(1, T_ref) = P_tdp` and `P(0, T_idle) = P_idle` by
//! construction. The power cap is the TDP.
//!
//! Source: exponential leakage with T_0 40–60 K and 15–30 % of TDP at 85 °C: what the field quotes, without a source that was
//! opened (`doubt` in the catalogue gives the share's range, 0.1 to 0.3; T_0 is held at 50 K); the clock by `dvfs`, which gives its source of fit.
//! Valid from about 10 °C to the slow-down temperature. Utilisation is the share of the chip's power range
//! in use, not model FLOPs utilisation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dvfs::{self, Limited, MIN_CLOCK};
use crate::describe::Doubts;
use crate::units;

/// The temperature at which the leakage share is quoted and TDP is drawn, °C.
pub const REFERENCE_C: f64 = 85.0;
/// The chip temperature at which idle power is quoted, °C.
pub const IDLE_C: f64 = 35.0;
/// How fast leakage grows: e-fold temperature difference, K.
const LEAKAGE_K: f64 = 50.0;

/// A chip, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accelerator {
    /// Full name.
    pub name: String,
    /// Thermal design power and power cap, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 20000.0))]
    pub tdp_w: f64,
    /// Power when idle at 35 °C, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub idle_w: f64,
    /// Memory, GB, where the chip has it.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub memory_gb: Option<f64>,
    /// Memory bandwidth, TB/s.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.0001, max = 10000.0))]
    pub bandwidth_tb_s: Option<f64>,
    /// Dense bf16/fp16 matrix throughput, TFLOP/s. Without it, `memory_gb` and `bandwidth_tb_s` the chip runs no models.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub bf16_tflops: Option<f64>,
    /// Dense fp8 matrix throughput, TFLOP/s, where the chip has it.
    #[serde(default)]
    #[schemars(range(min = 0.001, max = 10000000.0))]
    pub fp8_tflops: Option<f64>,
    /// Dense tf32 matrix throughput, TFLOP/s, where the chip has it.
    #[serde(default)]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub tf32_tflops: Option<f64>,
    /// Double SHA-256 (Bitcoin), TH/s, of a chip that was built for it.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub sha256_th_s: Option<f64>,
    /// Share of the power at 85 °C that is leakage.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 0.6))]
    pub leakage_share: f64,
    /// Junction temperature at which the clock is reduced, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 40.0, max = 125.0))]
    pub slowdown_c: f64,
    /// Chips that reach each other over the scale-up links.
    #[schemars(range(min = 1, max = 1000000))]
    pub scale_up_domain: u32,
    /// Those links, both directions together, GB/s.
    #[serde(default = "slow_link", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub link_gb_s: f64,
    /// Its share of the network between domains, one direction, Gbit/s.
    #[serde(default = "slow_network", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub network_gbit_s: f64,
    /// Share of these peaks that programs reach.
    #[serde(default)]
    pub software: Software,
    /// Year of availability.
    #[schemars(range(min = 1990, max = 2100))]
    pub year: u16,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// Share of a chip's peaks that programs reach.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Share of the bf16 peak at which a dense model of some billion parameters trains on one server.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub training: f64,
    /// How much faster than bf16 that goes in fp8.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 10.0))]
    pub fp8_gain: f64,
    /// Share of the peak that matrix products reach in serving.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub compute: f64,
    /// Share of the memory bandwidth reached in serving.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub bandwidth: f64,
    /// Where the figures come from.
    pub source: String,
}

impl Default for Software {
    fn default() -> Self {
        Self {
            training: 0.4,
            fp8_gain: 1.0,
            compute: 0.6,
            bandwidth: 0.7,
            source: "assumed".into(),
        }
    }
}

/// PCIe 3.0: what a chip without links of its own has.
fn slow_link() -> f64 {
    32.0
}
fn slow_network() -> f64 {
    10.0
}

/// A chip at one load and coolant temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChipPoint {
    /// Electrical power, W.
    pub power_w: f64,
    /// Junction temperature, °C.
    pub chip_c: f64,
    /// Clock relative to the requested one, 0..1.
    pub clock: f64,
}

impl Accelerator {
    /// Whether jobs and services can run on it.
    pub fn runs_models(&self) -> bool {
        self.memory_gb.is_some() && self.bandwidth_tb_s.is_some() && self.bf16_tflops.is_some()
    }

    /// Power before leakage correction, W: what multiplies `h(T)`.
    pub(crate) fn base_w(&self, utilisation: f64) -> f64 {
        self.idle_w / self.leakage_factor(IDLE_C) * (1.0 - utilisation) + self.tdp_w * utilisation
    }

    /// h(T): power relative to the same work at 85 °C.
    pub(crate) fn leakage_factor(&self, chip_c: f64) -> f64 {
        1.0 + self.leakage_share * ((chip_c - REFERENCE_C) / LEAKAGE_K).exp_m1()
    }

    /// The chip settled at `utilisation` over coolant at `coolant_c` behind `resistance_k_w`.
    pub fn at(&self, utilisation: f64, coolant_c: f64, resistance_k_w: f64) -> ChipPoint {
        let base_w = self.base_w(utilisation);
        // e^x − 1 ≤ x/(1 − x): where even this bound stays below the slow-down temperature, nothing throttles, and
        // the exact figure is not needed.
        let x = ((self.slowdown_c - REFERENCE_C) / LEAKAGE_K).clamp(0.0, 0.9);
        let bound_w = base_w * (1.0 + self.leakage_share * x / (1.0 - x));
        if coolant_c + resistance_k_w * bound_w > self.slowdown_c {
            let hot_w = base_w * self.leakage_factor(self.slowdown_c);
            if coolant_c + resistance_k_w * hot_w > self.slowdown_c {
                return self.throttled(utilisation, coolant_c, resistance_k_w);
            }
        }
        // T − T_coolant − R·P(T) is concave and rises to a single root below the slow-down temperature: Newton
        // climbs to it from the coolant side, and from beyond it steps back below the root first. Its error squares
        // with each step, so a step of 1e-5 K leaves less than 1e-9.
        let full_k = resistance_k_w * base_w;
        let mut chip_c = coolant_c + full_k * (1.0 - 0.5 * self.leakage_share);
        for _ in 0..20 {
            let factor = self.leakage_factor(chip_c);
            let slope = 1.0 - full_k * (factor - 1.0 + self.leakage_share) / LEAKAGE_K;
            let step = (chip_c - coolant_c - full_k * factor) / slope;
            chip_c -= step;
            if step.abs() < 1e-5 {
                break;
            }
        }
        let power_w = base_w * self.leakage_factor(chip_c);
        if power_w > self.tdp_w {
            return self.throttled(utilisation, coolant_c, resistance_k_w);
        }
        ChipPoint {
            power_w,
            chip_c,
            clock: 1.0,
        }
    }

    /// Load under a limit and a floor of its power, with the chip at `chip_c`.
    pub(crate) fn bounded(
        &self,
        limit_w: f64,
        floor_w: f64,
        utilisation: f64,
        chip_c: f64,
    ) -> Limited {
        let factor = self.leakage_factor(chip_c);
        let (idle_w, full_w) = (self.base_w(0.0) * factor, self.base_w(1.0) * factor);
        let share = |power_w: f64| (power_w - idle_w) / (full_w - idle_w);
        dvfs::bounded(utilisation, share(limit_w), share(floor_w))
    }

    /// The least power limit that the chip can keep at full load, W: at its lowest clock.
    pub fn least_limit_w(&self) -> f64 {
        self.idle_w + (self.tdp_w - self.idle_w) * dvfs::share_at(MIN_CLOCK)
    }

    /// The chip held at its power cap or its slow-down temperature by a lower clock.
    fn throttled(&self, utilisation: f64, coolant_c: f64, resistance_k_w: f64) -> ChipPoint {
        let by_heat_w = (self.slowdown_c - coolant_c) / resistance_k_w;
        let asked_w = self.base_w(utilisation) * self.leakage_factor(self.slowdown_c);
        let idle_w = self.base_w(0.0) * self.leakage_factor(self.slowdown_c);
        let allowed_w = by_heat_w.min(self.tdp_w).min(asked_w);
        let floor_w = idle_w + (asked_w - idle_w) * dvfs::share_at(MIN_CLOCK);
        let power_w = allowed_w.max(floor_w);
        let dynamic =
            ((power_w - idle_w) / (asked_w - idle_w).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        ChipPoint {
            power_w,
            chip_c: coolant_c + resistance_k_w * power_w,
            clock: dvfs::clock_at(dynamic),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn h100() -> Accelerator {
        toml::from_str(
            "name = 'H100'\ntdp_w = 700\nidle_w = 70\nmemory_gb = 80\nbandwidth_tb_s = 3.35\n\
             bf16_tflops = 989\nfp8_tflops = 1979\nleakage_share = 0.2\nslowdown_c = 87\n\
             scale_up_domain = 8\nyear = 2022\nsource = 'test'",
        )
        .unwrap()
    }

    /// By hand: at R = 0 the chip is as warm as its coolant, so P(1, 85 °C) is the TDP and P(0, 35 °C) is
    /// idle; 20 K cooler, h = 1 + 0.2·(e^−0.4 − 1) = 0.93406, so 653.8 W.
    #[test]
    fn power_at_the_two_reference_points_and_twenty_kelvin_cooler() {
        let chip = h100();
        assert!((chip.at(1.0, 85.0, 0.0).power_w - 700.0).abs() < 1e-9);
        assert!((chip.at(0.0, 35.0, 0.0).power_w - 70.0).abs() < 1e-9);
        assert!((chip.at(1.0, 65.0, 0.0).power_w - 653.84).abs() < 0.01);
    }

    /// Over 70 °C coolant behind 0.06 K/W only (87 − 70)/0.06 = 283 W can leave at the slow-down
    /// temperature, so the clock falls.
    #[test]
    fn a_hot_coolant_holds_the_chip_at_its_slowdown_temperature() {
        let point = h100().at(1.0, 70.0, 0.06);
        assert!((point.power_w - 283.333).abs() < 0.01);
        assert!((point.chip_c - 87.0).abs() < 1e-9);
        assert!(point.clock < 0.75 && point.clock > 0.5, "{}", point.clock);
    }

    proptest! {
        /// More work, warmer coolant and a worse heat sink never lower the chip's temperature; the
        /// steady state solves its own equation.
        #[test]
        fn settles_on_its_own_heat(u in 0.0..1.0f64, coolant in 0.0..60.0f64, r in 0.005..0.12f64) {
            let chip = h100();
            let here = chip.at(u, coolant, r);
            prop_assert!((here.chip_c - coolant - r * here.power_w).abs() < 1e-6);
            prop_assert!(here.power_w <= 700.0 + 1e-9 && here.power_w > 0.0);
            prop_assert!(here.clock > 0.0 && here.clock <= 1.0);
            let (busier, warmer) = (chip.at((u + 0.05).min(1.0), coolant, r), chip.at(u, coolant + 1.0, r));
            prop_assert!(busier.chip_c >= here.chip_c - 1e-6);
            prop_assert!(warmer.chip_c >= here.chip_c - 1e-6);
            prop_assert!(warmer.clock <= here.clock + 1e-9);
        }
    }
}
