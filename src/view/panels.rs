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

use bevy::prelude::*;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

pub(super) use charts::window;
pub(super) use dialogs::load;
pub(super) use headline::FIGURES;
#[cfg(test)]
pub(super) use what_if::cooling_set;

use super::camera::ViewOf;
use super::prefs;
use super::state::{Look, Play, Sides};
use super::window::Areas;

pub(super) const INK: egui::Color32 = egui::Color32::from_rgb(226, 232, 236);
pub(super) const FAINT: egui::Color32 = egui::Color32::from_rgb(140, 152, 162);
pub(super) const ACCENT: egui::Color32 = egui::Color32::from_rgb(255, 196, 84);
pub(super) const ALARM: egui::Color32 = egui::Color32::from_rgb(255, 112, 92);
const PANEL: egui::Color32 = egui::Color32::from_rgb(20, 25, 30);
const EDGE: egui::Color32 = egui::Color32::from_rgb(44, 52, 60);

/// The uses of power, with the colours that all charts give them.
pub(super) const USES: [(&str, egui::Color32); 5] = [
    ("compute", egui::Color32::from_rgb(86, 156, 214)),
    ("server fans", egui::Color32::from_rgb(94, 201, 190)),
    ("losses", egui::Color32::from_rgb(150, 150, 158)),
    ("cooling", egui::Color32::from_rgb(240, 150, 80)),
    ("other", egui::Color32::from_rgb(190, 140, 200)),
];

pub(super) fn draw(
    mut context: Single<&mut EguiContext, With<PrimaryEguiContext>>,
    mut sides: ResMut<Sides>,
    mut play: ResMut<Play>,
    mut look: ResMut<Look>,
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
        .show(&mut root, |ui| top::show(ui, &sides, &mut play, &mut look));
    egui::Panel::bottom("time")
        .frame(frame)
        .exact_size(112.0)
        .show(&mut root, |ui| timeline::show(ui, &sides, &mut play));
    let width = (whole.width() * 0.215).clamp(250.0, 330.0);
    if !look.hidden[0] {
        egui::Panel::left("left")
            .frame(frame)
            .default_size(width)
            .show(&mut root, |ui| {
                scrolled(ui, "left", |ui| headline::show(ui, &sides, &play));
            });
    }
    if !look.hidden[1] {
        egui::Panel::right("right")
            .frame(frame)
            .default_size(width)
            .show(&mut root, |ui| {
                scrolled(ui, "right", |ui| {
                    inspect::show(ui, &sides, &play, &mut look);
                    what_if::show(ui, &mut sides, &mut look);
                    headline::more(ui, &sides, &play);
                });
            });
    }
    let charts: Option<Vec<(&'static str, egui::Rect)>> =
        context.data_mut(|data| data.remove_temp(charts_id()));
    let rect = |r: egui::Rect| Rect::new(r.min.x, r.min.y, r.max.x, r.max.y);
    let charts = charts.unwrap_or_default().into_iter();
    look.charts = charts.map(|(name, at)| (name, rect(at))).collect();
    let left = root.available_rect_before_wrap();
    areas.scene = Rect::new(left.min.x, left.min.y, left.max.x, left.max.y);
    overlay::show(context, &mut sides, &play, &mut look, &mut areas, &cameras);
    dialogs::show(context, &mut sides, &mut look);
    let pointer = context.input(|input| input.pointer.latest_pos());
    let over = context.is_pointer_over_egui();
    let busy = context.egui_wants_pointer_input() || context.any_popup_open();
    areas.scene_has_pointer =
        pointer.is_some_and(|at| left.contains(at)) && !(over && busy) && look.open.is_none();
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

/// Where the charts of a frame are kept until it is drawn.
fn charts_id() -> egui::Id {
    egui::Id::new("coldaisle charts")
}

/// Remembers where a chart stands, if all of it is seen.
pub(super) fn drawn(ui: &egui::Ui, name: &'static str, rect: egui::Rect) {
    if ui.clip_rect().expand(1.0).contains_rect(rect) {
        ui.data_mut(|data| {
            let all: &mut Vec<(&'static str, egui::Rect)> =
                data.get_temp_mut_or_default(charts_id());
            all.push((name, rect));
        });
    }
}

/// A title that folds what is below it; kept.
pub(super) fn section(
    ui: &mut egui::Ui,
    title: &str,
    open: bool,
    contents: impl FnOnce(&mut egui::Ui),
) {
    ui.add_space(2.0);
    let open = prefs::is_open(ui, title).unwrap_or(open);
    let shown = egui::CollapsingHeader::new(egui::RichText::new(title).strong().size(13.5))
        .default_open(open)
        .show_unindented(ui, contents);
    if shown.header_response.clicked() {
        // The click has changed what was shown in this frame.
        prefs::set_open(ui, title, shown.body_returned.is_none());
    }
}

/// A name and a figure on one line.
pub(super) fn figure(ui: &mut egui::Ui, name: &str, value: impl Into<String>) {
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(name).color(FAINT).size(12.5));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(egui::RichText::new(value).size(13.0));
        });
    });
}
