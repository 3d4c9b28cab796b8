//! What a region's meter says of the years to come: a stochastic trend of metered energy.
//!
//! ```text
//! g(t) = ln E(t) − ln E(t−1)                                    growth of a year
//! g(t) = m + φ (g(t−1) − m) + σ ε                               it returns to its long-run mean
//! g(t) = ln(1 + d (1 − e^−g(t−1))) + σ ε,   d = e^(−1/τ)        while a pause of connections binds
//! g(1) ~ N(m, σ²/(1 − φ²)),   ε ~ N(0, 1)
//! ```
//!
//! **A pause of connections.** Sites with a contract are still built and filled: a pause binds `lag` years after the last grant. From
//! then on there is no new site, and what is left of the contracts fills as a first-order lag with the time constant τ: each year adds
//! d times what the year before added, whatever the contracted capacity. Grants that are made again show after the same lag. Whether and
//! how hard a pause binds is learnt from the history with the rest.
//!
//! **What is believed** follows from the history by Bayes' rule. m is normal and integrated in closed form; φ, σ, the lag and τ are on a
//! grid of cells, weighted by their marginal likelihood. A short history leaves all of them wide; the mixture over σ has the tails of a
//! Student t. Meters are taken as exact: what is revised later is small beside σ.
//!
//! | | prior | from |
//! |---|---|---|
//! | m | normal, 0.087 ± 0.057 a year (9 %) | mean and spread of the 14 histories of growth (US, world, Europe, Germany) published by 2018 in Mytton & Ashtine 2022, Joule 6(9), `estimates.csv` |
//! | σ | log-normal, 0.04 a year, a factor 2 either way | five-year means of growth fell by 0.077 (US) and 0.065 (world) from 2000–05 to 2005–10 (Koomey 2008, 2011): 1.84 σ of a random walk, so σ ≈ 0.04 |
//! | φ | uniform, 0 to 0.98 | no view; the upper end of damped trends in use (Hyndman & Athanasopoulos, *Forecasting: principles and practice*, 3rd ed., §8.2) |
//! | lag | 1, 2, 3, 4 or 5 years, equally likely | assumption: from a contract to the first energy |
//! | τ | log-uniform, 2 to 8 years | assumption: from the first energy to full load |
//!
//! None of it is fitted to a series that is scored, and all of it was known in 2018. Valid for a region of many sites, where one more
//! is a few percent: a single campus has steps, not growth. No year changes by more than a factor of ten.
//!
//! Sources of the form: Gardner & McKenzie 1985, Management Science 31(10), for damped trends; Hamilton 1994, *Time Series Analysis*,
//! ch. 5, for the likelihood.

mod posterior;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;
use crate::study::design::normal;
use posterior::Posterior;

/// Least number of metered years.
pub const FEWEST_YEARS: usize = 3;
/// Coordinates of a draw beside one for each year.
const PARAMETERS: usize = 4;
/// Largest change of the logarithm in a year.
const MOST_GROWTH: f64 = std::f64::consts::LN_10;

/// What is believed of a region's growth before its history is seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Prior {
    /// Long-run growth, the difference of natural logarithms in a year.
    #[schemars(range(min = -0.5, max = 1.0))]
    pub growth: f64,
    /// Its standard deviation.
    #[schemars(range(min = 0.001, max = 1.0))]
    pub growth_sd: f64,
    /// Median of the standard deviation of a year's change of growth.
    #[schemars(range(min = 0.001, max = 1.0))]
    pub change_sd: f64,
}

impl Default for Prior {
    fn default() -> Self {
        Self {
            growth: 0.087,
            growth_sd: 0.057,
            change_sd: 0.04,
        }
    }
}

/// Years in which no new connection is granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Its first year.
    #[schemars(range(min = 1950, max = 2150))]
    pub from: i32,
    /// The year in which it was made known; no forecast from before it sees the pause.
    #[schemars(range(min = 1950, max = 2150))]
    pub known: i32,
    /// The first year with grants again; without it the pause lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1950, max = 2150))]
    pub until: Option<i32>,
    /// The year in which its end was made known; none: with its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1950, max = 2150))]
    pub until_known: Option<i32>,
    /// Who paused what, and where that is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

impl Pause {
    /// What is known of it at the end of a year: its first year, and the first one after it.
    fn seen(&self, by: i32) -> Option<(i32, i32)> {
        let end = self
            .until
            .filter(|_| self.until_known.unwrap_or(self.known) <= by);
        (self.known <= by).then(|| (self.from, end.unwrap_or(i32::MAX)))
    }

    fn check(&self) -> Result<(), Fault> {
        if let Some(until) = self.until.filter(|until| *until <= self.from) {
            let what = format!("the pause from {} ends in {until}", self.from);
            let cure = "give the first year with grants again, after `from`, or leave `until` out";
            return Err(Fault::new(what, cure).at("until"));
        }
        if self.until_known.is_some() && self.until.is_none() {
            let cure = "give `until` too, or leave `until_known` out";
            return Err(Fault::new("there is no end that could be known", cure).at("until_known"));
        }
        Ok(())
    }
}

