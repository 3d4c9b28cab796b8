use super::*;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::H100;
use proptest::prelude::*;

const NO_LIMITS: Limits = Limits {
    token_s: f64::INFINITY,
    first_token_s: f64::INFINITY,
};

pub(super) fn replica() -> Replica {
    let requests = Requests::plain(200.0, 350.0);
    Replica::plain(llama_70b(), H100, Precision::Bf16, 4, requests)
}

/// `DeepSeek` V3, and a GB200's chip.
fn deepseek(layout: Layout, phase: Phase) -> Replica {
    let model = toml::from_str(
        "name = 'D'\nparameters = 671e9\nactive = 37e9\nlayers = 61\nhidden = 7168\nheads = 128\nkv_heads = 128\n\
         head_dim = 128\nffn = 2048\nexperts = 256\nexperts_per_token = 8\nexpert_layers = 58\ncache_values = 576\n\
         vocabulary = 129280\nsource = 'test'",
    );
    let mut chip = ChipFigures {
        bf16_flops: Some(2500e12),
        fp8_flops: Some(5000e12),
        memory_bytes: 192e9,
        bandwidth_bytes_s: 8e12,
        domain: 72,
        link_bytes_s: 900e9,
        ..H100
    };
    chip.software.bandwidth = 0.55;
    let requests = Requests::plain(2000.0, 1000.0);
    Replica {
        phase,
        ..Replica::plain(model.unwrap(), chip, Precision::Fp8, 8, requests).on(layout)
    }
}

fn ranks(gpus: u32) -> Layout {
    Layout {
        gpus,
        tensor: 1,
        spread: true,
    }
}

/// Batch 8 by hand: weights 141.2e9/(4·0.75·3.35e12) = 14.050 ms; cache 8·375·327,680/10.05e12 = 0.098 ms; products
/// 2·70.6e9·8·1.5714/(4·0.8·989e12) = 0.561 ms, attention 4·64·128·80·(8·375 + 4.57·100)/3.165e15 = 0.003 ms; all-reduces 160·(8 µs +
/// 1.5·2·8·1.5714·8192/450e9) = 1.390 ms; requests 8·68/(1 + 8/1700) = 0.541 ms: 16.644 ms. Load: (0.64·14.148 + 1.31·0.564 +
/// 0.70·0.541)/16.644 + 0.25·0.110/16.644 = 0.6128.
#[test]
fn a_step_of_a_70b_by_hand() {
    let step = replica().step(8.0);
    assert!((step.time_s - 16.644e-3).abs() < 5e-6, "{step:?}");
    assert!((step.memory_s - 14.148e-3).abs() < 2e-6, "{step:?}");
    assert!((step.products_s - 0.564e-3).abs() < 2e-6, "{step:?}");
    assert!((step.links_s - 1.390e-3).abs() < 2e-6, "{step:?}");
    assert!((step.load() - 0.6128).abs() < 3e-4, "{}", step.load());
}

/// 320 GB · 0.9 less 141.2 leave 146.8 GB for 550 tokens of 327,680 bytes each: 814 requests.
#[test]
fn memory_and_latency_bound_the_batch() {
    let replica = replica();
    assert!((replica.most_by_memory() - 814.5).abs() < 0.5);
    assert_eq!(replica.largest_batch(NO_LIMITS), Some(814.0));
    let limits = |token_s| Limits {
        token_s,
        ..NO_LIMITS
    };
    let within = replica.largest_batch(limits(0.03)).unwrap();
    assert!(replica.step(within).time_s <= 0.03);
    assert!(replica.step(within + 1.0).time_s > 0.03);
    assert_eq!(replica.largest_batch(limits(0.001)), None);
}

