//! What the servers did: work, jobs in the queue, goodput, services, hashing.

pub mod goodput;
pub mod held;
pub mod mining;
pub mod queue;
pub mod service;
pub mod work;
