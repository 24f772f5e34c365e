//! What the dashboard promises about size and speed, measured in a real browser over a real stack:
//! `cargo xtask bench dashboard`. Prints each figure beside its promise; ends with 1 when one is broken.

mod bar;
mod filter;
mod frames;
mod heap;
mod load;

use std::process::ExitCode;

use bench_tests::{Browser, Stack, site};

use bar::Bar;

fn main() -> ExitCode {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    browser.look(1280, 800, bench_tests::Theme::Light);
    browser.before_each_page(load::WATCH);

    let mut bars = load::first(&browser, &stack);
    bars.extend(load::shifts(&browser, &stack));
    bars.push(heap::after_many_navigations(&browser, &stack));
    bars.push(filter::repaint(&browser, &stack));
    bars.extend(frames::of_a_long_chart(&browser, &stack));

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
