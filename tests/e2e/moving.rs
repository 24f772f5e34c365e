//! The guide for users of the original system: its steps, as they stand, on tables like theirs.

use std::fs;

use bench_tests::{Outcome, Postgres, Push, Stack, project};

use crate::docs::blocks;

const GUIDE: &str = "docs/moving-from-the-original.md";

/// The original's names and types, as far as the move reads them or they are in the way.
const ORIGINAL: &str = r"
create table benchmark_transactions (
  id uuid primary key default gen_random_uuid(), created_at timestamptz not null default now(),
  commit_sha text not null, branch_name text, model_version text not null, model_provider text,
  dataset_version text not null, dataset_size integer, prompt_version text not null,
  environment text not null, run_id text, triggered_by text, metrics jsonb not null,
  duration_seconds numeric(10, 2), error_count integer default 0, success_count integer default 0,
  tags text[], notes text, benchmark_type text not null default 'standard'
);
create table benchmark_snapshots (
  id uuid primary key default gen_random_uuid(), snapshot_version integer not null,
  created_at timestamptz not null default now(), model_version text not null,
  dataset_version text not null, prompt_version text not null, environment text not null,
  transaction_id uuid not null references benchmark_transactions (id), commit_sha text not null,
  metrics jsonb not null, f1_score numeric(5, 4), is_current boolean default true,
  is_baseline boolean default false, is_active boolean default true
);
create table benchmark_category_metrics (
  id uuid primary key default gen_random_uuid(),
  benchmark_run_id uuid not null references benchmark_transactions (id), category text not null
);
create view v_latest_benchmarks as select model_version, f1_score from benchmark_snapshots where is_current;
create view v_performance_trends as select model_version, count(*) from benchmark_transactions group by 1;
create view v_advanced_benchmark_metrics as
  select id, (metrics ->> 'true_positives')::int as true_positives from benchmark_transactions;
create view v_category_regression_tracking as select category from benchmark_category_metrics;
create function detect_regression(p_model_version text, p_threshold numeric default 0.05)
  returns table (current_f1 numeric, baseline_f1 numeric, f1_drop numeric, is_regression boolean)
  language sql as 'select null::numeric, null::numeric, null::numeric, null::boolean';
create function checkout_snapshot(text, text, text, text, integer) returns boolean language sql as 'select true';
";

/// What its scripts stored over the years: each row has the last digits of its id as its name.
const ROWS: &str = r#"
insert into benchmark_transactions (id, created_at, commit_sha, model_version, dataset_version, prompt_version, environment, metrics, tags, success_count, benchmark_type)
values
  -- push_to_supabase.py
  ('00000000-0000-0000-0000-000000000001', '2026-02-03 10:00Z', 'aaa1111', 'medgemma', 'd1', 'v1', 'github-actions',
   '{"f1": 0.90, "true_positives": 132, "domain_breakdown": {"age": {"recall": 0.5}}, "seed": null}', '{nightly}', 0, 'standard'),
  -- populate_test_snapshots.py: json.dumps
  ('00000000-0000-0000-0000-000000000002', '2026-02-04 10:00Z', 'aaa2222', 'medgemma', 'd1', 'v1', 'github-actions',
   '"{\"f1\": 0.8950, \"latency_ms\": 412}"', null, 100, 'standard'),
  ('00000000-0000-0000-0000-000000000003', '2026-02-05 10:00Z', 'aaa3333', 'medgemma ', 'd1', 'v1', 'local',
   '{"f1": "0.9", "precision": 89.5, "latency_ms": " 4e2 ", "note": "1 of 2"}', null, 0, 'patient_cross_document'),
  -- What cannot be stored.
  ('00000000-0000-0000-0000-000000000004', '2026-02-06 10:00Z', 'aaa4444', 'medgemma', 'd1', 'v1', 'local', '"{\"f1\": NaN}"', null, 0, 'standard'),
  ('00000000-0000-0000-0000-000000000005', '2026-02-07 10:00Z', '', 'medgemma', 'd1', 'v1', 'local', '{"f1": 0.7}', null, 0, 'standard'),
  ('00000000-0000-0000-0000-000000000006', '2026-02-08 10:00Z', 'aaa6666', 'medgemma', 'd1', 'v1', 'local', '[0.9]', null, 0, 'standard');
