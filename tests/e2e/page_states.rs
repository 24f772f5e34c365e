//! What each page says when there is nothing to show, and that it says what to do next.

use bench_tests::{Browser, Stack, site};
use serde_json::json;

/// The pages that read the project.
fn reading_pages() -> impl Iterator<Item = site::Page> {
    let pages = site::pages().into_iter();
    pages.filter(|page| !matches!(page.name, "settings" | "not-found"))
}

/// Opens each page and insists on one of some words, on a next step, and on no panic.
fn each_says(browser: &Browser, stack: &Stack, any: &[&str]) {
    for page in reading_pages() {
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.wait_until(&format!(
            "{}.some(words => document.querySelector('main')?.innerText.includes(words))",
            json!(any)
        ));
        let steps = browser.script(
            "return document.querySelectorAll('main :is(a[href], button, .command)').length",
        );
        assert_ne!(
            steps,
            0,
            "{}: no next step in\n{}",
            page.name,
            browser.text()
        );
        no_panic(browser, page.name);
    }
}

fn no_panic(browser: &Browser, name: &str) {
    let loud: Vec<_> = browser
        .console()
        .into_iter()
        .filter(|line| !line.contains("Failed to load resource"))
        .collect();
    assert_eq!(loud, Vec::<String>::new(), "{name}");
}

#[test]
fn a_page_without_data_says_why_and_what_to_do() {
    let stack = Stack::start();
    let browser = Browser::start();

    each_says(
        &browser,
        &stack,
        &["bench-push", "There is no such run", "No runs yet"],
    );

    let settings = json!({"supabase_url": stack.url(), "publishable_key": "sb_publishable_of_another_project"});
    browser.script(&format!(
        "localStorage.setItem('benchmark-monitor:connection:/', {})",
        json!(settings.to_string())
    ));
    each_says(&browser, &stack, &["The key is not accepted"]);
    browser.script("localStorage.clear()");

    stack
        .postgres()
        .execute("drop schema public cascade; create schema public; grant usage on schema public to anon, authenticated, service_role; notify pgrst, 'reload schema'")
        .expect("the owner may");
    each_says(&browser, &stack, &["schema apply"]);
}

#[test]
fn a_page_whose_server_went_away_says_so_and_keeps_what_it_has() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    browser.open(&format!("{}/runs", stack.url()));
    browser.settle();

    stack.stop();
    for page in reading_pages().filter(|page| page.name != "run") {
        browser.script(&format!(
            "document.querySelector('.nav a[href={}]').click()",
            json!(if page.path.is_empty() {
                "./"
            } else {
                &page.path
            })
        ));
        browser.wait_until(
            "/Could not refresh|cannot be reached/.test(document.querySelector('main').innerText)",
        );
        no_panic(&browser, page.name);
    }
}
