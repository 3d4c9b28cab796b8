//! Command lines that cannot be done.

use crate::lab::{Lab, TINY};

#[test]
fn assignments_that_cannot_be_made() {
    let lab = Lab::with("tiny.toml", TINY);
    let deep = format!("{}x=1", "a.".repeat(50_000));
    let usage = "use --set KEY=VALUE";
    for (assignment, words) in [
        ("hall.0.racks", ["there is no '='", usage]),
        ("", ["there is no '='", usage]),
        ("=4", ["the key is incomplete", usage]),
        ("run..days=4", ["the key is incomplete", usage]),
        ("run.dayz=4", ["unknown key 'dayz'", "did you mean 'days'?"]),
        ("rum.days=4", ["unknown key 'rum'", "did you mean 'run'?"]),
        ("run.days=long", ["\"long\" is not a number", "24.5"]),
        ("run.days=", ["\"\" is not a number", "24.5"]),
        (
            "run.days=-1",
            ["-1 must be a number above zero", "run.days"],
        ),
        (
            "hall.0.racks=many",
            ["\"many\" is not a whole number", "512"],
        ),
        ("hall.0.racks=1.5", ["1.5 is not a whole number", "512"]),
        ("hall=3", ["'hall' is a table", "set one of its keys"]),
        ("hall.0=3", ["'hall.0' is a table", "set one of its keys"]),
        ("run=3", ["'run' is a table", "set one of its keys"]),
        ("hall.7.racks=3", ["'hall' has no entry '7'", "named north"]),
        (
            "hall.south.racks=3",
            ["'hall' has no entry 'south'", "named north"],
        ),
        ("name.first=x", ["'name' is a value, not a table", usage]),
        (
            "hall.0.server=hgx-h10",
            [
                "there is no server 'hgx-h10'",
                "--set hall.0.server=hgx-h10",
            ],
        ),
        (
            "site.climate=fenix",
            ["no built-in climate 'fenix'", "did you mean 'phoenix'?"],
        ),
        (
            "site.weather=none.epw",
            ["none.epw: cannot be read", "EPW or TMY3"],
        ),
        (
            "hall.0.cooling.immersion.supply_c=40",
            ["'hall.cooling' needs one table", "as [hall.cooling.air]"],
        ),
        (
            "name=../../up",
            ["cannot name a result folder", "letters, digits"],
        ),
        (&deep, ["a key of 50001 parts", usage]),
    ] {
        for command in ["run", "validate", "compare"] {
            let said = lab.refused(&[command, "tiny.toml", "--set", assignment], &words);
            said.has(&["tiny.toml"]);
        }
    }
    // A mistake of the file is not laid at the door of an assignment.
    lab.write("bad.toml", TINY.replace("racks = 3", "rakcs = 3"));
    let said = lab.refused(
        &["run", "bad.toml", "--set", "run.days=2"],
        &["bad.toml:15:1", "did you mean 'racks'?"],
    );
    assert!(!said.err.contains("run.days"), "{}", said.err);
}

