//! Servers out of service, and the reasons: one that failed in a hot rack comes back when both are over.

use rustc_hash::FxHashMap as HashMap;

use crate::scheduler::Dispatcher;

/// Why a server is out of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It failed and is under repair.
    Failed = 1,
    /// Its rack switched itself off.
    Hot = 2,
    /// Nothing carries IT.
    Dark = 4,
}

/// The servers out of service.
#[derive(Debug, Default)]
pub(super) struct OutOfService {
    /// The reasons as bits, and since when, s.
    down: HashMap<u32, (u8, f64)>,
    /// Those that came back in the step under way, and for how long they were away in it, s.
    back: Vec<(u32, f64)>,
    from_s: f64,
}

impl OutOfService {
    /// A step begins.
    pub(super) fn begin_step(&mut self, from_s: f64) {
        self.from_s = from_s;
        self.back.clear();
    }

    /// Takes a server out of service at `at_s`: what runs on it is stopped and goes back to the queue.
    pub(super) fn take(
        &mut self,
        dispatcher: &mut Dispatcher,
        server: u32,
        reason: Reason,
        at_s: f64,
    ) {
        let (reasons, _) = self.down.entry(server).or_insert((0, at_s));
        let was_up = *reasons == 0;
        *reasons |= reason as u8;
        if !was_up {
            return;
        }
        let state = dispatcher.disturb(at_s);
        let hit: Vec<_> = state.running_on(server).collect();
        for running in hit {
            state.interrupt(running);
        }
        state.set_down(server, true);
    }

    /// Ends one of the reasons at `at_s`; the server is back where it was the last.
    pub(super) fn give_back(
        &mut self,
        dispatcher: &mut Dispatcher,
        server: u32,
        reason: Reason,
        at_s: f64,
    ) {
        let Some((reasons, since_s)) = self.down.get_mut(&server) else {
            return;
        };
        *reasons &= !(reason as u8);
        if *reasons == 0 {
            self.back.push((server, at_s - since_s.max(self.from_s)));
            self.down.remove(&server);
            dispatcher.disturb(at_s).set_down(server, false);
        }
    }

    /// Whether some server is, or was in the step under way.
    pub(super) fn any(&self) -> bool {
        !self.down.is_empty() || !self.back.is_empty()
    }

    /// Share of the step up to `to_s` for which a server was in service.
    pub(super) fn share_up(&self, server: u32, to_s: f64) -> f64 {
        let back = self.back.iter().filter(|(at, _)| *at == server);
        let mut away_s: f64 = back.map(|(_, away_s)| *away_s).sum();
        if let Some((_, since_s)) = self.down.get(&server) {
            away_s += to_s - since_s.max(self.from_s);
        }
        1.0 - away_s / (to_s - self.from_s)
    }

    pub(super) fn is_down(&self, server: u32) -> bool {
        self.down.contains_key(&server)
    }
}
