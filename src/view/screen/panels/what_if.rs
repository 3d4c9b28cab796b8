//! What could be otherwise: sliders, events, another technology, and how to take it back.

mod events;
mod sliders;
mod technologies;

use bevy_egui::egui;

#[cfg(test)]
pub(in crate::view) use events::events_here;
#[cfg(test)]
pub(in crate::view) use sliders::commanded;

use super::widgets::{FAINT, section};
use crate::view::hall::controls::Orders;
use crate::view::hall::examples::Rebuild;
use crate::view::screen::run::Sides;
use crate::view::screen::state::{CommandTarget, Play, ViewState};

/// What was asked for in a frame.
#[derive(Default)]
struct Asked {
    /// Commands, with a word on those that are not for all.
    orders: Vec<Orders>,
    /// What builds each side otherwise.
    rebuild: Vec<(usize, Rebuild)>,
    undo: bool,
    clear: bool,
}

pub(super) fn show(ui: &mut egui::Ui, sides: &mut Sides, play: &Play, state: &mut ViewState) {
    let two = sides.0.len() > 1;
    if !two {
        state.aim = CommandTarget::Both;
    }
    let mut asked = Asked::default();
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
        if sides.aimed(aim).next().is_none() {
            let text = "a recorded result: open its scenario.toml to change what happens";
            ui.label(egui::RichText::new(text).color(FAINT).size(12.5));
            return;
        }
        sliders::show(ui, sides, play, state, &mut asked);
        events::show(ui, sides, aim, &mut asked);
        technologies::show(ui, sides, state, &mut asked);
        back(ui, sides, aim, &mut asked);
    });
    act(sides, play, state, asked);
}

/// What takes back what was done.
fn back(ui: &mut egui::Ui, sides: &Sides, aim: CommandTarget, asked: &mut Asked) {
    ui.add_space(2.0);
    ui.add_enabled_ui(sides.can_undo(aim), |ui| {
        ui.horizontal(|ui| {
            let undo = ui.small_button("undo").on_hover_text(
                "run again as if the last command or change had never been given (Ctrl+Z)",
            );
            asked.undo = undo.clicked();
            let clear = ui
                .small_button("clear all")
                .on_hover_text("run again as the scenario was opened");
            asked.clear = clear.clicked();
        });
    });
}

fn act(sides: &mut Sides, play: &Play, state: &mut ViewState, asked: Asked) {
    for orders in asked.orders {
        if orders != Orders::default() {
            state.notify(sides.give(orders, play));
        }
    }
    let aim = state.aim;
    let message = if !asked.rebuild.is_empty() {
        sides.rebuild(&asked.rebuild)
    } else if asked.undo {
        sides.undo(aim)
    } else if asked.clear {
        sides.clear(aim)
    } else {
        return;
    };
    state.changed(sides, message);
}
