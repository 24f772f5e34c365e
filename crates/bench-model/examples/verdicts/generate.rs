//! Labelled series with known changes, from a seed: five noises, lengths from 10 to 500 runs, steps of
//! 0.5 to 5 standard deviations; series without a change, with spikes, with a drift; accuracies
//! counted on 50 to 1,000 examples; exact metrics; and series for the online suite.
//!
//! `value = level * (1 + cv * z)`, where `z` has unit variance and steps are in units of it.

use bench_model::stats::random::SplitMix;

use crate::labelled::{Series, Suite};
use crate::score::real;

const NOISES: [&str; 5] = ["gaussian", "lognormal", "student3", "bimodal", "ar0.6"];
const LENGTHS: [usize; 6] = [10, 20, 50, 100, 200, 500];

/// Seeded random numbers: the same series everywhere.
pub(crate) struct Chance(SplitMix);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds must not give shifted copies of one sequence.
        Self(SplitMix::new(SplitMix::new(seed).bits()))
    }

    pub(crate) fn normal(&mut self) -> f64 {
        self.0.normal()
    }

    /// From `least` to `most`, both included.
    fn whole(&mut self, least: usize, most: usize) -> usize {
        least + self.0.below(most - least + 1)
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.whole(0, choices.len() - 1)]
    }

    fn sign(&mut self) -> f64 {
        self.of(&[-1.0, 1.0])
    }

    /// `count` different places from `least` to `most`, in order.
    fn places(&mut self, count: usize, least: usize, most: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (least..=most).collect();
        for i in 0..count {
            let other = self.whole(i, places.len() - 1);
            places.swap(i, other);
        }
        places.truncate(count);
        places.sort_unstable();
        places
    }

    /// Unit variance, mean 0.
    pub(crate) fn noise(&mut self, kind: &str, count: usize) -> Vec<f64> {
        match kind {
            "lognormal" => {
                let s = 0.6_f64;
                let mean = (0.5 * s * s).exp();
                let sd = mean * ((s * s).exp() - 1.0).sqrt();
                (0..count)
                    .map(|_| ((s * self.normal()).exp() - mean) / sd)
                    .collect()
            }
            "student3" => (0..count).map(|_| self.student3()).collect(),
            "bimodal" => {
                let share = 0.3;
                let (mean, variance) = (2.5 * share, 0.35 * 0.35 + 6.25 * share * (1.0 - share));
                let value = |chance: &mut Self| {
                    let mode = if chance.0.unit() < share { 2.5 } else { 0.0 };
                    (0.35 * chance.normal() + mode - mean) / variance.sqrt()
                };
                (0..count).map(|_| value(self)).collect()
            }
            "ar0.6" => {
                let mut value = self.normal();
                let mut next = || {
                    value = 0.6 * value + 0.8 * self.normal();
                    value
                };
                (0..count).map(|_| next()).collect()
            }
            _ => (0..count).map(|_| self.normal()).collect(),
        }
    }

    /// Student's t with three degrees of freedom, divided by its standard deviation.
    fn student3(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 3.0).sqrt() / 3.0_f64.sqrt()
    }

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
            z[place] += self.sign() * (6.0 + 9.0 * self.0.unit());
        }
        z
    }
}

/// The builder of a series.
struct Draft<'a> {
    suite: Suite,
    kind: &'a str,
    noise: &'a str,
    size: f64,
    changes: Vec<usize>,
}

impl Draft<'_> {
    fn finish(self, values: impl Iterator<Item = f64>) -> Series {
        // Reports have about eight digits.
        let rounded = values.map(|v| format!("{v:.7e}").parse().unwrap_or(v));
        Series {
            suite: self.suite,
            kind: self.kind.to_owned(),
            noise: self.noise.to_owned(),
            size: self.size,
            values: rounded.collect(),
            annotations: vec![self.changes],
            is_real: false,
        }
    }

    /// From unit noise, at a random level and relative noise.
    fn scaled(self, chance: &mut Chance, z: &[f64]) -> Series {
        let level = chance.of(&[0.8, 12.0, 100.0, 3500.0]);
        let cv = chance.of(&[0.005, 0.02, 0.05]);
        self.finish(z.iter().map(move |z| level * (1.0 + cv * z)))
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

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
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
                        let right = (0..examples).filter(|_| chance.0.unit() < p).count();
                        real(right) / real(examples)
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
