//! `docs/scenario.md` shows the keys as the program knows them.
//!
//! ```text
//! <!-- keys PATH -->     the keys of the table at PATH                 … <!-- end -->
//! <!-- kinds PATH -->    the tables of which PATH holds one
//! <!-- common PATH -->   the keys that all tables of which PATH holds one share; they are left out of each table's own
//! <!-- others PATH -->   all tables at and below PATH that nothing else shows
//!
//! COLDAISLE_WRITE_DOCS=1 cargo test --test cli scenario_document       writes them into the document
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use coldaisle::describe::schema::{Key, Table, at as at_path, family, tables as found};
use coldaisle::describe::unit;
use coldaisle::scenario::ranges::{plain, schema};
use serde_json::Value as Json;

/// Keys documented elsewhere: entries of the catalogue, in docs/catalogue.md.
const ELSEWHERE: [&str; 1] = ["catalogue"];

/// Choices whose kinds have a list of their own; others are listed with the key that holds them.
const FAMILIES: [&str; 5] = [
    "hall.cooling",
    "heat_rejection",
    "workload.trace",
    "scheduler",
    "event.what",
];

const HEAD: &str = "| key | takes | default | range | meaning |\n|---|---|---|---|---|\n";

/// All tables that are documented here.
fn tables() -> &'static [Table<'static>] {
    static ALL: LazyLock<Vec<Table<'static>>> = LazyLock::new(|| found(schema(), &ELSEWHERE));
    &ALL
}

