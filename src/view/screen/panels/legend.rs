//! Legend of colours: scales with their units and the part of them that is used at this instant, and who has which hue.

use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Stroke, pos2, vec2};

use super::widgets::{FAINT, INK, SHADE, boxed};
use crate::view::hall::colour::{ColourBy, FLUID, Rgb, Scale, plasma, viridis};
use crate::view::hall::format::count;
use crate::view::hall::frame::Frame;
use crate::view::hall::jobs::{self, IDLE, SERVICE, SMALL, UNKNOWN};
use crate::view::hall::paint;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{Play, ViewState};

/// Cells of a scale.
const PARTS: usize = 64;
/// Width of a scale.
const SCALE: f32 = 212.0;
/// Large jobs that the legend names.
const NAMED: usize = 7;

fn ink([r, g, b]: Rgb) -> Color32 {
    let [r, g, b] = [r, g, b].map(|c| (c * 255.0).round() as u8);
    Color32::from_rgb(r, g, b)
}

/// A scale with its colours, its ends and its unit; above it the part that is used.
fn scale_bar(
    painter: &egui::Painter,
    at: egui::Pos2,
    title: &str,
    scale: Scale,
    colour: impl Fn(f32) -> Rgb,
    used: Option<(f32, f32)>,
) {
    let size = vec2(SCALE, 10.0);
    let rect = Rect::from_min_size(at, size);
    let back = Rect::from_min_max(rect.min - vec2(10.0, 24.0), rect.max + vec2(10.0, 18.0));
    painter.rect_filled(back, 4.0, SHADE);
    let font = FontId::proportional(12.0);
    let corner = at - vec2(0.0, 22.0);
    let titled = painter.text(corner, Align2::LEFT_TOP, title, font.clone(), INK);
    for part in 0..PARTS {
        let x = part as f32 / PARTS as f32;
        let from = rect.min + vec2(size.x * x, 0.0);
        let cell = Rect::from_min_size(from, vec2(size.x / PARTS as f32 + 0.5, size.y));
        painter.rect_filled(cell, 0.0, ink(colour(x + 0.5 / PARTS as f32)));
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
    if let Some((low, high)) = used {
        let x = |value: f32| rect.min.x + size.x * scale.at(value);
        let (a, b) = (x(low), x(high).max(x(low) + 2.0));
        let y = rect.min.y - 3.0;
        let stroke = Stroke::new(2.0, Color32::WHITE);
        painter.line_segment([pos2(a, y), pos2(b, y)], stroke);
        for end in [a, b] {
            painter.line_segment([pos2(end, y - 2.0), pos2(end, y + 3.0)], stroke);
        }
        let decimals = usize::from(high - low < 3.0);
        let text = format!("{low:.decimals$} – {high:.decimals$}");
        // A long title leaves no room for the word; the bracket shows it too.
        for text in [format!("now {text}"), text] {
            let galley = painter.layout_no_wrap(text, font.clone(), Color32::WHITE);
            let left = rect.max.x - galley.size().x;
            if left > titled.max.x + 4.0 {
                painter.galley(pos2(left, rect.min.y - 22.0), galley, Color32::WHITE);
                break;
            }
        }
    }
}

/// The least and the largest value of all racks of all sides.
fn used(by: ColourBy, sides: &Sides, play: &Play) -> Option<(f32, f32)> {
    let mut ends: Option<(f32, f32)> = None;
    for side in &sides.0 {
        let between = side.at(play.time_s)?;
        for (hall, of) in side.site.halls.iter().enumerate() {
            for rack in 0..of.racks {
                let value = paint::value(by, &between.b, hall, rack) as f32;
                if value.is_finite() {
                    let (low, high) = ends.unwrap_or((value, value));
                    ends = Some((low.min(value), high.max(value)));
                }
            }
        }
    }
    ends
}

/// Swatches with words, in as many lines as it takes; returns its height.
fn swatches(painter: &egui::Painter, scene: Rect, title: &str, all: &[(Rgb, String)]) -> f32 {
    let font = FontId::proportional(12.0);
    let (left, right) = (scene.min.x + 18.0, scene.max.x - 18.0);
    let (mut x, mut line, mut wide) = (left, 0, 0.0_f32);
    let mut places = Vec::new();
    for (colour, label) in all {
        let galley = painter.layout_no_wrap(label.clone(), font.clone(), INK);
        let width = 15.0 + galley.size().x + 14.0;
        if x + width > right && x > left {
            (x, line) = (left, line + 1);
        }
        places.push((x, line, *colour, galley));
        x += width;
        wide = wide.max(x - left);
    }
    let height = 26.0 + 17.0 * (line + 1) as f32;
    let top = scene.max.y - 10.0 - height;
    let back = Rect::from_min_size(pos2(left - 10.0, top), vec2(wide.max(180.0) + 10.0, height));
    painter.rect_filled(back, 4.0, SHADE);
    let corner = pos2(left, top + 4.0);
    painter.text(corner, Align2::LEFT_TOP, title, font, INK);
    for (x, line, colour, galley) in places {
        let y = top + 22.0 + 17.0 * line as f32;
        let cell = Rect::from_min_size(pos2(x, y + 2.0), vec2(10.0, 10.0));
        painter.rect_filled(cell, 2.0, ink(colour));
        painter.galley(pos2(x + 15.0, y), galley, INK);
    }
    height
}

/// Legend of the racks' hues.
pub(in crate::view) fn holders(side: &Side, frame: &Frame) -> Vec<(Rgb, String)> {
    if side.site.replayed {
        return vec![(
            UNKNOWN,
            "a recorded result does not keep where jobs lie".into(),
        )];
    }
    if frame.snapshot.queue.is_none() {
        return vec![(UNKNOWN, "no jobs: the work is a load of all servers".into())];
    }
    let large = side.jobs.shown(frame);
    let named = large.iter().take(NAMED).map(|(occupant, colour)| {
        let gpus = count(f64::from(occupant.gpus));
        (*colour, format!("{}: {gpus} GPUs", jobs::name(occupant)))
    });
    let mut all: Vec<(Rgb, String)> = named.collect();
    if large.len() > NAMED {
        let more = large.len() - NAMED;
        all.push((SMALL, format!("hues are shared by {more} more large jobs")));
    }
    all.push((SMALL, "jobs smaller than a rack".into()));
    if frame
        .occupants
        .all
        .iter()
        .any(|occupant| occupant.job.is_none())
    {
        all.push((SERVICE, "services".into()));
    }
    all.push((IDLE, "idle".into()));
    all
}

/// All legends at the bottom of the scene; returns their height.
pub(super) fn show(
    painter: &egui::Painter,
    sides: &Sides,
    play: &Play,
    state: &ViewState,
    scene: Rect,
) -> f32 {
    let Some(first) = sides.0.first() else {
        return 0.0;
    };
    let by = state.colour;
    if by == ColourBy::Job {
        let Some(between) = first.at(play.time_s) else {
            return 0.0;
        };
        let title = if sides.0.len() > 1 {
            "racks by the job that has most of them (left side)"
        } else {
            "racks by the job that has most of them"
        };
        return swatches(painter, scene, title, &holders(first, &between.b)) + 16.0;
    }
    let scale = paint::scale(by, sides.0.iter().map(|side| &*side.site));
    let y = scene.max.y - 32.0;
    let x = scene.min.x + 18.0;
    let title = format!("racks: {}, {}", by.name(), by.unit());
    let used = used(by, sides, play);
    scale_bar(painter, pos2(x, y), &title, scale, |x| by.colour(x), used);
    let next = x + SCALE + 26.0;
    if next + SCALE + 9.0 < scene.max.x {
        let title = "air, water, coolant, °C";
        scale_bar(painter, pos2(next, y), title, FLUID, plasma, None);
    }
    let last = next + SCALE + 26.0;
    if last + SCALE + 9.0 < scene.max.x {
        let whole = Scale::new(0.0, 100.0);
        scale_bar(
            painter,
            pos2(last, y),
            "machines: load, %",
            whole,
            viridis,
            None,
        );
    }
    if scene.height() > 260.0 {
        let at = pos2(scene.max.x - 12.0, y - 30.0);
        let text = "lines on the ground: 2 m, 10 m";
        boxed(painter, at, Align2::RIGHT_BOTTOM, text, 11.0, FAINT);
    }
    66.0
}
