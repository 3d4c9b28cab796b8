//! `docs/validation.md` between its markers.

use std::path::Path;

use crate::table::{Row, markdown};
use crate::{TABLES, data};

/// Setting it writes the tables instead of comparing them.
const WRITE: &str = "COLDAISLE_WRITE_VALIDATION";

#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn the_document_shows_these_tables() {
    let Some(data) = data() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let mut wanted = stands.clone();
    for (name, validations) in TABLES {
        let rows: Vec<&Row> = validations
            .iter()
            .flat_map(|validation| validation.rows(&data))
            .collect();
        let table = markdown(&rows);
        println!("{name}\n\n{table}");
        let (begin, end) = (
            format!("<!-- table {name} -->\n"),
            format!("<!-- end {name} -->"),
        );
        let (Some(from), Some(to)) = (wanted.find(&begin), wanted.find(&end)) else {
            panic!("docs/validation.md lacks the markers of table {name}: {begin}{end}");
        };
        wanted.replace_range(from + begin.len()..to, &table);
    }
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    for (now, then) in wanted.lines().zip(stands.lines()) {
        assert_eq!(
            now, then,
            "docs/validation.md is out of date; `{WRITE}=1 cargo test --test validation document` rewrites it"
        );
    }
    assert_eq!(wanted.lines().count(), stands.lines().count());
}
