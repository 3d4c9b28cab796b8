//! Energy in units that people ask for.
//!
//! ```text
//! households     E / kWh of one
//! reactors       E / (1 GW·8760 h·0.92)
//! Bitcoins       E / 138 TWh a year                                     the network of 2024 to 2025
//! bodies, heat   P̄ / 97 W                                               2,000 kcal a day
//! bodies, power  P̄ / (97 W·(1 − T_room/T_body))                         Carnot's limit between 37 and 20 °C: 5.3 W of each
//! food           2,000 kcal a day is 0.85 MWh a year of each body: twenty times the electricity that it could give
//! ```
//!
//! Sources: 2,000 kcal/d = 96.9 W; a US home uses 10,500 kWh a year (Epoch AI); capacity factor of reactors 92 % (US fleet); Bitcoin 138
//! `TWh` (Cambridge's survey report of 2025). A body's heat at 310 K into a room at 293 K can give no more than Carnot's share as
//! electricity, whatever the machine; so bodies as batteries need more energy as food than the halls draw.

/// Heat of a body at rest, W: 2,000 kcal a day.
pub(crate) const BODY_W: f64 = 2000.0 * 4184.0 / 86_400.0;

/// Carnot's share between a body (37 °C) and a room (20 °C).
pub(crate) const BODY_SHARE: f64 = 1.0 - 293.15 / 310.15;

/// A household of the United States, kWh a year, where a forecast names no other.
pub(crate) const HOUSEHOLD_KWH: f64 = 10_500.0;

/// A reactor of 1 GW, `TWh` a year.
pub(crate) const REACTOR_TWH: f64 = 8.76 * 0.92;

/// Bitcoin's network, `TWh` a year.
pub(crate) const BITCOIN_TWH: f64 = 138.0;

/// An equivalent: what, and how many for an energy in `TWh` a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Equivalent {
    /// Its key in files.
    pub key: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Its unit in tables.
    pub unit: &'static str,
    /// Number for each `TWh` a year.
    pub per_twh: f64,
    /// Decimals in tables.
    pub decimals: usize,
}

/// All equivalents, with this household.
pub(crate) fn all(household_kwh: f64) -> [Equivalent; 5] {
    // Mean W of a TWh a year.
    let mean_w = 1e12 / 8760.0;
    [
        Equivalent {
            key: "households_m",
            what: "households' electricity",
            unit: "million",
            per_twh: 1e9 / household_kwh / 1e6,
            decimals: 1,
        },
        Equivalent {
            key: "reactors",
            what: "reactors of 1 GW at 92 %",
            unit: "",
            per_twh: 1.0 / REACTOR_TWH,
            decimals: 1,
        },
        Equivalent {
            key: "bitcoin_networks",
            what: "Bitcoin networks of 138 TWh",
            unit: "",
            per_twh: 1.0 / BITCOIN_TWH,
            decimals: 2,
        },
        Equivalent {
            key: "bodies_heat_m",
            what: "human bodies, as heat",
            unit: "million",
            per_twh: mean_w / BODY_W / 1e6,
            decimals: 0,
        },
        Equivalent {
            key: "bodies_electric_m",
            what: "human bodies, as electricity",
            unit: "million",
            per_twh: mean_w / (BODY_W * BODY_SHARE) / 1e6,
            decimals: 0,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 485 `TWh` is 55 GW or 0.55 billion bodies; 1 GW is 10 million of them; 97 W; at most 5.5 %.
    #[test]
    fn val_bodies_are_those_of_the_physics() {
        assert!((BODY_W - 96.9).abs() < 0.1);
        assert!((BODY_SHARE - 0.0548).abs() < 1e-4);
        let of = all(HOUSEHOLD_KWH);
        let number =
            |key: &str, twh: f64| of.iter().find(|of| of.key == key).unwrap().per_twh * twh;
        assert!((number("bodies_heat_m", 485.0) - 571.0).abs() < 2.0);
        assert!((number("bodies_heat_m", 8.76) - 10.3).abs() < 0.1);
        assert!((number("bodies_electric_m", 8.76) - 188.4).abs() < 1.0);
        assert!((number("households_m", 10.5) - 1.0).abs() < 1e-9);
        assert!((number("reactors", 8.0592) - 1.0).abs() < 1e-9);
        assert!((number("bitcoin_networks", 485.0) - 3.51).abs() < 0.01);
    }
}
