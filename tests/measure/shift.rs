//! Layout shift while a page loads, at the width of a laptop and of a phone.

use std::thread;
use std::time::Duration;

use bench_tests::{Browser, Stack, Theme, site};
use serde_json::{Value, json};

use crate::bar::{Bar, Promise::AtMost};

/// Runs in each page before the page's own scripts: sums the layout shifts and records their
/// sources.
pub(crate) const WATCH: &str = r"
    const shifts = window.shifts = { sum: 0, moved: [] };
    const named = node => node?.className?.baseVal ?? (node?.className || node?.nodeName);
    new PerformanceObserver(list => {
        for (const one of list.getEntries().filter(one => !one.hadRecentInput)) {
            shifts.sum += one.value;
            shifts.moved.push(...one.sources.map(source => named(source.node)));
        }
    }).observe({ type: 'layout-shift', buffered: true });";

/// A window's name, width and height.
const WINDOWS: [(&str, u32, u32); 2] = [("laptop", 1280, 800), ("phone", 360, 780)];

/// The simulated time to first byte.
const LATENCY_MS: u32 = 60;

/// How long to keep watching a loaded page.
const REST: Duration = Duration::from_millis(300);

/// The page with the largest shift, over all pages, opened cold and by a link from another page.
pub(crate) fn while_pages_load(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    // So that each intermediate state of a page is painted, as over a real network.
    browser.devtools("Network.enable", json!({}));
    let network = |latency: u32| json!({"offline": false, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1});
    browser.devtools("Network.emulateNetworkConditions", network(LATENCY_MS));
    let bars = WINDOWS.map(|(window, width, height)| {
        browser.look(width, height, Theme::Light);
        let mut all = Vec::new();
        for page in site::filled_pages(stack) {
            browser.open("about:blank");
            browser.open(&format!("{}/{}", stack.url(), page.path));
            let words = format!("{} from a cold start", page.name);
            all.push(found(browser, &words));
        }
        browser.open(&format!("{}/settings", stack.url()));
        browser.settle();
        for page in site::filled_pages(stack) {
            for from in ["settings", "runs"] {
                // Like a link; a click by a script doesn't count as user input, which would excuse
                // a shift.
                go(browser, from);
                browser.settle();
                thread::sleep(REST);
                browser.script("shifts.sum = 0; shifts.moved = []");
                go(browser, &page.path);
                all.push(found(browser, &format!("{} after {from}", page.name)));
            }
        }
        let (shift, detail) = all
            .into_iter()
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .expect("there are pages");
        let what = match window {
            "phone" => "layout shift of the worst page on a phone",
            _ => "layout shift of the worst page on a laptop",
        };
        Bar::new(what, shift, "of the window", AtMost(0.01)).detail(detail)
    });
    browser.devtools("Network.emulateNetworkConditions", network(0));
    browser.look(1280, 800, Theme::Light);
    bars.into()
}

/// Follows a link within the dashboard.
fn go(browser: &Browser, path: &str) {
    browser.script(&format!(
        "const link = document.createElement('a');
         link.href = {};
         link.hidden = true;
         document.querySelector('main').append(link);
         link.click()",
        json!(format!("./{path}"))
    ));
}

/// Waits until the page is loaded, and returns its layout shift.
fn found(browser: &Browser, words: &str) -> (f64, String) {
    browser.settle();
    thread::sleep(REST);
    let shifts = browser.script("return shifts");
    let moved: Vec<&str> = shifts["moved"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let shift = shifts["sum"].as_f64().unwrap_or(f64::NAN);
    (shift, format!("{words}: {}", moved.join(", ")))
}
