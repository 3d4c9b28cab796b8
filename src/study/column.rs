//! One column of a comparison.

use crate::metrics::Summary;

/// One scenario's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name of the scenario.
    pub name: String,
    /// Its figures.
    pub summary: Summary,
    /// Accelerators of all halls, where they are known.
    pub gpus: Option<f64>,
    /// Days it covers, where they are known.
    pub days: Option<f64>,
    /// What the user should know.
    pub warnings: Vec<String>,
}
