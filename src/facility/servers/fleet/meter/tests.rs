//! By hand: sixteen chips of 700 W at 72 °C, which they have at full load in a fluid of 30 °C (0.06 K/W); a host of 900 W at
//! rest and 1,500 W at full load; supplies that lose 5 %. A GPU at full load has (700 + 900/16 + 600/16)/0.95 = 835.53 W, whoever else is
//! on the server.

use super::*;
use crate::electrical::psu::Psu;
use crate::facility::servers::fleet::ThermalShutdownConfig;
use crate::it::server::tests::node;
use crate::physics::Coolant;
use crate::scheduler::Change;
use crate::snapshot::Racks;
use crate::vector::Flat;

const HELD_W: f64 = 793.75 / 0.95;

/// One rack of two such servers.
fn fleet() -> Fleet {
    let psu: Psu = toml::from_str(
        "efficiency.stage = { offset_w = 0.0, efficiency = 0.95 }\nrated_w = 9000\nunits = 6",
    )
    .unwrap();
    let mut server = node(Coolant::Dielectric);
    server.entry.accelerators = 16;
    let mut fleet = Fleet::new(server, psu, 1, 2, ThermalShutdownConfig::default());
    fleet.meter();
    fleet
}

/// Server 0 has so many GPUs at full load from a moment on.
fn work(fleet: &mut Fleet, at_s: f64, busy_gpus: u32) {
    let load = if busy_gpus > 0 {
        Load::Fixed(1.0)
    } else {
        Load::Idle
    };
    let server = 0;
    fleet.change(
        at_s,
        Change {
            server,
            busy_gpus,
            load,
        },
    );
}

/// Solves a step of 100 s from `from_s` on whose work has begun, in a fluid of 30 °C; returns the mean power of the rack, W.
fn solve(fleet: &mut Fleet) -> f64 {
    fleet.settle_changes();
    let mut racks = Racks {
        power_w: Flat::of(0.0, 1),
        coolant_c: Flat::of(30.0, 1),
        chip_c: Flat::of(0.0, 1),
    };
    fleet.feel(&racks, 1.0, 1e9);
    fleet.step(&mut racks, &[]);
    fleet.begin_counting();
    racks.power_w[0]
}

fn near(value: f64, wanted: f64) {
    assert!(
        (value - wanted).abs() < 1e-9 * wanted.abs().max(1.0),
        "{value} {wanted}"
    );
}

/// A job has 8 of the 16 GPUs from second 25 of a step to second 50 of the next, in which the site draws twice what its servers do:
/// 125 s of 8 held GPUs, of them 50 s count twice; the rest of the server is nobody's.
#[test]
fn a_job_on_half_a_server() {
    let mut fleet = fleet();
    fleet.begin_step(0.0, 100.0);
    work(&mut fleet, 25.0, 8);
    let first_w = solve(&mut fleet);
    let at = fleet.share(25.0);
    let began = fleet.count(0..1, 8, (at, [100.0; 2]));
    fleet.end_counting([100.0; 2]);
    fleet.end_step();
    near(began.it_j, 0.0);

    fleet.begin_step(100.0, 100.0);
    work(&mut fleet, 150.0, 0);
    let second_w = solve(&mut fleet);
    let at = fleet.share(150.0);
    let ended = fleet.count(0..1, 8, (at, [100.0, 200.0]));
    fleet.end_counting([100.0, 200.0]);
    fleet.end_step();
    let energy = ended.plus(began, -1.0);
    near(energy.it_j, 8.0 * HELD_W * 125.0);
    near(energy.facility_j, 8.0 * HELD_W * (75.0 + 2.0 * 50.0));

    // What nobody holds: an idle server, an idle one for 75 s, and 8 idle GPUs with half the idle host for 125 s.
    let idle = fleet
        .server
        .at_work(0, (crate::it::Work::Nothing, 0.0), None, 30.0);
    let free_w = idle.compute_w / 0.95 * (200.0 + 75.0) + 0.5 * idle.compute_w / 0.95 * 125.0;
    near(100.0 * (first_w + second_w), energy.it_j + free_w);
}

/// Two jobs share a server, the second from second 40 of a step on: together they have all 16 GPUs, and all of the server; 12 GPUs have three
/// times what 4 have.
#[test]
fn two_jobs_share_a_server() {
    let mut fleet = fleet();
    fleet.begin_step(0.0, 100.0);
    work(&mut fleet, 0.0, 12);
    work(&mut fleet, 40.0, 16);
    let rack_w = solve(&mut fleet);
    let joins = fleet.count(0..1, 4, (0.4, [100.0; 2]));
    let all = fleet.count(0..1, 16, (1.0, [100.0; 2]));
    let before = fleet.count(0..1, 12, (1.0, [100.0; 2]));
    fleet.end_counting([100.0; 2]);
    near(before.it_j, 12.0 * HELD_W * 100.0);
    near(joins.it_j, 4.0 * HELD_W * 40.0);
    let second_j = all.it_j - before.it_j - joins.it_j;
    near(second_j, 4.0 * HELD_W * 60.0);
    let idle = fleet
        .server
        .at_work(0, (crate::it::Work::Nothing, 0.0), None, 30.0);
    let nobodys_j = idle.compute_w / 0.95 * (100.0 + 0.25 * 40.0);
    near(100.0 * rack_w, before.it_j + second_j + nobodys_j);
}

/// Warmer fluid, caps, other numbers of GPUs: the energy of a server is what a count in every step adds up to.
#[test]
fn lines_that_change_lose_nothing() {
    let mut fleet = fleet();
    let mut wanted_j = 0.0;
    for step in 0..40_u32 {
        let from_s = 100.0 * f64::from(step);
        fleet.begin_step(from_s, 100.0);
        if step % 5 == 0 {
            work(&mut fleet, from_s + 30.0, step % 16 + 1);
        }
        fleet.settle_changes();
        fleet.cap = if step % 7 == 3 { 0.6 } else { 1.0 };
        let coolant_c = 25.0 + 0.1 * f64::from(step % 11);
        let mut racks = Racks {
            power_w: Flat::of(0.0, 1),
            coolant_c: Flat::of(coolant_c, 1),
            chip_c: Flat::of(0.0, 1),
        };
        if step % 3 == 0 {
            fleet.feel(&racks, 1.0, 1e9);
        }
        fleet.step(&mut racks, &[]);
        let felt_c = fleet.felt.rack_c[0];
        let line = |point: u32, fleet: &Fleet| {
            let point = fleet.points.get(point);
            point.held_line(fleet.range_c).at(felt_c)
        };
        let now = fleet.server_point[0];
        let before = fleet.meter.counted[0];
        wanted_j += 100.0 * line(now, &fleet);
        if before != now {
            wanted_j += 30.0 * (line(before, &fleet) - line(now, &fleet));
        }
        fleet.begin_counting();
        fleet.end_counting([100.0, 150.0]);
        fleet.end_step();
        let counted = fleet.counted(0..1, 1, [0.0; 2]);
        near(counted.it_j, wanted_j);
        near(counted.facility_j, 1.5 * wanted_j);
    }
    assert!(wanted_j > 1e6);
}
