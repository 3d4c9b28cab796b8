//! Temperatures of a hall that contradict each other, refused with cures that work: set as printed, the hall fits.
//!
//! ```text
//! T_water,setpoint ≤ T_supply − approach          else no valve opens far enough, in any weather
//! T_supply ≤ limit                                else every rack is out of range, in any weather
//! ```

use crate::describe::Fault;
use crate::physics::fluids::{COLDEST_WATER_C, Fluid};

/// Up to the next tenth of a kelvin: enough as printed.
pub(in crate::cooling) fn tenth_above(temp_c: f64) -> f64 {
    (temp_c * 10.0 - 1e-6).ceil() / 10.0
}

/// Down to the next tenth of a kelvin.
pub(in crate::cooling) fn tenth_below(temp_c: f64) -> f64 {
    (temp_c * 10.0 + 1e-6).floor() / 10.0
}

/// What makes facility water cold enough to hold `held_c` with an approach above its return or, for no rise, its supply; a
/// smaller approach where the water would come too near to freezing.
pub(in crate::cooling) fn colder_water(held_c: f64, approach_k: f64, rise_k: f64) -> String {
    let water_c = tenth_below(held_c - approach_k - rise_k);
    if water_c >= COLDEST_WATER_C {
        return format!("set setpoint_c of its plant to {water_c:.1}");
    }
    let room_k = held_c - rise_k - COLDEST_WATER_C;
    let approach_k = tenth_below(0.5 * room_k);
    if approach_k < 0.5 {
        return "use a smaller approach_k and a smaller rise_k of its plant".into();
    }
    format!(
        "set approach_k to {approach_k:.1} and setpoint_c of its plant to {:.1}",
        tenth_below(held_c - rise_k - approach_k)
    )
}

/// Coolant cooled by facility water.
pub(in crate::cooling) struct Supplied<'a> {
    /// What facility water does to it, in words: `cool supply air to`.
    pub(in crate::cooling) does: &'a str,
    /// As the scenario sets it, °C.
    pub(in crate::cooling) supply_c: f64,
    /// Above facility water at full load, K.
    pub(in crate::cooling) approach_k: f64,
    /// Setpoint of facility water, °C.
    pub(in crate::cooling) water_c: f64,
    /// The warmest `supply_c` that the hall's other limits leave, °C.
    pub(in crate::cooling) most_c: f64,
}

impl Supplied<'_> {
    /// The error says what is too warm and what would fit.
    pub(in crate::cooling) fn check(&self) -> Result<(), Fault> {
        let least_c = self.water_c + self.approach_k;
        if self.supply_c >= least_c - 1e-9 {
            return Ok(());
        }
        let least_c = tenth_above(least_c);
        let colder = format!(
            "{}; where towers or dry coolers cannot hold that, use chillers",
            colder_water(self.supply_c, self.approach_k, 0.0)
        );
        let cure = if least_c <= self.most_c {
            format!("raise supply_c to {least_c:.1} or {colder}")
        } else {
            format!(
                "{colder} (a warmer supply_c does not help: this hall's limits end at {:.1} °C)",
                self.most_c
            )
        };
        let what = format!(
            "facility water of {:.1} °C cannot {} supply_c = {:.1} with an approach of {:.1} K",
            self.water_c, self.does, self.supply_c, self.approach_k
        );
        Err(Fault::new(what, cure).at("supply_c"))
    }
}

/// A limit of the coolant, by its key, against its supply by its own. `usual_c` is a limit that fits most halls.
pub(in crate::cooling) fn above_supply(
    (key, limit_c): (&str, f64),
    (supply, supply_c): (&str, f64),
    usual_c: f64,
) -> Result<(), Fault> {
    if limit_c > supply_c {
        return Ok(());
    }
    let what = format!(
        "{key} = {limit_c} leaves nothing above {supply} = {supply_c}: every rack would be out of range all the time"
    );
    let cure = format!(
        "set {key} to {:.1}",
        usual_c.max(tenth_above(supply_c + 5.0))
    );
    Err(Fault::new(what, cure).at(key))
}

/// A fluid that would boil where it is to stay liquid, under the pressure of the site.
pub(in crate::cooling) fn stays_liquid(
    name: &str,
    fluid: &Fluid,
    pressure_pa: f64,
    warmest_c: f64,
) -> Result<(), Fault> {
    let boiling_c = fluid
        .boiling
        .map(|fluid| fluid.under(pressure_pa).boiling_c);
    let Some(boiling_c) = boiling_c.filter(|boiling_c| *boiling_c <= warmest_c) else {
        return Ok(());
    };
    let what = format!(
        "'{name}' boils at {boiling_c:.1} °C under the site's {:.1} kPa, and leaves the servers at {warmest_c:.1} °C",
        pressure_pa / 1e3
    );
    let cure = "use another fluid or a lower supply_c, or a technology in which fluid boils";
    Err(Fault::new(what, cure).at("fluid"))
}

/// A coil or heat exchanger that no area makes large enough, with what is cooled in it and by how much, and the rise of water.
pub(in crate::cooling) fn no_exchanger(
    kind: &str,
    approach_k: f64,
    (cooled, by_k): (&str, f64),
    rise_k: f64,
) -> Fault {
    let what = format!(
        "no {kind} can meet this design point: approach_k = {approach_k:.1} with {cooled} cooled by {by_k:.1} K and water \
         warmed by {rise_k:.1} K"
    );
    Fault::new(what, "use a larger approach_k").at("approach_k")
}
