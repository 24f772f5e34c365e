//! `bench-model` agrees with the database about the schema.

use std::collections::BTreeMap;

use bench_model::context::{Detected, Overrides};
use bench_model::idempotency::{self, IdempotencyKey};
use bench_model::metric::{
    MetricName, PRIMARY, catalogue, definition_of, name_words, primary_metric,
};
use bench_model::report::{COUNTS, MEASURES};
use bench_model::rest::{functions, payload::IngestRun, rows, tables};
use bench_model::run;
use bench_model::text::{Label, Notes};
use bench_tests::{Postgres, Stack, report, report_file};
use serde_json::{Value, json};

fn lines(database: &Postgres, sql: &str) -> Vec<Vec<String>> {
    let rows = database
        .rows(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    rows.into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

#[test]
fn every_table_and_column_that_clients_rely_on_exists() {
    let stack = Stack::start();
    let database = stack.postgres();
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in lines(
        &database,
        // PostgREST also offers as a column what a function says of a row.
        "select table_name, column_name from information_schema.columns where table_schema = 'public' \
         union all \
         select c.relname, p.proname from pg_proc p join pg_class c on c.reltype = p.proargtypes[0] \
         where p.pronamespace = 'public'::regnamespace and p.pronargs = 1",
    ) {
        columns
            .entry(row[0].clone())
            .or_default()
            .push(row[1].clone());
    }

    for table in tables::ALL {
        let found = columns
            .get(table.0)
            .unwrap_or_else(|| panic!("there is no table {}", table.0));
        for column in rows::columns_of(table) {
            assert!(
                found.iter().any(|name| name == column),
                "{} has no column {column}",
                table.0
            );
        }
    }
}

#[test]
fn every_function_takes_the_arguments_that_clients_send_and_needs_no_others() {
    let stack = Stack::start();
    let sql = "select p.proname, array_to_string(p.proargnames[1:p.pronargs], ','), p.pronargdefaults::text \
               from pg_proc p where p.pronamespace = 'public'::regnamespace";
    let found: BTreeMap<String, (String, usize)> = lines(&stack.postgres(), sql)
        .into_iter()
        .map(|row| {
            let defaults = row[2].parse().expect("a number");
            (row[0].clone(), (row[1].clone(), defaults))
        })
        .collect();

    for (function, sent) in functions::all() {
        let (arguments, defaults) = found
            .get(function)
            .unwrap_or_else(|| panic!("there is no function {function}"));
        let arguments: Vec<&str> = arguments
            .split(',')
            .filter(|name| !name.is_empty())
            .collect();
        for argument in sent {
            assert!(
                arguments.contains(argument),
                "{function} takes no {argument}"
            );
        }
        for needed in &arguments[..arguments.len() - defaults] {
            assert!(
                sent.contains(needed),
                "{function} is called without {needed}"
            );
        }
    }
}

#[test]
fn every_function_returns_the_columns_that_clients_read() {
    let stack = Stack::start();
    let database = stack.postgres();
    // What a function returns: its own columns, or those of a table, with what functions say of a row.
    let sql = "select p.proname, coalesce(nullif(array_to_string(p.proargnames[p.pronargs + 1:], ','), ''), \
                 (select string_agg(name, ',') from ( \
                    select a.attname as name from pg_attribute a \
                    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped \
                    union all \
                    select f.proname from pg_proc f \
                    where f.pronamespace = 'public'::regnamespace and f.pronargs = 1 and f.proargtypes[0] = t.oid) as columns), '') \
               from pg_proc p join pg_type t on t.oid = p.prorettype \
               where p.pronamespace = 'public'::regnamespace";
    let found: BTreeMap<String, String> = lines(&database, sql)
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();

    for (function, columns) in rows::of_functions() {
        let returned = &found[function];
        for column in columns {
            let is_there = returned.split(',').any(|name| name == *column);
            assert!(is_there, "{function} returns no {column}, but {returned}");
        }
    }
}

#[test]
fn a_run_has_the_same_primary_metric_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    let names: Vec<&str> = PRIMARY.into_iter().chain(["latency_ms"]).collect();

    for chosen in 0..1_u32 << names.len() {
        let run: BTreeMap<&str, f64> = names
            .iter()
            .enumerate()
            .filter(|(place, _)| chosen & (1 << place) != 0)
            .map(|(_, name)| (*name, 0.5))
            .collect();
        let json = serde_json::to_string(&run).expect("JSON");
        let sql = format!(
            "select metric from benchmark_private.primary_metric('{json}'::jsonb) as found (metric)"
        );
        let in_sql = lines(&database, &sql)
            .into_iter()
            .map(|row| row[0].clone())
            .find(|name| !name.is_empty());
        let in_rust = primary_metric(|name| run.contains_key(name));

        assert_eq!(in_sql.as_deref(), in_rust, "{json}");
    }
}

#[test]
fn a_number_is_stored_in_the_form_that_its_report_gave_it() {
    let stack = Stack::start();
    let mut report = report("counted", 0.9);
    report["metrics"]["true_positives"] = json!(132);
    let file = report_file(stack.folder(), "report.json", report.to_string());

    stack
        .push()
        .report(&file)
        .args(["--verify"])
        .run()
        .success()
        .says("stored as sent");

    // As analysts of the original's rows write them: text of 132.0 is no integer.
    let sql = "select (metrics->>'true_positives')::int, (metrics->>'latency_ms')::int, metrics->>'f1' \
               from public.benchmark_transactions";
    assert_eq!(lines(&stack.postgres(), sql), [["132", "412", "0.9"]]);
    let found = stack
        .rest()
        .rows("benchmark_transactions?select=model_version&metrics->>latency_ms=eq.412");
    assert_eq!(found, [json!({"model_version": "counted"})]);
}

#[test]
fn every_metric_of_the_catalogue_is_the_same_in_sql() {
    let stack = Stack::start();
    let sql = "select name, unit, direction, coalesce(min::text, ''), coalesce(max::text, '') from public.benchmark_metrics order by name collate \"C\"";
    let in_sql = lines(&stack.postgres(), sql);

    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut in_rust: Vec<Vec<String>> = catalogue()
        .iter()
        .map(|metric| {
            let direction = serde_json::to_value(metric.direction)
                .ok()
                .as_ref()
                .and_then(Value::as_str)
                .map(str::to_owned);
            vec![
                metric.name.to_string(),
                metric.unit.clone().unwrap_or_default(),
                direction.expect("a direction is a word"),
                number(metric.min),
                number(metric.max),
            ]
        })
        .collect();
    in_rust.sort();

    assert_eq!(in_sql, in_rust);
}

#[test]
fn a_metric_that_nobody_declared_means_the_same_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    let in_sql: BTreeMap<String, String> = lines(
        &database,
        "select key, value from jsonb_each_text(benchmark_private.metric_words())",
    )
    .into_iter()
    .map(|row| (row[0].clone(), row[1].clone()))
    .collect();
    let in_rust: BTreeMap<String, String> = name_words()
        .map(|(kind, word)| (word.to_owned(), kind.to_owned()))
        .collect();
    assert_eq!(in_sql, in_rust);

    // Usual names, and any two or three words, in any spelling.
    let usual = [
        include_str!("../../crates/bench-model/tests/fixtures/metric_names.tsv"),
        include_str!("../../crates/bench-model/tests/fixtures/more_metric_names.tsv"),
    ];
    let usual = usual
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.split_once('\t'));
    let mut names: Vec<String> = usual.map(|(name, _)| name.to_owned()).collect();
    let mut random = fastrand::Rng::with_seed(1);
    let words: Vec<&str> = in_rust
        .keys()
        .map(String::as_str)
        .chain(["frob", "p95", "10", "us", "1k", "ß", "MemoryMB", "F1"])
        .collect();
    for _ in 0..6_000 {
        let mut name = String::new();
        for _ in 0..=random.usize(..3) {
            name.push_str(words[random.usize(..words.len())]);
            name.push_str(
                [
                    "_", "-", "/", "@", "%", " ", "s_", "1_", "", "_at_", "_per_",
                ][random.usize(..11)],
            );
        }
        names.push(match random.usize(..4) {
            0 => name.to_uppercase(),
            1 => name.split('_').map(capital).collect(),
            _ => name,
        });
    }

    let sql = "select said.name, m.direction, coalesce(m.unit, ''), coalesce(m.min::text, ''), m.scale \
               from unnest($1::text[]) with ordinality as said (name, place) \
               cross join lateral public.metric_definition(said.name) as m order by said.place";
    let rows = database
        .query(sql, &[&names])
        .unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(rows.len(), names.len());
    for (row, name) in rows.iter().zip(&names) {
        let metric = definition_of(name, &BTreeMap::new());
        let in_sql: Vec<String> = (1..5).map(|column| row.get(column)).collect();
        let in_rust = vec![
            metric.direction.to_string(),
            metric.unit.clone().unwrap_or_default(),
            metric.min.map(|min| min.to_string()).unwrap_or_default(),
            word(metric.scale()),
        ];
        assert_eq!(in_sql, in_rust, "{name}");
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("JSON");
    value.as_str().expect("a word").to_owned()
}

