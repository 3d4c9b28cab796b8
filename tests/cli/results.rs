//! Results of a run, and the agreement of their figures.

use crate::figures::{Result, Table, near, same};
use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD, Lab, tiny};

fn folder(jobs: bool, prices: bool) -> Vec<&'static str> {
    let mut names = vec![
        "load_8760.csv",
        "racks.csv",
        "run.json",
        "scenario.toml",
        "summary.json",
        "timeseries.csv",
    ];
    if jobs {
        names.insert(0, "jobs.csv");
    }
    if prices {
        names.insert(0, "bill.csv");
    }
    names
}

const PROFILE: &str = "[workload.profile]\nfile = \"load.csv\"\nrepeat = true\n";
const LOAD_CSV: &str = "time_h,utilisation\n0,0.2\n6,0.8\n12,0.9\n18,0.4\n";

/// A name, what of the smallest scenario is replaced by what, and days.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], f64);

/// Each way to cool, to reject heat and to work, in pairs.
#[test]
fn results_are_complete_and_agree_with_themselves() {
    let air_cooled = "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 18.0\n";
    let tower = "[heat_rejection.tower]\nsetpoint_c = 31.0\n";
    let prices = (
        "climate = \"phoenix\"\n",
        "climate = \"phoenix\"\nprice_usd_mwh = 70.0\nwater_usd_m3 = 2.0\ndemand_usd_kw_month = 12.0\nother_kw = 3\n",
    );
    let cases: [Case; 5] = [
        ("air", &[prices], 1.0),
        ("air-cooled", &[(CHILLERS, air_cooled), (LOAD, JOBS)], 2.0),
        (
            "tower",
            &[(AIR, IMMERSION), (CHILLERS, tower), (LOAD, PROFILE), prices],
            2.0,
        ),
        (
            "dry",
            // Where July is cool: in Phoenix the chips would throttle.
            &[
                ("\"phoenix\"", "\"san-francisco\""),
                (AIR, IMMERSION),
                (CHILLERS, DRY_COOLER),
                (LOAD, JOBS),
            ],
            1.0,
        ),
        (
            "half",
            &[
                ("step_s = 300", "step_s = 900"),
                ("record_s = 900", "record_s = 3600"),
            ],
            0.5,
        ),
    ];
    for (name, changes, days) in cases {
        println!("{name}");
        let mut changes = changes.to_vec();
        let (days_key, named) = (format!("days = {days}"), format!("name = \"{name}\""));
        changes.extend([("days = 1", days_key.as_str()), ("name = \"tiny\"", &named)]);
        let lab = Lab::with("load.csv", LOAD_CSV);
        lab.write("tiny.toml", tiny(&changes));
        let said = lab.good(&["run", "tiny.toml"]);
        let place = format!("results/{name}");
        assert!(said.out.trim_end().ends_with(&place), "{}", said.out);
        if ["dry", "tower"].contains(&name) {
            // These days hold, a design day does not.
            said.has(&[
                "by design this will not hold",
                "`coldaisle validate` says more",
            ]);
        } else {
            assert_eq!(said.err, "");
        }
        let jobs = changes.iter().any(|(_, to)| *to == JOBS);
        assert_eq!(lab.names(&place), folder(jobs, changes.contains(&prices)));
        assert_eq!(lab.names("results"), [name]);

        let result = Result::read(&lab, &place, days);
        result.check(if name == "half" { 3600.0 } else { 900.0 }, 3);
        assert_eq!(jobs, result.summary.contains_key("jobs.submitted"));
        // The interval that holds the peak is the one in which it was, or shows as much.
        let peaks = result.series.numbers("facility_peak_kw");
        let record_h = if name == "half" { 1.0 } else { 0.25 };
        let row = (result.get("peak_h.facility") / record_h).ceil() - 1.0;
        let highest = peaks.iter().copied().fold(0.0, f64::max);
        assert_eq!(peaks[row as usize], highest, "{name}: {row}");
        let run = lab.json(&format!("{place}/run.json"));
        assert_eq!(run["program"], "coldaisle");
        assert_eq!(run["seed"], 42);
        let step_s = if name == "half" { 900.0 } else { 300.0 };
        assert_eq!(run["steps"].as_f64(), Some(days * 86_400.0 / step_s));

        let wet = name == "air" || name == "tower" || name == "half";
        assert_eq!(result.get("water_m3.makeup") > 0.0, wet, "{name}");
        let water =
            ["evaporation", "drift", "blowdown"].map(|k| result.get(&format!("water_m3.{k}")));
        near(
            "makeup",
            result.get("water_m3.makeup"),
            water.iter().sum(),
            1e-9,
        );
        assert_eq!(
            result.mwh("chillers") > 0.0,
            name != "tower" && name != "dry"
        );
        assert_eq!(
            result.summary.contains_key("cost_usd.total"),
            changes.contains(&prices)
        );
        if changes.contains(&prices) {
            let cost = |key: &str| result.get(&format!("cost_usd.{key}"));
            same("energy cost", cost("energy"), 70.0 * result.mwh("facility"));
            // Rows are quarter hours, as bills are; printed to the watt.
            let rows = result.series.numbers("facility_kw").into_iter();
            let largest_kw = rows.fold(0.0, f64::max);
            // So many of the 31 days of July.
            let month_usd = 12.0 * largest_kw * days / 31.0;
            near("demand", cost("demand"), month_usd, 12.0 * 0.51e-3);
            assert!(largest_kw <= result.get("peak_kw.facility") + 0.51e-3);
            same(
                "water cost",
                cost("water"),
                2.0 * result.get("water_m3.makeup"),
            );
            let bill = Table::read(&lab, &format!("{place}/bill.csv"));
            for key in ["energy", "demand", "water", "total"] {
                let months: f64 = bill.numbers(&format!("{key}_usd")).iter().sum();
                near(key, months, cost(key), 1e-4);
            }
            same(
                "cost",
                cost("total"),
                cost("energy") + cost("demand") + cost("water"),
            );
            same("other", result.mwh("other"), 3e-3 * 24.0 * days);
        }
        // The scenario as resolved is a scenario, and the same one.
        lab.write("again.toml", lab.read(&format!("{place}/scenario.toml")));
        lab.good(&["run", "again.toml", "-o", "again", "--quiet"]);
        for file in ["summary.json", "scenario.toml", "timeseries.csv"] {
            assert_eq!(
                lab.read(&format!("again/{file}")),
                lab.read(&format!("{place}/{file}")),
                "{file}"
            );
        }
    }
}

