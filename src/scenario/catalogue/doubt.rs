//! The doubt of entries: what `assets/catalogue/doubt.toml` says is usual for a kind, and the strict check of what an entry
//! says itself.

pub(super) mod paths;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use toml::{Table, Value};

use super::entry::fault;
use super::keys::{Key, keys};
use super::kind::{Kind, written};
use crate::describe::{Doubt, Fault, suggest, within};
use crate::scenario::{ranges, text};
use paths::{at, figures, leaves, leaves_of, put, put_value};

/// Usual ranges by kind, as they stand beside the entries.
type Usual = BTreeMap<Kind, Table>;

fn usual() -> &'static Usual {
    static USUAL: LazyLock<Usual> = LazyLock::new(|| {
        let text = include_str!("../../../assets/catalogue/doubt.toml");
        toml::from_str(text).unwrap_or_else(|error| panic!("assets/catalogue/doubt.toml: {error}"))
    });
    &USUAL
}

/// The built-in entries of a kind with their doubt in full, read once.
pub(super) fn complete(kind: Kind) -> &'static Table {
    static ALL: [OnceLock<Table>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    ALL[kind as usize].get_or_init(|| raw(kind.name()).unwrap_or_default())
}

/// The built-in entries of a kind, or of a file of several kinds, with their doubt in full; None where there is no such
/// kind.
pub fn raw(name: &str) -> Option<Table> {
    let mut table = written(name)?;
    for &kind in Kind::ALL {
        let entries = match kind.file() {
            _ if kind.name() == name => Some(&mut table),
            (file, Some(group)) if file == name => {
                table.get_mut(group).and_then(Value::as_table_mut)
            }
            _ => None,
        };
        for (name, entry) in entries.into_iter().flatten() {
            if let Value::Table(entry) = entry {
                // A test holds that every key that they name has a usual range.
                let _ = expand(kind, name, entry);
            }
        }
    }
    Some(table)
}

/// Writes the kind's usual ranges in full, in place of the keys that an entry names under `usual`. `unconfirmed`, a list
/// of keys, is how earlier versions named them.
pub(super) fn expand(kind: Kind, name: &str, entry: &mut Table) -> Result<(), Fault> {
    let mut marks = Vec::new();
    let former = entry.remove("unconfirmed");
    let now = match entry.get_mut("doubt") {
        Some(Value::Table(doubt)) => doubt.remove("usual"),
        _ => None,
    };
    for (named, place) in [(former, &["unconfirmed"][..]), (now, &["doubt", "usual"])] {
        match named {
            Some(Value::Array(named)) if named.iter().all(Value::is_str) => marks.extend(named),
            Some(other) => {
                let key = place[place.len() - 1];
                let what = format!("{key} = {other} is not a list of keys");
                let cure =
                    format!("give keys in quotes, for example {key} = [\"host_idle_w\", \"air\"]");
                let place = [&[kind.name(), name], place].concat();
                return Err(fault(&place, what, cure));
            }
            None => {}
        }
    }
    if marks.is_empty() {
        return Ok(());
    }
    let known = leaves_of(usual().get(&kind).unwrap_or(&Table::new()), "");
    let ranges = key_ranges(kind);
    for mark in &marks {
        let mark = mark.as_str().unwrap_or_default();
        let mut found = false;
        for (key, leaf) in known.iter().filter(|(key, _)| within(key, mark)) {
            let figures = figures(entry, key);
            if figures.is_empty() && at(entry, key).is_empty() {
                continue;
            }
            found = true;
            let taken = leaves(entry).iter().any(|(own, _)| own == key);
            if let (false, Ok(doubt)) = (taken, leaf.clone().try_into::<Doubt>()) {
                let doubt = narrowed(doubt, &figures, ranges.get(key.as_str()));
                let doubt = Table::try_from(doubt).unwrap_or_default();
                let all = entry
                    .entry("doubt")
                    .or_insert_with(|| Value::Table(Table::new()));
                put(all, key, doubt);
            }
        }
        if !found {
            let what = format!("no usual range of '{mark}' is known here");
            let cure = format!(
                "give its own: doubt.{mark} = {{ range = [LEAST, GREATEST], reason = \"…\" }}"
            );
            return Err(fault(&[kind.name(), name, "doubt", "usual"], what, cure));
        }
    }
    Ok(())
}

/// A usual range for one figure: its ends, as far as its key allows.
fn narrowed(doubt: Doubt, figures: &[(String, f64)], key: Option<&Key>) -> Doubt {
    let [(_, stated)] = *figures else {
        return doubt;
    };
    let Some(mut ends) = doubt.ends(stated) else {
        return doubt;
    };
    let whole = key.is_some_and(|key| key.takes == "whole number");
    let round = |end: f64| {
        if whole {
            end.round()
        } else {
            format!("{end:.3e}").parse().unwrap_or(end)
        }
    };
    ends = ends.map(round);
    if let Some((least, most)) = key.and_then(|key| key.range) {
        ends = ends.map(|end| end.clamp(least, most));
    }
    Doubt {
        range: Some([ends[0].min(stated), ends[1].max(stated)]),
        reason: doubt.reason,
        ..Doubt::default()
    }
}

