use std::fmt::Write as _;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn table(column: Option<&str>, repeat: bool) -> ProfileTable {
    ProfileTable {
        file: "load.csv".into(),
        column: column.map(str::to_owned),
        time: None,
        repeat,
    }
}

fn parse(text: &str) -> Result<Profile, Fault> {
    parse_as(text, &table(None, false))
}

fn parse_as(text: &str, table: &ProfileTable) -> Result<Profile, Fault> {
    let start = date(2026, 1, 1).at(0, 0, 0, 0);
    Profile::parse("load.csv", text.as_bytes(), table, start)
}

/// 100 kW for an hour, then 300 kW: half of each is 200 kW; a quarter of the first and half an hour of the
/// second are (100·0.25 + 300·0.5)/0.75 = 233.33 kW.
#[test]
fn means_are_the_hand_calculated_integrals() {
    let profile = parse("time_s,it_kw\n0,100\n3600,300\n7200,50\n").unwrap();
    assert_eq!(profile.quantity(), Quantity::ItPower);
    assert!((profile.mean(1800.0, 5400.0) - 200e3).abs() < 1e-6);
    assert!((profile.mean(2700.0, 5400.0) - 233_333.333).abs() < 1e-3);
    assert_eq!(profile.mean(60.0, 120.0), 100e3);
    assert_eq!(profile.mean(3540.0, 3600.0), 100e3);
    assert!((profile.mean(7200.0, 10_900.0) * 3.7 - 180e3).abs() < 1e-6);
    // The last row holds as long as the others, and nothing after it.
    assert!((profile.mean(7200.0, 14_400.0) - 25e3).abs() < 1e-6);
    assert_eq!(profile.mean(20_000.0, 20_060.0), 0.0);
    assert!((profile.mean(-3600.0, 3600.0) - 50e3).abs() < 1e-6);
    assert_eq!(profile.max(), 300e3);
}

#[test]
fn a_repeated_file_starts_again_and_keeps_its_mean() {
    let profile = parse_as("time_h,utilisation\n0,0.2\n1,0.8\n", &table(None, true)).unwrap();
    assert_eq!(profile.quantity(), Quantity::Utilisation);
    assert_eq!(profile.mean(7200.0, 7260.0), 0.2);
    assert_eq!(profile.mean(-60.0, 0.0), 0.8); // a step that ends with a row is not summed
    assert!((profile.mean(0.0, 365.0 * 86_400.0) - 0.5).abs() < 1e-12);
    assert!((profile.mean(5400.0, 9000.0) - 0.5).abs() < 1e-12);
    assert!(profile.covers(0.0, 1e9).is_ok());
}

#[test]
fn timestamps_count_from_the_start_of_the_run() {
    for text in [
        "time,it_kw\n2026-01-01T01:00,10\n2026-01-01T02:00,20\n",
        "\u{feff}note,Time,IT_kW\r\n\"a, b\",2026-01-01 01:00:00,10\r\n,2026-01-01 02:00:00,20\r\n",
    ] {
        let profile = parse(text).unwrap();
        assert_eq!(profile.mean(3600.0, 3660.0), 10e3);
        assert_eq!(profile.mean(7200.0, 7260.0), 20e3);
        let error = profile.covers(0.0, 7200.0).unwrap_err().to_string();
        assert!(
            error.contains("holds day 0.042 to 0.125") && error.contains("repeat = true"),
            "{error}"
        );
        assert!(profile.covers(3600.0, 10_800.0).is_ok());
    }
}

