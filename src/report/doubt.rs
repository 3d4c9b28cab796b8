//! Doubt in words.

use super::number::{decimals, written};
use super::source::bands::Weight;
use super::words::{Words, fill};

/// An input that matters: its name, its range, its share.
pub(super) fn weight(weight: &Weight, words: &Words) -> String {
    let largest = weight
        .range
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    let [low, high] = weight
        .range
        .map(|value| written(value, decimals(largest, 3)));
    let direction = if weight.more {
        &words.page.more_more
    } else {
        &words.page.more_less
    };
    fill(
        &words.page.weight,
        &[
            ("input", &weight.input),
            ("low", &low),
            ("high", &high),
            ("share", &written(100.0 * weight.share, 0)),
            ("direction", direction),
        ],
    )
}
