//! Preemption: an important job that finds no room has less important ones save their state and make way.
//!
//! ```text
//! stops    the first in the queue, once it has waited long enough, if it then fits
//! stopped  preemptible jobs of a lower priority (by `margin` or more) that the queue also ranks behind it:
//!          lowest priority first, among equals those that started last; no more than it takes
//! ```
//!
//! Those stopped save first (`save_s`, on their GPUs), keep all their work, and go back to their place in the queue: so
//! they must rank behind the one that stopped them, or they would start again at once. Under the order of submission only
//! jobs submitted later are stopped; with `order.priority` the less important, unless they have aged past it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scheduler::shadow::Shadow;
use crate::scheduler::{ClusterState, JobHandle, RunningJob};
use crate::units::{self, HOUR_S};

/// Important jobs have less important ones save their state and make way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Preemption {
    /// How much higher the priority must be.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = -1e12, max = 1e12))]
    pub margin: f64,
    /// How long a job waits before it has others stopped.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub after_hours: f64,
}

impl Default for Preemption {
    fn default() -> Self {
        Self {
            margin: 1.0,
            after_hours: 0.0,
        }
    }
}

impl Preemption {
    /// Makes room for the first job in the queue, which does not fit. Says whether it fits now: those that take no
    /// time to save are gone at once.
    pub(in crate::scheduler) fn make_room(
        &self,
        state: &mut ClusterState,
        head: JobHandle,
        shadow: &mut Shadow,
    ) -> bool {
        let job = state.job(head);
        let from_s = job.submit_s + self.after_hours * HOUR_S;
        let most = job.priority - self.margin;
        if state.now_s() < from_s {
            state.wake_at(from_s);
            return false;
        }
        let mut victims: Vec<(f64, f64, RunningJob)> = state
            .running()
            .filter(|&running| !state.is_saving(running))
            .filter_map(|running| {
                let job = state.running_job(running)?;
                let below = job.preemptible && job.priority <= most;
                let started_s = state.began_s(running)?;
                (below && state.ranks_behind(running, head)).then_some((
                    job.priority,
                    started_s,
                    running,
                ))
            })
            .collect();
        if victims.is_empty() {
            return false;
        }
        victims.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        // Those that save already are on their way out.
        let saving = state.running().filter(|&running| state.is_saving(running));
        let mut chosen: Vec<RunningJob> = saving.collect();
        let on_their_way = chosen.len();
        if shadow.fits_without(state, head, &chosen) {
            return false; // enough of them are
        }
        let mut fits = false;
        for &(.., running) in &victims {
            chosen.push(running);
            fits = shadow.fits_without(state, head, &chosen);
            if fits {
                break;
            }
        }
        if !fits {
            return false;
        }
        // Jobs that need not be stopped stay: the most important first.
        for index in (on_their_way..chosen.len()).rev() {
            let running = chosen.remove(index);
            if !shadow.fits_without(state, head, &chosen) {
                chosen.insert(index, running);
            }
        }
        for running in chosen.drain(on_their_way..) {
            state.suspend(running);
        }
        state.place(head).is_some()
    }
}
