use serde_json::{Value, json};

use super::*;
use crate::{
    metric::{Declared, definition_of},
    rest::{change_points::ChangePointState, rows::KnownChangeRow},
    stats::{Judgement, VerdictKind, cuts_made, random::SplitMix},
};

/// A stored run, an hour after the previous one.
fn run(version: usize, f1: f64, more: &Value) -> TransactionRow {
    let mut row = json!({
        "id": format!("run-{version}"), "recorded_at": "2026-02-03T16:01:51Z",
        "created_at": format!("2026-02-{:02}T{:02}:00:00Z", 1 + version / 24, version % 24),
        "commit_sha": format!("commit-{version}"), "model_version": "m", "dataset_version": "d", "prompt_version": "p",
        "environment": "local", "metrics": {"f1": f1, "latency_ms": 400.0}, "configuration_id": 1,
        "version": version, "idempotency_key": "k",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    serde_json::from_value(row).expect("a row")
}

/// 30 quiet runs around 0.9, then these values.
fn runs(then: &[f64]) -> Vec<TransactionRow> {
    let wobble = [0.0, 0.002, -0.001, 0.001, -0.002, 0.0015, -0.0005];
    let quiet = (0..30).map(|i| 0.9 + wobble[i % wobble.len()]);
    quiet
        .chain(then.iter().copied())
        .enumerate()
        .map(|(version, f1)| run(version + 1, f1, &json!({})))
        .collect()
}

fn stored(state: &str, version: usize, delta: f64) -> KnownChangeRow {
    serde_json::from_value(json!({
        "id": 7, "metric": "f1", "state": state, "reason": "the new prompt", "set_by": "ada",
        "delta": delta, "relative": delta / 0.9, "transaction_id": format!("run-{version}"),
        "began_at": format!("2026-02-{:02}T{:02}:00:00Z", 1 + version / 24, version % 24),
    }))
    .expect("a row")
}

fn f1_of(
    runs: &[TransactionRow],
    baseline: Option<&TransactionRow>,
    change_points: &[KnownChangeRow],
) -> MetricCheck {
    let (current, earlier) = runs.split_last().expect("runs");
    let run = RunToCheck {
        current,
        baseline,
        earlier,
        change_points,
    };
    checks_of(run).remove(0)
}

fn checks_of(run: RunToCheck<'_>) -> Vec<MetricCheck> {
    let options = CheckOptions {
        primary: Some("f1".to_owned()),
        ..CheckOptions::default()
    };
    let define = |name: &str| definition_of(name, &Declared::new());
    check(run, define, &options).expect("finite")
}

#[test]
fn a_step_without_a_baseline_is_a_regression_and_one_change_point() {
    let found = f1_of(&runs(&[0.84, 0.842, 0.839]), None, &[]);
    assert_eq!(found.kind, VerdictKind::Regressed);
    assert_eq!(found.found.len(), 1);
    assert_eq!(found.found[0].transaction_id, "run-31");
    assert_eq!(found.found[0].state, ChangePointState::Confirmed);
    insta::assert_snapshot!(found.reason);
}

#[test]
fn a_quiet_series_regresses_neither_with_a_baseline_nor_without() {
    let runs = runs(&[0.901, 0.899]);
    assert_eq!(f1_of(&runs, None, &[]).kind, VerdictKind::Unchanged);
    let found = f1_of(&runs, Some(&runs[3]), &[]);
    assert_ne!(found.kind, VerdictKind::Regressed);
    assert_eq!(found.threshold_exceeded(), Some(false));
    assert!(found.found.is_empty());
}

#[test]
fn one_run_out_of_line_is_a_suspicion() {
    let found = f1_of(&runs(&[0.84]), None, &[]);
    assert_eq!(found.kind, VerdictKind::Uncertain);
    assert_eq!(found.found[0].state, ChangePointState::Suspect);
    assert!(found.reason.contains("repeat it"), "{}", found.reason);
}

#[test]
fn a_suspicion_that_more_runs_do_not_confirm_was_a_spike() {
    let runs = runs(&[0.84, 0.901, 0.899, 0.9]);
    let found = f1_of(&runs, None, &[stored("suspect", 31, -0.06)]);
    assert_eq!(found.kind, VerdictKind::Unchanged);
    assert_eq!(found.spikes, [7]);
}

#[test]
fn a_level_that_a_person_accepted_is_no_regression_any_more() {
    let runs = runs(&[0.84, 0.842, 0.839, 0.841]);
    let baseline = runs[5].clone();
    assert_eq!(
        f1_of(&runs, Some(&baseline), &[stored("confirmed", 31, -0.06)]).kind,
        VerdictKind::Regressed
    );
    for state in ["accepted", "dismissed"] {
        let found = f1_of(&runs, Some(&baseline), &[stored(state, 31, -0.06)]);
        assert_eq!(found.kind, VerdictKind::Unchanged, "{state}");
        assert!(
            found.reason.contains("by ada: the new prompt"),
            "{}",
            found.reason
        );
    }
}

#[test]
fn a_change_of_the_machine_is_no_regression_of_the_code() {
    let mut runs = runs(&[0.84, 0.842, 0.839]);
    for (place, run) in runs.iter_mut().enumerate() {
        let machine = json!({"gpu": if place < 30 { "H100" } else { "A10" }});
        run.params = machine.as_object().cloned();
    }
    let found = f1_of(&runs, None, &[]);
    assert_eq!(found.kind, VerdictKind::Uncertain);
    assert!(found.reason.contains("code regression"), "{}", found.reason);
}

#[test]
fn a_first_run_without_a_baseline_is_uncertain_and_says_why() {
    let found = f1_of(&[run(1, 0.9, &json!({}))], None, &[]);
    assert_eq!(found.kind, VerdictKind::Uncertain);
    assert!(found.reason.contains("no baseline"), "{}", found.reason);

    let first = run(1, 0.9, &json!({}));
    let said =
        |baseline: &TransactionRow| f1_of(std::slice::from_ref(&first), Some(baseline), &[]).reason;
    assert!(said(&first).ends_with("this run is the baseline"));
    let other = run(7, 0.9, &json!({"metrics": {"recall": 0.9}}));
    assert!(said(&other).ends_with("the baseline lacks this metric"));
}

#[test]
fn a_metric_without_a_direction_says_so_without_a_baseline_too() {
    let mut runs = runs(&[0.84, 0.842, 0.839]);
    for run in &mut runs {
        let value = run.metrics["f1"];
        run.metrics = [("answers".to_owned(), 1000.0 * value)].into();
    }
    for baseline in [None, Some(runs[3].clone())] {
        let found = f1_of(&runs, baseline.as_ref(), &[]);
        let said = found.reason.matches("answers has no preferred direction");
        assert_eq!(said.count(), 1, "{}", found.reason);
    }
}

#[test]
fn a_move_in_the_fifth_digit_shows_two_levels() {
    let runs: Vec<TransactionRow> = (0..16)
        .map(|version| {
            run(
                version,
                if version < 8 { 0.9 } else { 0.899_99 },
                &json!({}),
            )
        })
        .collect();
    let found = f1_of(&runs, None, &[]);
    assert!(
        found.reason.contains("from 0.9 to 0.89999 (−0.00001"),
        "{}",
        found.reason
    );
}

#[test]
fn the_run_to_mark_as_the_baseline_is_the_last_good_one() {
    let to_mark = |runs: &[TransactionRow], change_points: &[KnownChangeRow]| {
        let (current, earlier) = runs.split_last().expect("runs");
        let run = RunToCheck {
            current,
            baseline: None,
            earlier,
            change_points,
        };
        let found = baseline_to_mark(run, &checks_of(run), &missing(run));
        found.map(|run| run.version)
    };

    assert_eq!(to_mark(&runs(&[0.901, 0.9]), &[]), Some(32), "quiet");
    assert_eq!(
        to_mark(&runs(&[0.84, 0.842, 0.839]), &[]),
        Some(30),
        "it fell with version 31"
    );
    assert_eq!(to_mark(&runs(&[0.84]), &[]), Some(30), "perhaps it fell");
    assert_eq!(
        to_mark(&runs(&[0.96, 0.961, 0.959]), &[]),
        Some(33),
        "it rose"
    );
    let accepted = [stored("accepted", 31, -0.06)];
    assert_eq!(
        to_mark(&runs(&[0.84, 0.842, 0.839]), &accepted),
        Some(33),
        "as it should"
    );

    let mut without = runs(&[0.9, 0.901]);
    without[31].metrics.remove("f1");
    assert_eq!(to_mark(&without, &[]), Some(31), "f1 is missing");
    assert_eq!(
        to_mark(&without[31..], &[]),
        Some(32),
        "no preferred direction"
    );
}

#[test]
fn a_series_is_segmented_once_per_check() {
    let mut random = SplitMix::new(7);
    let level = |version: usize| if version < 140 { 0.9 } else { 0.87 };
    // From 144 to 159 runs the kernel width is the same, so the earlier runs need no new
    // segmentation.
    let runs: Vec<TransactionRow> = (0..150)
        .map(|version| {
            run(
                version,
                level(version) + 0.004 * random.normal(),
                &json!({}),
            )
        })
        .collect();
    let before = cuts_made();

    let found = f1_of(&runs, Some(&runs[100]), &[]);

    assert_eq!(found.kind, VerdictKind::Regressed, "{}", found.reason);
    assert!(found.assessment.is_some() && !found.found.is_empty());
    // The other metric repeats exactly and needs no segmentation.
    assert_eq!(cuts_made() - before, 1);
}

/// Noise of the standard deviation 0.005 around 0.9, then what is added to it.
fn noisy(seed: u64, added: &[f64]) -> Vec<TransactionRow> {
    let mut random = SplitMix::new(seed);
    let value = |(version, added): (usize, &f64)| {
        run(
            version + 1,
            0.9 + 0.005 * random.normal() + added,
            &json!({}),
        )
    };
    added.iter().enumerate().map(value).collect()
}

fn kinds(count: u64, added: &[f64], baseline: Option<usize>) -> Vec<(VerdictKind, String)> {
    let found = |seed: u64| {
        let runs = noisy(seed, added);
        let found = f1_of(&runs, baseline.map(|place| &runs[place]), &[]);
        (found.kind, found.reason)
    };
    (0..count).map(found).collect()
}

fn share(found: &[(VerdictKind, String)], kind: VerdictKind) -> f64 {
    let those = found.iter().filter(|(found, _)| *found == kind).count();
    crate::stats::real(those) / crate::stats::real(found.len())
}

#[test]
fn a_spike_or_a_dip_that_recovered_hides_no_regression() {
    let events: [&[f64]; 4] = [&[-0.1], &[-0.08, -0.08], &[-0.08; 3], &[-0.08; 6]];
    for event in events {
        for good in [2, 5, 15] {
            for baseline in [None, Some(3)] {
                let added = [&[0.0; 25], event, &vec![0.0; good], &[-0.05; 3]].concat();
                let found = kinds(20, &added, baseline);

                let regressed = share(&found, VerdictKind::Regressed);
                assert!(
                    regressed >= 0.9,
                    "{event:?}, {good} good ones, {baseline:?}: {found:#?}"
                );
            }
        }
    }
}

#[test]
fn a_regression_that_nobody_handled_stays_one() {
    for later in [3, 20, 80, 240] {
        let added = [vec![0.0; 30], vec![-0.05; later]].concat();
        for (kind, reason) in kinds(10, &added, None) {
            assert_eq!(kind, VerdictKind::Regressed, "{later}: {reason}");
            assert!(reason.contains("since version 3"), "{reason}");
        }
    }
}

#[test]
fn a_level_that_came_back_is_said_to_have_recovered() {
    let added = [vec![0.0; 30], vec![-0.05; 12], vec![0.0; 8]].concat();
    for (kind, reason) in kinds(10, &added, None) {
        assert_ne!(kind, VerdictKind::Regressed, "{reason}");
        assert!(reason.contains("recovered with version 4"), "{reason}");
    }
}

#[test]
fn an_improvement_that_lasts_raises_the_level_that_counts() {
    let added = [vec![0.0; 30], vec![0.04; 30], vec![0.0; 4]].concat();
    let found = kinds(10, &added, None);
    assert!(share(&found, VerdictKind::Regressed) > 0.99, "{found:#?}");

    let added = [vec![0.0; 30], vec![0.04; 4]].concat();
    let found = kinds(10, &added, None);
    assert!(share(&found, VerdictKind::Improved) > 0.99, "{found:#?}");
}

#[test]
fn a_drift_beyond_the_margin_is_a_regression_and_never_unchanged() {
    for length in [40, 60] {
        let added: Vec<f64> = (0..length).map(|run| -0.002 * f64::from(run)).collect();
        let found = kinds(20, &added, None);
        assert!(share(&found, VerdictKind::Regressed) > 0.9, "{found:#?}");
        assert!(share(&found, VerdictKind::Unchanged) < 0.01, "{found:#?}");
    }
}

#[test]
fn unchanged_is_shown_and_a_noisy_quiet_series_is_uncertain() {
    let mut random = SplitMix::new(2);
    let runs: Vec<TransactionRow> = (1..40)
        .map(|version| run(version, 0.8 + 0.04 * random.normal(), &json!({})))
        .collect();

    let found = f1_of(&runs, None, &[]);

    assert_eq!(found.kind, VerdictKind::Uncertain);
    assert!(
        found.reason.contains("smallest that would show"),
        "{}",
        found.reason
    );
}

#[test]
fn a_side_run_beyond_the_margin_is_a_regression_that_no_later_run_has_to_confirm() {
    let runs = runs(&[0.7]);
    assert_eq!(f1_of(&runs, None, &[]).kind, VerdictKind::Uncertain);

    let mut runs = runs;
    runs.last_mut().expect("a run").is_mainline = false;
    assert_eq!(f1_of(&runs, None, &[]).kind, VerdictKind::Regressed);
}

#[test]
fn a_spike_that_a_check_dismissed_moves_no_level() {
    let runs = runs(&[0.7, 0.901, 0.9, 0.899, 0.901, 0.9, 0.84, 0.841, 0.842]);
    let mut dismissed = stored("dismissed", 31, -0.2);
    dismissed.set_by = Some("bench-push 0.1.0".to_owned());

    let found = f1_of(&runs, None, &[dismissed]);

    assert_eq!(found.kind, VerdictKind::Regressed);
    assert!(!found.reason.contains("dismissed"), "{}", found.reason);
}

#[test]
fn an_old_spike_excuses_no_run_that_is_out_of_line() {
    for baseline in [None, Some(0)] {
        let mut added = vec![0.0; 60];
        added[30] = -0.2;
        added.push(-0.1);
        for (kind, reason) in kinds(10, &added, baseline) {
            assert!(
                matches!(kind, VerdictKind::Regressed | VerdictKind::Uncertain),
                "{reason}"
            );
            assert!(!reason.contains("holds"), "{reason}");
        }
    }
}

#[test]
fn a_steep_drift_is_a_regression() {
    for step in [0.003, 0.005, 0.01] {
        let added: Vec<f64> = (0..30).map(|run| -step * f64::from(run)).collect();
        let found = kinds(10, &added, None);
        assert!(
            share(&found, VerdictKind::Regressed) > 0.99,
            "{step}: {found:#?}"
        );
    }
}

#[test]
fn a_metric_that_comes_to_rest_elsewhere_is_a_regression() {
    let mut random = SplitMix::new(4);
    let values: Vec<f64> = (0..30).map(|_| 0.9 + 0.005 * random.normal()).collect();
    for zeros in [3, 10] {
        let all = values.iter().copied().chain(vec![0.0; zeros]);
        let runs: Vec<TransactionRow> = all
            .enumerate()
            .map(|(version, f1)| run(version + 1, f1, &json!({})))
            .collect();
        assert_eq!(
            f1_of(&runs, None, &[]).kind,
            VerdictKind::Regressed,
            "{zeros}"
        );
    }
}

#[test]
fn a_further_fall_below_an_accepted_level_is_seen() {
    let accepted = [stored("accepted", 31, -0.06)];
    let found = f1_of(&runs(&[0.84, 0.842, 0.839, 0.7]), None, &accepted);
    assert_eq!(found.kind, VerdictKind::Uncertain, "{}", found.reason);
    assert!(found.reason.contains("out of line"), "{}", found.reason);

    let found = f1_of(&runs(&[0.84, 0.842, 0.839, 0.7, 0.701]), None, &accepted);
    assert_ne!(found.kind, VerdictKind::Unchanged, "{}", found.reason);
}

#[test]
fn one_value_beside_an_exact_baseline_is_suspect_or_regressed_however_few_runs_there_were() {
    let cost = |version, value: f64| {
        let metrics = json!({"metrics": {"analysis_cost": value}});
        run(version, 0.9, &metrics)
    };
    for equal in (1..=12).chain([20, 60]) {
        let mut runs: Vec<_> = (1..=equal).map(|version| cost(version, 0.0042)).collect();
        runs.push(cost(equal + 1, 0.007_56));
        let found = f1_of(&runs, Some(&runs[0]), &[]);
        let is_suspect = matches!(found.judgement, Judgement::Suspect(_));
        assert!(
            is_suspect || found.kind == VerdictKind::Regressed,
            "{equal}: {} {}",
            found.kind,
            found.reason
        );
    }
}

#[test]
fn a_latency_falls_by_no_more_than_all_of_it() {
    let latency = |version, value: f64| {
        let metrics = json!({"metrics": {"latency_ms": value}});
        run(version, 0.9, &metrics)
    };
    let noisy = (0..30).map(|run| 10.0 + 0.7 * f64::from(run * 7 % 5 - 2));
    let values = noisy.chain([0.1, 0.2, 0.1]).enumerate();
    let runs: Vec<_> = values
        .map(|(place, value)| latency(place + 1, value))
        .collect();
    for baseline in [None, Some(&runs[3])] {
        let found = f1_of(&runs, baseline, &[]);
        let moved = found.standing.and_then(|standing| standing.moved);
        let moved = moved.expect("it moved");
        assert!(moved.interval.0 >= -moved.before, "{}", found.reason);
        let compared = found
            .assessment
            .and_then(|found| found.comparison.relative_interval);
        assert!(
            compared.is_none_or(|shares| shares.low >= -1.0),
            "{compared:?}"
        );
    }
}

#[test]
fn a_side_run_is_judged_by_its_own_value_and_not_by_what_the_main_line_did() {
    let side = |value: f64| {
        let mut all = runs(&[0.84, 0.842, 0.839, 0.841, 0.838, 0.84, value]);
        let last = all.len() - 1;
        all[last] = run(last + 1, value, &json!({"is_mainline": false}));
        f1_of(&all, Some(&all[3].clone()), &[])
    };
    let (better, same, worse) = (side(0.93), side(0.84), side(0.7));
    assert_eq!(better.kind, VerdictKind::Uncertain, "{}", better.reason);
    assert!(
        better.reason.starts_with("the main line: from 0.9"),
        "{}",
        better.reason
    );
    assert_eq!(same.kind, VerdictKind::Regressed, "{}", same.reason);
    assert_eq!(worse.kind, VerdictKind::Regressed, "{}", worse.reason);
}

#[test]
fn a_spike_that_was_accepted_is_not_called_a_level() {
    let runs = runs(&[0.7, 0.901, 0.899, 0.9]);
    let found = f1_of(&runs, None, &[stored("accepted", 31, -0.2)]);
    assert_eq!(found.kind, VerdictKind::Unchanged, "{}", found.reason);
    let said = "change point 7 was accepted by ada: the new prompt; no lasting level began there";
    assert!(found.reason.ends_with(said), "{}", found.reason);
}
