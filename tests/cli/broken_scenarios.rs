//! Scenarios that are wrong in one place each. Every report names the file, the place, what is wrong and what would
//! be right; nothing runs and nothing is left behind.

use crate::lab::{Lab, place, tiny};

/// Old text, new text, the text the report points at, and the words it must hold.
pub(crate) type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

pub(crate) fn check(base: &[(&str, &str)], cases: &[Case]) {
    let lab = Lab::new();
    for (from, to, marked, words) in cases {
        let mut changes = base.to_vec();
        changes.push((from, to));
        let text = tiny(&changes);
        lab.write("bad.toml", &text);
        let said = lab.refused(&["run", "bad.toml"], words);
        if marked.is_empty() {
            said.has(&["bad.toml"]);
            continue;
        }
        said.has(&[&format!("--> {}", place("bad.toml", &text, marked))]);
        // The line is shown, with a mark under it.
        let at = text.find(marked).unwrap();
        let from = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[from..].lines().next().unwrap();
        let shown: String = line.chars().take(60).collect();
        assert!(said.err.contains(&format!(" | {shown}")), "{}", said.err);
        let marks = said.err.lines().find(|line| line.contains('^')).unwrap();
        assert_eq!(
            marks
                .find('^')
                .map(|mark| mark - marks.find("| ").unwrap() - 2),
            Some(line[..at - from].chars().count()),
            "{}",
            said.err
        );
    }
}

#[test]
fn text_that_is_no_toml() {
    check(
        &[],
        &[
            ("days = 1", "days 1", "", &["expected `=`", "key = value"]),
            (
                "days = 1",
                "days = one",
                "one",
                &["must be quoted", "text in \"quotes\""],
            ),
            ("days = 1", "days =", "", &["[table] headers"]),
            (
                "days = 1",
                "days = 1\ndays = 2",
                "days = 2",
                &["duplicate key", "remove one"],
            ),
            (
                "[electrical]",
                "[site]\n[electrical]",
                "",
                &["duplicate key", "remove one"],
            ),
            ("name = \"tiny\"", "name = \"tiny", "", &["basic string"]),
            ("[run]", "[run", "", &["unclosed table"]),
            ("[run]", "a = [[[[[[[[", "", &["TOML"]),
        ],
    );
}

#[test]
fn values_of_the_wrong_type() {
    let whole = "a whole number from 0 to 4294967295";
    check(
        &[],
        &[
            (
                "racks = 3",
                "racks = \"3\"",
                "\"3\"",
                &["\"3\" is not", whole],
            ),
            ("racks = 3", "racks = 2.5", "2.5", &["2.5 is not", whole]),
            ("racks = 3", "racks = -3", "-3", &["-3 is not", whole]),
            (
                "racks = 3",
                "racks = 1000000000000",
                "1000000000000",
                &[whole],
            ),
            ("racks = 3", "racks = true", "true", &["true is not", whole]),
            (
                "days = 1",
                "days = \"1\"",
                "\"1\"",
                &["\"1\" is not a number", "24.5"],
            ),
            ("days = 1", "days = [1]", "[1]", &["a list is not a number"]),
            (
                "days = 1",
                "days = { n = 1 }",
                "{ n = 1 }",
                &["a table is not a number"],
            ),
            (
                "\"2026-07-01\"",
                "2026-07-01",
                "2026-07-01",
                &["without quotes", "put it in quotes"],
            ),
            (
                "\"phoenix\"",
                "[\"phoenix\"]",
                "[\"phoenix\"]",
                &["a list is not text"],
            ),
            (
                "[[hall]]",
                "[hall]",
                "[hall]",
                &["double brackets", "[[hall]]"],
            ),
            (
                "[run]",
                "[[run]]",
                "[[run]]",
                &["a list of tables", "single brackets"],
            ),
            (
                "[electrical]",
                "[electrical]\nmodules = 0",
                "0\nups",
                &["0 is not", "from 1"],
            ),
            (
                "name = \"tiny\"",
                "name = \"tiny\"\nscheduler = \"fifo\"",
                "\"fifo\"",
                &["[scheduler.fifo]"],
            ),
            (
                "step_s = 300",
                "seed = -1\nstep_s = 300",
                "-1",
                &["whole number from 0"],
            ),
        ],
    );
}

