//! A study as read: its scenarios, axes and points, and each variation as a scenario.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml_edit::DocumentMut;

use super::axis::{Axis, Cell, Choice, check_keys, check_names};
use super::file::{Sample, StudyFile};
use super::plan::{Plan, plan, sensitivity};
use super::reader::Reader;
use crate::bounded;
use crate::describe::{Fault, count, suggest};
use crate::metrics::Summary;
use crate::metrics::figures::Figure;
use crate::output::{Input, grouped};
use crate::scenario::{self, Base, Loaded, NAME_RULE, Resolved, is_name, ranges, text};
use crate::study::sensitivity::{Analysis, Method};

/// No study file is larger.
const LONGEST_BYTES: u64 = 4 << 20;

/// A study, read and checked.
pub struct Study {
    /// The file.
    pub path: PathBuf,
    /// As read.
    pub file: StudyFile,
    /// Its text.
    pub text: String,
    /// Columns of the outputs, in the order of the summary or as the file lists them.
    pub outputs: Vec<Figure>,
    /// Files of the study itself: scenarios, lists, weather folders.
    pub inputs: Vec<Input>,
    bases: Vec<Base>,
    axes: Vec<Axis>,
    plan: Plan,
    sets: Vec<String>,
    method: Option<Method>,
    identity: String,
}

/// The JSON schema of the study file.
pub fn schema() -> &'static serde_json::Value {
    static SCHEMA: LazyLock<serde_json::Value> =
        LazyLock::new(|| schemars::schema_for!(StudyFile).to_value());
    &SCHEMA
}

/// Which method of sensitivity is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sensitivity {
    /// That of the study file, else one at a time.
    OfFile,
    /// This one.
    By(Method),
}

impl Sensitivity {
    fn method(self, file: &StudyFile) -> Method {
        match self {
            // With the file's settings where it is the same one.
            Self::By(method) => file
                .sensitivity
                .filter(|own| own.name() == method.name())
                .unwrap_or(method),
            Self::OfFile => file.sensitivity.unwrap_or_default(),
        }
    }
}

/// One of the runs of a study.
#[derive(Debug, Clone)]
pub struct Variation {
    /// Its number, from 0.
    pub index: u64,
    /// The value of each axis.
    pub cells: Vec<Cell>,
    base: usize,
    sets: Vec<String>,
}

impl Study {
    /// Whether a file is a study and no scenario: by its tables, or where it is no TOML, by their headers.
    pub fn is_study_file(path: &Path) -> bool {
        let bytes = bounded::read(path, LONGEST_BYTES).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        is_study(text.trim_start_matches('\u{feff}'))
    }

