//! What is selected: a rack or a machine, with its figures and its history.

use bevy_egui::egui;

use super::{ALARM, FAINT, figure, section};
use crate::view::colour::ColourBy;
use crate::view::layout::{Machine, Picked, words as technology};
use crate::view::moment::{Moment, Site};
use crate::view::state::{Look, Play, Side, Sides};
use crate::view::words::{celsius, count, percent, power};
use crate::view::{paint, story};

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, play: &Play, look: &mut Look) {
    let chosen = look
        .selected
        .and_then(|(index, what)| Some((sides.0.get(index)?, what)));
    section(ui, "Selected", true, |ui| {
        let Some((side, what)) = chosen else {
            ui.label(
                egui::RichText::new("click a rack or a machine; H selects the hottest rack")
                    .color(FAINT)
                    .size(12.5),
            );
            return;
        };
        let Some(between) = side.at(play.time_s) else {
            return;
        };
        let lines = figures(&side.site, &between.b, what);
        ui.horizontal(|ui| {
            ui.label(
                egui::RichText::new(name(&side.site, what))
                    .strong()
                    .size(15.0),
            );
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("×").on_hover_text("(Esc)").clicked() {
                    look.selected = None;
                }
            });
        });
        for (name, value) in lines {
            figure(ui, name, value);
        }
        if let Picked::Rack(hall, rack) = what {
            history(ui, side, look.colour, (hall as usize, rack as usize));
            if side.site.replayed {
                ui.label(
                    egui::RichText::new(
                        "recorded: the folder keeps halls over time and racks over the whole run; this rack is its part \
                         of the hall",
                    )
                    .color(FAINT)
                    .size(11.0),
                );
            }
        }
    });
}

/// What something is called.
pub(in crate::view) fn name(site: &Site, what: Picked) -> String {
    let hall = |hall: u32| site.scenario.hall[hall as usize].name.as_str();
    let of = |circuit: u32| match site.circuits.len() {
        1 => String::new(),
        _ => format!(" ({})", site.circuits[circuit as usize]),
    };
    match what {
        Picked::Rack(index, rack) => {
            let tank = site.scenario.hall[index as usize].cooling.name();
            let word = if tank == "immersion" || tank == "two_phase" {
                "tank"
            } else {
                "rack"
            };
            format!("{} {word} {}", hall(index), rack + 1)
        }
        Picked::Machine(machine) => match machine {
            Machine::Crah(index) => format!("air handlers of {}", hall(index)),
            Machine::Cdu(index) => format!("coolant units of {}", hall(index)),
            Machine::Chiller(circuit) => format!("chillers{}", of(circuit)),
            Machine::Tower(circuit) => format!("cooling towers{}", of(circuit)),
            Machine::DryCooler(circuit) => format!("dry coolers{}", of(circuit)),
            Machine::Ups => "UPS and distribution".into(),
            Machine::Generator => "generators".into(),
            Machine::Battery => "site battery".into(),
            Machine::Grid => "grid connection".into(),
            Machine::Solar => "solar panels".into(),
        },
    }
}

/// The figures of something, a name and a value each.
pub(in crate::view) fn figures(
    site: &Site,
    moment: &Moment,
    what: Picked,
) -> Vec<(&'static str, String)> {
    let s = &moment.snapshot;
    match what {
        Picked::Rack(index, rack) => rack_figures(site, moment, (index as usize, rack as usize)),
        Picked::Machine(machine) => {
            let load = paint::load(machine, moment, site);
            let mut all = vec![("load", percent(load))];
            all.extend(match machine {
                Machine::Crah(hall) => {
                    let shown = &s.halls[hall as usize];
                    vec![
                        ("fans of all halls", power(s.power.hall_fans_w)),
                        ("supply", celsius(shown.supply_c)),
                        ("return", celsius(shown.return_c)),
                    ]
                }
                Machine::Cdu(hall) => {
                    let shown = &s.halls[hall as usize];
                    vec![
                        ("pumps of all halls", power(s.power.cdu_pumps_w)),
                        ("coolant out", celsius(shown.supply_c)),
                        ("coolant back", celsius(shown.return_c)),
                        ("heat to water", power(shown.heat_to_water_w)),
                    ]
                }
                Machine::Chiller(circuit)
                | Machine::Tower(circuit)
                | Machine::DryCooler(circuit) => plant_figures(site, moment, circuit),
                Machine::Ups => vec![
                    ("IT behind it", power(s.power.it_w)),
                    ("losses", power(s.power.electrical_losses_w)),
                ],
                Machine::Generator => vec![("delivered", power(s.on_site.generator_w))],
                Machine::Battery => vec![
                    ("delivered", power(s.on_site.battery_w)),
                    ("stored", format!("{:.1} MWh", s.on_site.battery_j / 3.6e9)),
                ],
                Machine::Grid => vec![
                    ("drawn", power(s.on_site.grid_w)),
                    ("limit", power(s.on_site.limit_w)),
                    ("price", format!("{:.0} $/MWh", s.price_usd_j * 3.6e9)),
                ],
                Machine::Solar => vec![("delivered", power(s.on_site.solar_w))],
            });
            all
        }
    }
}

