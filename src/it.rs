//! IT equipment: accelerators, the servers that hold them, and other IT.

pub mod accelerator;
pub mod dvfs;
pub mod network;
pub mod other;
pub mod server;

pub use accelerator::{Accelerator, Demand, Software, Work};
pub use dvfs::clock_at;
pub use network::{NetworkConfig, Switches, Topology};
pub use other::{OtherIt, OtherItEntry};
pub use server::{Build, Operating, Server, ServerEntry, Surroundings};
