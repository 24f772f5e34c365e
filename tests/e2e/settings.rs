//! The settings: a failing connection is explained in a sentence, and preferences apply to every
//! page.

use bench_tests::{Browser, Stack, report, site};
use serde_json::json;

/// Fills in the form and waits for the message below it.
fn test(browser: &Browser, url: &str, key: &str) -> String {
    browser.script(&format!(
        "const put = (id, text) => {{
             const field = document.getElementById(id);
             field.value = text;
             field.dispatchEvent(new Event('input', {{bubbles: true}}));
         }};
         put('settings-url', {});
         put('settings-key', {});
         document.querySelector('form button[type=submit]').click()",
        json!(url),
        json!(key)
    ));
    browser.wait_until(
        "!document.querySelector('form button[type=submit]').disabled && document.querySelector('.outcome').innerText",
    );
    let said = browser.script("return document.querySelector('.outcome').innerText");
    said.as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_is_wrong_with_a_connection_is_said_in_a_sentence() {
    let stack = Stack::start();
    let postgres = stack.postgres();
    let key = stack.keys().publishable.clone();
    let browser = Browser::start();
    browser.open(&format!("{}/settings", stack.url()));
    browser.wait_until("document.querySelector('#settings-key')");
    let says = |url: &str, key: &str, words: &str| {
        let said = test(&browser, url, key);
        assert!(said.contains(words), "`{words}` is missing in: {said}");
    };

    says(&stack.url(), &key, "every table can be read");
    says("http://127.0.0.1:1", &key, "the server cannot be reached");
    says(
        &stack.url(),
        "sb_publishable_of_another_project",
        "the key is not accepted",
    );
    postgres
        .execute("revoke select on public.benchmark_baselines from anon")
        .expect("the owner may");
    says(&stack.url(), &key, "the key has no read access");
    postgres
        .execute("drop schema public cascade; create schema public; grant usage on schema public to anon, authenticated, service_role; notify pgrst, 'reload schema'")
        .expect("the owner may");
    // The API notices within moments.
    browser.wait_until("true");
    let missing =
        (0..50).any(|_| test(&browser, &stack.url(), &key).contains("the schema is not installed"));
    assert!(missing, "{}", browser.text());
}

#[test]
fn numbers_and_times_are_written_as_the_reader_prefers() {
    let stack = Stack::start();
    let mut first = report("alpha", 0.9375);
    first["created_at"] = json!("2026-01-15T23:30:00Z");
    let runs = site::store(&stack, [first]);
    let browser = Browser::start();
    browser.devtools(
        "Emulation.setTimezoneOverride",
        json!({"timezoneId": "Asia/Kolkata"}),
    );
    let run = format!("{}/runs/{}", stack.url(), runs[0]);
    browser.open(&run);
    browser.wait_for("0.938");
    browser.wait_for("2026-01-15 23:30 UTC");

    browser.open(&format!("{}/settings", stack.url()));
    browser.wait_until("document.querySelector('#settings-numbers')");
    browser.script(
        "for (const [id, value] of [['settings-numbers', 'comma'], ['settings-times', 'local']]) {
             const field = document.getElementById(id);
             field.value = value;
             field.dispatchEvent(new Event('change', {bubbles: true}));
         }",
    );

    browser.open(&run);
    browser.wait_for("0,938");
    // Five and a half hours ahead of UTC: the next day.
    browser.wait_for("2026-01-16 05:00");
}
