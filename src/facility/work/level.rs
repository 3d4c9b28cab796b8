//! A load imposed on all servers at once: no jobs, no queue.

use crate::workload::profile::Profile;

/// A load that all servers share.
#[derive(Debug, Clone)]
pub enum Level {
    /// The same utilisation all the time, 0..1.
    Constant(f64),
    /// A utilisation that follows a file, 0..1.
    Utilisation(Profile),
    /// Measured or planned power at the IT inlets, W.
    ItPower(Profile),
    /// Measured or planned power of all uses, W.
    SitePower(Profile),
}

/// Power that a profile sets for a step, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PowerTarget {
    /// At the IT inlets.
    It(f64),
    /// Of all uses.
    Site(f64),
}

impl Level {
    /// Its mean over a step, 0..1 or W.
    pub(crate) fn mean(&self, from_s: f64, to_s: f64) -> f64 {
        match self {
            Self::Constant(utilisation) => *utilisation,
            Self::Utilisation(profile) | Self::ItPower(profile) | Self::SitePower(profile) => {
                profile.mean(from_s, to_s)
            }
        }
    }

    /// Its maximum, held constant.
    pub(super) fn peak(&self) -> Self {
        match self {
            Self::Constant(utilisation) => Self::Constant(*utilisation),
            Self::Utilisation(profile) => Self::Constant(profile.max()),
            Self::ItPower(profile) => Self::ItPower(profile.held_at_max()),
            Self::SitePower(profile) => Self::SitePower(profile.held_at_max()),
        }
    }
}
