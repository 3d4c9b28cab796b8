//! An export is whole or not there, and replaces only an unchanged one of the same.

use std::fs;
use std::path::Path;
use std::slice::from_ref;

use super::fixture::{YEAR, forecast, typical, write};
use crate::export::{ExportError, Options, export};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn refused(results: &Path, tool: &str, target: &Path) -> String {
    match export(
        &[results.to_owned()],
        tool,
        Some(target),
        &Options::default(),
    ) {
        Err(ExportError::Output(error)) => {
            assert!(error.is_refusal(), "{error}");
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_older_export_of_the_same_is_replaced_and_nothing_else() {
    let lab = tempfile::tempdir().unwrap();
    let (run, fleet) = (lab.path().join("run"), lab.path().join("fleet"));
    YEAR.leave(&run, &typical);
    forecast(&fleet, &typical);
    let out = lab.path().join("a/b/out");
    let put = |tool: &str| export(from_ref(&run), tool, Some(&out), &Options::default());
    put("pypsa").unwrap();
    let first = fs::read(out.join("loads-p_set.csv")).unwrap();
    YEAR.leave(&run, &|hour| typical(hour).map(|mw| 2.0 * mw));
    put("pypsa").unwrap();
    assert_ne!(fs::read(out.join("loads-p_set.csv")).unwrap(), first);
    let before = names(&out);
    // Of another tool, of another result.
    assert!(refused(&run, "genx", &out).contains("run hall to pypsa"));
    assert!(refused(&fleet, "pypsa", &out).contains("run hall to pypsa"));
    // Of the same name, but of another request or seed.
    let made = fs::read_to_string(run.join("run.json")).unwrap();
    for (from, to) in [("hall of", "hall again of"), ("42", "43")] {
        write(&run, "run.json", &made.replace(from, to));
        let said = refused(&run, "pypsa", &out);
        assert!(said.contains("other results of the same name"), "{said}");
    }
    // Without a checksum of the request, by run.json itself.
    let old = made.replace("asked", "of_old");
    write(&run, "run.json", &old);
    let older = lab.path().join("older");
    let put_older = || export(from_ref(&run), "sam", Some(&older), &Options::default());
    put_older().unwrap();
    put_older().unwrap();
    write(&run, "run.json", &old.replace("hall of", "hall again of"));
    assert!(refused(&run, "sam", &older).contains("other results"));
    write(&run, "run.json", &made);
    // Changed, added to.
    write(&out, "notes.txt", "mine");
    assert!(refused(&run, "pypsa", &out).contains("'notes.txt'"));
    fs::remove_file(out.join("notes.txt")).unwrap();
    fs::create_dir_all(out.join("mine/empty")).unwrap();
    assert!(refused(&run, "pypsa", &out).contains("'mine/empty/'"));
    fs::remove_dir_all(out.join("mine")).unwrap();
    let loads = fs::read_to_string(out.join("loads.csv")).unwrap();
    write(&out, "loads.csv", &loads.replace("hall", "my_bus"));
    assert!(refused(&run, "pypsa", &out).contains("'loads.csv' was changed"));
    assert!(
        fs::read_to_string(out.join("loads.csv"))
            .unwrap()
            .contains("my_bus")
    );
    assert_eq!(names(&out), before);
    assert_eq!(names(&lab.path().join("a/b")), ["out"]);
    // A file gone is no harm.
    fs::remove_file(out.join("loads.csv")).unwrap();
    put("pypsa").unwrap();
    assert_eq!(names(&out), before);
}

#[test]
fn what_is_not_ours_stays() {
    let lab = tempfile::tempdir().unwrap();
    let run = lab.path().join("run");
    YEAR.leave(&run, &typical);
    write(&lab.path().join("mine"), "thesis.txt", "years of work");
    write(lab.path(), "file", "one file");
    let before = names(lab.path());
    for (target, cause) in [
        ("mine", "`coldaisle export` did not write"),
        ("run", "`coldaisle export` did not write"),
        ("file", "it is a file"),
    ] {
        let said = refused(&run, "sam", &lab.path().join(target));
        assert!(said.contains(cause), "{said}");
    }
    assert!(
        export(
            from_ref(&run),
            "sam",
            Some(&lab.path().join("file/below")),
            &Options::default()
        )
        .is_err()
    );
    assert_eq!(names(lab.path()), before);
    fs::create_dir(lab.path().join("empty")).unwrap();
    export(
        from_ref(&run),
        "sam",
        Some(&lab.path().join("empty")),
        &Options::default(),
    )
    .unwrap();
    assert!(lab.path().join("empty/load_2026.csv").is_file());
}

#[test]
fn a_wrong_folder_leaves_nothing() {
    let lab = tempfile::tempdir().unwrap();
    let out = lab.path().join("x/y");
    let done = export(
        &[lab.path().join("none")],
        "sam",
        Some(&out),
        &Options::default(),
    );
    assert!(matches!(done, Err(ExportError::Input(_))), "{done:?}");
    assert_eq!(names(lab.path()), [""; 0]);
}

#[test]
fn the_manifest_lists_every_file_with_its_checksum() {
    let lab = tempfile::tempdir().unwrap();
    let (fleet, out) = (lab.path().join("fleet"), lab.path().join("out"));
    forecast(&fleet, &typical);
    export(from_ref(&fleet), "pypsa", Some(&out), &Options::default()).unwrap();
    assert_eq!(
        names(&out),
        ["README.txt", "export.json", "p10", "p50", "p90"]
    );
    let manifest = fs::read(out.join("export.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["interval_min"], 60);
    assert_eq!(manifest["utc_offset_h"], -5.0);
    assert_eq!(manifest["zone"], "us-east");
    assert_eq!(manifest["profiles"][1]["band"], "p50");
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len(), 3 * 6 + 1);
    for file in files {
        let path = file["path"].as_str().unwrap();
        let found = crate::output::Input::of_file(path, &out.join(path)).unwrap();
        assert_eq!(found.sha256, file["sha256"].as_str().unwrap(), "{path}");
    }
}
