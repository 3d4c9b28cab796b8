//! `coldaisle catalogue [KIND [NAME]]`

use super::{Failure, say, width};
use crate::scenario::ScenarioError;
use crate::scenario::catalogue;
use crate::scenario::error::suggest;

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
        return say(&format!("[{name}]\n{}", entry.trim_end()));
    }
    // Climates are weather, not figures: their line says all there is.
    match lines.iter().find(|line| line.name == *name) {
        Some(line) => {
            say(&line.name)?;
            say(&wrapped(&line.title, 4, width()))?;
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

/// Words in lines of at most `width`, indented.
fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map_or(0, |line| line.chars().count());
        if line > 0 && indent + line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let pad = " ".repeat(indent);
    lines
        .iter()
        .map(|line| format!("{pad}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
