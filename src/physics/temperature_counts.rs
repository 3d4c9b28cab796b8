//! How many things are how warm: counts by quarter kelvin, from which quantiles are read.

/// Lowest temperature told apart, °C; the highest is 200 K above.
const FROM_C: f64 = -40.0;
const PER_K: f64 = 4.0;
const BINS: usize = 800;

/// Counts by temperature, kept from the coldest bin to the warmest that was counted: the chips of a hall take some fifty of all bins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemperatureCounts {
    /// Number of the first bin kept.
    first: usize,
    bins: Vec<f64>,
}

impl TemperatureCounts {
    /// Forgets all counts, but keeps their memory.
    pub fn clear(&mut self) {
        self.first = 0;
        self.bins.clear();
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// Counts `count` things at a temperature, °C.
    pub fn add(&mut self, at_c: f64, count: f64) {
        let bin = ((at_c - FROM_C) * PER_K).clamp(0.0, (BINS - 1) as f64) as usize;
        if !(self.first..self.first + self.bins.len()).contains(&bin) {
            self.widen(bin, bin + 1);
        }
        self.bins[bin - self.first] += count;
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        self.widen(other.first, other.first + other.bins.len());
        let from = other.first - self.first;
        for (bin, more) in self.bins[from..].iter_mut().zip(&other.bins) {
            *bin += more;
        }
    }

    /// Keeps the bins `from..to` too.
    fn widen(&mut self, from: usize, to: usize) {
        if self.is_empty() {
            self.first = from;
        }
        if from < self.first {
            let more = self.first - from;
            self.bins.splice(0..0, std::iter::repeat_n(0.0, more));
            self.first = from;
        }
        let length = self.bins.len().max(to - self.first);
        self.bins.resize(length, 0.0);
    }

    /// The temperature at or below which the share `q` of all lies, to an eighth of a kelvin, °C; None where nothing was
    /// counted.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let total: f64 = self.bins.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let (mut below, mut last) = (0.0, 0);
        for (bin, count) in self.bins.iter().enumerate() {
            if *count > 0.0 {
                below += count;
                last = bin;
                if below >= q * total * (1.0 - 1e-12) {
                    break;
                }
            }
        }
        Some(FROM_C + ((self.first + last) as f64 + 0.5) / PER_K)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: 50 at 60 °C, 45 at 70.1, 5 at 80: half lie at or below 60 °C, 95 % at or below 70.1, all below 80.
    #[test]
    fn quantiles_of_three_groups() {
        let mut counts = TemperatureCounts::default();
        assert_eq!(counts.quantile(0.5), None);
        counts.add(60.0, 50.0);
        let mut others = TemperatureCounts::default();
        others.add(70.1, 45.0);
        others.add(80.0, 5.0);
        counts.merge(&others);
        for (q, expected_c) in [
            (0.5, 60.0),
            (0.51, 70.1),
            (0.95, 70.1),
            (0.96, 80.0),
            (1.0, 80.0),
        ] {
            assert!(
                (counts.quantile(q).unwrap() - expected_c).abs() <= 0.126,
                "{q}"
            );
        }
        counts.clear();
        assert!(counts.is_empty());
    }

    proptest! {
        /// Whatever order they come in, and whether counted or merged, they are those of a plain table of all bins.
        #[test]
        fn they_are_those_of_a_plain_table(
            groups in prop::collection::vec(prop::collection::vec((-80.0..200.0f64, 1..9u32), 0..6), 0..6),
        ) {
            let (mut all, mut one) = (TemperatureCounts::default(), TemperatureCounts::default());
            let mut plain = [0.0; BINS];
            for group in &groups {
                one.clear();
                for &(at_c, count) in group {
                    one.add(at_c, f64::from(count));
                    let bin = ((at_c - FROM_C) * PER_K).clamp(0.0, 799.0);
                    plain[bin as usize] += f64::from(count);
                }
                all.merge(&one);
            }
            for (bin, count) in plain.into_iter().enumerate() {
                let kept = bin.checked_sub(all.first).and_then(|at| all.bins.get(at));
                prop_assert_eq!(kept.copied().unwrap_or(0.0), count);
            }
        }
    }
}
