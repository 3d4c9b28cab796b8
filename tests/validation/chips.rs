//! Chips within a server, and what temperature does to their clock, against published ranges and paired tests.
//!
//! Latif et al., arXiv 2507.16781: two H100 nodes at the same work, chips at 54–72 °C in air and 41–50 °C with plates, 17 % more
//! FLOP/s. Microsoft, Journal of Electronic Packaging 2024, 10.1115/1.4067136: 20 K less, up to 6.2 % less time. `InferenceX`,
//! issue 828: 35–50 °C at the first and 67–90 °C at the fourth GPU of an H100 node. All as others quote them. No inlet is published:
//! 24 °C of air and 30 °C of coolant are taken.

use std::path::Path;

use coldaisle::it::{Operating, Work};
use coldaisle::physics::Coolant;
use coldaisle::scenario::catalogue;

use crate::node::server;
use crate::table::{Evidence, Row};

/// An H100 node that trains.
fn node(coolant: Coolant, coolant_c: f64) -> Operating {
    server("hgx-h100", coolant).at_work(8, (Work::Job, 0.95), None, coolant_c)
}

/// Coolest and hottest chip of a node.
pub(crate) fn spread(_: &Path) -> Vec<Row> {
    let air = node(Coolant::Air, 24.0);
    let plates = node(Coolant::Plates, 30.0);
    let row = |what: &str, ours: f64| Row::new("H100 node", what, "°C").ours(ours).digits(3);
    let span = |what: &str, ours: f64| {
        Row::new(
            "H100 node",
            format!("hottest less coolest chip, {what}"),
            "K",
        )
        .ours(ours)
        .digits(3)
    };
    let fitted = Evidence::Fitted;
    vec![
        row("coolest chip in air (sets the spread)", air.coolest_c)
            .theirs(54.0)
            .units(6.0)
            .evidence(fitted),
        row("hottest chip in air (sets the spread)", air.chip_c)
            .theirs(72.0)
            .units(6.0)
            .evidence(fitted),
        span("plates (set with it)", plates.chip_c - plates.coolest_c)
            .theirs(9.0)
            .units(4.0)
            .evidence(fitted),
        span("air, another node (InferenceX)", air.chip_c - air.coolest_c).between(32.0, 40.0).missed(
            "four GPUs of one node, at which load and behind which inlet is not known: the catalogue's range of spread reaches there",
        ),
    ]
}

/// Speed of full training by chip temperature.
pub(crate) fn clocks(_: &Path) -> Vec<Row> {
    let chip = &catalogue::built_in().accelerators["h100-sxm"];
    let pace = |chip_c: f64| chip.at(Work::Job, 1.0, chip_c, 0.0).pace;
    let row = |against: &str, what: &str| Row::new(against, what, "%").digits(2);
    vec![
        row(
            "Microsoft, plates for air",
            "time saved by chips 20 K cooler (72 to 52 °C), at most",
        )
        .theirs(6.2)
        .ours(100.0 * (1.0 - pace(72.0) / pace(52.0)))
        .percent(20.0)
        .missed(LEAKAGE),
        row(
            "Latif et al. 2025, plates for air",
            "FLOP/s gained by the hottest chip at 50 instead of 72 °C",
        )
        .theirs(17.0)
        .ours(100.0 * (pace(50.0) / pace(72.0) - 1.0))
        .percent(20.0)
        .missed(LEAKAGE),
    ]
}

const LEAKAGE: &str = "leakage gives a quarter to a half of the one and an eighth of the other: at the same power only what leaks less can \
                       go into the clock. The rest is not explained: less voltage at the same clock, thermal throttling in the node \
                       in air, or other differences of the two nodes, none of which is published. Nothing was raised to meet it";
