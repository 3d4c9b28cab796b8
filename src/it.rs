//! IT equipment: accelerators, and the servers that hold them.

pub mod accelerator;
pub mod server;

pub use accelerator::{Accelerator, Software, clock_at};
pub use server::{Build, Operating, Server, ServerEntry, Surroundings};
