//! What a task asks of a batch system.

/// Reserve of memory over what was measured: later variations may be larger than those that were tried.
const RESERVE: f64 = 1.25;
/// Memory is asked for in steps of this, MiB.
const STEP_MIB: u64 = 64;
/// A task has at least this, MiB: the program itself, and what the system keeps of its files.
const LEAST_MIB: u64 = 256;
/// Memory where the system does not tell what was used, MiB a core: what schedulers commonly give.
const USUAL_MIB: u64 = 2048;
/// The limit of time over what was measured: other processors are slower, and share their memory with other jobs.
const SLOWER: f64 = 2.0;
/// A task has at least this limit, minutes: to start from a busy shared folder takes its time too.
const LEAST_MINUTES: u64 = 15;
/// A task should last this long, s: long beside its start, short beside the limits of queues.
const TASK_S: f64 = 1800.0;
/// Slurm takes indexes below its `MaxArraySize`, which is 1001 unless changed.
const MOST_SHARDS: u64 = 1000;

/// Runs that were tried before the study is handed over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Runs at the same time, at least 1.
    pub at_once: u32,
    /// Peak memory of the process while they ran, bytes, where the system tells.
    pub memory_bytes: Option<u64>,
    /// Core-seconds of one run.
    pub run_s: f64,
}

/// Memory and time of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Need {
    /// Memory, MiB.
    pub memory_mib: u64,
    /// Limit of time, minutes.
    pub minutes: u64,
    /// Whether memory was measured, or is the usual one.
    pub measured: bool,
}

impl Measured {
    /// How many shards a study of `variations` is cut into where its user does not say: tasks of about half an hour.
    pub fn shards(&self, variations: u64, cores: u32) -> u64 {
        let tasks = (variations as f64 * self.run_s / f64::from(cores.max(1)) / TASK_S).ceil();
        (tasks as u64).clamp(1, variations.clamp(1, MOST_SHARDS))
    }

    /// What a task of `cores` cores needs for its share of `variations` in `shards`.
    pub fn need(&self, variations: u64, shards: u64, cores: u32) -> Need {
        let cores = u64::from(cores.max(1));
        let runs = variations.div_ceil(shards.max(1));
        // The last round of runs may fill the cores only in part.
        let rounds = runs.div_ceil(cores);
        let task_s = SLOWER * rounds as f64 * self.run_s;
        let mib = self.memory_bytes.map(|bytes| {
            // More at once than were tried: in proportion, which counts what they share for each.
            let more = (cores as f64 / f64::from(self.at_once.max(1))).max(1.0);
            (bytes as f64 * more * RESERVE / f64::from(1 << 20)) as u64 + 1
        });
        Need {
            memory_mib: mib
                .unwrap_or(USUAL_MIB * cores)
                .next_multiple_of(STEP_MIB)
                .max(LEAST_MIB),
            minutes: ((task_s / 60.0).ceil() as u64)
                .next_multiple_of(5)
                .max(LEAST_MINUTES),
            measured: mib.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURED: Measured = Measured {
        at_once: 4,
        memory_bytes: Some(300 << 20),
        run_s: 3.0,
    };

    /// 12,000 runs of 3 s on 4 cores: 9,000 s, five tasks of half an hour. In 5 shards 2,400 runs each: 600 rounds of 3 s,
    /// twice that is 3,600 s. Memory 1.25 × 300 = 375 MiB, and one, in steps of 64: 384; on 8 cores 751: 768.
    #[test]
    fn a_task_asks_for_what_was_measured() {
        assert_eq!(MEASURED.shards(12_000, 4), 5);
        let need = MEASURED.need(12_000, 5, 4);
        assert_eq!((need.memory_mib, need.minutes), (384, 60));
        assert!(need.measured);
        assert_eq!(MEASURED.need(12_000, 5, 8).memory_mib, 768);
        // Fewer cores than were tried: what was measured holds for them as well.
        assert_eq!(MEASURED.need(12_000, 5, 1).memory_mib, 384);
    }

    #[test]
    fn small_and_endless_studies_have_limits() {
        assert_eq!(MEASURED.shards(0, 4), 1);
        assert_eq!(MEASURED.shards(7, 4), 1);
        assert_eq!(MEASURED.need(7, 7, 4).minutes, LEAST_MINUTES);
        assert_eq!(MEASURED.shards(u64::MAX, 1), MOST_SHARDS);
        let long = Measured {
            run_s: 1e6,
            ..MEASURED
        };
        assert_eq!(long.shards(7, 4), 7);
        let tiny = Measured {
            memory_bytes: Some(1),
            ..MEASURED
        };
        assert_eq!(tiny.need(10, 2, 1).memory_mib, LEAST_MIB);
        let unknown = Measured {
            memory_bytes: None,
            ..MEASURED
        };
        let need = unknown.need(10, 2, 4);
        assert_eq!((need.memory_mib, need.measured), (8192, false));
    }
}
