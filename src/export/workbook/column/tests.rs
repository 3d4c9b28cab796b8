use proptest::prelude::*;

use super::*;

fn read(name: &str, cells: &[&str]) -> Column {
    let mut seen = Seen::none(name);
    for cell in cells {
        seen.see(Raw::Written(cell));
    }
    seen.column()
}

#[test]
fn a_column_is_what_all_its_cells_are() {
    for (name, cells, kind, format) in [
        (
            "it_kw",
            &["1.250", "", "22000.125"][..],
            Kind::Number,
            "#,##0.000",
        ),
        ("gpus", &["8", "1024"], Kind::Number, "#,##0"),
        ("id", &["8", "10240"], Kind::Number, "0"),
        ("x", &["-0.5", "NaN"], Kind::Number, "#,##0.0"),
        ("twh", &["0.00751384", "0.01"], Kind::Number, "#,##0.00000"),
        ("x", &["171974.86413812076"], Kind::Number, "#,##0"),
        ("x", &["007", "8"], Kind::Words, ""),
        ("x", &["12345678901234567890"], Kind::Words, ""),
        ("x", &["1", "two"], Kind::Words, ""),
        ("x", &["=1+1"], Kind::Words, ""),
        ("x", &["+1"], Kind::Words, ""),
        ("x", &["1.", "2"], Kind::Words, ""),
        ("trace_id", &["12.10"], Kind::Words, ""),
        ("x", &["true", "false", ""], Kind::Flag, ""),
        ("x", &["", ""], Kind::Words, ""),
        ("month", &["2026-01", "2026-02"], Kind::Time, "yyyy-mm"),
        ("x", &["2026-01-31"], Kind::Time, "yyyy-mm-dd"),
        (
            "x",
            &["2026-01-31T12:00:00"],
            Kind::Time,
            "yyyy-mm-dd hh:mm",
        ),
        (
            "x",
            &["2026-01-31T12:00:00", "2026-01-31T12:00:01"],
            Kind::Time,
            "yyyy-mm-dd hh:mm:ss",
        ),
        ("x", &["2026-13-01"], Kind::Words, ""),
        ("x", &["1848-03-18"], Kind::Words, ""),
    ] {
        let column = read(name, cells);
        assert_eq!(
            (&column.kind, column.format.as_str()),
            (&kind, format),
            "{cells:?}"
        );
    }
}

/// 1 January 2026 is day 46,023; noon is half a day.
#[test]
fn dates_are_days_as_spreadsheets_count_them() {
    let at = |text: &str| serial(text.parse().unwrap());
    assert_eq!(at("2026-01-01T00:00"), Some(46_023.0));
    assert_eq!(at("2026-01-01T12:00"), Some(46_023.5));
    assert_eq!(at("1900-03-01T00:00"), Some(61.0));
    assert_eq!(at("1900-02-28T00:00"), None);
    assert_eq!(at("9999-12-31T00:00"), Some(2_958_465.0));
}

#[test]
fn four_digits_are_shown_at_least() {
    for (largest, decimals) in [
        (22_000.0, 0),
        (1000.0, 0),
        (999.0, 1),
        (1.1566, 3),
        (0.0075, 6),
        (0.0, 0),
        (1e-30, 9),
    ] {
        assert_eq!(digits(largest), decimals, "{largest}");
    }
}

#[test]
fn a_column_is_as_wide_as_its_widest_cell() {
    assert_eq!(read("x", &["1234567.5", "-1"]).width, "1,234,567.5".len());
    assert_eq!(read("x", &["浸沒式", "a"]).width, 6);
}

proptest! {
    /// No value changes on its way: a number is written as the double that the file says, all else as its text.
    #[test]
    fn what_a_file_says_arrives(text in "-?[0-9]{0,18}(\\.[0-9]{0,9})?(e-?[0-9]{1,2})?|[ -~]{0,12}") {
        let column = read("x", &[&text]);
        match column.cell(Raw::Written(&text)) {
            Cell::Number(value) if column.kind == Kind::Number => prop_assert_eq!(value, text.parse::<f64>().unwrap()),
            Cell::Words(words) => prop_assert_eq!(words, &text),
            Cell::Empty => prop_assert!(text.is_empty() || !text.parse::<f64>().unwrap_or(0.0).is_finite()),
            _ => {}
        }
    }
}
