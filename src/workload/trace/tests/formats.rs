//! Format by format, and the real files.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::*;
use super::{jobs, open, refused};
use crate::units::DAY_S;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::platform;
use crate::workload::profile::Quantity;

/// A pod that shares a GPU, one that never ran, one without GPUs, one on eight.
#[test]
fn pods_of_alibaba() {
    let pods = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n\
        a,6000,12288,1,460,,LS,Running,100,7300,100\n\
        b,6000,12288,1,1000,,LS,Pending,200,900,\n\
        c,6000,12288,0,0,,LS,Running,300,900,300\n\
        d,6000,12288,8,1000,V100M32,BE,Succeeded,400,4400,800\n";
    let jobs = jobs(open("alibaba", "pods = 't'\nutilisation = 0.5", pods, 1.0).unwrap());
    let reported: Vec<_> = jobs
        .iter()
        .map(|j| (j.submit_s, j.gpus, j.work_s, j.utilisation))
        .collect();
    assert_eq!(
        reported,
        [(100.0, 1, 7200.0, 0.23), (400.0, 8, 3600.0, 0.5)]
    );
    let error = refused(
        "alibaba",
        "pods = 't'",
        "name,num_gpu,gpu_milli\na,1,1000\n",
    );
    assert!(error.contains("no column creation_time"), "{error}");
}

/// 103 nodes of 4 GPUs for 21,600 s at 0.558 of 4 GPUs; a job that never ran has no utilisation.
#[test]
fn the_job_list_of_raps() {
    let list = "id,nodes,submit_s,start_s,end_s,time_limit_s,cpu_util_0toC,gpu_util_0toG\n\
        0,103,-100,0,21600,21000,0.25,0.5\n13,1643,1373,1473,1473,25200,nan,nan\n";
    let opened = open("raps", "", list, 1.0).unwrap();
    assert!(opened.counted[0].ends_with("1 jobs given + 0 outside the run + 1 without work"));
    let job = jobs(opened)[0];
    assert_eq!(
        (job.submit_s, job.gpus, job.work_s, job.estimate_s),
        (-100.0, 412, 21_600.0, 21_000.0)
    );
    assert_eq!((job.utilisation, job.host_utilisation), (0.125, Some(0.25)));
}

pub(super) fn service(opened: &Opened) -> &crate::workload::Service {
    let Replayed::Services { services, .. } = &opened.work else {
        panic!("a service expected")
    };
    &services[0]
}

const RATES: &str = "gpus = 2\nprefill_tokens_per_gpu_s = 1000\ndecode_tokens_per_gpu_s = 100\n";

/// 30,000 read and 3,000 written: 30 + 30 GPU-s of the 120 in a minute, half load and 50 tokens/s. In the second
/// minute 18,000 written want 180: 120 are served, a third waits for the next minute.
#[test]
fn requests_become_load_and_tokens() {
    let csv = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,30000,1000\n\
        2023-11-16 18:17:33.9799600,0,2000\n2023-11-16 18:18:04,0,18000\n2023-11-17 18:17:04,5,5\n";
    let opened = open("azure", RATES, csv, 1.0).unwrap();
    assert_eq!(
        opened.counted,
        [
            "4 rows = 3 requests given + 1 outside the run + 0 bad",
            "tokens given: 30000 read, 21000 generated; outside the run: 5 read, 5 generated",
            "21000 tokens to generate = 21000 delivered + 0 waiting at the end",
        ]
    );
    let calendar = crate::workload::Calendar::new(3, 0.0);
    let now = |minute: u32| {
        let rate = service(&opened).output_rate(calendar, f64::from(minute) * 60.0, 60.0);
        (rate.utilisation, rate.tokens_per_s)
    };
    assert_eq!(now(0), (0.5, 50.0));
    assert_eq!(now(1), (1.0, 200.0));
    assert_eq!(now(2), (0.5, 100.0));
    assert_eq!(now(3), (0.0, 0.0));
}

#[test]
fn requests_as_lines_of_json() {
    let lines = "{\"timestamp\": 0, \"input_length\": 30000, \"output_length\": 3000, \"hash_ids\": [1, 2]}\n\
        {\"timestamp\": 60000, \"input_length\": 7}\n";
    let keys = format!("{RATES}scale = 2\n");
    let error = refused("mooncake", &keys, lines);
    assert!(
        error.contains("line 2") && error.contains("output_length"),
        "{error}"
    );
    let opened = open(
        "mooncake",
        &format!("{keys}bad_rows = 'skip'\n"),
        lines,
        1.0,
    )
    .unwrap();
    let calendar = crate::workload::Calendar::new(3, 0.0);
    let rate = service(&opened).output_rate(calendar, 0.0, 60.0);
    assert_eq!((rate.utilisation, rate.tokens_per_s), (1.0, 100.0));
}

fn load(opened: Opened) -> Profile {
    let Replayed::Load(profile) = opened.work else {
        panic!("a load expected")
    };
    profile
}

