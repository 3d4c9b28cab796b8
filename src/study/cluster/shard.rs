//! A share of a study's variations.

use std::fmt;

use crate::describe::Fault;

/// Index of the task within a Slurm job array; ours count from 1.
const SLURM: &str = "SLURM_ARRAY_TASK_ID";
/// Index of the pod within an indexed Job of Kubernetes, from 0.
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";
/// The word in place of a number that has it looked up in the environment.
const ARRAY: &str = "array";
/// More shards than any study has files for.
const MOST: u64 = 1_000_000;

/// One of N shares of a study: every N-th variation, from its own number on. Neighbours in a grid take alike long, so that
/// dealing them out in turn gives shares that end at about the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    count: u64,
    index: u64,
}

impl Shard {
    /// Shard `number` of `count`, both from 1.
    pub fn new(number: u64, count: u64) -> Result<Self, Fault> {
        if count == 0 || count > MOST {
            return Err(Fault::new(
                format!("--shard: a study cannot be cut into {count} shards"),
                format!("use a number from 1 to {MOST}"),
            ));
        }
        if number == 0 || number > count {
            return Err(Fault::new(
                format!("--shard: there is no shard {number} of {count}"),
                format!("shards count from 1: use 1/{count} to {count}/{count}"),
            ));
        }
        let index = number - 1;
        Ok(Self { count, index })
    }

    /// Reads `K/N`, or `array/N`: then `variable` tells the index of a task of a Slurm array or of an indexed Job.
    pub fn parse(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let malformed = || {
            Fault::new(
                format!("--shard: '{text}' is no shard"),
                "write K/N, as in --shard 3/20 for the third of 20; or array/20 in a task of an array",
            )
        };
        let (number, count) = text.split_once('/').ok_or_else(malformed)?;
        let count = whole(count).ok_or_else(malformed)?;
        if number == ARRAY {
            return Self::of_array(count, variable);
        }
        Self::new(whole(number).ok_or_else(malformed)?, count)
    }

    /// The shard of this task of an array of `count`. A task that is submitted again alone keeps its number: the size of the
    /// array at hand (`SLURM_ARRAY_TASK_COUNT`) says nothing about the study.
    fn of_array(count: u64, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        Self::new(1, count)?;
        let (name, text, first) = match (variable(SLURM), variable(KUBERNETES)) {
            (Some(text), None) => (SLURM, text, 1),
            (None, Some(text)) => (KUBERNETES, text, 0),
            (Some(_), Some(_)) => {
                return Err(Fault::new(
                    format!("--shard {ARRAY}/{count}: both {SLURM} and {KUBERNETES} are set"),
                    format!("unset one of them, or give the number: --shard 1/{count}"),
                ));
            }
            (None, None) => {
                return Err(Fault::new(
                    format!("--shard {ARRAY}/{count}: neither {SLURM} nor {KUBERNETES} is set"),
                    format!(
                        "this is for tasks of a Slurm array (sbatch --array=1-{count}) and of an indexed Job; elsewhere give \
                         the number: --shard 1/{count}"
                    ),
                ));
            }
        };
        let last = count - 1 + first;
        match whole(&text) {
            Some(index) if (first..=last).contains(&index) => Self::new(index - first + 1, count),
            _ => Err(Fault::new(
                format!("--shard {ARRAY}/{count}: {name} is '{text}'"),
                if first == 1 {
                    format!("submit tasks from 1 to {last}: sbatch --array=1-{last}")
                } else {
                    format!("indexes go from 0 to {last}: set completions of the Job to {count}")
                },
            )),
        }
    }

    /// From 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// From 1.
    pub fn number(self) -> u64 {
        self.index + 1
    }

    /// Number of all shards.
    pub fn count(self) -> u64 {
        self.count
    }

    /// Whether a variation, counted from 0, is one of this shard's.
    pub fn holds(self, variation: u64) -> bool {
        variation % self.count == self.index
    }

