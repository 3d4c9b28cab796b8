//! The selection: a rack or a machine, with its figures and its history.

use bevy_egui::egui;

use super::charts;
use super::widgets::{FAINT, figure, section};
use crate::view::hall::colour::Rgb;
use crate::view::hall::format::{celsius, count, estimated, number, percent, power};
use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::jobs;
use crate::view::hall::layout::Picked;
use crate::view::hall::names::name;
use crate::view::hall::{explanation, machines};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{Play, ViewState};

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, play: &Play, state: &mut ViewState) {
    let chosen = state
        .selected
        .and_then(|(index, what)| Some((sides.0.get(index)?, what)));
    section(ui, "Selected", true, |ui| {
        let Some((side, what)) = chosen else {
            ui.label(
                egui::RichText::new("click a rack or a machine; H selects the hottest rack")
                    .color(FAINT)
                    .size(12.5),
            );
            return;
        };
        let Some(between) = side.at(play.time_s) else {
            return;
        };
        let lines = figures(&side.site, &between.b, what);
        ui.horizontal(|ui| {
            ui.label(
                egui::RichText::new(name(&side.site, what))
                    .strong()
                    .size(15.0),
            );
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("×").on_hover_text("(Esc)").clicked() {
                    state.selected = None;
                }
            });
        });
        for (name, value) in lines {
            figure(ui, name, value);
        }
        if let Picked::Rack(hall, rack) = what {
            for (ink, line) in work_lines(side, &between.b, (hall as usize, rack), 8) {
                let [r, g, b] = ink.map(|c| (c * 255.0).round() as u8);
                ui.horizontal_wrapped(|ui| {
                    let size = egui::vec2(9.0, 9.0);
                    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                    ui.painter()
                        .rect_filled(rect, 2.0, egui::Color32::from_rgb(r, g, b));
                    ui.label(egui::RichText::new(line).size(12.0));
                });
            }
            charts::history(ui, side, state.colour, (hall as usize, rack as usize));
            if side.site.replayed {
                ui.label(
                    egui::RichText::new(
                        "recorded: the folder keeps halls over time and racks over the whole run; this rack is its part \
                         of the hall",
                    )
                    .color(FAINT)
                    .size(11.0),
                );
            }
        }
    });
}

/// The figures of something, a name and a value each.
pub(in crate::view) fn figures(
    site: &Site,
    frame: &Frame,
    what: Picked,
) -> Vec<(&'static str, String)> {
    match what {
        Picked::Rack(index, rack) => rack_figures(site, frame, (index as usize, rack as usize)),
        Picked::Machine(machine) => machines::figures(site, frame, machine),
    }
}

fn rack_figures(
    site: &Site,
    frame: &Frame,
    (index, rack): (usize, usize),
) -> Vec<(&'static str, String)> {
    let hall = &frame.snapshot.halls[index];
    let (config, limits) = (&site.scenario.hall[index], &site.halls[index]);
    let at = |values: &[f64]| values.get(rack).copied().unwrap_or(f64::NAN);
    let share = |text: String| estimated(text, site.replayed);
    let mut all = vec![
        ("cooled by", config.cooling.words()),
        (
            "servers",
            format!(
                "{} × {}",
                count(f64::from(config.servers_per_rack)),
                config.server
            ),
        ),
        ("power", share(power(at(&hall.racks.power_w)))),
        (
            "hottest chip",
            format!(
                "{} of {}",
                share(celsius(at(&hall.racks.chip_c))),
                number(limits.slowdown_c, 0)
            ),
        ),
        (
            "inlet / coolant",
            format!(
                "{} of {}",
                share(celsius(at(&hall.racks.coolant_c))),
                number(limits.limit_c, 0)
            ),
        ),
    ];
    if let Some(work) = frame.work.get(index).and_then(|work| work.get(rack)) {
        if !site.replayed {
            all.push((
                "busy GPUs",
                format!("{} of {}", count(work.busy_gpus), count(limits.gpus)),
            ));
        }
        all.push(("utilisation", share(percent(work.utilisation))));
        let slowed = if site.replayed {
            "–".into()
        } else {
            percent(work.slowed)
        };
        all.push(("slowed by heat", slowed));
        if work.off {
            all.push(("state", "switched itself off".into()));
        }
    }
    if explanation::hottest(frame) == Some((index, rack)) {
        all.push(("", "the hottest of all".into()));
    }
    all
}

/// Who works in a rack, a line each with its colour, those with most GPUs first; the last line counts the rest.
pub(in crate::view) fn work_lines(
    side: &Side,
    frame: &Frame,
    (hall, rack): (usize, u32),
    most: usize,
) -> Vec<(Rgb, String)> {
    let mut allocations = frame.occupants.in_rack(hall, rack).to_vec();
    allocations.sort_by_key(|allocation| (std::cmp::Reverse(allocation.gpus), allocation.occupant));
    let mut all: Vec<(Rgb, String)> = Vec::new();
    for allocation in allocations.iter().take(most) {
        let Some(occupant) = frame.occupants.all.get(allocation.occupant as usize) else {
            continue;
        };
        let whole = if allocation.gpus < occupant.gpus {
            format!(" of {}", count(f64::from(occupant.gpus)))
        } else {
            String::new()
        };
        let since = match occupant.job {
            Some(_) => {
                format!(", since {}", side.site.moment(occupant.since_s))
            }
            None => String::new(),
        };
        let name = jobs::name(occupant);
        let gpus = count(f64::from(allocation.gpus));
        let text = format!("{name}: {gpus}{whole} GPUs{since}");
        all.push((side.jobs.of(occupant), text));
    }
    if allocations.len() > most {
        let rest: u32 = allocations[most..]
            .iter()
            .map(|allocation| allocation.gpus)
            .sum();
        let more = count((allocations.len() - most) as f64);
        let text = format!("{more} more with {} GPUs", count(f64::from(rest)));
        all.push((jobs::SMALL, text));
    }
    all
}
