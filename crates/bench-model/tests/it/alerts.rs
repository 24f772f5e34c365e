//! Alerts: one incident per cause, quiet when nothing happens, the same when replayed.

mod history;

use std::collections::BTreeMap;

use bench_model::{
    alert::{
        Class, Event, EventKind, Incident, Kind, Log, Rules, Severity, State, backtest, decide,
        evaluate, incidents,
    },
    stats::random::SplitMix,
};
use history::{History, at_night, night_after};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The events up to `at`, evaluated at these times, with the conditions judged again each time.
fn live(log: &Log, rules: &Rules, times: &[Timestamp]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut next = 1;
    for at in times {
        let conditions = evaluate(log, rules, *at).expect("options in range");
        let before = incidents(&events);
        for mut event in decide(log, &conditions, &before, rules, *at, None) {
            if event.kind == EventKind::Opened {
                event.incident = next;
                next += 1;
            }
            event.id = i64::try_from(events.len()).expect("few") + 1;
            events.push(event);
        }
    }
    events
}

fn told(events: &[Event]) -> usize {
    events.iter().filter(|event| event.is_told).count()
}

fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

/// The share of conditions that are in an incident of their own cause, the share of each cause's
/// conditions that are in one incident, and the share of affected series that were found.
struct Score {
    pure: usize,
    complete: usize,
    members: usize,
    found: usize,
    affected: usize,
}

fn score(count: u64) -> Score {
    let mut score = Score {
        pure: 0,
        complete: 0,
        members: 0,
        found: 0,
        affected: 0,
    };
    for seed in 0..count {
        let mut random = SplitMix::new(1_000 + seed);
        let history = History::random(&mut random);
        let rules = Rules::default();
        let (_, incidents) = backtest(&history.log, &rules, &history.looks()).expect("in range");
        let mut of_cause: BTreeMap<usize, BTreeMap<i64, usize>> = BTreeMap::new();
        for incident in &incidents {
            let mut causes: BTreeMap<Option<usize>, usize> = BTreeMap::new();
            for member in &incident.evidence.members {
                let cause = history.cause_of(member);
                *causes.entry(cause).or_default() += 1;
                if let Some(cause) = cause {
                    let of = of_cause.entry(cause).or_default();
                    *of.entry(incident.id).or_default() += 1;
                }
            }
            score.members += incident.evidence.members.len();
            let known = causes.iter().filter(|(cause, _)| cause.is_some());
            score.pure += known.map(|(_, count)| *count).max().unwrap_or_default();
        }
        for of in of_cause.values() {
            score.found += of.values().sum::<usize>();
            score.complete += of.values().max().copied().unwrap_or_default();
        }
        score.affected += history.affected();
    }
    score
}

fn holds(count: u64) {
    let Score {
        pure,
        complete,
        members,
        found,
        affected,
    } = score(count);
    let share = |part: usize, whole: usize| {
        100 * u32::try_from(part).expect("few") / u32::try_from(whole.max(1)).expect("few")
    };
    println!(
        "{count} histories: {found} of {affected} found; purity {pure}/{members}, completeness {complete}/{found}"
    );
    assert!(share(pure, members) >= 95, "purity {pure} of {members}");
    assert!(
        share(complete, found) >= 95,
        "completeness {complete} of {found}"
    );
    assert!(share(found, affected) >= 80, "found {found} of {affected}");
}

#[test]
fn conditions_of_one_cause_are_one_incident() {
    holds(25);
}

#[test]
#[ignore = "a minute in a release build: cargo test --release -p bench-model --test it alerts -- --ignored --nocapture"]
fn conditions_of_one_cause_are_one_incident_in_a_thousand_histories() {
    holds(1_000);
}

/// 40 quiet nights of 3 models with 5 metrics each, then `bad` nights with a provider that makes all
/// of them worse, then `good` nights.
fn one_cause(bad: usize, good: usize) -> History {
    let mut history = History::quiet(7, 3, 5, 40 + bad + good);
    history.provider("other", 40, 40 + bad);
    history
}

