//! `docs/studies.md` and `docs/forecast.md` show the keys of their files as the program knows them, between `<!-- study -->` or
//! `<!-- forecast -->` and `<!-- end -->`.
//!
//! ```text
//! COLDAISLE_WRITE_DOCS=1 cargo test --test cli studies_document       writes them into the document
//! ```

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::describe::schema::{Key, family, tables};
use coldaisle::forecast::{self, figures::FIGURES};
use coldaisle::scenario::ranges::plain;
use coldaisle::study::sweep;
use serde_json::Value as Json;

fn written(value: &Json) -> String {
    match value {
        Json::Number(number) => plain(number.as_f64().unwrap()),
        other => other.to_string(),
    }
}

fn row(root: &Json, key: &Key<'_>) -> String {
    let default = match key.default() {
        _ if key.required => "required".into(),
        Some(Json::Object(_)) => "its defaults".into(),
        Some(Json::Array(list)) if list.is_empty() => "none".into(),
        Some(value) => format!("`{}`", written(value)),
        None => "–".into(),
    };
    let range = key.range(root).map(|(low, high)| {
        // 2⁶³ is the end of whole numbers, not a limit of the key.
        let high = if high > 9.2e18 {
            "2⁶³ − 1".to_owned()
        } else {
            plain(high)
        };
        format!("{} to {high}", plain(low))
    });
    let mut meaning = key.meaning(root);
    let kinds = family(root, key.node);
    if !kinds.is_empty() {
        let said = |kind: &Json| {
            let said = kind["description"].as_str().unwrap_or_default();
            said.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .trim_end_matches('.')
                .to_owned()
        };
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(name, kind)| format!("`{name}` ({})", said(kind)))
            .collect();
        write!(meaning, " One of {}.", kinds.join(", ")).unwrap();
    }
    let cells = [
        format!("`{}`", key.name),
        key.takes(root),
        default,
        range.unwrap_or_default(),
        meaning,
    ];
    format!(
        "| {} |\n",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

fn document(root: &Json) -> String {
    let mut text = String::new();
    for table in tables(root, &[]) {
        let head = match table.paths[0].as_str() {
            "" => "The file".to_owned(),
            _ => table
                .paths
                .iter()
                .map(|path| format!("`{path}`"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let rows: String = table.keys().map(|key| row(root, &key)).collect();
        if !rows.is_empty() {
            write!(text, "\n{head}\n\n| key | takes | default | range | meaning |\n|---|---|---|---|---|\n{rows}").unwrap();
        }
    }
    text
}

/// Replaces what stands between a mark and `<!-- end -->`, or refuses what is out of date there.
fn shown(file: &str, mark: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let stands = std::fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- {mark} -->\n");
    let (before, rest) = stands.split_once(&begin).unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let wanted = format!("{before}{begin}{text}<!-- end -->{after}");
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(
        wanted == stands,
        "{file} is out of date; `COLDAISLE_WRITE_DOCS=1 cargo test --test cli studies_document` writes it"
    );
}

#[test]
fn the_document_shows_every_key_of_a_study() {
    shown("docs/studies.md", "study", &document(sweep::schema()));
}

#[test]
fn the_document_shows_every_key_and_figure_of_a_forecast() {
    shown(
        "docs/forecast.md",
        "forecast",
        &document(forecast::schema()),
    );
    let mut text = String::from("\n| column | unit | meaning |\n|---|---|---|\n");
    for figure in FIGURES {
        writeln!(
            text,
            "| `{}` | {} | {} |",
            figure.key, figure.unit, figure.meaning
        )
        .unwrap();
    }
    shown("docs/forecast.md", "figures", &text);
}
