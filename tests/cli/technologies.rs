//! Every cooling technology through the command line: it runs, does not depend on the step, and reports what does not fit.

use coldaisle::cooling::Cooling;

use crate::broken_scenarios::check;
use crate::lab::{AIR, CHILLERS, DRY_COOLER, Lab, tiny};

const TOWER: &str = "[heat_rejection.tower]\nsetpoint_c = 30.0\n";
const PLATES: &str = "[hall.cooling.cold_plate]\nsupply_c = 34.0\n";
const ROOM: &str = "[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 17.5\n";
const DOORS: &str = "[hall.cooling.rear_door]\n";
/// Without pads the tanks would be too warm on a July afternoon, and switch off.
const PADS: &str = "[heat_rejection.dry_cooler]\nsetpoint_c = 31.0\nadiabatic = {}\n";
const BOILING: &str = "[hall.cooling.two_phase]\n";
const OUTDOOR: &str = "[hall.cooling.air]\nsupply_c = 24.0\n[hall.cooling.air.economizer.direct]\nevaporative = 0.8\n";
const INDIRECT: &str =
    "[hall.cooling.air]\nsupply_c = 24.0\n[hall.cooling.air.economizer.indirect]\n";

fn plates_and_room() -> String {
    format!("{PLATES}{ROOM}")
}

/// Halving the step changes a day's energy by less than 0.1 %, and every run closes its balance in every step.
#[test]
fn every_technology_runs_and_does_not_depend_on_the_step() {
    // A plate within its dead band runs or stands by what ran before: that is not of the cooling.
    let chillers = &*format!("{CHILLERS}economizer = \"none\"\n");
    let both = plates_and_room();
    let lab = Lab::new();
    let mut all = vec![
        (OUTDOOR.to_owned(), chillers),
        (INDIRECT.to_owned(), chillers),
        (both, TOWER),
        (BOILING.to_owned(), PADS),
    ];
    let plain = Cooling::NAMES.iter();
    all.extend(plain.map(|name| (format!("[hall.cooling.{name}]\n"), chillers)));
    for (cooling, plant) in all {
        let text = tiny(&[(AIR, &cooling), (CHILLERS, plant)]);
        lab.write("a.toml", text);
        let energy = |step: &str| {
            lab.good(&["run", "a.toml", "--set", step, "--quiet", "-o", "r"]);
            lab.json("r/summary.json")["energy_mwh"]["facility"]
                .as_f64()
                .unwrap()
        };
        let (whole, half) = (energy("run.step_s=300"), energy("run.step_s=150"));
        assert!(
            (whole / half - 1.0).abs() < 1e-3,
            "{cooling}{plant}: {whole} {half}"
        );
    }
}

/// Steam costs electricity, pads do not; both cost water and hold the dew point. The audit closes in every step of both.
#[test]
fn a_dry_hall_is_humidified() {
    let lab = Lab::new();
    let run = |humidifier: &str| {
        let humidity = format!(
            "[hall.cooling.air]\nsupply_c = 24.0\ncold_air_m3_per_rack = 5.0\n[hall.cooling.air.humidity]\n\
             air_changes_per_h = 2.0\nhumidifier = \"{humidifier}\"\nmin_dew_point_c = 13.0\n"
        );
        lab.write("a.toml", tiny(&[(AIR, &humidity)]));
        // A plant without towers, so that all water is the hall's: what evaporates in the hall towers need not evaporate.
        let dry = "heat_rejection={air_cooled_chiller={}}";
        lab.good(&["run", "a.toml", "--quiet", "-o", "r", "--set", dry]);
        let summary = lab.json("r/summary.json");
        let figure = |group: &str, key: &str| summary[group][key].as_f64().unwrap_or(0.0);
        [
            figure("thermal", "min_dew_point_c"),
            figure("thermal", "hours_outside_dew_points"),
            figure("energy_mwh", "hall_fans"),
            figure("water_m3", "makeup"),
        ]
    };
    let (none, pads, steam) = (run("none"), run("adiabatic"), run("steam"));
    assert!(none[0] < 12.0 && none[1] > 1.0, "{none:?}");
    for wetted in [pads, steam] {
        assert!(
            (wetted[0] - 13.0).abs() < 1e-6 && wetted[1] == 0.0,
            "{wetted:?}"
        );
        assert!(wetted[3] > none[3], "{wetted:?} {none:?}");
    }
    assert!((pads[2] / none[2] - 1.0).abs() < 0.01, "{pads:?} {none:?}");
    assert!(steam[2] > pads[2], "{steam:?} {pads:?}");
}

