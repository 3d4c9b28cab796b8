//! IT beside the servers: what it draws, where its heat goes, and rooms of its own.

use super::Facility;
use super::power::{Powered, Source};
use crate::cooling::it_room::{ItRoom, ItRoomOutput};
use crate::electrical::ItDraw;
use crate::it::OtherIt;
use crate::physics::psychrometrics::MoistAir;

/// What it is, as results name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Switches and optics.
    Network,
    /// Storage.
    Storage,
    /// Anything else.
    Other,
}

/// Where its heat goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heat {
    /// Into the hall's air.
    Hall,
    /// Into a room of its own, by number.
    Room(usize),
    /// Outdoors.
    Outdoors,
}

/// One kind of IT that follows a hall's load, as resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BesideParts {
    /// What it is.
    pub sort: Sort,
    /// Its power over the hall's load.
    pub law: OtherIt,
    /// Where its heat goes.
    pub heat: Heat,
    /// Whether the UPS carries it.
    pub ups: bool,
}

/// A room for such IT, as resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItRoomParts {
    /// Its units.
    pub units: ItRoom,
    /// The circuit whose water takes its heat, where one does.
    pub circuit: Option<usize>,
}

/// The IT beside a hall's servers, with its power in the last step.
pub(super) struct Beside(Vec<(BesideParts, f64)>);

impl Beside {
    pub(super) fn new(parts: Vec<BesideParts>) -> Self {
        Self(parts.into_iter().map(|part| (part, 0.0)).collect())
    }

    /// Settles it at a load of the hall, of whose racks the share `on` has not switched itself off: what stands in the same
    /// air as the others is off with them. What has no UPS is dark without `mains`.
    pub(super) fn load(&mut self, utilisation: f64, on: f64, mains: bool) {
        for (part, power_w) in &mut self.0 {
            *power_w = match part.heat {
                _ if !mains && !part.ups => 0.0,
                Heat::Hall if on <= 0.0 => 0.0,
                // Racks that are off do no work: the load is that of the others.
                Heat::Hall => part.law.share(on).power_w(utilisation / on),
                Heat::Room(_) | Heat::Outdoors => part.law.power_w(utilisation),
            };
        }
    }

    pub(super) fn scale(&mut self, scale: f64) {
        for (_, power_w) in &mut self.0 {
            *power_w *= scale;
        }
    }

    /// Power of the parts of a kind, W.
    pub(super) fn sum_w(&self, kind: impl Fn(&BesideParts) -> bool) -> f64 {
        let parts = self.0.iter().filter(|(part, _)| kind(part));
        0.0 + parts.map(|(_, power_w)| power_w).sum::<f64>()
    }

    /// Whether there is any of a sort.
    pub(super) fn holds(&self, sort: Sort) -> bool {
        self.0.iter().any(|(part, _)| part.sort == sort)
    }

    /// All of it that is not in the hall's air, W.
    pub(super) fn elsewhere_w(&self) -> f64 {
        self.sum_w(|part| part.heat != Heat::Hall)
    }
}

/// Rooms of IT beside the servers, with their last step.
pub(super) struct ItRooms(Vec<(ItRoomParts, ItRoomOutput)>);

impl ItRooms {
    pub(super) fn new(parts: Vec<ItRoomParts>) -> Self {
        let rooms = parts.into_iter();
        Self(rooms.map(|part| (part, ItRoomOutput::default())).collect())
    }

    /// Heat into the water of a circuit, W.
    pub(super) fn to_water_w(&self, circuit: usize) -> f64 {
        let rooms = self
            .0
            .iter()
            .filter(|(part, _)| part.circuit == Some(circuit));
        0.0 + rooms.map(|(_, output)| output.to_water_w).sum::<f64>()
    }

    /// Over all rooms.
    pub(super) fn sum_w(&self, of: impl Fn(&ItRoomOutput) -> f64) -> f64 {
        self.0.iter().map(|(_, output)| of(output)).sum()
    }

    /// The last step of each.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &ItRoomOutput> {
        self.0.iter().map(|(_, output)| output)
    }
}

impl Facility {
    /// All IT at its inlets, beside `halls_w` in the halls.
    pub(super) fn it_draw(&self, halls_w: f64) -> ItDraw {
        let (mut all_w, mut past_ups_w) = (halls_w, 0.0);
        for hall in &self.halls {
            all_w += hall.beside.elsewhere_w();
            past_ups_w += hall.beside.sum_w(|part| !part.ups);
        }
        ItDraw { all_w, past_ups_w }
    }

    /// IT of a sort, W; none where there is no such thing on the site.
    pub(super) fn beside_w(&self, sort: Sort) -> Option<f64> {
        let halls = self.halls.iter();
        let mut with = halls.filter(|hall| hall.beside.holds(sort)).peekable();
        with.peek()?;
        Some(
            with.map(|hall| hall.beside.sum_w(|part| part.sort == sort))
                .sum(),
        )
    }

    /// IT in a room of its own, W.
    pub(super) fn in_room_w(&self, room: usize) -> f64 {
        let halls = self.halls.iter();
        let each = halls.map(|hall| hall.beside.sum_w(|part| part.heat == Heat::Room(room)));
        each.sum()
    }

    /// Whether anything but the UPS feeds IT in this step.
    pub(super) fn has_mains(&self) -> bool {
        matches!(self.on_site.source, Source::Grid | Source::Generators)
    }

    /// The units of rooms beside the halls. On UPS batteries only fans on facility water turn, where circulation is on the UPS.
    pub(super) fn cool_it_rooms(&mut self, outside: &MoistAir) {
        let powered = self.on_site.powered();
        for room in 0..self.it_rooms.0.len() {
            let heat_w = self.in_room_w(room);
            let (part, output) = &mut self.it_rooms.0[room];
            let on = match powered {
                Powered::All => true,
                Powered::Circulation => part.units.on_water(),
                Powered::Nothing => false,
            };
            *output = part.units.step(heat_w, outside.dry_bulb_c, on);
        }
    }
}
