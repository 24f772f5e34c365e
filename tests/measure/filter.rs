//! The time from changing a filter to the painted result, with the data already loaded.

use bench_tests::{Browser, Stack, report, site};

use crate::bar::{Bar, Promise::AtMost, median};

const CONFIGURATIONS: u32 = 300;
const TURNS: usize = 10;

/// Toggles one model's checkbox over a table of 300 configurations, and measures until the second
/// frame after the click: the first shows the page, the second what the chart drew in the first.
pub(crate) fn repaint(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    let one = |number: u32| report(&format!("model-{number:03}"), 0.5 + f64::from(number) / 1e3);
    site::store(stack, (0..CONFIGURATIONS).map(one));
    browser.open(&stack.url());
    browser.wait_for("model-299");
    browser.settle();
    let menu =
        "[...document.querySelectorAll('.filter')].find(one => one.innerText.includes('Model'))";
    browser.script(&format!("{menu}.open = true"));
    browser.wait_until(&format!("{menu}.querySelector('.filter-option')"));
    let turn = |_| {
        let took = browser.script(&format!(
            "return new Promise(done => {{
                 const options = [...{menu}.querySelectorAll('.filter-option')];
                 const box = options.find(one => one.textContent.includes('model-123')).querySelector('input');
                 const isShown = () => !!document.querySelector('.shown');
                 const before = isShown(), start = performance.now();
                 box.click();
                 const look = () => isShown() === before
                     ? requestAnimationFrame(look)
                     : requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
                 requestAnimationFrame(look);
             }})"
        ));
        took.as_f64().unwrap_or(f64::NAN)
    };
    let times = (0..TURNS).map(turn).collect();
    vec![
        Bar::new(
            "changing a filter, painted",
            median(times),
            "ms",
            AtMost(100.0),
        )
        .detail(format!(
            "{CONFIGURATIONS} configurations, median of {TURNS}"
        )),
    ]
}
