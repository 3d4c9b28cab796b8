//! An orbit camera, shared by all sides: drag to turn, right-drag to move, wheel to come closer; and named places.

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;

use super::layout::{Bounds, Layout};
use super::state::{Look, Sides};
use super::window::Areas;

/// Places to look from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Named {
    /// The whole site from the south-east.
    #[default]
    Overview,
    /// The first hall.
    Hall,
    /// Along an aisle, at eye level.
    Aisle,
    /// Chillers, towers, dry coolers.
    Plant,
    /// UPS, generators, the grid.
    Power,
    /// Everything from above.
    Top,
}

impl Named {
    pub(super) const ALL: [(Self, &str); 6] = [
        (Self::Overview, "overview"),
        (Self::Hall, "hall"),
        (Self::Aisle, "aisle"),
        (Self::Plant, "plant"),
        (Self::Power, "power"),
        (Self::Top, "top"),
    ];
}

/// Where the camera is.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(super) struct Eye {
    pub(super) target: Vec3,
    /// Around the vertical, from the south towards the east, rad.
    pub(super) yaw: f32,
    /// Above the horizon, rad.
    pub(super) pitch: f32,
    pub(super) distance: f32,
    /// Width over height of the picture, for what has to fit in.
    pub(super) aspect: f32,
    /// The named place that it is at, until somebody moves it.
    home: Option<Named>,
}

pub(super) const FIELD_OF_VIEW: f32 = 0.72;

impl Default for Eye {
    fn default() -> Self {
        Self {
            target: Vec3::ZERO,
            yaw: 0.6,
            pitch: 0.6,
            distance: 60.0,
            aspect: 1.6,
            home: None,
        }
    }
}

impl Eye {
    fn direction(&self) -> Vec3 {
        let (sin, cos) = self.pitch.sin_cos();
        Vec3::new(cos * self.yaw.sin(), sin, cos * self.yaw.cos())
    }

    pub(super) fn transform(&self) -> Transform {
        let from = self.target + self.direction() * self.distance;
        let up = if self.pitch > 1.55 {
            Vec3::NEG_Z
        } else {
            Vec3::Y
        };
        Transform::from_translation(from).looking_at(self.target, up)
    }

    /// As close as all of a box is still seen from this direction.
    fn fit(&mut self, bounds: Bounds) {
        self.target = bounds.centre();
        let tan_y = (0.5 * FIELD_OF_VIEW).tan() * 0.94;
        let tan_x = tan_y * self.aspect;
        let (mut low, mut high) = (1.0_f32, 4000.0_f32);
        for _ in 0..40 {
            self.distance = 0.5 * (low + high);
            let view = self.transform().to_matrix().inverse();
            let inside = bounds.corners().iter().all(|corner| {
                let p = view.transform_point3(*corner);
                p.z < -0.1 && p.x.abs() <= -p.z * tan_x && p.y.abs() <= -p.z * tan_y
            });
            if inside {
                high = self.distance;
            } else {
                low = self.distance;
            }
        }
        self.distance = high;
    }

    /// Goes to a named place.
    pub(super) fn go(&mut self, named: Named, layouts: &[&Layout]) {
        let Some(first) = layouts.first() else { return };
        // All sides at once: one camera for both.
        let all = |of: fn(&Layout) -> Bounds| {
            let rest = layouts.iter().map(|layout| of(layout));
            rest.fold(of(first), Bounds::with)
        };
        let hall = |layout: &Layout| {
            let hall = layout.halls.first().copied();
            hall.unwrap_or_else(|| layout.bounds())
        };
        let (yaw, pitch, bounds) = match named {
            Named::Overview => (0.42, 0.62, all(Layout::bounds)),
            Named::Hall => (0.35, 0.72, all(hall)),
            Named::Plant => (0.75, 0.48, all(|layout| layout.plant)),
            Named::Power => (-0.65, 0.45, all(|layout| layout.yard)),
            Named::Top => (0.0, 1.5607, all(Layout::bounds)),
            Named::Aisle => {
                let (from, to) = first.aisle;
                let away = from - to;
                self.target = to;
                self.distance = away.length();
                self.yaw = away.x.atan2(away.z);
                self.pitch = (away.y / self.distance).asin();
                return;
            }
        };
        (self.yaw, self.pitch) = (yaw, pitch);
        self.fit(bounds);
    }
}

/// The camera of a side.
#[derive(Component)]
pub(super) struct ViewOf(pub(super) usize);

/// Mouse and keys move the eye, unless they are meant for a panel.
pub(super) fn steer(
    mut eye: ResMut<Eye>,
    mut look: ResMut<Look>,
    sides: Res<Sides>,
    areas: Res<Areas>,
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    time: Res<Time<Real>>,
    keys: Res<ButtonInput<KeyCode>>,
) {
    let aspect = areas.aspect(sides.0.len().max(1));
    // Panels find their size after the first frames, and windows change theirs.
    let reshaped = (aspect / eye.aspect - 1.0).abs() > 0.01;
    eye.aspect = aspect;
    let again = eye.home.filter(|_| reshaped);
    if let Some(named) = look.camera.take().or(again) {
        eye.home = Some(named);
        let layouts: Vec<&Layout> = sides.0.iter().map(|side| &*side.layout).collect();
        eye.go(named, &layouts);
    }
    let before = *eye;
    if areas.scene_has_pointer {
        let moved = motion.delta;
        if buttons.pressed(MouseButton::Left) {
            eye.yaw -= moved.x * 0.006;
            eye.pitch = (eye.pitch + moved.y * 0.006).clamp(-0.1, 1.56);
        }
        if buttons.pressed(MouseButton::Right) || buttons.pressed(MouseButton::Middle) {
            let metres = eye.distance * 0.0011;
            slide(&mut eye, -moved.x * metres, -moved.y * metres);
        }
        let notches = match scroll.unit {
            MouseScrollUnit::Line => scroll.delta.y,
            MouseScrollUnit::Pixel => scroll.delta.y / 40.0,
        };
        eye.distance = (eye.distance * (1.0 - 0.12 * notches).clamp(0.5, 2.0)).clamp(1.5, 3000.0);
    }
    if !areas.keys_taken {
        let step = time.delta_secs().min(0.1) * eye.distance * 0.7;
        let axis = |plus: KeyCode, minus: KeyCode| {
            f32::from(u8::from(keys.pressed(plus))) - f32::from(u8::from(keys.pressed(minus)))
        };
        let (x, z) = (
            axis(KeyCode::KeyD, KeyCode::KeyA),
            axis(KeyCode::KeyS, KeyCode::KeyW),
        );
        if x != 0.0 || z != 0.0 {
            slide(&mut eye, x * step, z * step);
        }
        eye.yaw += axis(KeyCode::KeyQ, KeyCode::KeyE) * time.delta_secs().min(0.1);
    }
    if *eye != before {
        eye.home = None;
    }
}

/// Moves over the ground: to the right, and towards the viewer.
fn slide(eye: &mut Eye, right: f32, near: f32) {
    let (sin, cos) = eye.yaw.sin_cos();
    eye.target += Vec3::new(cos, 0.0, -sin) * right + Vec3::new(sin, 0.0, cos) * near;
}

/// Puts every side's camera at the eye, before its own scene.
pub(super) fn place(
    eye: Res<Eye>,
    sides: Res<Sides>,
    mut cameras: Query<(&ViewOf, &mut Transform)>,
) {
    for (of, mut transform) in &mut cameras {
        if let Some(side) = sides.0.get(of.0) {
            let mut at = eye.transform();
            at.translation += side.offset;
            *transform = at;
        }
    }
}
