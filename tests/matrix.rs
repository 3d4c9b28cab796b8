//! Every technology under every event, with every kind of work and of supply: each step balances, no figure is NaN, a
//! measured load is either drawn or told as not served, and no run is a multiple of the usual work.

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::cooling::Cooling;
use coldaisle::heat_rejection::HeatRejection;
use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;
use coldaisle::physics::Coolant;
use coldaisle::scenario::{Loaded, resolve, text};
use coldaisle::snapshot::Snapshot;
use rayon::prelude::*;

/// A hall with its plant, and the events that find something there.
struct Technology {
    name: String,
    text: String,
    events: Vec<&'static str>,
}

/// A plant, and the events that find something in it; pumps, weather and electricity are found everywhere.
struct Plant {
    text: &'static str,
    events: &'static [&'static str],
}

const WATER_COOLED: Plant = Plant {
    text: "[heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n",
    events: &[CHILLERS, CONDENSER, FANS, WATER],
};
const AIR_COOLED: Plant = Plant {
    text: "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16\n",
    events: &[CHILLERS],
};
const DRY: Plant = Plant {
    text: "[heat_rejection.dry_cooler]\nsetpoint_c = 30\n",
    events: &[FANS],
};
const WET: Plant = Plant {
    text: "[heat_rejection.dry_cooler]\nsetpoint_c = 32\nadiabatic = {}\n",
    events: &[FANS, WATER],
};
const TOWER: Plant = Plant {
    text: "[heat_rejection.tower]\nsetpoint_c = 28\n",
    events: &[CONDENSER, FANS, WATER],
};

/// Every technology as it is without a key on a plant that suits it, plants taking turns; and some with keys.
fn technologies() -> Vec<Technology> {
    let (mut aired, mut wetted) = (
        [&WATER_COOLED, &AIR_COOLED].into_iter().cycle(),
        [&DRY, &TOWER, &WET].into_iter().cycle(),
    );
    let mut all: Vec<Technology> = Vec::new();
    for &name in Cooling::NAMES {
        let cooling: Cooling = toml::from_str(&format!("{name} = {{}}")).unwrap();
        let plant = if cooling.coolant() == Coolant::Air {
            aired.next()
        } else {
            wetted.next()
        };
        let plant = plant.unwrap();
        // What is left in the room needs colder water than the racks: a chiller of its own, which can trip.
        let room = cooling.room_water_c().map_or(
            "",
            |_| "[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16\n",
        );
        let machines = cooling.machines();
        let mut events = plant.events.to_vec();
        events.extend([PUMPS, HEAT, OUTAGE, UPS]);
        let also = [
            (machines.fans, CRAH),
            (machines.pumps, CDU),
            (!room.is_empty(), CHILLERS),
        ];
        events.extend(
            also.into_iter()
                .filter(|(has, _)| *has)
                .map(|(_, event)| event),
        );
        all.push(Technology {
            name: name.into(),
            text: format!("[hall.cooling.{name}]\n{room}{}", plant.text),
            events,
        });
    }
    let air = [
        CHILLERS, PUMPS, CONDENSER, FANS, CRAH, WATER, HEAT, OUTAGE, UPS,
    ];
    for (name, keys, of_plant) in [
        (
            "active doors",
            "[hall.cooling.rear_door]\nfans = 'active'\n",
            "economizer = {}\n",
        ),
        ("small plant", "[hall.cooling.air]\n", "capacity_kw = 20\n"),
    ] {
        all.push(Technology {
            name: name.into(),
            text: format!("{keys}{}{of_plant}", WATER_COOLED.text),
            events: air.to_vec(),
        });
    }
    // Tanks over every plant of the registry that stands nowhere above.
    for &name in HeatRejection::NAMES {
        if all.iter().any(|listed| listed.text.contains(&format!("[heat_rejection.{name}]"))) {
            continue;
        }
        let plant: HeatRejection = toml::from_str(&format!("{name} = {{}}")).unwrap();
        let has = plant.machines();
        let events = [
            (CHILLERS, has.chillers > 0),
            (CONDENSER, has.pumps > 0),
            (FANS, has.fans),
            (WATER, has.water),
        ];
        let found = events.into_iter().filter(|(_, finds)| *finds);
        all.push(Technology {
            name: name.into(),
            text: format!("[hall.cooling.immersion]\n[heat_rejection.{name}]\nsetpoint_c = 28\n"),
            events: found.map(|(event, _)| event).chain([PUMPS, CDU, HEAT, OUTAGE, UPS]).collect(),
        });
    }
    all
}

