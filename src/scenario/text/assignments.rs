//! Tables of settings, as the assignments that `--set` takes.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Value};

use super::anchored;

/// The assignments of a table at a path of a document: dotted keys and headers lead down, an inline table is a value. Files are
/// relative to `folder`.
pub(crate) fn assignments(document: &DocumentMut, path: &[&str], folder: &Path) -> Vec<String> {
    let item = path.iter().try_fold(document.as_item(), |item, part| {
        match part.parse::<usize>() {
            Ok(index) => item.get(index),
            Err(_) => item.get(part),
        }
    });
    let mut sets = Vec::new();
    if let Some(item) = item {
        below(item, "", folder, &mut sets);
    }
    sets
}

fn below(item: &Item, key: &str, folder: &Path, into: &mut Vec<String>) {
    let within = |name: &str| {
        if key.is_empty() {
            name.to_owned()
        } else {
            format!("{key}.{name}")
        }
    };
    match item {
        Item::Table(table) => {
            for (name, inner) in table {
                below(inner, &within(name), folder, into);
            }
        }
        Item::Value(Value::InlineTable(table)) if key.is_empty() || table.is_dotted() => {
            for (name, inner) in table {
                below(&Item::Value(inner.clone()), &within(name), folder, into);
            }
        }
        Item::Value(value) => {
            let mut value = value.clone();
            value.decor_mut().clear();
            let parts: Vec<&str> = key.split('.').collect();
            let value = anchored(value, &parts, folder).to_string();
            into.push(format!("{key}={}", value.trim()));
        }
        Item::ArrayOfTables(list) => {
            let mut array = toml_edit::Array::new();
            for table in list {
                array.push(table.clone().into_inline_table());
            }
            below(&Item::Value(Value::Array(array)), key, folder, into);
        }
        Item::None => {}
    }
}
