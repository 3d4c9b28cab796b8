//! The observer that writes the tables of a run.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::circuits::Circuits;
use super::jobs::Jobs;
use super::load::Load;
use super::racks::Racks;
use super::timeseries::TimeSeries;
use super::wanted::{Sample, TableName, Wanted};
use super::{Format, OutputError};
use crate::metrics::Metric as _;
use crate::metrics::cost::bill::Bill;
use crate::metrics::ride_through::{RideThroughMetric, Span};
use crate::observer::Observer;
use crate::snapshot::Snapshot;
use crate::tariff::Tariff;

/// Recording options.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Which tables, in which format.
    pub wanted: Wanted,
    /// Chooses the jobs that have a row.
    pub seed: u64,
    /// The civil day whose midnight the run starts at.
    pub start: Date,
    /// Seconds in one row of the time series; a whole number of steps.
    pub record_s: f64,
    /// Names of the halls, in the order of the snapshot.
    pub halls: Vec<String>,
    /// Names of the circuits of facility water, the site's first, in the order of the snapshot.
    pub circuits: Vec<String>,
    /// Events, in the order of the scenario.
    pub events: Vec<Span>,
    /// What the site pays for.
    pub tariff: Tariff,
}

impl Recording {
    pub(super) fn format(&self) -> Format {
        self.wanted.format
    }
}

/// Writes `timeseries`, `racks`, `circuits`, `jobs`, `events`, `bill` and `load_8760.csv`, or those of them that are wanted, while a run goes
/// on, in constant memory.
pub struct Recorder {
    folder: PathBuf,
    recording: Recording,
    opened: bool,
    series: Option<TimeSeries>,
    racks: Option<Racks>,
    circuits: Option<Circuits>,
    jobs: Option<Jobs>,
    sample: Sample,
    load: Option<Load>,
    bill: Option<Bill>,
    ride_through: RideThroughMetric,
}

impl Recorder {
    /// Before the first step; `folder` exists.
    pub fn new(folder: &Path, recording: Recording) -> Result<Self, OutputError> {
        Ok(Self {
            series: recording
                .wanted
                .has(TableName::Timeseries)
                .then(|| TimeSeries::new(&recording)),
            racks: recording.wanted.has(TableName::Racks).then(Racks::default),
            circuits: (recording.circuits.len() > 1 && recording.wanted.has(TableName::Circuits))
                .then(|| Circuits::new(recording.circuits.len())),
            jobs: None,
            sample: Sample::new(recording.wanted.jobs_share, recording.seed),
            load: None,
            bill: recording
                .wanted
                .has(TableName::Bill)
                .then(|| Bill::new(recording.start, &recording.tariff)),
            ride_through: RideThroughMetric::of(&recording.events),
            folder: folder.into(),
            recording,
            opened: false,
        })
    }

    /// Writes the last, perhaps shorter interval, the racks, and what is still buffered.
    pub fn finish(self) -> Result<(), OutputError> {
        if let Some(series) = self.series {
            series.finish()?;
        }
        if let Some(racks) = self.racks {
            racks.finish(&self.folder, &self.recording)?;
        }
        if let Some(circuits) = self.circuits {
            circuits.finish(&self.folder, &self.recording)?;
        }
        let outcomes = self.ride_through.outcomes();
        if !outcomes.is_empty() && self.recording.wanted.has(TableName::Events) {
            super::events::write(&self.folder, &self.recording, outcomes)?;
        }
        if let Some(bill) = self.bill {
            super::bill::write(&self.folder, &self.recording, &bill.months())?;
        }
        if let Some(jobs) = self.jobs {
            jobs.finish()?;
        }
        self.load.map_or(Ok(()), Load::finish)
    }

    fn open(&mut self, first: &Snapshot) -> Result<(), OutputError> {
        self.opened = true;
        if let Some(series) = &mut self.series {
            series.open(&self.folder, &self.recording, first)?;
        }
        if let Some(racks) = &mut self.racks {
            racks.open(first);
        }
        let wanted = &self.recording.wanted;
        if wanted.has(TableName::Load) {
            self.load = Some(Load::create(&self.folder, first)?);
        }
        if first.queue.is_some() && wanted.has(TableName::Jobs) {
            self.jobs = Some(Jobs::create(&self.folder, &self.recording)?);
        }
        Ok(())
    }
}

impl Observer for Recorder {
    fn observe(&mut self, s: &Snapshot) -> std::io::Result<()> {
        if !self.opened {
            self.open(s)?;
        }
        if let Some(series) = &mut self.series {
            series.observe(s)?;
        }
        if let Some(racks) = &mut self.racks {
            racks.observe(s);
        }
        if let Some(circuits) = &mut self.circuits {
            circuits.observe(s);
        }
        if let Some(load) = &mut self.load {
            load.observe(s)?;
        }
        if let Some(bill) = &mut self.bill {
            bill.observe(s);
        }
        self.ride_through.observe(s);
        if let Some(jobs) = &mut self.jobs {
            for job in s.finished.iter().filter(|job| self.sample.keeps(job.id)) {
                jobs.write(job)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
