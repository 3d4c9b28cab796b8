//! Things that go wrong on purpose, and how long a site holds out.

use crate::lab::{Lab, place};

/// A hall at steady load on a July day; `{cooling}`, `{plant}` and `{events}` are filled in.
fn scenario(cooling: &str, plant: &str, more: &str) -> String {
    format!(
        "name = \"t\"\nit = []\n[run]\nstart = \"2026-07-15\"\ndays = 0.25\nstep_s = 5\nrecord_s = 300\n\
         [site]\nclimate = \"phoenix\"\n[[hall]]\nname = \"north\"\nserver = \"hgx-h100\"\nracks = 4\n\
         servers_per_rack = 4\n[hall.cooling.{cooling}\n[heat_rejection.{plant}\n{more}\n\
         [workload.constant]\nutilisation = 0.8\n"
    )
}

const TWO_OCLOCK: &str =
    "[[event]]\nname = \"out\"\nstart = \"2026-07-15T02:00\"\nminutes = 90\nwhat.";

/// The row of the first event: by column.
fn outcome(lab: &Lab, text: &str, column: &str) -> Option<f64> {
    lab.write("t.toml", text);
    lab.good(&["run", "t.toml", "-o", "out", "-q"]);
    let table = lab.read("out/events.csv");
    let mut lines = table.lines();
    let at = lines.next()?.split(',').position(|name| name == column)?;
    lines.next()?.split(',').nth(at)?.parse().ok()
}

/// A tank's longer ride-through follows from its mass: twice the fluid, and nearly twice the time until its racks switch
/// off; air has next to none.
#[test]
fn ride_through_follows_from_the_mass() {
    let lab = Lab::new();
    let event = format!("{TWO_OCLOCK}cdu_trip = {{}}");
    let tank = |litres: u32| {
        let cooling = format!("immersion]\ntank_l = {litres}");
        outcome(
            &lab,
            &scenario(&cooling, "tower]", &event),
            "first_shutdown_s",
        )
        .unwrap()
    };
    let (small, large) = (tank(400), tank(800));
    assert!(
        large / small > 1.5 && large / small < 2.0,
        "{small} {large}"
    );

    let event = format!("{TWO_OCLOCK}crah_trip = {{}}");
    let air = scenario("air]", "water_cooled_chiller]", &event);
    let air_s = outcome(&lab, &air, "first_shutdown_s").unwrap();
    assert!(air_s < 0.1 * small, "{air_s} {small}");
}

/// Chillers of which one is spare: without one nothing happens, without two the water warms; racks switch themselves
/// off, draw nothing, and are back before the day is over.
#[test]
fn what_trips_is_felt_and_comes_back() {
    let lab = Lab::new();
    let text = |units: u32| {
        let plant = "water_cooled_chiller]\nchillers = 3\nspare = 1";
        let event = format!("{TWO_OCLOCK}chiller_trip.units = {units}");
        scenario("air]", plant, &event)
    };
    let spare_c = outcome(&lab, &text(1), "max_inlet_c").unwrap();
    let short_c = outcome(&lab, &text(4), "max_inlet_c").unwrap();
    assert!(spare_c < 30.0 && short_c > 35.0, "{spare_c} {short_c}");
    let off = outcome(&lab, &text(4), "off_gpu_hours").unwrap();
    assert!(off > 0.0);
    let series = lab.read("out/timeseries.csv");
    let head: Vec<&str> = series.lines().next().unwrap().split(',').collect();
    let it = head.iter().position(|name| *name == "it_kw").unwrap();
    let kw: Vec<f64> = series
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(it).unwrap().parse().unwrap())
        .collect();
    let least = kw.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(least < 1e-6, "{least}");
    assert!((kw[kw.len() - 1] - kw[20]).abs() < 0.02 * kw[20], "{kw:?}");
    let summary = lab.json("out/summary.json");
    let group = &summary["ride_through"];
    assert!(
        group["first_shutdown_s"].as_f64().unwrap()
            > group["first_above_limit_s"].as_f64().unwrap()
    );
}

/// A dark utility without batteries stops everything at once; with UPS batteries IT continues, with generators the
/// cooling too.
#[test]
fn a_site_goes_dark_or_carries_itself() {
    let lab = Lab::new();
    let run = |more: &str| {
        let event = format!("{more}\n{TWO_OCLOCK}utility_outage = {{}}");
        lab.write("t.toml", scenario("immersion]", "tower]", &event));
        lab.good(&["run", "t.toml", "-o", "out", "-q"]);
        let supply = lab.json("out/summary.json")["supply"].clone();
        (
            supply["dark_hours"].as_f64(),
            supply["outage_hours"].as_f64(),
        )
    };
    let (dark, outage) = run("");
    assert_eq!((dark, outage), (Some(1.5), Some(1.5)));
    let (dark, _) = run("[electrical.ups_battery]\nminutes = 10");
    assert!(
        dark.is_some_and(|hours| hours > 1.2 && hours < 1.4),
        "{dark:?}"
    );
    let (dark, _) = run("[electrical.ups_battery]\nminutes = 10\n[site.generator]\npower_mw = 1.0");
    assert!(dark.is_none_or(|hours| hours == 0.0), "{dark:?}");
}

