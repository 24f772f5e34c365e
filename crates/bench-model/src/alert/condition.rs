//! A condition: one thing that is not as it should be, of one metric or configuration.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{alert::cause::Cause, rest::rows::TransactionRow};

/// What is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A metric regressed.
    Regressed,
    /// A metric gets worse slowly.
    Drift,
    /// The newest run alone is out of line, to the worse.
    Suspect,
    /// A metric got worse where the data or the machine changed.
    MeasuredDifferently,
    /// The newest run lacks a metric that earlier ones have.
    Missing,
    /// More items fail than before.
    Errors,
    /// No run for longer than usual.
    Stale,
    /// The baseline is old.
    OldBaseline,
    /// Runs wait to be sent.
    Spool,
}

impl Kind {
    /// What is explained together.
    pub const fn class(self) -> Class {
        match self {
            Self::Regressed
            | Self::Drift
            | Self::Suspect
            | Self::MeasuredDifferently
            | Self::Missing
            | Self::Errors => Class::Quality,
            Self::Stale => Class::Stale,
            Self::OldBaseline => Class::OldBaseline,
            Self::Spool => Class::Spool,
        }
    }

    /// Its name in JSON and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Drift => "drift",
            Self::Suspect => "suspect",
            Self::MeasuredDifferently => "measured_differently",
            Self::Missing => "missing",
            Self::Errors => "errors",
            Self::Stale => "stale",
            Self::OldBaseline => "old_baseline",
            Self::Spool => "spool",
        }
    }
}

/// Conditions of different classes have no cause in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// What a run measured.
    Quality,
    /// Runs that stay away.
    Stale,
    /// Old baselines.
    OldBaseline,
    /// Runs that wait to be sent.
    Spool,
}

impl Class {
    /// Its name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quality => "quality",
            Self::Stale => "stale",
            Self::OldBaseline => "old_baseline",
            Self::Spool => "spool",
        }
    }
}

/// Whether somebody is told at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It stands in the inbox and in the digest.
    Note,
    /// Messages are sent.
    Alert,
}

impl Severity {
    /// Its name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Alert => "alert",
        }
    }
}

/// A configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Configuration {
    /// Its number.
    pub id: i64,
    /// The model.
    pub model_version: String,
    /// The data.
    pub dataset_version: String,
    /// The prompt.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
}

impl Configuration {
    /// That of a run.
    pub fn of(run: &TransactionRow) -> Self {
        Self {
            id: run.configuration_id,
            model_version: run.model_version.clone(),
            dataset_version: run.dataset_version.clone(),
            prompt_version: run.prompt_version.clone(),
            environment: run.environment.clone(),
        }
    }
}

/// A run, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRef {
    /// Its id.
    pub id: String,
    /// Its version within the configuration.
    pub version: i64,
    /// Its commit.
    pub commit_sha: String,
    /// When it ran.
    pub created_at: Timestamp,
}

impl RunRef {
    /// That run.
    pub fn of(run: &TransactionRow) -> Self {
        Self {
            id: run.id.clone(),
            version: run.version,
            commit_sha: run.commit_sha.clone(),
            created_at: run.created_at,
        }
    }
}

/// When a condition may have begun: after one time, at the latest at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// After this time; the last run that is surely before.
    pub after: Timestamp,
    /// The likeliest time.
    pub at: Timestamp,
    /// At this time at the latest.
    pub until: Timestamp,
}

impl Span {
    /// Whether both may have begun at one moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.after < other.until && other.after < self.until
    }

    /// The moments that both have in common; none if there are none.
    pub fn common(&self, other: &Self) -> Option<Self> {
        let after = self.after.max(other.after);
        let until = self.until.min(other.until);
        (after < until).then(|| Self {
            after,
            at: self.at.clamp(after, until),
            until,
        })
    }
}

/// From where to where something moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Before, in the metric's unit.
    pub before: f64,
    /// Now.
    pub after: f64,
    /// How much worse: as a difference for metrics with a fixed range, as a share for the others.
    pub worsening: Option<f64>,
    /// Whether that is a share.
    pub is_share: bool,
}

/// What a condition is about: it has at most one condition of a class at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// The configuration; 0 for the machine itself.
    pub configuration: i64,
    /// The metric, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// The class.
    pub class: Class,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What it is.
    pub kind: Kind,
    /// Whether somebody is told at once.
    pub severity: Severity,
    /// The configuration.
    pub configuration: Configuration,
    /// The metric, if it is about one.
    pub metric: Option<String>,
    /// What explains it.
    pub cause: Cause,
    /// When it may have begun.
    pub span: Span,
    /// From where to where it moved.
    pub effect: Option<Effect>,
    /// Why, in the words of the check.
    pub reason: String,
    /// The run that it likely began with.
    pub began: Option<RunRef>,
    /// The newest run.
    pub newest: Option<RunRef>,
}

impl Condition {
    /// What it is about.
    pub fn member(&self) -> Member {
        Member {
            configuration: self.configuration.id,
            metric: self.metric.clone(),
            class: self.kind.class(),
        }
    }

    /// How bad it is: the severity first, then the kind, then the worsening.
    pub(crate) fn weight(&self) -> (Severity, std::cmp::Reverse<Kind>, f64) {
        let worsening = self.effect.and_then(|effect| effect.worsening);
        (
            self.severity,
            std::cmp::Reverse(self.kind),
            worsening.unwrap_or_default(),
        )
    }
}
