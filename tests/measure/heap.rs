//! The page's memory during navigation.

use bench_tests::{Browser, Stack};
use serde_json::json;

use crate::bar::{Bar, Promise::AtMost};

const NAVIGATIONS: usize = 100;

/// The peak of the JavaScript heap with its external memory (WebAssembly, canvas buffers) over a
/// hundred navigations through the header's links, before garbage collection.
pub(crate) fn after_many_navigations(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    browser.open(&format!("{}/runs", stack.url()));
    browser.settle();
    let mut most = 0.0_f64;
    for turn in 0..NAVIGATIONS {
        browser.script(&format!(
            "const links = document.querySelectorAll('.nav a'); links[{turn} % links.length].click()"
        ));
        browser.settle();
        most = most.max(held(browser));
    }
    browser.devtools("HeapProfiler.collectGarbage", json!({}));
    let left = held(browser);
    vec![
        Bar::new(
            "JavaScript's heap during 100 navigations",
            most,
            "MB",
            AtMost(150.0),
        )
        .detail(format!("{left:.1} MB after collecting the garbage")),
    ]
}

fn held(browser: &Browser) -> f64 {
    let usage = browser.devtools("Runtime.getHeapUsage", json!({}));
    let part = |name: &str| usage[name].as_f64().unwrap_or_default();
    (part("usedSize") + part("embedderHeapUsedSize") + part("backingStorageSize")) / 1e6
}
