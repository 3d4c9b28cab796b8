//! One queue under one load.

use std::ops::Range;

use crate::scheduler::{Change, Dispatcher, Queue, Servers};
use crate::units::HOUR_S;

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Measured {
    /// GPU time that jobs held over the GPU time there was.
    pub(super) busy: f64,
    /// GPU time by which the backlog grew, from the mean of the first quarter to that of the last, over the GPU time between their middles.
    pub(super) growth: f64,
    /// Start less submission of all jobs submitted in the time that counts, s. Of those that still wait at its end, their wait so far.
    pub(super) waits_s: Vec<f64>,
}

/// Servers that all run at the speed at which programs were measured.
struct AtSpeed;

impl Servers for AtSpeed {
    fn change(&mut self, _: f64, _: Change) {}

    fn speed(&mut self, _: u32) -> f64 {
        1.0
    }

    fn slowest(&mut self, _: Range<u32>) -> f64 {
        1.0
    }
}

/// Runs a queue at rest on `gpus` GPUs beside those of services to `to_s`, and counts from `from_s` on.
pub(super) fn measure(queue: &mut Dispatcher, gpus: f64, from_s: f64, to_s: f64) -> Measured {
    let services = queue.queue().busy_gpus as f64;
    let (mut now_s, mut done, mut waits_s) = (0.0, Vec::new(), Vec::new());
    let mut run_to = |queue: &mut Dispatcher, until_s: f64| {
        while now_s < until_s {
            let next_s = (now_s + HOUR_S).min(until_s);
            queue.advance(now_s, next_s, &mut AtSpeed);
            queue.finished(&mut done);
            let counted = done.drain(..).filter(|job| job.submit_s >= from_s);
            let started = counted.filter(|job| !job.refused);
            waits_s.extend(started.map(|job| job.start_s - job.submit_s));
            now_s = next_s;
        }
        queue.queue()
    };
    let quarter_s = 0.25 * (to_s - from_s);
    let [first, second, _, fourth, last] =
        [0.0, 1.0, 2.0, 3.0, 4.0].map(|quarter| run_to(queue, from_s + quarter * quarter_s));
    for job in queue.state().active_jobs() {
        if job.submit_s >= from_s {
            waits_s.push(job.start_s.unwrap_or(to_s) - job.submit_s);
        }
    }
    let held = last.busy_gpu_s - first.busy_gpu_s - services * (to_s - from_s);
    // A job of a third of the hall that waits at the end, for an hour, says nothing: means do.
    let backlog_gpu_s =
        |from: &Queue, to: &Queue| (to.backlog_gpu_s2 - from.backlog_gpu_s2) / quarter_s;
    let grew = backlog_gpu_s(&fourth, &last) - backlog_gpu_s(&first, &second);
    Measured {
        busy: held / (gpus * (to_s - from_s)),
        growth: grew / (gpus * 3.0 * quarter_s),
        waits_s,
    }
}
