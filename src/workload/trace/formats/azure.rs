//! Requests of Azure's LLM inference traces.
//!
//! ```text
//! TIMESTAMP,ContextTokens,GeneratedTokens          2023-11-16 18:17:03.9799600,4808,10
//! ```
//!
//! Source: Azure/AzurePublicDataset, `AzureLLMInferenceTrace_code.csv` and `_conv.csv` (2023). Only differences of the
//! timestamps count: the first request comes when the run starts, unless `from_day` is given.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::csv_rows::moment::Clock;
use crate::describe::Fault;
use crate::describe::FilePath;
use crate::workload::service::Inference;
use crate::workload::trace::requests::{Request, RequestTrace};
use crate::workload::trace::table::Table;
use crate::workload::trace::{Format, Opened, Place, Rows};

/// Requests of Azure's LLM inference traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Azure(pub RequestTrace);

impl Format for Azure {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn inference(&self) -> Option<&Inference> {
        self.0.inference.as_deref()
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        self.0.open("azure", place, rows)
    }
}

fn rows(path: &Path) -> Result<Rows<Request>, Fault> {
    let table = Table::open(path)?;
    let time = table.column("TIMESTAMP")?;
    let context = table.column("ContextTokens")?;
    let generated = table.column("GeneratedTokens")?;
    let mut clock = Clock::default();
    Ok(table.rows(move |cells| {
        Ok(Some(Request {
            time_s: clock.read(cells.text(time)?, 1.0)?,
            context: cells.count(context)?,
            generated: cells.count(generated)?,
        }))
    }))
}
