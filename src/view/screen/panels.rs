//! The panels around the scene, drawn with egui: above the clock and what colours mean, at the left what it costs, at the
//! right what is selected and what could be otherwise, below the time line.

mod charts;
mod dialogs;
mod headline;
mod inspect;
mod legend;
mod machines;
mod names;
mod overlay;
mod sankey;
mod timeline;
mod top;
mod what_if;
mod widgets;

use bevy::prelude::*;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

pub(super) use charts::window;
pub(super) use headline::FIGURES;
#[cfg(test)]
pub(super) use legend::{DEAD, SIGN, STRIPE};
#[cfg(test)]
pub(super) use machines::figures as machine_figures;
#[cfg(test)]
pub(super) use what_if::{cooling_set, events_here};
pub(super) use widgets::{sections, set_sections};

use crate::view::screen::areas::Areas;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::state::{Play, ViewState};
use widgets::{EDGE, INK, PANEL, take_drawn};

pub(super) fn draw(
    mut context: Single<&mut EguiContext, With<PrimaryEguiContext>>,
    mut sides: ResMut<Sides>,
    mut play: ResMut<Play>,
    mut state: ResMut<ViewState>,
    mut areas: ResMut<Areas>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let context = context.get_mut();
    style(context);
    let whole = context.viewport_rect();
    let mut root = egui::Ui::new(
        context.clone(),
        "root".into(),
        egui::UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(whole),
    );
    let frame = egui::Frame::NONE
        .fill(PANEL)
        .inner_margin(egui::Margin::symmetric(10, 6))
        .stroke(egui::Stroke::new(1.0, EDGE));
    egui::Panel::top("top")
        .frame(frame)
        .show(&mut root, |ui| top::show(ui, &sides, &mut play, &mut state));
    egui::Panel::bottom("time")
        .frame(frame)
        .exact_size(112.0)
        .show(&mut root, |ui| timeline::show(ui, &sides, &mut play));
    let width = (whole.width() * 0.215).clamp(250.0, 330.0);
    if !state.hidden[0] {
        egui::Panel::left("left")
            .frame(frame)
            .default_size(width)
            .show(&mut root, |ui| {
                scrolled(ui, "left", |ui| headline::show(ui, &sides, &play));
            });
    }
    if !state.hidden[1] {
        egui::Panel::right("right")
            .frame(frame)
            .default_size(width)
            .show(&mut root, |ui| {
                scrolled(ui, "right", |ui| {
                    inspect::show(ui, &sides, &play, &mut state);
                    what_if::show(ui, &mut sides, &mut state);
                    headline::more(ui, &sides, &play);
                });
            });
    }
    let rect = |r: egui::Rect| Rect::new(r.min.x, r.min.y, r.max.x, r.max.y);
    let charts = take_drawn(context).into_iter();
    state.charts = charts.map(|(name, at)| (name, rect(at))).collect();
    let left = root.available_rect_before_wrap();
    areas.scene = Rect::new(left.min.x, left.min.y, left.max.x, left.max.y);
    overlay::show(context, &mut sides, &play, &mut state, &mut areas, &cameras);
    dialogs::show(context, &mut sides, &mut state);
    let pointer = context.input(|input| input.pointer.latest_pos());
    let over = context.is_pointer_over_egui();
    let busy = context.egui_wants_pointer_input() || context.any_popup_open();
    areas.scene_has_pointer =
        pointer.is_some_and(|at| left.contains(at)) && !(over && busy) && state.open.is_none();
    areas.keys_taken = context.egui_wants_keyboard_input();
}

fn scrolled(ui: &mut egui::Ui, name: &str, contents: impl FnOnce(&mut egui::Ui)) {
    egui::ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink([false, false])
        .show(ui, contents);
}

fn style(context: &egui::Context) {
    let mut visuals = egui::Visuals::dark();
    visuals.panel_fill = PANEL;
    visuals.window_fill = PANEL;
    visuals.override_text_color = Some(INK);
    visuals.extreme_bg_color = egui::Color32::from_rgb(12, 15, 18);
    context.set_visuals(visuals);
}
