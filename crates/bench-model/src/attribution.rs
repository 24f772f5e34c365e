//! The cause of a change: which of a run's recorded facts changed where the level did.
//!
//! The runs are in order of time, with their [`Facts`]. They belong to one configuration, or to
//! several joined by the caller, because model, prompt and dataset are part of the configuration.
//! The change comes with the interval of runs that may be the first of the new level; facts that
//! are the same before and after that interval can't explain it.
//!
//! The remaining factors are ranked by two criteria: the probability that the change lies at the
//! run where the factor changed, and how rarely the factor changes. A commit that changes with
//! every run says little; a prompt that changed once in a hundred runs, exactly there, says much.
//! (The second criterion is the inverse document frequency of text search, Spärck Jones 1972, with
//! runs as documents.)
//!
//! Correlation within one series doesn't prove a cause: several factors are reported as confounded,
//! whatever the ranking, until a run that changes only one of them separates them. If the data or
//! the machine changed too, the answer is never a regression of the code.
//! `cargo run --example attributions` measures how often the right cause is found.

mod facts;
mod sentence;

use std::collections::BTreeSet;

pub use facts::{Factor, Facts, MACHINE_DETAILS};
use serde::Serialize;

use crate::stats::{Change, SAME_CHANGE, real};

/// Where a level changed, in positions of the runs given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The most likely first run of the new level.
    pub index: usize,
    /// The earliest possible one.
    pub earliest: usize,
    /// The latest possible one.
    pub latest: usize,
}

impl From<&Change> for Place {
    fn from(change: &Change) -> Self {
        let Change {
            index,
            earliest,
            latest,
            ..
        } = *change;
        Self {
            index,
            earliest,
            latest,
        }
    }
}

/// Blaming the code wrongly costs trust, so a change of the data or the machine excuses a change
/// even from this many runs outside the interval, which contains the change with a probability of
/// only 90 %.
const BESIDE_MEASUREMENT: usize = SAME_CHANGE;
/// For all other factors, this many runs outside the interval are considered.
const BESIDE: usize = 1;
/// The weight of a run outside the interval relative to one inside.
const BESIDE_WEIGHT: f64 = 0.1;
/// A machine that changes more often than this is one of a fleet and excuses nothing.
const FLEET: f64 = 0.25;

/// One thing that changed where the level did.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// What changed.
    pub factor: Factor,
    /// Its value before the interval; none if the run before did not record it.
    pub before: Option<String>,
    /// Its value after the interval; none if it is no longer recorded.
    pub after: Option<String>,
    /// The run in the interval at which it changed; of several, the likeliest.
    pub index: usize,
    /// Its share of the evidence among all suspects; the shares add up to 1.
    pub share: f64,
    /// How often it changes from one run to the next outside the interval, between 0 and 1.
    pub usual_rate: f64,
}

/// The conclusion about the cause of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// None of the recorded facts changed there.
    NothingRecorded,
    /// One thing changed there.
    Named,
    /// Several things did, and these runs can't tell them apart.
    Confounded,
}

/// Which things changed where the level did.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// The suspects, the likeliest first.
    pub suspects: Vec<Suspect>,
}

impl Attribution {
    /// Whether the data or the machine changed there: then the change is not, or not certainly, a
    /// regression of the code, model or prompt. A machine that changes every few runs is one of a
    /// fleet and excuses nothing.
    pub fn is_measured_differently(&self) -> bool {
        // A fact recorded for the first time may have been true before.
        let is_known = |suspect: &Suspect| suspect.before.is_some() && suspect.after.is_some();
        self.suspects.iter().any(|suspect| match suspect.factor {
            Factor::Dataset | Factor::Environment => true,
            Factor::DatasetSize => is_known(suspect),
            Factor::Machine(_) => is_known(suspect) && suspect.usual_rate <= FLEET,
            _ => false,
        })
    }
}

