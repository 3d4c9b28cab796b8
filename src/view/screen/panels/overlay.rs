//! Overlay of the scene: the explanation of heat and cost, the hovered item, and places of names and legends.

use std::fmt::Write as _;

use bevy::prelude::{Camera, GlobalTransform, Query};
use bevy_egui::egui::text::LayoutJob;
use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Stroke, StrokeKind, pos2, vec2};

use super::widgets::{ACCENT, ALARM, FAINT, INK, PANEL, SHADE, SOFT, boxed, told};
use super::{inspect, legend, names};
use crate::view::hall::explanation;
use crate::view::hall::layout::Picked;
use crate::view::hall::names::name as name_of;
use crate::view::screen::areas::Areas;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::state::{Play, ViewState};

/// Below this width of a side, in logical pixels, its sentences are in smaller letters.
const NARROW: f32 = 460.0;
/// Below this height, in logical pixels, sentences leave more of it to the scene.
const LOW: f32 = 260.0;
/// Lines that a sentence takes at most.
const MOST_ROWS: usize = 2;

pub(super) fn show(
    context: &egui::Context,
    sides: &mut Sides,
    play: &Play,
    state: &mut ViewState,
    areas: &mut Areas,
    cameras: &Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let layer = egui::LayerId::new(egui::Order::Background, "overlay".into());
    let painter = context.layer_painter(layer);
    let count = sides.0.len();
    let scene = Rect::from_min_max(
        pos2(areas.scene.min.x, areas.scene.min.y),
        pos2(areas.scene.max.x, areas.scene.max.y),
    );
    let below = legend::show(
        context,
        &painter.with_clip_rect(scene),
        sides,
        play,
        state,
        scene,
    );
    let racks = format!("racks by {}, {}", state.colour.name(), state.colour.unit());
    told(context, "legend", "colours", &racks);
    let foot = Rect::from_min_max(pos2(scene.min.x, scene.max.y - below), scene.max);
    let mut above = 0.0_f32;
    for (index, side) in sides.0.iter().enumerate() {
        let area = areas.of(index, count);
        let area = Rect::from_min_max(pos2(area.min.x, area.min.y), pos2(area.max.x, area.max.y));
        let painter = painter.with_clip_rect(area);
        let head = explanation_box(&painter, side, play, area);
        above = above.max(head.max.y - area.min.y);
        if let Some((_, camera, transform)) = cameras.iter().find(|(of, ..)| of.0 == index)
            && !state.bare
        {
            let eye = (camera, transform);
            names::show(&painter, side, play, area, eye, vec![head, foot]);
        }
        if index > 0 {
            let line = [area.left_top(), area.left_bottom()];
            painter.line_segment(line, Stroke::new(2.0, Color32::from_gray(110)));
        }
    }
    // Names are above their items.
    areas.keep_words(above + 34.0, below + 6.0, count);
    tip(context, sides, play, state);
    if let Some((note, left)) = &mut state.note {
        let at = pos2(scene.center().x, scene.max.y - 74.0);
        boxed(&painter, at, Align2::CENTER_BOTTOM, note, 13.0, INK);
        *left -= 1;
        if *left == 0 {
            state.note = None;
        }
    }
}

/// Explanation of heat and its cost; returns its place.
fn explanation_box(painter: &egui::Painter, side: &Side, play: &Play, area: Rect) -> Rect {
    let Some(between) = side.at(play.time_s) else {
        let text = side.trouble.clone().unwrap_or_else(|| "computing …".into());
        let ink = if side.trouble.is_some() { ALARM } else { FAINT };
        let galley = painter.layout(text, FontId::monospace(13.0), ink, area.width() - 40.0);
        let at = area.min + vec2(20.0, 20.0);
        let back = Rect::from_min_size(at, galley.size()).expand(8.0);
        painter.rect_filled(back, 4.0, SHADE);
        painter.galley(at, galley, ink);
        return back;
    };
    let mut explanation = explanation::explain(&side.site, &between.b, &side.overview);
    if side.is_behind(play.time_s) {
        let at = side.site.moment(between.b.time_s());
        explanation.hot = format!("Computing, now at {at} … {}", explanation.hot);
    }
    let alarm = if explanation.alarm { ALARM } else { INK };
    let (large, small) = if area.width() < NARROW {
        (13.5, 11.5)
    } else {
        (15.5, 13.0)
    };
    let trouble = explanation.trouble().unwrap_or_default();
    let all = [
        (trouble.as_str(), large, ALARM),
        (explanation.hot.as_str(), large, alarm),
        (explanation.why.as_str(), small, SOFT),
        (explanation.cost.as_str(), small, ACCENT),
    ];
    // In a low picture the scene needs the room more.
    let share = if area.height() < LOW { 0.26 } else { 0.4 };
    let budget = (share * area.height() / (1.3 * small)) as usize;
    let wide = (area.width() - 28.0).max(120.0);
    let texts = all.map(|(text, ..)| text).join("\n");
    told(
        painter.ctx(),
        ("sentences", &side.site.name),
        &side.site.name,
        &texts,
    );
    let galleys: Vec<_> = all
        .iter()
        .zip(rows(budget, !trouble.is_empty()))
        .filter(|((text, ..), rows)| *rows > 0 && !text.is_empty())
        .map(|((text, size, ink), rows)| {
            let font = FontId::proportional(*size);
            let mut job = LayoutJob::simple((*text).to_owned(), font, *ink, wide);
            job.wrap.max_rows = rows;
            painter.layout_job(job)
        })
        .collect();
    let size = galleys.iter().fold(vec2(0.0, 0.0), |size, galley| {
        vec2(size.x.max(galley.size().x), size.y + galley.size().y)
    });
    let rect = Rect::from_min_size(area.min + vec2(12.0, 8.0), size);
    let back = rect.expand2(vec2(6.0, 4.0));
    painter.rect_filled(back, 5.0, SHADE);
    let mut at = rect.min;
    for galley in &galleys {
        painter.galley(at, galley.clone(), INK);
        at.y += galley.size().y;
    }
    if galleys.len() < all.len() || galleys.iter().any(|galley| galley.elided) {
        whole_text(painter, back, &texts);
    }
    back
}

