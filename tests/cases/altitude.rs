//! Halls on mountains: less air in a cubic metre, for servers' fans, for CRAH units and for what a class allows.

use coldaisle::scenario::catalogue;

use super::{Lab, case};

/// Height, m, and pressure of its air, Pa.
const HEIGHTS: [(u32, f64); 4] = [
    (0, 101_325.0),
    (1650, 83_015.0),
    (2600, 73_800.0),
    (4060, 61_160.0),
];
const SERVERS: f64 = 16.0;

/// The weather of case 07 at another height.
fn raise(lab: &Lab, (at_m, pressure_pa): (u32, f64)) -> String {
    let sea = lab.read("sea.epw");
    let (header, rows) = sea.split_once('\n').unwrap();
    let header = header.trim_end().strip_suffix(",0").unwrap();
    let rows = rows.replace(",101325,", &format!(",{pressure_pa:.0},"));
    lab.write("here.epw", format!("{header},{at_m}\n{rows}"));
    "site.weather=here.epw".into()
}

/// The last row of a run, by column.
fn settled(lab: &Lab, folder: &str) -> impl Fn(&str) -> f64 {
    let text = lab.read(&format!("{folder}/timeseries.csv"));
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let names = cells(text.lines().next().unwrap());
    let row = cells(text.lines().last().unwrap());
    move |name| {
        let place = names.iter().position(|at| at == name);
        row[place.unwrap_or_else(|| panic!("no column {name}"))]
            .parse()
            .unwrap()
    }
}

/// The law of an air-cooled server of the catalogue, recomputed: mass of air over that of full speed at sea level, and chip
/// temperature, °C, at a load, an inlet and a density over sea level's.
fn law(load: f64, inlet_c: f64, density: f64) -> (f64, f64) {
    let catalogue = catalogue::built_in();
    let air = catalogue.servers["hgx-h100"].air.unwrap();
    let chip = &catalogue.accelerators["h100-sxm"];
    let leakage = |chip_c: f64| 1.0 + chip.leakage_share * (((chip_c - 85.0) / 50.0).exp() - 1.0);
    let hottest = 1.0 + 1.424 * air.spread;
    // Kernels at the power cap clock as high as what leakage leaves allows; lighter ones draw half of the range.
    let drawn_w = |chip_c: f64| {
        let rest_w = chip.idle_w / leakage(35.0) * leakage(chip_c);
        let range_w = chip.tdp_w / leakage(72.0) * leakage(chip_c) - rest_w;
        let left = (chip.tdp_w - rest_w) / range_w;
        let clock = left.powf(1.0 / 3.2);
        let working = load / (0.5 + 0.5 * load);
        let time = working * (load / clock + 1.0 - load) + 1.0 - working;
        let drawn = working * (load / clock * left + (1.0 - load) * 0.5);
        rest_w + range_w * drawn / time
    };
    let (mut chip_c, mut flow) = (60.0, 0.0);
    for _ in 0..2000 {
        let asked = (chip_c - air.fan_from_c) / air.fan_band_k;
        flow = (air.fan_min_speed + (1.0 - air.fan_min_speed) * asked.clamp(0.0, 1.0)).min(density);
        let resistance_k_w = air.fixed_k_w + air.flow_k_w * f64::powf(flow, -0.8);
        let next_c = inlet_c + hottest * resistance_k_w * drawn_w(chip_c);
        chip_c += 0.2 * (next_c - chip_c);
    }
    (flow, chip_c)
}