/// Finds the factors that changed where the level did.
///
/// `runs` are in order of time. A place outside of them has no cause: [`Conclusion::NothingRecorded`].
///
/// # Example: the prompt changed with the level, the commit with every run
///
/// ```
/// use bench_model::attribution::{Conclusion, Factor, Facts, Place, attribute};
///
/// let run = |commit: &str, prompt: &str| {
///     let mut facts = Facts::default();
///     facts.state(Factor::Commit, commit);
///     facts.state(Factor::Prompt, prompt);
///     facts
/// };
/// let prompt = |place| if place < 6 { "v6" } else { "v7" };
/// let runs: Vec<Facts> = (0..12).map(|place| run(&format!("c{place}"), prompt(place))).collect();
/// let found = attribute(&runs, Place { index: 6, earliest: 6, latest: 6 });
///
/// assert_eq!(found.conclusion, Conclusion::Confounded);
/// assert_eq!(found.suspects[0].factor, Factor::Prompt);
/// assert_eq!(
///     found.sentence(),
///     "confounded: the prompt changed from v6 to v7 and the commit from c5 to c6; \
///      the prompt is the likelier cause, because the commit changes with almost every run"
/// );
/// ```
pub fn attribute(runs: &[Facts], place: Place) -> Attribution {
    let earliest = place.earliest.min(place.index);
    let latest = place.latest.max(place.index);
    let Some(last) = runs.len().checked_sub(1).filter(|last| latest <= *last) else {
        return Attribution {
            conclusion: Conclusion::NothingRecorded,
            suspects: Vec::new(),
        };
    };
    let widened = |by: usize| (earliest.saturating_sub(by).max(1), (latest + by).min(last));
    let near = widened(BESIDE_MEASUREMENT);
    let stated: BTreeSet<&Factor> = runs[near.0.min(last + 1) - 1..=near.1]
        .iter()
        .flat_map(Facts::factors)
        .collect();

    let mut suspects: Vec<Suspect> = stated
        .into_iter()
        .filter_map(|factor| {
            let by = if factor.is_of_measurement() {
                BESIDE_MEASUREMENT
            } else {
                BESIDE
            };
            let inside = (earliest.max(1), latest);
            suspect(runs, factor, widened(by), inside, place.index)
        })
        .collect();
    let total: f64 = suspects.iter().map(|suspect| suspect.share).sum();
    for suspect in &mut suspects {
        suspect.share /= total;
    }
    // A stable sort: equal ones keep the order of their factors.
    suspects.sort_by(|one, other| other.share.total_cmp(&one.share));
    let conclusion = match suspects.len() {
        0 => Conclusion::NothingRecorded,
        1 => Conclusion::Named,
        _ => Conclusion::Confounded,
    };
    Attribution {
        conclusion,
        suspects,
    }
}

