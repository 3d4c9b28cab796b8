//! Doubt is a figure too: no text of the product has `unconfirmed` in place of a range, or cites memory as a source.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::lab::Lab;

/// Phrases that a text may not rest on.
const NO_SOURCE: [&str; 5] = [
    "remembered",
    "from memory",
    "second-hand",
    "second hand",
    "guess",
];

fn texts(below: &Path, into: &mut Vec<PathBuf>) {
    if below.is_file() {
        into.push(below.to_owned());
        return;
    }
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        let known = ["rs", "toml", "md"]
            .map(Some)
            .contains(&path.extension().and_then(|of| of.to_str()));
        if path.is_dir() || known {
            texts(&path, into);
        }
    }
}

/// Readable part of a line: all of it, but of Rust only comments.
fn prose<'a>(path: &Path, line: &'a str) -> &'a str {
    match path.extension() {
        Some(of) if of == "rs" => line.split_once("//").map_or("", |(_, comment)| comment),
        _ => line,
    }
}

#[test]
fn no_source_is_memory() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for part in ["assets", "src", "docs", "scenarios", "README.md"] {
        texts(&root.join(part), &mut all);
    }
    assert!(all.len() > 300, "{}", all.len());
    let mut found = String::new();
    for path in &all {
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let said = prose(path, line).to_lowercase();
            for word in NO_SOURCE.into_iter().filter(|word| said.contains(word)) {
                writeln!(found, "{}:{number}: '{word}'", path.display()).unwrap();
            }
        }
    }
    assert!(
        found.is_empty(),
        "give the source, or give a range and its reason:\n{found}"
    );
}

/// Entries have `doubt`, with a range: the word that stood for it without one is gone.
#[test]
fn no_entry_is_unconfirmed_without_a_range() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    texts(&root.join("assets"), &mut all);
    // The words of the report speak of figures, they are none.
    all.retain(|path| !path.starts_with(root.join("assets/report")));
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let bare = text.lines().find(|line| line.contains("unconfirmed"));
        assert!(bare.is_none(), "{}: {bare:?}", path.display());
    }
}

/// The list names the figure, its range and why; it holds entries and defaults of the scenario file.
#[test]
fn every_figure_in_doubt_is_listed() {
    let lab = Lab::new();
    let all = lab.good(&["catalogue", "doubt"]).out;
    for part in [
        "servers hgx-h100",
        "host_idle_w = 900: 585 to 1395",
        "scenario",
        "failures.gpu_hours = 50700: 25000 to 100000",
    ] {
        assert!(all.contains(part), "no {part:?}");
    }
    let one = lab.good(&["catalogue", "doubt", "ups"]).out;
    assert!(one.contains("ups eco") && !one.contains("servers"), "{one}");
    let entry = lab.good(&["catalogue", "servers", "hgx-h100"]).out;
    assert!(
        entry.contains("# In doubt") && entry.contains("psus = 6: 4 to 8"),
        "{entry}"
    );
    lab.refused(
        &["catalogue", "doubt", "serves"],
        &["no kind 'serves'", "'servers'"],
    );
}
