//! The cure of each refusal is applied as written, and the refusal is gone.

use super::broken::{load, rows, set, with};
use crate::weather::*;

/// Refused with all of `parts`; after the cure it is read.
fn cured(broken: &str, parts: &[&str], cure: impl FnOnce(&Fault) -> String) {
    let Err(error) = load(broken) else {
        panic!("was read, and not refused with {parts:?}");
    };
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "no {part:?} in: {message}");
    }
    if let Err(other) = load(&cure(&error)) {
        panic!("{message}\nthe cure led to: {other}");
    }
}

fn line_of(error: &Fault) -> usize {
    usize::try_from(error.line().unwrap()).unwrap()
}

/// The text without the line that the error names.
fn without_line(text: &str, error: &Fault) -> String {
    let line = line_of(error);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(line - 1);
    lines.join("\n")
}

/// The text with another cell in the line and the column that the error names.
fn with_cell(text: &str, error: &Fault, cell: &str) -> String {
    let column = error.column().unwrap();
    let column: usize = column.split_whitespace().next().unwrap().parse().unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    set(&mut lines, line_of(error) - 1, column, cell);
    lines.join("\n")
}

#[test]
fn values_are_marked_as_missing() {
    for (column, value, marker) in [
        (7, "75", "99.9"),
        (7, "285.3", "99.9"),
        (7, "warm", "99.9"),
        (8, "-120", "99.9"),
        (10, "1013", "999999"),
        (14, "5000", "9999"),
        (22, "-3", "999"),
        (22, "3,5", "999"),
    ] {
        let value = value.replace(',', ".5x");
        let broken = with(|r| set(r, 99, column, &value));
        cured(&broken, &["line 108", marker], |error| {
            with_cell(&broken, error, marker)
        });
    }
    let broken = with(|r| set(r, 5, 8, "25.0"));
    cured(&broken, &["line 14", "mark the value as missing"], |_| {
        with(|r| set(r, 5, 8, "99.9"))
    });
}

#[test]
fn rows_are_removed_sorted_and_given() {
    let twice = with(|r| r.insert(10, r[9].clone()));
    cured(&twice, &["remove one of the two rows"], |error| {
        without_line(&twice, error)
    });
    let swapped = with(|r| r.swap(10, 11));
    cured(&swapped, &["sort the rows"], |_| {
        let (head, rest) = swapped.split_at(swapped.find("1999,").unwrap());
        let mut rows: Vec<&str> = rest.lines().collect();
        rows.sort_by_key(|row| {
            let cells: Vec<u32> = row
                .split(',')
                .skip(1)
                .take(3)
                .map(|c| c.parse().unwrap())
                .collect();
            (cells[0], cells[1], cells[2])
        });
        format!("{head}{}", rows.join("\n"))
    });
    let two_years = with(|r| r.extend(rows()));
    cured(&two_years, &["remove this row and all after it"], |error| {
        let kept = two_years.lines().take(line_of(error) - 1);
        kept.collect::<Vec<_>>().join("\n")
    });
    let wide = with(|r| r[50] += ",1,2");
    cured(&wide, &["leave it out"], |error| without_line(&wide, error));
    let cut = with(|r| r[8759].truncate(60));
    cured(&cut, &["cut off", "leave it out"], |error| {
        without_line(&cut, error)
    });
    let gone = with(|r| drop(r.drain(100..125)));
    cured(&gone, &["at most 24"], |_| {
        with(|r| drop(r.drain(100..124)))
    });
}

#[test]
fn headers_are_mended() {
    let text = with(|_| ());
    let comma = text.replacen("Nowhere,-", "Nowhere, Old Harbour,-", 1);
    cured(&comma, &["in double quotes"], |_| {
        comma.replacen("Nowhere, Old Harbour", "\"Nowhere, Old Harbour\"", 1)
    });
    let north = text.replacen("40.0", "north", 1);
    cured(&north, &["a number from -90 to 90"], |error| {
        with_cell(&north, error, "40")
    });
    let semicolons = text.replace(',', ";").replace('.', ",");
    cured(
        &semicolons,
        &["decimal commas by points, and then semicolons by commas"],
        |_| semicolons.replace(',', ".").replace(';', ","),
    );
    let odd = with(|r| set(r, 24, 4, "0"));
    cured(&odd, &["name each hour by its end, 1…24"], |error| {
        let mut lines: Vec<String> = odd.lines().map(str::to_owned).collect();
        set(&mut lines, line_of(error) - 1, 4, "1");
        lines.join("\n")
    });
}

#[test]
fn humidity_is_given_and_panels_are_removed() {
    let dry = with(|r| (0..r.len()).for_each(|i| set(r, i, 8, "99.9")));
    cured(&dry, &["no humidity", "give one of them"], |_| {
        dry.replace(",99.9,999,", ",99.9,50,")
    });
    let nonsense = with(|r| {
        for index in 0..r.len() {
            set(r, index, 8, "-60");
            set(r, index, 9, "40");
        }
    });
    cured(&nonsense, &["mark them as missing"], |_| {
        nonsense.replace(",-60,", ",99.9,")
    });
    let gap = with(|r| (3000..3072).for_each(|i| set(r, i, 14, "9999")));
    assert!(load(&gap).unwrap_err().cure.contains("remove the panels"));
    assert!(parse(Path::new("test.epw"), gap.as_bytes(), Uses::default()).is_ok());
}

#[test]
fn other_encodings_are_saved_as_utf_8() {
    let text = with(|_| ());
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = [&b"\xff\xfe"[..], &wide].concat();
    let error = parse(Path::new("test.epw"), &wide, Uses::default()).unwrap_err();
    assert!(error.cure.contains("UTF-8"));
    assert!(load(&text).is_ok());
}
