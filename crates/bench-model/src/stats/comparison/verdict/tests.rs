use super::*;
use crate::{
    metric::{Declared, MetricDefinition, definition_of},
    stats::{
        comparison::{compare::compare, evidence::Evidence, prior::Prior},
        error::StatsError,
    },
};

fn metric(name: &str) -> MetricDefinition {
    definition_of(name, &Declared::new())
}

fn verdict(name: &str, before: &[Evidence], after: &[Evidence], prior: Option<&Prior>) -> Verdict {
    let options = Options::default();
    let found = compare(before, after, prior, &metric(name), &options).expect("a comparison");
    decide(&found, None, &options)
}

fn values(values: &[f64]) -> Vec<Evidence> {
    values.iter().copied().map(Evidence::of_value).collect()
}

fn history_of(sd: f64, logarithmic: bool) -> Prior {
    Prior::new(sd, 20.0, logarithmic, 21)
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn verdicts_say_what_they_rest_on() {
    let items = |wrong: usize| {
        let values: Vec<f64> = (0..150)
            .map(|i| if i * 7 % 150 < wrong { 0.0 } else { 1.0 })
            .collect();
        [Evidence::measured(&values)]
    };
    let scores = |shift: f64| {
        let values: Vec<f64> = (0..40)
            .map(|i| 0.5 + 0.01 * f64::from(i) + shift * f64::from(i % 5) / 2.0)
            .collect();
        [Evidence::measured(&values)]
    };
    let mut other_data = Evidence::counted(90, 100);
    other_data.dataset = Some("v2".to_owned());
    let mut old_data = Evidence::counted(134, 150);
    old_data.dataset = Some("v1".to_owned());

    let shown: Vec<(&str, Verdict)> = vec![
        (
            "counts, a large fall",
            verdict(
                "accuracy",
                &[Evidence::counted(134, 150)],
                &[Evidence::counted(104, 150)],
                None,
            ),
        ),
        (
            "counts, a small fall",
            verdict(
                "accuracy",
                &[Evidence::counted(134, 150)],
                &[Evidence::counted(129, 150)],
                None,
            ),
        ),
        (
            "many counts, no change",
            verdict(
                "accuracy",
                &[Evidence::counted(4500, 5000)],
                &[Evidence::counted(4490, 5000)],
                None,
            ),
        ),
        (
            "the same items",
            verdict("accuracy", &items(15), &items(40), None),
        ),
        (
            "scores of items",
            verdict("f1", &scores(0.0), &scores(-0.03), None),
        ),
        (
            "F1 of totals",
            verdict(
                "f1",
                &[Evidence::f1(180, 20, 24)],
                &[Evidence::f1(150, 50, 54)],
                None,
            ),
        ),
        (
            "standard errors",
            verdict(
                "f1",
                &[Evidence::with_stderr(0.895, 0.012, Some(150))],
                &[Evidence::with_stderr(0.864, 0.013, Some(150))],
                None,
            ),
        ),
        (
            "latency with a history",
            verdict(
                "latency_ms",
                &values(&[412.0]),
                &values(&[450.0]),
                Some(&history_of(0.02, true)),
            ),
        ),
        (
            "latency with a quiet history",
            verdict(
                "latency_ms",
                &values(&[412.0, 410.0, 415.0]),
                &values(&[405.0]),
                Some(&history_of(0.01, true)),
            ),
        ),
        (
            "latency, better",
            verdict(
                "latency_ms",
                &values(&[412.0, 410.0, 415.0]),
                &values(&[300.0, 305.0]),
                None,
            ),
        ),
        (
            "one run a side",
            verdict("f1", &values(&[0.895]), &values(&[0.864]), None),
        ),
        (
            "one run a side, far",
            verdict("f1", &values(&[0.895]), &values(&[0.8]), None),
        ),
        (
            "one run a side, equal",
            verdict("f1", &values(&[0.895]), &values(&[0.895]), None),
        ),
        (
            "exact so far",
            verdict(
                "input_tokens",
                &values(&[1200.0, 1200.0, 1200.0, 1200.0]),
                &values(&[1300.0]),
                None,
            ),
        ),
        (
            "exact",
            verdict(
                "input_tokens",
                &values(&[1200.0; 10]),
                &values(&[1300.0, 1300.0]),
                None,
            ),
        ),
        (
            "errors from none",
            verdict("errors", &values(&[0.0]), &values(&[50.0]), None),
        ),
        (
            "one error",
            verdict("errors", &values(&[0.0]), &values(&[1.0]), None),
        ),
        (
            "no direction",
            verdict(
                "temperature",
                &values(&[1.0, 1.1, 0.9]),
                &values(&[2.0]),
                None,
            ),
        ),
        (
            "different data",
            verdict("accuracy", &[old_data], &[other_data], None),
        ),
        (
            "no share of 0",
            verdict("refusals_cost", &values(&[0.0]), &values(&[0.1]), None),
        ),
    ];
    let text: Vec<String> = shown
        .iter()
        .map(|(case, verdict)| {
            let exceeded = verdict.threshold_exceeded.map_or("no answer", |yes| {
                if yes { "exceeded" } else { "not exceeded" }
            });
            format!(
                "{case}: {} (threshold {exceeded})\n  {}",
                verdict.kind, verdict.reason
            )
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_same_change_is_worse_one_way_and_better_the_other() {
    let (before, after) = (
        values(&[100.0, 101.0, 99.0, 100.5]),
        values(&[120.0, 121.0, 119.0]),
    );
    assert_eq!(
        verdict("latency_ms", &before, &after, None).kind,
        VerdictKind::Regressed
    );
    assert_eq!(
        verdict("latency_ms", &after, &before, None).kind,
        VerdictKind::Improved
    );
    assert_eq!(
        verdict("throughput", &before, &after, None).kind,
        VerdictKind::Improved
    );
}

#[test]
fn a_metric_without_direction_is_never_judged_better_or_worse() {
    let found = verdict(
        "temperature",
        &values(&[1.0, 1.0, 1.0, 1.0]),
        &values(&[9.0; 4]),
        None,
    );
    assert_eq!(
        (found.kind, found.worsening, found.threshold_exceeded),
        (VerdictKind::Uncertain, None, None)
    );
    assert!(found.reason.contains("no preferred direction"));
}

#[test]
fn the_plain_threshold_answers_for_itself_whatever_the_verdict() {
    let noisy = verdict(
        "accuracy",
        &[Evidence::counted(45, 50)],
        &[Evidence::counted(42, 50)],
        None,
    );
    assert_eq!(
        (noisy.kind, noisy.threshold_exceeded),
        (VerdictKind::Uncertain, Some(true))
    );
    let certain = verdict(
        "accuracy",
        &[Evidence::counted(45_000, 50_000)],
        &[Evidence::counted(43_500, 50_000)],
        None,
    );
    assert_eq!(
        (certain.kind, certain.threshold_exceeded),
        (VerdictKind::Regressed, Some(false))
    );
}

#[test]
fn a_change_too_small_to_matter_is_none_however_sure() {
    let found = verdict(
        "accuracy",
        &[Evidence::counted(900_000, 1_000_000)],
        &[Evidence::counted(895_000, 1_000_000)],
        None,
    );
    assert_eq!(found.kind, VerdictKind::Unchanged);
    assert!(found.q_value.expect("a q-value") < 1e-9);
}

#[test]
fn repetitions_within_one_run_do_not_make_a_slow_hour_a_regression() {
    let batch = |around: f64| {
        let values: Vec<f64> = (0..40).map(|i| around + 0.1 * f64::from(i % 7)).collect();
        [Evidence::measured(&values)]
    };
    let slow_hour = verdict("latency_ms", &batch(100.0), &batch(103.0), None);
    assert_eq!(
        slow_hour.kind,
        VerdictKind::Uncertain,
        "{}",
        slow_hour.reason
    );
    assert!(slow_hour.reason.contains("within a run"));
    assert_eq!(
        verdict("latency_ms", &batch(100.0), &batch(120.0), None).kind,
        VerdictKind::Regressed
    );
}

#[test]
fn many_metrics_are_asked_about_and_the_primary_one_first() -> Result<(), StatsError> {
    let options = Options::default();
    let of = |name: &str, after: u64| {
        compare(
            &[Evidence::counted(180, 200)],
            &[Evidence::counted(after, 200)],
            None,
            &metric(name),
            &options,
        )
    };
    let comparisons = [
        of("accuracy", 161)?,
        of("pass_rate", 180)?,
        of("exact_match", 180)?,
        of("temperature", 10)?,
    ];
    let p = comparisons[0].p_value.expect("a p-value");
    assert!(p <= 0.01 && p > 0.01 / 3.0, "{p}");

    let comparisons = comparisons.map(|comparison| (comparison, options));
    let together = decide_all(&comparisons, None);
    assert_eq!(together[0].kind, VerdictKind::Uncertain);
    assert!((together[0].q_value.expect("a q-value") - 3.0 * p).abs() < 1e-12);
    let primary = decide_all(&comparisons, Some("accuracy"));
    assert_eq!(primary[0].kind, VerdictKind::Regressed);
    assert_eq!(primary[3].kind, VerdictKind::Uncertain);
    Ok(())
}

#[test]
fn two_values_that_differ_never_look_alike_in_a_sentence() {
    let said = |before: f64, after: f64| {
        let found = verdict("latency_ms", &values(&[before]), &values(&[after]), None);
        found
            .reason
            .split("; ")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let sentences = [
        said(1e-15, 0.0),
        said(0.9, 0.9 - 1e-15),
        said(400.0, 400.000_1),
        said(0.0, 1e-14),
        said(1e308, 9e307),
        said(1e-300, 1e300),
        said(0.0, 0.0),
    ];
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn nothing_again_and_again_is_unchanged() {
    let prior = history_of(0.0, false);
    let found = verdict(
        "error_count",
        &values(&[0.0]),
        &values(&[0.0]),
        Some(&prior),
    );
    assert_eq!(found.kind, VerdictKind::Unchanged, "{}", found.reason);
    assert_eq!(
        found.reason,
        "error_count is 0 on both sides; n = 1 run each; runs that repeated exactly so far"
    );
    let found = verdict(
        "error_count",
        &values(&[0.0]),
        &values(&[2.0]),
        Some(&prior),
    );
    assert_ne!(found.kind, VerdictKind::Unchanged, "{}", found.reason);
}
