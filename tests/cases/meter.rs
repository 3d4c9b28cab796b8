//! A load measured at the meter.

use super::case;

/// Case 34: the meter reads 150 to 160 kW; IT and cooling are separated, and their sum is its reading. Four racks of this server
/// draw a little less than that; five can.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_34_only_the_total_is_known() {
    let Some(lab) = case("34-only-the-total-is-known") else {
        return;
    };
    lab.good(&[
        "run",
        "scenario.toml",
        "-q",
        "-o",
        "r",
        "--set",
        "hall.0.racks=5",
    ]);
    let summary = lab.json("r/summary.json");
    let mwh = |key: &str| summary["energy_mwh"][key].as_f64().unwrap();
    assert!((mwh("facility") / (7.0 * 24.0 * 0.155) - 1.0).abs() < 1e-4);
    assert_eq!((mwh("unserved"), mwh("excess")), (0.0, 0.0));
    let parts = mwh("it") + mwh("electrical_losses") + mwh("cooling");
    assert!((parts / mwh("facility") - 1.0).abs() < 1e-6);
    assert!(mwh("cooling") > 0.05 * mwh("it"));
}
