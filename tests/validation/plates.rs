//! Cold plates against air: published paired tests of one kind of node, a measured plate, pumps of units that are sold, and a
//! measured power supply.
//!
//! No test publishes the temperature of its coolant. Supply of 25 °C at OCP's flow, so 30 °C in the middle of a plate, and air of
//! 24 °C were taken before anything was compared.

use std::path::Path;

use coldaisle::cooling::Cooling;
use coldaisle::electrical::psu::Psu;
use coldaisle::it::Operating;
use coldaisle::physics::Coolant;
use coldaisle::physics::plates::PlateFlow;
use coldaisle::scenario::catalogue;

use crate::node::server;
use crate::table::{Evidence, Row};

const COOLANT: &str = "half a kelvin above the range: chips at full load are held at 700 W, and the test publishes neither the \
                       temperature nor the flow of its coolant; 25 °C at OCP's flow was taken beforehand";
const INLET_C: f64 = 24.0;
const COOLANT_C: f64 = 30.0;

/// A server at full load, and what it draws at the wall, W.
fn full(coolant: Coolant, at_c: f64) -> (Operating, f64) {
    let server = server("hgx-h100", coolant);
    let point = server.at(8, 1.0, at_c);
    let psu = Psu {
        efficiency: catalogue::built_in().electrical.psu[&server.entry.psu]
            .efficiency
            .clone(),
        rated_w: server.entry.psu_rated_w,
        units: f64::from(server.entry.psus),
    };
    let behind_w = point.compute_w + point.fans_w;
    (point, behind_w + psu.loss_w(behind_w))
}

/// Mean of the chips of a server: its classes lie evenly on both sides of it.
fn mean_c(point: &Operating) -> f64 {
    0.5 * (point.chip_c + point.coolest_c)
}

/// The same node in air and on plates.
pub(crate) fn paired(_: &Path) -> Vec<Row> {
    let ((air, air_w), (plates, plates_w)) = (
        full(Coolant::Air, INLET_C),
        full(Coolant::Plates, COOLANT_C),
    );
    let less = |less: f64, of: f64| 100.0 * (1.0 - less / of);
    let row = |against: &str, quantity: &str, unit| Row::new(against, quantity, unit).digits(3);
    let latif = "Latif et al., arXiv 2507.16781";
    vec![
        row(
            latif,
            "chips of an H100 node in air, full load, mean of eight",
            "°C",
        )
        .between(54.0, 72.0)
        .ours(mean_c(&air)),
        row(latif, "the same on plates", "°C")
            .between(41.0, 50.0)
            .ours(mean_c(&plates))
            .missed(COOLANT),
        row(
            "Microsoft, J. Electronic Packaging 2024",
            "server power saved by plates with chips 20 K cooler",
            "%",
        )
        .theirs(12.0)
        .ours(less(plates_w, air_w))
        .units(3.0),
        row(
            "NVIDIA and Vertiv, paired test",
            "fan power saved by plates, at most",
            "%",
        )
        .theirs(80.0)
        .ours(less(plates.fans_w, air.fans_w))
        .units(3.0)
        .evidence(Evidence::Fitted),
        row("Jalili et al. 2021", "server fans of a plated server", "%")
            .theirs(3.0)
            .ours(100.0 * plates.fans_w / plates_w)
            .units(1.0),
    ]
}

/// OCP's plate for a 1 kW accelerator module, PG25, case to inlet: L/min and K/W. Records of Modelica Buildings.
const OCP: [(f64, f64); 4] = [(0.4, 0.0389), (0.5, 0.0325), (1.0, 0.0245), (2.4, 0.0197)];

pub(crate) fn plate(_: &Path) -> Vec<Row> {
    let volumetric_j_m3k = catalogue::built_in().fluids["pg25"]
        .at(40.0)
        .volumetric_j_m3k();
    OCP.map(|(flow_l_min, k_w)| {
        let flow = PlateFlow {
            l_min_kw: flow_l_min,
            film_ratio: 1.0,
        };
        let inlet_k_w = 0.5 / (flow_l_min / 60e3 * volumetric_j_m3k);
        Row::new(
            "OCP 1 kW module, Modelica Buildings",
            format!("plate, case to inlet, at {flow_l_min} L/min"),
            "K/kW",
        )
        .theirs(1e3 * k_w)
        .ours(1e3 * (flow.resistance_k_w(1e3) + inlet_k_w))
        .digits(3)
        .percent(5.0)
        .evidence(Evidence::Fitted)
    })
    .into()
}

/// Pumps of a hall's CDUs at full flow, as the defaults have them, between two units that are sold.
pub(crate) fn pumps(_: &Path) -> Vec<Row> {
    let Ok(Cooling::ColdPlate(config)) = toml::from_str("cold_plate = {}") else {
        panic!("every key has a default");
    };
    let of_heat =
        |l_min_kw: f64, kpa: f64, efficiency: f64| 100.0 * l_min_kw / 60e3 * kpa / efficiency;
    vec![
        Row::new(
            "Vertiv XDU1350, Google Deschutes",
            "CDU pumps of the heat at full flow",
            "%",
        )
        .between(1.5, 3.7)
        .ours(of_heat(
            config.flow_l_min_kw,
            config.pump_kpa,
            config.pump_efficiency,
        ))
        .digits(3),
        // 20.6 kg/s of PG20 (1,012 kg/m³) for 1,368 kW against 500 kPa outside the unit.
        Row::new(
            "Vertiv XDU1350",
            "its pumps by our law at 50 %, of the heat",
            "%",
        )
        .theirs(1.5)
        .ours(of_heat(20.6 / 1012.0 * 60e3 / 1368.0, 500.0, 0.5))
        .digits(3)
        .percent(5.0)
        .evidence(Evidence::SameParameters),
        // 31.48 kg/s of PG25 (1,013 kg/m³) for 2,000 kW against 551 to 620 kPa outside: what its own 74 kW leave as efficiency.
        Row::new(
            "Google Deschutes",
            "wire-to-fluid efficiency that its 74 kW imply, pressure outside the unit only",
            "%",
        )
        .ours(100.0 * 31.48 / 1013.0 * 585.0 / 74.0)
        .digits(3),
    ]
}

/// The 600 W supply of the catalogue against all points of its measured curve.
pub(crate) fn platinum(data: &Path) -> Vec<Row> {
    let path = data.join("data/measured/psu_ethz/pfe-efficiency-curve.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let psu = Psu {
        efficiency: catalogue::built_in().electrical.psu["platinum-600w"]
            .efficiency
            .clone(),
        rated_w: 600.0,
        units: 1.0,
    };
    let (mut points, mut worst) = (0, 0.0f64);
    for line in text.lines().skip(1) {
        let cells: Vec<f64> = line
            .split(',')
            .map(|cell| cell.trim().parse().unwrap())
            .collect();
        let ours = 100.0 * cells[0] / (cells[0] + psu.loss_w(cells[0]));
        worst = worst.max((ours - cells[1]).abs());
        points += 1;
    }
    assert!(points > 20, "{points}");
    vec![
        Row::new(
            "600 W Platinum supply, ETH Zürich",
            format!("largest error of the catalogue's curve at {points} loads"),
            "%",
        )
        .theirs(0.0)
        .ours(worst)
        .digits(2)
        .units(1.0)
        .evidence(Evidence::Fitted),
    ]
}
