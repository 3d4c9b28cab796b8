//! Help, what to open, and a word for whom the view is new.

use bevy_egui::egui;

use super::widgets::{ALARM, FAINT};
use crate::view::hall::examples::{EXAMPLES, Example};
use crate::view::hall::format::count;
use crate::view::screen::run::Sides;
use crate::view::screen::state::ViewState;

/// Help on keys and mouse: `window/keys.rs`, `scene/camera.rs` and `scene/pick.rs`.
const KEYS: &[(&str, &str)] = &[
    ("Space", "play or pause"),
    (". and ,", "one step on or back"),
    ("right and left", "an hour on or back; with Shift a day"),
    ("+ and −", "faster or slower"),
    ("P", "to the peak of the load"),
    ("T", "to the hottest chip of the run"),
    ("H", "select the hottest rack of this instant"),
    ("C", "next way of colouring"),
    ("F", "fit the scale of racks to what is used"),
    (
        "1 … 6",
        "look from: overview, hall, aisle, plant, power, top",
    ),
    ("W A S D, Q E", "move and turn"),
    ("drag, right-drag, wheel", "turn, move, come closer"),
    ("click", "select a rack or a machine"),
    ("Ctrl+Z", "take back the last command or change"),
    ("Esc", "select nothing, close what is open"),
    ("O", "open a scenario or a result"),
    ("N", "names in the scene, or none"),
    ("[ and ]", "fold the panel at the left or at the right"),
    ("X", "export image, charts and tables"),
    ("V", "print where the camera stands, to repeat the picture"),
    ("L", "light or dark colours"),
    ("Ctrl with + − 0", "larger, smaller or usual text"),
    ("F1", "this list"),
];

pub(super) fn show(context: &egui::Context, sides: &mut Sides, state: &mut ViewState) {
    help(context, state);
    open(context, sides, state);
    hint(context, sides, state);
    trouble(context, sides, state);
}

/// Error message until dismissed; the alarms keep it.
fn trouble(context: &egui::Context, sides: &Sides, state: &mut ViewState) {
    let found = sides.0.iter().find_map(|side| side.trouble.clone());
    if found.is_none() || found == state.read {
        return;
    }
    let mut shown = true;
    egui::Window::new(egui::RichText::new("This did not work").color(ALARM))
        .open(&mut shown)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .show(context, |ui| {
            ui.set_max_width(620.0);
            let text = found.as_deref().unwrap_or("").trim();
            ui.label(egui::RichText::new(text).monospace().size(12.5));
            ui.add_space(6.0);
            if ui.button("close (Esc)").clicked() {
                state.read.clone_from(&found);
            }
        });
    if !shown {
        state.read = found;
    }
}

fn help(context: &egui::Context, state: &mut ViewState) {
    let mut shown = state.help;
    egui::Window::new("Keys and mouse")
        .open(&mut shown)
        .collapsible(false)
        .resizable(false)
        .vscroll(true)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .show(context, |ui| {
            egui::Grid::new("keys")
                .num_columns(2)
                .spacing([24.0, 5.0])
                .show(ui, |ui| {
                    for (key, what) in KEYS {
                        ui.label(egui::RichText::new(*key).strong());
                        ui.label(*what);
                        ui.end_row();
                    }
                });
        });
    state.help = shown;
}

