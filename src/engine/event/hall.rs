//! Machines of a hall: fans and pumps of its cooling.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Target, left, share_line};
use crate::facility::Availability;
use crate::units;

/// A share of some machines of a hall, with the keys that all such events have.
macro_rules! hall_share {
    ($(#[$doc:meta])* $name:ident, $words:literal, $machines:literal, $has:expr, $field:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            /// The hall; all halls where none is given.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub hall: Option<String>,
            /// Share of them out of service, 0 … 1.
            #[serde(deserialize_with = "units::positive_fraction")]
            #[schemars(range(min = 1e-3, max = 1.0))]
            pub share: f64,
        }

        impl Default for $name {
            fn default() -> Self {
                Self { hall: None, share: 1.0 }
            }
        }

        impl Kind for $name {
            fn target(&self) -> Target<'_> {
                Target::Hall { name: self.hall.as_deref(), machines: $machines, has: $has }
            }

            fn line(&self) -> String {
                share_line(self.share, $words, self.hall.as_deref())
            }

            fn share_mut(&mut self) -> Option<&mut f64> {
                Some(&mut self.share)
            }

            fn apply(&self, at: Option<usize>, available: &mut Availability) {
                for hall in available.halls_mut(at) {
                    hall.$field = hall.$field.min(left(self.share));
                }
            }
        }
    };
}

hall_share! {
    /// CRAH and rear-door fans that trip.
    CrahTrip, "fans", "CRAH or door fans", |hall| hall.fans, fans
}
hall_share! {
    /// Pumps of coolant distribution units and tanks that trip.
    CduTrip, "CDU or tank pumps", "pumps of tanks or distribution units", |hall| hall.pumps, pump
}
