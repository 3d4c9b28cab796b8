//! `run --band` and `compare --band`: how sure an answer is.

use std::collections::BTreeMap;

use crate::lab::{Lab, tiny};

/// A row of the draws: its cells by column.
type Row = BTreeMap<String, String>;

fn rows(csv: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let cells = |row: csv::StringRecord| {
        let named = head.iter().zip(&row);
        named
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    };
    reader.records().map(|row| cells(row.unwrap())).collect()
}

fn figure(row: &Row, name: &str) -> f64 {
    row[name]
        .parse()
        .unwrap_or_else(|_| panic!("{name}: {:?}", row[name]))
}

const FACILITY: &str = "energy_mwh.facility";

/// One scenario under two names: every draw has the same values on both sides, so no difference is anything but zero.
#[test]
fn sides_share_their_draws() {
    let lab = Lab::with("a.toml", tiny(&[]));
    lab.write("b.toml", tiny(&[("\"tiny\"", "\"twin\"")]));
    let arguments = [
        "compare", "a.toml", "b.toml", "--band", "10", "-o", "all.csv",
    ];
    let said = lab.good(&arguments);
    said.has(&["10 draws of", "the same on all sides: 22 runs"]);
    assert!(said.out.contains("twin less tiny"), "{}", said.out);
    assert!(!said.out.contains("open"), "{}", said.out);
    let differences = said.out.split("twin less tiny").nth(1).unwrap();
    let table = differences.split("Which doubt").next().unwrap();
    let mut signs = 0;
    for row in table.lines().filter(|line| !line.is_empty()) {
        assert!(row.ends_with('='), "{row}");
        signs += 1;
    }
    assert!(signs > 8, "{differences}");
    let csv = lab.read("all.csv");
    let rows = rows(&csv);
    assert_eq!(rows.len(), 22);
    let mut apart = 0;
    for pair in rows.chunks(2) {
        let [a, b] = [0, 1].map(|side| {
            let mut row = pair[side].clone();
            row.remove("scenario");
            row
        });
        assert_eq!(a, b);
        assert_eq!(a["failed"], "");
        apart += usize::from(figure(&a, FACILITY) != figure(&rows[0], FACILITY));
    }
    assert_eq!(apart, 10, "draws change the answer");
    // The same bytes with one thread, on paper too.
    let mut alone = lab.command(&arguments);
    alone.env("RAYON_NUM_THREADS", "1");
    let output = alone.output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), said.out);
    assert_eq!(lab.read("all.csv"), csv);
}

