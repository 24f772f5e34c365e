//! Every page without a mouse: each control is reachable and shows its focus.

use bench_tests::{Browser, Stack, Theme, site};
use serde_json::json;

/// Records all controls, those that the keyboard reaches, and those without a visible focus.
const WATCH: &str = "
    const controls = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), summary, [tabindex=\"0\"]';
    const seen = one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
    window.wanted = [...document.querySelectorAll(controls)].filter(seen);
    window.reached = new Set();
    window.dull = [];
    const outlined = one => one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 1;
    document.addEventListener('focusin', ({target}) => {
        window.reached.add(target);
        if (!outlined(target) && !outlined(target.closest('label'))) window.dull.push(target.outerHTML.slice(0, 120));
    });
    return window.wanted.length";

fn press(browser: &Browser, key: &str, code: u32) {
    let text = match key {
        "Enter" => "\r",
        " " => " ",
        _ => "",
    };
    for kind in ["keyDown", "keyUp"] {
        let mut event =
            json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = json!(text);
        }
        browser.devtools("Input.dispatchKeyEvent", event);
    }
}

#[test]
fn the_tab_key_reaches_every_control_and_each_shows_it() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    browser.look(1280, 800, Theme::Light);
    let mut wrong = Vec::new();

    for page in site::filled_pages(&stack) {
        browser.open(&format!("{}/{}", stack.url(), page.path));
        browser.settle();
        let controls = browser.script(WATCH).as_u64().expect("a number");
        assert!(controls > 10, "{}: only {controls} controls", page.name);
        // A date field has several tab stops, a scrolling box has one, and the page may add more
        // meanwhile.
        for _ in 0..2 * controls + 40 {
            press(&browser, "Tab", 9);
        }
        let missed = "return window.wanted.filter(one => one.isConnected && !window.reached.has(one)).map(one => one.outerHTML.slice(0, 120))";
        for (what, script) in [("not reached", missed), ("not seen", "return window.dull")] {
            let found = browser.script(script);
            if found != json!([]) {
                wrong.push(format!("{}: {what}: {found:#}", page.name));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.join("\n"));
}

#[test]
fn a_filter_is_opened_chosen_from_and_closed_without_a_mouse() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    browser.open(&format!("{}/runs", stack.url()));
    browser.settle();

    browser.script("document.querySelector('main summary').focus()");
    press(&browser, "Enter", 13);
    browser.wait_until("document.querySelector('main details').open");
    for key in [("Tab", 9), ("Tab", 9)] {
        if browser.script("return document.activeElement.type") != "checkbox" {
            press(&browser, key.0, key.1);
        }
    }
    press(&browser, " ", 32);
    browser.wait_until("location.search.includes('model=')");
    browser.wait_until("document.querySelector('main details').open");
    press(&browser, "Escape", 27);
    browser.wait_until("!document.querySelector('main details').open");
    assert_eq!(
        browser.script("return document.activeElement.tagName"),
        "SUMMARY"
    );
}

/// Presses Tab until a control has the focus.
fn tab_to(browser: &Browser, control: &str) {
    let has_focus = format!(
        "return !!document.activeElement?.matches({})",
        json!(control)
    );
    for _ in 0..30 {
        if browser.script(&has_focus) == json!(true) {
            return;
        }
        press(browser, "Tab", 9);
    }
    panic!("the Tab key does not reach {control}");
}

#[test]
fn every_menu_keeps_the_focus_while_it_is_chosen_from_and_closes_when_it_is_left() {
    let stack = Stack::start();
    site::fill(&stack);
    let browser = Browser::start();
    let focused = "return document.activeElement.closest('label')?.innerText ?? document.activeElement.tagName";

    for (page, menu) in [
        ("trends", ".picker"),
        ("compare", ".picker"),
        ("", ".filters > details:nth-of-type(2)"),
    ] {
        browser.open(&format!("{}/{page}", stack.url()));
        browser.settle();
        let open = format!("document.querySelector('main {menu}').open");
        browser.script(&format!(
            "document.querySelector('main {menu} summary').focus()"
        ));
        press(&browser, "Enter", 13);
        browser.wait_until(&open);
        tab_to(&browser, &format!("{menu} input[type=checkbox]"));
        let label = browser.script(focused);

        // Chosen and not chosen again: neither moves the focus or closes the list.
        let checked = "return document.activeElement.checked";
        let before = browser.script(checked);
        for wanted in [json!(before != json!(true)), before] {
            press(&browser, " ", 32);
            browser.wait_until(&format!("document.activeElement.checked === {wanted}"));
            assert_eq!(
                browser.script(focused),
                label,
                "/{page}: the focus stays on its box"
            );
            assert_eq!(
                browser.script(&format!("return {open}")),
                json!(true),
                "/{page}"
            );
        }

        // The button that undoes the choice disappears and hands the focus on.
        press(&browser, "Tab", 9);
        let clear = format!("{menu} .filter-list button");
        browser.script(&format!(
            "for (const box of [...document.querySelectorAll('main {menu}')][0].querySelectorAll('input[type=checkbox]:not(:checked)')) {{
                 if ([...document.querySelectorAll('main {menu}')][0].querySelectorAll(':checked').length < 2) box.click();
             }}"
        ));
        browser.wait_until(&format!("document.querySelector({})", json!(clear)));
        browser.script(&format!("document.querySelector({}).focus()", json!(clear)));
        press(&browser, "Enter", 13);
        browser.wait_until(&format!(
            "document.activeElement === document.querySelector('main {menu} summary')"
        ));
        assert_eq!(
            browser.script(&format!("return {open}")),
            json!(true),
            "/{page}"
        );

        // Left with the keyboard, it closes; Escape closes it too.
        browser.script("document.querySelector('.nav a').focus()");
        browser.wait_until(&format!("!{open}"));
        browser.script(&format!(
            "document.querySelector('main {menu} summary').focus()"
        ));
        press(&browser, "Enter", 13);
        browser.wait_until(&open);
        press(&browser, "Escape", 27);
        browser.wait_until(&format!("!{open}"));
        assert_eq!(
            browser.script("return document.activeElement.tagName"),
            "SUMMARY"
        );
    }
    assert_eq!(browser.console(), [""; 0]);
}
