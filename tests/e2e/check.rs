//! A regression fails the build and is stored once; a quiet history passes; a person's decision is
//! respected.

use bench_tests::{Outcome, Push, Stack, json_lines, report_file};
use serde_json::{Value, json};

/// A quiet F1 around 0.9, one run per hour, then these values.
fn reports(model: &str, then: &[f64]) -> Vec<Value> {
    let wobble = [0.0, 0.002, -0.001, 0.001, -0.002, 0.0015, -0.0005];
    let quiet = (0..30_usize).map(|i| 0.9 + wobble[i % wobble.len()]);
    let values: Vec<f64> = quiet.chain(then.iter().copied()).collect();
    values
        .iter()
        .enumerate()
        .map(|(place, f1)| {
            json!({
                "model_version": model, "dataset_version": "set-1", "prompt_version": "prompt-1",
                "environment": "local", "commit_sha": format!("{place:07x}"), "metrics": {"f1": f1},
                "created_at": format!("2026-02-{:02}T{:02}:00:00Z", 1 + place / 24, place % 24),
                "details": {"gpu": "H100", "gpu_driver": "a detail that is not compared"},
                "params": {"temperature": if place < 30 { 0.0 } else { 0.7 }},
            })
        })
        .collect()
}

fn push(stack: &Stack, reports: Vec<Value>) {
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(reports));
    stack.push().arg("push").arg(file).run().success();
}

fn check(stack: &Stack, model: &str) -> Push {
    stack.push().args(["check", "--model-version", model])
}

fn change_points(stack: &Stack) -> Vec<Value> {
    stack
        .rest_as(&stack.keys().anon)
        .rows("v_change_points?order=id")
}

#[test]
fn a_step_fails_the_check_and_is_one_change_point_however_often_it_runs() {
    let stack = Stack::start();
    push(&stack, reports("stepped", &[0.84, 0.842, 0.839]));

    check(&stack, "stepped")
        .run()
        .ends_with(1)
        .says("regressed")
        .says("1 change point recorded")
        .says("no baseline")
        .says("temperature");
    for _ in 0..3 {
        check(&stack, "stepped").run().ends_with(1);
    }
    let running: Vec<_> = (0..6).map(|_| check(&stack, "stepped").spawn()).collect();
    for check in running {
        check.outcome().ends_with(1);
    }

    let stored = change_points(&stack);
    assert_eq!(stored.len(), 1, "{stored:?}");
    assert_eq!(
        (
            &stored[0]["effect"],
            &stored[0]["state"],
            &stored[0]["began_version"]
        ),
        (&json!("regressed"), &json!("confirmed"), &json!(31))
    );

    // More runs may shift its place a little; it is still the same change.
    push(
        &stack,
        reports("stepped", &[0.84, 0.842, 0.839, 0.841, 0.84]),
    );
    check(&stack, "stepped").run().ends_with(1);
    assert_eq!(change_points(&stack).len(), 1);
}

#[test]
fn a_level_that_was_accepted_passes_and_its_history_says_who_and_why() {
    let stack = Stack::start();
    push(&stack, reports("stepped", &[0.84, 0.842, 0.839]));
    let found = check(&stack, "stepped").args(["--format", "json"]).run();
    let found = found.ends_with(1).json();
    let id = found["runs"][0]["metrics"][0]["change_point"]["id"].to_string();

    stack
        .push()
        .args([
            "change-point",
            "accept",
            &id,
            "--reason",
            "cheaper model",
            "--set-by",
            "ada",
        ])
        .run()
        .success()
        .says("is accepted by ada: cheaper model");

    check(&stack, "stepped").run().success().says("unchanged");
    stack
        .push()
        .args(["history", "--model-version", "stepped"])
        .run()
        .success()
        .says("accepted")
        .says("parameter temperature changed from 0.0 to 0.7");
    let states = stack
        .rest_as(&stack.keys().anon)
        .rows("benchmark_change_point_states?order=id");
    assert_eq!(states.len(), 2, "{states:?}");
    assert_eq!(states[1]["reason"], "cheaper model");
}

