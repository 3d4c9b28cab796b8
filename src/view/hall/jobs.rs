//! Colours of jobs: which job a rack works for, distinguished by hue; small jobs, services and idle racks by lightness.
//!
//! The seven hues are those of Okabe and Ito ("Color Universal Design", 2008), chosen to be distinguished by the
//! colour-blind. A job that fills at least a rack gets one of them when it is
//! first seen and keeps it, whatever comes and goes beside it. Where more than seven such jobs run, the new one shares
//! the hue whose jobs are smallest.

use std::collections::BTreeMap;

use crate::snapshot::{Occupant, Occupants};
use crate::view::hall::colour::Rgb;
use crate::view::hall::frame::Frame;

/// Orange, sky blue, bluish green, yellow, blue, vermilion, reddish purple.
const HUES: [Rgb; 7] = [
    [0.902, 0.624, 0.000],
    [0.337, 0.706, 0.914],
    [0.000, 0.620, 0.451],
    [0.941, 0.894, 0.259],
    [0.000, 0.447, 0.698],
    [0.835, 0.369, 0.000],
    [0.800, 0.475, 0.655],
];
/// Racks where no large job has the most GPUs.
pub(in crate::view) const SMALL: Rgb = [0.50, 0.52, 0.55];
pub(in crate::view) const SERVICE: Rgb = [0.93, 0.94, 0.95];
pub(in crate::view) const IDLE: Rgb = [0.17, 0.19, 0.22];
/// Where the work is unknown: load profiles and recorded results.
pub(in crate::view) const UNKNOWN: Rgb = [0.32, 0.33, 0.34];

/// Work of a rack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Holds {
    /// Unknown.
    Unknown,
    Idle,
    /// Mostly a service.
    Service,
    /// Mostly jobs that fill no rack.
    Small,
    /// Mostly this job.
    Job(u64),
}

/// The hue of every large job that was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::view) struct JobColours {
    hues: BTreeMap<u64, usize>,
    seen_s: f64,
}

/// Whether a occupant is a job that fills a rack of `rack_gpus`.
fn is_large(occupant: &Occupant, rack_gpus: f64) -> bool {
    occupant.job.is_some() && f64::from(occupant.gpus) >= rack_gpus
}

impl JobColours {
    /// Gives the large jobs of a moment their hues, the largest first.
    pub(in crate::view) fn follow(&mut self, frame: &Frame, rack_gpus: f64) {
        if self.seen_s.to_bits() == frame.time_s().to_bits() && !self.hues.is_empty() {
            return;
        }
        self.seen_s = frame.time_s();
        let large = frame.occupants.all.iter();
        let mut large: Vec<_> = large
            .filter(|occupant| is_large(occupant, rack_gpus))
            .filter_map(|occupant| Some((occupant.gpus, occupant.job?)))
            .collect();
        large.sort_by_key(|&(gpus, id)| (std::cmp::Reverse(gpus), id));
        let mut most = [0; HUES.len()];
        for (gpus, id) in &large {
            if let Some(&hue) = self.hues.get(id) {
                most[hue] = most[hue].max(*gpus);
            }
        }
        for (gpus, id) in large {
            self.hues.entry(id).or_insert_with(|| {
                let wish =
                    |hue: &usize| (*hue + HUES.len() - id as usize % HUES.len()) % HUES.len();
                let hue = (0..HUES.len()).min_by_key(|hue| (most[*hue], wish(hue)));
                let hue = hue.unwrap_or(0);
                most[hue] = most[hue].max(gpus);
                hue
            });
        }
    }

    /// Main work of a rack.
    pub(in crate::view) fn holds(&self, frame: &Frame, hall: usize, rack: usize) -> Holds {
        if frame.snapshot.queue.is_none() || frame.occupants.allocations.is_empty() {
            return Holds::Unknown;
        }
        let Occupants { all, .. } = &frame.occupants;
        let (mut service, mut small, mut best) = (0, 0, (0, Holds::Idle));
        for allocation in frame.occupants.in_rack(hall, rack as u32) {
            match all
                .get(allocation.occupant as usize)
                .and_then(|occupant| occupant.job)
            {
                Some(id) if self.hues.contains_key(&id) => {
                    best = if allocation.gpus > best.0 {
                        (allocation.gpus, Holds::Job(id))
                    } else {
                        best
                    };
                }
                Some(_) => small += allocation.gpus,
                None => service += allocation.gpus,
            }
        }
        for (gpus, holds) in [(service, Holds::Service), (small, Holds::Small)] {
            best = if gpus > best.0 { (gpus, holds) } else { best };
        }
        best.1
    }

    pub(in crate::view) fn colour(&self, holds: Holds) -> Rgb {
        match holds {
            Holds::Unknown => UNKNOWN,
            Holds::Idle => IDLE,
            Holds::Service => SERVICE,
            Holds::Small => SMALL,
            Holds::Job(id) => self.hues.get(&id).map_or(SMALL, |hue| HUES[*hue]),
        }
    }

    /// The colour of a occupant, as racks that are mostly its own have it.
    pub(in crate::view) fn of(&self, occupant: &Occupant) -> Rgb {
        match occupant.job {
            Some(id) => self.colour(Holds::Job(id)),
            None => SERVICE,
        }
    }