/// 210 of 420 nodes at 0.8: 0.4; a gap of two minutes holds the value before it.
#[test]
fn busy_nodes_of_philly() {
    let csv = "time,active,total\n2017-10-03 00:00:00,210,420\n2017-10-03 00:03:00,420,420\n";
    let opened = open("philly", "", csv, 1.0).unwrap();
    assert!(opened.warnings[0].contains("missing for up to 0.1 h"));
    let profile = load(opened);
    assert!((profile.mean(0.0, 180.0) - 0.4).abs() < 1e-12);
    assert!((profile.mean(180.0, 240.0) - 0.8).abs() < 1e-12);
    assert!(profile.covers(0.0, 241.0).is_err());
    let error = refused(
        "philly",
        "",
        "time,active,total\n2017-10-03 00:00:00,421,420\n",
    );
    assert!(error.contains("line 2: 421 of 420 nodes"), "{error}");
}

/// Four forms of the same log: 2,000 W for two seconds, then 3,000 W.
#[test]
fn power_logs_of_mlperf() {
    let mllog = |ms: u32, key: &str, value: u32| {
        format!(":::MLLOG {{\"time_ms\": {ms}, \"key\": \"{key}\", \"value\": {value}}}\n")
    };
    let mllog = [
        mllog(5, "run_start", 1),
        mllog(1000, "power_reading", 2000),
        mllog(3000, "power_reading", 3000),
    ];
    for log in [
        mllog.concat().as_str(),
        "Time,07-17-2024 23:59:59.5,Watts,2000,Volts,239\nTime,07-18-2024 00:00:01.5,Watts,3000,Volts,239\n",
        "time_utc,watts,volts\n07-17-2024 23:59:59.5,2000,239\n07-18-2024 00:00:01.5,3000,239\n",
        "run_idx,node,time_ms,power_w\n0,n0,1000,1500\n0,n1,1000,500\n1,n0,1000,9\n0,n0,3000,2500\n0,n1,3000,500\n",
    ] {
        let profile = load(open("mlperf", "scale = 2", log, 1.0).unwrap());
        assert_eq!(profile.quantity(), Quantity::ItPower);
        assert_eq!(
            (profile.mean(0.0, 2.0), profile.mean(2.0, 3.0)),
            (4000.0, 6000.0),
            "{log}"
        );
    }
    let mllog = mllog.concat();
    let twice = format!("{mllog}{}", mllog.lines().last().unwrap());
    let opened = open("mlperf", "", &twice, 1.0).unwrap();
    assert!(
        opened.counted[0].contains("+ 0 bad"),
        "{:?}",
        opened.counted
    );
    let error = refused(
        "mlperf",
        "",
        &format!("{mllog}{}", mllog.lines().nth(1).unwrap()),
    );
    assert!(error.contains("line 4: time does not rise"), "{error}");
    let error = refused("mlperf", "", "Time,2024-07-17 08:04:57,Watts,2372.0\n");
    assert!(
        error.contains("is not a time such as 07-17-2024"),
        "{error}"
    );
}

#[test]
fn telemetry_of_many_meters() {
    let csv = "time,power[1],power[2],wetbulb\n0.0,1000,2000,5\n15.0,1000,3000,5\n30.0,1000,,5\n45.0,1000,4000,5\n";
    let keys = "columns = ['power[*']";
    let opened = open("telemetry", keys, csv, 1.0).unwrap();
    assert!(
        opened.warnings[0].contains("power[2]: 1 of 4 cells are blank, the first in line 4"),
        "{}",
        opened.warnings[0]
    );
    let profile = load(opened);
    assert_eq!(
        (profile.mean(0.0, 15.0), profile.mean(15.0, 45.0)),
        (3000.0, 4000.0)
    );
    for (keys, words) in [
        ("columns = ['watts*']", "no column matches watts*"),
        ("columns = ['power[1]', 'power[*']", "one twice"),
        ("columns = []", "names none"),
        ("columns = ['power[3]']", "no column power[3]"),
        (
            "columns = ['power[2]', 'wetbulb']\nunit = 'kw'\nby = 'rack'",
            "no column rack",
        ),
    ] {
        let error = refused("telemetry", keys, csv);
        assert!(error.contains(words), "{error}");
    }
}

proptest! {
    /// Tokens requested are those delivered and those waiting, whatever the load.
    #[test]
    fn tokens_are_conserved(requested in prop::collection::vec((0.0..500.0_f64, 0.0..1e6_f64), 1..60)) {
        let requested: Vec<_> = requested
            .into_iter()
            .map(|(gpu_s, tokens)| flow::IntervalDemand { gpu_s, tokens })
            .collect();
        let flow = flow::Flow::of(&requested, 60.0, 3.0);
        let sum = |f: fn(&flow::IntervalDemand) -> f64| requested.iter().map(f).sum::<f64>();
        let served = flow.utilisation.iter().sum::<f64>() * 180.0;
        let tokens = flow.tokens_per_s.iter().sum::<f64>() * 60.0;
        prop_assert!((served + flow.waiting_gpu_s - sum(|a| a.gpu_s)).abs() < 1e-6);
        prop_assert!((tokens + flow.waiting_tokens - sum(|a| a.tokens)).abs() < 1e-3);
        prop_assert!(flow.utilisation.iter().all(|u| (0.0..=1.0).contains(u)));
    }

    /// The energy of readings at any distance is that of the profile, whatever its interval.
    #[test]
    fn readings_keep_their_energy(
        steps in prop::collection::vec((0.1..50.0_f64, 0.0..1e4_f64), 2..60),
        interval_s in 0.5..40.0_f64,
    ) {
        let mut load = load::Load::new(interval_s);
        let mut meter = load::Meter::default();
        let (mut time_s, mut energy_j) = (7.0, 0.0);
        for (index, &(step_s, power_w)) in steps.iter().enumerate() {
            load.read(&mut meter, time_s, power_w).unwrap();
            let held_s = if index + 1 == steps.len() { interval_s } else { step_s };
            energy_j += power_w * held_s;
            time_s += step_s;
        }
        load.close(&meter);
        prop_assert!((load.integral() / energy_j.max(1.0) - 1.0).abs() < 1e-9 || energy_j < 1.0);
    }
}

