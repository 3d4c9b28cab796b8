//! The app: a window, or an image without one; the same systems for both.

mod access;
pub(super) mod export;
pub(super) mod keys;
pub(super) mod offscreen;
mod playback;
pub(super) mod prefs;
mod reading;
pub(super) mod record;

use std::time::Duration;

use bevy::app::ScheduleRunnerPlugin;
use bevy::asset::AssetEventSystems;
use bevy::camera::{CameraOutputMode, CameraUpdateSystems, Viewport};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::render_resource::{BlendState, TextureFormat, TextureUsages};
use bevy::render::settings::{Backends, WgpuSettings};
use bevy::time::TimeUpdateStrategy;
use bevy::window::{ExitCondition, PrimaryWindow, WindowResizeConstraints, WindowResolution};
use bevy::winit::WinitPlugin;
use bevy_egui::{
    EguiGlobalSettings, EguiPlugin, EguiPostUpdateSet, EguiSchedule, PrimaryEguiContext,
};

use super::panels;
use super::scene::{self, pick};
use crate::view::screen::areas::{Areas, Screen, Target, render_target};
use crate::view::screen::run::Sides;
use crate::view::screen::scene::camera::{self, Eye, FIELD_OF_VIEW, ViewOf};
use crate::view::screen::scene::material::Lite;
use crate::view::screen::state::{Play, ViewState};

/// egui runs in a schedule of its own, so that it also draws into an image.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Panels;

#[derive(Resource)]
struct Setup(Screen);

/// Builds the app around the sides.
pub(super) fn app(screen: Screen, sides: Sides, play: Play, state: ViewState) -> App {
    let mut app = App::new();
    let size = screen.size();
    let offscreen = !matches!(screen, Screen::Window(_));
    let window = WindowPlugin {
        primary_window: (!offscreen).then(|| Window {
            title: "coldaisle".into(),
            resolution: WindowResolution::new(size.x, size.y),
            // Below this no panel is left beside the scene.
            resize_constraints: WindowResizeConstraints {
                min_width: 480.0,
                min_height: 360.0,
                ..default()
            },
            ..default()
        }),
        exit_condition: if offscreen {
            ExitCondition::DontExit
        } else {
            ExitCondition::OnAllClosed
        },
        ..default()
    };
    let plugins = DefaultPlugins
        .set(window)
        .set(RenderPlugin {
            // Without a window the first pictures count: nothing may be missing in them.
            synchronous_pipeline_compilation: offscreen,
            render_creation: WgpuSettings {
                // The scene cannot be drawn by GL; and to look for it prints a line of another library where no display is.
                backends: Some(Backends::from_env().unwrap_or(Backends::PRIMARY)),
                ..default()
            }
            .into(),
            ..default()
        })
        .set(bevy::log::LogPlugin {
            level: bevy::log::Level::ERROR,
            filter: "wgpu=error,bevy_render=error,bevy_shader=error,bevy_asset=error".into(),
            ..default()
        });
    if offscreen {
        app.add_plugins(plugins.disable::<WinitPlugin>())
            .add_plugins(ScheduleRunnerPlugin::run_loop(Duration::ZERO))
            // A fixed step, so that a picture is the same whenever it is made.
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(
                50,
            )));
    } else {
        app.add_plugins(plugins);
    }
    scene::embed(&mut app);
    app.add_plugins((EguiPlugin::default(), MaterialPlugin::<Lite>::default()))
        .insert_resource(Setup(screen))
        .insert_resource(Areas::new(size))
        .insert_resource(sides)
        .insert_resource(play)
        .insert_resource(state)
        .init_resource::<Eye>()
        .init_resource::<Target>()
        .init_resource::<scene::Motion>()
        .add_systems(Startup, setup)
        .add_systems(
            Update,
            (
                keys::keys,
                keys::dropped,
                playback::advance,
                scene::build,
                views,
                pick::pick,
                camera::steer,
                camera::place,
                scene::colour,
                scene::rise,
                scene::mark,
                export::export,
            )
                .chain(),
        )
        .add_systems(Panels, panels::draw)
        // Names are placed where the cameras of this frame see them. Left to chance, the first frame found its names now with
        // them and now without, the atlas of letters came out in two orders, and the same picture in two roundings.
        .configure_sets(
            PostUpdate,
            EguiPostUpdateSet::EndPass
                .after(TransformSystems::Propagate)
                .after(CameraUpdateSystems),
        )
        // Letters that are new go to the renderer with the frame that shows them. Left to chance, the word that an image has
        // changed went out before the change or behind it, and behind it letters came a frame late: gaps in the text, or no
        // text at all where the image of letters had grown into another.
        .configure_sets(
            PostUpdate,
            EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems),
        );
    if !offscreen {
        access::add(&mut app);
    }
    reading::add(&mut app);
    app
}

