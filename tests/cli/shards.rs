//! Studies in parts: whatever is killed, started again, cut into shards or short of disk, the table is that of one machine in
//! one go, to the byte.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::lab::{Lab, TINY};

const STUDY: &str = r#"name = "parts"
scenario = "tiny.toml"

[[vary]]
over.seeds = 4

[[vary]]
key = "hall.0.cooling.air.supply_c"
over.values = [20, 24, 28]
"#;

/// What a finished study leaves.
const LEFT: [&str; 4] = ["study.toml", "sweep.csv", "sweep.json", "sweep.parquet"];

/// A lab with the study, and its table made in one go in `one`.
fn lab() -> Lab {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("study.toml", STUDY);
    lab.good(&["sweep", "study.toml", "-o", "one", "-q"]);
    assert_eq!(lab.names("one"), LEFT);
    assert_eq!(lab.read("one/sweep.csv").lines().count(), 13);
    lab
}

/// All files of a finished study are those of the one in one go.
fn same(lab: &Lab, folder: &str) {
    assert_eq!(lab.names(folder), LEFT, "{folder}");
    for name in LEFT {
        let read = |folder: &str| fs::read(lab.path(folder).join(name)).unwrap();
        assert!(read("one") == read(folder), "{folder}/{name} differs");
    }
}

/// The lines of a journal that are whole.
fn rows(lab: &Lab, folder: &str) -> Vec<String> {
    let text = fs::read(lab.path(folder).join("shards/1-of-1.journal")).unwrap_or_default();
    let text = String::from_utf8(text).unwrap();
    let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
    let rows = whole.lines().filter(|line| !line.starts_with('#'));
    rows.map(str::to_owned).collect()
}

