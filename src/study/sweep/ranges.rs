//! Numbers as a range of a job array.

use std::fmt::Write as _;

/// Ascending numbers as `sbatch --array` takes them: `3,7-9`. Two neighbours are written as two numbers.
pub fn ranges(numbers: &[u64]) -> String {
    let mut text = String::new();
    let neighbours = |a: &u64, b: &u64| a.checked_add(1) == Some(*b);
    for run in numbers.chunk_by(neighbours) {
        let comma = if text.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = match run {
            [] => Ok(()),
            [one] => write!(text, "{comma}{one}"),
            [one, two] => write!(text, "{comma}{one},{two}"),
            [first, .., last] => write!(text, "{comma}{first}-{last}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_are_joined() {
        for (numbers, text) in [
            (&[][..], ""),
            (&[3][..], "3"),
            (&[3, 7, 8, 9][..], "3,7-9"),
            (&[1, 2, 4, 5, 6, 9][..], "1,2,4-6,9"),
            (&[u64::MAX - 2, u64::MAX - 1, u64::MAX][..], {
                "18446744073709551613-18446744073709551615"
            }),
        ] {
            assert_eq!(ranges(numbers), text);
        }
    }

    proptest! {
        /// Read as Slurm reads it, the text gives the numbers back.
        #[test]
        fn ranges_name_all_and_nothing_else(numbers in prop::collection::btree_set(0u64..60, 0..40)) {
            let numbers: Vec<u64> = numbers.into_iter().collect();
            let text = ranges(&numbers);
            let mut read = Vec::new();
            for part in text.split(',').filter(|part| !part.is_empty()) {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                read.extend(first.parse::<u64>().unwrap()..=last.parse::<u64>().unwrap());
            }
            prop_assert_eq!(read, numbers);
        }
    }
}
