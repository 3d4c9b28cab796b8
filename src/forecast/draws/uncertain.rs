//! What is not known of a forecast: keys of its file, each with a distribution, drawn together.

use toml::{Table, Value};

use crate::describe::{Fault, suggest, within};
use crate::forecast::file::{ForecastFile, Vary};
use crate::study::design::{Correlation, Distribution};

/// What varies.
#[derive(Debug, Clone)]
pub struct Uncertain {
    /// The file as a table, with what varies in its middle.
    table: Table,
    axes: Vec<Axis>,
    /// How they are drawn together.
    pub(in crate::forecast) correlation: Option<Correlation>,
}

#[derive(Debug, Clone)]
struct Axis {
    name: String,
    keys: Vec<Vec<Step>>,
    drawn: Distribution,
}

/// A step towards a key.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

/// Keys that no draw may change: what was made from them is shared by all draws.
const FIXED: &[&str] = &[
    "base",
    "name",
    "seed",
    "draws",
    "sensitivity_points",
    "profiles",
    "years",
    "scope",
    "closure",
    "vary",
    "correlation",
];

impl Uncertain {
    /// Of a file, and its text as a table. The place of a fault is its key in the file.
    pub fn of(file: &ForecastFile, mut table: Table) -> Result<Self, Fault> {
        table.remove("vary");
        table.remove("correlation");
        let mut axes = Vec::with_capacity(file.vary.len());
        let mut taken: Vec<&str> = Vec::new();
        for (index, vary) in file.vary.iter().enumerate() {
            let at = |fault: Fault| fault.within(&format!("vary[{index}]"));
            axes.push(axis(vary, &table, &mut taken).map_err(at)?);
            if axes[..index]
                .iter()
                .any(|other| other.name == axes[index].name)
            {
                let what = format!("two inputs are called '{}'", axes[index].name);
                return Err(at(Fault::new(what, "give one a name = \"…\" of its own")));
            }
        }
        let names: Vec<String> = axes.iter().map(|axis| axis.name.clone()).collect();
        let correlation = Correlation::new(&file.correlation, &names)?;
        let uncertain = Self {
            table,
            axes,
            correlation,
        };
        // A key that is none, or a figure of the wrong kind, is reported at its own input.
        let names = uncertain.axes.len();
        for index in 0..names {
            uncertain.check_alone(index)?;
            for share in [0.0, 0.5, 1.0] {
                let mut table = uncertain.table.clone();
                uncertain.axes[index].put(share, &mut table);
                let read: Result<ForecastFile, _> = table.try_into();
                read.map_err(|error: toml::de::Error| {
                    let key = uncertain.axes[index].name.clone();
                    let value = uncertain.axes[index].drawn.at(share);
                    let what = format!(
                        "{key} = {value:.6}: {}",
                        error.message().lines().next().unwrap_or_default()
                    );
                    let cure = "give a key of this file, and values that it takes";
                    Fault::new(what, cure).at(format!("vary[{index}].key"))
                })?;
            }
        }
        Ok(uncertain)
    }

    /// Refuses a key that an earlier input has too, however it is written.
    fn check_alone(&self, index: usize) -> Result<(), Fault> {
        for other in &self.axes[..index] {
            for key in &self.axes[index].keys {
                let meets = |of: &&Vec<Step>| of.starts_with(key) || key.starts_with(of);
                if other.keys.iter().any(|of| meets(&of)) {
                    let what = format!(
                        "{} is drawn twice, also by {}",
                        self.axes[index].name, other.name
                    );
                    return Err(Fault::new(what, "draw each key once").at(format!("vary[{index}]")));
                }
            }
        }
        Ok(())
    }

    /// Names of what varies.
    pub fn names(&self) -> Vec<String> {
        self.axes.iter().map(|axis| axis.name.clone()).collect()
    }

    /// How many.
    pub(in crate::forecast) fn count(&self) -> usize {
        self.axes.len()
    }

    /// Whether the ends of each are all that is known of it.
    pub fn ranges(&self) -> Vec<bool> {
        self.axes.iter().map(|axis| axis.drawn.is_range()).collect()
    }

    /// The values of a point of the unit cube.
    pub fn values(&self, point: &[f64]) -> Vec<f64> {
        let axes = self.axes.iter().zip(point);
        axes.map(|(axis, share)| axis.drawn.at(*share)).collect()
    }

    /// The file at a point of the unit cube.
    pub fn at(&self, point: &[f64]) -> Result<ForecastFile, Fault> {
        let mut table = self.table.clone();
        for (axis, share) in self.axes.iter().zip(point) {
            axis.put(*share, &mut table);
        }
        let read: Result<ForecastFile, toml::de::Error> = table.try_into();
        read.map_err(|error| Fault::new(error.message().to_owned(), "narrow the distributions"))
    }
}