#[test]
fn what_is_doubtful_is_told_and_done() {
    let large = JOBS.replace("gpus = [1, 2, 4]", "gpus = [1, 200]");
    let full = (LOAD, "[workload.profile]\nfile = \"load.csv\"\n");
    let synthetic = ("\"phoenix\"", "\"dublin\"");
    let limit = ("\"phoenix\"", "\"phoenix\"\ngrid_limit_mw = 0.01");
    for (change, words) in [
        (
            (LOAD, large.as_str()),
            "jobs of 200 GPUs in workload.batch fit in no hall (the largest has 80",
        ),
        (
            full,
            "rises to 0.120 MW, the halls draw 0.105 MW with every chip at work",
        ),
        (synthetic, "the climate is synthetic"),
        (limit, "drew more than site.grid_limit_mw for 24 h"),
    ] {
        let lab = Lab::with("tiny.toml", tiny(&[change]));
        lab.write("load.csv", "time_h,it_kw\n0,60\n12,120\n");
        let said = lab.good(&["run", "tiny.toml", "-o", "out"]);
        said.has(&["Warning: ", words]);
        let run = lab.json("out/run.json");
        let reported = run["warnings"].as_array().unwrap();
        assert!(
            reported
                .iter()
                .any(|reported| reported.as_str().unwrap().contains(words)),
            "{reported:?}"
        );
        assert_eq!(lab.good(&["run", "tiny.toml", "-o", "out", "-q"]).err, "");
    }
}

