//! From a key to its place in a text, and from a place to its key.

use std::fmt::Write as _;
use std::ops::Range;

use toml_edit::{Document, Item, Table, TableLike, Value};

/// Something that a key leads to.
#[derive(Clone, Copy)]
enum Node<'a> {
    Item(&'a Item),
    /// One of `[[hall]]`.
    Entry(&'a Table),
    /// Inside a list in brackets.
    Value(&'a Value),
}

impl<'a> Node<'a> {
    fn span(self) -> Option<Range<usize>> {
        match self {
            Self::Item(item) => item.span(),
            Self::Entry(table) => table.span(),
            Self::Value(value) => value.span(),
        }
    }

    fn table(self) -> Option<&'a dyn TableLike> {
        match self {
            Self::Item(item) => item.as_table_like(),
            Self::Entry(table) => Some(table),
            Self::Value(value) => Some(value.as_inline_table()?),
        }
    }

    fn entry(self, index: usize) -> Option<Self> {
        let list = match self {
            Self::Item(Item::ArrayOfTables(tables)) => return tables.get(index).map(Self::Entry),
            Self::Item(item) => item.as_array()?,
            Self::Value(value) => value.as_array()?,
            Self::Entry(_) => return None,
        };
        list.get(index).map(Self::Value)
    }

    fn entries(self) -> impl Iterator<Item = Self> {
        (0..).map_while(move |index| self.entry(index))
    }

    /// The key in a table, or the number or name of an entry in a list; with what it is called there.
    fn child(self, part: &str) -> Option<(String, Self)> {
        if let Some(table) = self.table() {
            return table.get(part).map(|item| (part.into(), Self::Item(item)));
        }
        let named = || {
            self.entries().position(|entry| {
                let name = entry.table().and_then(|table| table.get("name"));
                name.and_then(Item::as_str) == Some(part)
            })
        };
        let numbered = part.parse().ok().filter(|n| self.entry(*n).is_some());
        let index: usize = numbered.or_else(named)?;
        Some((index.to_string(), self.entry(index)?))
    }
}

/// The place of a dotted key (`hall[0].server`, `workload.pretraining.models[1]`): the value where it exists, else
/// the innermost table that would hold it.
pub fn locate(text: &str, key: &str) -> Option<Range<usize>> {
    let parts = parts(key);
    walk(text, parts.iter().map(String::as_str)).1
}

/// The dotted key of a path; a part that holds more than letters, digits, - and _ is put in quotes, as TOML has it.
pub fn dotted(path: &[&str]) -> String {
    let bare = |part: &str| {
        let mut signs = part.bytes();
        !part.is_empty() && signs.all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign))
    };
    let quoted = |part: &&str| {
        if bare(part) {
            (*part).to_owned()
        } else {
            format!("\"{part}\"")
        }
    };
    path.iter().map(quoted).collect::<Vec<_>>().join(".")
}

/// The place of a key that exists, not of a table around it: of its name where that is `marked`, else of its value.
pub(super) fn exactly(text: &str, parts: &[String], marked: &str) -> Option<Range<usize>> {
    let (found, place) = walk(text, parts.iter().map(String::as_str));
    let place = place.filter(|_| found.len() == parts.len())?;
    let Some(name) = parts.last().filter(|name| *name == marked) else {
        return Some(place);
    };
    let document = Document::parse(text).ok()?;
    let mut node = Node::Item(document.as_item());
    for part in &parts[..parts.len() - 1] {
        node = node.child(part)?.1;
    }
    let key = node.table().and_then(|table| table.key(name));
    Some(key.and_then(toml_edit::Key::span).unwrap_or(place))
}

/// A dotted key as the text has it, with the numbers of entries in place of their names; what is not there stays as it is.
pub(super) fn numbered(text: &str, key: &str) -> Vec<String> {
    let parts = parts(key);
    let (mut found, _) = walk(text, parts.iter().map(String::as_str));
    let rest = found.len();
    found.extend(parts.into_iter().skip(rest));
    found
}

fn parts(key: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for sign in key.chars() {
        match sign {
            '"' => quoted = !quoted,
            '.' | '[' if !quoted => parts.push(std::mem::take(&mut part).trim().to_owned()),
            ']' if !quoted => {}
            sign => part.push(sign),
        }
    }
    parts.push(part.trim().to_owned());
    parts
}

