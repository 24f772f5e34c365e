//! The run log and the page of a run, in a real browser with a real stack.

use bench_tests::{Browser, Rest, Stack, Theme, json_lines, report, report_file};
use serde_json::{Value, json};

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// A stack with 45 runs, one per hour: 44 of two alternating models, and the oldest of a model with
/// a hostile name.
fn stack_with_runs() -> Stack {
    let stack = Stack::start();
    let run = |number: usize, model: &str| {
        let mut run = report(model, 0.9);
        let (day, hour) = (3 + number / 24, number % 24);
        run["created_at"] = json!(format!("2026-02-{day:02}T{hour:02}:00:00Z"));
        run["triggered_by"] = json!(if number == 7 { "ada" } else { "ci" });
        run["run_id"] = json!((7_000_000 + number).to_string());
        run
    };
    let models = ["alpha", "beta"];
    push(
        &stack,
        &json_lines((1..45).map(|number| run(number, models[number % 2]))),
    );

    let mut hostile = run(0, HOSTILE);
    hostile["commit_sha"] = json!("abc1234");
    hostile["environment"] = json!("local");
    hostile["idempotency_key"] = json!("hostile");
    hostile["tags"] = json!(["rare-tag", HOSTILE]);
    hostile["links"] = json!({"ci": "https://example.com/1", HOSTILE: "https://example.com/2"});
    hostile["details"] = json!({"by_category": {"cardiology": {"f1": 0.91}, HOSTILE: {"f1": 0.5}}});
    let service = Rest::new(&stack.url(), &stack.keys().service_role);
    let answer = service.send("POST", "benchmark_transactions", &hostile);
    assert_eq!(answer.status, 201, "{}", answer.body);
    // The database refuses such a link; the page must not depend on that.
    let owner = stack.postgres();
    let changed = owner.execute(
        "set session_replication_role = replica;
         update public.benchmark_transactions
         set links = replace(links::text, 'https://example.com/2', 'javascript:alert(2)')::jsonb
         where idempotency_key = 'hostile'",
    );
    changed.expect("the owner may, without the triggers");
    stack
}

fn push(stack: &Stack, reports: &str) {
    let file = report_file(stack.folder(), "runs.jsonl", reports);
    let push = stack.push().arg("--input").arg(file);
    push.args(["--environment", "local", "--commit-sha", "abc1234"])
        .run()
        .success();
}

fn open(browser: &Browser, stack: &Stack, path: &str, awaited: &str) {
    browser.open(&format!("{}{path}", stack.url()));
    browser.wait_for(awaited);
}

/// The texts of the first column.
fn times(browser: &Browser) -> Vec<String> {
    let texts = browser.script(
        "return [...document.querySelectorAll('tbody th')].map(one => one.innerText.trim())",
    );
    serde_json::from_value(texts).expect("a list of texts")
}

fn click(browser: &Browser, selector: &str, label: &str) {
    browser.script(&format!(
        "[...document.querySelectorAll({})].find(one => one.innerText.trim() === {}).click()",
        json!(selector),
        json!(label)
    ));
}

fn rows_are(browser: &Browser, count: usize) {
    browser.wait_until(&format!(
        "document.querySelectorAll('tbody tr').length === {count}"
    ));
}

fn is_harmless(browser: &Browser) {
    assert_eq!(
        browser.script(
            "return document.querySelectorAll('main img, [onerror], a[href^=javascript]').length"
        ),
        0
    );
}

