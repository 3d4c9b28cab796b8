//! Which GPUs are free from when on, server by server, if all jobs end by their estimates.
//!
//! A list of slices in order of time, each with the servers as bits by their free GPUs. What is taken or given back begins
//! and ends a slice; one at whose begin nothing begins or ends any more joins the one before it. Slices in which room was
//! given back are marked: only there can a job that was promised a later start find an earlier one.

use crate::scheduler::ClusterState;
use crate::scheduler::cluster::Allocation;
use crate::scheduler::cluster::hall::WHOLE;

/// Jobs past their estimate may end any moment: so much later, s.
const ANY_MOMENT_S: f64 = 1.0;
/// Room was given back before this pass over the queue, or in it: then those before must still look.
const FREED: u8 = 1;
const FREED_NOW: u8 = 2;

/// Where and when a job is to run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reservation {
    pub(super) start_s: f64,
    pub(super) end_s: f64,
    pub(super) on: Allocation,
    /// Power it adds in its hall.
    pub(super) power_milliw: u64,
}

/// From one moment to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Slice {
    pub(super) from_s: f64,
    /// Seats that begin or end at `from_s`.
    marks: u32,
    freed: u8,
    /// Hall by hall, for f = 1 to the GPUs of a server: the servers with at least f free, as bits.
    sets: Vec<u64>,
    /// How many servers are in each set.
    counts: Vec<u32>,
    pub(super) power_milliw: u64,
}

impl Slice {
    /// Servers with at least `free` free GPUs.
    pub(super) fn count(&self, part: Part, free: u32) -> u32 {
        self.counts[part.count_at(free)]
    }

    pub(super) fn set(&self, part: Part, free: u32) -> &[u64] {
        &self.sets[part.set(free)]
    }

    pub(super) fn is_freed(&self) -> bool {
        self.freed > 0
    }
}

/// One hall's part of the sets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    at: usize,
    /// Number of its first set.
    first_set: usize,
    pub(super) words: usize,
    pub(super) first: u32,
    pub(super) gpus_per_server: u32,
}

impl Part {
    /// Which count is that of the servers with at least `free` free GPUs.
    fn count_at(self, free: u32) -> usize {
        self.first_set + free as usize - 1
    }

    /// Where the set of servers with at least `free` free GPUs lies.
    fn set(self, free: u32) -> std::ops::Range<usize> {
        let from = self.at + (free as usize - 1) * self.words;
        from..from + self.words
    }
}

/// Free capacity from now on.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) parts: Vec<Part>,
    pub(super) slices: Vec<Slice>,
    unused: Vec<Slice>,
    pub(super) most_milliw: u64,
    /// When jobs past their estimate are taken to end, where there are any.
    pub(super) any_moment_s: f64,
    /// In the marked slices: the most servers in each set, and the least power.
    freed_counts: Vec<u32>,
    freed_milliw: u64,
}

impl Plan {
    /// The plan without the queue: what runs, until it ends. Gives the reservation of each running job, by number, with the end
    /// that was announced; of servers out of service only what others can have after it.
    pub(super) fn begin(&mut self, state: &ClusterState) -> Vec<(u64, f64, Reservation)> {
        let cluster = state.cluster();
        self.parts.clear();
        let (mut at, mut first_set) = (0, 0);
        for hall in cluster.halls() {
            let servers = hall.servers_of(WHOLE);
            let part = Part {
                at,
                first_set,
                words: servers.len().div_ceil(64),
                first: servers.start,
                gpus_per_server: hall.gpus_per_server,
            };
            at += part.words * hall.gpus_per_server as usize;
            first_set += hall.gpus_per_server as usize;
            self.parts.push(part);
        }
        self.unused.append(&mut self.slices);
        let (power_milliw, most_milliw) = state.power_milliw();
        self.most_milliw = most_milliw;
        self.any_moment_s = state.now_s();
        let mut now = self.unused.pop().unwrap_or_default();
        now.from_s = state.now_s();
        now.marks = 0;
        now.power_milliw = power_milliw;
        now.sets.clear();
        now.sets.resize(at, 0);
        now.counts.clear();
        now.counts.resize(first_set, 0);
        for (part, hall) in self.parts.iter().zip(cluster.halls()) {
            for server in hall.servers_of(WHOLE) {
                if cluster.is_usable(server) {
                    let free = part.gpus_per_server - cluster.busy_gpus(server);
                    add(&mut now, *part, server, free);
                }
            }
        }
        now.freed = FREED;
        self.slices.push(now);
        let mut reservations = Vec::new();
        for ending in state.by_estimate() {
            let end_s = if ending.end_s > state.now_s() {
                state.look_at(ending.end_s)
            } else {
                self.any_moment_s = state.look_at(state.now_s() + ANY_MOMENT_S);
                self.any_moment_s
            };
            let mut on = ending.allocation.clone();
            if cluster.servers_down() > 0 {
                let usable = |server: &u32| cluster.is_usable(*server);
                on.runs.clear();
                let whole = ending.allocation.whole_servers();
                whole
                    .filter(usable)
                    .for_each(|server| on.push_whole(server));
                on.partial = on.partial.filter(|(server, _)| usable(server));
            }
            let power_milliw = ending.power_milliw;
            let start_s = state.now_s();
            let reservation = Reservation {
                start_s,
                end_s,
                on,
                power_milliw,
            };
            // In order of their ends, but for those that overran.
            let index = self.split(end_s, true);
            let part = self.parts[reservation.on.hall];
            for slice in &mut self.slices[index..] {
                shift(slice, part, &reservation, true);
            }
            reservations.push((ending.id, ending.end_s, reservation));
        }
        reservations
    }

