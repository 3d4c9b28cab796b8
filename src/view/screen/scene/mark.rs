//! Frames around what is selected and what the pointer is on, drawn over everything: the selected one thick, white in black, and
//! never smaller than the pin of the hottest rack.

use bevy::gizmos::config::{GizmoConfig, GizmoConfigGroup, GizmoLineConfig, GizmoLineJoint};
use bevy::prelude::*;

use super::camera::Eye;
use crate::view::hall::layout::Picked;
use crate::view::screen::run::Sides;
use crate::view::screen::state::ViewState;

/// Frames of what is selected.
#[derive(Default, Reflect, GizmoConfigGroup)]
pub(in crate::view) struct Selection;

/// The dark edge around them.
#[derive(Default, Reflect, GizmoConfigGroup)]
pub(in crate::view) struct SelectionEdge;

/// Frames of what the pointer is on.
#[derive(Default, Reflect, GizmoConfigGroup)]
pub(in crate::view) struct Hover;

/// A frame is at least this share of the distance of the camera wide: more than the foot of the pin.
const LEAST: f32 = 0.024;

/// Makes the frames known to an app.
pub(super) fn add(app: &mut App) {
    let lines = |width: f32, depth_bias: f32| GizmoConfig {
        line: GizmoLineConfig {
            width,
            joints: GizmoLineJoint::Miter,
            ..GizmoLineConfig::default()
        },
        // Over racks in front of it.
        depth_bias,
        ..GizmoConfig::default()
    };
    app.insert_gizmo_config(SelectionEdge, lines(6.5, -0.98))
        .insert_gizmo_config(Selection, lines(3.0, -1.0))
        .insert_gizmo_config(Hover, lines(1.5, -0.96));
}

/// Draws them.
pub(in crate::view) fn mark(
    sides: Res<Sides>,
    state: Res<ViewState>,
    eye: Res<Eye>,
    mut edge: Gizmos<SelectionEdge>,
    mut selection: Gizmos<Selection>,
    mut hover: Gizmos<Hover>,
) {
    let place = |(index, what): (usize, Picked)| -> Option<Transform> {
        let side = sides.0.get(index)?;
        let bounds = side.layout.pick_box(what)?;
        let middle = bounds.centre();
        let away = (eye.transform().translation - middle).length();
        let size = (bounds.max - bounds.min + Vec3::splat(0.12)).max(Vec3::splat(LEAST * away));
        Some(Transform::from_translation(middle + side.offset).with_scale(size))
    };
    if let Some(at) = state
        .hovered
        .filter(|_| state.hovered != state.selected)
        .and_then(place)
    {
        hover.cube(at, Color::WHITE);
    }
    if let Some(at) = state.selected.and_then(place) {
        edge.cube(at, Color::BLACK);
        selection.cube(at, Color::WHITE);
    }
}
