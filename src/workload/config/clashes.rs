//! Which tables of the work go together.

use super::Workload;
use crate::describe::Fault;
use crate::workload::trace::Trace;

/// What a table describes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Covers {
    /// Some of the jobs or services: any number of such tables go together.
    Jobs,
    /// The whole hall: it stands alone.
    Hall,
}

/// A table, and what it covers where a scenario gives it.
type Table = (&'static str, fn(&Workload) -> Option<Covers>);

/// Every table of `[workload]`, in the order of its documentation.
const TABLES: [Table; 11] = {
    use Covers::{Hall, Jobs};
    [
        ("pretraining", |w| w.pretraining.as_ref().map(|_| Jobs)),
        ("campaign", |w| w.campaign.as_ref().map(|_| Jobs)),
        ("fine_tuning", |w| w.fine_tuning.as_ref().map(|_| Jobs)),
        ("inference", |w| w.inference.as_ref().map(|_| Jobs)),
        ("diffusion", |w| w.diffusion.as_ref().map(|_| Jobs)),
        ("offload", |w| w.offload.as_ref().map(|_| Jobs)),
        ("batch", |w| w.batch.as_ref().map(|_| Jobs)),
        ("constant", |w| w.constant.as_ref().map(|_| Hall)),
        ("mining", |w| w.mining.as_ref().map(|_| Hall)),
        ("profile", |w| w.profile.as_ref().map(|_| Hall)),
        ("trace", |w| w.trace.as_ref().map(covers)),
    ]
};

fn covers(trace: &Trace) -> Covers {
    if trace.is_whole() {
        Covers::Hall
    } else {
        Covers::Jobs
    }
}

impl Workload {
    /// Whether it consists of jobs and services, which need chips that run models.
    pub fn has_jobs(&self) -> bool {
        TABLES.iter().any(|(_, of)| of(self) == Some(Covers::Jobs))
    }

    /// One whole-hall table alone, or any number of job tables.
    pub fn check_tables(&self) -> Result<(), Fault> {
        let given = |covers| {
            let tables = TABLES.iter();
            tables.filter_map(move |(name, of)| (of(self) == Some(covers)).then_some(*name))
        };
        let (mut whole, mut jobs) = (given(Covers::Hall), given(Covers::Jobs));
        let (one, other) = match (whole.next(), whole.next(), jobs.next()) {
            (Some(one), Some(other), _) | (Some(one), None, Some(other)) => (one, other),
            (None, _, None) => {
                let tables = TABLES.map(|(name, _)| match name {
                    "trace" => "[workload.trace.FORMAT]".to_owned(),
                    name => format!("[workload.{name}]"),
                });
                let cure = format!("give at least one of {}", tables.join(", "));
                return Err(Fault::new("the scenario has no workload", cure).at("workload"));
            }
            _ => return Ok(()),
        };
        let what = format!("cannot be combined with workload.{other}");
        let cure = "constant, mining, profile and a trace of load each describe the whole hall: keep one of the two tables";
        Err(Fault::new(what, cure).at(format!("workload.{one}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that is added to `[workload]` and forgotten here would run beside one that describes the whole hall.
    #[test]
    fn every_table_of_the_schema_is_listed() {
        let schema = schemars::schema_for!(Workload).to_value();
        let keys = schema["properties"].as_object().unwrap().iter();
        let tables = keys.filter(|(_, key)| key.get("anyOf").is_some());
        let mut known: Vec<&str> = tables.map(|(name, _)| name.as_str()).collect();
        let mut listed = TABLES.map(|(name, _)| name);
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed[..], known);
    }
}
