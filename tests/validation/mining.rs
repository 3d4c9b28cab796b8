//! Hash rates and wall power of miners as their makers and reviewers state them.

use std::path::Path;

use coldaisle::scenario::catalogue::built_in;
use coldaisle::workload::mining::{Hashing, Mining};
use coldaisle::workload::model::ChipFigures;

use crate::mlperf::node_over_load;
use crate::models::platform;
use crate::table::{Evidence, Row};

/// Ethash of cards by their rated memory bandwidth, and by the one that a user had set.
pub(crate) fn ethash(_: &Path) -> Vec<Row> {
    let mh_s = |bandwidth_tb_s: f64| {
        let chip = ChipFigures {
            bandwidth_bytes_s: 1e12 * bandwidth_tb_s,
            ..platform("a100-sxm").chip
        };
        match Mining::default().hashing(&chip, "chip").unwrap() {
            Hashing::Ethash(hashes_per_s) => 1e-6 * hashes_per_s,
            Hashing::Sha256(_) => f64::NAN,
        }
    };
    let row =
        |quantity| Row::new("Ethash, 0.95 of the memory bandwidth", quantity, "MH/s").digits(4);
    vec![
        row("CMP 170HX (a GA100 with 1.493 TB/s), computerbase.de and heise.de, 2021")
            .theirs(167.0)
            .ours(mh_s(1.493))
            .percent(5.0),
        row("RTX 3090 as delivered (0.936 TB/s), ethminer issue 2255")
            .theirs(100.0)
            .ours(mh_s(0.936))
            .percent(10.0),
        // 19.5 GT/s and 2.6 on top.
        row("RTX 3090 with its memory at 22.1 GT/s (1.061 TB/s), ethminer issue 2255")
            .theirs(120.0)
            .ours(mh_s(1.061))
            .percent(5.0),
    ]
}

/// Machines for SHA-256 alone in a hall of 25 °C.
pub(crate) fn sha256(_: &Path) -> Vec<Row> {
    const AIR: &str =
        "[hall.cooling.air]\nsupply_c = 25.0\n[heat_rejection.water_cooled_chiller]\n";
    const WATER: &str = "[hall.cooling.cold_plate]\nsupply_c = 35.0\n\
                         [hall.room_rejection.water_cooled_chiller]\n[heat_rejection.tower]\n";
    let mut rows = Vec::new();
    for (server, cooling, wall_w) in [
        ("antminer-s21", AIR, 3500.0),
        ("antminer-s21-xp", AIR, 3645.0),
        ("antminer-s23-hydro", WATER, 5510.0),
    ] {
        let entry = &built_in().servers[server];
        let power = node_over_load(server, cooling);
        let ours_w = power.last().map_or(f64::NAN, |power| power.it_w);
        let against = format!("{}: watts at the wall", entry.name);
        rows.push(
            Row::new(against, "maker's hash rate times J/TH", "W")
                .theirs(wall_w)
                .ours(ours_w)
                .digits(4)
                .evidence(Evidence::Fitted)
                .percent(5.0),
        );
    }
    rows
}
