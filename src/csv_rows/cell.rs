//! Content of a cell: a number, with or without its unit, or a sign that there is none.

use super::unit::{self, Kind};
use crate::describe::Fault;

/// Whether the cell is a common mark of a missing value.
pub(crate) fn missing(text: &str) -> bool {
    let bare =
        text.trim_matches(|sign: char| matches!(sign, '[' | ']' | '<' | '>' | '(' | ')' | '#'));
    let signs = [
        "",
        "nan",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "-",
        "--",
        "n/e",
        "not supported",
        "missing",
        "unknown error",
    ];
    signs
        .iter()
        .any(|sign| bare.trim().eq_ignore_ascii_case(sign))
}

/// Whether the dot of a number may separate thousands: "90.000", not "0.512".
pub(crate) fn thousands(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let Some((before, behind)) = digits.split_once('.') else {
        return false;
    };
    let all = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
    (1..=3).contains(&before.len())
        && behind.len() == 3
        && all(before)
        && all(behind)
        && !before.starts_with('0')
}

/// A plain number, finite; with a comma for the decimal point where the file writes it so.
pub(crate) fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    if decimal_comma && thousands(text) {
        return None;
    }
    let parsed = if decimal_comma && text.contains(',') && !text.contains('.') {
        text.replacen(',', ".", 1).parse::<f64>()
    } else {
        text.parse::<f64>()
    };
    parsed.ok().filter(|number| number.is_finite())
}

/// A number for `kind`: SI where the cell names its unit, otherwise times `factor`. None where nothing was measured.
pub(crate) fn measure(
    text: &str,
    kind: Kind,
    factor: f64,
    decimal_comma: bool,
) -> Result<Option<f64>, Fault> {
    if let Some(number) = number(text, decimal_comma) {
        return Ok(Some(number * factor));
    }
    if missing(text) {
        return Ok(None);
    }
    let no_number = || {
        if decimal_comma && thousands(text) {
            let cure = "write 1250 or 1,250: no dots between thousands, and decimals as the other cells have them";
            let what = format!("{text:?} has a dot before three digits in a file of semicolons");
            return Fault::new(what, cure);
        }
        let cure = "write a plain number such as 312.5, or leave the cell blank where nothing was measured";
        Fault::new(format!("{text:?} is not a valid number"), cure)
    };
    let sign = |sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-' | '.' | ',');
    let from = text.find(sign).ok_or_else(no_number)?;
    let (before, rest) = text.split_at(from);
    let end = rest.find(|letter| !sign(letter)).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(end);
    let value = number(digits, decimal_comma).ok_or_else(no_number)?;
    let (("", named) | (named, "")) = (before.trim(), behind.trim()) else {
        return Err(no_number());
    };
    // "300 W" has the unit that "[W]" has in a header; "$35.20" adds nothing to a price.
    match unit::of(&format!("[{named}]"), kind)? {
        Some(found) if found.kind == kind => Ok(Some(value * found.factor)),
        None if kind == Kind::Price && named == "$" => Ok(Some(value * factor)),
        _ => Err(no_number()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_and_without_units() {
        let power = |text: &str| measure(text, Kind::Power, 1e3, false);
        assert_eq!(power("300"), Ok(Some(300e3)));
        assert_eq!(power("300.00 W"), Ok(Some(300.0)));
        assert_eq!(power("1.5e2"), Ok(Some(150e3)));
        assert_eq!(power("2 MW"), Ok(Some(2e6)));
        assert_eq!(measure("97 %", Kind::Share, 1.0, false), Ok(Some(0.97)));
        assert_eq!(measure("$35.5", Kind::Price, 1.0, false), Ok(Some(35.5)));
        for blank in ["", "NaN", "N/A", "[N/A]", "[Not Supported]", "null", "-"] {
            assert_eq!(power(blank), Ok(None), "{blank}");
        }
        for (text, part) in [
            ("plenty", "not a valid number"),
            ("inf", "not a valid number"),
            ("1,234.5", "not a valid number"),
            ("1 2", "not a valid number"),
            ("61 °C", "a temperature"),
            ("W 3 W", "not a valid number"),
            ("-", ""),
        ] {
            match power(text) {
                Err(fault) => assert!(fault.what.contains(part), "{text}: {fault}"),
                Ok(value) => assert_eq!((text, value), ("-", None)),
            }
        }
        assert!(
            measure("€35", Kind::Price, 1.0, false)
                .unwrap_err()
                .what
                .contains("EUR")
        );
        assert_eq!(measure("35,20", Kind::Price, 1.0, true), Ok(Some(35.2)));
        assert!(measure("1.234,5", Kind::Price, 1.0, true).is_err());
        let what = measure("90.000", Kind::Price, 1.0, true).unwrap_err().what;
        assert!(what.contains("a dot before three digits"), "{what}");
        assert_eq!(measure("90.000", Kind::Price, 1.0, false), Ok(Some(90.0)));
        assert_eq!(measure("0.512", Kind::Price, 1.0, true), Ok(Some(0.512)));
    }
}
