//! What the gate file says about one metric.

use bench_model::{
    metric::{Direction, MetricDefinition},
    stats::{Options, VerdictKind},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a regression of a metric does to the check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// It fails.
    #[default]
    Fail,
    /// It passes, with a warning.
    Warn,
    /// It passes. Only up to a date, with a reason and an owner.
    Ignore,
}

/// What one verdict does to the check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Consequence {
    /// Nothing.
    #[default]
    #[serde(rename = "pass")]
    Passes,
    /// A warning.
    #[serde(rename = "warn")]
    Warns,
    /// It ends with status 1.
    #[serde(rename = "fail")]
    Fails,
}

impl Consequence {
    /// As in the file and in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "pass",
            Self::Warns => "warn",
            Self::Fails => "fail",
        }
    }
}

impl Severity {
    /// As in the file and in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Ignore => "ignore",
        }
    }

    /// The most that a verdict on such a metric does.
    fn most(self) -> Consequence {
        match self {
            Self::Fail => Consequence::Fails,
            Self::Warn => Consequence::Warns,
            Self::Ignore => Consequence::Passes,
        }
    }
}

/// A setting, with the place that says so.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Said<T> {
    /// The setting.
    pub(crate) value: T,
    /// The line of the file, from 1; none for a default.
    pub(crate) line: Option<usize>,
    /// The pattern of the rule; none for a general setting.
    pub(crate) by: Option<String>,
}

impl<T> Said<T> {
    /// A setting of a line.
    pub(super) fn on(line: usize, value: T) -> Self {
        Self {
            value,
            line: Some(line),
            by: None,
        }
    }

    pub(super) fn by(self, pattern: Option<String>) -> Self {
        Self {
            by: pattern,
            ..self
        }
    }
}

/// Why a metric is ignored for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excuse {
    /// The last day.
    pub(crate) until: Date,
    /// Why.
    pub(crate) reason: String,
    /// Who answers for it.
    pub(crate) owner: String,
    /// The line of the rule.
    pub(crate) line: usize,
}

/// What holds for one metric.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Terms {
    /// How much worse matters; none for the margin of the command line.
    pub(crate) margin: Option<Said<f64>>,
    /// The largest q-value of a change; none for the default.
    pub(crate) level: Option<Said<f64>>,
    /// Which way is better; none for what the metric's declaration or name says.
    pub(crate) direction: Option<Said<Direction>>,
    /// What a regression does.
    pub(crate) severity: Said<Severity>,
    /// What an uncertain verdict does, at most what a regression does.
    pub(crate) uncertain: Said<Consequence>,
    /// Whether a run without it fails the check.
    pub(crate) required: Said<bool>,
    /// Why it is ignored.
    pub(crate) excuse: Option<Excuse>,
    /// Whether the time of the excuse is over.
    pub(crate) is_excuse_over: bool,
}

impl Terms {
    /// By what a metric is judged that is judged by `usual` without a gate file.
    pub(crate) fn options(&self, usual: Options) -> Options {
        Options {
            threshold: self
                .margin
                .as_ref()
                .map_or(usual.threshold, |said| said.value),
            level: self.level.as_ref().map_or(usual.level, |said| said.value),
            // A margin that a team wrote down is the change that it acts on.
            least_share: if self.margin.is_some() {
                1.0
            } else {
                usual.least_share
            },
            ..usual
        }
    }

    /// A metric's meaning, with the direction of the file.
    pub(crate) fn definition(&self, known: MetricDefinition) -> MetricDefinition {
        let direction = self.direction.as_ref().map(|said| said.value);
        MetricDefinition {
            direction: direction.unwrap_or(known.direction),
            ..known
        }
    }

    /// What is to be said where a verdict does not do what it would without a gate file: that a
    /// regression only warns or is ignored, that an excuse is over, that an uncertain verdict fails.
    pub(crate) fn note(&self, kind: VerdictKind, path: &str) -> Option<String> {
        let at = |line: Option<usize>| match line {
            Some(line) => format!("{path}, line {line}"),
            None => path.to_owned(),
        };
        match (kind, self.consequence(kind)) {
            (VerdictKind::Regressed, Consequence::Passes) => self.excuse.as_ref().map(|excuse| {
                let Excuse {
                    until,
                    reason,
                    owner,
                    line,
                } = excuse;
                format!(
                    "ignored until {until}, {owner}: {reason} ({})",
                    at(Some(*line))
                )
            }),
            (VerdictKind::Regressed, Consequence::Warns) => {
                Some(format!("only warns ({})", at(self.severity.line)))
            }
            (VerdictKind::Regressed, Consequence::Fails) if self.is_excuse_over => {
                self.excuse.as_ref().map(|excuse| {
                    let Excuse {
                        until, owner, line, ..
                    } = excuse;
                    format!(
                        "was ignored until {until}, {owner}: that is over ({})",
                        at(Some(*line))
                    )
                })
            }
            (VerdictKind::Uncertain, Consequence::Fails) => Some(format!(
                "fails, though uncertain ({})",
                at(self.uncertain.line)
            )),
            (VerdictKind::Uncertain, Consequence::Warns) => Some(format!(
                "warns, though uncertain ({})",
                at(self.uncertain.line)
            )),
            _ => None,
        }
    }

    /// What a verdict does to the check.
    pub(crate) fn consequence(&self, kind: VerdictKind) -> Consequence {
        let most = self.severity.value.most();
        match kind {
            VerdictKind::Regressed => most,
            VerdictKind::Uncertain => self.uncertain.value.min(most),
            VerdictKind::Improved | VerdictKind::Unchanged => Consequence::Passes,
        }
    }

    /// What a missing metric does to the check, if it is one that must not be missing.
    pub(crate) fn of_missing(&self) -> Consequence {
        self.severity.value.most()
    }
}
