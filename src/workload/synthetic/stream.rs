//! The jobs of a table, one after the other.

use rand::RngExt;
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_pcg::Pcg64;

use super::law::Size;
use super::{JobStream, Law};
use crate::random;
use crate::units::HOUR_S;
use crate::workload::{Arrivals, Calendar, Class, Job, Outcome, Rhythm};

/// Schedulers plan in minutes; no user promises less.
const SHORTEST_ESTIMATE_S: f64 = 60.0;

/// Endless random jobs.
#[derive(Debug, Clone)]
pub struct Jobs {
    table: JobStream,
    law: Law,
    /// Of submissions: the share of each size, and how many jobs they hold.
    sizes: Vec<(f64, f64)>,
    /// Cumulative shares of the users.
    users: Vec<f64>,
    class: Class,
    calendar: Calendar,
    rhythm: Rhythm,
    highest_rate_s: f64,
    /// Lowest and highest value of the rhythm.
    swing: (f64, f64),
    now_s: f64,
    given: u64,
    burst: Burst,
    random: Streams,
}

/// The submission that jobs are taken from.
#[derive(Debug, Clone, Copy)]
struct Burst {
    left: u64,
    user: u32,
    /// Which size.
    size: usize,
    z: f64,
}

/// One stream for each purpose.
#[derive(Debug, Clone)]
struct Streams {
    arrivals: Pcg64,
    size: Pcg64,
    run_time: Pcg64,
    estimate: Pcg64,
    burst: Pcg64,
    alike: Pcg64,
    user: Pcg64,
    end: Pcg64,
    defer: Pcg64,
}

impl Jobs {
    pub(super) fn new(
        table: &JobStream,
        law: Law,
        jobs_per_s: f64,
        (key, class, calendar, rhythm, seed): (&str, Class, Calendar, Rhythm, u64),
    ) -> Self {
        let stream = |purpose: &str| random::stream(seed, &format!("{key}.{purpose}"));
        let shares = (1..=table.users).map(|u| f64::from(u).powf(-table.user_skew));
        let users: Vec<f64> = shares
            .scan(0.0, |sum, share| {
                *sum += share;
                Some(*sum)
            })
            .collect();
        let more = |size: &Size| 1.0 + (table.burst - 1.0) / f64::from(size.gpus);
        let mut sizes: Vec<(f64, f64)> = law
            .sizes
            .iter()
            .map(|size| (size.share / more(size), more(size)))
            .collect();
        let mut submissions_per_s = jobs_per_s;
        if table.burst > 1.0 {
            let per_job: f64 = sizes.iter().map(|(share, _)| share).sum();
            for (share, _) in &mut sizes {
                *share /= per_job;
            }
            submissions_per_s *= per_job;
        }
        Self {
            table: table.clone(),
            law,
            sizes,
            users,
            class,
            calendar,
            rhythm,
            highest_rate_s: submissions_per_s * rhythm.max(),
            swing: (rhythm.min(), rhythm.max()),
            now_s: 0.0,
            given: 0,
            burst: Burst {
                left: 0,
                user: 0,
                size: 0,
                z: 0.0,
            },
            random: Streams {
                arrivals: stream("arrivals"),
                size: stream("size"),
                run_time: stream("run_time"),
                estimate: stream("estimate"),
                burst: stream("burst"),
                alike: stream("alike"),
                user: stream("user"),
                end: stream("end"),
                defer: stream("defer"),
            },
        }
    }

    /// Waits for the next submission; None where it never comes.
    fn submit(&mut self) -> Option<()> {
        loop {
            let gap: f64 = Exp1.sample(&mut self.random.arrivals);
            self.now_s += gap / self.highest_rate_s;
            if !self.now_s.is_finite() {
                return None;
            }
            let kept: f64 = self.random.arrivals.random();
            let (lowest, highest) = self.swing;
            let rate = kept * highest;
            // Half of all are kept at any hour.
            if rate < lowest {
                break;
            }
            let (hour, day) = self.calendar.at(self.now_s);
            if rate < self.rhythm.at(hour, day) {
                break;
            }
        }
        let share: f64 = self.random.size.random();
        let size = pick(self.sizes.iter().map(|(share, _)| *share), share);
        let mean = self.sizes.get(size).map_or(1.0, |(_, mean)| *mean);
        self.burst = Burst {
            left: self.jobs_at_once(mean),
            user: self.user(),
            size,
            z: StandardNormal.sample(&mut self.random.run_time),
        };
        Some(())
    }