    /// What would be run, a line each, with labels.
    pub fn lines(&self) -> Vec<(String, String)> {
        let runs = self.variations();
        let of = match &self.plan {
            Plan::Grid(values) => {
                let values: Vec<String> = values.iter().map(u64::to_string).collect();
                format!("every combination of {}", values.join(" × "))
            }
            Plan::List(_) => "the rows of a list".into(),
            Plan::Unit(design) => {
                let note = design
                    .note()
                    .map_or_else(String::new, |note| format!("; {note}"));
                format!("a sample{note}")
            }
            Plan::Sensitivity(_) => "which axes matter".into(),
        };
        let mut lines = vec![(
            "runs".to_owned(),
            format!("{}: {of}", grouped(runs as f64, 0)),
        )];
        for (index, axis) in self.axes.iter().enumerate() {
            let label = if index == 0 { "varies" } else { "" };
            let range = match axis.choices() {
                [] => axis.range(),
                [only] => only.cell.to_string(),
                [first, .., last] if axis.choices().len() > 6 => format!(
                    "{first}, …, {last} ({})",
                    axis.choices().len(),
                    first = first.cell,
                    last = last.cell
                ),
                all => all
                    .iter()
                    .map(|choice| choice.cell.to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            lines.push((label.into(), format!("{}: {range}", axis.name)));
        }
        let columns = 2 + self.axes.len() + self.outputs.len();
        let bytes =
            runs as f64 * (12.0 * self.axes.len() as f64 + 17.0 * self.outputs.len() as f64);
        let table = format!(
            "{} of {columns} columns, about {:.1} MB of CSV",
            count(runs as f64, "row"),
            (bytes / 1e6).max(0.1)
        );
        lines.push(("table".into(), table));
        lines
    }

    /// Reads a study file and all that it names; `sets` are applied to every scenario, after the `set` of the file.
    ///
    /// With a `method` its runs take the place of the sample: what is asked is which axes matter.
    pub fn load(path: &Path, sets: &[String], method: Option<Sensitivity>) -> Result<Self, Fault> {
        let unreadable = |what: String| {
            let cure = "give the path of a study file; docs/studies.md shows one";
            Fault::new(what, cure).in_file(path, None)
        };
        if path.is_dir() {
            return Err(unreadable("it is a folder".into()));
        }
        let bytes =
            bounded::read(path, LONGEST_BYTES).map_err(|error| unreadable(error.to_string()))?;
        let text =
            String::from_utf8(bytes).map_err(|_| unreadable("it is no UTF-8 text".into()))?;
        let text = text.trim_start_matches('\u{feff}').to_owned();
        if !is_study(&text)
            && toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("hall"))
        {
            let cure = "`coldaisle run` runs it; a study names it, scenario = \"…\", and what varies in [[vary]] tables";
            return Err(Fault::new("this is a scenario, not a study", cure).in_file(path, None));
        }
        let read = text::read_study(&text);
        let read = read.and_then(|file| ranges::check_as(schema(), &text).map(|()| file));
        let file: StudyFile = read.map_err(|fault| fault.in_file(path, None))?;
        Self::of(path, text.clone(), file, (sets, method))
            .map_err(|fault| placed(fault, &text, path))
    }

    /// A fault at a key of the study file, with its place there.
    pub(in crate::study) fn placed(&self, fault: Fault) -> Fault {
        placed(fault, &self.text, &self.path)
    }

    /// Whether its points are those of a search, not of a sweep.
    pub fn is_searched(&self) -> bool {
        let no_grid = !matches!(self.plan, Plan::Grid(_));
        self.file.optimise.is_some() && matches!(self.file.sample, Sample::Grid {}) && no_grid
    }

    fn of(
        path: &Path,
        text: String,
        file: StudyFile,
        (sets, method): (&[String], Option<Sensitivity>),
    ) -> Result<Self, Fault> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let document: DocumentMut = text.parse().unwrap_or_default();
        if !is_name(&file.name) {
            let what = format!("'{}' cannot name a result folder", file.name);
            return Err(Fault::new(what, NAME_RULE).at("name"));
        }
        let mut reader = Reader {
            folder,
            document: &document,
            bases: Vec::new(),
            inputs: Vec::new(),
        };
        let own = file
            .scenario
            .as_ref()
            .map(|scenario| reader.base(scenario))
            .transpose();
        let own = own.map_err(|fault| {
            if fault.file().is_some_and(Path::exists) {
                fault
            } else {
                fault.named_by("scenario")
            }
        })?;
        let axes = file
            .vary
            .iter()
            .enumerate()
            .map(|(index, vary)| reader.axis(index, vary));
        let mut axes = axes.collect::<Result<Vec<_>, Fault>>()?;
        if own.is_none()
            && !axes.iter().any(|axis| {
                axis.choices().iter().all(|choice| choice.base.is_some())
                    && !axis.choices().is_empty()
            })
        {
            let cure = "add scenario = \"FILE.toml\", or name one in each setting of an axis";
            return Err(Fault::new("the study names no scenario", cure));
        }
        let mut all = reader.sets(&["set"]);
        all.extend(sets.iter().cloned());
        let (bases, mut inputs) = (reader.bases, reader.inputs);
        let method = method.map(|asked| asked.method(&file));
        let plan = match method {
            Some(method) => sensitivity(&file, &axes, method)?,
            None => plan(&file, folder, &mut axes, &mut inputs)?,
        };
        check_names(&file, &axes)?;
        check_keys(&axes, sets)?;
        let of_bases = bases.iter().map(|base| {
            let name = base.path.strip_prefix(folder).unwrap_or(&base.path);
            Input::of_bytes(&name.to_string_lossy(), base.text.as_bytes())
        });
        inputs.splice(0..0, of_bases);
        let outputs = outputs(&file)?;
        if let Some(optimise) = &file.optimise {
            optimise.goals().map_err(|fault| fault.within("optimise"))?;
        }
        let asked = method.map(|method| format!("{method:?}"));
        let identity = identity(&text, &inputs, (&all, asked));
        Ok(Self {
            path: path.to_owned(),
            file,
            text,
            outputs,
            inputs,
            bases,
            axes,
            plan,
            sets: all,
            method,
            identity,
        })
    }

    /// The folder of its results where none is named.
    pub fn folder(&self) -> PathBuf {
        let name = &self.file.name;
        Path::new("results").join(match self.method {
            Some(method) => format!("{name}-{}", method.name()),
            None => name.clone(),
        })
    }

    /// Number of its runs.
    pub fn variations(&self) -> u64 {
        self.plan.points()
    }

    /// Names of the axes: the columns of the inputs.
    pub fn axes(&self) -> impl Iterator<Item = &str> {
        self.axes.iter().map(|axis| axis.name.as_str())
    }

    /// The same, to choose their values one by one.
    pub(in crate::study) fn along(&self) -> &[Axis] {
        &self.axes
    }

    /// Whether the column of an axis holds figures alone.
    pub(super) fn is_figures(&self, axis: usize) -> bool {
        match self.axes[axis].choices() {
            [] => self.axes[axis].is_drawn(),
            choices => choices
                .iter()
                .all(|choice| matches!(choice.cell, Cell::Number(_))),
        }
    }

    /// Whether the outputs are analysed: how much each axis matters.
    pub(super) fn analysed(&self) -> bool {
        matches!(self.plan, Plan::Sensitivity(_))
    }

