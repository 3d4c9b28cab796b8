//! What the keys of an entry mean, from the types that read them.

use serde_json::Value;

use super::kind::Kind;

/// A key of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Dotted name within the entry.
    pub name: String,
    /// What it takes: `number`, `whole number`, `text`, …
    pub takes: String,
    /// The figures that a user's entry may give.
    pub range: Option<(f64, f64)>,
    /// Whether an entry that is like no other must give it.
    pub required: bool,
    /// What it means, with its unit.
    pub meaning: String,
    /// Whether it is a table of shares of one: where some are changed together, all are divided by their sum.
    pub shares: bool,
}

/// The keys of a kind, tables before what they hold.
pub fn keys(kind: Kind) -> Vec<Key> {
    let mut keys = vec![Key {
        name: "like".into(),
        takes: "text".into(),
        range: None,
        required: false,
        meaning: "An entry of the same kind that gives what is not stated here.".into(),
        shares: false,
    }];
    collect(&kind.schema(), "", true, &mut keys);
    keys
}

fn collect(schema: &Value, prefix: &str, needed: bool, keys: &mut Vec<Key>) {
    // An optional table or a table with two forms: every form is shown.
    for list in ["anyOf", "oneOf", "allOf"] {
        for form in schema[list].as_array().into_iter().flatten() {
            collect(form, prefix, needed && list == "allOf", keys);
        }
    }
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let full = format!("{prefix}{name}");
        // A name and a source are filled in.
        let required = needed
            && required.contains(&name.as_str())
            && !["name", "source"].contains(&full.as_str());
        keys.push(Key {
            takes: takes(property),
            range: range(property),
            required,
            // The meaning of a form stands beside its only key.
            meaning: property["description"]
                .as_str()
                .or(schema["description"].as_str())
                .unwrap_or_default()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            shares: property["shares"] == true,
            name: full.clone(),
        });
        collect(property, &format!("{full}."), required, keys);
    }
}

/// The figures that a key, or each entry of its list, may hold.
fn range(schema: &Value) -> Option<(f64, f64)> {
    let limit = |of: &Value, name: &str| of[name].as_f64();
    let of = |of: &Value| Some((limit(of, "minimum")?, limit(of, "maximum")?));
    of(schema).or_else(|| of(&schema["items"]))
}

fn takes(schema: &Value) -> String {
    if let Some(list) = schema["enum"].as_array() {
        let words: Vec<_> = list.iter().filter_map(Value::as_str).collect();
        return words.join(", ");
    }
    for list in ["anyOf", "oneOf"] {
        if let Some(forms) = schema[list].as_array() {
            let mut words: Vec<String> = forms
                .iter()
                .filter(|form| form["type"] != "null")
                .map(|form| match form["const"].as_str() {
                    Some(word) => word.to_owned(),
                    None => takes(form),
                })
                .collect();
            words.dedup();
            return words.join(", ");
        }
    }
    let named = match &schema["type"] {
        Value::String(name) => name.as_str(),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap_or_default(),
        _ => "",
    };
    match named {
        "number" => "number".into(),
        "integer" => "whole number".into(),
        "string" => "text".into(),
        "boolean" => "true or false".into(),
        "array" => format!("list of {}", takes(&schema["items"])),
        _ => "table".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_meaning() {
        for &kind in Kind::ALL {
            let keys = keys(kind);
            assert!(keys.len() > 4, "{}", kind.name());
            for key in keys {
                assert!(!key.meaning.is_empty(), "{}.{}", kind.name(), key.name);
            }
        }
    }
}
