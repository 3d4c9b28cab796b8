//! What is believed of the trend's parameters once the history is seen, and draws of it.
//!
//! Given φ, σ, the lag and τ each year of the history says a·m + noise of variance v about the mean growth m:
//!
//! ```text
//! first year      g(1)                        a = 1        v = σ²/(1 − φ²)
//! later           g(t) − φ g(t−1)             a = 1 − φ    v = σ²
//! pause binds     g(t) − growth_after(g(t−1)) a = 0        v = σ²
//!
//! with the prior m ~ N(m₀, s²):   P = 1/s² + Σ a²/v,   m̂ = (m₀/s² + Σ a r/v)/P,   m | rest ~ N(m̂, 1/P)
//! ln weight = ln prior − ½ (Σ ln v + ln P + Σ r²/v − P m̂²) + what is the same for all cells
//! ```
//!
//! Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed. (2013), §2.5 and §3 (conjugate normal mean, parameters on a grid).

use super::Prior;
use crate::study::design::normal;

/// Cells of φ.
const PERSISTENCES: usize = 24;
/// Largest φ.
const MOST_PERSISTENCE: f64 = 0.98;
/// Cells of ln σ: from 1/8 to 16 times its prior median.
const CHANGES: usize = 28;
const LEAST_CHANGE: f64 = 0.125;
const MOST_CHANGE: f64 = 16.0;
/// Standard deviation of ln σ: a factor of two.
const CHANGE_FACTOR: f64 = std::f64::consts::LN_2;
/// Lags of a pause, years.
const LAGS: std::ops::RangeInclusive<i32> = 1..=5;
/// Ends of τ, years, and its values between them.
const TIME_CONSTANTS: (f64, f64, usize) = (2.0, 8.0, 5);

/// How a pause of connections binds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Binding {
    /// Years from the last grant to the first one without new sites.
    pub(super) lag: i32,
    /// What a year adds, as a share of what the year before added.
    pub(super) kept: f64,
}

impl Binding {
    /// Whether one of the pauses binds in a year. Each is its first year and the first one after it.
    pub(super) fn binds(self, year: i32, pauses: &[(i32, i32)]) -> bool {
        pauses.iter().any(|(from, until)| {
            (from.saturating_add(self.lag)..until.saturating_add(self.lag)).contains(&year)
        })
    }

    /// Growth of a year in which it binds, from that of the year before. A decline fades in the same measure.
    pub(super) fn growth_after(self, growth: f64) -> f64 {
        if growth > 0.0 {
            (self.kept * -(-growth).exp_m1()).ln_1p()
        } else {
            self.kept * growth
        }
    }
}

/// One draw of the parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) pause: Option<Binding>,
    pub(super) persistence: f64,
    pub(super) change: f64,
    pub(super) mean: f64,
}

/// The distribution of the parameters. The tables hold running sums of weights: of the bindings, of φ in each, of σ in each of those.
#[derive(Debug, Clone)]
pub(super) struct Posterior {
    bindings: Vec<Option<Binding>>,
    by_binding: Vec<f64>,
    by_persistence: Vec<f64>,
    by_change: Vec<f64>,
    /// Mean and standard deviation of m in each cell.
    mean: Vec<[f64; 2]>,
    least_log_change: f64,
}

/// Width of a cell of ln σ.
fn log_step() -> f64 {
    (MOST_CHANGE / LEAST_CHANGE).ln() / CHANGES as f64
}

fn persistence(at: f64) -> f64 {
    MOST_PERSISTENCE * at / PERSISTENCES as f64
}

impl Posterior {
    /// Of the growth of consecutive years, of which the first is `year`.
    pub(super) fn new(growth: &[f64], year: i32, pauses: &[(i32, i32)], prior: &Prior) -> Self {
        let bindings = bindings(pauses);
        let least_log_change = (LEAST_CHANGE * prior.change_sd).ln();
        let mut logs = Vec::new();
        let mut mean = Vec::new();
        for binding in &bindings {
            for i in 0..PERSISTENCES {
                let phi = persistence(i as f64 + 0.5);
                let sums = Sums::of(growth, year, pauses, *binding, phi);
                for j in 0..CHANGES {
                    let log_change = least_log_change + (j as f64 + 0.5) * log_step();
                    let (log, cell) = sums.cell(log_change, prior);
                    logs.push(log);
                    mean.push(cell);
                }
            }
        }
        let most = logs.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
        let by_change: Vec<f64> = weights.chunks(CHANGES).flat_map(running).collect();
        let weights: Vec<f64> = weights
            .chunks(CHANGES)
            .map(|part| part.iter().sum())
            .collect();
        let by_persistence = weights.chunks(PERSISTENCES).flat_map(running).collect();
        let weights: Vec<f64> = weights
            .chunks(PERSISTENCES)
            .map(|part| part.iter().sum())
            .collect();
        Self {
            by_binding: running(&weights).collect(),
            bindings,
            by_persistence,
            by_change,
            mean,
            least_log_change,
        }
    }

