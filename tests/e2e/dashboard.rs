//! The dashboard in a real browser with a real stack.

use bench_tests::{Browser, Stack, report, report_file};
use serde_json::{Value, json};

/// A stack with three configurations of two models.
fn stack_with_models() -> Stack {
    let stack = Stack::start();
    let mut other_data = report("alpha", 0.75);
    other_data["dataset_version"] = json!("bills-v2");
    let mut slow = report("beta", 0.8125);
    slow["metrics"]["latency_ms"] = json!(1234);
    push(&stack, &json!([report("alpha", 0.9375), other_data, slow]));
    stack
}

fn push(stack: &Stack, reports: &Value) {
    let file = report_file(stack.folder(), "reports.json", reports.to_string());
    stack.push().report(file).run().success();
}

/// The loaded page.
fn open(stack: &Stack, path: &str, awaited: &str) -> Browser {
    let browser = Browser::start();
    browser.open(&format!("{}{path}", stack.url()));
    browser.wait_for(awaited);
    browser
}

/// The text of each row of the table of configurations.
fn rows(browser: &Browser) -> Vec<String> {
    let rows = browser
        .script("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)");
    serde_json::from_value(rows).expect("a list of texts")
}

#[test]
fn the_numbers_that_were_pushed_are_the_numbers_on_the_page() {
    let stack = stack_with_models();
    let browser = open(&stack, "/", "beta");

    let rows = rows(&browser);
    assert_eq!(rows.len(), 3, "{rows:#?}");
    let beta = rows
        .iter()
        .find(|row| row.contains("beta"))
        .expect("beta has a row");
    assert!(beta.contains("0.81"), "{beta}");
    assert!(
        beta.replace([',', '\u{202f}', '\u{a0}'], "")
            .contains("1234")
            || beta.contains("1.23"),
        "{beta}"
    );
    // The mean of the three: (0.9375 + 0.75 + 0.8125) / 3.
    assert!(
        browser.text().contains("0.833"),
        "the average F1 is shown:\n{}",
        browser.text()
    );
}

#[test]
fn the_chart_is_drawn() {
    let stack = stack_with_models();
    let browser = open(&stack, "/", "beta");

    browser.wait_until("document.querySelector('canvas')?.width > 0");
}

#[test]
fn an_address_is_a_filter_and_a_filter_is_an_address() {
    let stack = stack_with_models();
    let browser = open(&stack, "/?model=beta", "beta");
    assert_eq!(rows(&browser).len(), 1, "{:#?}", rows(&browser));

    browser.open(&format!("{}/", stack.url()));
    browser.wait_until("document.querySelectorAll('tbody tr').length === 3");
    browser.script(
        "const option = [...document.querySelectorAll('.filter-option')].find(label => label.innerText.includes('beta') || label.textContent.includes('beta'));
         option.querySelector('input').click()",
    );
    browser.wait_until("document.querySelectorAll('tbody tr').length === 1");
    assert!(browser.url().contains("model=beta"), "{}", browser.url());

    browser.script("history.back()");
    browser.wait_until("document.querySelectorAll('tbody tr').length === 3");
    assert!(!browser.url().contains("model="), "{}", browser.url());
    browser.script("history.forward()");
    browser.wait_until("document.querySelectorAll('tbody tr').length === 1");
}

#[test]
fn sorting_a_column_is_in_the_address_and_survives_a_reload() {
    let stack = stack_with_models();
    let browser = open(&stack, "/", "beta");
    let before = browser.url();

    browser.script(
        "[...document.querySelectorAll('thead button')].find(button => /latency/i.test(button.innerText)).click()",
    );
    browser.wait_until(&format!("location.href !== {}", json!(before)));
    let names = |browser: &Browser| -> Vec<_> {
        rows(browser)
            .iter()
            .map(|row| row.split('\t').take(2).collect::<String>())
            .collect()
    };
    let sorted = names(&browser);

    browser.open(&browser.url());
    browser.wait_until("document.querySelectorAll('tbody tr').length === 3");
    assert_eq!(names(&browser), sorted);
    assert!(
        sorted[0].starts_with("alpha"),
        "the fastest is first: {sorted:?}"
    );
}

#[test]
fn filters_that_match_nothing_say_so_and_offer_the_way_back() {
    let stack = stack_with_models();
    let browser = open(
        &stack,
        "/?model=beta&dataset=bills-v2",
        "No configuration matches",
    );

    browser.script("[...document.querySelectorAll('button')].find(button => /clear filters/i.test(button.innerText)).click()");
    browser.wait_until("document.querySelectorAll('tbody tr').length === 3");
}

#[test]
fn an_empty_project_says_which_command_to_run_and_fills_by_itself() {
    let stack = Stack::start();
    let browser = open(&stack, "/", "bench-push --input");

    push(&stack, &json!([report("first", 0.9)]));
    browser.wait_for("first");
}

#[test]
fn a_database_without_the_schema_is_told_with_the_command_that_installs_it() {
    let stack = Stack::start();
    stack
        .postgres()
        .execute("drop schema public cascade; create schema public; grant usage on schema public to anon, authenticated, service_role; notify pgrst, 'reload schema'")
        .expect("the owner may");

    open(&stack, "/", "schema apply");
}

#[test]
fn a_server_that_went_away_does_not_take_the_numbers_off_the_screen() {
    let stack = stack_with_models();
    let browser = open(&stack, "/", "beta");

    stack.stop();
    browser.wait_for("Could not refresh");
    assert_eq!(rows(&browser).len(), 3);
}

#[test]
fn the_page_asks_nobody_else_and_its_console_is_quiet() {
    let stack = stack_with_models();
    let browser = open(&stack, "/", "beta");
    browser.wait_until("document.querySelector('canvas')?.width > 0");

    // Chromium's own start page has the scheme `chrome:`.
    let is_network = |url: &String| url.starts_with("http") || url.starts_with("ws");
    let requests = browser.requests().into_iter().filter(is_network);
    let foreign: Vec<_> = requests
        .filter(|url| !url.starts_with(&stack.url()))
        .collect();
    assert!(foreign.is_empty(), "asked somebody else: {foreign:?}");
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn a_secret_key_is_refused_by_the_settings() {
    let stack = Stack::start();
    let browser = Browser::start();
    browser.open(&format!("{}/settings", stack.url()));
    browser.wait_until("document.querySelector('#settings-key')");

    let key = &stack.keys().secret;
    browser.script(&format!(
        "const field = document.querySelector('#settings-key');
         field.value = {}; field.dispatchEvent(new Event('input', {{bubbles: true}}));
         document.querySelector('form button[type=submit]').click()",
        json!(key)
    ));

    browser.wait_for("secret key");
    let kept = browser
        .script("return JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})");
    assert!(
        !kept.to_string().contains(key.as_str()),
        "the browser kept the key"
    );
}

#[test]
fn an_address_that_leads_nowhere_says_so() {
    let stack = Stack::start();

    open(&stack, "/no/such/page", "Page not found");
}
