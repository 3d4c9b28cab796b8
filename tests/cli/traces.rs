//! Traces replayed, and traces that cannot be.

use crate::lab::{LOAD, Lab, place, tiny};

const JOBS: &str =
    "submit_h,gpus,run_h,tokens\n0,8,2,1000\n1,16,1.5,2000\n1.5,512,1,0\n100,8,1,0\n";

#[test]
fn jobs_of_a_trace_run_and_are_counted() {
    let trace = "[workload.trace.jobs]\nfile = \"jobs.csv\"\n";
    let lab = Lab::with("jobs.csv", JOBS);
    lab.write("trace.toml", tiny(&[(LOAD, trace)]));
    let said = lab.good(&["validate", "trace.toml"]);
    for words in [
        "4 rows = 3 jobs given + 1 outside the run",
        "560.0 GPU-hours = 552.0 given",
        "jobs of 512 GPUs in workload.trace fit in no hall",
    ] {
        let all = format!("{}{}", said.out, said.err).replace('\n', " ");
        let flat: Vec<&str> = all.split_whitespace().collect();
        assert!(flat.join(" ").contains(words), "{all}");
    }
    lab.good(&["run", "trace.toml", "-o", "out"]);
    let jobs = &lab.json("out/summary.json")["jobs"];
    assert_eq!(jobs["submitted"], 3);
    assert_eq!(jobs["completed"], 2);
    assert_eq!(jobs["failed"], 1);
    assert_eq!(jobs["tokens"].as_f64(), Some(3000.0));
    let run = lab.json("out/run.json");
    let mut inputs = run["inputs"].as_array().unwrap().iter();
    assert!(inputs.any(|input| input["path"] == "jobs.csv"), "{run}");
}

#[test]
fn requests_of_a_trace_keep_a_service_busy() {
    let trace = "[workload.trace.azure]\nfile = \"r.csv\"\ngpus = 8\nprefill_tokens_per_gpu_s = 4000\n\
                 decode_tokens_per_gpu_s = 400\n";
    let lab = Lab::with(
        "r.csv",
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00,90000,30000\n2023-11-16 18:30:00,0,70000\n",
    );
    lab.write("trace.toml", tiny(&[(LOAD, trace)]));
    lab.good(&["run", "trace.toml", "-o", "out"]);
    let tokens = lab.json("out/summary.json")["jobs"]["tokens"].as_f64();
    assert!((tokens.unwrap() - 100_000.0).abs() < 1e-3, "{tokens:?}");
}

/// What `validate` says of the requests is what the run reports, and its tokens are those of the file.
#[test]
fn a_model_answers_the_requests_of_a_trace() {
    let trace = "[workload.trace.azure]\nfile = \"r.csv\"\n[workload.trace.azure.inference]\nmodel = \"llama-3.1-70b\"\n";
    let lab = Lab::with(
        "r.csv",
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00,900,300\n2023-11-16 18:00:02,4000,700\n",
    );
    let text = tiny(&[(LOAD, trace)]);
    lab.write("trace.toml", &text);
    let said = lab.good(&["validate", "trace.toml"]).out;
    assert!(said.contains("2 requests = 2 served + 0 refused"), "{said}");
    lab.good(&["run", "trace.toml", "-o", "out"]);
    let service = lab.json("out/summary.json")["service"].clone();
    let figure = |key: &str| service[key].as_f64().unwrap();
    assert_eq!((figure("requests"), figure("waiting_requests")), (2.0, 0.0));
    assert!((figure("requested_tokens") - 1000.0).abs() < 1e-6);
    assert!(figure("first_token_ms_p50") > figure("token_ms_p50"));
    let swing = format!("{text}daily_swing = 0.1\n");
    lab.write("swing.toml", &swing);
    let said = lab.say(&["validate", "swing.toml"]);
    let at = place("swing.toml", &swing, "daily_swing");
    assert_eq!(said.status, Some(2));
    assert!(
        said.err.contains(&at) && said.err.contains("remove it"),
        "{}",
        said.err
    );
}

