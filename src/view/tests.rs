//! Pictures under whatever Vulkan there is: not blank, and named racks have the colours that their numbers ask for.
//!
//! Without a Vulkan driver there is nothing to look at; the test then says that it was skipped.

use std::path::Path;
use std::sync::{Arc, Mutex};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use super::camera::{Named, ViewOf};
use super::colour::ColourBy;
use super::layout::Picked;
use super::paint;
use super::state::{Look, Play, Side, Sides};
use super::window::{self, Screen, Target};

/// A rack, where its top is in the picture, and the colour it should have.
type Rack = (Picked, Vec2, [u8; 3]);

#[derive(Default)]
struct Seen {
    racks: Vec<Rack>,
    picture: Option<Image>,
}

#[derive(Resource, Clone, Default)]
struct Probe(Arc<Mutex<Seen>>, Arc<Mutex<u32>>);

fn look(
    mut commands: Commands,
    probe: Res<Probe>,
    target: Res<Target>,
    sides: Res<Sides>,
    play: Res<Play>,
    look: Res<Look>,
    cameras: Query<(&ViewOf, &Camera, &GlobalTransform)>,
) {
    let mut frame = probe.1.lock().unwrap();
    *frame += 1;
    if *frame != 8 {
        return;
    }
    let (side, (_, camera, transform)) = (&sides.0[0], cameras.iter().next().unwrap());
    let between = side.at(play.time_s).unwrap();
    let scale = paint::scale(look.colour, std::iter::once(&*side.site));
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
        let rgb = paint::rack_colour(look.colour, scale, &between, &side.jobs, place);
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
    let seen = Look {
        colour,
        camera: Some(Named::Top),
        bare: true,
        ..Look::default()
    };
    let size = UVec2::new(900, 600);
    let mut app = window::app(Screen::Image(size), Sides(vec![side]), play, seen);
    let probe = Probe::default();
    app.insert_resource(probe.clone())
        .add_systems(PostUpdate, look);
    // The last word of transforms is needed, so the probe looks one frame late at a picture that stands still.
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

/// Of every rack that no panel or name lies over, the top has the colour that its number asks for; and when the numbers
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
            assert!(distinct.len() >= 3, "{file}: all alike {distinct:?}");
        }
    }
}

const SIDE: [&str; 4] = [
    "run.start=2026-07-14",
    "run.days=1",
    "run.step_s=300",
    "hall.0.racks=40",
];

fn side(more: &[&str]) -> Side {
    let sets: Vec<String> = SIDE
        .iter()
        .chain(more)
        .map(|set| (*set).to_owned())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workload = "workload={inference={gpus=1000,mean_utilisation=0.5,tokens_per_gpu_s=1700}}";
    let sets = [&sets[..], &[workload.to_owned()]].concat();
    Side::open(&root.join("scenarios/phoenix-air.toml"), &sets, 0).unwrap()
}

/// Bit by bit, with what is not there (NaN) equal to itself.
fn same(a: &crate::snapshot::Snapshot, b: &crate::snapshot::Snapshot) {
    assert!(format!("{a:?}") == format!("{b:?}"), "{a:?}\n{b:?}");
}

/// What is shown at a time.
fn shown(side: &mut Side, time_s: f64) -> crate::snapshot::Snapshot {
    side.wait_for(time_s);
    let between = side.at(time_s).unwrap();
    assert!(
        (between.b.time_s() - time_s).abs() < 1e-6,
        "{}",
        between.b.time_s()
    );
    between.b.snapshot.clone()
}

/// Going back and forth shows the same; a command changes what comes after it and nothing before; the session, run
/// again without a view, gives the very same snapshot.
#[test]
fn a_side_goes_back_and_its_session_runs_again() {
    use crate::scenario::session::{Act, Demand};
    let mut live = side(&[]);
    let (early, late) = (shown(&mut live, 3600.0), shown(&mut live, 36_000.0));
    same(&shown(&mut live, 3600.0), &early);
    same(&shown(&mut live, 36_000.0), &late);

    let mut live = side(&[]);
    same(&shown(&mut live, 3600.0), &early);
    live.act(Act::Demand(Demand { factor: 0.4 }));
    let less = shown(&mut live, 36_000.0);
    assert!(less.power.it_w < 0.95 * late.power.it_w);
    assert_eq!((live.log.len(), live.log[0].at_s), (1, 3600.0));
    assert!(live.overview.complete && live.overview.rows.len() >= 90);
    // Before the command nothing is otherwise, after going back it holds again.
    same(&shown(&mut live, 3600.0), &early);
    same(&shown(&mut live, 36_000.0), &less);

    let super::state::Source::Live { plan, .. } = &live.source else {
        unreachable!("it is live")
    };
    let mut again = plan.resolve().unwrap();
    while again
        .simulation
        .step()
        .unwrap()
        .is_some_and(|s| s.time_s < 36_000.0 - 1.0)
    {}
    same(again.simulation.facility.snapshot(), &less);
    assert!(live.session().unwrap().contains("factor = 0.4"));
}

