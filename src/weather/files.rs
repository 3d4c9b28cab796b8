//! Weather files: two formats, their header, cells and quantities, and the repair of rows.

mod cells;
pub mod epw;
mod extremes;
pub(in crate::weather) mod header;
pub(in crate::weather) mod quantity;
pub(in crate::weather) mod repair;
pub mod tmy3;
