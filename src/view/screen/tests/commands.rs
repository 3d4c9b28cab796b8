//! What is commanded: by difference on both sides, to one hall of several, at the moment that is shown, and taken back as if
//! it had never been.

use super::sides::{SIDE, replayed, same, shown, side};
use crate::heat_rejection::HeatRejection;
use crate::scenario::session::{Act, CoolantSetpoint};
use crate::view::hall::controls::{Orders, Row, rows};
use crate::view::hall::examples::{self, EXAMPLES};
use crate::view::hall::paint;
use crate::view::screen::panels::commanded;
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{CommandTarget, Play};

const BOTH: CommandTarget = CommandTarget::Both;

/// A play head that rests at a time.
fn at(time_s: f64) -> Play {
    Play {
        time_s,
        ..Play::default()
    }
}

/// The slider whose name starts so: where it stands, and its commands for a value.
fn slider(sides: &Sides, aim: CommandTarget, play: &Play, name: &str, to: f64) -> (f64, Orders) {
    let aimed = commanded(sides, aim, play);
    let (rows, _) = rows(&aimed);
    let names: Vec<_> = rows.iter().map(Row::name).collect();
    let found = rows.iter().find(|row| row.name().starts_with(name));
    let row = found.unwrap_or_else(|| panic!("no {name} in {names:?}"));
    (row.value(), row.orders(to))
}

fn value(sides: &Sides, aim: CommandTarget, play: &Play, name: &str) -> f64 {
    slider(sides, aim, play, name, 0.0).0
}

fn give(sides: &mut Sides, aim: CommandTarget, time_s: f64, name: &str, to: f64) -> String {
    let play = at(time_s);
    let (_, orders) = slider(sides, aim, &play, name, to);
    sides.give(orders, &play)
}

/// Air of 24 °C beside tanks of 36: 2.5 K more are 26.5 and 38.5, in the commands and in the coolant.
#[test]
fn both_sides_move_from_their_own() {
    let tanks = [
        "hall.0.cooling={immersion={supply_c=36.0}}",
        "heat_rejection={tower={setpoint_c=30}}",
    ];
    let mut sides = Sides(vec![side(&[]), side(&tanks)]);
    let before: Vec<_> = sides.0.iter_mut().map(|side| shown(side, 7200.0)).collect();
    give(
        &mut sides,
        BOTH,
        7200.0,
        "air or coolant to the racks of north",
        2.5,
    );
    let after: Vec<_> = sides
        .0
        .iter_mut()
        .map(|side| shown(side, 14_400.0))
        .collect();
    for (number, own_c) in [(0, 24.0), (1, 36.0)] {
        let log = &sides.0[number].log;
        let set = CoolantSetpoint {
            hall: Some("north".into()),
            supply_c: own_c + 2.5,
        };
        assert_eq!((log.len(), &log[0].act), (1, &Act::Coolant(set)));
        assert_eq!(log[0].at_s, 7200.0);
        let [was_c, is_c] = [&before, &after].map(|all| all[number].halls[0].supply_c);
        assert!(
            (is_c - was_c - 2.5).abs() < 0.3,
            "{number}: {was_c} to {is_c}"
        );
    }
    let play = at(14_400.0);
    assert_eq!(
        value(&sides, BOTH, &play, "air or coolant to the racks"),
        2.5
    );
    let right = CommandTarget::Right;
    assert_eq!(value(&sides, right, &play, "coolant to the racks"), 38.5);
    // Taken back on both at once.
    let said = sides.undo(BOTH);
    assert!(
        said.contains("38.5 °C") && said.contains("26.5 °C"),
        "{said}"
    );
    for (side, after) in sides.0.iter_mut().zip(&after) {
        let back = shown(side, 14_400.0);
        assert!(side.log.is_empty() && back.halls[0].supply_c < after.halls[0].supply_c - 2.0);
    }
}

