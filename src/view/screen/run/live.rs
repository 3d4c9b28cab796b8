//! The simulation in a thread of its own. It runs until the requested time and sends its frames through a bounded
//! channel: a slow picture holds it up, and never the other way round.
//!
//! Going back starts the run again from its beginning with the same commands: it takes the same way, to the bit. So does a
//! command for a moment that is past.

use std::sync::mpsc::{
    Receiver, RecvError, Sender, SyncSender, TryRecvError, channel, sync_channel,
};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::engine::RunError;
use crate::scenario::Resolved;
use crate::scenario::session::{Act, CommandConfig};
use crate::view::hall::events::{coolant_set_c, holding};
use crate::view::hall::frame::{Frame, Totals};
use crate::view::hall::lost::{Failure, Lost, anything_out, slowed};
use crate::view::screen::run::plan::Plan;

/// Requests of the view.
pub(crate) enum Request {
    /// Go to a time. Frames before it may be left out where the simulation is fast.
    Until {
        /// Seconds from the start.
        time_s: f64,
        /// Counts jumps; those that are sent carry it.
        epoch: u64,
    },
    /// Do this.
    Act {
        /// The command.
        act: Box<Act>,
        /// From when on, s; before the next step where none is given.
        at_s: Option<f64>,
    },
    /// Take another scenario, or the same with other keys; go on at the same time.
    Plan(Box<Plan>),
}

/// Updates of the simulation.
pub(crate) enum Update {
    /// The end of a step.
    Frame(Arc<Frame>),
    /// A command was applied; or why it was not.
    Done(Result<CommandConfig, String>),
    /// The run cannot go on.
    Trouble(String),
}

/// A running simulation.
pub(crate) struct Live {
    requests: Sender<Request>,
    /// Only the view receives it; the lock lets others look at the view.
    updates: Mutex<Receiver<Update>>,
}

/// Moments this near to each other are one, s.
const SAME_S: f64 = 1e-3;
/// Frames on their way to the picture.
const WAITING: usize = 3;
/// While the simulation hurries, the picture follows this often.
const OFTEN: Duration = Duration::from_millis(25);

impl Live {
    pub(crate) fn start(plan: Plan) -> Self {
        let (requests, to_do) = channel();
        let (sender, updates) = sync_channel(WAITING);
        std::thread::spawn(move || {
            if let Err(Disconnected) = work(plan, &to_do, &sender) {
                // The view is closed.
            }
        });
        let updates = Mutex::new(updates);
        Self { requests, updates }
    }

    /// Sends a request; a simulation that has ended ignores it.
    pub(crate) fn request(&self, request: Request) {
        let _ = self.requests.send(request);
    }

    /// Updates received meanwhile, if any.
    pub(crate) fn poll(&self) -> Option<Update> {
        self.updates.lock().ok()?.try_recv().ok()
    }

    /// Waits for the next.
    pub(crate) fn wait(&self) -> Option<Update> {
        self.updates.lock().ok()?.recv().ok()
    }
}

/// The receiver is gone.
struct Disconnected;

impl From<RecvError> for Disconnected {
    fn from(_: RecvError) -> Self {
        Self
    }
}

struct Run {
    resolved: Resolved,
    totals: Totals,
    failure: Option<Failure>,
    time_s: f64,
    ended: bool,
}

impl Run {
    fn start(plan: &Plan) -> Result<Self, String> {
        Ok(Self {
            resolved: plan.resolve()?,
            totals: Totals::default(),
            failure: None,
            time_s: 0.0,
            ended: false,
        })
    }

    /// Takes a command; true where its moment is past, so that the run has to start again with it.
    fn take(&mut self, act: Act, at_s: Option<f64>) -> Result<(CommandConfig, bool), String> {
        let next_s = self.resolved.simulation.clock.next_s();
        // Times of frames are sums, those of steps are products.
        let at_s = at_s.filter(|at_s| (at_s - next_s).abs() > SAME_S);
        let config = CommandConfig {
            at_s: at_s.unwrap_or(next_s),
            act,
        };
        let command = config
            .resolve(&self.resolved)
            .map_err(|error| error.report(false))?;
        let past = config.at_s < next_s;
        if !past {
            self.resolved.simulation.commands.add(command);
        }
        Ok((config, past))
    }

    fn step(&mut self) -> Result<(), RunError> {
        match self.resolved.simulation.step()? {
            Some(snapshot) => {
                self.totals.add(snapshot);
                self.time_s = snapshot.time_s;
                self.follow_failure();
            }
            None => self.ended = true,
        }
        Ok(())
    }