#[test]
fn options_that_do_not_exist() {
    let lab = Lab::with("tiny.toml", TINY);
    for (arguments, words) in [
        (
            &["run", "tiny.toml", "--seed", "x"][..],
            &["--seed", "x"][..],
        ),
        (&["run", "tiny.toml", "--seed", "-1"], &["-1"]),
        (&["run", "tiny.toml", "--seed", "1.5"], &["--seed", "1.5"]),
        (
            &["run", "tiny.toml", "--seed", "18446744073709551615"],
            &["9223372036854775807"],
        ),
        (
            &["run", "tiny.toml", "--format", "xml"],
            &["xml", "csv, parquet"],
        ),
        (
            &["run", "tiny.toml", "--fromat", "csv"],
            &["--fromat", "--format"],
        ),
        (&["run", "tiny.toml", "more.toml"], &["more.toml"]),
        (&["run"], &["SCENARIO"]),
        (&["validate"], &["SCENARIO"]),
        (&["compare"], &["SCENARIO"]),
        (&["new"], &["NAME"]),
        (&["rum", "tiny.toml"], &["rum", "run"]),
        (&[], &["Usage: coldaisle"]),
    ] {
        lab.refused(arguments, words);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let lab = Lab::new();
    let said = lab.good(&["--help"]);
    for command in ["run", "validate", "compare", "catalogue", "new", "schema"] {
        assert!(said.out.contains(&format!("\n  {command}")), "{}", said.out);
        let help = lab.good(&[command, "--help"]);
        assert!(help.out.contains("Usage: coldaisle"), "{}", help.out);
    }
    assert!(
        said.out
            .contains("0 done, 1 the run failed, 2 the input is wrong"),
        "{}",
        said.out
    );
    assert!(lab.good(&["--version"]).out.starts_with("coldaisle 0."));
}

/// Faults of an assignment are reported at it, faults of the file at the file's line.
#[test]
fn mistakes_are_placed_where_they_are() {
    use crate::lab::{TINY, place};
    let text = TINY.replace("racks = 3", "racks = 0");
    let lab = Lab::with("tiny.toml", &text);
    let sets = [
        "--set",
        "run.days=2",
        "--set",
        "hall.north.cooling.air.supply_c=23",
    ];
    let at = place("tiny.toml", &text, "0\nservers");
    lab.refused(
        &[&["validate", "tiny.toml"], &sets[..]].concat(),
        &[&at, "racks = 0 is out of range"],
    );
    lab.refused(
        &[
            "validate",
            "tiny.toml",
            "--set",
            "hall.0.racks=3",
            "--set",
            "hall.north.server=x",
        ],
        &["--set hall.north.server=x: there is no server 'x'"],
    );
    let misspelt = TINY.replace("racks = 3", "rakcs = 3");
    lab.write("tiny.toml", &misspelt);
    let at = place("tiny.toml", &misspelt, "rakcs");
    lab.refused(
        &["validate", "tiny.toml", "--set", "run.days=2"],
        &[&at, "did you mean 'racks'"],
    );
}

/// Tables of which one is to be chosen: the cure names this one and what it may hold. An empty session, a number of three
/// hundred digits, and a list of hours have messages of their own.
#[test]
fn cures_are_of_the_key_that_is_wrong() {
    use crate::lab::TINY;
    let lab = Lab::with("tiny.toml", TINY);
    for (assignment, parts) in [
        (
            "scheduler={}",
            &[
                "'scheduler' needs one table",
                "as [scheduler.fifo]",
                "backfill",
            ][..],
        ),
        (
            "event=[{start=\"2026-07-01T05:00\",minutes=5,what={}}]",
            &["'event.what' needs one table", "utility_outage"],
        ),
        ("hall.0.racks=1e300", &["1e300"]),
        ("site.grid_limit_mw=-1e300", &["-1e300 must be"]),
    ] {
        let said = lab.refused(&["validate", "tiny.toml", "--set", assignment], parts);
        assert!(!said.err.contains("000000"), "{}", said.err);
        assert!(!said.err.contains("a scenario is TOML"), "{}", said.err);
    }
    lab.write("empty.toml", "\n");
    let said = lab.refused(
        &["run", "tiny.toml", "--commands", "empty.toml"],
        &["[[command]]"],
    );
    assert!(!said.err.contains("coldaisle new"), "{}", said.err);
    // A queue that only grows is refused, and the cure cures.
    let jobs = "[workload.batch]\njobs_per_day = 1e7\ngpus = [1, 2]\nmedian_hours = 0.3\n";
    lab.write("jobs.toml", TINY.replace(crate::lab::LOAD, jobs));
    let said = lab.refused(&["validate", "jobs.toml"], &["times the 96 GPUs there are"]);
    let flat = said.flat();
    let cure = flat.split("give jobs_per_day = ").nth(1).unwrap();
    let cure = format!(
        "workload.batch.jobs_per_day={}",
        cure.split(' ').next().unwrap()
    );
    let said = lab.good(&["validate", "jobs.toml", "--set", &cure]);
    assert!(
        said.out.contains("tables") && said.out.contains("jobs about"),
        "{}",
        said.out
    );
}
