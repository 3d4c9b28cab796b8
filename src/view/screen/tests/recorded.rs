//! A recorded result says so: its year is that of its summary, its racks are shares of their halls, its setpoints those in force.

use super::circuits::record;
use crate::metrics::Metrics;
use crate::observer::Observer as _;
use crate::output::grouped;
use crate::scenario::session::{CommandConfig, Session};
use crate::view::hall::explanation::{explain, remarks};
use crate::view::hall::layout::Picked;
use crate::view::screen::panels::{item_figures, yearly};
use crate::view::screen::run::Side;

const YEAR: &str = "name = 'year'\nit = []\n[run]\nstart = '2026-01-01'\ndays = 365\nstep_s = 3600\nrecord_s = 3600\n\
    [site]\nclimate = 'phoenix'\nprice_usd_mwh = 70.0\ndemand_usd_kw_month = 12.0\nwater_usd_m3 = 1.5\n\
    [[hall]]\nname = 'north'\nserver = 'hgx-h100'\nracks = 4\nservers_per_rack = 4\n[hall.cooling.air]\n\
    [heat_rejection.water_cooled_chiller]\nsetpoint_c = 18\n\
    [workload.constant]\nutilisation = 0.9\n";

/// The sentence of a recorded year has the figures of `summary.json`, to the digits that are printed, and so has that of the
/// simulation which looks ahead.
#[test]
fn a_year_is_that_of_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("year.toml");
    std::fs::write(&path, YEAR).unwrap();
    let resolved = || {
        let loaded = crate::scenario::load(&path, &[]).unwrap();
        crate::scenario::resolve(&loaded).unwrap()
    };
    let mut run = resolved();
    let mut metrics = Metrics::new(&run.context());
    while let Some(snapshot) = run.simulation.step().unwrap() {
        metrics.observe(snapshot).unwrap();
    }
    let summary = metrics.summary();
    let out = folder.path().join("out");
    record(resolved(), &out);
    let text = serde_json::to_string(&summary).unwrap();
    std::fs::write(out.join("summary.json"), text).unwrap();

    let millions = summary.cost_usd.total.unwrap();
    let carbon_t = summary.carbon_t.operational.unwrap();
    let wanted = format!(
        "A year: ${} (energy, demand charge, water), {} MWh, {} m³ of water, {} t CO₂e",
        grouped(millions, 0),
        grouped(summary.energy_mwh.facility.unwrap(), 0),
        grouped(summary.water_m3.makeup.unwrap(), 0),
        grouped(carbon_t, 0)
    );
    let mut sides = [&path, &out].map(|path| Side::open(path, &[], 0).unwrap());
    for side in &mut sides {
        let time_s = 36_000.0;
        side.wait_for(time_s);
        let between = side.at(time_s).unwrap();
        let cost = explain(&side.site, &between.b, &side.overview).cost;
        assert!(cost.ends_with(&wanted), "{cost}\n{wanted}");
    }
    let [live, kept] = &sides;
    assert_eq!(yearly(&live.overview, &kept.overview), None);
}

/// Figures that were not measured are marked, unknown ones are a dash, and setpoints are those of the commands kept beside.
#[test]
fn a_recorded_result_tells_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.toml");
    std::fs::write(&path, YEAR.replace("days = 365", "days = 1")).unwrap();
    let loaded = crate::scenario::load(&path, &[]).unwrap();
    let mut resolved = crate::scenario::resolve(&loaded).unwrap();
    let command = |at_s, act: &str| CommandConfig {
        at_s,
        act: toml::from_str(act).unwrap(),
    };
    let session = Session {
        set: Vec::new(),
        command: vec![
            command(7200.0, "water = { supply_c = 22.0 }"),
            command(
                36_000.0,
                "event = { minutes = 120, what = { chiller_trip = { units = 1 } } }",
            ),
        ],
    };
    session.resolve(&mut resolved).unwrap();
    let out = folder.path().join("out");
    record(resolved, &out);
    std::fs::write(out.join("session.toml"), session.to_toml().unwrap()).unwrap();

    let mut kept = Side::open(&out, &[], 0).unwrap();
    kept.wait_for(32_400.0);
    let frame = kept.at(32_400.0).unwrap().b;
    let said = explain(&kept.site, &frame, &kept.overview);
    assert!(
        said.hot.contains("chip ≈") && said.hot.contains("at ≈"),
        "{}",
        said.hot
    );
    assert!(
        said.why.contains("facility water 22.0 °C, set 22.0"),
        "{}",
        said.why
    );
    let figures = item_figures(&kept.site, &frame, Picked::Rack(0, 0));
    let of = |name: &str| {
        let found = figures.iter().find(|(of, _)| *of == name);
        found.map(|(_, text)| text.clone()).unwrap()
    };
    assert!(of("power").starts_with('≈') && of("hottest chip").starts_with('≈'));
    assert_eq!(of("slowed by heat"), "–");
    assert!(remarks(&kept.site, None)[0].starts_with("recorded: racks over time are shares"));

    kept.wait_for(39_600.0);
    let frame = kept.at(39_600.0).unwrap().b;
    let said = explain(&kept.site, &frame, &kept.overview);
    assert!(said.alarm && said.broken.unwrap().contains("out since 10:00:00"));
    assert_eq!(kept.overview.events.as_ref().unwrap().len(), 1);
}

/// The times of `events.csv` are the countdown of a recorded event.
#[test]
fn a_recorded_event_has_its_countdown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trip.toml");
    let event = "[[event]]\nname = 'all-out'\nstart = '2026-01-01T10:00'\nminutes = 60\nwhat.chiller_trip = { units = 1 }\n";
    let text = YEAR.replace("days = 365", "days = 1");
    let text = text.replace(
        "step_s = 3600\nrecord_s = 3600",
        "step_s = 300\nrecord_s = 300",
    );
    std::fs::write(&path, text + event).unwrap();
    let loaded = crate::scenario::load(&path, &[]).unwrap();
    let out = folder.path().join("out");
    record(crate::scenario::resolve(&loaded).unwrap(), &out);
    std::fs::write(
        out.join("events.csv"),
        "event,start,end,first_above_limit_s,first_throttle_s,first_shutdown_s\n\
         all-out,2026-01-01T10:00,2026-01-01T11:00,1700.0,3000.0,\n",
    )
    .unwrap();
    std::fs::write(out.join("summary.json"), "{}").unwrap();
    let mut kept = Side::open(&out, &[], 0).unwrap();
    let mut left = |time_s: f64| {
        kept.wait_for(time_s);
        let frame = kept.at(time_s).unwrap().b;
        explain(&kept.site, &frame, &kept.overview).left
    };
    assert_eq!(left(35_700.0), None);
    assert_eq!(
        left(37_200.0).unwrap(),
        "limit in 8 min 20 s · throttling in 30 min · shutdown not within this event"
    );
    assert_eq!(
        left(38_700.0).unwrap(),
        "limit passed 16 min ago · throttling in 5 min · shutdown not within this event"
    );
}
