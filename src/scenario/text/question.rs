//! The question that a file opens with: its first comment.

/// No question is longer, characters.
const LONGEST: usize = 600;

/// The first paragraph of the comment at the top of a scenario, a study or a forecast, in one line; None where there is none. A
/// line of `#` alone ends it, and whatever is no comment. Lines for editors (`#:schema …`) are no part of it, nor are characters
/// that control a terminal or turn the direction of writing. What is longer than 600 characters ends with a whole word and `…`.
pub fn question(text: &str) -> Option<String> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let lines = lines
        .skip_while(|line| line.is_empty() || line.starts_with("#:"))
        .map_while(|line| line.strip_prefix('#'))
        .map(plain);
    let mut paragraph = String::new();
    for line in lines {
        let words = line.split_whitespace();
        let before = paragraph.len();
        for word in words {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(word);
        }
        // An empty line ends the paragraph, but for those above it. Far more than is kept is not looked at.
        let empty = paragraph.len() == before;
        if empty && !paragraph.is_empty() || paragraph.len() > 8 * LONGEST {
            break;
        }
    }
    (!paragraph.is_empty()).then(|| shortened(paragraph))
}

/// Without characters that are not seen but act.
fn plain(line: &str) -> String {
    let acts = |c: char| {
        let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        c != '\t' && (c.is_control() || turns)
    };
    line.chars().filter(|c| !acts(*c)).collect()
}

/// As much as is kept, up to the end of a word where it has one.
fn shortened(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    // One more than fits beside the mark: a word may end there.
    let mut kept: String = text.chars().take(LONGEST).collect();
    if let Some(end) = kept.rfind(' ') {
        kept.truncate(end);
    } else {
        kept.pop();
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MOST: usize = 600;

    #[test]
    fn the_first_paragraph_is_the_question() {
        for (text, found) in [
            ("# What is it?\n#\n# More.\nname = 1", Some("What is it?")),
            ("#What  is\n#\tit?\nname = 1 # no", Some("What is it?")),
            ("\u{feff}\n#:schema x.json\n#\n# Why?\n\n# no", Some("Why?")),
            (
                "# What\u{1b}[31m is\u{202e} it?\r\nname = 1",
                Some("What[31m is it?"),
            ),
            ("name = 1\n# What is it?", None),
            ("#\n#\nname = 1", None),
            ("", None),
        ] {
            assert_eq!(question(text).as_deref(), found, "{text:?}");
        }
    }

    /// 150 words of three letters and a space are 600 characters; the last word and the mark do not fit both.
    #[test]
    fn a_long_one_ends_with_a_word() {
        let text = format!("# {}", "abc ".repeat(150));
        let found = question(&text).unwrap();
        assert_eq!(found, "abc ".repeat(150).trim_end());
        let longer = question(&format!("{text} abc")).unwrap();
        assert!(
            longer.ends_with("c abc…") && longer.chars().count() <= MOST,
            "{longer}"
        );
        let word = question(&format!("# {}", "ü".repeat(700))).unwrap();
        assert_eq!(word.chars().count(), MOST);
    }

    proptest! {
        /// Whatever a file holds, it is one line of at most 600 characters without controls.
        #[test]
        fn it_is_one_short_line(text in "(#?[ #\\PC\\x00-\\x1f]{0,200}\n){0,12}") {
            if let Some(found) = question(&text) {
                prop_assert!(!found.is_empty() && found.chars().count() <= MOST);
                prop_assert!(!found.chars().any(char::is_control), "{found:?}");
                prop_assert_eq!(found.trim(), &found);
            }
        }
    }
}
