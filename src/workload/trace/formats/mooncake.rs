//! Requests of the Mooncake traces.
//!
//! ```text
//! {"timestamp": 0, "input_length": 40160, "output_length": 6, "hash_ids": […]}        a line of JSON each, ms
//! ```
//!
//! Source: kvcache-ai/Mooncake, `FAST25-release/traces`. Blocks found in the cache (`hash_ids`) are not used: every
//! context token is read again, which overstates prefill, or a share of them that `prefix_hits` of the model leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, FilePath};
use crate::workload::service::Inference;
use crate::workload::trace::requests::{Request, RequestTrace};
use crate::workload::trace::{Format, Opened, Place, lines};

/// Requests of the Mooncake traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Mooncake(pub RequestTrace);

#[derive(Deserialize)]
struct Line {
    timestamp: f64,
    input_length: u64,
    output_length: u64,
}

impl Format for Mooncake {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn inference(&self) -> Option<&Inference> {
        self.0.inference.as_deref()
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        self.0
            .open("mooncake", place, |path| lines::rows(path, None, row))
    }
}

fn row(text: &str) -> Result<Option<Request>, Fault> {
    let line: Line = serde_json::from_str(text)
        .map_err(|error| Fault::bare(format!("it is not a request: {error}")))?;
    Ok(Some(Request {
        time_s: line.timestamp / 1e3,
        context: line.input_length,
        generated: line.output_length,
    }))
}
