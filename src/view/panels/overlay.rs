//! What lies over the scene: what is hot, why and what it costs; names; what colours mean; what the pointer is on.

use std::fmt::Write as _;

use bevy::prelude::{Camera, GlobalTransform, Query};
use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Stroke, StrokeKind, pos2, vec2};

use super::{ALARM, FAINT, INK, inspect};
use crate::view::camera::{Eye, ViewOf};
use crate::view::colour::{FLUID, Rgb, Scale, plasma, viridis};
use crate::view::layout::Picked;
use crate::view::paint;
use crate::view::state::{Look, Play, Side, Sides};
use crate::view::story;
use crate::view::window::Areas;

const SHADE: Color32 = Color32::from_rgba_premultiplied(10, 13, 16, 215);

pub(super) fn show(
    context: &egui::Context,
    sides: &mut Sides,
    play: &Play,
    look: &mut Look,
    areas: &Areas,
    cameras: &Query<(&ViewOf, &Camera, &GlobalTransform)>,
    eye: &Eye,
) {
    let layer = egui::LayerId::new(egui::Order::Background, "overlay".into());
    let painter = context.layer_painter(layer);
    let count = sides.0.len();
    for (index, side) in sides.0.iter().enumerate() {
        let area = areas.of(index, count);
        let area = Rect::from_min_max(pos2(area.min.x, area.min.y), pos2(area.max.x, area.max.y));
        let painter = painter.with_clip_rect(area);
        if let Some((_, camera, transform)) = cameras.iter().find(|(of, ..)| of.0 == index) {
            names(&painter, side, play, area, camera, transform);
        }
        told(&painter, side, play, area);
        if index > 0 {
            let line = [area.left_top(), area.left_bottom()];
            painter.line_segment(line, Stroke::new(2.0, Color32::from_gray(110)));
        }
    }
    let scene = Rect::from_min_max(
        pos2(areas.scene.min.x, areas.scene.min.y),
        pos2(areas.scene.max.x, areas.scene.max.y),
    );
    if let Some(side) = sides.0.first() {
        legends(&painter.with_clip_rect(scene), side, look, scene);
    }
    tip(context, sides, play, look);
    if let Some((note, left)) = &mut look.note {
        let at = pos2(scene.center().x, scene.max.y - 74.0);
        boxed(&painter, at, Align2::CENTER_BOTTOM, note, 13.0, INK);
        *left -= 1;
        if *left == 0 {
            look.note = None;
        }
    }
    let _ = eye;
}

fn boxed(painter: &egui::Painter, at: egui::Pos2, to: Align2, text: &str, size: f32, ink: Color32) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(size), ink);
    let rect = to.anchor_size(at, galley.size());
    painter.rect_filled(rect.expand2(vec2(6.0, 3.0)), 4.0, SHADE);
    painter.galley(rect.min, galley, ink);
}

/// What is hot, why, and what it costs.
fn told(painter: &egui::Painter, side: &Side, play: &Play, area: Rect) {
    let Some(between) = side.at(play.time_s) else {
        let text = side.trouble.clone().unwrap_or_else(|| "computing …".into());
        let ink = if side.trouble.is_some() { ALARM } else { FAINT };
        let galley = painter.layout(text, FontId::monospace(13.0), ink, area.width() - 40.0);
        let at = area.min + vec2(20.0, 20.0);
        painter.rect_filled(
            Rect::from_min_size(at, galley.size()).expand(8.0),
            4.0,
            SHADE,
        );
        painter.galley(at, galley, ink);
        return;
    };
    let behind_s = play.time_s - between.b.time_s();
    let mut story = story::tell(&side.site, &between.b);
    if behind_s > 0.5 * side.site.step_s {
        let at = side
            .site
            .moment(between.b.time_s())
            .strftime("%b %-d %H:%M");
        story.hot = format!("Computing, now at {at} … {}", story.hot);
    }
    let mut job = egui::text::LayoutJob::default();
    job.wrap.max_width = (area.width() - 28.0).max(120.0);
    let alarm = if story.alarm { ALARM } else { INK };
    for (text, size, ink) in [
        (story.hot, 15.5, alarm),
        (story.why, 13.0, Color32::from_rgb(200, 208, 214)),
        (story.cost, 13.0, super::ACCENT),
    ] {
        let format = egui::TextFormat {
            font_id: FontId::proportional(size),
            color: ink,
            ..egui::TextFormat::default()
        };
        job.append(&format!("{text}\n"), 0.0, format);
    }
    let galley = painter.layout_job(job);
    let rect = Rect::from_min_size(area.min + vec2(12.0, 8.0), galley.size());
    let back = Rect::from_min_max(rect.min - vec2(6.0, 4.0), rect.max + vec2(6.0, -12.0));
    painter.rect_filled(back, 5.0, SHADE);
    painter.galley(rect.min, galley, INK);
}

