//! Servers of the catalogue as a comparison settles them: at sea level, without a power limit.

use coldaisle::it::{Server, Surroundings};
use coldaisle::physics::Coolant;
use coldaisle::physics::plates::PlateFlow;
use coldaisle::physics::site_air::SiteAir;
use coldaisle::scenario::catalogue;

/// The server of this name in its build for a coolant.
pub(crate) fn server(name: &str, coolant: Coolant) -> Server {
    let catalogue = catalogue::built_in();
    let entry = catalogue.servers[name].clone();
    let around = Surroundings {
        coolant,
        plates: None,
        plate_flow: PlateFlow::default(),
        boiling: None,
        resistance_ratio: 1.0,
    };
    Server {
        build: entry.build(&around).unwrap(),
        chip: catalogue.accelerators[&entry.accelerator].clone(),
        limit_w: None,
        floor_w: 0.0,
        air: SiteAir::default(),
        entry,
    }
}
