//! Whatever the database stores, every reader can read.

use std::fmt::Write as _;

use bench_model::attribution::MACHINE_DETAILS;
use bench_model::rest::rows::{
    AgainstRow, BaselinePeriodRow, BaselineRow, ChangePointRow, DayRow, EarlierRow, KnownChangeRow,
    MetricRow, NewsRow, PlainRow, RunRow, SeriesRow, SnapshotRow, SummaryRow, TransactionRow,
};
use bench_tests::{Outcome, Rest, Stack, report, report_file};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// How many rows are tried. Each is one request.
const ROWS: usize = 700;

/// A small generator of random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % end
    }
}

/// The columns of a run that is right, as JSON text.
const RIGHT: [(&str, &str); 7] = [
    ("commit_sha", r#""abc123""#),
    ("model_version", r#""m""#),
    ("dataset_version", r#""d""#),
    ("prompt_version", r#""p""#),
    ("environment", r#""local""#),
    ("metrics", r#"{"f1": 0.9, "latency_ms": 412, "gain": 3}"#),
    ("details", r#"{"by": {"a": 1}}"#),
];

/// Texts for every column, the edges of what is admitted and beyond.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "null",
        "7",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#"" ""#,
        r#""a""#,
        r#""a b""#,
        r#""a\nb""#,
        r#""\t""#,
        r#""\u0001""#,
        r#""a\u0000b""#,
        r#""\u007f""#,
        r#""\u200b""#,
        r#""\ufeff\u200d""#,
        r#""\u202egnp""#,
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""'); drop table x; --""#,
        r#""{a,b}""#,
        r#""NaN""#,
        r#""Infinity""#,
        r#""%_\\*""#,
        r#"{"a": "b"}"#,
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for (character, times) in [
        ("a", 255),
        ("a", 256),
        ("測", 255),
        ("😀", 255),
        ("a", 10_001),
    ] {
        texts.push(format!("\"{}\"", character.repeat(times)));
    }
    texts
}

/// Values for columns that hold numbers, times, lists and objects.
#[rustfmt::skip]
fn values(column: &str) -> Vec<String> {
    let fixed: &[&str] = match column {
        "created_at" => &[
            r#""2026-02-03T10:00:00Z""#, r#""1970-01-01""#, r#""1969-12-31T23:59:59.999Z""#, r#""0044-03-15 BC""#,
            r#""-infinity""#, r#""infinity""#, r#""9999-12-31""#, r#""294276-12-31""#, r#""now""#, r#""epoch""#, "0",
        ],
        "metrics" => &[
            "{}", r#"{"f1": 89.5}"#, r#"{"f1": -0.1}"#, r#"{"f1": 1}"#, r#"{"f1": 0, "mcc": -1}"#, r#"{"f1": 1e400}"#,
            r#"{"gain": 1e308}"#, r#"{"gain": -1e308}"#, r#"{"gain": 1.5e308}"#, r#"{"gain": 1e-400}"#, r#"{"gain": 1e-200}"#,
            r#"{"gain": 3e-200}"#, r#"{"gain": -0.0}"#, r#"{"f1": "0.9"}"#, r#"{"f1": null}"#, r#"{"f1": {"a": 1}}"#,
            r#"{"": 1}"#, r#"{" ": 1}"#, r#"{"\u200b": 1}"#, r#"{"a\nb": 1}"#, r#"{"latency_ms": -1}"#, r#"{"fit_seconds": -1}"#,
            r#"{"gain": 9007199254740993}"#, r#"{"gain": 123456789012345678901234567890}"#, r#"{"f1": 0.5, "f1": 0.6}"#,
            r#"{"latency_ms": 1e308}"#, r#"{"latency_ms": 0}"#, r#"{"latency_ms": 1e-320}"#, "[0.9]", "0.9",
        ],
        "metric_stats" => &[
            r#"{"f1": {"n": 150, "stderr": 0.02}}"#, r#"{"f1": [1, 2]}"#, r#"{"f1": null}"#, r#"{"f1": {}}"#,
            r#"{"f1": {"n": "many"}}"#, r#"{"f1": {"n": -1}}"#, r#"{"f1": {"n": 1e400}}"#, r#"{"f1": {"values": [1, 0, 1]}}"#,
            r#"{"f1": {"values": ["a"]}}"#, r#"{"f1": {"values": "all"}}"#, r#"{"f1": {"ci_low": 0.9, "ci_high": 0.1}}"#,
        ],
        "details" | "params" | "source" => &[
            r#"{"a": 1e400}"#, r#"{"a": [-1e400]}"#, r#"{"a": 1e308, "b": 1e-400}"#, r#"{"confusion_matrix": [1, 2]}"#,
            r#"{"confusion_matrix": {"tp": "x"}}"#, r#"{"a\u0001": null}"#, r#"{"": ""}"#, r#"{"temperature": 0}"#,
        ],
        "links" => &[
            r#"{"log": "https://example.com/log"}"#, r#"{"log": "javascript:alert(1)"}"#, r#"{"log": "https://"}"#,
            r#"{"log": "https://a b"}"#, r#"{"log": 7}"#, r#"{"log": ["https://example.com"]}"#,
        ],
        "tags" => &[
            r#"["a", "b"]"#, r#"["a", null]"#, r#"[["a"], ["b"]]"#, r#"[""]"#, r#"["\u200b"]"#, r#""{a,NULL}""#,
            r#""{{a,b},{c,d}}""#, r#""[2:3]={a,b}""#, "[1, 2]",
        ],
        "duration_seconds" => &["1.5", "0", "-1", "1e308", "1e400", r#""NaN""#, r#""Infinity""#, "1e-400"],
        _ => &["0", "1", "-1", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1.5", "1e400"],
    };
    let mut values: Vec<String> = fixed.iter().copied().map(str::to_owned).collect();
    if matches!(column, "details" | "params" | "source" | "metric_stats") {
        values.extend([60, 64, 65, 130, 1_000].map(|levels| format!(r#"{{"a": {}{}}}"#, "[".repeat(levels), "]".repeat(levels))));
    }
    if column == "tags" {
        let many = |count: usize| json!((0..count).map(|tag| tag.to_string()).collect::<Vec<_>>()).to_string();
        values.extend([many(50), many(51), json!(["a".repeat(5_000)]).to_string()]);
    }
    if column == "metrics" {
        let many = |count: usize| json!((0..count).map(|name| (format!("m{name}"), json!(1))).collect::<Map<_, _>>()).to_string();
        values.extend([many(1_000), many(1_001), json!({"😀".repeat(100): 1}).to_string()]);
    }
    values
}

const COLUMNS: [&str; 23] = [
    "commit_sha",
    "model_version",
    "dataset_version",
    "prompt_version",
    "environment",
    "idempotency_key",
    "branch_name",
    "model_provider",
    "run_id",
    "triggered_by",
    "notes",
    "created_at",
    "metrics",
    "metric_stats",
    "details",
    "params",
    "source",
    "links",
    "tags",
    "duration_seconds",
    "dataset_size",
    "error_count",
    "success_count",
];

/// A run with one to three columns that may be anything.
fn row(random: &mut Random, number: usize) -> String {
    let mut columns: Vec<(&str, String)> =
        RIGHT.map(|(name, value)| (name, value.to_owned())).into();
    columns.push(("run_id", format!("\"r{number}\"")));
    for _ in 0..=random.below(3) {
        let column = COLUMNS[random.below(COLUMNS.len())];
        let pool = match random.below(4) {
            0 => texts(),
            _ if COLUMNS[..11].contains(&column) => texts(),
            _ => values(column),
        };
        let value = pool[random.below(pool.len())].clone();
        columns.retain(|(name, _)| *name != column);
        columns.push((column, value));
    }
    text_of(&columns)
}

/// The columns as one object.
fn text_of(columns: &[(&str, String)]) -> String {
    let mut text = String::from("{");
    for (place, (name, value)) in columns.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}\"{name}\": {value}");
    }
    text + "}"
}

/// Every row that `path` has, as `T`.
#[track_caller]
fn read<T: DeserializeOwned>(what: &str, body: &str) -> Vec<T> {
    serde_json::from_str(body).unwrap_or_else(|error| {
        let near = body
            .get(error.column().saturating_sub(300)..)
            .unwrap_or(body);
        panic!(
            "{what} cannot be read: {error}\n{}",
            &near[..near.len().min(600)]
        )
    })
}

/// A judging verb says nothing of rows that it can't read, and ends as it does for good rows.
#[track_caller]
fn is_read(outcome: &Outcome) {
    let said = outcome.all();
    assert!(
        !said.contains("cannot be read") && !said.contains("not understood"),
        "{said}"
    );
    assert!(matches!(outcome.status, 0 | 1), "{} {said}", outcome.status);
}

/// Tries the rows, and returns how many were stored.
fn insert(rest: &Rest) -> usize {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut stored = 0;
    for number in 0..ROWS {
        let row = row(&mut random, number);
        let answer = rest.post_text("benchmark_transactions", row.clone());
        let code = answer.json["code"].as_str().unwrap_or_default();
        // A refusal is one of ours, or PostgreSQL's for a value that is not of the column's type.
        let is_refusal = code.starts_with("22") || code == "23505" || code.starts_with("PGRST");
        match answer.status {
            201 => stored += 1,
            400 | 409 if is_refusal => {}
            status => panic!("{status} {}\n{}", answer.body, &row[..row.len().min(500)]),
        }
    }
    stored
}

/// Tries what people and detectors write beside the runs.
fn write_beside(rest: &Rest, first: &Value, last: &Value) {
    for text in texts() {
        let marked = format!(r#"{{"p_run": {first}, "p_reason": {text}, "p_marked_by": {text}}}"#);
        rest.post_text("rpc/set_baseline", marked);
        for number in ["1", "1e400", r#""NaN""#, r#""-Infinity""#, "-1e308"] {
            let point = format!(
                r#"{{"p_points": [{{"transaction_id": {last}, "metric": "f1", "kind": "step", "state": "suspect", "before": 0.9,
                    "after": 0.8, "delta_low": {number}, "relative": {number}, "in_noise": {number}, "method": "m", "reason": {text},
                    "found_by": {text}}}]}}"#
            );
            rest.post_text("rpc/record_change_points", point);
        }
    }
    for definition in [
        r#"{"unit": 7}"#,
        r#"{"unit": "\u200b"}"#,
        r#"{"min": "-Infinity"}"#,
        r#"{"min": 0, "max": "NaN"}"#,
        r#"{"max": 1e400}"#,
        r#"{"min": -1e308, "max": 1e308}"#,
        r#"{"description": ["a"]}"#,
        "7",
    ] {
        let run = format!(
            r#"{{"p_runs": [{{"commit_sha": "abc123", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
                "environment": "local", "metrics": {{"odd": 1}}, "metric_definitions": {{"odd": {definition}}}}}]}}"#
        );
        rest.post_text("rpc/ingest_runs", run);
    }
}

