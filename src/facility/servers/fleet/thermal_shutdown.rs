//! Racks that switch themselves off because they got too hot, and come back when it is cool again.
//!
//! ```text
//! off     when a rack's hottest chip is ≥ T_slow-down + 5 K for 5 s                 (chip_above_k, chip_after_s)
//!         or its coolant ≥ limit + 12 K for 23 s                                   (coolant_above_k, coolant_after_s)
//! back    after 30 min below the coolant's limit                                   (back_after_min)
//! ```
//!
//! A rack that is off draws nothing, moves no air and gives no heat. Its servers are out of service: jobs on them are
//! stopped and start again elsewhere or later from their last save (`facility/work/out_of_service.rs`), services make fewer tokens. A
//! load imposed on all servers continues where it was.
//!
//! Source: drivers report a shutdown 5 K above the slow-down of a chip (97 and 102 °C of an NVIDIA MX330, 100 and 105 °C of an
//! AMD MI100: <https://github.com/intel/thermal_daemon/issues/300>, <https://github.com/ROCm/legacy-rocm-build/issues/1468>); an
//! inlet of 47 °C is critical to a Dell T630 (iDRAC user's guide), 12 K above the 35 °C that ASHRAE's class A2 allows. The
//! sensor monitor of `OpenBMC` waits 23 s before a hard shutdown by a sensor's alarm, and 15 min before a soft one (openbmc/phosphor-fan-presence,
//! `SHUTDOWN_ALARM_HARD_SHUTDOWN_DELAY_MS`); a chip trips by itself. None of these is
//! a figure of the accelerators modelled here, servers warn there and not all switch off, and how soon a crew brings a rack back
//! is an estimate: all are unconfirmed keys of a hall. A rack counts as above its limit without any delay. Whole racks go off and come back together.

use rustc_hash::FxHashMap as HashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fleet;
use super::operating_point::PointKey;
use crate::describe::doubt;
use crate::scheduler::Load;
use crate::snapshot::Racks;
use crate::units;

/// `[hall.thermal_shutdown]`: when a rack that gets too hot switches itself off, and when it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThermalShutdownConfig {
    /// A chip switches off this far above its slow-down temperature, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(
        range(min = 0.0, max = 100.0),
        extend("doubt" = doubt(2.0, 10.0, "chips whose two thresholds are published lie at 5 K; board makers set others"))
    )]
    pub chip_above_k: f64,
    /// A server switches off this far above the limit of its air or coolant, K; in a two-phase tank before fluid blows off.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(
        range(min = 0.0, max = 100.0),
        extend("doubt" = doubt(5.0, 20.0, "warning and critical inlet of servers lie 7 and 12 K above 35 °C; some only throttle"))
    )]
    pub coolant_above_k: f64,
    /// For so long a chip is that hot before it switches off, s.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(
        range(min = 0.0, max = 3600.0),
        extend("doubt" = doubt(0.0, 23.0, "a trip in the chip's own logic to a service processor that waits"))
    )]
    pub chip_after_s: f64,
    /// For so long air or coolant is that warm before a server switches off, s.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(
        range(min = 0.0, max = 3600.0),
        extend("doubt" = doubt(5.0, 60.0, "a few readings of a sensor to a shutdown of the operating system; OpenBMC waits 23 s"))
    )]
    pub coolant_after_s: f64,
    /// A rack comes back after its air or coolant has been below its limit for so long, minutes.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(
        range(min = 0.0, max = 1e5),
        extend("doubt" = doubt(5.0, 240.0, "from servers that start by themselves to a crew that has to come"))
    )]
    pub back_after_min: f64,
}

impl Default for ThermalShutdownConfig {
    fn default() -> Self {
        Self {
            chip_above_k: 5.0,
            coolant_above_k: 12.0,
            chip_after_s: 5.0,
            coolant_after_s: 23.0,
            back_after_min: 30.0,
        }
    }
}

