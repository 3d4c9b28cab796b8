//! Doubts and figures of an entry by dotted key.

use toml::{Table, Value};

/// The doubts that an entry states, by dotted key; `usual` is none of them.
pub(in crate::scenario::catalogue) fn leaves(entry: &Table) -> Vec<(String, Table)> {
    let doubt = entry.get("doubt").and_then(Value::as_table);
    doubt.map_or_else(Vec::new, |doubt| leaves_of(doubt, ""))
}

pub(in crate::scenario::catalogue) fn leaves_of(
    table: &Table,
    prefix: &str,
) -> Vec<(String, Table)> {
    let mut all = Vec::new();
    for (key, value) in table {
        let full = format!("{prefix}{key}");
        match value {
            _ if full == "usual" => {}
            Value::Table(inner) if !is_leaf(inner) => {
                all.extend(leaves_of(inner, &format!("{full}.")));
            }
            Value::Table(leaf) => all.push((full, leaf.clone())),
            // What is no table is a leaf of the wrong form.
            other => all.push((
                full,
                Table::from_iter([("range".to_owned(), other.clone())]),
            )),
        }
    }
    all
}

fn is_leaf(table: &Table) -> bool {
    let forms = ["range", "scale", "shift", "among", "reason"];
    forms.iter().any(|form| table.contains_key(*form)) || table.is_empty()
}

/// What stands at a dotted key, in every entry of a list of tables on the way.
pub(in crate::scenario::catalogue) fn at<'a>(entry: &'a Table, key: &str) -> Vec<&'a Value> {
    fn down<'a>(value: &'a Value, rest: &str, into: &mut Vec<&'a Value>) {
        match value {
            _ if rest.is_empty() => into.push(value),
            Value::Table(table) => {
                let (first, rest) = rest.split_once('.').unwrap_or((rest, ""));
                if let Some(inner) = table.get(first) {
                    down(inner, rest, into);
                }
            }
            Value::Array(list) => list.iter().for_each(|each| down(each, rest, into)),
            _ => {}
        }
    }
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    let mut found = Vec::new();
    if let Some(value) = entry.get(first) {
        down(value, rest, &mut found);
    }
    found
}

/// All figures at or below a dotted key, with their keys.
pub(in crate::scenario::catalogue) fn figures(entry: &Table, key: &str) -> Vec<(String, f64)> {
    #[expect(clippy::cast_precision_loss, reason = "figures of entries are small")]
    fn down(value: &Value, key: &str, into: &mut Vec<(String, f64)>) {
        match value {
            Value::Float(figure) => into.push((key.to_owned(), *figure)),
            Value::Integer(figure) => into.push((key.to_owned(), *figure as f64)),
            Value::Array(list) => list.iter().for_each(|each| down(each, key, into)),
            Value::Table(table) => {
                for (name, inner) in table {
                    down(inner, &format!("{key}.{name}"), into);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for value in at(entry, key) {
        down(value, key, &mut found);
    }
    found
}

/// Changes every figure or name at or below a dotted key, in every entry of a list of tables on the way.
pub(in crate::scenario::catalogue) fn change(
    entry: &mut Table,
    key: &str,
    with: &mut dyn FnMut(&mut Value),
) {
    fn down(value: &mut Value, rest: &str, with: &mut dyn FnMut(&mut Value)) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|each| down(each, rest, with)),
            Value::Table(table) if rest.is_empty() => {
                table
                    .iter_mut()
                    .for_each(|(_, inner)| down(inner, "", with));
            }
            Value::Table(table) => {
                let (first, rest) = rest.split_once('.').unwrap_or((rest, ""));
                if let Some(inner) = table.get_mut(first) {
                    down(inner, rest, with);
                }
            }
            plain if rest.is_empty() => with(plain),
            _ => {}
        }
    }
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    if let Some(value) = entry.get_mut(first) {
        down(value, rest, with);
    }
}

/// Puts a doubt at its dotted key.
pub(in crate::scenario::catalogue) fn put(into: &mut Value, key: &str, doubt: Table) {
    put_value(into, key, Value::Table(doubt));
}

pub(in crate::scenario::catalogue) fn put_value(into: &mut Value, key: &str, value: Value) {
    let Value::Table(table) = into else {
        return;
    };
    match key.split_once('.') {
        Some((first, rest)) => {
            let inner = table
                .entry(first)
                .or_insert_with(|| Value::Table(Table::new()));
            put_value(inner, rest, value);
        }
        None => {
            table.insert(key.into(), value);
        }
    }
}
