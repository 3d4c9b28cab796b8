//! What a surface holds of an hour at one load.

use crate::physics::water::Water;
use crate::snapshot::{Plant, Power, Snapshot};

/// What a year adds up: W and kg/s.
pub(super) type Uses = [f64; 12];
pub(super) const FACILITY: usize = 0;
pub(super) const MAKEUP: usize = 11;

/// What is shown of a single hour: IT by use, W; water of lakes, kg/s; temperatures, °C.
pub(super) type Details = [f64; 10];

pub(super) fn uses(s: &Snapshot) -> Uses {
    let (power, water) = (&s.power, &s.water);
    [
        power.facility_w,
        power.electrical_losses_w,
        power.chillers_w,
        power.heat_rejection_fans_w,
        power.pumps_w,
        power.basin_heaters_w,
        power.hall_fans_w,
        power.cdu_pumps_w,
        water.evaporation_kg_s,
        water.drift_kg_s,
        water.blowdown_kg_s,
        water.makeup_kg_s,
    ]
}

/// Chillers, fans, pumps and heaters, W.
pub(super) fn cooling_w(uses: &Uses) -> f64 {
    uses[2..8].iter().sum()
}

pub(super) fn details(s: &Snapshot) -> Details {
    let power = &s.power;
    let hottest = |of: fn(&crate::snapshot::Hall) -> f64| {
        s.halls.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
    };
    [
        power.compute_w,
        power.server_fans_w,
        power.psu_losses_w,
        power.network_w.unwrap_or(f64::NAN),
        power.storage_w.unwrap_or(f64::NAN),
        power.other_it_w.unwrap_or(f64::NAN),
        s.water.once_through_kg_s,
        s.plant.supply_c,
        hottest(|hall| hall.max_inlet_c),
        hottest(|hall| hall.max_chip_c),
    ]
}

/// The straight line from `low` to `high`; exactly `low` where the share is zero.
#[inline]
pub(super) fn between<const N: usize>(low: &[f64; N], high: &[f64; N], share: f64) -> [f64; N] {
    std::array::from_fn(|index| low[index] + (high[index] - low[index]) * share)
}

/// A site at one hour under one load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Power by use, W.
    pub power: Power,
    /// Water, kg/s.
    pub water: Water,
    /// Facility water supplied to the first circuit, °C.
    pub supply_c: f64,
    /// The warmest inlet air or coolant of all racks, °C.
    pub max_inlet_c: f64,
    /// The hottest chip, °C.
    pub max_chip_c: f64,
}

impl Point {
    pub(super) fn new(uses: &Uses, details: &Details, other_w: f64) -> Self {
        let given = |value: f64| value.is_finite().then_some(value);
        let losses_w = uses[1];
        Self {
            power: Power {
                facility_w: uses[FACILITY],
                it_w: uses[FACILITY] - losses_w - cooling_w(uses) - other_w,
                compute_w: details[0],
                server_fans_w: details[1],
                psu_losses_w: details[2],
                network_w: given(details[3]),
                storage_w: given(details[4]),
                other_it_w: given(details[5]),
                electrical_losses_w: losses_w,
                chillers_w: uses[2],
                heat_rejection_fans_w: uses[3],
                pumps_w: uses[4],
                basin_heaters_w: uses[5],
                hall_fans_w: uses[6],
                cdu_pumps_w: uses[7],
                other_w,
                generation_w: 0.0,
            },
            water: Water {
                evaporation_kg_s: uses[8],
                drift_kg_s: uses[9],
                blowdown_kg_s: uses[10],
                makeup_kg_s: uses[MAKEUP],
                from_basin_kg_s: uses[8] + uses[9] + uses[10] - uses[MAKEUP],
                once_through_kg_s: details[6],
            },
            supply_c: details[7],
            max_inlet_c: details[8],
            max_chip_c: details[9],
        }
    }

    /// The first circuit, as far as a surface knows it; the rest is NaN.
    pub fn plant(&self) -> Plant {
        Plant {
            supply_c: self.supply_c,
            setpoint_c: f64::NAN,
            return_c: f64::NAN,
            flow_kg_s: f64::NAN,
            heat_w: f64::NAN,
            condenser_c: f64::NAN,
            chiller_load: f64::NAN,
            fan_speed: f64::NAN,
            free_w: f64::NAN,
            reused_w: f64::NAN,
            chillers_w: f64::NAN,
            fans_w: f64::NAN,
            pumps_w: f64::NAN,
            heaters_w: f64::NAN,
            water: self.water,
        }
    }
}
