//! Alerts under crashes: two evaluators race, and one of them dies at any request to a sink.

use std::time::Duration;

use serde_json::Value;

use crate::{
    Push, Stack,
    sinks::{REPOSITORY, Sinks, Trouble},
};

/// Stores nightly runs of `model`: `good` quiet ones, then `bad` ones with another provider and worse
/// metrics, the newest now.
///
/// # Panics
///
/// When the database refuses.
pub fn store_runs(stack: &Stack, model: &str, good: u32, bad: u32) {
    let sql = format!(
        "insert into public.benchmark_transactions (commit_sha, branch_name, model_version, model_provider, dataset_version,
           dataset_size, prompt_version, environment, metrics, created_at)
         select md5('{model}' || i), 'main', '{model}', case when i <= {good} then 'usual' else 'other' end, 'd', 1000, 'p', 'ci',
           jsonb_build_object('f1', round((0.9 + wobble - drop)::numeric, 5), 'recall', round((0.85 - wobble - drop)::numeric, 5),
             'precision', round((0.88 + wobble / 2 - drop)::numeric, 5), 'accuracy', round((0.92 - wobble / 3 - drop)::numeric, 5),
             'latency_ms', round((400 + wobble * 1000 + drop * 2000)::numeric, 2)),
           now() - ({good} + {bad} - i) * interval '1 day'
         from generate_series(1, {good} + {bad}) as i
         cross join lateral (select (('x' || left(md5('{model}' || i || 'w'), 6))::bit(24)::int % 1000 - 500) / 100000.0 as wobble,
           case when i <= {good} then 0 else 0.12 end as drop) as w"
    );
    stack.postgres().execute(&sql).expect("runs are stored");
}

/// Stores further runs of `model`, back at the old level.
///
/// # Panics
///
/// When the database refuses.
pub fn store_recovery(stack: &Stack, model: &str, runs: u32) {
    let sql = format!(
        "insert into public.benchmark_transactions (commit_sha, branch_name, model_version, model_provider, dataset_version,
           dataset_size, prompt_version, environment, metrics)
         select md5('{model} back' || i || clock_timestamp()), 'main', '{model}', 'usual', 'd', 1000, 'p', 'ci',
           jsonb_build_object('f1', 0.9 + i / 10000.0, 'recall', 0.85, 'precision', 0.88, 'accuracy', 0.92, 'latency_ms', 400 + i)
         from generate_series(1, {runs}) as i"
    );
    stack.postgres().execute(&sql).expect("runs are stored");
}

/// `bench-push alert …` with these sinks.
pub fn alert(stack: &Stack, sinks: &Sinks, names: &[&str], arguments: &[&str]) -> Push {
    let mut push = stack.push().arg("alert").args(arguments.iter());
    for name in names {
        for (variable, value) in sinks.variables(name) {
            push = push.env(variable, value);
        }
    }
    push
}

/// What a schedule of crashes left.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Schedules.
    pub schedules: usize,
    /// Senders that were killed.
    pub killed: usize,
    /// Incidents without an issue, or without a message in Slack.
    pub lost: usize,
    /// Issues, comments or messages that there are twice.
    pub twice: usize,
}

/// Runs schedules: for each a new regression, two racing evaluators, trouble at some of the requests to
/// the sinks, then an undisturbed run.
///
/// # Panics
///
/// When the stack or the program is broken.
pub fn crash(stack: &Stack, sinks: &Sinks, schedules: u32, first: u32) -> Tally {
    let mut tally = Tally::default();
    let mut random = fastrand::Rng::with_seed(u64::from(first) + 7);
    for number in first..first + schedules {
        let model = format!("model-{number}");
        store_runs(stack, &model, 24, 3);
        tally.schedules += 1;
        let kinds = [
            Trouble::HangsBefore,
            Trouble::HangsAfter,
            Trouble::FailsAfter,
            Trouble::Nothing,
        ];
        // Trouble at one request, at an index that goes round, and at random ones.
        let mut plan = vec![Trouble::Nothing; usize::try_from(number % 6).expect("few")];
        plan.push(kinds[random.usize(..3)]);
        plan.extend((0..3).map(|_| kinds[random.usize(..4)]));
        sinks.plan(plan);
        let names = ["github", "slack"];
        let racing = [0, 1].map(|_| alert(stack, sinks, &names, &["run"]).spawn());
        let [one, other] = racing;
        if sinks.wait_until_it_hangs(Duration::from_millis(1_500)) {
            tally.killed += 1;
            one.kill();
            other.kill();
        } else {
            one.outcome();
            other.outcome();
        }
        // Its lease ends, and so do the waits that the sinks asked for.
        sinks.plan([]);
        for _ in 0..2 {
            stack
                .postgres()
                .execute("update public.benchmark_deliveries set leased_until = now() where settled_at is null")
                .expect("the owner may");
            let done = alert(stack, sinks, &names, &["run"]).run();
            assert!(done.status == 0, "{done:?}");
        }
        // Over: the whole life of the incident is told.
        let id = stack
            .postgres()
            .one("select max(id)::text from public.benchmark_incidents where state = 'open'");
        let said = alert(stack, sinks, &[], &["accept", &id, "--reason", "a test"]).run();
        assert!(said.status == 0, "{said:?}");
        let sent = alert(stack, sinks, &names, &["send"]).run();
        assert!(sent.status == 0, "{sent:?}");
    }
    count(stack, sinks, &mut tally);
    tally
}

/// Counts what is lost and what is there twice.
fn count(stack: &Stack, sinks: &Sinks, tally: &mut Tally) {
    let world = sinks.world();
    assert!(
        world.refused.is_empty(),
        "{REPOSITORY}: {:?}",
        world.refused
    );
    let incidents = stack
        .postgres()
        .rows(
            "select id::text from public.benchmark_incidents where severity = 'alert' order by id",
        )
        .expect("a query");
    for row in &incidents {
        let id = row[0].clone().unwrap_or_default();
        let marker = format!("<!-- bench:incident:{id}:");
        let issues: Vec<&Value> = world
            .issues
            .iter()
            .filter(|issue| {
                issue["body"]
                    .as_str()
                    .is_some_and(|body| body.starts_with(&marker))
            })
            .collect();
        tally.lost += usize::from(issues.is_empty());
        tally.twice += issues.len().saturating_sub(1);
        for issue in issues {
            let comments: Vec<&str> = issue["comments_made"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|comment| comment["body"].as_str()?.lines().next())
                .collect();
            tally.twice += repeated(&comments);
            // It was accepted, so there is a comment, and it is closed.
            tally.lost += usize::from(comments.is_empty() || issue["state"] != "closed");
        }
        let number: Option<i64> = id.parse().ok();
        let about =
            |message: &&Value| message["metadata"]["event_payload"]["incident"].as_i64() == number;
        let messages: Vec<String> = world
            .messages
            .iter()
            .filter(about)
            .map(|message| message["metadata"]["event_payload"].to_string())
            .collect();
        tally.lost += 2_usize.saturating_sub(messages.len());
        tally.twice += repeated(&messages);
    }
}

fn repeated<T: Ord>(all: &[T]) -> usize {
    let different: std::collections::BTreeSet<&T> = all.iter().collect();
    all.len() - different.len()
}
