//! Pictures under whatever Vulkan there is: not blank, and named racks have the colours of their numbers.
//!
//! Without a Vulkan driver there is nothing to look at; the test then reports that it was skipped.

use std::path::Path;
use std::sync::{Arc, Mutex};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::view::hall::colour::{ColourBy, Rgb, Scale};
use crate::view::hall::frame::{Between, Frame};
use crate::view::hall::jobs::JobColours;
use crate::view::hall::layout::{Layout, Pick, Picked};
use crate::view::hall::named::Named;
use crate::view::hall::paint::{self, Look};
use crate::view::hall::state::RackState;
use crate::view::screen::areas::{Screen, Target};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::scene::camera::ViewOf;
use crate::view::screen::scene::rack_scale;
use crate::view::screen::state::{Play, ViewState};
use crate::view::screen::window::{self};

mod camera;
mod circuits;
mod commands;
mod explained;
mod record;
mod recorded;
mod scene;
mod sides;

/// A picture, and what was to be seen in it.
struct Seen {
    image: Image,
    camera: Camera,
    eye: GlobalTransform,
    layout: Arc<Layout>,
    site: Arc<crate::view::hall::frame::Site>,
    between: Between,
    jobs: JobColours,
    scale: Scale,
    by: ColourBy,
    job: Option<u64>,
}

fn bytes(rgb: Rgb) -> [u8; 3] {
    rgb.map(|c| (c * 255.0).round() as u8)
}

fn alike(a: [u8; 3], b: [u8; 3], most: u8) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= most)
}

impl Seen {
    fn pixel(&self, at: Vec2) -> [u8; 3] {
        let pixel = self.image.get_color_at(at.x as u32, at.y as u32);
        let pixel = pixel.unwrap().to_srgba();
        bytes([pixel.red, pixel.green, pixel.blue])
    }

    /// Where a place is in the picture, if it lies in it.
    fn at(&self, place: Vec3) -> Option<Vec2> {
        let at = self.camera.world_to_viewport(&self.eye, place).ok()?;
        let size = self.image.size_f32();
        (at.cmpge(Vec2::ZERO).all() && at.cmplt(size).all()).then_some(at)
    }

    /// The same, if nothing that can be picked stands before it.
    fn in_sight(&self, place: Vec3) -> Option<Vec2> {
        let from = self.eye.translation();
        let way = place - from;
        let (_, hit) = self.layout.pick_at(from, way.normalize())?;
        (hit > way.length() - 0.05)
            .then(|| self.at(place))
            .flatten()
    }

    /// The pixels of a face that are in sight: corner and two edges, inside its rim.
    fn face(&self, corner: Vec3, along: Vec3, up: Vec3) -> Vec<[u8; 3]> {
        let mut all = Vec::new();
        for i in 1..24 {
            for j in 1..24 {
                let place = corner + along * (i as f32 / 24.0) + up * (j as f32 / 24.0);
                if let Some(at) = self.in_sight(place) {
                    all.push(self.pixel(at));
                }
            }
        }
        all
    }

    fn top(&self, pick: &Pick) -> Vec<[u8; 3]> {
        let corner = vec3(pick.min.x, pick.max.y + 1e-3, pick.max.z);
        let size = pick.max - pick.min;
        self.face(corner, Vec3::X * size.x, Vec3::NEG_Z * size.z)
    }

    /// The colour that the number of a rack asks for, and its state.
    fn wanted(&self, hall: u32, rack: u32) -> ([u8; 3], RackState) {
        let look = Look {
            by: self.by,
            scale: self.scale,
            jobs: &self.jobs,
            job: self.job,
        };
        let at = (hall as usize, rack as usize);
        let (rgb, state) = paint::rack_look(&look, &self.site, &self.between, at);
        (bytes(rgb), state)
    }

    fn racks(&self) -> impl Iterator<Item = (u32, u32, &Pick)> {
        self.layout.picks.iter().filter_map(|pick| match pick.what {
            Picked::Rack(hall, rack) => Some((hall, rack, pick)),
            Picked::Machine(_) => None,
        })
    }
}