/// How many lines each of the four sentences may take of so many in all: what is broken first, then what is hot, what it
/// costs, and why.
fn rows(budget: usize, broken: bool) -> [usize; 4] {
    let mut rows = [0; 4];
    let mut left = budget.max(1);
    for _ in 0..MOST_ROWS {
        for sentence in [0, 1, 3, 2] {
            if (sentence > 0 || broken) && left > 0 && rows[sentence] < MOST_ROWS {
                rows[sentence] += 1;
                left -= 1;
            }
        }
    }
    rows
}

/// Sentences that were cut off are there as a whole where the pointer is.
fn whole_text(painter: &egui::Painter, back: Rect, text: &str) {
    let context = painter.ctx();
    let over = context.input(|input| input.pointer.latest_pos());
    if over.is_none_or(|at| !back.contains(at)) {
        return;
    }
    let layer = egui::LayerId::new(egui::Order::Tooltip, "sentences".into());
    let painter = context.layer_painter(layer);
    let whole = context.viewport_rect();
    let wide = (0.6 * whole.width()).max(280.0).min(whole.width() - 24.0);
    let galley = painter.layout(text.to_owned(), FontId::proportional(13.0), INK, wide);
    let x = back
        .min
        .x
        .min(whole.max.x - wide - 12.0)
        .max(whole.min.x + 12.0);
    let rect = Rect::from_min_size(pos2(x, back.max.y + 8.0), galley.size());
    painter.rect_filled(rect.expand(6.0), 4.0, PANEL);
    painter.galley(rect.min, galley, INK);
}

/// A short word about what the pointer is on.
fn tip(context: &egui::Context, sides: &Sides, play: &Play, state: &ViewState) {
    let Some((index, what)) = state.hovered else {
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
    let mut text = name_of(&side.site, what);
    let figures = inspect::figures(&side.site, &between.b, what);
    let skip = if matches!(what, Picked::Rack(..)) {
        2
    } else {
        0
    };
    for (name, value) in figures.into_iter().skip(skip).take(4) {
        let _ = write!(text, "\n{name} {value}");
    }
    if let Picked::Rack(hall, rack) = what {
        for (_, line) in inspect::work_lines(side, &between.b, (hall as usize, rack), 3) {
            let _ = write!(text, "\n{line}");
        }
    }
    let galley = painter.layout(text, FontId::proportional(12.5), INK, 260.0);
    let rect = Rect::from_min_size(at + vec2(14.0, 10.0), galley.size());
    painter.rect_filled(rect.expand(6.0), 4.0, SHADE);
    let stroke = Stroke::new(1.0, Color32::from_gray(90));
    painter.rect_stroke(rect.expand(6.0), 4.0, stroke, StrokeKind::Outside);
    painter.galley(rect.min, galley, INK);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where there is room every sentence has two lines; in a low picture what is hot and what it costs come first.
    #[test]
    fn sentences_share_the_lines() {
        assert_eq!(rows(20, false), [0, 2, 2, 2]);
        assert_eq!(rows(3, false), [0, 1, 1, 1]);
        assert_eq!(rows(2, false), [0, 1, 0, 1]);
        assert_eq!(rows(0, false), [0, 1, 0, 0]);
        assert_eq!(rows(20, true), [2, 2, 2, 2]);
        assert_eq!(rows(2, true), [1, 1, 0, 0]);
    }
}