const CHILLERS: &str = "chiller_trip = { units = 4 }";
const PUMPS: &str = "pump_trip = {}";
const CONDENSER: &str = "condenser_pump_trip = {}";
const FANS: &str = "tower_fan_trip = {}";
const CRAH: &str = "crah_trip = {}";
const CDU: &str = "cdu_trip = { share = 0.7 }";
const WATER: &str = "water_cut_off = {}";
const HEAT: &str = "heat_wave = { warmer_k = 30 }";
const OUTAGE: &str = "utility_outage = {}";
const UPS: &str = "ups_outage = {}";
const EVENTS: [&str; 10] = [
    CHILLERS, PUMPS, CONDENSER, FANS, CRAH, CDU, WATER, HEAT, OUTAGE, UPS,
];

const WORKS: [(&str, &str); 6] = [
    ("constant", "[workload.constant]\nutilisation = 0.9\n"),
    (
        "utilisation",
        "[workload.profile]\nfile = 'utilisation.csv'\n",
    ),
    ("it_kw", "[workload.profile]\nfile = 'it.csv'\n"),
    ("facility_kw", "[workload.profile]\nfile = 'facility.csv'\n"),
    (
        "jobs",
        "[workload.batch]\njobs_per_day = 400\ngpus = [4, 8, 16]\nmedian_hours = 0.7\n[checkpoint]\n[scheduler.backfill]\n",
    ),
    (
        "inference",
        "[workload.inference]\ngpus = 96\nmean_utilisation = 0.6\ntokens_per_gpu_s = 1000\n",
    ),
];

const BATTERIES: &str = "[electrical.ups_battery]\nminutes = 5\n";
const SUPPLIES: [(&str, &str); 7] = [
    ("meter", ""),
    ("grid limit", "[site]\ngrid_limit_mw = 0.12\n"),
    ("limit below idle", "[site]\ngrid_limit_mw = 0.01\n"),
    ("batteries", BATTERIES),
    (
        "circulation",
        "[electrical.ups_battery]\nminutes = 5\ncirculation = true\n",
    ),
    (
        "generators",
        "[site.generator]\npower_mw = 0.3\n[electrical.ups_battery]\nminutes = 5\n",
    ),
    ("small generators", "[site.generator]\npower_mw = 0.03\n"),
];

/// A run of two hours, in which something is out for one.
fn scenario(technology: &str, event: Option<&str>, work: &str, supply: &str) -> String {
    let mut scenario = format!(
        "name = 'matrix'\n[run]\nstart = '2026-07-15'\ndays = 0.08333333333333333\nstep_s = 300\nrecord_s = 300\n[site]\n\
         climate = 'phoenix'\ncarbon_g_kwh = 300\nprice_usd_mwh = 50\n{}[[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 4\n\
         servers_per_rack = 3\n{technology}{work}",
        supply.strip_prefix("[site]\n").unwrap_or_default()
    );
    if !supply.starts_with("[site]\n") {
        scenario.push_str(supply);
    }
    if let Some(event) = event {
        let _ = write!(
            scenario,
            "[[event]]\nstart = '2026-07-15T00:20'\nminutes = 60\nwhat.{event}\n"
        );
    }
    scenario
}

fn write_loads(folder: &Path) {
    for (file, low, high) in [
        ("utilisation", 0.3, 1.0),
        ("it", 60.0, 120.0),
        ("facility", 80.0, 150.0),
    ] {
        let column = if file == "utilisation" { "" } else { "_kw" };
        let mut rows = format!("time_h,{file}{column}\n");
        for hour in 0..4 {
            let _ = writeln!(rows, "{hour},{}", if hour % 2 == 0 { low } else { high });
        }
        std::fs::write(folder.join(format!("{file}.csv")), rows).unwrap();
    }
}

