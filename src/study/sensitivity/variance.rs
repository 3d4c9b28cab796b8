//! Shares of an output's variance: of each input alone, and with all its interactions.
//!
//! ```text
//! A, B     two samples of n points; A_i is A with the values of axis i from B:  n (k + 2) runs
//! V        variance of y over A and B
//! S_i   =  mean (y_B − ȳ)(y_Ai − y_A) / V            first order: what is gained if i alone were known
//! ST_i  =  mean (y_A − y_Ai)² / 2V                   total: what is left if all but i were known
//! ```
//!
//! S: Saltelli et al. 2010, "Variance based sensitivity analysis of model output", Comput. Phys. Commun. 181(2), table 2 (b), with
//! the mean of the output taken out first, as a large one would drown the products in rounding and scatter. An input without
//! effect gets exactly 0, where other estimators leave noise. ST: Jansen 1999, "Analysis of variance designs for model output",
//! Comput. Phys. Commun. 117; never negative.
//!
//! A and B are the two halves of one scrambled Sobol sequence of 2k axes. The 95 % intervals are percentiles of 1,000 bootstrap
//! samples of the points (Archer, Saltelli & Sobol 1997); as they treat the points as independent, and these are more even than
//! that, they are wide rather than narrow. A point counts for an axis where all three of its runs ended.

use rand::{Rng, RngExt as _};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Analysis, Axis, Row, left_out, ordered};
use crate::describe::Fault;
use crate::random;
use crate::study::design::{Kind, UnitDesign};

const RESAMPLES: usize = 1000;

/// A variance below this share of the mean's square is rounding.
const ROUNDING: f64 = 1e-24;

/// Settings of variance shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Points; each takes as many runs as there are inputs, and two. Powers of two are best.
    #[schemars(range(min = 2, max = 1_000_000_000))]
    pub points: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { points: 256 }
    }
}

/// The runs of variance shares, point by point: A, B, then A with each axis of B.
#[derive(Debug, Clone)]
pub(crate) struct Variance {
    seed: u64,
    names: Vec<String>,
    base: UnitDesign,
    /// Bootstrap samples.
    resamples: usize,
}

/// An estimate with its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    /// The estimate.
    pub(crate) value: f64,
    /// Lower end of the interval.
    pub(crate) low: f64,
    /// Upper end.
    pub(crate) high: f64,
}

/// What one output owes to one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Indices {
    /// First order.
    pub(crate) first: Share,
    /// Total.
    pub(crate) total: Share,
    /// Points of which all three runs ended.
    pub(crate) complete: u64,
}

impl Variance {
    /// The runs for these axes.
    pub(crate) fn new(settings: Settings, seed: u64, axes: &[Axis]) -> Result<Self, Fault> {
        Self::on(Kind::Sobol, settings, seed, axes)
    }

    /// The same over points of another kind.
    fn on(kind: Kind, settings: Settings, seed: u64, axes: &[Axis]) -> Result<Self, Fault> {
        if !(2..=1_000_000_000).contains(&settings.points) {
            let what = format!("variance shares of {} points", settings.points);
            return Err(
                Fault::new(what, "take 2 to 1000000000; 256 to 4096 are usual").at("points"),
            );
        }
        let names: Vec<String> = axes.iter().map(|axis| axis.name.clone()).collect();
        let halves = ["a", "b"];
        let both = halves
            .iter()
            .flat_map(|half| names.iter().map(move |name| format!("{half}.{name}")));
        let base = UnitDesign::new(kind, settings.points, seed, &both.collect::<Vec<_>>(), None);
        // The sequence has no more dimensions; each axis takes two.
        let base = base.map_err(|fault| match axes.len() {
            many @ 501.. => Fault::new(
                format!("{many} inputs are too many for variance shares"),
                "vary at most 500, or screen with morris first",
            ),
            _ => fault,
        })?;
        Ok(Self {
            seed,
            names,
            base,
            resamples: RESAMPLES,
        })
    }

    fn runs_of_a_point(&self) -> usize {
        self.names.len() + 2
    }

    /// Number of runs.
    pub(crate) fn points(&self) -> u64 {
        self.base.points() * self.runs_of_a_point() as u64
    }

    /// Puts a point into `into`.
    pub(crate) fn point(&self, index: u64, into: &mut [f64]) {
        let axes = self.names.len();
        let runs = self.runs_of_a_point() as u64;
        let mut both = vec![0.0; 2 * axes];
        self.base.point(index / runs, &mut both);
        let (a, b) = both.split_at(axes);
        match (index % runs) as usize {
            0 => into.copy_from_slice(a),
            1 => into.copy_from_slice(b),
            mixed => {
                into.copy_from_slice(a);
                into[mixed - 2] = b[mixed - 2];
            }
        }
    }

