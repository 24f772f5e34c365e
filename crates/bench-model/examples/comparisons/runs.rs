//! Plain numbers, one per run, that vary.

use bench_model::stats::{Evidence, Prior, distribution::t_two_sided, random::SplitMix};

use serde::Deserialize;

use crate::{
    false_verdicts::{Sides, drawn, metric, real},
    table::{Promise, Rates},
};

/// A law of noise.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Noise {
    Normal,
    /// Two exponential laws, back to back.
    Laplace,
    /// Student's law with three degrees of freedom.
    #[serde(rename = "t3")]
    Student,
    /// One run in ten is ten times as far out.
    Spikes,
    /// One run in ten is slower by up to eight deviations.
    Slow,
}

impl Noise {
    pub(crate) fn draw(self, random: &mut SplitMix) -> f64 {
        let normal = random.normal();
        match self {
            Self::Laplace => {
                let size = -libm::log(1.0 - random.unit());
                if normal < 0.0 { -size } else { size }
            }
            Self::Student => {
                let mut square = || {
                    let one = random.normal();
                    one * one
                };
                normal / libm::sqrt((square() + square() + square()) / 3.0)
            }
            Self::Spikes if random.unit() < 0.1 => 10.0 * normal,
            Self::Slow if random.unit() < 0.1 => normal + 8.0 * random.unit(),
            Self::Normal | Self::Spikes | Self::Slow => normal,
        }
    }

    /// Whether so many runs show the tails.
    fn is_known_after(self, runs: usize) -> bool {
        self == Self::Normal || runs >= 50
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Normal => "normal noise",
            Self::Laplace => "Laplace noise",
            Self::Student => "t3 noise",
            Self::Spikes => "spikes",
            Self::Slow => "slow runs",
        }
    }
}

/// Latencies of about 400 ms.
pub(crate) fn latencies(random: &mut SplitMix, n: usize, sd: f64, noise: Noise) -> Vec<f64> {
    (0..n)
        .map(|_| libm::exp(6.0 + sd * noise.draw(random)))
        .collect()
}

pub(crate) fn evidence(values: &[f64]) -> Vec<Evidence> {
    values.iter().copied().map(Evidence::of_value).collect()
}

/// Every method for plain numbers that vary.
pub(crate) fn all() -> Vec<Rates> {
    [alone(), with_history(), with_level(), unequal_history()].concat()
}

fn alone() -> Vec<Rates> {
    let mut found = Vec::new();
    let mut add = |name: String, (n1, n2): (usize, usize), ratio: f64, noise: Noise| {
        let n = format!("{n1} and {n2}");
        let rates = drawn(&name, n, "latency_ms", &|random| Sides {
            before: evidence(&latencies(random, n1, 0.01, noise)),
            after: evidence(&latencies(random, n2, ratio * 0.01, noise)),
            ..Sides::default()
        });
        // A single run of unknown noise may be a spike.
        found.push(rates.weak_if(n2 == 1 && noise != Noise::Normal));
    };
    for n in [
        (2, 1),
        (5, 1),
        (2, 2),
        (3, 3),
        (5, 5),
        (10, 2),
        (20, 3),
        (20, 5),
        (20, 20),
    ] {
        add("runs, no history".to_owned(), n, 1.0, Noise::Normal);
    }
    for ratio in [3.0, 1.0 / 3.0] {
        let name = if ratio > 1.0 {
            "three times"
        } else {
            "a third of"
        };
        for n in [(3, 3), (10, 2), (10, 3), (20, 3), (20, 5), (20, 20)] {
            add(format!("runs, {name} the noise"), n, ratio, Noise::Normal);
        }
    }
    for noise in [Noise::Laplace, Noise::Student, Noise::Spikes, Noise::Slow] {
        for n in [(5, 5), (10, 10), (20, 20), (20, 5), (5, 1)] {
            add(format!("runs, {}", noise.words()), n, 1.0, noise);
        }
    }
    for (n1, n2) in [(10, 3), (20, 3)] {
        found.push(student(n1, n2));
    }
    found
}