impl Axis {
    fn put(&self, share: f64, table: &mut Table) {
        let value = self.drawn.at(share);
        for key in &self.keys {
            put(table, key, value);
        }
    }
}

fn axis<'a>(vary: &'a Vary, table: &Table, taken: &mut Vec<&'a str>) -> Result<Axis, Fault> {
    match (&vary.key, vary.keys.as_slice()) {
        (None, []) => {
            let cure =
                "add key = \"…\", a key of this file such as generation.NAME.shipments.growth";
            return Err(Fault::new("nothing says what varies", cure));
        }
        (Some(_), [_, ..]) => {
            let cure = "give one: keys lists those that move together";
            return Err(Fault::new("key and keys are both given", cure).at("keys"));
        }
        _ => {}
    }
    if let Distribution::Empirical(it) = &vary.drawn
        && it.file.is_some()
    {
        let cure = "list the values: drawn.empirical.values = [1.0, 1.2, 1.5]";
        let fault = Fault::new("a forecast reads no file of values", cure);
        return Err(fault.at("drawn.empirical.file"));
    }
    vary.drawn.check().map_err(|fault| fault.within("drawn"))?;
    let mut keys = Vec::new();
    for key in vary.all() {
        let place = if vary.key.is_some() { "key" } else { "keys" };
        let first = key.split('.').next().unwrap_or_default();
        if FIXED.contains(&first) {
            let what = format!("{key} cannot be drawn");
            let cure =
                "all draws share it; make a forecast for each value, or draw what it stands for";
            return Err(Fault::new(what, cure).at(place));
        }
        if first == "site"
            && key
                .split('.')
                .any(|part| part == "set" || part == "scenario")
        {
            let what = format!("{key} cannot be drawn: a plant is made once for all draws");
            let cure = "add a second [[site]] with the other value, and draw the shares";
            return Err(Fault::new(what, cure).at(place));
        }
        if let Some(twice) = taken
            .iter()
            .find(|other| within(other, key) || within(key, other))
        {
            let what = format!("{key} is drawn twice, also as {twice}");
            return Err(Fault::new(what, "draw it once").at(place));
        }
        taken.push(key);
        for key in entries(table, key) {
            keys.push(steps(table, &key).map_err(|fault| fault.at(place))?);
        }
    }
    Ok(Axis {
        name: vary.title().to_owned(),
        keys,
        drawn: vary.drawn.clone(),
    })
}

/// The keys that one with a `*` for the entries of a list stands for: `generation.*.idle_share`.
fn entries(table: &Table, key: &str) -> Vec<String> {
    let parts: Vec<&str> = key.split('.').collect();
    match (
        parts.first().and_then(|first| table.get(*first)),
        parts.get(1),
    ) {
        (Some(Value::Array(list)), Some(&"*")) => (0..list.len())
            .map(|number| format!("{}.{number}.{}", parts[0], parts[2..].join(".")))
            .collect(),
        _ => vec![key.to_owned()],
    }
}

/// The steps of a dotted key; entries of lists by number or by name.
fn steps(table: &Table, key: &str) -> Result<Vec<Step>, Fault> {
    let mut steps = Vec::new();
    let mut at: Option<&Value> = None;
    for (depth, part) in key.split('.').enumerate() {
        if part.is_empty() {
            return Err(Fault::new(
                format!("'{key}' is no key"),
                "give a dotted key, such as use.serving.busy",
            ));
        }
        if let Some(Value::Array(list)) = at {
            let name = |entry: &Value| entry.get("name").and_then(Value::as_str).map(str::to_owned);
            let by_number = part
                .parse::<usize>()
                .ok()
                .filter(|number| *number < list.len());
            let found = list
                .iter()
                .position(|entry| name(entry).as_deref() == Some(part))
                .or(by_number);
            let Some(found) = found else {
                let names: Vec<String> = list.iter().filter_map(name).collect();
                let what = format!("{key}: there is no entry '{part}'");
                return Err(Fault::new(
                    what,
                    suggest(part, names.iter().map(String::as_str)),
                ));
            };
            steps.push(Step::Index(found));
            at = list.get(found);
        } else {
            if let Some(value) = at
                && !value.is_table()
            {
                let what = format!(
                    "{key}: there is nothing below '{}'",
                    key.split('.').nth(depth - 1).unwrap_or_default()
                );
                let cure = "give it as a table in the file first: { 2025 = 1e6, growth = 0.2 }";
                return Err(Fault::new(what, cure));
            }
            let next = if depth == 0 {
                table.get(part)
            } else {
                at.and_then(|value| value.get(part))
            };
            if depth == 0 && next.is_none() && !["survival", "facility", "grid"].contains(&part) {
                let what = format!("{key}: the file has no '{part}'");
                let names: Vec<&str> = table.keys().map(String::as_str).collect();
                return Err(Fault::new(what, suggest(part, names.iter().copied())));
            }
            steps.push(Step::Name(part.to_owned()));
            at = next;
            if at.is_none() && depth > 0 {
                // Below a key that is not there, all the rest is new.
                let rest = key.split('.').skip(depth + 1);
                steps.extend(rest.map(|part| Step::Name(part.to_owned())));
                break;
            }
        }
    }
    Ok(steps)
}

