//! How tables and numbers are written: CSV, Parquet, text.

pub(in crate::output) mod buffer;
pub(in crate::output) mod column;
pub(in crate::output) mod csv;
pub(in crate::output) mod moments;
pub(in crate::output) mod number;
pub(in crate::output) mod parquet;
pub(in crate::output) mod table;
pub(in crate::output) mod text;
pub(in crate::output) mod whole;
