//! The sides of a comparison, and the draws that are about them.

use std::path::Path;

use crate::describe::Fault;
use crate::metrics::figures::{Figure, Unit};
use crate::report::number::{Amount, Style, signed};
use crate::report::source::bands::Spread;
use crate::report::source::{Bands, Run, Series};
use crate::study::compare::{Column, told_apart};
use crate::study::table::{self, Row};

/// One of the runs.
pub(super) struct Side {
    /// As `compare` names it: its scenario, or its path where two have one name.
    pub(super) name: String,
    pub(super) run: Run,
    /// Which side of the draws it is.
    drawn: Option<usize>,
}

/// Runs side by side; the first is what the others are compared with.
pub(super) struct Sides {
    all: Vec<Side>,
    pub(super) bands: Option<Bands>,
}

/// The draws' stated run and a folder agree within this share where both are of one scenario.
const SAME_RUN: f64 = 1e-3;

impl Sides {
    /// Reads the folders and the file of draws.
    pub(super) fn read(folders: &[&Path], draws: Option<&Path>) -> Result<Self, Fault> {
        let runs = folders.iter().map(|folder| Run::read(folder));
        let runs: Vec<Run> = runs.collect::<Result<_, Fault>>()?;
        let names: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
        let names = told_apart(&names, folders.iter().copied());
        let mut all: Vec<Side> = runs
            .into_iter()
            .zip(names)
            .map(|(run, name)| Side {
                name,
                run,
                drawn: None,
            })
            .collect();
        let bands = match draws {
            Some(path) => {
                let bands = Bands::read(path)?;
                pair(&mut all, &bands, path)?;
                Some(bands)
            }
            None => None,
        };
        Ok(Self { all, bands })
    }

    pub(super) fn first(&self) -> &Side {
        &self.all[0]
    }

    pub(super) fn all(&self) -> &[Side] {
        &self.all
    }

    /// All but the first, with their numbers.
    pub(super) fn further(&self) -> impl Iterator<Item = (usize, &Side)> {
        self.all.iter().enumerate().skip(1)
    }

    /// Names in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.all.iter().map(|side| side.name.clone()).collect()
    }

    /// Whether all runs are as long as the first.
    pub(super) fn of_one_length(&self) -> bool {
        let first_s = self.first().run.total_s;
        self.all
            .iter()
            .all(|side| (side.run.total_s - first_s).abs() < 1.0)
    }

    /// Every figure that some side has, with its value on each.
    pub(super) fn rows(&self) -> Vec<Row> {
        let summaries: Vec<_> = self.all.iter().map(|side| &side.run.summary).collect();
        table::rows(&summaries)
    }

    /// The same of one figure.
    pub(super) fn row(&self, name: &str) -> Option<Row> {
        self.rows()
            .into_iter()
            .find(|row| row.figure.name() == name)
    }

    /// As `compare` has them.
    pub(super) fn columns(&self) -> Vec<Column> {
        let columns = self.all.iter().map(|side| Column {
            name: side.name.clone(),
            summary: side.run.summary,
            gpus: None,
            days: Some(side.run.total_s / 86_400.0),
            warnings: Vec::new(),
        });
        columns.collect()
    }

    /// The band of a figure of a side.
    pub(super) fn spread(&self, figure: &str, side: usize) -> Option<Spread> {
        let drawn = self.all[side].drawn?;
        self.bands.as_ref()?.spread(figure, drawn)
    }

    /// Places of two sides among those of the draws.
    pub(super) fn drawn(&self, from: usize, to: usize) -> Option<(&Bands, [usize; 2])> {
        let of = |side: usize| self.all[side].drawn;
        Some((self.bands.as_ref()?, [of(from)?, of(to)?]))
    }

    /// The band of the relative difference of a figure from one side to another.
    pub(super) fn change(&self, figure: &str, from: usize, to: usize) -> Option<Spread> {
        let (bands, sides) = self.drawn(from, to)?;
        bands.change(figure, sides)
    }

    /// Sides whose time series cover the time of the first's, with their numbers: only these can lie over another.
    pub(super) fn together(&self) -> Vec<(usize, &Side, &Series)> {
        let Some(first) = &self.first().run.series else {
            return Vec::new();
        };
        let same =
            |it: &Series| it.start == first.start && (it.total_s - first.total_s).abs() < 1.0;
        let all = self.all.iter().enumerate();
        all.filter_map(|(index, side)| Some((index, side, side.run.series.as_ref()?)))
            .filter(|(_, _, series)| same(series))
            .collect()
    }
}

