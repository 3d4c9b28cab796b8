use glam::vec3;

use super::*;
use crate::heat_rejection::HeatRejection;
use crate::scenario::text;

fn layout(cooling: &str, racks: u32, plant: &str) -> Layout {
    layout_with(cooling, racks, &format!("{plant} = {{}}"))
}

fn layout_with(cooling: &str, racks: u32, plant: &str) -> Layout {
    let text = format!(
        "name = 'x'\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = 'a'\nserver = 's'\nracks = {racks}\n\
         servers_per_rack = 4\n[hall.cooling.{cooling}]\n[heat_rejection]\n{plant}\n[workload.constant]\nutilisation = 0.5\n"
    );
    let sizes = Sizes {
        rack_w: vec![40e3],
        rack_gpus: vec![32.0],
        circuit_w: vec![f64::from(racks) * 40e3],
    };
    Layout::of(&text::read(&text).unwrap(), sizes)
}

fn racks(layout: &Layout) -> Vec<Pick> {
    let all = layout.picks.iter().copied();
    all.filter(|pick| matches!(pick.what, Picked::Rack(..)))
        .collect()
}

/// Every rack is drawn once, inside its hall, without overlap.
#[test]
fn racks_stand_apart_inside_their_hall() {
    for cooling in crate::cooling::Cooling::NAMES {
        for count in [1, 2, 19, 100, 513] {
            let layout = layout(cooling, count, "dry_cooler");
            let racks = racks(&layout);
            assert_eq!(racks.len(), count as usize, "{cooling}");
            let hall = layout.halls[0];
            for rack in &racks {
                assert!(rack.min.cmpge(hall.min).all() && rack.max.cmple(hall.max).all());
            }
            for (index, a) in racks.iter().enumerate() {
                for b in &racks[index + 1..] {
                    let gap = (a.min - b.max).max(b.min - a.max).max_element();
                    assert!(gap > -1e-3, "{cooling} {count}: {a:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn machines_are_those_of_the_plant() {
    let has = |layout: &Layout, machine| {
        let what = Picked::Machine(machine);
        layout.picks.iter().filter(|pick| pick.what == what).count()
    };
    let chilled = layout_with("air", 100, "water_cooled_chiller = { chillers = 4 }");
    assert_eq!(has(&chilled, Machine::Chiller(0)), 4);
    assert_eq!(has(&chilled, Machine::Tower(0)), 4);
    assert!(has(&chilled, Machine::Crah(0)) > 0 && has(&chilled, Machine::Cdu(0)) == 0);
    let air_cooled = layout_with(
        "air",
        100,
        "air_cooled_chiller = { chillers = 3, spare = 2 }",
    );
    assert_eq!(has(&air_cooled, Machine::Chiller(0)), 5);
    let dry = layout("immersion", 100, "dry_cooler");
    assert_eq!(has(&dry, Machine::DryCooler(0)), 4);
    assert!(has(&dry, Machine::Cdu(0)) > 0 && has(&dry, Machine::Crah(0)) == 0);
    assert!(dry.puffs.is_empty() && !chilled.puffs.is_empty());
}

/// Every plant of the registry has something outdoors that can be picked.
#[test]
fn every_plant_stands_outdoors() {
    for name in HeatRejection::NAMES {
        let layout = layout("immersion", 100, name);
        let outdoors = |pick: &&Pick| {
            matches!(pick.what, Picked::Machine(_)) && pick.min.x >= layout.plant.min.x
        };
        let standing = layout.picks.iter().filter(outdoors).count();
        assert!(standing > 0, "{name}");
        assert!(layout.plant.max.x > layout.plant.min.x + 2.0, "{name}");
    }
}

/// A ray from above meets the rack below it; slots and channels agree.
#[test]
fn a_ray_finds_the_rack_and_the_rack_its_slot() {
    let layout = layout("air", 40, "tower");
    for rack in racks(&layout) {
        let middle = 0.5 * (rack.min + rack.max);
        let found = layout.pick(middle + Vec3::Y * 30.0, Vec3::NEG_Y);
        assert_eq!(found, Some(rack.what));
    }
    assert_eq!(layout.pick(vec3(0.0, 50.0, 0.0), Vec3::Y), None);
    for (index, channel) in layout.slots.iter().enumerate() {
        assert_eq!(layout.slot(*channel), Some(index));
    }
}

/// Racks as copies of units are the same bodies in the same places, each rack once, in few units.
#[test]
fn units_and_all_others_are_the_whole() {
    use super::units::{OWN, Units};
    for cooling in crate::cooling::Cooling::NAMES {
        let layout = layout(cooling, 100, "dry_cooler");
        let units = Units::of(&layout);
        assert!(
            units.units.len() <= 2,
            "{cooling}: {} units",
            units.units.len()
        );
        let racks: Vec<u32> = units.placed.iter().map(|placed| placed.rack).collect();
        assert_eq!(racks, (0..100).collect::<Vec<u32>>(), "{cooling}");
        let solids: usize = layout.groups.iter().map(|group| group.solids.len()).sum();
        let of_racks = units
            .placed
            .iter()
            .map(|placed| &units.units[placed.unit].solids);
        let count: usize = of_racks.clone().map(Vec::len).sum();
        assert_eq!(count + units.others.len(), solids, "{cooling}");
        for solids in of_racks {
            let own = |solid: &&Solid| solid.paint == Paint::Slot(OWN);
            assert!(solids.iter().filter(own).count() > 0, "{cooling}");
        }
        let racks = racks_at(&layout);
        for (placed, pick) in units.placed.iter().zip(racks) {
            assert!(placed.at.distance(pick) < 1e-6, "{cooling} {placed:?}");
        }
    }
}

fn racks_at(layout: &Layout) -> Vec<Vec3> {
    racks(layout).iter().map(|pick| pick.min).collect()
}
