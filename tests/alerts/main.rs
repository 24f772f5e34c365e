//! `cargo xtask bench alerts`: schedules of crashes with two racing evaluators against a real stack and
//! sinks that play GitHub and Slack. Fails if an incident was lost or told twice.

use std::process::ExitCode;

use bench_tests::{
    Stack,
    alerts::{Tally, crash},
    sinks::Sinks,
};

/// Schedules for which a stack is kept: later ones would read what all of them stored.
const PORTION: u32 = 40;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let (Some(Ok(first)), Some(Ok(schedules)), None) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("wanted: FIRST SCHEDULES");
        return ExitCode::from(2);
    };
    let mut all = Tally::default();
    let mut at = first;
    while at < first + schedules {
        let portion = PORTION.min(first + schedules - at);
        let tally = crash(&Stack::start(), &Sinks::start(), portion, at);
        all.schedules += tally.schedules;
        all.killed += tally.killed;
        all.lost += tally.lost;
        all.twice += tally.twice;
        at += portion;
        println!(
            "{} schedules, {} with killed senders: {} lost, {} twice",
            all.schedules, all.killed, all.lost, all.twice
        );
    }
    if (all.lost, all.twice) == (0, 0) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
