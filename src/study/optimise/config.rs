//! `[optimise]` of a study file: what is sought, under which limits, and how long.
//!
//! ```toml
//! [optimise]
//! aims = ["cost_usd.total", { figure = "heat_sold_mwh.delivered", maximise = true }]
//! limits."peak_kw.facility" = 20_000                # at most
//! limits."thermal.max_inlet_c" = { at_least = 18, at_most = 27 }
//! generations = 30
//! ```

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::search::Stall;
use crate::describe::{Fault, suggest};
use crate::metrics::Summary;
use crate::metrics::figures::Figure;

/// What is sought of a study's axes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Optimise {
    /// One to three figures of the summary, `group.key`, that are to be as small as possible. With one, the best design is
    /// sought; with more, the Pareto front: the designs in which none gets better but at the cost of another.
    pub aims: Vec<Aim>,
    /// What designs have to hold, by figure: a number is at most; or `{ at_least = …, at_most = … }`.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, Limit>")]
    pub limits: toml::Table,
    /// Designs in a generation, which run side by side. Default: ten for each axis and eight for each combination of settings,
    /// 24 to 96.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 4, max = 10_000))]
    pub population: Option<u32>,
    /// Generations at most. Default: 40.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub generations: Option<u32>,
    /// Runs at most, in place of `generations`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub evaluations: Option<u32>,
    /// The search ends early where little is gained: with one aim, where the better half of the designs is worse than the best
    /// by no more than this share; with more, where the hypervolume of the front grew by no more over ten generations.
    #[serde(default = "tolerance")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub tolerance: f64,
}

/// A thousandth: less than the figures of a design are known.
fn tolerance() -> f64 {
    1e-3
}

/// Generations over which the front is watched, and those made where nothing else is asked for.
const WATCHED: usize = 10;
const GENERATIONS: usize = 40;

/// A figure to be as small as possible, or as large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(untagged)]
pub enum Aim {
    /// As small as possible.
    Least(String),
    /// With its direction.
    Directed(Directed),
}

/// `{ figure = "…", maximise = true }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Directed {
    /// `group.key` of the summary.
    pub figure: String,
    /// Whether it is to be as large as possible.
    #[serde(default)]
    pub maximise: bool,
}

// serde's own `untagged` would lose the place of a mistake and what is allowed.
impl<'de> Deserialize<'de> for Aim {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Aim;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a figure of the summary")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Aim, E> {
                Ok(Aim::Least(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Aim, A::Error> {
                Directed::deserialize(MapAccessDeserializer::new(map)).map(Aim::Directed)
            }
        }
        de.deserialize_any(Either)
    }
}

/// `{ at_least = …, at_most = … }`, one of them or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// In the figure's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// In the figure's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl Limit {
    /// By how much a value lies outside, as a share of the end that it passes (of one unit where that is 0).
    pub fn missed_by(&self, value: f64) -> f64 {
        let share =
            |beyond: f64, end: f64| beyond.max(0.0) / if end == 0.0 { 1.0 } else { end.abs() };
        let below = self.at_least.map_or(0.0, |end| share(end - value, end));
        let above = self.at_most.map_or(0.0, |end| share(value - end, end));
        below.max(above)
    }

    /// Whether a value within lies at one of the ends, but for `tolerance` of it.
    pub fn binds(&self, value: f64, tolerance: f64) -> bool {
        let at =
            |end: f64| (value - end).abs() <= tolerance * if end == 0.0 { 1.0 } else { end.abs() };
        self.missed_by(value) == 0.0 && [self.at_least, self.at_most].into_iter().flatten().any(at)
    }
}

/// The aims and limits of `[optimise]`, their figures found.
#[derive(Debug, Clone)]
pub struct Goals {
    /// Each with whether it is to be as large as possible.
    pub aims: Vec<(Figure, bool)>,
    /// In the order of their names.
    pub limits: Vec<(Figure, Limit)>,
}

impl Optimise {
    /// Finds the figures. A fault is placed at its key below `optimise`.
    pub fn goals(&self) -> Result<Goals, Fault> {
        if !(1..=3).contains(&self.aims.len()) {
            let what = format!("there are {} aims", self.aims.len());
            let cure = "give one, two or three; make the others limits";
            return Err(Fault::new(what, cure).at("aims"));
        }
        let mut aims: Vec<(Figure, bool)> = Vec::new();
        for (index, aim) in self.aims.iter().enumerate() {
            let key = format!("aims[{index}]");
            let (name, maximise, key) = match aim {
                Aim::Least(name) => (name, false, key),
                Aim::Directed(of) => (&of.figure, of.maximise, format!("{key}.figure")),
            };
            let figure = figure(name).map_err(|fault| fault.at(&key))?;
            if aims.iter().any(|(other, _)| other.name() == *name) {
                return Err(Fault::new("the figure is an aim already", "remove one").at(key));
            }
            aims.push((figure, maximise));
        }
        let mut limits = Vec::new();
        each_limit(&self.limits, &mut Vec::new(), &mut limits)?;
        self.check_numbers()?;
        Ok(Goals { aims, limits })
    }

