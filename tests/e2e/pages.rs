//! The dashboard as on GitHub Pages: under a sub-path, on a different host than its data.

use std::path::Path;
use std::process::{Command, Output};

use bench_tests::{Browser, Stack, StaticHost, project, report, report_file};
use serde_json::{Value, json};

/// A link to each view, and text that only this view shows.
const LINKS: [(&str, &str); 6] = [
    ("", "Current snapshot"),
    ("trends", "Trends"),
    ("compare", "Compare"),
    ("regressions", "Regressions"),
    ("runs", "Runs"),
    ("settings", "Publishable key"),
];

#[test]
fn every_link_works_below_a_folder_on_another_host() {
    let stack = Stack::start();
    let file = report_file(
        stack.folder(),
        "report.json",
        report("alpha", 0.9375).to_string(),
    );
    stack.push().report(file).run().success();
    let config = json!({"supabase_url": stack.url(), "publishable_key": stack.keys().publishable});
    let host = StaticHost::start(&project().join("web/dist"), "/team/", config.to_string());
    let browser = Browser::start();

    for (link, words) in LINKS {
        browser.open(&host.url(link));
        browser.wait_for(words);
        browser.wait_until("!document.getElementById('boot')");
    }
    browser.open(&host.url(""));
    browser.wait_for("alpha");
    // From the first page's program to the other one, and back.
    browser.script("document.querySelector('nav a[href=trends]').click()");
    browser.wait_until("document.title.startsWith('Trends')");
    assert_eq!(browser.url(), host.url("trends"));
    browser.script("history.back()");
    browser.wait_for("alpha");
}

fn configure(folder: &Path, url: &str, key: &str) -> Output {
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--package", "bench-model"])
        .args(["--example", "dashboard_config", "--"])
        .arg(folder)
        .current_dir(project())
        .env("SUPABASE_URL", url)
        .env("SUPABASE_PUBLISHABLE_KEY", key)
        .env("REPOSITORY_URL", "https://github.com/team/models")
        .output()
        .expect("cargo is there")
}

#[test]
fn the_workflow_publishes_a_publishable_key_and_never_a_secret_one() {
    let stack = Stack::start();
    let folder = stack.folder();
    let config = folder.join("config.json");
    let keys = stack.keys();

    for secret in [&keys.secret, &keys.service_role] {
        let output = configure(folder, "https://abc.supabase.co", secret);
        assert_eq!(output.status.code(), Some(2));
        assert!(!config.exists(), "a secret key was written");
    }
    assert_eq!(configure(folder, "", "").status.code(), Some(0));
    assert_eq!(
        configure(folder, "https://abc.supabase.co", "")
            .status
            .code(),
        Some(2)
    );
    assert!(!config.exists());

    for public in [&keys.publishable, &keys.anon] {
        assert!(
            configure(folder, "https://abc.supabase.co", public)
                .status
                .success()
        );
        let written = std::fs::read_to_string(&config).expect("it was written");
        let written: Value = serde_json::from_str(&written).expect("JSON");
        assert_eq!(
            written,
            json!({
                "supabase_url": "https://abc.supabase.co",
                "publishable_key": public,
                "repository_url": "https://github.com/team/models",
            })
        );
    }
}
