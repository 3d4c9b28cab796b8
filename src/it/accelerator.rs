//! One accelerator: electrical power, clock and temperatures of core and memory, by load and coolant.
//!
//! ```text
//! h(T)   = (1 − λ) + λ·e^((T − 85 °C)/50 K)              leakage: share λ of the power at 85 °C
//! P_0(T) = P_rest·h(T)/h(35 °C)                         P_rest: context_idle_w of a chip that is held by a job or a service, else idle_w
//! P_1(T) = P_tdp·h(T)/h(72 °C)                          at nominal clock, all the time
//! a(T)   = (P_cap − P_0)/(P_1 − P_0)                    what the cap (TDP or a lower limit) leaves of the dynamic range
//! P(u,T) = P_0 + u'·(P_1 − P_0)                         u' = u'(u, a) and speed by `dvfs`
//! T      = T_coolant + R·P(u,T)                         seconds, so quasi-steady in a step
//! T_mem  = T + ΔT_mem·P/P_tdp                           memory on the chip's package
//! P      ≤ (T_slow − T_coolant)/R ,  (T_mem,slow − T_coolant)/(R + ΔT_mem/P_tdp)        by a lower clock of all the chip
//! ```
//!
//! P is W, T °C, R K/W from junction to coolant. u is a share of the chip's range of power, not model FLOPs utilisation: at 72 °C the
//! chip draws `P_0 + u·(P_tdp − P_0)`. Work in matrix products is held at the power cap, so a cooler chip, which leaks less, clocks
//! higher at the same power: temperature costs time there. Speed 1 is that at 72 °C, the hottest chip of an air-cooled node
//! (54 to 72 °C in one node, arXiv 2507.16781): published training speeds come from such nodes, whose jobs wait for that chip.
//! Who holds the chip decides (`Work`): services, bound by memory whose clock is fixed, never run faster than
//! nominal; jobs and imposed loads do. Memory is throttled with the core: one clock for both.
//!
//! Source: exponential leakage with T_0 40–60 K and 15–30 % of TDP at 85 °C: what the field quotes, without a source that was
//! opened (`doubt` in the catalogue gives the share's range, 0.1 to 0.3; T_0 is held at 50 K); the clock by `dvfs`, which gives its
//! source of fit. Voltage is taken as a function of the clock alone: what else a cooler chip gains (higher clock at the same
//! voltage, less voltage margin) is left out, and nodes with plates were measured faster than leakage explains
//! (17 % more FLOP/s over 2507.16781's air). Valid from about 10 °C to the slow-down temperature.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dvfs::{self, MIN_CLOCK};
use crate::describe::Doubts;
use crate::units;

/// The temperature at which the leakage share is quoted, °C.
pub const REFERENCE_C: f64 = 85.0;
/// The chip temperature at which speed is 1 and full load at nominal clock draws TDP, °C.
pub const PUBLISHED_C: f64 = 72.0;
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
    /// Power when idle at 35 °C without a process, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub idle_w: f64,
    /// The same of a chip that a job or a service holds (a context loaded, clocks up), W; `idle_w` where it is not given.
    #[serde(default)]
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub context_idle_w: Option<f64>,
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
    /// Dense fp4 matrix throughput, TFLOP/s, where the chip has it.
    #[serde(default)]
    #[schemars(range(min = 0.001, max = 10000000.0))]
    pub fp4_tflops: Option<f64>,
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
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 40.0, max = 125.0))]
    pub slowdown_c: f64,
    /// Highest clock over that which matrix products hold at TDP and 72 °C; 1 for a chip whose clock never rises above.
    #[serde(default = "no_boost", deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 2.0))]
    pub boost: f64,
    /// How much warmer than the core its memory is at TDP, K; no memory temperature without it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 60.0))]
    pub memory_rise_k: Option<f64>,
    /// Memory temperature at which the clock is reduced, °C; no limit without it.
    #[serde(default)]
    #[schemars(range(min = 40.0, max = 125.0))]
    pub memory_slowdown_c: Option<f64>,
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
    /// How much faster than in bf16 matrix products of serving go in fp4. Default: `fp8_gain`.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.1, max = 20.0))]
    pub fp4_gain: Option<f64>,
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
            fp4_gain: None,
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

