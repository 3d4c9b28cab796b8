//! Studies written by hand, read back and shown.

use std::fmt::Write as _;

use super::*;
use crate::metrics::Summary;
use crate::report::words::Language;

fn words() -> &'static Words {
    Language::En.words().unwrap()
}

/// The page of a folder with these files.
fn page_of(searched: bool, files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    match page(folder.path(), searched, words()) {
        Ok(page) => page.render(&crate::report::Options::default(), words()),
        Err(fault) => panic!("{}", fault.words()),
    }
}

/// Asserts that a page says something, and tells what it says in its place.
#[track_caller]
fn has(html: &str, text: &str) {
    let main = html.find("<main").unwrap_or(html.len());
    assert!(
        html.contains(text),
        "no {text:?} in {}",
        &html[html.find("<body").unwrap()..main]
    );
}

/// The data of the runs as the script reads them.
fn data(html: &str) -> serde_json::Value {
    let from = html.split_once("id=\"study-data\">").unwrap().1;
    serde_json::from_str(from.split_once("</script>").unwrap().0).unwrap()
}

/// Figures on the page that name what they are of.
fn figures(html: &str) -> Vec<(String, f64)> {
    let attribute = |text: &str, name: &str| {
        let from = text.split_once(&format!("{name}=\"")).unwrap().1;
        from.split_once('"').unwrap().0.to_owned()
    };
    html.split("data-figure=")
        .skip(1)
        .map(|text| {
            let text = format!("data-figure={text}");
            let value = attribute(&text, "data-value").parse().unwrap();
            (attribute(&text, "data-figure"), value)
        })
        .collect()
}

const STUDY: &str = "# How warm\n# may it be?\n#\n# Warm.\nname = \"warm\"\noutputs = [\"energy_mwh.facility\", \"ratios.pue\"]\n[[vary]]\nkey = \"a.b\"\nover.values = [1, 2]\n";

#[test]
fn the_first_screen_says_what_the_table_holds() {
    let html = page_of(
        false,
        &[
            ("study.toml", STUDY),
            (
                "sweep.csv",
                "variation,a.b,energy_mwh.facility,ratios.pue,failed\n0,1,300,1.5,\n1,2,100,1.25,\n2,3,,,--set a.b=3: too warm\n3,4,200,1.125,\n",
            ),
        ],
    );
    has(&html, "<h1>How warm may it be?</h1>");
    has(
        &html,
        "In 3 runs over 1 input, electricity, all uses ranges from 100.0 to 300.0\u{a0}MWh",
    );
    has(&html, "It is lowest at b\u{a0}=\u{a0}2.");
    has(
        &html,
        "1 of 4 runs failed and are in no picture: 1 × “too warm”.",
    );
    // The least and the most, and the other figure of the run with the least.
    let expected = [
        ("energy_mwh.facility".to_owned(), 100.0),
        ("energy_mwh.facility".to_owned(), 300.0),
        ("ratios.pue".to_owned(), 1.25),
    ];
    assert_eq!(figures(&html), expected);
    let data = data(&html);
    assert_eq!(
        data["columns"][1]["cells"],
        serde_json::json!([300, 100, null, 200])
    );
    assert_eq!(data["failed"]["of"], serde_json::json!([[2, 0]]));
}

#[test]
fn medians_of_a_sample_are_those_of_its_runs() {
    let study = "name = \"s\"\noutputs = [\"cost_usd.total\"]\nsample.monte_carlo.points = 5\n[[vary]]\nkey = \"p\"\ndrawn.uniform = { low = 0, high = 1 }\n";
    let csv = "variation,p,cost_usd.total,failed\n0,0.1,10,\n1,0.2,50,\n2,0.3,20,\n3,0.4,40,\n4,0.5,30,\n";
    let html = page_of(false, &[("study.toml", study), ("sweep.csv", csv)]);
    has(
        &html,
        "is 30.00\u{a0}USD at the median, and between 14.00 and 46.00\u{a0}USD in eight runs of ten",
    );
    assert_eq!(figures(&html), [("cost_usd.total".to_owned(), 30.0)]);
}

