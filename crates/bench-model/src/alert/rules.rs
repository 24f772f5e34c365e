//! The rules: which conditions alert, and when.

use serde::{Deserialize, Serialize};

/// What `bench-alerts.toml` says. Everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// For verdicts on metrics.
    pub quality: QualityRules,
    /// For runs that stay away.
    pub stale: StaleRules,
    /// For baselines.
    pub baseline: BaselineRules,
    /// For failed items.
    pub errors: ErrorRules,
    /// For runs that wait to be sent.
    pub spool: SpoolRules,
    /// For the life of an incident.
    pub incident: IncidentRules,
}

/// When a verdict on a metric alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub struct QualityRules {
    /// How much worse matters, as in `check --threshold`: a difference for metrics with a fixed range,
    /// a share for the others.
    pub margin: f64,
    /// The earlier runs of a configuration that are considered, as in `check --runs`.
    pub runs: u16,
    /// Only these metrics; `*` stands for any characters. All if empty.
    pub metrics: Vec<String>,
    /// Never these metrics, also with `*`.
    pub ignore: Vec<String>,
    /// Whether a regression alerts.
    pub regressed: bool,
    /// Whether a slow worsening alerts.
    pub drift: bool,
    /// Whether one run out of line alerts before a second one confirms it.
    pub suspect: bool,
    /// Whether a metric that earlier runs have, and the newest lacks, alerts.
    pub missing: bool,
}

impl Default for QualityRules {
    fn default() -> Self {
        Self {
            margin: 0.05,
            runs: 1000,
            metrics: Vec::new(),
            ignore: Vec::new(),
            regressed: true,
            drift: true,
            suspect: false,
            missing: true,
        }
    }
}

/// When a configuration counts as stale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaleRules {
    /// Whether it alerts.
    pub alert: bool,
    /// Hours without a run after which a configuration is stale; without it, three times its usual
    /// gap, at least 26 hours.
    pub after_hours: Option<f64>,
    /// Days without a run after which a configuration is taken for retired, and not reported.
    pub retired_after_days: f64,
    /// Configurations with fewer runs have no usual gap.
    pub least_runs: usize,
}

impl Default for StaleRules {
    fn default() -> Self {
        Self {
            alert: true,
            after_hours: None,
            retired_after_days: 30.0,
            least_runs: 4,
        }
    }
}

/// When a baseline is too old.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaselineRules {
    /// The age in days that is too old.
    pub oldest_days: f64,
    /// Whether it alerts; otherwise it stands in the digest.
    pub alert: bool,
}

impl Default for BaselineRules {
    fn default() -> Self {
        Self {
            oldest_days: 180.0,
            alert: false,
        }
    }
}

/// When failed items alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErrorRules {
    /// The rise of the share of failed items over its median in the runs before, as a ratio.
    pub rise: f64,
    /// Whether it alerts.
    pub alert: bool,
}

impl Default for ErrorRules {
    fn default() -> Self {
        Self {
            rise: 0.1,
            alert: true,
        }
    }
}

/// When runs that wait to be sent alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpoolRules {
    /// Whether it alerts.
    pub alert: bool,
    /// The hours that a run may wait.
    pub after_hours: f64,
}

impl Default for SpoolRules {
    fn default() -> Self {
        Self {
            alert: true,
            after_hours: 1.0,
        }
    }
}

/// When an incident ends, and when it begins again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncidentRules {
    /// An incident is resolved after so many runs back.
    pub resolve_after_runs: usize,
    /// What is back within so many days reopens the incident instead of opening another one.
    pub reopen_within_days: f64,
}

impl Default for IncidentRules {
    fn default() -> Self {
        Self {
            resolve_after_runs: 2,
            reopen_within_days: 7.0,
        }
    }
}

impl QualityRules {
    /// Whether the rules are about a metric.
    pub fn is_about(&self, metric: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, metric));
        (self.metrics.is_empty() || any(&self.metrics)) && !any(&self.ignore)
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(place) = rest.find(part) else {
            return false;
        };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, is) in [
            ("f1", "f1", true),
            ("f1", "f1_macro", false),
            ("latency_*", "latency_ms", true),
            ("*_ms", "latency_ms", true),
            ("*", "anything", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*a", "a", false),
            ("l*y*ms", "latency_ms", true),
            ("l*x*ms", "latency_ms", false),
        ] {
            assert_eq!(fits(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn ignored_metrics_are_ignored_even_if_named() {
        let rules = QualityRules {
            metrics: vec!["f1*".to_owned()],
            ignore: vec!["f1_train".to_owned()],
            ..QualityRules::default()
        };
        assert!(rules.is_about("f1_macro"));
        assert!(!rules.is_about("f1_train"));
        assert!(!rules.is_about("recall"));
    }
}
