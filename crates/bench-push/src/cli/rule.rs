//! A rule on the command line: `judge`, `plain=0.05`, `t_test=0.99`.

use std::str::FromStr;

use bench_model::{
    metric::{Direction, MetricDefinition},
    stats::{JudgeOptions, Threshold, ThresholdTest, backtest::Rule},
};

/// The number of runs from which a test's limits are drawn, as in Bencher's thresholds.
const WINDOW: usize = 64;

/// A rule without its side, which depends on the metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NamedRule {
    /// The judgement of `check`, at this level.
    Judge(f64),
    /// The plain threshold against the run before.
    Plain(f64),
    /// One of Bencher's tests, with its boundary.
    Test(ThresholdTest, f64),
}

const TESTS: [ThresholdTest; 7] = [
    ThresholdTest::Static,
    ThresholdTest::Percentage,
    ThresholdTest::ZScore,
    ThresholdTest::TTest,
    ThresholdTest::LogNormal,
    ThresholdTest::Iqr,
    ThresholdTest::DeltaIqr,
];

impl NamedRule {
    /// A typical setting of each kind. A fixed limit has none.
    pub(crate) fn usual() -> Vec<Self> {
        vec![
            Self::Judge(JudgeOptions::default().level),
            Self::Plain(0.05),
            Self::Test(ThresholdTest::Percentage, 0.1),
            Self::Test(ThresholdTest::ZScore, 0.99),
            Self::Test(ThresholdTest::TTest, 0.99),
            Self::Test(ThresholdTest::LogNormal, 0.99),
            Self::Test(ThresholdTest::Iqr, 3.0),
            Self::Test(ThresholdTest::DeltaIqr, 3.0),
        ]
    }

    /// The rule for a metric: on its worse side, or on both if it has no direction.
    pub(crate) fn for_metric(self, definition: &MetricDefinition) -> Rule {
        match self {
            Self::Judge(level) => Rule::Judge(JudgeOptions {
                level,
                ..JudgeOptions::default()
            }),
            Self::Plain(threshold) => Rule::plain(threshold),
            Self::Test(test, boundary) => {
                let side = |is_judged: bool| is_judged.then_some(boundary);
                let mut threshold = Threshold::new(
                    test,
                    side(definition.direction != Direction::LowerIsBetter),
                    side(definition.direction != Direction::HigherIsBetter),
                );
                threshold.max_sample_size = Some(WINDOW);
                Rule::Test(threshold)
            }
        }
    }
}

impl FromStr for NamedRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => (name.trim(), Some(number.trim())),
            None => (text.trim(), None),
        };
        let setting = |wanted: &str, example: &str, holds: &dyn Fn(f64) -> bool| {
            number
                .and_then(|number| number.parse::<f64>().ok())
                .filter(|number| number.is_finite() && holds(*number))
                .ok_or_else(|| format!("`{text}` needs {wanted}, such as {name}={example}"))
        };
        match name {
            "judge" if number.is_none() => Ok(Self::Judge(JudgeOptions::default().level)),
            "judge" => setting("a p-value between 0 and 1", "1e-5", &|p| p > 0.0 && p < 1.0)
                .map(Self::Judge),
            "plain" | "threshold" => {
                setting("a ratio of 0 or more", "0.05", &|ratio| ratio >= 0.0).map(Self::Plain)
            }
            _ => {
                let kind = TESTS
                    .into_iter()
                    .find(|test| test.as_str() == name)
                    .ok_or_else(|| {
                        format!(
                            "there is no rule `{name}`: wanted judge, plain, {}",
                            TESTS.map(ThresholdTest::as_str).join(", ")
                        )
                    })?;
                let boundary = match kind {
                    ThresholdTest::Static => setting("a number", "0.8", &|_| true),
                    ThresholdTest::ZScore | ThresholdTest::TTest | ThresholdTest::LogNormal => {
                        setting("a probability from 0.5 to below 1", "0.99", &|p| {
                            (0.5..1.0).contains(&p)
                        })
                    }
                    _ => setting(
                        "a number of 0 or more",
                        if kind == ThresholdTest::Percentage {
                            "0.1"
                        } else {
                            "3"
                        },
                        &|number| number >= 0.0,
                    ),
                };
                boundary.map(|boundary| Self::Test(kind, boundary))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bench_model::metric::{Declared, definition_of};

    use super::*;

    #[test]
    fn a_rule_is_read_or_said_to_be_wrong() {
        assert_eq!("plain=0.05".parse(), Ok(NamedRule::Plain(0.05)));
        assert_eq!(
            "t_test=0.99".parse(),
            Ok(NamedRule::Test(ThresholdTest::TTest, 0.99))
        );
        assert!(matches!("judge".parse(), Ok(NamedRule::Judge(_))));
        for wrong in [
            "", "plain", "plain=x", "plain=-1", "t_test=2", "judge=0", "cusum=3", "iqr=nan",
        ] {
            let error = wrong.parse::<NamedRule>().expect_err(wrong);
            // The hint's example works.
            if let Some((_, example)) = error.split_once("such as ") {
                assert!(example.parse::<NamedRule>().is_ok(), "{error}");
            }
        }
    }

    #[test]
    fn a_test_looks_at_the_worse_side() {
        let limits = |metric: &str| {
            let definition = definition_of(metric, &Declared::new());
            match NamedRule::Test(ThresholdTest::Iqr, 3.0).for_metric(&definition) {
                Rule::Test(threshold) => (threshold.lower.is_some(), threshold.upper.is_some()),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(limits("f1"), (true, false));
        assert_eq!(limits("latency_ms"), (false, true));
        assert_eq!(limits("widgets"), (true, true));
    }
}
