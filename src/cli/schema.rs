//! `coldaisle schema`

use super::{Failure, say};
use crate::scenario::ranges;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(ranges::schema()).map_err(Failure::run)?;
    say(&text)
}
