//! How a fault is shown to a person: what is wrong, the place with a mark under it, and the cure.

use std::borrow::Cow;
use std::ops::Range;

use super::{Excerpt, Fault, Place};

impl Fault {
    /// The report at the edge: what, place, the line with a mark under it, cure; 80 characters wide as far as
    /// words and paths allow.
    pub fn report(&self, colour: bool) -> String {
        let (red, bold, plain) = if colour {
            ("\u{1b}[31;1m", "\u{1b}[1m", "\u{1b}[0m")
        } else {
            ("", "", "")
        };
        let Place::Text(excerpt) = &self.place else {
            let report = self.without_excerpt();
            return report.replacen("Error", &format!("{red}Error{plain}"), 1);
        };
        let (line, _) = excerpt.line_column();
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let Excerpt { text, span, .. } = &**excerpt;
        let shown = Shown::new(text, span, WIDTH - margin.len() - " | ".len());
        let what = paragraph(&self.what, "Error: ", "       ", WIDTH).replacen("Error", "", 1);
        let mut report = format!(
            "{red}Error{plain}{bold}{what}{plain}\n\
             {margin}--> {excerpt}\n\
             {margin} |\n\
             {number} | {}\n\
             {margin} | {}{red}{}{plain}",
            shown.line,
            " ".repeat(shown.before),
            "^".repeat(shown.marked)
        );
        if !self.cure.is_empty() {
            let (first, rest) = (format!("{margin} = "), format!("{margin}   "));
            report = report + "\n" + &paragraph(&self.cure, &first, &rest, WIDTH);
        }
        report
    }

    fn without_excerpt(&self) -> String {
        let place = match &self.place {
            Place::Key(key) => format!("{key}: "),
            place => place.to_string(),
        };
        let mut text = paragraph(&format!("{place}{}", self.what), "Error: ", "  ", WIDTH);
        if !self.cure.is_empty() {
            text.push('\n');
            text.push_str(&paragraph(&self.cure, "  ", "  ", WIDTH));
        }
        text
    }
}

/// Width of reports: what every terminal shows.
const WIDTH: usize = 80;

/// The line of a mistake as it is shown: cut where it is long, without tabs and control characters.
struct Shown {
    line: String,
    /// Characters before the mark.
    before: usize,
    /// Characters to be marked, at least one.
    marked: usize,
}

impl Shown {
    /// A window of at most `room` characters around the beginning of `span`, which lies on character boundaries.
    fn new(text: &str, span: &Range<usize>, room: usize) -> Self {
        let start = text[..span.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let length = text[start..].find('\n').unwrap_or(text.len() - start);
        let line = text[start..start + length].trim_end();
        let before = text[start..span.start].chars().count();
        let marked = text[span.start..span.end.min(start + length)].trim_end();
        let marked = marked.chars().count().max(1);
        let all = line.chars().count();
        let from = if all > room && before + marked + 1 > room {
            before.saturating_sub(room / 3)
        } else {
            0
        };
        let last = all.min(from + room);
        let cut = |(index, c): (usize, char)| match c {
            _ if index == from && from > 0 => '…',
            _ if index + 1 == last && last < all => '…',
            c if plain(c) => c,
            _ => ' ',
        };
        let before = (before - from).min(room - 1);
        Self {
            line: line
                .chars()
                .enumerate()
                .take(last)
                .skip(from)
                .map(cut)
                .collect(),
            before,
            marked: marked.min(room - before),
        }
    }
}

/// Shown as it is: no control character, and none of the line ends that only some programs know.
fn plain(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// The words of a text in lines of at most `room` characters; a longer word keeps a line of its own.
pub fn lines(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = shortened(word).chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            let word = shortened(word);
            line.extend(word.chars().map(|c| if plain(c) { c } else { '·' }));
            used += length;
        }
    }
    lines
}

/// A word with its long numbers as a person writes them: 1e300 in place of three hundred zeros.
fn shortened(word: &str) -> Cow<'_, str> {
    const LONG: usize = 20;
    let digit = |c: char| c.is_ascii_digit() || c == '.';
    let Some(start) = word.find(digit).filter(|_| word.len() > LONG) else {
        return Cow::Borrowed(word);
    };
    let end = word[start..]
        .find(|c| !digit(c))
        .map_or(word.len(), |end| start + end);
    let number = word[start..end].trim_end_matches('.');
    let whole = number.find('.').unwrap_or(number.len());
    // 0.1 + 0.2 has seventeen places and is not meant.
    let tiny = number.starts_with("0.0000000000");
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() && (whole > LONG || tiny) => Cow::Owned(format!(
            "{}{value:e}{}",
            &word[..start],
            &word[start + number.len()..]
        )),
        _ => Cow::Borrowed(word),
    }
}

/// A text in lines of at most `width` characters: the first begins with `first`, the others with `rest`.
pub fn paragraph(text: &str, first: &str, rest: &str, width: usize) -> String {
    let indent = first.chars().count().max(rest.chars().count());
    let lines = lines(text, width.saturating_sub(indent));
    format!("{first}{}", lines.join(&format!("\n{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_marks_the_place_and_stays_within_eighty_columns() {
        let text = format!(
            "a = 1\n\tkey = {}\"wrong\" # {}\n",
            "0, ".repeat(60),
            "x".repeat(90)
        );
        let at = text.find("\"wrong\"").unwrap();
        let report = Fault::new("an unknown name ".repeat(6), "use another ".repeat(12))
            .in_text(&text, at..at + 7)
            .in_file("a.toml", None)
            .report(false);
        assert!(
            report.lines().all(|line| line.chars().count() <= 80),
            "{report}"
        );
        assert!(report.contains("--> a.toml:2:188"), "{report}");
        let shown = report
            .lines()
            .find(|line| line.starts_with("2 | …"))
            .unwrap();
        let mark = report.lines().find(|line| line.contains('^')).unwrap();
        let under: String = shown
            .chars()
            .zip(mark.chars())
            .filter(|(_, mark)| *mark == '^')
            .map(|(c, _)| c)
            .collect();
        assert_eq!(under, "\"wrong\"");
        assert!(!report.contains(['\t', '\u{1b}']));
    }

    /// Every place in any text can be shown, the end included.
    #[test]
    fn no_place_is_too_strange_to_show() {
        for text in [
            "",
            "\n",
            "a",
            "a\r\n\u{0}\u{1b}[31m\u{2028}ä",
            &"ö = ".repeat(100),
        ] {
            for start in 0..=text.len() {
                for end in [start, start + 1, text.len(), usize::MAX] {
                    let report = Fault::new("x", "").in_text(text, start..end).report(false);
                    assert!(report.contains('^'));
                    let wide = report.lines().map(|line| line.chars().count()).max();
                    assert!(wide <= Some(80), "{report}");
                    assert!(report.chars().all(|c| c == '\n' || plain(c)), "{report:?}");
                }
            }
        }
    }
}
