use super::*;
use crate::{
    metric::{Declared, definition_of},
    stats::comparison::{
        evidence::{Confusion, ConfusionMetric, Items, Outcomes},
        result::Method,
    },
};

fn compared(
    name: &str,
    before: &[Evidence],
    after: &[Evidence],
    prior: Option<&Prior>,
) -> Comparison {
    let definition = definition_of(name, &Declared::new());
    compare(before, after, prior, &definition, &Options::default()).expect("a comparison")
}

fn values(values: &[f64]) -> Vec<Evidence> {
    values.iter().copied().map(Evidence::of_value).collect()
}

const PRIOR: Prior = Prior {
    sd: 0.01,
    df: 20.0,
    logarithmic: false,
    segments: 1,
    runs: 21,
};

#[test]
fn the_strongest_evidence_that_both_sides_have_is_taken() {
    let binary = [Evidence::measured(&[1.0, 0.0, 1.0, 1.0, 0.0])];
    let scores = [Evidence::measured(&[0.9, 0.1, 0.8, 0.7, 0.2])];
    let mut grouped = scores.clone();
    grouped[0].items.as_mut().expect("items").clusters =
        ["a", "a", "b", "b", "c"].map(str::to_owned).into();
    let findings = [Evidence {
        value: 0.8,
        outcomes: Some(Outcomes {
            metric: ConfusionMetric::F1,
            per_item: vec![
                Confusion {
                    tp: 2,
                    fp: 1,
                    fn_: 0
                };
                4
            ],
            names: Vec::new(),
        }),
        ..Evidence::default()
    }];
    let (counted, f1) = ([Evidence::counted(8, 10)], [Evidence::f1(8, 1, 2)]);
    let errors = [Evidence::with_stderr(0.9, 0.01, None)];
    for (method, runs) in [
        (Method::PairedBootstrap, findings.as_slice()),
        (Method::Mcnemar, binary.as_slice()),
        (Method::PairedT, scores.as_slice()),
        (Method::PairedTClustered, grouped.as_slice()),
        (Method::Proportions, counted.as_slice()),
        (Method::F1, f1.as_slice()),
        (Method::Welch, errors.as_slice()),
    ] {
        assert_eq!(compared("f1", runs, runs, Some(&PRIOR)).method, method);
        let with_a_plain_number = compared("f1", runs, &values(&[0.9]), Some(&PRIOR));
        assert_eq!(with_a_plain_number.method, Method::ModeratedT, "{method:?}");
    }
    let [one, two, four] = [values(&[0.9]), values(&[0.9, 0.91]), values(&[0.9; 4])];
    assert_eq!(compared("f1", &one, &one, None).method, Method::Threshold);
    assert_eq!(compared("f1", &two, &two, None).method, Method::PooledT);
    assert_eq!(
        compared("f1", &two, &one, Some(&PRIOR)).method,
        Method::ModeratedT
    );
    assert_eq!(compared("f1", &four, &one, None).method, Method::Exact);
}

#[test]
fn items_of_different_data_are_never_paired() {
    let run = |dataset: &str| {
        let mut run = Evidence::measured(&[1.0, 0.0, 1.0, 1.0, 0.0]);
        run.dataset = Some(dataset.to_owned());
        [run]
    };
    let found = compared("accuracy", &run("v1"), &run("v2"), None);
    assert_eq!(found.method, Method::Welch);
    assert_eq!(found.caveats, [Caveat::DifferentData]);
    assert_eq!(
        compared("accuracy", &run("v1"), &run("v1"), None).method,
        Method::Mcnemar
    );
}

#[test]
fn items_on_one_side_only_are_left_out_and_counted() {
    let run = |names: &[&str]| {
        let mut run = Evidence::measured(&[0.9, 0.1, 0.8]);
        run.items = Some(Items {
            values: vec![0.9, 0.1, 0.8],
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            clusters: Vec::new(),
        });
        [run]
    };
    let found = compared("f1", &run(&["a", "b", "c"]), &run(&["c", "b", "x"]), None);
    assert_eq!(found.caveats, [Caveat::UnmatchedItems { count: 2 }]);
    assert_eq!(found.baseline_n.items, Some(2));
}

