//! Temperatures of a hall that contradict each other, refused with cures that work: set as printed, the hall fits.
//!
//! ```text
//! T_water,setpoint ≤ T_supply − approach          else no valve opens far enough, in any weather
//! T_supply ≤ limit                                else every rack is out of range, in any weather
//! ```

use crate::describe::Fault;
use crate::physics::fluids::Fluid;

/// Up to the next tenth of a kelvin: enough as printed.
pub(super) fn tenth_above(temp_c: f64) -> f64 {
    (temp_c * 10.0 - 1e-6).ceil() / 10.0
}

/// Down to the next tenth of a kelvin.
pub(super) fn tenth_below(temp_c: f64) -> f64 {
    (temp_c * 10.0 + 1e-6).floor() / 10.0
}

/// Coolant cooled by facility water.
pub(super) struct Supplied<'a> {
    /// Effect of facility water on it, in words: `cool supply air to`.
    pub(super) does: &'a str,
    /// As the scenario sets it, °C.
    pub(super) supply_c: f64,
    /// Above facility water at full load, K.
    pub(super) approach_k: f64,
    /// Setpoint of facility water, °C.
    pub(super) water_c: f64,
    /// The warmest `supply_c` that the hall's other limits leave, °C.
    pub(super) most_c: f64,
}

impl Supplied<'_> {
    /// The error names what is too warm and what would fit.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let least_c = self.water_c + self.approach_k;
        if self.supply_c >= least_c - 1e-9 {
            return Ok(());
        }
        let water_c = tenth_below(self.supply_c - self.approach_k);
        let least_c = tenth_above(least_c);
        let colder = format!(
            "set setpoint_c of its plant to {water_c:.1}; where towers or dry coolers cannot hold that, use chillers"
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
pub(super) fn above_supply(
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
pub(super) fn stays_liquid(
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
pub(super) fn no_exchanger(
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