    /// The end of a job that starts at a moment.
    pub(super) fn end_s(state: &ClusterState, start_s: f64, length_s: f64) -> f64 {
        state.look_at(start_s + length_s.max(ANY_MOMENT_S))
    }

    /// Forgets what was before now.
    pub(super) fn move_to(&mut self, now_s: f64) {
        let ahead = self.slices.partition_point(|slice| slice.from_s <= now_s);
        self.unused
            .extend(self.slices.drain(..ahead.saturating_sub(1)));
        if let Some(now) = self.slices.first_mut() {
            now.from_s = now_s;
        }
    }

    /// The slice that begins at a moment, from now on; made where there is none. A mark keeps it.
    fn split(&mut self, at_s: f64, mark: bool) -> usize {
        let index = self.slices.partition_point(|slice| slice.from_s < at_s);
        let same = self.slices.get(index).is_some_and(|s| s.from_s == at_s);
        if !same && index > 0 {
            let mut slice = self.unused.pop().unwrap_or_default();
            let before = &self.slices[index - 1];
            slice.sets.clone_from(&before.sets);
            slice.counts.clone_from(&before.counts);
            slice.power_milliw = before.power_milliw;
            slice.freed = before.freed;
            slice.from_s = at_s;
            slice.marks = 0;
            self.slices.insert(index, slice);
        }
        if mark {
            self.slices[index].marks += 1;
        }
        index
    }

    /// Takes a mark off a slice, which joins the one before it where that was the last.
    fn unmark(&mut self, at_s: f64) {
        let index = self.slices.partition_point(|slice| slice.from_s < at_s);
        let slice = self.slices.get_mut(index);
        let slice = slice.expect("what is marked begins a slice");
        slice.marks = slice.marks.saturating_sub(1);
        if slice.marks > 0 || index == 0 || slice.from_s != at_s {
            return;
        }
        let slice = self.slices.remove(index);
        let before = &mut self.slices[index - 1];
        debug_assert!(before.sets == slice.sets && before.power_milliw == slice.power_milliw);
        before.freed |= slice.freed;
        self.unused.push(slice);
    }

    /// Takes a reservation.
    pub(super) fn take(&mut self, reservation: &Reservation) {
        let from = self.split(reservation.start_s, true);
        let to = self.split(reservation.end_s, true);
        let part = self.parts[reservation.on.hall];
        for slice in &mut self.slices[from..to] {
            shift(slice, part, reservation, false);
        }
    }

    /// Gives a reservation back from now on, and marks what becomes free.
    pub(super) fn give_back(&mut self, reservation: &Reservation) {
        let now_s = self.slices.first().map_or(0.0, |slice| slice.from_s);
        if reservation.end_s <= now_s {
            return;
        }
        let from = self.split(reservation.start_s.max(now_s), false);
        let to = self.split(reservation.end_s, false);
        let part = self.parts[reservation.on.hall];
        for slice in &mut self.slices[from..to] {
            shift(slice, part, reservation, true);
            slice.freed |= FREED | FREED_NOW;
            note(&mut self.freed_counts, &mut self.freed_milliw, slice);
        }
        self.unmark(reservation.end_s);
        if reservation.start_s >= now_s {
            self.unmark(reservation.start_s);
        }
    }