/// Heat outside the plates goes to the room, and the room's plant is a circuit of its own.
#[test]
fn plates_decide_what_the_rooms_plant_sees() {
    let lab = Lab::new();
    let room_kw = |plates: &str| {
        let cooling = format!("{PLATES}plates = {plates}\n{ROOM}");
        lab.write("a.toml", tiny(&[(AIR, &cooling), (CHILLERS, TOWER)]));
        lab.good(&["run", "a.toml", "--quiet", "-o", "r"]);
        let series = lab.read("r/timeseries.csv");
        let mut lines = series.lines();
        let at = |name: &str| {
            let mut columns = series.lines().next().unwrap().split(',');
            columns.position(|column| column == name).unwrap()
        };
        let last: Vec<f64> = lines
            .next_back()
            .unwrap()
            .split(',')
            .skip(1)
            .map(|cell| cell.parse().unwrap_or(f64::NAN))
            .collect();
        let cell = |name: &str| last[at(name) - 1];
        assert!((cell("north_room_water_supply_c") - 17.5).abs() < 0.01);
        assert!(cell("supply_c") > 29.0);
        cell("north_room_water_heat_kw") / cell("it_kw")
    };
    let (few, most) = (
        room_kw("[\"gpu\", \"cpu\"]"),
        room_kw("[\"gpu\", \"cpu\", \"vrm\", \"memory\", \"network\", \"storage\", \"psu\"]"),
    );
    // Quoted: 70 to 80 % for chips and processors alone, 95 % and more for everything.
    assert!((0.2..0.36).contains(&few), "{few}");
    assert!((0.0..0.08).contains(&most), "{most}");
}

/// Halls with plants of their own need none for the site.
#[test]
fn a_hall_may_bring_its_own_plant() {
    let lab = Lab::new();
    let own = tiny(&[(
        AIR,
        &format!("{AIR}[hall.heat_rejection.air_cooled_chiller]\nsetpoint_c = 18\n"),
    )]);
    lab.write("both.toml", &own);
    lab.refused(
        &["run", "both.toml"],
        &["no hall uses the site's plant", "remove this table"],
    );
    lab.write("own.toml", own.replace(CHILLERS, ""));
    lab.good(&["run", "own.toml", "--quiet", "-o", "r"]);
    let summary = lab.json("r/summary.json");
    assert_eq!(summary["water_m3"]["makeup"].as_f64().unwrap_or(0.0), 0.0);
    assert!(summary["energy_mwh"]["chillers"].as_f64().unwrap() > 0.0);
}

#[test]
fn circuits_that_do_not_fit() {
    check(
        &[(AIR, PLATES), (CHILLERS, TOWER)],
        &[
            (
                "34.0",
                "34.0 ",
                "[hall.cooling.cold_plate]",
                &[
                    "needs facility water of 18.0 °C or less",
                    "[hall.room_rejection.air_cooled_chiller]",
                ],
            ),
            (
                "setpoint_c = 30.0",
                "setpoint_c = 31.0",
                "[hall.cooling.cold_plate]",
                &["comes at 31.0 °C"],
            ),
        ],
    );
    check(
        &[(AIR, &format!("{AIR}{ROOM}"))],
        &[(
            "18.0",
            "18.0",
            "",
            &["air cooling has one circuit", "[hall.heat_rejection"],
        )],
    );
    check(
        &[(AIR, &plates_and_room()), (CHILLERS, TOWER)],
        &[
            ("17.5", "18.5", "", &["room air: facility water of 18.5 °C"]),
            ("17.5", "1.5", "1.5", &["too close to freezing"]),
            ("34.0", "32.0", "", &["raise supply_c to 34.0"]),
        ],
    );
}

#[test]
fn technologies_that_do_not_fit() {
    check(
        &[(AIR, &plates_and_room()), (CHILLERS, TOWER)],
        &[
            (
                "34.0\n",
                "34.0\nplates = [\"cpu\"]\n",
                "[\"cpu\"]",
                &["must hold \"gpu\""],
            ),
            (
                "34.0\n",
                "34.0\nplates = [\"gpu\", \"fan\"]\n",
                "\"fan\"",
                &["gpu, cpu, vrm, memory"],
            ),
            (
                "34.0\n",
                "34.0\nwater_class = \"W27\"\n",
                "",
                &["warmer than water_class", "(27 °C)"],
            ),
            (
                "34.0\n",
                "34.0\nwater_class = \"W30\"\n",
                "\"W30\"",
                &["W17, W27, W32"],
            ),
            (
                "34.0\n",
                "34.0\nflow_l_min_kw = 77\n",
                "77",
                &["use 0.1 to 20"],
            ),
            (
                "34.0\n",
                "34.0\nfluid = \"wine\"\n",
                "\"wine\"",
                &["there is no fluid 'wine'"],
            ),
            (
                "\"hgx-h100\"",
                "\"rtx-4090-8\"",
                "\"rtx-4090-8\"",
                &["not built for cold_plate", "gb200-nvl72"],
            ),
        ],
    );
    check(
        &[(AIR, BOILING), (CHILLERS, DRY_COOLER)],
        &[
            (
                "two_phase]\n",
                "two_phase]\nfluid = \"isoparaffin\"\n",
                "\"isoparaffin\"",
                &["not made to boil", "novec-649"],
            ),
            (
                "31.0",
                "38.0",
                "[hall.cooling.two_phase]",
                &["cannot condense", "to 33.9"],
            ),
        ],
    );
    check(
        &[(AIR, DOORS)],
        &[
            (
                "rear_door]\n",
                "rear_door]\ndoor_share = 0.5\n",
                "0.5",
                &["leave some of it in the room"],
            ),
            (
                "rear_door]\n",
                "rear_door]\nfans = \"turbo\"\n",
                "\"turbo\"",
                &["passive, active"],
            ),
        ],
    );
    check(
        &[],
        &[
            (
                "24.0\n",
                "24.0\nclass = \"H1\"\nhold_inlet_c = 27\n",
                "",
                &["hold_inlet_c = 27", "24 to 25 °C"],
            ),
            (
                "24.0\n",
                "24.0\nclass = \"A5\"\n",
                "\"A5\"",
                &["A1, A2, A3, A4, H1"],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.economizer.direct]\nevaporative = 2\n",
                "2\n",
                &["between 0 and 1"],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.economizer.sideways]\n",
                "sideways",
                &["direct, indirect"],
            ),
            (
                "24.0\n",
                "24.0\ncold_air_m3_per_rack = 12\n",
                "12\n",
                &["below 10"],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.humidity]\nair_changes_per_h = -1\n",
                "-1",
                &["must be zero or above"],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.humidity]\nhumidifier = \"fog\"\n",
                "\"fog\"",
                &["none, adiabatic, steam"],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.humidity]\nmin_dew_point_c = 16.0\n",
                "",
                &[
                    "humidity.min_dew_point_c = 16",
                    "below humidity.max_dew_point_c = 15",
                ],
            ),
            (
                "24.0\n",
                "24.0\n[hall.cooling.air.humidity]\n[hall.cooling.air.economizer.direct]\n",
                "",
                &["humidity follows a closed hall", "leave one of the two out"],
            ),
        ],
    );
}

