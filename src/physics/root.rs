//! A bracketed search for the zero of a rising function that costs a full step of the site to ask.
//!
//! ```text
//! x = x₁ + t·(x₂ − x₁)        t by inverse quadratic interpolation of the last three, where φ² < ξ and (1 − φ)² < 1 − ξ
//! φ = (f₁ − f₂)/(f₃ − f₂)     ξ = (x₁ − x₂)/(x₃ − x₂)        else t = ½; the first t is that of the secant
//! ```
//!
//! x₁ is the last place, x₂ the other end of the bracket, x₃ the place before. Source: Chandrupatla, *Advances in Engineering
//! Software* 28 (1997) 145. It keeps its bracket, so it also narrows in on a jump, and halves where pieces meet.

/// Two places with the zero between them, and the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bracket {
    last: (f64, f64),
    other: (f64, f64),
    share: f64,
}

/// A place is never asked nearer than this to an end of its bracket.
const CLOSEST: f64 = 1e-12;

impl Bracket {
    /// Places and values there: below zero at the first, above it at the second.
    pub fn new(low: (f64, f64), high: (f64, f64)) -> Self {
        Self {
            last: low,
            other: high,
            share: low.1 / (low.1 - high.1),
        }
    }

    /// The lower end.
    pub fn low(&self) -> f64 {
        if self.last.1 > 0.0 {
            self.other.0
        } else {
            self.last.0
        }
    }

    /// Distance of the ends.
    pub fn width(&self) -> f64 {
        (self.last.0 - self.other.0).abs()
    }

    /// Where to ask next.
    pub fn next(&self) -> f64 {
        let least = (CLOSEST / self.width()).min(0.5);
        let share = if self.share.is_finite() {
            self.share.clamp(least, 1.0 - least)
        } else {
            0.5
        };
        self.last.0 + share * (self.other.0 - self.last.0)
    }

    /// Takes the value at a place within.
    pub fn narrow(&mut self, at: f64, value: f64) {
        let before = if (value > 0.0) == (self.last.1 > 0.0) {
            self.last
        } else {
            std::mem::replace(&mut self.other, self.last)
        };
        self.last = (at, value);
        let ((x1, f1), (x2, f2), (x3, f3)) = (self.last, self.other, before);
        let (xi, phi) = ((x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2));
        self.share = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            f1 / (f2 - f1) * f3 / (f2 - f3)
                + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
        } else {
            0.5
        };
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