    /// Before a pass over the queue.
    pub(super) fn sum_freed(&mut self) {
        self.freed_counts.clear();
        self.freed_milliw = u64::MAX;
        for slice in self.slices.iter().filter(|slice| slice.freed > 0) {
            note(&mut self.freed_counts, &mut self.freed_milliw, slice);
        }
    }

    /// After it, where all who wait for more room have looked: what became free on the way stays marked for those who
    /// stood before.
    pub(super) fn seen(&mut self) {
        for slice in &mut self.slices {
            slice.freed = if slice.freed & FREED_NOW > 0 {
                FREED
            } else {
                0
            };
        }
    }

    /// The most servers of a hall with at least `free` free GPUs in any marked slice, and the least power.
    pub(super) fn freed(&self, part: Part, free: u32) -> (u32, u64) {
        // None is marked as long as there are no counts.
        let count = self.freed_counts.get(part.count_at(free)).copied();
        (count.unwrap_or(0), self.freed_milliw)
    }

    /// Whether a reservation given before is still free.
    pub(super) fn holds(&mut self, reservation: &Reservation) -> bool {
        let part = self.parts[reservation.on.hall];
        let from = self
            .slices
            .partition_point(|s| s.from_s <= reservation.start_s);
        let to = self
            .slices
            .partition_point(|s| s.from_s < reservation.end_s);
        let window = &self.slices[from.saturating_sub(1)..to];
        window.iter().all(|slice| {
            let has = |server: u32, gpus: u32| free_on(slice, part, server) >= gpus;
            let k = part.gpus_per_server;
            slice.power_milliw.saturating_add(reservation.power_milliw) <= self.most_milliw
                && reservation.on.whole_servers().all(|server| has(server, k))
                && reservation
                    .on
                    .partial
                    .is_none_or(|(server, gpus)| has(server, gpus))
        })
    }
}

fn note(counts: &mut Vec<u32>, milliw: &mut u64, slice: &Slice) {
    counts.resize(slice.counts.len(), 0);
    for (most, count) in counts.iter_mut().zip(&slice.counts) {
        *most = (*most).max(*count);
    }
    *milliw = (*milliw).min(slice.power_milliw);
}

/// Takes a reservation in a slice, or gives it back.
fn shift(slice: &mut Slice, part: Part, reservation: &Reservation, back: bool) {
    if back {
        slice.power_milliw -= reservation.power_milliw;
    } else {
        slice.power_milliw += reservation.power_milliw;
    }
    let k = part.gpus_per_server;
    for level in 1..=k {
        let set = &mut slice.sets[part.set(level)];
        for &(first, servers) in &reservation.on.runs {
            for_words(first - part.first, servers, |at, mask| {
                let word = &mut set[at];
                *word = if back { *word | mask } else { *word & !mask };
            });
        }
        let whole = reservation.on.whole();
        let count = &mut slice.counts[part.count_at(level)];
        *count = if back { *count + whole } else { *count - whole };
    }
    if let Some((server, gpus)) = reservation.on.partial {
        if back {
            add(slice, part, server, gpus);
        } else {
            let free = free_on(slice, part, server);
            for level in free - gpus + 1..=free {
                flip(slice, part, server, level, -1);
            }
        }
    }
}

/// The words and bits of a run of numbers.
pub(super) fn for_words(first: u32, numbers: u32, mut each: impl FnMut(usize, u64)) {
    let (mut at, end) = (first, first + numbers);
    while at < end {
        let word_end = ((at / 64 + 1) * 64).min(end);
        let ones = u64::MAX >> (64 - (word_end - at));
        each(at as usize / 64, ones << (at % 64));
        at = word_end;
    }
}

/// Gives a server back some of its GPUs.
fn add(slice: &mut Slice, part: Part, server: u32, gpus: u32) {
    let free = free_on(slice, part, server);
    for level in free + 1..=free + gpus {
        flip(slice, part, server, level, 1);
    }
}

fn flip(slice: &mut Slice, part: Part, server: u32, level: u32, change: i32) {
    let at = server - part.first;
    slice.sets[part.set(level)][at as usize / 64] ^= 1 << (at % 64);
    let count = &mut slice.counts[part.count_at(level)];
    *count = count.wrapping_add_signed(change);
}

/// Free GPUs of a server.
pub(super) fn free_on(slice: &Slice, part: Part, server: u32) -> u32 {
    let at = server - part.first;
    let bit = |level: u32| slice.set(part, level)[at as usize / 64] >> (at % 64) & 1 == 1;
    (1..=part.gpus_per_server)
        .take_while(|level| bit(*level))
        .count() as u32
}