#[test]
fn a_quiet_history_passes_and_records_nothing() {
    let stack = Stack::start();
    push(&stack, reports("quiet", &[0.901, 0.899]));

    check(&stack, "quiet").run().success().says("unchanged");

    assert!(change_points(&stack).is_empty());
}

#[test]
fn a_lone_run_out_of_line_is_a_suspicion_and_a_spike_when_the_next_are_not() {
    let stack = Stack::start();
    push(&stack, reports("spiked", &[0.84]));
    check(&stack, "spiked")
        .run()
        .success()
        .says("one run cannot tell a spike from a step");
    assert_eq!(change_points(&stack)[0]["state"], "suspect");

    push(&stack, reports("spiked", &[0.84, 0.901, 0.9, 0.899]));
    check(&stack, "spiked").run().success();
    assert_eq!(change_points(&stack)[0]["state"], "dismissed");
}

#[test]
fn a_drop_below_the_baseline_fails_at_once_and_names_the_baseline() {
    let stack = Stack::start();
    push(&stack, reports("marked", &[]));
    let newest = stack
        .rest()
        .rows("benchmark_transactions?order=created_at.desc&limit=1");
    let id = newest[0]["id"].as_str().expect("an id").to_owned();
    stack.push().args(["baseline", "set", &id]).run().success();

    push(&stack, reports("marked", &[0.6]));
    let found = check(&stack, "marked").args(["--format", "json"]).run();
    let found = found.ends_with(1).json();

    let metric = &found["runs"][0]["metrics"][0];
    assert_eq!(found["runs"][0]["baseline"]["id"], id.as_str());
    assert_eq!(
        (&metric["verdict"], &metric["threshold_exceeded"]),
        (&json!("regressed"), &json!(true))
    );
}

#[test]
fn a_backtest_says_what_each_rule_would_have_flagged_and_recommends_one() {
    let stack = Stack::start();
    push(
        &stack,
        reports("stepped", &[0.84, 0.842, 0.839, 0.841, 0.84, 0.838]),
    );
    let found = stack
        .push()
        .args([
            "gate",
            "backtest",
            "--model-version",
            "stepped",
            "--format",
            "json",
        ])
        .run()
        .success()
        .json();

    let series = &found["series"][0];
    let flags_of = |name: &str| {
        let replays = series["replays"].as_array().expect("a list");
        let replay = replays.iter().find(|replay| {
            replay["rule"]
                .as_str()
                .is_some_and(|rule| rule.starts_with(name))
        });
        replay.expect("the rule")["flags"]
            .as_array()
            .expect("a list")
            .clone()
    };
    assert_eq!(
        (&series["metric"], &series["runs"]),
        (&json!("f1"), &json!(36))
    );
    assert_eq!(flags_of("judge").len(), 1, "{series}");
    assert_eq!(flags_of("judge")[0]["is_supported"], true);
    assert_eq!(flags_of("plain")[0]["version"], 31);
    assert!(series["recommended"].is_string(), "{series}");

    stack
        .push()
        .args([
            "gate",
            "backtest",
            "--model-version",
            "stepped",
            "--rule",
            "t_test=0.99",
            "--list",
        ])
        .run()
        .success()
        .says("t_test 0.99")
        .says("version 31");
    stack
        .push()
        .args(["gate", "backtest", "--rule", "cusum=1"])
        .run()
        .ends_with(2)
        .says("there is no rule");
}

#[test]
fn what_was_just_pushed_can_be_judged_in_the_same_call() {
    let stack = Stack::start();
    push(&stack, reports("direct", &[0.84]));
    let next = reports("direct", &[0.84, 0.841]).split_off(31);
    let file = report_file(stack.folder(), "next.jsonl", json_lines(next));

    let found = stack
        .push()
        .arg("push")
        .arg(file)
        .args(["--check", "--format", "json"])
        .run()
        .ends_with(1)
        .json();

    assert_eq!((&found["stored"], &found["status"]), (&json!(1), &json!(1)));
    assert_eq!(found["check"]["regressed"], 1);
}

