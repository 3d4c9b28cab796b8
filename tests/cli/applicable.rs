//! Events and commands that find nothing where they happen are refused, and those that are accepted change something.

use crate::lab::{AIR, CHILLERS, IMMERSION, JOBS, LOAD, Lab, TINY, tiny};

const PLATES: &str = "[hall.cooling.cold_plate]\nsupply_c = 34.0\n[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 17.5\n";
const DOORS: &str = "[hall.cooling.rear_door]\nfans = \"active\"\n";
const PASSIVE: &str = "[hall.cooling.rear_door]\n";
const NATURAL: &str = "[hall.cooling.immersion]\nsupply_c = 36.0\ncirculation = \"natural\"\n";
const BOILING: &str = "[hall.cooling.two_phase]\n";
const AIR_COOLED: &str = "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16.0\n";
const COIL: &str = "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 16.0\nfree_cooling = {}\n";
const TOWER: &str = "[heat_rejection.tower]\nsetpoint_c = 30.0\n";
const OPEN: &str = "[heat_rejection.tower]\nsetpoint_c = 30.0\nplate_approach_k = 0\n";
const DRY: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 31.0\n";
const PADS: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 31.0\nadiabatic = {}\n";

const EVENTS: [(&str, &str); 10] = [
    ("chiller_trip", "chiller_trip = { units = 2 }"),
    ("pump_trip", "pump_trip = {}"),
    ("condenser_pump_trip", "condenser_pump_trip = {}"),
    ("tower_fan_trip", "tower_fan_trip = {}"),
    ("crah_trip", "crah_trip = {}"),
    ("cdu_trip", "cdu_trip = {}"),
    ("water_cut_off", "water_cut_off = {}"),
    ("heat_wave", "heat_wave = { warmer_k = 8 }"),
    ("utility_outage", "utility_outage = {}"),
    ("ups_outage", "ups_outage = {}"),
];

fn event(what: &str, start: &str) -> String {
    format!("\n[[event]]\nstart = \"2026-07-01T{start}\"\nminutes = 480\nwhat.{what}\n")
}

/// Technology and plant, by the events that find something there beside `pump_trip`, `heat_wave` and `utility_outage`. What
/// is accepted changes the energy of the day, what is not is refused with the events that would do, and those do.
#[test]
fn an_event_finds_what_it_takes_or_is_refused() {
    let lab = Lab::new();
    let chilled = "chiller_trip condenser_pump_trip tower_fan_trip water_cut_off ";
    let wet = "condenser_pump_trip tower_fan_trip water_cut_off cdu_trip";
    for (cooling, plant, here) in [
        (AIR, CHILLERS, format!("{chilled}crah_trip")),
        (AIR, AIR_COOLED, "chiller_trip crah_trip".into()),
        (AIR, COIL, "chiller_trip crah_trip tower_fan_trip".into()),
        (DOORS, CHILLERS, format!("{chilled}crah_trip")),
        (PASSIVE, CHILLERS, chilled.into()),
        (PLATES, TOWER, format!("{wet} chiller_trip crah_trip")),
        (IMMERSION, TOWER, wet.into()),
        (
            IMMERSION,
            OPEN,
            "tower_fan_trip water_cut_off cdu_trip".into(),
        ),
        (IMMERSION, DRY, "tower_fan_trip cdu_trip".into()),
        (
            IMMERSION,
            PADS,
            "tower_fan_trip water_cut_off cdu_trip".into(),
        ),
        (NATURAL, DRY, "tower_fan_trip".into()),
        (BOILING, DRY, "tower_fan_trip".into()),
    ] {
        let here = format!("{here} pump_trip heat_wave utility_outage");
        // The coil before chillers works in winter, the pads before a dry cooler in summer.
        let day = if plant == COIL {
            "2026-01-10"
        } else {
            "2026-07-01"
        };
        let base = tiny(&[
            (AIR, cooling),
            (CHILLERS, plant),
            ("days = 1", "days = 0.75"),
        ]);
        let base = base.replace("2026-07-01", day);
        let energy = |text: &str| {
            lab.write("a.toml", text);
            lab.good(&["run", "a.toml", "--quiet", "-o", "r"]);
            lab.json("r/summary.json")["energy_mwh"]["facility"].clone()
        };
        let usual = energy(&base);
        for (name, what) in EVENTS {
            let text = format!("{base}{}", event(what, "09:00")).replace("2026-07-01", day);
            lab.write("a.toml", &text);
            if name == "utility_outage" {
                lab.good(&["validate", "a.toml"]);
                continue;
            }
            if here.split_whitespace().any(|event| event == name) {
                assert_ne!(energy(&text), usual, "{cooling}{plant}{name}");
                continue;
            }
            let said = lab.refused(&["validate", "a.toml"], &[]);
            let flat = said.flat();
            if name != "ups_outage" {
                let (_, named) = flat.split_once("what can be out here: ").expect(&flat);
                let mut named: Vec<_> = named
                    .split(", ")
                    .map(|n| n.trim_matches('|').trim())
                    // Kinds that are not in the list have their place in the matrix.
                    .filter(|n| EVENTS.iter().any(|(known, _)| known == n))
                    .collect();
                let mut expected: Vec<_> = here.split_whitespace().collect();
                named.sort_unstable();
                expected.sort_unstable();
                assert_eq!(named, expected, "{cooling}{plant}{name}: {flat}");
            }
        }
    }
}

