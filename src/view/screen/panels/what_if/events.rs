//! Buttons for events of an hour.

use bevy_egui::egui;

use super::Asked;
use crate::scenario::event::EventKind;
use crate::scenario::session::{Act, EventCommand, Repair};
use crate::view::hall::controls::{Orders, SIDES};
use crate::view::hall::frame::Site;
use crate::view::screen::panels::widgets::FAINT;
use crate::view::screen::run::Sides;
use crate::view::screen::state::CommandTarget;

/// How long an event lasts that a button starts, minutes.
const EVENT_MIN: f64 = 60.0;
/// Share of the machines that such an event takes away: what a site with spares can bear.
const EVENT_SHARE: f64 = 0.5;

/// One event of each kind that finds its machines here.
pub(in crate::view) fn events_here(site: &Site) -> Vec<EventKind> {
    let mut all = EventKind::examples();
    all.retain(|event| site.equipment.has(event));
    for share in all.iter_mut().filter_map(EventKind::share_mut) {
        *share = EVENT_SHARE;
    }
    all
}

pub(super) fn show(ui: &mut egui::Ui, sides: &Sides, aim: CommandTarget, asked: &mut Asked) {
    ui.label(
        egui::RichText::new("events of an hour")
            .color(FAINT)
            .size(12.0),
    );
    let all = sides.0.iter().enumerate();
    let aimed: Vec<(usize, &Site)> = all
        .filter(|(index, side)| aim.is_at(*index) && !side.site.replayed)
        .map(|(index, side)| (index, &*side.site))
        .collect();
    // Each goes to those who have the machines.
    let mut offered: Vec<(EventKind, Vec<usize>)> = Vec::new();
    for (index, site) in &aimed {
        for what in events_here(site) {
            match offered.iter_mut().find(|(known, _)| *known == what) {
                Some((_, whom)) => whom.push(*index),
                None => offered.push((what, vec![*index])),
            }
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (what, whom) in offered {
            let mut hint = what.name().to_owned();
            if whom.len() < aimed.len() {
                let whom = whom.iter().map(|index| SIDES[(*index).min(1)]);
                let whom = whom.collect::<Vec<_>>().join(", ");
                hint = format!("{hint} ({whom} only: the other has none)");
            }
            let button = ui.small_button(what.line()).on_hover_text(hint);
            if button.clicked() {
                let event = EventCommand {
                    minutes: EVENT_MIN,
                    what,
                };
                asked.orders.push(to_each(&whom, &Act::Event(event)));
            }
        }
        if ui.small_button("repair all").clicked() {
            let all: Vec<usize> = aimed.iter().map(|(index, _)| *index).collect();
            asked.orders.push(to_each(&all, &Act::Repair(Repair {})));
        }
    });
}

fn to_each(whom: &[usize], act: &Act) -> Orders {
    Orders {
        acts: whom.iter().map(|index| (*index, act.clone())).collect(),
        cut: Vec::new(),
    }
}
