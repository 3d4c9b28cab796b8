//! Weather files: several rows an hour, values that nothing uses, forms of header and numbers.

use super::case;

/// `validate` of the case's scenario with another weather file: what it printed, and its warnings as one line.
fn validated(lab: &crate::lab::Lab, file: &str) -> (String, String) {
    let weather = format!("site.weather={file}.epw");
    let said = lab.good(&["validate", "scenario.toml", "--set", &weather]);
    (said.out.clone(), said.flat())
}

/// Made from hourly rows by repeating each four times: the year has the same extremes, whatever the header has.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_03_four_rows_an_hour() {
    let Some(lab) = case("03-subhourly-epw") else {
        return;
    };
    let (out, reported) = validated(&lab, "w");
    assert!(
        reported.contains("4 rows an hour: averaged to hours"),
        "{reported}"
    );
    let (other, reported) = validated(&lab, "header-says-1");
    assert!(
        reported.contains("4 rows an hour (the header says 1): averaged"),
        "{reported}"
    );
    assert_eq!(out, other);
    // The quarters around the full hour: two of this hour and a half, one and a half of the next.
    let rows = lab.read("w.epw");
    let dry: Vec<f64> = rows
        .lines()
        .skip(8)
        .map(|row| row.split(',').nth(6).unwrap().parse().unwrap())
        .collect();
    assert_eq!(dry.len(), 35_040);
    let at = |index: usize| dry[index % dry.len()];
    let hour = |h: usize| {
        let end = 4 * h + 3;
        (0.5 * at(end - 2) + at(end - 1) + at(end) + at(end + 1) + 0.5 * at(end + 2)) / 4.0
    };
    let highest = (0..8760).map(hour).fold(f64::MIN, f64::max);
    let lowest = (0..8760).map(hour).fold(f64::MAX, f64::min);
    let line = format!("dry bulb {lowest:.1} to {highest:.1} °C");
    assert!(out.contains(&line), "no {line} in\n{out}");
}

/// Wind, sun without panels, humidity beside a dew point: reported in a line, and the run is that of the whole file.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_25_unused_values() {
    let Some(lab) = case("25-values-nobody-needs") else {
        return;
    };
    let unused = "missing or impossible, and used by nothing in this run:";
    let mut outs = Vec::new();
    for (file, part) in [
        ("wind-gap", "wind speed (72 h"),
        ("sun-gap", "global radiation (72 h"),
        ("ghi-minus-999", "global radiation (1 h"),
        ("rh-131-dew-known", "not used beside a dew point"),
    ] {
        let (out, reported) = validated(&lab, file);
        assert!(reported.contains(part), "{file}: no {part} in {reported}");
        assert_eq!(
            reported.contains(unused),
            file != "rh-131-dew-known",
            "{reported}"
        );
        assert_eq!(reported.matches("weather:").count(), 1, "{reported}");
        outs.push(out);
    }
    assert!(outs.iter().all(|out| *out == outs[0]));
    // Panels use the sun: three days without it are refused, and the printed cure is right.
    let panels = [
        "validate",
        "scenario.toml",
        "--set",
        "site.solar.dc_mw=1",
        "--set",
        "site.weather=sun-gap.epw",
    ];
    lab.refused(
        &panels,
        &[
            "global radiation is missing for 72 hours",
            "remove the panels",
        ],
    );
}

/// Byte order marks, line ends, commas in quotes, 1.0 for 1, hours 0 to 23 and a clock of half hours change nothing.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_26_forms_of_header_and_numbers() {
    let Some(lab) = case("26-epw-header-and-number-forms") else {
        return;
    };
    let figures = |out: String| {
        let line = out.lines().find(|line| line.contains("dry bulb")).unwrap();
        line.to_owned()
    };
    let (plain, reported) = validated(&lab, "plain");
    assert!(!reported.contains("weather:"), "{reported}");
    let plain = figures(plain);
    for file in [
        "bom",
        "crlf",
        "floats",
        "quoted",
        "quoted-wmo",
        "tz-530",
        "tz-text",
    ] {
        let (out, reported) = validated(&lab, file);
        assert!(!reported.contains("weather:"), "{file}: {reported}");
        assert_eq!(figures(out), plain, "{file}");
    }
    let (out, reported) = validated(&lab, "hours-0-to-23");
    assert!(reported.contains("hours run from 0 to 23"), "{reported}");
    assert_eq!(figures(out), plain);
    // Latitude 45 and elevation 10, not the WMO number and the UTC offset: without its pressures the file has those of
    // the standard atmosphere at 10 m, 101,205 Pa.
    let quoted = lab.read("quoted.epw").replace(",101325,", ",999999,");
    lab.write("quoted-no-pressure.epw", quoted);
    let (_, reported) = validated(&lab, "quoted-no-pressure");
    assert!(
        reported.contains("101205 Pa (standard atmosphere at 10 m)"),
        "{reported}"
    );
}

/// A climate that is not built in is had from a file, and a file knows no grid: both are said.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn a_place_that_is_not_built_in() {
    let Some(lab) = case("26-epw-header-and-number-forms") else {
        return;
    };
    lab.refused(
        &["validate", "scenario.toml", "--set", "site.climate=boston"],
        &[
            "no built-in climate 'boston'",
            "weather = \"FILE.epw\"",
            "climate.onebuilding.org",
        ],
    );
    let no_carbon = "no carbon is reported: a weather file names no grid; add site.grid";
    let (_, reported) = validated(&lab, "plain");
    assert!(reported.contains(no_carbon), "{reported}");
    let day = ["--set", "run.days=1", "--set", "site.weather=plain.epw"];
    let compared = lab.good(&[&["compare", "scenario.toml", "scenario.toml"][..], &day].concat());
    assert!(compared.flat().contains(no_carbon), "{}", compared.err);
    let grid = [
        &["run", "scenario.toml", "--set", "site.grid=germany"][..],
        &day,
    ]
    .concat();
    let run = lab.good(&grid);
    assert!(
        !run.flat().contains("no carbon") && run.out.contains("carbon"),
        "{run:?}"
    );
}
