//! Heat: temperatures, water, fluid, what is reused, and how long a hall rides through.

pub mod fluid;
pub(in crate::metrics) mod reuse;
pub mod ride_through;
pub mod thermal;
pub mod water;
