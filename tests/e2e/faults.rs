//! Fault schedules in short; `cargo xtask bench faults` plays more of them.

use bench_tests::{Stack, faults};

#[test]
fn fifty_fault_schedules_lose_nothing_store_nothing_twice_and_leave_nothing_stuck() {
    let stack = Stack::start();

    let tally = faults::play(&stack, 1, 50);

    println!("{tally}");
    assert!(tally.findings.is_empty(), "see above");
    assert!(tally.kills > 0 && tally.restarts > 0, "{tally}");
    stack.push().args(["doctor", "--deep"]).run().success();
}
