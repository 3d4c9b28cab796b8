//! Words in the scene: names and states of things at this instant, at their places; a pin on the hottest rack.

use bevy::prelude::{Camera, GlobalTransform, Vec3};
use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Stroke, StrokeKind, pos2, vec2};

use super::widgets::{ACCENT, INK, SHADE};
use crate::view::hall::explanation;
use crate::view::hall::format::{celsius, estimated};
use crate::view::hall::layout::{Label, Picked};
use crate::view::hall::names::figures;
use crate::view::screen::run::Side;
use crate::view::screen::state::Play;

/// Where a label goes that finds its place taken, px from it.
const ASIDE: [f32; 7] = [0.0, -22.0, 22.0, -44.0, 44.0, -66.0, 66.0];

/// Names of halls and machines with their figures, and the pin. `taken` is what words lie over already.
pub(super) fn show(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    area: Rect,
    (camera, transform): (&Camera, &GlobalTransform),
    mut taken: Vec<Rect>,
) {
    taken.extend(pin(painter, side, play, area, (camera, transform)));
    let between = side.at(play.time_s);
    // What is always shown goes before what only the near see.
    let far = |label: &&Label| label.within_m.is_infinite();
    let (always, near): (Vec<&Label>, Vec<&Label>) = side.layout.labels.iter().partition(far);
    for label in always.into_iter().chain(near) {
        let place = label.at + side.offset;
        if transform.translation().distance(place) > label.within_m {
            continue;
        }
        let Ok(at) = camera.world_to_viewport(transform, place) else {
            continue;
        };
        // Of the camera's own part of the picture.
        let at = pos2(at.x, at.y);
        if !area.contains(at) {
            continue;
        }
        if is_hidden(side, transform.translation(), place) {
            continue;
        }
        let figures = label
            .of
            .zip(between.as_ref())
            .map(|(tag, between)| figures(tag, &side.site, &between.b))
            .filter(|text| !text.is_empty());
        let galley = painter.layout_job(job(&label.text, figures.as_deref()));
        let home = Align2::CENTER_BOTTOM
            .anchor_size(at, galley.size())
            .expand2(vec2(5.0, 3.0));
        let inside = vec2(
            (area.min.x + 4.0 - home.min.x).max(0.0) + (area.max.x - 4.0 - home.max.x).min(0.0),
            0.0,
        );
        let free = ASIDE.into_iter().find_map(|down| {
            let rect = home.translate(inside + vec2(0.0, down));
            let fits = area.contains_rect(rect) && !taken.iter().any(|t| t.intersects(rect));
            fits.then_some((rect, down))
        });
        let Some((rect, down)) = free else { continue };
        if down != 0.0 {
            let from = pos2(at.x, if down < 0.0 { rect.max.y } else { rect.min.y });
            painter.line_segment([from, at], Stroke::new(1.0, Color32::from_gray(150)));
        }
        painter.rect_filled(rect, 4.0, SHADE);
        painter.galley(rect.min + vec2(5.0, 3.0), galley, INK);
        taken.push(rect);
    }
}

/// Whether racks or machines are between a viewer in an aisle and a place; from above they do not hide it.
fn is_hidden(side: &Side, eye: Vec3, place: Vec3) -> bool {
    const ABOVE_M: f32 = 3.0;
    if eye.y > ABOVE_M {
        return false;
    }
    let (from, way) = (eye - side.offset, place - eye);
    let (length, towards) = (way.length(), way.normalize_or_zero());
    side.layout
        .pick_at(from, towards)
        .is_some_and(|(_, at)| at < length - 1.0)
}

fn job(name: &str, figures: Option<&str>) -> egui::text::LayoutJob {
    let mut job = egui::text::LayoutJob {
        halign: egui::Align::LEFT,
        ..egui::text::LayoutJob::default()
    };
    let format = |size, color| egui::TextFormat {
        font_id: FontId::proportional(size),
        color,
        ..egui::TextFormat::default()
    };
    job.append(name, 0.0, format(12.5, INK));
    if let Some(figures) = figures {
        job.append(&format!("\n{figures}"), 0.0, format(12.5, ACCENT));
    }
    job
}

/// A pin on the hottest rack; returns the place of its word.
fn pin(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    area: Rect,
    (camera, transform): (&Camera, &GlobalTransform),
) -> Option<Rect> {
    let between = side.at(play.time_s)?;
    let (hall, rack) = explanation::hottest(&between.b)?;
    let bounds = side
        .layout
        .pick_box(Picked::Rack(hall as u32, rack as u32))?;
    let mut foot = bounds.centre();
    foot.y = bounds.max.y;
    let at = camera
        .world_to_viewport(transform, foot + side.offset)
        .ok()?;
    let at = pos2(at.x, at.y);
    if !area.contains(at) {
        return None;
    }
    let chip_c = between.b.snapshot.halls[hall].racks.chip_c[rack];
    let text = format!(
        "hottest chip {} °C",
        estimated(number(chip_c, 0), side.site.replayed)
    );
    let galley = painter.layout_no_wrap(text, FontId::proportional(14.0), Color32::BLACK);
    // Below where the explanation would cover it.
    let (top, align) = if at.y > area.min.y + 150.0 {
        (at - vec2(0.0, 30.0), Align2::CENTER_BOTTOM)
    } else {
        (at + vec2(0.0, 30.0), Align2::CENTER_TOP)
    };
    let rect = align.anchor_size(top, galley.size()).expand(4.0);
    painter.line_segment([at, top], Stroke::new(2.0, Color32::WHITE));
    painter.circle_filled(at, 4.0, Color32::WHITE);
    painter.rect_filled(rect, 4.0, Color32::WHITE);
    painter.rect_stroke(
        rect,
        4.0,
        Stroke::new(1.0, Color32::from_gray(90)),
        StrokeKind::Outside,
    );
    painter.galley(rect.min + vec2(4.0, 4.0), galley, Color32::BLACK);
    Some(rect)
}
