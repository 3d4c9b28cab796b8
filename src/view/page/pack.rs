//! Tables as text of a page: numbers of 8, 16 or 32 bits, little-endian, in base64; sentences as their words and their figures.

use std::collections::HashMap;

use serde::Serialize;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

pub(super) fn floats(values: impl IntoIterator<Item = f32>) -> String {
    let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
    base64(&bytes)
}

/// Whole numbers in as few bits as hold them all.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    bits: u8,
    data: String,
}

impl Whole {
    pub(super) fn of(values: &[u32]) -> Self {
        let most = values.iter().copied().max().unwrap_or(0);
        let of = |width: usize| -> Vec<u8> {
            let all = values.iter();
            all.flat_map(|value| value.to_le_bytes().into_iter().take(width))
                .collect()
        };
        let (bits, bytes) = match most {
            0..=0xff => (8, of(1)),
            0x100..=0xffff => (16, of(2)),
            _ => (32, of(4)),
        };
        Self {
            bits,
            data: base64(&bytes),
        }
    }
}

/// A column in 65,535 steps between its ends; the last code stands for what is not known.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    low: f64,
    step: f64,
    data: String,
}

const UNKNOWN: u16 = u16::MAX;

impl Column {
    /// None where nothing is known.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let known = values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return None;
        }
        let step = (high - low) / f64::from(UNKNOWN - 1);
        let code = |value: &f64| match value.is_finite() {
            true if step > 0.0 => ((value - low) / step).round() as u16,
            true => 0,
            false => UNKNOWN,
        };
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| code(value).to_le_bytes())
            .collect();
        Some(Self {
            low,
            step,
            data: base64(&bytes),
        })
    }
}

/// Texts that differ in their figures: each is one of a few forms, with figures out of a list in its gaps.
#[derive(Debug, Default)]
pub(super) struct Texts {
    forms: Index,
    figures: Index,
    /// By field: the form of each moment.
    used: Vec<Vec<u32>>,
    filled: Vec<u32>,
    /// Where the figures of a moment begin.
    begins: Vec<u32>,
}

#[derive(Debug, Default)]
struct Index {
    places: HashMap<String, u32>,
    all: Vec<String>,
}

impl Index {
    fn place(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.all.len() as u32;
        self.places.insert(text.to_owned(), place);
        self.all.push(text.to_owned());
        place
    }
}

/// Marks a gap; no text of a scenario holds it, since TOML forbids it.
const GAP: char = '\u{1}';

/// The form of a text and the figures in its gaps.
fn parted(text: &str) -> (String, Vec<&str>) {
    let (mut form, mut figures) = (String::with_capacity(text.len()), Vec::new());
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while at < text.len() {
        let from = at;
        while is_digit(at) || (at > from && matches!(bytes[at], b'.' | b',') && is_digit(at + 1)) {
            at += 1;
            if at == text.len() {
                break;
            }
        }
        if at > from {
            form.push(GAP);
            figures.push(&text[from..at]);
            continue;
        }
        let next = text[at..].chars().next().unwrap_or(GAP);
        if next != GAP {
            form.push(next);
        }
        at += next.len_utf8();
    }
    (form, figures)
}

impl Texts {
    /// Adds what is said at the next moment, the same fields in the same order each time.
    pub(super) fn add(&mut self, fields: &[String]) {
        self.used.resize_with(fields.len(), Vec::new);
        self.begins.push(self.filled.len() as u32);
        for (field, used) in fields.iter().zip(&mut self.used) {
            let (form, figures) = parted(field);
            used.push(self.forms.place(&form));
            for figure in figures {
                self.filled.push(self.figures.place(figure));
            }
        }
    }

    /// Bytes of the next moments, each.
    pub(super) fn bytes_each(&self) -> usize {
        let moments = self.begins.len().max(1);
        (2 * self.filled.len()).div_ceil(moments) + 4 + self.used.len()
    }

    pub(super) fn pack(self) -> PackedTexts {
        PackedTexts {
            forms: self.forms.all,
            figures: self.figures.all,
            used: self.used.iter().map(|used| Whole::of(used)).collect(),
            filled: Whole::of(&self.filled),
            begins: Whole::of(&self.begins),
        }
    }
}

/// The same as it stands in a page.
#[derive(Debug, Serialize)]
pub(super) struct PackedTexts {
    forms: Vec<String>,
    figures: Vec<String>,
    used: Vec<Whole>,
    filled: Whole,
    begins: Whole,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn a_text_is_its_form_and_its_figures() {
        let text = "north 2: chip 65.9 °C, $1,277/h. Wet 20.8)";
        let (form, figures) = parted(text);
        assert_eq!(figures, ["2", "65.9", "1,277", "20.8"]);
        let mut whole = String::new();
        let mut left = figures.iter();
        for each in form.chars() {
            match each {
                GAP => whole.push_str(left.next().unwrap()),
                other => whole.push(other),
            }
        }
        assert_eq!(whole, text);
        assert_eq!(parted("3.").0, "\u{1}.");
        assert_eq!(parted("–").1, Vec::<&str>::new());
    }

    #[test]
    fn a_column_holds_its_values_and_its_gaps() {
        let column = Column::of(&[20.0, f64::NAN, 87.0]).unwrap();
        assert_eq!(column.low, 20.0);
        assert!((column.low + 65534.0 * column.step - 87.0).abs() < 1e-9);
        assert_eq!(
            column.data,
            base64(&[0, 0, 0xff, 0xff, 0xfe, 0xff]),
            "two bytes each, low first"
        );
        assert!(Column::of(&[f64::NAN]).is_none());
        assert_eq!(Column::of(&[3.0, 3.0]).unwrap().step, 0.0);
    }

    #[test]
    fn whole_numbers_take_what_they_need() {
        assert_eq!(Whole::of(&[1, 255]).bits, 8);
        assert_eq!(Whole::of(&[1, 256]).bits, 16);
        assert_eq!(Whole::of(&[1, 65_536]).bits, 32);
    }
}
