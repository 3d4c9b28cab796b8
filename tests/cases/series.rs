//! Series, profiles and logs as other tools write them.

use crate::case;
use crate::lab::{LOAD, Lab, tiny};

/// Mean IT power of the log at its first reading, kW: what `validate` counts as energy, over the time of the log.
fn log_mwh(said: &str) -> f64 {
    let (_, rest) = said.split_once(" meters, ").unwrap();
    let (mwh, _) = rest.split_once(" MWh").unwrap();
    mwh.parse().unwrap()
}

/// The log of two GPUs is refused with the key that reads it, and then holds both: 300 + 250 W and a little more.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_13_a_log_of_nvidia_smi() {
    let Some(lab) = case("13-nvidia-smi-log") else {
        return;
    };
    for file in ["gpu.csv", "iso.csv"] {
        let file = format!("workload.trace.telemetry.file={file}");
        let mut arguments = vec!["validate", "scenario.toml", "--set", &file];
        for bad_rows in ["refuse", "skip"] {
            let rule = format!("workload.trace.telemetry.bad_rows={bad_rows}");
            let mut with = arguments.clone();
            with.extend(["--set", &rule]);
            lab.refused(&with, &["line 3", "set by = \"index\""]);
        }
        arguments.extend(["--set", "workload.trace.telemetry.by=index"]);
        let said = lab.good(&arguments);
        assert!(said.out.contains("2 meters"), "{}", said.out);
        assert!(said.out.contains("240 rows = 240 readings"), "{}", said.out);
        let text = lab.read(if arguments[3].ends_with("gpu.csv") {
            "gpu.csv"
        } else {
            "iso.csv"
        });
        // A cell without a reading holds the one before of its GPU.
        let mut last = [0.0; 2];
        let mut expected = 0.0;
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            let gpu: usize = cells[1].parse().unwrap();
            last[gpu] = cells[2].trim_end_matches(" W").parse().unwrap_or(last[gpu]);
            expected += last[gpu] * 30.0 / 3.6e9;
        }
        assert!((log_mwh(&said.out) - expected).abs() < 6e-4, "{}", said.out);
    }
    let one = lab.good(&[
        "validate",
        "scenario.toml",
        "--set",
        "workload.trace.telemetry.file=one.csv",
    ]);
    assert!(one.out.contains("1 meters"), "{}", one.out);
}

/// Dates beside UNIX seconds, and UNIX seconds alone, are the same series.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_24_unix_time_beside_iso_time() {
    let Some(lab) = case("24-unix-time-beside-iso-time") else {
        return;
    };
    let how = |file: &str| {
        let said = lab.good(&[
            "validate",
            "scenario.toml",
            "--set",
            &format!("site.carbon_g_kwh.file={file}"),
        ]);
        let flat: Vec<&str> = said.out.split_whitespace().collect();
        let flat = flat.join(" ");
        let (_, rest) = flat.split_once("carbon_intensity_avg, ").unwrap();
        rest.split_once(')').unwrap().0.to_owned()
    };
    let dated = how("iso.csv");
    assert!(
        dated.starts_with("300.0000") || dated.contains('('),
        "{dated}"
    );
    for file in ["ci.csv", "only-unix.csv"] {
        assert_eq!(how(file), dated, "{file}");
    }
}

/// Eighteen fields are read, further fields of a site are skipped and reported.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_37_swf_with_more_fields() {
    let Some(lab) = case("37-swf-with-more-fields") else {
        return;
    };
    let said = lab.good(&["validate", "scenario.toml"]);
    said.has(&["up to 21 fields, the first 18 are read"]);
    assert!(said.out.contains("2 rows = 2 jobs given"), "{}", said.out);
}

/// Values of `KEY = VALUE` in a cure, as `--set` takes them: what the user would type.
fn printed(cure: &str, key: &str) -> String {
    let (_, rest) = cure
        .rsplit_once(&format!("{key} = "))
        .unwrap_or_else(|| panic!("no {key} in {cure}"));
    let end = if let Some(quoted) = rest.strip_prefix('"') {
        quoted.find('"').unwrap() + 2
    } else {
        rest.find([' ', ',']).unwrap_or(rest.len())
    };
    rest[..end].to_owned()
}

/// A table of 48 hours.
fn hours(header: &str, row: &dyn Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..48).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

fn priced() -> String {
    tiny(&[(
        "climate = \"phoenix\"",
        "climate = \"phoenix\"\nprice_usd_mwh = { file = \"t.csv\" }",
    )])
}

