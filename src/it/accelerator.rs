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

    /// By hand: h(72 °C) = 1 + 0.2·(e^−0.26 − 1) = 0.95421. At R = 0 the chip is as warm as its coolant. At 35 °C it rests at 70 W;
    /// at 52 °C, h = 0.90337, a service at full load draws 700·0.90337/0.95421 = 662.7 W; at 72 °C all draw the TDP.
    #[test]
    fn power_at_rest_and_at_full_load_by_temperature() {
        let chip = h100();
        for work in [Work::Service, Work::Job, Work::Imposed] {
            assert!((chip.at(work, 1.0, 72.0, 0.0).power_w - 700.0).abs() < 1e-9);
            assert_eq!(chip.at(work, 0.6, 72.0, 0.0).pace, 1.0);
        }
        assert!((chip.at(Work::Nothing, 0.0, 35.0, 0.0).power_w - 70.0).abs() < 1e-9);
        let served = chip.at(Work::Service, 1.0, 52.0, 0.0);
        assert!((served.power_w - 662.7).abs() < 0.05, "{served:?}");
        assert_eq!(served.pace, 1.0);
    }

    /// A held chip draws its context's power without load, a free one and one under an imposed load do not.
    #[test]
    fn a_context_is_not_at_rest() {
        let chip = Accelerator {
            context_idle_w: Some(122.0),
            ..h100()
        };
        let drawn_w = |work| chip.at(work, 0.0, 35.0, 0.0).power_w;
        for (work, expected_w) in [
            (Work::Nothing, 70.0),
            (Work::Imposed, 70.0),
            (Work::Service, 122.0),
            (Work::Job, 122.0),
        ] {
            assert!((drawn_w(work) - expected_w).abs() < 1e-9, "{work:?}");
        }
        let full_w = |work| chip.at(work, 1.0, 72.0, 0.0).power_w;
        assert!((full_w(Work::Job) - full_w(Work::Imposed)).abs() < 1e-9);
    }

    /// At full load a job draws the TDP whatever its temperature, and the clock pays for leakage. By hand with 70 W at rest: at 85
    /// °C the range is 80.1 to 733.6 W, of which 700 W leave 0.9486, 0.9836 of the clock; at 66 °C, h = 0.93677, 75.1 to 687.2 W
    /// leave 1.0209, 1.0065: 2.3 % more; at 50 °C, h = 0.89932, 72.1 to 659.7 W leave 1.0685, 1.0209: 3.8 % more.
    #[test]
    fn a_cooler_chip_clocks_higher_at_the_same_power() {
        let chip = Accelerator {
            slowdown_c: 95.0,
            boost: 1.2,
            ..h100()
        };
        let pace = |chip_c| {
            let point = chip.at(Work::Job, 1.0, chip_c, 0.0);
            assert!((point.power_w - 700.0).abs() < 1e-9, "{point:?}");
            point.pace
        };
        assert!((pace(85.0) - 0.9836).abs() < 2e-4, "{}", pace(85.0));
        assert!((pace(66.0) / pace(85.0) - 1.0233).abs() < 3e-4);
        assert!((pace(50.0) / pace(85.0) - 1.0379).abs() < 3e-4);
        // Where the highest clock is reached, it draws less.
        let ended = Accelerator {
            boost: 1.01,
            ..chip
        };
        let cold = ended.at(Work::Job, 1.0, 40.0, 0.0);
        assert_eq!(cold.pace, 1.01);
        assert!(cold.power_w < 690.0, "{cold:?}");
    }

    /// Over 70 °C coolant behind 0.06 K/W only (87 − 70)/0.06 = 283 W can leave at the slow-down
    /// temperature, so the clock falls.
    #[test]
    fn a_hot_coolant_holds_the_chip_at_its_slowdown_temperature() {
        let point = h100().at(Work::Job, 1.0, 70.0, 0.06);
        assert!((point.power_w - 283.333).abs() < 0.01);
        assert!((point.chip_c - 87.0).abs() < 1e-9);
        assert!(point.clock < 0.75 && point.clock > 0.5, "{}", point.clock);
    }

    /// By hand: memory 14 K above the core at 700 W, over 45 °C behind 0.06 K/W: (95 − 45)/(0.06 + 0.02) = 625 W until it is at 95 °C,
    /// while the core is at 45 + 37.5 = 82.5 °C.
    #[test]
    fn memory_has_a_limit_of_its_own() {
        let chip = Accelerator {
            memory_rise_k: Some(14.0),
            memory_slowdown_c: Some(95.0),
            ..h100()
        };
        let point = chip.at(Work::Job, 1.0, 45.0, 0.06);
        assert!((point.power_w - 625.0).abs() < 1e-9, "{point:?}");
        assert!((point.chip_c - 82.5).abs() < 1e-9, "{point:?}");
        assert!((point.memory_c - 95.0).abs() < 1e-9, "{point:?}");
        assert!(point.clock < 1.0);
        assert_eq!(h100().at(Work::Job, 1.0, 43.0, 0.06).clock, 1.0);
    }

    proptest! {
        /// More work, warmer coolant and a worse heat sink never lower the chip's temperature, nor warmer coolant raise its speed;
        /// the steady state solves its own equation, and neither power cap nor temperature limits are exceeded but at the least
        /// clock.
        #[test]
        fn settles_on_its_own_heat(
            u in 0.0..1.0f64, coolant in 0.0..60.0f64, r in 0.005..0.12f64, boost in 1.0..1.4f64,
            memory in prop::bool::ANY,
        ) {
            let chip = Accelerator {
                boost,
                context_idle_w: Some(122.0),
                memory_rise_k: memory.then_some(12.0),
                memory_slowdown_c: memory.then_some(95.0),
                ..h100()
            };
            for work in [Work::Service, Work::Job, Work::Imposed] {
                let here = chip.at(work, u, coolant, r);
                prop_assert!((here.chip_c - coolant - r * here.power_w).abs() < 1e-6);
                let demand = Demand { utilisation: u, work, limit_w: None, floor_w: 0.0 };
                if here.clock == 1.0 {
                    let (power_w, pace) = chip.powered(demand).at(here.chip_c);
                    prop_assert!((power_w - here.power_w).abs() < 1e-4 && pace == here.pace || (pace - here.pace).abs() < 1e-6);
                }
                prop_assert!(here.power_w <= 700.0 + 1e-9 && here.power_w > 0.0);
                prop_assert!(here.clock > 0.0 && here.clock <= 1.0);
                prop_assert!(here.clock < 0.25 || here.chip_c <= 87.0 + 1e-6 && (!memory || here.memory_c <= 95.0 + 1e-6));
                let (busier, warmer) = (chip.at(work, (u + 0.05).min(1.0), coolant, r), chip.at(work, u, coolant + 1.0, r));
                prop_assert!(busier.chip_c >= here.chip_c - 1e-6);
                prop_assert!(warmer.chip_c >= here.chip_c - 1e-6);
                prop_assert!(warmer.clock <= here.clock + 1e-9);
                prop_assert!(warmer.pace <= here.pace + 1e-9);
            }
        }
    }
}