#[test]
fn a_metric_with_a_hostile_name_is_judged_and_is_never_markup() {
    let stack = Stack::start();
    let name = "<img src=x onload=alert(1)>|`x` @ann '; drop table x; --";
    for (place, value) in [1.0, 1.01, 0.99, 1.0, 1.02, 0.98, 1.0, 1.01, 5.0, 5.01, 4.99]
        .into_iter()
        .enumerate()
    {
        let answer = stack.rest_as(&stack.keys().secret).send(
            "POST",
            "benchmark_transactions",
            &json!({
                "commit_sha": "abc1234", "model_version": "hostile", "dataset_version": "d", "prompt_version": "p",
                "environment": "local", "metrics": {name: value},
                "created_at": format!("2026-02-03T{place:02}:00:00Z"),
            }),
        );
        assert!(answer.status < 300, "{}", answer.status);
    }
    let summary = stack.folder().join("summary.md");
    check(&stack, "hostile")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .success();
    let text = std::fs::read_to_string(summary).expect("a summary");
    assert!(!text.contains("<img") && !text.contains("@ann"), "{text}");
    let stored = change_points(&stack);
    assert_eq!((stored.len(), &stored[0]["metric"]), (1, &json!(name)));
    assert_eq!(stored[0]["effect"], "changed");
}

#[test]
fn a_reading_key_judges_and_keeps_nothing() {
    let stack = Stack::start();
    push(&stack, reports("stepped", &[0.84, 0.842, 0.839]));
    for key in stack.keys().reading() {
        let done: Outcome = check(&stack, "stepped")
            .without("SUPABASE_SERVICE_ROLE_KEY")
            .without("SUPABASE_SECRET_KEY")
            .env("SUPABASE_ANON_KEY", key)
            .run();
        done.ends_with(1)
            .says("change points not recorded: that needs a secret key");
    }
    assert!(change_points(&stack).is_empty());
}

#[test]
fn what_cannot_be_judged_is_said_with_its_status() {
    let stack = Stack::start();
    check(&stack, "never-ran")
        .run()
        .ends_with(2)
        .says("there is no run that matches");
    stack
        .push()
        .arg("check")
        .run()
        .ends_with(2)
        .says("no run is named");
    stack
        .push()
        .args(["check", "latest"])
        .run()
        .ends_with(2)
        .says("is not the id of a run");
    stack
        .push()
        .args(["change-point", "dismiss", "77"])
        .run()
        .ends_with(4)
        .says("there is no change point 77");

    let wrong = format!("{}x", stack.keys().secret);
    check(&stack, "m")
        .without("SUPABASE_SERVICE_ROLE_KEY")
        .env("SUPABASE_SECRET_KEY", wrong)
        .run()
        .ends_with(4);
    stack.stop();
    check(&stack, "m")
        .args(["--attempts", "1"])
        .run()
        .ends_with(5);
}

#[test]
fn a_metric_that_nobody_has_is_refused_with_the_names_that_there_are() {
    let stack = Stack::start();
    let mut runs = reports("named", &[0.84, 0.842, 0.839]);
    for run in &mut runs {
        run["metrics"]["latency_ms"] = json!(400);
    }
    push(&stack, runs);
    let refused = |arguments: &[&str]| {
        let done = stack.push().args(arguments).run();
        done.ends_with(2).says("error: no run has the metric")
    };

    for verb in [&["check"][..], &["history"], &["gate", "backtest"]] {
        let asked = [verb, &["--model-version", "named", "--metric", "latncy"]].concat();
        refused(&asked)
            .says("no run has the metric `latncy`; there are `latency_ms`, `f1`")
            .says("hint: did you mean `--metric latency_ms`?");
    }
    refused(&[
        "check",
        "--model-version",
        "named",
        "--metric",
        "nosuch",
        "--metric",
        "f1",
    ])
    .says("`nosuch`");
    refused(&[
        "check",
        "--model-version",
        "named",
        "--metric",
        "nope",
        "--metric",
        "never",
    ])
    .says("the metrics `nope`, `never`");
    refused(&["check", "--model-version", "named", "--primary", "F1"])
        .says("did you mean `--primary f1`?");
    refused(&[
        "compare", "named", "named", "--metric", "f1", "--metric", "nosuch",
    ])
    .says("`nosuch`");

    assert!(
        change_points(&stack).is_empty(),
        "nothing is recorded on the way"
    );
}

