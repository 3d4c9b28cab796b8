//! Power-limit sweeps of Zeus (NSDI 23; github.com/ml-energy/zeus, Apache-2.0): time and mean power of training epochs on
//! three GPUs at limits from 100 W to TDP, five networks, many batch sizes. The law's three figures were fitted to the V100;
//! the A40 and the RTX 6000 are what judges it.

use std::collections::BTreeMap;
use std::path::Path;

use coldaisle::it::dvfs;

use crate::table::{Evidence, Row};

/// Lowest limit compared, of TDP.
const FROM: f64 = 0.6;

/// One measured run under a limit over the same without, and the law's value.
struct Run {
    network: String,
    limit_w: f64,
    time: (f64, f64),
    energy: (f64, f64),
    /// The limit lies above the mean of its bursts: it should hardly be felt.
    free: bool,
}

fn runs(data: &Path, gpu: &str, tdp_w: f64) -> Vec<Run> {
    let path = data.join(format!("data/traces/zeus/summary_power_{gpu}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut sweeps: BTreeMap<Vec<&str>, Vec<[f64; 3]>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        let sweep = sweeps.entry(cells[..4].to_vec()).or_default();
        sweep.push([number(4), number(5), number(6)]);
    }
    let powers = sweeps.values().flatten().map(|[_, _, power_w]| *power_w);
    let rest_w = powers.fold(f64::INFINITY, f64::min);
    let mut runs = Vec::new();
    for (what, sweep) in &sweeps {
        let Some([_, free_s, free_w]) = sweep.iter().find(|[limit_w, ..]| *limit_w == tdp_w) else {
            continue;
        };
        for [limit_w, time_s, power_w] in sweep {
            if *limit_w < FROM * tdp_w || *limit_w >= tdp_w {
                continue;
            }
            let share = |w: f64| (w - rest_w) / (tdp_w - rest_w);
            let law = dvfs::limited(share(*free_w), share(*limit_w));
            let ours_w = rest_w + law.utilisation * (tdp_w - rest_w);
            runs.push(Run {
                network: what[1].into(),
                limit_w: *limit_w,
                time: (time_s / free_s, 1.0 / law.pace),
                energy: (
                    time_s * power_w / (free_s * free_w),
                    ours_w / free_w / law.pace,
                ),
                free: share(*limit_w) >= dvfs::burst(share(*free_w)),
            });
        }
    }
    runs
}

fn percent(off: f64) -> f64 {
    100.0 * (off - 1.0)
}

pub(crate) fn power_limits(data: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for (gpu, name, tdp_w) in [
        ("v100", "V100 250 W (fitted)", 250.0),
        ("a40", "A40 300 W", 300.0),
        ("rtx6000", "RTX 6000 260 W", 260.0),
    ] {
        let runs = runs(data, gpu, tdp_w);
        let evidence = if gpu == "v100" {
            Evidence::Fitted
        } else {
            Evidence::Independent
        };
        let row = |what: String| {
            Row::new(format!("Zeus, {name}"), what, "%")
                .digits(3)
                .evidence(evidence)
        };
        for (quantity, of) in [
            ("time", (|run: &Run| run.time) as fn(&Run) -> (f64, f64)),
            ("energy", |run: &Run| run.energy),
        ] {
            let off = |run: &Run| percent(of(run).1 / of(run).0);
            let squares: f64 = runs.iter().map(|run| off(run).powi(2)).sum();
            let number = runs.len();
            rows.push(
                row(format!(
                    "{quantity} of {number} runs at 60 to 100 % of TDP, rms error"
                ))
                .ours((squares / number as f64).sqrt())
                .between(0.0, 10.0),
            );
            let mut groups: BTreeMap<(&str, u64), Vec<f64>> = BTreeMap::new();
            for run in &runs {
                let key = (run.network.as_str(), run.limit_w as u64);
                groups.entry(key).or_default().push(off(run));
            }
            let worst = groups
                .values()
                .map(|all| all.iter().sum::<f64>() / all.len() as f64)
                .fold(0.0, |worst: f64, mean| {
                    if mean.abs() > worst.abs() {
                        mean
                    } else {
                        worst
                    }
                });
            rows.push(
                row(format!(
                    "{quantity}, worst mean error of a network at one limit ({} of them)",
                    groups.len()
                ))
                .ours(worst)
                .between(-10.0, 10.0),
            );
            let within = runs.iter().filter(|run| off(run).abs() <= 10.0).count();
            rows.push(
                row(format!("{quantity}, single runs within 10 %"))
                    .ours(100.0 * within as f64 / number as f64),
            );
        }
        // What the measurement repeats to: runs that draw so little that no limit can be felt.
        let free: Vec<f64> = runs
            .iter()
            .filter(|run| run.free)
            .map(|run| percent(1.0 / run.time.0).abs())
            .collect();
        rows.push(
            row("time, largest scatter of runs that draw less than every limit".into())
                .ours(free.iter().fold(0.0, |a: f64, b| a.max(*b))),
        );
    }
    rows.push(splitwise());
    rows
}

/// Splitwise's table of H100s under a limit holds one factor for all prompts, not measured runs; that the limit is half
/// of TDP is remembered from the paper. So it is stated, not judged.
fn splitwise() -> Row {
    let (tdp_w, rest_w) = (700.0, 70.0);
    let law = dvfs::limited(1.0, (0.5 * tdp_w - rest_w) / (tdp_w - rest_w));
    Row::new(
        "Splitwise, H100 700 W",
        "time of prompts at half of TDP over that without a limit",
        "",
    )
    .theirs(1.3)
    .ours(1.0 / law.pace)
    .digits(3)
}
