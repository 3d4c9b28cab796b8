//! Requests of a trace, answered by a model of the catalogue.
//!
//! ```text
//! first reading    counts; mean tokens read and written, E[o²]/E[o]² of those written; the busiest hour        width and copies
//! second reading   requests in order of time, one by one through the copies (`queue`)                          load, tokens, waits
//!
//! given = served + refused + under way + waiting at the end        requests, tokens read and tokens to write, whole numbers each
//! tokens to write = delivered + refused + left at the end          delivered: also the part of those under way
//! ```
//!
//! Requests a second in the busiest hour count by their tokens: the larger of those read and those written, over their means. A trace
//! that ends within an hour has the mean rate up to its last request. Copies that are just enough for an hour let requests wait when
//! it is not even; `gpus` gives more.

use std::path::Path;

use super::queue::{Answering, Outcome, Pool, Queue};
use super::requests::{Amount, Counted, Request, RequestTrace, service};
use super::{Opened, Place, Replayed, Rows};
use crate::describe::{Fault, count};
use crate::histogram::Histogram;
use crate::units::HOUR_S;
use crate::workload::service::{Answered, Copies, Inference, Served, Service, Stream};
use crate::workload::trace::ordered::InOrder;

/// Share of the requests given that may wait at the end without a warning.
const MAY_WAIT: f64 = 0.01;

/// A trace is taken to last this long at least, s.
const SHORTEST_S: f64 = 60.0;

/// Sums over the requests of a run.
#[derive(Debug, Default)]
struct Lengths {
    requests: f64,
    input: f64,
    output: f64,
    output_squared: f64,
    /// Tokens read and written, by hour.
    hours: Vec<[f64; 2]>,
    /// Requests and tokens read by length: eight bins an octave.
    inputs: Vec<[f64; 2]>,
    last_s: f64,
}

/// Bins of an octave, and of all lengths.
const OCTAVE: f64 = 8.0;
const BINS: usize = 64 * 8;

impl Lengths {
    fn over(total_s: f64) -> Self {
        Self {
            hours: vec![[0.0; 2]; (total_s / HOUR_S).ceil() as usize],
            inputs: vec![[0.0; 2]; BINS],
            ..Self::default()
        }
    }

    fn add(&mut self, time_s: f64, request: &Request) {
        let (input, output) = (request.context as f64, request.generated as f64);
        self.requests += 1.0;
        self.last_s = self.last_s.max(time_s);
        let bin = (OCTAVE * (1.0 + input).log2()) as usize;
        if let Some(bin) = self.inputs.get_mut(bin.min(BINS - 1)) {
            bin[0] += 1.0;
            bin[1] += input;
        }
        self.input += input;
        self.output += output;
        self.output_squared += output * output;
        if let Some(hour) = self.hours.get_mut((time_s / HOUR_S) as usize) {
            hour[0] += input;
            hour[1] += output;
        }
    }

    /// None where nothing is to be written.
    fn stream(&self, scale: f64) -> Option<Stream> {
        if self.output <= 0.0 {
            return None;
        }
        let (input, output) = (self.input / self.requests, self.output / self.requests);
        let requests = |[read, written]: &[f64; 2]| {
            let read = if input > 0.0 { read / input } else { 0.0 };
            read.max(written / output)
        };
        let busiest = self.hours.iter().map(requests).fold(0.0, f64::max);
        let spread = self.output_squared / self.requests / (output * output);
        Some(Stream {
            input_tokens: input,
            output_tokens: output,
            output_sigma: spread.max(1.0).ln().sqrt(),
            inputs: self
                .inputs
                .iter()
                .filter(|bin| bin[0] > 0.0)
                .map(|[requests, tokens]| (tokens / requests, requests / self.requests))
                .collect(),
            peak_per_s: scale * busiest / self.last_s.clamp(SHORTEST_S, HOUR_S),
        })
    }
}

