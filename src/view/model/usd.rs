//! USD as text (OpenUSD): racks are instances of a class each, materials are preview surfaces. Names of any text are
//! display names; prims have plain ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use glam::Vec3;

use super::mesh::{Part, parts};
use super::{Ink, Subject};

pub(super) fn write(subject: &Subject) -> String {
    let mut inks = Inks::default();
    let mut site = String::new();
    for (number, body) in subject.bodies.iter().enumerate() {
        let prim = plain(&body.name, number);
        let _ = writeln!(
            site,
            "    def Xform \"{prim}\" (\n        displayName = {}\n    )\n    {{",
            quoted(&body.name)
        );
        meshes(
            &mut site,
            &parts(subject, &body.solids),
            &mut inks,
            "        ",
        );
        site.push_str("    }\n");
    }
    for (number, hall) in subject.site.scenario.hall.iter().enumerate() {
        let prim = plain(&hall.name, number);
        let _ = writeln!(
            site,
            "    def Xform \"hall_{prim}\" (\n        displayName = {}\n    )\n    {{",
            quoted(&format!("hall {}", hall.name))
        );
        let own =
            |placed: &&crate::view::hall::layout::units::Placed| placed.hall as usize == number;
        for placed in subject.units.placed.iter().filter(own) {
            let ink = subject.rack_ink(placed.hall, placed.rack);
            let material = inks.name(ink);
            let name = quoted(&subject.rack_name(placed.hall, placed.rack));
            let [x, y, z] = placed.at.to_array();
            let [r, g, b, _] = ink;
            let _ = write!(
                site,
                "        def Xform \"rack_{number}\" (\n            prepend apiSchemas = [\"MaterialBindingAPI\"]\n            \
                 displayName = {name}\n            prepend inherits = </unit_{unit}>\n            instanceable = true\n        )\n        \
                 {{\n            rel material:binding = </site/materials/{material}>\n            \
                 color3f[] primvars:displayColor = [({r}, {g}, {b})]\n            \
                 double3 xformOp:translate = ({x}, {y}, {z})\n            \
                 uniform token[] xformOpOrder = [\"xformOp:translate\"]\n        }}\n",
                number = placed.rack + 1,
                unit = placed.unit,
            );
        }
        site.push_str("    }\n");
    }
    let mut classes = String::new();
    for (number, unit) in subject.units.units.iter().enumerate() {
        let _ = writeln!(classes, "class Xform \"unit_{number}\"\n{{");
        meshes(
            &mut classes,
            &parts(subject, &unit.solids),
            &mut inks,
            "    ",
        );
        classes.push_str("}\n\n");
    }
    format!(
        "#usda 1.0\n(\n    defaultPrim = \"site\"\n    metersPerUnit = 1\n    upAxis = \"Y\"\n    doc = {}\n)\n\n{classes}\
         def Xform \"site\" (\n    kind = \"assembly\"\n    displayName = {}\n)\n{{\n{}{site}}}\n",
        quoted(&format!(
            "coldaisle {}: {}",
            env!("CARGO_PKG_VERSION"),
            subject.note
        )),
        quoted(&subject.site.name),
        inks.scope(),
    )
}

/// A name that a prim may have; the number keeps it apart from others.
fn plain(name: &str, number: usize) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let text: String = name.chars().take(60).map(allowed).collect();
    format!("p{number}_{text}")
}

/// A string of USD text.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The colours that are used, by the names of their materials.
#[derive(Default)]
struct Inks(BTreeMap<String, Ink>);

impl Inks {
    fn name(&mut self, ink: Ink) -> String {
        let [r, g, b, a] = ink.map(f32::to_bits);
        let name = format!("ink_{r:08x}{g:08x}{b:08x}{a:08x}");
        self.0.insert(name.clone(), ink);
        name
    }

    fn scope(&self) -> String {
        let mut text = String::from("    def Scope \"materials\"\n    {\n");
        for (name, [r, g, b, a]) in &self.0 {
            let _ = write!(
                text,
                "        def Material \"{name}\"\n        {{\n            \
                 token outputs:surface.connect = </site/materials/{name}/surface.outputs:surface>\n            \
                 def Shader \"surface\"\n            {{\n                uniform token info:id = \"UsdPreviewSurface\"\n                \
                 color3f inputs:diffuseColor = ({r}, {g}, {b})\n                float inputs:opacity = {a}\n                \
                 float inputs:roughness = 0.9\n                token outputs:surface\n            }}\n        }}\n"
            );
        }
        text.push_str("    }\n");
        text
    }
}

fn meshes(text: &mut String, parts: &[Part], inks: &mut Inks, indent: &str) {
    let vectors = |all: &[Vec3]| {
        let all: Vec<String> = all
            .iter()
            .map(|at| format!("({}, {}, {})", at.x, at.y, at.z))
            .collect();
        all.join(", ")
    };
    for (number, part) in parts.iter().enumerate() {
        // The colour of a rack is bound where it stands.
        let schemas = if part.ink.is_some() {
            format!(" (\n{indent}    prepend apiSchemas = [\"MaterialBindingAPI\"]\n{indent})")
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "{indent}def Mesh \"mesh_{number}\"{schemas}\n{indent}{{"
        );
        let mut line = |words: String| {
            let _ = writeln!(text, "{indent}    {words}");
        };
        line("uniform bool doubleSided = 1".into());
        line("uniform token subdivisionScheme = \"none\"".into());
        line(format!("float3[] extent = [{}]", vectors(&part.bounds())));
        let counts = vec!["3"; part.indices.len() / 3].join(", ");
        line(format!("int[] faceVertexCounts = [{counts}]"));
        let indices: Vec<String> = part.indices.iter().map(u32::to_string).collect();
        line(format!(
            "int[] faceVertexIndices = [{}]",
            indices.join(", ")
        ));
        line(format!("point3f[] points = [{}]", vectors(&part.positions)));
        line(format!(
            "normal3f[] normals = [{}] (interpolation = \"vertex\")",
            vectors(&part.normals)
        ));
        if let Some(ink) = part.ink {
            let [r, g, b, _] = ink;
            line(format!(
                "color3f[] primvars:displayColor = [({r}, {g}, {b})]"
            ));
            line(format!(
                "rel material:binding = </site/materials/{}>",
                inks.name(ink)
            ));
        }
        let _ = writeln!(text, "{indent}}}");
    }
}
