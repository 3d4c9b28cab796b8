//! The result folder.
//!
//! ```text
//! let folder = ResultFolder::create(place)?;                       hidden, beside the target
//! let mut recorder = Recorder::new(folder.path(), &recording)?;    time series, racks, jobs, load
//! … the engine runs with (metrics, recorder) as observers …
//! recorder.finish()?;
//! folder.write_summary(&metrics.summary())?;  folder.write_scenario(text)?;  folder.write_run(&run)?;
//! folder.commit()?;                                                in place, or not at all
//! ```
//!
//! All files but `run.json` depend on the scenario and the seed alone: same seed, same bytes.

mod error;
mod folder;
mod formats;
mod recorder;
mod run;
mod tables;

pub use error::OutputError;
pub use folder::{Place, Placed, ResultFolder, Scratch, abandon};
pub(crate) use folder::{exchange, rename_new};
use formats::{buffer, column, csv, moments, number, parquet, table, text, whole};
pub use recorder::{Recorder, Recording};
pub(crate) use run::peak_memory_bytes;
pub use run::{Built, Climate, Input, RunInfo, Stated, Unconfirmed, cpu_s};
pub use table::{Column, Format, Kind, Table};
use tables::{bill, circuits, events, jobs, load, racks, timeseries, wanted};
pub use text::{TextTable, grouped, marked};
pub use wanted::{TableName, Wanted};
pub use whole::write_whole;
