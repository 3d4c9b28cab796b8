//! Distributions.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;

/// What figures are drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Uniform.
    Uniform {
        /// Low.
        low: f64,
        /// High.
        high: f64,
    },
}

impl Distribution {
    /// Checks it.
    pub fn check(&self) -> Result<(), Fault> {
        Ok(())
    }
    /// Quantile.
    pub fn at(&self, u: f64) -> f64 {
        let Self::Uniform { low, high } = self;
        low + u * (high - low)
    }
}
