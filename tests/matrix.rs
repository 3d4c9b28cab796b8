//! Every technology under every event, with every kind of work and of supply: each step balances, no figure is NaN, a
//! measured load is either drawn or reported as not served, and no run is a multiple of the usual work.

#[path = "matrix/checks.rs"]
mod checks;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use coldaisle::cooling::Cooling;
use coldaisle::heat_rejection::HeatRejection;
use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;
use coldaisle::physics::Coolant;
use coldaisle::scenario::event::EventKind;
use coldaisle::scenario::{Loaded, Resolved, resolve, text};
use rayon::prelude::*;

use checks::{complete, measured_load};

/// A hall with its plant.
struct Technology {
    name: String,
    text: String,
}

/// Plants by the name of their table, with water that suits what they cool.
const WATER_COOLED: &str = "[heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\nchillers = 4\n";
const AIR_COOLED: &str = "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16\nchillers = 4\n";
const DRY: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 30\n";
const TOWER: &str = "[heat_rejection.tower]\nsetpoint_c = 28\n";
const WET: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 32\nadiabatic = {}\n";

/// Every technology as it is without a key on a plant that suits it, plants taking turns; some with keys; and tanks over
/// every plant not tested elsewhere.
static TECHNOLOGIES: LazyLock<Vec<Technology>> = LazyLock::new(|| {
    let (mut aired, mut wetted) = (
        [WATER_COOLED, AIR_COOLED].into_iter().cycle(),
        [DRY, TOWER, WET].into_iter().cycle(),
    );
    let mut all: Vec<Technology> = Vec::new();
    let mut add = |name: &str, text: String| {
        all.push(Technology {
            name: name.into(),
            text,
        });
    };
    for &name in Cooling::NAMES {
        let cooling: Cooling = toml::from_str(&format!("{name} = {{}}")).unwrap();
        let plant = if cooling.coolant() == Coolant::Air {
            aired.next()
        } else {
            wetted.next()
        };
        // What is left in the room needs colder water than the racks: a chiller of its own, which can trip.
        let room = cooling.room_water_c().map_or(
            "",
            |_| "[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16\nchillers = 4\n",
        );
        add(
            name,
            format!("[hall.cooling.{name}]\n{room}{}", plant.unwrap()),
        );
    }
    add(
        "active doors",
        format!("[hall.cooling.rear_door]\nfans = 'active'\n{WATER_COOLED}economizer = {{}}\n"),
    );
    add(
        "small plant",
        format!("[hall.cooling.air]\n{WATER_COOLED}capacity_kw = 20\n"),
    );
    for &name in HeatRejection::NAMES {
        let table = format!("[heat_rejection.{name}]\n");
        if ![WATER_COOLED, AIR_COOLED, DRY, TOWER]
            .iter()
            .any(|text| text.contains(&table))
        {
            add(
                name,
                format!("[hall.cooling.immersion]\n{table}setpoint_c = 28\n"),
            );
        }
    }
    all
});

/// Kinds of events that take other keys here than by default.
const KEYS: [(&str, &str); 4] = [
    ("chiller_trip", "units = 4"),
    ("cdu_trip", "share = 0.7"),
    ("heat_wave", "warmer_k = 30"),
    ("generator_failure", "share = 0.5"),
];
const OUTAGE: &str = "utility_outage";

/// A kind of event, as a scenario writes it.
fn what(event: &str) -> String {
    let keys = KEYS.iter().find(|(name, _)| *name == event);
    format!("{event} = {{ {} }}", keys.map_or("", |(_, keys)| keys))
}

