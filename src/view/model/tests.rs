use std::collections::HashMap;

use glam::Vec3;
use serde_json::Value;

use super::*;

const NAME: &str = "north-1.a";

fn subject(cooling: &str, racks: u32) -> Subject {
    let text = format!(
        "name = 'x'\nit = []\n[run]\nstart = '2026-01-01'\ndays = 1\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = '{NAME}'\nserver = 'hgx-h100'\n\
         racks = {racks}\nservers_per_rack = 4\n[hall.cooling.{cooling}]\n[heat_rejection.water_cooled_chiller]\nchillers = 3\n\
         [workload.constant]\nutilisation = 0.5\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    let loaded = scenario::load(&path, &[]).unwrap();
    Subject::neutral(Site::of(&scenario::resolve(&loaded).unwrap()))
}

/// The corners of all that is modelled.
fn bounds(subject: &Subject) -> [Vec3; 2] {
    let layout = Layout::of(&subject.site.scenario, subject.site.sizes());
    let solids = layout.groups.iter().flat_map(|group| &group.solids);
    let mut all = [Vec3::INFINITY, Vec3::NEG_INFINITY];
    for solid in solids {
        let (min, max) = match solid.shape {
            Shape::Box { min, max } | Shape::Rack { min, max, .. } => (min, max),
            Shape::Pipe { from, to, .. } => (from.min(to), from.max(to)),
            Shape::Panel(_) => continue,
        };
        all = [all[0].min(min), all[1].max(max)];
    }
    all
}

fn chunks(file: &[u8]) -> (Value, &[u8]) {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(
        (&file[..4], number(4), number(8)),
        (&b"glTF"[..], 2, file.len())
    );
    let text = number(12);
    assert_eq!(&file[16..20], b"JSON");
    let json = serde_json::from_slice(&file[20..20 + text]).unwrap();
    let bytes = number(20 + text);
    assert_eq!(&file[24 + text..28 + text], b"BIN\0");
    assert_eq!(file.len(), 28 + text + bytes);
    (json, &file[28 + text..])
}

#[test]
fn gltf_has_every_rack_by_its_name_within_the_layout() {
    for cooling in ["air", "immersion", "cold_plate"] {
        let subject = subject(cooling, 45);
        let file = gltf::write(&subject);
        let (json, bytes) = chunks(&file);
        assert_eq!(json["buffers"][0]["byteLength"], bytes.len());
        let nodes = json["nodes"].as_array().unwrap();
        for rack in 0..45 {
            let name = subject.rack_name(0, rack);
            assert!(name.contains(NAME), "{name}");
            assert_eq!(
                nodes.iter().filter(|node| node["name"] == name).count(),
                1,
                "{name}"
            );
        }
        let [mut low, mut high] = [Vec3::INFINITY, Vec3::NEG_INFINITY];
        let vector = |value: &Value| {
            let at = |axis: usize| value[axis].as_f64().unwrap_or(0.0) as f32;
            Vec3::new(at(0), at(1), at(2))
        };
        for node in nodes {
            let Some(mesh) = node["mesh"].as_u64() else {
                continue;
            };
            for primitive in json["meshes"][mesh as usize]["primitives"]
                .as_array()
                .unwrap()
            {
                let place = primitive["attributes"]["POSITION"].as_u64().unwrap() as usize;
                let accessor = &json["accessors"][place];
                low = low.min(vector(&accessor["min"]) + vector(&node["translation"]));
                high = high.max(vector(&accessor["max"]) + vector(&node["translation"]));
            }
        }
        let [a, b] = bounds(&subject);
        assert!(
            low.distance(a) < 0.5 && high.distance(b) < 0.5,
            "{cooling}: {low} {high}, {a} {b}"
        );
        // One mesh for all racks of a unit in neutral colours.
        assert!(json["meshes"].as_array().unwrap().len() <= subject.bodies.len() + 2);
    }
}

#[test]
fn usd_has_every_rack_and_every_text_in_quotes() {
    let subject = subject("air", 45);
    let text = usd::write(&subject);
    assert_eq!(text.matches("instanceable = true").count(), 45);
    assert!(text.contains("displayName = \"north-1.a rack 45\""));
    let quoted = usd::quoted("a \"b\" \\ 機\n\u{1}");
    assert_eq!(quoted, r#""a \"b\" \\ 機\n ""#);
    for prim in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("def "))
    {
        let name = prim.split('"').nth(1).unwrap();
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
            "{name}"
        );
    }
    let open = text.matches('{').count();
    assert_eq!(open, text.matches('}').count());
    assert!(text.contains("metersPerUnit = 1\n    upAxis = \"Y\""));
}

/// Machines carry the names that the view gives them, each once.
#[test]
fn machines_are_named_and_numbered() {
    let subject = subject("air", 45);
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for body in &subject.bodies {
        *seen.entry(body.name.as_str()).or_default() += 1;
    }
    assert!(seen.values().all(|count| *count == 1), "{seen:?}");
    for name in [
        "chillers 3",
        "cooling towers 1",
        "UPS and distribution 1",
        "structure and pipes",
    ] {
        assert!(seen.contains_key(name), "{name}: {seen:?}");
    }
}