/// Why Rust refuses a run with this metric, in the database's words.
fn refusal(name: &str, value: &str) -> Option<(String, String)> {
    let text = format!(
        r#"{{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "local",
             "commit_sha": "abc123", "metrics": {{"{name}": {value}}}}}"#
    );
    let reports = bench_model::report::parse(text.as_bytes()).expect("JSON");
    let (overrides, detected) = (Overrides::default(), Detected::default());
    let (_, problems) = run::build_all(reports, &overrides, &detected, jiff::Timestamp::now());
    let problem = problems.into_iter().next()?;
    let hint = problem.hint.unwrap_or_default();
    let hint = hint.replace(", or declare the unit `percent` in metric_definitions", "");
    Some((format!("{} {}", problem.path, problem.message), hint))
}

/// The key of a report and what is sent of it.
fn keyed(text: &str) -> (IdempotencyKey, String) {
    let reports = bench_model::report::parse(text.as_bytes()).expect("JSON");
    let (overrides, detected) = (Overrides::default(), Detected::default());
    let (mut built, problems) =
        run::build_all(reports, &overrides, &detected, jiff::Timestamp::now());
    assert_eq!(problems, [], "{text}");
    let run = built.remove(0).run;
    let key = idempotency::key(&run, None);
    let sent = serde_json::to_string(&IngestRun::new(&run, &key, None)).expect("JSON");
    (key, sent)
}

