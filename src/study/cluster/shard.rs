//! Which part of a study a process makes: told by its user, or by the batch system.

use crate::describe::Fault;
use crate::study::sweep::Shard;

/// Index of the task within a Slurm job array; ours count from 1.
const SLURM: &str = "SLURM_ARRAY_TASK_ID";
/// Index of the pod within an indexed Job of Kubernetes, from 0.
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";
/// The word in place of a number that has it looked up in the environment.
const ARRAY: &str = "array";
/// More shards than any study has files for.
const MOST: u64 = 1_000_000;

/// Reads `K/N`, or `array/N`: then `variable` tells the index of a task of a Slurm array or of an indexed Job.
pub fn shard(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, Fault> {
    let malformed = || {
        Fault::new(
            "this is no shard",
            "write K/N, as in 3/20 for the third of 20; or array/20 in a task of an array",
        )
    };
    let (number, of) = text.split_once('/').ok_or_else(malformed)?;
    let of = whole(of).ok_or_else(malformed)?;
    if of == 0 || of > MOST {
        return Err(Fault::new(
            format!("a study cannot be cut into {of} shards"),
            format!("use a number from 1 to {MOST}"),
        ));
    }
    if number == ARRAY {
        return of_array(of, variable);
    }
    let number = whole(number).ok_or_else(malformed)?;
    if number == 0 || number > of {
        return Err(Fault::new(
            format!("there is no shard {number} of {of}"),
            format!("shards count from 1: use 1/{of} to {of}/{of}"),
        ));
    }
    Ok(Shard { number, of })
}

/// The shard of this task of an array of `of`. A task that is submitted again alone keeps its number: the size of the array at
/// hand (`SLURM_ARRAY_TASK_COUNT`) says nothing about the study.
fn of_array(of: u64, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, Fault> {
    let (name, text, first) = match (variable(SLURM), variable(KUBERNETES)) {
        (Some(text), None) => (SLURM, text, 1),
        (None, Some(text)) => (KUBERNETES, text, 0),
        (Some(_), Some(_)) => {
            return Err(Fault::new(
                format!("both {SLURM} and {KUBERNETES} are set"),
                format!("unset one of them, or give the number: 1/{of}"),
            ));
        }
        (None, None) => {
            return Err(Fault::new(
                format!("neither {SLURM} nor {KUBERNETES} is set"),
                format!(
                    "`array` is for tasks of a Slurm array (sbatch --array=1-{of}) and of an indexed Job; elsewhere give the \
                     number: 1/{of}"
                ),
            ));
        }
    };
    let last = of - 1 + first;
    match whole(&text) {
        Some(index) if (first..=last).contains(&index) => Ok(Shard {
            number: index - first + 1,
            of,
        }),
        _ => Err(Fault::new(
            format!("{name} is '{text}'"),
            if first == 1 {
                format!("submit tasks from 1 to {last}: sbatch --array=1-{last}")
            } else {
                format!("indexes go from 0 to {last}: set completions of the Job to {of}")
            },
        )),
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
        shard(text, |name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_shard_is_read_from_its_number_or_from_the_task_of_an_array() {
        // A task submitted again alone: the array at hand has one task, the study still 20 shards.
        let alone = [(SLURM, "7"), ("SLURM_ARRAY_TASK_COUNT", "1")];
        for (text, set, number, of) in [
            ("1/1", &[][..], 1, 1),
            ("3/20", &[(SLURM, "7")][..], 3, 20),
            ("array/20", &[(SLURM, "20")][..], 20, 20),
            ("array/20", &alone[..], 7, 20),
            ("array/20", &[(KUBERNETES, "0")][..], 1, 20),
            ("array/20", &[(KUBERNETES, "19")][..], 20, 20),
        ] {
            assert_eq!(parse(text, set).unwrap(), Shard { number, of }, "{text}");
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
            ("array/4", &[][..], "give the number: 1/4"),
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
        fn shards_share_a_study_out(total in 0u64..500, of in 1u64..40) {
            let mut seen = vec![0; total as usize];
            let mut sizes = Vec::new();
            for number in 1..=of {
                let shard = parse(&format!("{number}/{of}"), &[]).unwrap();
                let all: Vec<u64> = shard.variations(total).collect();
                prop_assert_eq!(all.len() as u64, shard.count(total));
                prop_assert!(all.is_sorted());
                for &variation in &all {
                    seen[variation as usize] += 1;
                }
                sizes.push(all.len());
            }
            prop_assert!(seen.iter().all(|&times| times == 1));
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }

        #[test]
        fn no_text_panics(text in ".*", index in ".*") {
            let _ = parse(&text, &[(SLURM, &index)]);
            let _ = parse(&format!("array/{text}"), &[(KUBERNETES, &index)]);
        }
    }
}
