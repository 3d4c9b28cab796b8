//! `coldaisle schema`

use serde_json::Value as Json;

use super::{Failure, say};
use crate::scenario::ranges;
use crate::study::sweep;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of the study file.
    #[arg(long)]
    study: bool,
    /// Of the forecast file.
    #[arg(long, conflicts_with = "study")]
    forecast: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut schema = if args.study {
        sweep::schema()
    } else if args.forecast {
        crate::forecast::schema()
    } else {
        ranges::schema()
    }
    .clone();
    show_doubt(&mut schema);
    let text = serde_json::to_string_pretty(&schema).map_err(Failure::run)?;
    say(&text)
}

/// Editors show the description of a key alone: says there how far an unconfirmed default may be off.
fn show_doubt(node: &mut Json) {
    let doubt = &node["doubt"];
    if let (Some([low, high]), Some(reason), Some(said)) = (
        doubt["range"].as_array().map(Vec::as_slice),
        doubt["reason"].as_str(),
        node["description"].as_str(),
    ) {
        let shown = format!("{said}\n\nUnconfirmed, credible {low} to {high}: {reason}.");
        node["description"] = shown.into();
    }
    match node {
        Json::Object(all) => all.values_mut().for_each(show_doubt),
        Json::Array(all) => all.iter_mut().for_each(show_doubt),
        _ => {}
    }
}
