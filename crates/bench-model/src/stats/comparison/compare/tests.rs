use super::*;
use crate::{
    metric::{Declared, definition_of},
    stats::comparison::{
        evidence::{Confusion, ConfusionMetric, Items, Outcomes},
        result::Method,
        verdict::VerdictKind::{Improved, Regressed, Uncertain},
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

const PRIOR: Prior = Prior::new(0.01, 20.0, false, 21);

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
            clusters: Vec::new(),
        }),
        ..Evidence::default()
    }];
    let mut of_documents = findings.clone();
    of_documents[0]
        .outcomes
        .as_mut()
        .expect("findings")
        .clusters = ["a", "a", "b", "b"].map(str::to_owned).into();
    let (counted, f1) = ([Evidence::counted(8, 10)], [Evidence::f1(8, 1, 2)]);
    let errors = [Evidence::with_stderr(0.9, 0.01, None)];
    for (method, runs) in [
        (Method::PairedBootstrap, findings.as_slice()),
        (Method::PairedBootstrapClustered, of_documents.as_slice()),
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
    assert_eq!(compared("f1", &two, &two, None).method, Method::UnequalT);
    assert_eq!(compared("f1", &two, &one, None).method, Method::PooledT);
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

fn named(values: &[f64], clusters: &[&str]) -> [Evidence; 1] {
    let mut run = Evidence::measured(values);
    run.items.as_mut().expect("items").clusters =
        clusters.iter().map(|name| (*name).to_owned()).collect();
    [run]
}

#[test]
fn items_of_one_source_count_less_even_if_only_one_run_names_the_source() {
    let (before, after) = (
        [1.0, 1.0, 1.0, 0.0, 1.0, 1.0],
        [0.0, 0.0, 1.0, 0.0, 1.0, 1.0],
    );
    let documents = ["a", "a", "b", "b", "c", "c"];
    for (before, after) in [
        (named(&before, &documents), named(&after, &[])),
        (named(&before, &[]), named(&after, &documents)),
    ] {
        let found = compared("accuracy", &before, &after, None);
        assert_eq!(found.method, Method::PairedTClustered);
    }
}

#[test]
fn no_item_that_changes_sides_is_no_proof_of_equality() {
    let all_right = [1.0; 12];
    let documents = ["a", "a", "a", "b", "b", "b", "c", "c", "c", "d", "d", "d"];
    let run = named(&all_right, &documents);
    let interval = compared("accuracy", &run, &run, None).interval;
    let interval = interval.expect("an interval");
    assert!(interval.low < -0.2 && interval.high > 0.2, "{interval:?}");
}

#[test]
fn unpaired_items_and_findings_count_by_their_source() {
    let documents: Vec<String> = (0..20).map(|item| (item / 5).to_string()).collect();
    let names: Vec<&str> = documents.iter().map(String::as_str).collect();
    let right = |share: usize| -> Vec<f64> {
        (0..20)
            .map(|item| if item % 10 < share { 1.0 } else { 0.0 })
            .collect()
    };
    let after = named(&right(6)[..15], &names[..15]);
    let found = compared("accuracy", &named(&right(8), &names), &after, None);
    assert_eq!(found.method, Method::Welch);

    let findings = |items: usize| {
        [Evidence {
            value: 0.8,
            outcomes: Some(Outcomes {
                metric: ConfusionMetric::F1,
                per_item: (0..items as u64)
                    .map(|item| Confusion {
                        tp: 2,
                        fp: item % 2,
                        fn_: 1,
                    })
                    .collect(),
                names: Vec::new(),
                clusters: documents[..items].to_vec(),
            }),
            ..Evidence::default()
        }]
    };
    let found = compared("f1", &findings(20), &findings(15), None);
    assert_eq!(found.method, Method::Welch);
}

#[test]
fn errors_that_appear_are_a_regression_and_one_is_not() {
    let definition = definition_of("errors", &Declared::new());
    let kind = |before: f64, after: f64, prior: Option<&Prior>| {
        let sides = (values(&[before]), values(&[after]));
        let found = compare(&sides.0, &sides.1, prior, &definition, &Options::default());
        let found = found.expect("a comparison");
        let verdict = crate::stats::comparison::decide(&found, None, &Options::default());
        (found.method, verdict.kind, verdict.reason)
    };
    let quiet = Prior::new(0.0, 20.0, false, 21);
    let noisy = Prior::new(0.6, 20.0, false, 21);
    for prior in [None, Some(&quiet), Some(&noisy)] {
        let (_, found, reason) = kind(0.0, 50.0, prior);
        assert_eq!(found, Regressed, "{reason}");
        assert!(reason.contains("from 0 to 50"), "{reason}");
        assert_eq!(kind(0.0, 1.0, prior).1, Uncertain);
    }
    assert_eq!(kind(50.0, 0.0, None).1, Improved);
    assert_eq!(kind(100.0, 110.0, None).0, Method::Events);
}

#[test]
fn a_latency_of_0_is_compared_by_the_noise_of_the_others() {
    let earlier = [
        400.0, 404.0, 396.0, 402.0, 0.0, 398.0, 401.0, 399.0, 403.0, 397.0, 400.0,
    ];
    let definition = definition_of("latency_ms", &Declared::new());
    let prior = Prior::from_segments(&[earlier], &definition).expect("a prior");
    let slower = compared(
        "latency_ms",
        &values(&[400.0]),
        &values(&[440.0]),
        Some(&prior),
    );
    assert_eq!(slower.method, Method::ModeratedT);
    assert!(slower.p_value.expect("p") < 0.001, "{slower:?}");
    let failed = compared(
        "latency_ms",
        &values(&[400.0]),
        &values(&[0.0]),
        Some(&prior),
    );
    assert!(
        failed.p_value.expect("p") > 0.01,
        "a 0 occurred before: {failed:?}"
    );
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
