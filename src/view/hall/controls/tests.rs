use super::*;
use crate::scenario;
use crate::view::hall::examples::EXAMPLES;

/// The site of a built-in example, smaller.
fn site(name: &str, more: &[&str]) -> Site {
    let example = EXAMPLES
        .iter()
        .find(|example| example.name == name)
        .unwrap();
    let small = ["hall.0.racks=40", "workload={constant={utilisation=0.5}}"];
    of(example.text, &[&small, more].concat())
}

fn of(text: &str, sets: &[&str]) -> Site {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let loaded = scenario::load_text(text, &sets).unwrap();
    Site::of(&scenario::resolve(&loaded).unwrap())
}

const MIXED: &str = "name = 'mixed'\nit = []\n[run]\nstart = '2026-07-14'\ndays = 1\nstep_s = 300\n\
    [site]\nclimate = 'phoenix'\n\
    [[hall]]\nname = 'rows'\nserver = 'hgx-h100'\nracks = 4\nservers_per_rack = 1\n[hall.cooling.air]\n\
    [[hall]]\nname = 'tanks'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.immersion]\n\
    supply_c = 36\n[hall.heat_rejection.tower]\nsetpoint_c = 30\n\
    [heat_rejection.water_cooled_chiller]\nsetpoint_c = 16\n\
    [workload.constant]\nutilisation = 1.0\n";

fn commanded<'a>(side: usize, site: &'a Site, commands: &'a [CommandConfig]) -> Commanded<'a> {
    Commanded {
        side,
        site,
        commands,
        at_s: 7200.0,
    }
}

fn coolant(at_s: f64, hall: Option<&str>, supply_c: f64) -> CommandConfig {
    let hall = hall.map(str::to_owned);
    let act = Act::Coolant(CoolantSetpoint { hall, supply_c });
    CommandConfig { at_s, act }
}

fn row<'a, 'b>(rows: &'b [Row<'a>], control: &Control) -> &'b Row<'a> {
    let mut found = rows.iter().filter(|row| row.is_of(control));
    found.next().unwrap()
}

/// By hand: 24 °C in the scenario, 26.5 from an hour on, 22 from two on.
#[test]
fn a_slider_shows_what_is_in_force() {
    let site = site("phoenix-air", &[]);
    let commands = [
        coolant(3600.0, Some("north"), 26.5),
        coolant(5000.0, Some("south"), 40.0),
        coolant(7200.0, None, 22.0),
    ];
    let air = Control::Coolant("north".into());
    let at = |at_s| air.in_force(&site, &commands, at_s);
    let all = [0.0, 3599.0, 3600.0, 7199.0, 7200.0].map(at);
    assert_eq!(all, [24.0, 24.0, 26.5, 26.5, 22.0]);
    let water = Control::Water("site".into());
    assert_eq!(water.in_force(&site, &commands, 1e9), 18.0);
    assert_eq!(Control::Demand.in_force(&site, &commands, 1e9), 1.0);

    let weather = CommandConfig {
        at_s: 60.0,
        act: Act::Weather(Warmer { warmer_k: 25.0 }),
    };
    let commands = [weather];
    let (rows, _) = rows(&[commanded(0, &site, &commands)]);
    let weather = row(&rows, &Control::Weather);
    assert_eq!((weather.value(), weather.range()), (25.0, -15.0..=25.0));
    assert!(weather.is_moved() && !row(&rows, &air).is_moved());
    assert_eq!(
        weather.reset().acts,
        [(0, Act::Weather(Warmer { warmer_k: 0.0 }))]
    );
    assert_eq!(weather.orders(25.0), Orders::default());
}

/// Halls and circuits have sliders of their own, and a command names the one that it is for.
#[test]
fn each_hall_and_each_circuit_has_its_own() {
    let site = of(MIXED, &[]);
    let commands = [coolant(0.0, Some("tanks"), 40.0)];
    let (rows, apart) = rows(&[commanded(0, &site, &commands)]);
    assert!(apart.is_empty());
    let shown: Vec<_> = rows.iter().map(|row| (row.name(), row.value())).collect();
    assert_eq!(
        shown,
        [
            ("demand of services".into(), 1.0),
            ("weather".into(), 0.0),
            ("air to the racks of rows".into(), 24.0),
            ("coolant to the racks of tanks".into(), 40.0),
            ("facility water: site".into(), 16.0),
            ("facility water: tanks water".into(), 30.0),
            ("grid limit".to_owned(), unlimited_mw(&site)),
        ]
    );
    let tower = row(&rows, &Control::Water("tanks_water".into()));
    let wanted = WaterSetpoint {
        circuit: Some("tanks_water".into()),
        supply_c: 27.0,
    };
    assert_eq!(tower.orders(27.0).acts, [(0, Act::Water(wanted))]);
}

