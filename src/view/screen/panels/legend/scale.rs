//! A scale of colours: its ends and unit, the part that is used at this instant, and the limits on it.

use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Shape, Stroke, pos2, vec2};

use super::{LINE, PAD, ink};
use crate::view::hall::colour::{ColourBy, Rgb, Scale};
use crate::view::hall::frame::Site;
use crate::view::screen::panels::widgets::{ALARM, FAINT, INK, SHADE};

/// Cells of a scale.
const PARTS: usize = 64;
/// Width of a scale.
const BAR: f32 = 184.0;

/// What a scale shows.
pub(super) struct Content<'a> {
    pub(super) title: &'a str,
    pub(super) scale: Scale,
    pub(super) colour: &'a dyn Fn(f32) -> Rgb,
    pub(super) used: Option<(f32, f32)>,
    /// Limits and what they are of.
    pub(super) limits: &'a [Limit],
}

/// A limit of some halls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    pub(super) value: f32,
    pub(super) halls: Vec<String>,
}

/// Width and height of a scale with everything around it.
pub(super) fn size() -> egui::Vec2 {
    vec2(BAR + 2.0 * PAD, 10.0 + 3.0 * LINE + 10.0)
}

/// The limits of halls in the quantity of a way of colouring: equal ones together, the lowest first.
pub(super) fn limits<'a>(by: ColourBy, sites: impl Iterator<Item = &'a Site>) -> Vec<Limit> {
    let mut all: Vec<Limit> = Vec::new();
    for site in sites {
        for (hall, config) in site.halls.iter().zip(&site.scenario.hall) {
            let value = match by {
                ColourBy::Chip => hall.slowdown_c,
                ColourBy::Inlet => hall.limit_c,
                _ => continue,
            } as f32;
            let known = all
                .iter_mut()
                .find(|limit| (limit.value - value).abs() < 0.05);
            match known {
                Some(limit) if limit.halls.contains(&config.name) => {}
                Some(limit) => limit.halls.push(config.name.clone()),
                None => all.push(Limit {
                    value,
                    halls: vec![config.name.clone()],
                }),
            }
        }
    }
    all.sort_by(|a, b| a.value.total_cmp(&b.value));
    all
}

/// In words: with names where halls differ and there is room for them.
pub(super) fn limit_words(limits: &[Limit], most: usize) -> String {
    let value = |limit: &Limit| {
        let decimals = usize::from((limit.value - limit.value.round()).abs() > 0.05);
        format!("{:.decimals$}", limit.value)
    };
    match limits {
        [] => String::new(),
        [one] => format!("limit {}", value(one)),
        several => {
            let named = several
                .iter()
                .map(|limit| format!("{} {}", limit.halls.join(", "), value(limit)));
            let named = format!("limits {}", named.collect::<Vec<_>>().join(", "));
            if named.chars().count() <= most {
                return named;
            }
            let bare: Vec<String> = several.iter().map(value).collect();
            format!("limits {}", bare.join(", "))
        }
    }
}

