//! The axes of a study as genes.
//!
//! Figures that are drawn become any value between the ends of their distribution, whatever its shape: a design is chosen, not
//! drawn. Values one by one that rise or fall are in order, others are settings without one.

use crate::describe::Fault;
use crate::study::design::{Discrete, Distribution};
use crate::study::optimise::Gene;
use crate::study::sweep::file::Over;
use crate::study::sweep::{Along, Axis, Cell, Choice, Study, of_figure};

/// What is free in each axis. Refuses axes that are no choice of a planner, or have no ends.
pub(super) fn genes(study: &Study) -> Result<Vec<Gene>, Fault> {
    let axes = study.along().iter().enumerate();
    axes.map(|(index, axis)| {
        let seeds = study.file.vary.get(index).and_then(|vary| vary.over.as_ref());
        if matches!(seeds, Some(Over::Seeds(_))) {
            let what = "nobody can choose a seed";
            let cure = "remove the axis; run the best design with several seeds afterwards: coldaisle compare --seeds 10";
            return Err(Fault::new(what, cure).at(format!("vary[{index}].over.seeds")));
        }
        gene(axis).map_err(|fault| fault.within(&format!("vary[{index}]")))
    })
    .collect()
}

fn gene(axis: &Axis) -> Result<Gene, Fault> {
    let (drawn, whole) = match &axis.along {
        Along::Choices { choices, .. } if choices.is_empty() => {
            let what = format!("{} has only the values of a list", axis.name);
            let cure = "add a [[vary]] table with over.values = […] or drawn.uniform = { low = …, high = … }";
            return Err(Fault::new(what, cure));
        }
        Along::Choices { choices, .. } if in_order(choices) => {
            return Ok(Gene::Integer {
                low: 0,
                high: choices.len().cast_signed() as i64 - 1,
            });
        }
        Along::Choices { choices, .. } => return Ok(Gene::Choice(choices.len())),
        Along::Figure { drawn, whole, .. } => (drawn, *whole),
    };
    let (low, high) = match drawn {
        Distribution::Discrete(Discrete { values, .. }) => {
            return Ok(Gene::Integer {
                low: 0,
                high: values.len().cast_signed() as i64 - 1,
            });
        }
        drawn => ends(drawn).ok_or_else(|| {
            let what = format!("{} has no ends between which it could be chosen", axis.name);
            let cure = "give both, or drawn.uniform = { low = …, high = … }, or over.values = […]";
            Fault::new(what, cure).at("drawn")
        })?,
    };
    if whole {
        let (low, high) = (low.ceil() as i64, high.floor() as i64);
        if low > high {
            let what = format!("no whole number lies within the range of {}", axis.name);
            return Err(Fault::new(what, "widen the range, or remove whole = true").at("drawn"));
        }
        return Ok(Gene::Integer { low, high });
    }
    Ok(match drawn {
        Distribution::LogUniform(_) => Gene::Real {
            low: low.ln(),
            high: high.ln(),
        },
        _ => Gene::Real { low, high },
    })
}

/// The ends of a distribution, where it has two.
fn ends(drawn: &Distribution) -> Option<(f64, f64)> {
    match drawn {
        Distribution::Uniform(of) => Some((of.low, of.high)),
        Distribution::LogUniform(of) => Some((of.low, of.high)),
        Distribution::Triangular(of) => Some((of.low, of.high)),
        Distribution::Normal(of) => of.low.zip(of.high),
        Distribution::LogNormal(of) => of.low.zip(of.high),
        Distribution::Discrete(_) | Distribution::Empirical(_) => None,
    }
}

fn in_order(choices: &[Choice]) -> bool {
    let numbers: Option<Vec<f64>> = choices
        .iter()
        .map(|choice| match choice.cell {
            Cell::Number(number) => Some(number),
            Cell::Text(_) | Cell::Empty => None,
        })
        .collect();
    numbers.is_some_and(|numbers| {
        let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
        rises || numbers.windows(2).all(|pair| pair[0] > pair[1])
    })
}

/// What the values of the genes do, an axis each.
pub(super) fn choices(study: &Study, design: &[f64]) -> Vec<Choice> {
    let pairs = study.along().iter().zip(design);
    pairs.map(|(axis, &value)| choice(axis, value)).collect()
}