#[test]
fn two_hundred_failing_runs_of_one_cause_are_one_incident_and_few_messages() {
    // 67 nights of 3 models.
    let history = one_cause(67, 6);
    let times: Vec<Timestamp> = (38..113).map(night_after).collect();
    let (nights, incidents) = backtest(&history.log, &Rules::default(), &times).expect("in range");
    let events: Vec<Event> = nights.into_iter().flat_map(|night| night.events).collect();

    assert_eq!(incidents.len(), 1, "{incidents:#?}");
    assert_eq!(incidents[0].evidence.members.len(), 15);
    assert_eq!(incidents[0].evidence.cause.keys, ["provider=other"]);
    assert_eq!(incidents[0].state, State::Resolved);
    assert_eq!(told(&events), 2, "{:?}", kinds(&events));
}

#[test]
fn ninety_quiet_days_of_fifty_series_are_at_most_one_incident() {
    let history = History::quiet(11, 10, 5, 150);
    let times: Vec<Timestamp> = (60..150).map(night_after).collect();
    let (_, incidents) = backtest(&history.log, &Rules::default(), &times).expect("in range");
    assert!(incidents.len() <= 1, "{incidents:#?}");
}

#[test]
fn a_backtest_is_what_evaluations_night_by_night_give() {
    let history = one_cause(5, 5);
    let times: Vec<Timestamp> = (39..50).map(night_after).collect();
    let rules = Rules::default();
    let (nights, _) = backtest(&history.log, &rules, &times).expect("in range");
    let events: Vec<Event> = nights.into_iter().flat_map(|night| night.events).collect();
    assert_eq!(events, live(&history.log, &rules, &times));
}

#[test]
fn what_was_recorded_later_plays_no_part() {
    let history = one_cause(8, 0);
    let rules = Rules::default();
    for night in [41, 44, 47] {
        let at = night_after(night);
        let mut cut = history.log.clone();
        for configuration in &mut cut.configurations {
            configuration.runs.retain(|run| run.recorded_at <= at);
        }
        assert_eq!(
            evaluate(&history.log, &rules, at).expect("in range"),
            evaluate(&cut, &rules, at).expect("in range")
        );
    }
}

#[test]
fn every_stored_event_is_reproduced_at_its_time() {
    let history = one_cause(6, 6);
    let rules = Rules::default();
    let times: Vec<Timestamp> = (39..53).map(night_after).collect();
    let events = live(&history.log, &rules, &times);
    for (place, event) in events.iter().enumerate() {
        let before: Vec<Event> = events[..place]
            .iter()
            .filter(|before| before.at < event.at)
            .cloned()
            .collect();
        let conditions = evaluate(&history.log, &rules, event.at).expect("in range");
        let again = decide(
            &history.log,
            &conditions,
            &incidents(&before),
            &rules,
            event.at,
            None,
        );
        assert!(
            again
                .iter()
                .any(|of| (of.kind, &of.evidence) == (event.kind, &event.evidence)),
            "{event:#?}"
        );
    }
}

#[test]
fn what_is_back_within_a_week_reopens_and_later_opens_another_one() {
    let open = |gap: usize| {
        let mut history = History::quiet(3, 1, 1, 70 + gap);
        history.provider("other", 40, 50);
        history.provider("other", 56 + gap, 70 + gap);
        let times: Vec<Timestamp> = (38..70 + gap).map(night_after).collect();
        live(&history.log, &Rules::default(), &times)
    };
    let soon = open(0);
    let kinds_soon = kinds(&soon);
    assert_eq!(incidents(&soon).len(), 1, "{kinds_soon:?}");
    assert!(kinds_soon.contains(&EventKind::Reopened), "{kinds_soon:?}");
    assert_eq!(incidents(&open(14)).len(), 2);
}

#[test]
fn a_run_without_the_metric_and_a_silence_resolve_nothing() {
    let mut history = History::quiet(5, 1, 2, 60);
    history.provider("other", 40, 60);
    // From night 50 on, the regressed metric is not measured any more.
    for run in &mut history.log.configurations[0].runs[50..] {
        run.metrics.remove("f1");
    }
    let times: Vec<Timestamp> = (38..75).map(night_after).collect();
    let events = live(&history.log, &Rules::default(), &times);
    let found = incidents(&events);
    let quality: Vec<&Incident> = found
        .iter()
        .filter(|of| of.evidence.class == Class::Quality)
        .collect();
    assert!(
        quality.iter().any(|of| of.state.is_open()),
        "{:?}",
        kinds(&events)
    );
}

