//! Present value and levelised cost of what is bought, replaced and paid every year.
//!
//! ```text
//! a(r, n)   = (1 − (1 + r)^−n)/r                         present value of 1 at the end of each of n years; n for r = 0
//! CRF(r, n) = 1/a(r, n) = r·(1 + r)^n/((1 + r)^n − 1)    capital recovery factor
//! PV        = 1 + Σ (1 − s)·(1 + r)^−kL − R·(1 + r)^−n   of a thing of price 1 and life L, bought again at L, 2L, … < n
//! R         = s + (1 − s)·(unused share of the last one's life)
//! levelised = PV·CRF(r, n)                               the same payment every year
//! ```
//!
//! s: what it fetches when it is replaced. Source: textbook engineering economics (capital recovery factor; straight-line residual
//! value). Prices are those of the first year throughout, so `r` is a real rate. Of a whole number of lives the levelised cost
//! does not depend on the period: `PV·CRF(r, mL) = CRF(r, L)` for s = 0.

/// Discount rate and period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Real discount rate a year.
    pub rate: f64,
    /// Years that are looked at.
    pub years: f64,
}

/// Lives that end with the period need no replacement; of its length.
const SAME: f64 = 1e-9;

impl Terms {
    /// Present value of one USD at the end of each year.
    pub fn annuity(&self) -> f64 {
        if self.rate == 0.0 {
            return self.years;
        }
        -(-self.years * self.rate.ln_1p()).exp_m1() / self.rate
    }

    /// Capital recovery factor: the payment at the end of each year whose present value is one USD.
    pub fn recovery(&self) -> f64 {
        1.0 / self.annuity()
    }

    /// Present value of one USD in so many years.
    pub fn discount(&self, years: f64) -> f64 {
        (-years * self.rate.ln_1p()).exp()
    }

    /// Present value of all outlays for something of the price one: bought now, replaced at the end of each life for what it
    /// costs less `resale`, less what is left of it at the end of the period.
    pub fn outlays(&self, life_years: f64, resale: f64) -> f64 {
        let (mut paid, mut bought) = (1.0, 0.0);
        loop {
            let next = bought + life_years;
            if next >= self.years * (1.0 - SAME) {
                break;
            }
            paid += (1.0 - resale) * self.discount(next);
            bought = next;
        }
        let unused = if life_years.is_finite() {
            (1.0 - (self.years - bought) / life_years).max(0.0)
        } else {
            1.0
        };
        paid - (resale + (1.0 - resale) * unused) * self.discount(self.years)
    }

    /// The same payment every year for something of the price one.
    pub fn levelised(&self, life_years: f64, resale: f64) -> f64 {
        self.outlays(life_years, resale) * self.recovery()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand, at 10 % over 8 years: 1,000 USD now, 900 in year 5 (a tenth is fetched), and at the end 0.1 + 0.9·(2/5) = 0.46 of
    /// the price: 1,000 + 900/1.61051 − 460/2.14358881 = 1,344.24 USD; CRF 0.1·2.14358881/1.14358881 = 0.187444.
    #[test]
    fn replacement_in_year_5_and_residual_value_by_hand() {
        let terms = Terms {
            rate: 0.1,
            years: 8.0,
        };
        let by_hand: f64 = 1000.0 + 900.0 / 1.610_51 - 460.0 / 2.143_588_81;
        assert!((by_hand - 1344.236).abs() < 1e-3, "{by_hand}");
        assert!((1000.0 * terms.outlays(5.0, 0.1) - by_hand).abs() < 1e-9);
        assert!((terms.recovery() - 0.187_444_018).abs() < 1e-9);
        assert!((terms.levelised(5.0, 0.1) - by_hand / 1000.0 * 0.187_444_018).abs() < 1e-8);
        // Without interest: 1 + 0.9 − 0.46 over 8 years.
        let free = Terms { rate: 0.0, ..terms };
        assert!((free.levelised(5.0, 0.1) - 1.44 / 8.0).abs() < 1e-12);
        // Land is sold for what it cost: only the interest is paid.
        assert!((terms.levelised(f64::INFINITY, 0.0) - 0.1).abs() < 1e-12);
    }

    proptest! {
        /// What is paid every year is worth what it is for, at any rate; and a whole number of lives is as one.
        #[test]
        fn levelised_payments_are_worth_the_outlays(
            rate in prop_oneof![Just(0.0), 1e-9..1e-4f64, 0.0..0.5f64],
            years in 1i32..60,
            life in 1.0..50.0f64,
            resale in 0.0..1.0f64,
            lives in 1u32..6,
        ) {
            let terms = Terms { rate, years: f64::from(years) };
            let yearly = terms.levelised(life, resale);
            let worth: f64 = (1..=years).map(|year| yearly * (1.0 + rate).powi(-year)).sum();
            let outlays = terms.outlays(life, resale);
            prop_assert!((worth - outlays).abs() < 1e-7 * outlays.abs().max(1.0), "{worth} {outlays}");
            let one = Terms { rate, years: life };
            let several = Terms { rate, years: f64::from(lives) * life };
            let (one, several) = (one.recovery(), several.levelised(life, 0.0));
            prop_assert!((one - several).abs() < 1e-6 * one, "{one} {several}");
            // A longer life is never dearer, and nothing is worth more than it is bought for again.
            prop_assert!(outlays > -1e-9);
        }
    }
}
