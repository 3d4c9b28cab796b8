//! `view --page`, `--gltf` and `--usd`: what is written, and what is refused with a cure.

use std::fs;

use serde_json::Value;

use crate::lab::{Lab, tiny};
use crate::report::sides;

const EVENT: (&str, &str) = (
    "[workload.constant]",
    "[[event]]\nname = \"fans stop\"\nstart = \"2026-07-01T06:00\"\nminutes = 60\nwhat.crah_trip = {}\n\n[workload.constant]",
);

fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

fn lab(changes: &[(&str, &str)]) -> Lab {
    let lab = Lab::with("a.toml", tiny(changes));
    lab.good(&["run", "a.toml", "-o", "out", "-q"]);
    lab
}

/// Bytes of base64.
fn bytes(text: &Value) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |c: u8| digits.iter().position(|digit| *digit == c).unwrap() as u32;
    let text = text.as_str().unwrap().trim_end_matches('=').as_bytes();
    let mut all = Vec::new();
    for chunk in text.chunks(4) {
        let bits = chunk.iter().fold(0, |bits, c| bits << 6 | value(*c)) << (6 * (4 - chunk.len()));
        all.extend(&bits.to_be_bytes()[1..chunk.len()]);
    }
    all
}

/// Each row is a moment; power, chip and sentences are those of the time series; no address is named.
#[test]
fn a_page_holds_the_rows_of_the_folder() {
    let lab = lab(&[EVENT]);
    let said = lab.good(&["view", "out", "--page", "hall.html"]);
    assert_eq!(said.out, "page in hall.html\n");
    let page = lab.read("hall.html");
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-eval"));
    assert!(page.contains("MIT licence") && page.contains("three.js authors"));
    for address in ["src=\"", "href=\"http", "@import", "url("] {
        assert!(!page.contains(address), "{address}");
    }
    let side = &data(&page)["sides"][0];
    let series = lab.read("out/timeseries.csv");
    let mut lines = series
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(side["rows"], rows.len());
    assert_eq!(bytes(&side["row"]["data"]).len(), rows.len());
    for (column, of, unit) in [
        ("facility_w", "facility_kw", 1e3),
        ("0.max_chip_c", "north_max_chip_c", 1.0),
    ] {
        let at = head.iter().position(|name| *name == of).unwrap();
        let packed = &side["columns"][column];
        let (low, step) = (
            packed["low"].as_f64().unwrap(),
            packed["step"].as_f64().unwrap(),
        );
        let codes = bytes(&packed["data"]);
        for (row, code) in rows.iter().zip(codes.chunks(2)) {
            let value = low + step * f64::from(u16::from_le_bytes([code[0], code[1]]));
            let asked = unit * row[at].parse::<f64>().unwrap();
            assert!(
                (value - asked).abs() <= 0.51 * step + 1e-9,
                "{column}: {value}, {asked}"
            );
        }
    }
    assert_eq!(side["events"][0]["name"], "fans stop");
    assert_eq!(side["events"][0]["start_s"], 21_600.0);
    let forms = side["texts"]["forms"].as_array().unwrap();
    assert!(
        forms
            .iter()
            .any(|form| form.as_str().unwrap().starts_with("Hottest: north rack"))
    );
    assert!(
        forms
            .iter()
            .any(|form| form.as_str().unwrap().contains("fans stop: "))
    );
    // An older page is replaced, another file is not.
    lab.good(&["view", "out", "--page", "hall.html", "-q"]);
    lab.write("mine.html", "mine");
    lab.refused(
        &["view", "out", "--page", "mine.html"],
        &["mine.html", "give another file"],
    );
    assert_eq!(lab.read("mine.html"), "mine");
}

/// A long run is thinned to what fits; the first and the last row, and those of events, stay.
#[test]
fn a_year_is_less_than_three_megabytes() {
    let long = (
        "days = 1\nstep_s = 300\nrecord_s = 900",
        "days = 365\nstep_s = 900\nrecord_s = 900",
    );
    let lab = lab(&[long, EVENT]);
    lab.good(&["view", "out", "--page", "hall.html", "-q"]);
    let page = lab.read("hall.html");
    assert!(page.len() < 3_000_000, "{}", page.len());
    let side = &data(&page)["sides"][0];
    assert_eq!(side["rows"], 35_040);
    let kept = bytes(&side["row"]["data"]);
    let kept: Vec<u16> = kept
        .chunks(2)
        .map(|code| u16::from_le_bytes([code[0], code[1]]))
        .collect();
    assert!(kept.len() > 3000, "{}", kept.len());
    assert!(kept.is_sorted());
    for row in [0, 24, 27, 35_039] {
        assert!(kept.contains(&row), "row {row}");
    }
}

