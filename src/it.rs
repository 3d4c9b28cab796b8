//! IT equipment: accelerators, and the servers that hold them.

pub mod accelerator;
pub mod dvfs;
pub mod server;

pub use accelerator::{Accelerator, Software};
pub use dvfs::clock_at;
pub use server::{Build, Operating, Server, ServerEntry, Surroundings};
