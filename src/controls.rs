//! Controls. They see numbers, not machines: the facility passes them what they need.

pub mod setpoint;
