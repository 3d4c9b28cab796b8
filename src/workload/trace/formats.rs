//! The formats, a file each.

pub(in crate::workload::trace) mod alibaba;
pub(in crate::workload::trace) mod azure;
pub(in crate::workload::trace) mod jobs_csv;
pub(in crate::workload::trace) mod mlperf;
pub(in crate::workload::trace) mod mooncake;
pub(in crate::workload::trace) mod philly;
pub(in crate::workload::trace) mod raps;
pub(in crate::workload::trace) mod sacct;
pub(in crate::workload::trace) mod swf;
pub(in crate::workload::trace) mod telemetry;
