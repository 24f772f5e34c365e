use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::kit::{Stack, eventually, kill_now};

#[cfg(target_os = "linux")]
#[test]
fn no_server_outlives_a_killed_bench_local() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    assert!(stack.processes().len() > 1);

    kill_now(stack.supervisor());

    eventually("every process is gone", || stack.processes().is_empty());
    stack.start();
    assert_eq!(stack.count_runs("model"), 1);
}

#[test]
fn what_was_acknowledged_survives_the_death_of_everything() {
    let stack = Stack::up();
    let stop = AtomicBool::new(false);
    let acknowledged = AtomicUsize::new(0);
    let key = stack.variable("SUPABASE_SECRET_KEY");

    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) || !store(&stack, &key, n) {
                    break;
                }
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
        });
        eventually("some runs are stored", || {
            acknowledged.load(Ordering::Relaxed) >= 20
        });
        for pid in stack.processes() {
            kill_now(pid);
        }
        stop.store(true, Ordering::Relaxed);
    });

    stack.start();
    let acknowledged = acknowledged.into_inner();
    let stored = stack.count_runs("survivor");
    // The last one may have been stored with its response lost.
    assert!(
        (acknowledged..=acknowledged + 1).contains(&stored),
        "{acknowledged} acknowledged, {stored} stored"
    );
}

/// Whether the server acknowledged the run; a dead server doesn't.
fn store(stack: &Stack, key: &str, n: usize) -> bool {
    let row = serde_json::json!({
        "commit_sha": "abc123", "model_version": "survivor", "dataset_version": "d",
        "prompt_version": "p", "environment": "local", "run_id": n.to_string(), "metrics": {"f1": 0.9},
    });
    let request = stack
        .request("POST", "/rest/v1/benchmark_transactions")
        .header("apikey", key)
        .json(&row);
    request
        .try_send()
        .is_some_and(|answer| answer.status == 201)
}
