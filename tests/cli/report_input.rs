//! `report` and `--report` with wrong input, hostile names and a signal in the middle.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::lab::Said;
use crate::report::sides;

#[test]
fn wrong_input_is_refused_with_a_cure() {
    let lab = sides();
    for name in ["air", "bath"] {
        lab.good(&["run", &format!("{name}.toml"), "-o", name, "-q"]);
    }
    lab.write("mine.html", "<p>mine</p>");
    fs::create_dir(lab.path("empty")).unwrap();
    let report = |rest: &[&str], parts: &[&str]| -> Said {
        lab.refused(&[&["report"], rest].concat(), parts)
    };
    let page = ["-o", "page.html"];
    report(
        &[&["air", "nowhere"], &page[..]].concat(),
        &["nowhere: there is no such folder", "give result folders"],
    );
    report(
        &[&["air", "empty"], &page[..]].concat(),
        &["empty: this holds no results"],
    );
    report(
        &[&["air", "air.toml"], &page[..]].concat(),
        &["air.toml: this is a file", "run it first"],
    );
    report(
        &["air", "bath", "-o", "mine.html"],
        &["mine.html: it exists and is no report", "another file"],
    );
    report(
        &["air", "bath", "-o", "empty"],
        &["empty: this is a folder"],
    );
    report(
        &["air", "bath", "-o", "none/page.html"],
        &["there is no folder none", "make it first"],
    );
    assert_eq!(lab.read("mine.html"), "<p>mine</p>");
    // Nothing runs before the target is found right.
    for command in ["run", "compare"] {
        let sides: &[&str] = if command == "run" {
            &["air.toml"]
        } else {
            &["air.toml", "bath.toml"]
        };
        for (target, part) in [
            ("mine.html", "is no report"),
            ("none/page.html", "there is no folder none"),
        ] {
            lab.refused(
                &[&[command], sides, &["--report", target]].concat(),
                &[part],
            );
        }
    }
    lab.refused(
        &["compare", "air.toml", "--report", "page.html"],
        &["needs two sides"],
    );
    for other in [&["--more-gpus", "8"], &["--seeds", "2"]] {
        let all = [
            &["compare", "air.toml", "bath.toml", "--report", "p.html"],
            &other[..],
        ]
        .concat();
        lab.refused(&all, &["cannot be used with"]);
    }
    lab.refused(&["run", "air.toml", "--lang", "zh-TW"], &["--report"]);
    // Damaged: a cell that is no number, a row cut short, figures that are none, JSON that ends early.
    let series = lab.read("bath/timeseries.csv");
    let first = series.lines().nth(1).unwrap().to_owned();
    let damaged = [
        (
            "timeseries.csv",
            series.replace(&first, &first.replacen(',', ",x,", 1)),
        ),
        ("timeseries.csv", series[..series.len() / 2].to_owned()),
        ("summary.json", "{}".to_owned()),
        ("summary.json", "{\"energy_mwh\": {".to_owned()),
        ("run.json", "[".to_owned()),
    ];
    for (name, text) in damaged {
        let path = format!("bath/{name}");
        let whole = lab.read(&path);
        lab.write(&path, text);
        report(
            &["air", "bath", "-o", "page.html"],
            &[name, "copy the whole folder"],
        );
        lab.write(&path, whole);
    }
    report(
        &["air", "bath", "-o", "/proc/page.html"],
        &["nothing can be written to its folder"],
    );
}

/// What users write is text, never a part of the page.
#[test]
fn names_do_not_become_part_of_the_page() {
    let lab = sides();
    let name = "x</script><script>alert(1)</script>";
    lab.good(&["run", "air.toml", "-o", "air", "-q"]);
    lab.good(&["run", "bath.toml", "-o", "bath", "-q"]);
    let scenario = lab
        .read("bath/scenario.toml")
        .replace("\"bath\"", &format!("\"{name}\""));
    assert!(scenario.contains("alert"));
    lab.write("bath/scenario.toml", scenario);
    for folders in [&["bath"][..], &["air", "bath"]] {
        let all = [&["report"], folders, &["-o", "page.html", "-q"]].concat();
        lab.good(&all);
        let page = lab.read("page.html");
        assert!(page.contains("alert(1)") && !page.contains("<script>alert"));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}

/// Stopped in the middle, a comparison leaves no page and no folder.
#[cfg(unix)]
#[test]
fn a_stopped_comparison_leaves_nothing() {
    let lab = sides();
    let long = [
        "compare",
        "air.toml",
        "bath.toml",
        "--set",
        "run.days=3000",
        "--report",
        "page.html",
    ];
    let mut child = lab.command(&long).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let hidden = |names: &[String]| names.iter().any(|name| name.starts_with(".page.html."));
    while !hidden(&lab.names(".")) {
        assert!(began.elapsed() < Duration::from_mins(1), "no run began");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", "TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(lab.names("."), ["air.toml", "bath.toml"]);
}
