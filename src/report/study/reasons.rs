//! Why runs failed, gathered by what the reasons have in common.

use std::collections::BTreeMap;

/// A reason without its figures and the settings in front of it: equal for runs that failed alike.
pub(super) fn kind(reason: &str) -> String {
    let mut kind = String::with_capacity(reason.len());
    let mut in_number = false;
    for letter in said(reason).chars() {
        let number = letter.is_ascii_digit() || in_number && letter == '.';
        if number && !in_number {
            kind.push('#');
        } else if !number {
            kind.push(letter);
        }
        in_number = number;
    }
    kind
}

/// What follows `--set KEY=VALUE: `, which stands in the other columns.
pub(super) fn said(reason: &str) -> &str {
    match reason.strip_prefix("--set ") {
        Some(rest) => rest.split_once(": ").map_or(rest, |(_, said)| said),
        None => reason,
    }
}

/// Reasons that runs have in common: how many have each, and the words of the first; the commonest first.
pub(super) fn commonest(failed: &[String]) -> Vec<(usize, &str)> {
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (row, reason) in failed.iter().enumerate() {
        if !reason.is_empty() {
            kinds.entry(kind(reason)).or_insert((row, 0)).1 += 1;
        }
    }
    let mut all: Vec<(usize, usize)> = kinds.into_values().collect();
    all.sort_by_key(|(row, count)| (std::cmp::Reverse(*count), *row));
    all.into_iter()
        .map(|(row, count)| (count, said(&failed[row])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_failed_alike_are_counted_together() {
        let failed = [
            "--set a=1.5: water of 22.0 °C cannot cool to 28.0",
            "",
            "out of memory",
            "--set a=2: water of 19 °C cannot cool to 25.31",
        ]
        .map(str::to_owned);
        let all = commonest(&failed);
        assert_eq!(
            all,
            [
                (2, "water of 22.0 °C cannot cool to 28.0"),
                (1, "out of memory")
            ]
        );
        assert!(commonest(&[String::new()]).is_empty());
    }
}