const WORKS: [(&str, &str); 8] = [
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
    (
        "pools",
        "[workload.inference]\nmodel = 'llama-3.1-70b'\nrequests_per_s = 15\n[workload.inference.prefill]\ngpus = 16\n\
         [workload.inference.decode]\ngpus = 48\n",
    ),
    (
        "unloaded",
        "[workload.inference]\nmodel = 'llama-3.1-8b'\ngpus = 64\nrequests_per_s = 200\ndaily_swing = 0.8\nscaling = 'unload'\n\
         scale_down_s = 60\n",
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

/// IT beside the servers: what comes by default, and a kilowatt with every place for its heat, on the UPS and past it.
fn beside(turn: usize) -> String {
    let mut text = String::new();
    if turn.is_multiple_of(2) {
        return text;
    }
    for heat in ["hall", "room", "water", "own"] {
        let room = match heat {
            "water" => "room = { supply_c = 38, approach_k = 4 }\n",
            _ => "",
        };
        for ups in [true, false] {
            let _ = write!(
                text,
                "[[it]]\nname = '{heat} {ups}'\nwhat.load = {{ kw = 1, idle = 0.5 }}\nheat = '{heat}'\nups = {ups}\n{room}"
            );
        }
    }
    text
}

/// A run of two hours, with a fault for one.
fn scenario(technology: &str, event: Option<&str>, work: &str, supply: &str) -> String {
    let mut scenario = format!(
        "name = 'matrix'\n{}[run]\nstart = '2026-07-15'\ndays = 0.08333333333333333\nstep_s = 300\nrecord_s = 300\n[site]\n\
         climate = 'phoenix'\ncarbon_g_kwh = 300\nprice_usd_mwh = 50\n{}[[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 4\n\
         servers_per_rack = 3\n{technology}{work}",
        beside(work.len() + supply.len() + event.map_or(0, str::len)),
        supply.strip_prefix("[site]\n").unwrap_or_default()
    );
    if !supply.starts_with("[site]\n") {
        scenario.push_str(supply);
    }
    // Generators matter during a grid outage.
    let outage = (event == Some("generator_failure")).then_some(OUTAGE);
    for event in event.into_iter().chain(outage) {
        let _ = write!(
            scenario,
            "[[event]]\nstart = '2026-07-15T00:20'\nminutes = 60\nwhat.{}\n",
            what(event)
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

/// Totals of a run: trials of cooling in a step, and the load not served, MWh.
struct Ran {
    trials: f64,
    unserved_mwh: f64,
    summary: coldaisle::metrics::Summary,
}

fn run(folder: &Path, text: String, work: &str) -> Result<Ran, String> {
    let resolved = resolved(folder, text)?;
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    // Those that are cut count too: the clock does not.
    let mut steps = 0.0;
    while let Some(now) = simulation.step().map_err(|error| error.to_string())? {
        steps += 1.0;
        complete(now)?;
        measured_load(now, work)?;
        metrics.observe(now).map_err(|error| error.to_string())?;
    }
    let summary = metrics.summary();
    Ok(Ran {
        trials: simulation.facility.trials() as f64 / steps,
        unserved_mwh: summary.energy_mwh.unserved.unwrap_or(0.0),
        summary,
    })
}

fn resolved(folder: &Path, text: String) -> Result<Resolved, String> {
    let loaded = Loaded {
        scenario: text::read(&text).map_err(|error| error.report(false))?,
        text,
        path: folder.join("s.toml"),
    };
    resolve(&loaded).map_err(|error| error.report(false))
}

/// Which events find something: at each technology (with every supply there is), and at each supply.
struct Fits {
    technologies: Vec<Vec<&'static str>>,
    supplies: Vec<Vec<&'static str>>,
}

impl Fits {
    fn new(folder: &Path) -> Self {
        let at = |technology: &str, supply: &str| {
            let text = scenario(technology, None, WORKS[0].1, supply);
            let equipment = resolved(folder, text).unwrap().equipment;
            let all = EventKind::examples();
            let fit = all.iter().filter(|event| equipment.has(event));
            fit.map(EventKind::name).collect()
        };
        let everything =
            "[site.generator]\npower_mw = 0.3\n[electrical.ups_battery]\nminutes = 5\n";
        Self {
            technologies: TECHNOLOGIES
                .iter()
                .map(|of| at(&of.text, everything))
                .collect(),
            supplies: SUPPLIES
                .iter()
                .map(|(_, supply)| at(&TECHNOLOGIES[0].text, supply))
                .collect(),
        }
    }

    /// Whether a supply has what an event takes that some supplies lack.
    fn supply(&self, supply: usize, event: &str) -> bool {
        let of_supply = self.supplies.iter().any(|fit| !fit.contains(&event))
            && self.supplies.iter().any(|fit| fit.contains(&event));
        !of_supply || self.supplies[supply].contains(&event)
    }
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
fn cases(fits: &Fits) -> Vec<Case> {
    let mut cases = Vec::new();
    for technology in 0..TECHNOLOGIES.len() {
        for (turn, event) in EventKind::NAMES.iter().copied().enumerate() {
            if !fits.technologies[technology].contains(&event) {
                continue;
            }
            let fit: Vec<usize> = (0..SUPPLIES.len())
                .filter(|&supply| fits.supply(supply, event))
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
    let folder = tempfile::tempdir().unwrap();
    let fits = Fits::new(folder.path());
    let cases = cases(&fits);
    for (supply, (name, _)) in SUPPLIES.iter().enumerate() {
        let with = || cases.iter().filter(move |case| case.supply == supply);
        for technology in 0..TECHNOLOGIES.len() {
            assert!(with().any(|case| case.technology == technology), "{name}");
        }
        for work in 0..WORKS.len() {
            assert!(with().any(|case| case.work == work), "{name}");
        }
        for event in EventKind::NAMES {
            let met = with().any(|case| case.event == *event);
            assert!(met || !fits.supply(supply, event), "{name}, {event}");
        }
    }
}

#[test]
fn every_technology_event_work_and_supply_balances() {
    let folder = tempfile::tempdir().unwrap();
    write_loads(folder.path());
    // A technology's usual trials in a step: those of its dearest work without an event.
    let usual: Vec<f64> = TECHNOLOGIES
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
    let failed: Vec<String> = cases(&Fits::new(folder.path()))
        .into_par_iter()
        .filter_map(|case| {
            let technology = &TECHNOLOGIES[case.technology];
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
                    "nothing is reported as not served".into()
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

/// An event that would find nothing is refused; which those are is known of some.
#[test]
fn events_that_find_nothing_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let fits = Fits::new(folder.path());
    for (technology, lacks) in [
        ("air", &["cdu_trip"][..]),
        (
            "rear_door",
            &[
                "condenser_pump_trip",
                "tower_fan_trip",
                "crah_trip",
                "cdu_trip",
                "water_cut_off",
            ],
        ),
        ("cold_plate", &["condenser_pump_trip", "water_cut_off"]),
        ("immersion", &["chiller_trip", "crah_trip"]),
        (
            "two_phase",
            &[
                "chiller_trip",
                "condenser_pump_trip",
                "crah_trip",
                "cdu_trip",
                "water_cut_off",
            ],
        ),
    ] {
        let known = TECHNOLOGIES
            .iter()
            .position(|of| of.name == technology)
            .unwrap();
        let lacking: Vec<_> = EventKind::NAMES
            .iter()
            .filter(|event| !fits.technologies[known].contains(event))
            .collect();
        assert_eq!(lacking, lacks.iter().collect::<Vec<_>>(), "{technology}");
    }
    for (technology, fit) in TECHNOLOGIES.iter().zip(&fits.technologies) {
        for event in EventKind::NAMES {
            // Without a supply of its own, a site has neither batteries nor generators.
            if fit.contains(event) && fits.supply(0, event) {
                continue;
            }
            let text = scenario(&technology.text, Some(event), WORKS[0].1, "");
            let Err(report) = run(folder.path(), text, "constant") else {
                panic!("{}: {event} is taken", technology.name);
            };
            assert!(report.contains("remove it"), "{event}: {report}");
        }
    }
}