/// At 0, 1,650, 2,600 and 4,060 m, at a load whose air the fans can still move and at one where they end at full speed:
/// chips are as warm as by the server's law with the density there, fans draw σ·s³, and the air that passes the racks
/// carries their heat.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_07_servers_at_altitude() {
    let Some(lab) = case("07-servers-at-altitude") else {
        return;
    };
    let entry = catalogue::built_in().servers["hgx-h100"].air.unwrap();
    let mut facility_kw = Vec::new();
    for load in [0.1, 0.9] {
        for (at_m, pressure_pa) in HEIGHTS {
            let weather = raise(&lab, (at_m, pressure_pa));
            let utilisation = format!("workload.constant.utilisation={load}");
            let mut arguments = vec!["run", "scenario.toml", "-o", "out", "--set", "run.days=1"];
            arguments.extend(["--set", &weather, "--set", &utilisation, "--set", "it=[]"]);
            lab.good(&arguments);
            let at = settled(&lab, "out");
            let density = pressure_pa / 101_325.0;
            let (inlet_c, chip_c) = (at("main_max_inlet_c"), at("main_max_chip_c"));
            let (flow, law_c) = law(load, inlet_c, density);
            let place = format!("{load} at {at_m} m: chip {chip_c}, by law {law_c}");
            // Where the memory is at its limit first, the clock falls before the chip is as warm as that.
            let memory_c = &lab.json("out/summary.json")["thermal"]["max_memory_c"];
            if memory_c.as_f64().unwrap() > 94.999 {
                assert!(chip_c < law_c && density < 0.65, "{place}");
            } else {
                assert!((chip_c - law_c).abs() < 0.03, "{place}");
            }

            // All racks between the coolest inlet, the supply's, and the warmest.
            let fans_kw = at("server_fans_kw");
            let by_flow =
                |flow: f64| SERVERS * entry.fan_max_w / 1e3 * flow.powi(3) / density.powi(2);
            let most_kw = by_flow(flow) + 1e-3;
            let least_kw = by_flow(law(load, at("main_supply_c"), density).0) - 1e-3;
            assert!(
                (least_kw..=most_kw).contains(&fans_kw),
                "{place}: {least_kw} {fans_kw} {most_kw}"
            );
            if load < 0.5 {
                // Every fan is at its floor.
                assert!((fans_kw - by_flow(0.5)).abs() < 1e-3, "{place}: {fans_kw}");
            } else if density < 0.8 {
                // And here at full speed.
                assert!(
                    (fans_kw - 24.0 * density).abs() < 1e-3,
                    "{place}: {fans_kw}"
                );
            }

            // Air of the CRAH units: 0.93/0.92 of the servers' with a contained hot aisle.
            let servers_m3_s = SERVERS * entry.fan_max_m3_s * (fans_kw / 24.0 / density).cbrt();
            let air_w_k = servers_m3_s * 0.93 / 0.92 * 1006.0 * pressure_pa / (287.042 * 298.15);
            let carried_kw = air_w_k * (at("main_return_c") - at("main_supply_c")) / 1e3;
            let given_kw = at("it_kw") + at("hall_fans_kw");
            // Power distribution in the hall adds a percent or two.
            let share = carried_kw / given_kw;
            assert!(
                (1.0..1.03).contains(&share),
                "{place}: {carried_kw} {given_kw}"
            );
            facility_kw.push((load, at_m, at("facility_kw"), chip_c, fans_kw));
        }
    }
    let (sea, high) = (facility_kw[4], facility_kw[6]);
    // At the load of the case fans at sea level run at 89 %, so that 2,600 m takes them to full speed, where their air is too
    // little: chips 6.4 K warmer.
    assert!((6.0..6.9).contains(&(high.3 - sea.3)), "{facility_kw:?}");
    assert!((1.01..1.05).contains(&(high.2 / sea.2)), "{facility_kw:?}");
    // At the lighter one they hold the chips: 1.88 times the power.
    let (sea, high) = (facility_kw[0], facility_kw[2]);
    assert!((high.4 / sea.4 - 1.885).abs() < 0.002, "{facility_kw:?}");
    assert!((high.3 - sea.3).abs() < 0.2, "{facility_kw:?}");
}

/// Class A2 allows 35 °C less 1 K per 300 m above 900 m: 29.3 °C at 2,600 m. A supply above it is refused; what the message
/// says is taken, and inlets that recirculation lifts above it count.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_09_class_limit_at_altitude() {
    let Some(lab) = case("09-class-limit-at-altitude") else {
        return;
    };
    let says = [
        "supply_c = 32 lies outside class A2",
        "takes 10 to 29.3 °C at its inlets at 2600 m",
    ];
    lab.refused(&["run", "scenario.toml", "-o", "out"], &says);
    lab.refused(&["validate", "scenario.toml"], &says);
    let cured = ["--set", "hall.0.cooling.air.supply_c=29.3"];
    let said = lab.good(&[&["validate", "scenario.toml"][..], &cured].concat());
    assert!(
        said.out
            .contains("inlets up to 29.3 °C: class A2 at 2600 m"),
        "{}",
        said.out
    );
    lab.good(&[&["run", "scenario.toml", "-o", "out"][..], &cured].concat());
    let hours = lab.json("out/summary.json")["thermal"]["hours_above_limit"].as_f64();
    assert!(hours.unwrap() > 239.0, "{hours:?}");
    // Two kelvin below the limit no inlet exceeds it.
    let cool = ["--set", "hall.0.cooling.air.supply_c=27.3"];
    lab.good(&[&["run", "scenario.toml", "-o", "cool"][..], &cool].concat());
    let hours = lab.json("cool/summary.json")["thermal"]["hours_above_limit"].as_f64();
    assert_eq!(hours, Some(0.0));
}
