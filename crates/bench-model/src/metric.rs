//! The definition of a metric: name, unit, range and direction.

mod catalogue;
mod known;
mod primary;
mod rules;
mod value;
mod words;

use std::{borrow::Borrow, collections::BTreeMap, fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

pub use catalogue::catalogue;
pub(crate) use catalogue::find as catalogue_line;
pub use known::KnownMetrics;
pub use primary::{PRIMARY, primary_metric};
pub use rules::{ByName, by_name, name_words};
pub use value::{MetricValue, MetricValueError};

use crate::{
    stats::Interval,
    text::{TextError, check_text},
};

/// The name of a metric, such as `f1` or `latency_ms`.
///
/// One line of at most `MetricName::LIMIT` characters, without control characters or white space
/// at its ends. Case-sensitive, as in the report: `F1` and `f1` are two metrics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MetricName(String);

impl MetricName {
    /// The maximum length of a name in characters.
    pub(crate) const LIMIT: usize = 100;

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name that the database took already.
    pub(crate) fn stored(name: String) -> Self {
        Self(name)
    }
}

impl FromStr for MetricName {
    type Err = TextError;

    fn from_str(name: &str) -> Result<Self, TextError> {
        let name = name.trim();
        check_text(name, Self::LIMIT, |_| false)?;
        Ok(Self(name.to_owned()))
    }
}

impl<'de> Deserialize<'de> for MetricName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl Deref for MetricName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for MetricName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The direction in which a metric improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better: F1, throughput.
    HigherIsBetter,
    /// Less is better: latency, cost.
    LowerIsBetter,
    /// No preferred direction: shown, never judged.
    Neither,
}

impl Direction {
    /// Its name in SQL, JSON and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HigherIsBetter => "higher_is_better",
            Self::LowerIsBetter => "lower_is_better",
            Self::Neither => "neither",
        }
    }

    /// How much worse a metric gets by `effect`: positive when worse. None when neither way is better.
    pub fn worsening(self, effect: f64) -> Option<f64> {
        match self {
            Self::HigherIsBetter => Some(-effect),
            Self::LowerIsBetter => Some(effect),
            Self::Neither => None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a change of a metric is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// By its difference: F1 from 0.90 to 0.84 is 0.06.
    Absolute,
    /// By its share of the value before: 100 ms to 110 ms is 0.1.
    Relative,
}

/// The definition of a metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricDefinition {
    /// Its name.
    #[serde(skip)]
    pub name: MetricName,
    /// Its unit, such as `ratio`, `ms` or `usd`; none if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its direction.
    pub direction: Direction,
    /// The smallest possible value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest possible value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl MetricDefinition {
    /// A metric of which only its name is known.
    pub fn unknown(name: &str) -> Self {
        Self {
            name: MetricName::stored(name.to_owned()),
            unit: None,
            direction: Direction::Neither,
            min: None,
            max: None,
            description: None,
        }
    }

    /// Absolute for a metric with a fixed range, relative for the others.
    pub fn scale(&self) -> Scale {
        if self.min.is_some() && self.max.is_some() {
            Scale::Absolute
        } else {
            Scale::Relative
        }
    }

    /// Whether the metric counts events that happen by chance, such as errors: by its unit or its
    /// name, if it has no fixed range and is no rate or time of them.
    pub(crate) fn counts_events(&self) -> bool {
        const EVENTS: [&str; 10] = [
            "error",
            "failure",
            "failed",
            "timeout",
            "refusal",
            "retries",
            "crash",
            "exception",
            "rejected",
            "dropped",
        ];
        const SHARES: [&str; 8] = [
            "rate", "ratio", "share", "percent", "pct", "mean", "per_", "score",
        ];
        let name = self.name.to_lowercase();
        let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is_number = match self.unit.as_deref() {
            None => true,
            Some(unit) => ["count", "errors", "failures", "events"].contains(&unit),
        };
        self.scale() == Scale::Relative && is_number && contains(&EVENTS) && !contains(&SHARES)
    }

    /// The part of an interval of the difference from `before` that is possible: what the metric is
    /// afterwards lies in its range. `delta`, the difference that was found, is part of it.
    pub(crate) fn possible(&self, interval: Interval, before: f64, delta: f64) -> Interval {
        if let (Some(min), Some(max)) = (self.min, self.max) {
            return interval.map(|end| end.clamp(min - max, max - min));
        }
        let min = if self.counts_events() {
            self.min.or(Some(0.0))
        } else {
            self.min
        };
        let least = min.map_or(f64::NEG_INFINITY, |min| (min - before).min(delta));
        let most = self
            .max
            .map_or(f64::INFINITY, |max| (max - before).max(delta));
        interval.map(|end| end.clamp(least, most))
    }

    /// How much worse the metric gets by a difference, which is `relative` of the value before, on
    /// the metric's scale. None when neither way is better.
    pub fn worsening(&self, delta: f64, relative: Option<f64>) -> Option<f64> {
        self.direction.worsening(match self.scale() {
            Scale::Absolute => delta,
            // From 0 no share can be taken; that it moved is all that is known.
            Scale::Relative => relative.unwrap_or_else(|| delta.signum() * f64::INFINITY),
        })
    }
}

