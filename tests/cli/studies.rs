//! Studies at the command line: what is refused, with file, line, cause and cure; and what a table holds.

use std::fs;

use crate::lab::{Lab, tiny};

const STUDY: &str =
    "name = 'few'\nscenario = 'hall.toml'\noutputs = ['energy_mwh.facility', 'ratios.pue']\n";

const AXIS: &str = "[[vary]]\nkey = 'hall.0.racks'\nover.values = [2, 3]\n";

fn lab(study: &str) -> Lab {
    let lab = Lab::with("hall.toml", tiny(&[]));
    lab.write("few.toml", study);
    lab
}

/// Each case, added to a sound study: what is said, where.
#[test]
fn wrong_studies_are_refused_with_place_and_cure() {
    let drawn = |what: &str| {
        format!(
            "[[vary]]\nkey = 'hall.0.racks'\nwhole = true\ndrawn.{what}\n[sample.monte_carlo]\npoints = 3\n"
        )
    };
    let cases: [(String, &[&str]); 22] = [
        (String::new(), &["few.toml", "nothing varies", "[[vary]]"]),
        ("[[vari]]\n".into(), &["few.toml:4", "vari", "vary"]),
        (
            "[[vary]]\nkey = 'hall.0.racks'\n".into(),
            &["few.toml:4", "nothing says", "over.values"],
        ),
        (
            "[[vary]]\nover.values = [1]\n".into(),
            &["few.toml:4", "no key"],
        ),
        (
            "[[vary]]\nkey = 'x'\nkeys = ['y']\nover.values = [1]\n".into(),
            &["few.toml:6", "both given"],
        ),
        (
            "[[vary]]\nkey = 'hall.0.racks'\nover.values = []\n".into(),
            &["no value", "at least one"],
        ),
        (
            "[[vary]]\nover.seeds = 0\n".into(),
            &["few.toml:5", "out of range", "use 1 to"],
        ),
        (
            "[[vary]]\nover.weather = 'nowhere'\n".into(),
            &["few.toml:5", "nowhere", "folder with weather files"],
        ),
        (
            "[[vary]]\nover.settings = [{ name = 'a', scenario = 'none.toml' }]\n".into(),
            &["few.toml:5", "none.toml"],
        ),
        (
            "[[vary]]\nkey = 'hall.0.racks'\ndrawn.uniform = { low = 1, high = 2 }\n".into(),
            &["few.toml:6", "a grid has values", "sample"],
        ),
        (
            drawn("uniform = { low = 3, high = 2 }"),
            &["few.toml:7", "low"],
        ),
        (
            drawn("triangular = { low = 1, mode = 9, high = 2 }"),
            &["few.toml:7", "mode"],
        ),
        (
            drawn("normal = { mean = 3, sd = -1 }"),
            &["few.toml:7", "sd"],
        ),
        (
            drawn("empirical.file = 'none.csv'"),
            &["few.toml:7", "none.csv", "CSV file"],
        ),
        (drawn("gaussian = 3"), &["few.toml:7", "gaussian"]),
        (
            format!("{AXIS}[sample.sobol]\npoints = 0\n"),
            &["few.toml:8", "points"],
        ),
        (
            format!("{AXIS}[sample.list]\nfile = 'none.csv'\n"),
            &["few.toml:8", "none.csv"],
        ),
        (
            format!("{AXIS}{AXIS}"),
            &["few.toml", "two columns", "name ="],
        ),
        (
            format!("{AXIS}[[correlation]]\naxes = ['a', 'b']\nrank = 0.5\n"),
            &["few.toml", "draws nothing"],
        ),
        (
            format!(
                "{AXIS}[sample.sobol]\npoints = 4\n[[correlation]]\naxes = ['hall.0.racks', 'b']\nrank = 0.5\n"
            ),
            &["few.toml:10", "'b'"],
        ),
        (
            AXIS.replace("hall.0.racks", "hall.0.rakcs"),
            &["hall.toml", "rakcs", "racks"],
        ),
        (AXIS.replace("[2, 3]", "[-2, 0]"), &["variation 0", "racks"]),
    ];
    for (text, parts) in cases {
        let lab = lab(&format!("{STUDY}{text}"));
        let said = lab.refused(&["sweep", "few.toml"], parts);
        assert!(said.err.starts_with("Error: "), "{text}: {said:?}");
    }
    let lab = lab(&format!("{STUDY}{AXIS}").replace("ratios.pue", "ratios.peu"));
    lab.refused(
        &["sweep", "few.toml"],
        &["few.toml:3", "ratios.peu", "ratios.pue"],
    );
}