/// For both, a setpoint moves by the same difference from each side's own: 24 → 26.5 and 36 → 38.5, and never 26.5 in tanks.
#[test]
fn both_move_by_the_same_difference() {
    let (air, tanks) = (site("phoenix-air", &[]), site("phoenix-immersion", &[]));
    let (left, right) = ([coolant(60.0, Some("north"), 25.0)], []);
    let both = [commanded(0, &air, &left), commanded(1, &tanks, &right)];
    let (rows, apart) = rows(&both);
    assert_eq!(apart, ["grid limit"]);
    let racks = row(&rows, &Control::Coolant("north".into()));
    assert!(racks.by_difference());
    assert_eq!(racks.name(), "air or coolant to the racks of north");
    assert_eq!(racks.value(), 1.0);
    assert_eq!(
        racks.detail().unwrap(),
        "each from its own: left 25.0 °C, right 36.0 °C"
    );
    let set = |supply_c| coolant(0.0, Some("north"), supply_c).act;
    let orders = racks.orders(2.5);
    assert_eq!(orders.acts, [(0, set(26.5)), (1, set(37.5))]);
    assert_eq!(orders.cut, [""; 0]);
    // Back to each one's own; the right is there.
    assert_eq!(racks.reset().acts, [(0, set(24.0))]);
    let weather = row(&rows, &Control::Weather);
    assert!(!weather.by_difference() && weather.detail().is_none());
    assert_eq!(weather.orders(4.0).acts.len(), 2);
}

/// A difference that carries a side out of what is accepted is cut there, and said.
#[test]
fn a_side_that_cannot_follow_is_cut_and_said() {
    let warm = site("phoenix-air", &[]);
    let cold = site(
        "phoenix-air",
        &["heat_rejection.water_cooled_chiller.setpoint_c=8"],
    );
    let both = [commanded(0, &warm, &[]), commanded(1, &cold, &[])];
    let (rows, _) = rows(&both);
    let water = row(&rows, &Control::Water("site".into()));
    let orders = water.orders(-9.0);
    let values = orders.acts.iter().map(|(_, act)| match act {
        Act::Water(set) => set.supply_c,
        other => panic!("{other:?}"),
    });
    assert_eq!(values.collect::<Vec<_>>(), [9.0, COLDEST_WATER_C]);
    assert_eq!(orders.cut.len(), 1);
    assert!(orders.cut[0].starts_with("right: "), "{:?}", orders.cut);
}

/// What only one side has is not offered for both, and named.
#[test]
fn what_the_sides_do_not_share_is_named() {
    let (mixed, air) = (of(MIXED, &[]), site("phoenix-air", &[]));
    let both = [commanded(0, &mixed, &[]), commanded(1, &air, &[])];
    let (rows, apart) = rows(&both);
    let names: Vec<_> = rows.iter().map(Row::name).collect();
    assert_eq!(
        names,
        [
            "demand of services",
            "weather",
            "facility water: site | facility water"
        ]
    );
    assert_eq!(
        apart,
        [
            "air to the racks of rows",
            "coolant to the racks of tanks",
            "facility water: tanks water",
            "grid limit",
            "air to the racks of north"
        ]
    );
    // A hall is alone in its site, and the other alone in its own: then it is clear which is meant.
    let renamed = site("phoenix-immersion", &["hall.0.name=tanks"]);
    let both = [commanded(0, &air, &[]), commanded(1, &renamed, &[])];
    let (rows, _) = super::rows(&both);
    let racks = row(&rows, &Control::Coolant("north".into()));
    let halls = racks
        .orders(1.0)
        .acts
        .into_iter()
        .map(|(side, act)| match act {
            Act::Coolant(set) => (side, set.hall.unwrap(), set.supply_c),
            other => panic!("{other:?}"),
        });
    assert_eq!(
        halls.collect::<Vec<_>>(),
        [(0, "north".into(), 25.0), (1, "tanks".into(), 37.0)]
    );
}

/// The end of the grid's slider is no limit; a limit of the scenario beyond it is one.
#[test]
fn the_end_of_the_grids_slider_is_no_limit() {
    let free = site("phoenix-air", &[]);
    let (rows_free, _) = rows(&[commanded(0, &free, &[])]);
    let grid = row(&rows_free, &Control::Grid);
    let most = unlimited_mw(&free);
    assert_eq!(grid.text(grid.value()), "none");
    assert!(matches!(
        &grid.orders(0.5 * most).acts[0].1,
        Act::GridLimit(GridLimit { mw: Some(_) })
    ));
    let limited = site("phoenix-air", &["site.grid_limit_mw=500"]);
    let (rows_limited, _) = rows(&[commanded(0, &limited, &[])]);
    let grid = row(&rows_limited, &Control::Grid);
    assert_eq!((grid.value(), *grid.range().end()), (500.0, 500.0));
    assert_eq!(grid.text(500.0), "500.00 MW");
}
