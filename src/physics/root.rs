//! A bracketed search for the zero of a rising function that costs a full step of the site to ask.
//!
//! ```text
//! x = a − w_a·f(a)·(b − a)/(w_b·f(b) − w_a·f(a))        f(a) < 0 < f(b)
//! ```
//!
//! Regula falsi; the weight `w` of an end that stays twice is halved (Illinois). Source: Dahlquist and Björck,
//! *Numerical Methods*, 1974, §6.2. It keeps its bracket, so it also narrows in on a jump. Past six trials every other one
//! halves the bracket: where a steep and a flat piece meet, secants creep.

/// Two places with the zero between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bracket {
    low: f64,
    high: f64,
    at_low: f64,
    at_high: f64,
    trials: u32,
}

impl Bracket {
    /// Places and values there: below zero at the first, above it at the second.
    pub fn new((low, at_low): (f64, f64), (high, at_high): (f64, f64)) -> Self {
        Self {
            low,
            high,
            at_low,
            at_high,
            trials: 0,
        }
    }

    /// The lower end.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Distance of the ends.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Where to ask next.
    pub fn next(&self) -> f64 {
        if self.trials >= 6 && self.trials.is_multiple_of(2) {
            return 0.5 * (self.low + self.high);
        }
        self.low + (self.high - self.low) * -self.at_low / (self.at_high - self.at_low)
    }

    /// Takes the value at a place within.
    pub fn narrow(&mut self, at: f64, value: f64) {
        self.trials += 1;
        if value > 0.0 {
            (self.high, self.at_high) = (at, value);
            self.at_low *= 0.5;
        } else {
            (self.low, self.at_low) = (at, value);
            self.at_high *= 0.5;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The zero of x³ − c, and the place of a jump, whatever they are.
        #[test]
        fn finds_zeros_and_jumps(c in 0.001..0.999f64) {
            for jumps in [false, true] {
                let f = |x: f64| if jumps { (x - c).signum() } else { x.powi(3) - c.powi(3) };
                let mut bracket = Bracket::new((0.0, f(0.0)), (1.0, f(1.0)));
                for _ in 0..40 {
                    let at = bracket.next();
                    prop_assert!((0.0..=1.0).contains(&at));
                    if bracket.width() < 1e-6 || f(at).abs() < 1e-12 {
                        break;
                    }
                    bracket.narrow(at, f(at));
                }
                let found = if jumps { bracket.low() } else { bracket.next() };
                prop_assert!((found - c).abs() < 1e-5, "{found} {c} {jumps}");
            }
        }
    }
}
