//! Room air for what cold plates leave: the heat of parts without a plate and of power distribution, by a hall's air system.
//!
//! ```text
//! Q_room = Q_it − Q_plates + Q_distribution        W, as in `air`
//! ```

use crate::cooling::air::{Air, AirConfig, Room};
use crate::cooling::{Asked, DISTRIBUTION_SHARE, Design, Input, Output, Shape, Technology};
use crate::describe::{Fault, power};
use crate::physics::Coolant;

/// Coolant distribution for so much heat at full load, W, with pumps of so many watts, and the room's units, in a line.
pub(in crate::cooling) fn sizes(heat_w: f64, pumps_w: f64, room: &Air) -> String {
    let units = format!(
        "coolant distribution units for {}, pumps {}",
        power(heat_w),
        power(pumps_w)
    );
    let room = room.sizes().into_iter();
    std::iter::once(units)
        .chain(room)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The room's air system of a plated hall, from the table `room`.
pub(in crate::cooling) fn size(config: &AirConfig, design: &Design<'_>) -> Result<Air, Fault> {
    let room = Design {
        // Power distribution is in the room whatever is plated.
        rack_heat_w: design.rack_heat_w * (1.0 + DISTRIBUTION_SHARE) - design.rack_liquid_w,
        water: design.room(),
        ..*design
    };
    config.size(&room).map_err(|fault| {
        // The hall's coolant has keys of its own.
        let named = |text: &str| {
            text.replace(" supply_c", " room.supply_c")
                .replace(" approach_k", " room.approach_k")
        };
        Fault {
            what: format!("room air: {}", named(&fault.what)),
            cure: named(&fault.cure),
            place: fault.within("room").place,
        }
    })
}

/// The warmest facility water that cools the room, °C.
pub(in crate::cooling) fn water_c(config: &AirConfig) -> f64 {
    config.supply_c - config.approach_k
}

/// What the hall looks like.
pub(in crate::cooling) fn shape(config: &AirConfig) -> Shape {
    Shape {
        aisles: config.containment.aisles(),
        ..Shape::of(Coolant::Plates)
    }
}

/// The room's step beside that of the plates, whose output comes in; the hall's as a whole comes back. While the plates' circuit
/// is settled, the room waits for its own.
pub(in crate::cooling) fn step(
    air: &Air,
    (state, next): (&Room, &mut Room),
    input: &Input<'_>,
    plates: Output,
) -> Output {
    if input.asked == Asked::Main {
        return plates;
    }
    let room = Input {
        it_heat_w: input.it_heat_w - input.liquid_heat_w,
        water_supply_c: input.room_supply_c,
        ..*input
    };
    let room = air.step(state, next, &room);
    Output {
        heat_to_room_water_w: room.heat_to_water_w,
        heat_to_ambient_w: room.heat_to_ambient_w,
        stored_w: plates.stored_w + room.stored_w,
        hall_fans_w: room.hall_fans_w,
        water: room.water,
        dew_point_c: room.dew_point_c,
        dew_point_outside: room.dew_point_outside,
        ..plates
    }
}