/// The years after a metered history, as draws.
#[derive(Debug, Clone)]
pub struct Trend {
    last_year: i32,
    last_log: f64,
    last_growth: f64,
    pauses: Vec<(i32, i32)>,
    posterior: Posterior,
}

impl Trend {
    /// Of a history: year and energy (any unit, above 0), every year from the first to the last. Of the pauses nothing is seen that became
    /// known after the year `by`: the last metered year for a fair score, the present one for a forecast. The place of a fault is
    /// `years`, `prior` or `pause`.
    pub fn new(
        history: &[(i32, f64)],
        by: i32,
        pauses: &[Pause],
        prior: &Prior,
    ) -> Result<Self, Fault> {
        check(history)?;
        prior.check().map_err(|fault| fault.within("prior"))?;
        for pause in pauses {
            pause.check().map_err(|fault| fault.within("pause"))?;
        }
        let growth: Vec<f64> = history
            .windows(2)
            .map(|pair| (pair[1].1 / pair[0].1).ln())
            .collect();
        let (last_year, last) = history[history.len() - 1];
        let pauses: Vec<(i32, i32)> = pauses.iter().filter_map(|one| one.seen(by)).collect();
        Ok(Self {
            last_year,
            last_log: last.ln(),
            last_growth: growth[growth.len() - 1],
            posterior: Posterior::new(&growth, history[1].0, &pauses, prior),
            pauses,
        })
    }

    /// The last metered year.
    pub fn last_year(&self) -> i32 {
        self.last_year
    }

    /// Names of the coordinates of a draw that reaches so many years beyond the last metered one: four of the parameters (the first
    /// matters only where a pause is known), then one of each year. The larger a year's coordinate, or the fourth, the more energy.
    pub fn coordinates(&self, years: usize) -> Vec<String> {
        let parameters = ["pause", "persistence", "change", "growth"];
        let years = (1..)
            .take(years)
            .map(|on| format!("year_{}", self.last_year + on));
        let names = parameters.map(str::to_owned).into_iter().chain(years);
        names.map(|name| format!("metered.{name}")).collect()
    }

    /// One draw: the energy of each year after the last metered one, in the unit of the history. `u` holds a value in [0, 1] for each
    /// of the [`Trend::coordinates`] of so many years.
    pub fn path(&self, u: &[f64], into: &mut [f64]) {
        debug_assert_eq!(u.len(), PARAMETERS + into.len());
        let drawn = self.posterior.draw([u[0], u[1], u[2], u[3]]);
        let (mut growth, mut log, mut year) = (self.last_growth, self.last_log, self.last_year);
        for (value, u) in into.iter_mut().zip(&u[PARAMETERS..]) {
            year += 1;
            let expected = match drawn.pause.filter(|one| one.binds(year, &self.pauses)) {
                Some(pause) => pause.growth_after(growth),
                None => drawn.mean + drawn.persistence * (growth - drawn.mean),
            };
            growth =
                (expected + drawn.change * normal::quantile(*u)).clamp(-MOST_GROWTH, MOST_GROWTH);
            log += growth;
            *value = log.exp();
        }
    }
}

impl Prior {
    fn check(&self) -> Result<(), Fault> {
        for (key, value, low) in [
            ("growth", self.growth, -0.5),
            ("growth_sd", self.growth_sd, 0.001),
            ("change_sd", self.change_sd, 0.001),
        ] {
            if !(low..=1.0).contains(&value) {
                let cure = format!("give {low} to 1, a difference of natural logarithms in a year");
                return Err(Fault::new(format!("{value} is no growth"), cure).at(key));
            }
        }
        Ok(())
    }
}

/// Refuses a history with a gap, and figures that are no energy.
fn check(history: &[(i32, f64)]) -> Result<(), Fault> {
    let fault = |what, cure: &str| Err(Fault::new(what, cure).at("years"));
    if history.len() < FEWEST_YEARS {
        let what = format!("{} metered years tell no growth", history.len());
        return fault(what, "give at least three, one after another");
    }
    for (year, value) in history {
        if !value.is_finite() || *value <= 0.0 {
            return fault(
                format!("{value} in {year} is no energy"),
                "give a number above 0",
            );
        }
    }
    for pair in history.windows(2) {
        let [(before, from), (after, to)] = [pair[0], pair[1]];
        if i64::from(after) != i64::from(before) + 1 {
            let what = format!("{after} follows {before}");
            let cure = "give every year in order, or begin the history after the gap: a year that was not metered is not filled in";
            return fault(what, cure);
        }
        if (to / from).ln().abs() > MOST_GROWTH {
            let what = format!("from {before} to {after} it changes by more than a factor of ten");
            return fault(
                what,
                "give all years in one unit, or begin the history later",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
