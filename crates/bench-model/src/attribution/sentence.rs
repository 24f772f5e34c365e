//! An attribution in one sentence.

use super::{Attribution, Conclusion, Suspect};
use crate::words::{short_commit, shorten};

/// From this share on, a factor changes with almost every run.
const ROUTINE: f64 = 0.8;
/// Below this share of the first suspect's evidence, another suspect is unlikely.
const UNLIKELY: f64 = 0.2;
/// Further ones are counted, not named.
const NAMED: usize = 4;
/// Longer values are truncated; a full commit has 40 characters.
const LONGEST: usize = 24;

impl Attribution {
    /// The changed factors with their values, and the conclusion, without a full stop.
    pub fn sentence(&self) -> String {
        let changes = list(&self.suspects);
        match self.conclusion {
            Conclusion::NothingRecorded => {
                "nothing recorded with the runs changed there".to_owned()
            }
            Conclusion::Named if self.is_measured_differently() => {
                format!("{changes}: not a code regression, because something else was measured")
            }
            Conclusion::Named => changes,
            Conclusion::Confounded if self.is_measured_differently() => format!(
                "confounded: {changes}; what was measured changed too, so this may not be a code regression"
            ),
            Conclusion::Confounded => format!("confounded: {changes}{}", self.likelier()),
        }
    }

    /// Which suspect stands out, and why.
    fn likelier(&self) -> String {
        let (first, others) = match self.suspects.split_first() {
            Some((first, others)) if !others.is_empty() => (first, others),
            _ => return String::new(),
        };
        if others
            .iter()
            .any(|other| other.share > UNLIKELY * first.share)
        {
            return "; a run with only one of them changed would tell them apart".to_owned();
        }
        match others {
            [other] if other.usual_rate >= ROUTINE => format!(
                "; the {} is the likelier cause, because the {} changes with almost every run",
                first.factor, other.factor
            ),
            _ => format!(
                "; the {} is the likelier cause, because it rarely changes otherwise",
                first.factor
            ),
        }
    }
}

/// `the prompt changed from v6 to v7 and the commit from c3 to d4`.
fn list(suspects: &[Suspect]) -> String {
    let mut parts: Vec<String> = suspects
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(place, suspect)| {
            let verb = if place == 0 { " changed" } else { "" };
            let value = |value: &Option<String>| {
                value.as_deref().map_or_else(|| "nothing".to_owned(), shown)
            };
            format!(
                "the {}{verb} from {} to {}",
                suspect.factor,
                value(&suspect.before),
                value(&suspect.after)
            )
        })
        .collect();
    if suspects.len() > NAMED {
        parts.push(format!("{} more", suspects.len() - NAMED));
    }
    match parts.pop() {
        None => String::new(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}

/// A value as people read it: short, and a hash as a commit is.
fn shown(value: &str) -> String {
    let short = short_commit(value);
    if short.len() < value.len() && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return short;
    }
    shorten(value, LONGEST)
}

#[cfg(test)]
mod tests {
    use crate::attribution::{Factor, Facts, Place, attribute};

    #[test]
    fn many_changes_at_once_are_counted_and_long_values_cut() {
        let run = |letter: &str| {
            let mut facts = Facts::default();
            facts.state(Factor::Commit, letter.repeat(40));
            facts.state(Factor::Model, format!("{letter} model"));
            facts.state(Factor::Provider, format!("{letter}-{}", "é".repeat(50)));
            for name in ["temperature", "top_p", "seed"] {
                facts.state(Factor::Parameter(name.to_owned()), letter);
            }
            facts
        };
        let place = Place {
            index: 1,
            earliest: 1,
            latest: 1,
        };
        let sentence = attribute(&[run("a"), run("b")], place).sentence();
        insta::assert_snapshot!(sentence);
    }
}
