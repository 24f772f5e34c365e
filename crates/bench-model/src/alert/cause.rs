//! What explains a condition.

use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, Conclusion, Factor, Suspect};

/// What changes more often than in one of four runs is routine: it can be the cause, but tells
/// nothing about which one.
const ROUTINE: f64 = 0.25;

/// What explains a condition, or may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What may have been it, sorted: `prompt=v7`; the commit and what changes all the time without a
    /// value. Empty if nothing was recorded there.
    pub keys: Vec<String>,
    /// In words, without a full stop.
    pub words: String,
    /// Whether what was measured changed.
    pub is_of_measurement: bool,
}

impl Cause {
    /// That of an attribution.
    pub fn of(found: &Attribution) -> Self {
        let is_rare =
            |suspect: &&Suspect| suspect.factor != Factor::Commit && suspect.usual_rate <= ROUTINE;
        let mut keys: Vec<String> = found.suspects.iter().filter(is_rare).map(key).collect();
        let has_commit = found.suspects.iter().any(|of| of.factor == Factor::Commit);
        if keys.is_empty() && has_commit {
            keys.push(COMMIT.to_owned());
        }
        keys.sort();
        keys.dedup();
        let words = match found.conclusion {
            Conclusion::NothingRecorded => String::new(),
            Conclusion::Named | Conclusion::Confounded => found.sentence(),
        };
        Self {
            keys,
            words,
            is_of_measurement: found.is_measured_differently(),
        }
    }

    /// One that is known without an attribution.
    pub fn named(key: &str, words: String) -> Self {
        Self {
            keys: vec![key.to_owned()],
            words,
            is_of_measurement: false,
        }
    }

    /// Whether one thing may explain both.
    pub fn fits(&self, other: &Self) -> bool {
        if self.keys.is_empty() || other.keys.is_empty() {
            return self.keys == other.keys;
        }
        self.keys.iter().any(|key| other.keys.contains(key))
    }

    /// What may explain both: fewer things than either has. `self` if there are none.
    #[must_use]
    pub fn narrowed(&self, other: &Self) -> Self {
        let is_common = |key: &&String| other.keys.contains(key);
        let keys: Vec<String> = self.keys.iter().filter(is_common).cloned().collect();
        if keys.is_empty() {
            return self.clone();
        }
        let words = if other.keys.len() < self.keys.len() {
            &other.words
        } else {
            &self.words
        };
        Self {
            keys,
            words: words.clone(),
            is_of_measurement: self.is_of_measurement || other.is_of_measurement,
        }
    }
}

const COMMIT: &str = "commit";

/// `prompt=v7`, short enough for a key.
fn key(suspect: &Suspect) -> String {
    let value = suspect.after.as_deref().unwrap_or("nothing");
    let short: String = value.chars().take(100).collect();
    format!("{}={short}", suspect.factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Facts, Place, attribute};

    fn of(runs: &[Facts], index: usize) -> Cause {
        Cause::of(&attribute(
            runs,
            Place {
                index,
                earliest: index,
                latest: index,
            },
        ))
    }

    fn run(commit: String, provider: &str) -> Facts {
        let mut facts = Facts::default();
        facts.state(Factor::Commit, commit);
        facts.state(Factor::Provider, provider);
        facts
    }

    #[test]
    fn a_cause_has_no_commit_in_it_because_every_night_has_another_one() {
        let runs: Vec<Facts> = (0..20).map(|i| run(format!("c{i}"), "a")).collect();
        assert_eq!(of(&runs, 10).keys, ["commit"]);
        assert_eq!(of(&runs, 11).keys, ["commit"]);
    }

    #[test]
    fn what_changes_seldom_names_the_cause_and_the_commit_beside_it_does_not() {
        let provider = |i| if i < 10 { "a" } else { "b" };
        let runs: Vec<Facts> = (0..20).map(|i| run(format!("c{i}"), provider(i))).collect();
        let cause = of(&runs, 10);
        assert_eq!(cause.keys, ["provider=b"]);
        assert!(cause.words.starts_with("confounded: "), "{}", cause.words);
    }

    #[test]
    fn two_that_share_a_suspect_may_be_one_and_are_narrowed_to_it() {
        let cause = |keys: &[&str]| Cause {
            keys: keys.iter().map(ToString::to_string).collect(),
            ..Cause::default()
        };
        let both = cause(&["prompt=v7", "provider=b"]);
        let one = cause(&["provider=b"]);
        assert!(both.fits(&one));
        assert_eq!(both.narrowed(&one).keys, ["provider=b"]);
        assert!(!one.fits(&cause(&["commit"])));
        assert!(!one.fits(&Cause::default()));
        assert!(Cause::default().fits(&Cause::default()));
    }
}
