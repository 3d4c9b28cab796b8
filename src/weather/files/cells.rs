//! Rows of a weather file: cells between commas, and the numbers in them.
//!
//! ```text
//! 25.6      m = 256, k = 1: m/10^k     both are exact up to 2^53 and 10^22, so that the quotient is the nearest number
//! others    (exponents, more than 15 digits, what is no number) are left to the standard library
//! ```
//!
//! Source of the rule: Clinger, "How to read floating point numbers accurately", PLDI 1990.

/// Powers of ten that divide without rounding.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// The cells of one row. They are trimmed of blanks and quotes when they are looked at: most never are.
#[derive(Debug, Default)]
pub(in crate::weather) struct Cells<'a> {
    text: &'a str,
    /// Where each cell ends: at a comma, or at the end of the row.
    ends: Vec<usize>,
}

impl<'a> Cells<'a> {
    /// Cuts a row into its cells. Empty ones behind the first `most` do not count.
    pub(super) fn cut(&mut self, text: &'a str, most: usize) {
        self.text = text;
        self.ends.clear();
        let (words, rest) = text.as_bytes().as_chunks();
        for (at, word) in (0..).step_by(8).zip(words) {
            let mut commas = commas(u64::from_le_bytes(*word));
            while commas != 0 {
                self.ends.push(at + (commas.trailing_zeros() / 8) as usize);
                commas &= commas - 1;
            }
        }
        let after = text.len() - rest.len();
        let rest = rest.iter().enumerate().filter(|(_, byte)| **byte == b',');
        self.ends.extend(rest.map(|(at, _)| after + at));
        self.ends.push(text.len());
        while self.count() > most && self.get(self.count() - 1).is_empty() {
            self.ends.pop();
        }
    }

    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of a cell; empty where the row has none there.
    pub(super) fn get(&self, index: usize) -> &'a str {
        self.raw(index).trim().trim_matches('"')
    }

    /// The number in a cell, where it is a plain decimal; None may still be a number of another form.
    #[inline]
    pub(super) fn decimal(&self, index: usize) -> Option<f64> {
        let (from, end) = self.place(index)?;
        decimal(self.text.as_bytes().get(from..end)?)
    }

    fn raw(&self, index: usize) -> &'a str {
        let place = self.place(index);
        place.map_or("", |(from, end)| &self.text[from..end])
    }

    #[inline]
    fn place(&self, index: usize) -> Option<(usize, usize)> {
        let end = *self.ends.get(index)?;
        let from = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] + 1);
        Some((from, end))
    }
}

/// The highest bit of each byte that is a comma.
#[inline]
fn commas(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // A byte is zero after this where it was a comma.
    let word = word ^ u64::from_ne_bytes([b','; 8]);
    !(((word & LOW) + LOW) | word | LOW)
}

/// The value of `-12.50`: digits with at most one point and a sign.
#[inline]
pub(in crate::weather) fn decimal(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        _ => (false, text),
    };
    // With the point, 15 digits at most.
    if digits.len() > 16 {
        return None;
    }
    let (mut whole, mut point) = (0_u64, None);
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            whole = 10 * whole + u64::from(digit);
        } else if *byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    let count = digits.len() - usize::from(point.is_some());
    if count == 0 || count == POWERS.len() {
        return None;
    }
    let behind = point.map_or(0, |at| count - at);
    let value = whole as f64 / POWERS[behind];
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_decimals_and_no_others() {
        let read = |text: &str| decimal(text.as_bytes());
        for (text, value) in [
            ("25.6", 25.6),
            ("-0.1", -0.1),
            ("7", 7.0),
            ("5.", 5.0),
            (".5", 0.5),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        assert!(read("-0").is_some_and(|zero| zero == 0.0 && zero.is_sign_negative()));
        for text in [
            "",
            "-",
            ".",
            "-.",
            "+5",
            "1e3",
            " 7",
            "7 ",
            "1.2.3",
            "--1",
            "nan",
            "1234567890123456",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        /// To the bit what the standard library reads.
        #[test]
        fn decimals_are_those_of_the_library(text in "-?[0-9]{0,9}\\.?[0-9]{0,8}") {
            if let Some(value) = decimal(text.as_bytes()) {
                prop_assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits());
            }
        }

        /// The cells that splitting at each comma gives.
        #[test]
        fn cells_lie_between_commas(text in "[0-9,,,é \"\t-]{0,60}", most in 1..12_usize) {
            let mut expected: Vec<&str> = text.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
            while expected.len() > most && expected.last() == Some(&"") {
                expected.pop();
            }
            let mut cells = Cells::default();
            cells.cut(&text, most);
            let found: Vec<&str> = (0..cells.count()).map(|index| cells.get(index)).collect();
            prop_assert_eq!(&found, &expected);
        }
    }
}