/// Puts a figure at a key that `steps` found; tables that are not there are made.
fn put(table: &mut Table, steps: &[Step], figure: f64) {
    let Some((Step::Name(first), rest)) = steps.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.insert(first.clone(), Value::Float(figure));
        return;
    }
    let mut at = table
        .entry(first.clone())
        .or_insert_with(|| Value::Table(Table::new()));
    for (index, step) in rest.iter().enumerate() {
        let last = index + 1 == rest.len();
        match (step, at) {
            (Step::Name(name), Value::Table(inner)) => {
                if last {
                    inner.insert(name.clone(), Value::Float(figure));
                    return;
                }
                at = inner
                    .entry(name.clone())
                    .or_insert_with(|| Value::Table(Table::new()));
            }
            (Step::Index(number), Value::Array(list)) => {
                let Some(entry) = list.get_mut(*number) else {
                    return;
                };
                if last {
                    *entry = Value::Float(figure);
                    return;
                }
                at = entry;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "name = 'x'\nyears = { first = 2024, last = 2026 }\n[scope]\nregion = 'x'\nai = 'x'\n[[site]]\nname = 'x'\nscenario = 'x.toml'\n\
        [[generation]]\nname = 'a'\nserver = 'hgx-h100'\nshipments = { 2024 = 1, growth = 0.1 }\n\
        [[generation]]\nname = 'b'\nserver = 'hgx-b200'\nshipments = { 2024 = 1, growth = 0.1 }\n[[use]]\nname = 'u'\nbusy = 0.5\n";

    fn uncertain(vary: &str) -> Result<Uncertain, Fault> {
        let text = format!("{FILE}{vary}");
        Uncertain::of(
            &toml::from_str(&text).unwrap(),
            toml::from_str(&text).unwrap(),
        )
    }

    #[test]
    fn keys_are_found_by_name_number_and_for_all() {
        let uncertain = uncertain(
            "[[vary]]\nkey = 'generation.*.idle_share'\ndrawn.uniform = { low = 0.1, high = 0.3 }\n\
             [[vary]]\nkey = 'generation.b.shipments.growth'\ndrawn.uniform = { low = 0.0, high = 1.0 }\n\
             [[vary]]\nkey = 'survival.weibull.mean_years'\ndrawn.uniform = { low = 3, high = 5 }\n\
             [[vary]]\nkey = 'generation.0.shipments.2024'\ndrawn.uniform = { low = 3, high = 5 }",
        )
        .unwrap();
        let file = uncertain.at(&[0.5, 0.25, 0.5, 0.0]).unwrap();
        assert_eq!(file.generation[0].idle_share, 0.2);
        assert_eq!(file.generation[1].idle_share, 0.2);
        assert_eq!(file.generation[0].shipments.at(2025), 3.0 * 1.1);
        assert_eq!(file.generation[1].shipments.at(2025), 1.25);
        assert!(
            matches!(file.survival, crate::forecast::file::Survival::Weibull(it) if it.mean_years == 4.0)
        );
        assert_eq!(
            uncertain.values(&[0.5, 0.25, 0.5, 0.0]),
            [0.2, 0.25, 4.0, 3.0]
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        for (vary, words) in [
            (
                "key = 'scope.region'\ndrawn.uniform = { low = 0, high = 1 }",
                "cannot be drawn",
            ),
            (
                "key = 'use.u.busy.2024'\ndrawn.uniform = { low = 0, high = 1 }",
                "there is nothing below 'busy'",
            ),
            (
                "key = 'use.w.busy'\ndrawn.uniform = { low = 0, high = 1 }",
                "no entry 'w'",
            ),
            (
                "key = 'uses.u.busy'\ndrawn.uniform = { low = 0, high = 1 }",
                "the file has no 'uses'",
            ),
            (
                "keys = ['use.u.busy', 'use.u.busy']\ndrawn.uniform = { low = 0, high = 1 }",
                "drawn twice",
            ),
            (
                "drawn.uniform = { low = 0, high = 1 }",
                "nothing says what varies",
            ),
            (
                "key = 'use.u.busy'\ndrawn.uniform = { low = 1, high = 0 }",
                "",
            ),
            (
                "key = 'use..busy'\ndrawn.uniform = { low = 0, high = 1 }",
                "is no key",
            ),
        ] {
            let error = uncertain(&format!("[[vary]]\n{vary}")).unwrap_err();
            assert!(error.what.contains(words), "{vary}: {error}");
            assert!(
                error.key().is_some_and(|key| key.starts_with("vary[0]")),
                "{vary}: {error}"
            );
        }
    }
}
