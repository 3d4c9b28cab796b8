//! Pictures under whatever Vulkan there is: not blank, and named racks have the colours of their numbers.
//!
//! Without a Vulkan driver there is nothing to look at; the test then reports that it was skipped.

use std::path::Path;
use std::sync::{Arc, Mutex};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::view::hall::colour::ColourBy;
use crate::view::hall::layout::Picked;
use crate::view::hall::named::Named;
use crate::view::hall::paint;
use crate::view::screen::areas::{Screen, Target};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::state::{Play, ViewState};
use crate::view::screen::window::{self};

mod camera;
mod circuits;
mod commands;
mod explained;
mod record;
mod recorded;
mod sides;

/// A rack, where its top is in the picture, and the colour it should have.
type Rack = (Picked, Vec2, [u8; 3]);

#[derive(Default)]
struct Seen {
    racks: Vec<Rack>,
    picture: Option<Image>,
}

#[derive(Resource, Clone, Default)]
struct Probe(Arc<Mutex<Seen>>, Arc<Mutex<u32>>);

fn observe(
    mut commands: Commands,
    probe: Res<Probe>,
    target: Res<Target>,
    sides: Res<Sides>,
    play: Res<Play>,
    state: Res<ViewState>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let mut frame = probe.1.lock().unwrap();
    *frame += 1;
    if *frame != 8 {
        return;
    }
    let (side, (_, camera, transform)) = (&sides.0[0], cameras.iter().next().unwrap());
    let between = side.at(play.time_s).unwrap();
    let scale = paint::scale(state.colour, std::iter::once(&*side.site));
    let mut seen = probe.0.lock().unwrap();
    for pick in &side.layout.picks {
        let Picked::Rack(hall, rack) = pick.what else {
            continue;
        };
        let top = Vec3::new(
            0.5 * (pick.min.x + pick.max.x) + 0.05,
            pick.max.y,
            pick.min.z + 0.3 * (pick.max.z - pick.min.z),
        );
        let at = camera.world_to_viewport(transform, top).unwrap();
        let place = (hall as usize, rack as usize);
        let rgb = paint::rack_colour(state.colour, scale, &between, &side.jobs, place);
        seen.racks
            .push((pick.what, at, rgb.map(|c| (c * 255.0).round() as u8)));
    }
    commands
        .spawn(Screenshot::image(target.0.clone().unwrap()))
        .observe(
            |shot: On<ScreenshotCaptured>, probe: Res<Probe>, mut exit: MessageWriter<AppExit>| {
                probe.0.lock().unwrap().picture = Some(shot.image.clone());
                exit.write(AppExit::Success);
            },
        );
}

fn picture(scenario: &Path, sets: &[&str], colour: ColourBy, time_s: f64) -> Seen {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let mut side = Side::open(scenario, &sets, 0).unwrap();
    side.wait_for(time_s);
    let play = Play {
        time_s,
        ..Play::default()
    };
    let seen = ViewState {
        colour,
        camera: Some(Named::Top),
        bare: true,
        ..ViewState::default()
    };
    let size = UVec2::new(900, 600);
    let mut app = window::app(Screen::Image(size), Sides(vec![side]), play, seen);
    let probe = Probe::default();
    app.insert_resource(probe.clone())
        .add_systems(PostUpdate, observe);
    // The last word of transforms is needed, so the probe looks one frame late at an image at rest.
    app.run();
    std::mem::take(&mut *probe.0.lock().unwrap())
}

fn has_vulkan() -> bool {
    let folders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
    let found = folders
        .iter()
        .any(|folder| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()));
    if !found {
        println!("skipped: no Vulkan driver (apt install mesa-vulkan-drivers)");
    }
    found
}

/// Of every rack that no panel or name lies over, the top has the colour of its number; and when the numbers
/// differ, so do the colours.
#[test]
fn racks_have_the_colours_that_their_numbers_ask_for() {
    if !has_vulkan() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cut = [
        "run.start=2026-07-14",
        "run.days=1",
        "run.step_s=900",
        "hall.0.racks=60",
    ];
    let smaller = "workload={constant={utilisation=0.8}}";
    for (file, more, colour) in [
        ("scenarios/phoenix-air.toml", None, ColourBy::Power),
        ("scenarios/phoenix-air.toml", None, ColourBy::Job),
        ("scenarios/phoenix-air.toml", Some(smaller), ColourBy::Inlet),
        (
            "scenarios/phoenix-rear-door.toml",
            Some(smaller),
            ColourBy::Chip,
        ),
    ] {
        let mut sets = cut.to_vec();
        match more {
            Some(more) => sets.push(more),
            None => sets.push(
                "workload={inference={gpus=800,mean_utilisation=0.5,tokens_per_gpu_s=1700},batch={jobs_per_day=400,\
                 gpus=[8,16,96],median_hours=1.0}}",
            ),
        }
        let seen = picture(&root.join(file), &sets, colour, 54_000.0);
        let image = seen.picture.expect("a picture");
        assert_eq!(seen.racks.len(), 60);
        let (mut right, mut distinct) = (0, std::collections::BTreeSet::new());
        let mut wrong = Vec::new();
        for (what, at, wanted) in &seen.racks {
            let pixel = image
                .get_color_at(at.x as u32, at.y as u32)
                .unwrap()
                .to_srgba();
            let shown = [pixel.red, pixel.green, pixel.blue].map(|c| (c * 255.0).round() as u8);
            let off = shown
                .iter()
                .zip(wanted)
                .map(|(a, b)| a.abs_diff(*b))
                .max()
                .unwrap();
            if off <= 3 {
                right += 1;
                distinct.insert(shown);
            } else {
                wrong.push((*what, *at, shown, *wanted));
            }
        }
        // Names and the pin cover a few.
        assert!(right >= 50, "{file} {colour:?}: {right} of 60; {wrong:?}");
        if more.is_none() {
            assert!(distinct.len() >= 3, "{file}: all equal {distinct:?}");
        }
    }
}
