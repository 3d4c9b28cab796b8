//! What runs of a study take, before it is handed over: some are made.

use std::time::Instant;

use super::Measured;
use super::memory::peak_of;
use crate::describe::Fault;
use crate::study::sweep::{Study, spread};
use crate::study::{Progress, simulate};

/// More runs at the same time are not tried: memory of more follows in proportion.
const MOST: u64 = 8;

/// Makes runs, as many at the same time as a task of `cores` cores does, evenly spread over the study.
pub fn measure(study: &Study, cores: u32, progress: &Progress) -> Result<Measured, Fault> {
    let all = study.variations();
    let tries = all.min(u64::from(cores)).clamp(1, MOST);
    let variations: Vec<u64> = (0..tries).map(|nth| spread(nth, tries, all)).collect();
    progress.start(tries);
    let (ended, memory_bytes) = peak_of(|| {
        std::thread::scope(|scope| {
            let runs: Vec<_> = variations
                .iter()
                .map(|&index| {
                    scope.spawn(move || {
                        let ended = run(study, index);
                        progress.advance(1);
                        ended
                    })
                })
                .collect();
            let ended = runs.into_iter().map(std::thread::ScopedJoinHandle::join);
            // A run that panics has a row in the study with its reason; here it is one that tells nothing.
            ended.flatten().collect::<Vec<Result<f64, Fault>>>()
        })
    });
    progress.finish();
    let times: Vec<f64> = ended.iter().flatten().copied().collect();
    if times.is_empty() {
        let reason = ended.into_iter().find_map(Result::err);
        let reason = reason.map_or_else(String::new, |fault| format!(": {}", fault.what));
        return Err(Fault::new(
            format!("none of {tries} variations that were tried can be run{reason}"),
            "mend the study; `coldaisle validate` checks all of its points",
        )
        .in_file(&study.path, None));
    }
    let own = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    let mean_s = times.iter().sum::<f64>() / times.len() as f64;
    Ok(Measured {
        at_once: tries as u32,
        memory_bytes,
        // Where this machine has fewer cores they took turns.
        run_s: mean_s * (own / tries as f64).min(1.0),
    })
}

/// Makes a run; returns how long it took, s.
fn run(study: &Study, index: u64) -> Result<f64, Fault> {
    let began = Instant::now();
    let (_, resolved) = study.resolve(&study.variation(index))?;
    simulate(resolved, &mut (), &Progress::hidden())
        .map_err(|error| Fault::bare(error.to_string()))?;
    Ok(began.elapsed().as_secs_f64())
}
