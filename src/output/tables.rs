//! What each table of a result holds.

pub(in crate::output) mod bill;
pub(in crate::output) mod circuits;
pub(in crate::output) mod events;
pub(in crate::output) mod jobs;
pub(in crate::output) mod load;
pub(in crate::output) mod racks;
pub(in crate::output) mod timeseries;
pub(in crate::output) mod wanted;
