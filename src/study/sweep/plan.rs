//! Which points of a study are run, by number: none of them needs the others.

use std::path::Path;

use super::axis::{Axis, Cell, Choice};
use super::file::{Sample, StudyFile};
use crate::bounded;
use csv::StringRecord;

use crate::csv_rows::{CsvRows, overlong};
use crate::describe::{Fault, suggest};
use crate::output::Input;
use crate::scenario::text;
use crate::study::design::{Correlation, Kind, UnitDesign};
use crate::study::sensitivity::{self, Method};

/// More runs than this are a mistake.
const MOST: u64 = 100_000_000;
/// Points that stand for the designs of a search.
const SEARCHED: u64 = 64;
/// A list is no longer, bytes.
const LIST_BYTES: u64 = 256 << 20;

/// The points.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// Every combination of so many values.
    Grid(Vec<u64>),
    /// Choices row by row, of as many axes each.
    List(Vec<Vec<Choice>>),
    /// Points of the unit cube.
    Unit(UnitDesign),
    /// The runs of a method of sensitivity.
    Sensitivity(sensitivity::Plan),
}

impl Plan {
    pub(super) fn points(&self) -> u64 {
        match self {
            Self::Grid(values) => values.iter().product(),
            Self::List(rows) => rows.len() as u64,
            Self::Unit(design) => design.points(),
            Self::Sensitivity(plan) => plan.points(),
        }
    }

    /// The choice of each axis at a point.
    pub(super) fn choices(&self, axes: &[Axis], index: u64) -> Vec<Choice> {
        match self {
            Self::Grid(values) => {
                let mut rest = index;
                let mut choices: Vec<Choice> = Vec::with_capacity(axes.len());
                for (axis, &values) in axes.iter().zip(values).rev() {
                    choices.push(axis.choices()[(rest % values) as usize].clone());
                    rest /= values;
                }
                choices.reverse();
                choices
            }
            Self::List(rows) => rows[index as usize].clone(),
            Self::Unit(design) => at(axes, |point| design.point(index, point)),
            Self::Sensitivity(plan) => at(axes, |point| plan.point(index, point)),
        }
    }
}

/// The choices at a point of the unit cube.
fn at(axes: &[Axis], point: impl FnOnce(&mut [f64])) -> Vec<Choice> {
    let mut shares = vec![0.0; axes.len()];
    point(&mut shares);
    axes.iter()
        .zip(shares)
        .map(|(axis, share)| axis.at(share))
        .collect()
}

/// The runs of a method of sensitivity over the axes.
pub(super) fn sensitivity(file: &StudyFile, axes: &[Axis], method: Method) -> Result<Plan, Fault> {
    if !file.correlation.is_empty() {
        let what = "no method of sensitivity says what correlated inputs do";
        let cure = "remove the correlation, or run the sample without --sensitivity";
        return Err(Fault::new(what, cure).at("correlation"));
    }
    let axis = |axis: &Axis| sensitivity::Axis {
        name: axis.name.clone(),
        range: axis.is_range(),
    };
    let axes: Vec<sensitivity::Axis> = axes.iter().map(axis).collect();
    method.plan(file.seed, &axes).map(Plan::Sensitivity)
}

/// The plan of a study; a list may bring axes of its own.
pub(super) fn plan(
    file: &StudyFile,
    folder: &Path,
    axes: &mut Vec<Axis>,
    inputs: &mut Vec<Input>,
) -> Result<Plan, Fault> {
    let plan = match &file.sample {
        Sample::Grid {} => match grid(axes) {
            // Which designs a search runs is not known before: these stand for them where points are checked and timed.
            Err(_) if file.optimise.is_some() => unit(file, axes, Kind::LatinHypercube, SEARCHED),
            grid => grid,
        },
        Sample::List { file } => {
            let path = folder.join(file);
            let bytes = bounded::read(&path, LIST_BYTES).map_err(|error| {
                let fault = Fault::new(
                    error.to_string(),
                    "give a CSV file whose header names axes or keys",
                );
                fault.in_file(&path, None).named_by("sample.list.file")
            })?;
            inputs.push(Input::of_bytes(&file.display().to_string(), &bytes));
            let text = String::from_utf8_lossy(&bytes);
            let rows = list(&text, folder, axes).map_err(|fault| fault.in_file(&path, None))?;
            Ok(Plan::List(rows))
        }
        Sample::LatinHypercube { points } => unit(file, axes, Kind::LatinHypercube, *points),
        Sample::Sobol { points } => unit(file, axes, Kind::Sobol, *points),
        Sample::MonteCarlo { points } => unit(file, axes, Kind::MonteCarlo, *points),
    };
    if let (Ok(Plan::Grid(_) | Plan::List(_)), false) = (&plan, file.correlation.is_empty()) {
        let what = "a grid or a list draws nothing that could be correlated";
        let cure = "remove it, or sample: [sample.latin_hypercube] with points = 100";
        return Err(Fault::new(what, cure).at("correlation"));
    }
    plan
}

fn unit(file: &StudyFile, axes: &[Axis], kind: Kind, points: u64) -> Result<Plan, Fault> {
    some(axes)?;
    if points > MOST {
        let cure = format!("use at most {MOST}");
        return Err(Fault::new("there are too many points", cure).at("sample"));
    }
    let names: Vec<String> = axes.iter().map(|axis| axis.name.clone()).collect();
    let correlation = Correlation::new(&file.correlation, &names)?;
    let design = UnitDesign::new(kind, points, file.seed, &names, correlation.as_ref());
    let name = match kind {
        Kind::MonteCarlo => "monte_carlo",
        Kind::LatinHypercube => "latin_hypercube",
        Kind::Sobol => "sobol",
    };
    design
        .map(Plan::Unit)
        .map_err(|fault| fault.within(name).within("sample"))
}

