//! The figures of a year, each declared once: key, unit, meaning, decimals. Columns of `forecast.csv`, the printed table and the
//! table of docs/forecast.md follow from these lines.

/// A figure of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Start of its columns: `twh` of `twh_p10`.
    pub key: &'static str,
    /// Its unit, for people.
    pub unit: &'static str,
    /// Its label in printed tables.
    pub label: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Decimals of printed values.
    pub decimals: usize,
}

macro_rules! figures {
    ($($key:ident: $unit:literal, $decimals:literal, $label:literal, $meaning:literal;)*) => {
        /// The figures of one year of one draw. What does not exist is NaN, and its columns are empty.
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[allow(missing_docs, reason = "each is described in FIGURES")]
        pub struct YearOf {
            $(pub $key: f64,)*
        }

        /// All figures, in the order of the columns.
        pub const FIGURES: &[Figure] = &[
            $(Figure {
                key: stringify!($key),
                unit: $unit,
                label: $label,
                meaning: $meaning,
                decimals: $decimals,
            },)*
        ];

        /// Their number.
        pub const COUNT: usize = FIGURES.len();

        impl Default for YearOf {
            fn default() -> Self {
                Self { $($key: f64::NAN,)* }
            }
        }

        impl YearOf {
            /// All values, in the order of [`FIGURES`].
            pub fn values(&self) -> [f64; COUNT] {
                [$(self.$key,)*]
            }
        }
    };
}

figures! {
    twh: "TWh", 1, "Electricity", "electricity of all sites at their meters";
    gw_peak: "GW", 2, "Peak", "largest hourly mean of all sites together";
    contract_gw: "GW", 2, "Contract power", "contract power: the hottest hour with all machines in place at their rated power, times the margin";
    ai_contract_gw: "GW", 2, "  of AI", "the same of AI machines alone";
    it_twh: "TWh", 1, "  IT", "electricity of IT: servers, storage, networks";
    cooling_twh: "TWh", 1, "  Cooling", "electricity of cooling";
    other_twh: "TWh", 1, "  Losses, other", "electrical losses, lights, offices";
    ai_it_twh: "TWh", 1, "AI, at the IT", "electricity of AI machines and the IT beside them";
    ai_twh: "TWh", 1, "AI, at the meter", "their share of the sites' electricity";
    conventional_it_twh: "TWh", 1, "Conventional, at the IT", "electricity of conventional IT";
    crypto_twh: "TWh", 1, "Mining", "electricity of mining";
    pue: "", 3, "PUE", "facility energy over IT energy, mining left out";
    gw_mean: "GW", 2, "Mean power", "mean power of all sites";
    gw_it_peak: "GW", 2, "  Peak of IT", "largest hourly mean of IT";
    gw_cooling_peak: "GW", 2, "  Peak of cooling", "largest hourly mean of cooling";
    gw_peak_jja: "GW", 2, "  Peak, Jun to Aug", "peak of June, July and August";
    gw_peak_djf: "GW", 2, "  Peak, Dec to Feb", "peak of December, January and February";
    load_factor: "", 3, "Load factor", "mean power over the peak";
    capacity_utilisation: "", 3, "Use of the contract", "mean power over the contract power";
    ramp_mw_h: "MW/h", 0, "Largest ramp", "largest rise or fall from one hour to the next";
    curtailable_mw: "MW", 0, "Can be put off", "what can be put off at the hour of the peak, cooling included";
    curtailable_gwh: "GWh", 0, "  in the hours allowed", "the same for the hours that the file allows";
    water_mm3: "million m³", 2, "Water", "make-up water of the sites";
    carbon_mt: "Mt CO2", 2, "Carbon", "carbon of the electricity";
    share_of_region: "%", 2, "Share of the region", "of all electricity used in the region";
    ai_gw_rated: "GW", 2, "AI, rated power", "rated power of the AI machines in service and of the IT beside them";
    chips_m: "million", 3, "AI chips in service", "AI chips in service and with power, mean of the year";
    chips_end_m: "million", 3, "  at the year's end", "AI chips not retired at the end of the year, in service or not";
    h100e_end_m: "million", 3, "  in H100 equivalents", "the same in H100 equivalents by 8-bit arithmetic";
    shipped_m: "million", 3, "AI chips shipped", "AI chips shipped in the year";
    unfilled_m: "million", 3, "Orders unfilled", "orders that limits of supply left unfilled at the end of the year";
    unpowered_gw: "GW", 2, "Without power", "rated power of machines that wait for a connection, mean of the year";
    connection_wait_weeks: "weeks", 0, "  wait for power", "time in which the year's new connections would power them";
    ai_busy: "", 3, "AI chips busy", "share of the time that powered AI machines work";
    need_over_supply: "", 3, "Work over supply", "work that is asked for over what the powered machines can do";
    unmet_share: "", 3, "Work not done", "share of the year's work that was not done";
    capacity_wait_weeks: "weeks", 1, "Wait for capacity", "time that the year's machines would need for the work still waiting";
    job_wait_min: "min", 1, "Wait of a job", "mean wait of a job for machines that exist, by the simulator's own scheduler";
    supply_twh: "TWh", 1, "As the supply says", "electricity if the machines were as busy as their uses say";
    work_twh: "TWh", 1, "As the work says", "electricity if they did the work, and no more";
    gap_twh: "TWh", 1, "  gap", "the first less the second";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_values_are_in_one_order() {
        let of = YearOf {
            pue: 1.25,
            ..YearOf::default()
        };
        let at = FIGURES.iter().position(|figure| figure.key == "pue");
        assert_eq!(of.values()[at.unwrap()], 1.25);
        assert_eq!(
            of.values().iter().filter(|value| !value.is_nan()).count(),
            1
        );
    }
}
