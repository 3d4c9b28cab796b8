//! Files that are not there, not readable or not what they should be: scenarios, weather, load profiles.

use std::fmt::Write as _;

use crate::lab::{LOAD, Lab, TINY, place, tiny};

#[test]
fn files_that_are_no_scenario() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("folder")).unwrap();
    lab.write("empty.toml", "");
    lab.write("blank.toml", "\n  \n\n");
    lab.write("comment.toml", "# What would happen?\n");
    lab.write("binary.toml", (0..=255).collect::<Vec<u8>>());
    lab.write("zeros.toml", [0; 400]);
    lab.write("latin.toml", b"name = \"x\"\n# caf\xe9\n");
    lab.write("utf16.toml", b"\xff\xfen\0a\0m\0e\0");
    lab.write("big.toml", vec![b'#'; 5 << 20]);
    lab.write("deep.toml", format!("a = {}", "[".repeat(100_000)));
    lab.write("dotted.toml", format!("{}a = 1", "a.".repeat(100_000)));
    lab.write(
        "bom.toml",
        format!("\u{feff}{}", TINY.replace("racks", "rakcs")),
    );
    lab.write(
        "dos.toml",
        TINY.replace("racks", "rakcs").replace('\n', "\r\n"),
    );
    let new = "coldaisle new NAME";
    for (file, words) in [
        ("missing.toml", ["No such file", new]),
        ("folder", ["it is a folder", "scenario file"]),
        ("folder/below.toml", ["No such file", new]),
        ("empty.toml", ["the file is empty", new]),
        ("blank.toml", ["the file is empty", new]),
        ("comment.toml", ["'name' is missing", "add name ="]),
        (
            "binary.toml",
            ["line 2 is not UTF-8", "save the scenario as UTF-8"],
        ),
        ("zeros.toml", ["zeros.toml:1:", "TOML"]),
        (
            "latin.toml",
            ["line 2 is not UTF-8", "save the scenario as UTF-8"],
        ),
        (
            "utf16.toml",
            ["line 1 is not UTF-8", "save the scenario as UTF-8"],
        ),
        ("big.toml", ["larger than 4 MB", "scenario file"]),
        ("deep.toml", ["recursion", "TOML"]),
        ("dotted.toml", ["recursion", "TOML"]),
        ("bom.toml", ["bom.toml:15:1", "did you mean 'racks'?"]),
        ("dos.toml", ["dos.toml:15:1", "did you mean 'racks'?"]),
    ] {
        for command in ["run", "validate", "compare"] {
            // A folder may be a result to compare; this one is not.
            if (command, file) == ("compare", "folder") {
                lab.refused(&[command, file], &["folder/summary.json", "finished run"]);
            } else {
                lab.refused(&[command, file], &words).has(&[file]);
            }
        }
    }
    if std::path::Path::new("/dev/zero").exists() {
        lab.refused(&["run", "/dev/zero"], &["/dev/zero", "larger than 4 MB"]);
    }
    lab.write("bom.toml", format!("\u{feff}{TINY}"));
    lab.good(&["validate", "bom.toml"]);
}

#[cfg(unix)]
#[test]
fn files_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::with("closed.toml", TINY);
    lab.write("tiny.toml", TINY);
    let mode = |name: &str, mode| {
        std::fs::set_permissions(lab.path(name), PermissionsExt::from_mode(mode)).unwrap();
    };
    mode("closed.toml", 0o000);
    if std::fs::read(lab.path("closed.toml")).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    lab.refused(
        &["run", "closed.toml"],
        &["closed.toml", "Permission denied"],
    );
    std::fs::create_dir(lab.path("locked")).unwrap();
    mode("locked", 0o500);
    let said = lab.say(&["run", "tiny.toml", "-o", "locked/result"]);
    assert_eq!(said.status, Some(1), "{said:#?}");
    said.has(&["locked", "Permission denied", "that you may write to"]);
    mode("locked", 0o700);
}

