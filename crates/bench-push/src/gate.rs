//! The gate file, `bench.toml`: what stops a merge, what only warns, and which line says so.
//!
//! It lies in the repository and is reviewed like code. [`Gate::terms`] is the one reading of it:
//! `check`, `gate explain` and the outputs for CI all ask it.

mod file;
mod find;
mod terms;

pub(crate) use file::GateError;
pub(crate) use find::GateArgs;
pub(crate) use terms::{Consequence, Excuse, Said, Severity, Terms};

use bench_model::{context::Detected, metric::Direction};
use glob::Pattern;
use jiff::civil::Date;

/// A gate file, or the defaults that hold without one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Gate {
    /// The file; none without one.
    pub(crate) file: Option<GateFile>,
    /// The branch of the main line, where CI does not name it.
    pub(crate) main_branch: Option<String>,
    /// Parameters that explain no change, such as a seed.
    pub(crate) ignored_params: Vec<String>,
    /// What holds for every metric.
    general: Settings,
    /// What holds for some, in the order of the file.
    rules: Vec<Rule>,
}

/// The file that decided, for every message and output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateFile {
    /// Its path, as people know it.
    pub(crate) path: String,
    /// The first twelve hexadecimal digits of the SHA-256 of its content.
    pub(crate) digest: String,
}

/// The settings of one place of the file; none where it says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
struct Settings {
    margin: Option<Said<f64>>,
    level: Option<Said<f64>>,
    severity: Option<Said<Severity>>,
    uncertain: Option<Said<Consequence>>,
}

/// One `[[metric]]`.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    pattern: Pattern,
    line: usize,
    settings: Settings,
    direction: Option<Said<Direction>>,
    required: Option<Said<bool>>,
    excuse: Option<Excuse>,
}

impl Gate {
    /// What holds for a metric on a day: the last rule that matches the metric and says something
    /// about a setting decides it, then the general settings, then the defaults.
    pub(crate) fn terms(&self, metric: &str, today: Date) -> Terms {
        let mut terms = Terms::default();
        let mut take = |settings: &Settings, pattern: Option<&str>| {
            let Settings {
                margin,
                level,
                severity,
                uncertain,
            } = settings;
            let by = |pattern: Option<&str>| pattern.map(str::to_owned);
            if let Some(said) = margin {
                terms.margin = Some(said.clone().by(by(pattern)));
            }
            if let Some(said) = level {
                terms.level = Some(said.clone().by(by(pattern)));
            }
            if let Some(said) = severity {
                terms.severity = said.clone().by(by(pattern));
            }
            if let Some(said) = uncertain {
                terms.uncertain = said.clone().by(by(pattern));
            }
        };
        take(&self.general, None);
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.pattern.matches(metric))
        {
            let pattern = rule.pattern.as_str();
            // An excuse that is over leaves what was before it.
            match &rule.excuse {
                Some(excuse) if excuse.until < today => {
                    let settings = Settings {
                        severity: None,
                        ..rule.settings.clone()
                    };
                    take(&settings, Some(pattern));
                }
                _ => take(&rule.settings, Some(pattern)),
            }
        }
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.pattern.matches(metric))
        {
            let by = Some(rule.pattern.as_str().to_owned());
            if let Some(said) = &rule.direction {
                terms.direction = Some(said.clone().by(by.clone()));
            }
            if let Some(said) = &rule.required {
                terms.required = said.clone().by(by);
            }
            if let Some(excuse) = &rule.excuse {
                terms.excuse = Some(excuse.clone());
            }
        }
        terms.is_excuse_over = terms
            .excuse
            .as_ref()
            .is_some_and(|excuse| excuse.until < today);
        terms
    }

    /// Why a run of CI is a side run: its branch is not the one that the file names. Only adds to
    /// what CI tells: a pull request from a fork's `main` stays one.
    pub(crate) fn beside_main(&self, detected: &Detected) -> Option<String> {
        let main = self.main_branch.as_deref()?;
        let branch = detected.branch_name.as_deref()?;
        let is_ci = detected.environment.as_deref() != Some("local");
        (is_ci && branch != main).then(|| {
            let path = self
                .file
                .as_ref()
                .map_or("the gate file", |file| &file.path);
            format!("branch {branch}; {path} says that the main line is {main}")
        })
    }

    /// The metrics that the file names as required, each by its whole name.
    pub(crate) fn required(&self) -> impl Iterator<Item = (&str, usize)> {
        self.rules.iter().filter_map(|rule| {
            let is_required = rule.required.as_ref().is_some_and(|said| said.value);
            is_required.then_some((rule.pattern.as_str(), rule.line))
        })
    }

    /// The patterns of the file, each with its line.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&str, usize)> {
        self.rules
            .iter()
            .map(|rule| (rule.pattern.as_str(), rule.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
margin = 0.03
uncertain = "warn"
ignore-params = ["seed"]
main-branch = "trunk"

[[metric]]
name = "latency_*"
margin = 0.1
severity = "warn"
direction = "lower"

[[metric]]
name = "latency_p99"
severity = "ignore"
until = 2026-12-15
reason = "the new runner is being measured"
owner = "@ana"

[[metric]]
name = "f1"
required = true
level = 0.001
"#;

    fn gate() -> Gate {
        Gate::parse("bench.toml", FILE).expect("valid")
    }

    fn on(metric: &str, day: &str) -> Terms {
        gate().terms(metric, day.parse().expect("a date"))
    }

    #[test]
    fn the_last_rule_that_says_something_decides() {
        let terms = on("latency_ms", "2026-12-01");
        assert_eq!(
            terms.margin.map(|said| (said.value, said.line)),
            Some((0.1, Some(9)))
        );
        assert_eq!(terms.severity.value, Severity::Warn);
        assert_eq!(terms.severity.by.as_deref(), Some("latency_*"));
        assert_eq!(
            (terms.uncertain.value, terms.uncertain.line),
            (Consequence::Warns, Some(3))
        );
        assert_eq!(
            terms.direction.map(|said| said.value),
            Some(Direction::LowerIsBetter)
        );

        let f1 = on("f1", "2026-12-01");
        assert!(f1.required.value && f1.severity.value == Severity::Fail);
        assert_eq!(f1.level.map(|said| said.value), Some(0.001));
        assert_eq!(f1.margin.map(|said| said.value), Some(0.03));
    }

    #[test]
    fn an_excuse_holds_up_to_and_with_its_day_and_then_leaves_what_was_before() {
        let during = on("latency_p99", "2026-12-15");
        assert_eq!(
            (during.severity.value, during.is_excuse_over),
            (Severity::Ignore, false)
        );
        assert_eq!(during.excuse.expect("an excuse").owner, "@ana");

        let after = on("latency_p99", "2026-12-16");
        assert_eq!(
            (after.severity.value, after.is_excuse_over),
            (Severity::Warn, true)
        );
    }

    #[test]
    fn without_a_file_a_regression_fails_and_nothing_else_does() {
        let terms = Gate::default().terms("f1", "2026-12-01".parse().expect("a date"));

        assert_eq!(terms.severity.value, Severity::Fail);
        assert_eq!(terms.uncertain.value, Consequence::Passes);
        assert!(!terms.required.value && terms.margin.is_none());
    }

    #[test]
    fn a_file_keeps_its_digest_whatever_it_is_called() {
        let digest = |path| {
            Gate::parse(path, FILE)
                .expect("valid")
                .file
                .expect("a file")
                .digest
        };

        assert_eq!(digest("bench.toml"), digest("ci/bench.toml"));
        assert_eq!(digest("bench.toml").len(), 12);
    }
}
