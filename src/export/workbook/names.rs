//! Names of sheets and files that every program takes.

/// Most characters of a sheet's name, as UTF-16 counts them.
const LONGEST: usize = 31;
/// Most characters of a file's name before its ending.
const LONGEST_FILE: usize = 80;

/// The names of the sheets so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In lower case: spreadsheets do not tell `A` from `a`.
    taken: Vec<String>,
}

impl Names {
    /// A name like `wanted` that is legal and not taken.
    pub(super) fn next(&mut self, wanted: &str) -> String {
        let legal = legal(wanted);
        let mut name = cut(&legal, LONGEST);
        let mut number = 2;
        // Spreadsheets keep "History" for themselves.
        while self.taken.contains(&name.to_lowercase()) || name.eq_ignore_ascii_case("history") {
            let end = format!(" {number}");
            name = cut(&legal, LONGEST - end.len()) + &end;
            number += 1;
        }
        self.taken.push(name.to_lowercase());
        name
    }
}

fn legal(wanted: &str) -> String {
    let signs = wanted.chars().map(|sign| match sign {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '-',
        sign if sign.is_control() => ' ',
        sign => sign,
    });
    let text: String = signs.collect();
    let bare = text.trim().trim_matches('\'').trim();
    if bare.is_empty() {
        "Sheet".into()
    } else {
        bare.to_owned()
    }
}

fn cut(text: &str, longest: usize) -> String {
    let mut length = 0;
    let kept = text.chars().take_while(|sign| {
        length += sign.len_utf16();
        length <= longest
    });
    let kept: String = kept.collect();
    kept.trim_end().trim_end_matches('\'').to_owned()
}

/// `name` as the name of a file in the folder that is meant.
pub(super) fn file_name(name: &str) -> String {
    let signs = name.chars().map(|sign| match sign {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        sign if sign.is_control() => '-',
        sign => sign,
    });
    let name: String = signs.take(LONGEST_FILE).collect();
    let name = name.trim().trim_matches('.').to_owned();
    if name.is_empty() {
        "results".into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_sheets_are_legal_short_and_unlike() {
        let mut names = Names::default();
        for (wanted, name) in [
            ("Summary", "Summary"),
            ("summary", "summary 2"),
            ("a/b:c*d?e[f]g\\h", "a-b-c-d-e-f-g-h"),
            ("'quoted'", "quoted"),
            ("", "Sheet"),
            ("History", "History 2"),
            ("鳳凰城浸沒式冷卻", "鳳凰城浸沒式冷卻"),
            (
                "a name that is longer than a sheet's may be",
                "a name that is longer than a sh",
            ),
            (
                "A name that is longer than a sheet's may be, and its twin",
                "A name that is longer than a 2",
            ),
        ] {
            assert_eq!(names.next(wanted), name);
        }
    }

    #[test]
    fn names_of_files_stay_in_their_folder() {
        for (name, file) in [
            ("phoenix-air", "phoenix-air"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("..", "results"),
            ("鳳凰城", "鳳凰城"),
        ] {
            assert_eq!(file_name(name), file);
        }
    }

    proptest! {
        #[test]
        fn any_names_become_sheets(wanted in prop::collection::vec(".{0,40}", 1..12)) {
            let mut names = Names::default();
            let mut lower = Vec::new();
            for wanted in &wanted {
                let name = names.next(wanted);
                prop_assert!(rust_xlsxwriter::utility::check_sheet_name(&name).is_ok(), "{name:?}");
                prop_assert!(name.encode_utf16().count() <= LONGEST);
                prop_assert!(!lower.contains(&name.to_lowercase()), "{name:?} twice");
                lower.push(name.to_lowercase());
            }
        }
    }
}