/// Reads all tables and views as the types of their readers, and returns the runs.
fn read_tables(stack: &Stack) -> Vec<TransactionRow> {
    let all = |table: &str, columns: &[&str]| {
        let path = format!("{table}?select={}", columns.join(","));
        let answer = stack.rest().get(&path);
        assert_eq!(answer.status, 200, "{table}: {}", answer.body);
        answer.body
    };
    let (runs, snapshots) = ("benchmark_transactions", "benchmark_snapshots");
    read::<RunRow>(runs, &all(runs, RunRow::COLUMNS));
    read::<SnapshotRow>(snapshots, &all(snapshots, SnapshotRow::COLUMNS));
    let baselines = all("benchmark_baselines", BaselineRow::COLUMNS);
    assert!(!read::<BaselineRow>("baselines", &baselines).is_empty());
    let points = all("v_change_points", ChangePointRow::COLUMNS);
    assert!(!read::<ChangePointRow>("change points", &points).is_empty());
    read::<MetricRow>("metrics", &all("v_metrics", MetricRow::COLUMNS));
    read::<DayRow>("days", &all("v_daily_metrics", DayRow::COLUMNS));
    all("v_performance_trends", &["*"]);
    all("v_original_transactions", &["*"]);
    read(runs, &all(runs, TransactionRow::COLUMNS))
}

