//! Units, times and intervals as others write them.

use std::fmt::Write as _;

use super::super::*;
use super::{run, table, year};

/// A year that ends six hours before the run does: those hours are reported, the others are as dated.
#[test]
fn a_file_that_ends_before_the_run_says_so() {
    let table = table(&year("2024-01-01T00:00:00", 8784, "Z"), Quantity::Price).unwrap();
    let laid = table.over(run("2024-12-30", 2.0, -6.0), 1.0).unwrap();
    let warning = laid.warning.unwrap();
    assert!(warning.contains("6 h of the run lie outside"), "{warning}");
    assert!(laid.how.contains("as dated but for 6 h"), "{}", laid.how);
    assert_eq!(laid.series.mean(86_400.0, 90_000.0), 8784.0 - 24.0 + 6.0);
    let inside = table.over(run("2024-12-29", 2.0, -6.0), 1.0).unwrap();
    assert_eq!(inside.warning, None);
    let other = table.over(run("2026-03-01", 2.0, -6.0), 1.0).unwrap();
    assert!(other.warning.is_none() && other.how.contains("by month"));
}

/// 1,000 lb/MWh are 453.6 g/kWh, 0.05 USD/kWh are 50 USD/MWh; the name of the column gives the unit.
#[test]
fn the_unit_in_the_name_is_converted_or_refused() {
    use Quantity::{Carbon, Price};
    for (name, cell, quantity, expected) in [
        ("MOER (lbs CO2/MWh)", "1000", Carbon, 453.592_37),
        ("carbon kg/MWh", "450", Carbon, 450.0),
        ("carbon_t_mwh", "0.45", Carbon, 450.0),
        ("carbon_g_kwh", "450", Carbon, 450.0),
        ("LMP ($/kWh)", "0.05", Price, 50.0),
        ("rate cents/kWh", "5", Price, 50.0),
        ("Price [USD/MWh]", "$50", Price, 50.0),
    ] {
        let text = format!("time,{name}\n2024-01-01 00:00,{cell}\n2024-01-01 01:00,{cell}\n");
        let table = table(&text, quantity).unwrap();
        let got = table.values[0];
        assert!((got / expected - 1.0).abs() < 1e-12, "{name}: {got}");
        assert!(table.repairs.is_empty(), "{:?}", table.repairs);
    }
    for (name, quantity, part) in [
        ("Day-ahead Price [EUR/MWh]", Price, "in EUR"),
        ("price_gbp_mwh", Price, "in GBP"),
        ("carbon tons/MWh", Carbon, "metric or short"),
        ("price_usd_mwh,price_usd_mwh", Price, "there twice"),
    ] {
        let text = format!("time,{name}\n2024-01-01 00:00,5\n2024-01-01 01:00,6\n");
        let error = table(&text, quantity).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("line 1"), "{error}");
    }
    let given = |column| Names {
        column: Some(column),
        time: None,
    };
    let text = "time,b [lb/MWh],eur\n2024-01-01 00:00,1000,5\n2024-01-01 01:00,1000,6\n";
    let named = read::parse("x.csv", text.as_bytes(), Carbon, given("b [lb/MWh]")).unwrap();
    assert!((named.values[0] - 453.592_37).abs() < 1e-9);
    let error = read::parse("x.csv", text.as_bytes(), Price, given("eur")).unwrap_err();
    assert!(error.to_string().contains("prices are in USD"), "{error}");
}

/// Currency from another column, the clock from the name of the time column, and the marks of gaps.
#[test]
fn currency_clock_and_gaps_are_no_guess() {
    let prices = |time: &str, cell: &str, rest: &str| {
        let text = format!(
            "{time},price_usd_mwh,Currency\n2024-01-01 00:00,5,USD\n2024-01-01 01:00,{cell},{rest}\n"
        );
        table(&text, Quantity::Price)
    };
    let first = |time| prices(time, "6", "USD").unwrap();
    assert_eq!(first("Datetime (UTC)").first, first("Time (GMT)").first);
    let east = first("timestamp_est");
    assert!(east.utc);
    assert_eq!(east.first.to_string(), "2024-01-01T05:00:00");
    assert!(!first("time").utc);
    for (time, cell, currency, part) in [
        ("time", "6", "EUR", "\"EUR\""),
        ("time", "-9999", "USD", "leave the cell blank"),
        ("Datetime (EDT)", "6", "USD", "moved in summer"),
    ] {
        let error = prices(time, cell, currency).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    // Carbon in the place of prices, and prices in that of carbon.
    for (name, quantity) in [("kgCO2/MWh", Quantity::Price), ("$/MWh", Quantity::Carbon)] {
        let text = format!("time,{name}\n2024-01-01 00:00,300\n2024-01-01 01:00,300\n");
        let error = table(&text, quantity).unwrap_err().to_string();
        assert!(error.contains("is in"), "{error}");
    }
}

/// Dates go before UNIX numbers; those alone are read, in seconds and, where the name has it, in milliseconds.
#[test]
fn times_are_read_in_any_form_that_is_no_guess() {
    let parse = |header: &str, rows: [&str; 2], time: Option<&str>| {
        let text = format!("{header},price_usd_mwh\n{},1\n{},2\n", rows[0], rows[1]);
        read::parse(
            "x.csv",
            text.as_bytes(),
            Quantity::Price,
            Names { column: None, time },
        )
    };
    for (header, rows, time) in [
        (
            "timestamp,datetime",
            ["9,2021-01-01T00:00+00:00", "9,2021-01-01T01:00+00:00"],
            None,
        ),
        ("timestamp", ["1609459200", "1609462800"], None),
        ("timestamp_ms", ["1609459200000", "1609462800000"], None),
        (
            "time,when",
            ["5,2021-01-01 00:00Z", "5,2021-01-01 01:00Z"],
            Some("when"),
        ),
        (
            "datetime",
            ["2021/01/01 00:00 UTC", "2021/01/01 01:00 UTC"],
            None,
        ),
    ] {
        let table = parse(header, rows, time).unwrap_or_else(|error| panic!("{header}: {error}"));
        assert_eq!(
            table.first,
            "2021-01-01T00:00:00".parse().unwrap(),
            "{header}"
        );
        assert_eq!((table.step_s, table.utc), (3600, true), "{header}");
    }
    for (rows, part) in [
        (["1609459200000", "1609462800000"], "end in _ms"),
        (
            ["01/02/2021 00:00", "01/02/2021 01:00"],
            "write the year first",
        ),
        (["2021-01-01,3", "2021-01-02,3"], "3 cells under 2 names"),
    ] {
        let error = parse("timestamp", rows, None).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("line 2"), "{error}");
    }
}

/// An hour at 40, then quarters: the grid is the quarter, and semicolons come with decimal commas.
#[test]
fn hours_then_quarters_of_an_hour() {
    let mut text = "time;price_usd_mwh\n".to_owned();
    for hour in 0..4 {
        writeln!(text, "2025-09-30T{:02}:00+02:00;40,5", 20 + hour).unwrap();
    }
    for quarter in 0..8 {
        writeln!(
            text,
            "2025-10-01T{:02}:{:02}+02:00;{quarter}",
            quarter / 4,
            quarter % 4 * 15
        )
        .unwrap();
    }
    let table = table(&text, Quantity::Price).unwrap();
    assert_eq!((table.step_s, table.values.len()), (900, 24));
    assert_eq!(table.values[15..18], [40.5, 0.0, 1.0]);
    assert!(
        table.repairs[0].contains("3600 s apart up to line 6, then 900 s"),
        "{:?}",
        table.repairs
    );
}
