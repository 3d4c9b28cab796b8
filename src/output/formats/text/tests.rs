use super::*;

#[test]
fn numbers_in_a_text_are_grouped_and_names_are_not() {
    for (text, marked_text) in [
        ("33930.65 MW of 156224 GPUs", "33,930.65 MW of 156,224 GPUs"),
        ("up to 20000.", "up to 20,000."),
        (
            "-12345 K, 2026-07-01, 8760 h",
            "-12,345 K, 2026-07-01, 8760 h",
        ),
        (
            "carrier-19xr-15860kw, 12345.csv",
            "carrier-19xr-15860kw, 12345.csv",
        ),
        (
            "kit_123456 of a/123456/b in 1.23456",
            "kit_123456 of a/123456/b in 1.23456",
        ),
        ("", ""),
    ] {
        assert_eq!(marked(text), marked_text);
    }
}

#[test]
fn numbers_are_grouped() {
    for (value, decimals, text) in [
        (0.0, 0, "0"),
        (999.0, 0, "999"),
        (1000.0, 0, "1,000"),
        (-1234567.891, 1, "-1,234,567.9"),
        (-0.04, 1, "0.0"),
        (999.96, 1, "1,000.0"),
        (f64::NAN, 1, ""),
    ] {
        assert_eq!(grouped(value, decimals), text);
    }
}

fn table(runs: usize) -> TextTable {
    let names = [
        "air",
        "immersion",
        "two-phase",
        "rear-door",
        "cold-plate",
        "hybrid",
    ];
    let mut table = TextTable::new(names.into_iter().take(runs));
    table.heading("Energy");
    let cells = [
        "212,345.1",
        "198,002.7",
        "197,411.0",
        "201,010.5",
        "199,500.2",
        "200,100.0",
    ];
    table.row("Facility", "MWh", cells.into_iter().take(runs));
    table.row("PUE", "", ["1.342", "", "1.094"].into_iter().take(runs));
    table
}

#[test]
fn numbers_stand_right_and_units_behind() {
    assert_eq!(
        table(2).render(80, false),
        "                air  immersion\n\
         Energy\n\
         Facility  212,345.1  198,002.7  MWh\n\
         PUE           1.342\n"
    );
}

/// A name is folded at its hyphens to the width of its figures; the first column can head every block.
#[test]
fn long_names_fold_and_the_first_column_repeats() {
    let mut table =
        TextTable::new(["dublin-air", "phoenix-immersion", "dublin-tank"]).repeating_first();
    table.row("PUE", "", ["1.342", "1.050", "1.040"]);
    assert_eq!(
        table.render(28, false),
        "     dublin-   phoenix-\n\
         \u{20}        air  immersion\n\
         PUE    1.342      1.050\n\
         \n\
         \u{20}    dublin-  dublin-\n\
         \u{20}        air     tank\n\
         PUE    1.342    1.040\n"
    );
}

#[test]
fn columns_that_do_not_fit_follow_below() {
    let text = table(6).render(40, false);
    assert_eq!(
        text,
        "                air  immersion\n\
         Energy\n\
         Facility  212,345.1  198,002.7  MWh\n\
         PUE           1.342\n\
         \n\
         \u{20}         two-phase  rear-door\n\
         Energy\n\
         Facility  197,411.0  201,010.5  MWh\n\
         PUE           1.094\n\
         \n\
         \u{20}             cold-\n\
         \u{20}             plate     hybrid\n\
         Energy\n\
         Facility  199,500.2  200,100.0  MWh\n\
         PUE\n"
    );
    for width in [20, 30, 40, 80] {
        let text = table(6).render(width, false);
        assert!(
            text.lines().all(|line| length(line) <= width),
            "{width}\n{text}"
        );
    }
}

#[test]
fn long_names_are_cut_and_a_table_may_have_no_header() {
    let mut table = TextTable::new([""]);
    table.row("x".repeat(60), "h", ["1.0"]);
    let text = table.render(40, false);
    assert_eq!(text, format!("{}…  1.0  h\n", "x".repeat(19)));
}

#[test]
fn colour_only_on_request() {
    assert!(!table(2).render(80, false).contains('\u{1b}'));
    assert!(
        table(2)
            .render(80, true)
            .contains("\u{1b}[1mEnergy\u{1b}[0m")
    );
}