/// Calls the functions and reads their rows as the dashboard does.
fn read_functions(stack: &Stack, stored: &[TransactionRow], main: &Value) {
    let ids: Vec<i64> = stored.iter().map(|run| run.configuration_id).collect();
    let call = |function: &str, arguments: Value| {
        let answer = stack.rest().rpc(function, &arguments);
        assert_eq!(answer.status, 200, "{function}: {}", answer.body);
        answer.body
    };
    let log = call("list_runs", json!({"p_limit": 1000}));
    read::<RunRow>("list_runs", &log);
    let found = call("search_runs", json!({"p_query": "m", "p_limit": 1000}));
    read::<RunRow>("search_runs", &found);
    read::<NewsRow>("what_changed", &call("what_changed", json!({})));
    for metric in ["f1", "latency_ms", "gain"] {
        let of_one = json!({"p_configuration_id": main, "p_metric": metric});
        read::<SeriesRow>("metric_series", &call("metric_series", of_one));
        let of_all = call("detect_regressions", json!({"p_metric": metric}));
        read::<PlainRow>("detect_regressions", &of_all);
        let of_these = json!({"p_configuration_ids": ids, "p_metrics": [metric], "p_machine": MACHINE_DETAILS});
        read::<AgainstRow>("against_baselines", &call("against_baselines", of_these));
    }
    let runs: Vec<&str> = stored.iter().map(|run| run.id.as_str()).collect();
    let against = call(
        "judged_against",
        json!({"p_runs": runs, "p_most": 9, "p_machine": MACHINE_DETAILS}),
    );
    for row in read::<Value>("judged_against", &against) {
        read::<EarlierRow>("earlier runs", &row["earlier"].to_string());
        read::<KnownChangeRow>("change points", &row["change_points"].to_string());
    }
    let periods = json!({"p_configuration_ids": ids});
    let periods = call("baseline_history_for", periods);
    read::<BaselinePeriodRow>("baseline_history_for", &periods);
    let summary = json!({"p_configuration_ids": [main], "p_from": "-infinity", "p_to": "infinity"});
    let summary = call("compare_configurations", summary);
    read::<SummaryRow>("compare_configurations", &summary);
}

