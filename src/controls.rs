//! What decides. Controls see numbers, not machines: the facility hands them what they ask about.

pub mod setpoint;
