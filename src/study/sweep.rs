//! Many variations of scenarios, one row each.
