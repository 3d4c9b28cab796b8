//! Samples of what racks and machines show besides a colour, drawn as `lite.wgsl` draws them.

use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Shape, Stroke, pos2, vec2};

use super::{LINE, PAD, ink};
use crate::view::hall::colour::Rgb;
use crate::view::hall::paint::{EMPTY, FILLED};
use crate::view::hall::state::RackState;
use crate::view::screen::panels::widgets::{INK, SHADE};

/// sRGB of what `lite.wgsl` has as linear: dead bodies, their sign and their stripes, the empty part of a gauge.
pub(in crate::view) const DEAD: Rgb = [0.063, 0.069, 0.075];
pub(in crate::view) const SIGN: Rgb = [0.933, 0.224, 0.200];
pub(in crate::view) const STRIPE: Rgb = [0.800, 0.815, 0.830];

/// Width and height of a box of three lines.
pub(super) fn size() -> egui::Vec2 {
    vec2(142.0, super::scale::size().y)
}

fn titled(painter: &egui::Painter, at: egui::Pos2, title: &str) {
    painter.rect_filled(Rect::from_min_size(at, size()), 4.0, SHADE);
    let font = FontId::proportional(12.0);
    painter.text(at + vec2(PAD, 2.0), Align2::LEFT_TOP, title, font, INK);
}

fn place(at: egui::Pos2, line: usize) -> Rect {
    let corner = at + vec2(PAD, LINE + 6.0 + (LINE + 1.0) * line as f32);
    Rect::from_min_size(corner, vec2(20.0, 12.0))
}

fn word(painter: &egui::Painter, sample: Rect, text: &str) {
    let at = pos2(sample.max.x + 6.0, sample.center().y);
    let font = FontId::proportional(12.0);
    painter.text(at, Align2::LEFT_CENTER, text, font, INK);
}

/// The states of racks; `colour` is one of the scale.
pub(super) fn racks(painter: &egui::Painter, at: egui::Pos2, colour: Rgb) {
    titled(painter, at, "racks not at work");
    for (line, state) in RackState::SIGNS.into_iter().enumerate() {
        let rect = place(at, line);
        rack(painter, rect, state, colour);
        word(painter, rect, state.name());
    }
}

fn rack(painter: &egui::Painter, rect: Rect, state: RackState, colour: Rgb) {
    let clipped = painter.with_clip_rect(rect);
    match state {
        RackState::Works => {
            painter.rect_filled(rect, 0.0, ink(colour));
        }
        RackState::Idle => {
            painter.rect_filled(rect, 0.0, ink(colour));
            let dark = ink(colour.map(|c| 0.4 * c));
            stripes(&clipped, rect, 6.0, 1.5, 1.0, dark);
        }
        RackState::Off => {
            painter.rect_filled(rect, 0.0, ink(DEAD));
            cross(painter, rect);
        }
        RackState::Dark => {
            painter.rect_filled(rect, 0.0, ink(DEAD));
            stripes(&clipped, rect, 9.0, 2.4, -1.0, ink(STRIPE));
        }
    }
    frame(painter, rect);
}

fn frame(painter: &egui::Painter, rect: Rect) {
    let stroke = Stroke::new(1.0, Color32::from_gray(110));
    painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Outside);
}

/// Slanted stripes, so far apart along the horizontal.
fn stripes(painter: &egui::Painter, rect: Rect, apart: f32, wide: f32, way: f32, ink: Color32) {
    let high = rect.height();
    let mut x = rect.min.x - high;
    while x < rect.max.x + high {
        let (top, bottom) = if way > 0.0 {
            (x + high, x)
        } else {
            (x, x + high)
        };
        let ends = [pos2(top, rect.min.y), pos2(bottom, rect.max.y)];
        painter.line_segment(ends, Stroke::new(wide, ink));
        x += apart;
    }
}

fn cross(painter: &egui::Painter, rect: Rect) {
    let stroke = Stroke::new(2.0, ink(SIGN));
    painter.line_segment([rect.left_top(), rect.right_bottom()], stroke);
    painter.line_segment([rect.right_top(), rect.left_bottom()], stroke);
}

/// What machines show.
pub(super) fn machines(painter: &egui::Painter, at: egui::Pos2) {
    titled(painter, at, "machines");
    let rect = place(at, 0);
    painter.rect_filled(rect, 0.0, ink(EMPTY));
    let filled = Rect::from_min_max(pos2(rect.min.x, rect.min.y + 0.35 * 12.0), rect.max);
    painter.rect_filled(filled, 0.0, ink(FILLED));
    frame(painter, rect);
    word(painter, rect, "filled to its load");
    let rect = place(at, 1);
    let (middle, radius) = (rect.center(), 6.5);
    painter.circle_filled(middle, radius, ink(EMPTY));
    let mut fan = vec![middle];
    fan.extend((0..=8).map(|i| {
        let angle = 0.5 * std::f32::consts::PI * i as f32 / 8.0;
        middle + radius * vec2(angle.sin(), -angle.cos())
    }));
    painter.add(Shape::convex_polygon(fan, ink(FILLED), Stroke::NONE));
    word(painter, rect, "fan: ¼ of speed");
    let rect = place(at, 2);
    painter.rect_filled(rect, 0.0, ink(DEAD));
    cross(painter, rect);
    frame(painter, rect);
    word(painter, rect, "out of service");
}
