//! What is said of an instant: the water of the right plant, the setpoint in force, failures with their cause, their cost and the
//! time that is left.

use super::sides::side;
use crate::scenario::session::{Act, EventCommand, Repair, WaterSetpoint};
use crate::view::hall::explanation::{Explanation, alarms, explain, hottest, remarks};
use crate::view::screen::panels::{self, events_of, jumps};
use crate::view::screen::run::{Side, Sides};

const HOUR_S: f64 = 3600.0;

/// Tanks on the site's tower, and a hall of air with chillers of its own.
const TWO_PLANTS: &str = "name = 'two'\nit = []\n[run]\nstart = '2026-07-14'\ndays = 0.25\nstep_s = 300\nrecord_s = 300\n\
    [site]\nclimate = 'phoenix'\n\
    [[hall]]\nname = 'tanks'\nserver = 'hgx-h100'\nracks = 4\nservers_per_rack = 4\n[hall.cooling.immersion]\n\
    [[hall]]\nname = 'large'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.air]\n\
    [hall.heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n\
    [heat_rejection.tower]\nsetpoint_c = 28\n\
    [workload.constant]\nutilisation = 1.0\n";

/// The sentences at a time.
fn said(side: &mut Side, time_s: f64) -> Explanation {
    side.wait_for(time_s);
    assert_eq!(side.trouble, None);
    let between = side.at(time_s).unwrap();
    explain(&side.site, &between.b, &side.overview)
}

fn alarms_at(side: &Side, time_s: f64) -> String {
    let between = side.at(time_s).unwrap();
    alarms(&side.site, &between.b, &side.overview).join("\n")
}

/// All chillers out for an hour from now on.
fn chillers_out(side: &Side) -> Act {
    let units = side.site.equipment.circuits[0].1.chillers;
    event(&format!("chiller_trip = {{ units = {units} }}"))
}

fn event(what: &str) -> Act {
    Act::Event(EventCommand {
        minutes: 60.0,
        what: toml::from_str(what).unwrap(),
    })
}

/// The hottest rack stands in the second hall, whose chilled water is not the site's tower water.
#[test]
fn why_names_the_water_of_the_hall_that_is_hot() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    std::fs::write(&path, TWO_PLANTS).unwrap();
    let mut live = Side::open(&path, &[], 0).unwrap();
    let said = said(&mut live, 4.0 * HOUR_S);
    let frame = live.at(4.0 * HOUR_S).unwrap().b;
    assert_eq!(hottest(&frame).unwrap().0, 1);
    let water_c = frame.snapshot.circuits[0].supply_c;
    assert!((water_c - frame.snapshot.plant.supply_c).abs() > 5.0);
    assert!(
        said.why.contains(&format!("large water {water_c:.1} °C")),
        "{}",
        said.why
    );
    assert!(!said.why.contains("site water"), "{}", said.why);
    let remarks = remarks(&live.site, Some(&frame));
    assert!(
        remarks[0].starts_with("tanks: all racks are supplied alike"),
        "{remarks:?}"
    );
    assert!(
        remarks[1].starts_with("large: hot air drawn back follows one pattern"),
        "{remarks:?}"
    );
    assert!(said.hot.starts_with("Hottest: large rack "), "{}", said.hot);
}

/// After a command the setpoint is that of the command, in the sentence and at the machine.
#[test]
fn the_setpoint_is_the_one_in_force() {
    let mut live = side(&[]);
    let before = said(&mut live, 2.0 * HOUR_S);
    assert!(before.why.contains(", set 18.0"), "{}", before.why);
    live.act(Act::Water(WaterSetpoint {
        circuit: None,
        supply_c: 22.0,
    }));
    live.act(Act::Coolant(crate::scenario::session::CoolantSetpoint {
        hall: None,
        supply_c: 26.0,
    }));
    let after = said(&mut live, 6.0 * HOUR_S);
    assert!(
        after.why.contains("facility water 22.0 °C, set 22.0"),
        "{}",
        after.why
    );
    assert!(
        after.why.contains("26.0 °C supplied, set 26.0"),
        "{}",
        after.why
    );
    assert!(!after.why.contains("above its setpoint"), "{}", after.why);
    assert_eq!((after.broken, after.left), (None, None));
}

/// A failure that was asked for while the run goes on is told as one of the scenario's: alarm, band, jump, and the time that is left;
/// a repair ends all of them.
#[test]
fn a_live_failure_is_an_alarm_with_a_band_and_a_countdown() {
    let mut live = side(&["run.step_s=60"]);
    let from_s = 15.0 * HOUR_S;
    assert_eq!(said(&mut live, from_s).broken, None);
    let trip = chillers_out(&live);
    live.act(trip);
    let now = said(&mut live, from_s + 120.0);
    let units = live.site.equipment.circuits[0].1.chillers;
    let out = format!("all {units} chillers out since 15:00:00");
    let alarms = alarms_at(&live, from_s + 120.0);
    assert!(
        now.alarm && alarms.contains(&format!("chiller trip: {out}")),
        "{alarms}"
    );
    let trouble = now.trouble().unwrap();
    assert!(
        trouble.contains("chillers out since 15:00:00 (2 min, until 16:00:00)"),
        "{trouble}"
    );
    assert!(now.why.starts_with(&format!("Why: {out}")), "{}", now.why);
    let left = now.left.unwrap();
    assert!(
        left.contains("limit in ") && alarms.contains(&left),
        "{left}"
    );
    let band = &events_of(&live)[0];
    assert_eq!((band.start_s, band.end_s), (from_s, from_s + HOUR_S));
    live.wait_for(from_s + 0.5 * HOUR_S);
    let later = said(&mut live, from_s + 0.5 * HOUR_S).left.unwrap();
    assert!(
        later.contains("limit passed ") && later.contains(" min ago"),
        "{later}"
    );

    live.act(Act::Repair(Repair {}));
    let after = said(&mut live, from_s + 0.5 * HOUR_S + 60.0);
    assert_eq!(events_of(&live)[0].end_s, from_s + 0.5 * HOUR_S);
    assert!(!after.why.contains("chillers out"), "{}", after.why);
    let sides = Sides(vec![live]);
    assert_eq!(event_jumps(&sides), [("chiller trip".to_owned(), from_s)]);
}

