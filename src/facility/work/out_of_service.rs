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
pub(super) struct OutOfService(HashMap<u32, u8>);

impl OutOfService {
    /// Takes a server out of service at `at_s`: what runs on it is stopped and goes back to the queue.
    pub(super) fn take(
        &mut self,
        dispatcher: &mut Dispatcher,
        server: u32,
        reason: Reason,
        at_s: f64,
    ) {
        let reasons = self.0.entry(server).or_insert(0);
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
        let Some(reasons) = self.0.get_mut(&server) else {
            return;
        };
        *reasons &= !(reason as u8);
        if *reasons == 0 {
            self.0.remove(&server);
            dispatcher.disturb(at_s).set_down(server, false);
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(super) fn is_down(&self, server: u32) -> bool {
        self.0.contains_key(&server)
    }
}
