//! The blocks of README.md and docs/*.md work as written.
//!
//! ```text
//! toml              a scenario, or a part of one: put into a scenario made by `new`, it is valid
//! toml >> NAME.toml the same, at the end of that file
//! toml NAME.toml    a file of that name beside the page's other blocks; a whole scenario among them is valid
//! csv NAME.csv      the same, also NAME.txt
//! sh                lines that begin with coldaisle (or cargo run --release --) are run
//! text COMMAND      what that command prints, to the letter; a last line of … leaves out the rest
//! ```
//!
//! `COLDAISLE_WRITE_DOCS=1` writes what commands print into their blocks.
//!
//! Runs of commands are cut to an hour or two; what a page prints in full is run in full. `view` needs its feature: its
//! scenarios are checked. Other languages and blocks of text without a command are left alone.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::broken_files::epw;
use crate::lab::Lab;

/// A block of a page.
struct Block {
    line: usize,
    /// Text behind the fence.
    language: String,
    rest: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let (mut all, mut open): (Vec<Block>, bool) = (Vec::new(), false);
    for (at, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
                open = true;
                all.push(Block {
                    line: at + 1,
                    language: language.to_owned(),
                    rest: rest.trim().to_owned(),
                    text: String::new(),
                });
            }
            None if open => writeln!(all.last_mut().unwrap().text, "{line}").unwrap(),
            None => {}
        }
    }
    all
}

/// The words of a command, as a shell takes them.
fn words(command: &str) -> Vec<String> {
    let (mut all, mut word, mut quote) = (Vec::new(), String::new(), None);
    for sign in command.chars() {
        match (quote, sign) {
            (Some(mark), sign) if sign == mark => quote = None,
            (None, '\'' | '"') => quote = Some(sign),
            (None, '#') if word.is_empty() => break,
            (None, sign) if sign.is_whitespace() => {
                all.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            (_, sign) => word.push(sign),
        }
    }
    all.extend(Some(word).filter(|word| !word.is_empty()));
    all
}

/// The arguments of each call of the program in a block.
fn calls(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\\\n", " ");
    let calls = text.lines().map(words).filter_map(|words| {
        let cargo = words
            .iter()
            .position(|word| word == "--")
            .filter(|_| words[0] == "cargo" && words[1] == "run");
        let first = if words.first().is_some_and(|word| word == "coldaisle") {
            Some(1)
        } else {
            cargo.map(|at| at + 1)
        };
        let call = words.get(first?..)?.to_vec();
        Some(match call.iter().position(|word| word == ">") {
            Some(at) => call[..at].to_vec(),
            None => call,
        })
    });
    calls.collect()
}

/// A folder with all that the pages speak of.
fn site(page: &str) -> Lab {
    let lab = Lab::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir(lab.path("scenarios")).unwrap();
    for entry in fs::read_dir(here.join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            lab.write(&format!("scenarios/{name}"), &text);
            lab.write(name, &text);
        }
    }
    lab.write("site.epw", epw().join("\n"));
    for (name, column) in [
        ("prices.csv", "price_usd_mwh"),
        ("carbon.csv", "carbon_g_kwh"),
    ] {
        let mut csv = format!("time,{column}\n");
        for hour in 0..24 {
            writeln!(csv, "2026-01-01T{hour:02}:00,50").unwrap();
        }
        lab.write(name, csv);
    }
    lab.good(&["new", "base"]);
    for block in blocks(page) {
        let named = [".toml", ".csv", ".txt"]
            .iter()
            .any(|ending| block.rest.ends_with(ending));
        if named && ["toml", "csv"].contains(&block.language.as_str()) && !block.rest.contains(' ')
        {
            lab.write(&block.rest, &block.text);
        }
    }
    lab
}

