//! The checks of `--exit`: everything that a browser requests when it opens the dashboard.

use std::collections::BTreeSet;

use bench_samples::configuration;
use serde_json::Value;

use crate::failure::{Explain as _, Failure};
use crate::http;
use crate::process::say;
use crate::stack::Stack;

/// Fetches the page, its configuration and, with the key in it, the data; compares counts.
pub(super) fn dashboard_has_data(stack: &Stack, reports: &[Value]) -> Result<(), Failure> {
    let page = fetch(stack, "/", &[])?;
    for asset in assets(&page) {
        fetch(stack, &asset, &[])?;
    }
    let config: Value = serde_json::from_str(&fetch(stack, "/config.json", &[])?)
        .explain(|| "config.json is not JSON".into())?;
    let key = config["publishable_key"].as_str().unwrap_or_default();
    if !key.starts_with("sb_publishable_") {
        return Err(Failure::new("config.json holds no publishable key"));
    }

    let configurations: BTreeSet<_> = reports.iter().map(configuration).collect();
    let snapshots = count(stack, "benchmark_snapshots?select=model_version", key)?;
    same("snapshots", snapshots, configurations.len())?;
    let runs = runs(stack, key)?;
    same("runs", runs, reports.len())?;
    say!(
        "checked: the page, its parts and its configuration load; {runs} runs in {snapshots} configurations are readable with the publishable key"
    );
    Ok(())
}

/// The number of stored runs.
pub(super) fn runs(stack: &Stack, key: &str) -> Result<usize, Failure> {
    count(stack, "benchmark_transactions?select=id", key)
}

/// The newest run of every configuration.
pub(super) fn latest(stack: &Stack, key: &str) -> Result<Vec<Value>, Failure> {
    let query = "/rest/v1/v_latest_benchmarks?select=model_version,dataset_version,prompt_version,f1_score,latency_ms";
    let rows = fetch(stack, query, &[("apikey", key)])?;
    serde_json::from_str(&rows).explain(|| "`v_latest_benchmarks` is not JSON".into())
}

fn same(what: &str, found: usize, wanted: usize) -> Result<(), Failure> {
    if found == wanted {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the dashboard can read {found} {what}, {wanted} were pushed"
    )))
}

fn count(stack: &Stack, query: &str, key: &str) -> Result<usize, Failure> {
    let headers = [("apikey", key), ("Prefer", "count=exact"), ("Range", "0-0")];
    let reply = http::get(stack.port, &format!("/rest/v1/{query}"), &headers)?;
    let total = reply
        .header("Content-Range")
        .and_then(|range| range.rsplit('/').next()?.parse().ok());
    total.ok_or_else(|| {
        Failure::new(format!(
            "`{query}` answered {}: {}",
            reply.status, reply.body
        ))
    })
}

fn fetch(stack: &Stack, path: &str, headers: &[(&str, &str)]) -> Result<String, Failure> {
    let reply = http::get(stack.port, path, headers)?;
    if reply.status == 200 && !reply.body.is_empty() {
        return Ok(reply.body);
    }
    Err(Failure::new(format!(
        "the dashboard's `{path}` answered {}",
        reply.status
    )))
}

/// The scripts, styles and WASM that the page names, as paths on the same host.
fn assets(page: &str) -> BTreeSet<String> {
    let quoted = page.split(['"', '\'']).filter(|text| {
        [".js", ".css", ".wasm"]
            .iter()
            .any(|ending| text.ends_with(ending))
            && !text.contains(char::is_whitespace)
    });
    quoted
        .filter(|text| !text.contains("://"))
        .map(|text| format!("/{}", text.trim_start_matches("./").trim_start_matches('/')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_page_are_found_wherever_they_are_named() {
        let page = r#"<link rel="stylesheet" href="./style-1.css"><script type="module">
            import init from '/web-2.js'; init({ module_or_path: '/web-2_bg.wasm' })</script>"#;

        let found: Vec<_> = assets(page).into_iter().collect();
        assert_eq!(found, ["/style-1.css", "/web-2.js", "/web-2_bg.wasm"]);
    }
}