fn profile() -> String {
    tiny(&[(LOAD, "[workload.profile]\nfile = \"t.csv\"\n")])
}

/// Every cure that can be typed as it is printed ends the complaint.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn printed_cures_cure() {
    let trace = |format: &str, keys: &str| {
        tiny(&[(
            LOAD,
            &format!("[workload.trace.{format}]\nfile = \"t.csv\"\n{keys}"),
        )])
    };
    let (priced, profile) = (priced(), profile());
    let date = |n: usize| format!("2026-07-{:02} {:02}:00", 1 + n / 24, n % 24);
    let cases: [(String, String, &str, &str, &str); 9] = [
        (
            trace("jobs", ""),
            "submit,gpus,run_h\n2024-01-05T09:00,8,2\n".into(),
            "from_day",
            "workload.trace.jobs.from_day",
            "no job was submitted",
        ),
        (
            trace("jobs", ""),
            "submit,gpus,run_h\n2024-01-05T09:00,8,2\n".into(),
            "run.start",
            "run.start",
            "no job was submitted",
        ),
        (
            trace("jobs", ""),
            "submit_s,gpus,run_s\n2000000001,8,60\n".into(),
            "from_day",
            "workload.trace.jobs.from_day",
            "no job was submitted",
        ),
        (
            trace("swf", ""),
            hours("; log", &|n| {
                let run = if n == 4 { "x" } else { "60" };
                format!("{n} {n} 0 {run} 8 -1 -1 8 60 -1 1 1 1 -1 -1 -1 -1 -1")
            }),
            "bad_rows",
            "workload.trace.swf.bad_rows",
            "is not a valid number",
        ),
        (
            trace(
                "telemetry",
                "columns = [\"watts\"]\ninterval_s = 900\nrepeat = true\n",
            ),
            hours("time,host,watts", &|n| {
                format!("{},h{},9000", n / 2 * 900, n % 2)
            }),
            "by",
            "workload.trace.telemetry.by",
            "the time of the row before",
        ),
        (
            priced.clone(),
            hours("time,a $/kWh,b $/kWh", &|n| format!("{},0.1,0.2", date(n))),
            "column",
            "site.price_usd_mwh.column",
            "several columns",
        ),
        (
            profile.clone(),
            hours("time_h,it_kw,utilisation", &|n| format!("{n},70,0.5")),
            "column",
            "workload.profile.column",
            "are there",
        ),
        (
            profile.clone(),
            hours("time_h,it_kw", &|n| format!("{},70", n + 5)),
            "repeat",
            "workload.profile.repeat",
            "the run needs day",
        ),
        (
            tiny(&[("start = \"2026-07-01\"", "start = \"2026-03-08T02:30\"")]),
            String::new(),
            "start",
            "run.start",
            "more than a day",
        ),
    ];
    for (scenario, file, name, key, complaint) in cases {
        let lab = Lab::with("t.csv", file);
        lab.write("s.toml", scenario);
        let said = lab.refused(&["validate", "s.toml"], &[complaint]);
        let cure = format!("{key}={}", printed(&said.flat(), name));
        lab.good(&["validate", "s.toml", "--set", &cure]);
    }
}

/// Names of columns are mended in the file.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn names_that_cures_give_cure() {
    for (scenario, file, from, to) in [
        (
            priced(),
            hours("timestamp,price_usd_mwh", &|n| {
                format!("{},50", 1_782_864_000_000_u64 + 3_600_000 * n as u64)
            }),
            "timestamp",
            "time_ms",
        ),
        (
            profile(),
            hours("time_h,utilisation", &|n| format!("{n},70")),
            "utilisation",
            "utilisation_pct",
        ),
    ] {
        let lab = Lab::with("t.csv", &file);
        lab.write("s.toml", scenario);
        lab.refused(&["validate", "s.toml"], &[to]);
        lab.write("t.csv", file.replacen(from, to, 1));
        lab.good(&["validate", "s.toml"]);
    }
}

