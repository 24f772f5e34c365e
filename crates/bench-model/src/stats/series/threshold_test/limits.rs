//! Computes the limits.

use crate::{
    metric::{MetricDefinition, Scale},
    stats::{
        numeric::{
            distribution::{normal_quantile, t_quantile},
            sample::{deviation, mean, quantile, real},
        },
        series::threshold_test::{Band, Remark, Threshold, ThresholdTest},
    },
};

impl Threshold {
    /// Draws the limits from `history`, oldest run first, without the run to judge.
    ///
    /// # Example: 10 % around a mean of 100
    ///
    /// ```
    /// use bench_model::{metric::{Declared, definition_of}, stats::{Outside, Threshold, ThresholdTest}};
    ///
    /// let latency = definition_of("latency_ms", &Declared::new());
    /// let test = Threshold::new(ThresholdTest::Percentage, None, Some(0.1));
    /// let band = test.limits(&[99.0, 101.0, 100.0], &latency);
    /// assert!((band.upper.unwrap() - 110.0).abs() < 1e-9);
    /// assert_eq!(band.check(112.0), Some(Outside::Above));
    /// ```
    pub fn limits(&self, history: &[f64], definition: &MetricDefinition) -> Band {
        draw(self, history, definition)
    }
}

/// The distance of the limits for a history without any spread: a share of it, or a difference for
/// a metric with a fixed range. A fifth of the usual margin, below which changes don't matter.
const NO_SPREAD: f64 = 0.01;

/// A baseline with the distance of a limit for each boundary, up (`1.0`) or down (`-1.0`).
struct Rule<'a> {
    baseline: Option<f64>,
    limit: Box<dyn Fn(f64, f64) -> f64 + 'a>,
    /// The valid boundaries.
    allowed: fn(f64) -> bool,
}

fn draw(threshold: &Threshold, history: &[f64], definition: &MetricDefinition) -> Band {
    let Threshold {
        test,
        lower,
        upper,
        min_sample_size,
        max_sample_size,
        compat,
    } = *threshold;
    let start = max_sample_size.map_or(0, |most| history.len().saturating_sub(most));
    let history = &history[start..];
    let wanted = min_sample_size.unwrap_or(0).max(test.fewest());
    if history.len() < wanted {
        let found = history.len();
        return Band {
            remarks: vec![Remark::TooFew { found, wanted }],
            ..Band::default()
        };
    }
    let rule = match rule(test, history, definition, compat) {
        Ok(rule) => rule,
        Err(remark) => {
            return Band {
                remarks: remark.into_iter().collect(),
                ..Band::default()
            };
        }
    };
    let (rule, remark) = rule;
    let mut remarks: Vec<Remark> = remark.into_iter().collect();
    let mut draw_one = |boundary: Option<f64>, side: f64| {
        let boundary = boundary?;
        if !(rule.allowed)(boundary) {
            remarks.push(Remark::Boundary { found: boundary });
            return None;
        }
        let limit = (rule.limit)(boundary, side);
        let drawn_in = limit
            .max(definition.min.unwrap_or(f64::NEG_INFINITY))
            .min(definition.max.unwrap_or(f64::INFINITY));
        if compat || limit.to_bits() == drawn_in.to_bits() {
            return limit.is_finite().then_some(limit);
        }
        remarks.push(Remark::OutOfRange { limit });
        drawn_in.is_finite().then_some(drawn_in)
    };
    let (lower, upper) = (draw_one(lower, -1.0), draw_one(upper, 1.0));
    Band {
        baseline: rule.baseline,
        lower,
        upper,
        remarks,
    }
}

type Found<'a> = Result<(Rule<'a>, Option<Remark>), Option<Remark>>;

fn rule<'a>(
    test: ThresholdTest,
    history: &'a [f64],
    definition: &MetricDefinition,
    compat: bool,
) -> Found<'a> {
    let any = |boundary: f64| boundary.is_finite();
    let not_negative = |boundary: f64| boundary.is_finite() && boundary >= 0.0;
    let cumulative = |boundary: f64| (0.5..1.0).contains(&boundary);
    let around =
        |baseline: f64, distance: Box<dyn Fn(f64) -> f64 + 'a>, allowed: fn(f64) -> bool| Rule {
            baseline: Some(baseline),
            limit: Box::new(move |boundary, side| baseline + side * distance(boundary)),
            allowed,
        };
    let average = mean(history);
    let found = match test {
        ThresholdTest::Static => Rule {
            baseline: None,
            limit: Box::new(|boundary, _| boundary),
            allowed: any,
        },
        ThresholdTest::Percentage => around(average, Box::new(move |b| average * b), not_negative),
        ThresholdTest::ZScore | ThresholdTest::TTest => {
            let spread = deviation(history).unwrap_or(0.0);
            if spread == 0.0 {
                return no_spread(average, definition, compat, cumulative);
            }
            let n = real(history.len());
            let distance: Box<dyn Fn(f64) -> f64> = if test == ThresholdTest::ZScore {
                Box::new(move |b| spread * normal_quantile(b))
            } else {
                Box::new(move |b| spread * libm::sqrt(1.0 + 1.0 / n) * t_quantile(b, n - 1.0))
            };
            around(average, distance, cumulative)
        }
        ThresholdTest::LogNormal => {
            if history.iter().any(|value| *value <= 0.0) {
                return Err(Some(Remark::NotPositive));
            }
            let logarithms: Vec<f64> = history.iter().map(|value| libm::log(*value)).collect();
            let (mu, sigma) = (mean(&logarithms), deviation(&logarithms).unwrap_or(0.0));
            if sigma == 0.0 {
                return no_spread(average, definition, compat, cumulative);
            }
            let centre = libm::exp(mu);
            Rule {
                baseline: Some(centre),
                limit: Box::new(move |b, side| {
                    let upper = libm::exp(mu + sigma * normal_quantile(b));
                    match side {
                        _ if side > 0.0 => upper,
                        _ if compat => 2.0 * centre - upper,
                        _ => libm::exp(mu - sigma * normal_quantile(b)),
                    }
                }),
                allowed: cumulative,
            }
        }
        ThresholdTest::Iqr => {
            let (median, range) = quartiles(&mut history.to_vec());
            around(median, Box::new(move |b| b * range), not_negative)
        }
        ThresholdTest::DeltaIqr => {
            let (median, _) = quartiles(&mut history.to_vec());
            let mut changes: Vec<f64> = history
                .windows(2)
                .map(|pair| ((pair[1] - pair[0]) / pair[0]).abs())
                // A relative change from 0 is infinite and meaningless.
                .filter(|change| change.is_finite() || compat)
                .collect();
            let (_, range) = quartiles(&mut changes);
            around(median, Box::new(move |b| median * b * range), not_negative)
        }
    };
    Ok((found, None))
}

/// The limits of a history in which every run has the same value.
fn no_spread<'a>(
    value: f64,
    definition: &MetricDefinition,
    compat: bool,
    allowed: fn(f64) -> bool,
) -> Found<'a> {
    if compat {
        return Err(None);
    }
    let distance = match definition.scale() {
        Scale::Absolute => NO_SPREAD,
        Scale::Relative => NO_SPREAD * value.abs(),
    };
    let rule = Rule {
        baseline: Some(value),
        limit: Box::new(move |_, side| value + side * distance),
        allowed,
    };
    Ok((rule, Some(Remark::NoSpread { distance })))
}

/// Median and interquartile range. Reorders the values.
fn quartiles(values: &mut [f64]) -> (f64, f64) {
    let mut at = |share| quantile(values, share);
    (at(0.5), at(0.75) - at(0.25))
}
