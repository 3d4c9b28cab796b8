//! Doubt of a run and of a comparison: every unconfirmed figure drawn from its range, the same draws on all sides.
//!
//! ```text
//! what is in doubt   figures of the entries that a scenario uses, and its defaults that it does not state (`side`)
//! a draw             one value of each from its range, by name and number alone (`input`), and the seed as many after the own
//! a result           the headline figures of each side and draw; differences draw by draw, so that what both share cancels
//! ```
//!
//! Draw 0 is as stated. Ranges are taken as far as the sides can be built (`fit`). A draw in which a side stops is left out on all
//! sides, and told.

mod csv;
mod defaults;
mod fit;
mod input;
mod report;
mod side;
pub(crate) mod statistics;
mod unconfirmed;

use std::path::PathBuf;

use rayon::prelude::*;

use super::compare::Column;
use super::{Progress, simulate};
use crate::describe::Fault;
use crate::engine::RunError;
use crate::metrics::Summary;
use crate::metrics::figures::{Figure, Heading, Unit};
use crate::scenario::Resolved;
use crate::units::DAY_S;
use input::Input;
use side::{Inputs, Side};

pub use csv::{is_draws, write_csv};
pub use report::report;
pub use unconfirmed::unconfirmed;

/// Draws where their number is not given.
pub const DRAWS: u32 = 100;

/// Scenarios, what is drawn, and how often.
pub struct Study {
    plan: Plan,
    stated: Vec<Resolved>,
}

/// The sides, and all that is drawn.
struct Plan {
    sides: Vec<Side>,
    inputs: Inputs,
    draws: u64,
}

/// The headline figures of all draws that were made.
pub struct Bands {
    study: Plan,
    /// The figures, in the order of the summary.
    figures: Vec<Figure>,
    /// Draw 0 is as stated.
    draws: Vec<Draw>,
    /// The runs as stated.
    pub stated: Vec<Column>,
}

/// One draw on all sides.
struct Draw {
    /// The values of the inputs.
    inputs: Vec<f64>,
    /// How many of them were drawn again, as they did not go with the others.
    again: usize,
    /// The headline figures of each side.
    runs: Vec<Run>,
}

type Run = Result<Vec<Option<f64>>, Stopped>;

/// A draw that was not run to its end: the key at fault, or else what happened; and what happened.
#[derive(Debug, Clone, PartialEq)]
struct Stopped {
    at: String,
    what: String,
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self {
            at: fault.key().unwrap_or(&fault.what).to_owned(),
            what: fault.what,
        }
    }
}

/// Reads scenarios, and finds what is in doubt in each; nothing runs before all of them are found right.
///
/// # Errors
/// Those of reading and resolving a scenario; folders of results.
pub fn load(paths: &[PathBuf], sets: &[String], draws: u32) -> Result<Study, Fault> {
    let read = paths.iter().map(|path| Side::load(path, sets));
    let read: Vec<_> = read.collect::<Result<_, _>>()?;
    let seed = read
        .first()
        .map_or(0, |(_, resolved)| resolved.scenario.run.seed);
    let mut inputs = Inputs::new(seed, u64::from(draws));
    let mut sides = Vec::new();
    let mut stated = Vec::new();
    for (loaded, resolved) in read {
        sides.push(Side::new(&loaded, &resolved, &mut inputs)?);
        stated.push(resolved);
    }
    // Those of one name are distinguished by their files.
    let names: Vec<String> = sides.iter().map(|side| side.name.clone()).collect();
    for ((side, path), name) in sides.iter_mut().zip(paths).zip(&names) {
        if names.iter().filter(|other| *other == name).count() > 1 {
            side.name = path.display().to_string();
        }
    }
    let mut plan = Plan {
        sides,
        inputs,
        draws: u64::from(draws),
    };
    plan.find_limits();
    Ok(Study { plan, stated })
}

impl Study {
    /// What will be run, in a sentence.
    pub fn plan(&self) -> String {
        let runs = (self.plan.draws + 1) * self.plan.sides.len() as u64;
        let same = if self.plan.sides.len() > 1 {
            ", the same on all sides"
        } else {
            ""
        };
        format!(
            "{} draws of {} figures in doubt{same}: {runs} runs",
            self.plan.draws,
            self.plan.inputs.all.len()
        )
    }

    /// The names of the figures in doubt.
    pub fn in_doubt(&self) -> impl Iterator<Item = &str> {
        self.plan.inputs.all.iter().map(|input| input.name.as_str())
    }

