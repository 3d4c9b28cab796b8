//! The hall to look at, live or replayed: `coldaisle view`. Nothing else knows that a screen exists.
//!
//! ```text
//! hall     what is seen and said, as plain data: layout, frames of an instant, colours, sentences
//! screen   a window and pictures, by bevy and egui (feature `view`)
//! ```

pub(crate) mod hall;
#[cfg(feature = "view")]
mod screen;

pub use hall::colour::ColourBy;
#[cfg(feature = "view")]
pub use screen::{Named, Options, Theme, ViewError, run};
