//! A run that is taken back leaves everything that is derived from runs, exactly, and comes back.

use std::thread;

use bench_tests::{Postgres, Stack, json_lines, report, report_file};
use serde_json::{Value, json};

/// xorshift: the same operations each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("below a limit")
    }
}

/// Every difference between what is kept and a recomputation in plain SQL, which shares nothing with
/// the schema's own.
const DIFFERENCES: &str = "
    with counting as (
      select t.* from public.benchmark_transactions t
      where t.is_mainline and (
        select r.is_retracted from public.benchmark_retractions r where r.transaction_id = t.id order by r.id desc limit 1) is not true
    ), newest as (
      select distinct on (configuration_id) * from counting order by configuration_id, created_at desc, version desc
    ), snapshots as (
      select n.configuration_id, n.id, (select count(*) from counting c where c.configuration_id = n.configuration_id) as runs, n.metrics
      from newest n
    ), sums as (
      select configuration_id, m.key, (created_at at time zone 'UTC')::date as day, count(*) as runs, sum(m.value::numeric) as total,
             sum(m.value::numeric ^ 2) as squares, min(m.value::numeric) as lowest, max(m.value::numeric) as highest, count(*) as in_buckets
      from counting cross join jsonb_each(metrics) as m group by 1, 2, 3
    ), kept_sums as (
      select configuration_id, metric, day, runs, total, total_squares, lowest, highest, (select sum(c) from unnest(bucket_counts) as c)
      from public.benchmark_daily_metrics
    ), kept_snapshots as (
      select configuration_id, transaction_id, snapshot_version, metrics from public.benchmark_snapshots
    ), days as (
      select configuration_id, (created_at at time zone 'UTC')::date, count(*) from counting group by 1, 2
    )
    select 'sums ' || x::text from ((table sums except table kept_sums) union all (table kept_sums except table sums)) as x
    union all
    select 'snapshot ' || x::text from ((table snapshots except table kept_snapshots) union all (table kept_snapshots except table snapshots)) as x
    union all
    select 'days ' || x::text from ((table days except select * from public.benchmark_daily_runs)
                                    union all (select * from public.benchmark_daily_runs except table days)) as x
    union all
    select 'baseline ' || b.transaction_id from public.v_baselines_in_force b where b.transaction_id not in (select id from counting)
    union all
    select 'recount ' || r::text from public.recount() as r";

#[track_caller]
fn assert_exact(database: &Postgres, when: &str) {
    let found = database.rows(DIFFERENCES).expect("the query is right");
    assert!(found.is_empty(), "{when}: {found:?}");
}

/// One random operation as SQL.
fn operation(random: &mut Random, number: usize) -> String {
    let run = format!(
        "(select id from public.benchmark_transactions order by md5(id::text || {number}) limit 1)"
    );
    match random.below(10) {
        0..=4 => {
            let rows: Vec<String> = (0..=random.below(4))
                .map(|row| {
                    format!(
                        "('c{number}', 'model-{}', 'd', 'p', 'ci', jsonb_build_object('f1', {}::numeric, 'latency_ms', {}), \
                          now() - {} * interval '7 hours', {}, 'run {number}.{row}')",
                        random.below(3),
                        ["0.9", "0.90", "0.8125", "0", "1"][random.below(5)],
                        random.below(1_000),
                        random.below(12),
                        random.below(4) > 0,
                    )
                })
                .collect();
            format!(
                "insert into public.benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, \
                   metrics, created_at, is_mainline, idempotency_key) values {}",
                rows.join(", ")
            )
        }
        5 | 6 => format!("select public.retract_run({run}, 'reason {number}')"),
        7 | 8 => format!(
            "select public.restore_run((select transaction_id from public.v_retractions_in_force order by md5(id::text || {number}) limit 1), \
               'reason {number}') where exists (select from public.v_retractions_in_force)"
        ),
        _ => format!(
            "select public.set_baseline(id, '{}', 'reason {number}') from public.v_main_line order by md5(id::text || {number}) limit 1",
            ["configuration", "model", "dataset"][random.below(3)]
        ),
    }
}

