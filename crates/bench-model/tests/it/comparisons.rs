//! Every test and interval of a comparison against SciPy and statsmodels, to 1e-9:
//! `tests/fixtures/comparisons.json` is written by `benchmarks/verdicts/comparison_fixtures.py`.

use bench_model::{
    metric::{Declared, MetricDefinition, definition_of},
    stats::{
        Comparison, Confusion, ConfusionMetric, Counts, Evidence, Interval, Method, Options, Prior,
        Threshold, ThresholdTest, bootstrap, compare,
        contingency::{fisher_exact, fisher_mid_p, mcnemar_exact, mcnemar_mid_p},
        control,
        events::{self, Events},
        f1, paired,
        proportion::{PairedTable, critical, newcombe, newcombe_paired, wilson},
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;

const FIXTURE: &str = include_str!("../fixtures/comparisons.json");

fn rows(table: &str) -> Vec<Value> {
    let tables: Value = serde_json::from_str(FIXTURE).expect("the fixture is JSON");
    tables[table].as_array().expect("a table").clone()
}

fn of<T: DeserializeOwned>(row: &Value, name: &str) -> T {
    serde_json::from_value(row[name].clone())
        .unwrap_or_else(|error| panic!("{name} of {row}: {error}"))
}

fn near(found: f64, wanted: f64, row: &Value) {
    let within = 1e-9 * wanted.abs().max(1e-3);
    assert!(
        (found - wanted).abs() <= within,
        "found {found:e}, wanted {wanted:e} of {row}"
    );
}

fn same(found: Interval, row: &Value, name: &str) {
    let [low, high]: [f64; 2] = of(row, name);
    near(found.low, low, row);
    near(found.high, high, row);
}

fn metric(name: &str) -> MetricDefinition {
    definition_of(name, &Declared::new())
}

/// Compares plain numbers, one per run.
fn runs(metric_name: &str, row: &Value, prior: Option<&Prior>) -> Comparison {
    let side = |name: &str| -> Vec<Evidence> {
        of::<Vec<f64>>(row, name)
            .into_iter()
            .map(Evidence::of_value)
            .collect()
    };
    let (before, after) = (side("before"), side("after"));
    compare(
        &before,
        &after,
        prior,
        &metric(metric_name),
        &Options::default(),
    )
    .expect("a comparison")
}

/// p-value and interval.
fn same_answer(found: &Comparison, row: &Value) {
    near(found.p_value.expect("a p-value"), of(row, "p"), row);
    same(found.interval.expect("an interval"), row, "interval");
}

#[test]
fn shares_and_their_differences_are_those_of_statsmodels() {
    for row in rows("wilson") {
        same(
            wilson(of(&row, "k"), of(&row, "n"), of(&row, "confidence")),
            &row,
            "interval",
        );
    }
    for row in rows("newcombe") {
        same(
            newcombe(of(&row, "before"), of(&row, "after"), 0.95),
            &row,
            "interval",
        );
    }
    for row in rows("newcombe_paired") {
        let [both, only_before, only_after, neither]: [f64; 4] = of(&row, "cells");
        let table = PairedTable {
            both,
            only_before,
            only_after,
            neither,
        };
        same(newcombe_paired(table, 0.95), &row, "interval");
    }
    for row in rows("f1") {
        let total = Confusion {
            tp: of(&row, "tp"),
            fp: of(&row, "fp"),
            fn_: of(&row, "fn"),
        };
        same(
            f1::interval(total, 0.95).expect("findings"),
            &row,
            "interval",
        );
    }
}

#[test]
fn exact_tests_are_those_of_scipy_and_statsmodels() {
    for row in rows("fisher") {
        let side = |name| {
            let (successes, n) = of(&row, name);
            Counts { successes, n }
        };
        near(
            fisher_exact(side("before"), side("after")),
            of(&row, "exact"),
            &row,
        );
        near(
            fisher_mid_p(side("before"), side("after")),
            of(&row, "mid"),
            &row,
        );
    }
    for row in rows("mcnemar_tests") {
        let (b, c) = (of(&row, "only_before"), of(&row, "only_after"));
        near(mcnemar_exact(b, c), of(&row, "exact"), &row);
        near(mcnemar_mid_p(b, c), of(&row, "mid"), &row);
    }
}

#[test]
fn paired_items_are_tested_as_in_scipy_and_clusters_as_in_statsmodels() {
    for row in rows("paired_t") {
        let side = |name: &str| [Evidence::measured(&of::<Vec<f64>>(&row, name))];
        let found = compare(
            &side("before"),
            &side("after"),
            None,
            &metric("f1"),
            &Options::default(),
        );
        let found = found.expect("a comparison");
        near(found.delta, of(&row, "mean"), &row);
        // A difference of two shares is at most 1; SciPy's interval of two items exceeds it.
        if of::<Vec<f64>>(&row, "before").len() > 2 {
            same_answer(&found, &row);
        }
    }
    for row in rows("clustered_t") {
        let (values, clusters): (Vec<f64>, Vec<String>) =
            (of(&row, "values"), of(&row, "clusters"));
        let found = paired::clustered(&values, &clusters).expect("clusters");
        near(found.stderr, of(&row, "stderr"), &row);
        near(found.p_value(), of(&row, "p"), &row);
        same(found.interval(0.95), &row, "interval");
    }
    for row in rows("clustered_unequal") {
        let (values, clusters): (Vec<f64>, Vec<String>) =
            (of(&row, "values"), of(&row, "clusters"));
        let found = paired::clustered(&values, &clusters).expect("clusters");
        near(found.stderr, of(&row, "stderr"), &row);
        near(found.df, of(&row, "df"), &row);
        near(found.p_value(), of(&row, "p"), &row);
        same(found.interval(0.95), &row, "interval");
    }
}

#[test]
fn runs_are_tested_as_in_scipy() {
    for row in rows("two_samples") {
        same_answer(&runs("anything", &row, None), &row);
    }
    for row in rows("trimmed") {
        let found = runs("anything", &row, None);
        assert_eq!(found.method, Method::TrimmedT);
        same_answer(&found, &row);
    }
    for row in rows("events") {
        let side = |name: &str| {
            let (count, runs) = of(&row, name);
            Events { count, runs }
        };
        let (before, after) = (side("before"), side("after"));
        near(events::p_value(before, after), of(&row, "p"), &row);
        same(events::difference(before, after, 0.95), &row, "interval");
    }
    for row in rows("welch") {
        let side = |name: &str| {
            let (value, stderr, n) = of(&row, name);
            [Evidence::with_stderr(value, stderr, Some(n))]
        };
        let found = compare(
            &side("before"),
            &side("after"),
            None,
            &metric("bleu"),
            &Options::default(),
        );
        same_answer(&found.expect("a comparison"), &row);
    }
    for row in rows("log_ratio") {
        let found = runs("latency_ms", &row, None);
        near(found.p_value.expect("a p-value"), of(&row, "p"), &row);
        same(
            found.relative_interval.expect("an interval"),
            &row,
            "relative",
        );
    }
}

#[test]
fn the_noise_of_earlier_runs_counts_as_in_the_paper() {
    for row in rows("prior") {
        let segments: Vec<Vec<f64>> = of(&row, "segments");
        let prior = Prior::from_segments(&segments, &metric("f1")).expect("a prior");
        near(prior.sd, of(&row, "sd"), &row);
        near(prior.df, of(&row, "df"), &row);
    }
    for row in rows("moderated_t") {
        let prior = Prior::new(of(&row, "sd"), of(&row, "df"), false, 10);
        same_answer(&runs("f1", &row, Some(&prior)), &row);
    }
}

#[test]
fn the_bootstrap_interval_is_the_one_that_scipy_makes_of_the_same_resamples() {
    for row in rows("bca") {
        let pairs: Vec<(Confusion, Confusion)> = of::<Vec<[u64; 6]>>(&row, "items")
            .into_iter()
            .map(|[a, b, c, d, e, f]| {
                (
                    Confusion {
                        tp: a,
                        fp: b,
                        fn_: c,
                    },
                    Confusion {
                        tp: d,
                        fp: e,
                        fn_: f,
                    },
                )
            })
            .collect();
        let resampled = bootstrap::resample(ConfusionMetric::F1, &pairs).expect("findings");
        let bootstrap::Resampled {
            delta,
            deltas,
            without_one,
        } = &resampled;
        near(*delta, of(&row, "delta"), &row);
        let found = bootstrap::bca(deltas, *delta, without_one, critical(0.95));
        same(found.expect("an interval"), &row, "interval");
        let answer = bootstrap::paired(ConfusionMetric::F1, &pairs, 0.95).expect("findings");
        near(answer.stderr, of(&row, "stderr"), &row);
    }
}

#[test]
fn q_values_are_those_of_statsmodels() {
    for row in rows("control") {
        let (p, q): (Vec<f64>, Vec<f64>) = (of(&row, "p"), of(&row, "q"));
        for (found, wanted) in control(&p).into_iter().zip(q) {
            near(found, wanted, &row);
        }
    }
}

#[test]
fn the_limits_of_threshold_tests_are_those_of_scipy() {
    for row in rows("thresholds") {
        let (test, boundary): (ThresholdTest, f64) = (of(&row, "test"), of(&row, "boundary"));
        let band = Threshold::new(test, Some(boundary), Some(boundary))
            .limits(&of::<Vec<f64>>(&row, "values"), &metric("anything"));
        let found = Interval {
            low: band.lower.expect("a limit"),
            high: band.upper.expect("a limit"),
        };
        same(found, &row, "limits");
    }
}