const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A year of 20 °C as EPW. Row h of the year is line 8 + h.
pub(crate) fn epw() -> Vec<String> {
    let mut lines: Vec<String> = [
        "LOCATION,Nowhere,-,XX,Test,0,40.0,-100.0,-7.0,100.0",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday,1/1,12/31",
    ]
    .map(String::from)
    .to_vec();
    for (month, days) in (1..).zip(DAYS) {
        for day in 1..=days {
            for hour in 1..=24 {
                lines.push(format!(
                    "1999,{month},{day},{hour},0,flags,20.0,10.0,52,100000,0,0,300,0,0,0,0,0,0,0,180,3.0,5,5,9,77777,\
                     9,999999999,10,0.1,0,88,0.2,0.0,1.0"
                ));
            }
        }
    }
    lines
}

/// The text of a file, broken by `change`.
fn with(change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut lines = epw();
    change(&mut lines);
    lines.join("\n") + "\n"
}

#[test]
fn weather_that_cannot_be_used() {
    let scenario = tiny(&[("climate = \"phoenix\"", "weather = \"site.epw\"")]);
    let lab = Lab::with("bad.toml", &scenario);
    let at = place("bad.toml", &scenario, "\"site.epw\"");
    lab.refused(
        &["run", "bad.toml"],
        &["site.epw: cannot be read", "No such file", &at],
    );
    let leap = |lines: &mut Vec<String>| {
        let extra: Vec<_> = lines[8..32]
            .iter()
            .map(|row| row.replace(",1,1,", ",2,30,"))
            .collect();
        let after = 8 + 59 * 24;
        lines.splice(after..after, extra);
    };
    let cases: [(&str, Vec<u8>, &[&str]); 11] = [
        ("empty", Vec::new(), &["the file is empty", "LOCATION"]),
        (
            "binary",
            (0..=255).cycle().take(4000).collect(),
            &["not plain text", "unpack it"],
        ),
        (
            "another format",
            b"time,load\n0,1\n".to_vec(),
            &["line 1", "unknown format", "TMY3"],
        ),
        (
            "cut off inside a row",
            with(|lines| {
                lines.truncate(4000);
                lines[3999].truncate(40);
            })
            .into(),
            &["line 4000", "cut off", "35 columns"],
        ),
        (
            "half a year",
            with(|lines| lines.truncate(4000)).into(),
            &["8760"],
        ),
        (
            "header alone",
            with(|lines| lines.truncate(8)).into(),
            &["8760"],
        ),
        (
            "wrong columns",
            with(|lines| lines[99] = "1999,1,4,20,0,flags,20.0".into()).into(),
            &["line 100", "7 columns", "35 columns"],
        ),
        (
            "text in numbers",
            with(|lines| lines[99] = lines[99].replace("20.0", "warm")).into(),
            &[
                "line 100, column 7 (Dry Bulb Temperature)",
                "\"warm\" is not a valid number",
                "°C",
            ],
        ),
        (
            "hotter than any place",
            with(|lines| lines[99] = lines[99].replace("20.0", "88.0")).into(),
            &["line 100, column 7 (Dry Bulb Temperature)", "88"],
        ),
        ("30 February", with(leap).into(), &["02-30"]),
        (
            "no pressure and no place",
            with(|lines| lines[0] = "LOCATION,Nowhere".into()).into(),
            &["line 1", "latitude"],
        ),
    ];
    for (what, bytes, words) in cases {
        println!("{what}");
        lab.write("site.epw", bytes);
        let said = lab.refused(&["run", "bad.toml"], words);
        said.has(&["site.epw", &at]);
    }
    // A leap year is whole too.
    lab.write(
        "site.epw",
        with(|lines| {
            let day: Vec<_> = lines[8..32]
                .iter()
                .map(|row| row.replace(",1,1,", ",2,29,"))
                .collect();
            let after = 8 + 59 * 24;
            lines.splice(after..after, day);
        }),
    );
    lab.good(&["run", "bad.toml", "-o", "leap"]);
    lab.write("site.epw", with(|_| ()));
    lab.good(&["run", "bad.toml", "-o", "common"]);
    let inputs = &lab.json("common/run.json")["inputs"];
    assert_eq!(inputs[1]["path"], "site.epw");
    assert_eq!(inputs[1]["sha256"].as_str().map(str::len), Some(64));
}

