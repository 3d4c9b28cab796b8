//! The hall to look at, live or replayed: `coldaisle view`. Nothing else knows that a screen exists.
//!
//! ```text
//! hall     what is seen and said, as plain data: layout, frames of an instant, colours, sentences
//! page     recorded halls as one page of HTML, to send to somebody
//! model    a hall as glTF or USD, for other programs
//! screen   a window and pictures, by bevy and egui (feature `view`)
//! ```

pub(crate) mod hall;
mod model;
mod page;
#[cfg(feature = "view")]
mod screen;

pub use hall::colour::ColourBy;
pub use hall::named::Named;
pub use hall::theme::Theme;
pub use model::{Format as ModelFormat, model};
pub use page::page;
#[cfg(feature = "view")]
pub use screen::{Options, ViewError, run};
