//! The first load with a cold cache: bytes transferred, and time to first content.

use bench_tests::{Browser, Stack, Transfer};
use serde_json::json;

use crate::bar::{Bar, Promise::AtMost, median};

/// The number of loads.
const LOADS: usize = 10;

/// Runs in each page before the page's own scripts: records when the first numbers and the first
/// chart are painted, in milliseconds since the start of navigation.
pub(crate) const WATCH: &str = r"
    const seen = window.seen = {};
    const there = {
        numbers: () => /\d/.test(document.querySelector('.tiles .value')?.textContent),
        chart: () => document.querySelector('.canvas[data-drawn]'),
    };
    // Content present in a frame is on screen once the frame is painted, before the next task.
    const frame = () => {
        for (const name in there) {
            if (seen[name] === undefined && there[name]()) {
                seen[name] = null;
                setTimeout(() => { seen[name] = performance.now(); });
            }
        }
        if (!(seen.numbers && seen.chart)) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// Loads the first page repeatedly, each time with a cold cache.
pub(crate) fn first(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    let (mut numbers, mut charts) = (Vec::new(), Vec::new());
    let mut transfers = Vec::new();
    for _ in 0..LOADS {
        browser.open("about:blank");
        browser.devtools("Network.clearBrowserCache", json!({}));
        browser.transfers();
        browser.open(&stack.url());
        browser.wait_until("seen.numbers && seen.chart");
        browser.settle();
        transfers = browser.transfers();
        let time = |name: &str| {
            browser
                .script(&format!("return seen.{name}"))
                .as_f64()
                .unwrap_or(f64::NAN)
                / 1e3
        };
        numbers.push(time("numbers"));
        charts.push(time("chart"));
    }
    transfers.retain(|transfer| transfer.url.starts_with("http"));
    let is_data = |transfer: &Transfer| {
        transfer.url.contains("/rest/v1/") || transfer.url.ends_with("/config.json")
    };
    let site: Vec<_> = transfers
        .iter()
        .filter(|transfer| !is_data(transfer))
        .collect();
    let bytes: u32 = site.iter().map(|transfer| transfer.bytes).sum();
    let of = format!("median of {LOADS} loads from a cold cache");
    vec![
        Bar::new(
            "first load, over the wire",
            f64::from(bytes) / 1e3,
            "kB",
            AtMost(560.0),
        )
        .detail(format!("{} files, with their headers", site.len())),
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        Bar::new(
            "requests of a first load",
            transfers.len() as f64,
            "requests",
            AtMost(12.0),
        ),
        Bar::new("first numbers on screen", median(numbers), "s", AtMost(0.7)).detail(&of),
        Bar::new("first chart on screen", median(charts), "s", AtMost(1.0)).detail(&of),
    ]
}
