//! How jobs save their state: `[checkpoint]` of a scenario, a table for each class.
//!
//! ```text
//! c = √(2·s·M)      M = H/g        c: work between two saves, s: one save, M: time between interruptions of the job, s
//! ```
//!
//! H is the GPU time per interruption of `[failures]`, g the job's GPUs. Saving costs s/c of the time and an interruption
//! half of c: their sum is least there. Source: Young, A first order approximation to the optimum checkpoint interval,
//! CACM 17(9) (1974); Daly, Future Generation Computer Systems 22 (2006), refines it where s is no longer small beside
//! M. Valid for s well below M; the interval is never taken shorter than the save itself.
//!
//! Defaults are engineering estimates. Saves of pretraining: 3 to 60 s (2.8 s for 405 billion parameters at 14 bytes over a
//! store of 2 TB/s; slower stores), restarts 120 to 1000 s (Llama 3.1: at most 17 minutes); of fine tuning: 5 to 120 s and 60
//! to 600 s (one shared store, images that are pulled again).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Arrivals, Class, Job};
use crate::describe::doubt;
use crate::units::{self, HOUR_S};

/// Default GPU-hours per interruption: 419 in 54 days on 16,384 GPUs (Llama 3.1 405B).
pub const GPU_HOURS: f64 = 50_700.0;

/// `[checkpoint]`: how jobs of each class save their state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Checkpoints {
    /// Of pretraining. Default: saves of 10 s, restarts of 300 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pretraining: Option<Checkpoint>,
    /// Of fine tuning. Default: saves of 30 s, restarts of 180 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_tuning: Option<Checkpoint>,
    /// Of batch jobs and replayed ones. Default: none, they start over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Checkpoint>,
}

/// How jobs of one class save their state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Work between two saves. Default: √(2 · `save_s` · time between interruptions of the job), with those of
    /// `[failures]` (Young 1974; Daly 2006).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub interval_min: Option<f64>,
    /// Time of one save, s: the pause, where the rest happens in the background.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub save_s: f64,
    /// From the start on new servers until work continues; Llama 3.1 needed at most 17 minutes in all.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub restart_s: f64,
    /// Load of the job's GPUs while it saves or starts again, never above its load at work; processors follow their
    /// GPUs, or go on where the job gives them a load of their own.
    #[serde(default = "paused", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.02, 0.5, "from GPUs that only wait for the store to those that load and compile")))]
    pub paused_utilisation: f64,
}

/// Load of GPUs whose job saves or starts again: near idle; its range is at `paused_utilisation`.
pub const PAUSED: f64 = 0.1;

fn paused() -> f64 {
    PAUSED
}

/// 405 billion parameters at 14 bytes over a store of 2 TB/s are 2.8 s; restarts of Llama
/// 3.1 took at most 17 minutes each (more than 90 % of 54 days were effective, with 466 interruptions).
const PRETRAINING: Checkpoint = Checkpoint {
    interval_min: None,
    save_s: 10.0,
    restart_s: 300.0,
    paused_utilisation: PAUSED,
};
const FINE_TUNING: Checkpoint = Checkpoint {
    interval_min: None,
    save_s: 30.0,
    restart_s: 180.0,
    paused_utilisation: PAUSED,
};

/// Young's optimum, s; infinite for saves that cost nothing to leave out.
pub fn optimum_s(save_s: f64, between_s: f64) -> f64 {
    (2.0 * save_s * between_s).sqrt().max(save_s)
}

impl Checkpoints {
    fn of(&self, class: Class) -> Option<Checkpoint> {
        match class {
            Class::Pretraining => Some(self.pretraining.unwrap_or(PRETRAINING)),
            Class::FineTuning => Some(self.fine_tuning.unwrap_or(FINE_TUNING)),
            Class::Batch => self.batch,
            Class::Inference => None,
        }
    }

    /// Gives a job its saves where it has none of its own; `gpu_hours` per interruption.
    pub fn apply(&self, job: &mut Job, gpu_hours: f64) {
        let Some(checkpoint) = self.of(job.class) else {
            return;
        };
        if job.checkpoint_s.is_finite() || job.restart_s > 0.0 {
            return;
        }
        let between_s = gpu_hours * HOUR_S / f64::from(job.gpus.max(1));
        let optimum_s = optimum_s(checkpoint.save_s, between_s);
        let interval_s = checkpoint.interval_min.map_or(optimum_s, |min| min * 60.0);
        job.save_s = checkpoint.save_s;
        job.restart_s = checkpoint.restart_s;
        job.paused_utilisation = checkpoint.paused_utilisation;
        // Saves that take no time: every minute is as good as always.
        job.checkpoint_s = if interval_s > 0.0 { interval_s } else { 60.0 };
    }
}

/// Jobs that save their state.
pub struct Saving {
    /// Where they come from.
    pub jobs: Box<dyn Arrivals>,
    /// How they save.
    pub checkpoints: Checkpoints,
    /// GPU-hours per interruption.
    pub gpu_hours: f64,
}

impl Arrivals for Saving {
    fn next_job(&mut self) -> Option<Job> {
        let mut job = self.jobs.next_job()?;
        self.checkpoints.apply(&mut job, self.gpu_hours);
        Some(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(class: Class, gpus: u32) -> Job {
        Job {
            class,
            gpus,
            ..Job::default()
        }
    }

    /// By hand: 16,384 GPUs at one interruption per 50,700 GPU-hours: every 3.0945 h = 11,140 s. With saves of 10 s:
    /// √(2·10·11,140) = 472 s. Twice the GPUs: √2 less.
    #[test]
    fn the_optimum_by_hand() {
        let mut large = job(Class::Pretraining, 16_384);
        Checkpoints::default().apply(&mut large, GPU_HOURS);
        assert!((large.checkpoint_s - 472.0).abs() < 0.1, "{large:?}");
        assert_eq!((large.save_s, large.restart_s), (10.0, 300.0));
        let mut larger = job(Class::Pretraining, 32_768);
        Checkpoints::default().apply(&mut larger, GPU_HOURS);
        assert!((larger.checkpoint_s * 2f64.sqrt() - large.checkpoint_s).abs() < 1e-9);
        assert_eq!(optimum_s(100.0, 1.0), 100.0);
    }

    /// The optimum costs less than a shorter and a longer interval: s/c + c/2M.
    #[test]
    fn no_other_interval_costs_less() {
        let cost = |c: f64| 30.0 / c + c / 2.0 / 9000.0;
        let best_s = optimum_s(30.0, 9000.0);
        assert!(cost(best_s) < cost(0.9 * best_s) && cost(best_s) < cost(1.1 * best_s));
    }

    #[test]
    fn tables_and_jobs_of_their_own_come_first() {
        let table: Checkpoints =
            toml::from_str("[batch]\ninterval_min = 15\nsave_s = 20\nrestart_s = 60\n").unwrap();
        let mut batch = job(Class::Batch, 8);
        table.apply(&mut batch, GPU_HOURS);
        assert_eq!(
            (batch.checkpoint_s, batch.save_s, batch.restart_s),
            (900.0, 20.0, 60.0)
        );
        let mut plain = job(Class::Batch, 8);
        Checkpoints::default().apply(&mut plain, GPU_HOURS);
        assert!(plain.checkpoint_s.is_infinite());
        let mut own = Job {
            checkpoint_s: 7.0,
            ..job(Class::Batch, 8)
        };
        table.apply(&mut own, GPU_HOURS);
        assert_eq!(own.checkpoint_s, 7.0);
    }
}
