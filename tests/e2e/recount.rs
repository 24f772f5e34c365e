//! `doctor --deep` counts again what the database keeps of the runs.

use bench_tests::{Stack, report, report_file};

#[test]
fn a_recount_says_that_all_is_exact_or_where_it_is_not() {
    let stack = Stack::start();
    for (run, f1) in [("1", 0.9), ("2", 0.8), ("3", 0.7)] {
        let text = report("counted", f1).to_string();
        let file = report_file(stack.folder(), "report.json", text);
        let push = stack.push().report(file).args(["--run-id", run]);
        push.run().success();
    }
    let doctor = || stack.push().args(["doctor", "--deep"]).run();
    doctor().success().says("exact: versions, snapshots");

    // As only the database's owner can, without the triggers.
    let database = stack.postgres();
    let owner = |sql: &str| database.execute(sql).expect("the owner may");
    owner("set session_replication_role = replica");
    for (damage, undo, found) in [
        (
            "update public.benchmark_snapshots set snapshot_version = 4",
            "update public.benchmark_snapshots set snapshot_version = 3",
            "the snapshot of counted on bills-v1 with prompt prompt-v1 in",
        ),
        (
            "update public.benchmark_daily_runs set runs = runs + 1",
            "update public.benchmark_daily_runs set runs = runs - 1",
            "kept is 4, the runs say 3",
        ),
        (
            "update public.benchmark_daily_metrics set total = total + 1 where metric = 'recall'",
            "update public.benchmark_daily_metrics set total = total - 1 where metric = 'recall'",
            "the daily sums of counted",
        ),
        (
            "update public.benchmark_transactions set version = 9 where version = 2",
            "update public.benchmark_transactions set version = 2 where version = 9",
            "the versions of counted",
        ),
    ] {
        owner(damage);
        doctor().ends_with(4).says(found);
        owner(undo);
    }
    doctor().success();
}