impl ThermalShutdownConfig {
    /// Nothing but defaults.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The racks of a hall that are off.
#[derive(Debug)]
pub(super) struct ThermalShutdown {
    config: ThermalShutdownConfig,
    /// By rack that is off: how long its coolant has been below its limit, s.
    cool_s: HashMap<u32, f64>,
    /// By rack that is on and too hot: how long its hottest chip and its coolant have been, s.
    hot_s: HashMap<u32, [f64; 2]>,
    /// Racks that went off (true) or came back since the last call.
    changed: Vec<(u32, bool)>,
    /// Work of the servers of those racks meanwhile: busy GPUs and load.
    requested: HashMap<u32, (u32, Load)>,
}

impl ThermalShutdown {
    pub(super) fn new(config: ThermalShutdownConfig) -> Self {
        Self {
            config,
            cool_s: HashMap::default(),
            hot_s: HashMap::default(),
            changed: Vec::new(),
            requested: HashMap::default(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.cool_s.len()
    }

    pub(super) fn is_off(&self, rack: u32) -> bool {
        self.cool_s.contains_key(&rack)
    }

    /// Notes that a rack is off from now on.
    pub(super) fn switch_off(&mut self, rack: u32) {
        self.cool_s.insert(rack, 0.0);
        self.changed.push((rack, true));
    }

    /// Lets time pass for a rack whose hottest chip and whose coolant are too hot or not; returns whether it goes off.
    fn heats(&mut self, rack: u32, too_hot: [bool; 2], dt_s: f64) -> bool {
        if too_hot == [false; 2] {
            self.hot_s.remove(&rack);
            return false;
        }
        let after_s = [self.config.chip_after_s, self.config.coolant_after_s];
        let hot_s = self.hot_s.entry(rack).or_default();
        let mut off = false;
        for ((hot_s, too_hot), after_s) in hot_s.iter_mut().zip(too_hot).zip(after_s) {
            *hot_s = if too_hot { *hot_s + dt_s } else { 0.0 };
            off |= too_hot && *hot_s >= after_s;
        }
        if off {
            self.hot_s.remove(&rack);
        }
        off
    }

    /// Keeps what a server of a rack that is off should do.
    pub(super) fn keep(&mut self, server: u32, busy: u32, load: Load) {
        self.requested.insert(server, (busy, load));
    }

    /// Load of a server when its rack comes back.
    pub(super) fn requested(&mut self, server: u32) -> Option<(u32, Load)> {
        self.requested.remove(&server)
    }

    /// Lets time pass; returns the racks that come back, in order.
    pub(super) fn cool(&mut self, coolant_c: &[f64], limit_c: f64, dt_s: f64) -> Vec<u32> {
        let back_after_s = self.config.back_after_min * 60.0;
        for (&rack, cool_s) in &mut self.cool_s {
            *cool_s = if coolant_c[rack as usize] < limit_c {
                *cool_s + dt_s
            } else {
                0.0
            };
        }
        let mut back: Vec<u32> = self
            .cool_s
            .iter()
            .filter(|(_, cool_s)| **cool_s >= back_after_s)
            .map(|(rack, _)| *rack)
            .collect();
        back.sort_unstable();
        for rack in &back {
            self.cool_s.remove(rack);
            self.changed.push((*rack, false));
        }
        back
    }
}

impl Fleet {
    /// Switches off racks that have been too hot for long enough after the step just made, and brings back those that cooled: at the next
    /// step. `limit_c` is the limit of their coolant.
    pub(in crate::facility) fn shut_down_hot(
        &mut self,
        racks: &Racks,
        (max_chip_c, max_coolant_c): (f64, f64),
        limit_c: f64,
        dt_s: f64,
    ) {
        let config = self.shutdown.config;
        let chip_c = self.server.chip.slowdown_c + config.chip_above_k;
        let coolant_c = limit_c + config.coolant_above_k;
        if self.shutdown.count() > 0 {
            for rack in self.shutdown.cool(&racks.coolant_c, limit_c, dt_s) {
                for server in self.servers_of(rack) {
                    let (busy, load) = self
                        .shutdown
                        .requested(server as u32)
                        .unwrap_or((0, Load::Idle));
                    let point = self.point(busy, load);
                    self.put(server as u32, rack, point);
                }
            }
        }
        if max_chip_c < chip_c && max_coolant_c < coolant_c {
            self.shutdown.hot_s.clear();
            return;
        }
        for rack in 0..racks.chip_c.len() {
            if self.shutdown.is_off(rack as u32) {
                continue;
            }
            let too_hot = [
                racks.chip_c[rack] >= chip_c,
                racks.coolant_c[rack] >= coolant_c,
            ];
            if !self.shutdown.heats(rack as u32, too_hot, dt_s) {
                continue;
            }
            self.shutdown.switch_off(rack as u32);
            let off = self.off_point();
            for server in self.servers_of(rack as u32) {
                let point = self.points.get(self.server_point[server]);
                self.shutdown.keep(server as u32, point.busy, point.load);
                self.put(server as u32, rack as u32, off);
            }
        }
    }

    /// Tells, once, which servers went off (true) or came back.
    pub(in crate::facility) fn switched(
        &mut self,
        mut report: impl FnMut(std::ops::Range<u32>, bool),
    ) {
        for (rack, off) in std::mem::take(&mut self.shutdown.changed) {
            let servers = self.servers_of(rack);
            report(servers.start as u32..servers.end as u32, off);
        }
    }

    fn servers_of(&self, rack: u32) -> std::ops::Range<usize> {
        let first = rack as usize * self.servers_per_rack;
        first..first + self.servers_per_rack
    }

    /// Accelerators in racks that are off.
    pub(in crate::facility) fn gpus_off(&self) -> f64 {
        (self.shutdown.count() * self.servers_per_rack) as f64
            * f64::from(self.server.entry.accelerators)
    }

    /// Where servers are that are off.
    fn off_point(&mut self) -> u32 {
        self.point_at(PointKey::Off, 0, Load::Idle, true)
    }
}