    /// The variations, counted from 0, of a study of `total`.
    pub fn variations(self, total: u64) -> impl Iterator<Item = u64> {
        // At most a million shards: the step fits.
        (self.index..total).step_by(self.count as usize)
    }
}

/// `3/20`
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number(), self.count)
    }
}

/// A number of digits alone: `parse` also takes a sign.
fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, set: &[(&str, &str)]) -> Result<Shard, Fault> {
        Shard::parse(text, |name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_shard_is_read_from_its_number_or_from_the_task_of_an_array() {
        for (text, set, number, count) in [
            ("1/1", &[][..], 1, 1),
            ("3/20", &[(SLURM, "7")][..], 3, 20),
            ("array/20", &[(SLURM, "20")][..], 20, 20),
            // A task submitted again alone: the array at hand has one task, the study still 20 shards.
            (
                "array/20",
                &[(SLURM, "7"), ("SLURM_ARRAY_TASK_COUNT", "1")][..],
                7,
                20,
            ),
            ("array/20", &[(KUBERNETES, "0")][..], 1, 20),
            ("array/20", &[(KUBERNETES, "19")][..], 20, 20),
        ] {
            let shard = parse(text, set).unwrap();
            assert_eq!((shard.number(), shard.count()), (number, count), "{text}");
            assert_eq!(shard.to_string(), format!("{number}/{count}"));
        }
    }

    #[test]
    fn what_is_no_shard_is_told_with_its_cure() {
        for (text, set, cure) in [
            ("", &[][..], "write K/N"),
            ("3", &[][..], "write K/N"),
            ("3/", &[][..], "write K/N"),
            ("+3/4", &[][..], "write K/N"),
            ("3/4/5", &[][..], "write K/N"),
            ("99999999999999999999/4", &[][..], "write K/N"),
            ("0/4", &[][..], "count from 1: use 1/4 to 4/4"),
            ("5/4", &[][..], "count from 1: use 1/4 to 4/4"),
            ("1/0", &[][..], "use a number from 1 to 1000000"),
            ("array/0", &[(SLURM, "1")][..], "use a number from 1"),
            ("array/4", &[][..], "--shard 1/4"),
            ("array/4", &[(SLURM, "0")][..], "sbatch --array=1-4"),
            ("array/4", &[(SLURM, "5")][..], "sbatch --array=1-4"),
            ("array/4", &[(SLURM, "x")][..], "sbatch --array=1-4"),
            ("array/4", &[(KUBERNETES, "4")][..], "completions"),
            (
                "array/4",
                &[(SLURM, "1"), (KUBERNETES, "1")][..],
                "unset one of them",
            ),
        ] {
            let fault = parse(text, set).unwrap_err();
            assert!(fault.cure.contains(cure), "{text} {set:?}: {fault}");
        }
    }

    proptest! {
        /// Every variation is in exactly one shard, and no shard has two more than another.
        #[test]
        fn shards_share_a_study_out(total in 0u64..500, count in 1u64..40) {
            let mut seen = vec![0; total as usize];
            let mut sizes = Vec::new();
            for number in 1..=count {
                let shard = Shard::new(number, count).unwrap();
                let all: Vec<u64> = shard.variations(total).collect();
                prop_assert!(all.is_sorted());
                for &variation in &all {
                    prop_assert!(shard.holds(variation));
                    seen[variation as usize] += 1;
                }
                sizes.push(all.len());
            }
            prop_assert!(seen.iter().all(|&times| times == 1));
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }

        #[test]
        fn a_shard_reads_what_it_prints(count in 1u64..=MOST, part in 0.0..1.0f64) {
            let shard = Shard::new((part * count as f64) as u64 + 1, count).unwrap();
            prop_assert_eq!(parse(&shard.to_string(), &[]).unwrap(), shard);
        }

        #[test]
        fn no_text_panics(text in ".*", index in ".*") {
            let _ = parse(&text, &[(SLURM, &index)]);
            let _ = parse(&format!("array/{text}"), &[(KUBERNETES, &index)]);
        }
    }
}
