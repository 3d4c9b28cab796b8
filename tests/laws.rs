//! Laws of the whole facility, for every technology over every plant: it never draws less than its IT, a warmer day
//! never costs less, and the length of a step does not matter.

use coldaisle::cooling::Cooling;
use coldaisle::facility::Facility;
use coldaisle::heat_rejection::{Available, HeatRejection, Outdoors};
use coldaisle::physics::Coolant;
use coldaisle::physics::psychrometrics::MoistAir;
use coldaisle::scenario::{Loaded, Scenario, resolve, text};
use coldaisle::snapshot::Snapshot;
use proptest::prelude::*;
use proptest::sample::select;

/// Every technology, and what its room air needs besides where that is not the racks' own water.
fn halls() -> Vec<(&'static str, &'static str)> {
    let all = Cooling::NAMES.iter();
    all.map(|&name| match cooling(name).room_water_c() {
        Some(_) => (name, ROOM),
        None => (name, ""),
    })
    .collect()
}

const ROOM: &str = "[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 16.0\nchillers = 1\n";

/// A technology as it is without a key.
fn cooling(name: &str) -> Cooling {
    toml::from_str(&format!("{name} = {{}}")).unwrap()
}

/// Every plant of the registry with one machine each, so that warmer weather cannot bring another one into a better part
/// load, and without an economizer that the code may ask for.
fn plants() -> Vec<(&'static str, &'static str)> {
    let of = |name: &&'static str| {
        let options = match *name {
            "water_cooled_chiller" => "chillers = 1\neconomizer = \"none\"\n",
            name if has_chillers(name) => "chillers = 1\n",
            _ => "",
        };
        (*name, options)
    };
    HeatRejection::NAMES.iter().map(of).collect()
}

/// Whether a plant makes cold water in any weather.
fn has_chillers(plant: &str) -> bool {
    let plant: HeatRejection = toml::from_str(&format!("[{plant}]\n")).unwrap();
    plant.machines(5e6).chillers > 0
}

/// Their options: free cooling, wet pads, several machines.
const MODES: [(&str, &str); 4] = [
    (
        "water_cooled_chiller",
        "chillers = 4\nspare = 1\nstaging = 'least-power'\neconomizer = {}\n",
    ),
    ("air_cooled_chiller", "free_cooling = {}\n"),
    ("tower", "free_cooling = {}\n"),
    ("dry_cooler", "adiabatic = {}\n"),
];

/// Liquids are supplied warm where the plant has no chiller.
fn setpoint_c(hall: &str, plant: &str) -> f64 {
    let warm = cooling(hall).coolant() != Coolant::Air;
    if warm && !has_chillers(plant) {
        28.0
    } else {
        16.0
    }
}

fn loaded(
    hall: (&str, &str),
    plant: (&str, &str),
    climate: &str,
    step_s: f64,
    load: f64,
) -> Loaded {
    let setpoint_c = setpoint_c(hall.0, plant.0);
    let text = format!(
        "name = 'law'\nit = []\n[run]\nstart = '2026-07-10'\ndays = 1\nstep_s = {step_s}\nrecord_s = 3600\n\
         [site]\nclimate = '{climate}'\nother_kw = 3.0\n[[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 6\n\
         servers_per_rack = 4\n[hall.cooling.{}]\n{}[heat_rejection.{}]\nsetpoint_c = {setpoint_c}\n{}\
         [workload.constant]\nutilisation = {load}\n",
        hall.0, hall.1, plant.0, plant.1
    );
    let scenario: Scenario = text::read(&text).unwrap();
    Loaded {
        scenario,
        text,
        path: "law.toml".into(),
    }
}

fn facility(hall: (&str, &str), plant: (&str, &str), load: f64) -> Facility {
    let loaded = loaded(hall, plant, "dulles", 600.0, load);
    match resolve(&loaded) {
        Ok(resolved) => resolved.simulation.facility,
        Err(error) => panic!("{} over {}: {error}", hall.0, plant.0),
    }
}

/// This air at noon of 18 June.
fn midsummer(air: &MoistAir) -> Outdoors {
    Outdoors {
        air: *air,
        hour_of_year: 4044.0,
    }
}

fn too_hot(now: &Snapshot) -> bool {
    now.halls
        .iter()
        .any(|hall| hall.throttled_gpus > 0.0 || hall.gpus_off > 0.0)
}

