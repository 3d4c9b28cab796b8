//! The bar at the top of a narrow window: what does not fit is in a menu.

use bevy_egui::egui;

use super::widgets::FAINT;
use crate::view::hall::colour::ColourBy;
use crate::view::hall::named::Named;
use crate::view::screen::run::Sides;
use crate::view::screen::state::{Play, ViewState};

/// The width of a window, in logical pixels, that holds the bar as a whole.
pub(super) const TOP: f32 = 900.0;

pub(super) fn top(ui: &mut egui::Ui, sides: &Sides, play: &Play, state: &mut ViewState) {
    let Some(first) = sides.0.first() else {
        ui.add(egui::Label::new("Drop a scenario here, or press O.").truncate());
        return;
    };
    let at = first.site.date_time(play.time_s);
    let time = at.strftime("%Y-%m-%d %H:%M").to_string();
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        menu(ui, state);
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.label(egui::RichText::new(time).strong().size(14.0));
            let names: Vec<&str> = sides.0.iter().map(|side| side.site.name.as_str()).collect();
            let text = egui::RichText::new(names.join(" | "))
                .size(13.0)
                .color(FAINT);
            ui.add(egui::Label::new(text).truncate());
        });
    });
}

fn menu(ui: &mut egui::Ui, state: &mut ViewState) {
    ui.menu_button("menu", |ui| {
        ui.menu_button("colour by", |ui| {
            for by in ColourBy::ALL {
                ui.selectable_value(&mut state.colour, by, by.name());
            }
        });
        ui.menu_button("look from", |ui| {
            for (named, name) in Named::ALL {
                if ui.button(name).clicked() {
                    state.camera = Some(named);
                    ui.close();
                }
            }
        });
        if ui.button("open (O)").clicked() {
            state.open = Some(String::new());
            ui.close();
        }
        if ui.button("export (X)").clicked() {
            state.export = true;
            ui.close();
        }
        if ui.button("keys (F1)").clicked() {
            state.help = !state.help;
            ui.close();
        }
    });
}
