//! The scene of each side: meshes of its layout, one material, and the buffer that colours them.

pub(super) mod camera;
pub(super) mod material;
mod mesh;
pub(super) mod pick;

use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;
use bevy::render::storage::ShaderBuffer;

use crate::view::hall::layout::{Channel, Cloud};
use crate::view::hall::paint;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::material::{Lite, Shades};
use crate::view::screen::state::{Play, ViewState};

/// Whose scene an entity is part of.
#[derive(Component)]
pub(super) struct SceneOf(usize);

/// A cloud that rises from where it began.
#[derive(Component)]
pub(super) struct Rising {
    from: Vec3,
    radius: f32,
    phase: f32,
    height: f32,
}

/// The colours of a side on their way to the renderer.
#[derive(Component)]
pub(super) struct Colours {
    side: usize,
    buffer: Handle<ShaderBuffer>,
    last: Vec<[f32; 4]>,
}

/// Seconds that marks and clouds have moved.
#[derive(Resource, Default)]
pub(super) struct Motion(pub(super) f32);

/// Builds the scene of every side that has changed.
pub(super) fn build(
    mut commands: Commands,
    mut sides: ResMut<Sides>,
    old: Query<(Entity, &SceneOf)>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<Lite>>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
) {
    let count = sides.0.len();
    for (entity, of) in &old {
        if of.0 >= count {
            commands.entity(entity).despawn();
        }
    }
    for (index, side) in sides.0.iter_mut().enumerate() {
        if !std::mem::take(&mut side.stale) {
            continue;
        }
        for (entity, of) in &old {
            if of.0 == index {
                commands.entity(entity).despawn();
            }
        }
        let blank = vec![[0.2, 0.2, 0.2, 0.0]; side.layout.slots.len()];
        let buffer = buffers.add(ShaderBuffer::from(blank.clone()));
        let material = |glass| Lite {
            slots: buffer.clone(),
            shades: Shades::DARK,
            glass,
        };
        let both = [
            materials.add(material(false)),
            materials.add(material(true)),
        ];
        commands.spawn((
            SceneOf(index),
            Colours {
                side: index,
                buffer: buffer.clone(),
                last: blank,
            },
        ));
        let at = Transform::from_translation(side.offset);
        for group in &side.layout.groups {
            for (mesh, material) in mesh::meshes(group).into_iter().zip(&both) {
                let Some(mesh) = mesh else { continue };
                commands.spawn((
                    SceneOf(index),
                    Mesh3d(meshes.add(mesh)),
                    MeshMaterial3d(material.clone()),
                    at,
                ));
            }
        }
        for (number, puff) in side.layout.puffs.iter().enumerate() {
            let Some(slot) = side.layout.slot(Channel::Cloud(puff.of)) else {
                continue;
            };
            let ball = meshes.add(mesh::cloud(slot as u32));
            let height = match puff.of {
                Cloud::Plume(_) => 2.2,
                Cloud::Vapour(_) => 0.35,
            };
            commands.spawn((
                SceneOf(index),
                Mesh3d(ball),
                MeshMaterial3d(both[1].clone()),
                Transform::from_translation(puff.at + side.offset)
                    .with_scale(Vec3::splat(puff.radius)),
                Rising {
                    from: puff.at + side.offset,
                    radius: puff.radius,
                    phase: (number as f32 * 0.377).fract(),
                    height,
                },
                NoFrustumCulling,
            ));
        }
    }
}

/// Gives every slot the colour of this instant.
pub(super) fn colour(
    mut sides: ResMut<Sides>,
    play: Res<Play>,
    state: Res<ViewState>,
    motion: Res<Motion>,
    mut all: Query<&mut Colours>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
) {
    let scale = paint::scale(state.colour, sides.0.iter().map(|side| &*side.site));
    for mut colours in &mut all {
        let Some(side) = sides.0.get_mut(colours.side) else {
            continue;
        };
        let Some(between) = side.at(play.time_s) else {
            continue;
        };
        let gpus = side.site.halls.iter().map(|hall| hall.gpus);
        side.jobs
            .follow(&between.b, gpus.fold(f64::INFINITY, f64::min));
        let by = (state.colour, scale);
        let slots = paint::slots(&side.layout, &side.site, &between, by, &side.jobs, motion.0);
        if slots != colours.last
            && let Some(mut buffer) = buffers.get_mut(&colours.buffer)
        {
            buffer.set_data(slots.clone());
            colours.last = slots;
        }
    }
}

/// Lets clouds rise and grow.
pub(super) fn rise(motion: Res<Motion>, mut clouds: Query<(&Rising, &mut Transform)>) {
    for (cloud, mut transform) in &mut clouds {
        let share = (motion.0 * 0.25 + cloud.phase).fract();
        transform.translation = cloud.from + Vec3::Y * (share * cloud.height);
        let size = cloud.radius * (0.75 + 0.4 * share);
        transform.scale = Vec3::new(size, size * 0.8, size);
    }
}

/// Draws a frame around what is selected and what the pointer is on.
pub(super) fn mark(sides: Res<Sides>, state: Res<ViewState>, mut gizmos: Gizmos) {
    let marks = [
        (state.hovered, Color::srgba(1.0, 1.0, 1.0, 0.45)),
        (state.selected, Color::WHITE),
    ];
    for (picked, colour) in marks {
        let Some((index, what)) = picked else {
            continue;
        };
        let Some(side) = sides.0.get(index) else {
            continue;
        };
        if let Some(bounds) = side.layout.pick_box(what) {
            let size = bounds.max - bounds.min + Vec3::splat(0.12);
            let at = Transform::from_translation(bounds.centre() + side.offset);
            gizmos.cube(at.with_scale(size), colour);
        }
    }
}
