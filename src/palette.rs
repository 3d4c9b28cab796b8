//! Colours that mean the same in every picture: Okabe and Ito's set, whose members readers with any kind of colour vision tell
//! apart, with greys for what stands between the chips and the meter.

/// Red, green, blue.
pub(crate) const COMPUTE: [u8; 3] = [0xb9, 0xbe, 0xc6];
pub(crate) const NETWORK_STORAGE: [u8; 3] = [0x56, 0xb4, 0xe9];
pub(crate) const PSU_LOSSES: [u8; 3] = [0x8a, 0x93, 0xa0];
pub(crate) const ELECTRICAL_LOSSES: [u8; 3] = [0x5b, 0x64, 0x72];
pub(crate) const PUMPS: [u8; 3] = [0x00, 0x72, 0xb2];
pub(crate) const OUTDOOR_FANS: [u8; 3] = [0xcc, 0x79, 0xa7];
pub(crate) const SERVER_FANS: [u8; 3] = [0xe6, 0x9f, 0x00];
pub(crate) const HALL_FANS: [u8; 3] = [0xf0, 0xe4, 0x42];
pub(crate) const CHILLERS: [u8; 3] = [0xd5, 0x5e, 0x00];
pub(crate) const OTHER: [u8; 3] = [0xa6, 0x8a, 0x64];
/// All that cooling takes, where its parts are not shown.
pub(crate) const COOLING: [u8; 3] = [0x00, 0x9e, 0x73];

/// A use of energy that pictures show by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EnergyUse {
    /// Its name among words and styles.
    pub(crate) key: &'static str,
    /// Red, green, blue.
    pub(crate) rgb: [u8; 3],
    /// Its figures in `energy_mwh`, whose sum it is; columns of the time series end in `_kw` instead.
    pub(crate) parts: &'static [&'static str],
}

/// The uses that add up to the facility, from the chips outwards. What all kinds of cooling need stands first, so that stacks differ
/// at their ends.
pub(crate) const USES: [EnergyUse; 10] = [
    EnergyUse {
        key: "compute",
        rgb: COMPUTE,
        parts: &["compute"],
    },
    EnergyUse {
        key: "network_storage",
        rgb: NETWORK_STORAGE,
        parts: &["network", "storage", "other_it"],
    },
    EnergyUse {
        key: "psu_losses",
        rgb: PSU_LOSSES,
        parts: &["psu_losses"],
    },
    EnergyUse {
        key: "electrical_losses",
        rgb: ELECTRICAL_LOSSES,
        parts: &["electrical_losses", "storage_losses"],
    },
    EnergyUse {
        key: "pumps",
        rgb: PUMPS,
        parts: &["pumps", "cdu_pumps"],
    },
    EnergyUse {
        key: "outdoor_fans",
        rgb: OUTDOOR_FANS,
        parts: &["heat_rejection_fans", "basin_heaters"],
    },
    EnergyUse {
        key: "server_fans",
        rgb: SERVER_FANS,
        parts: &["server_fans"],
    },
    EnergyUse {
        key: "hall_fans",
        rgb: HALL_FANS,
        parts: &["hall_fans"],
    },
    EnergyUse {
        key: "chillers",
        rgb: CHILLERS,
        parts: &["chillers"],
    },
    EnergyUse {
        key: "other",
        rgb: OTHER,
        parts: &["other"],
    },
];
