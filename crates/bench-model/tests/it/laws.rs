//! Properties for every input: readers never panic, equal runs have equal keys, different runs have
//! different keys.

use bench_model::{
    canonical,
    context::Detected,
    idempotency, report,
    run::{self, Run},
};
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use crate::support::{build, flags, now};

/// Any JSON value whose numbers are finite.
fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter_map("finite", Number::from_f64)
            .prop_map(Value::Number),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        ".*".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A report with known and unknown fields, valid and invalid.
fn nearly_a_report() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "model_version",
            "dataset_version",
            "prompt_version",
            "environment",
            "commit_sha",
            "metrics",
            "metric_stats",
            "metric_definitions",
            "created_at",
            "tags",
            "links",
            "params",
            "details",
            "dataset_size",
            "run_attempt",
            "duration_seconds",
            "notes",
            "run_id",
            "f1",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z_]{0,12}",
    ];
    prop::collection::btree_map(name, any_json(), 0..16)
        .prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// Numbers of every size, common ones more often.
fn any_metric() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..1.0_f64,
        -1e308..1e308_f64,
        any::<i32>().prop_map(f64::from)
    ]
}

/// The run of a report with these metrics; their names are undefined, so all numbers are valid.
fn run_of(metrics: &[f64]) -> Run {
    let metrics: Map<String, Value> = metrics
        .iter()
        .enumerate()
        .map(|(index, value)| (format!("m{index}"), json!(value)))
        .collect();
    let report = json!({"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": metrics});
    build(&report.to_string()).remove(0).run
}

fn key(run: &Run) -> String {
    idempotency::key(run, None).to_string()
}

/// `value` with white space, reversed keys and every number in another notation.
fn respelt(value: &Value) -> String {
    match value {
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| format!(" {number:e}\n")),
        Value::Object(object) => {
            let entries: Vec<String> = object
                .iter()
                .rev()
                .map(|(key, value)| format!("\t{} : {}", json!(key), respelt(value)))
                .collect();
            format!("{{ {} }}", entries.join(" ,\r\n"))
        }
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = report::parse(&bytes);
    }

    #[test]
    fn no_json_makes_the_builder_panic(report in nearly_a_report()) {
        let text = json!([report, report]).to_string();
        let reports = report::parse(text.as_bytes()).expect("an array of objects");
        let (built, problems) = run::build_all(reports, &flags(), &Detected::default(), now());
        prop_assert_eq!(built.len(), if problems.is_empty() { 2 } else { 0 });
        prop_assert!(problems.iter().all(|problem| !problem.to_string().is_empty()));
    }

    #[test]
    fn canonical_json_is_json_of_the_same_value(value in any_json()) {
        let text = canonical::to_string(&value);
        let read: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(canonical::to_string(&read), text);
    }

    #[test]
    fn canonical_numbers_keep_every_digit(number in any::<f64>().prop_filter("finite", |number| number.is_finite())) {
        let text = canonical::to_string(&json!(number));
        let read: f64 = text.parse().expect("a number");
        prop_assert!(read == number, "{} became {}", number, text);
    }

    #[test]
    fn a_key_does_not_depend_on_how_a_report_is_spelt(metrics in prop::collection::vec(any_metric(), 1..6)) {
        let metrics: Map<String, Value> =
            metrics.iter().enumerate().map(|(index, value)| (format!("m{index}"), json!(value))).collect();
        let report = json!({"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": metrics});
        let plain = build(&report.to_string()).remove(0).run;
        let other = build(&respelt(&report)).remove(0).run;
        prop_assert_eq!(key(&plain), key(&other));
    }

    #[test]
    fn a_key_depends_on_every_metric(metrics in prop::collection::vec(any_metric(), 1..6), which in any::<prop::sample::Index>(), new in any_metric()) {
        let mut changed = metrics.clone();
        let which = which.index(metrics.len());
        changed[which] = new;
        prop_assert_eq!(key(&run_of(&metrics)) == key(&run_of(&changed)), metrics[which] == new);
    }
}
