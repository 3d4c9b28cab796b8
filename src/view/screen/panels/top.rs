//! The bar at the top: what runs, when, how fast, what colours mean, from where.

use bevy_egui::egui;

use super::widgets::{ACCENT, FAINT, named};
use crate::view::hall::colour::ColourBy;
use crate::view::screen::run::Sides;
use crate::view::screen::state::Named;
use crate::view::screen::state::{Play, SPEEDS, ViewState};

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, play: &mut Play, state: &mut ViewState) {
    let Some(first) = sides.0.first() else {
        ui.label("Drop a scenario file or a result folder here, or press O.");
        return;
    };
    ui.horizontal(|ui| {
        ui.label(
            egui::RichText::new("coldaisle")
                .strong()
                .size(16.0)
                .color(ACCENT),
        );
        let names: Vec<&str> = sides.0.iter().map(|side| side.site.name.as_str()).collect();
        ui.label(egui::RichText::new(names.join("  |  ")).size(15.0));
        if first.site.replayed {
            ui.label(egui::RichText::new("recorded").color(FAINT).size(12.0));
        }
        ui.add_space(6.0);
        let at = first.site.date_time(play.time_s);
        let text = format!(
            "{} {}",
            weekday(at.weekday()),
            at.strftime("%Y-%m-%d  %H:%M")
        );
        ui.label(egui::RichText::new(text).strong().size(16.0));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("?").on_hover_text("keys (F1)").clicked() {
                state.help = !state.help;
            }
            if ui
                .button("export")
                .on_hover_text("image and tables (X)")
                .clicked()
            {
                state.export = true;
            }
            if ui
                .button("open")
                .on_hover_text("scenario or result (O)")
                .clicked()
            {
                state.open = Some(String::new());
            }
            ui.menu_button("look from", |ui| {
                for (named, name) in Named::ALL {
                    if ui.button(name).clicked() {
                        state.camera = Some(named);
                        ui.close();
                    }
                }
            });
            let combo = egui::ComboBox::from_id_salt("colour")
                .selected_text(state.colour.name())
                .width(104.0)
                .show_ui(ui, |ui| {
                    for by in ColourBy::ALL {
                        ui.selectable_value(&mut state.colour, by, by.name());
                    }
                });
            named(&combo.response, egui::WidgetType::ComboBox, "colour by");
            ui.label(egui::RichText::new("colour by").color(FAINT).size(12.5));
        });
    });
    let _ = SPEEDS;
}

fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    match day {
        Monday => "Mon",
        Tuesday => "Tue",
        Wednesday => "Wed",
        Thursday => "Thu",
        Friday => "Fri",
        Saturday => "Sat",
        Sunday => "Sun",
    }
}
