//! Servers of a service some of whose copies are unloaded.

use super::*;
use crate::scheduler::ServiceLoad;

/// A fleet whose chips draw 122 W with a context and all of which a service holds, at some load.
fn serving(cap: f64, load: ServiceLoad) -> Totals {
    let mut server = node(Coolant::Air);
    server.chip.context_idle_w = Some(122.0);
    serving_on(server, cap, Load::Service(0), load)
}

fn serving_on(server: Server, cap: f64, load: Load, now: ServiceLoad) -> Totals {
    let psu: Psu = fleet().psu.clone();
    let mut fleet = Fleet::new(server, psu, 4, 2, ThermalShutdownConfig::default());
    for server in 0..8 {
        let busy_gpus = if load == Load::Idle { 0 } else { 8 };
        let change = Change {
            server,
            busy_gpus,
            load,
        };
        fleet.change(0.0, change);
    }
    fleet.settle_changes();
    fleet.cap = cap;
    let mut racks = racks([20.0, 22.0, 24.0, 26.0]);
    fleet.feel(&racks, 1.0, 1e9);
    fleet.step(&mut racks, &[now])
}

/// With all copies unloaded a service's servers draw what idle ones do, with none what they drew before; in between a straight line
/// that leaves work and speed alone. By hand, 64 chips at 122 W or 70 W at 35 °C: 64·52 = 3,328 W apart, and a little more as the former are warmer.
#[test]
fn chips_of_unloaded_copies_rest_without_a_context() {
    for cap in [1.0, 0.8] {
        let at = |utilisation, unloaded| {
            serving(
                cap,
                ServiceLoad {
                    utilisation,
                    unloaded,
                },
            )
        };
        let mut server = node(Coolant::Air);
        server.chip.context_idle_w = Some(122.0);
        let rest_w = server.chip.idle_w;
        let idle = serving_on(server, cap, Load::Idle, ServiceLoad::default());
        let (none, all) = (at(0.0, 0.0), at(0.0, 1.0));
        for (a, b) in [
            (all.compute_w, idle.compute_w),
            (all.fans_w, idle.fans_w),
            (all.psu_w, idle.psu_w),
            (all.air_m3_s, idle.air_m3_s),
            (all.max_chip_c, idle.max_chip_c),
        ] {
            assert!((a - b).abs() < 1e-9 * b, "{a} {b}");
        }
        let more_w = none.compute_w - all.compute_w;
        let by_hand_w = 64.0 * (122.0 - rest_w);
        assert!(
            (more_w / by_hand_w - 1.0).abs() < 0.1,
            "{more_w} {by_hand_w}"
        );
        let (from, half) = (at(0.3, 0.0), at(0.3, 0.5));
        assert!((from.it_w() - half.it_w() - 0.5 * (none.it_w() - all.it_w())).abs() < 1e-6);
        assert_eq!(from.worked_gpus, half.worked_gpus);
        assert_eq!(from.served_gpus, half.served_gpus);
    }
}

/// A load of a tenth on chips of which half are loaded, by hand: one and a half times the demand loads three quarters, twice and more
/// loads all; with less demand what is loaded stays.
#[test]
fn a_multiple_of_the_demand_brings_copies() {
    let load = ServiceLoad {
        utilisation: 0.1,
        unloaded: 0.5,
    };
    for (demand, utilisation, unloaded) in [
        (0.0, 0.0, 0.5),
        (0.5, 0.05, 0.5),
        (1.0, 0.1, 0.5),
        (1.5, 0.15, 0.25),
        (3.0, 0.3, 0.0),
        (99.0, 1.0, 0.0),
    ] {
        let now = load.times(demand);
        assert!((now.utilisation - utilisation).abs() < 1e-12, "{now:?}");
        assert!((now.unloaded - unloaded).abs() < 1e-12, "{now:?}");
    }
}
