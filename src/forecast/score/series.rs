//! A metered series, as a forecast file gives it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::describe::Fault;
use crate::forecast::trend::{Pause, Prior};

/// Energy that was metered year by year, and what was known of the years to come.
///
/// ```toml
/// [metered]
/// name = "Ireland"
/// unit = "TWh"
/// source = "CSO, Data Centres Metered Electricity Consumption"
/// years = { 2022 = 5.273, 2023 = 6.339, 2024 = 6.973 }
///
/// [[metered.pause]]
/// from = 2021
/// known = 2021
///
/// [[metered.published]]
/// by = "a ministry"
/// made = 2021
/// year = 2024
/// value = 7.1
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// What is metered.
    pub name: String,
    /// Unit of its figures.
    pub unit: String,
    /// Where they are published.
    pub source: String,
    /// Figure of each year, every year from the first to the last: a year that was not metered is not filled in.
    #[schemars(extend("additionalProperties" = json!({ "type": "number", "minimum": 1e-9, "maximum": 1e9 })))]
    pub years: BTreeMap<String, f64>,
    /// Years without new connections.
    #[serde(default, rename = "pause", skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Forecasts by others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// What is believed of its growth before its history is seen.
    #[serde(default)]
    pub prior: Prior,
}

/// A published forecast of one year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Who published it, and when.
    pub by: String,
    /// The last year with data when it was made: it is compared with a forecast from this cut-off.
    #[schemars(range(min = 1950, max = 2150))]
    pub made: i32,
    /// The year that it is of.
    #[schemars(range(min = 1950, max = 2150))]
    pub year: i32,
    /// Its central figure, in the unit of the series.
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub value: f64,
    /// Its lower end, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub low: Option<f64>,
    /// Its upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub high: Option<f64>,
}

impl Series {
    /// Year and figure, in the order of the years. The place of a fault is `years` or `published`.
    pub fn points(&self) -> Result<Vec<(i32, f64)>, Fault> {
        let mut points = Vec::with_capacity(self.years.len());
        for (key, value) in &self.years {
            let year = key.parse().ok().filter(|year| (1950..=2150).contains(year));
            let Some(year) = year else {
                let cure = "give years from 1950 to 2150: years = { 2023 = 6.339, 2024 = 6.973 }";
                return Err(Fault::new(format!("'{key}' is no year"), cure).at("years"));
            };
            points.push((year, *value));
        }
        points.sort_by_key(|(year, _)| *year);
        for one in &self.published {
            one.check().map_err(|fault| fault.within("published"))?;
        }
        Ok(points)
    }
}

impl Published {
    fn check(&self) -> Result<(), Fault> {
        if self.year <= self.made {
            let what = format!("a forecast made in {} of {}", self.made, self.year);
            return Err(Fault::new(what, "give a year after `made`").at("year"));
        }
        let (low, high) = (self.low.unwrap_or(0.0), self.high.unwrap_or(f64::MAX));
        if !(low <= self.value && self.value <= high && self.value > 0.0) {
            let what = format!("{} lies outside {low} to {high}", self.value);
            return Err(Fault::new(what, "give low, value and high in this order").at("value"));
        }
        Ok(())
    }
}