    /// Runs all draws of all sides.
    ///
    /// # Errors
    /// Where a scenario as stated does not run to its end. Draws that do not are part of the result.
    pub fn run(self, progress: &Progress) -> Result<Bands, RunError> {
        let Self { plan, stated } = self;
        let sides = plan.sides.len();
        progress.start((plan.draws + 1) * sides as u64 * Progress::EVERY);
        let hidden = Progress::hidden();
        let stated = stated.into_par_iter().zip(&plan.sides);
        let stated = stated.map(|(resolved, side)| {
            let (days, gpus) = (resolved.total_s / DAY_S, resolved.gpus);
            let (summary, warnings, _) = simulate(resolved, &mut (), &hidden)?;
            progress.advance(Progress::EVERY);
            Ok(Column {
                name: side.name.clone(),
                summary,
                gpus: Some(gpus),
                days: Some(days),
                warnings,
            })
        });
        let stated: Vec<Column> = stated.collect::<Result<_, RunError>>()?;
        let chosen = chosen(&stated);
        let draws: Vec<u64> = (1..=plan.draws).collect();
        let further = draws.into_par_iter().map(|draw| {
            let (values, again) = plan.fitting(draw);
            let run = |side: &Side| -> Run {
                let resolved = plan.built(side, &values, draw)?;
                let run = simulate(resolved, &mut (), &hidden);
                let (summary, ..) = run.map_err(|error| Stopped {
                    at: "run".into(),
                    what: error.to_string(),
                })?;
                Ok(chosen_of(&summary, &chosen))
            };
            let runs: Vec<Run> = plan.sides.iter().map(run).collect();
            progress.advance(sides as u64 * Progress::EVERY);
            let inputs = plan.inputs.all.iter().zip(values);
            let value = |(input, value): (&Input, Option<f64>)| value.unwrap_or(input.law.stated());
            Draw {
                inputs: inputs.map(value).collect(),
                again,
                runs,
            }
        });
        let further: Vec<Draw> = further.collect();
        progress.finish();
        let runs = stated
            .iter()
            .map(|run| Ok(chosen_of(&run.summary, &chosen)));
        let first = Draw {
            inputs: plan.inputs.all.iter().map(|it| it.law.stated()).collect(),
            again: 0,
            runs: runs.collect(),
        };
        Ok(Bands {
            study: plan,
            figures: chosen.into_iter().map(|(_, figure)| figure).collect(),
            draws: [first].into_iter().chain(further).collect(),
            stated,
        })
    }
}

/// The headline figures that some run has, with their places in the summary's table, in the order of printed tables.
fn chosen(stated: &[Column]) -> Vec<(usize, Figure)> {
    let tables: Vec<_> = stated.iter().map(|run| run.summary.table()).collect();
    let all = tables.first().into_iter().flatten().copied().enumerate();
    let mut chosen: Vec<(usize, Figure)> = all
        .filter(|(at, (figure, _))| {
            figure.spec.headline && tables.iter().any(|table| table[*at].1.is_some())
        })
        .map(|(at, (figure, _))| (at, figure))
        .collect();
    // Shortfalls are headlines only where they occur: last.
    chosen.sort_by_key(|(_, figure)| {
        let heading = figure.spec.heading;
        (
            heading == Some(Heading::DidNotHold),
            heading,
            figure.spec.rank,
        )
    });
    chosen
}

fn chosen_of(summary: &Summary, chosen: &[(usize, Figure)]) -> Vec<Option<f64>> {
    let table = summary.table();
    let value = |(at, figure): &(usize, Figure)| {
        let misleading = figure.spec.unless.is_some_and(|unless| unless(summary));
        table[*at].1.filter(|_| !misleading)
    };
    chosen.iter().map(value).collect()
}

impl Bands {
    fn sides(&self) -> usize {
        self.study.sides.len()
    }

    fn values(&self, draw: u64, side: usize) -> Option<&[Option<f64>]> {
        let run = &self.draws[draw as usize].runs[side];
        run.as_ref().ok().map(Vec::as_slice)
    }

    /// The draws that every side ran to its end.
    fn counted(&self) -> impl Iterator<Item = u64> + Clone {
        let all = 1..=self.study.draws;
        all.filter(|draw| (0..self.sides()).all(|side| self.values(*draw, side).is_some()))
    }

    /// How many draws were left out, and why: an example for each key at fault, with how often it was, the most frequent first.
    pub fn left_out(&self) -> (u64, Vec<(String, u64)>) {
        let mut reasons: Vec<(&Stopped, u64)> = Vec::new();
        let runs = self.draws.iter().flat_map(|draw| &draw.runs);
        for stopped in runs.filter_map(|run| run.as_ref().err()) {
            match reasons.iter_mut().find(|(known, _)| known.at == stopped.at) {
                Some((_, times)) => *times += 1,
                None => reasons.push((stopped, 1)),
            }
        }
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let left_out = self.study.draws - self.counted().count() as u64;
        let told = reasons
            .into_iter()
            .map(|(stopped, times)| (stopped.what.clone(), times));
        (left_out, told.collect())
    }

    /// The number of the figure that a decision rests on: energy for the work done where it is known, else all energy.
    fn main_figure(&self) -> Option<usize> {
        let of = |unit: Unit| {
            let unit = move |figure: &Figure| figure.spec.unit == unit;
            self.figures.iter().position(unit)
        };
        of(Unit::KwhPerGpuHour).or_else(|| of(Unit::Mwh))
    }
}

#[cfg(test)]
mod tests;
