//! Solids as triangles, by colour.

use glam::Vec3;

use super::{Ink, Subject};
use crate::view::hall::layout::units::OWN;
use crate::view::hall::layout::{Paint, Shape, Solid};

/// Sides of a pipe.
const SIDES: usize = 12;

/// Triangles of one colour. None is that of the rack itself.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) ink: Option<Ink>,
    pub(super) positions: Vec<Vec3>,
    pub(super) normals: Vec<Vec3>,
    pub(super) indices: Vec<u32>,
}

/// A part for each colour, in the order of their first.
pub(super) fn parts(subject: &Subject, solids: &[Solid]) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for solid in solids {
        let ink = match solid.paint {
            Paint::Slot(OWN) => None,
            paint => Some(subject.ink(paint, [1.0; 4])),
        };
        let known = all.iter().position(|part| part.ink == ink);
        let place = known.unwrap_or(all.len());
        if known.is_none() {
            all.push(Part {
                ink,
                ..Part::default()
            });
        }
        all[place].add(solid);
    }
    all
}

impl Part {
    pub(super) fn bounds(&self) -> [Vec3; 2] {
        let start = [Vec3::INFINITY, Vec3::NEG_INFINITY];
        self.positions
            .iter()
            .fold(start, |[low, high], at| [low.min(*at), high.max(*at)])
    }

    fn add(&mut self, solid: &Solid) {
        match solid.shape {
            Shape::Box { min, max } | Shape::Rack { min, max, .. } => self.cuboid(min, max),
            Shape::Pipe { from, to, radius } => self.pipe(from, to, radius),
            Shape::Panel(corners) => self.quad(corners),
        }
    }

    fn vertex(&mut self, at: Vec3, normal: Vec3) -> u32 {
        self.positions.push(at);
        self.normals.push(normal);
        (self.positions.len() - 1) as u32
    }

    /// Corners counter-clockwise as seen from outside.
    fn quad(&mut self, corners: [Vec3; 4]) {
        let normal = (corners[1] - corners[0]).cross(corners[3] - corners[0]);
        let normal = normal.try_normalize().unwrap_or(Vec3::Y);
        let [a, b, c, d] = corners.map(|at| self.vertex(at, normal));
        self.indices.extend([a, b, c, a, c, d]);
    }

    fn cuboid(&mut self, low: Vec3, high: Vec3) {
        let at = |x: u8, y: u8, z: u8| {
            let of = |pick: u8, low: f32, high: f32| if pick == 0 { low } else { high };
            Vec3::new(
                of(x, low.x, high.x),
                of(y, low.y, high.y),
                of(z, low.z, high.z),
            )
        };
        for face in [
            [at(0, 1, 1), at(1, 1, 1), at(1, 1, 0), at(0, 1, 0)],
            [at(0, 0, 0), at(1, 0, 0), at(1, 0, 1), at(0, 0, 1)],
            [at(0, 0, 1), at(1, 0, 1), at(1, 1, 1), at(0, 1, 1)],
            [at(1, 0, 0), at(0, 0, 0), at(0, 1, 0), at(1, 1, 0)],
            [at(1, 0, 1), at(1, 0, 0), at(1, 1, 0), at(1, 1, 1)],
            [at(0, 0, 0), at(0, 0, 1), at(0, 1, 1), at(0, 1, 0)],
        ] {
            self.quad(face);
        }
    }

    fn pipe(&mut self, from: Vec3, to: Vec3, radius: f32) {
        let Some(axis) = (to - from).try_normalize() else {
            return;
        };
        let across = axis.any_orthonormal_vector();
        let other = axis.cross(across);
        let around = |side: usize| {
            let angle = std::f32::consts::TAU * side as f32 / SIDES as f32;
            (across * angle.cos() + other * angle.sin()).normalize()
        };
        for side in 0..SIDES {
            let (one, next) = (around(side), around(side + 1));
            let a = self.vertex(from + radius * one, one);
            let b = self.vertex(from + radius * next, next);
            let c = self.vertex(to + radius * next, next);
            let d = self.vertex(to + radius * one, one);
            self.indices.extend([a, b, c, a, c, d]);
            for (end, normal, turned) in [(from, -axis, true), (to, axis, false)] {
                let middle = self.vertex(end, normal);
                let a = self.vertex(end + radius * one, normal);
                let b = self.vertex(end + radius * next, normal);
                let lid = if turned {
                    [middle, b, a]
                } else {
                    [middle, a, b]
                };
                self.indices.extend(lid);
            }
        }
    }
}