/// Ten thousand runs with every figure: the page stays small, says what it leaves out, and keeps the figures that come first.
#[test]
fn a_large_study_stays_under_three_megabytes() {
    let names: Vec<String> = Summary::default()
        .table()
        .iter()
        .map(|(figure, _)| figure.name())
        .collect();
    let mut csv = format!("variation,x,y,kind,{},failed\n", names.join(","));
    let mut state = 1_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for row in 0..10_000 {
        let _ = write!(csv, "{row},{},{},k{}", random(), 1e5 * random(), row % 300);
        for _ in &names {
            let _ = write!(csv, ",{}", 1e5 * random());
        }
        csv.push_str(",\n");
    }
    let html = page_of(false, &[("sweep.csv", &csv)]);
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    assert!(
        html.len() > 2_000_000,
        "{} bytes: there is room for more",
        html.len()
    );
    let data = data(&html);
    let full: Vec<&str> = data["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["full"].as_str().unwrap())
        .collect();
    assert_eq!(full[..4], ["x", "y", "kind", "energy_mwh.facility"]);
    for name in &names {
        let packed = full.contains(&name.as_str());
        assert_ne!(
            packed,
            html.contains(&format!("<li><code>{name}</code></li>")),
            "{name}"
        );
    }
}

/// Long reasons, all different, find room too.
#[test]
fn ten_thousand_reasons_stay_under_three_megabytes() {
    let mut csv = "variation,x,energy_mwh.facility,failed\n".to_owned();
    for row in 0..10_000_u64 {
        let word: String = (0..60)
            .map(|at| char::from(b'a' + ((row * 7919 + at * at * row) % 26) as u8))
            .collect();
        let _ = writeln!(
            csv,
            "{row},{row},,\"--set x={row}: {word} {word} {word} {word} {word} {word}\""
        );
    }
    let html = page_of(false, &[("sweep.csv", &csv)]);
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    has(&html, "None of 10,000 runs has figures");
}

#[test]
fn names_of_users_reach_the_page_escaped() {
    let study = "# </script><b>\"?\nname = \"x\"\noutputs = [\"ratios.pue\"]\n";
    let csv = "variation,\"a.<i>,\"\"b\",kind,ratios.pue,failed\n0,1,\"</script><script>alert(1)\",1.5,\n1,2,\"{low}, x\",1.25,\n2,2,k,,\"<b>no</b>\"\n";
    let html = page_of(false, &[("study.toml", study), ("sweep.csv", csv)]);
    for bad in ["<i>", "<b>\"", "<b>no", "<script>alert"] {
        assert!(!html.contains(bad), "{bad}");
    }
    let data = data(&html);
    assert_eq!(data["columns"][0]["full"], "a.<i>,\"b");
    assert_eq!(data["columns"][1]["names"][0], "</script><script>alert(1)");
    has(&html, "kind\u{a0}=\u{a0}“{low}, x”");
}

#[test]
fn studies_with_nothing_to_compare_are_told() {
    let head = "variation,x,ratios.pue,failed\n";
    let html = page_of(false, &[("sweep.csv", head)]);
    has(&html, "None of 0 runs has figures");
    let html = page_of(
        false,
        &[("sweep.csv", &format!("{head}0,1,,broken\n1,2,,broken\n"))],
    );
    assert!(html.contains("None of 2 runs has figures") && html.contains("2 × “broken”"));
    assert_eq!(figures(&html), []);
    let html = page_of(false, &[("sweep.csv", &format!("{head}0,1,1.5,\n"))]);
    has(
        &html,
        "In 1 run over 1 input, PUE, facility over IT is always 1.500.",
    );
    let html = page_of(
        false,
        &[(
            "sweep.csv",
            &format!("{head}0,1,1.5,\n1,2,1.5,\n2,3,1.5,\n"),
        )],
    );
    assert!(
        html.contains("is always 1.500")
            && html.contains("Figures that are the same in all runs: 1")
    );
}

/// An axis may have the name of a figure.
#[test]
fn axes_and_figures_are_told_apart() {
    let study = "name = \"x\"\noutputs = [\"ratios.tue\"]\n";
    let csv = "variation,ratios.pue,ratios.tue,failed\n0,7,1.5,\n1,8,1.25,\n";
    let html = page_of(false, &[("study.toml", study), ("sweep.csv", csv)]);
    has(&html, "over 1 input, TUE");
    let same = "variation,ratios.pue,ratios.pue,failed\n0,7,1.5,\n1,8,1.25,\n";
    let html = page_of(false, &[("sweep.csv", same)]);
    has(
        &html,
        "over 1 input, PUE, facility over IT ranges from 1.250 to 1.500",
    );
}

const OPTIMISE: &str = "name = \"best\"\n[optimise]\naims = [\"energy_mwh.facility\", { figure = \"water_m3.makeup\", maximise = true }]\nlimits = { \"peak_kw.facility\" = 2000 }\n";

#[test]
fn a_front_has_its_ends_and_its_limits() {
    let csv = "design,x,energy_mwh.facility,water_m3.makeup,peak_kw.facility,violation,feasible,front,failed\n\
        0,1,100,10,1900,0,1,1,\n1,2,200,30,1800,0,1,1,\n2,3,250,20,1700,0,1,0,\n3,4,50,60,2500,0.2,0,0,\n4,5,,,,,0,0,no\n";
    let html = page_of(true, &[("study.toml", OPTIMISE), ("optimise.csv", csv)]);
    has(
        &html,
        "2 of 5 designs over 1 input form the front between electricity, all uses and make-up water",
    );
    has(&html, "The lowest electricity, all uses is 100");
    has(&html, "The highest make-up water is 30");
    has(&html, "1 of 5 designs cannot be run: 1 × “no”.");
    has(&html, "1 of 5 designs ran and do not hold all limits.");
    has(&html, "limit: at most 2.000\u{a0}MW");
    let told = figures(&html);
    assert_eq!(
        told[..3],
        [
            ("energy_mwh.facility".to_owned(), 100.0),
            ("water_m3.makeup".to_owned(), 30.0),
            ("peak_kw.facility".to_owned(), 1900.0),
        ]
    );
}

#[test]
fn a_search_without_a_design_says_so() {
    let csv = "design,x,energy_mwh.facility,violation,feasible,front,failed\n0,1,100,0.5,0,0,\n1,2,,,0,0,no\n";
    let html = page_of(true, &[("optimise.csv", csv)]);
    has(
        &html,
        "None of 2 designs over 1 input could be run within all limits.",
    );
    has(&html, "class=\"grave\"");
}

/// By hand: a middle of 100, ends of 90 and 130 for one input, and an end that could not be run for the other.
#[test]
fn a_tornado_has_the_ends_that_were_run() {
    let csv = "variation,x,y,energy_mwh.facility,failed\n0,1,1,100,\n1,0,1,90,\n2,2,1,130,\n3,1,0,105,\n4,1,2,,no\n";
    let sensitivity = "output,axis,middle,low,high,swing\nenergy_mwh.facility,x,100,90,130,40\nenergy_mwh.facility,y,100,105,,\n";
    let html = page_of(
        false,
        &[("sweep.csv", csv), ("sensitivity.csv", sensitivity)],
    );
    assert!(html.contains("−10.0 / +30.0") && html.contains("+5.0 / –"));
    has(&html, "The input that moves it most on its own is x: by 40");
    has(&html, "could not be run: 1.");
}

#[test]
fn damage_is_told_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("sweep.csv"),
        "variation,x,ratios.pue\n0,1,2\n",
    )
    .unwrap();
    let fault = page(folder.path(), false, words()).err().unwrap();
    assert!(fault.file().is_some_and(|file| file.ends_with("sweep.csv")));
    let fault = page(folder.path(), true, words()).err().unwrap();
    assert!(fault.words().contains("optimise.csv"), "{}", fault.words());
}
