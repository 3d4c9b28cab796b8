//! The figures of machines: load, efficiency, flow, temperatures beside what they aim at. All units of a kind run the same.

use crate::view::hall::format::{celsius, count, number, percent, power};
use crate::view::hall::frame::{Frame, Site, condenser_c, cop};
use crate::view::hall::layout::Machine;
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
            outdoors(frame, circuit, &mut all);
        }
        Machine::Pump(circuit) => {
            water(frame, circuit, &mut all);
            all.push(("pumps", power(paint::plant(frame, circuit).pumps_w)));
        }
        Machine::Ups => {
            let (out_w, lost_w) = (s.power.it_w, s.power.electrical_losses_w);
            all.push(("IT behind it", power(out_w)));
            all.push(("losses of the chain", power(lost_w)));
            if out_w >= 1e3 {
                let percent = 100.0 * out_w / (out_w + lost_w);
                all.push(("efficiency", format!("{} %", number(percent, 1))));
            }
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
            let mwh = s.on_site.battery_j / 3.6e9;
            all.push(("stored", format!("{} MWh", number(mwh, 1))));
            if let Some(battery) = &site.scenario.site.battery {
                let most = number(battery.energy_mwh, 1);
                all.push(("holds at most", format!("{most} MWh")));
            }
        }
        Machine::Grid => {
            all.push(("drawn", power(s.on_site.grid_w)));
            if s.on_site.limit_w.is_finite() {
                all.push(("limit", power(s.on_site.limit_w)));
            }
            if s.price_usd_j.is_finite() {
                all.push(("price", format!("{} $/MWh", count(s.price_usd_j * 3.6e9))));
            }
            if s.carbon_kg_j.is_finite() {
                all.push(("carbon", format!("{} g/kWh", count(s.carbon_kg_j * 3.6e9))));
            }
        }
        Machine::Solar => all.push(("delivered", power(s.on_site.solar_w))),
    }
    all
}

fn hall_machine(site: &Site, frame: &Frame, machine: Machine, hall: u32, all: &mut Figures) {
    let s = &frame.snapshot;
    let shown = &s.halls[hall as usize];
    let set_c = frame.coolant_set_c(hall as usize).unwrap_or(f64::NAN);
    let supply = against(shown.supply_c, set_c);
    all.push(("supply", supply));
    all.push(("return", celsius(shown.return_c)));
    if shown.heat_to_water_w.is_finite() && !site.replayed {
        all.push(("heat to water", power(shown.heat_to_water_w)));
    }
    if shown.it_w.is_finite() {
        all.push(("IT it cools", power(shown.it_w)));
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
                format!("{} kg/h", number(3600.0 * shown.vapour_kg_s, 2)),
            ));
        }
    }
}

/// A temperature and what it is to be; the setpoint in force, to its tenth.
fn against(is_c: f64, set_c: f64) -> String {
    if set_c.is_finite() {
        format!("{} (set {})", celsius(is_c), number(set_c, 1))
    } else {
        celsius(is_c)
    }
}

/// Facility water of a circuit.
fn water(frame: &Frame, circuit: u32, all: &mut Figures) {
    let plant = paint::plant(frame, circuit);
    if plant.heat_w.is_finite() {
        all.push(("heat carried", power(plant.heat_w)));
    }
    if plant.flow_kg_s.is_finite() {
        all.push(("flow", format!("{} kg/s", count(plant.flow_kg_s))));
    }
    all.push(("supply", against(plant.supply_c, plant.setpoint_c)));
    all.push(("return", celsius(plant.return_c)));
}

fn chiller(site: &Site, frame: &Frame, circuit: u32, all: &mut Figures) {
    let plant = paint::plant(frame, circuit);
    let machines = site.equipment.circuits.get(circuit as usize);
    if let Some((_, machines)) = machines.filter(|(_, machines)| machines.chillers > 0) {
        let available = frame.available(site);
        let out = available.circuits.get(circuit as usize);
        let out = out.map_or(0, |plant| plant.chillers_out.min(machines.chillers));
        if out > 0 {
            let text = format!("{out} of {}", machines.chillers);
            all.push(("out of service", text));
        }
    }
    let cop = cop(&plant);
    if cop.is_finite() {
        all.push(("COP", number(cop, 1)));
    } else if plant.heat_w.is_nan() {
        all.push(("COP", "–".into()));
    }
    water(frame, circuit, all);
    all.push(("compressors", power(plant.chillers_w)));
    let condenser_c = condenser_c(&plant);
    if condenser_c.is_finite() {
        all.push(("tower water", celsius(condenser_c)));
    }
    if plant.free_w > 0.0 {
        all.push(("without compressors", power(plant.free_w)));
    }
    if plant.reused_w > 0.0 {
        all.push(("reused elsewhere", power(plant.reused_w)));
    }
}

/// Towers and dry coolers: how near they come to the weather.
fn outdoors(frame: &Frame, circuit: u32, all: &mut Figures) {
    let s = &frame.snapshot;
    let plant = paint::plant(frame, circuit);
    water(frame, circuit, all);
    if plant.condenser_c.is_finite() {
        all.push(("leaves the tower at", celsius(plant.condenser_c)));
        let approach_k = plant.condenser_c - s.outside.wet_bulb_c;
        all.push(("above wet bulb", format!("{} K", number(approach_k, 1))));
    } else {
        let approach_k = plant.supply_c - s.outside.dry_bulb_c;
        all.push(("above outdoor air", format!("{} K", number(approach_k, 1))));
    }
    all.push(("fans", power(plant.fans_w)));
    let m3_h = plant.water.makeup_kg_s * 3600.0 / crate::units::WATER_KG_M3;
    if m3_h >= 0.05 {
        all.push(("water", format!("{} m³/h", number(m3_h, 1))));
    }
}
