//! Properties of series: results are reproducible, and constant series have no change.
//!
//! `tests/fixtures/statistics_series.json` holds 65 synthetic series with the answers of a prototype
//! of the method in Python (`NumPy`, `SciPy`), written before this code.

use bench_model::stats::{
    ChangeKind, HistoryOptions, JudgeOptions, Judgement, Series, StatsError, alerts, history, judge,
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Labelled {
    id: String,
    values: Vec<f64>,
    prototype: Answers,
}

#[derive(Deserialize)]
struct Answers {
    history: Vec<usize>,
    alert: Vec<usize>,
}

fn labelled() -> Vec<Labelled> {
    let text = include_str!("../fixtures/statistics_series.json");
    serde_json::from_str(text).expect("the fixture is JSON")
}

fn found(values: &[f64]) -> Vec<usize> {
    let history = history(values, &HistoryOptions::default()).expect("finite values");
    history.changes.iter().map(|change| change.index).collect()
}

fn alerted(values: &[f64]) -> Vec<usize> {
    let alerts = alerts(values, &JudgeOptions::default()).expect("finite values");
    alerts.iter().map(|change| change.index).collect()
}

/// Noise that is the same on every machine: the fractional parts of multiples of the golden ratio,
/// summed to something near a bell.
fn noise(i: usize) -> f64 {
    let part =
        |factor: f64| (f64::from(u32::try_from(i).expect("short") + 1) * factor).fract() - 0.5;
    part(0.618_033_988_749_895) + part(0.414_213_562_373_095) + part(0.324_717_957_244_746)
}

fn steps(levels: &[f64], length: usize) -> Vec<f64> {
    (0..levels.len() * length)
        .map(|i| levels[i / length] + noise(i))
        .collect()
}

/// Differences from the prototype, with reasons.
const DIFFERENT: [(&str, &[usize], &[usize], &str); 11] = [
    (
        "p00068",
        &[42],
        &[],
        "the change waits for a p-value of 1e-4 instead of 1e-3",
    ),
    (
        "p00213",
        &[7],
        &[7],
        "the clearest split of the newest runs, not the first: the truth",
    ),
    (
        "p00270",
        &[16, 32],
        &[],
        "both changes wait for a p-value of 1e-4",
    ),
    (
        "p00438",
        &[],
        &[],
        "a cut costs 1 + 0.45 ln n, not 0.9: three runs do not pay for it",
    ),
    ("p00640", &[], &[], "the same, with four runs at the end"),
    (
        "p00595",
        &[47],
        &[47],
        "one reading: what the newest runs show is part of the history",
    ),
    (
        "p00819",
        &[6],
        &[6],
        "one reading: the place that the history shows, a run after the prototype's",
    ),
    (
        "p01106",
        &[42, 51, 82],
        &[42, 82],
        "the middle one waits for a p-value of 1e-4",
    ),
    (
        "p00797",
        &[45],
        &[45],
        "a drift that was cut in three is no change; its end is far from its start",
    ),
    (
        "p00853",
        &[16],
        &[16],
        "four clear runs; a level of 8e-4 instead of 3e-4",
    ),
    (
        "p01084",
        &[],
        &[],
        "a cut costs more; the prototype's change was in the wrong place",
    ),
];

#[test]
fn the_answers_are_those_of_the_prototype_or_the_difference_has_a_reason() {
    let series = labelled();
    assert_eq!(series.len(), 65);
    for Labelled {
        id,
        values,
        prototype,
    } in series
    {
        let different = DIFFERENT.iter().find(|(other, ..)| *other == id);
        let (history, alerts) = different.map_or(
            (&prototype.history[..], &prototype.alert[..]),
            |(_, history, alerts, _)| (*history, *alerts),
        );
        assert_eq!(found(&values), history, "{id}, history");
        assert_eq!(alerted(&values), alerts, "{id}, alerts");
    }
}

#[test]
fn a_series_that_grew_run_by_run_has_the_same_bits_as_one_that_came_whole() {
    let mut values = steps(&[0.0, 4.0, 4.3, 1.0], 40);
    values.extend([90.0, 1.2, 1.1, 0.0]);
    values.extend(labelled().into_iter().flat_map(|s| s.values).take(150));
    let (options, judge_options) = (HistoryOptions::default(), JudgeOptions::default());

    let mut series = Series::default();
    for (i, value) in values.iter().enumerate() {
        series.push(*value).expect("finite");
        let whole = &values[..=i];
        assert_eq!(series.history(&options), history(whole, &options), "{i}");
        assert_eq!(
            series.alerts(&judge_options),
            alerts(whole, &judge_options),
            "{i}"
        );
    }
    assert_eq!(series.values(), values);
}

#[test]
fn the_unit_of_a_metric_does_not_matter() {
    let values = steps(&[10.0, 12.0, 9.0], 40);
    let changes = found(&values);
    assert_eq!(changes, [40, 80]);
    for exponent in [-1000, -30, 7, 1000] {
        let scaled: Vec<f64> = values.iter().map(|v| v * 2.0_f64.powi(exponent)).collect();
        assert_eq!(found(&scaled), changes, "2^{exponent}");
    }
    let mirrored: Vec<f64> = values.iter().map(|v| 1000.0 - v).collect();
    assert_eq!(found(&mirrored), changes);
}

#[test]
fn a_change_says_where_how_much_and_how_sure() {
    let history = history(&steps(&[10.0, 12.0], 40), &HistoryOptions::default()).expect("finite");

    let [change] = history.changes[..] else {
        panic!("one change, found {:?}", history.changes)
    };
    assert_eq!((change.index, change.kind), (40, ChangeKind::Step));
    assert!(change.earliest <= 40 && 40 <= change.latest && change.latest - change.earliest <= 3);
    assert!((change.before - 10.0).abs() < 0.1 && (change.after - 12.0).abs() < 0.1);
    assert!(change.delta_low < 2.0 && 2.0 < change.delta_high);
    assert!((change.relative.expect("not from 0") - 0.2).abs() < 0.02);
    assert!((change.in_noise.expect("noise") - 4.0).abs() < 0.5);
    assert!(change.p_value < 1e-20);
    assert!((history.noise.sd - 0.5).abs() < 0.1 && !history.noise.is_exact);
}

#[test]
fn a_lone_spike_is_never_a_change() {
    let none: [usize; 0] = [];
    for place in 1..59 {
        let mut values = steps(&[5.0], 60);
        values[place] += 50.0;
        assert_eq!(found(&values), none, "at {place}");
        if noise(place - 1).abs() < 1.0 {
            assert_eq!(alerted(&values[..=place]), none, "at {place}");
        }
    }
}

#[test]
fn a_drift_is_told_apart_from_steps() {
    let values: Vec<f64> = (0..80_u8)
        .map(|i| 0.1 * f64::from(i) + noise(i.into()))
        .collect();

    let history = history(&values, &HistoryOptions::default()).expect("finite");

    assert!(history.changes.is_empty());
    let [drift] = history.drifts[..] else {
        panic!("one drift, found {:?}", history.drifts)
    };
    assert_eq!((drift.first, drift.last), (0, 79));
    assert!((drift.slope - 0.1).abs() < 0.01);
    assert!((drift.after - drift.before - 7.9).abs() < 0.5);
}

#[test]
fn an_exact_metric_changes_when_its_value_lasts() {
    let mut cost = vec![1234.0; 20];
    assert!(found(&cost).is_empty());

    cost.push(1236.0);
    assert!(found(&cost).is_empty(), "one run may be a mistake");
    let judgement = judge(&cost, &JudgeOptions::default()).expect("finite");
    assert!(matches!(judgement, Judgement::Suspect(s) if s.index == 20));

    cost.push(1236.0);
    let history = history(&cost, &HistoryOptions::default()).expect("finite");
    assert!(history.noise.is_exact);
    let [change] = history.changes[..] else {
        panic!("one change, found {:?}", history.changes)
    };
    assert_eq!((change.index, change.kind), (20, ChangeKind::Exact));
    assert_eq!((change.earliest, change.latest), (20, 20));
    assert!((change.delta - 2.0).abs() < 1e-9);
    assert_eq!(change.in_noise, None);
    let judgement = judge(&cost, &JudgeOptions::default()).expect("finite");
    assert!(matches!(
        judgement,
        Judgement::Confirmed { is_new: true, .. }
    ));
}

#[test]
fn one_run_out_of_line_is_suspect_and_two_are_a_change() {
    let mut values = steps(&[5.0], 30);
    let options = JudgeOptions::default();
    let judgement = |values: &[f64]| judge(values, &options).expect("finite");

    let Judgement::Quiet {
        limits: Some(limits),
    } = judgement(&values)
    else {
        panic!("quiet, with limits")
    };
    assert!(limits.confirm < limits.suspect && limits.suspect < 4.0);

    values.push(10.0);
    assert!(matches!(judgement(&values), Judgement::Suspect(s) if s.delta > 4.5));
    values.push(10.1);
    assert!(matches!(
        judgement(&values),
        Judgement::Confirmed { change, is_new: true } if change.index == 30
    ));
    values.extend([10.2, 9.9, 10.0]);
    assert!(matches!(
        judgement(&values),
        Judgement::Confirmed { change, is_new: false } if change.index == 30
    ));
    values.extend((0..30).map(|i| 10.0 + noise(i)));
    assert!(
        matches!(judgement(&values), Judgement::Quiet { .. }),
        "known by now"
    );
}

#[test]
fn too_few_runs_are_quiet_and_say_that_they_cannot_tell() {
    for count in 0..5 {
        let judgement = judge(
            &[1.0, 2.0, 1.5, 9.0, 8.0][..count],
            &JudgeOptions::default(),
        );
        assert_eq!(judgement, Ok(Judgement::Quiet { limits: None }));
    }
}

#[test]
fn a_value_that_is_no_number_is_named_and_not_left_out() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = history(&[1.0, 2.0, bad], &HistoryOptions::default()).unwrap_err();
        assert!(matches!(error, StatsError::NotFinite { index: 2, .. }));
        assert!(Series::default().push(bad).is_err());
    }
    let options = HistoryOptions {
        level: f64::NAN,
        ..HistoryOptions::default()
    };
    let error = history(&[1.0], &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`level` must be between 0 and 1, found NaN"
    );
}

