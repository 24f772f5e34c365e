//! The Trends page in a real browser with a real stack.

use bench_tests::{Browser, Stack, json_lines, report, report_file};
use serde_json::json;

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// Two configurations with two runs a day over twenty days, long ago; F1 of one drops on day
/// eleven.
fn stack_with_history() -> Stack {
    let stack = Stack::start();
    let runs = (0..40).flat_map(|place| {
        [HOSTILE, "beta"].map(|model| {
            let level = if place >= 20 && model == HOSTILE {
                0.85
            } else {
                0.9
            };
            let noise = f64::from(place % 4) * 0.001;
            let mut run = report(model, level + noise);
            run["created_at"] = json!(format!(
                "2025-03-{:02}T{:02}:00:00Z",
                1 + place / 2,
                9 + place % 2
            ));
            run["commit_sha"] = json!(format!(
                "{:040x}",
                0xabcd_0000_u64 + u64::try_from(place / 4).unwrap_or(0)
            ));
            run
        })
    });
    let file = report_file(stack.folder(), "history.jsonl", json_lines(runs));
    stack.push().report(file).run().success();
    stack
}

/// A configuration with 3,000 runs, one per hour; inserted by the database's owner, because only
/// their number matters.
fn store_long(stack: &Stack) -> String {
    let postgres = stack.postgres();
    postgres
        .execute(
            "insert into public.benchmark_transactions
                 (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, idempotency_key)
             select md5(n::text), 'long', 'bills-v1', 'prompt-v1', 'local',
                    jsonb_build_object('f1', round((0.9 + 0.02 * sin(n / 50.0))::numeric, 4)),
                    timestamptz '2025-02-01T00:00:00Z' + n * interval '1 hour', 'long-' || n
             from generate_series(1, 3000) as n",
        )
        .expect("the owner may");
    let found = postgres
        .rows(
            "select configuration_id from public.benchmark_snapshots where model_version = 'long'",
        )
        .expect("the owner may");
    found[0][0].clone().expect("a configuration")
}

/// Moves the pointer over the canvas until it hits a run, and clicks.
const CLICK_A_RUN: &str = "
    const canvas = document.querySelector('.trend-chart .canvas canvas');
    const box = canvas.getBoundingClientRect();
    const send = (kind, x, y) => canvas.dispatchEvent(new MouseEvent(kind, { clientX: box.x + x, clientY: box.y + y, bubbles: true }));
    for (let x = 62; x < box.width - 60; x += 3) {
        for (let y = 46; y < box.height - 78; y += 3) {
            send('mousemove', x, y);
            if (canvas.parentElement.style.cursor !== 'pointer') continue;
            setTimeout(() => {
                window.pointed = document.querySelectorAll('.pointed a').length > 0;
                for (const kind of ['mousedown', 'mouseup', 'click']) send(kind, x, y);
            }, 100);
            return;
        }
    }";

fn is_drawn(browser: &Browser) {
    browser.wait_until("document.querySelector('.trend-chart .canvas')?.dataset.drawn === 'true'");
}

fn press(browser: &Browser, words: &str) {
    browser.wait_until(&format!(
        "[...document.querySelectorAll('button')].some(one => one.textContent.trim() === {0} && !one.disabled)",
        json!(words)
    ));
    browser.script(&format!(
        "[...document.querySelectorAll('button')].find(one => one.textContent.trim() === {}).click()",
        json!(words)
    ));
}

