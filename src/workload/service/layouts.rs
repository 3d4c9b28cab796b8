//! Layouts that a copy may have on the chips of a hall, and how many copies GPUs hold.

use super::pools::Site;
use crate::describe::{Fault, count};
use crate::workload::model::serving::{Layout, Replica};
use crate::workload::model::{ChipFigures, LanguageModel};

/// Domains over which experts are spread at most.
const MOST_DOMAINS: [u32; 12] = [2, 3, 4, 6, 8, 9, 12, 16, 18, 20, 24, 32];

/// GPUs that `copies` of so many hold: a copy lies in one domain, or in whole ones, and what is left of a domain nobody has.
pub(super) fn held(copies: f64, gpus: u32, domain: u32) -> f64 {
    let domain = domain.max(1);
    if gpus >= domain {
        return copies * f64::from(gpus.next_multiple_of(domain));
    }
    let each = f64::from(domain / gpus);
    (copies / each).floor() * f64::from(domain) + copies % each * f64::from(gpus)
}

/// Copies of so many GPUs that `all` hold.
pub(super) fn copies_in(all: u32, gpus: u32, domain: u32) -> u32 {
    let (gpus, domain) = (gpus.max(1), domain.max(1));
    if gpus >= domain {
        return all / gpus.next_multiple_of(domain);
    }
    all / domain * (domain / gpus) + all % domain / gpus
}

/// Whether the scenario speaks of experts that there are none of.
pub(super) fn no_experts(one: &Replica, site: &Site) -> Option<Fault> {
    let given = one.model.experts <= 1 && site.expert_parallel.is_some();
    given.then(|| {
        let what = format!("{} has no experts", one.model.name);
        Fault::new(what, "remove expert_parallel").at(format!("{}.expert_parallel", site.table()))
    })
}

/// Why a layout that the scenario gives holds no copy; none where it gives none, or none would.
pub(super) fn refused(one: &Replica, site: &Site) -> Option<Fault> {
    let mut free: Vec<u32> = fitting(one, site, None, None)
        .iter()
        .map(|at| at.gpus)
        .collect();
    free.dedup();
    let least = *free.first()?;
    if let Some(gpus) = site.gpus_per_replica
        && fitting(one, site, Some(gpus), None).is_empty()
    {
        let what = if gpus < least {
            format!("{} will not hold a copy", count(f64::from(gpus), "GPU"))
        } else if one.model.experts <= 1 && gpus > site.chip.domain {
            format!("{gpus} GPUs are more than fast links join")
        } else {
            format!(
                "{gpus} GPUs cannot share a copy: heads of attention or experts do not divide among them"
            )
        };
        let free: Vec<String> = free.iter().map(u32::to_string).collect();
        let cure = match &free[..] {
            [one] => format!("give {one}"),
            several => format!("give one of {}", several.join(", ")),
        };
        return Some(Fault::new(what, cure).at(format!("{}.gpus_per_replica", site.key)));
    }
    let tensor = site.tensor_parallel?;
    let known: Vec<String> = (0..8)
        .map(|power| 1 << power)
        .filter(|&t| !fitting(one, site, site.gpus_per_replica, Some(t)).is_empty())
        .map(|t: u32| t.to_string())
        .collect();
    let cure = if known.is_empty() {
        "leave it out".to_owned()
    } else {
        format!("give one of {}, or leave it out", known.join(", "))
    };
    let what = format!(
        "no copy can share each request among {}",
        count(f64::from(tensor), "GPU")
    );
    Some(Fault::new(what, cure).at(format!("{}.tensor_parallel", site.key)))
}

/// Layouts with this width and tensor parallelism (all, where they are not given) that hold the weights and a request, by rising width.
/// The network is slow: a dense model goes over it only where no domain of fast links holds it.
pub(super) fn fitting(
    one: &Replica,
    site: &Site,
    gpus: Option<u32>,
    tensor: Option<u32>,
) -> Vec<Layout> {
    let (model, chip) = (&one.model, &site.chip);
    let fit = |gpus, tensor, spread| {
        layouts(model, chip, gpus, tensor, spread).filter(|&at| one.on(at).fits())
    };
    let mut all: Vec<Layout> = fit(gpus, tensor, site.expert_parallel).collect();
    let near = |at: &Layout| at.gpus <= chip.domain;
    if model.experts <= 1 && fit(None, None, None).any(|at| near(&at)) {
        all.retain(near);
    }
    all
}

/// The copies that a pool may have, by width, each with its layouts.
pub(super) fn widths(one: &Replica, site: &Site) -> Vec<Vec<Replica>> {
    let all = fitting(one, site, site.gpus_per_replica, site.tensor_parallel);
    let same = all.chunk_by(|a, b| a.gpus == b.gpus);
    same.map(|layouts| layouts.iter().map(|&at| one.on(at)).collect())
        .collect()
}

/// Layouts of a model, by rising width; with a width, a tensor parallelism or a place of experts given, only such.
pub(super) fn layouts(
    model: &LanguageModel,
    chip: &ChipFigures,
    gpus: Option<u32>,
    tensor: Option<u32>,
    spread: Option<bool>,
) -> impl Iterator<Item = Layout> {
    let (domain, heads, has_experts) = (chip.domain.max(1), model.heads, model.experts > 1);
    let powers = (0..10).map(|power| 1_u32 << power);
    let mut wide: Vec<u32> = gpus.map_or_else(
        || {
            let thrice = powers.clone().map(|power| 3 * power);
            let near = powers.clone().chain(thrice).filter(|&g| g < domain);
            let far = MOST_DOMAINS.map(|n| n * domain);
            let mut all: Vec<u32> = near.chain([domain]).chain(far).collect();
            all.sort_unstable();
            all
        },
        |gpus| vec![gpus],
    );
    // More GPUs than experts hold nothing that fewer do not.
    let most = if has_experts {
        model.experts.max(domain)
    } else {
        8 * domain.max(8)
    };
    wide.retain(|&g| g <= most);
    let ranks = has_experts && spread != Some(false);
    wide.into_iter().flat_map(move |gpus| {
        let alone = Layout {
            gpus,
            tensor: gpus,
            spread: has_experts && spread == Some(true),
        };
        let shared = (0..10).map(|power| 1_u32 << power);
        let shared = shared.filter(move |t| ranks && *t < gpus && gpus.is_multiple_of(*t));
        let several = shared.map(move |tensor| Layout {
            gpus,
            tensor,
            spread: true,
        });
        std::iter::once(alone)
            .chain(several)
            // Whole heads on each GPU; mixtures of experts have ranks where one domain is not enough.
            .filter(move |at| tensor.is_none_or(|t| t == at.tensor))
            .filter(move |at| heads.is_multiple_of(at.tensor))
            .filter(move |at| at.tensor <= domain || !has_experts)
    })
}
