use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn place(target: &Path) -> Place {
    Place {
        target: target.into(),
        numbered: false,
        asked: String::new(),
        names: ["run.json", "scenario.toml", "summary.json"]
            .map(str::to_owned)
            .into(),
    }
}

fn written(place: Place, seed: u64) -> Result<ResultFolder, OutputError> {
    let folder = ResultFolder::create(place)?;
    folder.write_summary(&Summary::default())?;
    folder.write_scenario("name = 'x'\n")?;
    folder.write_run(&RunInfo::new(seed, 1, 0.5))?;
    Ok(folder)
}

/// Results at `target`.
fn commit(target: &Path, seed: u64) -> Result<PathBuf, OutputError> {
    Ok(written(place(target), seed)?.commit()?.folder)
}

fn seed(folder: &Path) -> u64 {
    let run = fs::read(folder.join("run.json")).unwrap();
    let run: RunInfo = serde_json::from_slice(&run).unwrap();
    assert_eq!(run.program, "coldaisle");
    run.seed
}

#[test]
fn a_result_appears_whole_or_not_at_all() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("results/a");
    let folder = ResultFolder::create(place(&target)).unwrap();
    folder.write("timeseries.csv", b"time\n").unwrap();
    assert!(!target.exists());
    let beside = names(&root.path().join("results"));
    assert!(
        beside.len() == 1 && beside[0].starts_with(".a."),
        "{beside:?}"
    );
    drop(folder);
    // The parent was made for it, and goes with it; not where something else came to lie in it.
    assert!(!root.path().join("results").exists());
    let folder = ResultFolder::create(place(&target)).unwrap();
    fs::write(root.path().join("results/notes.md"), "mine").unwrap();
    drop(folder);
    assert_eq!(names(&root.path().join("results")), ["notes.md"]);
    fs::remove_file(root.path().join("results/notes.md")).unwrap();

    assert_eq!(
        commit(&target, 1).unwrap(),
        fs::canonicalize(&target).unwrap()
    );
    assert_eq!(
        names(&target),
        ["run.json", "scenario.toml", "summary.json"]
    );
    assert_eq!(names(&root.path().join("results")), ["a"]);
}

#[test]
fn what_a_killed_run_left_is_cleared_and_a_living_one_is_not() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    let living = ResultFolder::create(place(&target)).unwrap();
    let killed = root.path().join(".a.killed.partial");
    let foreign = root.path().join(".a.foreign.partial");
    fs::create_dir(&killed).unwrap();
    fs::create_dir(&foreign).unwrap();
    fs::write(killed.join(LOCK), "").unwrap();
    fs::write(killed.join("jobs.csv"), "").unwrap();
    let second = ResultFolder::create(place(&target)).unwrap();
    assert!(living.path().is_dir() && foreign.is_dir() && !killed.exists());
    drop((living, second));
    assert_eq!(names(root.path()), [".a.foreign.partial"]);
}

/// Killed when the new result stood in its place, and what its user had there not yet.
#[test]
fn what_a_killed_run_had_not_moved_comes_back() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a-2");
    commit(&target, 2).unwrap();
    let old = root.path().join(".a.killed.partial");
    commit(&old, 1).unwrap();
    fs::write(old.join(LOCK), "a-2").unwrap();
    fs::write(old.join("notes.md"), "mine").unwrap();
    fs::create_dir(old.join("plots")).unwrap();
    fs::write(old.join("plots/a.png"), "mine").unwrap();
    drop(ResultFolder::create(place(&root.path().join("a"))).unwrap());
    assert_eq!(names(root.path()), ["a-2"]);
    assert_eq!(
        names(&target),
        [
            "notes.md",
            "plots",
            "run.json",
            "scenario.toml",
            "summary.json"
        ]
    );
    assert_eq!(seed(&target), 2);
    assert_eq!(
        fs::read_to_string(target.join("plots/a.png")).unwrap(),
        "mine"
    );
}

#[cfg(unix)]
#[test]
fn a_result_is_as_readable_as_any_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let usual = root.path().join("usual");
    fs::create_dir(&usual).unwrap();
    let target = commit(&root.path().join("a"), 1).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&target), mode(&usual));
    // What its user has changed stays.
    fs::set_permissions(&target, fs::Permissions::from_mode(0o750)).unwrap();
    commit(&target, 2).unwrap();
    assert_eq!(mode(&target) & 0o777, 0o750);
}

