//! The figures of machines: load, efficiency, flow, temperatures beside what they aim at. All units of a kind run the same.

use crate::view::hall::format::{celsius, count, percent, power};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::layout::{Machine, circuits};
use crate::view::hall::paint;

type Figures = Vec<(&'static str, String)>;

/// The figures of a machine, a name and a value each. Unknown figures are left out.
pub(in crate::view) fn figures(site: &Site, frame: &Frame, machine: Machine) -> Figures {
    let s = &frame.snapshot;
    let load = paint::load(machine, frame, site);
    let label = match machine {
        Machine::Tower(_) | Machine::DryCooler(_) => "fan speed",
        Machine::Battery => "charge",
        _ => "load",
    };
    let mut all = Vec::new();
    if load.is_finite() {
        all.push((label, percent(load)));
    }
    match machine {
        Machine::Crah(hall) | Machine::Cdu(hall) => {
            hall_machine(site, frame, machine, hall, &mut all);
        }
        Machine::Chiller(circuit) => chiller(site, frame, circuit, &mut all),
        Machine::Tower(circuit) | Machine::DryCooler(circuit) => {
            outdoors(site, frame, circuit, &mut all);
        }
        Machine::Pump(circuit) => {
            water(site, frame, circuit, &mut all);
            all.push(("pumps", power(paint::plant(frame, circuit).pumps_w)));
        }
        Machine::Ups => {
            let (out_w, lost_w) = (s.power.it_w, s.power.electrical_losses_w);
            all.push(("IT behind it", power(out_w)));
            all.push(("losses of the chain", power(lost_w)));
            all.push((
                "efficiency",
                format!("{:.1} %", 100.0 * out_w / (out_w + lost_w).max(1.0)),
            ));
            if s.on_site.ups_battery_j.is_finite() {
                let kwh = s.on_site.ups_battery_j / 3.6e6;
                all.push(("its batteries hold", format!("{} kWh", count(kwh))));
                all.push(("and deliver", power(s.on_site.ups_battery_w)));
            }
        }
        Machine::Generator => {
            all.push(("delivered", power(s.on_site.generator_w)));
            if s.on_site.fuel_kg_s.is_finite() {
                all.push((
                    "fuel",
                    format!("{} kg/h", count(3600.0 * s.on_site.fuel_kg_s)),
                ));
            }
        }
        Machine::Battery => {
            let w = s.on_site.battery_w;
            all.push((
                if w < 0.0 { "charges with" } else { "delivers" },
                power(w.abs()),
            ));
            all.push(("stored", format!("{:.1} MWh", s.on_site.battery_j / 3.6e9)));
            if let Some(battery) = &site.scenario.site.battery {
                all.push(("holds at most", format!("{:.1} MWh", battery.energy_mwh)));
            }
        }
        Machine::Grid => {
            all.push(("drawn", power(s.on_site.grid_w)));
            if s.on_site.limit_w.is_finite() {
                all.push(("limit", power(s.on_site.limit_w)));
            }
            if s.price_usd_j.is_finite() {
                all.push(("price", format!("{:.0} $/MWh", s.price_usd_j * 3.6e9)));
            }
            if s.carbon_kg_j.is_finite() {
                all.push(("carbon", format!("{:.0} g/kWh", s.carbon_kg_j * 3.6e9)));
            }
        }
        Machine::Solar => all.push(("delivered", power(s.on_site.solar_w))),
    }
    all
}

fn hall_machine(site: &Site, frame: &Frame, machine: Machine, hall: u32, all: &mut Figures) {
    let s = &frame.snapshot;
    let shown = &s.halls[hall as usize];
    let set_c = site.scenario.hall[hall as usize].cooling.supply_c();
    let set = set_c.map_or(String::new(), |set_c| format!(" (set {set_c:.0})"));
    all.push(("supply", format!("{}{set}", celsius(shown.supply_c))));
    all.push(("return", celsius(shown.return_c)));
    if shown.heat_to_water_w.is_finite() && !site.replayed {
        all.push(("heat to water", power(shown.heat_to_water_w)));
    }
    let one = site.scenario.hall.len() == 1;
    if matches!(machine, Machine::Crah(_)) {
        let name = if one { "fans" } else { "fans of all halls" };
        all.push((name, power(s.power.hall_fans_w)));
        if let Some(dew_point_c) = shown.dew_point_c {
            all.push(("dew point", celsius(dew_point_c)));
        }
    } else {
        let name = if one { "pumps" } else { "pumps of all halls" };
        all.push((name, power(s.power.cdu_pumps_w)));
        if shown.vapour_kg_s > 0.0 {
            all.push((
                "vapour lost",
                format!("{:.2} kg/h", 3600.0 * shown.vapour_kg_s),
            ));
        }
    }
}

/// Facility water of a circuit.
fn water(site: &Site, frame: &Frame, circuit: u32, all: &mut Figures) {
    let plant = paint::plant(frame, circuit);
    let plants = circuits(&site.scenario);
    let set = plants.get(circuit as usize);
    let set = set.map_or(String::new(), |(_, plant)| {
        format!(" (set {:.0})", plant.setpoint_c())
    });
    if plant.heat_w.is_finite() {
        all.push(("heat carried", power(plant.heat_w)));
    }
    if plant.flow_kg_s.is_finite() {
        all.push(("flow", format!("{:.0} l/s", plant.flow_kg_s)));
    }
    all.push(("supply", format!("{}{set}", celsius(plant.supply_c))));
    all.push(("return", celsius(plant.return_c)));
}

fn chiller(site: &Site, frame: &Frame, circuit: u32, all: &mut Figures) {
    let plant = paint::plant(frame, circuit);
    if plant.chillers_w > 0.0 && plant.heat_w.is_finite() {
        let by_chillers_w = plant.heat_w - plant.free_w;
        all.push(("COP", format!("{:.1}", by_chillers_w / plant.chillers_w)));
    }
    water(site, frame, circuit, all);
    all.push(("compressors", power(plant.chillers_w)));
    if plant.condenser_c.is_finite() {
        all.push(("tower water", celsius(plant.condenser_c)));
    }
    if plant.free_w > 0.0 {
        all.push(("without compressors", power(plant.free_w)));
    }
    if plant.reused_w > 0.0 {
        all.push(("reused elsewhere", power(plant.reused_w)));
    }
}

/// Towers and dry coolers: how near they come to the weather.
fn outdoors(site: &Site, frame: &Frame, circuit: u32, all: &mut Figures) {
    let s = &frame.snapshot;
    let plant = paint::plant(frame, circuit);
    water(site, frame, circuit, all);
    if plant.condenser_c.is_finite() {
        all.push(("leaves the tower at", celsius(plant.condenser_c)));
        let approach_k = plant.condenser_c - s.outside.wet_bulb_c;
        all.push(("above wet bulb", format!("{approach_k:.1} K")));
    } else {
        let approach_k = plant.supply_c - s.outside.dry_bulb_c;
        all.push(("above outdoor air", format!("{approach_k:+.1} K")));
    }
    all.push(("fans", power(plant.fans_w)));
    if plant.water.makeup_kg_s > 0.0 {
        let m3_h = plant.water.makeup_kg_s * 3600.0 / crate::units::WATER_KG_M3;
        all.push(("water", format!("{m3_h:.1} m³/h")));
    }
}