/// As far along a key as the text has it, and the innermost place on that way.
fn walk<'a>(
    text: &str,
    parts: impl Iterator<Item = &'a str>,
) -> (Vec<String>, Option<Range<usize>>) {
    let (mut found, mut place) = (Vec::new(), None);
    let Ok(document) = Document::parse(text) else {
        return (found, place);
    };
    let mut node = Node::Item(document.as_item());
    for part in parts {
        let Some((name, next)) = node.child(part) else {
            break;
        };
        node = next;
        place = node.span().or(place);
        found.push(name);
    }
    (found, place)
}

/// The key whose name or value is at a place: the innermost that holds all of it.
pub(super) fn key_at(text: &str, place: &Range<usize>) -> Option<Vec<String>> {
    let document = Document::parse(text).ok()?;
    let mut best = None;
    let mut path = Vec::new();
    search(Node::Item(document.as_item()), place, &mut path, &mut best);
    best.map(|(_, path)| path)
}

type Best = Option<(usize, Vec<String>)>;

fn search(node: Node<'_>, place: &Range<usize>, path: &mut Vec<String>, best: &mut Best) {
    offer(node.span(), place, path, best);
    if let Some(table) = node.table() {
        for (name, item) in table.iter() {
            path.push(name.to_owned());
            let key = table.key(name).and_then(toml_edit::Key::span);
            offer(key, place, path, best);
            search(Node::Item(item), place, path, best);
            path.pop();
        }
    } else {
        for (index, entry) in node.entries().enumerate() {
            path.push(index.to_string());
            search(entry, place, path, best);
            path.pop();
        }
    }
}

/// A path as a key: `hall.0.racks` is `hall[0].racks`.
pub(super) fn indexed(path: &[String]) -> String {
    let mut key = String::new();
    for part in path {
        if part.bytes().all(|sign| sign.is_ascii_digit()) {
            let _ = write!(key, "[{part}]");
        } else {
            let dot = if key.is_empty() { "" } else { "." };
            let _ = write!(key, "{dot}{}", dotted(&[part]));
        }
    }
    key
}

/// Takes a key whose span holds the place and is no longer than the best so far.
fn offer(span: Option<Range<usize>>, place: &Range<usize>, path: &[String], best: &mut Best) {
    if let Some(span) = span
        && span.start <= place.start
        && place.end <= span.end
        && best.as_ref().is_none_or(|(size, _)| span.len() <= *size)
        && !path.is_empty()
    {
        *best = Some((span.len(), path.to_vec()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = 'x' # kept\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = 'north'\nracks = 4\n\
                        [hall.cooling.air]\n[workload.pretraining]\nmodels = [{ gpus = 8 }, { gpus = [1, 2] }]\n";

    #[test]
    fn keys_are_found_again() {
        let part = |key: &str| locate(TEXT, key).map(|span| &TEXT[span]);
        assert_eq!(part("site.climate"), Some("'phoenix'"));
        assert_eq!(part("hall[0].racks"), Some("4"));
        assert_eq!(part("hall[0].cooling.air"), Some("[hall.cooling.air]"));
        assert_eq!(part("workload.pretraining.models[0].gpus"), Some("8"));
        assert_eq!(part("workload.pretraining.models[1].gpus[1]"), Some("2"));
        assert!(part("hall[0].server").is_some());
        assert_eq!(part("nowhere.at.all"), None);
        let names = "[models.\"a.b [c]\"]\nlayers = 3\n";
        let key = dotted(&["models", "a.b [c]", "layers"]);
        assert_eq!(key, "models.\"a.b [c]\".layers");
        assert_eq!(locate(names, &key).map(|span| &names[span]), Some("3"));
    }

    #[test]
    fn places_lead_back_to_their_keys() {
        for key in [
            "site.climate",
            "hall.0.racks",
            "hall.0.cooling.air",
            "workload.pretraining.models.0.gpus",
            "workload.pretraining.models.1.gpus.1",
        ] {
            let place = locate(TEXT, key).unwrap();
            assert_eq!(key_at(TEXT, &place).unwrap().join("."), key);
        }
        // The name of a key is its place too.
        let at = TEXT.find("racks").unwrap();
        assert_eq!(
            key_at(TEXT, &(at..at + 5)).unwrap().join("."),
            "hall.0.racks"
        );
        assert_eq!(
            numbered(TEXT, "hall.north.racks.x").join("."),
            "hall.0.racks.x"
        );
    }
}
