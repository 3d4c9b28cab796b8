//! An orbit camera, shared by all sides: drag to turn, right-drag to move, wheel to come closer; and named places.

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;

use crate::view::hall::layout::{Bounds, Layout};
use crate::view::screen::areas::{Areas, Free};
use crate::view::screen::run::Sides;
use crate::view::screen::state::{Named, ViewState};

/// Where the camera is.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(crate) struct Eye {
    pub(crate) target: Vec3,
    /// Around the vertical, from the south towards the east, rad.
    pub(crate) yaw: f32,
    /// Above the horizon, rad.
    pub(crate) pitch: f32,
    pub(crate) distance: f32,
    /// The part of the picture in which things have to fit.
    pub(crate) free: Free,
    /// The named place that it is at, until it is moved.
    home: Option<Named>,
}

pub(crate) const FIELD_OF_VIEW: f32 = 0.60;

impl Default for Eye {
    fn default() -> Self {
        Self {
            target: Vec3::ZERO,
            yaw: 0.6,
            pitch: 0.6,
            distance: 60.0,
            free: Free::default(),
            home: None,
        }
    }
}

impl Eye {
    fn direction(&self) -> Vec3 {
        let (sin, cos) = self.pitch.sin_cos();
        Vec3::new(cos * self.yaw.sin(), sin, cos * self.yaw.cos())
    }

    pub(crate) fn transform(&self) -> Transform {
        let from = self.stands();
        let up = if self.pitch > 1.55 {
            Vec3::NEG_Z
        } else {
            Vec3::Y
        };
        Transform::from_translation(from).looking_at(self.target, up)
    }

    /// Goes to a place and looks at another, m.
    pub(crate) fn look(&mut self, from: Vec3, at: Vec3) {
        let away = from - at;
        self.target = at;
        self.distance = away.length().max(0.01);
        self.yaw = away.x.atan2(away.z);
        self.pitch = (away.y / self.distance).clamp(-1.0, 1.0).asin();
        self.home = None;
    }

    /// Where it stands, m.
    pub(crate) fn stands(&self) -> Vec3 {
        self.target + self.direction() * self.distance
    }

    /// As close as all boxes are still seen from this direction, in the free part of the picture.
    fn fit(&mut self, boxes: &[Bounds]) {
        let Some(first) = boxes.first() else { return };
        let all = boxes.iter().fold(*first, |all, one| all.with(*one));
        self.target = all.centre();
        self.distance = (all.max - all.min).length().max(2.0);
        let tan = (0.5 * FIELD_OF_VIEW).tan();
        let (low, high) = (2.0 * self.free.below - 1.0, 1.0 - 2.0 * self.free.above);
        let free = 0.95 * tan * Vec2::new(2.0 * self.free.aspect, (high - low).max(0.4));
        let middle = Vec2::new(0.0, 0.5 * tan * (low + high));
        for _ in 0..60 {
            let at = self.transform();
            let view = at.to_matrix().inverse();
            let (mut min, mut max) = (Vec2::MAX, Vec2::MIN);
            for corner in boxes.iter().flat_map(Bounds::corners) {
                let p = view.transform_point3(corner);
                // What lies behind counts as far out: the camera goes back.
                let seen = p.truncate() / (-p.z).max(0.05 * self.distance);
                (min, max) = (min.min(seen), max.max(seen));
            }
            let off = (0.5 * (min + max) - middle) * self.distance;
            self.target += at.right() * off.x + at.up() * off.y;
            let grow = ((max - min) / free).max_element().clamp(0.3, 3.0);
            self.distance = (self.distance * grow.powf(0.7)).clamp(1.0, 4000.0);
        }
    }

    /// The direction among several from which boxes fill the picture most.
    fn fit_best(&mut self, directions: &[(f32, f32)], boxes: &[Bounds]) {
        let mut best = None;
        for &(yaw, pitch) in directions {
            (self.yaw, self.pitch) = (yaw, pitch);
            self.fit(boxes);
            if best.is_none_or(|best: Self| self.distance < best.distance) {
                best = Some(*self);
            }
        }
        *self = best.unwrap_or(*self);
    }

    /// Goes to a named place.
    pub(crate) fn go(&mut self, named: Named, layouts: &[&Layout]) {
        let Some(first) = layouts.first() else { return };
        // All sides at once: one camera for both.
        let all = |of: &dyn Fn(&Layout) -> Vec<Bounds>| -> Vec<Bounds> {
            layouts.iter().flat_map(|layout| of(layout)).collect()
        };
        let hall = |layout: &Layout| {
            let hall = layout.halls.first().copied();
            vec![hall.unwrap_or_else(|| layout.bounds())]
        };
        // A site is long: in a narrow picture it is seen along its length.
        let around = [0.42, 0.7, 1.0, 1.25].map(|yaw| (yaw, 0.62));
        match named {
            Named::Overview => self.fit_best(&around, &all(&Layout::boxes)),
            Named::Hall => self.fit_best(&[(0.35, 0.66), (0.8, 0.66), (1.2, 0.66)], &all(&hall)),
            Named::Plant => self.fit_best(&[(0.75, 0.48)], &all(&|layout| vec![layout.plant])),
            Named::Power => self.fit_best(&[(-0.65, 0.45)], &all(&|layout| vec![layout.yard])),
            Named::Top => self.fit_best(&[(0.0, 1.5607)], &all(&Layout::boxes)),
            Named::Aisle => {
                let (from, to) = first.aisle;
                let home = self.home;
                self.look(from, to);
                self.home = home;
            }
        }
    }
}

/// The camera of a side.
#[derive(Component)]
pub(crate) struct ViewOf(pub(crate) usize);

/// Mouse and keys move the eye, unless they are meant for a panel.
pub(crate) fn steer(
    mut eye: ResMut<Eye>,
    mut state: ResMut<ViewState>,
    sides: Res<Sides>,
    areas: Res<Areas>,
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    time: Res<Time<Real>>,
    keys: Res<ButtonInput<KeyCode>>,
) {
    let free = areas.free(sides.0.len().max(1));
    // Panels find their size after the first frames, and windows change theirs.
    let reshaped = free.differs(eye.free);
    if reshaped {
        eye.free = free;
    }
    let again = eye.home.filter(|_| reshaped);
    if let Some(named) = state.camera.take().or(again) {
        eye.home = Some(named);
        let layouts: Vec<&Layout> = sides.0.iter().map(|side| &*side.layout).collect();
        eye.go(named, &layouts);
    }
    if let Some((from, at)) = state.free.take() {
        eye.look(from, at);
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
pub(crate) fn place(
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
