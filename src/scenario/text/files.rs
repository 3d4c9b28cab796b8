//! The keys that name files, found by the schema.

use std::path::Path;

use serde_json::Value as Json;
use toml_edit::Value;

use crate::describe::schema::{below, is_file};
use crate::scenario::ranges::bare as schema;

/// Paths within a value made absolute where the file lies in `folder`, that of who names it: the current one, empty here, for
/// what is typed. Others stay, and count from the scenario's folder.
pub(crate) fn anchored(value: Value, key: &[&str], folder: &Path) -> Value {
    let nodes = key
        .iter()
        .fold(vec![schema()], |nodes, part| below(schema(), &nodes, part));
    within(value, &nodes, folder)
}

fn within(value: Value, nodes: &[&Json], folder: &Path) -> Value {
    let entry = |name: &str, value| within(value, &below(schema(), nodes, name), folder);
    match value {
        Value::String(text) if is_file(schema(), nodes) => {
            let relative = Path::new(text.value()).is_relative();
            let path = folder.join(text.value());
            let absolute = std::path::absolute(&path).ok();
            match absolute.as_ref().and_then(|path| path.to_str()) {
                Some(absolute) if relative && path.exists() => Value::from(absolute),
                _ => Value::String(text),
            }
        }
        Value::InlineTable(table) => {
            let anchored = table.into_iter().map(|(name, value)| {
                let value = entry(&name, value);
                (name, value)
            });
            Value::InlineTable(anchored.collect())
        }
        Value::Array(list) => {
            Value::Array(list.into_iter().map(|value| entry("", value)).collect())
        }
        other => other,
    }
}

/// Renames the files of a scenario: `anchor` gives the new name, or None to leave one.
pub fn rename_files(scenario: &mut toml::Value, anchor: &dyn Fn(&Path) -> Option<String>) {
    rename(scenario, &[schema()], anchor);
}

fn rename(value: &mut toml::Value, nodes: &[&Json], anchor: &dyn Fn(&Path) -> Option<String>) {
    match value {
        toml::Value::String(file) if is_file(schema(), nodes) => {
            if let Some(name) = anchor(Path::new(file.as_str())) {
                *file = name;
            }
        }
        toml::Value::Table(table) => {
            for (name, value) in table {
                rename(value, &below(schema(), nodes, name), anchor);
            }
        }
        toml::Value::Array(list) => {
            for value in list {
                rename(value, &below(schema(), nodes, ""), anchor);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::schema::tables;
    use crate::scenario::text::set;

    /// Each key that names a file, in every way in which it can be given.
    #[test]
    fn every_file_is_looked_for_where_one_types() {
        // Tests run in the folder of the package.
        let (here, absolute) = ("Cargo.toml", std::path::absolute("Cargo.toml").unwrap());
        let mut files = Vec::new();
        for table in tables(schema(), &[]) {
            let keys = table.keys().filter(|key| is_file(schema(), &[key.node]));
            for (key, path) in keys.flat_map(|key| table.paths.iter().map(move |path| (key, path)))
            {
                files.push(
                    format!("{path}.{}", key.name)
                        .trim_start_matches('.')
                        .to_owned(),
                );
            }
        }
        for known in [
            "catalogue",
            "site.weather",
            "site.price_usd_mwh",
            "workload.trace.swf.file",
        ] {
            assert!(files.iter().any(|file| file == known), "{known}: {files:?}");
        }
        for file in files {
            let (table, key) = file.rsplit_once('.').unwrap_or(("", &file));
            let inline = format!("{table}={{ {key} = \"{here}\" }}");
            for typed in [format!("{file}={here}"), inline] {
                if typed.starts_with('=') {
                    continue;
                }
                let text = set("", &typed).unwrap();
                let expected = format!("{:?}", absolute.to_str().unwrap());
                assert!(text.contains(&expected), "{typed}: {text}");
            }
        }
        let text = set("", &format!("name={here}")).unwrap();
        assert!(text.contains("\"Cargo.toml\""), "{text}");
    }
}