/// 64 ranks of one GPU, 512 requests each. Dense part (37 − 671/32)/(31/32) = 16.548 G: 16.548 GB; four experts of 2.5564 GB each on a
/// GPU, all in use: 26.774 GB, 6.085 ms. Cache 512·2500·61·576·2 = 89.948 GB, 20.443 ms. Products 512·74e9/(0.8·2.5e15·1.27) =
/// 14.916 ms; attention 512·4·128·576·61·2500/2e15 = 11.513 ms. Links 512·58·3·7168·8·63/64/900e9 = 5.588 ms; 58·164 µs = 9.512 ms;
/// program 68 µs·512/(1 + 512/1700) = 26.757 ms. Together 94.81 ms: 5,400 tokens/s a GPU.
#[test]
fn a_step_of_experts_on_a_rack_by_hand() {
    let step = deepseek(ranks(64), Phase::Decode).step(64.0 * 512.0);
    assert!((step.memory_s - 26.528e-3).abs() < 2e-5, "{step:?}");
    assert!((step.products_s - 26.429e-3).abs() < 2e-5, "{step:?}");
    assert!((step.links_s - 15.100e-3).abs() < 2e-5, "{step:?}");
    assert!((step.time_s - 94.81e-3).abs() < 5e-5, "{step:?}");
}

/// 10,000 requests on one GPU, were its memory large enough: bounded for each GPU, not for a copy.
#[test]
fn the_bound_of_requests_is_a_gpus() {
    let mut roomy = deepseek(ranks(72), Phase::Decode);
    roomy.chip.memory_bytes = 100e12;
    assert_eq!(roomy.most_by_memory(), 72.0 * 4096.0);
}

/// 1 + α + α² = 2.19 with α = 0.7 and two drafts; 2.9 tokens of a step if all three come through but for a tenth.
#[test]
fn drafts_write_more_a_step() {
    let drafts = |tokens, acceptance| Requests {
        drafts: Some(Drafts { tokens, acceptance }),
        ..Requests::plain(200.0, 350.0)
    };
    assert!((drafts(2.0, 0.7).accepted() - 2.19).abs() < 1e-12);
    assert_eq!(drafts(3.0, 1.0).accepted(), 4.0);
    assert_eq!(drafts(3.0, 0.0).accepted(), 1.0);
    let with = Replica {
        requests: drafts(2.0, 0.7),
        ..replica()
    };
    // At a small batch weights decide, and most of the gain is kept; at a large one products of refused drafts cost more.
    let gain = |batch: f64| with.tokens_per_s(batch) / replica().tokens_per_s(batch);
    assert!(gain(4.0) > 1.8 && gain(4.0) < 2.19, "{}", gain(4.0));
    assert!(gain(800.0) < 1.2, "{}", gain(800.0));
}

/// e^(0.8²) = 1.896: answers under way have 332 tokens instead of 175.
#[test]
fn lengths_that_differ_keep_longer_contexts() {
    let spread = Requests {
        output_sigma: 0.8,
        ..Requests::plain(200.0, 350.0)
    };
    assert!((spread.context() - 531.87).abs() < 0.05);
    assert_eq!(spread.kept_context(), 550.0);
}

/// Half the prompt in a cache halves the products of prompts, and leaves the context as it is.
#[test]
fn a_prefix_in_the_cache_is_not_computed_again() {
    let long = Replica {
        requests: Requests::plain(8000.0, 350.0),
        ..replica()
    };
    let mut hit = long.clone();
    hit.requests.prefix_hits = 0.5;
    let (all, half) = (long.step(32.0), hit.step(32.0));
    assert_eq!(all.memory_s, half.memory_s);
    assert!(half.products_s > 0.5 * all.products_s && half.products_s < 0.56 * all.products_s);
}

/// A pool that reads is bounded by the time to the first token: twice the work behind it needs a share of its time.
#[test]
fn the_first_token_bounds_a_pool_that_reads() {
    let reads = deepseek(ranks(8), Phase::Prefill);
    let most = |first_token_s| {
        reads.most(Limits {
            first_token_s,
            ..NO_LIMITS
        })
    };
    let free = most(f64::INFINITY).unwrap();
    assert_eq!(free.busy, 1.0);
    let (loose, tight) = (most(5.0).unwrap(), most(0.3).unwrap());
    assert!(tight.tokens_per_s < loose.tokens_per_s && loose.tokens_per_s < free.tokens_per_s);
    assert!(tight.busy < loose.busy && tight.batch <= loose.batch);
    assert_eq!(most(0.001), None);
}

