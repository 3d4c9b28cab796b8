//! Elementary effects along random paths.
//!
//! ```text
//! d_i = (y(x + Δ e_i) − y(x)) / Δ,   x on a grid of p levels of the unit cube,  Δ = p / (2 (p − 1))
//! μ  = mean d_i     μ* = mean |d_i|     σ = standard deviation of d_i
//! ```
//!
//! A path (trajectory) starts at random and moves every axis once, in random order, up or down: k + 1 runs give an effect of each
//! axis. Sources: Morris 1991, "Factorial sampling plans for preliminary computational experiments", Technometrics 33(2);
//! Campolongo, Cariboni & Saltelli 2007, "An effective screening design for sensitivity analysis of large models", Environ. Model.
//! Softw. 22(10), for μ*: effects of both signs do not cancel in it.
//!
//! An effect is the change of the output over the whole reach of the axis: the unit cube spans an axis from end to end where its
//! range is all that is known, and from its 1 % to its 99 % quantile where it has tails. σ near to or above μ* says that the
//! effect is bent or depends on other inputs. The interval is Student's, for the mean of their amounts over independent paths.

use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Analysis, Axis, Row, left_out, ordered};
use crate::describe::Fault;
use crate::random;

/// Quantiles between which an axis with tails is moved.
const TAILS: [f64; 2] = [0.01, 0.99];

/// Settings of Morris's method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Paths: 10 to 50 are usual.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub trajectories: u32,
    /// Levels of each input; even.
    #[schemars(range(min = 2, max = 100))]
    pub levels: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trajectories: 20,
            levels: 4,
        }
    }
}

impl Settings {
    pub(super) fn check(self) -> Result<(), Fault> {
        if !(2..=1_000_000).contains(&self.trajectories) {
            let what = format!("{} paths", self.trajectories);
            return Err(
                Fault::new(what, "take 2 to 1000000; 10 to 50 are usual").at("trajectories")
            );
        }
        if !(2..=100).contains(&self.levels) || self.levels % 2 == 1 {
            let what = format!(
                "{} levels: their number is even, from 2 to 100",
                self.levels
            );
            return Err(Fault::new(what, "take 4").at("levels"));
        }
        Ok(())
    }
}

/// The runs of Morris's method: path by path.
#[derive(Debug, Clone)]
pub(crate) struct Morris {
    settings: Settings,
    seed: u64,
    names: Vec<String>,
    /// Quantiles of the lowest and the highest level of each axis.
    ends: Vec<[f64; 2]>,
}

/// What one output owes to one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ElementaryEffects {
    /// Mean of the effects.
    pub(crate) mu: f64,
    /// Mean of their amounts.
    pub(crate) mu_star: f64,
    /// Their standard deviation.
    pub(crate) sigma: f64,
    /// Half the width of the 95 % confidence interval of `mu_star`.
    pub(crate) mu_star_95: f64,
    /// How many effects these are.
    pub(crate) effects: u64,
}

/// A path in levels.
struct Path {
    start: Vec<u32>,
    /// The axes in the order in which they move.
    order: Vec<usize>,
}

impl Morris {
    /// The runs for these axes.
    pub(crate) fn new(settings: Settings, seed: u64, axes: &[Axis]) -> Self {
        let ends = |axis: &Axis| if axis.range { [0.0, 1.0] } else { TAILS };
        Self {
            settings,
            seed,
            names: axes.iter().map(|axis| axis.name.clone()).collect(),
            ends: axes.iter().map(ends).collect(),
        }
    }

    /// Number of runs.
    pub(crate) fn points(&self) -> u64 {
        u64::from(self.settings.trajectories) * self.path_points()
    }

    fn path_points(&self) -> u64 {
        self.ends.len() as u64 + 1
    }

    /// Levels by which an axis moves: half of them.
    fn leap(&self) -> u32 {
        self.settings.levels / 2
    }

    fn path(&self, trajectory: u64) -> Path {
        let mut rng = random::stream(self.seed, &format!("study.morris.{trajectory}"));
        let levels = self.settings.levels;
        let start = (0..self.ends.len())
            .map(|_| rng.random_range(0..levels))
            .collect();
        let mut order: Vec<usize> = (0..self.ends.len()).collect();
        order.shuffle(&mut rng);
        Path { start, order }
    }

    /// The level after its move: up from the lower half, down from the upper.
    fn moved(&self, level: u32) -> u32 {
        let leap = self.leap();
        if level < leap {
            level + leap
        } else {
            level - leap
        }
    }

    /// Puts a point into `into`.
    pub(crate) fn point(&self, index: u64, into: &mut [f64]) {
        let path = self.path(index / self.path_points());
        self.place(&path, (index % self.path_points()) as usize, into);
    }