#[test]
fn several_runs_on_the_same_items_do_not_make_the_items_more() {
    let one = compared(
        "accuracy",
        &[Evidence::counted(80, 100)],
        &[Evidence::counted(70, 100)],
        None,
    );
    let counted = |k| vec![Evidence::counted(k, 100); 3];
    let three = compared("accuracy", &counted(80), &counted(70), None);
    assert_eq!((one.p_value, one.interval), (three.p_value, three.interval));
}

#[test]
fn latency_is_compared_by_ratio() {
    let runs = |values: &[f64]| {
        values
            .iter()
            .copied()
            .map(Evidence::of_value)
            .collect::<Vec<_>>()
    };
    let found = compared(
        "latency_ms",
        &runs(&[100.0, 110.0, 121.0]),
        &runs(&[200.0, 220.0, 242.0]),
        None,
    );
    assert!(
        (found.before - 110.0).abs() < 1e-9
            && (found.relative.expect("a share") - 1.0).abs() < 1e-9
    );
    let twice = compared(
        "latency_ms",
        &runs(&[1.0, 1.1, 1.21]),
        &runs(&[2.0, 2.2, 2.42]),
        None,
    );
    assert!((found.p_value.expect("p") - twice.p_value.expect("p")).abs() < 1e-12);
    assert!(found.noise.relative && found.relative_interval.expect("an interval").low > 0.5);
}

#[test]
fn repetitions_within_a_run_yield_to_other_runs_for_latency_and_not_for_quality() {
    let prior = Prior {
        logarithmic: true,
        ..PRIOR
    };
    let run = [Evidence::measured(&[10.0, 10.1, 10.2, 10.1, 10.0])];
    assert_eq!(
        compared("latency_ms", &run, &run, Some(&prior)).method,
        Method::ModeratedT
    );
    let found = compared("latency_ms", &run, &run, None);
    assert_eq!(
        (found.method, found.caveats),
        (Method::PairedT, vec![Caveat::WithinRunOnly])
    );
}

#[test]
fn folds_yield_to_other_runs_too() {
    let mut run = [Evidence::measured(&[0.9, 0.91, 0.89, 0.92, 0.88])];
    assert_eq!(
        compared("f1", &run, &run, Some(&PRIOR)).method,
        Method::PairedT
    );
    run[0].repetitions = true;
    assert_eq!(
        compared("f1", &run, &run, Some(&PRIOR)).method,
        Method::ModeratedT
    );
    assert_eq!(compared("f1", &run, &run, None).method, Method::PairedT);
}

#[test]
fn impossible_input_is_refused_and_extreme_input_gives_an_answer() {
    let definition = definition_of("f1", &Declared::new());
    let ask = |before: &[Evidence], after: &[Evidence], options| {
        compare(before, after, None, &definition, &options)
    };
    let one = values(&[0.9]);
    assert!(matches!(
        ask(&[], &one, Options::default()),
        Err(StatsError::NoRuns {
            side: Side::Baseline,
            ..
        })
    ));
    let nan = values(&[0.9, f64::NAN]);
    assert!(matches!(
        ask(&one, &nan, Options::default()),
        Err(StatsError::NotFinite { index: 2, .. })
    ));
    let level = Options {
        level: 0.0,
        ..Options::default()
    };
    assert!(matches!(
        ask(&one, &one, level),
        Err(StatsError::Option { .. })
    ));
    for extreme in [0.0, -1.0, 1e300, 1e-300, f64::MAX] {
        let found = compared(
            "anything",
            &values(&[extreme; 3]),
            &values(&[0.0, extreme]),
            None,
        );
        assert!(
            found.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)),
            "{extreme}: {found:?}"
        );
    }
}
