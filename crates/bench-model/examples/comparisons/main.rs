//! How often comparisons raise false alarms, and how often their intervals contain the truth.
//!
//! Printed by `cargo xtask bench verdicts`; alone: `cargo run --release -p bench-model --example
//! comparisons`, or only one section of it: `… comparisons runs`. Results are enumerated where possible (exact); the rest is drawn with fixed seeds.
//! Fails if a target is missed.

mod clusters;
mod coverage;
mod exact;
mod false_verdicts;
mod power;
mod runs;
mod table;

use std::process::ExitCode;

use power::Power;
use table::{Coverage, Promise, Rates};

/// The tolerances of a false verdict rate above its level, and of a coverage around its own.
const SLACK: f64 = 0.01;

fn main() -> ExitCode {
    let mut broken = Vec::new();
    let pairs = false_verdicts::PAIRS;
    println!(
        "False verdicts: two sides of the same kind, {pairs} pairs a line, or counted out (exact)."
    );
    println!(
        "Promised: p up to 0.05 in at most 6 %, p up to 0.01 in at most 2 %, a verdict in at most 2 %; coverage of the 95 % interval at least 94 %.\n"
    );
    println!(
        "  {:<48} {:>12} {:>9} {:>9} {:>9} {:>9}",
        "method", "n", "p <= 0.05", "p <= 0.01", "verdict", "coverage"
    );
    let section = std::env::args().nth(1);
    for line in false_verdicts::all(section.as_deref()) {
        let Rates {
            method,
            n,
            at_5,
            at_1,
            verdicts,
            covers,
            promise,
        } = line;
        let share = |rate: f64| {
            if rate.is_nan() {
                "–".to_owned()
            } else {
                format!("{:.2} %", rate * 100.0)
            }
        };
        let note = match promise {
            Promise::None if at_5.is_nan() => "  no test at all",
            Promise::None => "  not promised",
            _ => "",
        };
        println!(
            "  {method:<48} {n:>12} {:>9} {:>9} {:>9} {:>9}{note}",
            share(at_5),
            share(at_1),
            share(verdicts),
            share(covers)
        );
        let is_broken = at_5 > 0.05 + SLACK
            || at_1 > 0.01 + SLACK
            || verdicts > 0.01 + SLACK
            || covers < 0.95 - SLACK;
        if is_broken && promise != Promise::None {
            broken.push(format!("{method}, n = {n}"));
        }
    }
    let intervals = if section.is_none() {
        coverage::all()
    } else {
        Vec::new()
    };
    println!("\nCoverage of 95 % intervals, true shares from 0.5 to 0.99.");
    println!("Promised: 95 ± 1 % on average; where marked, at least 94 %.\n");
    println!(
        "  {:<42} {:>9} {:>9} {:>17}",
        "interval", "n", "mean", "worst, at share"
    );
    for line in intervals {
        let Coverage {
            interval,
            n,
            mean,
            worst,
            worst_at,
            promise,
        } = line;
        let worst = format!("{:.1} %, {worst_at:.3}", worst * 100.0);
        let note = if promise == Promise::SafeSide {
            "  at least 94 %"
        } else {
            ""
        };
        println!(
            "  {interval:<42} {n:>9} {:>7.2} % {worst:>17}{note}",
            mean * 100.0
        );
        if mean < 0.95 - SLACK || (mean > 0.95 + SLACK && promise == Promise::Kept) {
            broken.push(format!("{interval}, n = {n}"));
        }
    }
    if section.as_deref().is_none_or(|section| section == "power") {
        print_power(&mut broken);
    }
    if broken.is_empty() {
        println!("\nEvery promise is kept.");
        return ExitCode::SUCCESS;
    }
    eprintln!("\nBroken: {}", broken.join("; "));
    ExitCode::FAILURE
}

/// The power of comparisons of runs, beside that of the best test of SciPy.
fn print_power(broken: &mut Vec<String>) {
    println!(
        "\nPower: how often a shift is found, beside the best of SciPy's tests that keep their"
    );
    println!("level on the design. Promised: at most three points below.\n");
    println!(
        "  {:<32} {:>12} {:>9} {:>24} {:>9} {:>24}",
        "runs", "n", "p <= 0.05", "SciPy", "p <= 0.01", "SciPy"
    );
    for line in power::all() {
        let Power {
            design,
            n,
            found,
            best,
            excuse,
        } = line;
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let test = |(power, test): &(f64, String)| format!("{} {test}", percent(*power));
        let is_below = |place: usize| found[place] < best[place].0 - power::SLACK;
        let note = match excuse {
            Some(excuse) if is_below(0) || is_below(1) => format!("  {excuse}"),
            _ => String::new(),
        };
        println!(
            "  {design:<32} {n:>12} {:>9} {:>24} {:>9} {:>24}{note}",
            percent(found[0]),
            test(&best[0]),
            percent(found[1]),
            test(&best[1]),
        );
        if excuse.is_none() && (is_below(0) || is_below(1)) {
            broken.push(format!("power, {design}, n = {n}"));
        }
    }
}