/// What a report says of one of its metrics. What it leaves out, nobody has stated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The least value it can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value it can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Declaration {
    /// The definition of `name`: what is left out follows from the name, except for the range.
    pub fn complete(&self, name: &str) -> MetricDefinition {
        let guess = rules::guess(name);
        MetricDefinition {
            name: guess.name,
            unit: self.unit.clone().or(guess.unit),
            direction: self.direction.unwrap_or(guess.direction),
            min: self.min,
            max: self.max,
            description: self.description.clone(),
        }
    }
}

/// A report's declarations of its own metrics.
pub type Declared = BTreeMap<MetricName, Declaration>;

/// The definition of `name`: from the catalogue, otherwise from `declared`, otherwise from the
/// naming rules.
///
/// # Example: a name that the catalogue lacks
///
/// ```
/// use bench_model::metric::{Declared, Direction, Scale, definition_of};
///
/// let p90 = definition_of("latency_p90_ms", &Declared::new());
/// assert_eq!((p90.direction, p90.scale()), (Direction::LowerIsBetter, Scale::Relative));
/// assert_eq!(p90.unit.as_deref(), Some("ms"));
/// ```
pub fn definition_of(name: &str, declared: &Declared) -> MetricDefinition {
    let declared = || Some(declared.get(name)?.complete(name));
    catalogue::find(name)
        .cloned()
        .or_else(declared)
        .unwrap_or_else(|| rules::guess(name))
}

/// `89.5` → 0.895, exactly: the decimal point moves, nothing is divided.
pub(crate) fn percent_to_ratio(percent: &str) -> Option<f64> {
    let (mantissa, exponent) = percent.split_once(['e', 'E']).unwrap_or((percent, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    format!("{mantissa}e{}", exponent - 2)
        .parse()
        .ok()
        .filter(|ratio: &f64| ratio.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_with_a_fixed_range_is_compared_by_its_difference() {
        let scale = |name| definition_of(name, &Declared::new()).scale();
        assert_eq!(scale("f1"), Scale::Absolute);
        assert_eq!(scale("latency_ms"), Scale::Relative);
        assert_eq!(scale("anything"), Scale::Relative);
    }

    #[test]
    fn the_catalogue_comes_before_the_report_and_the_report_before_the_name() {
        let declare = |name: &str, direction| {
            let declaration = Declaration {
                direction: Some(direction),
                ..Declaration::default()
            };
            (MetricName::stored(name.to_owned()), declaration)
        };
        let declared: Declared = [
            declare("f1", Direction::LowerIsBetter),
            declare("energy_loss", Direction::HigherIsBetter),
        ]
        .into();
        assert_eq!(
            definition_of("f1", &declared).direction,
            Direction::HigherIsBetter
        );
        assert_eq!(
            definition_of("energy_loss", &declared).direction,
            Direction::HigherIsBetter
        );
        assert_eq!(
            definition_of("val_loss", &declared).direction,
            Direction::LowerIsBetter
        );
    }

    #[test]
    fn every_line_of_the_catalogue_has_its_own_name_and_a_range() {
        let names: std::collections::BTreeSet<_> =
            catalogue().iter().map(|metric| &metric.name).collect();
        assert_eq!(names.len(), catalogue().len());
        assert!(catalogue().iter().all(|metric| {
            metric
                .min
                .is_some_and(|min| metric.max.is_none_or(|max| min < max))
        }));
    }

    #[test]
    fn percent_becomes_a_ratio_without_a_rounding_error() {
        for (percent, ratio) in [
            ("89.5", 0.895),
            ("91.2", 0.912),
            ("0.3", 0.003),
            ("100", 1.0),
            ("1e2", 1.0),
            ("1.5e+1", 0.15),
        ] {
            assert_eq!(percent_to_ratio(percent), Some(ratio));
        }
        assert_eq!(percent_to_ratio("n/a"), None);
    }
}
