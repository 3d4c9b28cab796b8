//! Waits over how busy machines are.

use super::measure::Measured;
use crate::forecast::plants::kept_files::{Reader, Writer};

/// GPU time by which a backlog may grow, over the GPU time there is: more is no steady state.
const STEADY: f64 = 0.01;
/// No curve has more points.
const MOST_POINTS: usize = 1000;

/// Waits of jobs by how busy their machines are, none of them falling; see the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WaitCurve {
    /// GPU time that jobs held over the GPU time there was, 0..1; ascending. Empty without a queue.
    pub utilisation: Vec<f64>,
    /// Mean wait there, s.
    pub mean_s: Vec<f64>,
    /// Median, s.
    pub p50_s: Vec<f64>,
    /// 95th percentile, s.
    pub p95_s: Vec<f64>,
    /// Mean wait of the seed with the shortest and of the one with the longest, s.
    pub seeds_s: Vec<(f64, f64)>,
    /// Jobs counted.
    pub jobs: Vec<u64>,
}

/// Waits at one load, s; NaN without a queue, infinite where no steady state was reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// Mean.
    pub mean_s: f64,
    /// Median.
    pub p50_s: f64,
    /// 95th percentile.
    pub p95_s: f64,
}

impl WaitCurve {
    /// Whether there is no queue.
    pub fn is_empty(&self) -> bool {
        self.utilisation.is_empty()
    }

    /// The highest load with a steady state; 0 without a queue.
    pub fn highest(&self) -> f64 {
        self.utilisation.last().copied().unwrap_or(0.0)
    }

    /// Waits at a load.
    pub fn at(&self, utilisation: f64) -> Wait {
        let of = |waits_s: &[f64]| self.between(utilisation, waits_s);
        Wait {
            mean_s: of(&self.mean_s),
            p50_s: of(&self.p50_s),
            p95_s: of(&self.p95_s),
        }
    }

    /// Mean wait at a load, s; as [`WaitCurve::at`].
    pub fn mean_s(&self, utilisation: f64) -> f64 {
        self.between(utilisation, &self.mean_s)
    }

    fn between(&self, utilisation: f64, waits_s: &[f64]) -> f64 {
        if self.is_empty() || utilisation.is_nan() {
            return f64::NAN;
        }
        if utilisation > self.highest() {
            return f64::INFINITY;
        }
        let above = self.utilisation.partition_point(|of| *of < utilisation);
        let (low, low_s) = match above.checked_sub(1) {
            Some(below) => (self.utilisation[below], waits_s[below]),
            None => (0.0, 0.0),
        };
        let (high, high_s) = (self.utilisation[above], waits_s[above]);
        let share = ((utilisation - low) / (high - low)).max(0.0);
        let (low, high) = (low_s.ln_1p(), high_s.ln_1p());
        // At a point its own wait, to the last digit.
        if share >= 1.0 {
            high_s
        } else {
            (low + (high - low) * share).exp_m1()
        }
    }

    /// Through what was measured: the seeds of each load.
    pub(super) fn through<'a>(loads: impl Iterator<Item = &'a [Measured]>) -> Self {
        let mut points: Vec<Point> = loads.filter_map(Point::of).collect();
        points.sort_by(|a, b| a.utilisation.total_cmp(&b.utilisation));
        points.dedup_by(|b, a| a.utilisation == b.utilisation);
        let weights: Vec<f64> = points.iter().map(|point| point.jobs as f64).collect();
        let rising = |of: fn(&Point) -> f64| {
            let values: Vec<f64> = points.iter().map(of).collect();
            isotonic(&values, &weights)
        };
        Self {
            utilisation: points.iter().map(|point| point.utilisation).collect(),
            mean_s: rising(|point| point.mean_s),
            p50_s: rising(|point| point.p50_s),
            p95_s: rising(|point| point.p95_s),
            seeds_s: points.iter().map(|point| point.seeds_s).collect(),
            jobs: points.iter().map(|point| point.jobs).collect(),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.count(self.utilisation.len());
        for values in [&self.utilisation, &self.mean_s, &self.p50_s, &self.p95_s] {
            writer.f64s(values);
        }
        for (low_s, high_s) in &self.seeds_s {
            writer.f64s(&[*low_s, *high_s]);
        }
        for jobs in &self.jobs {
            writer.count(*jobs as usize);
        }
        writer.0
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let count = reader.count().filter(|count| *count <= MOST_POINTS)?;
        let mut values = || reader.f64s(count);
        let (utilisation, mean_s, p50_s, p95_s) = (values()?, values()?, values()?, values()?);
        let seeds_s = reader.f64s(2 * count)?;
        let jobs: Option<Vec<u64>> = (0..count).map(|_| Some(reader.count()? as u64)).collect();
        let (pairs, _) = seeds_s.as_chunks::<2>();
        let curve = Self {
            utilisation,
            mean_s,
            p50_s,
            p95_s,
            seeds_s: pairs
                .iter()
                .map(|[low_s, high_s]| (*low_s, *high_s))
                .collect(),
            jobs: jobs?,
        };
        reader.at_end().then_some(curve)
    }
}

/// A load, all seeds together.
struct Point {
    utilisation: f64,
    mean_s: f64,
    p50_s: f64,
    p95_s: f64,
    seeds_s: (f64, f64),
    jobs: u64,
}

impl Point {
    /// None where it is no steady state, or no job came.
    fn of(seeds: &[Measured]) -> Option<Self> {
        let mean =
            |of: fn(&Measured) -> f64| seeds.iter().map(of).sum::<f64>() / seeds.len() as f64;
        let all = seeds.iter().flat_map(|seed| seed.waits_s.iter().copied());
        let mut waits_s: Vec<f64> = all.collect();
        if waits_s.is_empty() || mean(|seed| seed.growth) > STEADY {
            return None;
        }
        waits_s.sort_by(f64::total_cmp);
        let last = waits_s.len() - 1;
        let quantile = |share: f64| waits_s[(share * last as f64).round() as usize];
        let means = seeds.iter().filter(|seed| !seed.waits_s.is_empty());
        let means = means.map(|seed| mean_of(&seed.waits_s));
        let (low_s, high_s) = means.fold((f64::INFINITY, 0.0_f64), |(low, high), mean_s| {
            (low.min(mean_s), high.max(mean_s))
        });
        Some(Self {
            utilisation: mean(|seed| seed.busy),
            mean_s: mean_of(&waits_s),
            p50_s: quantile(0.5),
            p95_s: quantile(0.95),
            seeds_s: (low_s, high_s),
            jobs: waits_s.len() as u64,
        })
    }
}

fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The nearest values that never fall, by weighted squares: neighbours that do are pooled (Barlow et al. 1972).
fn isotonic(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in values.iter().zip(weights) {
        let mut pool = (*value, *weight, 1);
        while let Some(&(before, weighs, count)) = pools.last()
            && before > pool.0
        {
            let both = weighs + pool.1;
            pool = (
                (before * weighs + pool.0 * pool.1) / both,
                both,
                count + pool.2,
            );
            pools.pop();
        }
        pools.push(pool);
    }
    let spread = pools.iter();
    spread
        .flat_map(|(value, _, count)| std::iter::repeat_n(*value, *count))
        .collect()
}
