//! More than a page of configurations: every control of every pager does what it says, and no page shows its own code.

use bench_tests::{Browser, Stack, report, site};
use serde_json::json;

/// More than one page, less than two.
const CONFIGURATIONS: u32 = 130;

/// What Rust looks like and no sentence does.
const CODE: &str = r"/move \||\.get\(|\|_\||on:\w+=|=>/";

fn stack_with_many() -> Stack {
    let stack = Stack::start();
    let reports = (0..CONFIGURATIONS).map(|number| {
        let mut report = report(&format!("model-{number:03}"), 0.5 + f64::from(number) / 1e3);
        report["created_at"] = json!(format!(
            "2026-02-{:02}T{:02}:00:00Z",
            1 + number / 24,
            number % 24
        ));
        report
    });
    site::store(&stack, reports);
    stack
}

/// Presses the control of the pager with this label.
fn press(browser: &Browser, label: &str) {
    let control = format!(
        "[...document.querySelectorAll('.pager :is(button, a)')].find(one => one.innerText.trim() === {})",
        json!(label)
    );
    browser.wait_until(&format!(
        "{control} && !{control}.disabled && {control}.getAttribute('aria-disabled') !== 'true'"
    ));
    browser.script(&format!("{control}.click()"));
}

/// The labels of the pager's controls that cannot be pressed.
fn dead(browser: &Browser) -> Vec<String> {
    let dead = browser.script(
        "return [...document.querySelectorAll('.pager :is(button, a)')]
             .filter(one => one.disabled || one.getAttribute('aria-disabled') === 'true')
             .map(one => one.innerText.trim())",
    );
    serde_json::from_value(dead).expect("a list of texts")
}

fn is_clean(browser: &Browser, page: &str) {
    let code = browser.script(&format!(
        "return document.body.innerText.match({CODE})?.[0] ?? null"
    ));
    assert_eq!(code, json!(null), "{page} shows code:\n{}", browser.text());
    assert_eq!(browser.console(), [""; 0], "{page}");
}

#[test]
fn every_control_of_every_pager_turns_the_page() {
    let stack = stack_with_many();
    let browser = Browser::start();

    for page in ["", "regressions"] {
        browser.open(&format!("{}/{page}", stack.url()));
        browser.wait_for("1 to 100 of 130");
        assert_eq!(dead(&browser), ["Previous"], "{page}");
        press(&browser, "Next");
        browser.wait_for("101 to 130 of 130");
        browser.wait_until("location.search.includes('page=2')");
        assert_eq!(dead(&browser), ["Next"], "{page}");
        is_clean(&browser, page);
        press(&browser, "Previous");
        browser.wait_for("1 to 100 of 130");
        is_clean(&browser, page);
    }

    browser.open(&format!("{}/runs?rows=100", stack.url()));
    browser.wait_for("100 runs");
    let first = "return document.querySelector('.runs-table tbody th').innerText";
    let newest = browser.script(first);
    assert_eq!(dead(&browser), ["Newest", "Newer"]);
    for way_back in ["Newer", "Newest"] {
        press(&browser, "Older");
        browser.wait_until("document.querySelectorAll('.runs-table tbody tr').length === 30");
        assert_eq!(dead(&browser), ["Older"]);
        press(&browser, way_back);
        browser.wait_until("document.querySelectorAll('.runs-table tbody tr').length === 100");
        assert_eq!(browser.script(first), newest, "{way_back}");
        is_clean(&browser, "runs");
    }
}

#[test]
fn no_page_shows_its_own_code() {
    let stack = stack_with_many();
    let browser = Browser::start();

    for page in site::filled_pages(&stack) {
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.settle();
        is_clean(&browser, page.name);
    }
}