/// Names of halls and machines, where they stand.
fn names(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    area: Rect,
    camera: &Camera,
    transform: &GlobalTransform,
) {
    let mut taken: Vec<Rect> = vec![Rect::from_min_size(area.min, vec2(area.width(), 74.0))];
    taken.extend(pin(painter, side, play, area, (camera, transform)));
    for label in &side.layout.labels {
        let Ok(at) = camera.world_to_viewport(transform, label.at + side.offset) else {
            continue;
        };
        // Of the camera's own part of the picture.
        let at = pos2(at.x, at.y);
        let at = if area.contains(at) { at } else { continue };
        let font = FontId::proportional(12.5);
        let galley = painter.layout_no_wrap(label.text.clone(), font, INK);
        let rect = Align2::CENTER_BOTTOM
            .anchor_size(at, galley.size())
            .expand(3.0);
        if taken.iter().any(|other| other.intersects(rect)) {
            continue;
        }
        painter.rect_filled(rect, 3.0, Color32::from_rgba_premultiplied(10, 13, 16, 150));
        painter.galley(rect.min + vec2(3.0, 3.0), galley, INK);
        taken.push(rect);
    }
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
    let (hall, rack) = story::hottest(&between.b)?;
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
    let text = format!("hottest {chip_c:.0} °C");
    let galley = painter.layout_no_wrap(text, FontId::proportional(13.0), INK);
    // Below where the story would cover it.
    let (top, align) = if at.y > area.min.y + 150.0 {
        (at - vec2(0.0, 34.0), Align2::CENTER_BOTTOM)
    } else {
        (at + vec2(0.0, 34.0), Align2::CENTER_TOP)
    };
    let rect = align.anchor_size(top, galley.size()).expand(4.0);
    painter.line_segment([at, top], Stroke::new(1.5, Color32::WHITE));
    painter.circle_filled(at, 3.0, Color32::WHITE);
    painter.rect_filled(rect, 4.0, SHADE);
    painter.rect_stroke(
        rect,
        4.0,
        Stroke::new(1.0, Color32::WHITE),
        StrokeKind::Outside,
    );
    painter.galley(rect.min + vec2(4.0, 4.0), galley, INK);
    Some(rect)
}

/// Cells of a scale.
const PARTS: usize = 64;

/// A scale with its colours, its ends and its unit.
fn legend(
    painter: &egui::Painter,
    at: egui::Pos2,
    title: &str,
    scale: Scale,
    colour: impl Fn(f32) -> Rgb,
    marks: &[(f32, String)],
) {
    let size = vec2(190.0, 10.0);
    let rect = Rect::from_min_size(at, size);
    let back = Rect::from_min_max(rect.min - vec2(10.0, 20.0), rect.max + vec2(10.0, 18.0));
    painter.rect_filled(back, 4.0, SHADE);
    let font = FontId::proportional(12.0);
    painter.text(
        at - vec2(0.0, 17.0),
        Align2::LEFT_TOP,
        title,
        font.clone(),
        INK,
    );
    for part in 0..PARTS {
        let x = part as f32 / PARTS as f32;
        let [r, g, b] = colour(x + 0.5 / PARTS as f32).map(|c| (c * 255.0).round() as u8);
        let from = rect.min + vec2(size.x * x, 0.0);
        let cell = Rect::from_min_size(from, vec2(size.x / PARTS as f32 + 0.5, size.y));
        painter.rect_filled(cell, 0.0, Color32::from_rgb(r, g, b));
    }
    let ticks = 4;
    for tick in 0..=ticks {
        let x = tick as f32 / ticks as f32;
        let value = scale.low + (scale.high - scale.low) * x;
        let decimals = usize::from((scale.high - scale.low) < 8.0);
        let at = rect.min + vec2(size.x * x, size.y + 2.0);
        let text = format!("{value:.decimals$}");
        painter.text(at, Align2::CENTER_TOP, text, font.clone(), FAINT);
    }
    for (value, word) in marks {
        let x = rect.min.x + size.x * scale.at(*value);
        let line = [pos2(x, rect.min.y - 3.0), pos2(x, rect.max.y + 3.0)];
        painter.line_segment(line, Stroke::new(2.0, Color32::WHITE));
        painter.text(
            pos2(x, rect.min.y - 4.0),
            Align2::RIGHT_BOTTOM,
            word,
            font.clone(),
            INK,
        );
    }
}

fn legends(painter: &egui::Painter, side: &Side, look: &Look, scene: Rect) {
    let by = look.colour;
    let scale = paint::scale(by, &side.site);
    let y = scene.max.y - 32.0;
    let x = scene.min.x + 18.0;
    let title = format!("racks: {}, {}", by.name(), by.unit());
    legend(painter, pos2(x, y), &title, scale, |x| by.colour(x), &[]);
    let next = x + 222.0;
    if next + 200.0 < scene.max.x {
        legend(
            painter,
            pos2(next, y),
            "air, water and coolant, °C",
            FLUID,
            plasma,
            &[],
        );
    }
    let last = next + 222.0;
    if last + 200.0 < scene.max.x {
        let whole = Scale::new(0.0, 100.0);
        legend(
            painter,
            pos2(last, y),
            "machines: load, %",
            whole,
            viridis,
            &[],
        );
    }
}

/// A short word about what the pointer is on.
fn tip(context: &egui::Context, sides: &Sides, play: &Play, look: &Look) {
    let Some((index, what)) = look.hovered else {
        return;
    };
    let (Some(side), Some(at)) = (
        sides.0.get(index),
        context.input(|i| i.pointer.latest_pos()),
    ) else {
        return;
    };
    let Some(between) = side.at(play.time_s) else {
        return;
    };
    let layer = egui::LayerId::new(egui::Order::Tooltip, "tip".into());
    let painter = context.layer_painter(layer);
    let mut text = inspect::name(&side.site, what);
    let figures = inspect::figures(&side.site, &between.b, what);
    let skip = if matches!(what, Picked::Rack(..)) {
        2
    } else {
        0
    };
    for (name, value) in figures.into_iter().skip(skip).take(3) {
        let _ = write!(text, "\n{name} {value}");
    }
    let galley = painter.layout(text, FontId::proportional(12.5), INK, 260.0);
    let rect = Rect::from_min_size(at + vec2(14.0, 10.0), galley.size());
    painter.rect_filled(rect.expand(6.0), 4.0, SHADE);
    let stroke = Stroke::new(1.0, Color32::from_gray(90));
    painter.rect_stroke(rect.expand(6.0), 4.0, stroke, StrokeKind::Outside);
    painter.galley(rect.min, galley, INK);
}
