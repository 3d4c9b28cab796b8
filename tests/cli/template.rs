//! Output of `new`, against the schema.

use coldaisle::describe::schema::at;
use coldaisle::scenario::ranges::schema;
use serde_json::Value as Json;

use crate::lab::Lab;

/// Each line `key = value` of what `new` writes, commented out or not, is a key of its table within its range.
#[test]
fn the_template_knows_its_keys() {
    let lab = Lab::new();
    lab.good(&["new", "x"]);
    let (text, mut table, mut seen) = (lab.read("x.toml"), String::new(), 0);
    assert!(!text.contains(['<', '>']), "{text}");
    for line in text.lines() {
        let line = line.strip_prefix('#').unwrap_or(line);
        if let Some(header) = line.strip_prefix('[') {
            table = header
                .trim_start_matches('[')
                .split(']')
                .next()
                .unwrap()
                .to_owned();
            assert!(
                !at(schema(), &table).is_empty(),
                "the template has [{table}]"
            );
            continue;
        }
        let Some((key, value)) = line.split_once(" = ").filter(|(key, _)| {
            key.chars()
                .all(|sign| sign.is_ascii_lowercase() || "_.".contains(sign))
        }) else {
            continue;
        };
        let path = format!("{table}.{key}");
        let found = at(schema(), path.trim_start_matches('.'));
        assert!(
            !found.is_empty(),
            "the template has {path}, which is not a key"
        );
        let figure = value
            .split_whitespace()
            .next()
            .and_then(|figure| figure.parse::<f64>().ok());
        for node in found {
            let limit = |name: &str| node.get(name).and_then(Json::as_f64);
            if let (Some(figure), Some(low), Some(high)) =
                (figure, limit("minimum"), limit("maximum"))
            {
                assert!(
                    (low..=high).contains(&figure),
                    "the template has {path} = {figure}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
}
