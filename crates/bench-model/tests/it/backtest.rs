//! Backtests: a rule's flags, their support, and the value of a setting.

use bench_model::metric::{Declared, MetricDefinition, definition_of};
use bench_model::stats::backtest::{
    BacktestOptions, LEAST_RUNS, Rule, TradeOff, Worth, replay, trade_off,
};
use bench_model::stats::random::SplitMix;
use bench_model::stats::{JudgeOptions, StatsError};
use bench_model::stats::{Threshold, ThresholdTest};

fn latency() -> MetricDefinition {
    definition_of("latency_ms", &Declared::new())
}

/// 400 ms give or take 4, 440 from run 60 on, and a spike at run 30.
fn slower() -> Vec<f64> {
    let mut random = SplitMix::new(20);
    let level = |run: usize| match run {
        30 => 480.0,
        0..60 => 400.0,
        _ => 440.0,
    };
    (0..100)
        .map(|run| level(run) + 4.0 * random.normal())
        .collect()
}

fn weighed(values: &[f64]) -> TradeOff {
    trade_off(values, &latency(), &[], &BacktestOptions::default()).expect("finite")
}

/// The recommended row of the rules whose name begins so.
fn recommended<'a>(trade_off: &'a TradeOff, kind: &str) -> Option<&'a Worth> {
    let mut rows = trade_off.rows.iter();
    rows.find(|row| row.is_recommended && row.rule.name().starts_with(kind))
}

#[test]
fn a_judgement_flags_the_step_once_and_the_spike_never() {
    let replay =
        replay(&slower(), &latency(), &Rule::Judge(JudgeOptions::default())).expect("finite");

    let [flag] = replay.flags[..] else {
        panic!("one flag, found {:?}", replay.flags)
    };
    assert!((60..63).contains(&flag.run) && (58..=61).contains(&flag.since));
    assert!(flag.is_supported && flag.is_worse == Some(true));
    assert!((flag.delta - 40.0).abs() < 10.0);
    assert!(replay.missed.is_empty());
}

#[test]
fn a_plain_threshold_flags_the_spike_too() {
    let replay = replay(&slower(), &latency(), &Rule::plain(0.05)).expect("finite");

    let flagged: Vec<(usize, bool)> = replay
        .flags
        .iter()
        .map(|f| (f.run, f.is_supported))
        .collect();
    assert_eq!(flagged, [(30, false), (60, true)]);
}

#[test]
fn what_a_strict_rule_misses_is_said() {
    let rule = Rule::Test(Threshold::new(ThresholdTest::Static, None, Some(1000.0)));

    let replay = replay(&slower(), &latency(), &rule).expect("finite");

    assert!(replay.flags.is_empty());
    assert_eq!(replay.missed.len(), 1);
}

#[test]
fn the_recommended_setting_keeps_to_what_is_bearable() {
    let trade_off = weighed(&slower());

    assert!((trade_off.sd - 4.0).abs() < 1.0);
    for row in trade_off.rows.iter().filter(|row| row.is_recommended) {
        assert!(row.false_per_thousand <= 5.0, "{}", row.rule.name());
    }
    let plain = recommended(&trade_off, "plain").expect("one threshold is quiet enough");
    let judge = recommended(&trade_off, "judge").expect("a judgement is quiet enough");
    assert!(
        judge.smallest_found < plain.smallest_found,
        "{judge:?} {plain:?}"
    );
    assert!((1.5..5.0).contains(&judge.smallest_in_noise.expect("noise")));
    assert!(judge.flags == 1 && judge.supported == 1);
}

#[test]
fn a_stricter_setting_never_flags_more() {
    let trade_off = weighed(&slower());
    for kind in [
        "plain",
        "static",
        "percentage",
        "z_score",
        "t_test",
        "log_normal",
        "iqr",
    ] {
        let rows = trade_off
            .rows
            .iter()
            .filter(|row| row.rule.name().starts_with(kind));
        let false_flags: Vec<f64> = rows.map(|row| row.false_per_thousand).collect();
        assert!(false_flags.len() > 4);
        assert!(
            false_flags.is_sorted_by(|a, b| a >= b),
            "{kind} {false_flags:?}"
        );
    }
}

#[test]
fn an_exact_metric_can_be_judged_too() {
    let mut cost = vec![1234.0; 40];
    cost[25] = 1240.0;

    let trade_off = weighed(&cost);

    let judge = recommended(&trade_off, "judge").expect("no false flag at all");
    assert!(judge.smallest_found.is_some_and(|shift| shift < 2.0));
    assert_eq!(judge.smallest_in_noise, None);
}

#[test]
fn too_few_runs_recommend_nothing() {
    let trade_off = weighed(&slower()[..LEAST_RUNS - 1]);

    assert!(trade_off.rows.is_empty() && trade_off.best.is_none());
}

#[test]
fn what_is_no_number_is_refused() {
    let error = trade_off(&[f64::NAN], &latency(), &[], &BacktestOptions::default()).unwrap_err();
    assert!(matches!(error, StatsError::NotFinite { index: 0, .. }));
    let options = BacktestOptions {
        most_false: -1.0,
        ..BacktestOptions::default()
    };
    assert!(trade_off(&slower(), &latency(), &[], &options).is_err());
}

#[test]
fn a_value_that_no_shift_can_be_put_on_is_refused_by_name() {
    let mut values = slower();
    values[7] = -1e308;
    let refused = trade_off(&values, &latency(), &[], &BacktestOptions::default()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the value of run 7 must be at most 1e300 in size to be replayed, found -1e308"
    );
    for size in [1e300, 1e160, 1e-300] {
        let values: Vec<f64> = slower().iter().map(|value| value / 500.0 * size).collect();
        assert!(trade_off(&values, &latency(), &[], &BacktestOptions::default()).is_ok());
    }
}

#[test]
fn a_metric_that_is_always_0_gets_a_recommendation_too() {
    let trade_off = weighed(&[0.0; 40]);
    let best = &trade_off.rows[trade_off.best.expect("one is best")];
    assert_eq!(best.smallest_found, Some(1e-3));
}
