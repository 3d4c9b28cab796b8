//! An orbit camera, shared by all sides: drag to turn, right-drag to move, wheel to come closer; and named places.

use std::sync::Arc;

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use crate::view::hall::layout::{Bounds, Layout};
use crate::view::hall::named::Named;
use crate::view::screen::areas::{Areas, Free};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::ViewState;

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
    /// The named place that it was at last.
    last: Named,
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
            last: Named::default(),
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

    /// Comes closer by a factor, or goes away; what lies at `under` stays where it is in the picture.
    pub(crate) fn zoom(&mut self, factor: f32, under: Option<Vec3>) {
        let wanted = (self.distance * factor).clamp(1.5, 3000.0);
        let factor = wanted / self.distance;
        self.distance = wanted;
        // A point far behind the target would throw the camera out of the site.
        let near = |point: &Vec3| point.distance(self.target) < 3.0 * wanted / factor;
        if let Some(under) = under.filter(near) {
            self.target = under + (self.target - under) * factor;
        }
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

    /// Whether a point is in the free part of the picture.
    fn sees(&self, point: Vec3) -> bool {
        let p = self
            .transform()
            .to_matrix()
            .inverse()
            .transform_point3(point);
        let tan = (0.5 * FIELD_OF_VIEW).tan();
        let at = p.truncate() / (-p.z * tan);
        let (low, high) = (2.0 * self.free.below - 1.0, 1.0 - 2.0 * self.free.above);
        p.z < 0.0 && at.x.abs() <= self.free.aspect && (low..=high).contains(&at.y)
    }

    /// Where to go when sites were built anew: nowhere from a place that was sought by hand and still shows something.
    fn again(&self, layouts: &[&Layout]) -> Option<Named> {
        let mut boxes = layouts.iter().flat_map(|layout| layout.boxes());
        let seen = boxes.any(|one| self.sees(one.centre()));
        self.home.or((!seen).then_some(self.last))
    }

    /// Goes to a named place.
    pub(crate) fn go(&mut self, named: Named, layouts: &[&Layout]) {
        let Some(first) = layouts.first() else { return };
        (self.home, self.last) = (Some(named), named);
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
    windows: Query<&Window, With<PrimaryWindow>>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
    mut built: Local<Vec<Arc<Layout>>>,
) {
    let free = areas.free(sides.0.len().max(1));
    // Panels find their size after the first frames, and windows change theirs.
    let reshaped = free.differs(eye.free);
    if reshaped {
        eye.free = free;
    }
    let layouts: Vec<&Layout> = sides.0.iter().map(|side| &*side.layout).collect();
    let same = |(side, layout): (&Side, &Arc<Layout>)| Arc::ptr_eq(&side.layout, layout);
    let rebuilt = built.len() != sides.0.len() || !sides.0.iter().zip(&*built).all(same);
    let again = if rebuilt {
        *built = sides.0.iter().map(|side| side.layout.clone()).collect();
        eye.again(&layouts)
    } else {
        eye.home.filter(|_| reshaped)
    };
    if let Some(named) = state.camera.take().or(again) {
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
        if notches != 0.0 {
            let under = windows.single().ok().and_then(Window::cursor_position);
            let under = under.and_then(|at| under_pointer(at, &sides, &areas, &cameras));
            eye.zoom((1.0 - 0.12 * notches).clamp(0.5, 2.0), under);
        }
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

/// The point that the pointer is on: a rack, a machine, or the floor.
fn under_pointer(
    at: Vec2,
    sides: &Sides,
    areas: &Areas,
    cameras: &Query<(&ViewOf, &Camera, &GlobalTransform)>,
) -> Option<Vec3> {
    let count = sides.0.len();
    let (of, camera, transform) = cameras
        .iter()
        .find(|(of, ..)| areas.of(of.0, count).contains(at))?;
    let side = sides.0.get(of.0)?;
    let ray = camera.viewport_to_world(transform, at).ok()?;
    let (from, way) = (ray.origin - side.offset, *ray.direction);
    let hit = side.layout.pick_at(from, way).map(|(_, far)| far);
    let floor = (way.y < -1e-3).then(|| -from.y / way.y);
    Some(from + way * hit.or(floor)?.max(0.0))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a point is in the picture, as tangents.
    fn seen(eye: &Eye, point: Vec3) -> Vec2 {
        let p = eye
            .transform()
            .to_matrix()
            .inverse()
            .transform_point3(point);
        p.truncate() / -p.z
    }

    /// The wheel goes to what is under the pointer: its place in the picture stays, the camera comes nearer to it.
    #[test]
    fn zoom_keeps_what_is_under_the_pointer() {
        for point in [Vec3::new(9.0, 0.0, -4.0), Vec3::new(-20.0, 2.0, 11.0)] {
            let mut eye = Eye::default();
            let (at, away) = (
                seen(&eye, point),
                eye.transform().translation.distance(point),
            );
            for _ in 0..6 {
                eye.zoom(0.88, Some(point));
            }
            assert!(seen(&eye, point).distance(at) < 1e-3);
            assert!(eye.transform().translation.distance(point) < 0.6 * away);
            for _ in 0..6 {
                eye.zoom(1.0 / 0.88, Some(point));
            }
            assert!(eye.target.length() < 1e-2 && (eye.distance - 60.0).abs() < 1e-2);
        }
        let mut eye = Eye::default();
        eye.zoom(0.5, None);
        assert_eq!((eye.target, eye.distance), (Vec3::ZERO, 30.0));
    }
}