fn setup(
    mut commands: Commands,
    screen: Res<Setup>,
    mut images: ResMut<Assets<Image>>,
    mut egui_settings: ResMut<EguiGlobalSettings>,
    mut target: ResMut<Target>,
    mut areas: ResMut<Areas>,
) {
    egui_settings.auto_create_primary_context = false;
    let size = screen.0.size();
    // Letters as large as on a common screen, however many pixels it has.
    let scale = (size.y as f32 / 1080.0).max(1.0);
    areas.native = 1.0;
    if !matches!(screen.0, Screen::Window(_)) {
        let format = TextureFormat::Rgba8UnormSrgb;
        let mut image = Image::new_target_texture(size.x, size.y, format, None);
        image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
        target.0 = Some(images.add(image));
        areas.native = scale;
    }
    let mut panels = commands.spawn((
        Camera2d,
        Camera {
            order: 10,
            clear_color: ClearColorConfig::Custom(Color::NONE),
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            ..default()
        },
        Msaa::Off,
        PrimaryEguiContext,
        EguiSchedule::new(Panels),
    ));
    if let Some(render) = render_target(&target, &areas) {
        panels.insert(render);
    }
}

/// One camera for each side, in its part of the area that panels leave.
fn views(
    mut commands: Commands,
    sides: Res<Sides>,
    state: Res<ViewState>,
    screen: Res<Setup>,
    target: Res<Target>,
    mut areas: ResMut<Areas>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut cameras: Query<(Entity, &ViewOf, &mut Camera)>,
) {
    let size = match windows.single() {
        Ok(window) => {
            areas.native = window.scale_factor();
            window.physical_size()
        }
        Err(_) => screen.0.size(),
    };
    areas.scale = areas.native * state.text.0;
    let count = sides.0.len();
    let mut seen = vec![false; count];
    for (entity, of, mut camera) in &mut cameras {
        if of.0 >= count {
            commands.entity(entity).despawn();
            continue;
        }
        seen[of.0] = true;
        let area = areas.of(of.0, count);
        let min = (area.min * areas.scale)
            .as_uvec2()
            .min(size.saturating_sub(UVec2::ONE));
        let max = (area.max * areas.scale).as_uvec2().min(size);
        let physical_size = max.saturating_sub(min).max(UVec2::ONE);
        camera.viewport = Some(Viewport {
            physical_position: min,
            physical_size,
            ..default()
        });
    }
    for (side, seen) in seen.into_iter().enumerate() {
        if seen {
            continue;
        }
        let mut camera = commands.spawn((
            ViewOf(side),
            Camera3d::default(),
            Camera {
                order: side.cast_signed(),
                ..default()
            },
            Projection::Perspective(PerspectiveProjection {
                fov: FIELD_OF_VIEW,
                near: 0.2,
                far: 3000.0,
                ..default()
            }),
            // Smooth edges cost a fifth to a half of the frame on software renderers.
            match screen.0 {
                Screen::Picture(_) => Msaa::Sample4,
                _ => Msaa::Off,
            },
            Tonemapping::None,
        ));
        if let Some(render) = render_target(&target, &areas) {
            camera.insert(render);
        }
    }
}
