//! Database content is untrusted, because anyone with a secret key can push: every page renders it
//! as text.

use bench_tests::{Browser, Stack, report, site};
use serde_json::json;

/// Injection attempts: an element, an attribute break-out, a template, a chart's rich text.
const HOSTILE: [&str; 4] = [
    "<img src=x onerror=hacked=1>",
    "\"><script>hacked=2</script>",
    "{{constructor.constructor('hacked=3')()}}",
    "{a|b} {hr|} ${hacked=4}",
];

#[test]
fn a_name_is_never_more_than_a_name_on_any_page() {
    let stack = Stack::start();
    let reports = HOSTILE.into_iter().map(|hostile| {
        let mut report = report(hostile, 0.9);
        for field in [
            "dataset_version",
            "prompt_version",
            "model_provider",
            "branch_name",
            "triggered_by",
            "notes",
        ] {
            report[field] = json!(hostile);
        }
        report["tags"] = json!([hostile]);
        report["params"] = json!({hostile: hostile});
        report["details"] = json!({hostile: {hostile: [hostile]}});
        report["links"] = json!({hostile: "https://example.com/?\"onclick=\"hacked=5"});
        report
    });
    let runs = site::store(&stack, reports);
    stack
        .push()
        .args(["baseline", "set", &runs[0], "--reason", HOSTILE[0]])
        .run()
        .success();
    let browser = Browser::start();

    let mut addresses: Vec<_> = site::filled_pages(&stack)
        .into_iter()
        .map(|page| page.path)
        .collect();
    addresses.extend(runs.iter().map(|run| format!("runs/{run}")));
    // Values from the URL appear on the page too.
    for page in ["", "trends", "compare", "regressions", "runs"] {
        addresses.push(format!("{page}?model=%3Cimg%20src%3Dx%20onerror%3Dhacked%3D6%3E&metric=%22%3E%3Cscript%3Ehacked%3D7%3C%2Fscript%3E"));
    }
    for address in addresses {
        browser.open(&format!("{}/{address}", stack.url()));
        browser.settle();
        let found = browser.script(
            "return [...document.querySelectorAll('img, iframe, object, embed, [onerror], [onclick], body script:not([src]):not(:has(~ *)), a[href^=\"javascript:\" i]')]
                 .filter(one => one.tagName !== 'SCRIPT' || one.textContent.includes('hacked'))
                 .map(one => one.outerHTML)
                 .concat(window.hacked ? ['window.hacked'] : [])",
        );
        assert_eq!(found, json!([]), "{address}");
        let loud: Vec<_> = browser
            .console()
            .into_iter()
            .filter(|line| !line.contains("Failed to load resource"))
            .collect();
        assert_eq!(loud, Vec::<String>::new(), "{address}");
    }
}
