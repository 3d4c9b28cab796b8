//! `jobs`: one row per job, written as it ends.

use std::path::Path;

use crate::metrics::slowdown;
use crate::output::table::{Column, Kind, Moments, Table};
use crate::output::{OutputError, Recording};
use crate::snapshot::FinishedJob;
use crate::units::J_PER_KWH;
use crate::workload::Outcome;

/// The writer.
pub(in crate::output) struct Jobs {
    table: Table,
    moments: Moments,
}

impl Jobs {
    pub(in crate::output) fn create(
        folder: &Path,
        recording: &Recording,
    ) -> Result<Self, OutputError> {
        let columns = [
            Column::new("id", Kind::Integer),
            Column::new("class", Kind::Text),
            Column::new("gpus", Kind::Integer),
            Column::new("submit", Kind::Time),
            Column::new("wait_s", Kind::Number(1)),
            Column::new("start", Kind::Time),
            Column::new("end", Kind::Time),
            Column::new("run_s", Kind::Number(1)),
            Column::new("tokens", Kind::Number(0)),
            Column::new("completed", Kind::Flag),
            Column::new("ended", Kind::Text),
            Column::new("user", Kind::Integer),
            Column::new("work_s", Kind::Number(1)),
            Column::new("slowdown", Kind::Number(3)),
            Column::new("trace_id", Kind::Text),
            Column::new("interruptions", Kind::Integer),
            Column::new("saving_s", Kind::Number(1)),
            Column::new("restarting_s", Kind::Number(1)),
            Column::new("rework_s", Kind::Number(1)),
            Column::new("slowed_s", Kind::Number(1)),
            Column::new("it_kwh", Kind::Number(4)),
            Column::new("facility_kwh", Kind::Number(4)),
        ];
        Ok(Self {
            table: Table::create(folder, "jobs", recording.format(), &columns)?,
            moments: Moments::new(recording.start),
        })
    }

    pub(in crate::output) fn write(&mut self, job: &FinishedJob) -> Result<(), OutputError> {
        let table = &mut self.table;
        table.integer(job.id);
        table.text(job.class);
        table.integer(job.gpus.into());
        table.moment(self.moments.at(job.submit_s));
        table.number(job.start_s - job.submit_s);
        table.moment(self.moments.at(job.start_s));
        table.moment(self.moments.at(job.end_s));
        table.number(job.end_s - job.start_s);
        table.number(job.tokens);
        table.flag(job.completed);
        table.text(match job.outcome {
            _ if job.refused => "refused",
            Outcome::Completed => "completed",
            Outcome::Cancelled => "cancelled",
            Outcome::Failed => "failed",
        });
        table.integer(job.user.into());
        table.number(job.work_s);
        table.number(slowdown(job));
        table.text(job.label.as_str());
        table.integer(job.interruptions.into());
        let spent = &job.spent;
        for seconds in [spent.saving, spent.restarting, spent.again, spent.slowed] {
            table.number(seconds);
        }
        let energy = job.energy.map(|energy| [energy.it_j, energy.facility_j]);
        for joules in energy.unwrap_or([f64::NAN; 2]) {
            table.number(joules / J_PER_KWH);
        }
        table.end_row()
    }

    pub(in crate::output) fn finish(self) -> Result<(), OutputError> {
        self.table.finish()
    }
}
