//! The entries that a scenario uses, and their figures in doubt.
//!
//! An entry is used where the scenario, with its defaults, names it, where sizing considered it, or where an entry that is used
//! names it: a server its chips and supplies, a climate its grid. So a new kind of entry needs no line here.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::doubt::paths::{at, change, figures, leaves};
use super::doubt::{complete, key_ranges};
use super::kind::Kind;
use super::own::Assembled;
use crate::describe::{Doubt, within};
use crate::scenario::{Resolved, Scenario};
use crate::weather::climate;

/// Keys whose text names nothing.
const WORDS: [&str; 3] = ["name", "source", "note"];

/// An entry that a scenario uses, with at least one figure in doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedEntry {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its figures in doubt, in the order of the file.
    pub figures: Vec<UsedFigure>,
    entry: Table,
}

/// A figure, a curve or a name in doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedFigure {
    /// Dotted key within the entry.
    pub key: String,
    /// The entry that it was taken over from by `like`; else the entry itself.
    pub of: String,
    /// What is credible.
    pub doubt: Doubt,
    /// The figure that is stated, where it is one.
    pub stated: Option<f64>,
    /// The name that is stated, where it is one.
    pub name: Option<String>,
    /// Whether it is a whole number.
    pub whole: bool,
}

impl UsedEntry {
    /// The entry's own keys that hold changed figures, with their values. Each change is a key and what becomes of a value there.
    pub fn with<F: Fn(&Value) -> Value>(&self, changes: &[(&str, F)]) -> Vec<(String, Value)> {
        let mut entry = self.entry.clone();
        let mut changed = BTreeSet::new();
        for (key, to) in changes {
            change(&mut entry, key, &mut |value| *value = to(value));
            changed.insert(key.split('.').next().unwrap_or(key));
        }
        let shares = key_ranges(self.kind).iter().filter(|(_, key)| key.shares);
        for (table, _) in
            shares.filter(|(table, _)| changes.iter().any(|(key, _)| within(key, table)))
        {
            let sum: f64 = figures(&entry, table).iter().map(|(_, share)| share).sum();
            change(&mut entry, table, &mut |share| {
                if let Some(figure) = figure_of(share).filter(|_| sum > 0.0) {
                    *share = Value::Float(figure / sum);
                }
            });
        }
        let value = |key: &str| Some((key.to_owned(), entry.get(key)?.clone()));
        changed.into_iter().filter_map(value).collect()
    }
}

/// The entries with figures in doubt that a scenario uses, in the order of the kinds; `own` are its own entries.
pub fn used(resolved: &Resolved, own: Option<&Assembled>) -> Vec<UsedEntry> {
    let mut names = names_of(&resolved.scenario);
    names.extend(resolved.considered.iter().cloned());
    let mut found: BTreeSet<(Kind, String)> = BTreeSet::new();
    let mut fresh: Vec<String> = names.iter().cloned().collect();
    while let Some(named) = fresh.pop() {
        if let Some(grid) = climate::grid(&named).filter(|_| !own_climate(own, &named)) {
            see(grid, &mut names, &mut fresh);
        }
        for &kind in Kind::ALL {
            let prefix = kind.group().map(|group| format!("{group}."));
            let within = prefix.and_then(|prefix| named.strip_prefix(&prefix));
            for name in [Some(named.as_str()), within].into_iter().flatten() {
                let Some(entry) = entry(kind, name, own) else {
                    continue;
                };
                if found.insert((kind, name.to_owned())) {
                    strings(entry, &mut |text| see(text, &mut names, &mut fresh));
                    for doubt in doubts(entry).filter_map(|(_, doubt)| doubt.among) {
                        for text in doubt {
                            see(&text, &mut names, &mut fresh);
                        }
                    }
                }
            }
        }
    }
    let of = |(kind, name): (Kind, String)| {
        let entry = entry(kind, &name, own)?;
        let figures = doubts(entry).map(|(key, doubt)| figure(kind, &name, key, doubt, own));
        let figures: Vec<UsedFigure> = figures.flatten().collect();
        (!figures.is_empty()).then(|| UsedEntry {
            kind,
            figures,
            entry: entry.clone(),
            name,
        })
    };
    found.into_iter().filter_map(of).collect()
}

#[expect(clippy::cast_precision_loss, reason = "figures of entries are small")]
fn figure_of(value: &Value) -> Option<f64> {
    value
        .as_float()
        .or(value.as_integer().map(|figure| figure as f64))
}

fn see(text: &str, names: &mut BTreeSet<String>, fresh: &mut Vec<String>) {
    if names.insert(text.to_owned()) {
        fresh.push(text.to_owned());
    }
}

fn own_climate(own: Option<&Assembled>, name: &str) -> bool {
    own.is_some_and(|own| {
        let climates = own.complete.get(&Kind::Climates);
        climates.is_some_and(|climates| climates.contains_key(name))
    })
}

/// An entry in full: the scenario's own, else a built-in one.
fn entry<'a>(kind: Kind, name: &str, own: Option<&'a Assembled>) -> Option<&'a Table> {
    let own = own.and_then(|own| own.complete.get(&kind)?.get(name));
    own.or_else(|| complete(kind).get(name).and_then(Value::as_table))
}

fn doubts(entry: &Table) -> impl Iterator<Item = (String, Doubt)> {
    let leaves = leaves(entry).into_iter();
    leaves.filter_map(|(key, leaf)| Some((key, leaf.try_into().ok()?)))
}

/// A figure in doubt, with the entry that it comes from.
fn figure(
    kind: Kind,
    name: &str,
    key: String,
    doubt: Doubt,
    own: Option<&Assembled>,
) -> Option<UsedFigure> {
    let here = entry(kind, name, own)?;
    let mut of = name.to_owned();
    let mut next = own.and_then(|own| own.like.get(&(kind, of.clone())));
    while let Some(like) = next.filter(|like| **like != of) {
        let theirs = entry(kind, like, own)?;
        let same = doubts(theirs).any(|(other, theirs)| other == key && theirs == doubt)
            && at(theirs, &key) == at(here, &key);
        if !same {
            break;
        }
        of.clone_from(like);
        next = own.and_then(|own| own.like.get(&(kind, of.clone())));
    }
    let stated = match figures(here, &key)[..] {
        [(_, stated)] => Some(stated),
        _ => None,
    };
    let text = at(here, &key).first().and_then(|value| value.as_str());
    let whole = key_ranges(kind).get(&key);
    Some(UsedFigure {
        of,
        doubt,
        stated,
        name: text.map(str::to_owned),
        whole: whole.is_some_and(|key| key.takes == "whole number"),
        key,
    })
}

/// Every text of a scenario that may name an entry.
fn names_of(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Ok(Value::Table(mut table)) = Value::try_from(scenario) {
        table.remove("catalogue");
        strings(&table, &mut |text| {
            names.insert(text.to_owned());
        });
    }
    names
}

fn strings(table: &Table, see: &mut dyn FnMut(&str)) {
    fn down(value: &Value, see: &mut dyn FnMut(&str)) {
        match value {
            Value::String(text) => see(text),
            Value::Array(list) => list.iter().for_each(|each| down(each, see)),
            Value::Table(table) => strings(table, see),
            _ => {}
        }
    }
    for (key, value) in table {
        if !WORDS.contains(&key.as_str()) && key != "doubt" {
            down(value, see);
        }
    }
}