#[test]
fn pages_of_the_log_neither_lose_nor_repeat_a_run_and_a_search_is_an_address() {
    let stack = stack_with_runs();
    let browser = Browser::start();
    open(&browser, &stack, "/runs?rows=20", "2026-02-04 20:00");
    rows_are(&browser, 20);
    let first = times(&browser);

    // Paging in both directions neither skips nor repeats a run, and the browser's buttons work.
    click(&browser, ".pager a", "Older");
    browser.wait_for("2026-02-04 00:00");
    let second = times(&browser);
    click(&browser, ".pager a", "Older");
    rows_are(&browser, 5);
    let all = [first.clone(), second.clone(), times(&browser)].concat();
    assert_eq!(all.len(), 45);
    assert!(all.is_sorted_by(|newer, older| newer > older), "{all:#?}");
    click(&browser, ".pager a", "Newer");
    rows_are(&browser, 20);
    assert_eq!(times(&browser), second);
    browser.script("history.back()");
    rows_are(&browser, 5);
    browser.script("history.forward()");
    rows_are(&browser, 20);
    click(&browser, ".pager a", "Newer");
    browser.wait_for(&first[0]);
    assert_eq!(times(&browser), first);

    // Typing searches without a new history entry.
    browser.script(
        "const field = document.querySelector('#runs-search');
         field.focus(); field.value = 'rare-tag '; field.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    rows_are(&browser, 1);
    assert!(
        browser.url().contains("search=rare-tag"),
        "{}",
        browser.url()
    );
    assert_eq!(
        browser.script("return document.querySelector('#runs-search').value"),
        "rare-tag "
    );
    is_harmless(&browser);
    for (search, count) in [("ada", 1), ("7000012", 1), ("BET", 22), ("abc1", 45)] {
        browser.open(&format!("{}/runs?rows=200&search={search}", stack.url()));
        rows_are(&browser, count);
    }
    open(
        &browser,
        &stack,
        "/runs?search=abc1&model=beta&to=2026-02-03&rows=200",
        "beta",
    );
    rows_are(&browser, 12);

    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn filters_columns_and_what_is_selected_are_in_the_address_and_all_that_match_can_be_exported() {
    let stack = stack_with_runs();
    let browser = Browser::start();

    // Filters narrow the list; without a match, the page says so and offers to clear them.
    open(
        &browser,
        &stack,
        "/runs?model=beta&from=2026-02-04&rows=200",
        "beta",
    );
    rows_are(&browser, 10);
    open(
        &browser,
        &stack,
        "/runs?search=no-such-thing",
        "No matching runs",
    );
    click(&browser, "button", "Show all runs");
    rows_are(&browser, 45);

    // Columns are in the URL; two selected runs can be compared.
    open(&browser, &stack, "/runs?column=id&metric=f1", "Ran at");
    browser.settle();
    assert_eq!(
        browser
            .script("return [...document.querySelectorAll('thead th')].map(one => one.innerText)"),
        json!(["Select", "Ran at", "Id", "f1"])
    );
    browser.script(
        "[...document.querySelectorAll('tbody input')].slice(0, 2).forEach(one => one.click())",
    );
    browser.wait_for("Compare them");
    let href = browser.script("return document.querySelector('.selection a').getAttribute('href')");
    assert!(
        href.as_str()
            .is_some_and(|href| href.matches("run=").count() == 2),
        "{href}"
    );

    // The export contains all matches, not only the page shown.
    open(
        &browser,
        &stack,
        "/runs?rows=20&column=model&metric=f1",
        "2026-02-04 20:00",
    );
    browser.script(
        "URL.createObjectURL = blob => { blob.text().then(text => { window.saved = text }); return 'data:,' }",
    );
    click(
        &browser,
        "[aria-label='Export all matching runs'] button",
        "CSV",
    );
    browser.wait_for("Saved all matching runs (45 runs)");
    browser.wait_until("window.saved?.includes('onerror')");
    let saved = browser.script("return window.saved");
    let lines: Vec<&str> = saved.as_str().expect("a text").lines().collect();
    assert_eq!((lines[0], lines.len()), ("created_at,model,f1", 46));

    // No URL causes a panic.
    open(
        &browser,
        &stack,
        "/runs?before=%00~x&after=~&rows=-1&config=999999999999&run=x&from=2026-02-31&model=%00&metric=%F0",
        "Ran at",
    );
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn a_run_that_arrives_appears_by_itself_and_moves_nothing_on_an_older_page() {
    let stack = stack_with_runs();
    let browser = Browser::start();
    open(&browser, &stack, "/runs?rows=20", "2026-02-04 20:00");
    push(&stack, &report("arrived", 0.91).to_string());
    browser.wait_until("document.querySelector('tbody tr')?.innerText.includes('arrived')");
    rows_are(&browser, 20);

    click(&browser, ".pager a", "Older");
    browser.wait_until("document.querySelector('tbody th').innerText.includes('2026-02-04 01:00')");
    let before = times(&browser);
    push(
        &stack,
        &json_lines([
            report("again", 0.92),
            report("again", 0.93),
            report("again", 0.94),
        ]),
    );
    browser.wait_for("3 new runs");
    assert_eq!(times(&browser), before);
    click(&browser, ".new-runs a", "3 new runs");
    browser.wait_for("again");
}

#[test]
fn one_run_shows_all_that_it_said_and_how_it_stands() {
    let stack = stack_with_runs();
    let rest = stack.rest();
    let id = |filter: &str| {
        let rows = rest.rows(&format!("benchmark_transactions?select=id&{filter}"));
        rows[0]["id"].as_str().expect("an id").to_owned()
    };
    let baseline = id("model_version=eq.beta&order=created_at&limit=1");
    stack
        .push()
        .args(["baseline", "set", &baseline])
        .run()
        .success();
    let browser = Browser::start();

    // Against its baseline and the previous run, with the verdict in words.
    let newest = id("model_version=eq.beta&order=created_at.desc&limit=1");
    open(
        &browser,
        &stack,
        &format!("/runs/{newest}"),
        "Reasons, as bench-push check gives them",
    );
    let heads = browser.script("return [...document.querySelector('table').querySelectorAll('thead th')].map(one => one.innerText)");
    assert_eq!(
        heads,
        json!([
            "Metric",
            "This run",
            "Verdict",
            "Level that counts",
            "Baseline",
            "Change",
            "Previous",
            "Change",
            "Against previous"
        ])
    );
    click(&browser, ".ways a", "Previous run");
    browser.wait_until(&format!("!location.href.includes({})", json!(newest)));
    browser.wait_for("Reasons, compared with the previous run");
    click(&browser, ".ways a", "Next run");
    browser.wait_until(&format!("location.href.includes({})", json!(newest)));
    open(
        &browser,
        &stack,
        &format!("/runs/{baseline}"),
        "This run is the baseline",
    );

    // Hostile content is text: names, tags, links, command.
    let hostile = id("order=created_at&limit=1");
    open(
        &browser,
        &stack,
        &format!("/runs/{}", hostile.to_uppercase()),
        "by_category",
    );
    browser.wait_for(&format!("--model-version '{HOSTILE}'"));
    is_harmless(&browser);
    let links = browser.script(
        "return [...document.querySelectorAll('main a[rel]')].map(one => [one.href, one.rel])",
    );
    assert_eq!(
        links,
        json!([["https://example.com/1", "external noreferrer"]])
    );
    browser.script("document.querySelector('details.raw').open = true");
    browser.wait_for(&format!("\"id\": \"{hostile}\""));

    // The URL of a missing run shows a page with links.
    for path in [
        "/runs/garbage",
        "/runs/00000000-0000-4000-8000-000000000000",
        "/runs/%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/runs/%F0%9F%92%A5%22'--",
    ] {
        open(&browser, &stack, path, "Run not found");
        is_harmless(&browser);
    }
    open(&browser, &stack, "/runs/abc1234", "Run not found");
    click(&browser, "main a", "Search for it");
    rows_are(&browser, 45);
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
fn the_log_and_a_run_look_right_at_every_width_in_both_themes() {
    let stack = stack_with_runs();
    let newest: Value = stack
        .rest()
        .rows("benchmark_transactions?select=id&order=created_at&limit=1")
        .swap_remove(0);
    let run = format!("/runs/{}", newest["id"].as_str().expect("an id"));
    let browser = Browser::start();
    for theme in [Theme::Light, Theme::Dark] {
        for (width, height) in [(360, 780), (1280, 900), (1920, 1080)] {
            browser.look(width, height, theme);
            for (name, path, awaited) in [
                ("runs", "/runs?rows=20", "2026-02-04 20:00"),
                ("run", run.as_str(), "Commands"),
            ] {
                open(&browser, &stack, path, awaited);
                let name = format!("{name}-{}-{width}", theme.name());
                browser.screenshot(&name);
                assert_eq!(
                    browser.too_wide(),
                    Vec::<String>::new(),
                    "{name}: the page scrolls sideways"
                );
            }
        }
    }
}