/// Nothing that a step shows is NaN where it must be known.
fn complete(s: &Snapshot) -> Result<(), String> {
    let p = &s.power;
    let site = [
        p.facility_w,
        p.it_w,
        p.compute_w,
        p.server_fans_w,
        p.psu_losses_w,
        p.electrical_losses_w,
        p.chillers_w,
        p.heat_rejection_fans_w,
        p.pumps_w,
        p.hall_fans_w,
        p.cdu_pumps_w,
        p.other_w,
        p.generation_w,
        s.on_site.grid_w,
        s.plant.supply_c,
        s.plant.return_c,
        s.plant.heat_w,
        s.water.makeup_kg_s,
    ];
    let hall = &s.halls[0];
    let halls = [
        hall.it_w,
        hall.supply_c,
        hall.return_c,
        hall.max_inlet_c,
        hall.max_chip_c,
        hall.throttled_gpus,
        hall.utilisation,
        hall.heat_to_water_w,
    ];
    let racks = &hall.racks;
    let racks = [&racks.power_w, &racks.coolant_c, &racks.chip_c];
    let racks = racks.into_iter().flat_map(|flat| flat.iter().copied());
    let mut all = site.into_iter().chain(halls).chain(racks);
    match all.position(|figure| !figure.is_finite()) {
        Some(index) => Err(format!("figure {index} is not finite: {s:?}")),
        None => Ok(()),
    }
}

/// A measured load is drawn, or what is missing of it is told.
fn told(s: &Snapshot, work: &str) -> Result<(), String> {
    let drawn_w = match work {
        "it_kw" => s.power.it_w,
        "facility_kw" => s.power.facility_w - finite(s.on_site.storage_losses_w),
        _ if s.measured.is_none() => return Ok(()),
        _ => return Err(format!("{work} is no measured load")),
    };
    let Some(load) = s.measured else {
        return Err("a measured load is not told".into());
    };
    let met_w = load.asked_w - load.unserved_w + load.excess_w;
    if (met_w - drawn_w).abs() > 1.01e-4 * load.asked_w || load.unserved_w.min(load.excess_w) != 0.0
    {
        return Err(format!("{load:?}, drawn {drawn_w}"));
    }
    Ok(())
}

fn finite(figure: f64) -> f64 {
    if figure.is_finite() { figure } else { 0.0 }
}

/// What a run came to: trials of cooling in a step, and the load not served, MWh.
struct Ran {
    trials: f64,
    unserved_mwh: f64,
    summary: coldaisle::metrics::Summary,
}

fn run(folder: &Path, text: String, work: &str) -> Result<Ran, String> {
    let loaded = Loaded {
        scenario: text::read(&text).map_err(|error| error.report(false))?,
        text,
        path: folder.join("s.toml"),
    };
    let resolved = resolve(&loaded).map_err(|error| error.report(false))?;
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    while let Some(now) = simulation.step().map_err(|error| error.to_string())? {
        complete(now)?;
        told(now, work)?;
        metrics.observe(now).map_err(|error| error.to_string())?;
    }
    let summary = metrics.summary();
    Ok(Ran {
        trials: simulation.facility.trials() as f64 / simulation.clock.made() as f64,
        unserved_mwh: summary.energy_mwh.unserved.unwrap_or(0.0),
        summary,
    })
}

/// Supplies whose batteries an event can take.
fn has_batteries(supply: &str) -> bool {
    supply.contains("ups_battery")
}

/// A run of the matrix: technology, work, event and supply by their numbers.
#[derive(Clone, Copy)]
struct Case {
    technology: usize,
    work: usize,
    event: &'static str,
    supply: usize,
}

