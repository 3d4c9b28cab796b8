//! `docs/catalogue.md` shows the keys as the program knows them.
//!
//! ```text
//! COLDAISLE_WRITE_DOCS=1 cargo test --test cli catalogue_document     writes them into the document
//! ```

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::scenario::catalogue::{Key, Kind, keys};
use coldaisle::scenario::ranges::plain;

fn table(kind: Kind) -> String {
    let mut table = String::from("| key | takes | meaning |\n|---|---|---|\n");
    for key in keys(kind) {
        let Key {
            name,
            takes,
            range,
            required,
            meaning,
            shares: _,
        } = key;
        let range = range.map(|(low, high)| format!(", {} to {}", plain(low), plain(high)));
        let required = if required { "; required" } else { "" };
        let range = range.unwrap_or_default();
        writeln!(table, "| `{name}` | {takes}{range}{required} | {meaning} |").unwrap();
    }
    table
}

#[test]
fn the_document_shows_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalogue.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let mut wanted = stands.clone();
    for &kind in Kind::ALL {
        let name = kind.name();
        let (begin, end) = (
            format!("<!-- keys {name} -->\n"),
            format!("<!-- end {name} -->"),
        );
        let (Some(from), Some(to)) = (wanted.find(&begin), wanted.find(&end)) else {
            panic!("docs/catalogue.md lacks the markers of {name}: {begin}{end}");
        };
        wanted.replace_range(from + begin.len()..to, &table(kind));
    }
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(
        wanted == stands,
        "docs/catalogue.md is out of date; `COLDAISLE_WRITE_DOCS=1 cargo test --test cli catalogue_document` writes it"
    );
}
