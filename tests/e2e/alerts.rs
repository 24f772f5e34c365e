//! Incidents: one per cause, told once, answered by people, and never lost.

use bench_tests::{
    Stack,
    alerts::{alert, crash, store_recovery, store_runs},
    sinks::{Sinks, TOKEN, Trouble},
};
use serde_json::Value;

const ALL: [&str; 4] = ["github", "slack", "webhook", "alertmanager"];

fn ran(stack: &Stack, sinks: &Sinks, names: &[&str], arguments: &[&str]) -> String {
    let done = alert(stack, sinks, names, arguments).run();
    assert_eq!(done.status, 0, "{arguments:?}: {done:?}");
    done.stdout
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn one_cause_is_one_incident_one_issue_and_few_messages() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    for model in ["alpha", "beta", "gamma"] {
        store_runs(&stack, model, 30, 3);
    }
    let said = ran(&stack, &sinks, &ALL, &["run"]);
    assert!(said.contains("incident 1 new: "), "{said}");
    for _ in 0..5 {
        for model in ["alpha", "beta", "gamma"] {
            stack.postgres().execute(&format!(
                "insert into public.benchmark_transactions (commit_sha, model_version, model_provider, dataset_version, dataset_size,
                   prompt_version, environment, metrics)
                 select md5(clock_timestamp()::text), model_version, model_provider, dataset_version, dataset_size, prompt_version,
                   environment, metrics || jsonb_build_object('f1', (metrics ->> 'f1')::numeric + 0.0001 * random()::numeric)
                 from public.benchmark_transactions where model_version = '{model}' order by created_at desc, version desc limit 1"
            )).expect("a run is stored");
        }
        ran(&stack, &sinks, &ALL, &["run"]);
    }
    let world = sinks.world();
    assert_eq!(world.refused, [""; 0]);
    assert_eq!(world.issues.len(), 1, "{:#?}", world.issues);
    assert_eq!(world.issues[0]["state"], "open");
    assert_eq!(world.messages.len(), 1);
    assert_eq!(world.alerts.len(), 1);
    assert_eq!(world.webhooks.len(), 1);
    let body = world.issues[0]["body"].as_str().expect("a body");
    assert!(
        body.contains("provider changed from usual to other"),
        "{body}"
    );

    for model in ["alpha", "beta", "gamma"] {
        store_recovery(&stack, model, 6);
    }
    for _ in 0..3 {
        ran(&stack, &sinks, &ALL, &["run"]);
        for model in ["alpha", "beta", "gamma"] {
            store_recovery(&stack, model, 1);
        }
    }
    let world = sinks.world();
    assert_eq!(world.issues.len(), 1);
    assert_eq!(world.issues[0]["state"], "closed", "{:#?}", world.issues[0]);
    assert_eq!(world.issues[0]["state_reason"], "completed");
    // The incident and its end: one message each, in one thread.
    assert_eq!(world.messages.len(), 2, "{:#?}", world.messages);
    assert_eq!(world.messages[1]["thread_ts"], world.messages[0]["ts"]);
    assert_eq!(world.webhooks.len(), 2);
    assert_eq!(world.webhooks[1].1["status"], "resolved");
}

#[test]
fn an_evaluation_says_what_the_check_says_and_is_reproduced() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    store_runs(&stack, "alpha", 30, 4);
    let found = json_of(&ran(
        &stack,
        &sinks,
        &[],
        &["evaluate", "--dry-run", "--format", "json"],
    ));
    let checked = stack
        .push()
        .args([
            "check",
            "--model-version",
            "alpha",
            "--no-record",
            "--format",
            "json",
        ])
        .run();
    let checked = json_of(&checked.stdout).to_string();
    let conditions = found["conditions"].as_array().expect("conditions");
    assert!(conditions.len() >= 4, "{conditions:#?}");
    for condition in conditions {
        let reason = &condition["reason"];
        assert!(
            checked.contains(&reason.to_string()),
            "{reason} is not in {checked}"
        );
    }

    let recorded = json_of(&ran(&stack, &sinks, &[], &["evaluate", "--format", "json"]));
    let at = recorded["at"].as_str().expect("a time").to_owned();
    store_recovery(&stack, "alpha", 8);
    let again = json_of(&ran(
        &stack,
        &sinks,
        &[],
        &["evaluate", "--at", &at, "--format", "json"],
    ));
    assert_eq!(again["conditions"], recorded["conditions"]);
    assert_eq!(
        again["events"][0]["evidence"],
        recorded["events"][0]["evidence"]
    );
    assert_eq!(again["recorded"], false);
}

