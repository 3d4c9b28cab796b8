//! How many things are how warm: counts by quarter kelvin, from which quantiles are read.

/// Lowest temperature told apart, °C; the highest is 200 K above.
const FROM_C: f64 = -40.0;
const PER_K: f64 = 4.0;
const BINS: usize = 800;

/// Counts by temperature; nothing is kept until something is counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemperatureCounts {
    bins: Vec<f64>,
}

impl TemperatureCounts {
    /// Forgets all counts, but keeps their memory.
    pub fn clear(&mut self) {
        self.bins.clear();
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// Counts `count` things at a temperature, °C.
    pub fn add(&mut self, at_c: f64, count: f64) {
        if self.bins.is_empty() {
            self.bins.resize(BINS, 0.0);
        }
        let bin = ((at_c - FROM_C) * PER_K).clamp(0.0, (BINS - 1) as f64);
        self.bins[bin as usize] += count;
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        self.bins.resize(BINS, 0.0);
        for (bin, more) in self.bins.iter_mut().zip(&other.bins) {
            *bin += more;
        }
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
        Some(FROM_C + (last as f64 + 0.5) / PER_K)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
