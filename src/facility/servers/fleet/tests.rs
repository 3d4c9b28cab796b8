use super::*;
use crate::electrical::psu::Psu;
use crate::it::server::tests::node;
use crate::it::{Build, Work};
use crate::physics::Coolant;
use crate::snapshot::Racks;
use crate::vector::Flat;

mod unloaded;

/// At full load such a node would slow down from 45 °C on, which happens to be a whole quarter kelvin.
const LOAD: f64 = 0.97;

/// Four racks of two immersed nodes, all at 97 % load. Power supplies lose 5 %.
fn fleet() -> Fleet {
    fleet_that(ThermalShutdownConfig::default())
}

fn fleet_that(shutdown: ThermalShutdownConfig) -> Fleet {
    let psu = toml::from_str(
        "efficiency.stage = { offset_w = 0.0, efficiency = 0.95 }\nrated_w = 3000\nunits = 6",
    )
    .unwrap();
    let psu: Psu = psu;
    let mut fleet = Fleet::new(node(Coolant::Dielectric), psu, 4, 2, shutdown);
    for server in 0..8 {
        fleet.change(
            0.0,
            Change {
                server,
                busy_gpus: 8,
                load: Load::Fixed(LOAD),
            },
        );
    }
    fleet.settle_changes();
    fleet
}

fn racks(coolant_c: [f64; 4]) -> Racks {
    Racks {
        power_w: Flat::of(0.0, 4),
        coolant_c: coolant_c.into_iter().collect(),
        chip_c: Flat::of(0.0, 4),
    }
}

/// A step of racks whose chips have met this coolant for long.
fn step(fleet: &mut Fleet, racks: &mut Racks) -> Totals {
    fleet.feel(racks, 1.0, 1e9);
    fleet.step(racks, &[])
}

