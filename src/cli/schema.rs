//! `coldaisle schema`

use super::{Failure, say};
use crate::scenario::Scenario;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Result<(), Failure> {
    let schema = schemars::schema_for!(Scenario);
    let text = serde_json::to_string_pretty(&schema).map_err(Failure::run)?;
    say(&text)
}