/// A figure that the user states is not in doubt; figures stay in their ranges; the band lies around what is stated.
#[test]
fn what_is_stated_has_no_band() {
    let lab = Lab::with("tiny.toml", tiny(&[]));
    let fans = "servers.hgx-h100.air.fan_max_w";
    let pressure = "hall[].cooling.air.fan_pa";
    let said = lab.good(&["run", "tiny.toml", "--band", "12", "-o", "free"]);
    for part in ["as stated", "P10", "P50", "P90", "Which doubt decides"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(lab.names("free"), ["bands.csv"]);
    let free = rows(&lab.read("free/bands.csv"));
    assert_eq!(free.len(), 13);
    // By its usual range, 0.6 to 1.35 times 1,500 W; by the schema 200 to 500 Pa.
    for (name, stated, low, high) in [
        (fans, 1500.0, 900.0, 2025.0),
        (pressure, 350.0, 200.0, 500.0),
    ] {
        assert_eq!(figure(&free[0], name), stated);
        let drawn: Vec<f64> = free[1..].iter().map(|row| figure(row, name)).collect();
        assert!(
            drawn.iter().all(|value| (low..=high).contains(value)),
            "{name} {drawn:?}"
        );
        assert!(
            drawn.iter().any(|value| *value < stated) && drawn.iter().any(|value| *value > stated)
        );
    }
    let seeds: Vec<&str> = free.iter().map(|row| row["seed"].as_str()).collect();
    assert_eq!((seeds[0], seeds[12]), ("42", "54"));
    let mut drawn: Vec<f64> = free[1..].iter().map(|row| figure(row, FACILITY)).collect();
    drawn.sort_by(f64::total_cmp);
    let middle = f64::midpoint(drawn[5], drawn[6]) / figure(&free[0], FACILITY);
    assert!((0.93..1.07).contains(&middle), "{middle}");

    let sets = [
        "catalogue.servers.hgx-h100.air.fan_max_w=1500",
        "hall.0.cooling.air.fan_pa=350",
    ];
    let [one, two] = sets;
    lab.good(&[
        "run",
        "tiny.toml",
        "--band",
        "12",
        "-o",
        "set",
        "-q",
        "--set",
        one,
        "--set",
        two,
    ]);
    let set = rows(&lab.read("set/bands.csv"));
    for name in [fans, pressure] {
        assert!(!set[0].contains_key(name), "{name}");
    }
    assert_eq!(set[0].len() + 2, free[0].len());
    // All other figures are drawn as before.
    for (name, value) in &set[7] {
        if name.starts_with("servers.") || name.starts_with("hall[]") {
            assert_eq!(value, &free[7][name], "{name}");
        }
    }
}

/// An entry of the user's own has its own doubts and shares those that it takes over with the entry that it is like; a doubt that
/// is large beside the others is named as what decides. Entries of a file are drawn as those of the scenario.
#[test]
fn own_entries_are_in_doubt_too() {
    let entry = "like = \"hgx-h100\"\nhost_busy_w = 3000\n\
                 doubt.host_busy_w = { range = [1600, 12000], reason = \"nobody has measured it\" }\n";
    let lab = Lab::with("theirs.toml", tiny(&[]));
    let ours = tiny(&[("\"tiny\"", "\"ours\""), ("\"hgx-h100\"", "\"ours\"")]);
    lab.write(
        "ours.toml",
        format!("{ours}\n[catalogue.servers.ours]\n{entry}"),
    );
    lab.write("entries.toml", format!("[servers.ours]\n{entry}"));
    let from_file = ours.replacen("it = []", "it = []\ncatalogue = \"entries.toml\"", 1);
    lab.write(
        "from-file.toml",
        from_file.replacen("\"ours\"", "\"from-file\"", 1),
    );
    let said = lab.good(&[
        "compare",
        "theirs.toml",
        "ours.toml",
        "from-file.toml",
        "--band",
        "40",
        "-o",
        "all.csv",
    ]);
    let decides = said.out.split("Which doubt").nth(1).unwrap();
    let energy = decides.split(" of ours:").nth(1).unwrap();
    let first = energy.lines().nth(1).unwrap();
    assert!(
        first.contains("servers.ours.host_busy_w, 1,600 to 12,000"),
        "{decides}"
    );
    assert!(first.contains("more means more"), "{decides}");
    for rows in rows(&lab.read("all.csv")).chunks(3) {
        let of = |side: usize, name: &str| rows[side][name].clone();
        let fans = "servers.hgx-h100.air.fan_max_w";
        assert!(!of(0, fans).is_empty());
        assert_eq!((of(1, fans), of(2, fans)), (of(0, fans), of(0, fans)));
        let busy = "servers.ours.host_busy_w";
        assert_eq!((of(0, busy), of(1, busy)), (String::new(), of(2, busy)));
        assert_eq!(of(1, FACILITY), of(2, FACILITY));
    }
}

#[test]
fn bands_are_of_scenarios() {
    let lab = Lab::with("tiny.toml", tiny(&[]));
    lab.good(&["run", "tiny.toml", "-o", "done", "-q"]);
    lab.refused(
        &["compare", "done", "tiny.toml", "--band"],
        &["--band runs scenarios again", "give the scenario file"],
    );
    for (arguments, part) in [
        (
            &["compare", "tiny.toml", "--band", "--seeds", "3"][..],
            "cannot be used with",
        ),
        (
            &["compare", "tiny.toml", "--band", "5"],
            "from 10 to 100000",
        ),
        (&["run", "--band", "tiny.toml"], "behind the scenario"),
        (
            &["run", "tiny.toml", "--band", "--tables", "none"],
            "cannot be used with",
        ),
        (
            &["run", "tiny.toml", "--band", "-o", "tiny.toml"],
            "tiny.toml",
        ),
        (
            &["compare", "tiny.toml", "--band", "-o", "no/all.csv"],
            "folder does not exist",
        ),
    ] {
        lab.refused(arguments, &[part]);
    }
}