insert into benchmark_snapshots (snapshot_version, created_at, model_version, dataset_version, prompt_version, environment, transaction_id, commit_sha, metrics, is_baseline)
values
  (1, '2026-02-03 10:00Z', 'medgemma', 'd1', 'v1', 'github-actions', '00000000-0000-0000-0000-000000000001', 'aaa1111', '{}', true),
  (2, '2026-02-04 10:00Z', 'medgemma', 'd1', 'v1', 'github-actions', '00000000-0000-0000-0000-000000000002', 'aaa2222', '{}', false),
  (1, '2026-02-07 10:00Z', 'medgemma', 'd1', 'v1', 'local', '00000000-0000-0000-0000-000000000005', '', '{}', true);
"#;

fn apply(url: &str) -> Outcome {
    Push::new()
        .env("DATABASE_URL", url)
        .args(["schema", "apply"])
        .run()
}

/// The guide's own words for a step: the block that holds `part`.
#[track_caller]
fn step(part: &str) -> String {
    let mut steps = blocks(GUIDE, "sql").into_iter().map(|(_, sql)| sql);
    steps
        .find(|sql| sql.contains(part))
        .unwrap_or_else(|| panic!("{GUIDE} has a block with `{part}`"))
}

/// Runs a step and returns its rows, a line each.
#[track_caller]
fn take(database: &Postgres, step: &str) -> String {
    let rows = database
        .rows(step)
        .unwrap_or_else(|error| panic!("{error:?}\n{step}"));
    let lines = rows.into_iter().map(|row| {
        let cells: Vec<_> = row.into_iter().map(Option::unwrap_or_default).collect();
        cells
            .join(" | ")
            .replace("00000000-0000-0000-0000-00000000000", "…")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A database of the original's users that is ready for the import.
fn moved_aside(stack: &Stack) -> Postgres {
    let url = stack.empty_database("original");
    let database = Postgres::connect(&url);
    database.execute(ORIGINAL).expect("an empty database");
    database.execute(ROWS).expect("rows that the original took");
    take(&database, &step("create schema"));
    apply(&url).success();
    let import = fs::read_to_string(project().join("sql/import_original_runs.sql"));
    take(&database, &import.expect("the guide links it"));
    database
}

#[test]
fn tables_of_the_original_are_refused_with_the_way_to_the_guide() {
    let stack = Stack::start();
    let url = stack.empty_database("original");
    let database = Postgres::connect(&url);
    database.execute(ORIGINAL).expect("an empty database");

    let refused = apply(&url);

    assert_eq!(refused.status, 4, "{}", refused.all());
    assert!(refused.stderr.contains(GUIDE), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("benchmark_snapshots"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_function_of_the_original_that_stayed_behind_is_refused_too() {
    let stack = Stack::start();
    let url = stack.empty_database("original");
    let database = Postgres::connect(&url);
    database.execute(ORIGINAL).expect("an empty database");
    take(&database, &step("create schema"));
    // With both, PostgREST cannot tell which one a call means.
    database
        .execute("alter function benchmark_old.detect_regression set schema public")
        .expect("the owner may");

    let refused = apply(&url);

    assert_eq!(refused.status, 4, "{}", refused.all());
    for part in [GUIDE, "detect_regression"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}

#[test]
fn moving_tables_aside_twice_leaves_the_new_ones_where_they_are() {
    let stack = Stack::start();
    let database = moved_aside(&stack);

    let again = database.execute(&step("create schema"));

    assert!(again.is_err(), "the new tables are no old ones");
    take(&database, "select count(*) from public.benchmark_snapshots");
}

#[test]
fn the_dry_run_says_what_the_import_does_and_changes_nothing() {
    let stack = Stack::start();
    let database = moved_aside(&stack);

    let said = take(&database, &step("import_runs()"));

    assert_eq!(
        database.one("select count(*) from public.benchmark_transactions"),
        "0"
    );
    assert_eq!(
        database.one("select count(*) from public.benchmark_configurations"),
        "0"
    );
    let done = take(&database, &step("p_dry_run => false"));
    let (note, same) = said.split_once('\n').expect("a note, then the answer");
    assert!(note.contains("dry run"), "{note}");
    assert_eq!(same, done);
}

#[test]
fn the_import_converts_what_is_meant_and_names_what_it_leaves_out() {
    let stack = Stack::start();
    let database = moved_aside(&stack);

    let said = take(&database, &step("p_dry_run => false"));

    let wanted = "\
store |  | 3 | {…1,…2,…3}
change | error_count and success_count: both 0, read as unknown | 2 | {…1,…3}
change | benchmark_type: not a column of a run, moved to details | 1 | {…3}
change | metrics.domain_breakdown: not a number, moved to details | 1 | {…1}
change | metrics.f1: a number in quotes, read as the number | 1 | {…3}
change | metrics.latency_ms: a number in quotes, read as the number | 1 | {…3}
change | metrics.note: not a number, moved to details | 1 | {…3}
change | metrics.precision: a ratio between 2 and 100, read as percent | 1 | {…3}
change | metrics.seed: not a number, moved to details | 1 | {…1}
change | metrics: a text, read as the object in it | 1 | {…2}
change | model_version: white space around it, left out | 1 | {…3}
mark baseline |  | 1 | {…1}";
    assert!(said.starts_with(wanted), "{said}");
    for part in [
        "metrics is neither an object nor the text of one: {\"f1\": NaN}",
        "metrics is neither an object nor the text of one: [0.9]",
        "commit_sha is empty",
        "a baseline whose run is left out",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let runs = take(
        &database,
        "select id, created_at = '2026-02-03 10:00Z' as same_time, commit_sha, metrics, details, tags, error_count, success_count, version
         from public.benchmark_transactions order by created_at",
    );
    assert_eq!(
        runs,
        r#"…1 | t | aaa1111 | {"f1": 0.90, "true_positives": 132} | {"seed": null, "domain_breakdown": {"age": {"recall": 0.5}}} | {nightly} |  |  | 1
…2 | f | aaa2222 | {"f1": 0.8950, "latency_ms": 412} |  |  | 0 | 100 | 2
…3 | f | aaa3333 | {"f1": 0.9, "precision": 0.895, "latency_ms": 400} | {"note": "1 of 2", "benchmark_type": "patient_cross_document"} |  |  |  | 1"#
    );
    let regression = take(
        &database,
        "select current_f1, baseline_f1, is_regression from detect_regression('medgemma', 0.001)",
    );
    assert_eq!(regression, "0.8950 | 0.90 | t");
    // The original's own view of these numbers, made again over the new table.
    database
        .execute("create view public.v_advanced_benchmark_metrics as select id, (metrics ->> 'true_positives')::int as true_positives from public.benchmark_transactions")
        .expect("the guide says that it can be");
    assert_eq!(
        take(
            &database,
            "select true_positives from v_advanced_benchmark_metrics where true_positives is not null"
        ),
        "132"
    );
    take(&database, &step("old_runs"));
    take(&database, &step("previous_rate"));
}

#[test]
fn a_run_that_was_left_out_comes_along_once_it_is_corrected() {
    let stack = Stack::start();
    let database = moved_aside(&stack);
    let import = step("p_dry_run => false");
    take(&database, &import);
    database
        .execute("update benchmark_old.benchmark_transactions set commit_sha = 'aaa5555' where commit_sha = ''")
        .expect("the old tables are the user's");

    let said = take(&database, &import);

    assert!(said.contains("store |  | 1 | {…5}"), "{said}");
    assert!(said.contains("skip | here already | 3 |"), "{said}");
    assert!(said.contains("mark baseline |  | 1 | {…5}"), "{said}");
    let again = take(&database, &import);
    assert!(!again.contains("store"), "{again}");
    assert!(!again.contains("mark baseline"), "{again}");
    assert_eq!(
        database.one("select count(*) from public.benchmark_transactions"),
        "4"
    );
}

#[test]
fn a_baseline_that_was_marked_here_stays_when_the_import_is_repeated() {
    let stack = Stack::start();
    let database = moved_aside(&stack);
    let import = step("p_dry_run => false");
    take(&database, &import);
    database
        .execute("select set_baseline('00000000-0000-0000-0000-000000000002')")
        .expect("the run is here");

    take(&database, &import);

    let in_force = take(
        &database,
        "select transaction_id from v_baselines_in_force where environment = 'github-actions'",
    );
    assert_eq!(in_force, "…2");
}

#[test]
fn a_row_is_read_as_what_it_means() {
    let stack = Stack::start();
    let database = moved_aside(&stack);

    let forms = [
        (
            "a number keeps its form",
            r#"{"f1": 0.90, "hits": 132}"#,
            r#"{"f1": 0.90, "hits": 132} | "#,
        ),
        (
            "a text in a text",
            r#""{\"f1\": \"0.9\"}""#,
            r#"{"f1": 0.9} | "#,
        ),
        (
            "a ratio from 2 to 100 is percent, just above 1 is not",
            r#"{"f1": 1, "precision": 1.5, "recall": 2, "accuracy": 100, "auc": 100.5}"#,
            r#"{"f1": 1, "auc": 100.5, "recall": 0.02, "accuracy": 1, "precision": 1.5} | "#,
        ),
        (
            "percent in quotes; what is no ratio keeps its value",
            r#"{"f1": "89.5", "latency_ms": 50, "savings_capture_rate": 85.87}"#,
            r#"{"f1": 0.895, "latency_ms": 50, "savings_capture_rate": 85.87} | "#,
        ),
        (
            "what is no number",
            r#"{"f1": "NaN", "list": [1], "seed": null, "ok": true}"#,
            r#"{} | {"f1": "NaN", "ok": true, "list": [1], "seed": null}"#,
        ),
    ];
    for (what, metrics, wanted) in forms {
        let read = take(
            &database,
            &format!(
                "select (read.run).metrics, (read.run).details
                 from benchmark_old.original_run(jsonb_build_object('id', gen_random_uuid(), 'metrics', '{metrics}'::jsonb)) as read"
            ),
        );
        assert_eq!(read, wanted, "{what}");
    }
}

#[test]
fn columns_of_the_teams_own_are_kept_unless_the_report_says_otherwise() {
    let stack = Stack::start();
    let database = moved_aside(&stack);
    let read = |row: &str| {
        take(
            &database,
            &format!("select (read.run).details from benchmark_old.original_run('{row}') as read"),
        )
    };

    assert_eq!(
        read(r#"{"metrics": {}, "benchmark_type": "standard", "owner": "ann", "gone": null}"#),
        r#"{"owner": "ann"}"#
    );
    assert_eq!(
        read(r#"{"metrics": {"owner": {"name": "bob"}}, "owner": "ann"}"#),
        r#"{"owner": {"name": "bob"}}"#
    );
}

#[test]
fn of_several_marked_snapshots_the_newest_that_is_active_is_the_baseline() {
    let stack = Stack::start();
    let database = moved_aside(&stack);
    database
        .execute(
            "update benchmark_old.benchmark_snapshots set is_baseline = true;
             insert into benchmark_old.benchmark_snapshots (snapshot_version, created_at, model_version, dataset_version, prompt_version,
               environment, transaction_id, commit_sha, metrics, is_baseline, is_active)
             select 3, '2026-02-09 10:00Z', model_version, dataset_version, prompt_version, environment, id, commit_sha, '{}', true, false
             from benchmark_old.benchmark_transactions where commit_sha = 'aaa1111'",
        )
        .expect("the old tables are the user's");

    take(&database, &step("p_dry_run => false"));

    assert_eq!(
        take(&database, "select run_commit_sha from v_baselines_in_force"),
        "aaa2222"
    );
}

#[test]
fn no_key_can_import() {
    let stack = Stack::start();
    let database = moved_aside(&stack);

    for role in ["anon", "authenticated", "service_role"] {
        let refused = database.execute(&format!(
            "set role {role}; select * from benchmark_old.import_runs()"
        ));
        assert!(refused.is_err(), "{role} is not the owner");
        database.execute("reset role").expect("always allowed");
    }
}
