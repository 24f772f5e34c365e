//! Access control, enforced by the database and not by the client.

use bench_tests::{Stack, report, report_file};
use serde_json::{Value, json};

/// A stack with one run.
fn stack_with_a_run() -> Stack {
    let stack = Stack::start();
    let file = report_file(
        stack.folder(),
        "report.json",
        report("kept", 0.9).to_string(),
    );
    stack.push().report(file).run().success();
    stack
}

/// Every table and view of the contract.
const READABLE: [&str; 5] = [
    "benchmark_transactions",
    "benchmark_snapshots",
    "benchmark_baselines",
    "v_latest_benchmarks",
    "v_performance_trends",
];

#[test]
fn both_reading_keys_can_read_every_table_and_view() {
    let stack = stack_with_a_run();

    for key in stack.keys().reading() {
        for table in READABLE {
            let answer = stack.rest_as(key).get(&format!("{table}?limit=1"));
            assert_eq!(answer.status, 200, "{table}: {}", answer.body);
        }
        let answer = stack
            .rest_as(key)
            .rpc("detect_regression", &json!({"p_model_version": "kept"}));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

#[test]
fn no_reading_key_can_insert_change_or_delete_anything() {
    let stack = stack_with_a_run();
    // A column that all of them have.
    let row = json!({"model_version": "x"});

    for key in stack.keys().reading() {
        let rest = stack.rest_as(key);
        for table in READABLE {
            for (method, body) in [("POST", &row), ("PATCH", &row), ("DELETE", &json!({}))] {
                let answer = rest.send(method, &format!("{table}?model_version=not.is.null"), body);
                // A view over several tables is never writable: 55000.
                assert!(
                    matches!(answer.status, 401 | 403 | 405) || answer.json["code"] == "55000",
                    "{method} {table}: {} {}",
                    answer.status,
                    answer.body
                );
            }
        }
    }
    assert_eq!(stack.runs(), 1);
}

#[test]
fn no_reading_key_can_call_a_function_that_writes() {
    let stack = stack_with_a_run();
    let run = stack.rest().rows("benchmark_transactions?select=id")[0]["id"].clone();
    let calls: [(&str, Value); 3] = [
        (
            "ingest_runs",
            json!({"p_runs": [{
                "commit_sha": "x", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
                "environment": "local", "metrics": {"f1": 1}, "idempotency_key": "k",
            }]}),
        ),
        (
            "upsert_benchmark_result",
            json!({
                "p_commit_sha": "x", "p_branch_name": "b", "p_model_version": "m", "p_model_provider": "v",
                "p_dataset_version": "d", "p_dataset_size": 1, "p_prompt_version": "p",
                "p_environment": "local", "p_run_id": "1", "p_triggered_by": "t", "p_metrics": {"f1": 1},
                "p_duration_seconds": 1, "p_tags": [], "p_notes": "n",
            }),
        ),
        ("set_baseline", json!({"p_run": run})),
    ];

    for key in stack.keys().reading() {
        for (function, arguments) in &calls {
            let answer = stack.rest_as(key).rpc(function, arguments);
            assert!(
                matches!(answer.status, 401 | 403),
                "{function}: {} {}",
                answer.status,
                answer.body
            );
            assert_eq!(answer.json["code"], "42501", "{function}: {}", answer.body);
        }
    }
    assert_eq!(stack.runs(), 1);
}

#[test]
fn no_role_can_change_delete_or_truncate_a_run() {
    let stack = stack_with_a_run();

    for key in stack.keys().writing() {
        for (method, body) in [("PATCH", json!({"notes": "better"})), ("DELETE", json!({}))] {
            let answer =
                stack
                    .rest_as(key)
                    .send(method, "benchmark_transactions?id=not.is.null", &body);
            assert!(
                !(200..300).contains(&answer.status),
                "{method}: {} {}",
                answer.status,
                answer.body
            );
        }
    }

    let postgres = stack.postgres();
    for statement in [
        "update public.benchmark_transactions set notes = 'better'",
        "delete from public.benchmark_transactions",
        "truncate public.benchmark_transactions cascade",
    ] {
        for role in ["anon", "authenticated", "service_role"] {
            let refused = postgres.execute(&format!(
                "begin; set local role {role}; {statement}; commit"
            ));
            assert!(refused.is_err(), "{role}: {statement}");
            let _ = postgres.execute("rollback");
        }
        // Not even the owner, whose grants can't be revoked: a trigger refuses.
        assert!(
            postgres.execute(statement).is_err(),
            "the owner: {statement}"
        );
    }
    assert_eq!(stack.runs(), 1);
}

#[test]
fn the_writing_role_can_insert_runs_with_either_kind_of_key() {
    let stack = Stack::start();

    for (number, key) in stack.keys().writing().into_iter().enumerate() {
        let row = json!({
            "commit_sha": "abc1234", "model_version": format!("m{number}"), "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "metrics": {"f1": 0.9},
        });
        let answer = stack
            .rest_as(key)
            .send("POST", "benchmark_transactions", &row);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    assert_eq!(stack.runs(), 2);
}

#[test]
fn nobody_gets_in_without_a_key_or_with_a_wrong_one() {
    let stack = stack_with_a_run();
    let path = "benchmark_snapshots?limit=1";

    assert_eq!(stack.rest().without_key().get(path).status, 401);
    for wrong in [
        "sb_publishable_wrong",
        "sb_secret_wrong",
        "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.",
        "x",
    ] {
        assert_eq!(stack.rest_as(wrong).get(path).status, 401, "{wrong}");
    }
}

#[test]
fn a_secret_key_is_refused_when_it_comes_from_a_browser() {
    let stack = stack_with_a_run();
    let browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";

    let secret = stack.rest_as(&stack.keys().secret).user_agent(browser);
    assert_eq!(secret.get("benchmark_snapshots?limit=1").status, 401);

    let publishable = stack.rest().user_agent(browser);
    assert_eq!(publishable.get("benchmark_snapshots?limit=1").status, 200);
}
