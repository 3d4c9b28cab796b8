//! Orders, what limits them, and the machines in service.
//!
//! ```text
//! wanted(g, y)  = shipments(g, y) + still_wanted·unfilled(g, y − 1)
//! filled(y)     = min over caps of  per_year(y) / Σ_g (per_chip(g) + per_gb·memory(g))·wanted(g, y),  at most 1
//! shipped(g, y) = wanted(g, y)·filled(y)                  of generations that the binding cap counts
//! stock(g, y)   = Σ_s shipped(g, s)·survival(y − s)
//! ```
//!
//! Each cap acts on the generations that take of it; where several act on one, the narrowest counts.

use crate::describe::Fault;
use crate::forecast::file::by_year::ByYear;
use crate::forecast::file::{Cap, ForecastFile, Generation, Survival};
use crate::scenario::catalogue;

/// An NVIDIA H100 SXM's peak at 8 bits, TFLOP/s: the unit of H100 equivalents.
const H100_8BIT_TFLOPS: f64 = 1979.0;

/// A generation with all that its file or the catalogue says.
#[derive(Debug, Clone)]
pub(crate) struct Hardware {
    /// Rated power of the server for each chip, W.
    pub rated_w: f64,
    /// Idle and busy power over rated power.
    pub idle_share: f64,
    pub peak_share: f64,
    /// Peak arithmetic of a chip at 16 bits, FLOP/s.
    pub flops: f64,
    /// H100 equivalents of a chip.
    pub h100e: f64,
    /// Memory of a chip, GB.
    memory_gb: f64,
    shipments: ByYear,
    survival: Survival,
    to_service_years: f64,
}

/// The generations of a file. The place of a fault is its key in the file.
pub(crate) fn hardware(file: &ForecastFile) -> Result<Vec<Hardware>, Fault> {
    let of = |(index, generation): (usize, &Generation)| {
        one(file, generation).map_err(|fault| fault.within(&format!("generation[{index}]")))
    };
    file.generation.iter().enumerate().map(of).collect()
}

fn one(file: &ForecastFile, generation: &Generation) -> Result<Hardware, Fault> {
    let built_in = catalogue::built_in();
    let server = match &generation.server {
        None => None,
        Some(name) => {
            let server = catalogue::find(&built_in.servers, "server", name);
            let server = server.map_err(|fault| fault.at("server"))?;
            let chip = catalogue::find(&built_in.accelerators, "accelerator", &server.accelerator);
            Some((server, chip.map_err(|fault| fault.at("server"))?))
        }
    };
    let figure = |own: Option<f64>, key: &str, of_server: Option<f64>| {
        own.or(of_server).ok_or_else(|| {
            let what = format!("nothing says the {key} of '{}'", generation.name);
            Fault::new(
                what,
                format!("give {key}, or a server of the catalogue that has it"),
            )
        })
    };
    let rated = server.map(|(server, _)| server.rated_w / 1e3 / f64::from(server.accelerators));
    let rated_kw = figure(generation.rated_kw, "rated_kw", rated)?;
    let tflops = server.and_then(|(_, chip)| chip.bf16_tflops);
    let tflops = figure(generation.tflops, "tflops", tflops)?;
    let eight = generation.tflops_8bit.or_else(|| {
        // A chip of one's own has no 8 bits of the catalogue's.
        let of_server = server.and_then(|(_, chip)| chip.fp8_tflops);
        of_server.filter(|_| generation.tflops.is_none())
    });
    let memory = server.and_then(|(_, chip)| chip.memory_gb);
    let memory_gb = if file.cap.iter().any(|cap| cap.per_gb > 0.0) {
        figure(generation.memory_gb, "memory_gb", memory)?
    } else {
        generation.memory_gb.or(memory).unwrap_or(0.0)
    };
    if generation.idle_share > generation.peak_share {
        let what = format!(
            "an idle server draws {} of its rating, and a busy one {}",
            generation.idle_share, generation.peak_share
        );
        let cure = "give an idle_share below peak_share";
        return Err(Fault::new(what, cure).at("idle_share"));
    }
    let shipments = generation.shipments.check_amounts(file.years.last);
    shipments.map_err(|fault| fault.at("shipments"))?;
    let years = generation.shipments.first()..=file.years.last.max(generation.shipments.first());
    let checked = generation.shipments.check(years, (0.0, 1e12));
    checked.map_err(|fault| fault.at("shipments"))?;
    let survival = generation.survival.as_ref();
    if let Some(own) = survival {
        own.check().map_err(|fault| fault.within("survival"))?;
    }
    Ok(Hardware {
        rated_w: rated_kw * 1e3,
        idle_share: generation.idle_share,
        peak_share: generation.peak_share,
        flops: tflops * 1e12,
        h100e: eight.unwrap_or(tflops) / H100_8BIT_TFLOPS,
        memory_gb,
        shipments: generation.shipments.clone(),
        survival: survival.unwrap_or(&file.survival).clone(),
        to_service_years: generation.to_service_years,
    })
}