#[test]
fn whatever_a_plain_insert_can_store_every_reader_can_read() {
    let stack = Stack::start();
    let rest = stack.rest_as(&stack.keys().secret);
    let stored = insert(&rest);
    assert!(
        (ROWS / 5..ROWS * 4 / 5).contains(&stored),
        "{stored} of {ROWS} stored"
    );
    let of_main = "model_version=eq.m&dataset_version=eq.d&prompt_version=eq.p&order=version";
    let runs = rest.rows(&format!(
        "benchmark_transactions?select=id,configuration_id&{of_main}"
    ));
    let (first, last) = (&runs[0]["id"], &runs[runs.len() - 1]["id"]);
    write_beside(&rest, first, last);

    let stored = read_tables(&stack);
    read_functions(&stack, &stored, &runs[0]["configuration_id"]);

    let narrow = ["--model-version", "m", "--dataset-version", "d"];
    let check = stack.push().args(["check", "--no-record"]).args(narrow);
    is_read(&check.run());
    for metric in ["f1", "gain"] {
        let history = stack.push().args(["history", "--metric", metric]);
        is_read(&history.args(narrow).run());
    }
    let side = |run: &Value| run.as_str().expect("an id").to_owned();
    let compare = stack.push().args(["compare", &side(first), &side(last)]);
    is_read(&compare.run());
}

