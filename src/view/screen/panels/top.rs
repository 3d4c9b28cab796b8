//! The bar at the top: what runs, when, how fast, what colours mean, from where.

use bevy_egui::egui;

use super::widgets::{ACCENT, ALARM, FAINT, named};
use crate::view::hall::colour::ColourBy;
use crate::view::hall::format::duration;
use crate::view::hall::frame::Site;
use crate::view::hall::named::Named;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{Play, ViewState};

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
        if let Some(which) = recorded(sides) {
            ui.label(egui::RichText::new(which).color(FAINT).size(12.0))
                .on_hover_text(
                    "racks over time are shares of their hall; ≈ marks what was not measured",
                );
        }
        ui.add_space(6.0);
        let failing = sides
            .0
            .iter()
            .filter_map(|side| failing_s(side, play.time_s));
        let since_s = failing.reduce(f64::max);
        let clock = clock(&first.site, play.time_s, since_s.is_some());
        ui.label(egui::RichText::new(clock).strong().size(16.0));
        if let Some(since_s) = since_s {
            let text = format!("+{} since the failure", duration(since_s));
            ui.label(egui::RichText::new(text).strong().size(14.0).color(ALARM));
        }
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
}

/// Which sides are recorded results, and what that means.
fn recorded(sides: &Sides) -> Option<String> {
    let which: Vec<&str> = ["left", "right"]
        .into_iter()
        .zip(&sides.0)
        .filter(|(_, side)| side.site.replayed)
        .map(|(which, _)| which)
        .collect();
    let of = match (which.len(), sides.0.len()) {
        (0, _) => return None,
        (1, 2) => format!("{} ", which[0]),
        _ => String::new(),
    };
    Some(format!(
        "{of}recorded: means of its rows, racks are shares of their hall"
    ))
}

/// How long a failure has gone on, s.
fn failing_s(side: &Side, time_s: f64) -> Option<f64> {
    let failure = side.at(time_s)?.b.failure?;
    Some((time_s - failure.since_s).max(0.0))
}

/// The date and the time of day: with seconds where steps are short or something is out.
pub(in crate::view) fn clock(site: &Site, time_s: f64, failing: bool) -> String {
    let at = site.date_time(time_s);
    let form = if failing || site.step_s < 60.0 {
        "%Y-%m-%d  %H:%M:%S"
    } else {
        "%Y-%m-%d  %H:%M"
    };
    format!("{} {}", weekday(at.weekday()), at.strftime(form))
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