/// Every technology with every event that it knows and every work; supplies take turns, so that each meets each technology,
/// event and work. An outage meets every supply.
fn cases(technologies: &[Technology]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (technology, of) in technologies.iter().enumerate() {
        for (turn, event) in EVENTS.into_iter().enumerate() {
            if !of.events.contains(&event) {
                continue;
            }
            let fit: Vec<usize> = (0..SUPPLIES.len())
                .filter(|&supply| event != UPS || has_batteries(SUPPLIES[supply].1))
                .collect();
            for (work, (name, _)) in WORKS.iter().enumerate() {
                // Technologies are three supplies apart, so that two that know an event meet all with it.
                let turn = 3 * technology + turn + work;
                let supplies = match event {
                    OUTAGE if ["it_kw", "jobs"].contains(name) => fit.clone(),
                    _ => vec![fit[turn % fit.len()]],
                };
                cases.extend(supplies.into_iter().map(|supply| Case {
                    technology,
                    work,
                    event,
                    supply,
                }));
            }
        }
    }
    cases
}

#[test]
fn every_pair_is_in_the_matrix() {
    let technologies = technologies();
    let cases = cases(&technologies);
    for (supply, (name, of_supply)) in SUPPLIES.iter().enumerate() {
        let with = || cases.iter().filter(move |case| case.supply == supply);
        for technology in 0..technologies.len() {
            assert!(with().any(|case| case.technology == technology), "{name}");
        }
        for work in 0..WORKS.len() {
            assert!(with().any(|case| case.work == work), "{name}");
        }
        for event in EVENTS {
            let fits = event != UPS || has_batteries(of_supply);
            let met = with().any(|case| case.event == event);
            assert!(met || !fits, "{name}, {event}");
        }
    }
}

#[test]
fn every_technology_event_work_and_supply_balances() {
    let folder = tempfile::tempdir().unwrap();
    write_loads(folder.path());
    // A technology's usual trials in a step: those of its dearest work without an event.
    let technologies = technologies();
    let usual: Vec<f64> = technologies
        .par_iter()
        .map(|technology| {
            let trials = WORKS.iter().map(|(work, text)| {
                let text = scenario(&technology.text, None, text, "");
                let ran = run(folder.path(), text, work);
                ran.unwrap_or_else(|what| panic!("{}, {work}: {what}", technology.name))
                    .trials
            });
            trials.fold(0.0, f64::max)
        })
        .collect();
    let failed: Vec<String> = cases(&technologies)
        .into_par_iter()
        .filter_map(|case| {
            let technology = &technologies[case.technology];
            let ((work, of_work), event) = (WORKS[case.work], case.event);
            let (supply, of_supply) = SUPPLIES[case.supply];
            let text = scenario(&technology.text, Some(event), of_work, of_supply);
            let ran = run(folder.path(), text, work);
            let usual = usual[case.technology];
            let what = match ran {
                Err(what) => what.chars().take(600).collect(),
                Ok(ran) if ran.trials > 10.0 * usual => {
                    format!("{} trials a step, usual {usual}", ran.trials)
                }
                Ok(ran)
                    if ran
                        .summary
                        .figures()
                        .any(|(.., figure)| !figure.is_finite()) =>
                {
                    format!("{:?}", ran.summary)
                }
                Ok(ran)
                    if work == "it_kw"
                        && supply == "limit below idle"
                        && ran.unserved_mwh <= 0.0 =>
                {
                    "nothing is told as not served".into()
                }
                Ok(_) => return None,
            };
            Some(format!(
                "{} | {work} | {event} | {supply}: {what}",
                technology.name
            ))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} failed\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// An event that would find nothing is refused.
#[test]
fn events_that_find_nothing_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for technology in &technologies() {
        for event in EVENTS {
            let supply = if technology.events.contains(&event) {
                if event != UPS {
                    continue;
                }
                ""
            } else {
                BATTERIES
            };
            let text = scenario(&technology.text, Some(event), WORKS[0].1, supply);
            let Err(report) = run(folder.path(), text, "constant") else {
                panic!("{}: {event} is taken", technology.name);
            };
            assert!(report.contains("remove it"), "{event}: {report}");
        }
    }
}
