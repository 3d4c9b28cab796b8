//! Exports read back, each format by its own description and not by its writer: MW by year and band, and part.

use std::collections::BTreeMap;

/// MW by (`2027 p50`, part); `all` where the format has one load, draws as `2028 draw 1`.
pub(super) type Back = BTreeMap<(String, String), Vec<f64>>;

/// What the files of a tool say. `year` is that of formats which do not name it.
#[expect(clippy::too_many_lines, reason = "a table of formats")]
pub(super) fn read(tool: &str, files: &[(String, Vec<u8>)], year: i16) -> Back {
    let mut back = Back::new();
    for (path, bytes) in files {
        let text = std::str::from_utf8(bytes).unwrap();
        let (band, name) = split(path);
        let key = format!("{year}{band}");
        match (tool, name.as_str()) {
            (_, "README.txt" | "export.json") => {}
            ("pypsa", "loads-p_set.csv") => wide(&mut back, text, &key, 1, "dc_", 1.0),
            ("genx", "Demand_data.csv") => {
                let rows = rows(text, ',');
                assert_eq!(rows[0][8..], ["Time_Index", "Demand_MW_z1"]);
                assert_eq!(
                    rows[1][..9],
                    ["50000", "1", "1", "1", "50000", "1", "8760", "8760", "1"]
                );
                for (at, row) in rows[1..].iter().enumerate() {
                    assert_eq!(row[8], (at + 1).to_string());
                    push(&mut back, &key, "all", &row[9], 1.0);
                }
            }
            ("reeds", name) if name.starts_with("load_hourly_") => {
                let text = uncommented(text);
                for row in &rows(&text, ',')[1..] {
                    let key = format!("{}{}", row[0], ending(name));
                    push(&mut back, &key, "all", &row[2], 1.0);
                }
            }
            ("reeds", name) if name.starts_with("loadsite_") => {
                let text = uncommented(text);
                let rows = rows(&text, ',');
                assert_eq!(rows[0], ["*loadsitereg", "t", "MW"]);
                for row in &rows[1..] {
                    let key = format!("{}{}", row[1], ending(name));
                    for _ in 0..8760 {
                        push(&mut back, &key, "site", &row[2], 1.0);
                    }
                }
            }
            ("reopt" | "homer", name) if name.starts_with("load_") => {
                column(&mut back, text, &stem(name, "load_"), "all");
            }
            ("sam", name) => {
                let (header, values) = text.split_once('\n').unwrap();
                assert!(header.starts_with("Load (kW)"), "{header}");
                column(&mut back, values, &stem(name, "load_"), "all");
            }
            ("homer", name) => {
                let (part, rest) = name.strip_prefix("part_").unwrap().split_once('_').unwrap();
                column(&mut back, text, &stem(rest, ""), part);
            }
            ("plexos", name) if name.starts_with("load_periods") => {
                for row in &rows(text, ',')[1..] {
                    let key = format!("{}{}", row[1], ending(name));
                    let part = format!("days {}", row[0].strip_prefix("dc_").unwrap());
                    row[4..]
                        .iter()
                        .for_each(|cell| push(&mut back, &key, &part, cell, 1.0));
                }
            }
            ("plexos", name) => {
                let rows = rows(text, ',');
                for row in &rows[1..] {
                    let key = format!("{}{}", row[0], ending(name));
                    for (head, cell) in rows[0][4..].iter().zip(&row[4..]) {
                        push(
                            &mut back,
                            &key,
                            head.strip_prefix("dc_").unwrap(),
                            cell,
                            1.0,
                        );
                    }
                }
            }
            ("antares", _) => {
                let rows = rows(text, '\t');
                let draws = rows[0].len() > 1;
                for row in &rows {
                    for (at, cell) in row.iter().enumerate() {
                        let key = if draws {
                            format!("{year} draw {}", at + 1)
                        } else {
                            key.clone()
                        };
                        push(&mut back, &key, "all", cell, 1.0);
                    }
                }
            }
            ("switch", "loads.csv") => {
                for row in &rows(text, ',')[1..] {
                    push(&mut back, &key, "all", &row[2], 1.0);
                }
            }
            ("opendss", name) if name.starts_with("dc_") => {
                let part = name
                    .strip_prefix("dc_")
                    .unwrap()
                    .strip_suffix(".csv")
                    .unwrap();
                column(&mut back, text, &key, part);
            }
            _ => {}
        }
    }
    back
}

/// ` p50` and the name behind a folder.
fn split(path: &str) -> (String, String) {
    match path.split_once('/') {
        Some((band, name)) => (format!(" {band}"), name.to_owned()),
        None => (String::new(), path.to_owned()),
    }
}

/// ` p50` of a name that ends with `_p50`.
fn ending(name: &str) -> String {
    let bare = name.split('.').next().unwrap();
    let band = bare.rsplit('_').next().unwrap();
    if ["p10", "p50", "p90"].contains(&band) {
        format!(" {band}")
    } else {
        String::new()
    }
}

/// `2027 p50` of `load_2027_p50.csv`.
fn stem(name: &str, before: &str) -> String {
    let bare = name.split('.').next().unwrap();
    bare.strip_prefix(before).unwrap().replace('_', " ")
}

pub(super) fn rows(text: &str, separator: char) -> Vec<Vec<String>> {
    let row = |line: &str| line.split(separator).map(str::to_owned).collect();
    text.lines().map(row).collect()
}

fn uncommented(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join("\n")
}

fn wide(back: &mut Back, text: &str, key: &str, from: usize, before: &str, factor: f64) {
    let rows = rows(text, ',');
    for row in &rows[1..] {
        for (head, cell) in rows[0][from..].iter().zip(&row[from..]) {
            push(back, key, head.strip_prefix(before).unwrap(), cell, factor);
        }
    }
}

/// kW, one value a line.
fn column(back: &mut Back, text: &str, key: &str, part: &str) {
    text.lines()
        .for_each(|cell| push(back, key, part, cell, 1e-3));
}

fn push(back: &mut Back, key: &str, part: &str, cell: &str, factor: f64) {
    let value: f64 = cell
        .parse()
        .unwrap_or_else(|_| panic!("{key} {part}: {cell:?}"));
    back.entry((key.to_owned(), part.to_owned()))
        .or_default()
        .push(value * factor);
}