/// Another technology is another building at the same time; one that does not fit is said, and nothing is lost.
#[test]
fn a_hall_is_built_otherwise() {
    let mut live = side(&[]);
    let air = shown(&mut live, 7200.0);
    live.change("heat_rejection={dry_cooler={}}".into());
    let trouble = live
        .trouble
        .take()
        .expect("its water is too warm for this hall");
    assert!(trouble.contains("cannot cool supply air"), "{trouble}");
    same(&shown(&mut live, 7200.0), &air);

    live.change("hall.0.cooling={immersion={}}".into());
    assert_eq!(live.trouble, None);
    let tanks = shown(&mut live, 7200.0);
    same(
        &tanks,
        &shown(&mut side(&["hall.0.cooling={immersion={}}"]), 7200.0),
    );
    assert!(tanks.power.server_fans_w == 0.0 && air.power.server_fans_w > 0.0);
    let tank = live.layout.pick_box(Picked::Rack(0, 0)).unwrap();
    assert!(tank.max.y < 1.5, "the scene shows tanks: {tank:?}");
}

/// What a side shows at a time when its session, as recorded, is run without a view.
fn replayed(side: &Side, time_s: f64) -> crate::snapshot::Snapshot {
    let super::state::Source::Live { plan, .. } = &side.source else {
        unreachable!("it is live")
    };
    let text = side.session().unwrap();
    let session: crate::scenario::session::Session = crate::scenario::text::read(&text).unwrap();
    let again = super::plan::Plan {
        path: plan.path.clone(),
        sets: session.set,
        commands: session.command,
    };
    let mut again = again.resolve().unwrap();
    while again
        .simulation
        .step()
        .unwrap()
        .is_some_and(|s| s.time_s < time_s - 1.0)
    {}
    again.simulation.facility.snapshot().clone()
}

/// A command goes to whom it is for; each side's session holds what was done to that side only, and runs again to what
/// that side shows.
#[test]
fn commands_go_to_one_side_or_to_both() {
    use super::state::Aim;
    use crate::scenario::session::{Act, Demand, Warmer};
    let mut sides = Sides(vec![side(&[]), side(&["site.climate=\"phoenix\""])]);
    for side in &mut sides.0 {
        shown(side, 3600.0);
    }
    let factor = |factor| Act::Demand(Demand { factor });
    for (aim, act) in [
        (Aim::Both, Act::Weather(Warmer { warmer_k: 4.0 })),
        (Aim::Left, factor(0.6)),
        (Aim::Right, factor(0.2)),
    ] {
        for side in sides.aimed(aim) {
            side.act(act.clone());
        }
    }
    let at_s = 7200.0;
    let both: Vec<_> = sides.0.iter_mut().map(|side| shown(side, at_s)).collect();
    assert!(both[1].power.it_w < 0.9 * both[0].power.it_w);
    assert_eq!(both[0].outside, both[1].outside);
    let logs = sides.0.iter().map(|side| side.log.len());
    assert_eq!(logs.collect::<Vec<_>>(), [2, 2]);
    for (side, shown) in sides.0.iter().zip(&both) {
        same(&replayed(side, at_s), shown);
    }
    let [left, right] = [0, 1].map(|index: usize| sides.0[index].session().unwrap());
    assert!(
        left.contains("factor = 0.6") && !left.contains("factor = 0.2"),
        "{left}"
    );
    assert!(
        right.contains("factor = 0.2") && !right.contains("factor = 0.6"),
        "{right}"
    );
    let files = [0, 1].map(|side| super::record::file_of(Path::new("a/my.toml"), side));
    assert_eq!(
        files,
        [Path::new("a/my.toml"), Path::new("a/my-right.toml")]
    );
}

