//! Legend of the scene: scales with their units, limits and the part that is used at this instant, samples of every sign, and who has
//! which hue.

mod jobs;
mod scale;
mod signs;

use bevy_egui::egui::{self, Align2, Color32, Rect, pos2, vec2};

use super::widgets::{ACCENT, FAINT, boxed};
use crate::view::hall::colour::{ColourBy, FLUID, Rgb, fluids};
use crate::view::hall::paint;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::{rack_scale, used};
use crate::view::screen::state::{Play, ViewState};
#[cfg(test)]
pub(in crate::view) use signs::{DEAD, SIGN, STRIPE};

/// Height of a line of words.
const LINE: f32 = 15.0;
/// Between the edge of a box and what is in it.
const PAD: f32 = 9.0;
/// Between two boxes.
const GAP: f32 = 6.0;

fn ink([r, g, b]: Rgb) -> Color32 {
    let [r, g, b] = [r, g, b].map(|c| (c * 255.0).round() as u8);
    Color32::from_rgb(r, g, b)
}

/// Something to click over the scene, at its place from its first frame on.
fn over_scene(name: &str, pivot: Align2, at: egui::Pos2) -> egui::Area {
    egui::Area::new(egui::Id::new(name))
        .order(egui::Order::Middle)
        .pivot(pivot)
        .fixed_pos(at)
        .fade_in(false)
        .constrain(false)
}

/// A box of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Racks,
    States,
    Fluids,
    Machines,
}

impl Part {
    fn size(self) -> egui::Vec2 {
        match self {
            Self::Racks | Self::Fluids => scale::size(),
            Self::States | Self::Machines => signs::size(),
        }
    }
}

/// Places of boxes from the left, in as many lines as it takes: each with its corner, from the lower left of all.
fn places(parts: &[Part], width: f32) -> (Vec<(Part, egui::Vec2)>, f32) {
    let (mut x, mut line) = (0.0, 0);
    let high = scale::size().y + GAP;
    let mut all = Vec::new();
    for part in parts {
        let wide = part.size().x;
        if x + wide > width && x > 0.0 {
            (x, line) = (0.0, line + 1);
        }
        all.push((*part, vec2(x, high * line as f32)));
        x += wide + GAP;
    }
    (all, high * (line + 1) as f32)
}

/// All legends at the bottom of the scene; returns their height.
pub(super) fn show(
    context: &egui::Context,
    painter: &egui::Painter,
    sides: &Sides,
    play: &Play,
    state: &mut ViewState,
    scene: Rect,
) -> f32 {
    if sides.0.is_empty() {
        return 0.0;
    }
    let by = state.colour;
    let parts: &[Part] = match by {
        ColourBy::Job => &[Part::States, Part::Fluids, Part::Machines],
        // The racks' scale is that of the fluids too.
        ColourBy::Inlet => &[Part::Racks, Part::States, Part::Machines],
        _ => &[Part::Racks, Part::States, Part::Fluids, Part::Machines],
    };
    let (all, mut height) = places(parts, scene.width() - 16.0);
    let corner = pos2(scene.min.x + 8.0, scene.max.y - height - 2.0);
    for (part, offset) in all {
        let at = corner + offset;
        match part {
            Part::Racks => racks(context, painter, at, sides, play, state),
            Part::States => signs::racks(painter, at, by.colour(0.55)),
            Part::Fluids => {
                let of = scale::Content {
                    title: "air, water, coolant, °C",
                    scale: FLUID,
                    colour: &fluids,
                    used: None,
                    limits: &[],
                };
                scale::draw(painter, at, &of);
            }
            Part::Machines => signs::machines(painter, at),
        }
    }
    height += 8.0;
    let shown: Vec<_> = sides
        .0
        .iter()
        .filter_map(|side| Some((side, side.at(play.time_s)?.b)))
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|(side, frame)| (*side, &**frame))
        .collect();
    let above = |height: f32| pos2(scene.min.x + 8.0, scene.max.y - height);
    if let (ColourBy::Job, Some((side, frame))) = (by, shown.first()) {
        let title = if sides.0.len() > 1 {
            "racks by the job that has most of them (left side)"
        } else {
            "racks by the job that has most of them"
        };
        let holders = jobs::holders(side, frame);
        let width = scene.width() - 16.0;
        height += jobs::hues(context, above(height), width, title, &holders, state) + GAP;
    }
    height += jobs::picked(context, above(height), &shown, state);
    if let Some((_, frame)) = shown.first() {
        jobs::list(context, frame, state);
    }
    if scene.height() > 260.0 {
        let at = pos2(scene.max.x - 8.0, scene.max.y - height);
        let text = "lines on the ground: 2 m, 10 m · places and sizes are drawn by a rule";
        boxed(painter, at, Align2::RIGHT_BOTTOM, text, 11.0, FAINT);
    }
    height + 16.0
}

/// The scale of racks, and the switch that fits it to what is used.
fn racks(
    context: &egui::Context,
    painter: &egui::Painter,
    at: egui::Pos2,
    sides: &Sides,
    play: &Play,
    state: &mut ViewState,
) {
    let by = state.colour;
    let sites = || sides.0.iter().map(|side| &*side.site);
    let title = match by {
        ColourBy::Inlet => "inlets, air, water, °C".to_owned(),
        _ => format!("racks: {}, {}", by.name(), by.unit()),
    };
    let of = scale::Content {
        title: &title,
        scale: rack_scale(sides, play, state),
        colour: &|x| by.colour(x),
        used: used(sides, play, by),
        limits: &scale::limits(by, sites()),
    };
    let foot = scale::draw(painter, at, &of);
    let right = pos2(at.x + scale::size().x - 3.0, foot.y - 2.0);
    over_scene("fit", Align2::RIGHT_TOP, right).show(context, |ui| {
        let fitted = paint::is_fitted(by, state.fit);
        let word = if fitted { "fitted" } else { "fit" };
        let text = egui::RichText::new(word).size(11.5);
        let text = if fitted { text.color(ACCENT) } else { text };
        let hint = "the scale spans what is used at this instant (F)";
        let button = egui::Button::new(text).small();
        let button = button.wrap_mode(egui::TextWrapMode::Extend);
        let button = ui.add_enabled(by != ColourBy::Throttling, button);
        if button.on_hover_text(hint).clicked() {
            state.fit = !state.fit;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Boxes lie beside one another while there is room, and never over one another.
    #[test]
    fn boxes_wrap() {
        let parts = [Part::Racks, Part::States, Part::Fluids, Part::Machines];
        let (wide, high) = places(&parts, 1000.0);
        assert!(wide.iter().all(|(_, at)| at.y == 0.0));
        for width in [120.0, 230.0, 360.0, 600.0] {
            let (all, total) = places(&parts, width);
            assert!(total > high, "{width}");
            for (index, (part, at)) in all.iter().enumerate() {
                let rect = Rect::from_min_size(pos2(at.x, at.y), part.size());
                assert!(rect.max.x <= width || at.x == 0.0, "{width}");
                assert!(rect.max.y <= total);
                for (other, from) in &all[index + 1..] {
                    let from = Rect::from_min_size(pos2(from.x, from.y), other.size());
                    assert!(!rect.intersects(from), "{width}");
                }
            }
        }
    }
}