const ENERGY: &str = "energy_mwh.facility";

/// Finds each side among those of the draws, by name, or by place where there are as many.
fn pair(all: &mut [Side], bands: &Bands, path: &Path) -> Result<(), Fault> {
    let cure = "draw the same scenarios: coldaisle compare SCENARIO… --band -o FILE, or leave the file out";
    let by_name = |name: &str| bands.sides.iter().position(|side| side == name);
    let named = all.iter().all(|side| by_name(&side.name).is_some());
    if !named && bands.sides.len() != all.len() {
        let missing = all.iter().find(|side| by_name(&side.name).is_none());
        let missing = missing.map_or("", |side| &side.name);
        let what = format!(
            "it has no draws of {missing}, only of {}",
            bands.sides.join(", ")
        );
        return Err(Fault::new(what, cure).in_file(path, None));
    }
    for (index, side) in all.iter_mut().enumerate() {
        let drawn = by_name(&side.name).filter(|_| named).unwrap_or(index);
        let (stated, own) = (bands.spread(ENERGY, drawn), side.run.value(ENERGY));
        if let (Some(stated), Some(own)) = (stated.map(|it| it.stated), own)
            && (stated - own).abs() > SAME_RUN * own.abs()
        {
            let what = format!(
                "these are draws of other runs: {} as stated takes {stated:.3} MWh there, {own:.3} MWh in {}",
                bands.sides[drawn],
                side.run.folder.display()
            );
            return Err(Fault::new(what, cure).in_file(path, None));
        }
        side.drawn = Some(drawn);
    }
    Ok(())
}

/// A change from the first side to another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// `−17.3 %`, `+1.2 K`, `=`; in the figure's own unit where the first has none of it.
    pub(super) text: String,
    /// Second less first, in the figure's own unit.
    pub(super) value: f64,
    /// What tables sort by: the share of the first.
    pub(super) rank: f64,
}

/// The change of a figure; None of moments.
pub(super) fn change(figure: &Figure, from: Option<f64>, to: Option<f64>) -> Option<Change> {
    let ((from, to), unit) = (from.zip(to)?, figure.spec.unit);
    if unit == Unit::Instant {
        return None;
    }
    let value = to - from;
    let text = table::change(Some(from), Some(to), unit);
    let text = match text.strip_prefix("x ") {
        Some(times) => format!("×\u{a0}{times}"),
        None => text.replacen('-', "−", 1).replace(' ', "\u{a0}"),
    };
    let rank = if from == 0.0 {
        1e9 * value.signum()
    } else {
        value / from.abs()
    };
    Some(Change {
        text: if text.is_empty() {
            difference(figure, value)
        } else {
            text
        },
        value,
        rank,
    })
}

/// A difference in the figure's own unit, with its sign.
fn difference(figure: &Figure, value: f64) -> String {
    let style = Style::of(figure, value);
    Amount {
        text: signed(style.scaled(value), style.decimals),
        unit: style.unit.into(),
    }
    .whole()
}

/// How all values of a row are written.
pub(super) fn style(row: &Row) -> Style {
    let values = row.values.iter().flatten();
    Style::of(
        &row.figure,
        values.fold(0.0, |most: f64, value| most.max(value.abs())),
    )
}
