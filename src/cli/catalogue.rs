//! `coldaisle catalogue [KIND [NAME]]`

use super::{Failure, say, width};
use crate::describe::Fault;
use crate::describe::{lines, paragraph, suggest};
use crate::scenario::catalogue;
use crate::scenario::ranges::plain;
use crate::weather::climate;

/// Arguments of `catalogue`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Kind to list: servers, chillers, climates, …; or `doubt`: every figure in doubt with its range, also of one kind.
    kind: Option<String>,
    /// One entry, with all of its figures.
    name: Option<String>,
    /// Print the entry as in a scenario, to copy and change.
    #[arg(long, requires = "name")]
    toml: bool,
    /// Meaning of the keys, for entries of your own.
    #[arg(long, requires = "kind", conflicts_with_all = ["name", "toml"])]
    keys: bool,
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
    if kind == "doubt" {
        return doubts(args.name.as_deref());
    }
    let Some(lines) = catalogue::list(kind) else {
        return Err(Fault::new(
            format!("the catalogue has no kind '{kind}'"),
            suggest(kind, catalogue::kinds().chain(["doubt"])),
        )
        .into());
    };
    if args.keys {
        return keys(kind);
    }
    let Some(name) = &args.name else {
        for line in &lines {
            say(&line.name)?;
            say(&wrapped(&line.title, 4, width()))?;
            say(&wrapped(&format!("source: {}", line.source), 4, width()))?;
        }
        return Ok(());
    };
    // Listed together as ups.eco, they are kinds of their own in a scenario.
    let (kind, name) = match name.split_once('.') {
        Some((group, name)) if args.toml && kind == "electrical" => {
            let mut kinds = catalogue::Kind::ALL.iter().map(|kind| kind.name());
            let kind = kinds.find(|kind| kind.trim_end_matches('s') == group.trim_end_matches('s'));
            (kind.unwrap_or("electrical"), name)
        }
        _ => (kind.as_str(), name.as_str()),
    };
    if args.toml
        && let Some(entry) = catalogue::snippet(kind, name)
    {
        say("# To put into a scenario, or without `catalogue.` into the file that its key")?;
        say("# `catalogue` names.")?;
        say(&format!(
            "# Rename it, keep what differs, and add: like = \"{name}\""
        ))?;
        return say(narrow(entry.trim_end(), width()).as_str());
    }
    if let Some(entry) = catalogue::show(kind, name) {
        // Electrical devices lie in groups; elsewhere a dot is part of the name.
        let quote = if name.contains('.') && kind != "electrical" {
            "\""
        } else {
            ""
        };
        let entry = narrow(entry.trim_end(), width());
        say(&format!("[{quote}{name}{quote}]\n{entry}"))?;
        doubts_of(kind, name)?;
        return match catalogue::table(kind, name) {
            Some(table) => say(&format!("\n{table}")),
            None => Ok(()),
        };
    }
    // Climates are weather: what is shown of them is worked out from their hours.
    if args.toml && kind == "climates" && lines.iter().any(|line| line.name == name) {
        let what = format!("'{name}' is measured hour by hour: it is not a table to copy");
        let cure = "name it as site.climate, give a file of your own as site.weather, or print one made from monthly \
                    normals: coldaisle catalogue climates dublin --toml";
        return Err(Fault::new(what, cure).into());
    }
    match lines.iter().find(|line| line.name == name) {
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
            say(&wrapped(&format!("source: {}", line.source), 4, width()))?;
            doubts_of(kind, name)
        }
        None => Err(Fault::new(
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

/// Every figure in doubt, or those of one kind: what is stated, what is credible, why, and the entry's source.
fn doubts(kind: Option<&str>) -> Result<(), Failure> {
    let kinds = catalogue::kinds().chain(["scenario"]);
    if let Some(kind) = kind.filter(|kind| kinds.clone().all(|known| known != *kind)) {
        let what = format!("the catalogue has no kind '{kind}'");
        return Err(Fault::new(what, suggest(kind, kinds)).into());
    }
    let all = catalogue::doubts();
    let mut entry = ("", "");
    for of in all
        .iter()
        .filter(|of| kind.is_none_or(|kind| of.kind == kind))
    {
        if entry != (of.kind, &of.entry) {
            entry = (of.kind, &of.entry);
            say(format!("{} {}", of.kind, of.entry).trim_end())?;
            if !of.source.is_empty() {
                say(&wrapped(&format!("source: {}", of.source), 4, width()))?;
            }
        }
        doubted(of, "    ")?;
    }
    Ok(())
}

/// The figures in doubt of one entry, where there are any.
fn doubts_of(kind: &str, name: &str) -> Result<(), Failure> {
    let doubts = catalogue::doubts_of(kind, name);
    if !doubts.is_empty() {
        say("\n# In doubt, with the range that is credible:")?;
    }
    // What is shown stays TOML.
    doubts.iter().try_for_each(|of| doubted(of, "#   "))
}

/// A figure in doubt: what is stated, what is credible and why.
fn doubted(of: &catalogue::Doubted, pad: &str) -> Result<(), Failure> {
    let value = if of.value.is_empty() {
        String::new()
    } else {
        format!(" = {}", of.value)
    };
    let figure = format!("{}{value}: {}", of.key, of.doubt);
    say(&paragraph(&figure, pad, pad, width()))?;
    let pad = format!("{pad}    ");
    say(&paragraph(&of.doubt.reason, &pad, &pad, width()))
}

/// The keys of a kind, a paragraph each.
fn keys(kind: &str) -> Result<(), Failure> {
    let Some(&kind) = catalogue::Kind::ALL.iter().find(|of| of.name() == kind) else {
        let what = format!("entries of '{kind}' are described by their own kinds");
        let cure = "use one of psus, ups, transformers, pdus and rectifiers";
        return Err(Fault::new(what, cure).into());
    };
    for key in catalogue::keys(kind) {
        let range = key
            .range
            .map(|(low, high)| format!(", {} to {}", plain(low), plain(high)));
        let needed = if key.required {
            ", required without like"
        } else {
            ""
        };
        say(&format!(
            "{}  ({}{}{needed})",
            key.name,
            key.takes,
            range.unwrap_or_default()
        ))?;
        say(&wrapped(&key.meaning, 4, width()))?;
    }
    Ok(())
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
        let lines = lines(text, width.saturating_sub("\"\"\"".len()));
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