/// More chillers than there are, a part of one pump, batteries that are not there, an event longer than any run: each with
/// its place and a cure that cures.
#[test]
fn what_is_not_there_is_refused_with_a_cure() {
    let lab = Lab::new();
    let eight = CHILLERS.replace("18.0", "18.0\nchillers = 7\nspare = 1");
    let wet = tiny(&[(AIR, IMMERSION), (CHILLERS, TOWER)]);
    let batteries = "[electrical.ups_battery]\nminutes = 5\n";
    for (base, wrong, words, right, more) in [
        (
            tiny(&[(CHILLERS, &eight)]),
            "chiller_trip = { units = 9 }",
            "9 chillers trip, and there are 8",
            "chiller_trip = { units = 8 }",
            "",
        ),
        (
            wet.clone(),
            "condenser_pump_trip = { share = 0.5 }",
            "use share = 1",
            "condenser_pump_trip = { share = 1 }",
            "",
        ),
        (
            TINY.into(),
            "cdu_trip = {}",
            "no hall has pumps of tanks or distribution units",
            "crah_trip = {}",
            "",
        ),
        (
            TINY.into(),
            "cdu_trip = { hall = \"north\" }",
            "the hall 'north' has no pumps",
            "crah_trip = { hall = \"north\" }",
            "",
        ),
        (
            TINY.into(),
            "ups_outage = {}",
            "add [electrical.ups_battery]",
            "ups_outage = {}",
            batteries,
        ),
    ] {
        let at = |what: &str| format!("{base}{}", event(what, "12:00"));
        lab.write("a.toml", at(wrong));
        lab.refused(&["run", "a.toml"], &[words, "a.toml:"]);
        lab.write("a.toml", format!("{}{more}", at(right)));
        lab.good(&["validate", "a.toml"]);
    }
    let long = event("heat_wave = { warmer_k = 5 }", "12:00").replace("480", "1e300");
    lab.write("a.toml", format!("{TINY}{long}"));
    let said = lab.refused(
        &["run", "a.toml"],
        &["minutes = 1e300 is out of range", "use 0.001 to 5328000"],
    );
    assert!(said.err.len() < 1000, "{}", said.err);
}

/// Commands after the end of the run, of machines that are not there, of setpoints that a hall does not have.
#[test]
fn commands_that_change_nothing_are_refused() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("boiling.toml", tiny(&[(AIR, BOILING), (CHILLERS, DRY)]));
    let queue = JOBS.replace(
        "[workload.inference]\ngpus = 16\nmean_utilisation = 0.5\ntokens_per_gpu_s = 1700\n",
        "",
    );
    lab.write("queue.toml", tiny(&[(LOAD, &queue)]));
    for (scenario, at_s, act, words) in [
        (
            "tiny",
            "1e300",
            "repair = {}",
            "at 1e300 s: the run ends before",
        ),
        ("tiny", "86400", "repair = {}", "use at_s up to 86399"),
        (
            "tiny",
            "60",
            "event = { minutes = 5, what.cdu_trip = {} }",
            "what can be out here: chiller_trip, pump_trip",
        ),
        (
            "tiny",
            "60",
            "event = { minutes = 5, what.chiller_trip = { units = 9 } }",
            "use 1 to 2",
        ),
        (
            "tiny",
            "60",
            "event = { minutes = 1e300, what.heat_wave = { warmer_k = 5 } }",
            "use up to 5328000",
        ),
        (
            "boiling",
            "60",
            "coolant = { supply_c = 30 }",
            "no hall has setpoint",
        ),
        (
            "queue",
            "60",
            "demand = { factor = 0.5 }",
            "nothing here follows demand",
        ),
    ] {
        lab.write("s.toml", format!("[[command]]\nat_s = {at_s}\nact.{act}\n"));
        let file = format!("{scenario}.toml");
        lab.refused(&["run", &file, "--commands", "s.toml"], &[words, "s.toml"]);
    }
    lab.write(
        "s.toml",
        "[[command]]\nat_s = 86100\nact.coolant = { supply_c = 22 }\n",
    );
    lab.good(&["run", "tiny.toml", "--commands", "s.toml", "-o", "r", "-q"]);
}
