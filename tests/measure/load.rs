//! The first load from a cold cache: what travels, and when something is to be seen.

use bench_tests::{Browser, Stack, Transfer, site};
use serde_json::json;

use crate::bar::{Bar, Promise::AtMost, median};

/// How often the first page is loaded.
const LOADS: usize = 10;

/// Runs in each page before anything of the page's own: notes when the first numbers and the first
/// chart have been painted, in milliseconds since the navigation began, and how far things moved.
pub(crate) const WATCH: &str = r"
    const seen = window.seen = { shift: 0, moved: [] };
    new PerformanceObserver(list => {
        for (const one of list.getEntries().filter(one => !one.hadRecentInput)) {
            seen.shift += one.value;
            seen.moved.push(...one.sources.map(source => source.node?.className || source.node?.nodeName));
        }
    }).observe({ type: 'layout-shift', buffered: true });
    const there = {
        numbers: () => /\d/.test(document.querySelector('.tiles .value')?.textContent),
        chart: () => document.querySelector('.canvas[data-drawn]'),
    };
    // What a frame finds is on screen once that frame has been painted, before the next task.
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

/// Loads the first page again and again, each time as if for the first time.
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

/// How far things move while each page loads.
pub(crate) fn shifts(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    let shift = |page: site::Page| {
        browser.open("about:blank");
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.settle();
        let shift = browser
            .script("return seen.shift")
            .as_f64()
            .unwrap_or(f64::NAN);
        (
            shift,
            page.name,
            browser.script("return seen.moved").to_string(),
        )
    };
    let all: Vec<_> = site::filled_pages(stack).into_iter().map(shift).collect();
    let worst = all
        .into_iter()
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let (shift, name, moved) = worst.expect("there are pages");
    let detail = if shift > 0.0 {
        format!("{name}: {moved}")
    } else {
        "no page moves".to_owned()
    };
    vec![
        Bar::new(
            "layout shift while the worst page loads",
            shift,
            "of the window",
            AtMost(0.01),
        )
        .detail(detail),
    ]
}
