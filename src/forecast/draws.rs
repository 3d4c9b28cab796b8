//! What is not known, drawn; and what all draws came to.

pub(super) mod metered;
pub(super) mod run;
pub(super) mod sketch;
pub(super) mod uncertain;
