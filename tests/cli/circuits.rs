//! Sites with several circuits of facility water: each plant's own figures.

use crate::figures::{Table, near};
use crate::lab::{Lab, tiny};
use crate::results_document::RICH;

/// With several circuits each has its row, and rows add up to the summary; with one there is no such table.
#[test]
fn circuits_have_a_row_each_that_add_up() {
    let lab = Lab::with("rich.toml", RICH);
    lab.good(&["run", "rich.toml", "-q", "-o", "r"]);
    let circuits = Table::read(&lab, "r/circuits.csv");
    assert_eq!(
        circuits.text("circuit"),
        ["site", "boiling_water", "plated_room_water"]
    );
    let summary = lab.json("r/summary.json");
    for (column, group, key) in [
        ("chillers_mwh", "energy_mwh", "chillers"),
        (
            "heat_rejection_fans_mwh",
            "energy_mwh",
            "heat_rejection_fans",
        ),
        ("pumps_mwh", "energy_mwh", "pumps"),
    ] {
        let sum: f64 = circuits.numbers(column).iter().sum();
        near(column, sum, summary[group][key].as_f64().unwrap(), 1.6e-6);
    }
    // The time series agrees: means of rows of a quarter of an hour, printed to the watt.
    let series = Table::read(&lab, "r/timeseries.csv");
    for (name, mwh) in circuits
        .text("circuit")
        .iter()
        .zip(circuits.numbers("pumps_mwh"))
    {
        let mean_kw = series.mean(&format!("{name}_pumps_kw"));
        near(name, mean_kw * 48.0 / 1e3, mwh, 0.51e-6 * 48.0 + 0.5e-6);
    }
    let (heat, cop) = (circuits.numbers("heat_mwh"), circuits.numbers("cop"));
    for (row, (heat, cop)) in heat.iter().zip(cop).enumerate() {
        let uses = ["chillers_mwh", "heat_rejection_fans_mwh", "pumps_mwh"];
        let drawn: f64 = uses.iter().map(|name| circuits.numbers(name)[row]).sum();
        near("cop", cop, heat / drawn, 0.01 * cop);
    }
    lab.write("tiny.toml", tiny(&[]));
    lab.good(&["run", "tiny.toml", "-q", "-o", "t"]);
    assert!(!lab.path("t/circuits.csv").exists());
}