impl RequestTrace {
    /// Lets the requests pass through copies of a model.
    pub(super) fn answered(
        &self,
        key: &str,
        inference: &Inference,
        place: &Place<'_>,
        path: &Path,
        rows: &dyn Fn(&Path) -> Result<Rows<Request>, Fault>,
    ) -> Result<Opened, Fault> {
        let intervals = self.intervals(place, path)?;
        let mut lengths = Lengths::over(place.total_s);
        let counted = self.count(rows(path)?, place.total_s, |time_s, request| {
            lengths.add(time_s, request);
        });
        let mut warnings = Vec::new();
        counted.judge(self, place, path, &mut warnings)?;
        let stream = lengths.stream(self.scale).ok_or_else(|| {
            let what = "no request in the run has a token to generate";
            Fault::new(what, "check the format, or set from_day").in_file(path, None)
        })?;
        let pools = inference.answering(&format!("{key}.inference"), &place.platform, &stream)?;
        let Some((writes, reads)) = pools.split_first() else {
            return Err(Fault::bare("there is no pool").at(key));
        };
        let reads = reads.first();
        let reader = &reads.unwrap_or(writes).replica;
        let answering = Answering {
            writes: Pool::new(writes, self.scale),
            reads: reads.map(|copies| Pool::new(copies, self.scale)),
            handing_s: reader.handing_s(),
            refuse_after_s: self.refuse_after_s.unwrap_or(f64::INFINITY),
        };
        let dated = self.dated(rows(path)?, place.total_s);
        let outcome = Queue::run(
            &answering,
            &|tokens| reader.prompt_cost(tokens),
            InOrder::new(dated, counted.late_s, place.total_s),
            (self.interval_s, intervals),
            place.total_s,
        );
        let waiting = outcome.waiting.requests;
        if waiting as f64 > MAY_WAIT * counted.given.requests as f64 {
            let gpus = pools.iter().map(|copies| f64::from(copies.gpus())).sum();
            warnings.push(format!(
                "{}: {} are too few: {waiting} of {} requests wait at the end of the run",
                path.display(),
                count(gpus, "GPU"),
                counted.given.requests
            ));
        }
        Ok(Opened {
            counted: self.lines(&counted, &pools, &outcome),
            work: Replayed::Services {
                services: self.services(path, &pools, &outcome, place.total_s),
                answered: Some(self.waits(&counted, &outcome)),
            },
            warnings,
        })
    }

    /// What the files hold, the copies, and what became of the requests.
    fn lines(&self, counted: &Counted, pools: &[Copies], outcome: &Outcome) -> Vec<String> {
        let given = counted.given;
        let scaled = self.scaled();
        let balance = |of: fn(&Amount) -> u64| {
            format!(
                "{} served + {} refused + {} under way + {} waiting at the end",
                of(&outcome.served),
                of(&outcome.refused),
                of(&outcome.under_way),
                of(&outcome.waiting)
            )
        };
        let mut lines = counted.lines();
        lines.extend(pools.iter().map(|copies| copies.words.clone()));
        lines.push(format!(
            "{} requests = {}",
            given.requests,
            balance(|all| all.requests)
        ));
        lines.push(format!(
            "{} tokens to read = those of {}",
            given.context,
            balance(|all| all.context)
        ));
        let tokens = |tokens: f64| self.scale * tokens;
        lines.push(format!(
            "{:.0} tokens to generate{scaled} = {:.0} delivered + {:.0} refused + {:.0} left at the end",
            tokens(given.generated as f64),
            tokens(outcome.delivered()),
            tokens(outcome.refused.generated as f64),
            tokens(outcome.left())
        ));
        let quantiles = |histogram: &Histogram, all: &[f64]| {
            let each = all.iter().map(|&share| {
                let value = shown_ms(histogram.quantile(share));
                format!("{value} (p{:.0})", 100.0 * share)
            });
            each.collect::<Vec<_>>().join(", ")
        };
        if outcome.served.generated > 0 {
            lines.push(format!(
                "first token after {}; a token each {}; at most {} requests waited at a time{}",
                quantiles(&outcome.first_ms, &[0.5, 0.95, 0.99]),
                quantiles(&outcome.token_ms, &[0.5, 0.95]),
                outcome.longest_queue,
                if scaled.is_empty() {
                    String::new()
                } else {
                    format!(
                        ", those of the trace{scaled}: waits are those of a service 1/{} as large",
                        self.scale
                    )
                }
            ));
        }
        lines
    }

