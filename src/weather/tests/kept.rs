//! Years that were read before: shared while the file holds the same, read again when it does not.

use std::sync::Arc;

use super::broken::{WITH_PANELS, set, with};
use crate::weather::*;

#[test]
fn a_file_is_read_again_when_it_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.epw");
    let write = |dry_bulb: &str| {
        let text = with(|rows| set(rows, 0, 7, dry_bulb));
        std::fs::write(&path, text).unwrap();
    };
    let get = || read(&path, WITH_PANELS).unwrap();
    write("11.0");
    let first = get();
    assert!(Arc::ptr_eq(&get().states, &first.states));
    // The same length, and maybe the same time on the disk.
    write("12.0");
    assert_eq!(get().states[0].dry_bulb_c, 12.0);
    write("11.0");
    assert_eq!(get(), first);
    // What panels need is checked where there are panels.
    let without = read(&path, Uses::default()).unwrap();
    assert_eq!(without.states, first.states);
    std::fs::remove_file(&path).unwrap();
    assert!(read(&path, WITH_PANELS).is_err());
}

#[test]
fn climates_are_made_once() {
    let [a, b] = ["phoenix", "phoenix"].map(|name| climate::built_in(name).unwrap());
    assert!(Arc::ptr_eq(&a.hours, &b.hours));
    let [a, b] = ["frankfurt", "frankfurt"].map(|name| climate::built_in(name).unwrap());
    assert!(a.synthetic && Arc::ptr_eq(&a.states, &b.states));
    assert_ne!(a, climate::built_in("denver").unwrap());
}
