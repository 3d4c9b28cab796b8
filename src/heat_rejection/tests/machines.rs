//! Machines that a scenario does not name, and what they draw against each other.

use super::{air, chillers, coolers, midsummer, towers};
use crate::describe::Fault;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{HeatRejection, PlantDesign, StepRequest};
use crate::physics::climate_zone::Zone;
use crate::weather::{Weather, climate};

/// What `ask` sees of a plant's table and its design.
fn with<T>(
    text: &str,
    heat_w: f64,
    zone: &str,
    ask: impl Fn(&HeatRejection, &PlantDesign<'_>) -> T,
) -> T {
    let (all, towers, coolers) = (chillers(), towers(), coolers());
    let design = PlantDesign {
        heat_w,
        wet_bulb_c: 25.0,
        dry_bulb_c: 42.0,
        pressure_pa: 101_325.0,
        zone: Zone::parse(zone).unwrap(),
        medium: Medium::WATER,
        chillers: &|name| all.get(name).cloned().ok_or_else(|| Fault::new(name, "")),
        towers: &towers,
        dry_coolers: &coolers,
    };
    ask(&toml::from_str(text).unwrap(), &design)
}

fn line(text: &str, heat_w: f64) -> String {
    with(text, heat_w, "5A", HeatRejection::line)
}

/// Two machines at least, 4,200 kW at most, and of the kind of their size.
#[test]
fn machines_are_chosen_by_the_size_of_one() {
    for (heat_w, starts, curves) in [
        (
            88e3,
            "2 water-cooled chillers, 44 kW each",
            "ashrae-90-1-scroll,",
        ),
        (
            0.8e6,
            "2 water-cooled chillers, 400 kW each",
            "ashrae-90-1-screw,",
        ),
        (
            2e6,
            "2 water-cooled chillers, 1.00 MW each",
            "ashrae-90-1-centrifugal-small,",
        ),
        (
            8.4e6,
            "2 water-cooled chillers, 4.20 MW each",
            "ashrae-90-1-centrifugal,",
        ),
        (
            8.5e6,
            "3 water-cooled chillers, 2.83 MW each",
            "ashrae-90-1-centrifugal,",
        ),
    ] {
        let line = line("[water_cooled_chiller]", heat_w);
        assert!(line.starts_with(starts) && line.contains(curves), "{line}");
        assert!(line.contains("by their size"), "{line}");
    }
    let spare = line("[water_cooled_chiller]\nspare = 1", 8e6);
    assert!(spare.starts_with("2 + 1 spare"), "{spare}");
    let stated = line("[water_cooled_chiller]\ncapacity_kw = 1000", 3.5e6);
    assert!(
        stated.starts_with("4 water-cooled") && stated.contains("small,"),
        "{stated}"
    );
    let air = line("[air_cooled_chiller]", 5e6);
    assert!(
        air.starts_with("4 air-cooled") && air.contains("ashrae-90-1-air-cooled"),
        "{air}"
    );
    let machines = with(
        "[water_cooled_chiller]\nspare = 1",
        8.5e6,
        "5A",
        |plant, _| plant.machines(8.5e6).chillers,
    );
    assert_eq!(machines, 4);
}

/// Half and twice the sizes that a set stands for pass; a 1,586 kW centrifugal at 149 kW does not.
#[test]
fn a_set_far_from_its_size_is_told() {
    let warning = |text: &str, heat_w: f64| with(text, heat_w, "5A", HeatRejection::warning);
    let carrier = "[water_cooled_chiller]\nchillers = 4\ncurves = 'carrier-19xr-1586kw-vsd'";
    let told = warning(carrier, 0.6e6).unwrap();
    assert!(
        told.contains("150 kW") && told.contains("1.59 MW"),
        "{told}"
    );
    assert!(warning(carrier, 13e6).is_some());
    assert_eq!(warning(carrier, 12e6), None);
    assert_eq!(warning("[water_cooled_chiller]", 0.2e6), None);
    assert_eq!(
        warning("[water_cooled_chiller]\ncurves = 'doe2-centrifugal'", 0.2e6),
        None
    );
    let huge = warning("[water_cooled_chiller]\nchillers = 1", 30e6).unwrap();
    assert!(huge.contains("another number of chillers"), "{huge}");
}

/// What was decided about the economizer, and why.
#[test]
fn the_line_says_why_there_is_an_economizer() {
    let says = |text: &str, zone: &str| with(text, 5e6, zone, HeatRejection::line);
    for (text, zone, expected) in [
        (
            "",
            "2B",
            "; integrated economizer: ASHRAE 90.1 asks for one in zone 2B",
        ),
        (
            "",
            "1A",
            "; no economizer: ASHRAE 90.1 does not ask for one in zone 1A",
        ),
        ("", "4", "does not ask for one in zone 4, taken as humid"),
        ("economizer = 'none'", "5A", "; no economizer"),
        (
            "economizer = { integrated = false }",
            "1A",
            "; economizer in place of the chillers",
        ),
        (
            "",
            "5A",
            "condenser water 4 K above wet bulb, 16.0 °C at least",
        ),
        (
            "condenser_setpoint_c = 21",
            "5A",
            "condenser water of 21.0 °C",
        ),
    ] {
        let line = says(&format!("[water_cooled_chiller]\n{text}"), zone);
        assert!(line.contains(expected), "{line}");
    }
}

/// One after the other: at 60 % of four machines two are full and the third has the rest; the fewest share alike.
#[test]
fn in_sequence_the_last_machine_has_the_rest() {
    let outside = air(26.0, 0.5, 101_325.0);
    let load = |staging: &str| {
        let text = format!(
            "[water_cooled_chiller]\nchillers = 4\nstaging = '{staging}'\neconomizer = 'none'"
        );
        with(&text, 10e6, "5A", |table, design| {
            let (_, plant) = table.size(design).unwrap();
            let full_w = plant.capacity_w(16.0, 10e6 / 8.0, &outside) / 4.0;
            let r = plant.reject(2.4 * full_w, 16.0, 10e6 / 8.0, &outside);
            (r.chiller_load, r)
        })
    };
    let (shared, together) = load("fewest-units");
    let (mean, sequence) = load("sequential");
    assert!(
        (shared - 0.8).abs() < 0.02 && (mean - 0.8).abs() < 0.02,
        "{shared} {mean}"
    );
    // 0.94·2.4 alike; 2·1 + 0.4 of this curve, 0.4186/0.9997.
    let ratio = sequence.chillers_w / together.chillers_w;
    assert!(ratio > 1.02 && ratio < 1.10, "{ratio}");
    assert!((sequence.heat_to_ambient_w / together.heat_to_ambient_w - 1.0).abs() < 0.02);
}

/// In no hour of a year does a machine in air draw less than one with towers and their pumps, at 18 °C and four fifths of the load.
#[test]
fn air_cooled_machines_never_beat_water_cooled_ones() {
    let year = |name: &str| -> Weather { climate::built_in(name).unwrap() };
    for name in ["phoenix", "dublin"] {
        let weather = year(name);
        let draws = |text: &str| -> Vec<f64> {
            with(text, 10e6, "1A", |table, design| {
                let (_, mut plant) = table.size(design).unwrap();
                let states = weather.states().iter().step_by(3);
                states
                    .map(|outside| {
                        plant.decide(&StepRequest {
                            heat_w: 8e6,
                            supply_c: 18.0,
                            flow_w_k: 10e6 / 8.0,
                            outdoors: &midsummer(*outside),
                            dt_s: 3600.0,
                        });
                        plant.reject(8e6, 18.0, 10e6 / 8.0, outside).electric_w()
                    })
                    .collect()
            })
        };
        let water = draws("[water_cooled_chiller]\nsetpoint_c = 18");
        let air = draws("[air_cooled_chiller]\nsetpoint_c = 18");
        for (hour, (water_w, air_w)) in water.iter().zip(&air).enumerate() {
            assert!(air_w > water_w, "{name} {hour} {air_w} {water_w}");
        }
    }
}

/// Fixed-speed machines in cold air hold their condensing pressure: 5 to 6 at 7 °C water, whatever the cold.
#[test]
fn cold_air_brings_no_more_than_the_least_condensing_pressure() {
    let c = &chillers()["ashrae-90-1-air-cooled"];
    let cop = |y: f64| c.reference_cop / c.input_ratio(7.0, y);
    assert!(cop(-10.0) > 5.0 && cop(-10.0) < 6.0, "{}", cop(-10.0));
    assert_eq!(cop(-10.0), cop(13.5));
    assert!(cop(20.0) < cop(13.5));
}

/// By hand, for 4.4 MW: towers of 13 W/kW, 57 kW of fans, 0.65 m³ of air for each kg of the water that 6 K need, 114 m³/s, one
/// cell for 2.5 MW; 131 kg/s of 8 K against 180 kPa at 64.4 %, 37 kW. Dry coolers of 30 W/kW, 132 kW. A chiller has one cell.
#[test]
fn machines_outdoors_say_their_size() {
    let said = |text: &str| {
        let sizes = with(text, 4.4e6, "5A", HeatRejection::sizes);
        sizes.unwrap().unwrap_or_default()
    };
    let towers = "2 tower cells: 114 m³/s of air, fans 57 kW; tower-water pumps 37 kW";
    assert_eq!(said("[tower]\nsetpoint_c = 33\nrise_k = 8"), towers);
    let hybrid = said("[tower]\nsetpoint_c = 33\nrise_k = 8\nfree_cooling = {}");
    let coil = hybrid.strip_prefix(towers).unwrap();
    assert!(
        coil.starts_with("; dry coil: ") && coil.ends_with(" kW"),
        "{coil}"
    );
    let dry = said("[dry_cooler]\nsetpoint_c = 50");
    assert!(dry.starts_with("dry coolers: 5"), "{dry}");
    assert!(dry.ends_with(" m³/s of air, fans 132 kW"), "{dry}");
    let one =
        said("[dry_cooler]\nsetpoint_c = 50\ncooler = { air_m3_s = 90, ua_kw_k = 90, fan_kw = 7 }");
    assert_eq!(one, "dry coolers: 90.0 m³/s of air, fans 7.0 kW");
    let chillers = said("[water_cooled_chiller]\nchillers = 3\nspare = 1");
    assert!(chillers.starts_with("4 tower cells: "), "{chillers}");
    assert!(chillers.contains("; condenser-water pumps "), "{chillers}");
    let trim = said("[trim_chiller]\nsetpoint_c = 30");
    assert!(
        trim.contains("; tower-water pumps ") && trim.contains(", condenser-water pumps "),
        "{trim}"
    );
    assert_eq!(said("[air_cooled_chiller]"), "");
}