#[test]
fn all_that_falls_silent_at_once_is_one_incident_and_ends_with_the_next_runs() {
    let mut history = History::quiet(5, 4, 1, 30);
    history.silent(20, 24);
    let times: Vec<Timestamp> = (15..30).map(night_after).collect();
    let events = live(&history.log, &Rules::default(), &times);
    assert_eq!(kinds(&events), [EventKind::Opened, EventKind::Resolved]);
    let evidence = events[0].evidence.as_ref().expect("evidence");
    assert_eq!(evidence.members.len(), 4);
    assert_eq!(evidence.conditions[0].kind, Kind::Stale);
}

#[test]
fn what_a_person_said_holds_until_it_does_not_apply_any_more() {
    let history = one_cause(20, 0);
    let rules = Rules::default();
    let times: Vec<Timestamp> = (38..46).map(night_after).collect();
    let opened = live(&history.log, &rules, &times);
    let id = opened[0].incident;
    let said = |kind: EventKind, until: Option<Timestamp>| {
        let mut events = opened.clone();
        events.push(Event {
            id: 1_000,
            kind,
            until,
            by: "ada".to_owned(),
            evidence: None,
            at: night_after(46),
            ..opened[0].clone()
        });
        events
    };
    let next = |events: &[Event], night: usize| {
        let at = night_after(night);
        let conditions = evaluate(&history.log, &rules, at).expect("in range");
        decide(
            &history.log,
            &conditions,
            &incidents(events),
            &rules,
            at,
            None,
        )
    };

    let accepted = said(EventKind::Accepted, None);
    assert_eq!(next(&accepted, 50), []);

    // It still shows; who said that it is over knows that.
    let over = said(EventKind::Resolved, None);
    assert_eq!(next(&over, 50), []);

    let until = at_night(52);
    let muted = said(EventKind::Muted, Some(until));
    assert!(next(&muted, 50).iter().all(|event| !event.is_told));
    let over = next(&muted, 52);
    assert_eq!((over[0].kind, over[0].is_told), (EventKind::Unmuted, true));

    let acknowledged = said(EventKind::Acknowledged, None);
    assert!(next(&acknowledged, 50).iter().all(|event| !event.is_told));
    assert_eq!(
        incidents(&acknowledged)
            .iter()
            .find(|of| of.id == id)
            .map(|of| of.state),
        Some(State::Acknowledged)
    );
}

#[test]
fn a_change_of_data_mutes_what_follows_from_it() {
    let mut history = History::quiet(9, 2, 3, 60);
    history.dataset_size(900, 40, 60);
    let times: Vec<Timestamp> = (38..60).map(night_after).collect();
    let events = live(&history.log, &Rules::default(), &times);
    assert_eq!(told(&events), 0, "{events:#?}");
    let found = incidents(&events);
    assert!(
        found
            .iter()
            .all(|of| of.evidence.severity == Severity::Note)
    );
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn when_many_items_fail_their_quality_is_not_reported_beside_it() {
    let mut history = History::quiet(13, 1, 3, 60);
    history.errors(30, 40, 60);
    let times: Vec<Timestamp> = (38..60).map(night_after).collect();
    let events = live(&history.log, &Rules::default(), &times);
    let found = incidents(&events);
    assert_eq!(found.len(), 1, "{found:#?}");
    let worst = &found[0].evidence.conditions[0];
    assert_eq!(worst.kind, Kind::Errors);
    assert_eq!(told(&events), 1, "{:?}", kinds(&events));
}

#[test]
fn a_retracted_run_is_not_evidence() {
    let mut history = History::quiet(15, 1, 1, 45);
    history.provider("other", 40, 45);
    let at = night_after(44);
    let bad: Vec<String> = history.log.configurations[0].runs[40..]
        .iter()
        .map(|run| run.id.clone())
        .collect();
    let rules = Rules::default();
    assert_eq!(
        evaluate(&history.log, &rules, at).expect("in range").len(),
        1
    );
    for id in bad {
        history.retract(&id, at);
    }
    let later = at + 1.hour();
    let found = evaluate(&history.log, &rules, later).expect("in range");
    assert!(found.iter().all(|of| of.kind == Kind::Stale), "{found:#?}");
    // Before it was said, it was evidence.
    let before = at - SignedDuration::from_secs(1);
    assert_eq!(
        evaluate(&history.log, &rules, before)
            .expect("in range")
            .len(),
        1
    );
}