fn no_boost() -> f64 {
    1.0
}

/// What holds a chip: decides what it draws without load, and whether its clock may rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Nothing: at rest without a process.
    Nothing,
    /// A service: a context is loaded, no clock above nominal.
    Service,
    /// A job: a context is loaded, the clock rises where power is left.
    Job,
    /// A load imposed on all chips at once, from rest to full; clocks as of a job.
    Imposed,
}

/// What a chip is to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Load, of its range of power, 0..1.
    pub utilisation: f64,
    /// What holds it.
    pub work: Work,
    /// Power limit below its TDP, W.
    pub limit_w: Option<f64>,
    /// Least power while it is busy, W.
    pub floor_w: f64,
}

/// A chip at one load and coolant temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChipPoint {
    /// Electrical power, W.
    pub power_w: f64,
    /// Junction temperature, °C.
    pub chip_c: f64,
    /// Memory temperature, °C; that of the junction where the catalogue knows none.
    pub memory_c: f64,
    /// Clock relative to the requested one, 0..1, where heat reduces it.
    pub clock: f64,
    /// Speed at that clock by what power is left, relative to that at 72 °C and TDP.
    pub pace: f64,
}

/// A chip's law of power for one demand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Powered<'a> {
    chip: &'a Accelerator,
    demand: Demand,
    /// Power at rest and at full load at nominal clock over h(T), W.
    rest_w: f64,
    full_w: f64,
    cap_w: f64,
    highest: f64,
}

impl Powered<'_> {
    /// Power and speed at a junction temperature, without regard to its limit.
    pub(crate) fn at(&self, chip_c: f64) -> (f64, f64) {
        let factor = self.chip.leakage_factor(chip_c);
        let (rest_w, full_w) = (self.rest_w * factor, self.full_w * factor);
        let share = |power_w: f64| (power_w - rest_w) / (full_w - rest_w);
        let floor = if self.demand.floor_w > 0.0 {
            share(self.demand.floor_w)
        } else {
            0.0
        };
        let load = self.demand.utilisation;
        let run = dvfs::bounded(load, share(self.cap_w), floor, self.highest);
        (rest_w + (full_w - rest_w) * run.utilisation, run.pace)
    }

    /// The chip settled over coolant at `coolant_c` behind `resistance_k_w`.
    pub(crate) fn settled(&self, coolant_c: f64, resistance_k_w: f64) -> ChipPoint {
        let chip = self.chip;
        let hot_w = chip.most_by_heat_w(coolant_c, resistance_k_w);
        let hot_c = if resistance_k_w > 0.0 {
            coolant_c + resistance_k_w * hot_w
        } else {
            coolant_c
        };
        let (asked_w, pace) = self.at(hot_c);
        if asked_w > hot_w {
            let rest_w = self.rest_w * chip.leakage_factor(hot_c);
            let least_w = rest_w + (asked_w - rest_w) * dvfs::share_at(MIN_CLOCK);
            let power_w = hot_w.max(least_w);
            let dynamic = (power_w - rest_w) / (asked_w - rest_w).max(f64::MIN_POSITIVE);
            let clock = dvfs::clock_at(dynamic.clamp(0.0, 1.0));
            return chip.point((power_w, pace), coolant_c, resistance_k_w, clock);
        }
        // T − T_coolant − R·P(T) rises with T to its root below `hot_c`: each step puts in what the last power makes of T,
        // and goes on by how much that moved the step before (Aitken).
        let mut chip_c = coolant_c + 0.8 * resistance_k_w * asked_w;
        let mut last: Option<(f64, f64)> = None;
        let mut run = (asked_w, pace);
        for _ in 0..20 {
            run = self.at(chip_c);
            let next_c = coolant_c + resistance_k_w * run.0;
            let slope = match last {
                Some((from_c, to_c)) if chip_c != from_c => {
                    ((next_c - to_c) / (chip_c - from_c)).clamp(0.0, 0.9)
                }
                _ => 0.25,
            };
            let step_k = (next_c - chip_c) / (1.0 - slope);
            last = Some((chip_c, next_c));
            if step_k.abs() < 1e-7 {
                break;
            }
            chip_c = (chip_c + step_k).min(hot_c);
        }
        chip.point(run, coolant_c, resistance_k_w, 1.0)
    }
}