/// Puts a part into a scenario: choices are replaced, tables filled, entries of lists filled in order.
fn fill(into: &mut Table, part: Table) {
    for (key, value) in part {
        let choice = ["workload", "scheduler", "cooling", "heat_rejection"].contains(&key.as_str());
        match (into.get_mut(&key), value) {
            (Some(Value::Table(before)), Value::Table(part)) if !choice => fill(before, part),
            (Some(Value::Array(before)), Value::Array(part))
                if before.iter().all(Value::is_table) =>
            {
                for (at, entry) in part.into_iter().enumerate() {
                    match (before.get_mut(at), entry) {
                        (Some(Value::Table(before)), Value::Table(part)) => fill(before, part),
                        (_, entry) => before.push(entry),
                    }
                }
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// A whole scenario, or a part of one in a whole one.
fn scenario(lab: &Lab, block: &Block) -> Table {
    let part: Table = block
        .text
        .parse()
        .unwrap_or_else(|error| panic!("line {}: {error}", block.line));
    if part.contains_key("hall") && part.contains_key("workload") && part.contains_key("name") {
        return part;
    }
    // Large enough for whatever a page needs.
    let whole = lab
        .read("base.toml")
        .replace("racks = 16 ", "racks = 1024 ");
    let mut whole: Table = whole.parse().unwrap();
    fill(&mut whole, part);
    whole
}

/// Whether a name is that of a scenario or of a file like one.
fn is_toml(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "toml")
}

/// Runs a call of a page, cut short; None where the program of the tests has no such command.
fn run(lab: &Lab, page: &str, call: &[String]) {
    let mut call: Vec<&str> = call.iter().map(String::as_str).collect();
    match call[0] {
        "view" => {
            let scenarios: Vec<&str> = call.iter().copied().filter(|word| is_toml(word)).collect();
            if let Some(at) = scenarios.iter().position(|name| lab.path(name).exists()) {
                lab.good(&["validate", scenarios[at]]);
            }
            return;
        }
        // Runs are cut short here, and only whole years can be exported: the options are checked.
        "export" => call.push("--help"),
        "report" if !lab.path(call[1]).exists() => call.push("--help"),
        "run" if call.contains(&"--commands") => return,
        "run" | "compare" | "sweep" | "optimise" if call.iter().any(|word| is_toml(word)) => {
            if !call.iter().any(|word| word.starts_with("run.days")) {
                call.extend(["--set", "run.days=0.0625"]);
            }
            call.push("-q");
        }
        "new" if lab.path(&format!("{}.toml", call[1])).exists() => return,
        _ => {}
    }
    let said = lab.say(&call);
    assert_eq!(
        said.status,
        Some(0),
        "{page}: coldaisle {call:?}\n{}",
        said.err
    );
}

/// What a block shows of what a command prints: all of it, or up to the line that it shows before its `…`; as many lines
/// where there is no such line any more.
fn part(printed: &str, shown: &str) -> String {
    let Some(shown) = shown.strip_suffix("…\n") else {
        return printed.to_owned();
    };
    let last = shown.lines().next_back();
    let same = printed.lines().position(|line| Some(line) == last);
    let count = same.map_or(shown.lines().count(), |at| at + 1);
    let mut text: String = printed
        .lines()
        .take(count)
        .flat_map(|line| [line, "\n"])
        .collect();
    text.push_str("…\n");
    text
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let page = fs::read_to_string(&path).unwrap();
    let lab = site(&page);
    let (mut checked, mut written) = (0, page.clone());
    for block in blocks(&page) {
        let place = format!("{name}, line {}", block.line);
        match block.language.as_str() {
            "toml"
                if is_toml(&block.rest)
                    && !block.text.contains("[[hall]]")
                    && !block.rest.contains(' ') => {}
            "toml" if block.rest.starts_with(">> ") => {
                let file = &block.rest[3..];
                lab.write(file, format!("{}\n{}", lab.read(file), block.text));
                let said = lab.say(&["validate", file]);
                assert_eq!(said.status, Some(0), "{place}: {}", said.err);
            }
            "toml" => {
                let file = format!("block-{}.toml", block.line);
                lab.write(&file, scenario(&lab, &block).to_string());
                let said = lab.say(&["validate", &file]);
                assert_eq!(said.status, Some(0), "{place}: {}", said.err);
            }
            "sh" => {
                for call in calls(&block.text) {
                    if !lab.path("my-hall.toml").exists() {
                        lab.good(&["new", "my-hall"]);
                    }
                    run(&lab, &place, &call);
                }
            }
            "text" if !block.rest.is_empty() => {
                let call = calls(&block.rest).remove(0);
                let call: Vec<&str> = call.iter().map(String::as_str).collect();
                let printed = part(&lab.good(&call).out, &block.text);
                if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
                    written = written.replacen(&block.text, &printed, 1);
                } else {
                    assert_eq!(
                        block.text, printed,
                        "{place} does not show what the program prints"
                    );
                }
            }
            _ => continue,
        }
        checked += 1;
    }
    assert!(checked > 0, "{name} has no block to check");
    if written != page {
        fs::write(path, written).unwrap();
    }
}

#[test]
fn the_readme_works_as_written() {
    check("README.md");
}

#[test]
fn the_how_to_pages_work_as_written() {
    check("docs/how-to.md");
}

#[test]
fn the_other_documents_work_as_written() {
    for name in [
        "catalogue",
        "cluster",
        "comparison",
        "export",
        "forecast",
        "report",
        "scenario",
        "studies",
        "view",
    ] {
        check(&format!("docs/{name}.md"));
    }
}

/// A new page is checked from its first day.
#[test]
fn every_page_with_blocks_is_checked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let checked = [
        "catalogue.md",
        "cluster.md",
        "comparison.md",
        "export.md",
        "forecast.md",
        "how-to.md",
        "report.md",
        "scenario.md",
        "studies.md",
        "view.md",
    ];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|ending| ending == "md")
            && !checked.contains(&name.as_str())
        {
            let page = fs::read_to_string(&path).unwrap();
            let runs = blocks(&page).into_iter().any(|block| {
                block.language == "toml" || !calls(&block.text).is_empty() && block.language == "sh"
            });
            assert!(
                !runs,
                "docs/{name} has blocks that no test runs: name it in tests/cli/documents.rs"
            );
        }
    }
}
