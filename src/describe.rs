//! Descriptions of components, and faults in user input.
//!
//! Components, readers and the scenario's checks all return the one [`Fault`]. Callers that know more of its place add it on the
//! way up ([`Fault::within`], [`Fault::in_file`], [`Fault::in_text`]); the edge turns it into a report with the line and a mark
//! under it ([`Fault::report`]).
//!
//! A fault as a component returns it, and as the resolver completes it:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use coldaisle::describe::Fault;
//!
//! let fault = Fault::new("a supply of 99 °C is too warm", "use 5 to 60").at("supply_c");
//! let fault = fault.within("hall[0].cooling.air");
//! assert_eq!(fault.key(), Some("hall[0].cooling.air.supply_c"));
//!
//! let text = "[hall.cooling.air]\nsupply_c = 99\n";
//! let fault = fault.in_text(text, 30..32).in_file("hall.toml", None);
//! assert_eq!(fault.line_column(), Some((2, 12)));
//! println!("{}", fault.report(false)); // file, line, a mark below the figure, cause and cure
//! # Ok(())
//! # }
//! ```
//!
//! [`Fault`]: crate::describe::Fault
//! [`Fault::within`]: crate::describe::Fault::within
//! [`Fault::in_file`]: crate::describe::Fault::in_file
//! [`Fault::in_text`]: crate::describe::Fault::in_text
//! [`Fault::report`]: crate::describe::Fault::report

mod doubts;
mod fault;
mod nearest;
mod path;
mod report;
pub mod schema;
pub mod unit;

pub use doubts::{Doubt, Doubts, within};
pub use fault::{Excerpt, Fault, InSerde, Place};
pub use nearest::{nearest, suggest};
pub use path::FilePath;
pub use report::{lines, paragraph};

/// Schema attribute of a key whose default is unconfirmed: the least and the largest value that would be
/// credible, and the reason for these ends. `#[schemars(extend("doubt" = doubt(3.0, 15.0, "…")))]`.
pub fn doubt(low: f64, high: f64, reason: &str) -> serde_json::Value {
    serde_json::json!({ "range": [low, high], "reason": reason })
}

/// `1 day`, `2 days`.
pub fn count(number: f64, what: &str) -> String {
    let end = if number > 1.0 { "s" } else { "" };
    format!("{number} {what}{end}")
}

/// `1.5 m³/s of air, fans 1.2 kW`.
pub fn moved_air(m3_s: f64, fans_w: f64) -> String {
    let decimals = usize::from(m3_s < 100.0);
    format!("{m3_s:.decimals$} m³/s of air, fans {}", power(fans_w))
}

/// kW or MW, whichever reads better.
pub fn power(watts: f64) -> String {
    if watts < 1e4 {
        format!("{:.1} kW", watts / 1e3)
    } else if watts < 1e6 {
        format!("{:.0} kW", watts / 1e3)
    } else {
        format!("{:.2} MW", watts / 1e6)
    }
}