    fn check_numbers(&self) -> Result<(), Fault> {
        if self.generations.is_some() && self.evaluations.is_some() {
            let cure = "give one: a generation has as many runs as the population";
            let fault = Fault::new("generations and evaluations are both given", cure);
            return Err(fault.at("evaluations"));
        }
        let counts = [
            ("population", self.population, 4, 10_000),
            ("generations", self.generations, 1, 100_000),
            ("evaluations", self.evaluations, 1, 10_000_000),
        ];
        for (key, count, low, high) in counts {
            if count.is_some_and(|count| !(low..=high).contains(&count)) {
                let what = format!("{key} is out of range");
                return Err(Fault::new(what, format!("use {low} to {high}")).at(key));
            }
        }
        if !(0.0..=0.5).contains(&self.tolerance) {
            return Err(Fault::new("tolerance is out of range", "use 0 to 0.5").at("tolerance"));
        }
        Ok(())
    }

    /// How the search goes over so many axes with so many combinations of settings.
    pub fn settings(&self, seed: u64, axes: usize, combinations: u64) -> super::Settings {
        let default = (10 * axes as u64)
            .max(combinations.saturating_mul(8))
            .clamp(24, 96);
        let population = self
            .population
            .map_or(default as usize, |given| given as usize);
        let generations = self.generations.map_or(GENERATIONS, |given| given as usize);
        super::Settings {
            seed,
            population,
            evaluations: self
                .evaluations
                .map_or(population.saturating_mul(generations), |given| {
                    given as usize
                }),
            stall: Some(Stall {
                share: self.tolerance,
                generations: WATCHED,
            }),
        }
    }
}

/// The figure of a name.
fn figure(name: &str) -> Result<Figure, Fault> {
    let all = Summary::default().table();
    let found = all.iter().find(|(figure, _)| figure.name() == name);
    found.map(|(figure, _)| *figure).ok_or_else(|| {
        let names: Vec<String> = all.iter().map(|(figure, _)| figure.name()).collect();
        let what = format!("no figure of a run is called '{name}'");
        Fault::new(what, suggest(name, names.iter().map(String::as_str)))
    })
}

/// Limits of a table; without quotes around its name the figure's key lies in a table of its group.
fn each_limit(
    table: &toml::Table,
    path: &mut Vec<String>,
    into: &mut Vec<(Figure, Limit)>,
) -> Result<(), Fault> {
    for (key, value) in table {
        path.push(key.clone());
        let name = path.join(".");
        let parts: Vec<&str> = std::iter::once("limits")
            .chain(path.iter().map(String::as_str))
            .collect();
        let place = crate::scenario::text::dotted(&parts);
        match value {
            toml::Value::Table(inner) if path.len() == 1 && !key.contains('.') => {
                each_limit(inner, path, into)?;
            }
            value => {
                let figure = figure(&name).map_err(|fault| fault.at(&place))?;
                let limit = limit(value).map_err(|fault| fault.at(&place))?;
                if into.iter().any(|(other, _)| other.name() == name) {
                    return Err(
                        Fault::new("the figure has a limit already", "remove one").at(place)
                    );
                }
                into.push((figure, limit));
            }
        }
        path.pop();
    }
    Ok(())
}