#[derive(Resource, Clone, Default)]
struct Probe(Arc<Mutex<Option<Seen>>>, Arc<Mutex<u32>>);

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
    let (side, (_, camera, eye)) = (&sides.0[0], cameras.iter().next().unwrap());
    *probe.0.lock().unwrap() = Some(Seen {
        image: Image::default(),
        camera: camera.clone(),
        eye: *eye,
        layout: side.layout.clone(),
        site: side.site.clone(),
        between: side.at(play.time_s).unwrap(),
        jobs: side.jobs.clone(),
        scale: rack_scale(&sides, &play, &state),
        by: state.colour,
        job: state.job,
    });
    commands
        .spawn(Screenshot::image(target.0.clone().unwrap()))
        .observe(
            |shot: On<ScreenshotCaptured>, probe: Res<Probe>, mut exit: MessageWriter<AppExit>| {
                if let Some(seen) = &mut *probe.0.lock().unwrap() {
                    seen.image = shot.image.clone();
                }
                exit.write(AppExit::Success);
            },
        );
}

/// A side at a time, as a picture without panels and names.
fn shoot(side: Side, state: ViewState, time_s: f64) -> Seen {
    let play = Play {
        time_s,
        ..Play::default()
    };
    let state = ViewState {
        bare: true,
        hidden: [true, true],
        ..state
    };
    let size = UVec2::new(1000, 700);
    let mut app = window::app(Screen::Image(size), Sides(vec![side]), play, state);
    let probe = Probe::default();
    app.insert_resource(probe.clone())
        .add_systems(PostUpdate, observe);
    // The last word of transforms is needed, so the probe looks one frame late at an image at rest.
    app.run();
    probe.0.lock().unwrap().take().expect("a picture")
}

/// A scenario of the repository, run up to a time.
fn side(file: &str, sets: &[&str], time_s: f64) -> Side {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut side = Side::open(&root.join(file), &sets, 0).unwrap();
    side.wait_for(time_s);
    assert_eq!(side.trouble, None);
    side
}

/// Changes what a side shows.
fn alter(side: &mut Side, change: impl Fn(&mut Frame)) {
    for frame in &mut side.tape {
        let mut other = Frame::clone(frame);
        change(&mut other);
        *frame = Arc::new(other);
    }
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

/// One day of 60 racks.
const SMALL: [&str; 4] = [
    "run.start=2026-07-14",
    "run.days=1",
    "run.step_s=900",
    "hall.0.racks=60",
];
const STEADY: &str = "workload={constant={utilisation=0.8}}";
const MIXED: &str = "workload={inference={gpus=800,mean_utilisation=0.5,tokens_per_gpu_s=1700},batch={jobs_per_day=400,\
                     gpus=[8,16,96],median_hours=1.0}}";
const TIME_S: f64 = 54_000.0;

/// Of every rack that no panel or name lies over, the top has the colour of its number; and when the numbers
/// differ, so do the colours.
#[test]
fn racks_have_the_colours_that_their_numbers_ask_for() {
    if !has_vulkan() {
        return;
    }
    for (file, work, colour) in [
        ("scenarios/phoenix-air.toml", MIXED, ColourBy::Power),
        ("scenarios/phoenix-air.toml", MIXED, ColourBy::Job),
        ("scenarios/phoenix-air.toml", STEADY, ColourBy::Inlet),
        ("scenarios/phoenix-rear-door.toml", STEADY, ColourBy::Chip),
        ("scenarios/phoenix-immersion.toml", STEADY, ColourBy::Margin),
    ] {
        let sets = [&SMALL[..], &[work]].concat();
        let state = ViewState {
            colour,
            camera: Some(Named::Top),
            ..ViewState::default()
        };
        let seen = shoot(side(file, &sets, TIME_S), state, TIME_S);
        let (mut right, mut distinct) = (0, std::collections::BTreeSet::new());
        let mut wrong = Vec::new();
        for (hall, rack, pick) in seen.racks() {
            let (wanted, _) = seen.wanted(hall, rack);
            let shown = seen.top(pick);
            let exact = shown.iter().filter(|c| alike(**c, wanted, 3)).count();
            if 3 * exact > shown.len() && exact > 0 {
                right += 1;
                distinct.insert(wanted);
            } else {
                wrong.push((rack, shown.len(), exact, wanted));
            }
        }
        // The pin covers a few.
        assert!(right >= 55, "{file} {colour:?}: {right} of 60; {wrong:?}");
        if work == MIXED {
            assert!(distinct.len() >= 3, "{file}: all equal {distinct:?}");
        }
    }
}
