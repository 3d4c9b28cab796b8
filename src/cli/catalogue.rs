//! `coldaisle catalogue [KIND [NAME]]`

use super::{Failure, say, width};
use crate::scenario::ScenarioError;
use crate::scenario::catalogue;
use crate::scenario::error::{lines, paragraph, suggest};
use crate::weather::climate;

/// Arguments of `catalogue`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list: servers, chillers, climates, …
    kind: Option<String>,
    /// One entry, with all of its figures.
    name: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Some(kind) = &args.kind else {
        for kind in catalogue::kinds() {
            let names = catalogue::list(kind).unwrap_or_default();
            say(&format!("{kind} ({})", names.len()))?;
            let names: Vec<_> = names.iter().map(|line| line.name.as_str()).collect();
            say(&wrapped(&names.join(", "), 2, width()))?;
        }
        return Ok(());
    };
    let Some(lines) = catalogue::list(kind) else {
        return Err(ScenarioError::new(
            format!("the catalogue has no kind '{kind}'"),
            suggest(kind, catalogue::kinds()),
        )
        .into());
    };
    let Some(name) = &args.name else {
        for line in &lines {
            say(&line.name)?;
            say(&wrapped(&line.title, 4, width()))?;
            say(&wrapped(&format!("source: {}", line.source), 4, width()))?;
        }
        return Ok(());
    };
    if let Some(entry) = catalogue::show(kind, name) {
        // Electrical devices lie in groups; elsewhere a dot is part of the name.
        let quote = if name.contains('.') && kind != "electrical" {
            "\""
        } else {
            ""
        };
        let entry = narrow(entry.trim_end(), width());
        say(&format!("[{quote}{name}{quote}]\n{entry}"))?;
        return match catalogue::table(kind, name) {
            Some(table) => say(&format!("\n{table}")),
            None => Ok(()),
        };
    }
    // Climates are weather: what is told of them is worked out from their hours.
    match lines.iter().find(|line| line.name == *name) {
        Some(line) => {
            say(&line.name)?;
            say(&wrapped(&line.title, 4, width()))?;
            for (label, text) in climate::figures(name).unwrap_or_default() {
                say(&paragraph(
                    &text,
                    &format!("    {label:12}  "),
                    &" ".repeat(18),
                    width(),
                ))?;
            }
            say(&wrapped(&format!("source: {}", line.source), 4, width()))
        }
        None => Err(ScenarioError::new(
            format!("the catalogue has no '{name}' among the {kind}"),
            suggest(
                name,
                lines
                    .iter()
                    .map(|line| line.name.as_str())
                    .collect::<Vec<_>>(),
            ),
        )
        .into()),
    }
}

/// A catalogue entry with its long texts broken over lines, as TOML allows.
fn narrow(entry: &str, width: usize) -> String {
    let broken = |line: &str| {
        let (key, text) = line.split_once(" = \"")?;
        let text = text.strip_suffix('"')?;
        if line.chars().count() <= width || text.contains("  ") {
            return None;
        }
        // A space before the break is part of the text, the break and what it indents are not.
        let lines = lines(text, width.saturating_sub(" \\".len()));
        Some(format!("{key} = \"\"\"\\\n{}\"\"\"", lines.join(" \\\n")))
    };
    let lines = entry.lines();
    let lines = lines.map(|line| broken(line).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Words in lines of at most `width`, indented.
fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let pad = " ".repeat(indent);
    paragraph(text, &pad, &pad, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_narrow_and_still_says_the_same() {
        for kind in catalogue::kinds() {
            for line in catalogue::list(kind).unwrap() {
                let Some(entry) = catalogue::show(kind, &line.name) else {
                    continue;
                };
                let narrow = narrow(&entry, 80);
                assert!(narrow.lines().all(|l| l.chars().count() <= 80), "{narrow}");
                let read = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
                assert_eq!(read(&narrow), read(&entry), "{narrow}");
            }
        }
    }
}
