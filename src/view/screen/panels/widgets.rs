//! Widgets of all panels: their colours, sections that fold, figures, boxes over the scene, and the list of the charts
//! that were drawn.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Align2, Color32, FontId, vec2};

use crate::palette;

pub(super) const INK: egui::Color32 = egui::Color32::from_rgb(226, 232, 236);
pub(super) const FAINT: egui::Color32 = egui::Color32::from_rgb(140, 152, 162);
pub(super) const ACCENT: egui::Color32 = egui::Color32::from_rgb(255, 196, 84);
pub(super) const ALARM: egui::Color32 = egui::Color32::from_rgb(255, 112, 92);
pub(super) const PANEL: egui::Color32 = egui::Color32::from_rgb(20, 25, 30);
pub(in crate::view) const EDGE: egui::Color32 = egui::Color32::from_rgb(44, 52, 60);

/// The uses of power, with the colours that all pictures give them.
pub(super) const USES: [(&str, Color32); 6] = [
    ("compute", colour(palette::COMPUTE)),
    ("server fans", colour(palette::SERVER_FANS)),
    ("losses", colour(palette::PSU_LOSSES)),
    ("cooling", colour(palette::COOLING)),
    ("other", colour(palette::OTHER)),
    ("network, storage", colour(palette::NETWORK_STORAGE)),
];

const fn colour([red, green, blue]: [u8; 3]) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

pub(in crate::view) const SHADE: Color32 = Color32::from_rgba_premultiplied(10, 13, 16, 215);
/// Ink of a word beside the sentences' first.
pub(super) const SOFT: Color32 = Color32::from_rgb(200, 208, 214);
/// The weather's line.
pub(super) const OUTDOORS: Color32 = Color32::from_rgb(230, 230, 120);
/// The water's line.
pub(super) const WATER: Color32 = Color32::from_rgb(90, 170, 240);

/// What became less, of what is better less.
pub(super) const GAIN: Color32 = Color32::from_rgb(120, 210, 140);
/// Letters on white.
pub(super) const ON_WHITE: Color32 = Color32::from_rgb(6, 6, 8);

/// The inks of the light theme: each of the dark one with its counterpart. Other colours stay as they are, so that what is
/// read by its colour means the same in both.
const IN_LIGHT: &[(Color32, Color32)] = &[
    (INK, Color32::from_rgb(6, 8, 10)),
    (SOFT, Color32::from_rgb(22, 28, 34)),
    (FAINT, Color32::from_rgb(52, 60, 68)),
    (ACCENT, Color32::from_rgb(112, 62, 0)),
    (ALARM, Color32::from_rgb(168, 18, 6)),
    (PANEL, Color32::from_rgb(248, 249, 250)),
    (EDGE, Color32::from_rgb(205, 210, 215)),
    (SHADE, Color32::from_rgb(244, 245, 246)),
    (OUTDOORS, Color32::from_rgb(140, 120, 0)),
    (WATER, Color32::from_rgb(20, 100, 190)),
    (GAIN, Color32::from_rgb(0, 96, 40)),
    (Color32::WHITE, Color32::from_rgb(14, 18, 22)),
    (ON_WHITE, Color32::WHITE),
];

/// A colour as the light theme has it.
pub(in crate::view) fn in_light(colour: &mut Color32) {
    if let Some((_, light)) = IN_LIGHT.iter().find(|(dark, _)| dark == colour) {
        *colour = *light;
    }
}

/// Where the charts of a frame are kept until it is drawn.
fn charts_id() -> egui::Id {
    egui::Id::new("coldaisle charts")
}

/// Remembers the place of a chart, if all of it is seen.
pub(super) fn drawn(ui: &egui::Ui, name: &'static str, rect: egui::Rect) {
    if ui.clip_rect().expand(1.0).contains_rect(rect) {
        ui.data_mut(|data| {
            let all: &mut Vec<(&'static str, egui::Rect)> =
                data.get_temp_mut_or_default(charts_id());
            all.push((name, rect));
        });
    }
}

/// The charts of a frame that were seen as a whole, which are forgotten by this.
pub(super) fn take_drawn(context: &egui::Context) -> Vec<(&'static str, egui::Rect)> {
    let charts = context.data_mut(|data| data.remove_temp(charts_id()));
    charts.unwrap_or_default()
}

/// A title that folds what is below it; kept.
pub(super) fn section(
    ui: &mut egui::Ui,
    title: &str,
    open: bool,
    contents: impl FnOnce(&mut egui::Ui),
) {
    ui.add_space(2.0);
    let open = is_open(ui, title).unwrap_or(open);
    let shown = egui::CollapsingHeader::new(egui::RichText::new(title).strong().size(13.5))
        .default_open(open)
        .show_unindented(ui, contents);
    if shown.header_response.clicked() {
        // The click has changed what was shown in this frame.
        set_open(ui, title, shown.body_returned.is_none());
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

/// Where the sections' state lies among egui's own.
fn place() -> egui::Id {
    egui::Id::new("coldaisle sections")
}

/// Whether a section is open, where it was set.
fn is_open(ui: &egui::Ui, title: &str) -> Option<bool> {
    ui.data(|data| {
        data.get_temp::<BTreeMap<String, bool>>(place())?
            .get(title)
            .copied()
    })
}

/// A section was opened or closed.
fn set_open(ui: &egui::Ui, title: &str, open: bool) {
    ui.data_mut(|data| {
        let all: &mut BTreeMap<String, bool> = data.get_temp_mut_or_default(place());
        all.insert(title.to_owned(), open);
    });
}

/// Sections that were opened or closed.
pub(in crate::view) fn sections(context: &egui::Context) -> BTreeMap<String, bool> {
    context
        .data(|data| data.get_temp(place()))
        .unwrap_or_default()
}

/// Takes them as they were left before.
pub(in crate::view) fn set_sections(context: &egui::Context, open: BTreeMap<String, bool>) {
    context.data_mut(|data| data.insert_temp(place(), open));
}

pub(super) fn boxed(
    painter: &egui::Painter,
    at: egui::Pos2,
    to: Align2,
    text: &str,
    size: f32,
    ink: Color32,
) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(size), ink);
    let rect = to.anchor_size(at, galley.size());
    painter.rect_filled(rect.expand2(vec2(6.0, 3.0)), 4.0, SHADE);
    painter.galley(rect.min, galley, ink);
}

/// Tells a screen reader what is painted and is no widget: a role, a name, and what it says.
pub(super) fn told(
    context: &egui::Context,
    id: impl std::hash::Hash + std::fmt::Debug,
    name: &str,
    text: &str,
) {
    context.accesskit_node_builder(egui::Id::new(("told", id)), |node| {
        node.set_role(egui::accesskit::Role::Label);
        node.set_label(name);
        node.set_value(text);
    });
}

/// Gives a control that shows a value alone its name.
pub(super) fn named(response: &egui::Response, kind: egui::WidgetType, name: &str) {
    response.widget_info(|| egui::WidgetInfo::labeled(kind, true, name));
}