    /// The point of a path after so many moves.
    fn place(&self, path: &Path, moves: usize, into: &mut [f64]) {
        let mut levels = path.start.clone();
        for &axis in &path.order[..moves] {
            levels[axis] = self.moved(levels[axis]);
        }
        let highest = f64::from(self.settings.levels - 1);
        for ((value, level), [low, high]) in into.iter_mut().zip(levels).zip(&self.ends) {
            *value = low + (high - low) * (f64::from(level) / highest);
        }
    }

    /// Adds the effects that the outputs along a path show to those of each axis.
    fn effects(&self, path: &Path, outputs: &[Option<f64>], effects: &mut [Vec<f64>]) {
        let step = f64::from(self.leap()) / f64::from(self.settings.levels - 1);
        for (&axis, pair) in path.order.iter().zip(outputs.windows(2)) {
            if let [Some(before), Some(after)] = pair {
                let up = path.start[axis] < self.leap();
                let change = if up { after - before } else { before - after };
                effects[axis].push(change / step);
            }
        }
    }

    /// The effects of each axis; None with fewer than two.
    pub(crate) fn measures(&self, outputs: &[Option<f64>]) -> Vec<Option<ElementaryEffects>> {
        let mut effects: Vec<Vec<f64>> = vec![Vec::new(); self.ends.len()];
        let paths = outputs.chunks_exact(self.path_points() as usize);
        for (trajectory, outputs) in paths.enumerate() {
            self.effects(&self.path(trajectory as u64), outputs, &mut effects);
        }
        let of_axis = |effects: &Vec<f64>| ElementaryEffects::of(effects);
        effects.iter().map(of_axis).collect()
    }

    /// μ, μ* with its interval and σ, the largest μ* first.
    pub(crate) fn analyse(&self, outputs: &[Option<f64>]) -> Analysis {
        let measures = self.measures(outputs);
        let row = |(name, of): (&String, &Option<ElementaryEffects>)| {
            let values = |of: &ElementaryEffects| {
                [
                    of.mu,
                    of.mu_star,
                    of.mu_star_95,
                    of.sigma,
                    of.effects as f64,
                ]
                .map(Some)
                .to_vec()
            };
            Row {
                axis: name.clone(),
                values: of.as_ref().map_or(vec![None; 5], values),
            }
        };
        let rows = self.names.iter().zip(&measures).map(row).collect();
        let pairs = outputs.chunks_exact(self.path_points() as usize);
        let pairs = pairs.flat_map(|path| path.windows(2));
        let missing = pairs.filter(|pair| pair.contains(&None)).count() as u64;
        let all = u64::from(self.settings.trajectories) * self.ends.len() as u64;
        Analysis {
            columns: &["mu", "mu_star", "mu_star_95", "sigma", "effects"],
            rows: ordered(rows, |row| row.values[1]),
            note: left_out(missing, all, "effects"),
        }
    }
}

impl ElementaryEffects {
    fn of(effects: &[f64]) -> Option<Self> {
        if effects.len() < 2 {
            return None;
        }
        let count = effects.len() as f64;
        let mean = |of: &dyn Fn(f64) -> f64| effects.iter().map(|d| of(*d)).sum::<f64>() / count;
        let deviation = |of: &dyn Fn(f64) -> f64, mean: f64| {
            let squares = effects.iter().map(|d| (of(*d) - mean).powi(2));
            (squares.sum::<f64>() / (count - 1.0)).sqrt()
        };
        let (mu, mu_star) = (mean(&|d| d), mean(&f64::abs));
        Some(Self {
            mu,
            mu_star,
            sigma: deviation(&|d| d, mu),
            mu_star_95: student_975(count - 1.0) * deviation(&f64::abs, mu_star) / count.sqrt(),
            effects: effects.len() as u64,
        })
    }
}

/// The 97.5 % quantile of Student's distribution.
fn student_975(freedom: f64) -> f64 {
    // The expansion below is coarse for the first few (Abramowitz & Stegun, table 26.10).
    let tabled = [12.706, 4.303, 3.182, 2.776];
    if let Some(tabled) = tabled.get(freedom as usize - 1) {
        return *tabled;
    }
    // Abramowitz & Stegun 26.7.5.
    let z = 1.959_963_984_540_054_f64;
    let powers = [
        (z.powi(3) + z) / 4.0,
        (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
        (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
        (79.0 * z.powi(9) + 776.0 * z.powi(7) + 1482.0 * z.powi(5)
            - 1920.0 * z.powi(3)
            - 945.0 * z)
            / 92160.0,
    ];
    let sum = powers
        .iter()
        .rev()
        .fold(0.0, |sum, power| (sum + power) / freedom);
    z + sum
}

#[cfg(test)]
mod tests;