fn row(key: &Key<'_>) -> String {
    let root = schema();
    let takes = match key.unit(root).as_deref() {
        Some(unit::NONE) if key.takes(root) == "number" && share(key) => "share".into(),
        None | Some(unit::NONE) => key.takes(root),
        Some(unit) => key
            .takes(root)
            .replacen("numbers", unit, 1)
            .replacen("number", unit, 1)
            .replace("whole ", ""),
    };
    let default = match key.default() {
        _ if key.required => "required".into(),
        Some(Json::Object(_)) => "its defaults".into(),
        Some(Json::Array(list)) if list.is_empty() => "none".into(),
        Some(value) => format!("`{}`", written(value)),
        None => "–".into(),
    };
    let range = key.range(root);
    // 2⁶³ is the end of whole numbers, not a limit of the key.
    let upper = |high: f64| {
        if high > 9.2e18 && high < 9.3e18 {
            "2⁶³ − 1".to_owned()
        } else {
            plain(high)
        }
    };
    let range = range.map(|(low, high)| format!("{} to {}", plain(low), upper(high)));
    let cells = [
        format!("`{}`", key.name),
        takes,
        default,
        range.unwrap_or_default(),
        meaning(key),
    ];
    format!(
        "| {} |\n",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

fn share(key: &Key<'_>) -> bool {
    key.range(schema())
        .is_some_and(|(low, high)| low >= 0.0 && high <= 1.0)
}

/// A value as a scenario has it.
fn written(value: &Json) -> String {
    match value {
        Json::Number(number) => plain(number.as_f64().unwrap()),
        Json::Array(list) => format!(
            "[{}]",
            list.iter().map(written).collect::<Vec<_>>().join(", ")
        ),
        other => other.to_string(),
    }
}

/// Meaning of a key, its words, and the doubt of its default.
fn meaning(key: &Key<'_>) -> String {
    let mut text = key.meaning(schema());
    let words = key.words(schema());
    if !words.is_empty() {
        let words = words
            .iter()
            .map(|(word, meaning)| match meaning.trim_end_matches('.') {
                "" => format!("`\"{word}\"`"),
                meaning => format!("`\"{word}\"` ({meaning})"),
            });
        write!(text, " One of {}.", words.collect::<Vec<_>>().join(", ")).unwrap();
    }
    let kinds = family(schema(), key.node);
    let listed = FAMILIES.iter().any(|path| {
        let listed = family(schema(), node(path));
        listed.first().map(|(_, kind)| std::ptr::from_ref(*kind))
            == kinds.first().map(|(_, kind)| std::ptr::from_ref(*kind))
    });
    if listed {
        let kinds = kinds.iter().map(|(name, _)| format!("`{name}`"));
        write!(text, " One of {}.", kinds.collect::<Vec<_>>().join(", ")).unwrap();
    } else if !kinds.is_empty() {
        let kinds = kinds
            .iter()
            .map(|(name, kind)| format!("`{name}` ({})", said(kind).trim_end_matches('.')));
        write!(text, " One of {}.", kinds.collect::<Vec<_>>().join(", ")).unwrap();
    }
    if let Some(range) = key.node["doubt"]["range"].as_array() {
        let reason = key.node["doubt"]["reason"].as_str().unwrap();
        write!(
            text,
            " *Unconfirmed*, credible {} to {}: {reason}.",
            written(&range[0]),
            written(&range[1])
        )
        .unwrap();
    }
    if let Some(source) = key.node["source"].as_str() {
        write!(text, " Source: {source}.").unwrap();
    }
    text
}

/// The keys that all tables of a choice share, by name.
fn common(path: &str) -> BTreeSet<String> {
    let mut shared: Option<BTreeSet<(String, String)>> = None;
    for (name, _) in family(schema(), node(path)) {
        let table = at(&format!("{path}.{name}"));
        let keys = table.iter().flat_map(|table| table.keys());
        let keys = keys
            .map(|key| (key.name.to_owned(), key.node.to_string()))
            .collect();
        shared = Some(match shared {
            None => keys,
            Some(before) => before.intersection(&keys).cloned().collect(),
        });
    }
    shared
        .unwrap_or_default()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// The node at a path.
fn node(path: &str) -> &'static Json {
    at_path(schema(), path)
        .first()
        .copied()
        .unwrap_or_else(|| panic!("no table at {path:?}"))
}

/// The tables at a path.
fn at(path: &str) -> Vec<&'static Table<'static>> {
    let all = tables().iter();
    all.filter(|table| table.paths.iter().any(|one| one == path))
        .collect()
}

/// A table of keys, without those that are shown once for all of its kind.
fn keys(table: &Table<'_>, shared: &BTreeSet<String>) -> String {
    let rows: String = table
        .keys()
        .filter(|key| !shared.contains(key.name))
        .map(|key| row(&key))
        .collect();
    if rows.is_empty() {
        "No keys of its own.\n".into()
    } else {
        format!("{HEAD}{rows}")
    }
}

/// Description of a kind.
fn said(kind: &Json) -> String {
    let said = kind["description"].as_str().unwrap_or_default();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kinds(path: &str) -> String {
    let mut text = String::from("| table | what it is |\n|---|---|\n");
    for (name, kind) in family(schema(), node(path)) {
        writeln!(text, "| `[{path}.{name}]` | {} |", said(kind)).unwrap();
    }
    text
}

/// Where a table is given, as headers have it; what all tables of a choice hold is written once for them: `scheduler.….order`.
fn headers(table: &Table<'_>, page: &Page<'_>) -> String {
    let mut headers: Vec<String> = Vec::new();
    for path in &table.paths {
        let shared = page.markers.iter().filter(|(what, _)| *what == "common");
        let mut short = shared.filter_map(|(_, family)| {
            let (kind, rest) = path
                .strip_prefix(family)?
                .strip_prefix('.')?
                .split_once('.')?;
            let key = rest.split('.').next()?;
            (!kind.is_empty() && common(family).contains(key)).then(|| format!("{family}.….{rest}"))
        });
        let header = format!("`[{}]`", short.next_back().unwrap_or_else(|| path.clone()));
        if !headers.contains(&header) {
            headers.push(header);
        }
    }
    headers.join(", ")
}

/// What a table says of itself, below a header that names it already.
fn about(table: &Table<'_>) -> String {
    let said = table.meaning();
    let rest = said
        .starts_with('`')
        .then(|| said.split_once("`: "))
        .flatten()
        .map(|(_, rest)| rest);
    let Some(rest) = rest else { return said };
    let mut letters = rest.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A page's markers: what, of which table.
fn markers(page: &str) -> Vec<(&str, &str)> {
    let lines = page
        .lines()
        .filter_map(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->"));
    let said = lines.map(|line| line.split_once(' ').unwrap_or((line, "")));
    said.filter(|(what, _)| ["keys", "kinds", "common", "others"].contains(what))
        .collect()
}

/// The tables that a page shows by name, and all keys that it shows once for a kind.
struct Page<'p> {
    markers: Vec<(&'p str, &'p str)>,
}

impl Page<'_> {
    fn shows(&self, table: &Table<'_>) -> bool {
        let mut keys = self.markers.iter().filter(|(what, _)| *what == "keys");
        keys.any(|(_, path)| table.paths.iter().any(|one| one == path))
    }

    fn shared(&self, table: &Table<'_>) -> BTreeSet<String> {
        let shown = self.markers.iter().filter(|(what, _)| *what == "common");
        let of = shown.filter(|(_, family)| {
            table.paths.iter().any(|path| {
                path.rsplit_once('.')
                    .is_some_and(|(above, _)| above == *family)
            })
        });
        of.flat_map(|(_, family)| common(family)).collect()
    }

    fn others(&self, under: &str) -> Vec<&'static Table<'static>> {
        let below = |path: &str, under: &str| {
            path == under || under.is_empty() || path.starts_with(&format!("{under}."))
        };
        // Of several places that would list it the nearest does.
        let nearest = |path: &str| {
            let lists = self
                .markers
                .iter()
                .filter(|(what, under)| *what == "others" && below(path, under));
            lists
                .map(|(_, under)| *under)
                .max_by_key(|under| under.len())
                == Some(under)
        };
        let all = tables().iter();
        let mut others: Vec<_> = all
            .filter(|table| !self.shows(table) && nearest(&table.paths[0]))
            .collect();
        // A family's own tables before what they hold, all of one kind together.
        others.sort_by(|a, b| a.paths[0].cmp(&b.paths[0]));
        others
    }

    /// Whether a list of its kinds says what the table is.
    fn is_kind(&self, table: &Table<'_>) -> bool {
        let mut kinds = self.markers.iter().filter(|(what, _)| *what == "kinds");
        kinds.any(|(_, family)| {
            let above = table.paths[0].rsplit_once('.').map(|(above, _)| above);
            above == Some(*family)
        })
    }

    /// Header, what it is, and keys of all other tables under a path: kinds that take the same keys share a section, those
    /// without keys of their own have none.
    fn sections(&self, under: &str) -> Vec<(String, String, String)> {
        let mut sections: Vec<(String, String, String)> = Vec::new();
        for table in self.others(under) {
            let keys = keys(table, &self.shared(table));
            let header = headers(table, self);
            if !self.is_kind(table) {
                sections.push((header, about(table), keys));
            } else if let Some(same) = sections.iter_mut().find(|(.., known)| *known == keys) {
                same.0 = format!("{}, {header}", same.0);
                same.1.clear();
            } else if keys.starts_with(HEAD) {
                sections.push((header, about(table), keys));
            }
        }
        sections
    }

    fn block(&self, what: &str, path: &str) -> String {
        match what {
            "kinds" => kinds(path),
            "common" => {
                let names = common(path);
                let kind = family(schema(), node(path))[0].0;
                let table = at(&format!("{path}.{kind}")).remove(0);
                let shared = table.keys().filter(|key| names.contains(key.name));
                format!("{HEAD}{}", shared.map(|key| row(&key)).collect::<String>())
            }
            "keys" => {
                let tables = at(path);
                assert!(
                    !tables.is_empty(),
                    "docs/scenario.md shows {path}, which is not a table of keys"
                );
                let tables = tables.iter().map(|table| keys(table, &self.shared(table)));
                tables.collect::<Vec<_>>().join("\n")
            }
            _ => {
                let mut text = String::new();
                for (header, about, keys) in self.sections(path) {
                    let about = if about.is_empty() {
                        about
                    } else {
                        format!("{about}\n\n")
                    };
                    write!(text, "\n### {header}\n\n{about}{keys}").unwrap();
                }
                if !text.is_empty() {
                    text.push('\n');
                }
                text
            }
        }
    }
}

#[test]
fn the_document_shows_every_table_and_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let page = Page {
        markers: markers(&stands),
    };
    for table in tables() {
        let mut others = page.markers.iter().filter(|(what, _)| *what == "others");
        let listed = others.any(|(_, under)| {
            page.others(under)
                .iter()
                .any(|other| other.paths == table.paths)
        });
        assert!(
            page.shows(table) || listed,
            "docs/scenario.md lacks the table {:?}: put <!-- keys PATH --> or <!-- others PATH --> there",
            table.paths
        );
    }
    for family in FAMILIES {
        assert!(
            page.markers.contains(&("kinds", family)),
            "docs/scenario.md lacks <!-- kinds {family} -->"
        );
    }
    let mut wanted = String::new();
    let mut rest = stands.as_str();
    for (what, path) in &page.markers {
        let begin = format!("<!-- {what} {path} -->\n").replace("  ", " ");
        let (before, after) = rest.split_once(&begin).unwrap();
        let (_, behind) = after
            .split_once("<!-- end -->\n")
            .expect("a marker has its end");
        writeln!(
            wanted,
            "{before}{begin}{}<!-- end -->",
            page.block(what, path)
        )
        .unwrap();
        rest = behind;
    }
    wanted.push_str(rest);
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(
        wanted == stands,
        "docs/scenario.md is out of date; `COLDAISLE_WRITE_DOCS=1 cargo test --test cli scenario_document` writes it"
    );
}