#[test]
fn people_answer_and_their_word_holds() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    store_runs(&stack, "alpha", 30, 4);
    // `check` records the change points that accepting the incident accepts.
    stack
        .push()
        .args(["check", "--model-version", "alpha"])
        .run();
    ran(&stack, &sinks, &["github"], &["run"]);
    assert_eq!(
        ran(&stack, &sinks, &[], &["ack", "1", "--set-by", "ada"]),
        "incident 1 is acknowledged\n"
    );
    assert!(ran(&stack, &sinks, &[], &["list"]).starts_with("1  acknowledged by ada  "));
    ran(&stack, &sinks, &["github"], &["send"]);
    let accepted = ran(
        &stack,
        &sinks,
        &[],
        &["accept", "1", "--reason", "meant to be", "--set-by", "ada"],
    );
    assert!(
        accepted.contains("the new levels count: change points "),
        "{accepted}"
    );
    ran(&stack, &sinks, &["github"], &["run"]);

    let world = sinks.world();
    assert_eq!(world.refused, [""; 0]);
    assert_eq!(world.issues.len(), 1);
    assert_eq!(world.issues[0]["state"], "closed");
    assert_eq!(world.issues[0]["state_reason"], "not_planned");
    let comments = world.issues[0]["comments_made"]
        .as_array()
        .expect("comments");
    assert_eq!(comments.len(), 2, "{comments:#?}");
    assert!(
        comments[1]["body"]
            .as_str()
            .expect("text")
            .contains("Accepted by ada")
    );
    assert_eq!(
        ran(&stack, &sinks, &[], &["evaluate"]),
        "nothing is wrong\n"
    );
    let wrong = alert(&stack, &sinks, &[], &["ack", "1"]).run();
    assert_eq!(wrong.status, 4);
    assert!(
        wrong.stderr.contains("incident 1 is accepted already"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_sink_that_asks_to_wait_is_waited_for_and_one_that_refuses_is_said() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    store_runs(&stack, "alpha", 30, 3);
    sinks.plan([Trouble::Limits]);
    ran(&stack, &sinks, &["github"], &["run"]);
    assert_eq!(sinks.world().issues.len(), 1);

    store_runs(&stack, "beta", 30, 3);
    sinks.plan([Trouble::Limits, Trouble::Limits]);
    stack
        .postgres()
        .execute("update public.benchmark_transactions set notes = notes where false")
        .ok();
    let postponed = alert(&stack, &sinks, &["github"], &["run"]).run();
    assert_eq!(postponed.status, 5, "{postponed:?}");

    let broken = alert(&stack, &sinks, &["slack"], &["test", "slack"])
        .env("SLACK_CHANNEL", "C9")
        .run();
    assert_eq!(broken.status, 4, "{broken:?}");
    assert!(
        broken.stderr.contains("channel_not_found"),
        "{}",
        broken.stderr
    );
}

#[test]
fn a_pull_request_tells_nobody_and_no_secret_is_shown() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    store_runs(&stack, "alpha", 30, 3);
    let fork = alert(&stack, &sinks, &ALL, &["run"])
        .env("GITHUB_EVENT_NAME", "pull_request")
        .run();
    assert_eq!(fork.status, 0, "{fork:?}");
    assert!(
        fork.stderr
            .contains("no messages are sent from a job of `pull_request`")
    );
    assert_eq!(sinks.world().requests, [""; 0]);

    let done = alert(&stack, &sinks, &ALL, &["run", "--format", "json"]).run();
    let world = sinks.world();
    let shown = format!(
        "{done:?}{:?}{:?}{:?}{:?}",
        world.issues, world.messages, world.alerts, world.webhooks
    );
    for secret in [TOKEN, &stack.keys().secret, &stack.keys().service_role] {
        assert!(!shown.contains(secret));
    }
}