/// Draws it with its upper left corner at `at`; returns where its last line begins.
pub(super) fn draw(painter: &egui::Painter, at: egui::Pos2, of: &Content) -> egui::Pos2 {
    let scale = of.scale;
    let back = Rect::from_min_size(at, size());
    painter.rect_filled(back, 4.0, SHADE);
    let rect = Rect::from_min_size(at + vec2(PAD, LINE + 8.0), vec2(BAR, 10.0));
    let font = FontId::proportional(12.0);
    let corner = at + vec2(PAD, 2.0);
    let titled = painter.text(corner, Align2::LEFT_TOP, of.title, font.clone(), INK);
    for part in 0..PARTS {
        let x = part as f32 / PARTS as f32;
        let from = rect.min + vec2(BAR * x, 0.0);
        let cell = Rect::from_min_size(from, vec2(BAR / PARTS as f32 + 0.5, 10.0));
        painter.rect_filled(cell, 0.0, ink((of.colour)(x + 0.5 / PARTS as f32)));
    }
    let ticks = ticks(scale);
    for tick in 0..=ticks {
        let x = tick as f32 / ticks as f32;
        let value = scale.low + (scale.high - scale.low) * x;
        let decimals = usize::from((value - value.round()).abs() > 0.01);
        let at = rect.min + vec2(BAR * x, 12.0);
        let align = match tick {
            0 => Align2::LEFT_TOP,
            last if last == ticks => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let text = format!("{value:.decimals$}");
        painter.text(at, align, text, font.clone(), FAINT);
    }
    if let Some((low, high)) = of.used {
        bracket(painter, rect, scale, (low, high), titled.max.x);
    }
    let foot = rect.left_bottom() + vec2(0.0, LINE + 2.0);
    for limit in of.limits {
        if (scale.low..=scale.high).contains(&limit.value) {
            let x = rect.min.x + BAR * scale.at(limit.value);
            let y = rect.max.y;
            let ends = [pos2(x, rect.min.y - 1.0), pos2(x, y + 1.0)];
            painter.line_segment(ends, Stroke::new(4.0, Color32::BLACK));
            painter.line_segment(ends, Stroke::new(2.0, ALARM));
            let points = vec![pos2(x, y), pos2(x + 4.5, y + 7.0), pos2(x - 4.5, y + 7.0)];
            painter.add(Shape::convex_polygon(
                points,
                ALARM,
                Stroke::new(1.0, Color32::BLACK),
            ));
        }
    }
    let words = limit_words(of.limits, 26);
    painter.text(
        foot,
        Align2::LEFT_TOP,
        words,
        FontId::proportional(11.5),
        ALARM,
    );
    foot
}

/// Into how many parts ticks divide a scale: so many that they are whole numbers, where that is possible.
fn ticks(scale: Scale) -> usize {
    let span = scale.high - scale.low;
    let whole = |parts: &usize| {
        let part = span / *parts as f32;
        (part - part.round()).abs() < 1e-3
    };
    [4, 5, 3, 2].into_iter().find(whole).unwrap_or(4)
}

/// The part that is used, above the bar, and its ends in words where the title leaves room for them.
fn bracket(painter: &egui::Painter, rect: Rect, scale: Scale, (low, high): (f32, f32), taken: f32) {
    let x = |value: f32| rect.min.x + rect.width() * scale.at(value);
    let (a, b) = (x(low), x(high).max(x(low) + 2.0));
    let y = rect.min.y - 3.0;
    let stroke = Stroke::new(2.0, Color32::WHITE);
    painter.line_segment([pos2(a, y), pos2(b, y)], stroke);
    for end in [a, b] {
        painter.line_segment([pos2(end, y - 2.0), pos2(end, y + 3.0)], stroke);
    }
    let decimals = usize::from(high - low < 3.0);
    let text = format!("{low:.decimals$} – {high:.decimals$}");
    for text in [format!("now {text}"), text] {
        let font = FontId::proportional(12.0);
        let galley = painter.layout_no_wrap(text, font, Color32::WHITE);
        let left = rect.max.x - galley.size().x;
        if left > taken + 4.0 {
            painter.galley(pos2(left, rect.min.y - LINE - 6.0), galley, Color32::WHITE);
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_whole_numbers_where_they_can_be() {
        for (low, high, parts) in [
            (0.0, 15.0, 5),
            (40.0, 90.0, 5),
            (0.0, 100.0, 4),
            (0.0, 3.0, 3),
            (57.0, 66.0, 3),
            (0.0, 1.0, 4),
        ] {
            assert_eq!(ticks(Scale::new(low, high)), parts, "{low} {high}");
        }
    }

    #[test]
    fn limits_are_named_where_they_differ() {
        let limit = |value, hall: &str| Limit {
            value,
            halls: vec![hall.into()],
        };
        assert_eq!(limit_words(&[], 24), "");
        assert_eq!(limit_words(&[limit(87.0, "north")], 24), "limit 87");
        let two = [limit(35.0, "air"), limit(52.5, "tanks")];
        assert_eq!(limit_words(&two, 26), "limits air 35, tanks 52.5");
        assert_eq!(limit_words(&two, 10), "limits 35, 52.5");
    }
}
