//! Sums over millions of steps.
//!
//! ```text
//! y = x − c      t = s + y      c = (t − s) − y      s = t
//! ```
//!
//! Source: W. Kahan, *Further Remarks on Reducing Truncation Errors*, CACM 8(1), 1965. The relative error stays
//! near 2⁻⁵³ for terms of one sign, whatever their number.

/// A compensated sum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sum {
    sum: f64,
    carry: f64,
}

impl Sum {
    /// Of no terms.
    pub(crate) const ZERO: Self = Self {
        sum: 0.0,
        carry: 0.0,
    };

    /// Adds one term.
    #[inline]
    pub(crate) fn add(&mut self, term: f64) {
        let corrected = term - self.carry;
        let next = self.sum + corrected;
        self.carry = (next - self.sum) - corrected;
        self.sum = next;
    }

    /// The sum so far.
    #[inline]
    pub(crate) fn value(&self) -> f64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plain sum of a year of such steps is off by about 1e-10.
    #[test]
    fn a_year_of_steps_adds_up() {
        let (mut sum, mut plain) = (Sum::default(), 0.0);
        for _ in 0..525_600 {
            sum.add(0.1);
            plain += 0.1;
        }
        assert!((sum.value() / 52_560.0 - 1.0).abs() < 1e-15);
        assert!((plain / 52_560.0_f64 - 1.0).abs() > 1e-13);
    }
}