#[test]
fn traces_that_cannot_be_used() {
    let with = |format: &str, keys: &str| {
        let trace = format!("[workload.trace.{format}]\nfile = \"t.log\"\n{keys}");
        tiny(&[(LOAD, &trace)])
    };
    let lab = Lab::new();
    lab.write("bad.toml", with("swf", ""));
    let at = place("bad.toml", &with("swf", ""), "\"t.log\"");
    lab.refused(
        &["run", "bad.toml"],
        &["t.log: cannot be read", "No such file", &at],
    );
    let service = "gpus = 8\nprefill_tokens_per_gpu_s = 1\ndecode_tokens_per_gpu_s = 1\n";
    let huge = service.replace("gpus = 8", "gpus = 100000");
    let azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,1\n";
    let cases: [(&str, &str, &str, &[&str]); 14] = [
        (
            "swf",
            "",
            "1 0 5 60\n",
            &["line 1", "4 fields", "its only row is bad"],
        ),
        ("swf", "", "", &["none of its 0 rows holds a job"]),
        ("swf", "bad_rows = \"drop\"\n", "", &["refuse", "skip"]),
        ("swf", "form_day = 2\n", "", &["did you mean 'from_day'?"]),
        (
            "jobs",
            "",
            "gpus,run_s\n",
            &["no time of submission", "submit_h"],
        ),
        (
            "jobs",
            "utilisation = 80\n",
            JOBS,
            &["80 must be between 0 and 1"],
        ),
        (
            "jobs",
            "from_day = 50\n",
            JOBS,
            &["no job was submitted", "from_day"],
        ),
        (
            "jobs",
            "repeat_days = 1e-12\n",
            JOBS,
            &["repeat_days = 1e-12 is out of range", "use 0.001 to"],
        ),
        (
            "jobs",
            "",
            "submit_h,gpus,run_h\n1e308,1,1\n",
            &["line 2", "too large to count"],
        ),
        ("azure", "gpus = 8\n", azure, &["prefill_tokens_per_gpu_s"]),
        ("azure", &huge, azure, &["100000 GPUs", "bad.toml:28:8"]),
        (
            "azure",
            service,
            "TIMESTAMP,Context\n",
            &["no column ContextTokens"],
        ),
        (
            "telemetry",
            "columns = [\"power[*\"]\n",
            "time,it\n0,1\n",
            &["no column matches"],
        ),
        (
            "philly",
            "",
            "time,active,total\n2017-10-03 00:00:00,1,2\n",
            &["the run needs day", "repeat"],
        ),
    ];
    for (format, keys, content, words) in cases {
        lab.write("bad.toml", with(format, keys));
        lab.write("t.log", content);
        for command in ["run", "validate"] {
            lab.refused(&[command, "bad.toml"], words);
        }
    }
    lab.write(
        "bad.toml",
        tiny(&[(LOAD, "[workload.trace.slurm]\nfile = \"t\"\n")]),
    );
    lab.refused(&["run", "bad.toml"], &["slurm", "swf"]);
    let clash = format!("{LOAD}[workload.trace.philly]\nfile = \"t.log\"\n");
    lab.write("bad.toml", tiny(&[(LOAD, &clash)]));
    lab.refused(
        &["run", "bad.toml"],
        &["cannot be combined with workload.trace", "keep one"],
    );
}

const LOGGED: &str = "id,submit_h,start_h,gpus,run_h,user\nfirst,0,2,8,1,7\nsecond,0.5,0.5,8,1,\n";

fn logged(keys: &str) -> Lab {
    let trace = format!("[workload.trace.jobs]\nfile = \"log.csv\"\n{keys}");
    let lab = Lab::with("tiny.toml", tiny(&[(LOAD, &trace)]));
    lab.write("log.csv", LOGGED);
    lab
}

/// Names and users of the log come back; its starts are kept on request, and a job then holds its GPUs a minute longer.
#[test]
fn a_log_s_names_and_starts_come_back() {
    for (keys, waits_s, runs_s) in [
        ("", ["0.0", "0.0"], ["3600.0", "3600.0"]),
        (
            "start_mode = \"logged\"\nhold_s = 60\n",
            ["0.0", "7200.0"],
            ["3660.0", "3660.0"],
        ),
    ] {
        let lab = logged(keys);
        lab.good(&["run", "tiny.toml", "-q", "-o", "out"]);
        let jobs = crate::figures::Table::read(&lab, "out/jobs.csv");
        let mut rows: Vec<_> = (0..2)
            .map(|at| {
                let cell = |column| jobs.text(column)[at].to_owned();
                (
                    cell("trace_id"),
                    cell("user"),
                    cell("wait_s"),
                    cell("run_s"),
                )
            })
            .collect();
        rows.sort_by(|a, b| a.2.cmp(&b.2).then(a.0.cmp(&b.0)));
        let mut waits: Vec<_> = rows.iter().map(|row| row.2.as_str()).collect();
        waits.sort_unstable();
        assert_eq!(waits, waits_s, "{keys}");
        // A log says nothing of its chips: they count as being as warm as those of published programs.
        for (row, run_s) in rows.iter().zip(runs_s) {
            let [ours, logged] = [&row.3, run_s].map(|cell| cell.parse::<f64>().unwrap());
            assert!(
                (ours / logged - 1.0).abs() < 1e-3,
                "{keys}: {ours} {logged}"
            );
        }
        let first = rows.iter().find(|row| row.0 == "first").unwrap();
        assert_eq!(first.1, "7");
        assert!(rows.iter().any(|row| row.0 == "second" && row.1 == "0"));
    }
}

#[test]
fn slips_in_how_a_log_is_replayed_are_named() {
    for (line, parts) in [
        (
            "start_mode = \"log\"",
            &["start_mode", "logged_at_events"][..],
        ),
        ("repeat_days = 0", &["repeat_days", "above zero"]),
        ("time_scale = -2", &["time_scale", "above zero"]),
        ("sample_fraction = 1.2", &["sample_fraction", "at most 1"]),
        (
            "release_delay_s = -1",
            &["release_delay_s", "zero or above"],
        ),
    ] {
        logged(line).refused(&["validate", "tiny.toml"], parts);
    }
}