/// Name, content, and the text that the error must contain.
const BROKEN: [(&str, &str, &[&str]); 29] = [
    ("empty", "", &["empty", "time_s,it_kw"]),
    ("blank lines only", "\n\n", &["empty"]),
    ("header only", "time_s,it_kw\n", &["no rows", "two rows"]),
    (
        "one row",
        "time_s,it_kw\n0,5\n",
        &["line 2", "a single row"],
    ),
    (
        "no time",
        "hour,it_kw\n0,5\n",
        &["line 1", "no time column among hour, it_kw", "time_h"],
    ),
    (
        "no value",
        "time_s,kw\n0,5\n",
        &["line 1", "neither it_kw nor facility_kw nor utilisation"],
    ),
    (
        "two values",
        "time_s,it_kw,utilisation\n0,5,1\n",
        &["both", "column = \"it_kw\""],
    ),
    (
        "twice",
        "time_s,it_kw,it_kw\n0,5,1\n",
        &["it_kw is there twice"],
    ),
    (
        "no header",
        "0,5\n60,6\n",
        &["line 1", "no time column among 0, 5"],
    ),
    (
        "duplicate",
        "time_s,it_kw\n0,5\n60,5\n60,6\n",
        &["line 4", "column time_s", "same time"],
    ),
    (
        "backwards",
        "time_s,it_kw\n0,5\n60,5\n30,6\n",
        &["line 4", "backwards", "sort"],
    ),
    (
        "uneven",
        "time_s,it_kw\n0,5\n60,5\n130,6\n190,6\n",
        &["line 4", "70 s after", "equal intervals"],
    ),
    (
        "short row",
        "time_s,it_kw\n0,5\n60\n",
        &["line 3", "column it_kw", "1 of 2 cells"],
    ),
    (
        "negative",
        "time_s,it_kw\n0,5\n60,-1\n",
        &["line 3", "column it_kw", "negative"],
    ),
    (
        "percent",
        "time_s,utilisation\n0,0.5\n60,55\n",
        &["line 3", "above 1", "percent"],
    ),
    (
        "watts",
        "time_s,it_kw\n0,5\n60,3e7\n",
        &["line 3", "10 GW", "not watts"],
    ),
    (
        "number time",
        "time,it_kw\n0,5\n",
        &["line 2", "not a time with a date", "time_s or time_h"],
    ),
    (
        "long gap",
        "time_h,it_kw\n0,5\n1,5\n2,5\n40,6\n",
        &["line 5", "gap of 136800 s", "missing rows"],
    ),
    (
        "long blank",
        "time_h,it_kw\n0,5\n1,\n2,\n3,\n4,\n5,\n6,\n7,\n8,\n9,6\n",
        &["line 3", "column it_kw", "missing for longer"],
    ),
    (
        "all blank",
        "time_s,it_kw\n0,\n60,N/A\n",
        &["line 2", "column it_kw", "no row has a value"],
    ),
    (
        "long row",
        "time_s,it_kw\n0,5\n60,5,7\n",
        &["line 3", "3 cells under 2 names", "quotes"],
    ),
    (
        "milliseconds",
        "time_s,it_kw\n1767225600000,5\n1767229200000,6\n",
        &["line 2", "column time_s", "end in _ms"],
    ),
    (
        "day or month",
        "time,it_kw\n01/02/2026 00:00,5\n01/02/2026 01:00,6\n",
        &["line 2", "column time", "write the year first"],
    ),
    (
        "two forms",
        "time,it_kw\n2026-01-01 00:00,5\n2026-01-01 01:00Z,6\n",
        &["line 3", "differ in their form"],
    ),
    (
        "no unit",
        "time_s,it\n0,5\n60,6\n",
        &["line 1", "has no unit", "it_mw"],
    ),
    (
        "amperes",
        "time_s,it load [A]\n0,5\n60,6\n",
        &["line 1", "a current", "W, kW or MW"],
    ),
    (
        "another unit in a cell",
        "time_s,it_kw\n0,5 kW\n60,6 A\n",
        &["line 3", "a current"],
    ),
    (
        "counter",
        "time_h,it_kwh\n0,0\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,10\n11,11\n12,12\n13,13\n14,14\n\
         15,15\n16,16\n17,17\n18,18\n19,19\n20,20\n21,21\n22,22\n23,23\n",
        &["line 2", "column it_kwh", "counts on"],
    ),
    (
        "above the whole",
        "time_s,utilisation_pct\n0,50\n60,120\n",
        &["line 3", "120 is above the whole", "100 %"],
    ),
];

/// Every broken file is refused with its line, its column, the cause and the cure.
#[test]
fn broken_files_say_where_and_what() {
    for (name, text, parts) in BROKEN {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with("load.csv"), "{name}: {error}");
        for part in parts {
            assert!(error.contains(part), "{name}: {error}");
        }
        // The same with the line ends of Windows, and in the same line.
        let windows = parse(&text.replace('\n', "\r\n")).unwrap_err();
        assert_eq!(windows.to_string(), error, "{name}");
    }
}

