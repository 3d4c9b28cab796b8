//! Llama 2 7B on a Mac Studio with M2 Ultra: tokens a second as llama.cpp's own authors measured them.

use std::path::Path;

use coldaisle::workload::model::Precision;
use coldaisle::workload::model::serving::{Replica, Requests};

use crate::mlperf::node_over_load;
use crate::models::platform;
use crate::table::{Evidence, Row};

const KERNELS: &str = "a step of this machine has some 6 ms beside the bytes of its weights, whatever their size (the three rows lie \
                       on 6.2 ms + bytes at 0.75 TB/s); the model knows a share of the bandwidth only, fitted to 16 bits. Of \
                       a model of 70 B in 4 bits such kernels are a quarter of a step, as of the 7 B in 16 bits: there it holds";

/// Tokens written a second for one request, by bits of a stored weight.
pub(crate) fn tokens(_: &Path) -> Vec<Row> {
    let platform = platform("m2-ultra");
    let ours = |bits: f64| {
        // Written after a single token.
        let requests = Requests::plain(1.0, 64.0);
        let model = platform.models["llama-2-7b"].clone();
        Replica {
            bytes_a_weight: bits / 8.0,
            ..Replica::plain(model, platform.chip, Precision::Bf16, 1, requests)
        }
        .tokens_per_s(1.0)
    };
    let row = |quantity| {
        Row::new(
            "M2 Ultra, Llama 2 7B, one request (llama.cpp)",
            quantity,
            "tokens/s",
        )
        .digits(3)
    };
    vec![
        row("F16, pull request 2891 (sets the bandwidth share)")
            .theirs(41.35)
            .ours(ours(16.0))
            .evidence(Evidence::Fitted)
            .percent(5.0),
        row("Q8_0, pull request 2891")
            .theirs(61.53)
            .ours(ours(8.5))
            .percent(25.0),
        row("Q4_0, pull request 2917")
            .theirs(88.54)
            .ours(ours(4.5))
            .percent(25.0)
            .missed(KERNELS),
    ]
}

/// At rest, at the wall.
pub(crate) fn idle(_: &Path) -> Vec<Row> {
    let cooling = "[hall.cooling.air]\nsupply_c = 24.0\n[heat_rejection.water_cooled_chiller]\n";
    let power = node_over_load("m2-ultra-studio", cooling);
    vec![
        Row::new(
            "Mac Studio, M2 Ultra, 192 GB",
            "idle at the wall, support.apple.com/102027",
            "W",
        )
        .theirs(10.0)
        .ours(power.first().map_or(f64::NAN, |power| power.it_w))
        .digits(3)
        .evidence(Evidence::Fitted)
        .units(3.0),
    ]
}
