//! From solids to meshes: a group becomes one mesh of its opaque bodies and one of its glass.

use bevy::asset::RenderAssetUsages;
use bevy::math::{Vec2, Vec3, vec2};
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};

use crate::view::hall::colour::linear;
use crate::view::hall::layout::{Group, Paint, Shape, Solid};

/// How a surface is drawn; `lite.wgsl` has the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own = 0,
    Plain = 1,
    Front = 2,
    Tiles = 3,
    Flow = 4,
    Cloud = 5,
    Back = 6,
    Ground = 7,
    Shadow = 8,
    OwnSide = 9,
    PlainSide = 10,
    Top = 11,
    RackEnd = 12,
    Window = 13,
    GaugeTop = 14,
    GaugeSide = 15,
    Dial = 16,
    Body = 17,
    BodySide = 18,
}

/// Sides of a pipe.
const SIDES: usize = 10;

#[derive(Default)]
struct Build {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    slots: Vec<[f32; 2]>,
    places: Vec<[f32; 2]>,
    colours: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Surface {
    slot: u32,
    kind: Kind,
    colour: [f32; 4],
}

impl Surface {
    fn of(paint: Paint) -> Self {
        let (slot, kind, colour) = match paint {
            Paint::Flat(rgb) => (0, Kind::Own, linear(rgb, 1.0)),
            Paint::Glass(rgb, alpha) => (0, Kind::Own, linear(rgb, alpha)),
            Paint::Slot(slot) => (slot, Kind::Plain, [1.0; 4]),
            Paint::Rack(slot) => (slot, Kind::Top, [1.0; 4]),
            // Its edge is that of a casing.
            Paint::Gauge(slot) => (slot, Kind::GaugeTop, linear([0.5, 0.53, 0.56], 1.0)),
            Paint::Body(rgb, slot) => (slot, Kind::Body, linear(rgb, 1.0)),
            Paint::SlotGlass(slot, alpha) => (slot, Kind::Plain, [1.0, 1.0, 1.0, alpha]),
            Paint::Tiles(slot) => (slot, Kind::Tiles, [1.0; 4]),
            Paint::Flow(slot) => (slot, Kind::Flow, [1.0; 4]),
            Paint::Ground => (0, Kind::Ground, [1.0; 4]),
            // Its size comes with the body.
            Paint::Shadow(rim) => (0, Kind::Shadow, [0.0, 0.0, rim, 0.55]),
        };
        Self { slot, kind, colour }
    }

    fn as_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

impl Build {
    fn vertex(&mut self, at: Vec3, normal: Vec3, place: Vec2, surface: Surface) {
        self.positions.push(at.to_array());
        self.normals.push(normal.to_array());
        self.slots
            .push([surface.slot as f32, f32::from(surface.kind as u8)]);
        self.places.push(place.to_array());
        self.colours.push(surface.colour);
    }

    /// Four corners, counter-clockwise from the lower left as seen from outside; `size` scales the place on it.
    fn quad(&mut self, corners: [Vec3; 4], size: Vec2, surface: Surface) {
        let normal = (corners[1] - corners[0])
            .cross(corners[3] - corners[0])
            .normalize_or_zero();
        let first = self.positions.len() as u32;
        let places = [
            vec2(0.0, 0.0),
            vec2(1.0, 0.0),
            vec2(1.0, 1.0),
            vec2(0.0, 1.0),
        ];
        for (corner, place) in corners.into_iter().zip(places) {
            self.vertex(corner, normal, place * size, surface);
        }
        self.indices.extend([0, 1, 2, 0, 2, 3].map(|i| first + i));
    }

    /// The faces of a box but its bottom: `sides` are the surfaces to the south and to the north, `ends` the others.
    fn cuboid(&mut self, a: Vec3, b: Vec3, surface: Surface, sides: [Surface; 2], ends: Surface) {
        let at = |x: f32, y: f32, z: f32| Vec3::new(x, y, z);
        let one = Vec2::ONE;
        let top = [
            at(a.x, b.y, b.z),
            at(b.x, b.y, b.z),
            at(b.x, b.y, a.z),
            at(a.x, b.y, a.z),
        ];
        // A bar lies along the longer side.
        let top = if surface.kind == Kind::GaugeTop && b.z - a.z > b.x - a.x {
            [top[1], top[2], top[3], top[0]]
        } else {
            top
        };
        let floor = if surface.kind == Kind::Tiles {
            vec2((b.x - a.x) / 0.6, (b.z - a.z) / 0.6)
        } else {
            one
        };
        self.quad(top, floor, surface);
        let south = [
            at(a.x, a.y, b.z),
            at(b.x, a.y, b.z),
            at(b.x, b.y, b.z),
            at(a.x, b.y, b.z),
        ];
        self.quad(south, one, sides[0]);
        let north = [
            at(b.x, a.y, a.z),
            at(a.x, a.y, a.z),
            at(a.x, b.y, a.z),
            at(b.x, b.y, a.z),
        ];
        self.quad(north, one, sides[1]);
        let east = [
            at(b.x, a.y, b.z),
            at(b.x, a.y, a.z),
            at(b.x, b.y, a.z),
            at(b.x, b.y, b.z),
        ];
        self.quad(east, one, ends);
        let west = [
            at(a.x, a.y, a.z),
            at(a.x, a.y, b.z),
            at(a.x, b.y, b.z),
            at(a.x, b.y, a.z),
        ];
        self.quad(west, one, ends);
    }

