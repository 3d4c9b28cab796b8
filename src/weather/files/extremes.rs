//! Extremes of a place out of the DESIGN CONDITIONS line of an EPW file.
//!
//! ```text
//! DESIGN CONDITIONS, count, source, , Heating, 15 values, Cooling, 32 values, Extremes, values
//! of 2009           wind 1, 2.5, 5 %, wet bulb max, then      min, max mean; min, max sd; min, max of n = 5, 10, 20, 50
//! since 2017        wind 1, 2.5, 5 %, then the same           wet bulb max is the last value of Cooling
//! ```
//!
//! Which layout a line has is seen from the figures themselves: the printed n = 20 must be mean and standard deviation by
//! Gumbel's distribution ([`once_in`]), which the columns of the other layout are not. Source: `EnergyPlus` Auxiliary
//! Programs, "EPW Data Dictionary", for the groups; the values as files of 2009, 2017 and 2021 hold them.

use crate::weather::design::{Extremes, once_in};

/// Values before those of the dry bulb: three winds, and in the older layout a wet bulb.
const LAYOUTS: [usize; 2] = [4, 3];
/// Printed with one decimal: mean, deviation and return value are off by 0.05 K each, the deviation 1.866 times.
const ROUNDING_K: f64 = 0.25;
/// Place of the wet bulb that is exceeded in 0.4 % of the hours, in Cooling.
const WET_BULB_004: usize = 8;
/// No wet bulb was higher above that than this, K: 2.3 to 5.3 at the places whose files were seen.
const HIGHEST_ABOVE_K: f64 = 9.0;

/// The extremes in the cells of the line; what is wrong where there should be some and they cannot be read.
pub(super) fn read(cells: &[String]) -> Result<Extremes, String> {
    let count = cells.get(1).and_then(|cell| cell.parse::<f64>().ok());
    if count.is_none_or(|count| count < 1.0) {
        return Ok(Extremes::default());
    }
    let group = |name: &str| {
        let mut after = cells.iter().skip_while(|cell| !named(cell, name)).skip(1);
        let values: Vec<Option<f64>> = after
            .by_ref()
            .take_while(|cell| !cell.starts_with(|c: char| c.is_ascii_alphabetic()))
            .map(|cell| cell.parse().ok())
            .collect();
        values
    };
    let (cooling, extremes) = (group("Cooling"), group("Extreme"));
    let at = |values: &[Option<f64>], index: usize| values.get(index).copied().flatten();
    let found = LAYOUTS.into_iter().find_map(|first| {
        let [mean, deviation, printed] =
            [1, 3, 9].map(|further| at(&extremes, first + further).unwrap_or(f64::NAN));
        let meant = once_in(20.0, mean, deviation);
        ((printed - meant).abs() <= ROUNDING_K && (0.0..15.0).contains(&deviation))
            .then_some((first, printed))
    });
    let Some((first, dry_bulb_c)) = found.filter(|(_, c)| (-20.0..=60.0).contains(c)) else {
        return Err(format!(
            "the design conditions hold no extremes that fit together ({} values after Extremes): not used",
            extremes.len()
        ));
    };
    let wet_bulb_c = match first {
        4 => at(&extremes, 3),
        _ => cooling.last().copied().flatten(),
    };
    let usual = at(&cooling, WET_BULB_004);
    let possible = |c: &f64| {
        *c <= dry_bulb_c && usual.is_some_and(|usual| (usual..usual + HIGHEST_ABOVE_K).contains(c))
    };
    Ok(Extremes {
        dry_bulb_c: Some(dry_bulb_c),
        wet_bulb_c: wet_bulb_c.filter(possible),
        source: publisher(cells.get(2).map_or("", String::as_str)),
    })
}