/// A compressed cache is whole on each GPU that shares a request, and so are heads of keys that are fewer than those.
#[test]
fn shared_requests_may_hold_their_cache_several_times() {
    let shared = deepseek(Layout::tensor(16), Phase::Decode);
    let ranks = deepseek(ranks(16), Phase::Decode);
    assert!(ranks.most_by_memory() > 10.0 * shared.most_by_memory());
}

fn layouts() -> impl Strategy<Value = Layout> {
    (0..7_u32, 0..4_u32).prop_map(|(g, t)| {
        let gpus = 1 << g.max(3);
        let tensor = (1_u32 << t).min(gpus);
        Layout {
            gpus,
            tensor,
            spread: tensor < gpus,
        }
    })
}

proptest! {
    /// Throughput, load and step time rise with the batch; energy for a token falls; the batch of a throughput
    /// gives that throughput.
    #[test]
    fn larger_batches_write_more_for_less(batch in 0.05..700.0f64) {
        let replica = replica();
        let more = batch * 1.1 + 0.01;
        prop_assert!(replica.tokens_per_s(more) > replica.tokens_per_s(batch));
        let energy = |b: f64| (0.1 + replica.load(b)) / replica.tokens_per_s(b);
        prop_assert!(energy(more) < energy(batch) * (1.0 + 1e-9));
        let found = replica.batch_for(replica.tokens_per_s(batch), 800.0);
        prop_assert!((found / batch - 1.0).abs() < 1e-9);
    }

    /// Whatever the layout: times are finite and add up to the step, loads are shares, more memory holds more requests, a slower network
    /// makes no step shorter.
    #[test]
    fn any_layout_keeps_the_laws(layout in layouts(), batch in 1.0..3000.0f64, phase in 0..3_usize, domain in 1..80_u32) {
        let phase = [Phase::Both, Phase::Prefill, Phase::Decode][phase];
        let mut replica = deepseek(layout, phase);
        replica.chip.domain = domain;
        let step = replica.step(batch);
        prop_assert!(step.time_s.is_finite() && step.time_s > 0.0, "{step:?}");
        let parts = step.products_s + step.memory_s + step.program_s + step.links_s;
        prop_assert!(parts <= step.time_s * (1.0 + 1e-12) , "{step:?}");
        prop_assert!((0.0..=1.0).contains(&step.load()) && step.link_load() >= 0.0, "{step:?}");
        prop_assert!(replica.tokens_per_s(batch * 1.01) >= replica.tokens_per_s(batch) * (1.0 - 1e-9));
        let mut slow = replica.clone();
        slow.chip.network_bytes_s /= 10.0;
        prop_assert!(slow.step(batch).time_s >= step.time_s);
        let mut roomy = replica.clone();
        roomy.chip.memory_bytes *= 2.0;
        prop_assert!(roomy.most_by_memory() >= replica.most_by_memory());
    }

    /// On a rack more GPUs a copy make no token slower or dearer, at the same number of requests each or at the most that memory holds.
    #[test]
    fn a_wider_copy_is_never_dearer_inside_a_domain(each in 16.0..1000.0f64, wide in 0..5_usize) {
        let widths = [8, 16, 32, 36, 64, 72];
        let (few, more) = (deepseek(ranks(widths[wide]), Phase::Decode), deepseek(ranks(widths[wide + 1]), Phase::Decode));
        let joule = |r: &Replica, b: f64| (0.2 + 0.8 * r.load(b)) * r.gpus() / r.tokens_per_s(b);
        let at = |r: &Replica| joule(r, each * r.gpus());
        prop_assert!(at(&more) <= at(&few) * 1.002, "{} {}", at(&few), at(&more));
        let most = |r: &Replica| joule(r, r.most_by_memory().floor());
        prop_assert!(most(&more) <= most(&few) * 1.002, "{} {}", most(&few), most(&more));
    }
}
