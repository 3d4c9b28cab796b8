//! Sessions on disk: one for each scenario that is opened, and none of them written over.

use std::path::Path;

use super::sides::{shown, side};
use crate::scenario::session::{Act, Demand, Session};
use crate::view::hall::examples::EXAMPLES;
use crate::view::screen::run::Sides;
use crate::view::screen::window::record::{self, Record};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Another scenario has a file of its own; what was done before stays.
#[test]
fn another_scenario_leaves_the_session_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let mut record = Record::new(file("session.toml"));
    let mut sides = Sides(vec![side(&[])]);
    assert_eq!(record.write(&sides), [""; 0]);
    shown(&mut sides.0[0], 3600.0);
    sides.0[0].act(Act::Demand(Demand { factor: 0.4 }));
    shown(&mut sides.0[0], 7200.0);
    record.write(&sides);
    let first = read(&file("session.toml"));
    assert!(first.contains("factor = 0.4"), "{first}");
    assert!(first.starts_with("# coldaisle run "), "{first}");
    // Somebody's own file, in the way.
    std::fs::write(file("session-2.toml"), "mine").unwrap();

    sides.load_example(EXAMPLES[3], false);
    let said = record.write(&sides);
    assert!(
        said.len() == 1 && said[0].contains("session-3.toml"),
        "{said:?}"
    );
    assert_eq!(read(&file("session.toml")), first);
    assert_eq!(read(&file("session-2.toml")), "mine");
    let text = read(&file("session-3.toml"));
    // A built-in example has a file then, and the session says how to run it.
    assert!(
        text.contains("session-3-scenario.toml --commands"),
        "{text}"
    );
    assert_eq!(read(&file("session-3-scenario.toml")), EXAMPLES[3].text);
    assert!(Session::load(&file("session-3.toml")).unwrap().is_empty());

    // Nothing was done with it, so the next takes its place; that beside it has its own.
    sides.load_example(EXAMPLES[0], false);
    sides.load_example(EXAMPLES[4], true);
    record.write(&sides);
    assert_eq!(read(&file("session.toml")), first);
    assert!(read(&file("session-3.toml")).contains("session-3-scenario-2.toml"));
    assert!(read(&file("session-right.toml")).contains("session-right-scenario.toml"));
}

/// A file in which there is something is refused before anything is shown, with a name that is free.
#[test]
fn a_session_that_is_there_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my session.toml");
    record::check(&file, 1).unwrap();
    std::fs::write(&file, "").unwrap();
    record::check(&file, 1).unwrap();
    std::fs::write(&file, "# nothing\n").unwrap();
    record::check(&file, 1).unwrap();
    for (text, what) in [
        ("set = [\"hall.0.racks=4\"]\n", "holds a session"),
        (
            "[[command]]\nat_s = 60.0\nact.demand = { factor = 0.5 }\n",
            "holds a session",
        ),
        ("a letter to somebody", "no session"),
    ] {
        std::fs::write(&file, text).unwrap();
        let fault = record::check(&file, 1).unwrap_err();
        assert!(fault.what.contains(what), "{fault}");
        assert!(fault.cure.contains("my session-2.toml'"), "{fault}");
        assert_eq!(read(&file), text);
    }
    let free = folder.path().join("free.toml");
    std::fs::write(folder.path().join("free-right.toml"), "set = ['a=1']\n").unwrap();
    record::check(&free, 1).unwrap();
    assert!(record::check(&free, 2).is_err());
    assert!(record::check(&folder.path().join("none/x.toml"), 1).is_err());
}
