//! A second simulation of the same scenario runs ahead in the background, with the same commands, and fills the overview.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use crate::engine::Event;
use crate::metrics::cost::Cost;
use crate::metrics::ride_through::RideThroughMetric;
use crate::metrics::{Metric, Summary, carbon, energy, water};
use crate::scenario::Resolved;
use crate::view::hall::events::planned;
use crate::view::hall::outlook::{Outlook, spans};
use crate::view::hall::overview::{Gather, Overview, Row};
use crate::view::hall::year::Year;
use crate::view::screen::run::plan::Plan;

/// The simulation that runs ahead.
#[derive(Debug)]
pub(crate) struct Prefetcher {
    /// Only the view receives it; the lock lets others look at the view.
    parcels: Mutex<Receiver<Parcel>>,
}

/// What has become known since the last one.
#[derive(Debug, Default)]
struct Parcel {
    rows: Vec<Row>,
    events: Option<Vec<Event>>,
    /// All of them, where one has changed.
    outlooks: Option<Vec<Outlook>>,
    looked_s: f64,
    year: Option<Year>,
}

impl Parcel {
    fn unpack(self, into: &mut Overview) {
        into.rows.extend(self.rows);
        into.looked_s = into.looked_s.max(self.looked_s);
        into.year = self.year.or(into.year);
        if let Some(events) = self.events {
            into.events = Some(events);
        }
        if let Some(outlooks) = self.outlooks {
            into.outlooks = outlooks;
        }
    }
}

/// Rows in a parcel, and parcels on their way.
const PARCEL: usize = 64;
const WAITING: usize = 64;

impl Prefetcher {
    pub(crate) fn start(plan: Plan) -> Self {
        let (send, parcels) = sync_channel(WAITING);
        std::thread::spawn(move || {
            // Faults of the plan are reported by the other simulation too.
            let _ = look_ahead(&plan, &send);
        });
        let parcels = Mutex::new(parcels);
        Self { parcels }
    }

    /// Adds what has come; never waits.
    pub(crate) fn poll(&self, into: &mut Overview) {
        let Ok(received) = self.parcels.lock() else {
            return;
        };
        loop {
            match received.try_recv() {
                Ok(parcel) => parcel.unpack(into),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    into.complete = true;
                    return;
                }
            }
        }
    }

    /// Waits for the rest.
    pub(crate) fn finish(&self, into: &mut Overview) {
        if let Ok(received) = self.parcels.lock() {
            for parcel in received.iter() {
                parcel.unpack(into);
            }
        }
        into.complete = true;
    }
}

/// The figures of a year, of those that a run's summary has.
struct Figures(Vec<Box<dyn Metric>>);

impl Figures {
    fn of(run: &Resolved) -> Self {
        let context = run.context();
        Self(vec![
            Box::new(energy::Energy::new(&context)),
            Box::new(water::Water::new(&context)),
            Box::new(carbon::Carbon::new(&context)),
            Box::new(Cost::new(&context)),
        ])
    }

    fn year(&self, seconds: f64) -> Year {
        let mut summary = Summary::default();
        for metric in &self.0 {
            metric.report(&mut summary);
        }
        Year { summary, seconds }
    }
}

fn look_ahead(plan: &Plan, send: &SyncSender<Parcel>) -> Option<()> {
    let mut run = plan.resolve().ok()?;
    let events = planned(run.simulation.events.all(), run.simulation.commands.all());
    let mut ride = RideThroughMetric::of(&spans(&events));
    let outlooks = |ride: &RideThroughMetric| -> Vec<Outlook> {
        ride.outcomes().iter().map(Outlook::of).collect()
    };
    let stages = |all: &[Outlook]| all.iter().map(Outlook::stages).sum::<usize>();
    let mut told = outlooks(&ride);
    // An event that has begun may change its outlook with every step, and its end is waited for.
    let mut watch = !told.is_empty();
    send.send(Parcel {
        events: Some(events),
        outlooks: Some(told.clone()),
        ..Parcel::default()
    })
    .ok()?;
    let mut figures = Figures::of(&run);
    let record_s = run.scenario.run.record_s.max(run.total_s / 8000.0);
    let mut gather = Gather::new(record_s);
    let mut parcel = Parcel::default();
    let last_s = run.total_s - 1e-6;
    let mut ends_s: Vec<f64> = told.iter().map(|it| it.end_s).collect();
    let starts_s = told.iter().map(|it| it.start_s);
    let first_s = starts_s.fold(f64::INFINITY, f64::min);
    let finished = loop {
        let snapshot = match run.simulation.step() {
            Ok(Some(snapshot)) => snapshot,
            Ok(None) => break true,
            Err(_) => break false,
        };
        for metric in &mut figures.0 {
            metric.observe(snapshot);
        }
        parcel.looked_s = snapshot.time_s;
        if watch && snapshot.time_s > first_s {
            ride.observe(snapshot);
            let seen = outlooks(&ride);
            let ended = ends_s.iter().any(|end_s| *end_s <= snapshot.time_s);
            ends_s.retain(|end_s| *end_s > snapshot.time_s);
            watch = !ends_s.is_empty();
            if ended || stages(&seen) > stages(&told) {
                told.clone_from(&seen);
                parcel.outlooks = Some(seen);
            }
        }
        if let Some(row) = gather.add(snapshot, snapshot.time_s >= last_s) {
            parcel.rows.push(row);
        }
        if parcel.rows.len() >= PARCEL || parcel.outlooks.is_some() {
            send.send(std::mem::take(&mut parcel)).ok()?;
        }
    };
    if finished {
        parcel.year = Some(figures.year(run.total_s));
    }
    send.send(parcel).ok()
}