fn choice(axis: &Axis, value: f64) -> Choice {
    match &axis.along {
        Along::Choices { choices, .. } => choices[value as usize].clone(),
        Along::Figure { keys, drawn, whole } => {
            let figure = match drawn {
                Distribution::Discrete(of) => of.values[value as usize],
                Distribution::LogUniform(of) if !whole => {
                    // In as many digits as its steps have.
                    let figure = format!("{:.6e}", value.exp());
                    figure.parse().unwrap_or(value).clamp(of.low, of.high)
                }
                _ => value,
            };
            of_figure(keys, figure, *whole)
        }
    }
}

/// Whether a value is one of the ends of its range, where a wider one might be better.
pub(super) fn at_end(gene: Gene, value: f64) -> bool {
    match gene {
        Gene::Real { low, high } => value == low || value == high,
        Gene::Integer { low, high } => value == low as f64 || value == high as f64,
        Gene::Choice(_) => false,
    }
}

/// Combinations of the settings that have no order.
pub(super) fn combinations(genes: &[Gene]) -> u64 {
    let settings = genes.iter().map(|gene| match gene {
        Gene::Choice(of) => *of as u64,
        Gene::Real { .. } | Gene::Integer { .. } => 1,
    });
    settings.fold(1, u64::saturating_mul)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::design::{LogUniform, Normal, Uniform};

    fn drawn(drawn: Distribution, whole: bool) -> Axis {
        Axis {
            name: "racks".into(),
            along: Along::Figure {
                keys: vec!["hall.0.racks".into(), "hall.1.racks".into()],
                drawn,
                whole,
            },
        }
    }

    fn values(cells: &[Cell]) -> Axis {
        let choices = cells.iter().map(|cell| Choice {
            cell: cell.clone(),
            base: None,
            sets: Vec::new(),
        });
        Axis {
            name: "x".into(),
            along: Along::Choices {
                choices: choices.collect(),
                upto: Vec::new(),
            },
        }
    }

    /// By hand: whole numbers within 2.5 to 9.5 are 3 to 9; half way between 1 and 100 in logarithm is 10.
    #[test]
    fn axes_become_genes() {
        let ends = Uniform {
            low: 2.5,
            high: 9.5,
        };
        let real = gene(&drawn(Distribution::Uniform(ends), false)).unwrap();
        assert_eq!(
            real,
            Gene::Real {
                low: 2.5,
                high: 9.5
            }
        );
        let axis = drawn(Distribution::Uniform(ends), true);
        assert_eq!(gene(&axis).unwrap(), Gene::Integer { low: 3, high: 9 });
        assert_eq!(
            choice(&axis, 7.0).sets,
            ["hall.0.racks=7", "hall.1.racks=7"]
        );
        let far = drawn(
            Distribution::LogUniform(LogUniform {
                low: 1.0,
                high: 100.0,
            }),
            false,
        );
        let Gene::Real { low, high } = gene(&far).unwrap() else {
            panic!("no range")
        };
        assert_eq!(choice(&far, low.midpoint(high)).cell, Cell::Number(10.0));
        let normal = |low, high| {
            Distribution::Normal(Normal {
                mean: 3.0,
                sd: 1.0,
                low,
                high,
            })
        };
        let both = gene(&drawn(normal(Some(1.0), Some(4.0)), false)).unwrap();
        assert_eq!(
            both,
            Gene::Real {
                low: 1.0,
                high: 4.0
            }
        );
        assert_eq!(
            gene(&drawn(normal(Some(1.0), None), false))
                .unwrap_err()
                .key(),
            Some("drawn")
        );
        let rises = [1.0, 2.0, 9.0].map(Cell::Number);
        assert_eq!(
            gene(&values(&rises)).unwrap(),
            Gene::Integer { low: 0, high: 2 }
        );
        let mixed = [1.0, 9.0, 2.0].map(Cell::Number);
        assert_eq!(gene(&values(&mixed)).unwrap(), Gene::Choice(3));
        let words = ["a", "b"].map(|word| Cell::Text(word.into()));
        assert_eq!(gene(&values(&words)).unwrap(), Gene::Choice(2));
        assert!(gene(&values(&[])).is_err());
        assert_eq!(combinations(&[real, Gene::Choice(3), Gene::Choice(2)]), 6);
    }
}
