//! What a forecast leaves: tables, text, files.

pub(super) mod described;
pub(crate) mod equivalents;
pub(super) mod output;
pub(super) mod print;
