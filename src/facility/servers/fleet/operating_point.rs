//! Shared state of servers: operating points (the same load) and mixes of them in a rack.

use super::super::interpolate::{Linear, RackLines};
use super::super::operating_table::{LoadTables, OperatingTable, Values};
use super::super::slots::Slots;
use crate::it::Work;
use crate::scheduler::{Load, ServiceLoad};

/// Servers that do the same.
#[derive(Debug, Clone)]
pub(super) struct OperatingPoint {
    pub(super) busy: u32,
    pub(super) load: Load,
    /// Without power.
    pub(super) off: bool,
    /// Mixes that it is in.
    pub(super) mixes: u32,
    /// Utilisation, temperatures and share unloaded for which `low` and `high` hold.
    pub(super) settled_for: [f64; 4],
    /// The round in which they were settled last.
    pub(super) settled_in: u64,
    pub(super) low: Values,
    pub(super) high: Values,
    /// From this coolant temperature on, °C, its clock falls; and the clock up to there.
    pub(super) full: (f64, f64),
    /// From these coolant temperatures on, °C, heat holds back the chips of each class; infinite where it does not.
    pub(super) hot_from_c: [f64; 4],
    /// At its load where that is fixed; else with nothing on its chips.
    pub(super) settled: OperatingTable,
    pub(super) levels: LoadTables,
    /// Power of one of its held accelerators, and the round of the meter for which that holds.
    pub(super) metered: (u64, Linear),
}

/// What identifies a point; loads by their bits, so that equal ones are one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PointKey {
    /// Without power.
    Off,
    Idle {
        busy: u32,
    },
    Fixed {
        busy: u32,
        utilisation: u64,
    },
    Hosted {
        busy: u32,
        gpus: u64,
        host: u64,
    },
    Service {
        busy: u32,
        index: u32,
    },
}

impl PointKey {
    /// Of a server in operation.
    pub(super) fn of(busy: u32, load: Load) -> Self {
        match load {
            Load::Idle => Self::Idle { busy },
            Load::Fixed(utilisation) => Self::Fixed {
                busy,
                utilisation: utilisation.to_bits(),
            },
            Load::Hosted { gpus, host } => Self::Hosted {
                busy,
                gpus: gpus.to_bits(),
                host: host.to_bits(),
            },
            Load::Service(index) => Self::Service { busy, index },
        }
    }
}

/// Racks whose servers are on the same points.
#[derive(Debug, Clone)]
pub(super) struct RackMix {
    pub(super) points: Box<[u32]>,
    /// The same, each point once with how many servers of a rack are on it.
    pub(super) counts: Box<[(u32, f64)]>,
    pub(super) racks: u32,
    /// The round whose values of its points it has added up; 0 if none.
    pub(super) settled_in: u64,
    pub(super) low: Values,
    pub(super) high: Values,
    /// Busy GPUs of a rack × their utilisation.
    pub(super) worked_gpus: f64,
    /// Those of services × their speed, over the coolest and the warmest coolant.
    pub(super) served_gpus: [f64; 2],
    /// Some of its servers are on a load that varies.
    pub(super) varies: bool,
}

impl RackMix {
    /// Whether one of its points was settled after it was.
    pub(super) fn out_of_date(&self, points: &Slots<OperatingPoint>) -> bool {
        let mut counts = self.counts.iter();
        counts.any(|(point, _)| points.get(*point).settled_in > self.settled_in)
    }

    /// Adds up its points; returns the lines on which its racks are read.
    pub(super) fn settle(
        &mut self,
        points: &Slots<OperatingPoint>,
        (low_c, high_c): (f64, f64),
    ) -> RackLines {
        let per_k = 1.0 / (high_c - low_c);
        let empty = Values {
            chip_c: f64::NEG_INFINITY,
            memory_c: f64::NEG_INFINITY,
            clock: 1.0,
            ..Values::default()
        };
        (self.low, self.high) = (empty, empty);
        self.worked_gpus = 0.0;
        self.served_gpus = [0.0; 2];
        for &(point, count) in &self.counts {
            let point = points.get(point);
            if point.busy > 0 {
                let worked_gpus = count * f64::from(point.busy) * point.settled_for[0];
                self.worked_gpus += worked_gpus;
                if let Load::Service(_) = point.load {
                    self.served_gpus[0] += worked_gpus * point.low.pace;
                    self.served_gpus[1] += worked_gpus * point.high.pace;
                } else {
                    self.low.held_w += count * point.low.held_w;
                    self.high.held_w += count * point.high.held_w;
                }
            }
            self.low.add(&point.low, count);
            self.high.add(&point.high, count);
        }
        let (low, high) = (&self.low, &self.high);
        RackLines {
            power: Linear::through(low_c, low.it_w(), (high.it_w() - low.it_w()) * per_k),
            chip: Linear::through(low_c, low.chip_c, (high.chip_c - low.chip_c) * per_k),
        }
    }
}

impl OperatingPoint {
    /// Clock over coolant at `at_c`, 0..1, as heat leaves it: full up to some temperature of the coolant, from there on a
    /// straight line to the upper end of the range.
    pub(super) fn clock_at(&self, at_c: f64, (_, high_c): (f64, f64)) -> f64 {
        let (full_c, full) = self.full;
        if at_c <= full_c {
            return full;
        }
        full + (self.high.clock - full) * (at_c - full_c) / (high_c - full_c)
    }

    /// Speed over coolant at `at_c`.
    pub(super) fn speed_at(&self, at_c: f64, range_c: (f64, f64)) -> f64 {
        let share = (at_c - range_c.0) / (range_c.1 - range_c.0);
        let pace = self.low.pace + (self.high.pace - self.low.pace) * share;
        self.clock_at(at_c, range_c) * pace
    }

    /// Whether a warmer server is never faster: what `speed_at` reads falls over the range, and roundings fall with it.
    pub(super) fn slows_with_heat(&self) -> bool {
        self.high.pace <= self.low.pace && self.high.clock <= self.full.1 && self.high.clock >= 0.0
    }

    /// Whether heat holds some of its servers back at the upper end of the range.
    pub(super) fn slows(&self) -> bool {
        !self.off && self.busy > 0 && self.high.clock < 1.0
    }

    /// Whether the power cap of its chips slows a service down.
    pub(super) fn is_capped(&self) -> bool {
        let serves = matches!(self.load, Load::Service(_));
        serves && !self.off && self.busy > 0 && self.high.pace < 1.0
    }

    /// Of its busy accelerators, with `services` as they are now.
    pub(super) fn load_now(&self, services: &[ServiceLoad]) -> ServiceLoad {
        match self.load {
            Load::Idle => ServiceLoad::default(),
            Load::Fixed(utilisation)
            | Load::Hosted {
                gpus: utilisation, ..
            } => ServiceLoad::of(utilisation),
            Load::Service(index) => services.get(index as usize).copied().unwrap_or_default(),
        }
    }
}

/// Load of the processors where they do not follow the accelerators.
pub(super) fn host_of(load: Load) -> Option<f64> {
    match load {
        Load::Hosted { host, .. } => Some(host),
        _ => None,
    }
}

/// What holds the chips of a point.
pub(super) fn work_of(load: Load, imposed: bool) -> Work {
    match load {
        Load::Idle => Work::Nothing,
        Load::Service(_) if imposed => Work::Imposed,
        Load::Service(_) => Work::Service,
        Load::Fixed(_) | Load::Hosted { .. } => Work::Job,
    }
}