/// A price file that ends before the run is reported; a year by month, day and hour is described.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn a_price_file_that_ends_before_the_run_is_told() {
    let mut text = "timestamp,price_usd_mwh\n".to_owned();
    for hour in 0..365 * 24 {
        let day: jiff::civil::DateTime = "2025-07-01T00:00".parse().unwrap();
        let moment = day.saturating_add(jiff::Span::new().hours(hour));
        text.extend([moment.to_string().as_str(), "Z,50\n"]);
    }
    let lab = Lab::with("p.csv", text);
    let priced = [(
        "climate = \"phoenix\"",
        "climate = \"phoenix\"\nprice_usd_mwh = \"p.csv\"",
    )];
    lab.write("s.toml", tiny(&priced));
    let start = |day: &str| format!("run.start={day}");
    let said = lab.good(&["validate", "s.toml", "--set", &start("2026-06-30")]);
    said.has(&["7 h of the run lie outside"]);
    let said = lab.good(&["validate", "s.toml", "--set", &start("2026-06-29")]);
    assert!(!said.err.contains("outside"), "{}", said.err);
}

/// Files named with `--set` are looked for in the current folder first, then beside the scenario, for every reader.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn files_named_with_set_are_found_by_every_reader() {
    let service = "gpus=8,prefill_tokens_per_gpu_s=1000,decode_tokens_per_gpu_s=100";
    let pods =
        "name,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time\na,1,460,100,7300,100\n";
    let nodes = "sn,gpu,model\na,8,V100\n";
    let raps = "id,nodes,submit_s,start_s,end_s,time_limit_s,cpu_util_0toC,gpu_util_0toG\n0,3,0,0,600,600,0.2,0.5\n";
    let swf = "1 0 -1 60 8 -1 -1 -1 -1 -1 -1 1 1 -1 -1 -1 -1 -1\n";
    let azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,1\n";
    let mooncake = "{\"timestamp\": 0, \"input_length\": 30, \"output_length\": 3}\n";
    let philly = "time,active,total\n2017-10-03 00:00:00,1,2\n2017-10-03 00:01:00,1,2\n";
    let power = "Time,07-17-2024 23:59:59.5,Watts,2000\nTime,07-18-2024 00:00:01.5,Watts,3000\n";
    let telemetry = "time,p\n0,9000\n60,9000\n";
    let readers: [(&str, &str, &str, String); 10] = [
        ("workload.trace.swf", "file", swf, String::new()),
        (
            "workload.trace.jobs",
            "file",
            "submit_s,gpus,run_s\n0,8,60\n",
            String::new(),
        ),
        ("workload.trace.alibaba", "pods", pods, String::new()),
        ("workload.trace.raps", "file", raps, String::new()),
        ("workload.trace.azure", "file", azure, service.into()),
        ("workload.trace.mooncake", "file", mooncake, service.into()),
        (
            "workload.trace.philly",
            "file",
            philly,
            "repeat=true".into(),
        ),
        ("workload.trace.mlperf", "file", power, "repeat=true".into()),
        (
            "workload.trace.telemetry",
            "file",
            telemetry,
            "repeat=true,columns=['p']".into(),
        ),
        (
            "workload.profile",
            "file",
            "time_s,it_kw\n0,9\n60,9\n",
            "repeat=true".into(),
        ),
    ];
    let lab = Lab::new();
    std::fs::create_dir(lab.path("plans")).unwrap();
    for (table, key, content, keys) in readers {
        lab.write("plans/s.toml", tiny(&[(LOAD, "")]));
        let comma = if keys.is_empty() { "" } else { "," };
        let (_, name) = table.split_once('.').unwrap();
        let inner = format!("{{{key}=\"t.log\"{comma}{keys}}}");
        let nested = match name.split_once('.') {
            Some((outer, name)) => format!("{{{outer}={{{name}={inner}}}}}"),
            None => format!("{{{name}={inner}}}"),
        };
        for (set, second) in [
            (format!("{table}={inner}"), None),
            (format!("workload={nested}"), None),
            (
                format!("{table}={{{key}=\"elsewhere\"{comma}{keys}}}"),
                Some(format!("{table}.{key}=t.log")),
            ),
        ] {
            for place in ["t.log", "plans/t.log"] {
                lab.write(place, content);
                let mut arguments = vec!["validate", "plans/s.toml", "--set", &set];
                if let Some(second) = &second {
                    arguments.extend(["--set", second]);
                }
                lab.good(&arguments);
                std::fs::remove_file(lab.path(place)).unwrap();
            }
        }
    }
    lab.write("n.csv", nodes);
    lab.write("t.log", pods);
    lab.write("plans/s.toml", tiny(&[(LOAD, "")]));
    lab.good(&[
        "validate",
        "plans/s.toml",
        "--set",
        "workload.trace.alibaba={pods=\"t.log\",nodes=\"n.csv\"}",
    ]);
}