/// Energy of a facility under one weather in an hour once it has settled, J, of all and of the outdoor fans, and whether any chip
/// was slowed down or switched off by heat, in which case the load was not the same, or water came warmer than `limit_c`. While it
/// settles, warmer weather can cost less: a dry cooler is off until its water is warmer than the air.
fn settled_j(facility: &mut Facility, outside: &MoistAir, limit_c: f64) -> (f64, f64, bool) {
    let (mut energy_j, mut fans_j, mut throttled) = (0.0, 0.0, false);
    for step in 0..72 {
        let now = facility
            .step(&midsummer(outside), f64::from(step) * 1800.0, 1800.0)
            .unwrap();
        throttled |= too_hot(now);
        throttled |= now.plant.supply_c > limit_c;
        throttled |= now.circuits.iter().any(|room| room.supply_c > 16.001);
        if step >= 70 {
            energy_j += now.power.facility_w * 1800.0;
            fans_j += now.power.heat_rejection_fans_w * 1800.0;
        }
    }
    (energy_j, fans_j, throttled)
}

/// The number of cases in `PROPTEST_CASES`, or the default.
fn cases(usual: u32) -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig::with_cases(given.and_then(|n| n.parse().ok()).unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(96))]

    /// Power in is the sum of uses, none of which is negative: PUE is at least 1 in every step.
    #[test]
    fn pue_is_at_least_one(
        hall in select(halls()), plant in select([plants(), MODES.to_vec()].concat()), load in 0.0..1.0f64,
        dry_bulb_c in -20.0..45.0f64, humidity in 0.05..1.0f64,
    ) {
        let mut facility = facility(hall, plant, load);
        let outside = MoistAir::from_relative_humidity(dry_bulb_c, humidity, 101_325.0);
        for step in 0..6 {
            let now = facility.step(&midsummer(&outside), f64::from(step) * 600.0, 600.0).unwrap();
            let power = &now.power;
            let uses = [
                power.compute_w, power.server_fans_w, power.psu_losses_w, power.electrical_losses_w,
                power.chillers_w, power.heat_rejection_fans_w, power.pumps_w, power.hall_fans_w,
                power.cdu_pumps_w, power.other_w, power.basin_heaters_w,
            ];
            prop_assert!(uses.iter().all(|watts| *watts >= 0.0), "{power:?}");
            prop_assert!(power.facility_w >= power.it_w, "{power:?}");
        }
    }

    /// At one load, warmer air of the same humidity ratio and density never costs less (fans draw less in thinner air), as
    /// long as no chip slows down and chillers hold their setpoint: where they cannot (wet bulbs above 30 °C), warmer
    /// water eases their lift. The plants have no free-cooling mode here, so there is none to change. Condenser water follows the
    /// wet bulb at one approach, which is not the least of fans and lift: warmer air needs less of it for the same approach, and
    /// towers can save more than chillers cost. Of chillers with towers the law holds for all but the towers' fans.
    #[test]
    fn a_warmer_day_never_costs_less(
        hall in select(halls()), plant in select(plants()), load in 0.1..1.0f64,
        dry_bulb_c in -10.0..38.0f64, humidity in 0.1..0.95f64, warmer_k in 0.5..6.0f64,
    ) {
        let cool = MoistAir::from_relative_humidity(dry_bulb_c, humidity, 101_325.0);
        let as_dense_pa = 101_325.0 * (1.0 + warmer_k / (dry_bulb_c + 273.15));
        let warm = MoistAir::from_humidity_ratio(dry_bulb_c + warmer_k, cool.humidity_ratio, as_dense_pa);
        let chilled = has_chillers(plant.0);
        let limit_c = if chilled { setpoint_c(hall.0, plant.0) + 1e-3 } else { f64::INFINITY };
        let (cool_j, cool_fans_j, _) = settled_j(&mut facility(hall, plant, load), &cool, f64::INFINITY);
        let (warm_j, warm_fans_j, throttled) = settled_j(&mut facility(hall, plant, load), &warm, limit_c);
        prop_assume!(!throttled);
        let (cool_j, warm_j) = match plant.0 {
            "water_cooled_chiller" => (cool_j - cool_fans_j, warm_j - warm_fans_j),
            _ => (cool_j, warm_j),
        };
        prop_assert!(warm_j >= cool_j * (1.0 - 1e-6), "{warm_j} < {cool_j}");
    }
}

