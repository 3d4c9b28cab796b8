//! What the servers do, in a line.

use crate::describe::count;
use crate::scenario::resolve::context::Context;
use crate::workload::Class;
use crate::workload::model::Model;
use crate::workload::model::fine_tuning::FineTuning;

/// A model that is trained, by name or by size.
fn size(model: &Model) -> String {
    match (&model.model, model.parameters) {
        (Some(name), _) => name.clone(),
        (None, parameters) => format!("{} billion parameters", parameters.unwrap_or(0.0) / 1e9),
    }
}

/// What the servers do, and who runs first.
pub(in crate::scenario::resolve) fn line(context: Context<'_>) -> String {
    let work = &context.scenario.workload;
    let mut parts = Vec::new();
    if let Some(training) = &work.pretraining {
        for model in &training.models {
            let again = if model.repeat {
                ", again and again"
            } else {
                ""
            };
            let what = size(model);
            let gpus = count(f64::from(model.gpus), "GPU");
            parts.push(format!("training of {what} on {gpus}{again}"));
        }
    }
    if let Some(campaign) = &work.campaign {
        parts.push(format!(
            "a campaign of {} on {} from day {}",
            size(campaign),
            count(f64::from(campaign.gpus), "GPU"),
            campaign.start_day
        ));
    }
    if let Some(inference) = &work.inference {
        parts.push(match (&inference.model, inference.requests_per_s) {
            (Some(name), Some(requests)) => {
                format!("{requests} requests a second to {name}")
            }
            _ => format!(
                "inference on {} at {:.0} %",
                count(f64::from(inference.gpus.unwrap_or(0)), "GPU"),
                100.0 * inference.mean_utilisation.unwrap_or(0.0)
            ),
        });
    }
    if let Some(diffusion) = &work.diffusion {
        let (model, number) = (&diffusion.model, diffusion.images_per_hour);
        parts.push(format!("{number} images an hour by {model}"));
    }
    if work.mining.is_some() {
        parts.push("every accelerator hashing".into());
    }
    let tuned = work.fine_tuning.as_ref();
    for tuning in tuned.into_iter().flat_map(FineTuning::models) {
        let (model, number) = (&tuning.model, tuning.jobs_per_day);
        parts.push(format!("{number} fine-tuning jobs a day of {model}"));
    }
    let tuned = tuned.and_then(FineTuning::stream);
    for (what, class, stream) in [
        ("fine-tuning", Class::FineTuning, tuned),
        ("batch", Class::Batch, work.batch.as_ref()),
    ] {
        parts.extend(stream.and_then(|s| s.describe(what, class)));
    }
    if let Some(constant) = &work.constant {
        parts.push(format!(
            "every chip at {:.0} %",
            100.0 * constant.utilisation
        ));
    }
    if let Some(profile) = &work.profile {
        parts.push(format!("the load of {}", profile.file.display()));
    }
    if work.constant.is_none() && work.profile.is_none() && work.mining.is_none() {
        let policy = toml::Value::try_from(&context.scenario.scheduler);
        let policy = policy.as_ref().ok().and_then(toml::Value::as_table);
        if let Some(name) = policy.and_then(|table| table.keys().next()) {
            parts.push(format!("scheduler {name}"));
        }
    }
    parts.join("; ")
}
