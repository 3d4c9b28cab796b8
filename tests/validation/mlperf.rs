//! Node power logs of `MLPerf`: training v4.0 (8 × H100 immersed, Sustainable Metal Cloud, AC and DC side), training v5.0
//! (8 × B200 water-cooled, Lenovo), inference v4.1 (8 × H200 air-cooled, NVIDIA, `MaxQ`). Apache-2.0.
//!
//! Fitted to them: the host of the H100 node at rest and at work (DC side of the immersed log), which the H200 and B200 nodes
//! take over, and the upper ends of the range of a typical power supply (the same node). Everything else of the servers comes from
//! data sheets, sums of parts and others' measurements.

use std::collections::BTreeMap;
use std::path::Path;

use crate::plant_run::run_text;
use crate::table::{Evidence, Row};

/// One node in one run: seconds and W, in order of time.
type Log = Vec<(f64, f64)>;

const H100_AC: [&str; 6] = [
    "train40_smc_immersion_ac_1node_bert",
    "train40_smc_immersion_ac_1node_dlrm_dcnv2",
    "train40_smc_immersion_ac_1node_llama2_70b_lora",
    "train40_smc_immersion_ac_1node_resnet",
    "train40_smc_immersion_ac_1node_ssd",
    "train40_smc_immersion_ac_1node_unet3d",
];
const H200: [&str; 7] = [
    "inf41_nvidia_h200_maxq_air_bert-99_Offline",
    "inf41_nvidia_h200_maxq_air_gptj-99_Offline",
    "inf41_nvidia_h200_maxq_air_gptj-99_Server",
    "inf41_nvidia_h200_maxq_air_llama2-70b-99_Offline",
    "inf41_nvidia_h200_maxq_air_resnet50_Offline",
    "inf41_nvidia_h200_maxq_air_stable-diffusion-xl_Offline",
    "inf41_nvidia_h200_maxq_air_stable-diffusion-xl_Server",
];
const B200: [&str; 4] = [
    "train50_lenovo_b200_water_1node_bert",
    "train50_lenovo_b200_water_1node_llama2_70b_lora",
    "train50_lenovo_b200_water_1node_retinanet",
    "train50_lenovo_b200_water_1node_stable_diffusion",
];

/// A contained hall, cold plates over a tower, and tanks over a dry cooler.
const AIR: &str = "[hall.cooling.air]\nsupply_c = 24.0\n[heat_rejection.water_cooled_chiller]\n";
const PLATES: &str = "[hall.cooling.cold_plate]\nsupply_c = 34.0\n[hall.room_rejection.water_cooled_chiller]\n\
                      [heat_rejection.tower]\n";
const TANK: &str = "[hall.cooling.immersion]\nsupply_c = 38.0\n[heat_rejection.dry_cooler]\n";