fn rack_figures(
    site: &Site,
    moment: &Moment,
    (index, rack): (usize, usize),
) -> Vec<(&'static str, String)> {
    let hall = &moment.snapshot.halls[index];
    let (config, limits) = (&site.scenario.hall[index], &site.halls[index]);
    let at = |values: &[f64]| values.get(rack).copied().unwrap_or(f64::NAN);
    let mut all = vec![
        ("cooled by", technology(&config.cooling).to_owned()),
        (
            "servers",
            format!("{} × {}", config.servers_per_rack, config.server),
        ),
        ("power", power(at(&hall.racks.power_w))),
        (
            "hottest chip",
            format!(
                "{} of {:.0}",
                celsius(at(&hall.racks.chip_c)),
                limits.slowdown_c
            ),
        ),
        (
            "inlet / coolant",
            format!(
                "{} of {:.0}",
                celsius(at(&hall.racks.coolant_c)),
                limits.limit_c
            ),
        ),
    ];
    if let Some(work) = moment.work.get(index).and_then(|work| work.get(rack)) {
        if !site.replayed {
            all.push((
                "busy GPUs",
                format!("{} of {}", count(work.busy_gpus), count(limits.gpus)),
            ));
        }
        all.push(("utilisation", percent(work.utilisation)));
        all.push(("slowed by heat", percent(work.slowed)));
        if work.off {
            all.push(("state", "switched itself off".into()));
        }
    }
    if story::hottest(moment) == Some((index, rack)) {
        all.push(("", "the hottest of all".into()));
    }
    all
}

fn plant_figures(site: &Site, moment: &Moment, circuit: u32) -> Vec<(&'static str, String)> {
    let s = &moment.snapshot;
    let plant = paint::plant(moment, circuit);
    let plants = crate::view::layout::circuits(&site.scenario);
    let setpoint = plants
        .get(circuit as usize)
        .map_or(f64::NAN, |(_, plant)| plant.setpoint_c());
    let mut all = vec![
        ("heat carried", power(plant.heat_w)),
        ("flow", format!("{:.0} l/s", plant.flow_kg_s)),
        (
            "supply",
            format!("{} (set {setpoint:.0})", celsius(plant.supply_c)),
        ),
        ("return", celsius(plant.return_c)),
    ];
    if plant.condenser_c.is_finite() {
        all.push(("tower water", celsius(plant.condenser_c)));
    }
    if s.power.chillers_w > 0.0 {
        all.push(("compressors", power(s.power.chillers_w)));
        let cop = plant.heat_w / s.power.chillers_w;
        if site.circuits.len() == 1 {
            all.push(("COP", format!("{cop:.1}")));
        }
    }
    all.push(("fans", power(s.power.heat_rejection_fans_w)));
    all.push(("pumps", power(s.power.pumps_w)));
    all
}

/// The quantity that racks are coloured by, over what was played.
fn history(ui: &mut egui::Ui, side: &Side, by: ColourBy, (hall, rack): (usize, usize)) {
    let points: Vec<[f64; 2]> = side
        .tape
        .iter()
        .map(|moment| {
            [
                moment.time_s() / 3600.0,
                paint::value(by, moment, hall, rack),
            ]
        })
        .filter(|[_, value]| value.is_finite())
        .collect();
    if points.len() < 3 {
        return;
    }
    ui.label(
        egui::RichText::new(format!("{} ({}) as played, hours", by.name(), by.unit()))
            .color(FAINT)
            .size(11.5),
    );
    egui_plot::Plot::new("history")
        .height(74.0)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .y_axis_min_width(30.0)
        .show(ui, |plot| {
            plot.line(
                egui_plot::Line::new(by.name(), points)
                    .color(ALARM)
                    .width(1.4),
            );
        });
}
