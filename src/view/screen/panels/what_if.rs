//! What-if sliders: their last value goes to the simulation before its next step.

use bevy_egui::egui;

use super::widgets::{FAINT, section};
use crate::cooling::Cooling;
use crate::heat_rejection::HeatRejection;
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::event::EventKind;
use crate::scenario::session::{
    Act, CoolantSetpoint, Demand, EventCommand, GridLimit, Repair, Warmer, WaterSetpoint,
};
use crate::view::hall::frame::Site;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{CommandTarget, ViewState, WhatIf};

pub(super) fn show(ui: &mut egui::Ui, sides: &mut Sides, state: &mut ViewState) {
    let two = sides.0.len() > 1;
    if !two {
        state.aim = CommandTarget::Both;
    }
    let (mut acts, mut set) = (Vec::new(), None);
    section(ui, "What if", true, |ui| {
        if two {
            ui.horizontal(|ui| {
                ui.label(egui::RichText::new("commands for").color(FAINT).size(12.0));
                for (aim, name) in CommandTarget::ALL {
                    ui.selectable_value(&mut state.aim, aim, name);
                }
            });
        }
        let aim = state.aim;
        let Some(side) = sides.aimed(aim).next() else {
            let text = "a recorded result: open its scenario.toml to change what happens";
            ui.label(egui::RichText::new(text).color(FAINT).size(12.5));
            return;
        };
        let what_if = &mut state.what_if[aim as usize];
        sliders(ui, side, what_if, &mut acts);
        events(ui, side, &mut acts);
        technologies(ui, side, &mut state.hall, &mut set);
    });
    let whom = match state.aim {
        CommandTarget::Both => "",
        CommandTarget::Left => " (left)",
        CommandTarget::Right => " (right)",
    };
    for act in acts {
        state.notify(format!("from the next step on{whom}: {}", act.words()));
        for side in sides.aimed(state.aim) {
            side.act(act.clone());
        }
    }
    if let Some(set) = set {
        state.notify(format!("rebuilt and run again up to now{whom}: {set}"));
        // The selected item may no longer exist.
        state.selected = None;
        for side in sides.aimed(state.aim) {
            side.change(set.clone());
        }
    }
}

/// A slider whose value counts when it is let go.
fn slider(
    ui: &mut egui::Ui,
    name: &str,
    value: &mut f64,
    range: std::ops::RangeInclusive<f64>,
    unit: &str,
    step: f64,
) -> bool {
    let label = ui.label(egui::RichText::new(name).color(FAINT).size(12.0));
    ui.spacing_mut().slider_width = (ui.available_width() - 86.0).max(60.0);
    let slider = egui::Slider::new(value, range).suffix(unit).step_by(step);
    let response = ui.add(slider).labelled_by(label.id);
    // A slider's own rounding is not a command.
    response.drag_stopped() || (response.changed() && !response.dragged() && response.has_focus())
}

fn sliders(ui: &mut egui::Ui, side: &Side, what_if: &mut WhatIf, acts: &mut Vec<Act>) {
    let scenario = &side.site.scenario;
    if slider(
        ui,
        "demand of services",
        &mut what_if.demand,
        0.0..=2.0,
        " ×",
        0.05,
    ) {
        acts.push(Act::Demand(Demand {
            factor: what_if.demand,
        }));
    }
    if slider(
        ui,
        "weather",
        &mut what_if.warmer_k,
        -15.0..=15.0,
        " K",
        0.5,
    ) {
        acts.push(Act::Weather(Warmer {
            warmer_k: what_if.warmer_k,
        }));
    }
    if let Some(set_c) = scenario
        .hall
        .first()
        .and_then(|hall| hall.cooling.supply_c())
    {
        let coolant_c = what_if.coolant_c.get_or_insert(set_c);
        let range = (set_c - 12.0).round()..=(set_c + 12.0).round();
        if slider(
            ui,
            "air or coolant to the racks",
            coolant_c,
            range,
            " °C",
            0.5,
        ) {
            acts.push(Act::Coolant(CoolantSetpoint {
                hall: None,
                supply_c: *coolant_c,
            }));
        }
    }
    if let Some(plant) = &scenario.heat_rejection {
        let set_c = plant.setpoint_c();
        let water_c = what_if.water_c.get_or_insert(set_c);
        let range = (set_c - 10.0).round().max(COLDEST_WATER_C)..=(set_c + 12.0).round();
        if slider(ui, "facility water", water_c, range, " °C", 0.5) {
            acts.push(Act::Water(WaterSetpoint {
                circuit: None,
                supply_c: *water_c,
            }));
        }
    }
    let most_mw = ((16.0 * side.site.design_it_w / 1e6).ceil() / 10.0).max(0.1);
    let limit = scenario.site.grid_limit_mw.unwrap_or(most_mw);
    let grid_mw = what_if.grid_mw.get_or_insert(limit);
    let step = if most_mw > 5.0 { 0.1 } else { 0.01 };
    if slider(
        ui,
        "grid limit",
        grid_mw,
        0.2 * most_mw..=most_mw,
        " MW",
        step,
    ) {
        let mw = (*grid_mw < most_mw - 1e-9).then_some(*grid_mw);
        acts.push(Act::GridLimit(GridLimit { mw }));
    }
}