/// True for the cell that names a group, in any case, in the singular or the plural.
fn named(cell: &str, name: &str) -> bool {
    cell.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// `ASHRAE 2009`, out of a title that holds both; the title where it does not.
fn publisher(title: &str) -> String {
    let year = title
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 4);
    match year {
        Some(year) if title.contains("ASHRAE") => {
            format!("once in 20 years by ASHRAE Fundamentals {year}")
        }
        _ if title.is_empty() => "once in 20 years by the weather file".into(),
        _ => format!("once in 20 years by \"{title}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::files::header;
    use proptest::prelude::*;

    const PHOENIX: &str = "DESIGN CONDITIONS,1,Climate Design Data 2009 ASHRAE Handbook,,Heating,12,3.7,5.2,-14.5,1.1,15.4,\
        -11.9,1.4,17,8.2,14.8,7.3,15.1,1.7,100,Cooling,7,12,43.4,21.1,42.3,21,41.2,20.9,24.5,35.8,24,35.4,23.5,35.1,4.1,260,\
        21.8,17.2,28.1,21,16.3,29.1,20,15.3,30.2,75.6,35.3,73.5,35.4,71.8,35.2,749,Extremes,8.2,7.1,5.8,27.7,1.3,45.8,1.5,\
        1.5,0.3,46.9,-0.6,47.8,-1.4,48.7,-2.5,49.8";
    const SINGAPORE: &str = "DESIGN CONDITIONS,1,2017 ASHRAE Handbook -- Fundamentals - Chapter 14 Climatic Design \
        Information,,Heating,12,23.1,23.8,20.9,15.5,28.6,21.4,16.1,28.3,7.6,28.5,6.8,29,1.8,290,Cooling,5,5.9,33.2,26.4,32.9,\
        26.4,32.2,26.3,27.7,30.7,27.5,30.4,27.2,30.1,3.9,30,27.1,22.8,29.4,26.8,22.5,29.2,26.2,21.7,28.7,88.8,31,87.4,30.9,\
        86.3,30.7,29.1,Extremes,7,6.2,5.4,22,34.3,0.5,0.8,21.6,34.9,21.3,35.3,21,35.8,20.7,36.4,21.3";

    fn of(line: &str) -> Result<(Option<f64>, Option<f64>), String> {
        let found = read(&header::cells(line))?;
        Ok((found.dry_bulb_c, found.wet_bulb_c))
    }

    /// Phoenix in the layout of 2009 (45.8 K and 1.5 K: 48.6 °C, printed 48.7; wet bulb 27.7), Singapore in that of 2017
    /// (34.3 and 0.8: 35.8; wet bulb 29.1 at the end of Cooling).
    #[test]
    fn both_layouts_by_hand() {
        assert_eq!(of(PHOENIX), Ok((Some(48.7), Some(27.7))));
        assert_eq!(of(SINGAPORE), Ok((Some(35.8), Some(29.1))));
        let source = |line: &str| read(&header::cells(line)).unwrap().source;
        assert!(source(PHOENIX).ends_with("ASHRAE Fundamentals 2009"));
        assert!(source(SINGAPORE).ends_with("ASHRAE Fundamentals 2017"));
    }

    #[test]
    fn what_cannot_be_read_is_said_or_left_out() {
        for none in ["", "DESIGN CONDITIONS", "DESIGN CONDITIONS,0"] {
            assert_eq!(of(none), Ok((None, None)), "{none}");
        }
        let cut = PHOENIX.split("Extremes").next().unwrap();
        let mixed = PHOENIX.replace("48.7", "43.0");
        for broken in ["DESIGN CONDITIONS,1", cut, &mixed] {
            assert!(of(broken).is_err(), "{broken}");
        }
        // A wet bulb that cannot be: only the dry bulb is taken.
        let wet = PHOENIX.replace("27.7", "77.7");
        assert_eq!(of(&wet), Ok((Some(48.7), None)));
        let quoted = PHOENIX.replace("Extremes", "\"EXTREME\"");
        assert_eq!(of(&quoted), Ok((Some(48.7), Some(27.7))));
    }

    /// Files of 2009, 2017 and 2021, and those that have none.
    #[test]
    #[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
    fn val_epw_design_conditions_at_hand() {
        let Some(folder) = crate::weather::tests::data() else {
            return;
        };
        for (name, expected) in [
            (
                "USA_IL_Chicago_AMY_2012_LeapYear.epw",
                (Some(39.5), Some(28.5)),
            ),
            ("BESTEST_WD100_Denver.epw", (Some(39.6), Some(20.7))),
            ("CHN_Shanghai-Hongqiao_TMYx.epw", (Some(40.6), Some(31.0))),
            ("FL-Miami_Intl_Ap.epw", (None, None)),
        ] {
            let text = std::fs::read(folder.join("data/weather").join(name)).unwrap();
            let text = String::from_utf8_lossy(&text);
            assert_eq!(of(text.lines().nth(1).unwrap()), Ok(expected), "{name}");
        }
    }

    proptest! {
        /// Whatever stands in the line: no panic, and nothing but possible temperatures, the wet bulb never above the dry.
        #[test]
        fn garbled_lines_give_possible_values_or_none(at in 0usize..360, with in "[-0-9.,a-zA-Z\" ]{0,12}", old in any::<bool>()) {
            let mut line = if old { PHOENIX } else { SINGAPORE }.to_owned();
            let at = at.min(line.len());
            line.insert_str(at, &with);
            if let Ok((dry, wet)) = of(&line) {
                prop_assert!(dry.is_none_or(|c| (-20.0..=60.0).contains(&c)));
                prop_assert!(wet.is_none_or(|c| dry.is_some_and(|dry| c <= dry)));
            }
        }
    }
}