/// The default season of a lake is that of the north: at −53° latitude `validate` says so, and what it offers is taken. Deep
/// water of the north that is warmest in November is no slip.
#[test]
fn water_that_is_warmest_in_winter_is_told() {
    let lake = "[heat_rejection.surface_water]\nsetpoint_c = 18.0\nmean_c = 10.0\nswing_k = 5.0\n";
    let south = "[catalogue.climates.south]\nlike = \"dublin\"\nlatitude_deg = -53.4\n";
    let text = tiny(&[
        (CHILLERS, lake),
        ("climate = \"phoenix\"", "climate = \"south\""),
    ]);
    let lab = Lab::with("lake.toml", format!("{text}{south}"));
    let warned = |sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let words: Vec<&str> = ["validate", "lake.toml"].into_iter().chain(sets).collect();
        lab.good(&words).flat().contains("in the winter of")
    };
    let north = "catalogue.climates.south.latitude_deg=53.4";
    let day = "heat_rejection.surface_water.warmest_day";
    assert!(warned(&[]) && !warned(&[north]));
    assert!(!warned(&[&format!("{day}=44")]) && warned(&[&format!("{day}=44"), north]));
    assert!(!warned(&[&format!("{day}=320"), north]));
}

/// Supplies that lose less draw less at the meter for the same work, in one hall only; the error of a wrong name stands at its key.
#[test]
fn a_hall_chooses_its_power_supplies() {
    let lab = Lab::new();
    let losses = |set: &[&str]| {
        lab.write("a.toml", tiny(&[]));
        let told = [&["run", "a.toml", "-q", "-o", "r"][..], set].concat();
        lab.good(&told);
        let energy = lab.json("r/summary.json")["energy_mwh"].clone();
        energy["psu_losses"].as_f64().unwrap()
    };
    let usual = losses(&[]);
    assert_eq!(
        losses(&["--set", "hall.0.psu=\"titanium-typical\""]),
        usual,
        "the entry's own"
    );
    assert!(losses(&["--set", "hall.0.psu=\"titanium\""]) > 1.1 * usual);
    lab.write("b.toml", tiny(&[("racks = ", "psu = \"gold\"\nracks = ")]));
    let said = lab.say(&["validate", "b.toml"]);
    assert_eq!(said.status, Some(2), "{}", said.err);
    for part in ["no power supply 'gold'", "psu = \"gold\"", "titanium"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
}

/// `validate` says that a maker gave a fluid up; nothing of the kind where it did not.
#[test]
fn fluids_that_were_given_up_are_named() {
    let lab = Lab::new();
    for (fluid, given_up) in [
        ("novec-649", true),
        ("hfe-7100", true),
        ("r1233zd-e", false),
    ] {
        let boiling = format!("{BOILING}fluid = \"{fluid}\"\n");
        let water = "[heat_rejection.water_cooled_chiller]\nsetpoint_c = 4.0\nrise_k = 6.0\n";
        let water = if given_up { DRY_COOLER } else { water };
        lab.write("a.toml", tiny(&[(AIR, &boiling), (CHILLERS, water)]));
        let said = lab.good(&["validate", "a.toml"]);
        assert_eq!(said.out.contains("PFAS"), given_up, "{}", said.out);
    }
}