/// Correlations that no three figures can have.
#[test]
fn what_is_no_correlation_matrix_is_refused() {
    let axis = |name: &str| {
        format!(
            "[[vary]]\nname = '{name}'\nkey = 'site.other_kw'\ndrawn.uniform = {{ low = 1, high = 2 }}\n"
        )
    };
    let pair = |a: &str, b: &str, rank: f64| {
        format!("[[correlation]]\naxes = ['{a}', '{b}']\nrank = {rank}\n")
    };
    let axes = ["a", "b", "c"].map(axis).concat();
    let pairs = [
        pair("a", "b", 0.9),
        pair("b", "c", 0.9),
        pair("a", "c", -0.9),
    ]
    .concat();
    let lab = lab(&format!(
        "{STUDY}{axes}{pairs}[sample.latin_hypercube]\npoints = 8\n"
    ));
    lab.refused(&["sweep", "few.toml"], &["few.toml:", "correlation"]);
}

/// A run that cannot be is a row with its reason, and harms no other.
#[test]
fn what_fails_has_a_row() {
    let study = format!("{STUDY}{}", AXIS.replace("[2, 3]", "[2, 0, 3]"));
    let lab = lab(&study);
    let said = lab.good(&["sweep", "few.toml"]);
    assert!(
        said.err.contains("1 of 3 variations") && said.out.contains("results/few/sweep.csv"),
        "{said:?}"
    );
    let table = lab.read("results/few/sweep.csv");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(
        rows[0],
        "variation,hall.0.racks,energy_mwh.facility,ratios.pue,failed"
    );
    assert!(
        rows[1].starts_with("0,2,") && rows[1].ends_with(','),
        "{table}"
    );
    assert!(
        rows[2].starts_with("1,0,,,") && rows[2].contains("racks"),
        "{table}"
    );
    assert_eq!(
        lab.names("results/few"),
        ["study.toml", "sweep.csv", "sweep.json", "sweep.parquet"]
    );
    // The same figures as of a run by itself.
    lab.good(&[
        "run",
        "hall.toml",
        "--set",
        "hall.0.racks=3",
        "-o",
        "one",
        "-q",
    ]);
    let alone = lab.json("one/summary.json")["energy_mwh"]["facility"]
        .as_f64()
        .unwrap();
    let cell: f64 = rows[3].split(',').nth(2).unwrap().parse().unwrap();
    assert_eq!(cell, alone);
    // Again: nothing to do, nothing changed; a changed study is another one.
    assert!(
        lab.good(&["sweep", "few.toml"])
            .out
            .contains("all 3 runs are done")
    );
    assert_eq!(lab.read("results/few/sweep.csv"), table);
    lab.write("few.toml", study.replace("[2, 0, 3]", "[2, 3]"));
    lab.refused(
        &["sweep", "few.toml"],
        &["results/few", "another study", "-o"],
    );
}

