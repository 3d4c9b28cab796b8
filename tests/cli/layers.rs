//! Modules import only from those above them in `src/lib.rs`, and components never import each other.

use std::fs;
use std::path::{Path, PathBuf};

/// What the facility hands plain structs between.
const COMPONENTS: [&str; 5] = ["it", "electrical", "cooling", "heat_rejection", "controls"];

/// The source files of a module.
fn files(module: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![src.join(format!("{module}.rs"))];
    let mut folders = vec![src.join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The modules that a file names, tests and comments left out.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let word = |text: &str| -> String {
        let word = text.trim_start().chars();
        word.take_while(|sign| sign.is_alphanumeric() || *sign == '_')
            .collect()
    };
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => names.push(word(rest)),
            // `use crate::{a, b::c}`: what stands at its own level.
            Some(list) => {
                let list = list.split_once("};").map_or(list, |(list, _)| list);
                let mut depth = 0;
                names.push(word(list));
                for (at, sign) in list.char_indices() {
                    match sign {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => names.push(word(&list[at + 1..])),
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

#[test]
fn modules_import_only_from_above() {
    let map = include_str!("../../src/lib.rs");
    let order: Vec<&str> = map
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        })
        .collect();
    let place = |name: &str| order.iter().position(|one| *one == name);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (at, module) in order.iter().enumerate() {
        for path in files(module) {
            // Tests may set up whole sites.
            if path.to_string_lossy().contains("test") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for name in imports(&text) {
                let Some(from) = place(&name) else { continue };
                seen += 1;
                let both = COMPONENTS.contains(module) && COMPONENTS.contains(&name.as_str());
                if from > at || (both && from != at) {
                    wrong.push(format!("{} imports {name}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 500, "{seen} imports");
}

#[test]
fn imports_are_found() {
    let text = "use crate::units;\n// crate::view\nuse crate::{cooling::{self, air}, series::Signal};\n\
        fn f() { crate::random::stream() }\n#[cfg(test)]\nmod tests {\n    use crate::scenario;\n}\n";
    assert_eq!(imports(text), ["units", "cooling", "series", "random"]);
}
