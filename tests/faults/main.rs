//! `cargo xtask bench faults`: seeded fault schedules against a real stack. Prints the table of
//! `docs/reliability.md`, and fails if a run was lost, stored twice, wrongly said to be stored, or
//! stuck.

use std::process::ExitCode;

use bench_tests::{Stack, faults};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(first_seed)), Some(Ok(schedules)), None) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("wanted: FIRST_SEED SCHEDULES");
        return ExitCode::from(2);
    };
    let stack = Stack::start();
    let tally = faults::play(&stack, first_seed, schedules);
    println!("{tally}");
    let recounted = stack.push().args(["doctor", "--deep"]).run();
    println!("{}", recounted.all());
    if tally.findings.is_empty() && recounted.status == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
