//! `check`, `history` and the dashboard say the same of the same series, through a real PostgREST.

use std::collections::BTreeMap;

use bench_tests::{Browser, Stack, json_lines, report_file};
use serde_json::{Value, json};

/// The number of configurations.
const SERIES: usize = 36;

/// Numbers that look like noise and are the same everywhere.
struct Noise(u64);

impl Noise {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    /// Between -1 and 1.
    fn wobble(&mut self) -> f64 {
        let whole = u16::try_from(self.below(2_001)).unwrap_or_default();
        f64::from(whole) / 1e3 - 1.0
    }
}

/// Runs of one configuration: noise with a spike, a dip, a step, a drift, copies or nothing; side runs,
/// attempts of one CI run, backfills, and other data from some run on.
fn runs(series: usize) -> Vec<Value> {
    let mut noise = Noise(series as u64 + 7);
    let count: usize = [1, 4, 12, 30, 45, 60][series % 6];
    let event = series / 6 % 6;
    let place_of_event = count - [2, 3, 6, 9][noise.below(4)].min(count);
    let mut runs = Vec::new();
    for place in 0..count {
        let since = place.checked_sub(place_of_event);
        let moved = match (event, since) {
            (0, Some(0)) => -0.08,
            (1, Some(0..2)) | (2, Some(_)) => -0.04,
            (3, Some(since)) => -0.006 * f64::from(u8::try_from(since).unwrap_or(u8::MAX)),
            (4, Some(_)) => 0.03,
            _ => 0.0,
        };
        let f1 = match event {
            5 if place % 3 > 0 => 0.9,
            _ => 0.9 + moved + 0.004 * noise.wobble(),
        };
        let hour = place + usize::from(place % 11 == 5) * 2;
        let mut run = json!({
            "model_version": format!("model-{series:02}"), "dataset_version": "set-1", "prompt_version": "prompt-1",
            "environment": "ci", "created_at": format!("2026-02-{:02}T{:02}:{:02}:00Z", 1 + hour / 24, hour % 24, place % 60),
            "commit_sha": if series.is_multiple_of(4) { format!("nightly-{place}") } else { format!("{:07x}{series:033x}", place / 2) },
            "metrics": { "f1": f1, "latency_ms": 400.0 + 9.0 * noise.wobble() },
            "params": { "temperature": if event == 2 && since.is_some() && series.is_multiple_of(2) { 0.7 } else { 0.0 } },
            "details": { "gpu": if event == 4 && since.is_some() { "A100" } else { "H100" }, "note": place },
        });
        if place % 7 == 3 {
            run["metrics"]
                .as_object_mut()
                .expect("an object")
                .remove("latency_ms");
        }
        if series % 5 == 1 && place % 9 == 4 && place + 1 < count {
            run["is_mainline"] = json!(false);
            run["branch_name"] = json!("fix");
            run["metrics"]["f1"] = json!(0.5);
        }
        if series % 5 == 2 {
            run["run_id"] = json!(format!("ci-{}", place / 2));
            run["run_attempt"] = json!(1 + place % 2);
            run["commit_sha"] = json!(format!("{:07x}{series:033x}", place / 2));
        }
        runs.push(run);
    }
    runs
}

/// Stores the series; marks baselines, takes runs back, and handles change points.
fn filled() -> Stack {
    let stack = Stack::start();
    let all: Vec<Value> = (0..SERIES).flat_map(runs).collect();
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(all));
    stack.push().arg("--input").arg(file).run().success();
    let sql = "do $$ begin
        perform public.set_baseline(id) from public.v_main_line
        where version = 2 and substr(model_version, 7)::integer % 3 = 0;
        perform public.set_baseline(id, 'dataset') from public.v_main_line where model_version = 'model-03' and version = 3;
        perform public.retract_run(id, 'a broken machine') from public.v_main_line
        where version = 7 and substr(model_version, 7)::integer % 4 = 1;
      end $$";
    stack
        .postgres()
        .execute(sql)
        .expect("baselines and retractions");
    // Records the change points.
    check(&stack, &[]);
    let sql = "do $$ begin
        perform public.set_change_point_state(id, 'accepted', 'as planned', 'ada') from public.benchmark_change_points where id % 4 = 0;
        perform public.set_change_point_state(id, 'dismissed', null, 'ada') from public.benchmark_change_points where id % 4 = 1;
      end $$";
    stack.postgres().execute(sql).expect("decisions");
    stack
}

/// What `check` says of the newest run of every configuration.
fn check(stack: &Stack, more: &[&str]) -> Vec<Value> {
    let checked = stack
        .push()
        .args(["check", "--environment", "ci", "--format", "json"])
        .args(more)
        .run();
    let json = checked.json();
    json["runs"].as_array().expect("runs").clone()
}

/// What the first table of a page says: by configuration or run, the cells with their exact values, and
/// the sentence.
fn rows(browser: &Browser, heading: &str) -> Vec<(Vec<String>, String)> {
    let script = format!(
        "const table = document.querySelector('table[aria-labelledby={heading}]') ?? document.querySelector('section[aria-labelledby={heading}] table');
         return [...table.querySelectorAll('tbody tr:not(.sentence)')].map(row => [
             [...row.cells].map(cell => cell.innerText.trim()),
             row.nextElementSibling?.matches('.sentence') ? row.nextElementSibling.innerText.trim() : '',
         ])"
    );
    serde_json::from_value(browser.script(&script)).expect("rows")
}