/// A log of the shared data; None without it.
pub(super) fn real(text: &str, days: f64) -> Option<Opened> {
    let data = PathBuf::from(std::env::var_os("COLDAISLE_DATA")?);
    let trace: Trace = toml::from_str(text).unwrap();
    let models = [("70b".to_owned(), llama_70b())].into();
    let place = Place {
        folder: &data.join("data"),
        start: date(2026, 1, 1).at(0, 0, 0, 0).into(),
        total_s: days * DAY_S,
        platform: Platform {
            models: &models,
            ..platform()
        },
    };
    Some(trace.open(&place).unwrap_or_else(|error| panic!("{error}")))
}

/// Requests and tokens of the trace are those that a plain sum of its columns finds.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_azure_requests_and_tokens_are_conserved() {
    const FILE: &str = "traces/azure/AzureLLMInferenceTrace_code.csv";
    let keys = format!("[azure]\nfile = '{FILE}'\n{RATES}scale = 0.01");
    let Some(azure) = real(&keys, 1.0) else {
        return;
    };
    assert_eq!(
        azure.counted[0],
        "8819 rows = 8819 requests given + 0 outside the run + 0 bad"
    );
    let data = PathBuf::from(std::env::var_os("COLDAISLE_DATA").unwrap());
    let text = std::fs::read_to_string(data.join("data").join(FILE)).unwrap();
    let sum = |column: usize| {
        let cells = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(column));
        cells
            .map(|cell| cell.trim().parse::<u64>().unwrap())
            .sum::<u64>()
    };
    let words = format!("tokens given: {} read, {} generated;", sum(1), sum(2));
    assert!(azure.counted[1].starts_with(&words), "{}", azure.counted[1]);
}

/// Every other available log is read whole.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_traces_are_read_whole() {
    if std::env::var_os("COLDAISLE_DATA").is_none() {
        return;
    }
    let read = |text: &str, days| real(text, days).unwrap();
    let swf = read(
        "[swf]\nfile = 'traces/swf/NASA-iPSC-1993-3.1-cln.swf'",
        100.0,
    );
    assert!(
        swf.counted[0]
            .starts_with("18239 rows = 18066 jobs given + 0 outside the run + 173 without work"),
        "{}",
        swf.counted[0]
    );
    let given = jobs(swf);
    assert_eq!(given.len(), 18_066);
    assert!(
        given
            .windows(2)
            .all(|pair| pair[0].submit_s <= pair[1].submit_s)
    );
    let pods = read(
        "[alibaba]\npods = 'traces/alibaba/openb_pod_list_default.csv'\n\
         nodes = 'traces/alibaba/openb_node_list_gpu_node.csv'",
        150.0,
    );
    assert!(
        pods.counted[0].starts_with("8152 rows = "),
        "{}",
        pods.counted[0]
    );
    assert!(
        pods.counted[2].contains("1213 nodes, 6212 GPUs"),
        "{}",
        pods.counted[2]
    );
    let philly = read(
        "[philly]\nfile = 'traces/philly/philly_node_sequence_1min.csv'",
        70.0,
    );
    assert!(
        philly.counted[0].starts_with("105644 rows = 105644 minutes"),
        "{}",
        philly.counted[0]
    );
    let mooncake = read(
        &format!("[mooncake]\nfile = 'traces/mooncake/synthetic_trace.jsonl'\n{RATES}"),
        30.0,
    );
    assert!(
        mooncake.counted[0].starts_with("3993 rows = 3993 requests"),
        "{}",
        mooncake.counted[0]
    );
    let day = read(
        "[telemetry]\nfile = 'power/frontier/frontier_24h_15s.csv'\ncolumns = ['power[*']",
        1.0,
    );
    assert!(
        day.counted[1].starts_with("25 meters, 38"),
        "{}",
        day.counted[1]
    );
    for file in [
        "smc_ac_1node_bert_06_node_0.txt",
        "nvidia_h200_maxq_gptj-99_Server_spl.txt",
    ] {
        let log = read(&format!("[mlperf]\nfile = 'power/mlperf/raw/{file}'"), 1.0);
        assert!(log.counted[0].contains("0 bad"), "{}", log.counted[0]);
    }
}
