//! What the servers did: work, jobs in the queue, goodput, services.

pub mod goodput;
pub mod queue;
pub mod service;
pub mod work;
