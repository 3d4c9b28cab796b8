//! `[workload.fine_tuning]`, read as the one or the other of its two forms.

use schemars::JsonSchema;
use serde::de::{IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Tuning;
use crate::workload::synthetic::JobStream;

/// `[workload.fine_tuning]`: a random stream, or models of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(untagged)]
pub enum FineTuning {
    /// Jobs that fine-tune models of the catalogue, one entry each.
    Models(Tunables),
    /// Random jobs.
    Stream(Box<JobStream>),
}

/// Jobs that fine-tune models of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tunables {
    /// The kinds of jobs, one entry each.
    pub models: Vec<Tuning>,
}

impl FineTuning {
    /// The random stream, where it is one.
    pub fn stream(&self) -> Option<&JobStream> {
        match self {
            Self::Stream(stream) => Some(stream),
            Self::Models(_) => None,
        }
    }

    /// The models, where they are named.
    pub fn models(&self) -> &[Tuning] {
        match self {
            Self::Stream(_) => &[],
            Self::Models(table) => &table.models,
        }
    }
}

// serde's own `untagged` would lose the place of a mistake and the names of what is allowed: a table that holds `models`
// first is read as the one, any other as the other. (Keys come in alphabetical order; a table of models has no other.)
impl<'de> Deserialize<'de> for FineTuning {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FineTuning;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FineTuning, A::Error> {
                let first = map.next_key::<String>()?;
                let models = first.as_deref() == Some("models");
                let all = serde::de::value::MapAccessDeserializer::new(Again { first, map });
                if models {
                    Tunables::deserialize(all).map(FineTuning::Models)
                } else {
                    JobStream::deserialize(all).map(|stream| FineTuning::Stream(Box::new(stream)))
                }
            }
        }
        de.deserialize_map(Either)
    }
}

/// A map whose first key was read already.
struct Again<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Again<A> {
    type Error = A::Error;
    fn next_key_seed<K: serde::de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }
    fn next_value_seed<V: serde::de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
