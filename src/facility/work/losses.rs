//! Jobs and services through a step: events in order of time, and what servers that are down or slow leave undone.

use super::Jobs;
use super::out_of_service::Reason;
use super::service_output::{Loss, lose_tokens};
use crate::scheduler::Servers;

impl Jobs {
    /// Jobs and failures of servers in order of time.
    pub(super) fn advance(&mut self, from_s: f64, to_s: f64, servers: &mut dyn Servers) {
        self.dispatcher.begin_step(from_s);
        self.down.begin_step(from_s);
        let mut now_s = from_s;
        while let Some(event) = self.failures.as_mut().and_then(|all| all.next(to_s)) {
            let at_s = event.at_s.max(now_s);
            self.dispatcher.advance(now_s, at_s, servers);
            now_s = at_s;
            let (down, dispatcher) = (&mut self.down, &mut self.dispatcher);
            if event.fails {
                self.failed += 1;
                down.take(dispatcher, event.server, Reason::Failed, at_s);
            } else {
                down.give_back(dispatcher, event.server, Reason::Failed, at_s);
            }
        }
        self.dispatcher.advance(now_s, to_s, servers);
    }

    /// Takes from the services what servers out of service leave undone.
    pub(super) fn lose_of_down(&mut self, to_s: f64) {
        let down = &self.down;
        let share = |server| Some(down.share_up(server, to_s));
        let loads = &mut self.loads;
        let busier = |service: usize, by: f64| {
            if let Some(load) = loads.get_mut(service) {
                load.utilisation = (load.utilisation * by).min(1.0);
            }
        };
        lose_tokens(
            &mut self.service_output,
            &mut self.reserves,
            &self.serving,
            &self.fed_by,
            (Loss::Down, share),
            busier,
        );
    }

    /// Takes from what is left to the services what servers below full clock leave undone.
    pub(super) fn lose_of_slow(&mut self, servers: &mut dyn Servers) {
        let down = &self.down;
        let share = |server| (!down.is_down(server)).then(|| servers.speed(server));
        lose_tokens(
            &mut self.service_output,
            &mut self.reserves,
            &self.serving,
            &self.fed_by,
            (Loss::Slow, share),
            |_, _| {},
        );
    }
}