/// 100 kW in every form: units in names and cells, energy per interval, percent, other separators.
#[test]
fn units_are_converted() {
    for text in [
        "time_s,it_w\n0,100000\n900,100000\n",
        "time_s,it_mw\n0,0.1\n900,0.1\n",
        "time_s,IT Load (kW)\n0,100\n900,100\n",
        "time_min,it_kw\n0,100\n15,100\n",
        "time_s,it_kwh\n0,25\n900,25\n",
        "time_s;it_kw\n0;100,0\n900;100\n",
        "time_s\tit_kw\n0\t100000 W\n900\t0.1 MW\n",
        "time,it_kw,note\n2026-01-01T00:00Z,100,\n2026-01-01T00:15Z,100,,\n",
        "timestamp,it_kw\n1767225600,100\n1767226500,100\n",
        "time_ms,it_kw\n1767225600000,100\n1767226500000,100\n",
        "Time,when,it_kw\n1,2026/01/01 00:00,100\n2,2026/01/01 00:15,100\n",
    ] {
        let mut keys = table(None, false);
        keys.time = text.contains("when").then(|| "when".to_owned());
        let profile = parse_as(text, &keys).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mean_kw = profile.mean(0.0, 1800.0) / 1e3;
        assert!((mean_kw - 100.0).abs() < 1e-9, "{text}: {mean_kw}");
        assert!(profile.covers(0.0, 1800.0).is_ok(), "{text}");
    }
    let share = parse("time_s,utilization [%]\n0,40\n60,60\n").unwrap();
    assert_eq!(
        (share.quantity(), share.mean(0.0, 120.0)),
        (Quantity::Utilisation, 0.5)
    );
}

/// A blank cell and a missing hour lie on the line between their neighbours, and are reported.
#[test]
fn short_gaps_are_filled_and_told() {
    let profile = parse("time_h,it_kw\n0,10\n1,\n2,30\n3,40\n5,60\n6,70\n").unwrap();
    assert_eq!(profile.mean(3600.0, 7200.0), 20e3);
    assert_eq!(profile.mean(4.0 * 3600.0, 5.0 * 3600.0), 50e3);
    let reported = &profile.repairs[0];
    assert!(
        reported.starts_with("load.csv: 2 missing values, the first at line 3"),
        "{reported}"
    );
}

/// Local time at UTC+2 is two hours ahead of the file's.
#[test]
fn times_with_an_offset_are_moved_to_the_place() {
    let start = Start {
        local: date(2026, 1, 1).at(0, 0, 0, 0),
        utc_offset_h: 2.0,
    };
    let text = "time,it_kw\n2025-12-31T22:00Z,10\n2025-12-31T23:00Z,20\n";
    let profile = Profile::parse("x", text.as_bytes(), &table(None, false), start).unwrap();
    assert_eq!(profile.mean(3600.0, 7200.0), 20e3);
    assert!(profile.covers(0.0, 7200.0).is_ok());
}

/// The clock may be in the name of the column: the first hour of a file in UTC is the third of this place.
#[test]
fn the_name_of_a_column_says_its_clock() {
    let start = Start {
        local: date(2026, 1, 1).at(0, 0, 0, 0),
        utc_offset_h: 2.0,
    };
    let text = |time: &str| format!("{time},it_kw\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n");
    let read =
        |time: &str| Profile::parse("x.csv", text(time).as_bytes(), &table(None, false), start);
    for (time, hour) in [("time", 0.0), ("Datetime (UTC)", 2.0), ("time (CET)", 1.0)] {
        let profile = read(time).unwrap();
        assert_eq!(
            profile.mean(hour * 3600.0, hour * 3600.0 + 60.0),
            1000.0,
            "{time}"
        );
        assert!(
            profile
                .covers(hour * 3600.0, hour * 3600.0 + 7200.0)
                .is_ok(),
            "{time}"
        );
    }
    assert!(read("time (CEST)").is_err());
    let apparent = text("time").replace("it_kw", "it_kva");
    let error =
        Profile::parse("x.csv", apparent.as_bytes(), &table(None, false), start).unwrap_err();
    assert!(error.to_string().contains("power factor"), "{error}");
}