    /// The jobs of a moment that have a hue, the largest first.
    pub(in crate::view) fn shown<'a>(&self, frame: &'a Frame) -> Vec<(&'a Occupant, Rgb)> {
        let mut all: Vec<_> = frame
            .occupants
            .all
            .iter()
            .filter_map(|occupant| Some((occupant, HUES[*self.hues.get(&occupant.job?)?])))
            .collect();
        all.sort_by_key(|(occupant, _)| (std::cmp::Reverse(occupant.gpus), occupant.job));
        all
    }
}

/// Whether a job has GPUs of a rack.
pub(in crate::view) fn has(frame: &Frame, hall: usize, rack: usize, job: u64) -> bool {
    let in_rack = frame.occupants.in_rack(hall, rack as u32).iter();
    in_rack
        .filter_map(|allocation| frame.occupants.all.get(allocation.occupant as usize))
        .any(|occupant| occupant.job == Some(job))
}

/// The jobs that run at a moment and whose names hold all words of a text, the largest first.
pub(in crate::view) fn search<'a>(frame: &'a Frame, text: &str) -> Vec<&'a Occupant> {
    let text = text.to_lowercase();
    let fits = |occupant: &&Occupant| {
        let name = name(occupant).to_lowercase();
        occupant.job.is_some() && text.split_whitespace().all(|word| name.contains(word))
    };
    let mut all: Vec<&Occupant> = frame.occupants.all.iter().filter(fits).collect();
    all.sort_by_key(|occupant| (std::cmp::Reverse(occupant.gpus), occupant.job));
    all
}

/// Label of an occupant: its number, the name that its trace gives it, its class.
pub(in crate::view) fn name(occupant: &Occupant) -> String {
    let class = occupant.class.replace('_', " ");
    match (occupant.job, occupant.label.as_str()) {
        (None, _) => format!("{class} (service)"),
        (Some(id), "") => format!("job {id} {class}"),
        (Some(id), label) => format!("job {id} {label} {class}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Allocation, Queue};

    fn frame(time_s: f64, jobs: &[(u64, u32)]) -> Frame {
        let mut frame = Frame::default();
        frame.snapshot.time_s = time_s;
        frame.snapshot.queue = Some(Queue::default());
        let occupant = |job, gpus| Occupant {
            job,
            class: "batch",
            label: crate::workload::Label::default(),
            gpus,
            since_s: 0.0,
        };
        frame.occupants.all = vec![occupant(None, 64)];
        let jobs = jobs.iter().map(|&(id, gpus)| occupant(Some(id), gpus));
        frame.occupants.all.extend(jobs);
        frame
    }

    /// Seven large jobs have seven hues; one that stays keeps its own while others come and go, and when one looks back;
    /// an eighth shares with the smallest.
    #[test]
    fn a_job_keeps_its_hue() {
        let mut colours = JobColours::default();
        let first: Vec<(u64, u32)> = (1..=7).map(|id| (id, 32 * id as u32)).collect();
        colours.follow(&frame(60.0, &first), 32.0);
        let hue = |colours: &JobColours, id| colours.colour(Holds::Job(id));
        let before: Vec<Rgb> = (1..=7).map(|id| hue(&colours, id)).collect();
        for (index, a) in before.iter().enumerate() {
            assert!(before[index + 1..].iter().all(|b| a != b), "{before:?}");
        }
        colours.follow(
            &frame(120.0, &[(3, 96), (7, 224), (8, 640), (9, 4096), (10, 8)]),
            32.0,
        );
        colours.follow(&frame(60.0, &first), 32.0);
        assert_eq!(
            before,
            (1..=7).map(|id| hue(&colours, id)).collect::<Vec<_>>()
        );
        let [three, seven, eight, nine] = [3, 7, 8, 9].map(|id| hue(&colours, id));
        assert!(eight != three && eight != seven && eight != nine && nine != three);
        assert_eq!(hue(&colours, 10), SMALL);
        let eight_run: Vec<(u64, u32)> = first.iter().copied().chain([(15, 500)]).collect();
        colours.follow(&frame(180.0, &eight_run), 32.0);
        assert_eq!(hue(&colours, 15), before[0], "with the smallest");
    }

    /// A rack is what holds most of it.
    #[test]
    fn a_rack_is_what_holds_most_of_it() {
        let mut frame = frame(60.0, &[(1, 64), (2, 8), (3, 16)]);
        let allocations = [
            (0, 0, 32),
            (1, 1, 16),
            (1, 2, 8),
            (2, 2, 4),
            (2, 1, 8),
            (2, 3, 8),
            (4, 3, 8),
        ];
        let allocations = allocations.map(|(rack, occupant, gpus)| Allocation {
            rack,
            occupant,
            gpus,
        });
        frame.occupants.allocations = vec![allocations.to_vec()];
        let mut colours = JobColours::default();
        colours.follow(&frame, 32.0);
        let all = (0..5).map(|rack| colours.holds(&frame, 0, rack));
        let wanted = [
            Holds::Service,
            Holds::Job(1),
            Holds::Small,
            Holds::Idle,
            Holds::Small,
        ];
        assert_eq!(all.collect::<Vec<_>>(), wanted);
        let of_three: Vec<usize> = (0..5).filter(|rack| has(&frame, 0, *rack, 3)).collect();
        assert_eq!(of_three, [2, 4]);
        let found = |text| {
            let all = search(&frame, text);
            all.iter().map(|job| job.job.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(found(""), [1, 3, 2]);
        assert_eq!(found("3"), [3]);
        assert_eq!(found("Batch job"), [1, 3, 2]);
        assert!(found("inference").is_empty());
        frame.snapshot.queue = None;
        assert_eq!(colours.holds(&frame, 0, 1), Holds::Unknown);
    }
}