/// Racks that are off save power: the sentence says what they cost instead, and nothing of how well the site does.
#[test]
fn lost_work_is_named_where_chillers_are_out() {
    let mut live = side(&["run.step_s=60"]);
    let from_s = 15.0 * HOUR_S;
    said(&mut live, from_s);
    live.act(chillers_out(&live));
    let at_s = from_s + 0.9 * HOUR_S;
    let said = said(&mut live, at_s);
    let frame = live.at(at_s).unwrap().b;
    let off: f64 = frame.snapshot.halls.iter().map(|hall| hall.gpus_off).sum();
    assert!(off > 100.0, "{off}");
    let lost = frame.failure.unwrap();
    assert_eq!(lost.since_s, from_s);
    assert!(lost.lost_gpu_s > 0.0);
    let grouped = crate::output::grouped;
    for part in [
        format!("{} of 1,280 GPUs", grouped(off, 0)),
        format!(
            "{} GPU-hours lost since 15:00:00",
            grouped(lost.lost_gpu_s / HOUR_S, 0)
        ),
        "/h of lost work at $".into(),
        "its server's price over its life".into(),
    ] {
        assert!(said.cost.contains(&part), "{part} is not in: {}", said.cost);
    }
    assert!(!said.cost.contains("PUE"), "{}", said.cost);
    assert_eq!(
        panels::clock(&live.site, at_s, true),
        "Tue 2026-07-14  15:54:00"
    );
}

/// Without the grid and anything else the site does nothing: no PUE, no price that looks like a bargain, and its cause.
#[test]
fn a_dark_site_is_no_bargain() {
    let mut live = side(&["run.step_s=60"]);
    let from_s = 15.0 * HOUR_S;
    said(&mut live, from_s);
    live.act(event("utility_outage = {}"));
    let at_s = from_s + 1200.0;
    let dark = said(&mut live, at_s);
    assert!(
        dark.hot.starts_with("No power: 1,280 GPUs are off"),
        "{}",
        dark.hot
    );
    let broken = dark.broken.clone().unwrap();
    assert!(
        broken.starts_with("grid out since 15:00:00 (20 min")
            && broken.contains("nothing delivers"),
        "{broken}"
    );
    assert!(
        dark.cost.contains("1,280 of 1,280 GPUs (100 %) are off"),
        "{}",
        dark.cost
    );
    for none in ["PUE", "$0/h", "$0.00", "−0"] {
        assert!(!dark.cost.contains(none), "{}", dark.cost);
    }
    // The run that looks ahead comes to its end all the same; its mean year says nothing of this instant.
    assert!(
        live.overview.year.is_some() && !dark.cost.contains("A year"),
        "{}",
        dark.cost
    );
    let batteries = "electrical.ups_battery={minutes=30}";
    let mut carried = side(&["run.step_s=60", batteries]);
    said(&mut carried, from_s);
    carried.act(event("utility_outage = {}"));
    // Cooling stands still: within a minute racks switch themselves off, and batteries carry nothing any more.
    let on_batteries = said(&mut carried, from_s + 15.0).broken.unwrap();
    assert!(
        on_batteries.contains("the site runs on UPS batteries (")
            && on_batteries.contains(", empty in "),
        "{on_batteries}"
    );
}

/// Alarms are those of both sides, each under its name.
#[test]
fn alarms_are_those_of_both_sides() {
    let mut sides = Sides(vec![side(&[]), side(&["name=\"other\""])]);
    let from_s = 2.0 * HOUR_S;
    for side in &mut sides.0 {
        said(side, from_s);
    }
    let trip = chillers_out(&sides.0[1]);
    sides.0[1].act(trip);
    for side in &mut sides.0 {
        said(side, from_s + 600.0);
    }
    let both = panels::alarms(&sides, from_s + 600.0);
    let titles: Vec<_> = both
        .iter()
        .map(|(title, _)| title.as_deref().unwrap())
        .collect();
    assert_eq!(titles, ["left: phoenix-air", "right: other"]);
    assert!(both[0].1.is_empty(), "{both:?}");
    assert!(both[1].1[0].starts_with("chiller trip: all "), "{both:?}");
    assert_eq!(event_jumps(&sides), [("chiller trip".to_owned(), from_s)]);
}

/// The events that the time line jumps to, with the times at which they start.
fn event_jumps(sides: &Sides) -> Vec<(String, f64)> {
    let step_s = sides.0[0].site.step_s;
    let peaks = ["peak load", "hottest chip", "warmest hour"];
    let all = jumps(sides).into_iter();
    all.filter(|(name, _)| !peaks.contains(&name.as_str()))
        .map(|(name, time_s)| (name, time_s.unwrap() - step_s))
        .collect()
}
