//! What several technologies are made of.

pub(in crate::cooling) mod condenser;
pub(in crate::cooling) mod fits;
pub(in crate::cooling) mod mass;
pub(in crate::cooling) mod room;
pub(in crate::cooling) mod unplated;
pub(in crate::cooling) mod zones;
