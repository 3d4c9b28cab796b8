//! One scenario: its figures in doubt, and what it is in each draw.

use std::path::Path;

use toml::Value;

use super::defaults::defaults;
use super::input::{Input, Law};
use crate::describe::Fault;
use crate::physics::Coolant;
use crate::scenario::catalogue::{self, UsedEntry, UsedFigure};
use crate::scenario::{self, Base, Change, Loaded, Resolved, written};

/// A scenario whose figures are drawn.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) seed: u64,
    base: Base,
    /// The entries that it uses, each with the inputs that change it.
    entries: Vec<(UsedEntry, Vec<Tied>)>,
    /// Lists that the program filled in: their entries can be changed once they stand in the text.
    filled: Vec<Change>,
    /// Defaults by the parts of their keys.
    defaults: Vec<(Vec<String>, f64, usize)>,
}

/// A key of an entry, and the number of its input.
struct Tied {
    key: String,
    input: usize,
}

/// All that is drawn, in the order in which the sides name it.
pub(super) struct Inputs {
    pub(super) all: Vec<Input>,
    seed: u64,
    draws: u64,
    /// The keys of a scenario at which each default was found.
    pub(super) labels: Vec<Vec<String>>,
}

impl Inputs {
    pub(super) fn new(seed: u64, draws: u64) -> Self {
        Self {
            all: Vec::new(),
            seed,
            draws,
            labels: Vec::new(),
        }
    }

    /// Leaves out all inputs but these, in rising order.
    pub(super) fn keep(&mut self, kept: &[usize]) {
        self.all = kept
            .iter()
            .map(|&number| self.all[number].clone())
            .collect();
        let labels = kept.iter().map(|&number| self.labels[number].clone());
        self.labels = labels.collect();
    }

    /// The number of an input: two sides share what has one name and one law. With one name and two laws they share the place in
    /// the range.
    fn number(&mut self, (name, entry): (&str, &str), law: Law, side: &str) -> usize {
        let mut named = name.to_owned();
        let same = |input: &Input| input.name == named && input.law == law;
        if let Some(at) = self.all.iter().position(same) {
            return at;
        }
        if self.all.iter().any(|input| input.name == named) {
            named = format!("{name} ({side})");
        }
        let input = Input::new(named, (name, entry), law, (self.seed, self.draws));
        self.all.push(input);
        self.labels.push(Vec::new());
        self.all.len() - 1
    }
}

/// Whether a figure of a server is of a build that no hall has: tanks where all are in air.
fn is_of_other_build(key: &str, resolved: &Resolved) -> bool {
    let build = key.split('.').next().unwrap_or_default();
    let built = |coolant: Coolant| match build {
        "air" => matches!(coolant, Coolant::Air | Coolant::Plates),
        "cold_plate" => coolant == Coolant::Plates,
        "immersion" => coolant == Coolant::Dielectric,
        "two_phase" => coolant == Coolant::Boiling,
        _ => true,
    };
    let mut halls = resolved.scenario.hall.iter();
    !halls.any(|hall| built(hall.cooling.coolant()))
}

/// The figures in doubt of an entry that bear on a scenario, and how each is drawn.
pub(super) fn drawn<'a>(
    entry: &'a UsedEntry,
    resolved: &'a Resolved,
) -> impl Iterator<Item = (&'a UsedFigure, Law)> {
    let server = entry.kind.name() == "servers";
    let figures = entry.figures.iter();
    let used = figures.filter(move |of| !server || !is_of_other_build(&of.key, resolved));
    used.filter_map(|figure| {
        let name = figure.name.as_deref();
        let law = Law::of(&figure.doubt, figure.stated, name, figure.whole)?;
        Some((figure, law))
    })
}