#[test]
fn hostile_names_reach_every_sink_as_text() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    store_runs(&stack, "alpha", 30, 0);
    let evil = "<b>@team</b> [x](javascript:alert(1)) <!channel> ``` | # ::error::";
    stack.postgres().execute(&format!(
        "insert into public.benchmark_transactions (commit_sha, model_version, model_provider, dataset_version, dataset_size, prompt_version,
           environment, metrics)
         select md5('e' || i), 'alpha', '{evil}', 'd', 1000, 'p', 'ci', '{{\"f1\": 0.5, \"recall\": 0.5, \"precision\": 0.5, \"accuracy\": 0.5, \"latency_ms\": 900}}'
         from generate_series(1, 3) as i"
    )).expect("runs are stored");
    ran(
        &stack,
        &sinks,
        &["github", "slack", "webhook", "alertmanager"],
        &["run"],
    );
    let world = sinks.world();
    assert_eq!(world.refused, [""; 0]);
    let body = world.issues[0]["body"].as_str().expect("a body");
    for wrong in ["<b>", "@team", "](javascript", "```\n|"] {
        assert!(!body.contains(wrong), "{wrong} in {body}");
    }
    let text = world.messages[0]["text"].as_str().expect("a text");
    assert!(
        !text.contains("<!channel>") && !text.contains("<b>"),
        "{text}"
    );
}

#[test]
fn two_evaluators_and_crashes_at_any_step_lose_nothing_and_tell_nothing_twice() {
    let stack = Stack::start();
    let sinks = Sinks::start();
    let tally = crash(&stack, &sinks, 12, 0);
    println!("{tally:?}");
    assert_eq!((tally.lost, tally.twice), (0, 0), "{tally:?}");
    assert!(tally.killed >= 3, "{tally:?}");
}

#[test]
fn the_sinks_of_the_tests_refuse_what_is_wrong() {
    let sinks = Sinks::start();
    let stack = Stack::start();
    let wrong = alert(&stack, &sinks, &["github"], &["test", "github"])
        .env("GITHUB_TOKEN", "another_token")
        .run();
    assert_eq!(wrong.status, 4, "{wrong:?}");
    let right = alert(&stack, &sinks, &["github"], &["test", "github"]).run();
    assert_eq!(right.status, 0, "{right:?}");
    assert_eq!(sinks.world().issues[0]["state"], "closed");
}

#[test]
fn the_gate_file_decides_for_alerts_as_it_does_for_checks() {
    let stack = Stack::start();
    store_runs(&stack, "alpha", 30, 3);
    let gate = stack.folder().join("bench.toml");
    let conditions = |text: &str| {
        std::fs::write(&gate, text).expect("the folder is ours");
        let push = stack.push().args([
            "alert",
            "evaluate",
            "--dry-run",
            "--format",
            "json",
            "--gate",
        ]);
        let found = push.arg(&gate).run().success().json();
        found["conditions"].as_array().expect("a list").len()
    };

    let all = conditions("");
    assert!(all > 0);
    let ignored =
        "severity = \"ignore\"\nuntil = 2999-12-31\nreason = \"a move\"\nowner = \"@ana\"\n";
    assert_eq!(
        conditions(&format!("[[metric]]\nname = \"*\"\n{ignored}")),
        0
    );
    assert_eq!(conditions("margin = 0.9\n"), 0);
    assert_eq!(conditions("margin = 0.01\n"), all);
}
