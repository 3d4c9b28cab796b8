mod forms;

use super::*;
use proptest::prelude::*;

fn table(text: &str, quantity: Quantity) -> Result<Table, Fault> {
    read::parse("x.csv", text.as_bytes(), quantity, Names::default())
}

fn run(start: &str, days: f64, utc_offset_h: f64) -> Period {
    Period {
        start: start.parse().unwrap(),
        total_s: days * DAY_S,
        utc_offset_h,
    }
}

/// Hours of a year from a first moment; the value is the hour's number.
fn year(first: &str, hours: i64, zone: &str) -> String {
    let first: DateTime = first.parse().unwrap();
    let rows = (0..hours).map(|hour| {
        let moment = first.saturating_add(Span::new().hours(hour));
        format!("{moment}{zone},{hour}")
    });
    let header = "timestamp,price_usd_mwh".to_owned();
    std::iter::once(header)
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

/// By hand: with UTC−8 the run's first hour is the file's ninth.
#[test]
fn utc_is_moved_to_local_standard_time_and_dates_are_kept() {
    let table = table(&year("2024-01-01T00:00:00", 48, "+00:00"), Quantity::Price).unwrap();
    let Laid { series, how, .. } = table.over(run("2024-01-01", 1.0, -8.0), 2.0).unwrap();
    assert_eq!(series.mean(0.0, 60.0), 16.0);
    assert_eq!(series.mean(0.0, 3600.0), 16.0);
    assert_eq!(series.mean(3600.0, 7200.0), 18.0);
    // half of hour 8, all of hour 9, half of hour 10
    assert!((series.mean(1800.0, 9000.0) - 18.0).abs() < 1e-12);
    assert!(how.contains("as dated"), "{how}");
}

/// By hand: 1 March is hour 1440 of 2024 (a leap year) and hour 1416 of 2023; 29 February 2024 asks 2023 for the 28th.
#[test]
fn another_year_is_taken_by_month_day_and_hour() {
    let leap = table(&year("2024-01-01T00:00:00", 8784, ""), Quantity::Price).unwrap();
    let Laid { series, how, .. } = leap.over(run("2026-03-01", 1.0, 5.5), 1.0).unwrap();
    assert_eq!(series.mean(0.0, 60.0), 1440.0);
    assert!(
        how.contains("from 2024") && how.contains("weekdays"),
        "{how}"
    );
    let common = table(&year("2023-01-01T00:00:00", 8760, ""), Quantity::Price).unwrap();
    let Laid { series, .. } = common.over(run("2024-02-29", 2.0, 0.0), 1.0).unwrap();
    assert_eq!(series.mean(0.0, 60.0), 1392.0);
    assert_eq!(series.mean(86_400.0, 86_460.0), 1416.0);
}

/// UTC+5:30 puts the rows at half hours of the run: the first hour holds half of 18:00 UTC and half of 19:00.
#[test]
fn half_hours_of_offset_split_the_rows() {
    let table = table(&year("2024-01-01T00:00:00", 8784, "Z"), Quantity::Price).unwrap();
    let Laid { series, .. } = table.over(run("2026-01-02", 1.0, 5.5), 1.0).unwrap();
    assert!((series.mean(0.0, 3600.0) - 18.5).abs() < 1e-12);
    // The last hours of the local year are the first of the file's UTC year before.
    let Laid { series, .. } = table.over(run("2026-12-31", 1.0, -8.0), 1.0).unwrap();
    assert_eq!(series.mean(86_400.0 - 3600.0, 86_400.0), 7.0);
}

#[test]
fn blank_cells_and_missing_rows_up_to_a_day_are_filled_and_told() {
    let mut lines: Vec<String> = year("2024-01-01T00:00:00", 96, "Z")
        .lines()
        .map(str::to_owned)
        .collect();
    lines[31] = lines[31].split(',').next().unwrap().to_owned() + ","; // hour 30: (6 + 54)/2 = 30
    lines.remove(41); // hour 40
    let table = table(&lines.join("\n"), Quantity::Price).unwrap();
    assert_eq!(
        (table.values.len(), table.values[30], table.values[40]),
        (96, 30.0, 40.0)
    );
    assert!(
        table.repairs[0].contains("2 missing values, the first at line 32"),
        "{:?}",
        table.repairs
    );
}

#[test]
fn a_file_that_cannot_be_used_says_where_and_why() {
    let two = |a: &str, b: &str| format!("timestamp,price_usd_mwh\n{a}\n{b}\n");
    let later = year("2024-01-03T02:00:00", 24, "Z");
    let (_, later) = later.split_once('\n').unwrap();
    let long = format!("{}\n{later}", year("2024-01-01T00:00:00", 24, "Z"));
    for (text, line, parts) in [
        (
            String::new(),
            None,
            ["the file is empty", "names the columns"],
        ),
        (
            "a,b\n1,2\n".into(),
            Some(1),
            ["no time column", "name one time"],
        ),
        (
            "timestamp,b\n".into(),
            Some(1),
            ["no column of USD/MWh", "price_usd_mwh"],
        ),
        (
            two("2024-01-01 00:00:00,1", "x,2"),
            Some(3),
            ["\"x\" is not a time", "write"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-01 01:00:00,a"),
            Some(3),
            ["not a valid number", "312.5"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-01 01:00:00,1e9"),
            Some(3),
            ["cannot be true", "between"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-01 00:00:00,1"),
            Some(3),
            ["same time", "clocks go back"],
        ),
        (
            two("2024-01-01 01:00:00,1", "2024-01-01 00:00:00,1"),
            Some(3),
            ["backwards", "sort"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-01 01:00:00Z,1"),
            Some(3),
            ["time zone", "offset"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-02 00:00:00,1"),
            Some(3),
            ["86400 s apart", "1 h"],
        ),
        (
            two("2024-01-01 00:00:00,1", "2024-01-01 01:00:00"),
            Some(3),
            ["ends after 1", "fill"],
        ),
        (long, Some(26), ["a gap of 97200 s", "add the missing rows"]),
    ] {
        let error = table(&text, Quantity::Price).unwrap_err();
        assert_eq!(error.line(), line, "{error}");
        for part in parts {
            assert!(error.to_string().contains(part), "{error}: {part}");
        }
    }
    let short = table(&year("2024-01-01T00:00:00", 48, "Z"), Quantity::Price).unwrap();
    let error = short.over(run("2026-01-01", 1.0, 0.0), 1.0).unwrap_err();
    assert!(
        error.to_string().contains("the run starts on 2026-01-01"),
        "{error}"
    );
}

#[test]
fn a_rate_is_a_number_a_file_or_a_column() {
    #[derive(Debug, Deserialize)]
    struct Probe {
        rate: Rate,
    }
    let rate = |text: &str| toml::from_str::<Probe>(text).map(|probe| probe.rate);
    assert_eq!(rate("rate = 3").unwrap().constant(), Some(3.0));
    assert_eq!(
        rate("rate = 'a.csv'")
            .unwrap()
            .file()
            .map(|(file, names)| (file, names.column)),
        Some((&"a.csv".into(), None))
    );
    let column = rate("rate = { file = 'a.csv', column = 'c' }").unwrap();
    assert_eq!(
        column.file().map(|(file, names)| (file, names.column)),
        Some((&"a.csv".into(), Some("c")))
    );
    for (text, part) in [
        ("rate = -3", "zero or above"),
        ("rate = true", "a number or a CSV file"),
        ("rate = '3'", "number in quotes"),
        ("rate = { file = 'a', colum = 'c' }", "colum"),
    ] {
        let error = rate(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// The files of the shared folder load as they are: means worked out with awk over the same columns.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn published_series_load_directly() {
    let Ok(data) = std::env::var("COLDAISLE_DATA") else {
        eprintln!("skipped: COLDAISLE_DATA is not set");
        return;
    };
    for (file, quantity, rows, mean, repairs) in [
        (
            "carbon/elecmaps_SG_2024_hourly.csv",
            Quantity::Carbon,
            8784,
            366.928_193,
            0,
        ),
        (
            "carbon/elecmaps_US-CAL-CISO_2024_hourly.csv",
            Quantity::Carbon,
            8784,
            168.463_469,
            0,
        ),
        (
            "carbon/elecmaps_US-MIDA-PJM_2024_hourly.csv",
            Quantity::Carbon,
            8784,
            321.041_995,
            0,
        ),
        (
            "carbon/elecmaps_US-TEX-ERCO_2024_hourly.csv",
            Quantity::Carbon,
            8784,
            303.373_645,
            0,
        ),
        (
            "carbon/eia_TX_fuelmix_avgCI_2022.csv",
            Quantity::Carbon,
            8760,
            347.201_881,
            0,
        ),
        (
            "carbon/eia_VA_fuelmix_avgCI_2022.csv",
            Quantity::Carbon,
            8760,
            362.583_348,
            1,
        ),
        (
            "price/US-CAL-CISO_electricity_prices_2024.csv",
            Quantity::Price,
            8784,
            40.668_235,
            0,
        ),
        (
            "price/US-MIDA-PJM_electricity_prices_2024.csv",
            Quantity::Price,
            8784,
            36.158_107,
            0,
        ),
        (
            "price/US-TEX-ERCO_electricity_prices_2024.csv",
            Quantity::Price,
            8784,
            28.082_062,
            0,
        ),
    ] {
        let path = format!("{data}/data/{file}");
        let table = Table::read(Path::new(&path), quantity, Names::default()).unwrap();
        assert_eq!(
            (table.values.len(), table.step_s, table.utc),
            (rows, 3600, true),
            "{file}"
        );
        assert_eq!(table.repairs.len(), repairs, "{file} {:?}", table.repairs);
        let got = table.values.iter().sum::<f64>() / rows as f64;
        assert!((got - mean).abs() < 1e-5 * mean.abs(), "{file} {got}");
        table.over(run("2026-01-01", 365.0, -8.0), 1.0).unwrap();
    }
}

proptest! {
    /// The mean over two halves is the mean over the whole: any step keeps the file's integral.
    #[test]
    fn means_add_up(values in prop::collection::vec(-50.0..500.0f64, 2..48), a in 0.0..1.0f64, b in 0.0..1.0f64, c in 0.0..1.0f64,
                    first in -3600.0..0.0f64) {
        let length_s = values.len() as f64 * 3600.0 + first;
        let mut at = [a * length_s, b * length_s, c * length_s];
        at.sort_by(f64::total_cmp);
        let [from, middle, to] = at;
        prop_assume!(middle - from > 1.0 && to - middle > 1.0);
        let series = Series::new(first, 3600.0, values);
        let whole = series.mean(from, to) * (to - from);
        let halves = series.mean(from, middle) * (middle - from) + series.mean(middle, to) * (to - middle);
        prop_assert!((whole - halves).abs() < 1e-3, "{whole} {halves}");
    }
}
