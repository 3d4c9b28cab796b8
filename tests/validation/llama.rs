//! Llama 3.1 405B as Meta reported it (2024): 16,384 H100s, 54 days, 466 interruptions, 47 of them planned; more than 90 %
//! of the time effective. The rate of failures is that report's own: what is judged is that it comes out of the run, and
//! what saves, restarts and undone work leave of the time.

use std::path::Path;

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

const SEEDS: u64 = 4;

pub(crate) fn interruptions(_: &Path) -> Vec<Row> {
    let path = scenario("llama-405b");
    let (mut interruptions, mut effective, mut least) = (0.0, 0.0, f64::INFINITY);
    let mut swing_mw: f64 = 0.0;
    for seed in 1..=SEEDS {
        let summary = run(&path, &[format!("run.seed={seed}")], |_| ());
        let goodput = summary.goodput;
        interruptions += goodput.interruptions.unwrap() as f64 / SEEDS as f64;
        let share = 100.0 * goodput.useful_gpu_hours.unwrap() / (16_384.0 * 54.0 * 24.0);
        effective += share / SEEDS as f64;
        least = least.min(share);
        swing_mw = swing_mw.max(summary.swings.amplitude_mw.unwrap());
    }
    let row = |quantity: String, unit| Row::new("Llama 3.1 405B", quantity, unit).digits(4);
    vec![
        row(
            format!("unexpected interruptions in 54 days, mean of {SEEDS} seeds"),
            "",
        )
        .theirs(419.0)
        .ours(interruptions)
        .evidence(Evidence::SameParameters)
        .percent(10.0),
        row(format!("effective time, mean of {SEEDS} seeds"), "%")
            .ours(effective)
            .between(90.0, 100.0),
        row("effective time, the seed with the least".into(), "%")
            .ours(least)
            .between(90.0, 100.0),
        row("swing of power, peak to peak".into(), "MW")
            .ours(swing_mw)
            .digits(3),
    ]
}