    fn pipe(&mut self, from: Vec3, to: Vec3, radius: f32, surface: Surface) {
        let along = to - from;
        let length = along.length();
        let axis = along.normalize_or_zero();
        let across = axis.any_orthonormal_vector();
        let other = axis.cross(across);
        let first = self.positions.len() as u32;
        let lids = surface;
        let surface = surface.as_kind(mantle(surface.kind));
        for side in 0..=SIDES {
            let angle = std::f32::consts::TAU * side as f32 / SIDES as f32;
            let normal = across * angle.cos() + other * angle.sin();
            self.vertex(from + normal * radius, normal, vec2(0.0, 0.0), surface);
            self.vertex(to + normal * radius, normal, vec2(length, 0.0), surface);
        }
        for side in 0..SIDES as u32 {
            let a = first + 2 * side;
            self.indices.extend([a, a + 2, a + 1, a + 1, a + 2, a + 3]);
        }
        // Lids, for the ends that one sees.
        for (end, normal) in [(from, -axis), (to, axis)] {
            let centre = self.positions.len() as u32;
            self.vertex(end, normal, Vec2::ZERO, lids.as_kind(lid(lids.kind)));
            for side in 0..=SIDES {
                let angle = std::f32::consts::TAU * side as f32 / SIDES as f32;
                let out = across * angle.cos() + other * angle.sin();
                // On the lid of an upright pipe: to the east, and to the south.
                let place = vec2(out.x, out.z);
                let rim = end + out * radius;
                self.vertex(rim, normal, place, lids.as_kind(lid(lids.kind)));
            }
            for side in 1..=SIDES as u32 {
                self.indices
                    .extend([centre, centre + side, centre + side + 1]);
            }
        }
    }

    fn solid(&mut self, solid: &Solid) {
        let surface = Surface::of(solid.paint);
        match solid.shape {
            Shape::Box { min, max } => {
                let side = match surface.kind {
                    Kind::Tiles => surface.as_kind(Kind::Plain),
                    // Glass hides what lies behind by the same share everywhere.
                    Kind::Own if surface.colour[3] == 1.0 => surface.as_kind(Kind::OwnSide),
                    Kind::Plain if surface.colour[3] == 1.0 => surface.as_kind(Kind::PlainSide),
                    Kind::Top => surface.as_kind(Kind::Window),
                    Kind::GaugeTop => surface.as_kind(Kind::GaugeSide),
                    Kind::Body => surface.as_kind(Kind::BodySide),
                    _ => surface,
                };
                self.cuboid(min, max, surface, [side, side], side);
            }
            Shape::Rack { min, max, south } => {
                let (front, back) = (surface.as_kind(Kind::Front), surface.as_kind(Kind::Back));
                let sides = if south { [front, back] } else { [back, front] };
                let ends = surface.as_kind(Kind::RackEnd);
                self.cuboid(min, max, surface.as_kind(Kind::Top), sides, ends);
            }
            Shape::Pipe { from, to, radius } => self.pipe(from, to, radius, surface),
            Shape::Panel(corners) => {
                let size = vec2(
                    corners[0].distance(corners[1]),
                    corners[0].distance(corners[3]),
                );
                let [_, _, rim, strength] = surface.colour;
                let (size, surface) = match surface.kind {
                    Kind::Shadow => (
                        size,
                        Surface {
                            colour: [size.x, size.y, rim, strength],
                            ..surface
                        },
                    ),
                    _ => (Vec2::ONE, surface),
                };
                self.quad(corners, size, surface);
            }
        }
    }

    fn finish(self) -> Option<Mesh> {
        if self.indices.is_empty() {
            return None;
        }
        let mut mesh = Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD | RenderAssetUsages::MAIN_WORLD,
        );
        mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, self.positions);
        mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals);
        mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, self.slots);
        mesh.insert_attribute(Mesh::ATTRIBUTE_UV_1, self.places);
        mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, self.colours);
        mesh.insert_indices(Indices::U32(self.indices));
        Some(mesh)
    }
}

fn lid(kind: Kind) -> Kind {
    match kind {
        Kind::Flow => Kind::Plain,
        Kind::GaugeTop => Kind::Dial,
        other => other,
    }
}

fn mantle(kind: Kind) -> Kind {
    match kind {
        Kind::GaugeTop => Kind::Body,
        other => other,
    }
}

/// The opaque mesh and the glass of a group.
pub(crate) fn meshes(group: &Group) -> [Option<Mesh>; 2] {
    let mut builds = [Build::default(), Build::default()];
    for solid in &group.solids {
        let glass = matches!(
            solid.paint,
            Paint::Glass(..) | Paint::SlotGlass(..) | Paint::Shadow(_)
        );
        builds[usize::from(glass)].solid(solid);
    }
    builds.map(Build::finish)
}

/// A round cloud whose density is that of `slot`: rings around the vertical, thinner to the rim.
pub(crate) fn cloud(slot: u32) -> Mesh {
    let mut build = Build::default();
    let (rings, sides) = (7, 12);
    for ring in 0..=rings {
        let polar = std::f32::consts::PI * ring as f32 / rings as f32;
        for side in 0..=sides {
            let angle = std::f32::consts::TAU * side as f32 / sides as f32;
            let normal = Vec3::new(
                polar.sin() * angle.cos(),
                polar.cos(),
                polar.sin() * angle.sin(),
            );
            let surface = Surface {
                slot,
                kind: Kind::Cloud,
                colour: [0.85, 0.90, 0.95, 0.20],
            };
            build.vertex(normal, normal, Vec2::ZERO, surface);
        }
    }
    let row = sides as u32 + 1;
    for ring in 0..rings as u32 {
        for side in 0..sides as u32 {
            let a = ring * row + side;
            build
                .indices
                .extend([a, a + 1, a + row, a + 1, a + row + 1, a + row]);
        }
    }
    build.finish().unwrap_or_else(|| {
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::default(),
        )
    })
}
