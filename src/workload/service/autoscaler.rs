//! Copies that are loaded when demand asks for them and unloaded when it no longer does.
//!
//! ```text
//! n*(t)    = ⌈demand/q⌉ at its highest in [t − d, t]     at least those that always work, at most those held
//! loaded   = n*(t)                                    those that still load included: their GPUs draw their context idle
//! serving  = n* at its lowest in [t − c, t]             what finds none of these is refused
//! c        = weights/(g·1 GB/s) + 120 s                cold start, from the decision to the first token
//! d        = 300 s                                    how long a copy stays after demand last needed it
//! ```
//!
//! q and g are output and GPUs of a copy, see `deployed`. The scaler reacts and does not look ahead: while demand rises, what comes
//! beyond the copies of c ago is refused. Demand repeats every week, so both are tabled once, for the middle of each minute: c and d
//! count in whole minutes. A command that multiplies demand above 1 brings as many times the copies at once, loaded and serving;
//! below 1 they stay.
//!
//! Source: d is the stabilisation window that Kubernetes' horizontal autoscaler has by default. The two figures of c are engineering
//! estimates from starts that users of vLLM logged: 70 GB onto eight GPUs out of the page cache in about 10 s, 23 GB onto one in 18 s
//! (0.9 and 1.3 GB/s a GPU; vllm-project/vllm issues 19824 and 44881); the program around it took 34 s with its compiled graphs kept
//! (issue 20264), 205 s on eight GPUs and 260 s on one without. Weights that come over a network of a few Gbit/s take longer.

use std::collections::VecDeque;

use super::{Deployed, Scaling};
use crate::describe::{Fault, doubt};
use crate::units::HOUR_S;
use crate::workload::{Calendar, Rhythm};

/// Weights that each GPU of a copy takes in, bytes/s.
const LOAD_BYTES_S: f64 = 1e9;
/// Start of the program around them, s.
const START_S: f64 = 120.0;
/// Default of how long a copy stays after demand last needed it, s.
pub(super) const SCALE_DOWN_S: f64 = 300.0;

const MINUTE_S: f64 = 60.0;
/// Minutes of a day and of a week.
const DAY: usize = 24 * 60;
const WEEK: usize = 7 * DAY;

/// Range of a cold start.
pub(super) fn cold_start_doubt() -> serde_json::Value {
    let why =
        "from small models out of the host's memory, graphs kept, to weights over a slow network";
    doubt(30.0, 900.0, why)
}

/// Range of the delay before a copy is unloaded.
pub(super) fn scale_down_doubt() -> serde_json::Value {
    let why = "from a minute to an hour: who pays for idle GPUs, who for cold starts";
    doubt(60.0, 3600.0, why)
}

/// How long copies take to come and go, as a table gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delays {
    pub(super) cold_start_s: Option<f64>,
    pub(super) scale_down_s: Option<f64>,
}

impl Delays {
    /// From the decision to the first output of a copy whose weights `gpus` share, s.
    fn cold_start_s(self, weight_bytes: f64, gpus: u32) -> f64 {
        let worked_out = weight_bytes / (f64::from(gpus) * LOAD_BYTES_S) + START_S;
        self.cold_start_s.unwrap_or(worked_out)
    }

    fn scale_down_s(self) -> f64 {
        self.scale_down_s.unwrap_or(SCALE_DOWN_S)
    }

    /// What `validate` adds about copies that are unloaded; nothing where all stay loaded.
    pub(super) fn describe_scaling(self, scaling: Scaling, weight_bytes: f64, gpus: u32) -> String {
        if scaling != Scaling::Unload {
            return String::new();
        }
        format!(
            "; a copy serves {:.0} s after it is wanted and is unloaded {:.0} s after it was last needed",
            self.cold_start_s(weight_bytes, gpus),
            self.scale_down_s()
        )
    }
}