#[test]
fn what_makes_another_run_is_the_same_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    let changes = [
        ("commit_sha", json!("abc123"), json!("abc124")),
        ("branch_name", json!("main"), json!("feature")),
        ("model_version", json!("m-1"), json!("m-2")),
        ("model_provider", json!("us"), json!("them")),
        ("dataset_version", json!("d-1"), json!("d-2")),
        ("dataset_size", json!(150), json!(151)),
        ("prompt_version", json!("p-1"), json!("p-2")),
        ("environment", json!("local"), json!("staging")),
        ("run_id", json!("77"), json!("78")),
        ("run_attempt", json!(1), json!(2)),
        ("triggered_by", json!("ada"), json!("bob")),
        ("is_mainline", json!(true), json!(false)),
        (
            "created_at",
            json!("2026-02-03T11:01:50Z"),
            json!("2026-02-03T11:01:51Z"),
        ),
        ("metrics", json!({"f1": 0.9}), json!({"f1": 0.91})),
        (
            "metric_stats",
            json!({"f1": {"n": 150}}),
            json!({"f1": {"n": 151}}),
        ),
        ("details", json!({"gpu": "H100"}), json!({"gpu": "A100"})),
        ("duration_seconds", json!(3), json!(4)),
        ("error_count", json!(1), json!(2)),
        ("success_count", json!(149), json!(148)),
        ("tags", json!(["a"]), json!(["b"])),
        ("notes", json!("n"), json!("other")),
        ("params", json!({"t": 0}), json!({"t": 1})),
        (
            "links",
            json!({"log": "https://a.example"}),
            json!({"log": "https://b.example"}),
        ),
    ];
    let columns = "select column_name from information_schema.columns where table_name = 'benchmark_transactions' \
                   and column_name not in ('id', 'recorded_at', 'configuration_id', 'version', 'idempotency_key', 'source') \
                   order by ordinal_position";
    let mut named: Vec<&str> = changes.iter().map(|(column, ..)| *column).collect();
    let mut columns: Vec<String> = lines(&database, columns).concat();
    named.sort_unstable();
    columns.sort();
    assert_eq!(columns, named, "each column that a client sends is changed");

    let mut report: BTreeMap<&str, Value> = changes
        .iter()
        .map(|(column, value, _)| (*column, value.clone()))
        .collect();
    let text = |report: &BTreeMap<&str, Value>| serde_json::to_string(report).expect("JSON");
    let (key, sent) = keyed(&text(&report));
    for (column, value, other) in changes {
        report.insert(column, other);
        let (other_key, other_sent) = keyed(&text(&report));
        report.insert(column, value);

        let sql = format!(
            "select array_to_string(benchmark_private.identity_differs( \
               jsonb_populate_record(null::public.benchmark_transactions, '{other_sent}'), \
               jsonb_populate_record(null::public.benchmark_transactions, '{sent}')), ',')"
        );
        let wanted = if other_key == key { "" } else { column };
        assert_eq!(lines(&database, &sql), [[wanted]], "{column}");
    }
}