/// How long an event lasts that a button starts, minutes.
const EVENT_MIN: f64 = 60.0;
/// Share of the machines that such an event takes away: what a site with spares can bear.
const EVENT_SHARE: f64 = 0.5;

/// One event of each kind that finds its machines here.
pub(in crate::view) fn events_here(site: &Site) -> Vec<EventKind> {
    let mut all = EventKind::examples();
    all.retain(|event| site.equipment.has(event));
    for share in all.iter_mut().filter_map(EventKind::share_mut) {
        *share = EVENT_SHARE;
    }
    all
}

fn events(ui: &mut egui::Ui, side: &Side, acts: &mut Vec<Act>) {
    ui.label(
        egui::RichText::new("events of an hour")
            .color(FAINT)
            .size(12.0),
    );
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for what in events_here(&side.site) {
            let button = ui.small_button(what.line()).on_hover_text(what.name());
            if button.clicked() {
                acts.push(Act::Event(EventCommand {
                    minutes: EVENT_MIN,
                    what,
                }));
            }
        }
        if ui.small_button("repair all").clicked() {
            acts.push(Act::Repair(Repair {}));
        }
    });
}

/// Another plant or another cooling is another building: the run starts over with it and comes back to this moment.
fn technologies(ui: &mut egui::Ui, side: &Side, chosen: &mut usize, set: &mut Option<String>) {
    let halls = &side.site.scenario.hall;
    if *chosen >= halls.len() {
        *chosen = 0;
    }
    let Some(hall) = halls.get(*chosen) else {
        return;
    };
    ui.label(
        egui::RichText::new("build it otherwise, and run again up to now")
            .color(FAINT)
            .size(12.0),
    );
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if halls.len() > 1 {
            egui::ComboBox::from_id_salt("hall")
                .selected_text(&hall.name)
                .width(70.0)
                .show_ui(ui, |ui| {
                    for (index, hall) in halls.iter().enumerate() {
                        ui.selectable_value(chosen, index, &hall.name);
                    }
                });
        }
        let index = *chosen;
        egui::ComboBox::from_id_salt("cooling")
            .selected_text(hall.cooling.name().replace('_', " "))
            .width(96.0)
            .show_ui(ui, |ui| {
                for &name in Cooling::NAMES {
                    if ui
                        .selectable_label(hall.cooling.name() == name, name)
                        .clicked()
                    {
                        *set = Some(cooling_set(index, name));
                    }
                }
            });
        let plant = side.site.scenario.heat_rejection.as_ref();
        egui::ComboBox::from_id_salt("plant")
            .selected_text(plant.map_or("–", |plant| plant.name()).replace('_', " "))
            .width(124.0)
            .show_ui(ui, |ui| {
                for name in HeatRejection::NAMES {
                    let is = plant.is_some_and(|plant| plant.name() == *name);
                    if ui.selectable_label(is, *name).clicked() {
                        *set = Some(format!("heat_rejection={{{name}={{}}}}"));
                    }
                }
            });
    });
}

/// Another technology for a hall, as `--set` takes it.
pub(in crate::view) fn cooling_set(hall: usize, name: &str) -> String {
    format!("hall.{hall}.cooling={{{name}={{}}}}")
}
