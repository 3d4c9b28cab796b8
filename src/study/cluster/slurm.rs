//! A study as a Slurm job array.
//!
//! Source: Slurm, sbatch(1) and scontrol(1). What is used is in Slurm since 15.08: job arrays with a throttle (`%`), `--requeue`,
//! `--signal=B:`. A requeued task starts its script again, two minutes later at the earliest, and `SLURM_RESTART_COUNT` counts up.

use std::path::Path;

use super::{Job, counted, quote, text_of};
use crate::describe::Fault;

/// How often a task that was killed or ran out of time goes back into the queue: it goes on from where it was.
const RESTARTS: u32 = 10;
/// A task is told that its time ends so long before, s. Slurm may send the signal up to a minute earlier.
const BEFORE_END_S: u32 = 120;
/// Slurm's `MaxArraySize`, unless its administrator has changed it: indexes stay below.
const ARRAY_SIZE: u64 = 1001;

/// The batch script; `program` is the path of coldaisle on the nodes.
pub fn slurm(job: &Job, program: &Path) -> Result<String, Fault> {
    let program = text_of(program)?;
    let command = |arguments: &[String]| {
        quote::command(
            [program]
                .into_iter()
                .chain(arguments.iter().map(String::as_str)),
        )
    };
    let run = command(&job.run()?);
    let gather = quote::command(["--wrap", &command(&job.gather()?)]);
    let (shards, cores) = (job.shards, job.cores);
    let throttle = job.at_once.map(|most| format!("%{most}"));
    let throttle = throttle.unwrap_or_default();
    let (hours, minutes) = (job.need.minutes / 60, job.need.minutes % 60);
    let memory = job.need.memory_mib;
    let why = if job.need.measured {
        "Memory as measured, with a quarter in reserve; time twice what was measured."
    } else {
        "Memory could not be measured on this system: 2 GiB a core. Time twice what was measured."
    };
    let large = if shards < ARRAY_SIZE {
        String::new()
    } else {
        format!(
            "# Slurm takes indexes to {} unless MaxArraySize is raised: scontrol show config | grep MaxArraySize\n",
            ARRAY_SIZE - 1
        )
    };
    Ok(format!(
        r#"#!/bin/sh
# {title}
#
# Submit it, and have the table made when all tasks have ended; with this file as sweep.sbatch:
#
#   job=$(sbatch --parsable sweep.sbatch)
#   sbatch --dependency=afterany:$job {gather}
#
# Where tasks are missing, the second job fails and names them: sbatch --array=3,7-9 sweep.sbatch
# A task that is repeated does only what is not done. Account, partition and log files are options of sbatch as ever.
{large}#
#SBATCH --job-name={name}
#SBATCH --array=1-{shards}{throttle}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={cores}
# {why}
#SBATCH --mem={memory}M
#SBATCH --time={hours:02}:{minutes:02}:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@{BEFORE_END_S}

export RAYON_NUM_THREADS="${{SLURM_CPUS_PER_TASK:-{cores}}}"

late=
trap 'late=yes' USR1
{run} &
wait "$!"
status=$?

# Killed (137), or the time is nearly over: back into the queue, to go on from where it was; at most {restarts}.
# A wrong input (2) and a failed run (1) would only fail again, and a task that was cancelled stays so.
if {{ [ -n "$late" ] || [ "$status" -eq 137 ]; }} && [ "${{SLURM_RESTART_COUNT:-0}}" -lt {RESTARTS} ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
"#,
        title = job.title(),
        name = job.label(),
        restarts = counted(RESTARTS.into(), "time"),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::job;
    use super::*;

    #[test]
    fn the_script_asks_for_what_the_job_needs_and_quotes_what_a_shell_would_read() {
        let script = slurm(&job(), Path::new("/opt/cold aisle/coldaisle")).unwrap();
        for line in [
            "#SBATCH --array=1-20%10",
            "#SBATCH --cpus-per-task=4",
            "#SBATCH --mem=640M",
            "#SBATCH --time=01:15:00",
            "#SBATCH --requeue",
            "#SBATCH --job-name=cooling-by-climate",
            r#"'/opt/cold aisle/coldaisle' sweep '/home/a b/it'\''s/study.toml' -o '/scratch/$HOME/out "1"' --set 'site.climate='\''dublin'\''' --shard array/20 &"#,
        ] {
            assert!(
                script.lines().any(|found| found == line),
                "{line}\n{script}"
            );
        }
        assert!(!script.contains("MaxArraySize"));
        let all = Job {
            at_once: None,
            shards: 1001,
            ..job()
        };
        let script = slurm(&all, Path::new("coldaisle")).unwrap();
        assert!(script.contains("#SBATCH --array=1-1001\n"), "{script}");
        assert!(script.contains("MaxArraySize"));
    }

    /// The script as a shell runs it, with a program that ends as asked: `scontrol` is called for what was killed, and not
    /// for what would fail again.
    #[cfg(unix)]
    #[test]
    fn only_a_task_that_was_killed_goes_back_into_the_queue() {
        use std::os::unix::fs::PermissionsExt as _;
        use std::process::Command;

        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        write("scontrol", "#!/bin/sh\necho \"$*\"\n");
        let program = write(
            "cold aisle",
            "#!/bin/sh\n[ \"$WISH\" = kill ] && kill -9 $$\n[ \"$WISH\" = late ] && kill -USR1 $PPID && exec sleep 1\nexit \"$WISH\"\n",
        );
        let script = write("sweep.sbatch", &slurm(&job(), &program).unwrap());
        for (wish, restarts, status, requeued) in [
            ("0", "0", 0, false),
            ("1", "0", 1, false),
            ("2", "0", 2, false),
            ("143", "0", 143, false),
            ("kill", "0", 137, true),
            ("kill", "9", 137, true),
            ("kill", "10", 137, false),
            ("late", "0", 0, true),
        ] {
            let path = std::env::var("PATH").unwrap();
            let done = Command::new("sh")
                .arg(&script)
                .env("PATH", format!("{}:{path}", folder.path().display()))
                .env("WISH", wish)
                .env("SLURM_RESTART_COUNT", restarts)
                .env("SLURM_JOB_ID", "42")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&done.stdout).into_owned();
            // A signal ends the wait, or comes before it began: the status is that of the one or of the program.
            if wish != "late" {
                assert_eq!(done.status.code(), Some(status), "{wish}: {done:?}");
            }
            assert_eq!(said == "requeue 42\n", requeued, "{wish}: {said}");
        }
    }
}
