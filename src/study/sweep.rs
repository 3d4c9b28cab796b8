//! Many variations of scenarios, one row each.
//!
//! ```text
//! study.toml ─ axes × sample ─▶ variation ─ scenario ─ run ─▶ row ─ journal ─▶ shard ─ gather ─▶ sweep.csv, sweep.parquet
//!                               by number    on all cores      whole or not at all
//! ```
//!
//! A variation follows from its number alone, so that any process can make any of them. Finished rows are kept on disk one by one:
//! a study that was killed goes on where it was, and its table is the same to the byte for any number of threads, shards and
//! kills. Memory does not grow with the number of runs, but for eight bytes each (and the rows of a list).

mod analyses;
mod axis;
mod estimate;
pub mod file;
mod gather;
mod journal;
mod plan;
mod ranges;
mod reader;
mod row;
mod rows;
mod run;
mod shard;
mod staged;
mod study;

pub use analyses::Analyses;
pub use axis::Cell;
pub(in crate::study) use axis::{Along, Axis, Choice, of_figure};
pub use estimate::seconds_per_run;
pub use gather::{Gathered, gather, is_finished, same_inputs, tidy};
pub(in crate::study) use journal::Journal;
pub use ranges::ranges;
pub use row::Row;
pub use run::{Checked, Ended, check, gather_rows, row, run};
pub(in crate::study) use run::{spread, summary, values};
pub(in crate::study) use shard::Head;
pub use shard::Shard;
pub(in crate::study) use staged::Staged;
pub use study::{Sensitivity, Study, Variation, schema};