/// The stock of one year.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stock {
    /// Chips in service by generation, mean of the year.
    pub chips: Vec<f64>,
    /// Chips not retired at the end of the year.
    pub end: f64,
    /// The same in H100 equivalents.
    pub h100e_end: f64,
    /// Chips shipped in the year, and those that caps held back at its end.
    pub shipped: f64,
    pub unfilled: f64,
    /// Which caps bound.
    pub bound: Vec<bool>,
}

impl Stock {
    /// The stock of the years `first..=last`; shipments before are counted.
    pub(crate) fn over(file: &ForecastFile, hardware: &[Hardware]) -> Vec<Self> {
        let last = file.years.last;
        let start = hardware.iter().map(|of| of.shipments.first()).min();
        let start = start.unwrap_or(file.years.first).min(file.years.first);
        let years = (last - start + 1) as usize;
        let orders: Vec<Vec<f64>> = hardware
            .iter()
            .map(|of| {
                let all = of.shipments.amounts(start..=last);
                let shares = (start..=last).map(|year| file.shipped_share.at(year));
                all.into_iter()
                    .zip(shares)
                    .map(|(all, share)| all * share)
                    .collect()
            })
            .collect();
        let made = Made::over(file, hardware, &orders, start);
        let first = (file.years.first - start) as usize;
        // Shares by age are needed again for every year.
        let shares: Vec<Vec<(f64, f64)>> = hardware
            .iter()
            .map(|of| {
                let ages = 0..=last - start;
                ages.map(|age| of.survival.in_service(age, of.to_service_years))
                    .collect()
            })
            .collect();
        let kept: Vec<Vec<f64>> = hardware
            .iter()
            .map(|of| {
                let ages = 0..=last - start;
                // Not retired: sold, whether in service yet or not.
                ages.map(|age| of.survival.in_service(age, 0.0).1).collect()
            })
            .collect();
        (first..years)
            .map(|year| {
                let mut stock = Self {
                    chips: Vec::with_capacity(hardware.len()),
                    shipped: made.shipped.iter().map(|of| of[year]).sum(),
                    unfilled: made.unfilled[year],
                    bound: made.bound[year].clone(),
                    ..Self::default()
                };
                for (index, of) in hardware.iter().enumerate() {
                    let shipped = &made.shipped[index][..=year];
                    let aged = |shares: &dyn Fn(usize) -> f64| -> f64 {
                        let by_year = shipped.iter().enumerate();
                        by_year
                            .map(|(made, chips)| chips * shares(year - made))
                            .sum()
                    };
                    stock.chips.push(aged(&|age| shares[index][age].0));
                    let end = aged(&|age| kept[index][age]);
                    stock.end += end;
                    stock.h100e_end += end * of.h100e;
                }
                stock
            })
            .collect()
    }
}

