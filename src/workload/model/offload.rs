//! Requests answered on edge devices: phones, laptops, desktops.
//!
//! ```text
//! tokens in the hall  = (1 − share)·tokens requested
//! energy outside (J)  = share·tokens requested · J/token of the device
//! ```
//!
//! The energy is that of the device while it writes, at the batch of one that a single user has; it is counted beside the
//! facility, never in it. A device answers with a smaller model than the hall would: tokens are compared one to one, their
//! worth is not. Sources: the catalogue's devices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Platform, find};
use crate::describe::Doubts;
use crate::describe::Fault;
use crate::units;

/// A device, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Full name, with the size of model it runs.
    pub name: String,
    /// Energy of the device for a token written, J.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-9, max = 1000000.0))]
    pub j_per_token: f64,
    /// Tokens it writes a second.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1000000000.0))]
    pub tokens_s: f64,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// A share of the requests of `inference` that users' own devices answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offload {
    /// A device of the catalogue (`coldaisle catalogue devices`).
    pub device: String,
    /// Share of the requests, 0 to 1.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
}

/// Offload as services see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeOffload {
    /// Share of the tokens, 0..1.
    pub share: f64,
    /// Energy of the device for a token, J.
    pub j_per_token: f64,
}

impl Offload {
    /// The device of this table; `key` is its place in the scenario.
    pub fn edge_offload(&self, key: &str, platform: &Platform<'_>) -> Result<EdgeOffload, Fault> {
        let device = find(
            platform.devices,
            &format!("{key}.device"),
            "device",
            &self.device,
        )?;
        Ok(EdgeOffload {
            share: self.share,
            j_per_token: device.j_per_token,
        })
    }

    /// In a line.
    pub fn describe(&self, key: &str, platform: &Platform<'_>) -> Result<String, Fault> {
        let device = find(
            platform.devices,
            &format!("{key}.device"),
            "device",
            &self.device,
        )?;
        Ok(format!(
            "{:.0} % of the tokens on {}: {} J and {:.3} s a token, outside the facility",
            100.0 * self.share,
            device.name,
            device.j_per_token,
            1.0 / device.tokens_s
        ))
    }
}
