use super::*;
use crate::metric::{Declared, definition_of};

fn limits(test: ThresholdTest, boundary: f64, history: &[f64], metric: &str) -> Band {
    let threshold = Threshold::new(test, Some(boundary), Some(boundary));
    threshold.limits(history, &definition_of(metric, &Declared::new()))
}

fn assert_limits(band: &Band, lower: f64, upper: f64, within: f64) {
    let near = |found: Option<f64>, wanted: f64| (found.expect("a limit") - wanted).abs() <= within;
    assert!(
        near(band.lower, lower) && near(band.upper, upper),
        "{band:?}, wanted {lower} {upper}"
    );
}

/// 25 values with the mean 100 and the deviation 10.
fn around_100() -> Vec<f64> {
    let mut values = [[90.0, 110.0]; 12].concat();
    values.push(100.0);
    values
}

/// <https://bencher.dev/docs/explanation/thresholds/>: its examples with their printed digits.
#[test]
fn limits_are_those_of_the_original() {
    use ThresholdTest::{DeltaIqr, Iqr, Percentage, Static, TTest, ZScore};
    let history = around_100();
    assert_limits(&limits(ZScore, 0.977, &history, "x"), 80.05, 119.95, 0.005);
    assert_limits(&limits(TTest, 0.977, &history, "x"), 78.54, 121.46, 0.005);
    assert_limits(&limits(Percentage, 0.1, &history, "x"), 90.0, 110.0, 1e-9);
    assert_limits(
        &limits(Iqr, 2.0, &[90.0, 95.0, 100.0, 105.0, 110.0], "x"),
        80.0,
        120.0,
        1e-9,
    );
    // Changes of 0, 10, 20, 30 and 40 %: an interquartile range of 0.2, around a median of 100.
    let changing = [100.0, 100.0, 90.0, 108.0, 75.6, 105.84];
    assert_limits(&limits(DeltaIqr, 2.0, &changing, "x"), 60.0, 140.0, 1e-9);
    let fixed = Threshold::new(Static, Some(1.0), Some(2.0));
    let band = fixed.limits(&[], &definition_of("x", &Declared::new()));
    assert_eq!(
        (band.lower, band.upper, band.baseline),
        (Some(1.0), Some(2.0), None)
    );
}

#[test]
fn a_value_on_its_limit_is_within() {
    let band = Band {
        lower: Some(1.0),
        upper: Some(2.0),
        ..Band::default()
    };
    assert_eq!(
        [1.0, 2.0, 0.99, 2.01].map(|value| band.check(value)),
        [None, None, Some(Outside::Below), Some(Outside::Above)]
    );
}

#[test]
fn a_metric_that_repeats_exactly_can_alert() {
    use ThresholdTest::{LogNormal, TTest, ZScore};
    for test in [ZScore, TTest, LogNormal] {
        let band = limits(test, 0.99, &[200.0; 10], "input_tokens");
        assert_limits(&band, 198.0, 202.0, 1e-9);
        assert!(matches!(band.remarks[..], [Remark::NoSpread { .. }]));
        assert_eq!(band.check(230.0), Some(Outside::Above));

        let old = Threshold {
            compat: true,
            ..Threshold::new(test, None, Some(0.99))
        };
        let band = old.limits(
            &[200.0; 10],
            &definition_of("input_tokens", &Declared::new()),
        );
        assert_eq!(band, Band::default(), "the original draws none");
    }
    assert_limits(&limits(ZScore, 0.99, &[0.9; 10], "f1"), 0.89, 0.91, 1e-9);
}

#[test]
fn the_lower_limit_of_the_log_normal_law_is_its_quantile() {
    let history = [10.0, 20.0, 40.0, 80.0, 160.0];
    let band = limits(ThresholdTest::LogNormal, 0.99, &history, "latency_ms");
    // scipy.stats.lognorm(s=numpy.std(numpy.log(x), ddof=1), scale=40).ppf([0.01, 0.99])
    assert_limits(&band, 3.124_551_54, 512.073_485_82, 1e-7);
    let old = Threshold {
        compat: true,
        ..Threshold::new(ThresholdTest::LogNormal, Some(0.99), Some(0.99))
    };
    let band = old.limits(&history, &definition_of("latency_ms", &Declared::new()));
    assert!(
        band.lower.expect("a limit") < 0.0,
        "the original mirrors below 0"
    );
    let none = limits(ThresholdTest::LogNormal, 0.99, &[1.0, 0.0], "latency_ms");
    assert_eq!(
        (none.lower, none.remarks),
        (None, vec![Remark::NotPositive])
    );
}

#[test]
fn a_limit_outside_of_the_range_is_drawn_in_and_said() {
    let band = limits(ThresholdTest::ZScore, 0.999, &[0.9, 0.99, 0.95, 0.98], "f1");
    assert_eq!(band.upper, Some(1.0));
    assert!(matches!(band.remarks[..], [Remark::OutOfRange { limit }] if limit > 1.0));
}

#[test]
fn a_short_history_and_a_wrong_boundary_are_said() {
    let definition = definition_of("x", &Declared::new());
    let mut test = Threshold::new(ThresholdTest::TTest, Some(0.99), Some(0.99));
    test.min_sample_size = Some(5);
    let band = test.limits(&[1.0, 2.0, 3.0], &definition);
    assert_eq!(
        band.remarks,
        [Remark::TooFew {
            found: 3,
            wanted: 5
        }]
    );
    assert_eq!(band.check(1e9), None);

    let band = limits(ThresholdTest::ZScore, 1.5, &[1.0, 2.0, 3.0], "x");
    assert_eq!(
        (band.lower, band.upper, band.remarks.len()),
        (None, None, 2)
    );
    assert_eq!(limits(ThresholdTest::TTest, 0.99, &[1.0], "x").upper, None);
}

#[test]
fn only_the_newest_runs_count() {
    let mut test = Threshold::new(ThresholdTest::Percentage, None, Some(0.1));
    test.max_sample_size = Some(2);
    let band = test.limits(
        &[900.0, 100.0, 100.0],
        &definition_of("x", &Declared::new()),
    );
    assert!((band.upper.expect("a limit") - 110.0).abs() < 1e-9);
}

#[test]
fn the_seven_names_are_those_of_the_original() {
    use ThresholdTest::{DeltaIqr, Iqr, LogNormal, Percentage, Static, TTest, ZScore};
    for test in [Static, Percentage, ZScore, TTest, LogNormal, Iqr, DeltaIqr] {
        assert_eq!(serde_json::to_value(test).expect("JSON"), test.as_str());
    }
}
