//! Sliders: each shows what is in force where the play head is, and a local value only while it is moved.

use bevy_egui::egui;

use super::Asked;
use crate::view::hall::controls::{self, Commanded, Row};
use crate::view::screen::panels::widgets::FAINT;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{CommandTarget, Dragged, Play, ViewState};

/// The aimed sides as sliders see them.
pub(in crate::view) fn commanded<'a>(
    sides: &'a Sides,
    aim: CommandTarget,
    play: &Play,
) -> Vec<Commanded<'a>> {
    let all = sides.0.iter().enumerate();
    let aimed = all.filter(|(index, side)| aim.is_at(*index) && !side.site.replayed);
    aimed
        .map(|(index, side)| side.commanded(index, play))
        .collect()
}

pub(super) fn show(
    ui: &mut egui::Ui,
    sides: &Sides,
    play: &Play,
    state: &mut ViewState,
    asked: &mut Asked,
) {
    let arrived = !sides.0.iter().any(Side::awaits);
    state.dragged.take_if(|dragged| dragged.sent && arrived);
    let (rows, apart) = controls::rows(&commanded(sides, state.aim, play));
    for row in rows {
        slider(ui, &row, &mut state.dragged, asked);
    }
    // A press that ended elsewhere leaves nothing behind.
    let down = ui.input(|input| input.pointer.any_down());
    state.dragged.take_if(|dragged| !dragged.sent && !down);
    if !apart.is_empty() {
        let text = format!("for one side at a time: {}", apart.join(", "));
        ui.label(egui::RichText::new(text).color(FAINT).size(12.0));
    }
}

fn slider(ui: &mut egui::Ui, row: &Row<'_>, dragged: &mut Option<Dragged>, asked: &mut Asked) {
    let name = row.name();
    ui.horizontal_wrapped(|ui| {
        let label = egui::Label::new(egui::RichText::new(&name).color(FAINT).size(12.0));
        ui.add(label.truncate());
        if row.is_moved() {
            let hint = "back to the scenario's value, from now on";
            let button = egui::Button::new(egui::RichText::new("⟲").size(11.0)).small();
            if ui.add(button).on_hover_text(hint).clicked() {
                asked.orders.push(row.reset());
            }
        }
    });
    let now = row.value();
    let held = dragged.as_ref().filter(|held| held.slider == name);
    let mut value = held.map_or(now, |held| held.value);
    ui.spacing_mut().slider_width = (ui.available_width() - 86.0).max(60.0);
    let slider = egui::Slider::new(&mut value, row.range())
        .step_by(row.step())
        // What is in force is shown as it is; only what is moved goes in steps.
        .clamping(egui::SliderClamping::Edits)
        .update_while_editing(false)
        .custom_formatter(|value, _| row.text(value))
        .custom_parser(figure);
    let response = ui.add(slider);
    let moved = response.changed();
    if response.drag_stopped() || (moved && !response.dragged()) {
        asked.orders.push(row.orders(value));
        *dragged = Some(Dragged {
            slider: name,
            value,
            sent: true,
        });
    } else if response.dragged() {
        *dragged = Some(Dragged {
            slider: name,
            value,
            sent: false,
        });
    }
    if let Some(detail) = row.detail() {
        ui.label(egui::RichText::new(detail).color(FAINT).size(11.5));
    }
}

/// A figure as typed, with or without its unit.
fn figure(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)))
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn figures_are_read_with_their_units() {
        assert_eq!(figure("26.5 °C"), Some(26.5));
        assert_eq!(figure(" +2.5 K "), Some(2.5));
        assert_eq!(figure("−3"), Some(-3.0));
        assert_eq!(figure("0.40 ×"), Some(0.4));
        assert_eq!(figure("none"), None);
    }
}