/// Scenario files and result folders near by, and a line for any other.
fn open(context: &egui::Context, sides: &mut Sides, state: &mut ViewState) {
    let Some(mut path) = state.open.take() else {
        return;
    };
    let (mut shown, mut chosen, mut beside) = (true, None, false);
    let mut example = None;
    egui::Window::new("Open a scenario or a result")
        .open(&mut shown)
        .collapsible(false)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .default_width(460.0)
        .show(context, |ui| {
            let hint = egui::TextEdit::singleline(&mut path)
                .hint_text("path of a scenario file or a result folder")
                .desired_width(f32::INFINITY);
            let line = ui.add(hint);
            // Who opens it means to type.
            if path.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
                line.request_focus();
            }
            let entered =
                line.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            ui.horizontal(|ui| {
                if (ui.button("open").clicked() || entered) && !path.is_empty() {
                    chosen = Some(path.clone());
                }
                if ui.button("open beside the first").clicked() && !path.is_empty() {
                    (chosen, beside) = (Some(path.clone()), true);
                }
                ui.label(egui::RichText::new("or drop a file on the window").color(FAINT));
            });
            example = examples(ui, None);
            egui::ScrollArea::vertical()
                .max_height(220.0)
                .show(ui, |ui| {
                    for near in near() {
                        if ui.selectable_label(path == near, &near).clicked() {
                            path.clone_from(&near);
                        }
                    }
                });
            if let Some(trouble) = sides.0.iter().find_map(|side| side.trouble.as_ref()) {
                ui.label(egui::RichText::new(trouble).color(ALARM).monospace());
            }
        });
    if let Some(example) = example {
        state.opened(sides.load_example(example, false));
        return;
    }
    if let Some(path) = chosen {
        state.opened(sides.load(&path, beside));
        return;
    }
    state.open = shown.then_some(path);
}

/// A button for each built-in example but the one that is shown.
fn examples(ui: &mut egui::Ui, shown: Option<&str>) -> Option<Example> {
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(egui::RichText::new("built in:").color(FAINT));
        for example in EXAMPLES {
            let button = ui
                .add_enabled(
                    shown != Some(example.name),
                    egui::Button::new(example.title),
                )
                .on_hover_text(example.name);
            if button.clicked() {
                chosen = Some(example);
            }
        }
    });
    chosen
}

/// What is shown to those who named nothing, and the first keys.
fn hint(context: &egui::Context, sides: &mut Sides, state: &mut ViewState) {
    let (Some(first), Some(example)) = (sides.0.first(), state.hint) else {
        return;
    };
    let gpus: f64 = first
        .site
        .halls
        .iter()
        .map(|hall| hall.racks as f64 * hall.gpus)
        .sum();
    let (mut shown, mut closed, mut chosen) = (true, false, None);
    egui::Window::new("A first look")
        .open(&mut shown)
        .collapsible(false)
        .resizable(false)
        // Where the hall is not; and it can be moved.
        .default_pos(egui::pos2(290.0, 345.0))
        .show(context, |ui| {
            ui.set_max_width(400.0);
            ui.label(format!(
                "This is the built-in example {}: {} GPUs in Phoenix, cooled by {}, simulated as you watch. Drag to turn \
                 it, click a rack or a machine, and move the sliders at the right.",
                example.name,
                count(gpus),
                example.title
            ));
            ui.add_space(4.0);
            chosen = examples(ui, Some(example.name));
            ui.add_space(4.0);
            for (key, does) in [
                ("Space", "play or pause"),
                ("P", "to the peak of the load"),
                ("F1", "all keys; O opens a scenario of your own"),
            ] {
                ui.horizontal(|ui| {
                    ui.label(egui::RichText::new(key).strong());
                    ui.label(does);
                });
            }
            ui.add_space(4.0);
            closed = ui.button("close (Esc)").clicked();
        });
    if !shown || closed {
        state.hint = None;
    }
    if let Some(other) = chosen {
        state.opened(sides.load_example(other, false));
        // Who tries one may try the others.
        state.hint = Some(other);
    }
}

/// Paths in `scenarios/` and `results/` below the current folder, in order.
fn near() -> Vec<String> {
    let mut all = Vec::new();
    for folder in [".", "scenarios", "results"] {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let scenario = path.extension().is_some_and(|e| e == "toml") && folder != ".";
            if scenario || path.join("run.json").is_file() {
                all.extend(path.to_str().map(str::to_owned));
            }
        }
    }
    all.sort();
    all
}