    /// Geometric from 1 on.
    fn jobs_at_once(&mut self, mean: f64) -> u64 {
        if mean <= 1.0 {
            return 1;
        }
        let u: f64 = self.random.burst.random();
        let more = (1.0 - u).ln() / (1.0 - 1.0 / mean).ln();
        1 + more as u64
    }

    fn user(&mut self) -> u32 {
        let Some(all) = self.users.last() else {
            return 0;
        };
        let share: f64 = self.random.user.random();
        let before = self.users.partition_point(|sum| *sum <= share * all);
        before.min(self.users.len() - 1) as u32 + 1
    }

    /// How far the run time of one job of the burst lies from the median, in σ.
    fn z(&mut self) -> f64 {
        if self.table.burst <= 1.0 {
            return self.burst.z;
        }
        let own: f64 = StandardNormal.sample(&mut self.random.alike);
        let alike = self.table.burst_alike;
        alike.sqrt() * self.burst.z + (1.0 - alike).sqrt() * own
    }

    /// How the job ends, and how much longer it runs than the mean job.
    fn end(&mut self) -> (Outcome, f64) {
        let ends = &self.law.ends;
        if ends.len() == 1 {
            return (Outcome::Completed, 1.0);
        }
        let share: f64 = self.random.end.random();
        let end = ends.get(pick(ends.iter().map(|end| end.share), share));
        end.map_or((Outcome::Completed, 1.0), |end| (end.outcome, end.longer))
    }
}

/// The place in a list of shares, which add up to 1, that `at` falls on.
fn pick(shares: impl ExactSizeIterator<Item = f64>, at: f64) -> usize {
    let last = shares.len().saturating_sub(1);
    let mut sum = 0.0;
    let mut shares = shares;
    let found = shares.position(|share| {
        sum += share;
        at < sum
    });
    found.unwrap_or(last)
}

impl Arrivals for Jobs {
    fn next_job(&mut self) -> Option<Job> {
        if self.burst.left == 0 {
            self.submit()?;
        }
        self.burst.left -= 1;
        let z = self.z();
        let (outcome, by_end) = self.end();
        let size = *self.law.sizes.get(self.burst.size)?;
        let longer = size.longer * by_end;
        let work_s =
            ((self.law.ln_median_s + self.law.sigma * z).exp() * longer).clamp(1.0, self.law.cut_s);
        let over: f64 = self.random.estimate.random();
        let factor = 1.0 + over * 2.0 * (self.table.estimate_factor - 1.0);
        let slack_s = self.table.deadline_slack_hours.map(|hours| hours * HOUR_S);
        let deferrable = self.table.deferrable > 0.0
            && self.random.defer.random::<f64>() < self.table.deferrable;
        self.given += 1;
        Some(Job {
            id: self.given,
            class: self.class,
            submit_s: self.now_s,
            gpus: size.gpus,
            within: self.table.within,
            work_s,
            estimate_s: (work_s * factor).max(SHORTEST_ESTIMATE_S),
            utilisation: self.table.utilisation * size.part,
            tokens: self.table.tokens_per_gpu_s * f64::from(size.gpus) * work_s,
            user: self.burst.user,
            priority: self.table.priority,
            deadline_s: slack_s.map_or(f64::INFINITY, |slack_s| self.now_s + work_s + slack_s),
            deferrable_s: if deferrable {
                self.table.deferrable_hours * HOUR_S
            } else {
                0.0
            },
            preemptible: self.table.preemptible,
            outcome,
            ..Job::default()
        })
    }
}
