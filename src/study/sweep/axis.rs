//! The axes of a study, ready to be asked for values.

use super::file::StudyFile;
use crate::describe::Fault;
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
    /// Its number of values; none where figures are drawn.
    pub(super) fn values(&self) -> Option<usize> {
        match &self.along {
            Along::Choices { choices, .. } => Some(choices.len()),
            Along::Figure { .. } => None,
        }
    }

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

    /// Its value of a number from 0.
    pub(super) fn choice(&self, index: usize) -> Option<&Choice> {
        match &self.along {
            Along::Choices { choices, .. } => choices.get(index),
            Along::Figure { .. } => None,
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
