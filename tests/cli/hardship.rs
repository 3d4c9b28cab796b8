//! Readers that go, disks that fill, runs that are killed.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::lab::{Lab, Said, TINY};

/// As `| head -1` does it: the pipe is closed before the program has written much.
#[test]
fn a_reader_that_goes_is_no_failure() {
    let lab = Lab::with("tiny.toml", TINY);
    for arguments in [
        &["run", "tiny.toml"][..],
        &["validate", "tiny.toml"],
        &["compare", "tiny.toml", "tiny.toml"],
        &["catalogue"],
        &["catalogue", "servers"],
        &["schema"],
        &["new", "fresh"],
        &["--help"],
        &["--version"],
    ] {
        let mut child = lab
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let said = Said::of(&child.wait_with_output().unwrap());
        assert_eq!(said.status, Some(0), "{arguments:?}: {said:#?}");
        assert_eq!(said.err, "", "{arguments:?}");
    }
    assert!(lab.path("results/tiny/summary.json").exists());
    // The report is lost too, but the status is right.
    let mut child = lab
        .command(&["run", "missing.toml"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_full_standard_output_is_a_failure() {
    let lab = Lab::new();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full");
        return;
    };
    let output = lab.command(&["catalogue"]).stdout(full).output().unwrap();
    let said = Said::of(&output);
    assert_eq!(said.status, Some(1), "{said:#?}");
    said.has(&["Error: standard output: "]);
}

#[test]
fn a_killed_run_leaves_nothing_under_its_name() {
    let lab = Lab::with("tiny.toml", TINY);
    let long = [
        "run",
        "tiny.toml",
        "--set",
        "run.days=3000",
        "--set",
        "run.step_s=60",
    ];
    let mut child = lab.command(&long).stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let started = || lab.path("results").exists() && !lab.names("results").is_empty();
    while !started() && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(started());
    std::thread::sleep(Duration::from_millis(200));
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(
        status.code(),
        None,
        "it ended before it was killed: {status}"
    );
    let left = lab.names("results");
    assert!(
        left.len() == 1 && left[0].starts_with(".tiny.") && left[0].ends_with(".partial"),
        "{left:?}"
    );
    // Leftovers do no harm.
    lab.good(&["run", "tiny.toml", "-q"]);
    assert!(lab.path("results/tiny/summary.json").exists());
}

/// The program in this folder, started by a shell that has done something first.
fn after(lab: &Lab, first: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{first}; exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_coldaisle"))
        .current_dir(lab.path("."));
    command
}

/// No file may grow beyond 4 kB: writing fails as it does on a full disk.
#[test]
fn a_result_that_cannot_be_written_is_not_left_half() {
    let lab = Lab::with("tiny.toml", TINY);
    for format in ["csv", "parquet"] {
        let output = after(&lab, "trap '' XFSZ; ulimit -f 8")
            .args(["run", "tiny.toml", "--format", format])
            .output()
            .unwrap();
        let said = Said::of(&output);
        assert_eq!(said.status, Some(1), "{format}: {said:#?}");
        assert_eq!(said.out, "");
        said.has(&[
            "Error: ",
            "timeseries",
            "check the disk, or choose another folder",
        ]);
        assert!(!said.err.contains("panicked"), "{}", said.err);
        assert_eq!(lab.names("."), ["tiny.toml"]);
    }
}

/// The same on a disk that is full, where one may be made.
#[test]
fn a_full_disk_is_told_and_nothing_is_left() {
    let lab = Lab::with("tiny.toml", TINY);
    std::fs::create_dir(lab.path("disk")).unwrap();
    let disk = lab.path("disk");
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"])
        .arg(&disk)
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        println!("skipped: no disk may be mounted here");
        return;
    }
    let said = lab.say(&["run", "tiny.toml", "-o", "disk/out"]);
    let left = lab.names("disk");
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(said.status, Some(1), "{said:#?}");
    assert_eq!(said.out, "");
    said.has(&["Error: ", "No space left", "free some space"]);
    assert_eq!(left, Vec::<String>::new());
}

/// `new` writes its file whole: on a full disk nothing is left that would be in its own way.
#[test]
fn new_on_a_full_disk_leaves_nothing() {
    let lab = Lab::new();
    let output = after(&lab, "trap '' XFSZ; ulimit -f 8")
        .args(["new", "fresh"])
        .output()
        .unwrap();
    let said = Said::of(&output);
    assert_eq!(said.status, Some(1), "{said:#?}");
    said.has(&["Error: fresh.toml: "]);
    assert_eq!(lab.names("."), Vec::<String>::new());
    lab.good(&["new", "fresh"]);
}

/// Waits until a run has begun to write.
fn begun(lab: &Lab) {
    let since = Instant::now();
    let started = || {
        let names = lab.path("results").exists().then(|| lab.names("results"));
        names.is_some_and(|names| names.iter().any(|name| name.ends_with(".partial")))
    };
    while !started() && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(started());
}

const LONG: [&str; 9] = [
    "run",
    "tiny.toml",
    "--set",
    "run.days=3000",
    "--set",
    "run.step_s=5",
    "--set",
    "run.tolerance=0",
    "-q",
];

/// Whether this process ignores a signal, by its number.
fn is_ignored(signal: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Ctrl-C and SIGTERM: it reports it, nothing hidden stays, and an earlier result is as it was.
#[test]
fn a_run_that_is_stopped_says_so_and_leaves_nothing() {
    for (signal, word, status) in [("INT", "Ctrl-C", 130), ("TERM", "SIGTERM", 143)] {
        // Tests in the background of a script inherit that Ctrl-C is ignored, and so would the run.
        if signal == "INT" && is_ignored(2) {
            continue;
        }
        let lab = Lab::with("tiny.toml", TINY);
        lab.good(&["run", "tiny.toml", "-q"]);
        let before = lab.read("results/tiny/run.json");
        let child = lab
            .command(&LONG)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        begun(&lab);
        let sent = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
        let said = Said::of(&child.wait_with_output().unwrap());
        assert_eq!(said.status, Some(status), "{said:#?}");
        said.has(&["Stopped by", word, "nothing of this run is left"]);
        assert_eq!(lab.names("results"), ["tiny"]);
        assert_eq!(lab.read("results/tiny/run.json"), before);
    }
}

/// `nohup` has hangups ignored, and they stay so.
#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let lab = Lab::with("tiny.toml", TINY);
    let mut child = after(&lab, "trap '' HUP").args(LONG).spawn().unwrap();
    begun(&lab);
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", "HUP", &id]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it ended");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Killed at any moment, again and again: there is one whole result, and what its user put beside it.
#[test]
fn killed_runs_never_touch_what_is_not_theirs() {
    let lab = Lab::with("tiny.toml", TINY);
    lab.good(&["run", "tiny.toml", "-o", "out", "-q"]);
    lab.write("out/notes.md", "mine");
    std::fs::create_dir(lab.path("out/plots")).unwrap();
    lab.write("out/plots/a.png", "mine");
    for wait_ms in (0..300).step_by(15) {
        let mut child = lab
            .command(&["run", "tiny.toml", "-o", "out", "-q", "--seed", "7"])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait_ms));
        let _ = child.kill();
        child.wait().unwrap();
        lab.json("out/run.json");
        lab.json("out/summary.json");
    }
    lab.good(&["run", "tiny.toml", "-o", "out", "-q"]);
    assert_eq!(lab.names("."), ["out", "tiny.toml"]);
    assert_eq!(
        lab.read("out/notes.md") + &lab.read("out/plots/a.png"),
        "minemine"
    );
}