    /// What the axes do to an output, a value a run; None where that was not asked.
    pub(super) fn analyse(&self, outputs: &[Option<f64>]) -> Option<Analysis> {
        match &self.plan {
            Plan::Sensitivity(plan) => Some(plan.analyse(outputs)),
            _ => None,
        }
    }

    /// Checksum of the version, the study's text and all that it names: equal for studies that lead to the same table.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The same of a search: what is sought is part of it.
    pub(in crate::study) fn searched(&self) -> String {
        let sought = format!("{:?}", self.file.optimise);
        Input::of_all([self.identity.as_str(), &sought])
    }

    /// A run of a number below [`Self::variations`].
    pub fn variation(&self, index: u64) -> Variation {
        self.with(index, self.plan.choices(&self.axes, index))
    }

    /// A run with these values of the axes.
    pub(in crate::study) fn with(&self, index: u64, choices: Vec<Choice>) -> Variation {
        let base = choices.iter().rev().find_map(|choice| choice.base);
        let mut sets = self.sets.clone();
        let mut cells = Vec::with_capacity(choices.len());
        for choice in choices {
            sets.extend(choice.sets);
            cells.push(choice.cell);
        }
        Variation {
            index,
            cells,
            base: base.unwrap_or(0),
            sets,
        }
    }

    /// The scenario of a run.
    pub fn scenario(&self, variation: &Variation) -> Result<Loaded, Fault> {
        let loaded = self.bases[variation.base].load(&variation.sets);
        loaded.map_err(|fault| fault.after(&variation.sets))
    }

    /// The same, resolved: ready to run.
    pub fn resolve(&self, variation: &Variation) -> Result<(Loaded, Resolved), Fault> {
        let loaded = self.scenario(variation)?;
        let resolved = scenario::build(&loaded).map_err(|fault| fault.after(&variation.sets))?;
        Ok((loaded, resolved))
    }

    /// A fault of one variation, told with its inputs.
    pub(super) fn of_variation(&self, fault: Fault, variation: &Variation) -> Fault {
        let inputs = self.axes().zip(&variation.cells);
        let inputs: Vec<String> = inputs
            .map(|(name, cell)| format!("{name} = {cell}"))
            .collect();
        let what = format!(
            "variation {} ({}): {}",
            variation.index,
            inputs.join(", "),
            fault.what
        );
        Fault { what, ..fault }
    }
}

fn placed(fault: Fault, text: &str, path: &Path) -> Fault {
    match fault.key().and_then(|key| text::locate(text, key)) {
        Some(span) => fault.in_text(text, span),
        None => fault,
    }
    .in_file(path, None)
}

/// Whether a text is a study: by its tables, or where it is no TOML, by their headers.
fn is_study(text: &str) -> bool {
    let own = ["vary", "sample", "sensitivity", "optimise"];
    match toml::from_str::<toml::Table>(text) {
        Ok(table) => own.iter().any(|key| table.contains_key(*key)),
        Err(_) => text.lines().any(|line| {
            let header = line.trim_start().trim_start_matches('[');
            line.trim_start().starts_with('[') && own.iter().any(|key| header.starts_with(key))
        }),
    }
}

/// The figures of the outputs.
fn outputs(file: &StudyFile) -> Result<Vec<Figure>, Fault> {
    let all: Vec<Figure> = Summary::default()
        .table()
        .into_iter()
        .map(|(figure, _)| figure)
        .collect();
    if file.outputs.is_empty() {
        return Ok(all);
    }
    let named = file.outputs.iter().enumerate().map(|(index, name)| {
        if file.outputs[..index].contains(name) {
            let fault = Fault::new(format!("'{name}' is there twice"), "name each figure once");
            return Err(fault.at(format!("outputs[{index}]")));
        }
        let found = all.iter().find(|figure| figure.name() == *name);
        found.copied().ok_or_else(|| {
            let names: Vec<String> = all.iter().map(Figure::name).collect();
            let what = format!("no figure of a run is called '{name}'");
            let cure = suggest(name, names.iter().map(String::as_str));
            Fault::new(what, cure).at(format!("outputs[{index}]"))
        })
    });
    named.collect()
}

/// Comments and order of keys are no part of it.
fn identity(text: &str, inputs: &[Input], (sets, method): (&[String], Option<String>)) -> String {
    let canonical = |text: &str| {
        let table: Result<toml::Table, _> = toml::from_str(text);
        table.map_or_else(
            |_| text.to_owned(),
            |mut table| {
                // What is asked beside the runs of a sweep does not make it another one.
                table.remove("optimise");
                table.remove("sensitivity");
                table.to_string()
            },
        )
    };
    let mut parts = vec![env!("CARGO_PKG_VERSION").to_owned(), canonical(text)];
    // Not their paths: a folder may lie elsewhere on another machine.
    parts.extend(inputs.iter().map(|input| input.sha256.clone()));
    parts.extend(sets.iter().cloned());
    parts.extend(method);
    Input::of_all(parts.iter().map(String::as_str))
}