/// The coolant from which on such a node runs below its clock, °C.
fn slow_from_c(server: &Server) -> f64 {
    let (mut low, mut high) = (0.0, 90.0);
    while high - low > 1e-9 {
        let middle = 0.5 * (low + high);
        if server.at_work(8, (Work::Job, LOAD), None, middle).clock < 1.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

/// Racks are read off a line between quarter kelvins outside the range, within what leakage bends in between
/// (1.5 K wide: 1.5²/8 · 8e-5 = 2e-5), and where the power cap begins to bind (chips of 72 °C in coolant of 31) within a quarter of
/// the range times what ends there, 0.35 %/K; totals are the sums of the racks.
#[test]
fn racks_are_read_close_to_what_servers_do() {
    for (coolant_c, within) in [
        ([25.1, 25.4, 25.9, 26.3], 2e-5),
        ([30.1, 30.4, 30.9, 31.3], 1.3e-3),
    ] {
        let mut fleet = fleet();
        let mut racks = racks(coolant_c);
        let totals = step(&mut fleet, &mut racks);
        let mut sum_w = 0.0;
        for (rack, (power_w, coolant_c)) in
            (0..).zip(racks.power_w.iter().zip(racks.coolant_c.iter()))
        {
            let work = (Work::Job, LOAD);
            let at = fleet.server.at_work(8, work, None, *coolant_c);
            let exact_w = 2.0 * (at.compute_w + fleet.psu.loss_w(at.compute_w));
            assert!(
                (power_w / exact_w - 1.0).abs() < within,
                "{power_w} {exact_w}"
            );
            let speed = at.clock * at.pace;
            assert!((fleet.speed(2 * rack) - speed).abs() < within);
            assert!((racks.chip_c[rack as usize] - at.chip_c).abs() < 0.1);
            sum_w += power_w;
        }
        assert!((totals.it_w() / sum_w - 1.0).abs() < 1e-12);
    }
}

/// Of chips that spread, each class is throttled from its own coolant on, to a quarter kelvin; and a boosted clock, the hottest chip
/// and memory are read within what the header states, over 10 K.
#[test]
fn classes_are_throttled_one_after_the_other() {
    let spread = |fleet: &mut Fleet| {
        let Build::Immersed(immersed) = &mut fleet.server.build else {
            unreachable!()
        };
        immersed.spread = 0.1;
        fleet.server.chip.boost = 1.2;
        (
            fleet.server.chip.memory_rise_k,
            fleet.server.chip.memory_slowdown_c,
        ) = (Some(10.0), Some(95.0));
    };
    for coolant_c in [[20.0, 23.1, 26.6, 30.0], [36.0, 40.1, 44.2, 46.0]] {
        let mut fleet = fleet();
        spread(&mut fleet);
        let mut racks = racks(coolant_c);
        let totals = step(&mut fleet, &mut racks);
        let (mut throttled, mut memory_c) = (0.0, f64::NEG_INFINITY);
        for (rack, at_c) in (0..).zip(coolant_c) {
            let exact = fleet.server.at_work(8, (Work::Job, LOAD), None, at_c);
            throttled += 16.0 * exact.throttled;
            memory_c = exact.memory_c.max(memory_c);
            let off = fleet.speed(2 * rack) / (exact.clock * exact.pace) - 1.0;
            assert!(
                off.abs() < if exact.clock < 1.0 { 0.01 } else { 3e-4 },
                "{off}"
            );
        }
        for (from, to) in (0..8).flat_map(|from| (from + 1..=8).map(move |to| (from, to))) {
            let one_by_one = (from..to).map(|server| fleet.speed(server));
            let slowest = one_by_one.fold(f64::INFINITY, f64::min);
            assert_eq!(fleet.slowest(from..to), slowest, "{from}..{to}");
        }
        assert_eq!(fleet.throttled_gpus(), throttled);
        assert!((fleet.max_memory_c() - memory_c).abs() < 0.2);
        let mut counts = crate::physics::temperature_counts::TemperatureCounts::default();
        fleet.count_chips(&mut counts);
        assert!((counts.quantile(1.0).unwrap() - totals.max_chip_c).abs() < 0.3);
        assert!(counts.quantile(0.5).unwrap() < totals.max_chip_c - 5.0);
    }
}

/// A rack slows down by its own coolant, however hot another one is: at the temperature at which its servers do, or up to
/// a quarter kelvin before.
#[test]
fn a_hot_rack_slows_down_no_other() {
    let mut fleet = fleet();
    let slow_c = slow_from_c(&fleet.server);
    for (coolant_c, slow_racks) in [
        ([-9.0, -2.0, -1.0, -0.26], 0),
        ([-9.0, -2.0, -0.26, 0.01], 1),
        ([-9.0, -0.26, 0.3, 4.0], 2),
        ([-0.3, 0.5, 0.5, 0.5], 3),
        ([0.01, 0.5, 1.0, 9.0], 4),
        ([-9.0, -2.0, -1.0, -0.26], 0),
    ] {
        let coolant_c = coolant_c.map(|over_k| slow_c + over_k);
        let mut racks = racks(coolant_c);
        step(&mut fleet, &mut racks);
        let gpus = 16.0 * f64::from(slow_racks);
        assert_eq!(fleet.throttled_gpus(), gpus, "{coolant_c:?}");
        assert_eq!(fleet.clock(7) < 1.0, slow_racks > 0);
        // What the table and the line make of it, beside the server itself.
        for (rack, at_c) in (0..).zip(coolant_c) {
            let exact = fleet.server.at_work(8, (Work::Job, LOAD), None, at_c).clock;
            assert!((fleet.clock(2 * rack) - exact).abs() < 0.01);
        }
    }
}

/// The solution depends on the step alone, not on the steps before it: a warm detour changes nothing, bit by bit.
#[test]
fn steps_leave_no_trace() {
    let step = |fleet: &mut Fleet, from_c: f64| {
        let mut racks = racks([from_c, from_c + 0.3, from_c + 0.5, from_c + 0.9]);
        fleet.felt.rack_c = racks.coolant_c.clone();
        let totals = step(fleet, &mut racks);
        (totals, racks)
    };
    let (mut straight, mut detour) = (fleet(), fleet());
    for from_c in [42.0, 55.0, 33.3] {
        step(&mut detour, from_c);
    }
    assert_eq!(step(&mut straight, 30.2), step(&mut detour, 30.2));
}

/// A rack whose coolant is 2 K above a limit of 30 °C is off where the key is set, and back after a minute below the limit; by
/// default it takes 12 K. A chip goes off by its own key.
#[test]
fn racks_go_off_and_come_back_by_their_keys() {
    let strict = ThermalShutdownConfig {
        coolant_above_k: 2.0,
        back_after_min: 1.0,
        ..ThermalShutdownConfig::default()
    };
    let limit_c = 30.0;
    let off = |fleet: &mut Fleet, coolant_c: [f64; 4], dt_s: f64| {
        let mut racks = racks(coolant_c);
        let totals = step(fleet, &mut racks);
        let hottest_c = (totals.max_chip_c, coolant_c[3]);
        fleet.shut_down_hot(&racks, hottest_c, limit_c, dt_s);
        fleet.gpus_off()
    };
    for (config, hot_c, gpus) in [
        (strict, 31.9, 0.0),
        (strict, 32.0, 16.0),
        (ThermalShutdownConfig::default(), 32.0, 0.0),
    ] {
        let mut fleet = fleet_that(config);
        assert_eq!(off(&mut fleet, [25.0, 26.0, 27.0, hot_c], 30.0), gpus);
        // Half a minute below the limit is not enough, a minute is.
        assert_eq!(off(&mut fleet, [25.0, 26.0, 27.0, 28.0], 30.0), gpus);
        assert_eq!(off(&mut fleet, [25.0, 26.0, 27.0, 28.0], 30.0), 0.0);
    }

    // The chip alone, half a kelvin to either side of what it reaches in coolant that no clock can cope with: as warm as its
    // slow-down temperature and more.
    let hot_c = fleet().server.chip.slowdown_c + 3.0;
    let coolant_c = [25.0, 26.0, 27.0, hot_c];
    let mut reached = racks(coolant_c);
    let mut probe = fleet();
    step(&mut probe, &mut reached);
    let above_k = reached.chip_c[3] - probe.server.chip.slowdown_c;
    assert!(above_k > 1.0, "{above_k}");
    for (chip_above_k, gpus) in [(above_k - 0.5, 16.0), (above_k + 0.5, 0.0)] {
        let config = ThermalShutdownConfig {
            chip_above_k,
            coolant_above_k: 100.0,
            ..ThermalShutdownConfig::default()
        };
        assert_eq!(off(&mut fleet_that(config), coolant_c, 30.0), gpus);
    }
}

/// A rack goes off once it has been too hot for as long as its key says, counted anew after it was not; by hand, 23 s in steps
/// of 5 s are five steps.
#[test]
fn racks_wait_before_they_go_off() {
    let mut fleet = fleet();
    let mut off = |hot_c: f64| {
        let racks = racks([25.0, 26.0, 27.0, hot_c]);
        fleet.shut_down_hot(&racks, (60.0, hot_c), 30.0, 5.0);
        fleet.gpus_off()
    };
    for _ in 0..4 {
        assert_eq!(off(42.5), 0.0);
    }
    assert_eq!(off(41.9), 0.0);
    for _ in 0..4 {
        assert_eq!(off(42.5), 0.0);
    }
    assert_eq!(off(42.5), 16.0);
}

/// By hand, chips behind 0.06 K/W with sinks of 1 kJ/K: τ = 60 s. Coolant that jumps from 30 to 40 °C is felt as 36.32 °C a
/// minute later, whether in one step or in 60; a film that is weaker by a tenth adds a tenth of the chips' rise.
#[test]
fn chips_feel_their_coolant_late() {
    let after = |steps: u32, film: f64| {
        let mut fleet = fleet();
        let mut racks = racks([30.0; 4]);
        step(&mut fleet, &mut racks);
        racks.coolant_c = Flat::of(40.0, 4);
        for _ in 0..steps {
            fleet.feel(&racks, film, 60.0 / f64::from(steps));
        }
        (fleet.felt.rack_c[0], racks.chip_c[0] - 30.0)
    };
    let lag_s = fleet().server.lag_s();
    assert!((lag_s - 60.0).abs() < 1e-9, "{lag_s}");
    let (whole_c, _) = after(1, 1.0);
    assert!((whole_c - (40.0 - 10.0 * (-1.0_f64).exp())).abs() < 1e-9);
    assert!((after(60, 1.0).0 - whole_c).abs() < 1e-9);
    let (weak_c, rise_k) = after(1, 1.1);
    // The rise of the step before, over what was felt then.
    let expected_k = 0.1 * rise_k * (1.0 - (-1.0_f64).exp());
    assert!((weak_c - whole_c - expected_k).abs() < 1e-9, "{weak_c}");
}

/// A change in the middle of a step counts from its moment on: one step is the mean of two, for a rack that changes twice
/// and for one that comes back to what it was.
#[test]
fn a_step_is_the_mean_of_its_parts() {
    let at = |server, load| Change {
        server,
        busy_gpus: 8,
        load: Load::Fixed(load),
    };
    let changes = [
        (15.0, at(0, 0.5)),
        (15.0, at(1, 0.2)),
        (30.0, at(4, 0.1)),
        (45.0, at(0, LOAD)),
        (45.0, at(1, LOAD)),
    ];
    let coolant_c = [25.1, 25.4, 25.9, 26.3];
    let (mut whole, mut parts) = (fleet(), fleet());
    for fleet in [&mut whole, &mut parts] {
        fleet.end_step();
        step(fleet, &mut racks(coolant_c));
    }
    let mut shown = racks(coolant_c);
    whole.begin_step(0.0, 60.0);
    for (at_s, change) in changes {
        whole.change(at_s, change);
    }
    whole.settle_changes();
    let totals = whole.step(&mut shown, &[]);
    let (mut it_w, mut worked, mut rack_w, mut hottest_c) = (0.0, 0.0, [0.0; 4], f64::NEG_INFINITY);
    for from_s in [0.0, 15.0, 30.0, 45.0] {
        parts.begin_step(from_s, 15.0);
        for (_, change) in changes.iter().filter(|(at_s, _)| *at_s == from_s) {
            parts.change(from_s, *change);
        }
        parts.settle_changes();
        let mut shown = racks(coolant_c);
        let part = parts.step(&mut shown, &[]);
        parts.end_step();
        it_w += 0.25 * part.it_w();
        worked += 0.25 * part.worked_gpus;
        hottest_c = part.max_chip_c.max(hottest_c);
        for (sum_w, part_w) in rack_w.iter_mut().zip(shown.power_w.iter()) {
            *sum_w += 0.25 * part_w;
        }
    }
    assert!((totals.it_w() / it_w - 1.0).abs() < 1e-12);
    assert!((totals.worked_gpus - worked).abs() < 1e-9);
    assert_eq!(totals.max_chip_c, hottest_c);
    for (shown_w, part_w) in shown.power_w.iter().zip(rack_w) {
        assert!((shown_w / part_w - 1.0).abs() < 1e-12);
    }
    // Nothing of a step is left for the next.
    whole.end_step();
    whole.begin_step(60.0, 60.0);
    let next = whole.step(&mut shown, &[]);
    parts.begin_step(60.0, 60.0);
    assert_eq!(next, parts.step(&mut shown, &[]));
}
