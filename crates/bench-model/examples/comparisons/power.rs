//! How often a change is found, beside the best of SciPy's tests on the same designs.

use bench_model::stats::{Options, Prior, random::SplitMix};
use serde::Deserialize;

use crate::{
    false_verdicts::{Sides, metric},
    runs::{Noise, evidence},
};

/// Written by `benchmarks/verdicts/power.py`.
const SCIPY: &str = include_str!("power.json");

/// Pairs of sides per design.
const DRAWS: u32 = 6_000;

/// How far below the best test the power may lie.
pub(crate) const SLACK: f64 = 0.03;

/// A design with the best of SciPy's tests at either level.
#[derive(Deserialize)]
struct Design {
    before: usize,
    after: usize,
    law: Noise,
    ratio: f64,
    shift: f64,
    best: [Best; 2],
}

#[derive(Deserialize)]
struct Best {
    test: String,
    power: f64,
}

/// A line of the table, for p up to 0.05 and 0.01.
pub(crate) struct Power {
    pub(crate) design: String,
    pub(crate) n: String,
    pub(crate) found: [f64; 2],
    /// The power and name of SciPy's best test.
    pub(crate) best: [(f64, String); 2],
    /// Why it may be more than three points below.
    pub(crate) excuse: Option<&'static str>,
}

/// Every design, and what the level and the history of a run are worth.
pub(crate) fn all() -> Vec<Power> {
    let designs: Vec<Design> = serde_json::from_str(SCIPY).expect("the designs are JSON");
    designs.into_iter().flat_map(lines).collect()
}

fn lines(design: Design) -> Vec<Power> {
    let Design {
        before,
        after,
        law,
        ratio,
        shift,
        best,
    } = design;
    let best = best.map(|Best { test, power }| (power, test));
    let line = |design: String, n: String, found, excuse| Power {
        design,
        n,
        found,
        best: best.clone(),
        excuse,
    };
    let sizes = format!("{before} and {after}");
    if after == 1 {
        // The history is the level of the run before.
        let level = |is_level: bool| {
            rates(|random| {
                let level = normals(random, before, law, 1.0, 0.0);
                Sides {
                    prior: prior_of(&level),
                    before: evidence(&level[before - 1..]),
                    after: evidence(&normals(random, 1, law, ratio, shift)),
                    level: if is_level { level } else { Vec::new() },
                }
            })
        };
        let (name, alone) = (
            format!("level, {}", law.words()),
            format!("one of its runs, {}", law.words()),
        );
        return vec![
            line(
                name,
                sizes,
                level(true),
                Some("heavy tails are not ruled out"),
            ),
            line(
                alone,
                format!("1 and 1, {before}"),
                level(false),
                Some("the level is not asked"),
            ),
        ];
    }
    let found = rates(|random| Sides {
        before: evidence(&normals(random, before, law, 1.0, 0.0)),
        after: evidence(&normals(random, after, law, ratio, shift)),
        ..Sides::default()
    });
    let name = if ratio > 1.0 {
        "three times the noise".to_owned()
    } else {
        law.words().to_owned()
    };
    let least = before.min(after);
    let excuse = if before != after {
        Some("equal noise is not assumed")
    } else if least <= 10 {
        Some("few runs: equal noise is not assumed")
    } else {
        None
    };
    vec![line(name, sizes, found, excuse)]
}

fn rates(draw: impl Fn(&mut SplitMix) -> Sides) -> [f64; 2] {
    let (mut random, definition) = (SplitMix::new(11), metric("reward"));
    let mut counts = [0_u32; 2];
    for _ in 0..DRAWS {
        let p = draw(&mut random).compare(&definition).p_value;
        for (count, level) in counts.iter_mut().zip([0.05, Options::default().level]) {
            *count += u32::from(p.is_some_and(|p| p <= level));
        }
    }
    counts.map(|count| f64::from(count) / f64::from(DRAWS))
}

fn normals(random: &mut SplitMix, n: usize, law: Noise, sd: f64, mean: f64) -> Vec<f64> {
    (0..n)
        .map(|_| 100.0 + mean + sd * law.draw(random))
        .collect()
}

fn prior_of(values: &[f64]) -> Option<Prior> {
    Prior::from_segments(&[values], &metric("reward"))
}