#[test]
fn jobs_are_counted_once() {
    let lab = Lab::with("tiny.toml", tiny(&[(LOAD, JOBS)]));
    lab.good(&["run", "tiny.toml", "-o", "out"]);
    let result = Result::read(&lab, "out", 1.0);
    let jobs = Table::read(&lab, "out/jobs.csv");
    assert_eq!(
        jobs.rows.len() as f64,
        result.get("jobs.completed") + result.get("jobs.failed")
    );
    assert!(result.get("jobs.submitted") >= result.get("jobs.started"));
    assert!(result.get("jobs.started") >= result.get("jobs.completed"));
    // Energy of those that ended, less than that of all jobs; with services and what nobody held it is that of the servers.
    let (it_kwh, facility_kwh) = (jobs.numbers("it_kwh"), jobs.numbers("facility_kwh"));
    let ended_mwh = it_kwh.iter().sum::<f64>() / 1e3;
    let of = |who: &str| result.get(&format!("server_mwh.{who}"));
    assert!(
        ended_mwh > 0.5 * of("jobs") && ended_mwh < of("jobs"),
        "{ended_mwh}"
    );
    let servers = ["compute", "server_fans", "psu_losses"];
    let servers = servers.map(|part| result.get(&format!("energy_mwh.{part}")));
    near(
        "energy of the servers",
        of("jobs") + of("services") + of("unallocated"),
        servers.iter().sum(),
        1e-9,
    );
    for (it_kwh, facility_kwh) in it_kwh.iter().zip(&facility_kwh) {
        let ratio = facility_kwh / it_kwh;
        assert!(
            *it_kwh < 0.1 || (1.05..2.0).contains(&ratio),
            "{it_kwh} {facility_kwh}"
        );
    }
    near(
        "energy of tokens",
        result.get("service.it_j_per_token") * result.get("service.tokens") / 3.6e9,
        of("services"),
        1e-9,
    );
    let waits = jobs.numbers("wait_s");
    near(
        "mean wait",
        waits.iter().sum::<f64>() / waits.len() as f64,
        result.get("jobs.wait_s.mean"),
        0.051,
    );
    near(
        "longest wait",
        waits.into_iter().fold(0.0, f64::max),
        result.get("jobs.wait_s.max"),
        0.051,
    );
    let busy = result.series.mean("busy_gpus") / 96.0;
    near(
        "utilisation",
        busy,
        result.get("jobs.gpu_utilisation"),
        1e-4,
    );
    near(
        "GPU-hours",
        busy * 96.0 * 24.0,
        result.get("jobs.gpu_hours"),
        0.3,
    );
    for class in ["pretraining", "fine_tuning", "batch"] {
        assert!(jobs.text("class").contains(&class), "{class}");
    }
}

/// Where fans follow the inlet, the hottest chip need not be where the air is warmest.
#[test]
fn the_hottest_chip_is_that_of_the_hottest_rack() {
    let changes = [
        ("supply_c = 24.0", "supply_c = 22.0\ncontainment = \"none\""),
        ("setpoint_c = 18.0", "setpoint_c = 12.0"),
        ("\"hgx-h100\"", "\"dgx-a100\""),
        ("racks = 3", "racks = 5"),
        (LOAD, PROFILE),
    ];
    let lab = Lab::with("tiny.toml", tiny(&changes));
    lab.write("load.csv", "time_h,it_kw\n0,60\n12,92\n");
    lab.good(&["run", "tiny.toml", "-o", "out"]);
    Result::read(&lab, "out", 1.0).check(900.0, 5);
}

#[test]
fn a_dark_hall_draws_its_losses() {
    let lab = Lab::with("tiny.toml", tiny(&[(LOAD, PROFILE)]));
    lab.write("load.csv", "time_h,it_kw\n0,60\n8,0\n16,60\n");
    lab.good(&["run", "tiny.toml", "-o", "out"]);
    let result = Result::read(&lab, "out", 1.0);
    near("IT", result.mwh("it"), 60.0 * 16.0 / 1e3, 1e-9);
    let facility = result.series.numbers("facility_kw");
    assert!(facility.iter().all(|kw| *kw > 0.0), "{facility:?}");
}

#[test]
fn parquet_holds_what_csv_holds() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let lab = Lab::with("tiny.toml", tiny(&[(LOAD, JOBS)]));
    lab.good(&["run", "tiny.toml", "-o", "csv"]);
    lab.good(&["run", "tiny.toml", "-o", "parquet", "--format", "parquet"]);
    let names: Vec<String> = folder(true, false)
        .into_iter()
        .map(|name| match name {
            "load_8760.csv" => name.into(),
            name => name.replace(".csv", ".parquet"),
        })
        .collect();
    assert_eq!(lab.names("parquet"), names);
    assert_eq!(
        lab.read("csv/summary.json"),
        lab.read("parquet/summary.json")
    );
    for name in ["timeseries", "racks", "jobs"] {
        let csv = Table::read(&lab, &format!("csv/{name}.csv"));
        let file = std::fs::File::open(lab.path(&format!("parquet/{name}.parquet"))).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr();
        let columns: Vec<_> = schema
            .columns()
            .iter()
            .map(|column| column.name())
            .collect();
        assert_eq!(columns, csv.columns);
        assert_eq!(reader.get_row_iter(None).unwrap().count(), csv.rows.len());
    }
}

const NOTES: &str = "mine\n";

