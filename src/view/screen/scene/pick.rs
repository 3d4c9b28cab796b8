//! Picking: hover and selection. Racks and machines are boxes: no mesh is searched.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use crate::view::hall::layout::Picked;
use crate::view::screen::areas::Areas;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::state::ViewState;

/// A press that moves further than this is not a click.
const STILL_PX: f32 = 5.0;

pub(crate) fn pick(
    mut state: ResMut<ViewState>,
    mut areas: ResMut<Areas>,
    sides: Res<Sides>,
    buttons: Res<ButtonInput<MouseButton>>,
    windows: Query<&Window, With<PrimaryWindow>>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let Ok(window) = windows.single() else {
        return;
    };
    let pointer = window.cursor_position().filter(|_| areas.scene_has_pointer);
    state.hovered = pointer.and_then(|at| {
        cameras.iter().find_map(|(of, camera, transform)| {
            let area = areas.of(of.0, sides.0.len());
            area.contains(at / areas.zoom())
                .then(|| under(&sides, of.0, at, camera, transform))
                .flatten()
        })
    });
    if buttons.just_pressed(MouseButton::Left) {
        areas.pressed = pointer;
    }
    if buttons.just_released(MouseButton::Left)
        && let (Some(down), Some(up)) = (areas.pressed.take(), pointer)
        && down.distance(up) <= STILL_PX
    {
        state.selected = state.hovered;
    }
}

fn under(
    sides: &Sides,
    index: usize,
    at: Vec2,
    camera: &Camera,
    transform: &GlobalTransform,
) -> Option<(usize, Picked)> {
    let side = sides.0.get(index)?;
    let ray = camera.viewport_to_world(transform, at).ok()?;
    let what = side.layout.pick(ray.origin - side.offset, *ray.direction)?;
    Some((index, what))
}
