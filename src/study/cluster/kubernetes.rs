//! A study as an indexed Job of Kubernetes.
//!
//! Source: Kubernetes, Job (`batch/v1`). `backoffLimitPerIndex` is stable since 1.33 (on by default since 1.29), `podFailurePolicy`
//! since 1.31 (1.26). The first rule that matches counts; what matches none counts against `backoffLimitPerIndex`.

use std::path::{Component, Path};

use super::{Job, quote, text_of};
use crate::describe::Fault;

/// Where the volume is mounted: the working directory of all tasks.
pub const MOUNT: &str = "/work";
/// How often a pod of an index may fail for another reason than wrong input or the loss of its node.
const RETRIES: u32 = 3;
/// The user of the image, who is not root.
const USER: u32 = 65_532;
/// Finished Jobs go after a week.
const KEPT_S: u32 = 7 * 24 * 3600;

/// What a cluster has for a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kubernetes {
    /// The image with coldaisle as its entry point.
    pub image: String,
    /// The `PersistentVolumeClaim` that holds the study and takes the results; several nodes write to it (`ReadWriteMany`).
    pub claim: String,
}

/// The manifest of the tasks. Paths of the job are relative: they are those within the volume.
pub fn kubernetes(job: &Job, cluster: &Kubernetes) -> Result<String, Fault> {
    let shards = job.shards;
    let at_once = job.at_once.unwrap_or(shards).min(shards);
    // Many indexes that fail have a common cause: a tenth of them ends the rest.
    let failed = shards.div_ceil(10);
    let name = job.label();
    let spec = format!(
        "  completionMode: Indexed
  completions: {shards}
  parallelism: {at_once}
  backoffLimitPerIndex: {RETRIES}
  maxFailedIndexes: {failed}
  podFailurePolicy:
    rules:
      # Wrong input stays wrong.
      - action: FailIndex
        onExitCodes:
          containerName: sweep
          operator: In
          values: [2]
      # A node that is drained or lost is no failure of the task.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: \"True\"
"
    );
    manifest(job, cluster, (&name, &spec), &job.run()?, job.cores)
}

/// The manifest of the Job that makes the table when all tasks have ended.
pub fn kubernetes_gather(job: &Job, cluster: &Kubernetes) -> Result<String, Fault> {
    let name = format!("{}-gather", job.label());
    manifest(
        job,
        cluster,
        (&name, "  backoffLimit: 0\n"),
        &job.gather()?,
        1,
    )
}

/// A Job with one container; `spec` is its own part.
fn manifest(
    job: &Job,
    cluster: &Kubernetes,
    (name, spec): (&str, &str),
    arguments: &[String],
    cores: u32,
) -> Result<String, Fault> {
    for path in [&job.study, &job.output] {
        within_volume(path)?;
    }
    let arguments: Vec<String> = arguments.iter().map(|word| quote::yaml(word)).collect();
    let memory = job.need.memory_mib;
    Ok(format!(
        "# {title}
# The claim holds the study and its files as they lie in this folder, and takes the results: it is {MOUNT} in the tasks.
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: coldaisle
spec:
{spec}  ttlSecondsAfterFinished: {KEPT_S}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: coldaisle
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: {USER}
        runAsGroup: {USER}
        fsGroup: {USER}
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: sweep
          image: {image}
          args: [{arguments}]
          workingDir: {MOUNT}
          env:
            - name: RAYON_NUM_THREADS
              value: \"{cores}\"
          resources:
            # Memory {why}.
            requests:
              cpu: \"{cores}\"
              memory: {memory}Mi
            limits:
              memory: {memory}Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: work
              mountPath: {MOUNT}
      volumes:
        - name: work
          persistentVolumeClaim:
            claimName: {claim}
",
        title = job.title(),
        name = quote::yaml(name), // all digits, or `on`, would be no text
        image = quote::yaml(&cluster.image),
        claim = quote::yaml(&cluster.claim),
        arguments = arguments.join(", "),
        why = if job.need.measured {
            "as measured, with a quarter in reserve"
        } else {
            "could not be measured on this system: 2 GiB a core"
        },
    ))
}

/// Paths are those within the volume: relative, and not out of it.
fn within_volume(path: &Path) -> Result<(), Fault> {
    let inside = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.components().all(inside) {
        return text_of(path).map(|_| ());
    }
    Err(Fault::new(
        format!("{} lies outside the volume of the tasks", path.display()),
        format!("change to the folder that becomes {MOUNT} there, and give paths relative to it"),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests;
    use super::*;

    fn job() -> Job {
        Job {
            study: "studies/it's a \"study\".toml".into(),
            output: "results/a: b".into(),
            ..tests::job()
        }
    }

    fn cluster() -> Kubernetes {
        Kubernetes {
            image: "registry.example/coldaisle:0.1.0".into(),
            claim: "shared".into(),
        }
    }

    #[test]
    fn the_manifest_has_the_tasks_their_needs_and_their_failures() {
        let text = kubernetes(&job(), &cluster()).unwrap();
        for line in [
            "  name: \"cooling-by-climate\"",
            "  completionMode: Indexed",
            "  completions: 20",
            "  parallelism: 10",
            "  backoffLimitPerIndex: 3",
            "  maxFailedIndexes: 2",
            "          values: [2]",
            "              memory: 640Mi",
            "              value: \"4\"",
            r#"          args: ["sweep", "studies/it's a \"study\".toml", "-o", "results/a: b", "--set", "site.climate='dublin'", "--shard", "array/20"]"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let gather = kubernetes_gather(&job(), &cluster()).unwrap();
        assert!(gather.contains("  name: \"cooling-by-climate-gather\"\n"));
        assert!(gather.contains("\"--gather\"]") && !gather.contains("Indexed"));
    }

    #[test]
    fn paths_outside_the_volume_are_refused() {
        for path in ["/home/x/study.toml", "../study.toml", "a/../../b.toml"] {
            let job = Job {
                study: path.into(),
                ..job()
            };
            let fault = kubernetes(&job, &cluster()).unwrap_err();
            assert!(fault.cure.contains(MOUNT), "{fault}");
        }
    }
}