    fn waits(&self, counted: &Counted, outcome: &Outcome) -> Answered {
        let quantiles = |times: &Histogram| [0.5, 0.95].map(|share| times.quantile(share));
        let scaled = |requests: u64| self.scale * requests as f64;
        Answered {
            requests: scaled(counted.given.requests),
            refused: scaled(outcome.refused.requests),
            waiting: scaled(outcome.waiting.requests),
            first_token_ms: quantiles(&outcome.first_ms),
            token_ms: quantiles(&outcome.token_ms),
        }
    }

    /// A service for each pool; that which writes has the tokens.
    fn services(
        &self,
        path: &Path,
        pools: &[Copies],
        outcome: &Outcome,
        total_s: f64,
    ) -> Vec<Service> {
        let intervals = &outcome.intervals;
        // The last interval ends with the run.
        let rates = |integrals: &[f64], scale: f64| {
            let rate = |(number, integral): (usize, &f64)| {
                let left_s = total_s - number as f64 * self.interval_s;
                scale * integral / left_s.min(self.interval_s)
            };
            self.series(path, integrals.iter().enumerate().map(rate).collect())
        };
        let none = vec![0.0; intervals.tokens.len()];
        let each = pools.iter().zip(&intervals.busy_s).enumerate();
        let each = each.map(|(number, (copies, busy_s))| {
            let writes = number == 0;
            let tokens = if writes { &intervals.tokens } else { &none };
            let refused = writes && !intervals.refused.is_empty();
            let served = Served::Trace {
                utilisation: rates(busy_s, copies.used()),
                tokens_per_s: rates(tokens, self.scale),
                refused_per_s: refused.then(|| Box::new(rates(&intervals.refused, self.scale))),
            };
            Service {
                fed_by: (writes && pools.len() > 1).then_some(1),
                ..service(copies.gpus(), copies.hall, served)
            }
        });
        each.collect()
    }
}

/// A time to three digits.
fn shown_ms(time_ms: f64) -> String {
    match time_ms {
        _ if time_ms < 100.0 => format!("{time_ms:.1} ms"),
        _ if time_ms < 1e3 => format!("{time_ms:.0} ms"),
        _ if time_ms < 1e5 => format!("{:.2} s", time_ms / 1e3),
        _ => format!("{:.0} s", time_ms / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 and 300 tokens with 10 and 30 to write in one hour, 1,100 with 20 in the next: means 500 and 20, E[o²]/E[o]² = 7/6. The first hour
    /// has 2 requests by what is written, the second 2.2 by what is read.
    #[test]
    fn a_stream_by_hand() {
        let mut lengths = Lengths::over(2.0 * HOUR_S);
        let mut add = |time_s, context, generated| {
            let request = Request {
                time_s,
                context,
                generated,
            };
            lengths.add(time_s, &request);
        };
        add(0.0, 100, 10);
        add(100.0, 300, 30);
        add(4000.0, 1100, 20);
        let stream = lengths.stream(3.0).unwrap();
        assert_eq!((stream.input_tokens, stream.output_tokens), (500.0, 20.0));
        assert!((stream.output_sigma.powi(2) - (7.0_f64 / 6.0).ln()).abs() < 1e-12);
        assert!((stream.peak_per_s - 3.0 * 2.2 / 3600.0).abs() < 1e-12);
        let third = 1.0 / 3.0;
        assert_eq!(
            stream.inputs,
            [(100.0, third), (300.0, third), (1100.0, third)]
        );
    }

    /// Ten within 90 s are one in 9 s.
    #[test]
    fn a_short_trace_has_the_rate_of_its_time() {
        let mut lengths = Lengths::over(2.0 * HOUR_S);
        for n in 0..10 {
            let request = Request {
                time_s: 10.0 * f64::from(n),
                context: 0,
                generated: 7,
            };
            lengths.add(request.time_s, &request);
        }
        let stream = lengths.stream(1.0).unwrap();
        assert!((stream.peak_per_s - 1.0 / 9.0).abs() < 1e-12);
        assert_eq!(Lengths::over(60.0).stream(1.0), None);
    }
}
