//! The project against published numbers. Each `val_…` test makes rows of one table; `docs/validation.md` holds
//! the tables, and `the_document_shows_these_tables` fails where it is out of date.
//!
//! ```text
//! cargo test --test validation -- --nocapture                          judges, and prints the tables
//! COLDAISLE_WRITE_VALIDATION=1 cargo test --test validation document    writes them into docs/validation.md
//! ```

mod acme;
mod beside;
mod chillers;
mod chips;
mod document;
mod energyplus;
mod experts;
mod fans;
mod ireland;
mod llama;
mod mining;
mod mlperf;
mod modelica;
mod models;
mod node;
mod plant_run;
mod plates;
mod queues;
mod raps;
mod rooms;
mod served;
mod sites;
mod studio;
mod summit;
mod table;
mod traces;
mod waits;
mod zeus;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use table::Row;

/// The folder of the reference data; None, with a message, without it.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("COLDAISLE_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: COLDAISLE_DATA is not set");
    }
    folder
}

/// A test and its rows, worked out once for the test and for the document.
struct Validation {
    rows: fn(&Path) -> Vec<Row>,
    known: OnceLock<Vec<Row>>,
}

impl Validation {
    const fn new(rows: fn(&Path) -> Vec<Row>) -> Self {
        Self {
            rows,
            known: OnceLock::new(),
        }
    }

    fn rows(&self, data: &Path) -> &[Row] {
        self.known.get_or_init(|| (self.rows)(data))
    }

    fn check(&self) {
        let Some(data) = data() else { return };
        let rows = self.rows(&data);
        assert!(!rows.is_empty(), "nothing was compared");
        for row in rows {
            println!("{}", row.line());
        }
        let faults: Vec<String> = rows.iter().filter_map(Row::fault).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

macro_rules! validations {
    ($($table:literal: $($name:ident => $rows:expr,)*;)*) => {
        #[allow(non_upper_case_globals, reason = "each carries the name of its test")]
        mod all {
            use super::*;
            $($(pub(super) static $name: Validation = Validation::new($rows);)*)*
        }

        /// Tables of the document and what fills them, in its order.
        static TABLES: &[(&str, &[&Validation])] = &[$(($table, &[$(&all::$name),*])),*];

        $($(
            #[test]
            #[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
            fn $name() { all::$name.check(); }
        )*)*
    };
}

validations! {
    "energyplus":
        val_energyplus_wc_const => |data| energyplus::rows(data, "wc_const"),
        val_energyplus_wc_step => |data| energyplus::rows(data, "wc_step"),
        val_energyplus_ac_const => |data| energyplus::rows(data, "ac_const"),
        val_energyplus_ac_step => |data| energyplus::rows(data, "ac_step"),
        val_energyplus_tower27_const => |data| energyplus::rows(data, "tower27_const"),
        val_energyplus_tower27_step => |data| energyplus::rows(data, "tower27_step"),
        val_energyplus_dry35_const => |data| energyplus::rows(data, "dry35_const"),
    ;
    "raps":
        val_raps_frontier_idle => |data| raps::frontier(data, "idle", "idle"),
        val_raps_frontier_half => |data| raps::frontier(data, "half", "half"),
        val_raps_frontier_hpl => |data| raps::frontier(data, "hpl", "HPL"),
        val_raps_frontier_gpu => |data| raps::frontier(data, "gpu", "GPUs only"),
        val_raps_frontier_peak => |data| raps::frontier(data, "peak", "peak"),
        val_raps_frontier_random_day => |data| raps::random_day(data, false),
        val_raps_frontier_random_day_as_submitted => |data| raps::random_day(data, true),
    ;
    "traces":
        val_azure_trace_keeps_its_requests_and_tokens => traces::azure,
    ;
    "waits":
        val_philly_waits => |_| waits::rows(&waits::PHILLY),
        val_helios_waits => |_| waits::rows(&waits::HELIOS),
        val_seren_waits => |_| waits::rows(&waits::SEREN),
        val_kalos_waits => |_| waits::rows(&waits::KALOS),
    ;
    "gpus":
        val_zeus_power_limits => zeus::power_limits,
        val_acme_gpu_power_and_temperature => acme::quartiles,
        val_chips_within_a_server => chips::spread,
        val_cooler_chips_clock_higher => chips::clocks,
    ;
    "llama":
        val_llama_405b_interruptions => llama::interruptions,
    ;
    "mlperf":
        val_mlperf_replayed_as_telemetry => mlperf::replayed,
        val_mlperf_power_supply_losses => mlperf::power_supplies,
        val_mlperf_idle_and_full_load => mlperf::idle_and_full,
        val_mlperf_what_immersion_saves => mlperf::immersion_saves,
    ;
    "plates":
        val_paired_tests_of_plates_and_air => plates::paired,
        val_ocp_plate_over_flow => plates::plate,
        val_cdu_pumps => plates::pumps,
        val_ethz_platinum_supply => plates::platinum,
    ;
    "models":
        val_llama31_405b_hours => models::llama,
        val_h100_fp8_against_a100_bf16 => models::generations,
        val_mlenergy_joules_per_token => served::tokens,
        val_mlenergy_power_by_batch => served::power_by_batch,
        val_deepseek_on_racks_and_servers => experts::deployments,
        val_gpt_oss_on_eight_h100 => experts::light,
        val_mlenergy_wh_per_picture => models::pictures,
        val_nemo_lora_tokens_per_gpu => models::adapters,
        val_llama_cpp_m2_ultra => studio::tokens,
        val_apple_mac_studio_idle => studio::idle,
        val_ethash_by_memory_bandwidth => mining::ethash,
        val_antminer_watts_at_the_wall => mining::sha256,
    ;
    "modelica":
        val_modelica_york_calc => modelica::york_calc,
        val_modelica_electric_eir => modelica::electric_eir,
        val_modelica_psychrometrics => modelica::psychrometrics,
    ;
    "chillers":
        val_chillers_in_warm_water => chillers::warm_water,
        val_chillers_at_the_minimum_of_the_code => |_| chillers::by_code(),
    ;
    "fans":
        val_greensku_server_fans => fans::greensku,
    ;
    "beside":
        val_superpod_switches => beside::superpods,
        val_specpower_cpu_nodes => beside::specpower,
        val_semianalysis_share_beside_servers => beside::share,
    ;
    "rooms":
        val_opengate_time_to_shutdown => |_| rooms::opengate(),
    ;
    "queues":
        val_erlang_c_mean_waits => |_| queues::many_servers(),
        val_pollaczek_khinchine_mean_waits => |_| queues::one_server(),
        val_queues_in_an_order => |_| queues::in_order(),
    ;
    "sites":
        val_nrel_esif_pue_and_water => sites::esif,
        val_alissa_air_against_liquid => sites::air_against_liquid,
        val_alibaba_immersion_pue => sites::alibaba,
        val_frontier_day_over_a_warm_water_plant => sites::frontier_day,
        val_summit_2020_week_by_week => summit::metered,
    ;
    "forecast":
        val_ireland_by_its_meter => ireland::rows,
    ;
}