impl Accelerator {
    /// Whether jobs and services can run on it.
    pub fn runs_models(&self) -> bool {
        self.memory_gb.is_some() && self.bandwidth_tb_s.is_some() && self.bf16_tflops.is_some()
    }

    /// Its law of power for a demand.
    pub(crate) fn powered(&self, demand: Demand) -> Powered<'_> {
        let (rest_w, highest) = match demand.work {
            Work::Nothing => (self.idle_w, 1.0),
            Work::Imposed => (self.idle_w, self.boost),
            Work::Service => (self.held_w(), 1.0),
            Work::Job => (self.held_w(), self.boost),
        };
        Powered {
            chip: self,
            demand,
            rest_w: rest_w / self.leakage_factor(IDLE_C),
            full_w: self.tdp_w / self.leakage_factor(PUBLISHED_C),
            cap_w: demand.limit_w.unwrap_or(self.tdp_w).min(self.tdp_w),
            highest,
        }
    }

    /// The chip settled at `utilisation` of `work` over coolant at `coolant_c` behind `resistance_k_w`.
    pub fn at(
        &self,
        work: Work,
        utilisation: f64,
        coolant_c: f64,
        resistance_k_w: f64,
    ) -> ChipPoint {
        let demand = Demand {
            utilisation,
            work,
            limit_w: None,
            floor_w: 0.0,
        };
        self.powered(demand).settled(coolant_c, resistance_k_w)
    }

    /// Power without load of a chip that is held, at 35 °C, W.
    pub fn held_w(&self) -> f64 {
        self.context_idle_w.unwrap_or(self.idle_w)
    }

    /// h(T): power relative to the same work at 85 °C.
    pub(crate) fn leakage_factor(&self, chip_c: f64) -> f64 {
        1.0 + self.leakage_share * ((chip_c - REFERENCE_C) / LEAKAGE_K).exp_m1()
    }

    /// The least power limit that the chip can keep at full load, W: at its lowest clock.
    pub fn least_limit_w(&self) -> f64 {
        let rest_w = self.held_w();
        rest_w + (self.tdp_w - rest_w) * dvfs::share_at(MIN_CLOCK)
    }

    /// What it may draw until core or memory reaches its limit, W; negative over coolant warmer than those.
    fn most_by_heat_w(&self, coolant_c: f64, resistance_k_w: f64) -> f64 {
        let core_w = (self.slowdown_c - coolant_c) / resistance_k_w;
        let (Some(rise_k), Some(slowdown_c)) = (self.memory_rise_k, self.memory_slowdown_c) else {
            return core_w;
        };
        core_w.min((slowdown_c - coolant_c) / (resistance_k_w + rise_k / self.tdp_w))
    }

    fn point(
        &self,
        (power_w, pace): (f64, f64),
        coolant_c: f64,
        resistance_k_w: f64,
        clock: f64,
    ) -> ChipPoint {
        let chip_c = coolant_c + resistance_k_w * power_w;
        ChipPoint {
            power_w,
            chip_c,
            memory_c: chip_c + self.memory_rise_k.unwrap_or(0.0) * power_w / self.tdp_w,
            clock,
            pace,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
