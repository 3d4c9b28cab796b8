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

mod buffer;
mod circuits;
mod column;
mod csv;
mod error;
mod events;
mod folder;
mod jobs;
mod load;
mod number;
mod parquet;
mod racks;
mod recorder;
mod run;
mod table;
mod text;
mod timeseries;
mod wanted;
mod whole;

pub use error::OutputError;
pub use folder::{Place, Placed, ResultFolder, abandon};
pub use recorder::{Recorder, Recording};
pub use run::{Input, RunInfo, cpu_s};
pub use table::{Column, Format, Kind, Table};
pub use text::{TextTable, grouped, marked};
pub use wanted::{TableName, Wanted};
pub use whole::write_whole;
