//! Forecasts that need no model.
//!
//! ```text
//! no change          E(T + h) = E(T)
//! last growth        E(T + h) = E(T) e^(h g(T))
//!   with its scatter the same, log-normal: its own one-year errors e(t) = g(t) − g(t−1) in the history have the mean square s², and
//!                    a growth that wanders has after h years the variance s² (1² + 2² + … + h²) in ln E
//! linear trend       the straight line of least squares through all years
//! ```

use crate::study::design::normal;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naive {
    NoChange,
    LastGrowth,
    LastGrowthWithScatter,
    Linear,
}

impl Naive {
    pub(super) const ALL: [Self; 4] = [
        Self::LastGrowthWithScatter,
        Self::LastGrowth,
        Self::Linear,
        Self::NoChange,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NoChange => "no change",
            Self::LastGrowth => "last growth",
            Self::LastGrowthWithScatter => "last growth, with its scatter",
            Self::Linear => "linear trend",
        }
    }

    /// Ascending members of the year `on` years after the history, at most `members`; none where the history is too short.
    pub(super) fn members(self, history: &[(i32, f64)], on: usize, members: u64) -> Vec<f64> {
        let [.., (_, before), (_, last)] = *history else {
            return Vec::new();
        };
        let years = on as f64;
        let growth = (last / before).ln();
        match self {
            Self::NoChange => vec![last],
            Self::LastGrowth => vec![last * (years * growth).exp()],
            Self::Linear => vec![line(history, years)],
            Self::LastGrowthWithScatter => {
                let Some(scatter) = scatter(history) else {
                    return Vec::new();
                };
                let sd = scatter * (1..=on).map(|k| (k * k) as f64).sum::<f64>().sqrt();
                let median = last.ln() + years * growth;
                (0..members)
                    .map(|i| (i as f64 + 0.5) / members as f64)
                    .map(|u| (median + sd * normal::quantile(u)).exp())
                    .collect()
            }
        }
    }
}

/// Root mean square of the change of growth from year to year.
fn scatter(history: &[(i32, f64)]) -> Option<f64> {
    let changes = history.windows(3).map(|three| {
        let [a, b, c] = [three[0].1, three[1].1, three[2].1];
        (c * a / (b * b)).ln().powi(2)
    });
    let changes: Vec<f64> = changes.collect();
    let mean = changes.iter().sum::<f64>() / changes.len() as f64;
    (!changes.is_empty() && mean > 0.0).then(|| mean.sqrt())
}

/// The straight line of least squares, so many years after the last one.
fn line(history: &[(i32, f64)], on: f64) -> f64 {
    let n = history.len() as f64;
    let centre = (n - 1.0) / 2.0;
    let mean = history.iter().map(|(_, value)| value).sum::<f64>() / n;
    let (mut with, mut of) = (0.0, 0.0);
    for (i, (_, value)) in history.iter().enumerate() {
        let at = i as f64 - centre;
        with += at * (value - mean);
        of += at * at;
    }
    mean + with / of * (n - 1.0 + on - centre)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::bands::statistics::of_sorted;

    /// 1, 2, 4, 6: growth ln 2, ln 2, ln 1.5; changes 0 and ln 0.75. The line: mean 3.25, slope (1.5·2.75 + 0.5·0.75 + …)/5 = 1.7.
    #[test]
    fn by_hand() {
        let history = [(2000, 1.0), (2001, 2.0), (2002, 4.0), (2003, 6.0)];
        let one = |method: Naive, on| method.members(&history, on, 9)[0];
        assert_eq!(one(Naive::NoChange, 3), 6.0);
        assert!((one(Naive::LastGrowth, 2) - 6.0 * 2.25).abs() < 1e-12);
        assert!((one(Naive::Linear, 1) - (3.25 + 1.7 * 2.5)).abs() < 1e-12);
        let members = Naive::LastGrowthWithScatter.members(&history, 2, 10_001);
        assert!((of_sorted(&members, 0.5).unwrap() - 13.5).abs() < 1e-9);
        // 1.2816 sd above the median, √5 times the scatter of √(0.2877²/2).
        let scatter = 0.75_f64.ln().abs() / 2_f64.sqrt();
        let p90 = (13.5_f64.ln() + 1.281_551_6 * scatter * 5_f64.sqrt()).exp();
        assert!((of_sorted(&members, 0.9).unwrap() / p90 - 1.0).abs() < 1e-3);
        assert!(
            Naive::LastGrowthWithScatter
                .members(&history[..2], 1, 9)
                .is_empty()
        );
    }
}
