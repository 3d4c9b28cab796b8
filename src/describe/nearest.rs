//! The known name that was most likely meant.

/// Names at least as similar as this are taken for the same name misspelt.
const NEAR: f64 = 0.55;

/// The known name nearest to `given`, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let likeness = strsim::normalized_damerau_levenshtein(&given, &lower);
            // The beginning of a long name is meant as that name, unless another is nearer.
            let begins = given.chars().count() >= 4 && lower.starts_with(&given);
            (likeness.max(if begins { NEAR } else { 0.0 }), name)
        })
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// "did you mean …?" where something is near, and the list of what is known.
pub fn suggest<'a>(given: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let list = known.clone().into_iter().collect::<Vec<_>>().join(", ");
    match nearest(given, known) {
        Some(name) => format!("did you mean '{name}'? Known: {list}"),
        None => format!("known: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_strange_one_is_not() {
        let known = ["hgx-h100", "hgx-h200", "dgx-a100"];
        assert_eq!(nearest("hgx-h10", known), Some("hgx-h100"));
        assert_eq!(nearest("HGX_H200", known), Some("hgx-h200"));
        assert_eq!(nearest("toaster", known), None);
        assert_eq!(
            nearest("carr", ["carrier-19xr-1586kw-vsd", "carbon"]),
            Some("carrier-19xr-1586kw-vsd")
        );
    }
}
