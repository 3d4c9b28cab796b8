//! Circuits of facility water: which halls are on each, and the order in which they are settled.

mod circuit;
#[cfg(test)]
mod tests;

use super::HallParts;
use crate::heat_rejection::Rejection;
use crate::heat_rejection::water_loop::WaterLoop;
pub(super) use circuit::{Circuit, Cooled};

/// A circuit, as resolved.
pub struct CircuitParts {
    /// Name in results.
    pub name: String,
    /// Its water.
    pub water: WaterLoop,
    /// Plant that rejects its heat.
    pub plant: Box<dyn Rejection>,
}

/// A hall on a circuit, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct User {
    pub(super) hall: usize,
    /// Its racks' own cooling.
    pub(super) main: bool,
    /// Its room air.
    pub(super) room: bool,
}

/// Circuits with their halls, and the order in which to settle them: a hall's main circuit before its room's. The
/// resolver gives rooms the main circuit, the site's (the first) or one of their own (after all main ones).
pub(super) fn connect(parts: Vec<CircuitParts>, halls: &[HallParts]) -> (Vec<Circuit>, Vec<usize>) {
    let mut circuits: Vec<Circuit> = parts.into_iter().map(Circuit::new).collect();
    for (hall, parts) in halls.iter().enumerate() {
        let room = parts.room_circuit;
        circuits[parts.circuit].users.push(User {
            hall,
            main: true,
            room: room == Some(parts.circuit),
        });
        if let Some(room) = room.filter(|room| *room != parts.circuit) {
            circuits[room].users.push(User {
                hall,
                main: false,
                room: true,
            });
        }
    }
    // Those that cool rooms only come last; of the others the first may cool rooms of halls on the rest.
    let rank = |index: usize| {
        let main = circuits[index].users.iter().any(|user| user.main);
        (!main, index == 0)
    };
    let mut order: Vec<usize> = (0..circuits.len()).collect();
    order.sort_by_key(|&index| rank(index));
    (circuits, order)
}
