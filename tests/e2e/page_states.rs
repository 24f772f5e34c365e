//! Empty and failed states: each page explains them and offers a next step.

use bench_tests::{Browser, Stack, site};
use serde_json::json;

/// The pages that read from the project.
fn reading_pages() -> impl Iterator<Item = site::Page> {
    let pages = site::pages().into_iter();
    pages.filter(|page| !matches!(page.name, "settings" | "not-found"))
}

/// Opens each page and insists on one of several texts, a next step, and no panic.
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
        &["bench-push", "Run not found", "No runs yet"],
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

/// Revokes rights, opens a page, waits for a text, and restores the rights.
fn without(browser: &Browser, stack: &Stack, right: &str, path: &str, words: &[&str]) {
    let change = |verb: &str, role: &str| {
        let sql = format!("{verb} {right} {role} anon, authenticated");
        stack.postgres().execute(&sql).expect("the owner may");
    };
    change("revoke", "from");
    browser.open(&format!("{}/{path}", stack.url()));
    for words in words {
        println!("{path} without {right}: {words}");
        browser.wait_for(words);
        // Content loaded on scroll fails too.
        browser.script("scrollTo(0, document.body.scrollHeight)");
    }
    let subject = right.rsplit("public.").next().unwrap_or_default();
    let subject = subject.split('(').next().unwrap_or_default();
    let page = if path.is_empty() { "overview" } else { path };
    browser.screenshot(&format!("{page}-without-{subject}"));
    no_panic(browser, path);
    change("grant", "to");
}

#[test]
fn a_page_that_lost_a_part_shows_the_rest_and_says_what_is_missing() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    let lost =
        |right: &str, path: &str, words: &[&str]| without(&browser, &stack, right, path, words);

    let verdicts = "execute on function public.against_baselines(integer[],text[],integer,text[])";
    let plain = stack.postgres().one(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace and proname = 'detect_regressions'",
    );
    let plain = format!(
        "execute on function public.{}",
        plain.trim_start_matches("public.")
    );
    lost(
        "execute on function public.what_changed(timestamptz)",
        "",
        &[
            "Unavailable: ",
            "Try again",
            "All configurations",
            "medgemma-v1.2",
        ],
    );
    lost(
        verdicts,
        "",
        &[
            "What changed since yesterday",
            "The verdicts could not be read",
            "medgemma-v1.2",
        ],
    );
    lost(
        &plain,
        "regressions",
        &[
            "The plain threshold results could not be read",
            "Compared with its own baseline",
        ],
    );
    lost(
        // What people decided is part of a verdict.
        "select on public.v_change_points",
        "regressions",
        &[
            "The key has no read access",
            "Past regressions could not be read",
            "Try again",
        ],
    );
    // Without the table's data, its place shows the error; the filters and past regressions stay.
    lost(
        verdicts,
        "regressions",
        &[
            "The key has no read access",
            "Environment",
            "Past regressions",
        ],
    );
    lost(
        "select on public.benchmark_metrics",
        "regressions",
        &["Compared with its own baseline"],
    );
    lost(
        "select on public.v_change_points",
        "trends",
        &[
            "Over time",
            "Stored change points could not be read",
            "The verdicts could not be read",
        ],
    );
    lost(
        "select on public.benchmark_daily_metrics",
        "trends",
        &["Trends", "Try again"],
    );
}
