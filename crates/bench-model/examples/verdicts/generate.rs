//! Labelled series with known changes, from a seed: five noises, lengths from 10 to 500 runs, steps of
//! 0.5 to 5 standard deviations; series without a change, with spikes, with a drift; accuracies
//! counted on 50 to 1,000 examples; exact metrics; and series for the online suite.
//!
//! `value = level * (1 + cv * z)`, where `z` has unit variance and steps are in units of it.

use crate::chance::{Chance, sum};
use crate::draft::Draft;
use crate::labelled::{Series, Suite};
use crate::score::real;

const NOISES: [&str; 5] = ["gaussian", "lognormal", "student3", "bimodal", "ar0.6"];
const LENGTHS: [usize; 6] = [10, 20, 50, 100, 200, 500];

impl Chance {
    /// Changes with levels of at least three runs, and of a tenth of the series, between them.
    fn changes(&mut self, count: usize) -> Vec<usize> {
        let (fewest, most) = match count {
            0..=30 => (1, 1),
            31..=75 => (1, 2),
            76..=150 => (1, 3),
            151..=300 => (2, 4),
            _ => (3, 6),
        };
        let changes = self.whole(fewest, most);
        let gap = (count / 10).max(3);
        loop {
            let places = self.places(changes, gap, count - gap);
            if places.windows(2).all(|pair| pair[1] - pair[0] >= gap) {
                return places;
            }
        }
    }

    /// A level that goes up or down by `size` at every change.
    fn levels(&mut self, count: usize, changes: &[usize], size: f64) -> Vec<f64> {
        let mut level = 0.0;
        let mut levels = Vec::with_capacity(count);
        for run in 0..count {
            if changes.contains(&run) {
                level += size * self.sign();
            }
            levels.push(level);
        }
        levels
    }

    /// Normal noise with a few spikes of 6 to 15 standard deviations.
    fn spiky(&mut self, count: usize, spikes: usize) -> Vec<f64> {
        let mut z = self.noise("gaussian", count);
        for place in self.places(spikes, 1, count - 2) {
            z[place] += self.sign() * (6.0 + 9.0 * self.unit());
        }
        z
    }
}

/// 1,425 series.
pub(crate) fn set(seed: u64) -> Vec<Series> {
    let mut chance = Chance::new(seed);
    let mut series = Vec::new();
    for noise in NOISES {
        noisy(&mut chance, noise, &mut series);
    }
    spiky(&mut chance, &mut series);
    counted(&mut chance, &mut series);
    exact(&mut chance, &mut series);
    for noise in NOISES {
        online(&mut chance, noise, &mut series);
    }
    for _ in 0..8 {
        let z = chance.spiky(200, 6);
        series.push(draft(Suite::Online, "outlier", "spikes", 0.0, vec![]).scaled(&mut chance, &z));
    }
    series
}

fn draft<'a>(
    suite: Suite,
    kind: &'a str,
    noise: &'a str,
    size: f64,
    changes: Vec<usize>,
) -> Draft<'a> {
    Draft {
        suite,
        kind,
        noise,
        size,
        changes,
    }
}

fn noisy(chance: &mut Chance, noise: &str, series: &mut Vec<Series>) {
    for count in LENGTHS {
        for size in [0.5, 1.0, 2.0, 3.0, 5.0] {
            for _ in 0..4 {
                let changes = chance.changes(count);
                let levels = chance.levels(count, &changes, size);
                let z = sum(&chance.noise(noise, count), &levels);
                let step = draft(Suite::Offline, "step", noise, size, changes);
                series.push(step.scaled(chance, &z));
            }
        }
        for _ in 0..12 {
            let z = chance.noise(noise, count);
            series.push(draft(Suite::Offline, "null", noise, 0.0, vec![]).scaled(chance, &z));
        }
    }
    for count in [50, 100, 200] {
        for _ in 0..3 {
            let rise = 4.0 * chance.sign() / real(count - 1);
            let line: Vec<f64> = (0..count).map(|run| rise * real(run)).collect();
            let z = sum(&chance.noise(noise, count), &line);
            series.push(draft(Suite::Offline, "drift", noise, 4.0, vec![]).scaled(chance, &z));
        }
    }
}

fn spiky(chance: &mut Chance, series: &mut Vec<Series>) {
    for (count, spikes) in [(20, 1), (50, 2), (100, 3), (200, 6), (500, 15)] {
        for _ in 0..8 {
            let z = chance.spiky(count, spikes);
            series.push(draft(Suite::Offline, "outlier", "spikes", 0.0, vec![]).scaled(chance, &z));
        }
    }
}

/// An accuracy counted on `examples`, whose true value moves by `size`.
fn counted(chance: &mut Chance, series: &mut Vec<Series>) {
    for count in [20, 50, 100, 200] {
        for examples in [50, 200, 1000] {
            for size in [0.0, 0.05, 0.10] {
                for _ in 0..3 {
                    let changes = if size > 0.0 {
                        chance.changes(count)
                    } else {
                        vec![]
                    };
                    let levels = chance.levels(count, &changes, size);
                    let kind = if size > 0.0 {
                        "binomial"
                    } else {
                        "binomial_null"
                    };
                    let accuracy = |level: &f64| {
                        let p = (0.8 + level).clamp(0.02, 0.98);
                        chance.successes(examples, p) / real(examples)
                    };
                    let values: Vec<f64> = levels.iter().map(accuracy).collect();
                    let counted = draft(Suite::Offline, kind, "binomial", size, changes);
                    series.push(counted.finish(values.into_iter()));
                }
            }
        }
    }
}

fn exact(chance: &mut Chance, series: &mut Vec<Series>) {
    for count in [12, 40, 150] {
        for _ in 0..5 {
            let changes = chance.changes(count);
            let levels = chance.levels(count, &changes, 0.01);
            let exact = draft(Suite::Offline, "exact", "none", 0.01, changes);
            series.push(exact.finish(levels.into_iter().map(|level| 1234.0 * (1.0 + level))));
        }
        for _ in 0..3 {
            let exact = draft(Suite::Offline, "exact_null", "none", 0.0, vec![]);
            series.push(exact.finish(std::iter::repeat_n(1234.0, count)));
        }
    }
}

/// One change, in the middle of a long series or early in a short one; and none at all.
fn online(chance: &mut Chance, noise: &str, series: &mut Vec<Series>) {
    let in_the_middle = ("step", 100, (50, 74));
    let early = ("early", 25, (6, 11));
    let plans = [1.0, 2.0, 3.0, 5.0].map(|size| (in_the_middle, size));
    let plans = plans
        .into_iter()
        .chain([2.0, 3.0, 5.0].map(|size| (early, size)));
    for ((kind, count, (first, last)), size) in plans {
        for _ in 0..6 {
            let place = chance.whole(first, last);
            let levels = chance.levels(count, &[place], size);
            let z = sum(&chance.noise(noise, count), &levels);
            let step = draft(Suite::Online, kind, noise, size, vec![place]);
            series.push(step.scaled(chance, &z));
        }
    }
    for _ in 0..6 {
        let z = chance.noise(noise, 200);
        series.push(draft(Suite::Online, "null", noise, 0.0, vec![]).scaled(chance, &z));
    }
}
