//! Free places for labels in the picture of a side: beside what they name, off what is to be seen, never on one another.

use bevy_egui::egui::{self, Pos2, Rect, pos2, vec2};

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

/// A convex outline, and the rectangle around it.
pub(super) struct Outline {
    around: Rect,
    corners: Vec<Pos2>,
}

impl Outline {
    /// The outline of points that lie inside or on it.
    pub(super) fn of(points: Vec<Pos2>) -> Self {
        let corners = hull(points);
        Self {
            around: Rect::from_points(&corners),
            corners,
        }
    }

    fn has(&self, at: Pos2) -> bool {
        self.around.contains(at) && inside(&self.corners, at)
    }
}

/// Whether a convex outline has a point inside.
fn inside(outline: &[Pos2], at: Pos2) -> bool {
    let mut ends = outline.iter().zip(outline.iter().cycle().skip(1));
    outline.len() > 2
        && ends.all(|(a, b)| (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) >= 0.0)
}

/// Free places in the picture of a side.
pub(super) struct Places {
    pub(super) area: Rect,
    /// What words lie over already.
    pub(super) taken: Vec<Rect>,
    /// What is better seen than written over.
    pub(super) avoided: Vec<Outline>,
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
    pub(super) fn near(&mut self, at: Pos2, size: egui::Vec2, least: f32) -> Option<Rect> {
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
            let crosses = 120.0 * f32::from(u8::from(self.crosses(rect, at)));
            let cost = away + 170.0 * self.covers(rect) + crosses + 0.1 * order as f32;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
        }
        let (_, rect) = best?;
        self.taken.push(rect);
        let dots = Self::line(rect, at).map(|at| Rect::from_center_size(at, vec2(2.0, 2.0)));
        self.taken
            .extend(dots.filter(|dot| !rect.expand(2.0).intersects(*dot)));
        Some(rect)
    }

    /// Points of the line from a label to its thing.
    fn line(rect: Rect, at: Pos2) -> impl Iterator<Item = Pos2> {
        let from = rect.clamp(at);
        (0..8).map(move |part| from.lerp(at, part as f32 / 8.0))
    }

    /// Whether that line goes through another's words.
    fn crosses(&self, rect: Rect, at: Pos2) -> bool {
        Self::line(rect, at).any(|at| self.taken.iter().any(|taken| taken.contains(at)))
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
        let over = points.filter(|at| self.avoided.iter().any(|outline| outline.has(*at)));
        over.count() as f32 / 16.0
    }

    /// How far up and down it is out of what is to be seen, px.
    fn beyond(&self, at: Pos2) -> [Option<f32>; 2] {
        let over = |y: f32| {
            self.avoided
                .iter()
                .any(|outline| outline.has(pos2(at.x, y)))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn places(taken: Vec<Rect>, avoided: Vec<Outline>) -> Places {
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
        let mut places = places(Vec::new(), vec![Outline::of(hall)]);
        let rect = places
            .near(pos2(250.0, 190.0), vec2(120.0, 36.0), 0.0)
            .unwrap();
        assert!(places.covers(rect) == 0.0, "{rect:?}");
    }
}