/// Sliders follow the play head, another scenario and another technology; nothing stays of what they showed before.
#[test]
fn sliders_show_what_is_in_force() {
    let mut sides = Sides(vec![side(&[])]);
    shown(&mut sides.0[0], 7200.0);
    give(&mut sides, BOTH, 7200.0, "weather", 7.5);
    give(&mut sides, BOTH, 7200.0, "air to the racks", 27.0);
    shown(&mut sides.0[0], 10_800.0);
    let racks = "air to the racks";
    let all = |sides: &Sides, time_s: f64| {
        ["weather", racks, "facility water"].map(|name| value(sides, BOTH, &at(time_s), name))
    };
    assert_eq!(all(&sides, 10_800.0), [7.5, 27.0, 18.0]);
    // Back in time, on the same tape and from the start.
    assert_eq!(all(&sides, 6900.0), [0.0, 24.0, 18.0]);
    shown(&mut sides.0[0], 3600.0);
    assert_eq!(all(&sides, 3600.0), [0.0, 24.0, 18.0]);
    shown(&mut sides.0[0], 10_800.0);
    assert_eq!(all(&sides, 10_800.0), [7.5, 27.0, 18.0]);

    // Tanks with their plant: the weather stays what it was made, the setpoint for air is not one for tanks.
    let tanks = examples::kinds()
        .iter()
        .position(|kind| kind.0 == "immersion");
    let scenario = &sides.0[0].site.scenario;
    let rebuild = examples::pair(scenario, 0, tanks.unwrap()).unwrap();
    let said = sides.rebuild(&[(0, rebuild)]);
    assert!(
        said.contains("without: coolant of north to 27 °C"),
        "{said}"
    );
    assert_eq!(sides.0[0].trouble, None);
    let now = shown(&mut sides.0[0], 10_800.0);
    let play = at(10_800.0);
    let all = ["weather", "coolant to the racks", "facility water"];
    assert_eq!(
        all.map(|name| value(&sides, BOTH, &play, name)),
        [7.5, 36.0, 30.0]
    );
    let plant = sides.0[0].site.scenario.heat_rejection.as_ref();
    assert_eq!(plant.map(HeatRejection::name), Some("tower"));
    assert!(now.power.server_fans_w == 0.0);
    same(&replayed(&sides.0[0], 10_800.0), &now);

    let opened = sides.load_example(EXAMPLES[0], false);
    assert_eq!(opened, "phoenix-air");
    assert_eq!(value(&sides, BOTH, &at(0.0), "weather"), 0.0);
    assert_eq!(value(&sides, BOTH, &at(0.0), racks), 24.0);
}

/// Undone is never given, to the bit: the command, the one after it kept, and a technology.
#[test]
fn what_is_taken_back_was_never_given() {
    let end_s = 21_600.0;
    let never = shown(&mut side(&[]), end_s);
    let mut sides = Sides(vec![side(&[])]);
    assert!(!sides.can_undo(BOTH));
    shown(&mut sides.0[0], 3600.0);
    give(&mut sides, BOTH, 3600.0, "demand of services", 0.5);
    let less = shown(&mut sides.0[0], end_s);
    assert!(less.power.it_w < 0.97 * never.power.it_w);
    // An earlier moment: the later command stays, and the run goes through both.
    shown(&mut sides.0[0], 1800.0);
    give(&mut sides, BOTH, 1800.0, "weather", 5.0);
    let both = shown(&mut sides.0[0], end_s);
    let at_s: Vec<_> = sides.0[0].log.iter().map(|command| command.at_s).collect();
    assert_eq!(at_s, [1800.0, 3600.0]);
    same(&replayed(&sides.0[0], end_s), &both);
    let warmer_k = both.outside.dry_bulb_c - never.outside.dry_bulb_c;
    assert!((warmer_k - 5.0).abs() < 1e-6, "{warmer_k}");

    let said = sides.undo(BOTH);
    assert!(said.contains("weather +5 K"), "{said}");
    same(&shown(&mut sides.0[0], end_s), &less);
    assert!(!sides.0[0].session().unwrap().contains("warmer_k"));

    let rebuild = examples::cooling(&sides.0[0].site.scenario, 0, "immersion").unwrap();
    sides.rebuild(&[(0, rebuild)]);
    assert_eq!(sides.0[0].trouble, None);
    assert!(shown(&mut sides.0[0], end_s).power.server_fans_w == 0.0);
    sides.undo(BOTH);
    same(&shown(&mut sides.0[0], end_s), &less);
    sides.undo(BOTH);
    same(&shown(&mut sides.0[0], end_s), &never);
    assert!(!sides.can_undo(BOTH));

    // All at once; what the scenario was opened with stays.
    give(&mut sides, BOTH, 3600.0, "demand of services", 0.5);
    give(&mut sides, BOTH, 7200.0, "weather", 2.0);
    sides.clear(BOTH);
    same(&shown(&mut sides.0[0], end_s), &never);
    let session = sides.0[0].session().unwrap();
    assert!(
        session.contains(SIDE[3]) && !session.contains("command"),
        "{session}"
    );
}

/// A command for a moment that is shown, while the simulation is hours ahead of it, holds from that moment.
#[test]
fn a_command_holds_from_the_moment_that_is_shown() {
    let mut sides = Sides(vec![side(&[])]);
    for time_s in [3300.0, 3600.0, 10_800.0] {
        shown(&mut sides.0[0], time_s);
    }
    // The play head went back on the tape, to the middle of a step; it plays, and the simulation waits far ahead.
    sides.0[0].ask(3500.0, 0.0);
    let play = Play {
        playing: true,
        ..at(3500.0)
    };
    let (_, orders) = slider(&sides, BOTH, &play, "demand of services", 0.2);
    sides.give(orders, &play);
    let now = shown(&mut sides.0[0], 10_800.0);
    assert_eq!(sides.0[0].log[0].at_s, 3600.0);
    same(&replayed(&sides.0[0], 10_800.0), &now);
}

const MIXED: &str = "name = 'mixed'\nit = []\n[run]\nstart = '2026-07-14'\ndays = 0.5\nstep_s = 300\n\
    [site]\nclimate = 'phoenix'\n\
    [[hall]]\nname = 'rows'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.air]\n\
    [[hall]]\nname = 'tanks'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.immersion]\n\
    supply_c = 36\n[hall.heat_rejection.tower]\nsetpoint_c = 28\n\
    [heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n\
    [workload.constant]\nutilisation = 0.8\n";

