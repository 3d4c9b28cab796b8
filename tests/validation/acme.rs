//! GPU power and temperature in two clusters of A100s in air (Acme: Seren and Kalos, August 2023; `AcmeTrace`, Hu et al.,
//! NSDI 24, CC BY 4.0): distributions only, so quantile is compared with quantile.
//!
//! The inlet air is not published: 22.5 °C, the middle of what ASHRAE recommends, was taken before anything was compared.
//! `idle_w` of the catalogue's A100 comes from Seren (median power of the share of samples with utilisation 0); Kalos and
//! all temperatures had no part in it.

use std::path::Path;

use coldaisle::it::Server;
use coldaisle::physics::Coolant;

use crate::node::server;
use crate::table::{Evidence, Row};

const INLET_C: f64 = 22.5;
const QUARTILES: [(f64, &str); 3] = [
    (25.0, "lower quartile"),
    (50.0, "median"),
    (75.0, "upper quartile"),
];

/// Smallest value at or above a percentile.
fn quantile(data: &Path, cluster: &str, what: &str, percent: f64) -> f64 {
    let path = data.join(format!(
        "data/traces/acme/acme_{cluster}_gpu_{what}_cdf.csv"
    ));
    let text = std::fs::read_to_string(path).unwrap();
    let mut points = text.lines().skip(1).map(|line| {
        let mut cells = line.split(',').map(|cell| cell.parse::<f64>().unwrap());
        (cells.next().unwrap(), cells.next().unwrap())
    });
    points.find(|(_, share)| *share >= percent).unwrap().0
}

/// Mean power and temperature of the eight GPUs.
fn gpu(server: &Server, utilisation: f64) -> (f64, f64) {
    let point = server.at(8, utilisation, INLET_C);
    let entry = &server.entry;
    let host_w = entry.host_idle_w + (entry.host_busy_w - entry.host_idle_w) * utilisation;
    let mean_c = 0.5 * (point.chip_c + point.coolest_c);
    ((point.compute_w - host_w) / 8.0, mean_c)
}

/// Temperature at which a GPU draws `power_w`.
fn drawing_c(server: &Server, power_w: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if gpu(server, middle).0 < power_w {
            low = middle;
        } else {
            high = middle;
        }
    }
    gpu(server, low).1
}

pub(crate) fn quartiles(data: &Path) -> Vec<Row> {
    let server = server("dgx-a100", Coolant::Air);
    let mut rows = Vec::new();
    for (cluster, name) in [("seren", "Acme Seren"), ("kalos", "Acme Kalos")] {
        for (percent, which) in QUARTILES {
            let read = |what| quantile(data, cluster, what, percent);
            let (ours_w, ours_c) = gpu(&server, read("util") / 100.0);
            let evidence = if cluster == "seren" && percent < 30.0 {
                Evidence::Fitted
            } else {
                Evidence::Independent
            };
            let row = |what: &str, unit| {
                Row::new(name, format!("{what}, {which}"), unit)
                    .digits(3)
                    .percent(15.0)
            };
            let power = row("GPU power at the utilisation's", "W")
                .theirs(read("power"))
                .ours(ours_w)
                .evidence(evidence);
            let upper = percent > 70.0;
            rows.push(if percent == 50.0 || (upper && cluster == "seren") {
                power.missed(BUSY)
            } else {
                power
            });
            let warm = row("GPU temperature at the utilisation's", "°C")
                .theirs(read("temp"))
                .ours(ours_c);
            rows.push(if percent == 50.0 {
                warm.missed(BUSY)
            } else {
                warm
            });
            rows.push(
                row("GPU temperature at the power's", "°C")
                    .theirs(read("temp"))
                    .ours(drawing_c(&server, read("power"))),
            );
        }
    }
    rows
}

const BUSY: &str = "the published utilisation is the share of time in which a kernel ran (what nvidia-smi shows), not the share of \
                    the chip's power range: its median is 97 to 99 % where the median power is 97 to 102 W of 400 W. Fed the \
                    power instead, the same chip in the same air gives the temperatures of the rows beside";