/// What was made of what was ordered.
struct Made {
    shipped: Vec<Vec<f64>>,
    unfilled: Vec<f64>,
    bound: Vec<Vec<bool>>,
}

impl Made {
    fn over(file: &ForecastFile, hardware: &[Hardware], orders: &[Vec<f64>], start: i32) -> Self {
        let years = orders
            .first()
            .map_or((file.years.last - start + 1) as usize, Vec::len);
        let uses: Vec<Vec<f64>> = file
            .cap
            .iter()
            .map(|cap| {
                let uses = file.generation.iter().zip(hardware);
                let of = |(generation, of): (&Generation, &Hardware)| {
                    let per_chip = cap.per_chip.get(&generation.name);
                    per_chip.copied().unwrap_or(0.0) + cap.per_gb * of.memory_gb
                };
                uses.map(of).collect()
            })
            .collect();
        let mut made = Self {
            shipped: vec![Vec::with_capacity(years); orders.len()],
            unfilled: Vec::with_capacity(years),
            bound: Vec::with_capacity(years),
        };
        let mut waiting = vec![0.0; orders.len()];
        let mut filled = vec![1.0; orders.len()];
        let mut by = vec![usize::MAX; orders.len()];
        for (calendar, year) in (start..).zip(0..years) {
            let wanted: Vec<f64> = orders
                .iter()
                .zip(&waiting)
                .map(|(of, more)| of[year] + more)
                .collect();
            filled.fill(1.0);
            by.fill(usize::MAX);
            for (index, (cap, uses)) in file.cap.iter().zip(&uses).enumerate() {
                let asked: f64 = uses
                    .iter()
                    .zip(&wanted)
                    .map(|(per, wanted)| per * wanted)
                    .sum();
                let there = cap_at(cap, &file.shipped_share, calendar);
                if asked <= there {
                    continue;
                }
                for (generation, per) in uses.iter().enumerate() {
                    if *per > 0.0 && there / asked < filled[generation] {
                        filled[generation] = there / asked;
                        by[generation] = index;
                    }
                }
            }
            let mut unfilled = 0.0;
            for (generation, wanted) in wanted.iter().enumerate() {
                let shipped = wanted * filled[generation];
                made.shipped[generation].push(shipped);
                let still = file
                    .cap
                    .get(by[generation])
                    .map_or(0.0, |cap| cap.still_wanted);
                unfilled += wanted - shipped;
                waiting[generation] = (wanted - shipped) * still;
            }
            made.unfilled.push(unfilled);
            let bound = (0..file.cap.len()).map(|cap| by.contains(&cap));
            made.bound.push(bound.collect());
        }
        made
    }
}