#[test]
fn after_any_sequence_of_pushes_retractions_and_restorations_everything_is_exact() {
    let stack = Stack::start();
    let database = stack.postgres();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    database
        .execute(
            "insert into public.benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics) \
             values ('c', 'model-0', 'd', 'p', 'ci', '{\"f1\": 0.9}')",
        )
        .expect("a first run");
    for number in 1..=300 {
        let sql = operation(&mut random, number);
        database
            .rows(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        if number % 10 == 0 {
            assert_exact(&database, &format!("after {number} operations"));
        }
    }
    let count = |sql: &str| database.one(sql).parse::<usize>().expect("a count");
    assert!(count("select count(*) from public.benchmark_retractions where not is_retracted") > 10);
    assert!(count("select count(*) from public.benchmark_transactions where not is_mainline") > 50);
}

#[test]
fn pushes_and_retractions_at_the_same_time_leave_exact_sums() {
    let stack = Stack::start();
    let push = |rest: &bench_tests::Rest, runs: Vec<Value>| {
        let answer = rest.rpc("ingest_runs", &json!({"p_runs": runs}));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json
    };
    let run = |name: String| {
        json!({"commit_sha": "abc", "model_version": "busy", "dataset_version": "d", "prompt_version": "p", "environment": "ci",
               "run_id": name, "metrics": {"f1": 0.9}})
    };
    let key = &stack.keys().service_role;
    let first = push(
        &stack.rest_as(key),
        (0..8).map(|place| run(format!("first {place}"))).collect(),
    );
    let ids: Vec<String> = (0..8)
        .map(|place| first[place]["id"].as_str().expect("an id").to_owned())
        .collect();

    thread::scope(|threads| {
        for worker in 0..3 {
            let (stack, push, run) = (&stack, &push, &run);
            threads.spawn(move || {
                let rest = stack.rest_as(key);
                for round in 0..30 {
                    push(&rest, vec![run(format!("{worker} {round}"))]);
                }
            });
        }
        for ids in ids.chunks(4) {
            let stack = &stack;
            threads.spawn(move || {
                let rest = stack.rest_as(key);
                for round in 0..24 {
                    let id = &ids[round % 4];
                    let (function, arguments) = match round / 4 % 3 {
                        0 => (
                            "retract_run",
                            json!({"p_run": id, "p_reason": format!("round {round}")}),
                        ),
                        1 => (
                            "restore_run",
                            json!({"p_run": id, "p_reason": format!("round {round}")}),
                        ),
                        _ => (
                            "set_baseline",
                            json!({"p_run": id, "p_reason": format!("round {round}")}),
                        ),
                    };
                    let answer = rest.rpc(function, &arguments);
                    assert_eq!(answer.status, 200, "{function}: {}", answer.body);
                }
            });
        }
    });

    assert_eq!(stack.runs(), 98);
    assert_exact(&stack.postgres(), "after all threads");
}

#[test]
fn a_run_is_retracted_and_restored_from_the_command_line() {
    let stack = Stack::start();
    let times = [("2026-02-01T00:00:00Z", 0.9), ("2026-02-02T00:00:00Z", 0.1)];
    let reports = times.map(|(time, f1)| {
        let mut report = report("corrected", f1);
        report["created_at"] = json!(time);
        report
    });
    let file = report_file(stack.folder(), "two.jsonl", json_lines(reports));
    let pushed = stack
        .push()
        .report(file)
        .args(["--format", "json"])
        .run()
        .success()
        .json();
    let id = |place: usize| {
        pushed["runs"][place]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let f1 = || stack.rest().rows("benchmark_snapshots?select=f1_score")[0]["f1_score"].clone();
    assert_eq!(f1(), json!(0.1));

    let retracted = stack
        .push()
        .args([
            "retract",
            &id(1),
            "--reason",
            "wrong data set",
            "--instead",
            &id(0),
            "--set-by",
            "ann",
            "--format",
            "json",
        ])
        .run()
        .success()
        .json();
    assert_eq!(retracted["retraction"]["reason"], json!("wrong data set"));
    assert_eq!(f1(), json!(0.9));
    let marked = stack.rest().rows(&format!(
        "rpc/list_runs?select=id,retraction&id=eq.{}",
        id(1)
    ));
    assert_eq!(marked[0]["retraction"]["set_by"], json!("ann"));
    assert_eq!(marked[0]["retraction"]["instead"], json!(id(0)));
    stack
        .push()
        .args(["check", &id(1)])
        .run()
        .says("retracted: wrong data set");

    stack
        .push()
        .args(["restore", &id(1)[..18], "--reason", "it was right"])
        .run()
        .success()
        .says("counts again");
    stack
        .push()
        .args(["restore", &id(1), "--reason", "it was right"])
        .run()
        .success()
        .says("nothing changed");
    assert_eq!(f1(), json!(0.1));
    stack
        .push()
        .args(["retract", &id(1)])
        .run()
        .ends_with(2)
        .says("--reason");
    stack
        .push()
        .args([
            "retract",
            "00000000-0000-0000-0000-000000000000",
            "--reason",
            "x",
        ])
        .run()
        .ends_with(4)
        .says("there is no run");
}