/// Copies loaded and serving over the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoscaler {
    /// By minute of the week, from Monday 00:00 on: those loaded, and of these those that serve.
    copies: Vec<[u32; 2]>,
    /// Copies serve as soon as they are wanted.
    at_once: bool,
}

impl Autoscaler {
    /// Of copies wanted by minute of the week, with both delays in s.
    fn new(wanted: &[u32], cold_start_s: f64, scale_down_s: f64) -> Self {
        let loaded = extremes(wanted, minutes(scale_down_s), |new, old| new >= old);
        let serving = extremes(&loaded, minutes(cold_start_s), |new, old| new <= old);
        Self {
            copies: loaded
                .into_iter()
                .zip(serving)
                .map(<[u32; 2]>::from)
                .collect(),
            at_once: minutes(cold_start_s) == 0,
        }
    }

    /// Copies loaded and serving at an hour (0..24) of a day (Monday 0 … Sunday 6) at which `wanted` are needed.
    pub(super) fn copies(&self, (hour, day): (f64, u8), wanted: f64) -> (f64, f64) {
        let minute = usize::from(day) * DAY + ((hour * HOUR_S / MINUTE_S) as usize).min(DAY - 1);
        let [loaded, serving] = self.copies.get(minute).copied().unwrap_or_default();
        // Between the middles of minutes, demand may just have passed what another copy takes.
        let loaded = f64::from(loaded).max(wanted);
        let serving = if self.at_once {
            loaded
        } else {
            f64::from(serving)
        };
        (loaded, serving)
    }
}

impl Deployed {
    /// With what their scaling takes; `key` is the table that gives `delays`, `weight_bytes` are those of a copy.
    pub(super) fn scaled(
        self,
        key: &str,
        delays: Delays,
        weight_bytes: f64,
        rhythm: &Rhythm,
    ) -> Result<Self, Fault> {
        if self.scaling != Scaling::Unload {
            for (field, given) in [
                ("cold_start_s", delays.cold_start_s),
                ("scale_down_s", delays.scale_down_s),
            ] {
                if given.is_some() {
                    let what = format!("{field} has no effect where all copies stay loaded");
                    let cure = "set scaling = \"unload\", or remove it";
                    return Err(Fault::new(what, cure).at(format!("{key}.{field}")));
                }
            }
            return Ok(self);
        }
        let week = Calendar::new(0, 0.0);
        let wanted: Vec<u32> = (0..WEEK)
            .map(|minute| {
                let (hour, day) = week.at((minute as f64 + 0.5) * MINUTE_S);
                self.wanted_at(rhythm.at(hour, day))
            })
            .collect();
        let cold_start_s = delays.cold_start_s(weight_bytes, self.replica_gpus);
        let autoscaler = Autoscaler::new(&wanted, cold_start_s, delays.scale_down_s());
        Ok(Self {
            autoscaler: Some(autoscaler),
            ..self
        })
    }
}

/// Whole minutes, at most all of a week but one.
fn minutes(time_s: f64) -> usize {
    ((time_s / MINUTE_S).round() as usize).min(WEEK - 1)
}

/// For each of `values`, which follow each other in a circle, the best of itself and the `back` before it; `beats` says whether a
/// later one is at least as good as one before. `back` is less than their number.
fn extremes(values: &[u32], back: usize, beats: fn(u32, u32) -> bool) -> Vec<u32> {
    let count = values.len();
    let value = |place: usize| values[(place + count - back) % count];
    // Places of which each beats all that come after it, up to now.
    let mut best: VecDeque<usize> = VecDeque::new();
    let mut found = Vec::with_capacity(count);
    for now in 0..count + back {
        while best
            .back()
            .is_some_and(|&last| beats(value(now), value(last)))
        {
            best.pop_back();
        }
        best.push_back(now);
        if best[0] + back < now {
            best.pop_front();
        }
        if now >= back {
            found.push(value(best[0]));
        }
    }
    found
}

#[cfg(test)]
mod tests;
