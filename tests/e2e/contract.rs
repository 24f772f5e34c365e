//! `bench-model` agrees with the database about the schema.

use std::collections::BTreeMap;

use bench_model::metric::{catalogue, definition_of};
use bench_model::rest::{rpc, tables};
use bench_tests::{Postgres, Stack};
use serde_json::Value;

fn lines(database: &Postgres, sql: &str) -> Vec<Vec<String>> {
    let rows = database
        .rows(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    rows.into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

#[test]
fn every_table_and_column_that_clients_rely_on_exists() {
    let stack = Stack::start();
    let database = stack.postgres();
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in lines(
        &database,
        "select table_name, column_name from information_schema.columns where table_schema = 'public'",
    ) {
        columns
            .entry(row[0].clone())
            .or_default()
            .push(row[1].clone());
    }

    for table in tables::all() {
        let found = columns
            .get(table.name)
            .unwrap_or_else(|| panic!("there is no table {}", table.name));
        for column in table.columns {
            assert!(
                found.iter().any(|name| name == column),
                "{} has no column {column}",
                table.name
            );
        }
    }
}

#[test]
fn every_function_that_clients_call_has_these_arguments_in_this_order() {
    let stack = Stack::start();
    let sql = "select p.proname, array_to_string(p.proargnames[1:p.pronargs], ',') from pg_proc p where p.pronamespace = 'public'::regnamespace";
    let functions: Vec<_> = lines(&stack.postgres(), sql);

    for function in rpc::all() {
        let wanted = function.arguments.join(",");
        let found: Vec<_> = functions
            .iter()
            .filter(|row| row[0] == function.name)
            .map(|row| &row[1])
            .collect();
        assert_eq!(found, [&wanted], "{}", function.name);
    }
}

#[test]
fn every_metric_of_the_catalogue_is_the_same_in_sql() {
    let stack = Stack::start();
    let sql = "select name, unit, direction, coalesce(min::text, ''), coalesce(max::text, '') from public.benchmark_metrics order by name collate \"C\"";
    let in_sql = lines(&stack.postgres(), sql);

    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut in_rust: Vec<Vec<String>> = catalogue()
        .iter()
        .map(|metric| {
            let direction = serde_json::to_value(metric.direction)
                .ok()
                .as_ref()
                .and_then(Value::as_str)
                .map(str::to_owned);
            vec![
                metric.name.to_string(),
                metric.unit.clone().unwrap_or_default(),
                direction.expect("a direction is a word"),
                number(metric.min),
                number(metric.max),
            ]
        })
        .collect();
    in_rust.sort();

    assert_eq!(in_sql, in_rust);
}

#[test]
fn a_metric_that_nobody_declared_means_the_same_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    let names = [
        "f1",
        "macro_f1",
        "exact_match_strict",
        "p50_latency",
        "total_cost",
        "price_usd",
        "prompt_tokens",
        "tokens_per_second_p50",
        "wall_seconds",
        "train_s",
        "error_count",
        "loss",
        "val_loss",
        "pass_rate_easy",
        "hit_rate",
        "false_positive_rate",
        "detection_share",
        "json_validity",
        "answer_length",
        "Temperature",
        "bleu",
        "rouge_l",
        "throughput_qps",
        "hallucinations",
        "failure_rate",
        "recall_at_5",
        "cost_efficiency_score",
    ];

    for name in names {
        let sql = format!(
            "select direction, coalesce(unit, ''), scale from public.metric_definition('{name}')"
        );
        let in_sql = lines(&database, &sql).remove(0);
        let metric = definition_of(name, &BTreeMap::new());
        let word = |value: Result<Value, serde_json::Error>| {
            value
                .ok()
                .as_ref()
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let in_rust = vec![
            word(serde_json::to_value(metric.direction)).expect("a direction is a word"),
            metric.unit.clone().unwrap_or_default(),
            word(serde_json::to_value(metric.scale())).expect("a scale is a word"),
        ];
        assert_eq!(in_sql, in_rust, "{name}");
    }
}
