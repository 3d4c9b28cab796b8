//! Scripts and manifests of studies on many machines, as they are asked for.

use super::lab::{Lab, TINY};

const STUDY: &str = r#"name = "parts"
scenario = "tiny.toml"

[[vary]]
over.seeds = 6
"#;

fn lab() -> Lab {
    let lab = Lab::with("tiny.toml", TINY);
    lab.write("study.toml", STUDY);
    lab
}

#[test]
fn a_script_and_manifests_are_printed_and_nothing_else_is_done() {
    let lab = lab();
    let before = lab.names(".");
    let of = |arguments: &[&str]| {
        let said = lab.say(&[&["sweep", "study.toml", "-o", "out"], arguments].concat());
        assert_eq!((said.status, &*said.err), (Some(0), ""), "{said:?}");
        said.out
    };
    let script = of(&["--slurm", "--shards", "3", "--at-once", "2", "--cores", "2"]);
    assert!(script.starts_with("#!/bin/sh\n"), "{script}");
    for part in [
        "#SBATCH --array=1-3%2\n",
        "#SBATCH --cpus-per-task=2\n",
        "#SBATCH --mem=256M\n",
        " --shard array/3 &\n",
    ] {
        assert!(script.contains(part), "{part}\n{script}");
    }
    // A task may start anywhere.
    let folder = lab.path("").canonicalize().unwrap();
    let folder = folder.to_str().unwrap();
    for path in [
        env!("CARGO_BIN_EXE_coldaisle"),
        &format!("{folder}/study.toml"),
        &format!("{folder}/out"),
    ] {
        assert!(script.contains(path), "{path}\n{script}");
    }
    let manifest = of(&["--kubernetes", "--image", "registry.example/coldaisle:1"]);
    for part in [
        "completions: 1\n",
        "image: \"registry.example/coldaisle:1\"\n",
        "args: [\"sweep\", \"study.toml\", \"-o\", \"out\", \"--shard\", \"array/1\"]\n",
    ] {
        assert!(manifest.contains(part), "{part}\n{manifest}");
    }
    assert!(of(&["--kubernetes", "--gather"]).contains("\"--gather\"]\n"));
    assert!(of(&["--kubernetes", "--keep"]).contains("\"--keep\""));
    assert_eq!(lab.names("."), before);
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let lab = lab();
    let refused = |arguments: &[&str], parts: &[&str]| {
        lab.refused(&[&["sweep", "study.toml"], arguments].concat(), parts);
    };
    refused(&["--slurm", "--kubernetes"], &["cannot be used with"]);
    refused(&["--slurm", "--shard", "1/2"], &["cannot be used with"]);
    refused(&["--slurm", "--gather"], &["cannot be used with"]);
    refused(&["--shards", "3"], &["--slurm|--kubernetes"]);
    refused(&["--cores", "3"], &["--slurm|--kubernetes"]);
    refused(&["--slurm", "--shards", "0"], &["1..=1000000"]);
    refused(
        &["--slurm", "--shards", "7"],
        &["study.toml", "6 variations", "--shards 6"],
    );
    refused(
        &["--kubernetes", "-o", "/out"],
        &["/out", "outside the volume", "/work"],
    );
    refused(
        &["--slurm", "--set", "run.start=2026-01-01\n"],
        &["control character", "into the study"],
    );
    refused(&["--shard", "3/2"], &["no shard 3 of 2", "1/2 to 2/2"]);
    refused(&["--shard", "array/2"], &["SLURM_ARRAY_TASK_ID", "1/2"]);
}

/// Memory and time are measured by runs: where none can be made, nothing is printed.
#[test]
fn a_study_of_which_nothing_runs_is_refused() {
    let lab = lab();
    let wrong = STUDY.replace(
        "over.seeds = 6",
        "key = \"run.step_s\"\nover.values = [-1, -2, -3]",
    );
    lab.write("study.toml", wrong);
    lab.refused(
        &["sweep", "study.toml", "--slurm", "--cores", "2"],
        &[
            "study.toml",
            "none of 2 variations",
            "run.step_s",
            "validate",
        ],
    );
}