/// A plant sees the calendar of the run, in local standard time: a lake of 12 ± 8 °C that is warmest on 15 August has 20 °C
/// at noon of that day, and 4 °C half a year before.
#[test]
fn a_lake_follows_the_calendar() {
    let plant = ("surface_water", "");
    let loaded = loaded(("immersion", ""), plant, "dulles", 600.0, 0.5);
    for (start, expected_c) in [("2026-08-15", 20.0), ("2026-02-13", 4.0)] {
        let text = loaded.text.replace("2026-07-10", start);
        let of = Loaded {
            scenario: text::read(&text).unwrap(),
            text,
            path: "law.toml".into(),
        };
        let mut simulation = resolve(&of).unwrap().simulation;
        let noon = (0..72).fold(f64::NAN, |_, _| {
            simulation.step().unwrap().unwrap().plant.condenser_c
        });
        assert!((noon - expected_c).abs() < 0.01, "{start} {noon}");
        assert!(simulation.facility.snapshot().water.once_through_kg_s > 0.0);
    }
}

/// With its chillers out a hall keeps its facility water as long as the tank lasts, and an hour longer with a tank of
/// an hour more; towers without make-up water as long as their basin does. The audit closes in every step.
#[test]
fn tanks_and_basins_last_as_long_as_they_are_large() {
    let minutes = |plant: (&str, &str), out: &Available| {
        let mut facility = facility(("air", ""), plant, 0.7);
        let outside = MoistAir::from_relative_humidity(28.0, 0.4, 101_325.0);
        let step = |facility: &mut Facility, minute: u32| {
            let now = facility.step(&midsummer(&outside), f64::from(minute) * 60.0, 60.0);
            let now = now.unwrap();
            assert!(now.water.makeup_kg_s >= 0.0);
            now.plant.supply_c
        };
        for minute in 0..60 {
            step(&mut facility, minute);
        }
        let all = facility.all_available();
        let mut some = all.clone();
        some.circuits[0] = *out;
        facility.set_available(&some);
        let held = (60..600).find(|minute| step(&mut facility, *minute) > 16.0 + 1e-6);
        facility.set_available(&all);
        for minute in 600..700 {
            step(&mut facility, minute);
        }
        held.unwrap_or(600) - 60
    };
    let chillers = Available {
        chillers_out: 9,
        ..Available::default()
    };
    let tank = |text: &str| minutes(("water_cooled_chiller", text), &chillers);
    let (none, small, large) = (
        tank(""),
        tank("water = { storage_m3 = 20 }\n"),
        tank("water = { storage_m3 = 40 }\n"),
    );
    assert!(none <= 1 && small >= 20, "{none} {small} {large}");
    assert!((2 * small).abs_diff(large) <= 2, "{none} {small} {large}");

    let dry = Available {
        water: false,
        ..Available::default()
    };
    let basin = |text: &str| minutes(("water_cooled_chiller", text), &dry);
    let (none, small, large) = (
        basin(""),
        basin("tower = { basin_litres_per_kw = 1 }\n"),
        basin("tower = { basin_litres_per_kw = 2, model = 'merkel' }\n"),
    );
    assert!(none <= 1 && small >= 20, "{none} {small} {large}");
    assert!((2 * small).abs_diff(large) <= 10, "{none} {small} {large}");
}

/// A July day in three climates: half the step changes its energy by less than 0.1 %. Days on which heat slows chips down
/// or switches racks off are left out: when a rack goes depends on when one looks.
#[test]
fn half_the_step_makes_the_same_day() {
    let mut compared = 0;
    for hall in halls() {
        for plant in [plants(), MODES.to_vec()].concat() {
            for climate in ["phoenix", "miami", "dublin"] {
                let day = |step_s: f64| {
                    let loaded = loaded(hall, plant, climate, step_s, 0.7);
                    let mut simulation = resolve(&loaded).unwrap().simulation;
                    let (mut energy_j, mut hot) = (0.0, false);
                    while let Some(now) = simulation.step().unwrap() {
                        energy_j += now.power.facility_w * now.dt_s;
                        hot |= too_hot(now);
                    }
                    (energy_j, hot)
                };
                let ((whole, hot), (half, hot_too)) = (day(600.0), day(300.0));
                if hot || hot_too {
                    continue;
                }
                compared += 1;
                assert!(
                    (half / whole - 1.0).abs() < 1e-3,
                    "{} over {} in {climate}: {whole} J in steps of 600 s, {half} J in steps of 300 s",
                    hall.0,
                    plant.0
                );
            }
        }
    }
    let days = 24 * halls().len();
    assert!(
        6 * compared >= 5 * days,
        "{compared} of {days} days compared"
    );
}
