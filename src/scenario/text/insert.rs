//! A value put under a key: through tables, inline tables and lists of both.

use crate::describe::Fault;
use crate::scenario::ranges;
use toml_edit::{Item, Table, TableLike, Value};

/// Puts `value` under `path` in `table`, which stands at the dotted key `at`; tables on the way that are not there are made.
pub(super) fn insert(
    table: &mut dyn TableLike,
    at: &str,
    path: &[&str],
    value: Value,
) -> Result<(), Fault> {
    let Some((&first, rest)) = path.split_first() else {
        return Ok(());
    };
    // A key has one name in a file: that which is set, be it of today or a former one.
    if !table.contains_key(first)
        && let Some(item) = ranges::other_name(at, first).and_then(|other| table.remove(other))
    {
        table.insert(first, item);
    }
    let below = if at.is_empty() {
        first.to_owned()
    } else {
        format!("{at}.{first}")
    };
    if rest.is_empty() {
        match table.get(first) {
            Some(Item::Table(_)) if !value.is_inline_table() => return Err(is_table(first)),
            Some(Item::ArrayOfTables(_)) if !value.is_array() => return Err(is_table(first)),
            _ => {}
        }
        table.insert(first, Item::Value(value));
        return Ok(());
    }
    if !table.contains_key(first) {
        let mut new = Table::new();
        new.set_implicit(true);
        // An inline table makes an inline one of it.
        table.insert(first, Item::Table(new));
    }
    match table.get_mut(first) {
        Some(Item::Table(inner)) => insert(inner, &below, rest, value),
        Some(Item::Value(inner)) => insert_value(inner, (first, &below), rest, value),
        Some(Item::ArrayOfTables(list)) => {
            let names = list.iter().map(|entry| named(entry));
            let index = entry(first, names.collect(), rest[0])?;
            let inner = list.get_mut(index).ok_or_else(|| is_table(first))?;
            match (rest, value) {
                ([_], Value::InlineTable(whole)) => *inner = whole.into_table(),
                ([index], _) => return Err(is_table(&format!("{first}.{index}"))),
                (_, value) => insert(inner, &below, &rest[1..], value)?,
            }
            Ok(())
        }
        _ => Err(Fault::bare(format!("'{first}' cannot be set"))),
    }
}

/// The same within a value, by its name and its dotted key without the numbers of entries.
fn insert_value(
    here: &mut Value,
    (name, at): (&str, &str),
    path: &[&str],
    value: Value,
) -> Result<(), Fault> {
    match here {
        Value::InlineTable(table) => insert(table, at, path, value),
        Value::Array(list) => {
            let Some((&first, rest)) = path.split_first() else {
                return Ok(());
            };
            let names = list.iter().map(|entry| named(entry.as_inline_table()?));
            let index = entry(name, names.collect(), first)?;
            let Some(inner) = list.get_mut(index) else {
                return Ok(());
            };
            if rest.is_empty() {
                *inner = value;
                return Ok(());
            }
            insert_value(inner, (&format!("{name}.{first}"), at), rest, value)
        }
        plain => Err(Fault::bare(format!(
            "'{name}' is a value, not a table: it is {}",
            plain.to_string().trim()
        ))),
    }
}

fn is_table(name: &str) -> Fault {
    Fault::new(format!("'{name}' is a table"), "set one of its keys")
}

fn named(table: &dyn TableLike) -> Option<String> {
    table.get("name").and_then(Item::as_str).map(str::to_owned)
}

/// The number of an entry, by its number or its name.
fn entry(list: &str, names: Vec<Option<String>>, wanted: &str) -> Result<usize, Fault> {
    let numbered = wanted.parse().ok().filter(|&index| index < names.len());
    let by_name = || {
        names
            .iter()
            .position(|name| name.as_deref() == Some(wanted))
    };
    numbered.or_else(by_name).ok_or_else(|| {
        let entries = match names.len() {
            0 => "it is empty".into(),
            1 => "its only entry is 0".into(),
            several => format!("its entries are 0 to {}", several - 1),
        };
        let known: Vec<String> = names.into_iter().flatten().collect();
        let names = match known.len() {
            0 => String::new(),
            1 => format!(", named {}", known[0]),
            _ => format!(", named {}", known.join(", ")),
        };
        Fault::bare(format!(
            "'{list}' has no entry '{wanted}': {entries}{names}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::super::set;

    const TEXT: &str = "[site]\nprice_usd_mwh = 70\n[[hall]]\nname = 'north'\nracks = 4\n[workload.pretraining]\n\
                        models = [{ gpus = 8, tags = [[1, 2], [3]] }, { name = 'b', gpus = 16 }] # kept\n";

    fn changed(assignment: &str) -> toml::Table {
        let text = set(TEXT, assignment).unwrap();
        assert!(text.contains("# kept"), "{text}");
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn entries_of_inline_lists_are_reached_by_number_and_by_name() {
        let models =
            |assignment: &str| changed(assignment)["workload"]["pretraining"]["models"].clone();
        let key = "workload.pretraining.models";
        assert_eq!(
            models(&format!("{key}.0.gpus=32"))[0]["gpus"].as_integer(),
            Some(32)
        );
        assert_eq!(
            models(&format!("{key}.b.gpus=32"))[1]["gpus"].as_integer(),
            Some(32)
        );
        assert_eq!(
            models(&format!("{key}.1.mfu=0.5"))[1]["mfu"].as_float(),
            Some(0.5)
        );
        assert_eq!(
            models(&format!("{key}.0.tags.0.1=7"))[0]["tags"][0][1].as_integer(),
            Some(7)
        );
        assert_eq!(
            models(&format!("{key}.0.a.b.c=7"))[0]["a"]["b"]["c"].as_integer(),
            Some(7)
        );
        let whole = models(&format!("{key}.1={{ gpus = 4 }}"));
        assert_eq!(whole[1].as_table().unwrap().len(), 1);
        let hall = changed("hall.0={ name = 'south', racks = 2 }")["hall"].clone();
        assert_eq!(hall[0]["name"].as_str(), Some("south"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (assignment, part) in [
            (
                "workload.pretraining.models.2.gpus=1",
                "no entry '2': its entries are 0 to 1, named b",
            ),
            ("workload.pretraining.models.c.gpus=1", "no entry 'c'"),
            (
                "workload.pretraining.models.0.gpus.x=1",
                "'gpus' is a value, not a table: it is 8",
            ),
            (
                "workload.pretraining.models.0.tags.1.1=1",
                "'tags.1' has no entry '1': its only entry is 0",
            ),
            (
                "hall.1.racks=1",
                "'hall' has no entry '1': its only entry is 0, named north",
            ),
            ("hall.0=1", "'hall.0' is a table"),
            ("hall=1", "'hall' is a table"),
        ] {
            let error = set(TEXT, assignment).unwrap_err().to_string();
            assert!(error.contains(part), "{assignment}: {error}");
        }
    }
}
