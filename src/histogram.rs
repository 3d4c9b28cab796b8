//! Quantiles of any number of values in constant memory.
//!
//! ```text
//! bin i holds 1.00995^i ≤ v/v_min < 1.00995^(i+1) and stands for its geometric middle: error ≤ 1.00995^½ − 1 = 0.4963 %
//! quantile q of n values: the smallest value with at least q·n values at or below (nearest rank)
//! ```
//!
//! Values below 0.001 count as zero; above 10¹⁰ they share the last bin and the exact maximum.

const MIN: f64 = 1e-3;
const BASE: f64 = 1.00995;
/// Enough for 13 decades: 13·ln 10/ln 1.00995 = 3023.3.
const BINS: usize = 3024;

/// Counts in bins of equal ratio.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    zero: u64,
    bins: Vec<u64>,
    total: u64,
    min: f64,
    max: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            zero: 0,
            bins: vec![0; BINS],
            total: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }
}

/// A value with its bin, which is found once for all histograms that count it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) value: f64,
    /// None: it counts as zero, or is no number.
    bin: Option<usize>,
}

impl Sample {
    /// Finds the bin of a value.
    pub(crate) fn of(value: f64) -> Self {
        let bin = (value >= MIN && value.is_finite()).then(|| {
            let bin = (value / MIN).ln() / BASE.ln();
            (bin as usize).min(BINS - 1)
        });
        Self { value, bin }
    }
}

impl Histogram {
    /// Counts one value; one that is not a number is left out.
    pub(crate) fn add(&mut self, value: f64) {
        self.count(Sample::of(value));
    }

    /// The same.
    pub(crate) fn count(&mut self, Sample { value, bin }: Sample) {
        if !value.is_finite() {
            return;
        }
        self.total += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        match bin {
            Some(bin) => self.bins[bin] += 1,
            None => self.zero += 1,
        }
    }

    /// The largest value; NaN without values.
    pub(crate) fn max(&self) -> f64 {
        if self.total == 0 { f64::NAN } else { self.max }
    }

    /// The quantile `q`, 0..1; NaN without values.
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        if self.total == 0 {
            return f64::NAN;
        }
        let rank = ((q * self.total as f64).ceil() as u64).clamp(1, self.total);
        if rank == self.total {
            return self.max;
        }
        let mut below = self.zero;
        if below >= rank {
            return 0.0;
        }
        for (i, count) in self.bins.iter().take(BINS - 1).enumerate() {
            below += count;
            if below >= rank {
                let middle = MIN * BASE.powf(i as f64 + 0.5);
                return middle.clamp(self.min, self.max);
            }
        }
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_of_few_values() {
        let mut histogram = Histogram::default();
        assert!(histogram.quantile(0.5).is_nan() && histogram.max().is_nan());
        histogram.add(120.0);
        assert_eq!(histogram.quantile(0.95), 120.0); // one value is exact
        histogram.add(0.0);
        histogram.add(0.0);
        assert_eq!((histogram.quantile(0.5), histogram.max()), (0.0, 120.0));
        histogram.add(1e12);
        assert_eq!(histogram.quantile(1.0), 1e12);
    }

    proptest! {
        /// Within 0.5 % of the nearest rank in the sorted values.
        #[test]
        fn quantiles_are_close(values in prop::collection::vec(1e-3..1e9f64, 1..300), q in 0.0..1.0f64) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.add(*value);
            }
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
            let exact = sorted[rank - 1];
            prop_assert!((histogram.quantile(q) / exact - 1.0).abs() <= 0.005);
        }
    }
}
