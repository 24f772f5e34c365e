//! The Regressions page, and the first page's verdicts and news, with a real stack.

use bench_tests::{Browser, Stack, report, report_file};
use serde_json::{Value, json};

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// A quiet history of F1 with a baseline, and a current run at `current`.
fn history(stack: &Stack, model: &str, current: f64) {
    let quiet = [
        0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899, current,
    ];
    let runs: Vec<Value> = quiet
        .into_iter()
        .enumerate()
        .map(|(day, f1)| {
            let mut run = report(model, f1);
            run["created_at"] = json!(format!("2026-02-{:02}T12:00:00Z", day + 1));
            run["commit_sha"] = json!(format!("{:07x}{:033x}", day + 1, 0));
            run
        })
        .collect();
    push(stack, &json!(runs));
    let sql = format!(
        "select public.set_baseline(id) from public.benchmark_transactions where model_version = '{model}' and version = 1"
    );
    stack.postgres().execute(&sql).expect("a baseline");
}

fn push(stack: &Stack, reports: &Value) {
    let file = report_file(stack.folder(), "reports.json", reports.to_string());
    let push = stack.push().arg("--input").arg(file);
    // No commit on the command line, because it would apply to every run.
    push.args(["--environment", "local"]).run().success();
}

/// Three configurations: one regressed, one quiet with a hostile name, one without a baseline.
fn stack_with_verdicts() -> Stack {
    let stack = Stack::start();
    history(&stack, "worse", 0.842);
    history(&stack, HOSTILE, 0.9);
    let mut lonely = report("lonely", 0.7);
    lonely["dataset_version"] = json!("other-data");
    lonely["commit_sha"] = json!("abc1234");
    push(&stack, &json!([lonely]));
    stack
}

fn open(stack: &Stack, path: &str, awaited: &str) -> Browser {
    let browser = Browser::start();
    browser.open(&format!("{}{path}", stack.url()));
    browser.wait_for(awaited);
    browser
}

/// The rows of the first table, each with the sentence below it.
fn rows(browser: &Browser) -> Vec<String> {
    let rows = browser.script(
        "const sentence = row => row.nextElementSibling?.matches('.sentence') ? `\n${row.nextElementSibling.innerText}` : '';
         return [...document.querySelectorAll('table')[0]?.querySelectorAll('tbody tr:not(.sentence)') ?? []]
             .map(row => row.innerText + sentence(row))",
    );
    serde_json::from_value(rows).expect("a list of texts")
}

fn press(browser: &Browser, label: &str) {
    browser.script(&format!(
        "[...document.querySelectorAll('button')].find(button => button.innerText === {}).click()",
        json!(label)
    ));
}

#[test]
fn every_configuration_stands_against_the_level_that_counts_the_worst_first() {
    let stack = stack_with_verdicts();
    let browser = open(&stack, "/regressions", "regressed");

    let found = rows(&browser);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("worse"), "{found:#?}");
    assert!(
        found[0].contains("f1 fell 0.05") && found[0].contains("to 0.842"),
        "{}",
        found[0]
    );
    // The answer of detect_regression is shown beside the verdict.
    assert!(found[0].contains("regression"), "{}", found[0]);
    assert!(found[1].starts_with(HOSTILE), "{found:#?}");
    assert!(
        found[2].contains("No baseline for this configuration"),
        "{found:#?}"
    );
    // And how to mark one, with the current run.
    let run = stack
        .postgres()
        .one("select id::text from public.benchmark_transactions where model_version = 'lonely'");
    assert!(
        browser
            .text()
            .contains(&format!("bench-push baseline set {run}")),
        "{}",
        browser.text()
    );
    assert_eq!(
        browser.script("return document.querySelectorAll('img, [onerror]').length"),
        0
    );

    // Each selection is a history entry.
    press(&browser, "Only regressions");
    browser.wait_until("location.search === '?only=regressed'");
    browser.wait_until(
        "document.querySelectorAll('table')[0].querySelectorAll('tbody tr:not(.sentence)').length === 1",
    );
    browser.script("history.back()");
    browser.wait_until(
        "document.querySelectorAll('table')[0].querySelectorAll('tbody tr:not(.sentence)').length === 3",
    );
    browser.script("history.forward()");
    browser.wait_until("location.search === '?only=regressed'");

    // The slider replaces the URL: going back once leaves the filter.
    let steps = browser.script("return history.length");
    browser.script(
        "const slider = document.querySelector('input[type=range]');
         slider.value = '0.1';
         slider.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    browser.wait_until("location.search === '?threshold=0.1&only=regressed'");
    assert_eq!(browser.script("return history.length"), steps);
    browser.wait_for("within");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn a_past_regression_names_the_commit_where_it_began() {
    let stack = stack_with_verdicts();
    stack
        .postgres()
        .execute(
            "select public.record_change_points(jsonb_build_array(jsonb_build_object(
               'transaction_id', transaction_id, 'metric', 'f1', 'kind', 'step', 'state', 'confirmed',
               'before', 0.9, 'after', 0.842, 'method', 'test')))
             from public.benchmark_snapshots where model_version = 'worse'",
        )
        .expect("a change point");

    let browser = open(&stack, "/regressions?model=worse", "confirmed");
    browser.wait_until("document.querySelectorAll('table').length === 2");

    let past = browser
        .script("return document.querySelectorAll('table')[1].querySelector('tbody').innerText");
    let past = past.as_str().unwrap_or_default();
    assert!(past.contains("0000009"), "{past}");
    assert!(past.contains("2026-02-09"), "{past}");
}

#[test]
fn the_first_page_says_what_happened_since_yesterday_and_further_down_what_regressed() {
    let stack = stack_with_verdicts();
    let browser = open(&stack, "/", "1 new configuration");
    // Verdicts are computed once the table is visible.
    browser.script("document.querySelector('table').scrollIntoView()");
    browser.wait_for("1 regressed");

    let worse = rows(&browser)
        .into_iter()
        .find(|row| row.starts_with("worse"))
        .expect("a row");
    assert!(worse.contains("regressed"), "{worse}");
    assert!(worse.contains("0.842 … 0.902"), "{worse}");
    assert_eq!(
        browser.script("return document.querySelectorAll('svg.spark path').length"),
        2
    );
    // `lonely` ran now; the baselines were marked now.
    browser.wait_for("2 baselines marked");
    let news = browser.script("return document.querySelector('.news').innerText");
    assert!(
        news.as_str()
            .is_some_and(|news| news.contains("1 new configuration")),
        "{news}"
    );
    assert_eq!(browser.console(), [""; 0]);
}