    /// Adds what the last step has lost, where something is out.
    fn follow_failure(&mut self) {
        let facility = &self.resolved.simulation.facility;
        let s = facility.snapshot();
        let began_s = s.time_s - s.dt_s;
        let out = anything_out(&holding(self.resolved.simulation.events.all(), began_s));
        if !out && self.failure.is_none() {
            return;
        }
        let mut work = Vec::new();
        let mut parts = 0.0;
        for (hall, shown) in s.halls.iter().enumerate() {
            if shown.throttled_gpus > 0.0 {
                facility.rack_work(hall, &mut work);
                parts += slowed(&work);
            }
        }
        let lost = Lost::in_step(s, self.resolved.gpus, parts);
        self.failure = Failure::after(self.failure, s, out, &lost);
    }

    fn frame(&self, epoch: u64) -> Frame {
        let facility = &self.resolved.simulation.facility;
        let halls = facility.snapshot().halls.len();
        let work = (0..halls).map(|hall| {
            let mut work = Vec::new();
            facility.rack_work(hall, &mut work);
            work
        });
        let snapshot = facility.snapshot().clone();
        let began_s = snapshot.time_s - snapshot.dt_s;
        let simulation = &self.resolved.simulation;
        Frame {
            work: work.collect(),
            events: holding(simulation.events.all(), began_s),
            failure: self.failure,
            coolant_set_c: coolant_set_c(
                &self.resolved.scenario,
                simulation.commands.all(),
                began_s,
            ),
            snapshot,
            occupants: facility.occupants(),
            totals: self.totals,
            epoch,
        }
    }
}

fn work(
    mut plan: Plan,
    requests: &Receiver<Request>,
    updates: &SyncSender<Update>,
) -> Result<(), Disconnected> {
    let (mut target_s, mut epoch) = (0.0_f64, 0);
    let mut run = None;
    let mut sent = Instant::now();
    let mut stale = true;
    loop {
        let rests = match &run {
            Some(Run { time_s, ended, .. }) => *ended || *time_s >= target_s,
            None => !stale,
        };
        let request = if rests {
            Some(requests.recv()?)
        } else {
            match requests.try_recv() {
                Ok(request) => Some(request),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return Err(Disconnected),
            }
        };
        match request {
            Some(Request::Until {
                time_s,
                epoch: requested,
            }) => {
                target_s = time_s;
                if requested != epoch {
                    epoch = requested;
                    // Back: from the beginning.
                    if run.as_ref().is_some_and(|run: &Run| run.time_s > target_s) {
                        (run, stale) = (None, true);
                    } else if let Some(run) = &run {
                        send(updates, Update::Frame(Arc::new(run.frame(epoch))))?;
                    }
                }
                continue;
            }
            Some(Request::Act { act, at_s }) => {
                let done = match &mut run {
                    Some(run) => run.take(*act, at_s),
                    // It has not begun, or could not.
                    None => Run::start(&plan).and_then(|begun| run.insert(begun).take(*act, at_s)),
                };
                let done = done.map(|(config, past)| {
                    plan.add(config.clone());
                    if past {
                        (run, stale) = (None, true);
                    }
                    config
                });
                send(updates, Update::Done(done))?;
                continue;
            }
            Some(Request::Plan(new)) => {
                plan = *new;
                (run, stale) = (None, true);
                continue;
            }
            None => {}
        }
        let Some(now) = &mut run else {
            stale = false;
            match Run::start(&plan) {
                Ok(begun) => run = Some(begun),
                Err(error) => send(updates, Update::Trouble(error))?,
            }
            continue;
        };
        if let Err(error) = now.step() {
            send(updates, Update::Trouble(error.to_string()))?;
            now.ended = true;
            continue;
        }
        let there = now.time_s >= target_s || now.ended;
        if there {
            send(updates, Update::Frame(Arc::new(now.frame(epoch))))?;
            sent = Instant::now();
        } else if sent.elapsed() >= OFTEN {
            // On the way a picture that is behind gets none.
            let _ = updates.try_send(Update::Frame(Arc::new(now.frame(epoch))));
            sent = Instant::now();
        }
    }
}

fn send(updates: &SyncSender<Update>, what: Update) -> Result<(), Disconnected> {
    updates.send(what).map_err(|_| Disconnected)
}
