//! One pattern for everything of which a scenario names one kind: cooling, plants, schedulers, traces, events.
//!
//! A line of a registry is the word of the scenario file, the variant and the table behind it. The table implements the
//! registry's trait; all uses of the kind go through that trait, so that a new kind is one file and one line.

/// Makes an externally tagged enum whose variants implement a trait, with the names by which scenarios know them.
///
/// ```text
/// registry! {
///     /// What cools a hall.
///     pub enum Cooling: Config {
///         /// Room air.
///         "air" => Air(air::AirConfig),
///     }
/// }
/// ```
///
/// gives `Cooling::NAMES`, `Cooling::name(&self)` and `Cooling::kind(&self) -> &dyn Config` (and `kind_mut`).
macro_rules! registry {
    (
        $(#[$of:meta])*
        $vis:vis enum $registry:ident: $kind:path {
            $($(#[$doc:meta])* $key:literal => $variant:ident($table:ty),)*
        }
    ) => {
        $(#[$of])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
        $vis enum $registry {
            $($(#[$doc])* #[serde(rename = $key)] $variant($table),)*
        }

        #[allow(dead_code, unreachable_pub, reason = "not every registry needs each of them, nor is each public")]
        impl $registry {
            /// The names by which scenarios know them, in the order of the registry.
            pub const NAMES: &'static [&'static str] = &[$($key),*];

            /// Its name in scenarios.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $key,)* }
            }

            /// Its configuration.
            pub(crate) fn kind(&self) -> &dyn $kind {
                match self { $(Self::$variant(table) => table,)* }
            }

            /// The same, to change it.
            pub(crate) fn kind_mut(&mut self) -> &mut dyn $kind {
                match self { $(Self::$variant(table) => table,)* }
            }
        }
    };
}
pub(crate) use registry;

#[cfg(test)]
mod tests {
    trait Legs {
        fn legs(&self) -> u32;
    }

    #[derive(
        Debug, Clone, Default, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
    )]
    struct Stool {
        legs: u32,
    }

    impl Legs for Stool {
        fn legs(&self) -> u32 {
            self.legs
        }
    }

    registry! {
        /// Its base.
        enum Seat: Legs {
            /// Low.
            "bar_stool" => BarStool(Stool),
        }
    }

    #[test]
    fn names_are_those_of_the_file_and_the_kind_answers() {
        let mut seat: Seat = toml::from_str("bar_stool = { legs = 3 }").unwrap();
        assert_eq!(
            (Seat::NAMES, seat.name()),
            (&["bar_stool"][..], "bar_stool")
        );
        assert_eq!((seat.kind().legs(), seat.kind_mut().legs()), (3, 3));
        let schema = schemars::schema_for!(Seat).to_value().to_string();
        assert!(
            schema.contains("bar_stool") && !schema.contains("BarStool"),
            "{schema}"
        );
    }
}
