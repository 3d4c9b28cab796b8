//! The scene of each side: meshes of its layout, one material, and the texture that colours them.

pub(super) mod camera;
mod mark;
pub(super) mod material;
mod mesh;
pub(super) mod pick;
mod slots;

use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;

use crate::view::hall::colour::{ColourBy, Scale};
use crate::view::hall::layout::{Channel, Cloud};
use crate::view::hall::paint::{self, Look};
use crate::view::screen::run::Sides;
use crate::view::screen::scene::material::{Lite, Shades};
use crate::view::screen::state::{Play, ViewState};

pub(super) use mark::mark;

/// Makes the shader and the frames known to an app.
pub(super) fn embed(app: &mut App) {
    material::embed(app);
    mark::add(app);
}

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
    texture: Handle<Image>,
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
    mut images: ResMut<Assets<Image>>,
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
        let texture = images.add(slots::blank(side.layout.slots.len()));
        let material = |glass| Lite {
            slots: texture.clone(),
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
                texture,
                last: Vec::new(),
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
    mut images: ResMut<Assets<Image>>,
) {
    let scale = rack_scale(&sides, &play, &state);
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
        let look = Look {
            by: state.colour,
            scale,
            jobs: &side.jobs,
            job: state.job,
        };
        let now = paint::slots(&side.layout, &side.site, &between, &look, motion.0);
        if now != colours.last
            && let Some(mut image) = images.get_mut(&colours.texture)
        {
            slots::write(&mut image, &now);
            colours.last = now;
        }
    }
}

/// The scale of all racks at this instant.
pub(super) fn rack_scale(sides: &Sides, play: &Play, state: &ViewState) -> Scale {
    let by = state.colour;
    let whole = || paint::scale(by, sides.0.iter().map(|side| &*side.site));
    if !paint::is_fitted(by, state.fit) {
        return whole();
    }
    paint::fitted(by, used(sides, play, by)).unwrap_or_else(whole)
}

/// The least and the largest value of all racks of all sides at this instant.
pub(super) fn used(sides: &Sides, play: &Play, by: ColourBy) -> Option<(f32, f32)> {
    let shown: Vec<_> = sides
        .0
        .iter()
        .filter_map(|side| Some((&*side.site, side.at(play.time_s)?.b)))
        .collect();
    paint::used(by, shown.iter().map(|(site, frame)| (*site, &**frame)))
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
