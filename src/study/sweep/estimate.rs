//! How long a study will take, before it is made: the beginnings of a few of its runs, timed.

use std::time::Instant;

use super::study::Study;
use crate::scenario::Resolved;
use crate::study::{Progress, simulate};

/// A run is timed for no longer, s.
const LONGEST_S: f64 = 0.4;
/// Steps between two looks at the clock.
const EVERY: u64 = 64;

/// Processor seconds of one run, the mean of the first, the middle and the last that can be run; None where none can.
pub fn seconds_per_run(study: &Study) -> Option<f64> {
    let all = study.variations();
    let mut looked = vec![0, all / 2, all.saturating_sub(1)];
    looked.dedup();
    let timed = looked.into_iter().filter_map(|index| {
        let began = Instant::now();
        let (_, resolved) = study.resolve(&study.variation(index)).ok()?;
        let steps_s = steps_s(resolved)?;
        Some(began.elapsed().as_secs_f64() + steps_s)
    });
    let timed: Vec<f64> = timed.collect();
    (!timed.is_empty()).then(|| timed.iter().sum::<f64>() / timed.len() as f64)
}

/// What the steps of a run will take beyond those that were made for it.
fn steps_s(mut resolved: Resolved) -> Option<f64> {
    if resolved.surface.is_some() {
        simulate(resolved, &mut (), &Progress::hidden()).ok()?;
        return Some(0.0);
    }
    let (began, total_s) = (Instant::now(), resolved.total_s);
    let mut at_s = 0.0;
    let mut made = 0;
    while let Some(snapshot) = resolved.simulation.step().ok()? {
        at_s = snapshot.time_s;
        made += 1;
        if made % EVERY == 0 && began.elapsed().as_secs_f64() > LONGEST_S {
            break;
        }
    }
    Some(began.elapsed().as_secs_f64() * (total_s - at_s) / at_s.max(1.0))
}
