//! Colours of what is around the scene.

use serde::{Deserialize, Serialize};

/// Colours of panels, labels and ground: for screens, or for print and bright rooms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Light letters on dark.
    #[default]
    Dark,
    /// Dark letters on white.
    Light,
}
