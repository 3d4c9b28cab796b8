//! The last word of `cargo test`: how many comparisons with outside data were left out. Fails where a test reads such data
//! and would pass without it.

use std::path::{Path, PathBuf};

const MARK: &str = "#[cfg_attr(not(outside_data), ignore = ";

fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<(PathBuf, String)> = ["src", "tests"]
        .iter()
        .flat_map(|folder| sources(&root.join(folder)))
        .filter(|path| !path.ends_with("zz_skipped.rs"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source file");
            (path, text)
        })
        .collect();
    let unmarked: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.starts_with(root.join("tests/cases")))
        .flat_map(|(path, text)| unmarked(path, text))
        .collect();
    if !unmarked.is_empty() {
        println!("tests that need outside data and do not say so; put under their #[test]:");
        println!("    {MARK}\"COLDAISLE_DATA is not set\")]");
        println!("{}", unmarked.join("\n"));
        std::process::exit(1);
    }
    if cfg!(outside_data) {
        return;
    }
    // One attribute of a macro stands for all rows of its table.
    let tabled = files
        .iter()
        .filter(|(path, _)| path.ends_with("validation/main.rs"))
        .map(|(_, text)| text.lines().filter(|line| row(line)).count())
        .sum::<usize>();
    let marks: usize = files
        .iter()
        .map(|(_, text)| text.matches(MARK).count())
        .sum();
    let skipped = marks + tabled.saturating_sub(1);
    println!(
        "\n{skipped} comparisons with outside data were skipped: set COLDAISLE_DATA to a folder with it"
    );
}

fn row(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("val_") && line.contains(" => ")
}

/// Tests that open a case without the mark.
fn unmarked(path: &Path, text: &str) -> Vec<String> {
    let tests = text.split("#[test]").skip(1);
    tests
        .filter(|test| test.contains("case(") && !test.contains(MARK))
        .filter_map(|test| {
            test.lines()
                .find(|line| line.trim_start().starts_with("fn "))
        })
        .map(|line| format!("{}: {}", path.display(), line.trim()))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}
