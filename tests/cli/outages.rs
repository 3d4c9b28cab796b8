//! Deliberate faults: the run continues and reports how long the site held out.

use crate::lab::{AIR, CHILLERS, IMMERSION, Lab, tiny};

/// A large hall in short steps; the event begins after ten minutes and lasts longer than the run.
fn with_event(cooling: &str, plant: &str, what: &str) -> String {
    let text = tiny(&[
        ("days = 1", "days = 0.05"),
        ("step_s = 300", "step_s = 5"),
        ("racks = 3", "racks = 512"),
        (AIR, cooling),
        (CHILLERS, plant),
    ]);
    format!("{text}\n[[event]]\nstart = \"2026-07-01T00:10\"\nminutes = 600\nwhat.{what}\n")
}

/// Where a plant carries nothing at all, what the solution of its loop leaves over is rounding and no fault.
#[test]
fn a_plant_that_is_gone_is_survived_by_the_audit() {
    let lab = Lab::new();
    for (cooling, plant, what) in [
        (AIR, CHILLERS, "chiller_trip = { units = 4 }"),
        (AIR, CHILLERS, "condenser_pump_trip = {}"),
        (AIR, CHILLERS, "tower_fan_trip = {}"),
        (AIR, CHILLERS, "crah_trip = {}"),
        (AIR, CHILLERS, "pump_trip = {}"),
        (IMMERSION, TOWER, "pump_trip = { share = 0.5 }"),
        (AIR, CHILLERS, "utility_outage = {}"),
        (IMMERSION, TOWER, "condenser_pump_trip = {}"),
        (IMMERSION, TOWER, "water_cut_off = {}"),
        (IMMERSION, TOWER, "cdu_trip = {}"),
        (IMMERSION, DRY, "tower_fan_trip = {}"),
    ] {
        lab.write("a.toml", with_event(cooling, plant, what));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        assert_eq!(lab.read("r/events.csv").lines().count(), 2, "{what}");
    }
}

const TOWER: &str = "[heat_rejection.tower]\nsetpoint_c = 30.0\n";
const DRY: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 30.0\n";

/// Water without flow takes no heat: the hall warms as it does without CRAH fans, sooner than without chillers by
/// the mass of the water.
#[test]
fn a_pump_trip_ends_cooling() {
    let lab = Lab::new();
    let first = |what: &str| -> Option<f64> {
        lab.write("a.toml", with_event(AIR, CHILLERS, what));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        lab.json("r/summary.json")["ride_through"]["first_shutdown_s"].as_f64()
    };
    let pumps_s = first("pump_trip = {}").unwrap();
    let chillers_s = first("chiller_trip = { units = 4 }").unwrap();
    let fans_s = first("crah_trip = {}").unwrap();
    assert!(
        fans_s <= pumps_s && pumps_s < 0.5 * chillers_s,
        "{fans_s} {pumps_s} {chillers_s}"
    );
    // One pump of many out: the others carry a part load.
    assert_eq!(first("pump_trip = { share = 0.1 }"), None);
}
