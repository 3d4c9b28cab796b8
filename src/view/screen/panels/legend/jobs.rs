//! Jobs in the legend: who has which hue, and the list in which one is found and picked.

use bevy_egui::egui::{self, RichText, vec2};

use super::{ink, over_scene};
use crate::view::hall::colour::Rgb;
use crate::view::hall::format::count;
use crate::view::hall::frame::Frame;
use crate::view::hall::jobs::{self, IDLE, SERVICE, SMALL, UNKNOWN};
use crate::view::screen::panels::widgets::{ACCENT, FAINT, INK, SHADE};
use crate::view::screen::run::Side;
use crate::view::screen::state::ViewState;

/// Large jobs that the legend names.
const NAMED: usize = 7;
/// Jobs in the list; the search finds the others.
const LISTED: usize = 200;

/// A colour, a word, and the job that it stands for.
pub(super) type Holder = (Rgb, String, Option<u64>);

/// Legend of the racks' hues.
pub(super) fn holders(side: &Side, frame: &Frame) -> Vec<Holder> {
    if side.site.replayed {
        let text = "a recorded result does not keep where jobs lie";
        return vec![(UNKNOWN, text.into(), None)];
    }
    if frame.snapshot.queue.is_none() {
        let text = "no jobs: the work is a load of all servers";
        return vec![(UNKNOWN, text.into(), None)];
    }
    let large = side.jobs.shown(frame);
    let named = large.iter().take(NAMED).map(|(occupant, colour)| {
        let gpus = count(f64::from(occupant.gpus));
        let text = format!("{}: {gpus} GPUs", jobs::name(occupant));
        (*colour, text, occupant.job)
    });
    let mut all: Vec<Holder> = named.collect();
    if large.len() > NAMED {
        let more = large.len() - NAMED;
        let text = format!("hues are shared by {more} more large jobs");
        all.push((SMALL, text, None));
    }
    all.push((SMALL, "jobs smaller than a rack".into(), None));
    let occupants = &frame.occupants.all;
    if occupants.iter().any(|occupant| occupant.job.is_none()) {
        all.push((SERVICE, "services".into(), None));
    }
    all.push((IDLE, "idle".into(), None));
    all
}

/// What is behind words over the scene.
fn backing() -> egui::Frame {
    let frame = egui::Frame::NONE.fill(SHADE).corner_radius(4.0);
    frame.inner_margin(6.0)
}

/// The hues and who has them, as far as there is room from `at` to the right; a click picks a job. Returns its height.
pub(super) fn hues(
    context: &egui::Context,
    at: egui::Pos2,
    width: f32,
    title: &str,
    all: &[Holder],
    state: &mut ViewState,
) -> f32 {
    let area = over_scene("job hues", egui::Align2::LEFT_BOTTOM, at);
    let shown = area.show(context, |ui| {
        backing().show(ui, |ui| {
            ui.set_max_width(width - 12.0);
            ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(title).size(12.0));
                if all.iter().any(|(_, _, job)| job.is_some()) {
                    let find = egui::Button::new(RichText::new("find a job").size(12.0)).small();
                    if ui.add(find).clicked() {
                        state.job_search = match state.job_search {
                            Some(_) => None,
                            None => Some(String::new()),
                        };
                    }
                }
            });
            ui.horizontal_wrapped(|ui| {
                for (colour, text, job) in all {
                    holder(ui, *colour, text, *job, state);
                }
            });
        });
    });
    shown.response.rect.height()
}

fn holder(ui: &mut egui::Ui, colour: Rgb, text: &str, job: Option<u64>, state: &mut ViewState) {
    let picked = job.is_some() && job == state.job;
    let mut words = egui::text::LayoutJob::default();
    let format = |color| egui::TextFormat {
        font_id: egui::FontId::proportional(12.0),
        color,
        ..egui::TextFormat::default()
    };
    words.append("■ ", 0.0, format(ink(colour)));
    words.append(text, 0.0, format(if picked { ACCENT } else { INK }));
    let label = egui::Label::new(words)
        .selectable(false)
        .wrap_mode(egui::TextWrapMode::Extend);
    if job.is_none() {
        ui.add(label);
        return;
    }
    let response = ui
        .add(label.sense(egui::Sense::click()))
        .on_hover_text("its racks keep their colour, the others fade")
        .on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.clicked() {
        state.job = if picked { None } else { job };
    }
}

/// What is picked, with a way back; returns its height.
pub(super) fn picked(
    context: &egui::Context,
    at: egui::Pos2,
    sides: &[(&Side, &Frame)],
    state: &mut ViewState,
) -> f32 {
    let Some(job) = state.job else { return 0.0 };
    let text = picked_words(
        sides
            .iter()
            .map(|(side, frame)| (*frame, side.site.halls.as_slice())),
        job,
    );
    let area = over_scene("picked job", egui::Align2::LEFT_BOTTOM, at);
    let shown = area.show(context, |ui| {
        backing().show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(text).size(12.5).color(ACCENT));
                if ui.small_button("clear").clicked() {
                    state.job = None;
                }
            });
        });
    });
    shown.response.rect.height() + 6.0
}

/// The job that is picked, its GPUs and its racks at this moment.
pub(super) fn picked_words<'a>(
    sides: impl Iterator<Item = (&'a Frame, &'a [crate::view::hall::frame::HallSite])>,
    job: u64,
) -> String {
    for (frame, halls) in sides {
        let found = frame.occupants.all.iter().find(|of| of.job == Some(job));
        let Some(occupant) = found else { continue };
        let racks: usize = halls
            .iter()
            .enumerate()
            .map(|(hall, of)| {
                let racks = 0..of.racks;
                racks
                    .filter(|rack| jobs::has(frame, hall, *rack, job))
                    .count()
            })
            .sum();
        let gpus = count(f64::from(occupant.gpus));
        let plural = if racks == 1 { "" } else { "s" };
        return format!(
            "only {}: {gpus} GPUs in {racks} rack{plural}",
            jobs::name(occupant)
        );
    }
    format!("job {job} does not run at this moment")
}

/// The list of all jobs, with a search by number, name or class.
pub(super) fn list(context: &egui::Context, frame: &Frame, state: &mut ViewState) {
    let Some(mut text) = state.job_search.take() else {
        return;
    };
    let mut open = true;
    egui::Window::new("Jobs")
        .open(&mut open)
        .collapsible(false)
        .default_size([300.0, 320.0])
        .show(context, |ui| {
            let hint = "number, name or class";
            ui.add(egui::TextEdit::singleline(&mut text).hint_text(hint));
            let found = jobs::search(frame, &text);
            let many = format!("{} jobs, the largest first", count(found.len() as f64));
            ui.label(RichText::new(many).color(FAINT).size(11.5));
            let list = egui::ScrollArea::vertical().auto_shrink([false, false]);
            list.show(ui, |ui| {
                for occupant in found.iter().take(LISTED) {
                    let gpus = count(f64::from(occupant.gpus));
                    let line = format!("{}: {gpus} GPUs", jobs::name(occupant));
                    let picked = state.job == occupant.job;
                    if ui.selectable_label(picked, line).clicked() {
                        state.job = if picked { None } else { occupant.job };
                    }
                }
                if found.len() > LISTED {
                    let rest = format!("{} more: search for them", found.len() - LISTED);
                    ui.label(RichText::new(rest).color(FAINT).size(11.5));
                }
            });
        });
    state.job_search = open.then_some(text);
}