#[test]
fn only_what_a_run_wrote_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    fs::create_dir(&target).unwrap();
    let first = written(place(&target), 1).unwrap();
    first.write("events.csv", b"event\n").unwrap();
    first.write_run(&RunInfo::new(1, 1, 0.5)).unwrap();
    first.commit().unwrap();
    let mine = ["jobs.csv", "notes.md", "report.html"];
    for name in mine {
        fs::write(target.join(name), "mine").unwrap();
    }
    fs::create_dir_all(target.join("plots/one")).unwrap();
    fs::write(target.join("plots/one/a.png"), "mine").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", target.join("link")).unwrap();
    commit(&target, 2).unwrap();
    assert_eq!(seed(&target), 2);
    for name in mine.into_iter().chain(["plots/one/a.png"]) {
        assert_eq!(fs::read_to_string(target.join(name)).unwrap(), "mine");
    }
    #[cfg(unix)]
    assert!(fs::symlink_metadata(target.join("link")).is_ok());
    // A table of the first run, and of no other.
    assert!(!target.join("events.csv").exists());
    assert_eq!(names(root.path()), ["a"]);
}

/// Version 0.1.0 wrote no list.
#[test]
fn of_a_result_without_a_list_only_known_names_are_replaced() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("run.json"), r#"{"program": "coldaisle"}"#).unwrap();
    for name in ["timeseries.csv", "jobs.parquet", "notes.csv"] {
        fs::write(target.join(name), "old").unwrap();
    }
    commit(&target, 2).unwrap();
    assert_eq!(
        names(&target),
        ["notes.csv", "run.json", "scenario.toml", "summary.json"]
    );
}

/// A list written by hand does not lead outside.
#[test]
fn a_list_names_files_of_its_folder_only() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    fs::create_dir_all(target.join("plots")).unwrap();
    fs::write(target.join("plots/x"), "mine").unwrap();
    fs::write(root.path().join("x"), "mine").unwrap();
    let run = r#"{"program": "coldaisle", "files": ["../x", "plots", "plots/x", "", ".", ".."]}"#;
    fs::write(target.join("run.json"), run).unwrap();
    commit(&target, 2).unwrap();
    assert!(root.path().join("x").exists() && target.join("plots/x").exists());
}

#[test]
fn a_file_of_the_user_with_the_name_of_a_table_is_refused_or_goes_before() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    commit(&target, 1).unwrap();
    let with_events = || {
        let mut place = place(&target);
        place.names.push("events.csv".into());
        place
    };
    // It appears during the run: the results go beside it.
    let late = written(with_events(), 2).unwrap();
    late.write("events.csv", b"event\n").unwrap();
    late.write_run(&RunInfo::new(2, 1, 0.5)).unwrap();
    fs::write(target.join("events.csv"), "mine").unwrap();
    let placed = late.commit().unwrap();
    assert_eq!(placed.folder, target.with_file_name("a-2"));
    assert_eq!(placed.kept.as_deref(), Some(&*target));
    assert_eq!((seed(&target), seed(&placed.folder)), (1, 2));
    // It is there before.
    let error = ResultFolder::create(with_events()).unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("'events.csv'"));
    assert_eq!(
        fs::read_to_string(target.join("events.csv")).unwrap(),
        "mine"
    );
    // So is a link of the name of a file that was written.
    #[cfg(unix)]
    {
        fs::remove_file(target.join("summary.json")).unwrap();
        std::os::unix::fs::symlink("elsewhere", target.join("summary.json")).unwrap();
        assert!(ResultFolder::create(place(&target)).is_err());
    }
}

