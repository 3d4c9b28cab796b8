//! Power delivery as a user states it: chains, series of price and carbon, tariffs, limits, devices of the site.

use crate::lab::{Lab, place, tiny};

/// Each text put in place of the electrical table of a sound scenario, the marked text, and what must be said.
#[test]
fn a_chain_that_cannot_be_is_refused_at_its_place() {
    let lab = Lab::new();
    let cases = [
        (
            "[[electrical.stage]]\ndevice = \"ups.ecco\"",
            "\"ups.ecco\"",
            "there is no UPS 'ecco'",
            "did you mean 'ups.eco'?",
        ),
        (
            "[[electrical.stage]]\ndevice = \"eco\"",
            "\"eco\"",
            "there is no electrical device 'eco'",
            "ups.eco",
        ),
        (
            "[electrical]\npdu = \"busway\"\n[[electrical.stage]]\ndevice = \"ups.eco\"",
            "\"busway\"",
            "pdu stands beside a list of stages",
            "remove it",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\nunits = 3",
            "\"ups.eco\"",
            "units without a rating",
            "add rated_kw",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\ncarries = \"all\"",
            "\"all\"",
            "unknown name 'all'",
            "site",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\nstands = \"hall\"\ncarries = \"site\"",
            "\"ups.eco\"",
            "cannot stand in a hall",
            "outdoors",
        ),
    ];
    for (stages, marked, what, cure) in cases {
        let text = tiny(&[("[electrical]\nups = \"eco\"", stages)]);
        lab.write("bad.toml", &text);
        let place = format!("--> {}", place("bad.toml", &text, marked));
        lab.refused(&["run", "bad.toml"], &[what, &place, cure]);
    }
}

/// The same three stages, by name and as a list, give the same result to the last digit.
#[test]
fn a_list_of_the_usual_stages_is_the_usual_chain() {
    let lab = Lab::with("named.toml", tiny(&[]));
    let list = "[[electrical.stage]]\ndevice = \"transformer.medium-voltage-liquid\"\n\
                [[electrical.stage]]\ndevice = \"ups.eco\"\n[[electrical.stage]]\ndevice = \"pdu.busway\"\n";
    lab.write(
        "list.toml",
        tiny(&[("[electrical]\nups = \"eco\"\n", list)]),
    );
    for name in ["named", "list"] {
        lab.good(&["run", &format!("{name}.toml"), "-o", name, "--quiet"]);
    }
    assert_eq!(
        lab.json("named/summary.json"),
        lab.json("list/summary.json")
    );
    // What a run leaves can be run again.
    lab.good(&["run", "list/scenario.toml", "-o", "again", "--quiet"]);
    assert_eq!(
        lab.json("again/summary.json"),
        lab.json("list/summary.json")
    );
}