/// One factor, if its value changed across the considered runs.
fn suspect(
    runs: &[Facts],
    factor: &Factor,
    (first, last): (usize, usize),
    inside: (usize, usize),
    index: usize,
) -> Option<Suspect> {
    let before = runs.get(first.checked_sub(1)?)?.value(factor);
    let after = runs.get(last)?.value(factor);
    if before == after {
        return None;
    }
    let changes_at = |run: usize| runs[run].value(factor) != runs[run - 1].value(factor);
    let elsewhere = (1..runs.len())
        .filter(|run| !(first..=last).contains(run) && changes_at(*run))
        .count();
    let pairs = (runs.len() - 1).saturating_sub(last + 1 - first);

    // The likeliest place has full weight, its neighbours decreasing weights.
    let nearness = |run: usize| {
        let is_inside = (inside.0..=inside.1).contains(&run);
        let weight = if is_inside { 1.0 } else { BESIDE_WEIGHT };
        let distance = 1.0 + real(run.abs_diff(index));
        weight / (distance * distance)
    };
    let at = (first..=last)
        .filter(|run| changes_at(*run))
        .max_by(|one, other| nearness(*one).total_cmp(&nearness(*other)))?;
    // Across the interval if it changed inside; otherwise at the run where it changed.
    let across = (inside.0 - 1, inside.1);
    let differs =
        |(before, after): (usize, usize)| runs[before].value(factor) != runs[after].value(factor);
    let is_inside = (inside.0..=inside.1).contains(&at) && differs(across);
    let (from, to) = if is_inside { across } else { (at - 1, at) };
    let value = |run: usize| runs[run].value(factor).map(str::to_owned);
    Some(Suspect {
        factor: factor.clone(),
        before: value(from),
        after: value(to),
        index: at,
        share: nearness(at) / real(1 + elsewhere),
        usual_rate: if pairs == 0 {
            0.0
        } else {
            real(elsewhere) / real(pairs)
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(commit: &str, prompt: &str, dataset: &str) -> Facts {
        let mut facts = Facts::default();
        facts.state(Factor::Commit, commit);
        facts.state(Factor::Prompt, prompt);
        facts.state(Factor::Dataset, dataset);
        facts
    }

    fn at(index: usize) -> Place {
        Place {
            index,
            earliest: index,
            latest: index,
        }
    }

    #[test]
    fn one_thing_that_changed_is_named() {
        let runs = [
            run("a", "p1", "d"),
            run("a", "p1", "d"),
            run("b", "p1", "d"),
            run("b", "p1", "d"),
        ];
        let found = attribute(&runs, at(2));
        assert_eq!(found.conclusion, Conclusion::Named);
        assert_eq!(found.suspects[0].factor, Factor::Commit);
        assert_eq!(found.suspects[0].before.as_deref(), Some("a"));
        assert_eq!(found.suspects[0].after.as_deref(), Some("b"));
        assert!((found.suspects[0].share - 1.0).abs() < 1e-12);
        assert!(!found.is_measured_differently());
    }

    #[test]
    fn what_changed_outside_of_the_interval_is_no_suspect() {
        let mut runs = vec![run("a", "p2", "d"); 9];
        runs[0] = run("a", "p1", "d");
        let found = attribute(&runs, at(3));
        assert_eq!(found.conclusion, Conclusion::NothingRecorded);
        assert_eq!(
            found.sentence(),
            "nothing recorded with the runs changed there"
        );
    }

    #[test]
    fn what_was_back_at_its_old_value_cannot_explain_a_lasting_change() {
        let runs = [
            run("a", "p1", "d"),
            run("a", "p1", "d"),
            run("a", "p2", "d"),
            run("b", "p1", "d"),
            run("b", "p1", "d"),
        ];
        let found = attribute(&runs, at(2));
        assert_eq!(found.conclusion, Conclusion::Named);
        assert_eq!(found.suspects[0].factor, Factor::Commit);
    }

    #[test]
    fn several_things_are_confounded_however_seldom_one_of_them_changes() {
        let mut runs: Vec<Facts> = (0..50).map(|i| run(&format!("c{i}"), "p1", "d")).collect();
        runs.extend((50..60).map(|i| run(&format!("c{i}"), "p2", "d")));
        let found = attribute(&runs, at(50));
        assert_eq!(found.conclusion, Conclusion::Confounded);
        assert_eq!(found.suspects[0].factor, Factor::Prompt);
        assert!(found.suspects[0].share > 0.95);
        assert!((found.suspects[1].usual_rate - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_change_of_data_is_never_a_regression_of_the_code() {
        let mut runs: Vec<Facts> = (0..9).map(|_| run("a", "p", "d1")).collect();
        runs.extend((0..9).map(|_| run("a", "p", "d2")));
        let found = attribute(&runs, at(9));
        assert!(found.is_measured_differently());
        assert_eq!(
            found.sentence(),
            "the dataset changed from d1 to d2: not a code regression, because something else was measured"
        );

        runs[9..].fill(run("b", "p", "d2"));
        let found = attribute(&runs, at(9));
        assert!(found.is_measured_differently());
        assert_eq!(
            found.sentence(),
            "confounded: the commit changed from a to b and the dataset from d1 to d2; \
             what was measured changed too, so this may not be a code regression"
        );
    }

    #[test]
    fn a_machine_that_changes_once_excuses_a_change_and_a_fleet_does_not() {
        let on = |machine: String, commit: &str| {
            let mut facts = run(commit, "p", "d");
            facts.state(Factor::Machine("hostname".to_owned()), machine);
            facts
        };
        let moved: Vec<Facts> = (0..30)
            .map(|i| on(format!("ci-{}", i / 15), if i < 15 { "a" } else { "b" }))
            .collect();
        assert!(attribute(&moved, at(15)).is_measured_differently());
        let fleet: Vec<Facts> = (0..30)
            .map(|i| on(format!("ci-{i}"), if i < 15 { "a" } else { "b" }))
            .collect();
        let found = attribute(&fleet, at(15));
        assert!(!found.is_measured_differently());
        assert_eq!(found.suspects[0].factor, Factor::Commit);

        let mut stated_since = moved;
        stated_since[..15].fill(run("a", "p", "d"));
        assert!(!attribute(&stated_since, at(15)).is_measured_differently());
    }

    #[test]
    fn a_place_outside_of_the_runs_has_no_cause() {
        let runs = [run("a", "p", "d"), run("b", "p", "d")];
        assert_eq!(
            attribute(&runs, at(7)).conclusion,
            Conclusion::NothingRecorded
        );
        assert_eq!(
            attribute(&[], at(0)).conclusion,
            Conclusion::NothingRecorded
        );
        // The first run has no predecessor: use the next one.
        let place = Place {
            index: 0,
            earliest: 0,
            latest: 1,
        };
        assert_eq!(attribute(&runs, place).conclusion, Conclusion::Named);
    }
}