#[test]
#[expect(clippy::too_many_lines, reason = "one reader after the other")]
fn check_history_and_every_page_say_the_same_of_dirty_series() {
    let stack = filled();
    let checked = check(&stack, &["--no-record"]);
    assert_eq!(checked.len(), SERIES);
    let f1 = |run: &Value| -> Value {
        let metrics = run["metrics"].as_array().expect("metrics").clone();
        metrics
            .into_iter()
            .find(|one| one["metric"] == "f1")
            .expect("f1")
    };
    let model = |run: &Value| run["model_version"].as_str().expect("a model").to_owned();
    let by_model: BTreeMap<String, Value> =
        checked.iter().map(|run| (model(run), f1(run))).collect();
    let mut kinds: Vec<&str> = by_model
        .values()
        .filter_map(|one| one["verdict"].as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 3, "{kinds:?}");

    // `history`.
    let told = stack
        .push()
        .args(["history", "--environment", "ci", "--format", "json"])
        .run()
        .success()
        .json();
    for series in told["series"].as_array().expect("series") {
        let name = model(&series["configuration"]);
        let (check, history) = (&by_model[&name], &series["verdict"]);
        for field in ["verdict", "reason", "level"] {
            assert_eq!(check[field], history[field], "{name}");
        }
    }

    // Regressions.
    let browser = Browser::start();
    let open = |path: &str, awaited: &str| {
        browser.open(&format!("{}{path}", stack.url()));
        browser.wait_until(awaited);
    };
    let count = format!(
        "document.querySelectorAll('section[aria-labelledby=against] tbody tr:not(.sentence):not(.waiting)').length === {SERIES} && !document.body.innerText.includes('Loading')"
    );
    open("/regressions", &count);
    for (cells, sentence) in rows(&browser, "against") {
        let check = &by_model[&cells[0]];
        assert_eq!(json!(word(&cells[2])), check["verdict"], "{}", cells[0]);
        let reason = check["reason"].as_str().expect("a reason");
        assert!(
            sentence.contains(reason),
            "{}: {sentence}\n{reason}",
            cells[0]
        );
        let since = &check["level"]["since_version"];
        let since = since
            .as_i64()
            .map_or("–".to_owned(), |version| format!("version {version}"));
        assert_eq!(cells[6], since, "{}", cells[0]);
    }
    // Another metric: as `check --metric` judges it, alone.
    let latency: BTreeMap<String, Value> =
        check(&stack, &["--no-record", "--metric", "latency_ms"])
            .iter()
            .filter_map(|run| Some((model(run), run["metrics"].as_array()?.first()?.clone())))
            .collect();
    let count = count.replace(&format!("=== {SERIES}"), &format!("=== {}", latency.len()));
    open("/regressions?metric=latency_ms", &count);
    for (cells, sentence) in rows(&browser, "against") {
        let check = &latency[&cells[0]];
        assert_eq!(json!(word(&cells[2])), check["verdict"], "{}", cells[0]);
        assert!(
            sentence.contains(check["reason"].as_str().expect("a reason")),
            "{sentence}"
        );
    }

    // The first page.
    open("/", "document.querySelector('table')");
    browser.script("document.querySelector('table').scrollIntoView()");
    browser.wait_for(" regressed");
    let cells = browser.script(
        "return [...document.querySelectorAll('[aria-labelledby=configurations] tbody tr')].map(row => [row.cells[0].innerText.trim(),
             [...row.cells].map(cell => cell.innerText.trim()), [...row.querySelectorAll('[title]')].map(one => one.title)])",
    );
    let cells: Vec<(String, Vec<String>, Vec<String>)> =
        serde_json::from_value(cells).expect("rows");
    assert_eq!(cells.len(), SERIES);
    for (name, cells, hints) in cells {
        let check = &by_model[&name];
        let verdict = check["verdict"].as_str().expect("a verdict");
        assert!(
            cells.iter().any(|cell| word(cell) == verdict),
            "{name}: {cells:?}"
        );
        let reason = check["reason"].as_str().expect("a reason");
        assert!(
            hints.iter().any(|hint| hint.contains(reason)),
            "{name}: {hints:?}"
        );
    }

    // Trends, and the page of the run: three series of each event.
    for run in checked.iter().step_by(2) {
        let (name, check) = (model(run), f1(run));
        let reason = check["reason"].as_str().expect("a reason");
        let id = run["id"].as_str().expect("an id");
        let configuration = stack.postgres().one(&format!(
            "select configuration_id::text from public.benchmark_transactions where id = '{id}'"
        ));
        open(
            &format!("/trends?config={configuration}&metric=f1"),
            "document.querySelector('section[aria-labelledby=standings]')",
        );
        let standing = rows(&browser, "standings").remove(0);
        assert_eq!(json!(word(&standing.0[2])), check["verdict"], "{name}");
        assert!(
            standing.1.contains(reason),
            "{name}: {}\n{reason}",
            standing.1
        );

        open(
            &format!("/runs/{id}"),
            "document.querySelector('details.reasons')",
        );
        let cells = rows(&browser, "metrics");
        let row = cells
            .iter()
            .find(|(cells, _)| cells[0] == "f1")
            .expect("f1");
        assert_eq!(json!(word(&row.0[2])), check["verdict"], "{name}");
        let text = browser.script("return document.querySelector('details.reasons').innerText");
        for metric in run["metrics"].as_array().expect("metrics") {
            let reason = metric["reason"].as_str().expect("a reason");
            assert!(
                text.as_str().is_some_and(|text| text.contains(reason)),
                "{name}: {text}\n{reason}"
            );
        }
    }
    assert_eq!(browser.console(), [""; 0]);
}

/// A badge without the symbol that it begins with.
fn word(badge: &str) -> &str {
    badge.trim_start_matches(|one: char| !one.is_alphabetic())
}