#[test]
fn results_of_another_question_are_numbered() {
    let root = tempfile::tempdir().unwrap();
    let asked = |asked: &str| Place {
        numbered: true,
        asked: asked.into(),
        ..place(&root.path().join("results/a"))
    };
    let run = |question: &str, seed: u64| {
        let placed = written(asked(question), seed).unwrap().commit().unwrap();
        let name = placed.folder.file_name().unwrap();
        (name.to_str().unwrap().to_owned(), placed.kept.is_some())
    };
    assert_eq!(run("one", 1), ("a".into(), false));
    assert_eq!(run("two", 2), ("a-2".into(), true));
    assert_eq!(run("three", 3), ("a-3".into(), true));
    assert_eq!(run("two", 4), ("a-2".into(), true));
    assert_eq!(run("one", 5), ("a".into(), false));
    // Two at once: each finds its place when it is done.
    let (four, five) = (written(asked("four"), 6), written(asked("five"), 7));
    let (four, five) = (four.unwrap().commit(), five.unwrap().commit());
    let results = root.path().join("results");
    assert_eq!(four.unwrap().folder, results.join("a-4"));
    assert_eq!(five.unwrap().folder, results.join("a-5"));
    assert_eq!(names(&results), ["a", "a-2", "a-3", "a-4", "a-5"]);
    let seeds = ["a", "a-2", "a-3", "a-4", "a-5"].map(|name| seed(&results.join(name)));
    assert_eq!(seeds, [5, 4, 3, 6, 7]);
}

/// Two runs replace the same result again and again while another process writes into it: at the end there is one result,
/// whole, and everything that was written.
#[test]
fn nothing_is_lost_where_many_write_at_once() {
    const FILES: usize = 300;
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a");
    commit(&target, 0).unwrap();
    std::thread::scope(|scope| {
        for run in 1..=2 {
            let target = &target;
            scope.spawn(move || {
                for _ in 0..40 {
                    commit(target, run).unwrap();
                }
            });
        }
        for file in 0..FILES {
            // A folder may go while the system looks for it by its name; the writer gets an error.
            let note = || fs::write(target.join(format!("note-{file}")), file.to_string());
            while note().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {}
        }
    });
    let left = names(&target);
    assert_eq!(left.len(), FILES + 3, "{left:?}");
    for file in 0..FILES {
        let text = fs::read_to_string(target.join(format!("note-{file}"))).unwrap();
        assert_eq!(text, file.to_string());
    }
    assert!((1..=2).contains(&seed(&target)));
    assert_eq!(names(root.path()), ["a"]);
}

/// Another run clears what was abandoned just when this one has made its folder and not locked it yet.
#[test]
fn a_folder_not_yet_locked_is_lost_to_nobody() {
    let root = tempfile::tempdir().unwrap();
    let name = OsStr::new("a");
    let target = root.path().join(name);
    let mut times = 0;
    let mut clear_once = || {
        times += 1;
        if times == 1 {
            clear_abandoned(root.path(), name, &target);
        }
    };
    let (staged, lock) = stage(root.path(), name, &mut clear_once).unwrap();
    assert_eq!(
        times, 2,
        "the first folder was cleared away, so a second was made"
    );
    clear_abandoned(root.path(), name, &target);
    assert_eq!(names(staged.path()), [LOCK]);
    assert_eq!(names(root.path()).len(), 1);
    drop(lock);
}

#[test]
fn what_coldaisle_did_not_write_is_never_replaced() {
    let root = tempfile::tempdir().unwrap();
    let (photos, file) = (root.path().join("photos"), root.path().join("notes"));
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("run.json"), r#"{"program": "something else"}"#).unwrap();
    fs::write(&file, "x").unwrap();
    for (target, part) in [
        (photos.clone(), "did not write"),
        (file.clone(), "a file, not a folder"),
        (file.join("below"), "a file is in the way"),
        (std::env::current_dir().unwrap(), "the folder you are in"),
        (PathBuf::from("/"), "the folder you are in"),
    ] {
        let error = ResultFolder::create(place(&target))
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{error}");
        assert!(error.contains(&*target.to_string_lossy()), "{error}");
    }
    // Someone fills the target during the run: the results go beside it.
    let late = root.path().join("late");
    let folder = written(place(&late), 1).unwrap();
    fs::create_dir(&late).unwrap();
    fs::write(late.join("mine.txt"), "x").unwrap();
    let placed = folder.commit().unwrap();
    assert_eq!(placed.folder, root.path().join("late-2"));
    assert_eq!(names(&late), ["mine.txt"]);
    assert_eq!(names(root.path()), ["late", "late-2", "notes", "photos"]);
}
