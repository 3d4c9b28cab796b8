//! All draws of a forecast, on all cores, in memory that does not grow with their number.
//!
//! A draw follows from its number alone; counts of quantiles add up in any order. So the figures are the same for any number of
//! threads.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::describe::Fault;
use crate::forecast::draws::sketch::Sketch;
use crate::forecast::figures::{COUNT, YearOf};
use crate::forecast::loaded::Forecast;
use crate::forecast::model::{Draw, Space};
use crate::study::Progress;
use crate::study::design::{Kind, UnitDesign};
use crate::study::sensitivity::{self, Analysis, Method};

/// So many draws are kept by their energies, to show whole years at a percentile.
const REMEMBERED: u64 = 4096;

/// The percentiles of the tables.
pub const BAND: [f64; 3] = [0.1, 0.5, 0.9];

/// What all draws of a forecast came to.
pub struct Outcome {
    /// By year, then by figure.
    pub bands: Vec<Vec<Sketch>>,
    /// Share of the draws in which each cap, then each connection, bound, by year.
    pub binding: Vec<Vec<f64>>,
    /// Number of draws.
    pub draws: u64,
    /// The points of the draws.
    pub(crate) design: UnitDesign,
    /// The draws nearest to the percentiles of each year's energy.
    pub nearest: Vec<[u64; 3]>,
    /// Draws at even ranks of the last year's energy.
    pub profiles: Vec<u64>,
    /// What each input does to the last year's energy and peak: one at a time, and shares of the variance.
    pub sensitivity: Vec<Sensitivity>,
}

/// What the inputs do to one figure of the last year.
pub struct Sensitivity {
    /// The figure's key.
    pub figure: &'static str,
    /// One at a time.
    pub(crate) tornado: Analysis,
    /// Shares of the variance.
    pub(crate) shares: Option<Analysis>,
}

/// What one thread has gathered.
struct Part {
    space: Space,
    bands: Vec<Vec<Sketch>>,
    binding: Vec<Vec<u64>>,
    remembered: Vec<(u64, Vec<f32>)>,
    failed: Option<(u64, Fault)>,
}

impl Forecast {
    /// Number of draws: one where nothing varies.
    pub fn draws(&self) -> u64 {
        if self.axes() == 0 { 1 } else { self.file.draws }
    }

    /// The points of the draws.
    fn design(&self) -> Result<UnitDesign, Fault> {
        let correlation = self.uncertain.correlation.as_ref();
        UnitDesign::new(
            Kind::LatinHypercube,
            self.draws(),
            self.file.seed,
            &self.names(),
            correlation,
        )
    }

    /// The point of a draw; the middle of all where nothing varies.
    pub(in crate::forecast) fn point(&self, design: &UnitDesign, index: u64) -> Vec<f64> {
        let mut point = vec![0.5; self.axes()];
        design.point(index, &mut point);
        point
    }