/// Student's test, which is not used here, of a side with three times the noise.
fn student(n1: usize, n2: usize) -> Rates {
    let mut random = SplitMix::new(1);
    let draws = 10_000;
    let (mut at_5, mut at_1) = (0_u32, 0_u32);
    for _ in 0..draws {
        let mut side = |n: usize, sd: f64| {
            let values: Vec<f64> = (0..n).map(|_| sd * random.normal()).collect();
            let mean = values.iter().sum::<f64>() / real(n);
            let squares: f64 = values
                .iter()
                .map(|value| (value - mean) * (value - mean))
                .sum();
            (mean, squares)
        };
        let (before, after) = (side(n1, 1.0), side(n2, 3.0));
        let df = real(n1 + n2 - 2);
        let variance = (before.1 + after.1) / df * (1.0 / real(n1) + 1.0 / real(n2));
        let p = t_two_sided((after.0 - before.0) / libm::sqrt(variance), df);
        at_5 += u32::from(p <= 0.05);
        at_1 += u32::from(p <= 0.01);
    }
    let rate = |count: u32| f64::from(count) / f64::from(draws);
    Rates {
        method: "for scale: Student's t, three times the noise".to_owned(),
        n: format!("{n1} and {n2}"),
        at_5: rate(at_5),
        at_1: rate(at_1),
        verdicts: rate(at_1),
        covers: 1.0 - rate(at_5),
        promise: Promise::None,
    }
}

fn with_history() -> Vec<Rates> {
    let mut found = Vec::new();
    for noise in [Noise::Normal, Noise::Student, Noise::Spikes, Noise::Slow] {
        for history in [10, 30, 50] {
            for (n1, n2) in [(1, 1), (3, 1), (5, 2)] {
                let (name, n) = (
                    format!("{history} of history, {}", noise.words()),
                    format!("{n1} and {n2}"),
                );
                let rates = drawn(&name, n, "latency_ms", &|random| Sides {
                    prior: prior(&latencies(random, history, 0.01, noise)),
                    before: evidence(&latencies(random, n1, 0.01, noise)),
                    after: evidence(&latencies(random, n2, 0.01, noise)),
                    level: Vec::new(),
                });
                found.push(rates.weak_if(!noise.is_known_after(history)));
            }
        }
    }
    for (n1, n2) in [(1, 1), (3, 1), (5, 2)] {
        let n = format!("{n1} and {n2}");
        found.push(drawn(
            "history of 8 other models",
            n,
            "latency_ms",
            &|random| {
                let noise = |random: &mut SplitMix| 0.03 * libm::exp(0.4 * random.normal());
                let segments: Vec<Vec<f64>> = (0..8)
                    .map(|_| {
                        let sd = noise(random);
                        latencies(random, 12, sd, Noise::Normal)
                    })
                    .collect();
                let sd = noise(random);
                Sides {
                    prior: Prior::from_segments(&segments, &metric("latency_ms")),
                    before: evidence(&latencies(random, n1, sd, Noise::Normal)),
                    after: evidence(&latencies(random, n2, sd, Noise::Normal)),
                    level: Vec::new(),
                }
            },
        ));
    }
    found
}

/// One new run against all runs of the level.
fn with_level() -> Vec<Rates> {
    let mut found = Vec::new();
    for noise in [Noise::Normal, Noise::Student, Noise::Spikes, Noise::Slow] {
        for history in [10, 30, 50, 150] {
            let (name, n) = (
                format!("level, {}", noise.words()),
                format!("{history} and 1"),
            );
            let rates = drawn(&name, n, "latency_ms", &|random| {
                let level = latencies(random, history, 0.01, noise);
                Sides {
                    prior: prior(&level),
                    before: evidence(&level[history - 1..]),
                    after: evidence(&latencies(random, 1, 0.01, noise)),
                    level,
                }
            });
            found.push(rates.weak_if(!noise.is_known_after(history)));
        }
    }
    found
}

/// A side that is noisier than its history.
fn unequal_history() -> Vec<Rates> {
    let mut found = Vec::new();
    for (n1, n2) in [(10, 3), (5, 5), (20, 5), (10, 10)] {
        let name = "30 of history, three times the noise";
        let n = format!("{n1} and {n2}");
        let rates = drawn(name, n, "latency_ms", &|random| Sides {
            prior: prior(&latencies(random, 30, 0.01, Noise::Normal)),
            before: evidence(&latencies(random, n1, 0.01, Noise::Normal)),
            after: evidence(&latencies(random, n2, 0.03, Noise::Normal)),
            level: Vec::new(),
        });
        // Three runs can't show that they are noisier than the history.
        found.push(rates.weak_if(n2 < 5));
    }
    found
}

/// The noise of a stretch.
pub(crate) fn prior(values: &[f64]) -> Option<Prior> {
    Prior::from_segments(&[values], &metric("latency_ms"))
}
