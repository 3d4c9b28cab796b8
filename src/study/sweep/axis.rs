//! The axes of a study, ready to be asked for values.

use super::file::StudyFile;
use crate::describe::{Fault, within};
use crate::study::design::Distribution;

/// A cell of the inputs.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A figure.
    Number(f64),
    /// Words.
    Text(String),
    /// The scenario's own value.
    Empty,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Empty => Ok(()),
        }
    }
}

/// What one value of an axis does.
#[derive(Debug, Clone)]
pub(in crate::study) struct Choice {
    pub(in crate::study) cell: Cell,
    /// The scenario, by its number, where the axis chooses it.
    pub(in crate::study) base: Option<usize>,
    /// `KEY=VALUE`.
    pub(in crate::study) sets: Vec<String>,
}

/// How the values of an axis are found.
#[derive(Debug, Clone)]
pub(in crate::study) enum Along {
    /// One of several, the k-th up to a share of `upto[k]`.
    Choices {
        choices: Vec<Choice>,
        upto: Vec<f64>,
    },
    /// A figure for all of the keys.
    Figure {
        keys: Vec<String>,
        drawn: Distribution,
        whole: bool,
    },
}

/// An axis.
#[derive(Debug, Clone)]
pub(in crate::study) struct Axis {
    pub(in crate::study) name: String,
    pub(in crate::study) along: Along,
}

impl Axis {
    /// Its value at a share of 0 to 1.
    pub(super) fn at(&self, share: f64) -> Choice {
        match &self.along {
            Along::Choices { choices, upto } => {
                let index = upto.partition_point(|&upto| upto <= share);
                choices[index.min(choices.len() - 1)].clone()
            }
            Along::Figure { keys, drawn, whole } => of_figure(keys, drawn.at(share), *whole),
        }
    }

    /// The axis of a column of a list, whose rows hold what they set.
    pub(super) fn of_list(key: &str) -> Self {
        Self {
            name: key.to_owned(),
            along: Along::Choices {
                choices: Vec::new(),
                upto: Vec::new(),
            },
        }
    }

    /// Whether its figures are drawn.
    pub(super) fn is_drawn(&self) -> bool {
        matches!(self.along, Along::Figure { .. })
    }

    /// Whether its ends are what is known of it.
    pub(super) fn is_range(&self) -> bool {
        match &self.along {
            Along::Figure { drawn, .. } => drawn.is_range(),
            Along::Choices { .. } => true,
        }
    }

    /// The middle nine tenths of what is drawn, for people.
    pub(super) fn range(&self) -> String {
        match &self.along {
            Along::Figure { drawn, .. } => {
                format!(
                    "drawn, 5 to 95 % within {:.4} to {:.4}",
                    drawn.at(0.05),
                    drawn.at(0.95)
                )
            }
            Along::Choices { .. } => "as listed".into(),
        }
    }

    /// All of its values; none where figures are drawn.
    pub(in crate::study) fn choices(&self) -> &[Choice] {
        match &self.along {
            Along::Choices { choices, .. } => choices,
            Along::Figure { .. } => &[],
        }
    }

    /// A figure given as text, where figures are drawn.
    pub(super) fn figure(&self, text: &str) -> Option<Choice> {
        match &self.along {
            Along::Figure { keys, whole, .. } => Some(of_figure(keys, text.parse().ok()?, *whole)),
            Along::Choices { .. } => None,
        }
    }
}

/// What a figure of all of the keys does.
pub(in crate::study) fn of_figure(keys: &[String], figure: f64, whole: bool) -> Choice {
    let figure = if whole { figure.round() } else { figure };
    let sets = keys
        .iter()
        .map(|key| format!("{key}={}", written(figure, whole)));
    Choice {
        cell: Cell::Number(figure),
        base: None,
        sets: sets.collect(),
    }
}

/// A figure as TOML; whole numbers without a point, which keys of counts require.
fn written(figure: f64, whole: bool) -> String {
    if whole {
        format!("{figure:.0}")
    } else {
        format!("{figure:?}")
    }
}

/// Keys of the axes: none is set by two of them, nor by one and the command line; the later would hold and the table show both.
pub(super) fn check_keys(axes: &[Axis], sets: &[String]) -> Result<(), Fault> {
    let keys_of = |axis: &Axis| -> Vec<String> {
        let mut keys: Vec<String> = match &axis.along {
            Along::Figure { keys, .. } => keys.clone(),
            Along::Choices { choices, .. } => {
                let sets = choices.iter().flat_map(|choice| &choice.sets);
                sets.map(|set| key(set)).collect()
            }
        };
        keys.sort();
        keys.dedup();
        keys
    };
    let meet = |one: &str, other: &str| within(one, other) || within(other, one);
    let mut before: Vec<(&str, String)> = Vec::new();
    for (index, axis) in axes.iter().enumerate() {
        let keys = keys_of(axis);
        for key in &keys {
            if let Some((name, other)) = before.iter().find(|(_, other)| meet(key, other)) {
                let what = format!(
                    "the axes {name} and {} both set {}",
                    axis.name,
                    longer(key, other)
                );
                let cure = "let one axis set it, or join them as over.settings";
                return Err(Fault::new(what, cure).at(format!("vary[{index}]")));
            }
            if let Some(set) = sets.iter().find(|set| meet(key, &self::key(set))) {
                let what = format!("--set {set}: the axis {} varies it", axis.name);
                return Err(Fault::new(
                    what,
                    "remove the --set, or the axis from the study",
                ));
            }
        }
        before.extend(keys.into_iter().map(|key| (axis.name.as_str(), key)));
    }
    Ok(())
}

fn longer<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}

fn key(set: &str) -> String {
    set.split('=').next().unwrap_or_default().trim().to_owned()
}

/// Names of the axes of a study: no two the same, none that of a column beside them.
pub(super) fn check_names(file: &StudyFile, axes: &[Axis]) -> Result<(), Fault> {
    for (index, axis) in axes.iter().enumerate() {
        let taken = axes[..index].iter().any(|other| other.name == axis.name)
            || ["variation", "failed"].contains(&axis.name.as_str());
        if taken {
            let what = format!("there are two columns '{}'", axis.name);
            let place = format!("vary[{}]", index.min(file.vary.len().saturating_sub(1)));
            return Err(Fault::new(what, "give the axis a name = \"…\" of its own").at(place));
        }
    }
    Ok(())
}
