//! Figures that a scenario states of a plant, with the limits outside which they are slips of the finger.

/// A key of the plant's table, its figure, the lowest and the highest that is taken.
pub type Stated = (&'static str, f64, f64, f64);

/// The keys that are given, with their limits.
pub(super) fn given<const N: usize>(
    keys: [(&'static str, Option<f64>, f64, f64); N],
) -> Vec<Stated> {
    keys.into_iter()
        .filter_map(|(key, figure, low, high)| Some((key, figure?, low, high)))
        .collect()
}