/// Hourly rows of a day and the one after.
fn load_csv(header: &str, row: impl Fn(u32) -> String) -> String {
    let mut text = format!("{header}\n");
    for hour in 0..48 {
        writeln!(text, "{}", row(hour)).unwrap();
    }
    text
}

#[test]
fn profiles_that_cannot_be_used() {
    let scenario = tiny(&[(LOAD, "[workload.profile]\nfile = \"load.csv\"\n")]);
    let lab = Lab::with("bad.toml", &scenario);
    let at = place("bad.toml", &scenario, "\"load.csv\"");
    lab.refused(
        &["run", "bad.toml"],
        &["load.csv: cannot be read", "No such file", &at],
    );
    let kw = |text: &'static str| {
        load_csv("time_h,it_kw", |hour| {
            format!("{hour},{}", if hour == 9 { text } else { "70" })
        })
    };
    let cases: [(&str, String, &[&str]); 13] = [
        (
            "empty",
            String::new(),
            &["the file is empty", "time_s,it_kw"],
        ),
        (
            "no header",
            "0,70\n1,70\n2,70\n".into(),
            &["line 1", "no time column", "time_h"],
        ),
        (
            "header alone",
            "time_h,it_kw\n".into(),
            &["no rows", "at least two"],
        ),
        (
            "one row",
            "time_h,it_kw\n0,70\n".into(),
            &["a single row", "at least two"],
        ),
        (
            "no load",
            load_csv("time_h,watts", |h| format!("{h},1")),
            &["neither it_kw nor facility_kw nor utilisation"],
        ),
        (
            "text",
            kw("plenty"),
            &["line 11, column it_kw", "\"plenty\" is not a valid number"],
        ),
        (
            "negative",
            kw("-5"),
            &["line 11, column it_kw", "-5 is negative", "zero or above"],
        ),
        (
            "watts",
            kw("70000000"),
            &["line 11", "kilowatts, not watts"],
        ),
        ("another building's", kw("900"), &["0.900 MW", "add racks"]),
        (
            "percent",
            load_csv("time_h,utilisation", |h| format!("{h},70")),
            &["line 2, column utilisation", "70 is above 1", "not percent"],
        ),
        (
            "a gap",
            load_csv("time_h,it_kw", |h| {
                format!("{},70", if h < 9 { h } else { h + 30 })
            }),
            &["line 11", "a gap of 111600 s", "add the missing rows"],
        ),
        (
            "backwards",
            load_csv("time_h,it_kw", |h| {
                format!("{},70", if h == 9 { 2 } else { h })
            }),
            &["line 11", "backwards", "sort the rows"],
        ),
        (
            "half a zone",
            load_csv("time,it_kw", |h| {
                let zone = if h == 9 { "+02:00" } else { "" };
                format!("2026-07-{:02}T{:02}:00{zone},70", 1 + h / 24, h % 24)
            }),
            &["line 11", "differ in their form", "all with an offset"],
        ),
    ];
    for (what, text, words) in cases {
        println!("{what}");
        lab.write("load.csv", text);
        lab.refused(&["run", "bad.toml"], words)
            .has(&["load.csv", &at]);
    }
    for (text, reported) in [
        (kw(""), "1 missing value, the first at line 11"),
        (kw("NaN"), "1 missing value, the first at line 11"),
        (
            load_csv("time_h;it_kw", |h| {
                format!("{};70,5", if h < 9 { h } else { h + 3 })
            }),
            "3 missing values, the first at line 10",
        ),
    ] {
        lab.write("load.csv", text);
        lab.good(&["validate", "bad.toml"]).has(&[reported]);
    }
    lab.write("load.csv", kw("71"));
    lab.good(&["run", "bad.toml", "-o", "fits"]);
    lab.refused(
        &["run", "bad.toml", "--set", "run.days=3"],
        &["day 0.000 to 3.000", "day 0.000 to 2.000", "repeat = true"],
    );
    lab.good(&[
        "run",
        "bad.toml",
        "-o",
        "fits",
        "--set",
        "run.days=3",
        "--set",
        "workload.profile.repeat=true",
    ]);
}