    /// Makes a draw and hands it on.
    pub fn with<T>(&self, point: &[f64], act: impl FnOnce(&Draw<'_>) -> T) -> Result<T, Fault> {
        let file = self.at(point)?;
        let metered = self.metered(point);
        let draw = Draw::new(&file, &self.shared, metered.as_deref())?;
        Ok(act(&draw))
    }

    /// Makes all draws.
    pub fn run(&self, progress: &Progress) -> Result<Outcome, Fault> {
        let design = self.design()?;
        let years = self.years().count();
        let limits = self.file.cap.len() + self.file.connection.len();
        let part = || Part {
            space: Space::default(),
            bands: vec![vec![Sketch::default(); COUNT]; years],
            binding: vec![vec![0; limits]; years],
            remembered: Vec::new(),
            failed: None,
        };
        let first_failed = AtomicU64::new(u64::MAX);
        progress.start(self.draws());
        let draw = |part: &mut Part, index: u64| {
            let point = self.point(&design, index);
            let made = self.with(&point, |draw| part.add(draw, index, years));
            if let Err(fault) = made {
                first_failed.fetch_min(index, Ordering::Relaxed);
                part.failed = Some((index, fault));
            }
            progress.advance(1);
        };
        // Few parts: each holds the counts of all figures.
        let parts = (4 * rayon::current_num_threads() as u32)
            .min(u32::try_from(self.draws()).unwrap_or(u32::MAX));
        let gather = |number: u32| {
            let mut gathered = part();
            for index in (u64::from(number)..self.draws()).step_by(parts as usize) {
                if index > first_failed.load(Ordering::Relaxed) || progress.check().is_err() {
                    break;
                }
                draw(&mut gathered, index);
            }
            gathered
        };
        let whole = (0..parts)
            .into_par_iter()
            .map(gather)
            .reduce(part, Part::and);
        if let Some((index, fault)) = whole.failed {
            return Err(self.of_draw(fault, &self.point(&design, index)));
        }
        progress.finish();
        let remembered = whole.sorted();
        let nearest = (0..years).map(|year| {
            BAND.map(|share| {
                let target = whole.bands[year][0].quantile(share).unwrap_or(0.0);
                let distance = |of: &(u64, Vec<f32>)| (f64::from(of.1[year]) - target).abs();
                let nearest = remembered
                    .iter()
                    .min_by(|a, b| distance(a).total_cmp(&distance(b)));
                nearest.map_or(0, |of| of.0)
            })
        });
        let binding = whole.binding.iter().map(|of| {
            let share = |count: &u64| *count as f64 / self.draws() as f64;
            of.iter().map(share).collect()
        });
        Ok(Outcome {
            nearest: nearest.collect(),
            binding: binding.collect(),
            profiles: self.profiles(&remembered),
            sensitivity: self.sensitivity()?,
            bands: whole.bands,
            draws: self.draws(),
            design,
        })
    }

    /// Draws at even ranks of the last year's energy.
    fn profiles(&self, remembered: &[(u64, Vec<f32>)]) -> Vec<u64> {
        let last = |of: &(u64, Vec<f32>)| of.1.last().copied().unwrap_or(0.0);
        let mut ranked: Vec<&(u64, Vec<f32>)> = remembered.iter().collect();
        ranked.sort_by(|a, b| last(a).total_cmp(&last(b)).then(a.0.cmp(&b.0)));
        let wanted = (self.file.profiles as usize).min(ranked.len());
        let at = |index: usize| (2 * index + 1) * ranked.len() / (2 * wanted);
        (0..wanted).map(|index| ranked[at(index)].0).collect()
    }

    /// What each input does to the last year.
    fn sensitivity(&self) -> Result<Vec<Sensitivity>, Fault> {
        let ranges = self.uncertain.ranges();
        let names = self.names().into_iter().enumerate();
        let axes: Vec<sensitivity::Axis> = names
            .map(|(index, name)| sensitivity::Axis {
                name,
                range: ranges.get(index).copied().unwrap_or(false),
            })
            .collect();
        if axes.is_empty() {
            return Ok(Vec::new());
        }
        let last = self.years().count() - 1;
        let evaluate = |method: Method| -> Result<(sensitivity::Plan, Vec<[f64; 2]>), Fault> {
            let plan = method.plan(self.file.seed, &axes)?;
            let outputs =
                (0..plan.points())
                    .into_par_iter()
                    .map_init(Space::default, |space, index| {
                        let mut point = vec![0.5; axes.len()];
                        plan.point(index, &mut point);
                        let made = self.with(&point, |draw| {
                            let year = draw.year(last, space);
                            [year.twh, year.gw_peak]
                        });
                        made.map_err(|fault| self.of_draw(fault, &point))
                    });
            let outputs = outputs.collect::<Result<_, _>>()?;
            Ok((plan, outputs))
        };
        let of = |outputs: &[[f64; 2]], figure: usize| -> Vec<Option<f64>> {
            outputs.iter().map(|of| Some(of[figure])).collect()
        };
        let tornado = evaluate(Method::default())?;
        let variance = Method::Sobol(sensitivity::variance::Settings {
            points: self.file.sensitivity_points,
        });
        let shares = if axes.len() > 1 {
            Some(evaluate(variance)?)
        } else {
            None
        };
        let figures = ["twh", "gw_peak"].into_iter().enumerate();
        Ok(figures
            .map(|(index, figure)| Sensitivity {
                figure,
                tornado: tornado.0.analyse(&of(&tornado.1, index)),
                shares: shares
                    .as_ref()
                    .map(|(plan, outputs)| plan.analyse(&of(outputs, index))),
            })
            .collect())
    }

    /// A fault of one draw, told with its inputs.
    pub(in crate::forecast) fn of_draw(&self, fault: Fault, point: &[f64]) -> Fault {
        let names = self.names();
        let inputs = names.iter().zip(self.uncertain.values(point));
        let inputs: Vec<String> = inputs
            .map(|(name, value)| format!("{name} = {value:.4}"))
            .collect();
        let key = fault
            .key()
            .map_or_else(String::new, |key| format!("{key}: "));
        let what = format!("{key}{} where {}", fault.what, inputs.join(", "));
        Fault::new(what, fault.cure)
            .at("vary")
            .in_file(&self.path, None)
    }
}

impl Part {
    fn add(&mut self, draw: &Draw<'_>, index: u64, years: usize) {
        let mut energies = Vec::new();
        for year in 0..years {
            let found: YearOf = draw.year(year, &mut self.space);
            for (sketch, value) in self.bands[year].iter_mut().zip(found.values()) {
                sketch.add(value);
            }
            let caps = draw.bound(year);
            let held = draw.held_back(year);
            let (of_caps, of_connections) = self.binding[year].split_at_mut(caps.len());
            for (count, bound) in of_caps.iter_mut().zip(caps) {
                *count += u64::from(*bound);
            }
            if let Some(held) = held
                && let Some(count) = of_connections.get_mut(held)
            {
                *count += 1;
            }
            if index < REMEMBERED {
                energies.push(found.twh as f32);
            }
        }
        if index < REMEMBERED {
            self.remembered.push((index, energies));
        }
    }

    fn and(mut self, other: Self) -> Self {
        for (year, of_year) in self.bands.iter_mut().zip(&other.bands) {
            for (sketch, of) in year.iter_mut().zip(of_year) {
                sketch.merge(of);
            }
        }
        for (year, of_year) in self.binding.iter_mut().zip(&other.binding) {
            for (count, of) in year.iter_mut().zip(of_year) {
                *count += of;
            }
        }
        self.remembered.extend(other.remembered);
        self.failed = match (self.failed, other.failed) {
            (Some(one), Some(two)) => Some(if one.0 < two.0 { one } else { two }),
            (one, two) => one.or(two),
        };
        self
    }

    fn sorted(&self) -> Vec<(u64, Vec<f32>)> {
        let mut remembered = self.remembered.clone();
        remembered.sort_by_key(|of| of.0);
        remembered
    }
}