    /// The indices of each axis; None where the output does not vary, or fewer than two points are complete.
    pub(crate) fn indices(&self, outputs: &[Option<f64>]) -> Vec<Option<Indices>> {
        let of_axis = |(axis, name): (usize, &String)| {
            let complete = |runs: &[Option<f64>]| Some([runs[0]?, runs[1]?, runs[2 + axis]?]);
            let points = outputs
                .chunks_exact(self.runs_of_a_point())
                .filter_map(complete);
            let of_name = format!("study.sobol.bootstrap.{name}");
            let rng = random::stream(self.seed, &of_name);
            indices(&points.collect::<Vec<_>>(), self.resamples, rng)
        };
        self.names.par_iter().enumerate().map(of_axis).collect()
    }

    /// First-order and total shares with their intervals, the largest total first.
    pub(crate) fn analyse(&self, outputs: &[Option<f64>]) -> Analysis {
        let row = |(name, of): (&String, &Option<Indices>)| {
            let values = |Indices {
                              first,
                              total,
                              complete,
                          }: &Indices| {
                let shares = [first, total].map(|share| [share.value, share.low, share.high]);
                let complete = std::iter::once(*complete as f64);
                shares
                    .into_iter()
                    .flatten()
                    .chain(complete)
                    .map(Some)
                    .collect()
            };
            Row {
                axis: name.clone(),
                values: of.as_ref().map_or_else(|| vec![None; 7], values),
            }
        };
        let indices = self.indices(outputs);
        let rows = self.names.iter().zip(&indices).map(row).collect();
        let points = outputs.chunks_exact(self.runs_of_a_point());
        let missing = points.filter(|runs| runs.contains(&None)).count() as u64;
        let failed = left_out(missing, self.base.points(), "points");
        let notes: Vec<String> = failed.into_iter().chain(self.base.note()).collect();
        Analysis {
            columns: &[
                "first",
                "first_low",
                "first_high",
                "total",
                "total_low",
                "total_high",
                "points",
            ],
            rows: ordered(rows, |row| row.values[3]),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

/// The indices of one axis from its complete points, each `[y_A, y_B, y_Ai]`; without bootstrap samples the intervals are
/// empty.
fn indices(points: &[[f64; 3]], resamples: usize, mut rng: impl Rng) -> Option<Indices> {
    if points.len() < 2 {
        return None;
    }
    let mean = points.iter().map(|[a, b, _]| a + b).sum::<f64>() / (2 * points.len()) as f64;
    let terms: Vec<Terms> = points
        .iter()
        .map(|point| Terms::of(point.map(|y| y - mean)))
        .collect();
    let sums = terms.iter().fold(Terms::default(), Terms::and);
    let count = points.len() as f64;
    if sums.variance(count) <= ROUNDING * mean * mean {
        return None;
    }
    let [first, total] = sums.shares(count)?;
    let resampled = (0..resamples).filter_map(|_| {
        let mut draw = |sums: Terms, _| sums.and(&terms[rng.random_range(0..terms.len())]);
        (0..terms.len())
            .fold(Terms::default(), &mut draw)
            .shares(count)
    });
    let (firsts, totals): (Vec<f64>, Vec<f64>) =
        resampled.map(|[first, total]| (first, total)).unzip();
    Some(Indices {
        first: Share::of(first, firsts),
        total: Share::of(total, totals),
        complete: points.len() as u64,
    })
}

/// What a point adds to the sums of which the shares are made.
#[derive(Debug, Clone, Copy, Default)]
struct Terms {
    /// `y_A + y_B`
    value: f64,
    /// `y_A² + y_B²`
    square: f64,
    /// `y_Ai − y_A`
    change: f64,
    /// `(y_Ai − y_A)²`
    change_square: f64,
    /// `y_B (y_Ai − y_A)`
    product: f64,
}

impl Terms {
    fn of([a, b, mixed]: [f64; 3]) -> Self {
        let change = mixed - a;
        Self {
            value: a + b,
            square: a * a + b * b,
            change,
            change_square: change * change,
            product: b * change,
        }
    }

    fn and(self, other: &Self) -> Self {
        Self {
            value: self.value + other.value,
            square: self.square + other.square,
            change: self.change + other.change,
            change_square: self.change_square + other.change_square,
            product: self.product + other.product,
        }
    }

    fn variance(&self, count: f64) -> f64 {
        let mean = self.value / (2.0 * count);
        self.square / (2.0 * count) - mean * mean
    }

    /// First order and total; None where nothing varies.
    fn shares(&self, count: f64) -> Option<[f64; 2]> {
        let variance = self.variance(count);
        let mean = self.value / (2.0 * count);
        let first = (self.product - mean * self.change) / count;
        let total = self.change_square / (2.0 * count);
        (variance > 0.0).then(|| [first / variance, total / variance])
    }
}

impl Share {
    fn of(value: f64, mut resampled: Vec<f64>) -> Self {
        resampled.sort_by(f64::total_cmp);
        let quantile = |share: f64| match resampled.len() {
            0 => value,
            count => resampled[(share * (count - 1) as f64).round() as usize],
        };
        Self {
            value,
            low: quantile(0.025),
            high: quantile(0.975),
        }
    }
}

#[cfg(test)]
mod tests;
