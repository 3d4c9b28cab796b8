//! Doubt of a run and of a comparison: every unconfirmed figure drawn from its range, the same draws on all sides.
