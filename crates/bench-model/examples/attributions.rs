//! How often the right cause of a change is found.
//!
//! Printed by `cargo xtask bench verdicts`; alone: `cargo run --release -p bench-model --example
//! attributions`. Each history is drawn with a fixed seed: 60 to 200 runs of a noisy metric whose
//! level moves once, by 3 to 6 standard deviations of the noise; commits that change with every
//! run, every other, or every tenth; and model, provider, prompt, machine and parameters that
//! change at random elsewhere. The place comes from `stats::history`, as it would for a real
//! series. Fails if a target is missed.

use std::process::ExitCode;

use bench_model::attribution::{Attribution, Conclusion, Factor, Facts, Place, attribute};
use bench_model::stats::{HistoryOptions, history, random::SplitMix};

const HISTORIES: usize = 1_000;

fn main() -> ExitCode {
    println!(
        "{HISTORIES} histories a line, fixed seeds; each is looked at where its change was found."
    );
    let one = tally(1, 1, false);
    let several = tally(2, 2, false);
    let dataset = tally(3, 1, true);
    let dataset_and_code = tally(4, 2, true);

    let mut kept = true;
    let mut promise = |what: &str, found: usize, of: usize, wanted: f64| {
        let share = real(found) / real(of.max(1));
        let holds = share >= wanted && of > HISTORIES * 9 / 10;
        kept &= holds;
        let word = if holds { "kept" } else { "BROKEN" };
        println!("  {what:<58} {found:>4} of {of:<4} {share:.3}  promised {wanted:.2}  {word}");
    };
    promise("one cause: named first", one.first, one.found, 0.95);
    promise(
        "two causes at once: confounded",
        several.confounded,
        several.found,
        0.99,
    );
    promise(
        "two causes at once: both among the suspects",
        several.all_named,
        several.found,
        0.99,
    );
    promise(
        "the dataset alone: not blamed on the code",
        dataset.measured,
        dataset.found,
        1.0,
    );
    promise(
        "the dataset and another: not blamed on the code",
        dataset_and_code.measured,
        dataset_and_code.found,
        1.0,
    );
    if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The results of [`HISTORIES`] histories.
#[derive(Default)]
struct Tally {
    /// Histories whose change was found within 5 runs.
    found: usize,
    /// Histories whose first suspect is a planted cause.
    first: usize,
    /// Histories whose planted causes are all suspects.
    all_named: usize,
    confounded: usize,
    /// Histories reported as a change of the measurement.
    measured: usize,
}

fn tally(seed: u64, causes: usize, with_dataset: bool) -> Tally {
    let mut random = SplitMix::new(seed);
    let mut tally = Tally::default();
    for _ in 0..HISTORIES {
        let (values, runs, step, planted) = draw(&mut random, causes, with_dataset);
        let found = history(&values, &HistoryOptions::default()).expect("finite numbers");
        let change = found
            .changes
            .iter()
            .min_by_key(|change| change.index.abs_diff(step));
        let Some(change) = change.filter(|change| change.index.abs_diff(step) <= 5) else {
            continue;
        };
        let Attribution {
            conclusion,
            suspects,
        } = attribute(&runs, Place::from(change));
        let is_suspect = |cause: &Factor| suspects.iter().any(|suspect| suspect.factor == *cause);
        tally.found += 1;
        tally.first += usize::from(
            suspects
                .first()
                .is_some_and(|suspect| planted.contains(&suspect.factor)),
        );
        tally.all_named += usize::from(planted.iter().all(is_suspect));
        tally.confounded += usize::from(conclusion == Conclusion::Confounded);
        tally.measured += usize::from(
            Attribution {
                conclusion,
                suspects,
            }
            .is_measured_differently(),
        );
    }
    tally
}

/// One history: values, facts, the place of the change, and its causes.
fn draw(
    random: &mut SplitMix,
    causes: usize,
    with_dataset: bool,
) -> (Vec<f64>, Vec<Facts>, usize, Vec<Factor>) {
    let count = 60 + random.below(141);
    let step = 10 + random.below(count - 20);
    let size = 3.0 + 3.0 * random.unit();

    let mut causes_left = candidates();
    let mut planted = Vec::new();
    if with_dataset {
        planted.push(Factor::Dataset);
    }
    while planted.len() < causes {
        planted.push(causes_left.swap_remove(random.below(causes_left.len())));
    }

    // The probability that each changes from one run to the next.
    let commit_every = [1, 2, 10][random.below(3)];
    let commit_is_planted = planted.contains(&Factor::Commit);
    let mut versions = [0_usize; 7];
    let factors = factors();
    let mut values = Vec::with_capacity(count);
    let mut runs = Vec::with_capacity(count);
    for run in 0..count {
        for (factor, version) in factors.iter().zip(&mut versions) {
            let changes = if planted.contains(factor) && run == step {
                true
            } else if *factor == Factor::Commit {
                // If the commit changes with every run, it can't be identified as the cause.
                run % if commit_is_planted {
                    commit_every.max(10)
                } else {
                    commit_every
                } == 0
            } else if *factor == Factor::Dataset {
                false
            } else {
                random.unit() < 0.01
            };
            *version += usize::from(changes);
        }
        let mut facts = Facts::default();
        for (factor, version) in factors.iter().zip(&versions) {
            facts.state(factor.clone(), format!("v{version}"));
        }
        runs.push(facts);
        let level = if run < step { 0.0 } else { size };
        values.push(100.0 + level + random.normal());
    }
    (values, runs, step, planted)
}

/// The causes that can be planted besides the dataset.
fn candidates() -> Vec<Factor> {
    let mut all = factors().to_vec();
    all.retain(|factor| !factor.is_of_measurement());
    all
}

fn factors() -> [Factor; 7] {
    [
        Factor::Commit,
        Factor::Model,
        Factor::Provider,
        Factor::Prompt,
        Factor::Dataset,
        Factor::Parameter("temperature".to_owned()),
        Factor::Parameter("top_p".to_owned()),
    ]
}

/// Exact: a thousand is small.
#[allow(clippy::cast_precision_loss, reason = "a thousand is small")]
fn real(count: usize) -> f64 {
    count as f64
}