/// Names of halls are plain, those of events are not.
#[test]
fn names_of_any_text_stay_text() {
    let (from, to) = EVENT;
    let to = to.replace("\"fans stop\"", "'a</script><b>\"\\ 機房'");
    let lab = lab(&[("name = \"north\"", "name = \"north-1.a\""), (from, &to)]);
    lab.good(&["view", "out", "--page", "hall.html", "-q"]);
    let page = lab.read("hall.html");
    assert!(!page.contains("a</script><b>"));
    let side = &data(&page)["sides"][0];
    assert_eq!(side["events"][0]["name"], "a</script><b>\"\\ 機房");
    let models = ["--gltf", "hall.glb", "--usd", "hall.usda", "-q"];
    lab.good(&[&["view", "out"][..], &models].concat());
    assert!(fs::read(lab.path("hall.glb")).unwrap().starts_with(b"glTF"));
    let usd = lab.read("hall.usda");
    assert!(usd.contains("displayName = \"north-1.a rack 3\""));
    assert!(usd.contains("def Xform \"hall_p0_north_1_a\""));
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_cure() {
    let lab = lab(&[]);
    for (arguments, parts) in [
        (
            &["view", "a.toml", "--page", "x.html"][..],
            &["no result folder", "coldaisle run a.toml -o results/a"][..],
        ),
        (
            &["view", "none", "--page", "x.html"],
            &["there is no such folder"],
        ),
        (&["view", "--page", "x.html"], &["there is nothing to show"]),
        (
            &["view", "out", "--page", "no/x.html"],
            &["there is no folder no"],
        ),
        (
            &[
                "view",
                "out",
                "--page",
                "x.html",
                "--at",
                "2026-09-01T00:00",
            ],
            &["lies outside the run"],
        ),
        (
            &["view", "out", "--page", "x.html", "--color-by", "job"],
            &["colours them by chip"],
        ),
        (
            &["view", "out", "--page", "x.html", "--set", "run.days=2"],
            &["--set changes nothing"],
        ),
        (
            &["view", "out", "--gltf", "x.html"],
            &["ends in .glb", "write x.glb"],
        ),
        (
            &["view", "out", "out", "--usd", "x.usda"],
            &["name one scenario or one result folder"],
        ),
        (
            &["view", "out", "--gltf", "x.glb", "--at", "noon"],
            &["2026-07-15T15:00"],
        ),
        (
            &["view", "out", "--page", "x.html", "--screenshot", "x.png"],
            &["cannot be used with"],
        ),
    ] {
        lab.refused(arguments, parts);
        assert!(
            !lab.path("x.html").exists() && !lab.path("x.glb").exists(),
            "{arguments:?}"
        );
    }
    lab.write("x.glb", "mine");
    lab.refused(
        &["view", "out", "--gltf", "x.glb"],
        &["it exists and is no such model"],
    );
    assert_eq!(lab.read("x.glb"), "mine");
}

/// Where there is no window, the command says how to build one.
#[cfg(not(feature = "view"))]
#[test]
fn a_build_without_windows_says_how_to_build_one() {
    let lab = Lab::with("a.toml", tiny(&[]));
    for arguments in [
        &["view", "a.toml"][..],
        &["view", "a.toml", "--screenshot", "x.png"],
        &["view"],
    ] {
        lab.refused(arguments, &["cargo build --release --features view"]);
    }
    let said = lab.good(&["view", "a.toml", "--gltf", "x.glb"]);
    assert_eq!(said.out, "model in x.glb\n");
}

/// A report links to the page of the hall beside it, of one run or of two.
#[test]
fn a_report_links_to_its_hall() {
    let lab = sides();
    for name in ["air", "bath"] {
        lab.good(&["run", &format!("{name}.toml"), "-o", name, "-q"]);
    }
    let hall = ["--hall", "the hall.html"];
    let said = lab.good(&[&["report", "air", "-o", "page.html"][..], &hall].concat());
    assert_eq!(said.out, "page in the hall.html\nreport in page.html\n");
    assert!(
        lab.read("page.html")
            .contains("<a href=\"./the%20hall.html\">Walk through the hall")
    );
    assert_eq!(
        data(&lab.read("the hall.html"))["sides"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    lab.good(&[
        "report",
        "air",
        "bath",
        "-o",
        "two.html",
        "--hall",
        "halls.html",
        "--lang",
        "zh-TW",
        "-q",
    ]);
    assert!(
        lab.read("two.html")
            .contains("<a href=\"./halls.html\">以三維畫面走進機房")
    );
    assert_eq!(
        data(&lab.read("halls.html"))["sides"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    fs::create_dir(lab.path("sub")).unwrap();
    lab.refused(
        &[
            "report",
            "air",
            "-o",
            "page.html",
            "--hall",
            "sub/hall.html",
        ],
        &["not in the folder of the report", "write hall.html"],
    );
    lab.refused(
        &["report", "air", "-o", "page.html", "--hall", "page.html"],
        &["the report goes there"],
    );
    lab.refused(
        &[
            "report",
            "air",
            "bath",
            "air",
            "-o",
            "page.html",
            "--hall",
            "hall.html",
        ],
        &["one or two runs"],
    );
}