#[test]
fn numbers_outside_their_range() {
    check(
        &[],
        &[
            (
                "days = 1",
                "days = -1",
                "-1\nstep",
                &["-1 must be a number above zero"],
            ),
            (
                "days = 1",
                "days = 0",
                "0\nstep",
                &["0 must be a number above zero"],
            ),
            (
                "days = 1",
                "days = nan",
                "nan",
                &["must be a number above zero"],
            ),
            (
                "days = 1",
                "days = inf",
                "inf",
                &["must be a number above zero"],
            ),
            (
                "days = 1",
                "days = 5000",
                "5000",
                &["too many", "at most 3700"],
            ),
            ("days = 1", "days = 0.001", "0.001", &["at least one step"]),
            (
                "step_s = 300",
                "step_s = 0.5",
                "0.5",
                &["out of range", "1 to 3600"],
            ),
            (
                "step_s = 300",
                "step_s = 7",
                "900",
                &["no multiple of step_s = 7"],
            ),
            (
                "record_s = 900",
                "record_s = 1000",
                "1000",
                &["multiple of step_s = 300", "for example 900"],
            ),
            (
                "record_s = 900",
                "record_s = 150",
                "150",
                &["multiple of step_s = 300"],
            ),
            (
                "utilisation = 0.7",
                "utilisation = 1.7",
                "1.7",
                &["must be between 0 and 1"],
            ),
            (
                "utilisation = 0.7",
                "utilisation = 0.7\nhost_utilisation = 1.7",
                "1.7",
                &["must be between 0 and 1"],
            ),
            (
                "[hall.cooling.air]\nsupply_c = 24.0",
                "[hall.cooling.direct_water]\nsupply_c = 24.0",
                "supply_c",
                &["unknown key 'supply_c'", "no key is allowed here"],
            ),
            (
                "supply_c = 24.0",
                "supply_c = 240",
                "240",
                &["between -60 and 100 °C"],
            ),
            (
                "setpoint_c = 18.0",
                "setpoint_c = -5.0",
                "-5.0",
                &["close to freezing", "use 3 or more"],
            ),
            (
                "racks = 3",
                "racks = 0",
                "0\nservers",
                &["racks = 0 is out of range", "use 1 to"],
            ),
            (
                "servers_per_rack = 4",
                "servers_per_rack = 0",
                "0\n[hall",
                &["servers_per_rack = 0 is out of range"],
            ),
            (
                "racks = 3",
                "racks = 3\npower_limit = 1.2",
                "1.2",
                &["above 0 and at most 1"],
            ),
            (
                "racks = 3",
                "racks = 3\npower_limit = 0.6\npower_floor = 0.7",
                "0.7\nserv",
                &["power_floor = 0.7 lies above power_limit = 0.6", "0 to 0.6"],
            ),
            (
                "racks = 3",
                "racks = 3\npower_limit = 0.1",
                "0.1",
                &["less than it draws at its lowest clock", "0.27 or more"],
            ),
            (
                "racks = 3",
                "racks = 2000000",
                "2000000",
                &["out of range", "use 1 to 1000000"],
            ),
            (
                "servers_per_rack = 4",
                "servers_per_rack = 4000000",
                "4000000",
                &["out of range", "use 1 to 256"],
            ),
            (
                "supply_c = 24.0",
                "supply_c = 24.0\nfan_pa = 350e3",
                "350e3",
                &["1 to 5000", "unit"],
            ),
            (
                "supply_c = 24.0",
                "supply_c = 24.0\nbypass = 0.95",
                "0.95",
                &["between 0 and 0.9"],
            ),
            (
                "setpoint_c = 18.0",
                "setpoint_c = 18.0\nrise_k = 0.01",
                "0.01",
                &["use 1 to 50"],
            ),
            (
                "setpoint_c = 18.0",
                "setpoint_c = 18\ncycles_of_concentration = 1",
                "1\n\n[elec",
                &["above 1"],
            ),
            (
                "climate = \"phoenix\"",
                "climate = \"phoenix\"\nother_kw = 1e9",
                "1e9",
                &["1000000"],
            ),
            (
                "climate = \"phoenix\"",
                "climate = \"phoenix\"\nprice_usd_mwh = -3",
                "-3",
                &["zero or above"],
            ),
        ],
    );
}
