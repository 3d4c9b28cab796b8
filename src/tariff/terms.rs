//! A tariff ready to bill: periods laid over the calendar, charges with their months and ratchets, SI units.

use super::{Ratchet, RatchetConfig, Schedule, TariffConfig};
use crate::units::J_PER_MWH;

/// Charges beside the price of imported energy: that is in each snapshot, as batteries and
/// schedulers act on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tariff {
    /// Which period holds when.
    pub schedule: Schedule,
    /// Paid for what is fed in, USD/J.
    pub export_usd_j: f64,
    /// Peaks are means over this, s.
    pub demand_interval_s: f64,
    /// Demand charges.
    pub demand: Vec<DemandCharge>,
    /// USD per m³ of make-up water.
    pub water_usd_m3: Option<f64>,
    /// USD per kg of fuel that generators burn.
    pub fuel_usd_kg: Option<f64>,
}

/// A charge on the maximum demand of each calendar month.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandCharge {
    /// USD per kW and month.
    pub usd_kw: f64,
    /// The period whose hours count; `None`: all hours.
    pub period: Option<usize>,
    /// The months that it is charged in, January first.
    pub months: [bool; 12],
    /// Minimum that it bills.
    pub ratchet: Option<Ratchet>,
}

impl Tariff {
    /// Of `[site.tariff]` and the charge on all hours, where there is one; water and fuel are free.
    pub fn of(times: &TariffConfig, demand_usd_kw_month: Option<f64>) -> Self {
        let schedule = Schedule::of(&times.period);
        let ratchet = |config: &Option<RatchetConfig>| config.as_ref().map(Ratchet::from);
        let everywhere = demand_usd_kw_month.map(|usd_kw| DemandCharge {
            usd_kw,
            period: None,
            months: [true; 12],
            ratchet: ratchet(&times.ratchet),
        });
        let in_periods = times
            .period
            .iter()
            .enumerate()
            .filter_map(|(index, period)| {
                Some(DemandCharge {
                    usd_kw: period.demand_usd_kw_month?,
                    period: Some(index),
                    months: schedule.months(index),
                    ratchet: ratchet(&period.ratchet),
                })
            });
        Self {
            export_usd_j: times.export_usd_mwh.unwrap_or(0.0) / J_PER_MWH,
            demand_interval_s: 60.0 * f64::from(times.demand_interval_min),
            demand: everywhere.into_iter().chain(in_periods).collect(),
            schedule,
            water_usd_m3: None,
            fuel_usd_kg: None,
        }
    }
}

impl Default for Tariff {
    /// Nothing is paid for.
    fn default() -> Self {
        Self::of(&TariffConfig::default(), None)
    }
}
