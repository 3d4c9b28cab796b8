//! Help, and what to open.

use bevy_egui::egui;

use super::{ALARM, FAINT};
use crate::view::keys::KEYS;
use crate::view::state::{Look, Side, Sides};

pub(super) fn show(context: &egui::Context, sides: &mut Sides, look: &mut Look) {
    help(context, look);
    open(context, sides, look);
    trouble(context, sides, look);
}

/// What did not work, until somebody has read it; the alarms keep it.
fn trouble(context: &egui::Context, sides: &Sides, look: &mut Look) {
    let found = sides.0.iter().find_map(|side| side.trouble.clone());
    if found.is_none() || found == look.read {
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
                look.read.clone_from(&found);
            }
        });
    if !shown {
        look.read = found;
    }
}

fn help(context: &egui::Context, look: &mut Look) {
    let mut shown = look.help;
    egui::Window::new("Keys and mouse")
        .open(&mut shown)
        .collapsible(false)
        .resizable(false)
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
    look.help = shown;
}

/// Scenario files and result folders near by, and a line for any other.
fn open(context: &egui::Context, sides: &mut Sides, look: &mut Look) {
    let Some(mut path) = look.open.take() else {
        return;
    };
    let (mut shown, mut chosen, mut beside) = (true, None, false);
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
    if let Some(path) = chosen {
        look.say(load(sides, &path, beside));
        look.selected = None;
        look.camera = Some(crate::view::camera::Named::Overview);
        return;
    }
    look.open = shown.then_some(path);
}

/// Opens a path as the first side or as the second; says how it went.
pub(in crate::view) fn load(sides: &mut Sides, path: &str, beside: bool) -> String {
    let number = usize::from(beside && !sides.0.is_empty());
    match Side::open(std::path::Path::new(path), &[], number) {
        Ok(side) => {
            sides.0.truncate(number);
            let name = side.site.name.clone();
            sides.0.push(side);
            name
        }
        Err(error) => {
            let word = format!("{path} was not opened");
            if let Some(first) = sides.0.first_mut() {
                first.trouble = Some(error);
                return format!("{word}: see the alarms");
            }
            format!("{word}: {error}")
        }
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
