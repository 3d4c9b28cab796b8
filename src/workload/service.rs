//! Services: inference that holds its GPUs for the whole run and follows its users.
//!
//! ```text
//! u(t) = mean·r(hour, day)                 r: rhythm with mean 1 over the week
//! tokens/s = gpus·(tokens/s per GPU at full load)·u
//! ```
//!
//! Utilisation is a ratio. Tokens proportional to load: true where load means requests served at the batch
//! size that `tokens_per_gpu_s` was measured at; small batches deliver up to ten times fewer tokens per
//! joule (ML.ENERGY leaderboard, 2026), which this form does not show.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile::Profile;
use super::{Calendar, Class, Rhythm, WorkloadError};
use crate::units;

/// A service in operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// What kind of work it is.
    pub class: Class,
    /// GPUs used; the servers that hold them are taken whole and kept for the whole run.
    pub gpus: u32,
    /// Mean load of those GPUs over a week, 0..1.
    pub mean_utilisation: f64,
    /// Demand over day and week.
    pub rhythm: Rhythm,
    /// Tokens per second of one GPU at full load.
    pub tokens_per_gpu_s: f64,
    /// Load and tokens as a trace of requests gives them, in place of the four above.
    pub served: Option<Box<Served>>,
}

/// What a service makes of a trace of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// Load of its GPUs, 0..1.
    pub utilisation: Profile,
    /// Tokens it delivers, 1/s.
    pub tokens_per_s: Profile,
}

impl Service {
    /// Load of its GPUs, 0..1, and its tokens per second in a step.
    pub fn now(&self, calendar: Calendar, time_s: f64, dt_s: f64) -> (f64, f64) {
        if let Some(served) = &self.served {
            let mean = |profile: &Profile| profile.mean(time_s, time_s + dt_s);
            // Sums of shares may pass 1 by rounding.
            let utilisation = mean(&served.utilisation).clamp(0.0, 1.0);
            return (utilisation, mean(&served.tokens_per_s));
        }
        let (hour, day) = calendar.at(time_s + 0.5 * dt_s);
        let utilisation = self.utilisation(hour, day);
        (utilisation, self.tokens_per_s(utilisation))
    }

    /// Load of its GPUs at an hour (0..24) of a day (Monday 0 … Sunday 6), 0..1.
    pub fn utilisation(&self, hour_of_day: f64, day_of_week: u8) -> f64 {
        (self.mean_utilisation * self.rhythm.at(hour_of_day, day_of_week)).clamp(0.0, 1.0)
    }

    /// Tokens per second of the whole service at a load.
    pub fn tokens_per_s(&self, utilisation: f64) -> f64 {
        f64::from(self.gpus) * self.tokens_per_gpu_s * utilisation
    }
}

/// GPUs that answer requests, held for the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inference {
    /// GPUs held; rounded up to whole servers.
    #[schemars(range(min = 1))]
    pub gpus: u32,
    /// Mean load of those GPUs over a week, above 0 and at most 1. LBNL's 2025 update takes 0.2, with 0.3 as
    /// its high case (seen second-hand); little measured data exists.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub mean_utilisation: f64,
    /// How far the busiest hour lies above the day's mean, 0 to 1. Default 0.3 (unconfirmed).
    #[serde(default = "default_daily_swing", deserialize_with = "units::fraction")]
    pub daily_swing: f64,
    /// Hour of the day with the highest demand, local time, 0 to 24. Default 15 (unconfirmed).
    #[serde(
        default = "default_peak_hour",
        deserialize_with = "units::non_negative"
    )]
    pub peak_hour: f64,
    /// Demand at the weekend over demand on a weekday. Default 0.8 (unconfirmed).
    #[serde(
        default = "default_weekend_factor",
        deserialize_with = "units::non_negative"
    )]
    pub weekend_factor: f64,
    /// Tokens per second of one GPU at full load; tokens are not counted without it. About 1,700 for Llama 3.1
    /// 70B on H100 at large batch (ML.ENERGY: 637 W at 0.373 J per token).
    #[serde(default, deserialize_with = "units::non_negative")]
    pub tokens_per_gpu_s: f64,
}

fn default_daily_swing() -> f64 {
    0.3
}
fn default_peak_hour() -> f64 {
    15.0
}
fn default_weekend_factor() -> f64 {
    0.8
}

impl Inference {
    /// The service this table describes; `key` is where it stands in the scenario.
    pub fn service(&self, key: &str) -> Result<Service, WorkloadError> {
        if self.gpus == 0 {
            return Err(WorkloadError::new(
                format!("{key}.gpus"),
                "a service without GPUs does nothing",
                "give at least 1 or leave the table out",
            ));
        }
        let rhythm =
            super::synthetic::rhythm(key, self.daily_swing, self.peak_hour, self.weekend_factor)?;
        let peak = self.mean_utilisation * rhythm.max();
        if peak > 1.0 + 1e-9 {
            return Err(WorkloadError::new(
                format!("{key}.mean_utilisation"),
                format!(
                    "the busiest hour would load the GPUs to {:.0} %",
                    peak * 100.0
                ),
                format!(
                    "with this swing and weekend the mean can be at most {:.3}",
                    1.0 / rhythm.max()
                ),
            ));
        }
        Ok(Service {
            class: Class::Inference,
            gpus: self.gpus,
            mean_utilisation: self.mean_utilisation,
            rhythm,
            tokens_per_gpu_s: self.tokens_per_gpu_s,
            served: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Inference {
        toml::from_str(text).unwrap()
    }

    /// Mean 0.5, swing 0.4, no weekend: 0.5·1.4 = 0.7 at the peak and 0.3 twelve hours away;
    /// 100 GPUs × 1,000 tokens/s × 0.7 = 70,000 tokens/s.
    #[test]
    fn load_and_tokens_follow_the_hour() {
        let service = table(
            "gpus = 100\nmean_utilisation = 0.5\ndaily_swing = 0.4\npeak_hour = 14\n\
             weekend_factor = 1\ntokens_per_gpu_s = 1000",
        )
        .service("workload.inference")
        .unwrap();
        assert!((service.utilisation(14.0, 2) - 0.7).abs() < 1e-12);
        assert!((service.utilisation(2.0, 6) - 0.3).abs() < 1e-12);
        assert!((service.tokens_per_s(0.7) - 70_000.0).abs() < 1e-9);
    }

    #[test]
    fn a_peak_above_full_load_is_refused_with_the_highest_mean() {
        let error = table("gpus = 8\nmean_utilisation = 0.9\nweekend_factor = 1")
            .service("workload.inference")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("workload.inference.mean_utilisation") && error.contains("0.769"),
            "{error}"
        );
    }

    #[test]
    fn an_hour_outside_the_day_is_refused() {
        let error = table("gpus = 8\nmean_utilisation = 0.5\npeak_hour = 25")
            .service("workload.inference")
            .unwrap_err()
            .to_string();
        assert!(error.contains("peak_hour"), "{error}");
    }
}