/// Rows of a list, in order; an empty cell is the scenario's own value.
#[test]
fn a_list_is_run_row_by_row() {
    let lab = lab(&format!("{STUDY}[sample.list]\nfile = 'points.csv'\n"));
    lab.write(
        "points.csv",
        "hall.0.racks;site.climate\n3;dublin\n;phoenix\n2;\n",
    );
    lab.good(&["sweep", "few.toml", "-q", "-o", "out"]);
    let table = lab.read("out/sweep.csv");
    let inputs: Vec<String> = table
        .lines()
        .skip(1)
        .map(|row| row.split(',').take(3).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(inputs, ["0,3,dublin", "1,,phoenix", "2,2,"]);
    lab.write("points.csv", "hall.0.racks\n3\n-1\n");
    lab.good(&["sweep", "few.toml", "-q", "-o", "other"]);
    assert!(lab.read("other/sweep.csv").contains("hall.0.racks=-1"));
    lab.write("points.csv", "hall.0.racks,\n3,1\n");
    lab.refused(
        &["sweep", "few.toml", "-o", "x"],
        &["points.csv", "no name"],
    );
}

/// Figures of the catalogue, several keys, weights, seeds, and files beside the study.
#[test]
fn axes_of_every_kind() {
    let lab = Lab::with("hall.toml", tiny(&[]));
    fs::create_dir(lab.path("plans")).unwrap();
    let study = "name = 'all'\nscenario = '../hall.toml'\noutputs = ['energy_mwh.facility']\n[set]\nrun.days = 0.05\n\
        [[vary]]\nname = 'idle'\nkey = 'catalogue.servers.hgx-h100.host_idle_w'\ndrawn.triangular = { low = 1200, mode = 1300, high = 1400 }\n\
        [[vary]]\nname = 'size'\nover.settings = [{ name = 'small', set = { hall.0 = { racks = 1 } } }, { name = 'large', set.hall.0.racks = 3 }]\n\
        [[vary]]\nover.seeds = 3\n\
        [[vary]]\nname = 'kw'\nkey = 'site.other_kw'\nover.weighted = [{ value = 5, weight = 3 }, { value = 50, weight = 1 }]\n\
        [[vary]]\nname = 'racks_too'\nkeys = ['hall.0.servers_per_rack']\nwhole = true\ndrawn.empirical = { file = 'x.csv' }\n\
        [sample.latin_hypercube]\npoints = 12\n";
    lab.write(
        "plans/all.toml",
        study.replace("hall.0 = { racks = 1 }", "hall.0.racks = 1"),
    );
    lab.write("plans/x.csv", "servers\n1\n2\n");
    lab.good(&["sweep", "plans/all.toml", "-q"]);
    let table = lab.read("results/all/sweep.csv");
    assert!(
        table.starts_with("variation,idle,size,seed,kw,racks_too,energy_mwh.facility,failed\n"),
        "{table}"
    );
    let count = |part: &str| table.matches(part).count();
    assert_eq!((count(",small,"), count(",large,")), (6, 6), "{table}");
    assert_eq!(
        table
            .lines()
            .filter(|row| row.split(',').nth(4) == Some("50"))
            .count(),
        3,
        "{table}"
    );
    assert!(
        table.lines().skip(1).all(|row| row.ends_with(',')),
        "{table}"
    );
}

/// Each method: as many runs as it says, and a table of what matters; the one key that does nothing comes last.
#[test]
fn sensitivity_finds_what_matters() {
    let axes = "[[vary]]\nname = 'racks'\nkey = 'hall.0.racks'\nwhole = true\ndrawn.uniform = { low = 1, high = 6 }\n\
        [[vary]]\nname = 'price'\nkey = 'site.price_usd_mwh'\ndrawn.uniform = { low = 10, high = 90 }\n\
        [sensitivity.sobol]\npoints = 8\n[sensitivity_other]\n";
    let axes = axes.replace("[sensitivity_other]\n", "");
    let lab = lab(&format!("{STUDY}[set]\nrun.days = 0.05\n{axes}"));
    for (method, runs) in [("one_at_a_time", 5), ("sobol", 8 * 4)] {
        let said = lab.good(&["sweep", "few.toml", &format!("--sensitivity={method}")]);
        assert!(
            said.out.contains("racks") && said.out.contains("energy_mwh.facility"),
            "{said:?}"
        );
        let folder = format!("results/few-{method}");
        assert_eq!(
            lab.read(&format!("{folder}/sweep.csv")).lines().count(),
            runs + 1
        );
        let table = lab.read(&format!("{folder}/sensitivity.csv"));
        let first = table.lines().nth(1).unwrap();
        assert!(first.starts_with("energy_mwh.facility,racks,"), "{table}");
    }
}

/// A folder with anything else in its way is left as it is.
#[test]
fn nothing_of_the_users_is_written_over() {
    let lab = lab(&format!("{STUDY}{AXIS}"));
    fs::create_dir(lab.path("mine")).unwrap();
    lab.write("mine/sweep.csv", "my own\n");
    lab.refused(
        &["sweep", "few.toml", "-o", "mine"],
        &["mine", "sweep.csv", "-o"],
    );
    assert_eq!(lab.read("mine/sweep.csv"), "my own\n");
    lab.write("file", "x");
    lab.refused(&["sweep", "few.toml", "-o", "file"], &["file"]);
    // Other files may stand beside it.
    fs::create_dir(lab.path("notes")).unwrap();
    lab.write("notes/todo.txt", "x");
    lab.good(&["sweep", "few.toml", "-o", "notes", "-q"]);
    assert_eq!(lab.read("notes/todo.txt"), "x");
}

/// What two axes set, or one and the command line, would be shown wrong in one of them.
#[test]
fn a_key_is_set_by_one_axis() {
    let twice = format!("{AXIS}[[vary]]\nname = 'too'\nkey = 'hall.0.racks'\nover.values = [1]\n");
    lab(&format!("{STUDY}{twice}")).refused(
        &["sweep", "few.toml"],
        &["few.toml", "hall.0.racks and too both set"],
    );
    let table = format!(
        "{AXIS}[[vary]]\nname = 'too'\nover.settings = [{{ name = 'a', set = {{ hall = [] }} }}]\n"
    );
    lab(&format!("{STUDY}{table}")).refused(&["sweep", "few.toml"], &["both set hall.0.racks"]);
    lab(&format!("{STUDY}{AXIS}")).refused(
        &["sweep", "few.toml", "--set", "hall.0.racks=9"],
        &["--set hall.0.racks=9", "varies it"],
    );
}

/// A machine that does not run needs 0 MWh, and no run failed for that.
#[test]
fn what_is_not_there_needs_no_energy() {
    let study = format!("{STUDY}{AXIS}")
        .replace("'ratios.pue'", "'energy_mwh.solar', 'supply.capped_hours'");
    let lab = lab(&study);
    lab.good(&["sweep", "few.toml", "-q"]);
    let table = lab.read("results/few/sweep.csv");
    assert!(
        table.lines().skip(1).all(|row| row.ends_with(",0,0,")),
        "{table}"
    );
    let said = lab.good(&["sweep", "few.toml", "--sensitivity"]);
    assert!(!said.out.contains("left out"), "{said:?}");
}

/// A table is that of the files as they are now, or another folder's.
#[test]
fn a_finished_table_knows_its_files() {
    let price = "[set]\nsite.price_usd_mwh = 'prices.csv'\n";
    let lab = lab(&format!("{STUDY}{price}{AXIS}"));
    let prices = |rise: u32| {
        let rows = (0..24).map(|hour| format!("2026-07-01T{hour:02}:00,{}\n", 50 + rise * hour));
        "time,price_usd_mwh\n".to_owned() + &rows.collect::<String>()
    };
    lab.write("prices.csv", prices(1));
    lab.good(&["sweep", "few.toml", "-q"]);
    lab.good(&["sweep", "few.toml", "-q"]);
    lab.write("prices.csv", prices(2));
    lab.refused(&["sweep", "few.toml"], &["prices.csv has changed", "-o"]);
}

#[test]
fn parts_are_cut_one_way_and_files_are_what_they_are() {
    let lab = lab(&format!("{STUDY}{AXIS}"));
    lab.good(&["sweep", "few.toml", "--shard", "1/2", "-q"]);
    lab.refused(&["sweep", "few.toml"], &["a part of 2", "one of 1"]);
    lab.refused(
        &["sweep", "few.toml", "--shard", "1/3"],
        &["a part of 2", "one of 3"],
    );
    lab.good(&["sweep", "few.toml", "--shard", "2/2", "-q"]);
    lab.good(&["sweep", "few.toml", "--gather", "-q"]);
    lab.refused(&["run", "few.toml"], &["this is a study", "sweep"]);
    lab.refused(&["sweep", "hall.toml"], &["this is a scenario", "run"]);
    lab.write(
        "few.toml",
        format!("{STUDY}{AXIS}").replace("'ratios.pue'", "'ratios.pue', 'ratios.pue'"),
    );
    lab.refused(
        &["sweep", "few.toml", "-o", "x"],
        &["few.toml:3", "there twice"],
    );
}