fn some(axes: &[Axis]) -> Result<(), Fault> {
    if axes.is_empty() {
        let cure = "add a [[vary]] table with key = \"…\" and over.values = […]";
        return Err(Fault::new("nothing varies", cure).at("vary"));
    }
    Ok(())
}

fn grid(axes: &[Axis]) -> Result<Plan, Fault> {
    some(axes)?;
    let mut values = Vec::with_capacity(axes.len());
    for (index, axis) in axes.iter().enumerate() {
        if axis.is_drawn() {
            let what = format!("a grid has values one by one, and {} is drawn", axis.name);
            let cure =
                "give over.values = […], or a sample: [sample.latin_hypercube] with points = 100";
            return Err(Fault::new(what, cure).at(format!("vary[{index}].drawn")));
        }
        values.push(axis.choices().len() as u64);
    }
    let points = values.iter().try_fold(1_u64, |all, of| {
        all.checked_mul(*of).filter(|all| *all <= MOST)
    });
    if points.is_none() {
        let what = format!("the grid has more than {MOST} points");
        let cure =
            "vary fewer keys together, or sample: [sample.latin_hypercube] with points = 1000";
        return Err(Fault::new(what, cure).at("vary"));
    }
    Ok(Plan::Grid(values))
}

/// The rows of a list. A column that names an axis takes one of its values, by what the table shows of it; any other is a key.
fn list(text: &str, folder: &Path, axes: &mut Vec<Axis>) -> Result<Vec<Vec<Choice>>, Fault> {
    let mut reader = CsvRows::new(text.as_bytes());
    let header = reader
        .header()
        .map_err(|error| Fault::bare(error.to_string()))?;
    if header.is_empty() || header.iter().any(str::is_empty) {
        let cure = "name an axis or a key in every cell of the first line";
        return Err(Fault::new("a column has no name", cure));
    }
    if let Some(twice) = header
        .iter()
        .enumerate()
        .find_map(|(at, name)| header.iter().take(at).find(|other| *other == name))
    {
        return Err(Fault::new(
            format!("the column {twice} is there twice"),
            "keep one of the two",
        ));
    }
    let known = std::mem::take(axes);
    for axis in &known {
        if !header.iter().any(|name| name == axis.name) {
            let names: Vec<&str> = header.iter().collect();
            let what = format!(
                "no column is named '{}', as an axis of the study is",
                axis.name
            );
            return Err(Fault::new(what, suggest(&axis.name, names)));
        }
    }
    let of_axis: Vec<Option<&Axis>> = header
        .iter()
        .map(|name| known.iter().find(|axis| axis.name == name))
        .collect();
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while let Some((line, read)) = reader.next(&mut record) {
        let placed = |fault: Fault| Fault::new(format!("line {line}: {}", fault.what), fault.cure);
        read.map_err(|error| placed(Fault::bare(error.to_string())))?;
        if let Some(fault) = overlong(&record, &header) {
            return Err(placed(fault));
        }
        if record.len() < header.len() {
            let what = format!(
                "the row has {} cells under {} names",
                record.len(),
                header.len()
            );
            let cure = "give a cell for each name; an empty one leaves the scenario as it is";
            return Err(placed(Fault::new(what, cure)));
        }
        let cells = header.iter().zip(&of_axis).enumerate();
        let row = cells.map(|(at, (name, axis))| {
            listed(name, *axis, record.get(at).unwrap_or_default(), folder).map_err(placed)
        });
        rows.push(row.collect::<Result<Vec<Choice>, Fault>>()?);
    }
    if rows.is_empty() {
        return Err(Fault::new(
            "the list has no row",
            "add a row for each run below the header",
        ));
    }
    let column = |name: &str| {
        known
            .iter()
            .find(|axis| axis.name == name)
            .cloned()
            .unwrap_or_else(|| Axis::of_list(name))
    };
    *axes = header.iter().map(column).collect();
    Ok(rows)
}

fn listed(name: &str, axis: Option<&Axis>, cell: &str, folder: &Path) -> Result<Choice, Fault> {
    if cell.is_empty() {
        return Ok(Choice {
            cell: Cell::Empty,
            base: None,
            sets: Vec::new(),
        });
    }
    let shown = |choice: &Choice| match &choice.cell {
        Cell::Number(number) => cell.parse::<f64>().is_ok_and(|of| of == *number),
        Cell::Text(text) => text == cell,
        Cell::Empty => false,
    };
    if let Some(axis) = axis {
        if let Some(choice) = axis.choices().iter().find(|choice| shown(choice)) {
            return Ok(choice.clone());
        }
        if let Some(choice) = axis.figure(cell) {
            return Ok(choice);
        }
        let values: Vec<String> = axis
            .choices()
            .iter()
            .map(|choice| choice.cell.to_string())
            .collect();
        let what = format!("'{cell}' is no value of {name}");
        return Err(Fault::new(
            what,
            suggest(cell, values.iter().map(String::as_str)),
        ));
    }
    let typed = cell
        .parse::<toml_edit::Value>()
        .ok()
        .filter(|value| !value.is_datetime());
    let value = typed.unwrap_or_else(|| toml_edit::Value::from(cell));
    let parts: Vec<&str> = name.split('.').collect();
    let shown = match &value {
        toml_edit::Value::Integer(number) => Cell::Number(*number.value() as f64),
        toml_edit::Value::Float(number) => Cell::Number(*number.value()),
        _ => Cell::Text(cell.to_owned()),
    };
    let value = text::anchored(value, &parts, folder);
    Ok(Choice {
        cell: shown,
        base: None,
        sets: vec![format!("{name}={}", value.to_string().trim())],
    })
}