/// A rerun replaces what an earlier run wrote and nothing else; without `-o` another question has a folder of its own.
#[test]
fn a_rerun_replaces_its_own_files_and_no_others() {
    let lab = Lab::with("tiny.toml", tiny(&[]));
    lab.good(&["run", "tiny.toml"]);
    lab.write("results/tiny/notes.md", NOTES);
    let again = lab.good(&["run", "tiny.toml"]);
    assert!(!again.out.contains("another question"), "{}", again.out);
    assert_eq!(lab.names("results"), ["tiny"]);
    assert_eq!(lab.read("results/tiny/notes.md"), NOTES);
    let files = lab.json("results/tiny/run.json")["files"].clone();
    assert_eq!(files, serde_json::json!(folder(false, false)));
    // A comment does not change the request.
    lab.write("tiny.toml", format!("# edited\n{}", tiny(&[])));
    lab.good(&["run", "tiny.toml"]);
    assert_eq!(lab.names("results"), ["tiny"]);
    for change in [
        &["--set", "hall.0.racks=2"][..],
        &["--seed", "7"],
        &["--format", "parquet"],
        &["--tables", "racks"],
    ] {
        let said = lab.good(&[&["run", "tiny.toml"], change].concat());
        assert!(
            said.out
                .contains("results/tiny holds the results of another question"),
            "{}",
            said.out
        );
    }
    assert_eq!(
        lab.names("results"),
        ["tiny", "tiny-2", "tiny-3", "tiny-4", "tiny-5"]
    );
    assert_eq!(lab.json("results/tiny-3/run.json")["seed"], 7);
    lab.good(&["run", "tiny.toml", "--seed", "7"]);
    assert_eq!(lab.names("results").len(), 5);
    // Who names the folder means it.
    lab.good(&[
        "run",
        "tiny.toml",
        "--seed",
        "8",
        "-o",
        "results/tiny",
        "-q",
    ]);
    assert_eq!(lab.json("results/tiny/run.json")["seed"], 8);
    assert_eq!(lab.read("results/tiny/notes.md"), NOTES);
    // A file of the user has the name of a table that is to come.
    lab.write("results/tiny-5/timeseries.csv", NOTES);
    lab.refused(
        &["run", "tiny.toml", "-o", "results/tiny-5"],
        &["coldaisle did not write its 'timeseries.csv'"],
    );
}

/// Tables are chosen, jobs sampled; the figures are of everything all the same.
#[test]
fn tables_are_chosen_and_jobs_sampled() {
    let lab = Lab::with("tiny.toml", tiny(&[(LOAD, JOBS)]));
    let run = |folder: &str, more: &[&str]| {
        lab.good(&[&["run", "tiny.toml", "-q", "-o", folder], more].concat());
        lab.read(&format!("{folder}/summary.json"))
    };
    let all = run("all", &[]);
    for (choice, left) in [
        ("none", vec![]),
        (
            "all",
            vec!["jobs.csv", "load_8760.csv", "racks.csv", "timeseries.csv"],
        ),
        ("timeseries,load", vec!["load_8760.csv", "timeseries.csv"]),
        ("jobs", vec!["jobs.csv"]),
        ("load_8760,events,racks", vec!["load_8760.csv", "racks.csv"]),
    ] {
        assert_eq!(run("some", &["--tables", choice]), all, "{choice}");
        let mut names = left;
        names.extend(["run.json", "scenario.toml", "summary.json"]);
        names.sort_unstable();
        assert_eq!(lab.names("some"), names, "{choice}");
    }
    assert_eq!(run("sample", &["--jobs-sample", "0.25"]), all);
    assert_eq!(lab.json("sample/run.json")["jobs_share"], 0.25);
    let (every, some) = (lab.read("all/jobs.csv"), lab.read("sample/jobs.csv"));
    let share = some.lines().count() as f64 / every.lines().count() as f64;
    assert!((0.1..0.4).contains(&share), "{share}");
    let mut rows = every.lines();
    assert!(some.lines().all(|row| rows.any(|other| other == row)));
    run("none", &["--jobs-sample", "0"]);
    assert!(!lab.path("none/jobs.csv").exists());
    for (option, value, word) in [
        ("--tables", "job", "timeseries"),
        ("--tables", "none,jobs", "cannot be combined"),
        ("--tables", "jobs,all", "cannot be combined"),
        ("--jobs-sample", "2", "0.01"),
        ("--jobs-sample", "-1", "0.01"),
        ("--jobs-sample", "nan", "0.01"),
    ] {
        lab.refused(&["run", "tiny.toml", option, value], &[word]);
    }
}
