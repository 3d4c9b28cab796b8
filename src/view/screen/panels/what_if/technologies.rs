//! Another cooling or another plant is another building: the run starts over with it and comes back to this moment.

use bevy_egui::egui;

use super::Asked;
use crate::cooling::Cooling;
use crate::heat_rejection::HeatRejection;
use crate::scenario::{Hall, Scenario};
use crate::view::hall::examples::{self, Rebuild};
use crate::view::screen::panels::widgets::FAINT;
use crate::view::screen::run::Sides;
use crate::view::screen::state::ViewState;

/// What was chosen in the lists.
enum Choice {
    Cooling(&'static str),
    Plant(&'static str),
    /// By the number of the example.
    Pair(usize),
}

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, state: &mut ViewState, asked: &mut Asked) {
    let aim = state.aim;
    let all = sides.0.iter().enumerate();
    let aimed: Vec<(usize, &Scenario)> = all
        .filter(|(index, side)| aim.is_at(*index) && !side.site.replayed)
        .map(|(index, side)| (index, &side.site.scenario))
        .collect();
    let Some(&(_, first)) = aimed.first() else {
        return;
    };
    if state.hall >= first.hall.len() {
        state.hall = 0;
    }
    let Some(hall) = first.hall.get(state.hall) else {
        return;
    };
    ui.label(
        egui::RichText::new("build it otherwise, and run again up to now")
            .color(FAINT)
            .size(12.0),
    );
    let mut choice = None;
    if first.hall.len() > 1 {
        egui::ComboBox::from_id_salt("hall")
            .selected_text(&hall.name)
            .width(70.0)
            .truncate()
            .show_ui(ui, |ui| {
                for (index, hall) in first.hall.iter().enumerate() {
                    ui.selectable_value(&mut state.hall, index, &hall.name);
                }
            });
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let plant = hall
            .heat_rejection
            .as_ref()
            .or(first.heat_rejection.as_ref());
        coolings(ui, hall, plant, &mut choice);
        let name = plant.map_or("–", |plant| plant.name());
        egui::ComboBox::from_id_salt("plant")
            .selected_text(name.replace('_', " "))
            .width(124.0)
            .truncate()
            .show_ui(ui, |ui| {
                for &other in HeatRejection::NAMES {
                    let label = ui.selectable_label(name == other, other.replace('_', " "));
                    if label.clicked() && name != other {
                        choice = Some(Choice::Plant(other));
                    }
                }
            });
    });
    if let Some(choice) = choice {
        for &(side, scenario) in &aimed {
            let rebuild = same_hall(scenario, hall, first)
                .and_then(|index| rebuild(&choice, scenario, index));
            asked.rebuild.extend(rebuild.map(|rebuild| (side, rebuild)));
        }
    }
}

/// Each cooling with the plant kept, and those of the examples with the plant that belongs to them.
fn coolings(
    ui: &mut egui::Ui,
    hall: &Hall,
    plant: Option<&HeatRejection>,
    choice: &mut Option<Choice>,
) {
    let now = hall.cooling.name();
    egui::ComboBox::from_id_salt("cooling")
        .selected_text(hall.cooling.words())
        .width(96.0)
        .truncate()
        .height(400.0)
        .show_ui(ui, |ui| {
            for &name in Cooling::NAMES {
                let words = name.replace('_', " ");
                let kept = format!("{words}, plant kept");
                if ui.selectable_label(now == name, kept).clicked() && now != name {
                    *choice = Some(Choice::Cooling(name));
                }
                for (number, (cooling, with)) in examples::kinds().into_iter().enumerate() {
                    let is = plant.is_some_and(|plant| plant.name() == with);
                    if cooling != name || (is && now == name) {
                        continue;
                    }
                    let text = format!("{words} with {}", with.replace('_', " "));
                    if ui.selectable_label(false, text).clicked() {
                        *choice = Some(Choice::Pair(number));
                    }
                }
            }
        });
}

/// The hall of a scenario that is meant by one of the first: of the same name, or the only one of both.
fn same_hall(scenario: &Scenario, hall: &Hall, first: &Scenario) -> Option<usize> {
    let found = scenario
        .hall
        .iter()
        .position(|other| other.name == hall.name);
    found.or((scenario.hall.len() == 1 && first.hall.len() == 1).then_some(0))
}

fn rebuild(choice: &Choice, scenario: &Scenario, hall: usize) -> Option<Rebuild> {
    match choice {
        Choice::Cooling(name) => examples::cooling(scenario, hall, name),
        Choice::Plant(name) => examples::plant(scenario, hall, name),
        Choice::Pair(number) => examples::pair(scenario, hall, *number),
    }
}
