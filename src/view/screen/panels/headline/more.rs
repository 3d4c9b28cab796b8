//! Alarms, weather, halls, queue and what was done, of all sides: the lower right.

use bevy_egui::egui;

use super::super::widgets::{ALARM, FAINT, figure, section};
use super::heading;
use crate::view::hall::explanation;
use crate::view::hall::format::{celsius, count, percent, power};
use crate::view::hall::frame::Frame;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::Play;

/// Alarms of all sides, each with its side where there are two; what they do not know yet is left out.
pub(in crate::view) fn alarms(sides: &Sides, time_s: f64) -> Vec<(Option<String>, Vec<String>)> {
    let each = sides.0.iter().enumerate().map(|(index, side)| {
        let mut all = side.at(time_s).map_or_else(Vec::new, |between| {
            explanation::alarms(&side.site, &between.b, &side.overview)
        });
        all.extend(side.trouble.clone());
        (heading(sides, index), all)
    });
    each.collect()
}

pub(in crate::view::screen::panels) fn show(ui: &mut egui::Ui, sides: &Sides, play: &Play) {
    section(ui, "Alarms and remarks", true, |ui| {
        for (title, alarms) in alarms(sides, play.time_s) {
            said_of(ui, title.as_deref());
            if alarms.is_empty() {
                ui.label(egui::RichText::new("none").color(FAINT).size(12.5));
            }
            for alarm in alarms {
                ui.label(egui::RichText::new(alarm).color(ALARM).size(12.5));
            }
        }
        remarks(ui, sides, play.time_s);
    });
    let shown: Vec<_> = sides
        .0
        .iter()
        .enumerate()
        .filter_map(|(index, side)| {
            let between = side.at(play.time_s)?;
            Some((heading(sides, index), side, between.b))
        })
        .collect();
    section(ui, "Weather", true, |ui| {
        for (title, _, frame) in &shown {
            said_of(ui, title.as_deref());
            weather(ui, frame);
        }
    });
    section(ui, "Halls", true, |ui| {
        for (title, side, frame) in &shown {
            said_of(ui, title.as_deref());
            for (hall, config) in frame.snapshot.halls.iter().zip(&side.site.scenario.hall) {
                let text = format!("{} · {}", power(hall.it_w), percent(hall.utilisation));
                figure(ui, &config.name, text);
            }
        }
    });
    if shown
        .iter()
        .any(|(.., frame)| frame.snapshot.queue.is_some())
    {
        section(ui, "Queue", true, |ui| {
            for (title, _, frame) in &shown {
                said_of(ui, title.as_deref());
                queue(ui, frame);
            }
        });
    }
    if sides.0.iter().any(|side| !side.log.is_empty()) {
        section(ui, "What was done", true, |ui| {
            for (index, side) in sides.0.iter().enumerate() {
                if !side.log.is_empty() {
                    said_of(ui, heading(sides, index).as_deref());
                    done(ui, side);
                }
            }
        });
    }
}

/// Whose figures follow.
fn said_of(ui: &mut egui::Ui, title: Option<&str>) {
    if let Some(title) = title {
        ui.label(egui::RichText::new(title).strong().size(12.0));
    }
}

/// What is the same for both sides is said once.
fn remarks(ui: &mut egui::Ui, sides: &Sides, time_s: f64) {
    let mut said: Vec<String> = Vec::new();
    for (index, side) in sides.0.iter().enumerate() {
        let title = heading(sides, index);
        let all = explanation::remarks(&side.site, side.at(time_s).as_ref().map(|it| &*it.b));
        for remark in side.site.warnings.iter().cloned().chain(all) {
            if said.contains(&remark) {
                continue;
            }
            let text = match &title {
                Some(title) => format!("{title}: {remark}"),
                None => remark.clone(),
            };
            ui.label(egui::RichText::new(text).color(FAINT).size(11.0));
            said.push(remark);
        }
    }
}

fn weather(ui: &mut egui::Ui, frame: &Frame) {
    let s = &frame.snapshot;
    figure(ui, "dry bulb", celsius(s.outside.dry_bulb_c));
    figure(ui, "wet bulb", celsius(s.outside.wet_bulb_c));
    if s.carbon_kg_j.is_finite() {
        let text = format!("{} g/kWh", count(s.carbon_kg_j * 3.6e9));
        figure(ui, "grid carbon", text);
    }
}

fn queue(ui: &mut egui::Ui, frame: &Frame) {
    let Some(queue) = &frame.snapshot.queue else {
        figure(ui, "none", "");
        return;
    };
    figure(ui, "running jobs", count(queue.running_jobs as f64));
    figure(ui, "waiting jobs", count(queue.waiting_jobs as f64));
    figure(ui, "waiting GPUs", count(queue.waiting_gpus as f64));
    figure(ui, "busy GPUs", count(queue.busy_gpus as f64));
}

fn done(ui: &mut egui::Ui, side: &Side) {
    for command in side.log.iter().rev().take(12) {
        let at = side.site.moment(command.at_s);
        let text = format!("{at}  {}", command.act.words().replace(" -", " −"));
        ui.label(egui::RichText::new(text).size(12.0));
    }
}