/// All runs of a test.
fn logs(data: &Path, test: &str) -> BTreeMap<(String, String), Log> {
    let path = data.join("data/power/mlperf").join(format!("{test}.csv"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines();
    let wall = lines.next().unwrap().starts_with("time_utc");
    let mut runs: BTreeMap<_, Log> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        if wall {
            // 07-17-2024 08:04:57.774: a test lasts an hour and a half at most, and none passes midnight twice.
            let clock: Vec<f64> = cells[0][11..]
                .split(':')
                .map(|v| v.parse().unwrap())
                .collect();
            let mut time_s = clock[0] * 3600.0 + clock[1] * 60.0 + clock[2];
            let run = runs.entry((String::new(), String::new())).or_default();
            if let Some((last_s, _)) = run.last()
                && time_s < *last_s
            {
                time_s += 86_400.0;
            }
            run.push((time_s, cells[1].parse().unwrap()));
        } else {
            let time_s = cells[2].parse::<f64>().unwrap() / 1e3;
            let run = runs.entry((cells[0].into(), cells[1].into())).or_default();
            run.push((time_s, cells[3].parse().unwrap()));
        }
    }
    for run in runs.values_mut() {
        run.sort_by(|a, b| a.0.total_cmp(&b.0));
        run.dedup_by(|a, b| a.0 == b.0);
    }
    runs
}

/// J between the readings, joined by straight lines.
fn energy_j(log: &Log) -> f64 {
    log.windows(2)
        .map(|w| 0.5 * (w[0].1 + w[1].1) * (w[1].0 - w[0].0))
        .sum()
}

/// Means over even intervals, W. The last interval carries what is left of the energy.
fn even(log: &Log, interval_s: f64) -> Vec<f64> {
    let start_s = log[0].0;
    let intervals = ((log[log.len() - 1].0 - start_s) / interval_s)
        .ceil()
        .max(1.0) as usize;
    let mut joules = vec![0.0; intervals];
    for pair in log.windows(2) {
        let ((mut from_s, mut from_w), (to_s, to_w)) = (pair[0], pair[1]);
        let slope = (to_w - from_w) / (to_s - from_s);
        while from_s < to_s {
            let index = (((from_s - start_s) / interval_s) as usize).min(intervals - 1);
            let border_s = start_s + (index + 1) as f64 * interval_s;
            let next_s = if index + 1 == intervals {
                to_s
            } else {
                border_s.min(to_s)
            };
            let next_w = from_w + slope * (next_s - from_s);
            joules[index] += 0.5 * (from_w + next_w) * (next_s - from_s);
            if next_s <= from_s {
                break;
            }
            (from_s, from_w) = (next_s, next_w);
        }
    }
    joules.into_iter().map(|j| j / interval_s).collect()
}

/// One node of this kind, alone in its hall.
fn node(server: &str, cooling: &str, days: f64, step_s: f64, workload: &str) -> String {
    format!(
        "name = 'node'\nit = []\n[run]\nstart = '2026-04-01'\ndays = {days}\nstep_s = {step_s}\nrecord_s = 86400\n\
         [site]\nclimate = 'san-francisco'\n[[hall]]\nname = 'one'\nserver = '{server}'\nracks = 1\n\
         servers_per_rack = 1\n{cooling}\n{workload}\n"
    )
}

/// Power of one node at an evenly rising load, an hour each, from 0 to 1.
pub(crate) fn node_over_load(server: &str, cooling: &str) -> Vec<coldaisle::snapshot::Power> {
    const LEVELS: u32 = 20;
    let loads: Vec<f64> = (0..=LEVELS)
        .map(|n| f64::from(n) / f64::from(LEVELS))
        .collect();
    let text = node(
        server,
        cooling,
        loads.len() as f64 / 24.0,
        300.0,
        "[workload.profile]\nfile = 'load.csv'",
    );
    let mut levels = Vec::new();
    let mut steps = 0;
    run_text(&text, ("utilisation", 3600.0, &loads), |snapshot| {
        steps += 1;
        if steps % 12 == 0 {
            levels.push(snapshot.power);
        }
    });
    assert_eq!(levels.len(), loads.len());
    levels
}

/// The logs as telemetry: the energy at the IT inlets is that of the log.
pub(crate) fn replayed(data: &Path) -> Vec<Row> {
    const STEP_S: f64 = 10.0;
    let sets: [(&str, &[&str], &str, &str); 3] = [
        ("8 × H100 immersed", &H100_AC, "hgx-h100", TANK),
        ("8 × H200 in air", &H200, "hgx-h200", AIR),
        ("8 × B200 in water", &B200, "hgx-b200", PLATES),
    ];
    sets.map(|(name, tests, server, cooling)| {
        let runs: Vec<Log> = tests
            .iter()
            .flat_map(|test| logs(data, test).into_values())
            .collect();
        let theirs: f64 = runs.iter().map(energy_j).sum();
        let rows: Vec<f64> = runs
            .iter()
            .flat_map(|log| even(log, STEP_S))
            .map(|w| w / 1e3)
            .collect();
        let days = rows.len() as f64 * STEP_S / 86_400.0;
        let workload = "[workload.profile]\nfile = 'load.csv'";
        let text = node(server, cooling, days, STEP_S, workload);
        let summary = run_text(&text, ("it_kw", STEP_S, &rows), |_| ());
        Row::new(
            "MLPerf power logs",
            format!("energy of {name}, {} runs", runs.len()),
            "kWh",
        )
        .theirs(theirs / 3.6e6)
        .ours(summary.energy_mwh.it.unwrap() * 1e3)
        .percent(0.1)
        .evidence(Evidence::Replayed)
    })
    .into()
}

/// AC less DC of the same node at the same instant, by load, against the loss of the catalogue's power supplies.
pub(crate) fn power_supplies(data: &Path) -> Vec<Row> {
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for test in H100_AC {
        let dc = logs(data, &test.replace("_ac_", "_dc_"));
        for (run, readings) in logs(data, test) {
            let dc: BTreeMap<u64, f64> = dc[&run].iter().map(|(t, w)| (t.to_bits(), *w)).collect();
            pairs.extend(
                readings
                    .iter()
                    .filter_map(|(t, ac_w)| Some((*ac_w, *dc.get(&t.to_bits())?))),
            );
        }
    }
    // Between the two plateaus the readings of the two sides are seconds apart and mean nothing.
    [
        ("at rest, 2 to 3 kW", 2e3, 3e3),
        ("at work, 6 to 7.4 kW", 6e3, 7.4e3),
    ]
    .map(|(name, from_w, to_w)| {
        let (mut n, mut ac, mut dc) = (0.0, 0.0, 0.0);
        for (ac_w, dc_w) in pairs.iter().filter(|(ac, _)| (from_w..to_w).contains(ac)) {
            (n, ac, dc) = (n + 1.0, ac + ac_w, dc + dc_w);
        }
        let workload = "[workload.profile]\nfile = 'load.csv'";
        let text = node("hgx-h100", TANK, 1.0 / 24.0, 300.0, workload);
        let summary = run_text(&text, ("it_kw", 1800.0, &[ac / n / 1e3; 2]), |_| ());
        let energy = summary.energy_mwh;
        let row = Row::new(
            "MLPerf power logs",
            format!("loss of the H100 node's power supplies {name}"),
            "%",
        )
        .theirs(100.0 * (ac - dc) / ac)
        .ours(100.0 * energy.psu_losses.unwrap() / energy.it.unwrap())
        .digits(3)
        .units(1.0)
        .evidence(Evidence::Fitted);
        if to_w > 3e3 { row.missed(PSU) } else { row }
    })
    .into()
}

const PSU: &str = "the catalogue's typical unit is the middle between the floor of an 80 PLUS Titanium certificate and these \
                   logs, which are the ends of its range, with six supplies sharing the load. The logs alone were not \
                   taken: how many supplies run is not stated, and the two sides are different meters (in the logs of 64 \
                   GPUs the highest DC readings lie above the highest AC ones). No maker's curve was found";

/// The lowest reading, and the highest mean over a minute.
fn extremes(data: &Path, tests: &[&str]) -> (f64, f64) {
    let (mut lowest, mut highest) = (f64::INFINITY, 0.0f64);
    for log in tests.iter().flat_map(|test| logs(data, test).into_values()) {
        lowest = log.iter().map(|(_, w)| *w).fold(lowest, f64::min);
        let tens = even(&log, 10.0);
        // The last interval is not a whole one.
        let sustained = tens[..tens.len() - 1]
            .windows(6)
            .map(|w| w.iter().sum::<f64>() / 6.0);
        highest = sustained.fold(highest, f64::max);
    }
    (lowest, highest)
}

/// Idle and full load of the catalogue's nodes against the lowest and the sustained highest of the logs.
pub(crate) fn idle_and_full(data: &Path) -> Vec<Row> {
    let row = |quantity: &str, theirs: f64, ours: f64| {
        Row::new("MLPerf power logs", quantity, "kW")
            .theirs(theirs / 1e3)
            .ours(ours / 1e3)
            .digits(3)
    };
    let ends = |server: &str, cooling: &str| {
        let levels = node_over_load(server, cooling);
        (levels[0], levels[levels.len() - 1].it_w)
    };
    let ((h100_low, h100_high), (h100_idle, h100_full)) =
        (extremes(data, &H100_AC), ends("hgx-h100", TANK));
    let h100_dc = H100_AC.map(|test| test.replace("_ac_", "_dc_"));
    let (h100_low_dc, _) = extremes(data, &h100_dc.each_ref().map(String::as_str));
    let ((h200_low, h200_high), (h200_idle, h200_full)) =
        (extremes(data, &H200), ends("hgx-h200", AIR));
    let ((b200_low, b200_high), (b200_idle, b200_full)) =
        (extremes(data, &B200), ends("hgx-b200", PLATES));
    vec![
        row("8 × H100 immersed, full load, AC", h100_high, h100_full)
            .percent(10.0)
            .evidence(Evidence::Fitted),
        row("8 × H100 immersed, idle, AC", h100_low, h100_idle.it_w)
            .percent(10.0)
            .evidence(Evidence::Fitted),
        row(
            "8 × H100 immersed, idle, behind the power supplies",
            h100_low_dc,
            h100_idle.compute_w,
        )
        .evidence(Evidence::Fitted),
        row("8 × B200 in water, full load", b200_high, b200_full).percent(10.0),
        row("8 × B200 in water, idle", b200_low, b200_idle.it_w).percent(10.0),
        row("8 × H200 in air, idle", h200_low, h200_idle.it_w).percent(10.0),
        row(
            "8 × H200 in air, full load (logged in MaxQ, a lower power limit)",
            h200_high,
            h200_full,
        ),
    ]
}

/// The same node in air and in a tank, and what was measured on different nodes.
pub(crate) fn immersion_saves(data: &Path) -> Vec<Row> {
    let ends = |cooling: &str| *node_over_load("hgx-h100", cooling).last().unwrap();
    let (air, tank) = (ends(AIR), ends(TANK));
    let (_, h100_high) = extremes(data, &H100_AC);
    let saved = |a: f64, b: f64| 100.0 * (a - b) / air.it_w;
    let row = |quantity: &str| {
        Row::new(
            "one H100 node at full load, air less immersion",
            quantity,
            "%",
        )
        .digits(3)
    };
    vec![
        // The highest power that Latif et al. (IEEE Access 13:61740) measured on an air-cooled node.
        row("whole node, of the node in air; measured: 8.48 kW in air (Latif et al. 2025), immersed here")
            .theirs(100.0 * (1.0 - h100_high / 8480.0))
            .ours(saved(air.it_w, tank.it_w)),
        row("of it server fans").ours(saved(air.server_fans_w, tank.server_fans_w)),
        row("of it chips and host (leakage; negative: the chips are warmer in the tank)")
            .ours(saved(air.compute_w, tank.compute_w)),
        row("of it power supplies").ours(saved(air.psu_losses_w, tank.psu_losses_w)),
    ]
}