#[test]
fn five_thousand_runs_are_no_obstacle() {
    let values = steps(&[0.0, 3.0], 2500);

    assert_eq!(found(&values), [2500]);
}

#[test]
fn the_ends_of_f64_are_no_obstacle() {
    let extremes = [
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        0.0,
        -0.0,
        1.0,
    ];
    for a in extremes {
        for b in extremes {
            let mut values = vec![a; 12];
            values.extend([b; 12]);
            // Differences within rounding are ignored.
            let differs = (a - b).abs() > 1e-9 * a.abs().max(b.abs());
            let expected: &[usize] = if differs { &[12] } else { &[] };
            assert_eq!(found(&values), expected, "{a:e} {b:e}");
        }
    }
}

fn any_series() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        4 => -10.0..10.0_f64,
        2 => (0..4_u8).prop_map(f64::from),
        1 => any::<f64>().prop_filter("finite", |v| v.is_finite()),
        1 => Just(f64::MAX),
        1 => Just(5e-324),
    ];
    prop::collection::vec(value, 0..90)
}

proptest! {
    #[test]
    fn whatever_the_values_every_answer_is_within_its_bounds(values in any_series()) {
        let history = history(&values, &HistoryOptions::default()).expect("finite");
        prop_assert!(history.noise.sd >= 0.0);
        prop_assert!((0.0..=0.95).contains(&history.noise.autocorrelation));
        let mut before = 0;
        for change in &history.changes {
            prop_assert!(change.index > before && change.index < values.len());
            prop_assert!(change.earliest >= 1 && change.earliest <= change.index);
            prop_assert!(change.latest >= change.index && change.latest < values.len());
            prop_assert!((0.0..=1.0).contains(&change.p_value));
            prop_assert!(change.delta_low <= change.delta && change.delta <= change.delta_high);
            prop_assert!(change.before.is_finite() && change.after.is_finite());
            before = change.index;
        }
        for drift in &history.drifts {
            prop_assert!(drift.first < drift.last && drift.last < values.len());
            prop_assert!(drift.slope.is_finite() && (0.0..=1.0).contains(&drift.p_value));
        }
        let judgement = judge(&values, &JudgeOptions::default());
        prop_assert!(judgement.is_ok());
    }

    #[test]
    fn whatever_the_values_a_growing_series_agrees_with_a_whole_one(values in any_series()) {
        let options = HistoryOptions::default();
        let mut series = Series::default();
        for value in &values {
            series.push(*value).expect("finite");
        }
        prop_assert_eq!(series.history(&options), history(&values, &options));
    }
}