#[test]
fn a_column_is_chosen_by_name() {
    let text = "time_s,north_it_kw,south_it_kw,facility_kw\n0,1,2,3\n60,1,2,3\n";
    let south = parse_as(text, &table(Some("south_it_kw"), false)).unwrap();
    assert_eq!(south.mean(0.0, 60.0), 2e3);
    let site = parse_as(text, &table(Some("facility_kw"), false)).unwrap();
    assert_eq!(
        (site.quantity(), site.mean(0.0, 60.0)),
        (Quantity::SitePower, 3e3)
    );
    let both = parse("time_s,facility_kw,it_kw\n0,3,2\n60,3,2\n").unwrap();
    assert_eq!(both.quantity(), Quantity::ItPower);
    let text = text.replace("facility_kw", "load");
    let text = text.as_str();
    for (column, part) in [
        ("west_it_kw", "no column west_it_kw"),
        ("load", "does not give"),
    ] {
        let error = parse_as(text, &table(Some(column), false))
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn binary_and_missing_files_are_refused() {
    let start = date(2026, 1, 1).at(0, 0, 0, 0);
    let utf16 = b"\xff\xfet\0i\0m\0e\0";
    let error = Profile::parse("load.csv", utf16, &table(None, false), start).unwrap_err();
    assert!(error.to_string().contains("UTF-8"), "{error}");
    let error = Profile::read(Path::new("no/such.csv"), &table(None, false), start).unwrap_err();
    assert!(
        error.to_string().contains("no/such.csv: cannot be read"),
        "{error}"
    );
}

#[test]
fn rounded_hours_are_equal_intervals() {
    let text = "time_h,it_kw\n0,1\n0.083,1\n0.167,1\n0.25,1\n";
    assert!(parse(text).is_ok());
}

/// A day of Frontier at 15 s (387.0 `MWh` over 25 cooling units, by the note beside the reference data), resampled
/// to steps of 60 s that start out of phase, keeps its energy.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_frontier_day_keeps_its_energy() {
    let Some(shared) = std::env::var_os("COLDAISLE_DATA") else {
        println!("skipped: COLDAISLE_DATA is not set");
        return;
    };
    let path = Path::new(&shared).join("data/power/frontier/frontier_24h_15s.csv");
    let source = std::fs::read_to_string(path).unwrap();
    let mut text = "time_s,it_kw\n".to_owned();
    for line in source.lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|c| c.parse().unwrap()).collect();
        let it_w: f64 = cells[1..26].iter().sum();
        writeln!(text, "{},{}", cells[0], it_w / 1e3).unwrap();
    }
    let profile = parse_as(&text, &table(None, true)).unwrap();
    let step_j = |step: u32| {
        let from_s = 7.0 + 60.0 * f64::from(step);
        profile.mean(from_s, from_s + 60.0) * 60.0
    };
    let mwh = (0..1440).map(step_j).sum::<f64>() / crate::units::J_PER_MWH;
    assert!((mwh - 387.0).abs() < 0.05, "{mwh}");
    assert!((profile.max() / 1e6 - 26.61).abs() < 0.01);
}

proptest! {
    /// Energy is the file's own, whatever the step it is resampled to and wherever the steps begin.
    #[test]
    fn resampling_keeps_energy(values in prop::collection::vec(0.0..5e4f64, 2..40), every in 1.0..4000.0f64,
                               cuts in prop::collection::vec(0.0..1.0f64, 0..30), repeat: bool) {
        let mut text = "time_s,it_kw\n".to_owned();
        for (i, value) in values.iter().enumerate() {
            let time_s = i as f64 * every;
            writeln!(text, "{time_s},{value}").unwrap();
        }
        let profile = parse_as(&text, &table(None, repeat)).unwrap();
        let length_s = every * values.len() as f64;
        let mut times: Vec<f64> = cuts.iter().map(|cut| cut * length_s).collect();
        times.extend([0.0, length_s]);
        times.sort_by(f64::total_cmp);
        let resampled: f64 = times.windows(2).map(|w| profile.mean(w[0], w[1]) * (w[1] - w[0])).sum();
        let own: f64 = values.iter().map(|v| v * 1e3 * every).sum();
        prop_assert!((resampled - own).abs() <= 1e-9 * (own + 1.0), "{resampled} {own}");
    }

    /// No text makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(text in "[time_shit_kwulao,0-9.\\-:T \"\n;]{0,120}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let start = date(2026, 1, 1).at(0, 0, 0, 0);
        let _ = parse(&format!("time_s,it_kw\n{text}"));
        let _ = parse(&text);
        let _ = Profile::parse("x", &bytes, &table(None, true), start);
    }
}
