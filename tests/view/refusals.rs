//! What cannot be shown is said, and nothing is left behind.

use super::*;

#[test]
fn what_cannot_be_shown_is_said() {
    let lab = lab();
    let old = "[[command]]\nat_s = 60.0\nact.demand = { factor = 0.5 }\n";
    fs::write(lab.path().join("old.toml"), old).unwrap();
    for (arguments, part) in [
        (
            &[
                "small.toml",
                "--record",
                "old.toml",
                "--screenshot",
                "a.png",
            ][..],
            "name another file, for example --record old-2.toml",
        ),
        (&["none.toml", "--screenshot", "a.png"][..], "none.toml"),
        (
            &["small.toml", "--at", "noon", "--screenshot", "a.png"],
            "2026-07-15T15:00",
        ),
        (
            &[
                "small.toml",
                "--at",
                "2027-01-01T00:00",
                "--screenshot",
                "a.png",
            ],
            "outside the run",
        ),
        (
            &["small.toml", "--select", "south-1", "--screenshot", "a.png"],
            "known: north",
        ),
        (
            &[
                "small.toml",
                "--select",
                "north-121",
                "--screenshot",
                "a.png",
            ],
            "1 to 120",
        ),
        (&["small.toml", "--size", "9x9"], "1920x1080"),
        (&["small.toml", "--screenshot", "a.jpg"], "name it `a.png`"),
        (&["small.toml", "--screenshot", "a"], "name it `a.png`"),
        (
            &["small.toml", "--screenshot", "small.toml/a.png"],
            "choose another folder",
        ),
        (
            &["small.toml", "--frames", "small.toml"],
            "choose another folder",
        ),
        (
            &["small.toml", "--frames", "/proc/none"],
            "choose another folder",
        ),
        (
            &[
                "small.toml",
                "--look-from",
                "1,2",
                "--look-at",
                "0,0,0",
                "--screenshot",
                "a.png",
            ],
            "40,25,60",
        ),
        (
            &["small.toml", "--text-size", "300", "--screenshot", "a.png"],
            "75 to 200",
        ),
        (
            &[
                "small.toml",
                "--set",
                "hall.0.racks=0",
                "--screenshot",
                "a.png",
            ],
            "racks",
        ),
        (&["--screenshot", "a.png"], "name a scenario"),
        (&[".", "--screenshot", "a.png"], "scenario.toml"),
    ] {
        let done = view(lab.path(), arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(part), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
        assert!(!lab.path().join("a.png").exists());
    }
    assert_eq!(
        fs::read_to_string(lab.path().join("old.toml")).unwrap(),
        old
    );
}
