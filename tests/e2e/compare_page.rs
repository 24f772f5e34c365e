//! The Compare page in a real browser with a real stack.

use bench_tests::{Browser, Stack, Theme, report, report_file};
use serde_json::{Value, json};

/// Elements that overflow the window, except inside scrolling containers.
const TOO_WIDE: &str = "
    const scrolls = one => one && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
    return [...document.querySelectorAll('main *')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth && !scrolls(one.parentElement))
        .map(one => one.outerHTML.slice(0, 80))";

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// Twelve runs around a level, each with a breakdown by category.
fn runs(model: &str, dataset: &str, f1: f64) -> Vec<Value> {
    let offsets = [
        0.004, -0.003, 0.001, -0.002, 0.003, 0.0, -0.001, 0.002, -0.004, 0.0015, -0.0015, 0.0025,
    ];
    let run = |offset: f64| {
        let mut run = report(model, f1 + offset);
        run["dataset_version"] = json!(dataset);
        run["metrics"]["latency_ms"] = json!(412.0 * (1.0 + offset));
        run["metrics"]["by_category"] =
            json!({"cardiology": {"f1": f1 + offset}, "oncology": {"f1": 0.75}});
        run
    };
    offsets.map(run).into()
}

fn stack_with_runs() -> Stack {
    let stack = Stack::start();
    let all = [
        runs("alpha", "bills-v1", 0.90),
        runs("beta", "bills-v1", 0.82),
        runs(HOSTILE, "bills-v1", 0.86),
        runs("gamma", "bills-v2", 0.70),
    ];
    let file = report_file(
        stack.folder(),
        "reports.json",
        json!(all.concat()).to_string(),
    );
    stack.push().report(file).run().success();
    stack
}

/// `compare?config=…&config=…` of these models.
fn address(stack: &Stack, models: &[&str]) -> String {
    let database = stack.postgres();
    let id = |model: &&str| {
        let id = database.one(&format!(
            "select id from benchmark_configurations where model_version = '{model}'"
        ));
        format!("config={id}")
    };
    let ids: Vec<String> = models.iter().map(id).collect();
    format!("{}/compare?{}", stack.url(), ids.join("&"))
}

fn click(browser: &Browser, words: &str) {
    browser.script(&format!(
        "[...document.querySelectorAll('main button, main a')].find(one => one.innerText.trim() === {}).click()",
        json!(words)
    ));
}

/// The text of each row of the table below a heading.
fn rows(browser: &Browser, heading: &str) -> Vec<String> {
    let rows = browser.script(&format!(
        "return [...document.querySelectorAll('[aria-labelledby={heading}] tbody tr')].map(row => row.innerText)"
    ));
    serde_json::from_value(rows).expect("a list of texts")
}

fn row_of(rows: &[String], words: &[&str]) -> String {
    let found = rows
        .iter()
        .find(|row| words.iter().all(|word| row.contains(word)));
    found
        .unwrap_or_else(|| panic!("no row of {words:?} in {rows:#?}"))
        .clone()
}

