//! Every page, in both themes and at every width: no axe violations, no sideways scrolling, no
//! console warnings. Saves a screenshot of each in `target/screenshots` for review.

use bench_tests::{Browser, Stack, Theme, axe, site};
use serde_json::json;

/// A phone, a laptop, a large screen.
const SIZES: [(u32, u32); 3] = [(360, 780), (1280, 800), (1920, 1080)];

/// Checks the open page in every theme and width; returns all problems.
fn inspect(browser: &Browser, name: &str) -> Vec<String> {
    let mut wrong: Vec<_> = browser
        .console()
        .into_iter()
        .map(|line| format!("{name}: console: {line}"))
        .collect();
    for theme in [Theme::Light, Theme::Dark] {
        for (width, height) in SIZES {
            browser.look(width, height, theme);
            browser.settle();
            let look = format!("{name}-{}-{width}", theme.name());
            browser.screenshot(&look);
            let wide = browser.too_wide();
            if !wide.is_empty() {
                wrong.push(format!("{look}: the page scrolls sideways: {wide:?}"));
            }
            // The page structure differs between a phone and a laptop, but not between two large
            // screens.
            if width < 1920 {
                wrong.extend(
                    axe::violations(browser)
                        .into_iter()
                        .map(|one| format!("{look}: {one}")),
                );
            }
        }
    }
    wrong
}

#[test]
fn every_page_is_for_everybody_in_both_themes_at_every_width() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    let mut wrong = Vec::new();

    for page in site::filled_pages(&stack) {
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.settle();
        // The screenshots include content that is loaded on scroll.
        browser.script("scrollTo(0, document.body.scrollHeight)");
        browser.settle();
        browser.script("scrollTo(0, 0)");
        wrong.extend(inspect(&browser, page.name));
    }
    assert_eq!(wrong, Vec::<String>::new(), "{wrong:#?}");
}

#[test]
fn a_page_without_anything_to_show_is_for_everybody_too() {
    let stack = Stack::start();
    let browser = Browser::start();

    browser.open(&stack.url());
    browser.wait_for("bench-push --input");
    let mut wrong = inspect(&browser, "empty");

    // A refusing project: the key belongs to another one.
    browser.script(&format!(
        "localStorage.setItem('benchmark-monitor:connection:/', {})",
        json!(json!({"supabase_url": stack.url(), "publishable_key": "sb_publishable_of_another_project"}).to_string())
    ));
    browser.open(&stack.url());
    browser.wait_for("The key is not accepted");
    // The browser itself logs the refusals.
    browser.console();
    wrong.extend(
        inspect(&browser, "failed")
            .into_iter()
            .filter(|one| !one.contains("console:")),
    );

    assert_eq!(wrong, Vec::<String>::new(), "{wrong:#?}");
}
