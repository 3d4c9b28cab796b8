//! Of what the scene is made: boxes, pipes and racks, each with what gives it its colour.

use glam::{Vec3, vec3};

/// How a surface is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Paint {
    /// One colour, sRGB.
    Flat([f32; 3]),
    /// The colour of a slot, in light and shade.
    Slot(u32),
    /// The colour of a rack's slot without any shade, with the sign of its state.
    Rack(u32),
    /// The body of a machine's unit: filled from below, or along its top, to its load; dark with a red cross where it is out.
    Gauge(u32),
    /// One colour, dark where the unit of a slot is out.
    Body([f32; 3], u32),
    /// The same under a grid of tiles, mixed with the floor.
    Tiles(u32),
    /// The same with marks that move with the flow, along the pipe.
    Flow(u32),
    /// Glass: sRGB and opacity.
    Glass([f32; 3], f32),
    /// Glass in the colour of a slot.
    SlotGlass(u32, f32),
    /// The ground: a grid of metres that ends in the background.
    Ground,
    /// A soft shadow on what lies below, so wide at its rim, m.
    Shadow(f32),
}

/// A body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// An upright box.
    Box { min: Vec3, max: Vec3 },
    /// A rack: a box whose front (towards +z or −z) shows its servers.
    Rack { min: Vec3, max: Vec3, south: bool },
    /// A pipe between two points.
    Pipe { from: Vec3, to: Vec3, radius: f32 },
    /// A panel through four corners, seen from both sides.
    Panel([Vec3; 4]),
}

/// A body and its surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Solid {
    pub(crate) shape: Shape,
    pub(crate) paint: Paint,
}

/// Bodies drawn and culled together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Group {
    pub(crate) solids: Vec<Solid>,
}

impl Group {
    pub(crate) fn cuboid(&mut self, min: Vec3, max: Vec3, paint: Paint) {
        let shape = Shape::Box { min, max };
        self.solids.push(Solid { shape, paint });
    }

    pub(crate) fn pipe(&mut self, from: Vec3, to: Vec3, radius: f32, paint: Paint) {
        let shape = Shape::Pipe { from, to, radius };
        self.solids.push(Solid { shape, paint });
    }

    /// The shadow of something on a floor at height `y`.
    pub(crate) fn shadow(&mut self, min: Vec3, max: Vec3, y: f32, rim: f32) {
        let (a, b) = (min - Vec3::splat(rim), max + Vec3::splat(rim));
        let corners = level(a, b, y);
        let shape = Shape::Panel(corners);
        let paint = Paint::Shadow(rim);
        self.solids.push(Solid { shape, paint });
    }

    /// A pipe through several points.
    pub(crate) fn line(&mut self, points: &[Vec3], radius: f32, paint: Paint) {
        for pair in points.windows(2) {
            self.pipe(pair[0], pair[1], radius, paint);
        }
    }
}

/// The corners of a level rectangle, as one sees them from above.
pub(super) fn level(a: Vec3, b: Vec3, y: f32) -> [Vec3; 4] {
    [
        vec3(a.x, y, b.z),
        vec3(b.x, y, b.z),
        vec3(b.x, y, a.z),
        vec3(a.x, y, a.z),
    ]
}

/// A box in space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: Vec3,
    pub(crate) max: Vec3,
}

impl Bounds {
    pub(crate) fn new(min: Vec3, max: Vec3) -> Self {
        Self { min, max }
    }

    pub(crate) fn centre(&self) -> Vec3 {
        0.5 * (self.min + self.max)
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self::new(self.min.min(other.min), self.max.max(other.max))
    }

    pub(crate) fn corners(&self) -> [Vec3; 8] {
        let (a, b) = (self.min, self.max);
        std::array::from_fn(|i| {
            vec3(
                if i & 1 == 0 { a.x } else { b.x },
                if i & 2 == 0 { a.y } else { b.y },
                if i & 4 == 0 { a.z } else { b.z },
            )
        })
    }
}