/// Warmer air costs more, and only while it is warmer.
#[test]
fn a_heat_wave_is_weather() {
    let lab = Lab::new();
    let run = |event: &str| {
        lab.write("t.toml", scenario("air]", "air_cooled_chiller]", event));
        lab.good(&["run", "t.toml", "-o", "out", "-q"]);
        let series = lab.read("out/timeseries.csv");
        let rows: Vec<Vec<String>> = series
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect())
            .collect();
        let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
        let (warm, power) = (column("dry_bulb_c"), column("facility_kw"));
        let number = |row: &Vec<String>, at: usize| row[at].parse::<f64>().unwrap();
        rows[1..]
            .iter()
            .map(|row| (number(row, warm), number(row, power)))
            .collect::<Vec<_>>()
    };
    let usual = run("");
    let wave = run(&format!("{TWO_OCLOCK}heat_wave.warmer_k = 8"));
    for (index, (usual, wave)) in usual.iter().zip(&wave).enumerate() {
        let within = (24..42).contains(&index);
        let warmer = if within { 8.0 } else { 0.0 };
        assert!((wave.0 - usual.0 - warmer).abs() < 0.02, "{index}");
        assert!(!within || wave.1 > usual.1, "{index}");
        assert!(index >= 24 || wave.1 == usual.1, "{index}");
    }
}

/// Each event, what is marked, and what must be said.
#[test]
fn events_that_cannot_be_are_refused() {
    let lab = Lab::new();
    let event = |start: &str, minutes: &str, what: &str| {
        format!("[[event]]\nstart = \"{start}\"\nminutes = {minutes}\nwhat.{what}")
    };
    let at = "2026-07-15T02:00";
    for (event, marked, words) in [
        (
            event("2026-07-16T02:00", "5", "water_cut_off = {}"),
            "\"2026-07-16T02:00\"",
            "outside the run",
        ),
        (
            event("noon", "5", "water_cut_off = {}"),
            "\"noon\"",
            "is not a date and time",
        ),
        (
            event(at, "0", "water_cut_off = {}"),
            "0\nwhat",
            "above zero",
        ),
        (
            event(at, "5", "chiler_trip.units = 1"),
            "chiler_trip",
            "did you mean 'chiller_trip'?",
        ),
        (event(at, "5", "chiller_trip.units = 0"), "0\n[workload", ""),
        (
            event(at, "5", "crah_trip.hall = \"nroth\""),
            "\"nroth\"",
            "north",
        ),
        (
            event(at, "5", "pump_trip.circuit = \"stie\""),
            "\"stie\"",
            "site",
        ),
        (
            event(at, "5", "tower_fan_trip.share = 1.5"),
            "1.5",
            "at most 1",
        ),
        (
            event(at, "5", "heat_wave.warmer_k = 299"),
            "299",
            "is out of range",
        ),
        (
            event(at, "5", "utility_outage.hours = 3"),
            "hours",
            "unknown key 'hours'",
        ),
    ] {
        let text = scenario("air]", "water_cooled_chiller]", &event);
        lab.write("bad.toml", &text);
        let said = lab.refused(&["run", "bad.toml"], &[words]);
        said.has(&[&format!("--> {}", place("bad.toml", &text, marked))]);
    }
}

/// Without any of its generators, UPS batteries alone carry a site through an outage; with half of them their rest does.
#[test]
fn generators_that_fail_are_missed_in_an_outage() {
    let lab = Lab::new();
    let run = |share: &str| {
        let site = "[electrical.ups_battery]\nminutes = 10\n[site.generator]\npower_mw = 1.0";
        let failure = format!("{TWO_OCLOCK}generator_failure = {{ share = {share} }}");
        let event = format!("{site}\n{TWO_OCLOCK}utility_outage = {{}}\n{failure}");
        lab.write("t.toml", scenario("immersion]", "tower]", &event));
        let said = lab.good(&["validate", "t.toml"]);
        lab.good(&["run", "t.toml", "-o", "out", "-q"]);
        let supply = lab.json("out/summary.json")["supply"].clone();
        (format!("{said:?}"), supply["dark_hours"].as_f64())
    };
    let (said, dark) = run("1");
    assert!(said.contains("100 % of the generators out from"), "{said}");
    assert!(
        dark.is_some_and(|hours| hours > 1.2 && hours < 1.4),
        "{dark:?}"
    );
    let (_, dark) = run("0.5");
    assert!(dark.is_none_or(|hours| hours == 0.0), "{dark:?}");
}
