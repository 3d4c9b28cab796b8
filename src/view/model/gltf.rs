//! glTF 2.0 in its binary form (Khronos): one JSON chunk, one of numbers. Racks are nodes that share the numbers of their
//! unit; a colour is a material.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::mesh::{Part, parts};
use super::{Ink, Subject};

const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;
const ARRAY_BUFFER: u32 = 34962;
const ELEMENT_ARRAY_BUFFER: u32 = 34963;

#[derive(Default)]
struct Build {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
    materials: Vec<Value>,
    inks: HashMap<[u32; 4], usize>,
    meshes: Vec<Value>,
    nodes: Vec<Value>,
}

/// The accessors of a part.
struct Stored {
    ink: Option<Ink>,
    position: usize,
    normal: usize,
    indices: usize,
}

pub(super) fn write(subject: &Subject) -> Vec<u8> {
    let mut build = Build::default();
    let mut roots = Vec::new();
    for body in &subject.bodies {
        let stored = build.store(parts(subject, &body.solids));
        let mesh = build.mesh(&stored, [1.0; 4], &body.name);
        roots.push(build.node(json!({ "name": body.name, "mesh": mesh })));
    }
    let units: Vec<Vec<Stored>> = subject
        .units
        .units
        .iter()
        .map(|unit| build.store(parts(subject, &unit.solids)))
        .collect();
    let mut meshes: HashMap<(usize, [u32; 4]), usize> = HashMap::new();
    let mut halls: Vec<Vec<usize>> = vec![Vec::new(); subject.site.halls.len()];
    for placed in &subject.units.placed {
        let ink = subject.rack_ink(placed.hall, placed.rack);
        let mesh = *meshes
            .entry((placed.unit, ink.map(f32::to_bits)))
            .or_insert_with(|| {
                let name = format!("rack unit {}", placed.unit);
                build.mesh(&units[placed.unit], ink, &name)
            });
        let node = json!({
            "name": subject.rack_name(placed.hall, placed.rack),
            "mesh": mesh,
            "translation": placed.at.to_array(),
        });
        let node = build.node(node);
        halls[placed.hall as usize].push(node);
    }
    for (hall, children) in subject.site.scenario.hall.iter().zip(halls) {
        roots.push(
            build.node(json!({ "name": format!("hall {}", hall.name), "children": children })),
        );
    }
    let site = build.node(json!({
        "name": subject.site.name,
        "children": roots,
        "extras": { "colours": subject.note },
    }));
    build.finish(site)
}

impl Build {
    fn node(&mut self, node: Value) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn view(&mut self, bytes: &[u8], target: u32) -> usize {
        let view = json!({
            "buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len(), "target": target,
        });
        // All numbers take four bytes: whatever follows stays aligned.
        self.bytes.extend(bytes);
        self.views.push(view);
        self.views.len() - 1
    }

    fn accessor(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn store(&mut self, parts: Vec<Part>) -> Vec<Stored> {
        let vectors = |all: &[glam::Vec3]| -> Vec<u8> {
            let numbers = all.iter().flat_map(glam::Vec3::to_array);
            numbers.flat_map(f32::to_le_bytes).collect()
        };
        let all = parts.into_iter().map(|part| {
            let count = part.positions.len();
            let [low, high] = part.bounds().map(|at| at.to_array());
            let view = self.view(&vectors(&part.positions), ARRAY_BUFFER);
            let position = self.accessor(json!({
                "bufferView": view, "componentType": FLOAT, "count": count, "type": "VEC3", "min": low, "max": high,
            }));
            let view = self.view(&vectors(&part.normals), ARRAY_BUFFER);
            let normal = self.accessor(json!({
                "bufferView": view, "componentType": FLOAT, "count": count, "type": "VEC3",
            }));
            let numbers = part.indices.iter().flat_map(|index| index.to_le_bytes());
            let view = self.view(&numbers.collect::<Vec<u8>>(), ELEMENT_ARRAY_BUFFER);
            let indices = self.accessor(json!({
                "bufferView": view, "componentType": UNSIGNED_INT, "count": part.indices.len(), "type": "SCALAR",
            }));
            Stored {
                ink: part.ink,
                position,
                normal,
                indices,
            }
        });
        all.collect()
    }

    fn material(&mut self, ink: Ink) -> usize {
        let next = self.materials.len();
        let place = *self.inks.entry(ink.map(f32::to_bits)).or_insert(next);
        if place == next {
            let mode = if ink[3] < 1.0 { "BLEND" } else { "OPAQUE" };
            self.materials.push(json!({
                "pbrMetallicRoughness": { "baseColorFactor": ink, "metallicFactor": 0.0, "roughnessFactor": 0.9 },
                "alphaMode": mode,
                "doubleSided": true,
            }));
        }
        place
    }

    fn mesh(&mut self, stored: &[Stored], own: Ink, name: &str) -> usize {
        let primitives: Vec<Value> = stored
            .iter()
            .map(|part| {
                json!({
                    "attributes": { "POSITION": part.position, "NORMAL": part.normal },
                    "indices": part.indices,
                    "material": self.material(part.ink.unwrap_or(own)),
                })
            })
            .collect();
        self.meshes
            .push(json!({ "name": name, "primitives": primitives }));
        self.meshes.len() - 1
    }

    fn finish(self, site: usize) -> Vec<u8> {
        let json = json!({
            "asset": { "version": "2.0", "generator": concat!("coldaisle ", env!("CARGO_PKG_VERSION")) },
            "scene": 0,
            "scenes": [{ "nodes": [site] }],
            "nodes": self.nodes,
            "meshes": self.meshes,
            "materials": self.materials,
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{ "byteLength": self.bytes.len() }],
        });
        let mut text = json.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let length = 12 + 8 + text.len() + 8 + self.bytes.len();
        let mut file = Vec::with_capacity(length);
        file.extend(b"glTF");
        file.extend(2_u32.to_le_bytes());
        file.extend((length as u32).to_le_bytes());
        for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &self.bytes)] {
            file.extend((chunk.len() as u32).to_le_bytes());
            file.extend(kind);
            file.extend(chunk);
        }
        file
    }
}
