//! The machines of a region over the years: made, shipped, connected, retired; and the work that is asked of them.
//!
//! ```text
//! orders ─ caps ─▶ shipments ─ survival ─▶ stock ─ connection ─▶ machines with power ─┬ busy as stated     (closure: supply)
//! tokens, FLOP, jobs ─ efficiency ─▶ chip-hours that are asked for ──────────────────┴ busy as asked      (closure: work)
//! ```

mod connection;
mod stock;
mod survival;
mod work;

pub(super) use connection::Connected;
pub(super) use stock::{Hardware, Stock, hardware};
pub(super) use work::{Demand, Served};