impl Side {
    /// Of a scenario as read and as resolved; its inputs are added to those of the sides before it.
    pub(super) fn new(
        loaded: &Loaded,
        resolved: &Resolved,
        inputs: &mut Inputs,
    ) -> Result<Self, Fault> {
        let name = resolved.scenario.name.clone();
        let own = loaded.scenario.catalogue.as_ref();
        let own = own
            .map(|own| own.assemble((&loaded.text, &loaded.path)))
            .transpose()?;
        let mut base = Base::new(loaded);
        // Entries of a file are changed where they stand in the scenario.
        if let Some(catalogue::Own::File(_)) = &loaded.scenario.catalogue
            && let Some(tables) = &resolved.scenario.catalogue
            && let Ok(tables) = Value::try_from(tables)
        {
            base.put(&(vec!["catalogue".into()], written(&tables)))?;
        }
        let mut entries = Vec::new();
        for entry in catalogue::used(resolved, own.as_ref()) {
            let mut tied = Vec::new();
            for (figure, law) in drawn(&entry, resolved) {
                let of = format!("{}.{}", entry.kind.name(), figure.of);
                let named = format!("{of}.{}", figure.key);
                tied.push(Tied {
                    key: figure.key.clone(),
                    input: inputs.number((&named, &of), law, &name),
                });
            }
            entries.push((entry, tied));
        }
        let mut keys = Vec::new();
        let mut filled: Vec<Change> = Vec::new();
        for default in defaults(&resolved.scenario, &loaded.text) {
            let Some(law) = default.law() else { continue };
            let first = &default.path[0];
            if !base.has(first)
                && !filled.iter().any(|(key, _)| key[0] == *first)
                && let Ok(all) = Value::try_from(&resolved.scenario)
                && let Some(list @ Value::Array(_)) = all.get(first)
            {
                filled.push((vec![first.clone()], written(list)));
            }
            let input = inputs.number((default.listed, default.listed), law, &name);
            let label = named(&default.path);
            if !inputs.labels[input].contains(&label) {
                inputs.labels[input].push(label);
            }
            keys.push((default.path, default.stated, input));
        }
        Ok(Self {
            name,
            seed: resolved.scenario.run.seed,
            base,
            entries,
            filled,
            defaults: keys,
        })
    }

    /// Reads and resolves a scenario file.
    pub(super) fn load(path: &Path, sets: &[String]) -> Result<(Loaded, Resolved), Fault> {
        if path.is_dir() {
            let what = "--band runs scenarios again; this is a folder of results";
            return Err(Fault::new(what, "give the scenario file").in_file(path, None));
        }
        let loaded = scenario::load(path, sets)?;
        let resolved = scenario::resolve(&loaded).map_err(|error| error.after(sets))?;
        Ok((loaded, resolved))
    }

    /// Leaves out all inputs but these, in rising order, and counts anew.
    pub(super) fn keep(&mut self, kept: &[usize]) {
        for (_, tied) in &mut self.entries {
            tied.retain_mut(|tied| {
                let now = kept.binary_search(&tied.input);
                tied.input = now.unwrap_or(tied.input);
                now.is_ok()
            });
        }
        self.defaults.retain_mut(|(_, _, input)| {
            let now = kept.binary_search(input);
            *input = now.unwrap_or(*input);
            now.is_ok()
        });
    }

    /// Whether it has an input.
    pub(super) fn has(&self, input: usize) -> bool {
        let mut tied = self.entries.iter().flat_map(|(_, tied)| tied);
        tied.any(|tied| tied.input == input) || self.defaults.iter().any(|one| one.2 == input)
    }

    /// The seed of a draw.
    pub(super) fn seed_of(&self, draw: u64) -> u64 {
        self.seed.saturating_add(draw).min(i64::MAX as u64)
    }

    /// The scenario with a value for each input, None as stated, and the seed of a draw.
    ///
    /// # Errors
    /// Where the figures do not go together.
    pub(super) fn draw(
        &self,
        inputs: &[Input],
        values: &[Option<f64>],
        draw: u64,
    ) -> Result<Loaded, Fault> {
        let mut changes: Vec<Change> = Vec::new();
        for (entry, tied) in &self.entries {
            let drawn = tied.iter().filter_map(|tied| {
                let (law, value) = (&inputs[tied.input].law, values[tied.input]?);
                let to = move |stated: &Value| law.change(value, stated);
                Some((tied.key.as_str(), to))
            });
            let drawn: Vec<_> = drawn.collect();
            for (key, value) in entry.with(&drawn) {
                let path = ["catalogue", entry.kind.name(), &entry.name, &key];
                changes.push((path.map(str::to_owned).to_vec(), written(&value)));
            }
        }
        for list in &self.filled {
            let mut below = self
                .defaults
                .iter()
                .filter(|(path, ..)| path[0] == list.0[0]);
            if below.any(|(.., input)| values[*input].is_some()) {
                changes.push(list.clone());
            }
        }
        for (path, stated, input) in &self.defaults {
            let Some(value) = values[*input] else {
                continue;
            };
            let value = inputs[*input].law.change(value, &Value::Float(*stated));
            changes.push((path.clone(), written(&value)));
        }
        let seed = i64::try_from(self.seed_of(draw)).unwrap_or(i64::MAX);
        changes.push((vec!["run".into(), "seed".into()], seed.into()));
        self.base.with(&changes)
    }
}

/// `hall.0.cooling.air.fan_pa` as `hall[].cooling.air.fan_pa`.
fn named(path: &[String]) -> String {
    let mut name = String::new();
    for part in path {
        if part.parse::<usize>().is_ok() {
            name.push_str("[]");
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(part);
        }
    }
    name
}