/// A run whose texts are short and made of few characters, most of them harmless.
fn nearly_plain(random: &mut Random) -> String {
    fn text(random: &mut Random) -> String {
        const CHARACTERS: [&str; 12] = [
            "a", "b", "-", "~", "!", " ", "\"", "\\", "\n", "\t", "\u{7f}", "é",
        ];
        let length = random.below(5);
        let harmless = if random.below(12) > 0 { 5 } else { 12 };
        (0..length)
            .map(|_| CHARACTERS[random.below(harmless)])
            .collect()
    }
    fn number(random: &mut Random) -> &'static str {
        const NUMBERS: [&str; 14] = [
            "0", "1", "150", "0.5", "1.50", "1e5", "1E-7", "9e99", "-1", "150.0", "1e400",
            "-1e400", "null", "\"1\"",
        ];
        let end = if random.below(12) > 0 { 6 } else { 14 };
        NUMBERS[random.below(end)]
    }
    fn object(random: &mut Random, name: fn(&mut Random) -> String) -> String {
        let pair = |random: &mut Random| format!("{}: {}", json!(name(random)), number(random));
        let pairs: Vec<String> = (0..=random.below(3)).map(|_| pair(random)).collect();
        format!("{{{}}}", pairs.join(", "))
    }
    const WORDS: [&str; 9] = [
        "n", "tp", "stderr", "stddev", "ci_low", "ci_high", "ci_level", "values", "note",
    ];
    let mut columns = vec![("environment", json!("local").to_string())];
    for column in &COLUMNS[..11] {
        let value = if column.ends_with('y') || random.below(12) > 0 {
            format!("{}a", text(random))
        } else {
            text(random)
        };
        if *column != "environment" {
            columns.push((column, json!(value).to_string()));
        }
    }
    let tags: Vec<String> = (0..random.below(4)).map(|_| text(random) + "t").collect();
    columns.push(("tags", json!(tags).to_string()));
    columns.push(("metrics", object(random, |random| text(random) + "m")));
    let word = |random: &mut Random| WORDS[random.below(WORDS.len())].to_owned();
    let lists = ["[1, 0]", "[]", "[null]", "[[1]]", "null"];
    let list = format!("\"values\": {}", lists[random.below(lists.len())]);
    let stats = object(random, word).replace("\"values\": 1", &list);
    columns.push((
        "metric_stats",
        format!("{{\"a\": {stats}, \"b\": {{\"n\": 7}}}}"),
    ));
    text_of(&columns)
}

#[test]
fn a_run_is_judged_by_its_shape_as_by_its_values() {
    let stack = Stack::start();
    let database = stack.postgres();
    let function = "create function pg_temp.refusal(run text, quick boolean) returns text language plpgsql as $$ \
        begin \
          perform benchmark_private.explain_refusal(jsonb_populate_record( \
            null::public.benchmark_transactions, '{\"created_at\": \"2026-02-03\", \"idempotency_key\": \"k\"}' || run::jsonb), quick); \
          return ''; \
        exception when others then return sqlerrm; end $$";
    database.execute(function).expect("the owner may");
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let runs: Vec<String> = (0..6_000)
        .map(|number| match number % 3 {
            0 => row(&mut random, number),
            _ => nearly_plain(&mut random),
        })
        .collect();

    let sql = "select run, pg_temp.refusal(run, true), pg_temp.refusal(run, false) \
               from unnest($1::text[]) as run";
    let rows = database.query(sql, &[&runs]).expect("rows");
    let mut admitted = 0;
    for row in &rows {
        let (run, quick, thorough): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(quick, thorough, "{run:.2000}");
        admitted += usize::from(quick.is_empty());
    }
    assert!(
        (600..5_400).contains(&admitted),
        "{admitted} of {} admitted",
        rows.len()
    );
}

#[test]
fn a_row_of_an_older_schema_that_cannot_be_read_is_named_and_the_others_are_judged() {
    let stack = Stack::start();
    for run in 1..=4 {
        let text = report("old", 0.9).to_string();
        let file = report_file(stack.folder(), "report.json", text);
        let run = run.to_string();
        stack
            .push()
            .report(file)
            .args(["--run-id", &run])
            .run()
            .success();
    }
    // As before the constraints: without them and without triggers.
    stack
        .postgres()
        .execute(
            "set session_replication_role = replica; \
             alter table public.benchmark_transactions drop constraint \"params is an object\"; \
             update public.benchmark_transactions set params = '\"a text\"' where version = 2",
        )
        .expect("the owner may stop the triggers");
    let bad = stack.rest().rows("benchmark_transactions?version=eq.2")[0]["id"].clone();
    let bad = bad.as_str().expect("an id");

    for verb in [vec!["check"], vec!["history", "--metric", "f1"]] {
        let judged = stack
            .push()
            .args(&verb)
            .args(["--model-version", "old"])
            .run()
            .success();
        assert!(
            judged.all().contains(&format!(
                "warning: the row {bad} of benchmark_transactions cannot be read"
            )),
            "{}",
            judged.all()
        );
    }
}
