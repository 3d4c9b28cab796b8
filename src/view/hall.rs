//! What is seen of a hall and said about it, as plain data: no window, no GPU.

#![cfg_attr(
    not(feature = "view"),
    allow(dead_code, unused_imports, reason = "read by the screen")
)]

pub(in crate::view) mod colour;
pub(in crate::view) mod controls;
pub(in crate::view) mod events;
pub(in crate::view) mod examples;
pub(in crate::view) mod explanation;
pub(in crate::view) mod format;
pub(in crate::view) mod frame;
pub(in crate::view) mod jobs;
pub(in crate::view) mod layout;
pub(in crate::view) mod lost;
pub(in crate::view) mod machines;
pub(in crate::view) mod named;
pub(in crate::view) mod names;
pub(in crate::view) mod outlook;
pub(in crate::view) mod overview;
pub(in crate::view) mod paint;
pub(in crate::view) mod replay;
pub(in crate::view) mod state;
pub(in crate::view) mod theme;
pub(in crate::view) mod year;
