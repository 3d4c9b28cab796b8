//! A second simulation of the same scenario runs ahead in the background, with the same commands, and fills the overview.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use crate::view::hall::overview::{Gather, Overview, Row};
use crate::view::screen::run::plan::Plan;

/// The simulation that runs ahead.
#[derive(Debug)]
pub(crate) struct Prefetcher {
    /// Only the view receives it; the lock lets others look at the view.
    rows: Mutex<Receiver<Vec<Row>>>,
}

/// Rows in a parcel, and parcels on their way.
const PARCEL: usize = 64;
const WAITING: usize = 64;

impl Prefetcher {
    pub(crate) fn start(plan: Plan) -> Self {
        let (send, rows) = sync_channel(WAITING);
        std::thread::spawn(move || {
            // Faults of the plan are reported by the other simulation too.
            let _ = look_ahead(&plan, &send);
        });
        let rows = Mutex::new(rows);
        Self { rows }
    }

    /// Adds what has come; never waits.
    pub(crate) fn poll(&self, into: &mut Overview) {
        let Ok(received) = self.rows.lock() else {
            return;
        };
        loop {
            match received.try_recv() {
                Ok(rows) => into.rows.extend(rows),
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
        if let Ok(received) = self.rows.lock() {
            into.rows.extend(received.iter().flatten());
        }
        into.complete = true;
    }
}

fn look_ahead(plan: &Plan, send: &SyncSender<Vec<Row>>) -> Option<()> {
    let mut run = plan.resolve().ok()?;
    let record_s = run.scenario.run.record_s.max(run.total_s / 8000.0);
    let mut gather = Gather::new(record_s);
    let mut parcel = Vec::with_capacity(PARCEL);
    let last_s = run.total_s - 1e-6;
    while let Ok(Some(snapshot)) = run.simulation.step() {
        if let Some(row) = gather.add(snapshot, snapshot.time_s >= last_s) {
            parcel.push(row);
            if parcel.len() == PARCEL {
                send.send(std::mem::take(&mut parcel)).ok()?;
            }
        }
    }
    send.send(parcel).ok()
}
