use super::functions::ranges;
use super::*;

fn read(text: &str) -> Method {
    toml::from_str::<std::collections::BTreeMap<String, Method>>(text)
        .unwrap()
        .remove("sensitivity")
        .unwrap()
}

/// Every method orders three inputs by what they do, in runs of its own number, and says what it left out.
#[test]
fn each_method_orders_its_inputs() {
    for (text, runs) in [
        ("[sensitivity.one_at_a_time]", 7),
        ("[sensitivity.morris]\ntrajectories = 8", 32),
        ("[sensitivity.sobol]\npoints = 64", 320),
    ] {
        let method = read(text);
        let plan = method.plan(1, &ranges(3)).unwrap();
        assert_eq!(plan.points(), runs, "{text}");
        let mut outputs: Vec<Option<f64>> = (0..plan.points())
            .map(|index| {
                let mut point = [0.0; 3];
                plan.point(index, &mut point);
                Some(point[0] - 4.0 * point[1] + 2.0 * point[2])
            })
            .collect();
        let analysis = plan.analyse(&outputs);
        let order: Vec<&str> = analysis.rows.iter().map(|row| row.axis.as_str()).collect();
        assert_eq!(order, ["x2", "x3", "x1"], "{text}");
        assert_eq!(analysis.note, None, "{text}");
        for row in &analysis.rows {
            assert_eq!(row.values.len(), analysis.columns.len());
            assert!(row.values.iter().all(Option::is_some));
        }
        outputs[3] = None;
        assert!(plan.analyse(&outputs).note.is_some(), "{text}");
    }
}

/// By hand: at u = ½ each, y = x₁ + 10 x₂² is 3; x₂ with tails goes from 10·0.01 to 10·0.81.
#[test]
fn one_at_a_time_by_hand() {
    let mut axes = ranges(2);
    axes[1].range = false;
    let plan = read("[sensitivity.one_at_a_time]").plan(1, &axes).unwrap();
    let outputs: Vec<Option<f64>> = (0..plan.points())
        .map(|index| {
            let mut point = [0.0; 2];
            plan.point(index, &mut point);
            Some(point[0] + 10.0 * point[1] * point[1])
        })
        .collect();
    let analysis = plan.analyse(&outputs);
    assert_eq!(analysis.columns, ["middle", "low", "high", "swing"]);
    for (row, (axis, expected)) in analysis
        .rows
        .iter()
        .zip([("x2", [3.0, 0.6, 8.6, 8.0]), ("x1", [3.0, 2.5, 3.5, 1.0])])
    {
        assert_eq!(row.axis, axis);
        for (value, expected) in row.values.iter().zip(expected) {
            assert!((value.unwrap() - expected).abs() < 1e-12, "{row:?}");
        }
    }
    let mut failed = outputs;
    failed[4] = None;
    let analysis = plan.analyse(&failed);
    assert_eq!(analysis.rows[1].axis, "x2");
    assert_eq!(analysis.rows[1].values[3], None);
    assert_eq!(
        analysis.note.as_deref(),
        Some("1 of 5 values left out because a run failed")
    );
}

#[test]
fn what_is_no_method_is_refused_at_its_key() {
    for (text, key) in [
        (
            "[sensitivity.one_at_a_time]\nlow = 0.6",
            "sensitivity.one_at_a_time.low",
        ),
        (
            "[sensitivity.one_at_a_time]\nhigh = 1.0",
            "sensitivity.one_at_a_time.high",
        ),
        (
            "[sensitivity.one_at_a_time]\nhigh = nan",
            "sensitivity.one_at_a_time.high",
        ),
        (
            "[sensitivity.morris]\nlevels = 3",
            "sensitivity.morris.levels",
        ),
        (
            "[sensitivity.sobol]\npoints = 0",
            "sensitivity.sobol.points",
        ),
    ] {
        let fault = read(text).plan(1, &ranges(2)).expect_err(text);
        assert_eq!(fault.key(), Some(key));
        assert!(!fault.cure.is_empty());
    }
    let none = read("[sensitivity.morris]").plan(1, &[]).unwrap_err();
    assert_eq!(none.key(), Some("sensitivity.morris"));
}
