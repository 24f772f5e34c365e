//! Reads a gate file.

use bench_model::{metric::Direction, words::number};
use glob::Pattern;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::gate::{Consequence, Excuse, Gate, GateFile, Rule, Said, Settings, Severity};

/// A gate file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GateError {
    /// It can't be read.
    #[error("the gate file `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's error.
        cause: String,
    },
    /// It is no TOML, or has a field that is unknown or of another kind.
    #[error("the gate file `{path}`, line {line}: {problem}")]
    Invalid {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what was wanted.
        problem: String,
    },
}

/// The file, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    margin: Option<Spanned<f64>>,
    level: Option<Spanned<f64>>,
    uncertain: Option<Spanned<Consequence>>,
    main_branch: Option<String>,
    #[serde(default)]
    ignore_params: Vec<String>,
    #[serde(default)]
    metric: Vec<Spanned<WrittenRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenRule {
    name: Spanned<String>,
    margin: Option<Spanned<f64>>,
    level: Option<Spanned<f64>>,
    uncertain: Option<Spanned<Consequence>>,
    severity: Option<Spanned<Severity>>,
    direction: Option<Spanned<WrittenDirection>>,
    required: Option<Spanned<bool>>,
    until: Option<Spanned<toml::value::Datetime>>,
    reason: Option<String>,
    owner: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenDirection {
    Higher,
    Lower,
    Neither,
}

/// A text with its lines.
struct Lines<'a> {
    path: &'a str,
    text: &'a str,
}

impl Lines<'_> {
    /// The line of a place, from 1.
    fn of(&self, place: usize) -> usize {
        let before = self.text.get(..place).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn invalid(&self, place: usize, problem: impl Into<String>) -> GateError {
        GateError::Invalid {
            path: self.path.to_owned(),
            line: self.of(place),
            problem: problem.into(),
        }
    }

    fn said<T>(&self, written: Spanned<T>) -> Said<T> {
        let line = self.of(written.span().start);
        Said::on(line, written.into_inner())
    }

    /// A number in its range.
    fn number(
        &self,
        name: &str,
        written: Option<Spanned<f64>>,
        wanted: &str,
        holds: impl Fn(f64) -> bool,
    ) -> Result<Option<Said<f64>>, GateError> {
        let Some(written) = written else {
            return Ok(None);
        };
        let found = *written.get_ref();
        if found.is_finite() && holds(found) {
            Ok(Some(self.said(written)))
        } else {
            let problem = format!("`{name}` is {}, wanted {wanted}", number(found));
            Err(self.invalid(written.span().start, problem))
        }
    }

    fn margin(&self, written: Option<Spanned<f64>>) -> Result<Option<Said<f64>>, GateError> {
        let wanted = "a share from 0 to below 1, such as 0.05";
        self.number("margin", written, wanted, |margin| {
            (0.0..1.0).contains(&margin)
        })
    }

    fn level(&self, written: Option<Spanned<f64>>) -> Result<Option<Said<f64>>, GateError> {
        let wanted = "a probability above 0, at most 0.5, such as 0.01";
        self.number("level", written, wanted, |level| {
            level > 0.0 && level <= 0.5
        })
    }
}

impl Gate {
    /// Reads a gate file; `path` is for its messages.
    ///
    /// # Errors
    ///
    /// [`GateError::Invalid`] with the line, what was found there and what was wanted.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, GateError> {
        let lines = Lines { path, text };
        let written: Written = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            lines.invalid(place, error.message().replace('\n', " "))
        })?;
        let Written {
            margin,
            level,
            uncertain,
            main_branch,
            ignore_params,
            metric,
        } = written;
        let general = Settings {
            margin: lines.margin(margin)?,
            level: lines.level(level)?,
            severity: None,
            uncertain: uncertain.map(|written| lines.said(written)),
        };
        let rules = metric.into_iter().map(|written| rule(&lines, written));
        Ok(Self {
            file: Some(GateFile {
                path: path.to_owned(),
                digest: digest(text),
            }),
            main_branch: main_branch.filter(|name| !name.trim().is_empty()),
            ignored_params: ignore_params,
            general,
            rules: rules.collect::<Result<_, _>>()?,
        })
    }
}

