//! A side without a picture: its tape, its commands, and the session that runs again; what it exports.

use std::path::Path;

use bevy::prelude::*;

use crate::view::hall::layout::Picked;
use crate::view::screen::run::{Side, Sides};

pub(super) const SIDE: [&str; 4] = [
    "run.start=2026-07-14",
    "run.days=1",
    "run.step_s=300",
    "hall.0.racks=40",
];

pub(super) fn side(more: &[&str]) -> Side {
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
pub(super) fn same(a: &crate::snapshot::Snapshot, b: &crate::snapshot::Snapshot) {
    assert!(format!("{a:?}") == format!("{b:?}"), "{a:?}\n{b:?}");
}

/// Display at a time.
pub(super) fn shown(side: &mut Side, time_s: f64) -> crate::snapshot::Snapshot {
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

    let crate::view::screen::run::Source::Live { plan, .. } = &live.source else {
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

/// Another technology is another building at the same time; one that does not fit is reported, and nothing is lost.
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

/// A side at a time when its recorded session is run without a view.
pub(super) fn replayed(side: &Side, time_s: f64) -> crate::snapshot::Snapshot {
    let crate::view::screen::run::Source::Live { plan, .. } = &side.source else {
        unreachable!("it is live")
    };
    let text = side.session().unwrap();
    let session: crate::scenario::session::Session = crate::scenario::text::read(&text).unwrap();
    let again = crate::view::screen::run::plan::Plan {
        origin: plan.origin.clone(),
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
    use crate::scenario::session::{Act, Demand, Warmer};
    use crate::view::screen::state::CommandTarget;
    let mut sides = Sides(vec![side(&[]), side(&["site.climate=\"phoenix\""])]);
    for side in &mut sides.0 {
        shown(side, 3600.0);
    }
    let factor = |factor| Act::Demand(Demand { factor });
    for (aim, act) in [
        (CommandTarget::Both, Act::Weather(Warmer { warmer_k: 4.0 })),
        (CommandTarget::Left, factor(0.6)),
        (CommandTarget::Right, factor(0.2)),
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
    let files = [0, 1]
        .map(|side| crate::view::screen::window::record::file_of(Path::new("a/my.toml"), 1, side));
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
        "name = \"two\"\nit = []\n[run]\ndays = 1\nstep_s = 300\n[site]\nclimate = \"phoenix\"\n{}{}         [heat_rejection.water_cooled_chiller]\n[workload.constant]\nutilisation = 0.7\n",
        hall("north"),
        hall("south")
    );
    std::fs::write(&path, text).unwrap();
    let mut live = Side::open(&path, &[], 0).unwrap();
    shown(&mut live, 3600.0);
    let tanks = crate::view::hall::examples::cooling(&live.site.scenario, 1, "immersion");
    live.change(tanks.unwrap().sets.concat());
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
    crate::view::screen::window::export::tables(&sides, 7200.0, folder.path(), "x").unwrap();
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

    let mut image = Image::new_target_texture(
        8,
        4,
        bevy::render::render_resource::TextureFormat::Rgba8UnormSrgb,
        None,
    );
    image.set_color_at(5, 2, Color::WHITE).unwrap();
    let path = folder.path().join("x-power.png");
    let part = Rect::new(4.0, 1.0, 7.0, 3.0);
    crate::view::screen::window::export::cut(&image, &[(path.clone(), part)]).unwrap();
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