    /// A draw, by four values in [0, 1].
    pub(super) fn draw(&self, u: [f64; 4]) -> Drawn {
        let (binding, _) = pick(&self.by_binding, u[0]);
        let from = binding * PERSISTENCES;
        let (i, within) = pick(&self.by_persistence[from..from + PERSISTENCES], u[1]);
        let persistence = persistence(i as f64 + within);
        let from = (from + i) * CHANGES;
        let (j, within) = pick(&self.by_change[from..from + CHANGES], u[2]);
        let log_change = self.least_log_change + (j as f64 + within) * log_step();
        let [mean, sd] = self.mean[from + j];
        Drawn {
            pause: self.bindings[binding],
            persistence,
            change: log_change.exp(),
            mean: mean + sd * normal::quantile(u[3]),
        }
    }
}

/// How the pauses may bind; one entry, None, where there is no pause.
fn bindings(pauses: &[(i32, i32)]) -> Vec<Option<Binding>> {
    if pauses.is_empty() {
        return vec![None];
    }
    let (low, high, steps) = TIME_CONSTANTS;
    let kept = (0..steps).map(|i| {
        let share = (i as f64 + 0.5) / steps as f64;
        (-1.0 / (low * (high / low).powf(share))).exp()
    });
    let kept: Vec<f64> = kept.collect();
    LAGS.flat_map(|lag| kept.iter().map(move |&kept| Some(Binding { lag, kept })))
        .collect()
}

/// Running sums, the last of them 1. Weights that are all 0 count as equal.
fn running(weights: &[f64]) -> impl Iterator<Item = f64> {
    let sum: f64 = weights.iter().sum();
    let count = weights.len();
    let mut total = 0.0;
    let sums: Vec<f64> = weights
        .iter()
        .enumerate()
        .map(|(i, weight)| {
            total += weight;
            if i + 1 == count {
                1.0
            } else if sum > 0.0 {
                total / sum
            } else {
                (i + 1) as f64 / count as f64
            }
        })
        .collect();
    sums.into_iter()
}

/// Which cell holds `u`, and where in it, 0 to 1.
fn pick(sums: &[f64], u: f64) -> (usize, f64) {
    let at = sums.partition_point(|sum| *sum <= u).min(sums.len() - 1);
    let from = if at == 0 { 0.0 } else { sums[at - 1] };
    let width = sums[at] - from;
    let within = if width > 0.0 { (u - from) / width } else { 0.5 };
    (at, within.clamp(0.0, 1.0))
}

/// Sums over the years of a history, with σ = 1.
struct Sums {
    aa: f64,
    ar: f64,
    rr: f64,
    log_v: f64,
    years: f64,
}

impl Sums {
    fn of(
        growth: &[f64],
        first_year: i32,
        pauses: &[(i32, i32)],
        binding: Option<Binding>,
        phi: f64,
    ) -> Self {
        let stationary = 1.0 / (1.0 - phi * phi);
        let first = growth[0];
        let mut sums = Self {
            aa: 1.0 / stationary,
            ar: first / stationary,
            rr: first * first / stationary,
            log_v: stationary.ln(),
            years: growth.len() as f64,
        };
        for (year, pair) in (first_year + 1..).zip(growth.windows(2)) {
            let (before, now) = (pair[0], pair[1]);
            if let Some(binding) = binding.filter(|one| one.binds(year, pauses)) {
                sums.rr += (now - binding.growth_after(before)).powi(2);
            } else {
                let (a, r) = (1.0 - phi, now - phi * before);
                sums.aa += a * a;
                sums.ar += a * r;
                sums.rr += r * r;
            }
        }
        sums
    }

    /// The logarithm of a cell's weight, and mean and standard deviation of m in it.
    fn cell(&self, log_change: f64, prior: &Prior) -> (f64, [f64; 2]) {
        let of_change = (log_change - prior.change_sd.ln()) / CHANGE_FACTOR;
        let v = (2.0 * log_change).exp();
        let known = prior.growth_sd.powi(-2);
        let precision = known + self.aa / v;
        let mean = (prior.growth * known + self.ar / v) / precision;
        let log_v = self.log_v + 2.0 * self.years * log_change;
        let log = -0.5 * (of_change * of_change + log_v + precision.ln() + self.rr / v)
            + 0.5 * precision * mean * mean;
        (log, [mean, precision.sqrt().recip()])
    }
}

#[cfg(test)]
mod tests;
