//! Words in the scene: names and states of things at this instant, at their places; a pin on the hottest rack.

use bevy::prelude::{Camera, GlobalTransform, Vec3};
use bevy_egui::egui::{self, Color32, FontId, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::widgets::{ACCENT, FAINT, INK, SHADE};
use crate::view::hall::explanation;
use crate::view::hall::format::{estimated, number};
use crate::view::hall::layout::{Label, Machine, Picked, Tag};
use crate::view::hall::names::figures;
use crate::view::screen::run::Side;
use crate::view::screen::state::Play;

/// Names of halls and machines with their figures, and the pin. `taken` is what words lie over already.
pub(super) fn show(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    area: Rect,
    eye: (&Camera, &GlobalTransform),
    taken: Vec<Rect>,
) {
    let mut places = Places {
        area: area.shrink(4.0),
        taken,
        avoided: outlines(painter, side, eye),
    };
    pin(painter, side, play, eye, &mut places);
    let transform = eye.1;
    let between = side.at(play.time_s);
    // Those who find no place are left out: what is told first is what matters most.
    let mut labels: Vec<&Label> = side.layout.labels.iter().collect();
    labels.sort_by_key(|label| (label.within_m.is_finite(), rank(label.of)));
    for label in labels {
        let place = label.at + side.offset;
        if transform.translation().distance(place) > label.within_m {
            continue;
        }
        let Some(at) = on_screen(painter, eye, place).filter(|at| area.contains(*at)) else {
            continue;
        };
        if is_hidden(side, transform.translation(), place) {
            continue;
        }
        let figures = label
            .of
            .zip(between.as_ref())
            .map(|(tag, between)| figures(tag, &side.site, &between.b))
            .filter(|text| !text.is_empty());
        let galley = painter.layout_job(job(&label.text, figures.as_deref()));
        let Some(rect) = places.near(at, galley.size() + vec2(10.0, 6.0), 0.0) else {
            continue;
        };
        let from = rect.clamp(at);
        if from.distance(at) > 3.0 {
            painter.line_segment([from, at], Stroke::new(1.0, FAINT));
            painter.circle_filled(at, 2.0, FAINT);
        }
        painter.rect_filled(rect, 4.0, SHADE);
        painter.galley(rect.min + vec2(5.0, 3.0), galley, INK);
    }
}

/// The order in which labels are placed.
fn rank(of: Option<Tag>) -> u8 {
    match of {
        Some(Tag::Hall(_)) => 0,
        Some(Tag::Plant(_)) => 1,
        Some(Tag::Machine(Machine::Grid)) => 2,
        Some(Tag::Water(_) | Tag::Coolant(_) | Tag::Condenser(_)) => 3,
        Some(Tag::Machine(_) | Tag::Cold(_) | Tag::Hot(_)) => 4,
        None => 5,
    }
}

/// Where a place of the scene is in the picture.
fn on_screen(
    painter: &egui::Painter,
    (camera, transform): (&Camera, &GlobalTransform),
    place: Vec3,
) -> Option<Pos2> {
    let at = camera.world_to_viewport(transform, place).ok()?;
    // The camera knows nothing of the size of text.
    let at = at / painter.ctx().zoom_factor();
    Some(pos2(at.x, at.y))
}

/// The outlines of the halls in the picture: what labels should leave free.
fn outlines(
    painter: &egui::Painter,
    side: &Side,
    eye: (&Camera, &GlobalTransform),
) -> Vec<Vec<Pos2>> {
    let hall = |bounds: &crate::view::hall::layout::Bounds| {
        let corners = bounds.corners();
        let all = corners
            .into_iter()
            .map(|corner| on_screen(painter, eye, corner + side.offset));
        Some(hull(all.collect::<Option<Vec<_>>>()?))
    };
    side.layout.halls.iter().filter_map(hall).collect()
}

/// The convex hull of points, around once.
fn hull(mut points: Vec<Pos2>) -> Vec<Pos2> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let turn = |a: Pos2, b: Pos2, c: Pos2| (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    let mut around: Vec<Pos2> = Vec::new();
    for pass in 0..2 {
        let begin = around.len();
        for &point in &points {
            while around.len() >= begin + 2
                && turn(around[around.len() - 2], around[around.len() - 1], point) <= 0.0
            {
                around.pop();
            }
            around.push(point);
        }
        around.pop();
        if pass == 0 {
            points.reverse();
        }
    }
    around
}

/// Whether a convex outline has a point inside.
fn inside(outline: &[Pos2], at: Pos2) -> bool {
    let mut ends = outline.iter().zip(outline.iter().cycle().skip(1));
    outline.len() > 2
        && ends.all(|(a, b)| (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) >= 0.0)
}

/// Free places in the picture of a side.
struct Places {
    area: Rect,
    /// What words lie over already.
    taken: Vec<Rect>,
    /// What is better seen than written over.
    avoided: Vec<Vec<Pos2>>,
}

impl Places {
    /// Distances from a thing at which its label may be, px.
    const AWAY: [f32; 7] = [0.0, 16.0, 34.0, 56.0, 82.0, 112.0, 146.0];
    /// Directions in which it may be, the best first: above, below, beside, and between them.
    const WAYS: [(f32, f32); 8] = [
        (0.0, -1.0),
        (0.0, 1.0),
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.8, -0.8),
        (-0.8, -0.8),
        (0.8, 0.8),
        (-0.8, 0.8),
    ];

    /// The best free place of a size near a thing, no nearer than `least`; it is taken then.
    fn near(&mut self, at: Pos2, size: egui::Vec2, least: f32) -> Option<Rect> {
        let beyond = self.beyond(at).map(|away| away.map(|away| away + 6.0));
        let aways = Self::AWAY.iter().map(|away| away + least);
        let all = aways.flat_map(|away| Self::WAYS.into_iter().map(move |way| (way, away)));
        let out = [(0.0, -1.0), (0.0, 1.0)]
            .into_iter()
            .zip(beyond)
            .filter_map(|(way, away)| Some((way, away?)));
        let mut best: Option<(f32, Rect)> = None;
        for (order, ((x, y), away)) in all.chain(out).enumerate() {
            let centre = at + vec2(x * (0.5 * size.x + away), y * (0.5 * size.y + away));
            let rect = self.inwards(Rect::from_center_size(centre, size));
            let free = self.area.contains_rect(rect)
                && !self
                    .taken
                    .iter()
                    .any(|taken| taken.expand(2.0).intersects(rect));
            if !free {
                continue;
            }
            let cost = away + 170.0 * self.covers(rect) + 0.1 * order as f32;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
        }
        let (_, rect) = best?;
        self.taken.push(rect);
        Some(rect)
    }

    /// Pushed sideways into the picture.
    fn inwards(&self, rect: Rect) -> Rect {
        let right = (self.area.min.x - rect.min.x).max(0.0);
        let left = (self.area.max.x - rect.max.x).min(0.0);
        rect.translate(vec2(right + left, 0.0))
    }

    /// The share of a place that lies over what is to be seen.
    fn covers(&self, rect: Rect) -> f32 {
        let parts = [0.04, 0.35, 0.65, 0.96];
        let points = parts
            .iter()
            .flat_map(|y| parts.iter().map(move |x| rect.lerp_inside(vec2(*x, *y))));
        let over = points.filter(|at| self.avoided.iter().any(|outline| inside(outline, *at)));
        over.count() as f32 / 16.0
    }

    /// How far up and down it is out of what is to be seen, px.
    fn beyond(&self, at: Pos2) -> [Option<f32>; 2] {
        let over = |y: f32| {
            self.avoided
                .iter()
                .any(|outline| inside(outline, pos2(at.x, y)))
        };
        [-1.0, 1.0].map(|way| {
            let steps = (0..60).map(|step| 8.0 * step as f32);
            steps
                .clone()
                .find(|away| !over(at.y + way * away))
                .filter(|away| *away > 0.0)
        })
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

/// A pin on the hottest rack.
fn pin(
    painter: &egui::Painter,
    side: &Side,
    play: &Play,
    eye: (&Camera, &GlobalTransform),
    places: &mut Places,
) -> Option<()> {
    let between = side.at(play.time_s)?;
    let (hall, rack) = explanation::hottest(&between.b)?;
    let bounds = side
        .layout
        .pick_box(Picked::Rack(hall as u32, rack as u32))?;
    let mut foot = bounds.centre();
    foot.y = bounds.max.y;
    let at = on_screen(painter, eye, foot + side.offset)?;
    if !places.area.contains(at) {
        return None;
    }
    let chip_c = between.b.snapshot.halls[hall].racks.chip_c[rack];
    let text = format!(
        "hottest chip {} °C",
        estimated(number(chip_c, 0), side.site.replayed)
    );
    let galley = painter.layout_no_wrap(text, FontId::proportional(14.0), Color32::BLACK);
    let rect = places.near(at, galley.size() + vec2(8.0, 8.0), 18.0)?;
    places
        .taken
        .push(Rect::from_center_size(at, vec2(10.0, 10.0)));
    painter.line_segment([rect.clamp(at), at], Stroke::new(2.0, Color32::WHITE));
    painter.circle_filled(at, 4.0, Color32::WHITE);
    painter.rect_filled(rect, 4.0, Color32::WHITE);
    painter.rect_stroke(
        rect,
        4.0,
        Stroke::new(1.0, Color32::from_gray(90)),
        StrokeKind::Outside,
    );
    painter.galley(rect.min + vec2(4.0, 4.0), galley, Color32::BLACK);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(taken: Vec<Rect>, avoided: Vec<Vec<Pos2>>) -> Places {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 400.0));
        Places {
            area,
            taken,
            avoided,
        }
    }

    /// Twenty labels of things side by side: none lies on another nor outside, and those without a place are left out.
    #[test]
    fn labels_do_not_lie_on_one_another() {
        let head = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 120.0));
        let mut places = places(vec![head], Vec::new());
        let size = vec2(110.0, 34.0);
        let found =
            (0..20).filter_map(|x| places.near(pos2(200.0 + 8.0 * x as f32, 200.0), size, 0.0));
        let found: Vec<Rect> = found.collect();
        assert!(found.len() >= 6, "{found:?}");
        for (index, rect) in found.iter().enumerate() {
            assert!(
                places.area.contains_rect(*rect) && !rect.intersects(head),
                "{rect:?}"
            );
            assert!(
                found[..index].iter().all(|other| !other.intersects(*rect)),
                "{found:?}"
            );
        }
    }

    /// A label in the middle of a hall goes to the free ground beside it.
    #[test]
    fn a_label_leaves_racks_free() {
        let corners = [
            (100.0, 150.0),
            (400.0, 150.0),
            (400.0, 300.0),
            (100.0, 300.0),
            (250.0, 200.0),
        ];
        let hall = hull(corners.map(|(x, y)| pos2(x, y)).to_vec());
        assert_eq!(hall.len(), 4);
        assert!(inside(&hall, pos2(250.0, 200.0)) && !inside(&hall, pos2(250.0, 140.0)));
        let mut places = places(Vec::new(), vec![hall]);
        let rect = places
            .near(pos2(250.0, 190.0), vec2(120.0, 36.0), 0.0)
            .unwrap();
        assert!(places.covers(rect) == 0.0, "{rect:?}");
    }
}