fn start(lab: &Lab, threads: u32, folder: &str) -> Child {
    lab.command(&["sweep", "study.toml", "-o", folder, "-q"])
        .env("RAYON_NUM_THREADS", threads.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// A study that is killed twenty times and started again each time. The moments spread over all it does: reading, running,
/// gathering; one that ended before its moment is compared, and begun anew.
#[cfg(unix)]
#[test]
fn whatever_the_moments_of_kills_and_the_threads_the_bytes_are_the_same() {
    let lab = lab();
    let mut folder = "killed-0".to_owned();
    let (mut kills, mut ended) = (0, 0);
    while kills < 20 {
        let threads = [1, 2, 7][kills % 3];
        let before = rows(&lab, &folder);
        let mut child = start(&lab, threads, &folder);
        // The golden ratio spreads the moments: no two alike, none left out for long.
        let part = (kills as f64 + f64::from(ended) + 1.0) * 0.618_033_988_75 % 1.0;
        sleep(Duration::from_secs_f64(0.03 + 0.35 * part));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        let status = child.wait().unwrap();
        let after = rows(&lab, &folder);
        if status.success() {
            same(&lab, &folder);
            ended += 1;
            folder = format!("killed-{ended}");
        } else if !after.is_empty() {
            // No run that had ended is repeated.
            assert_eq!(after[..before.len()], before);
            let mut indices: Vec<&str> = after
                .iter()
                .filter_map(|row| row.split('\t').next())
                .collect();
            indices.sort_unstable();
            indices.dedup();
            assert_eq!(indices.len(), after.len(), "{after:?}");
        }
    }
    assert!(start(&lab, 2, &folder).wait().unwrap().success());
    same(&lab, &folder);
}

#[test]
fn five_shards_gathered_are_the_table_of_one_machine() {
    let lab = lab();
    for shard in ["4/5", "1/5", "5/5", "2/5"] {
        lab.good(&["sweep", "study.toml", "-o", "many", "--shard", shard]);
    }
    let gather = ["sweep", "study.toml", "-o", "many", "--gather"];
    lab.refused(&gather, &["1 of 5 shards", ": 3", "--array=3 "]);
    // The third as a task of a Slurm array tells its number.
    let task = lab
        .command(&["sweep", "study.toml", "-o", "many", "--shard", "array/5"])
        .env("SLURM_ARRAY_TASK_ID", "3")
        .status();
    assert!(task.unwrap().success());
    lab.good(&gather);
    same(&lab, "many");
    // Once there is a table, tasks that come late do nothing.
    let late = ["sweep", "study.toml", "-o", "many", "--shard", "2/5"];
    assert!(lab.good(&late).out.contains("all 12 runs are done"));
    same(&lab, "many");
}

#[test]
fn what_is_missing_is_named_as_an_array() {
    let lab = lab();
    let gather = ["sweep", "study.toml", "-o", "many", "--gather"];
    lab.refused(&gather, &["no shard to gather", "--shard K/N"]);
    for number in ["2", "6", "7"] {
        let task = lab
            .command(&["sweep", "study.toml", "-o", "many", "--shard", "array/12"])
            .env("JOB_COMPLETION_INDEX", number)
            .status();
        assert!(task.unwrap().success());
    }
    let parts = ["9 of 12", "--array=1,2,4-6,9-12 "];
    lab.refused(&gather, &parts);
    // One that was cut off counts as missing; a run of that shard makes what it lacks.
    let shard = lab.path("many/shards/7-of-12.tsv");
    let whole = fs::read(&shard).unwrap();
    fs::write(&shard, &whole[..whole.len() - 7]).unwrap();
    lab.refused(&gather, &["10 of 12", "--array=1,2,4-7,9-12 "]);
    lab.good(&["sweep", "study.toml", "-o", "many", "--shard", "7/12"]);
    assert_eq!(fs::read(&shard).unwrap(), whole);
    assert!(!lab.path("many/sweep.csv").exists());
}

#[test]
fn shards_of_another_study_version_or_number_are_refused() {
    let lab = lab();
    let shard = |study: &str, folder: &str, shard: &str| {
        lab.good(&["sweep", study, "-o", folder, "--shard", shard, "-q"]);
    };
    shard("study.toml", "many", "1/2");
    shard("study.toml", "many", "2/2");
    let gather = ["sweep", "study.toml", "-o", "many", "--gather"];
    let first = lab.path("many/shards/1-of-2.tsv");
    let second = lab.path("many/shards/2-of-2.tsv");
    let own = lab.read("many/shards/2-of-2.tsv");

    lab.write("other.toml", STUDY.replace("28]", "27]"));
    shard("other.toml", "other", "2/2");
    fs::copy(lab.path("other/shards/2-of-2.tsv"), &second).unwrap();
    lab.refused(&gather, &["2-of-2.tsv", "another study", "remove it"]);
    // The shard itself is not made over rows of another study either.
    let again = ["sweep", "study.toml", "-o", "many", "--shard", "2/2"];
    lab.refused(&again, &["2-of-2.tsv", "another study"]);

    let version = concat!("# coldaisle ", env!("CARGO_PKG_VERSION"));
    fs::write(&second, own.replacen(version, "# coldaisle 0.0.9", 1)).unwrap();
    lab.refused(&gather, &["2-of-2.tsv", "0.0.9", "remove it"]);
    fs::write(&second, &own).unwrap();

    // A row that was changed by hand is none.
    fs::write(&second, own.replacen("\t\t", "\t0\t", 1)).unwrap();
    lab.refused(&gather, &["1 of 2 shards", "--array=2 "]);
    fs::write(&second, &own).unwrap();

    let other = ["sweep", "study.toml", "-o", "many", "--shard", "1/3"];
    lab.refused(&other, &["a part of 2", "one of 3"]);
    // Made elsewhere and copied there.
    let strange = lab.path("many/shards/1-of-3.tsv");
    fs::copy(&first, &strange).unwrap();
    lab.refused(&gather, &["of 2 and of 3", "remove"]);
    fs::remove_file(strange).unwrap();

    assert!(first.exists() && second.exists());
    lab.good(&gather);
    same(&lab, "many");
}

/// Files may not grow beyond some kilobytes: as with a full disk, writing fails in the middle of a row.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_table_and_the_study_goes_on() {
    let lab = lab();
    let program = env!("CARGO_BIN_EXE_coldaisle");
    // In units of 512 bytes; the first limits strike a row, the last one the finished shard or the table.
    let bytes = fs::metadata(lab.path("one/sweep.csv")).unwrap().len();
    for limit in [1, bytes / 1024, bytes / 512] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {limit}; exec '{program}' sweep study.toml -o full -q"
        );
        let said = Command::new("sh")
            .args(["-c", &script])
            .current_dir(lab.path("."))
            .output()
            .unwrap();
        let report = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(1), "{limit}: {report}");
        assert!(
            report.contains("cannot write `") && report.contains("full/"),
            "{report}"
        );
        for name in LEFT {
            assert!(!lab.path("full").join(name).exists(), "{limit}: {name}");
        }
    }
    lab.good(&["sweep", "study.toml", "-o", "full", "-q"]);
    same(&lab, "full");
}
