//! Measures the dashboard's size and speed targets in a real browser with a real stack:
//! `cargo xtask bench dashboard`. Prints each figure beside its target; exits with 1 if one is
//! missed. To run a subset without building anything first: `cargo run -p bench-tests --example
//! dashboard shift heap`.

mod bar;
mod filter;
mod frames;
mod heap;
mod load;
mod shift;

use std::env;
use std::process::ExitCode;

use bench_tests::{Browser, Stack, site};

use bar::Bar;

type Measure = fn(&Browser, &Stack) -> Vec<Bar>;

/// The benchmarks. `filter` stores hundreds of additional configurations, so it runs late.
const PARTS: [(&str, Measure); 5] = [
    ("load", load::first),
    ("shift", shift::while_pages_load),
    ("heap", heap::after_many_navigations),
    ("filter", filter::repaint),
    ("frames", frames::of_a_long_chart),
];

fn main() -> ExitCode {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    browser.look(1280, 800, bench_tests::Theme::Light);
    browser.before_each_page(load::WATCH);
    browser.before_each_page(shift::WATCH);

    let wanted: Vec<String> = env::args().skip(1).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|one| one == part);
    let mut bars = Vec::new();
    for (part, measure) in PARTS {
        if is_wanted(part) {
            bars.extend(measure(&browser, &stack));
        }
    }

    for bar in &bars {
        println!("{bar}");
    }
    if bars.iter().all(Bar::is_held) {
        ExitCode::SUCCESS
    } else {
        println!("on a busy machine measure again: times need two quiet cores");
        ExitCode::FAILURE
    }
}