/// What there is of a cap for this region; before the first year given it bound nobody.
fn cap_at(cap: &Cap, share: &ByYear, year: i32) -> f64 {
    if year < cap.per_year.first() {
        f64::INFINITY
    } else {
        cap.per_year.at(year) * share.at(year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(rest: &str) -> ForecastFile {
        let text = format!(
            "name = 'x'\nyears = {{ first = 2024, last = 2027 }}\n{rest}\n[scope]\nregion = 'x'\nai = 'x'\n\
             [[site]]\nname = 'x'\nscenario = 'x.toml'\n"
        );
        toml::from_str(&text).unwrap()
    }

    fn stock(rest: &str) -> Vec<Stock> {
        let file = file(rest);
        let hardware = hardware(&file).unwrap();
        Stock::over(&file, &hardware)
    }

    /// 100 chips in 2023 and 200 a year after, five years of life, in service at once: halves of the year's own shipments.
    #[test]
    fn a_stock_by_hand() {
        let found = stock(
            "survival.fixed.years = 2\n[[generation]]\nname = 'a'\nserver = 'hgx-h100'\nto_service_years = 0\n\
             shipments = { 2023 = 100, 2024 = 200, growth = 0.0 }",
        );
        let near = |found: f64, expected: f64| {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        };
        near(found[0].chips[0], 100.0 + 100.0);
        near(found[0].end, 300.0);
        near(found[0].h100e_end, 300.0);
        // 2025: all of 2024, half of 2025, half of 2023's, which leave during it.
        near(found[1].chips[0], 50.0 + 200.0 + 100.0);
        near(found[1].end, 400.0);
        near(found[3].shipped, 200.0);
    }

    /// A wafer makes 29 H100s: 10 wafers a year let 290 be shipped of 400, and of the 110 left half are wanted again.
    #[test]
    fn a_cap_by_hand() {
        let found = stock(
            "[[generation]]\nname = 'a'\nserver = 'hgx-h100'\nshipments = { 2024 = 400, growth = 0.0 }\n\
             [[cap]]\nname = 'wafers'\nper_year = { 2024 = 10, 2026 = 10, 2027 = 100 }\nper_chip = { a = 0.034482758620689655 }\nstill_wanted = 0.5",
        );
        assert!((found[0].shipped - 290.0).abs() < 1e-9 && found[0].bound[0]);
        assert!((found[0].unfilled - 110.0).abs() < 1e-9);
        assert!((found[1].unfilled - (400.0 + 55.0 - 290.0)).abs() < 1e-9);
        // The cap is wide again: what is still wanted comes too.
        let waiting = found[2].unfilled * 0.5;
        assert!((found[3].shipped - (400.0 + waiting)).abs() < 1e-9 && !found[3].bound[0]);
    }

    /// 80 GB of an H100: 16,000 GB a year are 200 of 400 chips.
    #[test]
    fn a_cap_of_memory_by_hand() {
        let found = stock(
            "[[generation]]\nname = 'a'\nserver = 'hgx-h100'\nshipments = { 2024 = 400, growth = 0.0 }\n\
             [[cap]]\nname = 'hbm'\nper_year = { 2024 = 16e3 }\nper_gb = 1.0\nstill_wanted = 0.0",
        );
        assert!((found[0].shipped - 200.0).abs() < 1e-9 && found[0].bound[0]);
    }

    proptest! {
        /// However wide the caps, no more of any is used than there is, and none that is wide holds back.
        #[test]
        fn caps_hold(
            sold in 1.0_f64..1e6, growth in -0.5_f64..1.0, wide in 0.0_f64..3.0, other in 0.0_f64..3.0, wanted in 0.0_f64..=1.0,
        ) {
            let caps = |a: f64, b: f64| format!(
                "[[generation]]\nname = 'a'\nserver = 'hgx-h100'\nshipments = {{ 2024 = {sold:?}, growth = {growth:?} }}\n\
                 [[generation]]\nname = 'b'\nserver = 'hgx-b200'\nshipments = {{ 2024 = {sold:?}, growth = {growth:?} }}\n\
                 [[cap]]\nname = 'p'\nper_year = {{ 2024 = {a:?} }}\nper_chip = {{ a = 1.0, b = 2.0 }}\nstill_wanted = {wanted:?}\n\
                 [[cap]]\nname = 'q'\nper_year = {{ 2024 = {b:?} }}\nper_chip = {{ b = 1.0 }}\n"
            );
            let free = stock(&caps(1e12, 1e12));
            let held = stock(&caps(sold * wide, sold * other));
            for (held, free) in held.iter().zip(&free) {
                prop_assert!(!free.bound.contains(&true) && free.unfilled == 0.0);
                // All chips take at least 1 of p.
                prop_assert!(held.shipped <= sold * wide * (1.0 + 1e-9));
            }
            if wanted == 0.0 {
                for (held, free) in held.iter().zip(&free) {
                    prop_assert!(held.shipped <= free.shipped * (1.0 + 1e-9));
                }
            }
        }
    }
}
