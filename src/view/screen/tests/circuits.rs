//! A site of several plants: each shows its own figures, live and replayed, and each hall its own load.

use crate::scenario::event::EventKind;
use crate::view::hall::layout::Machine;
use crate::view::hall::machines::figures as machine_figures;
use crate::view::hall::paint;
use crate::view::screen::panels::events_here;
use crate::view::screen::run::Side;

const MIXED: &str = "name = 'mixed'\nit = []\n[run]\nstart = '2026-07-14'\ndays = 0.25\nstep_s = 300\nrecord_s = 300\n\
    [site]\nclimate = 'phoenix'\n\
    [[hall]]\nname = 'small'\nserver = 'hgx-h100'\nracks = 4\nservers_per_rack = 1\n[hall.cooling.air]\n\
    [[hall]]\nname = 'large'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.immersion]\n\
    [hall.heat_rejection.tower]\nsetpoint_c = 28\n\
    [heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n\
    [workload.constant]\nutilisation = 1.0\n";

/// The figure of a name, as text.
fn figure(side: &Side, machine: Machine, time_s: f64, name: &str) -> Option<String> {
    let between = side.at(time_s).unwrap();
    let all = machine_figures(&side.site, &between.b, machine);
    all.into_iter()
        .find(|(of, _)| *of == name)
        .map(|(_, text)| text)
}

#[test]
fn each_plant_shows_its_own_figures_live_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    std::fs::write(&path, MIXED).unwrap();
    let mut live = Side::open(&path, &[], 0).unwrap();
    let time_s = 4.0 * 3600.0;
    live.wait_for(time_s);

    let frame = live.at(time_s).unwrap().b.clone();
    let s = &frame.snapshot;
    let (chilled, tower) = (paint::plant(&frame, 0), paint::plant(&frame, 1));
    assert!(chilled.chillers_w > 0.0 && tower.chillers_w == 0.0);
    assert!((chilled.chillers_w - s.power.chillers_w).abs() < 1e-9 * s.power.chillers_w);
    // The tower's circuit moves seven times the heat: its fans and water are not those of the site.
    assert!(tower.heat_w > 4.0 * chilled.heat_w && tower.fans_w < s.power.heat_rejection_fans_w);
    let cop = (chilled.heat_w - chilled.free_w) / chilled.chillers_w;
    assert!((2.0..12.0).contains(&cop), "{cop}");
    assert_eq!(
        figure(&live, Machine::Chiller(0), time_s, "COP"),
        Some(format!("{cop:.1}"))
    );

    // Racks of a fourth of the power are as busy as the others: each hall is measured by its own racks.
    for machine in [Machine::Crah(0), Machine::Cdu(1)] {
        let load = paint::load(machine, &frame, &live.site);
        assert!((0.9..1.1).contains(&load), "{machine:?} {load}");
    }

    // What the folder keeps is the same, to the watt that is printed.
    let out = folder.path().join("out");
    let loaded = crate::scenario::load(&path, &[]).unwrap();
    let resolved = crate::scenario::resolve(&loaded).unwrap();
    record(resolved, &out);
    let mut replay = Side::open(&out, &[], 0).unwrap();
    replay.wait_for(time_s);
    let kept = replay.at(time_s).unwrap().b.clone();
    for circuit in [0, 1] {
        let (live, kept) = (paint::plant(&frame, circuit), paint::plant(&kept, circuit));
        for (live_w, kept_w) in [
            (live.heat_w, kept.heat_w),
            (live.chillers_w, kept.chillers_w),
            (live.fans_w, kept.fans_w),
            (live.pumps_w, kept.pumps_w),
        ] {
            assert!((live_w - kept_w).abs() <= 0.51, "{live_w} {kept_w}");
        }
    }
}

/// The folder of a run, as far as a replay reads it.
pub(super) fn record(mut resolved: crate::scenario::Resolved, out: &std::path::Path) {
    use crate::output::{Recorder, Recording, Wanted};
    std::fs::create_dir(out).unwrap();
    std::fs::write(
        out.join("scenario.toml"),
        toml::to_string(&resolved.scenario).unwrap(),
    )
    .unwrap();
    let facility = &resolved.simulation.facility;
    let recording = Recording {
        wanted: Wanted::default(),
        seed: 42,
        start: resolved.start,
        record_s: 300.0,
        halls: facility.hall_names().to_vec(),
        circuits: facility.circuit_names().map(str::to_owned).collect(),
        events: Vec::new(),
        tariff: crate::tariff::Tariff::default(),
    };
    let mut recorder = Recorder::new(out, recording).unwrap();
    resolved.simulation.run(&mut recorder).unwrap();
    recorder.finish().unwrap();
}

/// Buttons are those of the events that find their machines here.
#[test]
fn events_on_offer_find_something() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    std::fs::write(&path, MIXED).unwrap();
    let side = Side::open(&path, &[], 0).unwrap();
    let offered = events_here(&side.site);
    let names: Vec<_> = offered.iter().map(EventKind::name).collect();
    for here in [
        "chiller_trip",
        "tower_fan_trip",
        "cdu_trip",
        "utility_outage",
    ] {
        assert!(names.contains(&here), "{names:?}");
    }
    for absent in ["ups_outage", "generator_failure"] {
        assert!(!names.contains(&absent), "{names:?}");
    }
    let lines: Vec<_> = offered.iter().map(EventKind::line).collect();
    assert!(lines.contains(&"50 % of the pumps out".into()), "{lines:?}");
}