#[test]
fn a_value_out_of_range_is_refused_in_the_same_words_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();

    for (name, value, is_refused) in [
        ("f1", "1", false),
        ("f1", "1.0000000000000007", false),
        ("f1", "1.0000001", false),
        ("f1", "1.00001", true),
        ("f1", "89.5", true),
        ("f1", "-0.1", true),
        ("mcc", "-1.0000001", false),
        ("mcc", "50", true),
        ("brier_score", "-1e-17", false),
        ("latency_ms", "-1", true),
        ("token_logprob", "-0.7", false),
        ("latency_improvement_ms", "-12", false),
        ("cost_savings_usd", "-3", false),
        ("clock_offset_s", "-0.25", false),
    ] {
        let sql = format!(
            "select message, hint from benchmark_private.range_problem(array['{{\"{name}\": {value}}}'::jsonb])"
        );
        let in_sql = lines(&database, &sql)
            .pop()
            .map(|row| (row[0].clone(), row[1].clone()));

        assert_eq!(in_sql, refusal(name, value), "{name} {value}");
        assert_eq!(in_sql.is_some(), is_refused, "{name} {value}");
    }
}

#[test]
fn what_is_a_name_is_the_same_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    let long = |character: &str, times: usize| character.repeat(times);
    let cases = [
        String::new(),
        "medgemma-v1.2".to_owned(),
        "two words".to_owned(),
        " before".to_owned(),
        "after ".to_owned(),
        "after\u{3000}".to_owned(),
        "a\tb".to_owned(),
        "a\nb".to_owned(),
        "a\u{7f}b".to_owned(),
        "\u{200b}\u{feff}".to_owned(),
        "\u{3164}x".to_owned(),
        "nam\u{202e}e".to_owned(),
        "'; drop table x; --".to_owned(),
        long("a", 100),
        long("a", 101),
        long("a", 255),
        long("a", 256),
        long("測", 255),
        long("😀", 100),
        long("😀", 191),
        long("😀", 192),
        long("é", 256),
        long("x", 10_000),
        long("x", 10_001),
        long("😀", 7_501),
    ];
    for case in &cases {
        let rust = [
            case.parse::<Label>().is_ok_and(|name| *name == **case),
            case.parse::<MetricName>().is_ok_and(|name| *name == **case),
            case.parse::<Notes>().is_ok(),
        ];
        let rows = database
            .query(
                "select array[benchmark_private.text_problem($1) is null, benchmark_private.text_problem($1, 100) is null, \
                 benchmark_private.text_problem($1, 10000, true) is null]",
                &[case],
            )
            .expect("the owner may");
        let sql: Vec<bool> = rows[0].get(0);
        assert_eq!(sql, rust, "{case:?}");
    }

    // Each character for itself, between two others, and at both ends.
    let sql = "select string_agg(c::text, ',') from generate_series(1, 200000) as c \
               where c not between 55296 and 57343 and benchmark_private.text_problem(chr(c)) is null";
    let visible = database.one(sql);
    let sql = "select string_agg(c::text, ',') from generate_series(1, 200000) as c \
               where c not between 55296 and 57343 and benchmark_private.text_problem('a' || chr(c) || 'b') is null";
    let inside = database.one(sql);
    let sql = "select string_agg(c::text, ',') from generate_series(1, 200000) as c \
               where c not between 55296 and 57343 and benchmark_private.text_problem(chr(c) || 'b' || chr(c)) is null";
    let around = database.one(sql);
    let in_rust = |text: fn(char) -> String| {
        let characters = (1..=200_000_u32).filter_map(char::from_u32);
        let is_kept = |text: String| text.parse::<Label>().is_ok_and(|label| *label == *text);
        let good = characters.filter(|character| is_kept(text(*character)));
        good.map(|character| u32::from(character).to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    assert_eq!(visible, in_rust(String::from));
    assert_eq!(inside, in_rust(|character| format!("a{character}b")));
    let both_ends = |character| format!("{character}b{character}");
    assert_eq!(around, in_rust(both_ends));
}

/// Why the database refuses a run, or null.
const REFUSAL: &str = "create function pg_temp.refusal(run text) returns text language plpgsql as $$ \
    begin \
      perform benchmark_private.explain_refusal(jsonb_populate_record( \
        null::public.benchmark_transactions, '{\"idempotency_key\": \"k\", \"created_at\": \"2026-02-03\"}' || run::jsonb)); \
      return null; \
    exception when others then return sqlerrm; end $$";

/// A run with this column, as JSON text.
fn run_with(column: &str, value: &str) -> String {
    let others = [
        ("commit_sha", r#""abc123""#),
        ("model_version", r#""m""#),
        ("dataset_version", r#""d""#),
        ("prompt_version", r#""p""#),
        ("environment", r#""local""#),
        ("metrics", r#"{"gain": 1}"#),
    ];
    let others = others.into_iter().filter(|(name, _)| *name != column);
    let columns = others.chain([(column, value)]);
    let columns: Vec<String> = columns
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    format!("{{{}}}", columns.join(", "))
}

/// Whether Rust takes the value of this column, and sends it as it is.
fn rust_keeps(column: &str, value: &str) -> bool {
    let text = run_with(column, value);
    let reports = bench_model::report::parse(text.as_bytes()).expect("JSON");
    let (overrides, detected) = (Overrides::default(), Detected::default());
    let (built, problems) = run::build_all(reports, &overrides, &detected, jiff::Timestamp::now());
    let Some(built) = built.first().filter(|_| problems.is_empty()) else {
        return false;
    };
    let key = idempotency::key(&built.run, None);
    let sent = serde_json::to_value(IngestRun::new(&built.run, &key, None)).expect("JSON");
    // As a `Value`, 150.0 is another number than 150.
    let value: Value = serde_json::from_str(value).expect("JSON");
    sent[column] == value
}

/// Values of each column: the last that is admitted, the first that is not, and what else the rules
/// are about.
#[rustfmt::skip]
fn edges() -> Vec<(&'static str, String)> {
    let text = |length: usize| format!("\"{}\"", "a".repeat(length));
    let quoted = |text: &str| json!(text).to_string();
    let list = |length: usize| json!((0..length).map(|tag| tag.to_string()).collect::<Vec<_>>()).to_string();
    let numbers = |length: usize| json!((0..length).map(|name| (format!("m{name}"), 1)).collect::<BTreeMap<_, _>>()).to_string();
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let mut edges = Vec::new();
    let mut add = |column, values: Vec<String>| edges.extend(values.into_iter().map(|value| (column, value)));

    for name in ["model_version", "dataset_version", "prompt_version", "branch_name", "run_id", "triggered_by", "model_provider"] {
        add(name, vec![text(1), text(255), text(256), quoted(" a"), quoted("a "), quoted("a b")]);
    }
    add("notes", vec![text(1), text(10_000), text(10_001)]);
    add("environment", vec![text(63), text(64)]);
    add("environment", ["a", "-", "a-", "-a", "a-b", "A", "a_b", "a.b", "é", "7", "a b"].map(quoted).into());
    add("tags", vec![list(1), list(50), list(51)]);
    let tags = [text(255), text(256), quoted(""), quoted(" a"), "null".to_owned()];
    add("tags", tags.map(|tag| format!("[{tag}]")).into());
    add("metrics", vec![numbers(1), numbers(1_000), numbers(1_001)]);
    let names = [text(100), text(101), quoted(""), quoted("a "), quoted(" a"), quoted("a b")];
    add("metrics", names.map(|name| format!("{{{name}: 1}}")).into());
    for column in ["details", "params"] {
        add(column, [62, 63, 64, 65].map(|levels| format!(r#"{{"a": {}}}"#, nested(levels))).into());
    }
    add("metric_stats", [61, 62, 63, 64].map(|levels| format!(r#"{{"gain": {{"a": {}}}}}"#, nested(levels))).into());
    let links = [
        "https://a.example/x?y#z", "http://a", "https://", "https://a b", "https://a\u{a0}b", "https://例え.jp", "HTTPS://a.example",
        "ftp://a.example", "javascript:alert(1)", "//a.example", "", "https://a\nb", " https://a",
    ];
    add("links", links.map(|link| json!({ "log": link }).to_string()).into());
    add("links", ["7", "null", "[]"].map(|value| format!(r#"{{"log": {value}}}"#)).into());
    for word in COUNTS.into_iter().chain(MEASURES).chain(["values", "note"]) {
        let values = [
            "0", "150", "150.0", "-1", "1.5", "999999999999999", "1000000000000000", "1e30", r#""150""#, "true", "[]", "[1,0.5]",
            "[null]", r#"["a"]"#, "[[1]]", "{}",
        ];
        add("metric_stats", values.map(|value| format!(r#"{{"gain": {{"{word}": {value}}}}}"#)).into());
    }
    for (low, high) in [(0.1, 0.1), (0.2, 0.1)] {
        add("metric_stats", vec![json!({"gain": {"ci_low": low, "ci_high": high}}).to_string()]);
    }
    for column in ["dataset_size", "error_count", "success_count", "run_attempt"] {
        add(column, ["0", "1", "-1", "2147483647", "2147483648", "1.5"].map(str::to_owned).into());
    }
    add("duration_seconds", ["0.0", "-0.5", "1.5"].map(str::to_owned).into());
    edges
}

#[test]
fn what_a_column_may_hold_is_the_same_in_rust_and_in_sql() {
    let stack = Stack::start();
    let database = stack.postgres();
    database.execute(REFUSAL).expect("the owner may");
    let refusal = |run: String| -> Option<String> {
        let rows = database.query("select pg_temp.refusal($1)", &[&run]);
        rows.expect("a function that catches all")[0].get(0)
    };
    let mut drifted = Vec::new();
    for (column, value) in edges() {
        let (rust, sql) = (
            rust_keeps(column, &value),
            refusal(run_with(column, &value)),
        );
        if rust != sql.is_none() {
            let value: String = value.chars().take(80).collect();
            drifted.push(format!("{column} {value}: Rust {rust}, SQL {sql:?}"));
        }
    }
    assert!(drifted.is_empty(), "{}", drifted.join("\n"));

    // SQL admits any text as a commit, see explain_refusal.
    for commit in [
        "abc",
        "296238a1ca818673eb7a04260d239102718c468e",
        "v1.2-rc_1",
    ] {
        let commit = json!(commit).to_string();
        assert!(rust_keeps("commit_sha", &commit));
        assert_eq!(refusal(run_with("commit_sha", &commit)), None);
    }
}
