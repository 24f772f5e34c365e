//! All problems and warnings of reports, with the messages that users see.

use std::fmt::Write;

use bench_model::context::Overrides;

use crate::support::{flags, report_of, report_with, verdict_on};

fn shown(cases: &[(&str, String)]) -> String {
    let mut shown = String::new();
    for (name, text) in cases {
        let verdict = verdict_on(text.as_bytes(), &flags());
        write!(shown, "── {name}\n{verdict}\n").expect("a string");
    }
    shown
}

#[test]
fn a_field_that_is_wrong_is_named_with_what_was_found_and_what_is_wanted() {
    let long = "x".repeat(256);
    let cases = [
        ("empty text", report_with(r#""branch_name": """#)),
        ("white space only", report_with(r#""model_provider": "  ""#)),
        ("too long", report_with(&format!(r#""branch_name": "{long}""#))),
        ("a control character", report_with(r#""triggered_by": "a\u001b[31m""#)),
        ("a line break in a name", report_with(r#""branch_name": "one\ntwo""#)),
        ("U+0000 in notes", report_with(r#""notes": "a\u0000b""#)),
        ("U+0000 deep inside", report_with(r#""params": {"a": {"b": ["\u0000"]}}"#)),
        ("a number as text", report_with(r#""model_provider": 1.2"#)),
        ("a boolean as text", report_with(r#""model_provider": true"#)),
        ("a list as text", report_with(r#""model_provider": ["a"]"#)),
        ("no slug, overridden by the flag", report_with(r#""environment": "Production EU""#)),
        ("no commit, overridden by the flag", report_with(r#""commit_sha": "ab cd""#)),
        ("a negative count", report_with(r#""error_count": -1"#)),
        ("half a count", report_with(r#""success_count": 1.5"#)),
        ("a count in quotes", report_with(r#""dataset_size": "150""#)),
        ("a count too large", report_with(r#""success_count": 99999999999"#)),
        ("attempt zero", report_with(r#""run_attempt": 0"#)),
        ("a negative duration", report_with(r#""duration_seconds": -0.5"#)),
        ("a duration in words", report_with(r#""duration_seconds": "2 minutes""#)),
        ("a date in words", report_with(r#""created_at": "yesterday""#)),
        ("an impossible date", report_with(r#""created_at": "2026-02-30T00:00:00Z""#)),
        ("a date in another order", report_with(r#""created_at": "03/02/2026 11:01""#)),
        ("Unix seconds", report_with(r#""created_at": 1770134510"#)),
        ("Unix milliseconds", report_with(r#""created_at": 1770134510123"#)),
        ("a date before computers", report_with(r#""created_at": "1899-12-31T00:00:00Z""#)),
        ("a date as an object", report_with(r#""created_at": {}"#)),
        ("the future", report_with(r#""created_at": "2026-11-24T12:05:01Z""#)),
        ("the future, in another offset", report_with(r#""created_at": "2026-11-24T12:00:00-05:00""#)),
        ("tags that are a number", report_with(r#""tags": 5"#)),
        ("tags that are numbers", report_with(r#""tags": ["a", 5]"#)),
        ("an empty tag", report_with(r#""tags": ["a", ""]"#)),
        ("params that are a list", report_with(r#""params": [1]"#)),
        ("links to nowhere", report_with(r#""links": {"run": "javascript:alert(1)", "log": 5}"#)),
        ("details that are text", report_with(r#""details": "none""#)),
        ("metric_stats", report_with(
            r#""metric_stats": {"f1": {"n": -1, "stderr": -0.1, "ci_low": 0.9, "ci_high": 0.8, "values": [1, "2"]}, "recall": 5}"#,
        )),
        ("a repeated key", r#"{"model_version": "a", "model_version": "b", "dataset_version": "d", "prompt_version": "p",
            "metrics": {"f1": 0.9, "f1": 0.8}}"#.to_owned()),
    ];
    insta::assert_snapshot!(shown(&cases.map(|(name, text)| (name, text))));
}

#[test]
fn a_metric_that_is_wrong_says_what_would_be_right() {
    let cases = [
        ("percent", report_of(r#""f1": 89.5"#)),
        ("far above one", report_of(r#""f1": 250"#)),
        ("below zero", report_of(r#""f1": -0.1"#)),
        ("a correlation", report_of(r#""mcc": -1.5"#)),
        ("a negative latency", report_of(r#""latency_ms": -1"#)),
        ("a negative count", report_of(r#""total_tokens": -12"#)),
        (
            "negative by its name alone",
            report_of(r#""shipping_cost_usd": -3"#),
        ),
        (
            "as near to a bound as sums and 32-bit numbers come",
            report_of(r#""f1": 1.0000000000000007, "recall": 1.0000001, "brier_score": -1e-17"#),
        ),
        ("further from a bound", report_of(r#""f1": 1.00001"#)),
        (
            "a change may be negative",
            report_of(r#""latency_change_ms": -3, "f1": 0.9"#),
        ),
        ("a number in quotes", report_of(r#""f1": "0.895""#)),
        ("percent in quotes", report_of(r#""f1": "89.5%""#)),
        ("words", report_of(r#""f1": "N/A""#)),
        ("a boolean", report_of(r#""f1": true"#)),
        ("a null", report_of(r#""f1": null, "recall": 0.9"#)),
        ("only nulls", report_of(r#""f1": null"#)),
        ("no metrics", report_of("")),
        (
            "nested",
            report_of(r#""f1": 0.9, "by_class": {"a": 0.8}, "curve": [0.1, 0.2]"#),
        ),
        ("only nested", report_of(r#""by_class": {"a": 0.8}"#)),
        (
            "a name without letters",
            report_of(r#""": 1, " ": 2, "a\u0007": 3"#),
        ),
        ("a name twice", report_of(r#""f1": 0.9, " f1": 0.8"#)),
        (
            "digits that would be lost",
            report_of(r#""calls": 9007199254740993"#),
        ),
        ("nearly infinite", report_of(r#""calls": 1.5e308"#)),
        (
            "metrics is a list",
            report_with(r#""metrics": [{"name": "f1", "value": 0.9}]"#),
        ),
        ("metrics is null", report_with(r#""metrics": null"#)),
        (
            "several at once",
            report_of(r#""f1": 89.5, "recall": "0.9", "latency_ms": -1"#),
        ),
        (
            "in a list",
            format!(
                "[{}, {}]",
                report_of(r#""f1": 0.9"#),
                report_of(r#""latency_ms": -1"#)
            ),
        ),
        (
            "in JSON lines",
            format!(
                "{}\n\n{}\n",
                report_of(r#""f1": 0.9"#),
                report_of(r#""odd name": true, "f1": 2"#)
            ),
        ),
    ];
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn a_definition_that_contradicts_is_refused_and_percent_is_converted() {
    let defined = |metrics: &str, definitions: &str| {
        report_with(&format!(
            r#""metrics": {{{metrics}}}, "metric_definitions": {{{definitions}}}"#
        ))
    };
    let cases = [
        (
            "percent",
            defined(
                r#""f1": 89.5, "recall": 0.9"#,
                r#""f1": {"unit": "percent"}"#,
            ),
        ),
        (
            "more than all",
            defined(r#""f1": 189.5"#, r#""f1": {"unit": "percent"}"#),
        ),
        (
            "the other direction",
            defined(r#""f1": 0.9"#, r#""f1": {"direction": "lower_is_better"}"#),
        ),
        (
            "another unit",
            defined(
                r#""latency_ms": 12"#,
                r#""latency_ms": {"unit": "seconds"}"#,
            ),
        ),
        (
            "another range",
            defined(r#""f1": 0.9"#, r#""f1": {"min": 0, "max": 100}"#),
        ),
        (
            "a direction in other words",
            defined(r#""wer": 0.1"#, r#""wer": {"direction": "minimize"}"#),
        ),
        (
            "an unknown direction",
            defined(r#""wer": 0.1"#, r#""wer": {"direction": 5}"#),
        ),
        (
            "an empty range",
            defined(r#""wer": 0.1"#, r#""wer": {"range": [1, 0]}"#),
        ),
        (
            "half a range",
            defined(r#""wer": 0.1"#, r#""wer": {"range": [0]}"#),
        ),
        (
            "a bound in quotes",
            defined(r#""wer": 0.1"#, r#""wer": {"min": "0"}"#),
        ),
        (
            "a field that says nothing",
            defined(
                r#""wer": 0.1"#,
                r#""wer": {"unit": "ratio", "better": "lower"}"#,
            ),
        ),
        ("no object", defined(r#""wer": 0.1"#, r#""wer": "ratio""#)),
        (
            "outside of its own range",
            defined(r#""wer": 1.5"#, r#""wer": {"range": [0, 1]}"#),
        ),
        (
            "below its own minimum",
            defined(r#""wer": 0.5"#, r#""wer": {"min": 1}"#),
        ),
        (
            "above its own maximum",
            defined(r#""wer": 1.5"#, r#""wer": {"max": 1}"#),
        ),
        (
            "its own metric in percent",
            defined(
                r#""wer_pct": 89.5"#,
                r#""wer_pct": {"unit": "percent", "range": [0, 100]}"#,
            ),
        ),
    ];
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn what_is_odd_is_stored_and_said() {
    let cases = [
        ("nothing odd", report_with("")),
        (
            "unknown fields",
            report_with(
                r#""gpu": "H100", "modelVersion": "m", "promt_version": "p", "branch": "main", "accuracy": 0.9"#,
            ),
        ),
        (
            "a naive time",
            report_with(r#""created_at": "2026-02-03T11:01:50.123456""#),
        ),
        ("a date alone", report_with(r#""created_at": "2026-02-03""#)),
        (
            "tags in one string",
            report_with(r#""tags": "nightly, gpu,""#),
        ),
        (
            "stats of no metric",
            report_with(r#""metric_stats": {"recal": {"n": 150}}"#),
        ),
        (
            "items that no verdict will use",
            report_with(
                r#""metric_stats": {"f1": {"values": [0.9, 0.89], "items": ["q1"], "clusters": ["a", "a"], "outcomes": [[1, 0], [1, 0, 0]]}}"#,
            ),
        ),
        (
            "recommended metrics missing",
            report_of(r#""f1": 0.9, "latency_ms": 3"#),
        ),
        (
            "one recommended metric missing",
            report_of(r#""precision": 0.9, "recall": 0.9, "f1": 0.9, "latency_ms": 3"#),
        ),
    ];
    let mut shown = shown(&cases);
    let word = Overrides {
        commit_sha: "v1.2-rc".parse().ok(),
        ..flags()
    };
    write!(
        shown,
        "── a commit that is no hash\n{}",
        verdict_on(report_with("").as_bytes(), &word)
    )
    .expect("a string");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_missing_field_names_the_way_out() {
    let cases = [
        ("everything", "{}"),
        (
            "the names of another tool",
            r#"{"model": "m", "dataset": "d", "promptVersion": "p", "f1": 0.9, "recall": 0.8}"#,
        ),
        (
            "nulls",
            r#"{"model_version": null, "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 1}}"#,
        ),
        (
            "no objects in the array",
            r#"[5, {"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 1},
            "environment": "local", "commit_sha": "abc123"}, null]"#,
        ),
        (
            "wrong in itself",
            r#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 1},
            "environment": "Prod (EU)", "commit_sha": "@1"}"#,
        ),
    ];
    let mut shown = String::new();
    for (name, text) in cases {
        let verdict = verdict_on(text.as_bytes(), &Overrides::default());
        write!(shown, "── {name}\n{verdict}\n").expect("a string");
    }
    insta::assert_snapshot!(shown);
}
