//! ASHRAE classes of IT equipment by the inlet air they take, and how altitude lowers its upper end.
//!
//! ```text
//! T_max(z) = T_max − (z − 900 m)₊/D        D: 300 m/K for A1 and A2, 175 for A3, 125 for A4, 500 for H1
//! ```
//!
//! °C, m above sea level. The lower end and the classes of facility water do not depend on altitude. Source: ASHRAE TC 9.9,
//! *Thermal Guidelines for Data Processing Environments*, 4th and 5th editions, as others quote its tables; altitude from the
//! notes of its reference card. H1 is unconfirmed: upper end 25 °C (22–25, recommended to allowable). Valid to 3,050 m, where
//! the classes end; beyond, the line continues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::site_air::SiteAir;

/// Up to here nothing is lowered, m.
const DERATED_FROM_M: f64 = 900.0;
/// Where the classes end, m.
pub(crate) const HIGHEST_M: f64 = 3050.0;

/// A class: `"A1"`, `"A2"`, `"A3"`, `"A4"` or `"H1"` (high density).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Class {
    /// Allowable 15 to 32 °C.
    A1,
    /// Allowable 10 to 35 °C.
    A2,
    /// Allowable 5 to 40 °C.
    A3,
    /// Allowable 5 to 45 °C.
    A4,
    /// Allowable 15 to 25 °C.
    H1,
}

impl Class {
    /// Inlet air that is allowed at a height above the sea, °C: lowest and highest.
    pub fn allowed_c(self, elevation_m: f64) -> (f64, f64) {
        let (low_c, high_c, m_per_k) = match self {
            Self::A1 => (15.0, 32.0, 300.0),
            Self::A2 => (10.0, 35.0, 300.0),
            Self::A3 => (5.0, 40.0, 175.0),
            Self::A4 => (5.0, 45.0, 125.0),
            Self::H1 => (15.0, 25.0, 500.0),
        };
        let lower_k = (elevation_m - DERATED_FROM_M).max(0.0) / m_per_k;
        (low_c, (high_c - lower_k).max(low_c))
    }

    /// Where it bounds the inlets of a site at `limit_c`, in words.
    pub(in crate::cooling) fn bounds(self, air: &SiteAir, limit_c: f64) -> String {
        let at_m = air.elevation_m;
        format!("inlets up to {limit_c:.1} °C: class {self:?} at {at_m:.0} m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand at 2,600 m: 1,700 m above 900 are 5.67 K for A1 and A2, 9.71 for A3, 13.6 for A4 and 3.4 for H1. Denver's
    /// 1,655 m take 2.52 K from A2. Nothing below 900 m; the range never turns round.
    #[test]
    fn classes_fall_with_altitude() {
        let high = |class: Class, at_m| class.allowed_c(at_m).1;
        for (class, sea_c, mountain_c) in [
            (Class::A1, 32.0, 26.333),
            (Class::A2, 35.0, 29.333),
            (Class::A3, 40.0, 30.286),
            (Class::A4, 45.0, 31.4),
            (Class::H1, 25.0, 21.6),
        ] {
            for at_m in [-50.0, 0.0, 900.0] {
                assert_eq!(high(class, at_m), sea_c);
            }
            assert!((high(class, 2600.0) - mountain_c).abs() < 1e-3, "{class:?}");
            let (low_c, high_c) = class.allowed_c(9000.0);
            assert!(low_c <= high_c);
        }
        assert!((high(Class::A2, 1655.0) - 32.483).abs() < 1e-3);
    }
}