/// What an entry keeps of the doubts of the one it is like, and its own over them: a figure that it states, or doubts
/// otherwise, is no longer in doubt as it was there.
pub(super) fn inherit(merged: &mut Table, theirs: Option<Value>, own: &Table, ours: Option<Value>) {
    let table = |doubt: Option<Value>| match doubt {
        Some(Value::Table(doubt)) => doubt,
        _ => Table::new(),
    };
    if let Some(wrong) = ours.as_ref().filter(|ours| !ours.is_table()) {
        merged.insert("doubt".into(), wrong.clone());
        return;
    }
    let (theirs, ours) = (table(theirs), table(ours));
    let again = leaves_of(&ours, "");
    let mut kept = Value::Table(Table::new());
    for (key, leaf) in leaves_of(&theirs, "") {
        let (all, stated) = (leaf_count(merged, &key), leaf_count(own, &key));
        if all > stated && !again.iter().any(|(own, _)| *own == key) {
            put(&mut kept, &key, leaf.clone());
        }
    }
    if let Some(usual) = ours.get("usual") {
        put_value(&mut kept, "usual", usual.clone());
    }
    for (key, leaf) in again {
        put(&mut kept, &key, leaf.clone());
    }
    if kept.as_table().is_some_and(|kept| !kept.is_empty()) {
        merged.insert("doubt".into(), kept);
    }
}

fn leaf_count(entry: &Table, key: &str) -> usize {
    let figures = figures(entry, key).len();
    figures.max(at(entry, key).iter().filter(|value| value.is_str()).count())
}

/// Refuses a doubt of a figure that the entry does not state, or whose range does not hold what is stated, or reaches
/// beyond what the key may hold.
pub(super) fn check(kind: Kind, name: &str, entry: &Table) -> Result<(), Fault> {
    if !entry.contains_key("doubt") {
        return Ok(());
    }
    let ranges = key_ranges(kind);
    for (key, leaf) in leaves(entry) {
        let place: Vec<&str> = [kind.name(), name, "doubt"]
            .into_iter()
            .chain(key.split('.'))
            .collect();
        check_leaf(entry, &key, leaf, ranges).map_err(|fault| fault.at(text::dotted(&place)))?;
    }
    Ok(())
}

fn check_leaf(
    entry: &Table,
    key: &str,
    leaf: Table,
    ranges: &BTreeMap<String, Key>,
) -> Result<(), Fault> {
    const FORM: &str = "write { range = [LEAST, GREATEST], reason = \"…\" }, or scale, shift or among in place of range";
    let refused = |what: String, cure: &str| Err(Fault::new(what, cure));
    let doubt: Doubt = match leaf.try_into() {
        Ok(doubt) => doubt,
        Err(error) => return refused(error.message().to_owned(), FORM),
    };
    let forms = [
        doubt.range.is_some(),
        doubt.scale.is_some(),
        doubt.shift.is_some(),
        doubt.among.is_some(),
    ];
    if forms.into_iter().filter(|given| *given).count() != 1 {
        return refused(format!("the doubt of {key} has not one form"), FORM);
    }
    if doubt.reason.trim().is_empty() {
        return refused(format!("the doubt of {key} has no reason"), FORM);
    }
    let figures = figures(entry, key);
    if let Some(names) = &doubt.among {
        let stated = at(entry, key).first().and_then(|value| value.as_str());
        let Some(stated) = stated else {
            return refused(
                format!("{key} states no name"),
                "use range, scale or shift for figures",
            );
        };
        if !names.iter().any(|name| name == stated) {
            return refused(
                format!("'{stated}', which is stated, is not among them"),
                "name it too",
            );
        }
        return Ok(());
    }
    let no_figure = |key: &str| ["doubt", "like", "name", "source"].contains(&key);
    if figures.is_empty() || no_figure(key) {
        let known = ranges.keys().map(String::as_str);
        let known: Vec<&str> = known.filter(|key| !no_figure(key)).collect();
        return refused(
            format!("the entry states no figure '{key}'"),
            &suggest(key, known),
        );
    }
    if doubt.range.is_some() && figures.len() > 1 {
        return refused(
            format!("{key} holds {} figures", figures.len()),
            "use scale = [LEAST, GREATEST], a factor on all of them, or shift",
        );
    }
    for (name, stated) in figures {
        let Some([least, most]) = doubt.ends(stated) else {
            continue;
        };
        // Written so that NaN fails.
        if !(least <= stated && stated <= most) {
            return refused(
                format!("{name} = {stated} lies outside its range of {least} to {most}"),
                "let the range hold what is stated; a factor from at most 1 to at least 1, an addition from at most 0 to at \
                 least 0",
            );
        }
        let allowed = ranges.get(&name).and_then(|key| key.range);
        if let Some((low, high)) = allowed.filter(|(low, high)| least < *low || most > *high) {
            return refused(
                format!("the range of {name}, {least} to {most}, reaches beyond what it may be"),
                &format!(
                    "stay within {} to {}",
                    ranges::plain(low),
                    ranges::plain(high)
                ),
            );
        }
    }
    Ok(())
}

/// The keys of a kind by name, described once.
pub(super) fn key_ranges(kind: Kind) -> &'static BTreeMap<String, Key> {
    type Keys = BTreeMap<String, Key>;
    static ALL: [OnceLock<Keys>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    let named = |key: Key| (key.name.clone(), key);
    ALL[kind as usize].get_or_init(|| keys(kind).into_iter().map(named).collect())
}

#[cfg(test)]
mod tests;