#[test]
fn filters_that_fit_nothing_name_what_there_is() {
    let stack = Stack::start();
    let nothing = |arguments: &[&str]| stack.push().args(arguments).run().ends_with(2);
    nothing(&["history"]).says("no run is stored in this project yet");

    push(&stack, reports("medgemma-v1.2", &[]));
    for verb in [&["check"][..], &["history"], &["gate", "backtest"]] {
        nothing(&[verb, &["--model-version", "medgema-v1.2"]].concat())
            .says("there is no run that matches `--model-version medgema-v1.2`; there are `medgemma-v1.2`")
            .says("did you mean `--model-version medgemma-v1.2`?");
    }
    nothing(&["compare", "medgemma", "medgemma-v1.2"])
        .says("there is no run that matches `medgemma`; the models are `medgemma-v1.2`")
        .says("did you mean `medgemma-v1.2`?");
    nothing(&["check", "--commit-sha", "fedcba9"]).says("there is no run of the commit `fedcba9`");
    nothing(&["check", "--dataset-version", "set-9", "-e", "production"])
        .says("--dataset-version set-9: there are `set-1`")
        .says("--environment production: there are `local`");
}

#[test]
fn a_primary_metric_that_vanished_fails_the_check_and_another_one_is_said() {
    let stack = Stack::start();
    let mut runs = reports("lost", &[0.9, 0.901]);
    for run in &mut runs {
        run["metrics"]["latency_ms"] = json!(400);
        run["metrics"]["recall"] = json!(0.8);
    }
    let newest = runs.len() - 1;
    runs[newest]["metrics"] = json!({"recall": 0.8, "f1": 0.9});
    push(&stack, runs.clone());
    check(&stack, "lost")
        .run()
        .success()
        .says("missing    latency_ms")
        .says("all 10 previous runs have it");
    check(&stack, "lost")
        .args(["--metric", "latency_ms"])
        .run()
        .ends_with(1)
        .says("latency_ms is missing, so the check fails");

    let mut next = runs[newest].clone();
    next["metrics"] = json!({"recall": 0.8});
    next["created_at"] = json!("2026-02-20T00:00:00Z");
    push(&stack, vec![next]);
    let summary = stack.folder().join("summary.md");
    let found = check(&stack, "lost")
        .args(["--format", "json"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .ends_with(1)
        .says("f1 is missing, so the check fails")
        .json();
    assert_eq!(
        (&found["success"], &found["missing"]),
        (&json!(false), &json!(2))
    );
    let missing = &found["runs"][0]["missing"];
    assert_eq!(
        (
            &missing[0]["metric"],
            &missing[0]["is_required"],
            &missing[0]["last_run"]["value"]
        ),
        (&json!("f1"), &json!(true), &json!(0.9))
    );
    assert_eq!(missing[1]["is_required"], false);
    let text = std::fs::read_to_string(summary).expect("a summary");
    assert!(
        text.contains("1 required metric missing") && text.contains("latency"),
        "{text}"
    );

    check(&stack, "lost")
        .args(["--primary", "recall"])
        .run()
        .success()
        .says("missing    f1");
}

#[test]
fn without_a_baseline_the_run_before_the_change_is_the_one_to_mark() {
    let stack = Stack::start();
    push(&stack, reports("fell", &[0.84, 0.842, 0.839]));
    let found = check(&stack, "fell")
        .args(["--format", "json"])
        .run()
        .ends_with(1)
        .json();
    let good = &found["runs"][0]["baseline_to_mark"];
    assert_eq!(good["version"], 30);

    let id = good["id"].as_str().expect("an id");
    check(&stack, "fell").run().ends_with(1).says(&format!(
        "set one with `bench-push baseline set {id}`, version 30, which is surely before the change"
    ));
    stack.push().args(["baseline", "set", id]).run().success();
    check(&stack, "fell")
        .run()
        .ends_with(1)
        .says("baseline: version 30");
}

#[test]
fn a_backtest_leaves_out_what_is_too_large_and_goes_on() {
    let stack = Stack::start();
    let mut runs = reports("large", &[]);
    for (place, run) in runs.iter_mut().enumerate() {
        run["metrics"]["score_sum"] = json!(if place % 2 == 0 { 1e308 } else { -1e308 });
    }
    push(&stack, runs);
    let found = stack
        .push()
        .args(["gate", "backtest", "--format", "json"])
        .run()
        .success()
        .says("warning: score_sum of large / set-1 / prompt-1 / local is left out: the value of run 0 must be at most 1e300")
        .json();
    assert_eq!(
        (
            &found["series"][0]["metric"],
            &found["skipped"][0]["metric"]
        ),
        (&json!("f1"), &json!("score_sum"))
    );
    // The other verbs accept these ids as they are.
    check(&stack, "large").run().success();
    stack
        .push()
        .args(["history", "--metric", "score_sum"])
        .run()
        .success();
}

#[test]
fn a_change_that_is_accepted_without_a_reason_keeps_the_one_it_had() {
    let stack = Stack::start();
    push(&stack, reports("kept", &[0.84, 0.842, 0.839]));
    check(&stack, "kept").run().ends_with(1);
    let say = |arguments: &[&str]| {
        stack
            .push()
            .arg("change-point")
            .args(arguments)
            .run()
            .success()
    };

    say(&["accept", "1"]).says("parameter temperature changed");
    say(&["accept", "1", "--reason", "agreed", "--set-by", "ada"]).says("accepted by ada: agreed");
    say(&["accept", "1", "--set-by", "bob"]).says("accepted by bob: agreed");

    // Several at once, by their numbers or their commit.
    let commit = stack
        .postgres()
        .rows("select commit_sha from v_change_points where id = 1")
        .expect("a change point")[0][0]
        .clone()
        .expect("a commit");
    say(&["confirm", "1", "1"]).says("change point 1 is confirmed");
    say(&["dismiss", "--commit", &commit]).says("change point 1 is dismissed");
    say(&["dismiss", "1", "--reason", "a broken disk"]).says("a broken disk");
    say(&["confirm", "1"]).says("parameter temperature changed");
}

#[test]
fn no_configuration_is_left_unjudged_in_silence() {
    let stack = Stack::start();
    let many = (0..120).map(|number| {
        json!({
            "model_version": format!("model-{number:03}"), "dataset_version": "set-1", "prompt_version": "prompt-1",
            "environment": "local", "commit_sha": "abcdef1", "metrics": {"f1": 0.9},
        })
    });
    push(&stack, many.collect());
    let said = |arguments: &[&str]| stack.push().args(arguments).run();

    for asked in [["-e", "local"], ["--commit-sha", "abcdef1"]] {
        let found = said(&[&["check", "--format", "json"][..], &asked].concat());
        let found = found.success().json();
        assert_eq!(found["runs"].as_array().map(Vec::len), Some(120));
    }
    said(&["history"])
        .success()
        .says("warning: showing the first 100 configurations");
    said(&["compare", "environment=local", "environment=local"])
        .ends_with(2)
        .says("more than 100 configurations fit `environment=local`")
        .says("name fewer with --model-version");
}
