//! Malformed URLs: truncated, mangled, random. Each shows a page, and none panics.

use bench_tests::{Browser, Stack, site};
use serde_json::json;

const NAMES: [&str; 18] = [
    "model",
    "dataset",
    "prompt",
    "environment",
    "metric",
    "config",
    "from",
    "to",
    "range",
    "sort",
    "order",
    "page",
    "threshold",
    "run",
    "search",
    "columns",
    "__proto__",
    "",
];

const VALUES: [&str; 24] = [
    "",
    "-1",
    "0",
    "18446744073709551616",
    "1e309",
    "NaN",
    "-0",
    "0.05",
    "0,05",
    "f1",
    "f1.desc",
    "9999-99-99",
    "2026-02-30",
    "2026-01-01T00:00:00Z",
    "-271821-04-20",
    "%00",
    "%",
    "%E0%A4%A",
    "%F0%9F%92%A9",
    "%22%27%3C%3E",
    "a%2Cb%2C%2C",
    "00000000-0000-0000-0000-000000000000",
    "(select)",
    "&=&=",
];

/// Deterministic pseudo-random query strings.
fn queries(seed: usize) -> Vec<String> {
    let mut chance = seed;
    let mut next = |below: usize| {
        // Knuth's multiplier; the high half is the random half.
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    let mut query = |length: usize| {
        let pairs: Vec<_> = (0..length)
            .map(|_| {
                format!(
                    "{}={}",
                    NAMES[next(NAMES.len())],
                    VALUES[next(VALUES.len())]
                )
            })
            .collect();
        pairs.join("&")
    };
    let mut queries: Vec<_> = (0..24).map(|number| query(number % 9)).collect();
    queries.push(format!("model={}", "x".repeat(6_000)));
    queries.push(vec!["config=1"; 200].join("&"));
    queries
}

/// Numbers and days so extreme that a loop over them would not end.
const FAR: [&str; 12] = [
    "from=0001-01-01&to=9999-12-31",
    "from=9999-12-31",
    "to=0001-01-01",
    "range=36500d",
    "range=999999999999d",
    "range=99999999999999999999d",
    "page=9007199254740993",
    "rows=4294967295",
    "threshold=1e9&scale=log",
    "threshold=1e-9&relative=first",
    "zoom=-1100000000000000..1100000000000000",
    "zoom=0..1&from=1970-01-01&to=9999-12-31&table=1",
];

/// How long a URL may block a page, on a busy machine. A loop over such a range takes far longer.
const BUSY_MS: f64 = 3_000.0;

/// Console messages about a panic or a violation of the page's policy. A server that refuses a
/// random filter is neither.
fn alarms(browser: &Browser) -> Vec<String> {
    let lines = browser.console().into_iter();
    lines
        .filter(|line| !line.contains("Failed to load resource"))
        .collect()
}

#[test]
fn no_address_makes_a_page_panic() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();

    for (seed, page) in site::filled_pages(&stack).into_iter().enumerate() {
        let path = page.path.split('?').next().unwrap_or_default();
        let queries = queries(seed);
        browser.open(&format!("{}/{path}?{}", stack.url(), queries[17]));
        browser.settle();
        for query in &queries {
            // Like the back button: without reloading the page.
            browser.script(&format!(
                "history.pushState({{}}, '', {}); dispatchEvent(new PopStateEvent('popstate', {{state: {{}}}}))",
                json!(format!("/{path}?{query}"))
            ));
            browser.settle();
            let alarms = alarms(&browser);
            assert_eq!(alarms, Vec::<String>::new(), "/{path}?{query}");
        }
        // A page that panicked silently would no longer respond.
        browser.script("document.querySelector('.nav a[href=settings]').click()");
        browser.wait_until("document.querySelector('#settings-key')");
    }
}

#[test]
fn no_address_keeps_a_page_busy() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();

    for page in site::filled_pages(&stack) {
        let joint = if page.path.contains('?') { '&' } else { '?' };
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.settle();
        // A blocked page shows up as a gap between two ticks of its clock.
        browser.script(
            "window.gap = 0;
             let last = performance.now();
             setInterval(() => { const now = performance.now(); gap = Math.max(gap, now - last); last = now }, 20)",
        );
        for query in FAR {
            browser.script("gap = 0");
            browser.script(&format!(
                "history.pushState({{}}, '', {}); dispatchEvent(new PopStateEvent('popstate', {{state: {{}}}}))",
                json!(format!("/{}{joint}{query}", page.path))
            ));
            browser.settle();
            let gap = browser.script("return gap").as_f64().unwrap_or(f64::NAN);
            println!("{gap:6.0} ms  /{}{joint}{query}", page.path);
            assert!(
                gap < BUSY_MS,
                "busy for {gap} ms: /{}{joint}{query}",
                page.path
            );
            assert_eq!(
                alarms(&browser),
                Vec::<String>::new(),
                "/{}{joint}{query}",
                page.path
            );
        }
    }
}

#[test]
fn an_address_that_is_hardly_one_still_shows_a_page() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();

    for path in [
        "runs/%3Cimg%3E",
        "runs/%00",
        "runs/a/b/c",
        "trends/",
        "%E0%A4%A",
        "runs/%E0%A4%A",
        "settings/../trends",
        "/",
        "//",
        "/host.invalid/",
        "%E0%A4%A/",
        "a%20b/",
    ] {
        println!("/{path}");
        browser.open(&format!("{}/{path}", stack.url()));
        browser.wait_until("document.body.innerText.length > 40");
        let panics: Vec<_> = alarms(&browser)
            .into_iter()
            .filter(|line| line.contains("panicked"))
            .collect();
        assert_eq!(panics, Vec::<String>::new(), "{path}");
    }
}
