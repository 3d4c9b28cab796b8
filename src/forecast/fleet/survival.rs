//! How much of what was shipped is in service.
//!
//! ```text
//! S(a)       share in service at age a;  exp(−(a/λ)^k), mean life λ·Γ(1 + 1/k)
//! mean(n)  = ∫₋₁¹ (1 − |t|) S(n + t − d) dt         of a year's shipments, n years later, as the mean of that year
//! end(n)   = ∫₀¹ S(n + t − d) dt                    the same at its end
//! ```
//!
//! Shipments are spread evenly over their year and in service after `d` years; S of a negative age is 0. The integrals are sums over
//! twelfths of a year at their middles: exact where S is straight over a month, and within 1e-4 for lives of years.

use crate::describe::Fault;
use crate::forecast::file::Survival;

const PARTS: u32 = 12;

impl Survival {
    /// Refuses what is no survival.
    pub(in crate::forecast) fn check(&self) -> Result<(), Fault> {
        let Self::Table(table) = self else {
            return Ok(());
        };
        let share = &table.share;
        if share.is_empty() {
            let fault = Fault::new(
                "no share is given",
                "give that at age 0 first: [1.0, 1.0, 0.9]",
            );
            return Err(fault.at("table.share"));
        }
        for (age, pair) in share.windows(2).enumerate() {
            if pair[1] > pair[0] {
                let what = format!(
                    "survival rises from {} at {age} to {} at {} years",
                    pair[0],
                    pair[1],
                    age + 1
                );
                let cure = "give shares that never rise: machines do not come back";
                return Err(Fault::new(what, cure).at(format!("table.share[{}]", age + 1)));
            }
        }
        Ok(())
    }

    /// Share in service at an age.
    pub(in crate::forecast) fn at(&self, age: f64) -> f64 {
        if age < 0.0 {
            return 0.0;
        }
        match self {
            Self::Weibull(it) => {
                let scale = it.mean_years / libm::tgamma(1.0 + 1.0 / it.shape);
                (-(age / scale).powf(it.shape)).exp()
            }
            Self::Fixed(it) => f64::from(age < it.years),
            Self::Table(it) => {
                let (whole, rest) = (age.floor() as usize, age.fract());
                let at = |index: usize| it.share.get(index).copied().unwrap_or(0.0);
                at(whole) * (1.0 - rest) + at(whole + 1) * rest
            }
        }
    }

    /// Share of a year's shipments in service `years` later: the mean of that year, and its end.
    pub(in crate::forecast) fn in_service(&self, years: i32, delay_years: f64) -> (f64, f64) {
        let step = 1.0 / f64::from(PARTS);
        let from = f64::from(years) - delay_years;
        let (mut mean, mut end) = (0.0, 0.0);
        for part in 0..PARTS {
            let middle = (f64::from(part) + 0.5) * step;
            let later = self.at(from + middle);
            mean += (1.0 - middle) * (later + self.at(from - middle)) * step;
            end += later * step;
        }
        (mean, end)
    }
}

#[cfg(test)]
mod tests {
    use crate::forecast::file::Survival;
    use proptest::prelude::*;

    fn survival(text: &str) -> Survival {
        #[derive(serde::Deserialize)]
        struct File {
            s: Survival,
        }
        toml::from_str::<File>(&format!("s = {text}")).unwrap().s
    }

    /// Shipped evenly over a year, half a year's shipments are there on average; all at its end; the same again as they leave.
    #[test]
    fn a_fixed_life_by_hand() {
        let five = survival("{ fixed = { years = 5 } }");
        let near = |found: (f64, f64), mean: f64, end: f64| {
            assert!(
                (found.0 - mean).abs() < 1e-12 && (found.1 - end).abs() < 1e-12,
                "{found:?}"
            );
        };
        near(five.in_service(0, 0.0), 0.5, 1.0);
        near(five.in_service(1, 0.0), 1.0, 1.0);
        near(five.in_service(4, 0.0), 1.0, 1.0);
        near(five.in_service(5, 0.0), 0.5, 0.0);
        near(five.in_service(6, 0.0), 0.0, 0.0);
        // In service after a quarter: ∫ (1 − t) over t from ¼ to 1 = 0.28125.
        let quarter = five.in_service(0, 0.25);
        assert!((quarter.0 - 0.28125).abs() < 2e-3 && (quarter.1 - 0.75).abs() < 1e-12);
    }

    /// The years in service of one machine add up to its mean life.
    #[test]
    fn years_in_service_are_the_mean_life() {
        for text in [
            "{ weibull = { mean_years = 5 } }",
            "{ weibull = { mean_years = 4, shape = 1.5 } }",
            "{ fixed = { years = 6 } }",
        ] {
            let of = survival(text);
            let years: f64 = (0..60).map(|age| of.in_service(age, 0.0).0).sum();
            let mean = match &of {
                Survival::Weibull(it) => it.mean_years,
                Survival::Fixed(it) => it.years,
                Survival::Table(_) => f64::NAN,
            };
            assert!((years - mean).abs() < 0.01 * mean, "{text}: {years}");
        }
    }

    #[test]
    fn what_rises_is_refused() {
        let error = survival("{ table = { share = [1.0, 0.8, 0.9] } }")
            .check()
            .unwrap_err();
        assert_eq!(error.key(), Some("table.share[2]"));
        assert!(error.what.contains("rises from 0.8"), "{error}");
        assert!(survival("{ table = { share = [] } }").check().is_err());
    }

    proptest! {
        /// More years later there is never more, and never more at the end of a year than over the one before.
        #[test]
        fn survival_never_rises(mean in 0.5_f64..20.0, shape in 0.5_f64..20.0, delay in 0.0_f64..3.0) {
            let of = survival(&format!("{{ weibull = {{ mean_years = {mean:?}, shape = {shape:?} }} }}"));
            let shares: Vec<(f64, f64)> = (4..40).map(|age| of.in_service(age, delay)).collect();
            for pair in shares.windows(2) {
                prop_assert!(pair[1].0 <= pair[0].0 + 1e-12 && pair[1].1 <= pair[0].1 + 1e-12);
                prop_assert!(pair[1].1 <= pair[1].0 + 1e-12);
            }
        }
    }
}