fn limit(value: &toml::Value) -> Result<Limit, Fault> {
    let cure = "give a number that it is at most, or { at_least = …, at_most = … }";
    let number = |value: &toml::Value| {
        let number = value.as_float().or(value.as_integer().map(|it| it as f64));
        number.filter(|number| number.is_finite())
    };
    let limit = match value {
        toml::Value::Table(table) => {
            let ends = ["at_least", "at_most"];
            if let Some(other) = table.keys().find(|key| !ends.contains(&key.as_str())) {
                return Err(Fault::new(format!("a limit has no key '{other}'"), cure));
            }
            let end = |key: &str| match table.get(key) {
                None => Ok(None),
                Some(value) => match number(value) {
                    Some(end) => Ok(Some(end)),
                    None => Err(Fault::new(format!("{key} is no number"), cure)),
                },
            };
            Limit {
                at_least: end("at_least")?,
                at_most: end("at_most")?,
            }
        }
        value => Limit {
            at_least: None,
            at_most: Some(number(value).ok_or_else(|| Fault::new("it is no number", cure))?),
        },
    };
    match limit {
        Limit {
            at_least: None,
            at_most: None,
        } => Err(Fault::new("the limit is empty", cure)),
        Limit {
            at_least: Some(least),
            at_most: Some(most),
        } if least > most => Err(Fault::new(
            format!("at least {least} and at most {most} cannot both hold"),
            "give at_least below at_most",
        )),
        limit => Ok(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Optimise {
        toml::from_str(text).unwrap()
    }

    fn fault(text: &str) -> Fault {
        read(text).goals().unwrap_err()
    }

    #[test]
    fn names_are_found_quoted_or_dotted() {
        let optimise = read(
            "aims = ['energy_mwh.facility', { figure = 'work.gpu_hours', maximise = true }]
            limits.'peak_kw.facility' = 20_000
            limits.thermal.max_inlet_c = { at_least = 18, at_most = 27 }",
        );
        let goals = optimise.goals().unwrap();
        let aims: Vec<_> = goals
            .aims
            .iter()
            .map(|(figure, up)| (figure.name(), *up))
            .collect();
        assert_eq!(
            aims,
            [
                ("energy_mwh.facility".into(), false),
                ("work.gpu_hours".into(), true)
            ]
        );
        let limits: Vec<_> = goals
            .limits
            .iter()
            .map(|(figure, limit)| (figure.name(), *limit))
            .collect();
        let most = |least, most| Limit {
            at_least: least,
            at_most: Some(most),
        };
        assert_eq!(
            limits,
            [
                ("peak_kw.facility".into(), most(None, 20_000.0)),
                ("thermal.max_inlet_c".into(), most(Some(18.0), 27.0)),
            ]
        );
        let settings = optimise.settings(7, 3, 6);
        assert_eq!((settings.population, settings.evaluations), (48, 1920));
    }

    #[test]
    fn mistakes_are_told_at_their_key() {
        for (text, key, what) in [
            ("aims = []", "aims", "there are 0 aims"),
            (
                "aims = ['energy_mwh.facilty']",
                "aims[0]",
                "no figure of a run is called 'energy_mwh.facilty'",
            ),
            (
                "aims = ['ratios.pue', 'ratios.pue']",
                "aims[1]",
                "the figure is an aim already",
            ),
            (
                "aims = ['ratios.pue']\nlimits.'peak_kw.grd' = 1",
                "limits.\"peak_kw.grd\"",
                "no figure of a run is called 'peak_kw.grd'",
            ),
            (
                "aims = ['ratios.pue']\nlimits.peak_kw.grd = 1",
                "limits.peak_kw.grd",
                "no figure of a run is called 'peak_kw.grd'",
            ),
            (
                "aims = ['ratios.pue']\nlimits.peak_kw.it = 'x'",
                "limits.peak_kw.it",
                "it is no number",
            ),
            (
                "aims = ['ratios.pue']\nlimits.peak_kw.it = { most = 1 }",
                "limits.peak_kw.it",
                "a limit has no key 'most'",
            ),
            (
                "aims = ['ratios.pue']\nlimits.peak_kw.it = { at_least = 2, at_most = 1 }",
                "limits.peak_kw.it",
                "at least 2 and at most 1 cannot both hold",
            ),
            (
                "aims = ['ratios.pue']\nlimits.peak_kw.it = {}",
                "limits.peak_kw.it",
                "the limit is empty",
            ),
            (
                "aims = ['ratios.pue']\ngenerations = 3\nevaluations = 3",
                "evaluations",
                "generations and evaluations are both given",
            ),
            (
                "aims = ['ratios.pue']\npopulation = 2",
                "population",
                "population is out of range",
            ),
            (
                "aims = ['ratios.pue']\ntolerance = -1",
                "tolerance",
                "tolerance is out of range",
            ),
        ] {
            let fault = fault(text);
            assert_eq!((fault.key(), fault.what.as_str()), (Some(key), what));
            assert!(!fault.cure.is_empty(), "{what}");
        }
        let near = fault("aims = ['energy_mwh.facilty']").cure;
        assert!(
            near.starts_with("did you mean 'energy_mwh.facility'?"),
            "{near}"
        );
        assert!(toml::from_str::<Optimise>("aims = [3]").is_err());
        assert!(toml::from_str::<Optimise>("aims = [{ figur = 'a' }]").is_err());
    }

    /// By hand: 22 above 20 is a tenth; 9 below 10 is a tenth; beside 0 the unit counts.
    #[test]
    fn breaches_are_shares_of_the_limit() {
        let limit = Limit {
            at_least: Some(10.0),
            at_most: Some(20.0),
        };
        assert_eq!(
            [9.0, 10.0, 15.0, 22.0].map(|value| limit.missed_by(value)),
            [0.1, 0.0, 0.0, 0.1]
        );
        assert_eq!(
            [9.0, 10.05, 15.0, 19.9, 20.0].map(|value| limit.binds(value, 0.01)),
            [false, true, false, true, true]
        );
        let none = Limit {
            at_least: None,
            at_most: Some(0.0),
        };
        assert_eq!((none.missed_by(3.0), none.binds(0.0, 0.01)), (3.0, true));
    }
}