fn rule(lines: &Lines<'_>, written: Spanned<WrittenRule>) -> Result<Rule, GateError> {
    let start = written.span().start;
    let WrittenRule {
        name,
        margin,
        level,
        uncertain,
        severity,
        direction,
        required,
        until,
        reason,
        owner,
    } = written.into_inner();
    let place = name.span().start;
    let pattern = Pattern::new(name.get_ref()).map_err(|error| {
        let problem = format!("`{}` is no pattern: {}", name.get_ref(), error.msg);
        lines.invalid(place, problem)
    })?;
    let is_pattern = name.get_ref().contains(['*', '?', '[']);
    if let Some(required) = required
        .as_ref()
        .filter(|required| is_pattern && *required.get_ref())
    {
        let problem = "a required metric is named in full, without `*`, `?` and `[`";
        return Err(lines.invalid(required.span().start, problem));
    }
    let is_ignored = severity.as_ref().map(|of| *of.get_ref()) == Some(Severity::Ignore);
    let excuse = match (is_ignored, until, reason, owner) {
        (true, Some(until), Some(reason), Some(owner)) => Some(Excuse {
            until: date(lines, &until)?,
            reason,
            owner,
            line: lines.of(place),
        }),
        (true, ..) => {
            let problem = format!(
                "`{}` is ignored: wanted `until` (a date such as 2026-12-31), `reason` and `owner` beside it",
                name.get_ref()
            );
            return Err(lines.invalid(place, problem));
        }
        (false, None, None, None) => None,
        (false, ..) => {
            let problem = "`until`, `reason` and `owner` belong to `severity = \"ignore\"`";
            return Err(lines.invalid(place, problem));
        }
    };
    let direction = direction.map(|written| {
        let Said { value, line, by } = lines.said(written);
        let value = match value {
            WrittenDirection::Higher => Direction::HigherIsBetter,
            WrittenDirection::Lower => Direction::LowerIsBetter,
            WrittenDirection::Neither => Direction::Neither,
        };
        Said { value, line, by }
    });
    Ok(Rule {
        line: lines.of(start.max(place)),
        pattern,
        settings: Settings {
            margin: lines.margin(margin)?,
            level: lines.level(level)?,
            severity: severity.map(|written| lines.said(written)),
            uncertain: uncertain.map(|written| lines.said(written)),
        },
        direction,
        required: required.map(|written| lines.said(written)),
        excuse,
    })
}

fn date(lines: &Lines<'_>, written: &Spanned<toml::value::Datetime>) -> Result<Date, GateError> {
    let text = written.get_ref().to_string();
    text.parse::<Date>().map_err(|_| {
        let problem = format!("`until` is {text}, wanted a date such as 2026-12-31");
        lines.invalid(written.span().start, problem)
    })
}

/// The first twelve hexadecimal digits of the SHA-256.
fn digest(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text.as_bytes()));
    digits.truncate(12);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Gate::parse("bench.toml", text)
            .expect_err("refused")
            .to_string()
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_what_was_wanted() {
        let all = [
            "margn = 0.1",
            "margin = 5",
            "margin = nan",
            "level = 0.9",
            "uncertain = \"maybe\"",
            "[[metric]]\nmargin = 0.1",
            "[[metric]]\nname = \"f[1\"",
            "[[metric]]\nname = \"lat*\"\nrequired = true",
            "\n[[metric]]\nname = \"f1\"\nseverity = \"ignore\"\nreason = \"flaky\"",
            "[[metric]]\nname = \"f1\"\nuntil = 2026-12-31",
            "[[metric]]\nname = \"f1\"\nseverity = \"ignore\"\nuntil = 10:30:00\nreason = \"a\"\nowner = \"b\"",
            "[[metric]\nname = \"f1\"",
            "[[metric]]\nname = \"f1\"\ndirection = \"up\"",
        ];
        insta::assert_snapshot!(all.map(refused).join("\n"), @r#"
        the gate file `bench.toml`, line 1: unknown field `margn`, expected one of `margin`, `level`, `uncertain`, `main-branch`, `ignore-params`, `metric`
        the gate file `bench.toml`, line 1: `margin` is 5, wanted a share from 0 to below 1, such as 0.05
        the gate file `bench.toml`, line 1: `margin` is NaN, wanted a share from 0 to below 1, such as 0.05
        the gate file `bench.toml`, line 1: `level` is 0.9, wanted a probability above 0, at most 0.5, such as 0.01
        the gate file `bench.toml`, line 1: unknown variant `maybe`, expected one of `pass`, `warn`, `fail`
        the gate file `bench.toml`, line 1: missing field `name`
        the gate file `bench.toml`, line 2: `f[1` is no pattern: invalid range pattern
        the gate file `bench.toml`, line 3: a required metric is named in full, without `*`, `?` and `[`
        the gate file `bench.toml`, line 3: `f1` is ignored: wanted `until` (a date such as 2026-12-31), `reason` and `owner` beside it
        the gate file `bench.toml`, line 2: `until`, `reason` and `owner` belong to `severity = "ignore"`
        the gate file `bench.toml`, line 4: `until` is 10:30:00, wanted a date such as 2026-12-31
        the gate file `bench.toml`, line 1: unclosed array table, expected `]`
        the gate file `bench.toml`, line 3: unknown variant `up`, expected one of `higher`, `lower`, `neither`
        "#);
    }
}
