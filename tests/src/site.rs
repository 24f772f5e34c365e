//! Every page of the dashboard, and a project with data for each of them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Stack, json_lines, project, report, report_file};

/// Days of made-up history that [`fill`] stores for one configuration.
const DAYS: u32 = 40;

/// One page, and the name of its screenshots.
#[derive(Debug, Clone)]
pub struct Page {
    /// `overview`, `trends`, …
    pub name: &'static str,
    /// Its path relative to the dashboard's folder, with its view: `trends?metric=f1`.
    pub path: String,
}

/// Every page with its default view.
pub fn pages() -> Vec<Page> {
    let page = |name, path: &str| Page {
        name,
        path: path.to_owned(),
    };
    vec![
        page("overview", ""),
        page("trends", "trends"),
        page("compare", "compare"),
        page("regressions", "regressions"),
        page("runs", "runs"),
        page("run", "runs/00000000-0000-4000-8000-000000000000"),
        page("settings", "settings"),
        page("not-found", "nowhere"),
    ]
}

/// Every page; pages about a single run or configuration show stored ones.
///
/// # Panics
///
/// If nothing is stored.
pub fn filled_pages(stack: &Stack) -> Vec<Page> {
    let first = |path: &str, field: &str| {
        let rows = stack.rest().get(path).json;
        let rows = rows.as_array().expect("rows").clone();
        rows.iter().map(|row| text(&row[field])).collect::<Vec<_>>()
    };
    let run = first(
        "benchmark_transactions?select=id&order=recorded_at.desc&limit=1",
        "id",
    );
    let configurations = first(
        "benchmark_snapshots?select=configuration_id&order=snapshot_version.desc&limit=3",
        "configuration_id",
    );
    let chosen: Vec<_> = configurations
        .iter()
        .map(|id| format!("config={id}"))
        .collect();
    let mut pages = pages();
    for page in &mut pages {
        match page.name {
            "run" => page.path = format!("runs/{}", run.first().expect("a run")),
            "trends" | "compare" => page.path = format!("{}?{}", page.name, chosen.join("&")),
            _ => {}
        }
    }
    pages
}

/// Stores the repository's measured runs, and a long made-up history with a baseline and a drop.
///
/// # Panics
///
/// If the stack refuses them.
pub fn fill(stack: &Stack) {
    let real = project().join("benchmarks/runs/*_benchmark_results.json");
    stack.push().report(real).run().success();
    for (model, fall) in [("medgemma-v1.2", 0.06), ("medgemma-v1.3", 0.0)] {
        let runs = store(stack, history(model, fall));
        let mark = ["baseline", "set", &runs[0], "--reason", "the first run"];
        stack.push().args(mark).run().success();
    }
}

/// Stores reports and returns the ids of their runs.
///
/// # Panics
///
/// If the stack refuses them.
pub fn store(stack: &Stack, reports: impl IntoIterator<Item = Value>) -> Vec<String> {
    let with_commit = reports.into_iter().map(|mut report| {
        if report["commit_sha"].is_null() {
            report["commit_sha"] = json!("abc1234");
        }
        report
    });
    let file = report_file(stack.folder(), "history.jsonl", json_lines(with_commit));
    let push = stack.push().arg("--input").arg(file);
    let said = push
        .args(["--environment", "local", "--format", "json"])
        .run()
        .success()
        .json();
    let runs = said["runs"].as_array().expect("runs").clone();
    runs.iter().map(|run| text(&run["id"])).collect()
}

/// One run per day; f1 varies by a hundredth and drops by `fall` for the last ten days.
fn history(model: &str, fall: f64) -> Vec<Value> {
    let today = Timestamp::now().as_second();
    let day = |day: u32| {
        // The low bits of a product: deterministic noise.
        let noise = f64::from(day * 7 % 11) / 11.0 - 0.5;
        let fallen = if day + 10 >= DAYS { fall } else { 0.0 };
        let mut report = report(model, 0.9 + noise / 100.0 - fallen);
        let created_at = Timestamp::from_second(today - i64::from(DAYS - day) * 86_400);
        report["created_at"] = json!(created_at.expect("this year").to_string());
        report["commit_sha"] = json!(format!("{:040x}", u64::from(day) * 0x9e37_79b9_7f4a));
        report["metrics"]["latency_ms"] = json!(412.0 + 40.0 * noise);
        report["tags"] = json!(["nightly"]);
        report["details"] =
            json!({"by_category": {"imaging": {"f1": 0.91}, "surgery": {"f1": 0.87}}});
        report
    };
    (0..DAYS).map(day).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
