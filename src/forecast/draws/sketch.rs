//! Quantiles of any number of values in memory that does not grow with it.
//!
//! ```text
//! value x > 0 is counted in the bin  i = ⌈ln x / ln γ⌉,   γ = (1 + ε)/(1 − ε)
//! quantile q: the bin in which rank q·(n − 1) falls, and the place within by its count
//! ```
//!
//! Source: `DDSketch` (Masson, Rim & Lee, PVLDB 12(12), 2019). A quantile is within ε = 0.1 % of the value of its rank. Counts add
//! up in any order to the same figures, whichever thread counted what. Least and largest value are exact, and so are quantiles
//! where all values are one.

/// Relative error.
const EPSILON: f64 = 1e-3;

/// Values below this are counted as 0.
const LEAST: f64 = 1e-12;

/// Counts by bin.
#[derive(Debug, Clone, Default)]
struct Bins {
    first: i32,
    counts: Vec<u32>,
}

/// Quantiles of values.
#[derive(Debug, Clone)]
pub struct Sketch {
    positive: Bins,
    negative: Bins,
    zeros: u64,
    infinite: u64,
    count: u64,
    least: f64,
    largest: f64,
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            positive: Bins::default(),
            negative: Bins::default(),
            zeros: 0,
            infinite: 0,
            count: 0,
            least: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }
}

fn ln_gamma() -> f64 {
    ((1.0 + EPSILON) / (1.0 - EPSILON)).ln()
}

impl Bins {
    fn add(&mut self, bin: i32, count: u32) {
        if self.counts.is_empty() {
            self.first = bin;
        }
        if bin < self.first {
            let more = (self.first - bin) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = bin;
        }
        let at = (bin - self.first) as usize;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += count;
    }

    fn merge(&mut self, other: &Self) {
        for (bin, &count) in (other.first..).zip(&other.counts) {
            if count > 0 {
                self.add(bin, count);
            }
        }
    }

    /// The value at a rank within these bins, smallest magnitude first.
    fn at(&self, rank: f64) -> f64 {
        let mut before = 0.0;
        for (bin, &count) in (self.first..).zip(&self.counts) {
            let count = f64::from(count);
            if count > 0.0 && rank < before + count {
                let place = (rank - before + 0.5) / (count + 1.0);
                let upper = f64::from(bin) * ln_gamma();
                return (upper - ln_gamma() * (1.0 - place.clamp(0.0, 1.0))).exp();
            }
            before += count;
        }
        0.0
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }
}

impl Sketch {
    /// Counts a value; NaN is left out. Infinity is above all others.
    pub fn add(&mut self, value: f64) {
        if value == f64::INFINITY {
            self.count += 1;
            self.infinite += 1;
            return;
        }
        if !value.is_finite() {
            return;
        }
        self.count += 1;
        self.least = self.least.min(value);
        self.largest = self.largest.max(value);
        let magnitude = value.abs();
        if magnitude < LEAST {
            self.zeros += 1;
            return;
        }
        let bin = (magnitude.ln() / ln_gamma()).ceil() as i32;
        let bins = if value > 0.0 {
            &mut self.positive
        } else {
            &mut self.negative
        };
        bins.add(bin, 1);
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        self.positive.merge(&other.positive);
        self.negative.merge(&other.negative);
        self.zeros += other.zeros;
        self.infinite += other.infinite;
        self.count += other.count;
        self.least = self.least.min(other.least);
        self.largest = self.largest.max(other.largest);
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The value below which a share `q` of all lies; None without values.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        // Between two ranks, on the straight line between their values.
        let rank = q * (self.count - 1) as f64;
        let (low, high) = (self.at(rank.floor()), self.at(rank.ceil()));
        let share = rank.fract();
        let value = if share == 0.0 || low == high {
            low
        } else {
            low + (high - low) * share
        };
        Some(value)
    }

    /// The value of a whole rank.
    fn at(&self, rank: f64) -> f64 {
        let below = self.negative.total() as f64;
        let zeros = self.zeros as f64;
        let last = (self.count - self.infinite) as f64 - 1.0;
        if rank > last {
            return f64::INFINITY;
        }
        if rank == 0.0 || rank == last {
            // The ends are known.
            return if rank == 0.0 {
                self.least
            } else {
                self.largest
            };
        }
        if rank < below {
            -self.negative.at(below - 1.0 - rank)
        } else if rank < below + zeros {
            0.0
        } else {
            self.positive.at(rank - below - zeros)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_value_is_exact_and_none_is_none() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.quantile(0.5), None);
        sketch.add(f64::NAN);
        assert_eq!(sketch.count(), 0);
        sketch.add(123.456);
        assert_eq!(sketch.quantile(0.1), Some(123.456));
        assert_eq!(sketch.quantile(0.9), Some(123.456));
        sketch.add(f64::INFINITY);
        assert_eq!(sketch.quantile(0.0), Some(123.456));
        assert_eq!(sketch.quantile(0.9), Some(f64::INFINITY));
    }

    proptest! {
        /// Any quantile lies within the error of the values of the ranks beside it, and however the values were dealt out among
        /// sketches, the figures are the same.
        #[test]
        fn quantiles_are_those_of_the_values(
            values in prop::collection::vec((-6.0_f64..6.0, prop::bool::ANY, 0..10u8), 1..300),
            q in 0.0_f64..=1.0,
            cut in 0.0_f64..1.0,
        ) {
            let values: Vec<f64> = values
                .into_iter()
                .map(|(power, minus, zero)| if zero == 0 { 0.0 } else { 10f64.powf(power) * if minus { -1.0 } else { 1.0 } })
                .collect();
            let mut whole = Sketch::default();
            for value in &values {
                whole.add(*value);
            }
            let (left, right) = values.split_at((cut * values.len() as f64) as usize);
            let mut parts = [Sketch::default(), Sketch::default()];
            for value in left {
                parts[0].add(*value);
            }
            for value in right {
                parts[1].add(*value);
            }
            let [mut first, second] = parts;
            first.merge(&second);
            prop_assert_eq!(first.quantile(q), whole.quantile(q));
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            let rank = q * (sorted.len() - 1) as f64;
            let (low, high) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
            let found = whole.quantile(q).unwrap();
            let room = |value: f64| 2.1 * EPSILON * value.abs() + 1e-12;
            prop_assert!(found >= low - room(low) && found <= high + room(high), "{} not in {}..{}", found, low, high);
        }
    }
}