#[test]
fn a_history_is_drawn_told_as_a_table_and_every_view_of_it_is_an_address() {
    let stack = stack_with_history();
    let browser = Browser::start();
    let at = |query: &str| format!("{}/trends{query}", stack.url());

    // The last thirty days are empty, so the whole history is shown.
    browser.open(&at(""));
    browser.wait_for("80 runs of 2 configurations");
    is_drawn(&browser);

    press(&browser, "Show as table");
    browser.wait_until("document.querySelectorAll('.chart-box tbody tr').length === 80");
    assert!(browser.url().contains("table=1"), "{}", browser.url());
    let href =
        browser.script("return document.querySelector('.chart-box tbody a').getAttribute('href')");
    assert!(
        href.as_str().is_some_and(|href| href.starts_with("runs/")),
        "{href}"
    );

    // Another range, and the link out of an empty one.
    browser.script(
        "const range = document.querySelector('#range'); range.value = '7d'; range.dispatchEvent(new Event('change', { bubbles: true }))",
    );
    browser.wait_for("No runs with these metrics in this range");
    assert!(browser.url().contains("range=7d"), "{}", browser.url());
    press(&browser, "Show all runs");
    is_drawn(&browser);
    assert!(browser.url().contains("range=all"), "{}", browser.url());
    browser.script("history.back()");
    browser.wait_for("No runs with these metrics in this range");

    // The keyboard zooms, the URL follows, and a button undoes it.
    browser.open(&at("?range=all"));
    is_drawn(&browser);
    browser.script(
        "document.querySelector('.trend-chart .canvas').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))",
    );
    browser.wait_until("location.search.includes('zoom=')");
    let zoomed = browser.url();
    browser.open(&zoomed);
    is_drawn(&browser);
    press(&browser, "Reset zoom");
    browser.wait_until("!location.search.includes('zoom=')");

    // Two dates, log scale, relative values and a threshold, from the URL.
    browser.open(&at(
        "?from=2025-03-01&to=2025-03-10&relative=first&threshold=0.05&scale=log",
    ));
    browser.wait_for("40 runs of 2 configurations");
    browser.wait_for("A logarithmic axis needs values above 0");

    // A hostile name is text, even in an SVG file.
    browser.open(&at("?range=all"));
    is_drawn(&browser);
    browser.script("URL.createObjectURL = blob => { blob.text().then(text => { window.saved = text }); return 'data:,' }");
    press(&browser, "SVG");
    browser.wait_until("window.saved?.includes('</svg>')");
    let svg = browser.script("return window.saved");
    let svg = svg.as_str().unwrap_or_default();
    assert!(
        !svg.contains("<img") && svg.contains("&lt;img"),
        "{svg:.400}"
    );
    assert_eq!(
        browser.script("return document.querySelectorAll('img').length"),
        json!(0)
    );

    // Hovering over a run shows links below the chart, and a click opens the run.
    browser.open(&at("?range=all&hide=days,counts"));
    is_drawn(&browser);
    browser.script(CLICK_A_RUN);
    browser.wait_until("location.pathname.includes('/runs/')");
    assert_eq!(browser.script("return window.pointed"), json!(true));

    // Events appear in a lane above the chart, and in words below it.
    browser.open(&at("?range=all"));
    browser.wait_for("Events");
    browser.wait_for("regressed −0.05");

    // Switching off a line in the legend is recorded in the URL, and can be undone.
    is_drawn(&browser);
    browser.script(
        "const canvas = document.querySelector('.trend-chart .canvas canvas');
         const box = canvas.getBoundingClientRect();
         for (const kind of ['mousemove', 'mousedown', 'mouseup', 'click'])
             canvas.dispatchEvent(new MouseEvent(kind, { clientX: box.x + 30, clientY: box.y + 14, bubbles: true }));",
    );
    browser.wait_until("location.search.includes('off=')");
    assert!(browser.url().contains("off=1:f1"), "{}", browser.url());
    browser.script("history.back()");
    browser.wait_until("!location.search.includes('off=')");

    // Leaving the list of configurations with the keyboard closes it.
    browser.script("document.querySelector('.picker summary').click()");
    browser.wait_until("document.querySelector('.picker').open");
    browser.script(
        "document.querySelector('.picker input').focus(); document.querySelector('#range').focus()",
    );
    browser.wait_until("!document.querySelector('.picker').open");

    // For a long line, the zoomed part is requested separately.
    let long = store_long(&stack);
    browser.open(&at(&format!(
        "?config={long}&metric=f1&range=all&zoom=1743465600000..1743552000000"
    )));
    is_drawn(&browser);
    browser.wait_until(
        "performance.getEntriesByType('resource').some(one => one.name.includes('metric_series') && one.name.includes('p_from=2025-03-31'))",
    );
    browser.wait_for("of 3,000 runs are drawn");

    // A URL that refers to nothing.
    browser.open(&at("?config=999999&metric=%00&zoom=9..1&from=yesterday"));
    browser.wait_for("No such configuration");

    let problems: Vec<String> = browser.console();
    assert!(problems.is_empty(), "{problems:#?}");
}