#[test]
fn configurations_are_compared_with_every_number_and_every_choice_is_an_address() {
    let stack = stack_with_runs();
    let browser = Browser::start();

    // Without a selection, two configurations on the same data are suggested.
    browser.open(&format!("{}/compare", stack.url()));
    browser.wait_for("Choose what to compare");
    click(&browser, "Compare these two");
    browser.wait_until(
        "document.querySelectorAll('[aria-labelledby=every-number] tbody tr').length > 0",
    );
    assert_eq!(
        browser.url().matches("config=").count(),
        2,
        "{}",
        browser.url()
    );

    browser.open(&address(&stack, &["alpha", "beta"]));
    browser.wait_for("regressed");
    let all = rows(&browser, "every-number");
    let beta = row_of(&all, &["f1", "beta"]);
    for number in [
        "12",
        "0.820",
        "0.816",
        "0.824",
        "−0.080",
        "−8.9 %",
        "regressed",
    ] {
        assert!(beta.contains(number), "{number} is missing: {beta}");
    }
    assert!(
        row_of(&all, &["precision", "beta"]).contains("unchanged"),
        "{all:#?}"
    );
    browser.wait_until("document.querySelectorAll('canvas').length === 3");
    browser
        .wait_until("[...document.querySelectorAll('canvas')].every(canvas => canvas.width > 0)");

    // Every chart has a table, and the URL records the open ones.
    click(&browser, "Show as table");
    browser
        .wait_until("document.querySelectorAll('[aria-labelledby=profile] tbody tr').length > 0");
    assert!(browser.url().contains("table=profile"), "{}", browser.url());
    click(&browser, "Hide table");
    browser.wait_until("!location.search.includes('table=')");

    // Swap the reference, and back.
    let before = browser.url();
    click(&browser, "Swap");
    browser.wait_until("document.querySelector('[aria-labelledby=side-by-side] tbody').innerText.includes('improved')");
    assert_ne!(browser.url(), before);
    browser.script("history.back()");
    browser.wait_until("document.querySelector('[aria-labelledby=side-by-side] tbody').innerText.includes('regressed')");
    assert_eq!(browser.url(), before);

    // Sorted, and still sorted after a reload.
    click(&browser, "Mean");
    browser.wait_until("location.search.includes('sort=mean')");
    let sorted = rows(&browser, "every-number");
    assert!(sorted[0].starts_with("latency_ms"), "{sorted:#?}");
    browser.open(&browser.url());
    browser.wait_for("regressed");
    assert_eq!(rows(&browser, "every-number"), sorted);

    // One metric only.
    browser.open(&format!(
        "{}&metric=recall&focus=recall",
        address(&stack, &["alpha", "beta"])
    ));
    browser.wait_until(
        "document.querySelectorAll('[aria-labelledby=every-number] tbody tr').length === 2",
    );

    // Different data: numbers without a verdict.
    browser.open(&address(&stack, &["alpha", "gamma"]));
    browser.wait_for("different data sets are not comparable");
    let other = rows(&browser, "every-number");
    assert!(
        row_of(&other, &["f1", "gamma"]).contains("not comparable"),
        "{other:#?}"
    );
    assert!(
        !other.iter().any(|row| row.contains("regressed")),
        "{other:#?}"
    );

    // No run in these days.
    browser.open(&format!(
        "{}&to=2020-01-01",
        address(&stack, &["alpha", "beta"])
    ));
    browser.wait_for("No runs in this range");
    click(&browser, "Show all days");
    browser.wait_for("regressed");
    assert!(browser.url().contains("range=all"), "{}", browser.url());
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn two_runs_are_compared_down_to_their_details() {
    let stack = stack_with_runs();
    let browser = Browser::start();
    let newest = |model: &str| {
        stack.postgres().one(&format!(
            "select id from benchmark_transactions where model_version = '{model}' order by version desc limit 1"
        ))
    };
    let (alpha, beta) = (newest("alpha"), newest("beta"));

    browser.open(&format!("{}/compare?run={alpha}&run={beta}", stack.url()));
    browser.wait_for("regressed");
    let f1 = row_of(&rows(&browser, "metrics"), &["f1"]);
    assert!(f1.contains("−0.080") && f1.contains("f1 fell"), "{f1}");
    let details = rows(&browser, "details");
    assert!(
        details[0].contains("by_category.cardiology.f1"),
        "{details:#?}"
    );
    assert!(row_of(&rows(&browser, "origins"), &["model", "alpha", "beta"]).contains("differs"));

    click(&browser, "Swap");
    browser.wait_for("improved");
    assert!(
        browser.url().ends_with(&format!("run={beta}&run={alpha}")),
        "{}",
        browser.url()
    );

    browser.open(&format!(
        "{}/compare?run={alpha}&run=3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11",
        stack.url()
    ));
    browser.wait_for("Run not found");
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn the_comparison_looks_right_at_every_width_and_names_are_names() {
    let stack = stack_with_runs();
    let browser = Browser::start();
    for theme in [Theme::Light, Theme::Dark] {
        for (width, height) in [(360, 780), (1280, 900), (1920, 1080)] {
            browser.look(width, height, theme);
            browser.open(&address(&stack, &["alpha", HOSTILE, "beta"]));
            browser.wait_for("regressed");
            browser.wait_until("document.querySelectorAll('canvas').length === 3");
            let name = format!("compare-{}-{width}", theme.name());
            browser.screenshot(&name);
            assert_eq!(
                browser.script(TOO_WIDE),
                json!([]),
                "{name}: something stands out of the window"
            );
            assert_eq!(
                browser.script("return document.querySelectorAll('img, [onerror]').length"),
                0
            );
        }
    }
}
