//! Writers that meet wait for each other; none is told of a deadlock.

use std::thread;
use std::time::{Duration, Instant};

use bench_tests::{Postgres, Stack};
use serde_json::{Value, json};

/// A run of the model; `more` has further fields.
fn run(model: &str, run_id: &str, more: &Value) -> Value {
    let mut run = json!({"commit_sha": "abc", "model_version": model, "dataset_version": "d", "prompt_version": "p",
                         "environment": "ci", "run_id": run_id, "metrics": {"f1": 0.9}});
    let fields = run.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    run
}

fn push(runs: &[Value]) -> String {
    let runs = Value::from(runs).to_string();
    format!("select id from public.ingest_runs('{runs}')")
}

/// While `holding` is open, starts each of `calls` once the one before has ended or waits for a
/// lock. Then ends it, and returns the errors of the calls.
fn errors(stack: &Stack, holding: &str, calls: &[String]) -> Vec<String> {
    let holder = stack.postgres();
    holder
        .execute(&format!("begin; {holding}"))
        .unwrap_or_else(|error| panic!("{holding}: {error:?}"));
    thread::scope(|threads| {
        let mut running = Vec::new();
        for call in calls {
            running.push(threads.spawn(move || stack.postgres().rows(call)));
            until_waiting(&stack.postgres(), || {
                running.iter().filter(|call| !call.is_finished()).count()
            });
        }
        holder.execute("rollback").expect("it is open");
        let outcomes = running
            .into_iter()
            .map(|call| call.join().expect("no panic"));
        outcomes
            .filter_map(Result::err)
            .map(|error| format!("{error:?}"))
            .collect()
    })
}

fn until_waiting(database: &Postgres, unfinished: impl Fn() -> usize) {
    let patience = Instant::now() + Duration::from_secs(30);
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while database.one(waiting) != unfinished().to_string() {
        assert!(
            Instant::now() < patience,
            "a call neither ends nor waits for a lock"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn pushes_that_declare_the_same_metrics_in_any_order_wait_for_each_other() {
    let stack = Stack::start();
    let declaring = |model: &str, of_runs: &[&[&str]]| {
        let runs: Vec<Value> = of_runs
            .iter()
            .enumerate()
            .map(|(place, names)| {
                let definitions: serde_json::Map<String, Value> = names
                    .iter()
                    .map(|name| ((*name).to_owned(), json!({"unit": "ms"})))
                    .collect();
                let more = json!({ "metric_definitions": definitions });
                run(model, &place.to_string(), &more)
            })
            .collect();
        push(&runs)
    };

    let errors = errors(
        &stack,
        &declaring("held", &[&["metric-a"]]),
        &[
            declaring("one", &[&["metric-z"], &["metric-a", "metric-b"]]),
            declaring("two", &[&["metric-b", "metric-z"]]),
        ],
    );

    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(stack.runs(), 3, "two runs of the first, one of the other");
}

#[test]
fn a_baseline_that_is_moved_and_a_push_to_both_configurations_wait_for_each_other() {
    let stack = Stack::start();
    let database = stack.postgres();
    // In the order of ids and in that of the table, the snapshot of `two` is now the first.
    let (old, new) = (
        "ffffffff-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000000",
    );
    let mark = |run: &str| format!("select id from public.set_baseline('{run}', 'dataset')");
    let first = "11111111-0000-4000-8000-000000000000";
    for (model, id) in [("one", first), ("two", new), ("one", old)] {
        database
            .execute(&format!(
                "insert into public.benchmark_transactions (id, commit_sha, model_version, dataset_version, prompt_version, environment, metrics, run_id) \
                 values ('{id}', 'abc', '{model}', 'd', 'p', 'ci', '{{\"f1\": 0.9}}', '{id}')"
            ))
            .expect("a run");
    }
    database.one(&mark(old));
    let before = json!({"created_at": "2026-01-01T00:00:00Z"});

    let errors = errors(
        &stack,
        "select from public.benchmark_snapshots where model_version = 'one' for update",
        &[
            push(&[run("one", "second", &before), run("two", "second", &before)]),
            mark(new),
        ],
    );

    assert!(errors.is_empty(), "{errors:?}");
    let marked =
        "select string_agg(model_version, ' ') from public.benchmark_snapshots where is_baseline";
    assert_eq!(database.one(marked), "two");
}