/// Any hall can be built otherwise, the others stay what they are.
#[test]
fn the_second_hall_is_built_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.toml");
    let hall = |name: &str| {
        format!(
            "[[hall]]\nname = \"{name}\"\nserver = \"hgx-h100\"\nracks = 8\nservers_per_rack = 4\n             [hall.cooling.air]\n"
        )
    };
    let text = format!(
        "name = \"two\"\n[run]\ndays = 1\nstep_s = 300\n[site]\nclimate = \"phoenix\"\n{}{}         [heat_rejection.water_cooled_chiller]\n[workload.constant]\nutilisation = 0.7\n",
        hall("north"),
        hall("south")
    );
    std::fs::write(&path, text).unwrap();
    let mut live = Side::open(&path, &[], 0).unwrap();
    shown(&mut live, 3600.0);
    live.change(super::panels::cooling_set(1, "immersion"));
    assert_eq!(live.trouble, None);
    let now = shown(&mut live, 3600.0);
    let names = live
        .site
        .scenario
        .hall
        .iter()
        .map(|hall| hall.cooling.name());
    assert_eq!(names.collect::<Vec<_>>(), ["air", "immersion"]);
    let height = |hall| live.layout.pick_box(Picked::Rack(hall, 0)).unwrap().max.y;
    assert!(height(0) > 2.0 && height(1) < 1.5);
    assert!(now.halls[1].racks.coolant_c[0] > now.halls[0].racks.coolant_c[0] + 5.0);
    same(&replayed(&live, 3600.0), &now);
}

/// The tables that are exported hold what is shown, of both sides, and a chart is cut out of its picture.
#[test]
fn what_is_shown_is_exported() {
    let mut sides = Sides(vec![side(&[]), side(&["hall.0.cooling={immersion={}}"])]);
    let both = [0, 1].map(|index: usize| shown(&mut sides.0[index], 7200.0));
    let folder = tempfile::tempdir().unwrap();
    super::export::tables(&sides, 7200.0, folder.path(), "x").unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let figures = read("x-figures.csv");
    let it = figures
        .lines()
        .find(|line| line.starts_with("IT,"))
        .unwrap();
    let cells: Vec<f64> = it
        .split(',')
        .skip(2)
        .map(|cell| cell.parse().unwrap())
        .collect();
    let kw = both.each_ref().map(|shown| shown.power.it_w / 1e3);
    for (cell, wanted) in cells.iter().zip([kw[0], kw[1], kw[1] - kw[0]]) {
        assert!((cell - wanted).abs() < 0.002, "{it}: {wanted}");
    }
    for (side, of) in both.iter().zip(["", "-right"]) {
        let racks = read(&format!("x{of}-racks.csv"));
        assert_eq!(racks.lines().count(), 41);
        let first: Vec<&str> = racks.lines().nth(1).unwrap().split(',').collect();
        let kw: f64 = first[2].parse().unwrap();
        assert!((kw - side.halls[0].racks.power_w[0] / 1e3).abs() < 0.002);
        assert!(racks.contains("inference (service): 32"), "{racks}");
        assert!(read(&format!("x{of}-charts.csv")).lines().count() > 90);
        assert!(read(&format!("x{of}-overview.csv")).lines().count() > 90);
    }

    let mut picture = Image::new_target_texture(
        8,
        4,
        bevy::render::render_resource::TextureFormat::Rgba8UnormSrgb,
        None,
    );
    picture.set_color_at(5, 2, Color::WHITE).unwrap();
    let path = folder.path().join("x-power.png");
    let part = Rect::new(4.0, 1.0, 7.0, 3.0);
    super::export::cut(&picture, &[(path.clone(), part)]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let png = bevy::image::ImageType::Extension("png");
    let none = bevy::image::CompressedImageFormats::NONE;
    let sampler = bevy::image::ImageSampler::Default;
    let usage = bevy::asset::RenderAssetUsages::default();
    let cut = Image::from_buffer(&bytes, png, none, true, sampler, usage).unwrap();
    assert_eq!((cut.width(), cut.height()), (3, 2));
    // A target texture rounds what is put into it.
    let red = |x, y| cut.get_color_at(x, y).unwrap().to_srgba().red;
    assert!(red(1, 1) > 0.99 && red(0, 0) < 0.5);
}
