//! Links in the Markdown pages lead somewhere: to a file of this repository, and to a heading of the page.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines outside fenced blocks.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    page.lines().filter(move |line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// The name by which GitHub links to a heading: letters, digits and underscores, in lower case, hyphens for blanks.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|sign| match sign {
        ' ' => Some('-'),
        '-' | '_' => Some(sign),
        sign if sign.is_alphanumeric() => Some(sign),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// The anchors of a page; a heading that comes again gets a number.
fn anchors(page: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let headings = prose(page).filter(|line| line.starts_with('#'));
    let named = headings.map(|line| anchor(line.trim_start_matches('#')));
    named
        .map(|name| {
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            match *count {
                1 => name,
                count => format!("{name}-{}", count - 1),
            }
        })
        .collect()
}

/// The targets of `[text](target)` in a line, code spans apart.
fn targets(line: &str) -> Vec<&str> {
    let pieces = line.match_indices("](").filter_map(|(at, _)| {
        let rest = &line[at + 2..];
        // Text between backticks is no link; those in a link's text come in pairs.
        let code = line[..at].matches('`').count() % 2 == 1;
        (!code).then(|| rest.split(')').next()).flatten()
    });
    pieces.collect()
}

fn pages() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_folder = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|one| one.unwrap().path());
    let all = in_folder(here.to_path_buf()).chain(in_folder(here.join("docs")));
    all.filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let (mut broken, mut checked) = (Vec::new(), 0);
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for target in prose(&page).flat_map(targets) {
            if target.contains("://") {
                continue;
            }
            checked += 1;
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let to = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            let leads = to.exists()
                && (heading.is_empty()
                    || anchors(&fs::read_to_string(&to).unwrap())
                        .iter()
                        .any(|one| one == heading));
            if !leads {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 50, "{checked} links");
}

/// As GitHub makes them.
#[test]
fn anchors_are_those_of_github() {
    for (heading, name) in [
        ("`[heat_rejection.…]`", "heat_rejection"),
        ("`[[it]]`", "it"),
        (
            "My server is not in the catalogue",
            "my-server-is-not-in-the-catalogue",
        ),
        (
            "Five ways to cool 16,384 GPUs",
            "five-ways-to-cool-16384-gpus",
        ),
    ] {
        assert_eq!(anchor(heading), name);
    }
    let page = "# A\n```text\n# not one\n```\n## A\n";
    assert_eq!(anchors(page), ["a", "a-1"]);
    assert_eq!(targets("[a](b.md#c), `[x](y)`, [`d`](e)"), ["b.md#c", "e"]);
}
