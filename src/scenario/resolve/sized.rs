//! A hall and what its racks are.

use crate::describe::{count, power};
use crate::electrical::psu::Psu;
use crate::it::{OtherIt, Server};
use crate::physics::Coolant;
use crate::scenario::Hall;

/// A hall with its server found in the catalogue.
#[derive(Clone)]
pub(super) struct Sized<'a> {
    pub(super) config: &'a Hall,
    pub(super) server: Server,
    pub(super) psu: Psu,
    /// Air or coolant that its racks meet at full load, °C.
    pub(super) coolant_c: f64,
    pub(super) rack_w: f64,
    pub(super) rack_air_m3_s: f64,
    /// What cold plates catch of it, W.
    pub(super) rack_liquid_w: f64,
    /// Across the coolant's film in the chips' plates at full load and flow, K.
    pub(super) plate_film_k: f64,
    /// IT beside the racks in the hall's air.
    pub(super) other: OtherIt,
}

impl Sized<'_> {
    /// All IT of the hall at full load, W.
    pub(super) fn it_w(&self) -> f64 {
        self.rack_w * f64::from(self.config.racks) + self.other.busy_w
    }

    /// Its accelerators.
    pub(super) fn gpus(&self) -> u64 {
        u64::from(self.config.racks)
            * u64::from(self.config.servers_per_rack)
            * u64::from(self.server.entry.accelerators)
    }

    /// What the hall's cooling is sized for, W for each rack: what stands beside the racks too where the hall cools its air;
    /// beside tanks that air is ventilated.
    pub(super) fn cooled_w(&self) -> f64 {
        match self.config.cooling.coolant() {
            Coolant::Air | Coolant::Plates => self.it_w() / f64::from(self.config.racks),
            Coolant::Dielectric | Coolant::Boiling => self.rack_w,
        }
    }

    /// That its servers draw more air at full load than comes to a rack, and what helps.
    pub(super) fn short_of_air(&self) -> Option<String> {
        let limit = self.config.cooling.rack_air()?;
        let over = limit.share * self.rack_air_m3_s / limit.most_m3_s;
        if over <= 1.0 {
            return None;
        }
        let servers = self.config.servers_per_rack;
        let fit = (f64::from(servers) / over).floor();
        let fewer = if fit >= 1.0 {
            format!("put {} in a rack, or use", count(fit, "server"))
        } else {
            "use".into()
        };
        Some(format!(
            "the racks of hall {} draw {:.1} m³/s of air for their {:.0} kW, and {} {:.1} ({}): the rest is hot air from behind \
             them, and inlets get warmer; {fewer} a technology whose liquid reaches the chips",
            self.config.name,
            self.rack_air_m3_s,
            self.rack_w / 1e3,
            limit.by,
            limit.most_m3_s,
            limit.key,
        ))
    }

    /// What stands in the hall, in a line; `water` names its circuits where there are several.
    pub(super) fn describe(&self, water: &str) -> String {
        let racks = f64::from(self.config.racks);
        let plates = if self.rack_liquid_w > 0.0 && self.config.cooling.room_water_c().is_some() {
            format!(", {:.1} of them in plates", self.rack_liquid_w / 1e3)
        } else {
            String::new()
        };
        let other = if self.other.busy_w > 0.0 {
            format!(
                ", beside them up to {} of IT in its air",
                power(self.other.busy_w)
            )
        } else {
            String::new()
        };
        format!(
            "{} × {} of {}, {:.1} kW a rack{plates}, {} in all{other}; {}{water}",
            count(racks, "rack"),
            count(self.config.servers_per_rack.into(), "server"),
            self.config.server,
            self.rack_w / 1e3,
            power(self.rack_w * racks),
            self.config.cooling.line()
        )
    }
}