/// In a site of an air hall and a tank hall with its own plant, a slider changes its hall or circuit and no other.
#[test]
fn a_command_is_for_its_hall_or_circuit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    std::fs::write(&path, MIXED).unwrap();
    let open = || Sides(vec![Side::open(&path, &[], 0).unwrap()]);
    let end_s = 14_400.0;
    let plain = shown(&mut open().0[0], end_s);

    let mut sides = open();
    shown(&mut sides.0[0], 3600.0);
    give(
        &mut sides,
        BOTH,
        3600.0,
        "coolant to the racks of tanks",
        40.0,
    );
    let warmer = shown(&mut sides.0[0], end_s);
    assert!(
        (warmer.halls[1].supply_c - 40.0).abs() < 0.5,
        "{:?}",
        warmer.halls[1].supply_c
    );
    same_hall(&warmer.halls[0], &plain.halls[0]);

    let mut sides = open();
    shown(&mut sides.0[0], 3600.0);
    give(&mut sides, BOTH, 3600.0, "facility water: tanks", 31.0);
    let tower = shown(&mut sides.0[0], end_s);
    let frame = sides.0[0].at(end_s).unwrap().b;
    let setpoints = [0, 1].map(|circuit| paint::plant(&frame, circuit).setpoint_c);
    assert_eq!(setpoints, [16.0, 31.0]);
    same_hall(&tower.halls[0], &plain.halls[0]);
    assert_eq!(sides.0[0].trouble, None);
}

/// The air of a hall, within what its racks' share of rounding leaves.
fn same_hall(a: &crate::snapshot::Hall, b: &crate::snapshot::Hall) {
    for (a, b) in [
        (a.supply_c, b.supply_c),
        (a.max_inlet_c, b.max_inlet_c),
        (a.max_chip_c, b.max_chip_c),
        (a.it_w, b.it_w),
    ] {
        assert!((a - b).abs() <= 1e-3 * b.abs(), "{a} is not {b}");
    }
}

/// A command of machines that the new plant has not is left out and named; and what does not fit changes nothing.
#[test]
fn what_the_new_machines_cannot_obey_is_named() {
    use crate::view::screen::panels::events_here;
    let mut sides = Sides(vec![side(&[])]);
    shown(&mut sides.0[0], 3600.0);
    let site = &sides.0[0].site;
    let trip = events_here(site)
        .into_iter()
        .find(|event| event.name() == "chiller_trip");
    let act = Act::Event(crate::scenario::session::EventCommand {
        minutes: 60.0,
        what: trip.unwrap(),
    });
    let orders = Orders {
        acts: vec![(0, act)],
        cut: Vec::new(),
    };
    let said = sides.give(orders, &at(3600.0));
    assert!(said.contains("chiller"), "{said}");
    shown(&mut sides.0[0], 5400.0);
    let before = sides.0[0].session();
    let dry = examples::plant(&sides.0[0].site.scenario, 0, "dry_cooler").unwrap();
    let said = sides.rebuild(&[(0, dry)]);
    assert!(said.contains("does not fit"), "{said}");
    assert!(sides.0[0].trouble.is_some() && sides.0[0].session() == before);
    let tanks = examples::kinds()
        .iter()
        .position(|kind| kind.0 == "immersion");
    let rebuild = examples::pair(&sides.0[0].site.scenario, 0, tanks.unwrap()).unwrap();
    let said = sides.rebuild(&[(0, rebuild)]);
    assert!(
        said.contains("without:") && said.contains("chiller"),
        "{said}"
    );
    assert!(sides.0[0].log.is_empty() && sides.0[0].trouble.is_none());
    sides.undo(BOTH);
    assert_eq!(sides.0[0].session(), before);
}

/// Ctrl and Z take back; also where both are up again before the frame.
#[test]
fn keys_take_back() {
    use bevy::prelude::*;

    use crate::view::screen::areas::Areas;
    use crate::view::screen::state::ViewState;
    use crate::view::screen::window::keys;
    let mut app = App::new();
    app.insert_resource(Sides(vec![side(&[])]))
        .insert_resource(Areas::new(UVec2::new(1280, 720)))
        .init_resource::<ViewState>()
        .init_resource::<Play>()
        .init_resource::<ButtonInput<KeyCode>>()
        .add_systems(Update, keys::keys);
    for released in [false, true] {
        let mut sides = app.world_mut().resource_mut::<Sides>();
        shown(&mut sides.0[0], 3600.0);
        give(&mut sides, BOTH, 3600.0, "weather", 5.0);
        shown(&mut sides.0[0], 7200.0);
        assert_eq!(sides.0[0].log.len(), 1);
        let mut input = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
        input.reset_all();
        for key in [KeyCode::ControlLeft, KeyCode::KeyZ] {
            input.press(key);
            if released {
                input.release(key);
            }
        }
        app.update();
        assert!(app.world().resource::<Sides>().0[0].log.is_empty());
        let note = app.world().resource::<ViewState>().note.clone();
        assert!(note.unwrap().0.starts_with("taken back"));
    }
}
