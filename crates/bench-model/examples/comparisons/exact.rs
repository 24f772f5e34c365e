//! Plain numbers that repeat exactly most of the time: shares near 1 without their n, and counts of
//! errors.

use bench_model::stats::{Prior, random::SplitMix};

use crate::{
    false_verdicts::{Sides, drawn, metric},
    runs::evidence,
    table::{Promise, Rates},
};

/// Shares of items of which only the value is known, and errors.
pub(crate) fn all() -> Vec<Rates> {
    let mut found = Vec::new();
    for items in [20, 50] {
        for share in [0.9, 0.95, 0.98, 0.99, 0.995, 0.999] {
            for history in [10, 50] {
                let name = format!("plain k of {items}, {share}");
                for is_level in [false, true] {
                    let n = if is_level { "level" } else { "1 run" };
                    let n = format!("{history}, {n}");
                    found.push(drawn(&name, n, "accuracy", &|random| {
                        let level: Vec<f64> =
                            (0..history).map(|_| k_of(random, items, share)).collect();
                        let other = k_of(random, items, share);
                        Sides {
                            prior: Prior::from_segments(&[&level], &metric("accuracy")),
                            before: evidence(&[if is_level { level[history - 1] } else { other }]),
                            after: evidence(&[k_of(random, items, share)]),
                            level: if is_level { level } else { Vec::new() },
                        }
                    }));
                }
            }
        }
    }
    for (n1, n2) in [(5, 1), (10, 1), (4, 4), (20, 3)] {
        let n = format!("{n1} and {n2}");
        found.push(drawn(
            "plain k of 50, 0.995, no history",
            n,
            "accuracy",
            &|random| {
                let mut side =
                    |n: usize| -> Vec<f64> { (0..n).map(|_| k_of(random, 50, 0.995)).collect() };
                Sides {
                    before: evidence(&side(n1)),
                    after: evidence(&side(n2)),
                    ..Sides::default()
                }
            },
        ));
    }
    for rate in [0.1, 1.0, 5.0, 50.0] {
        for history in [0, 20] {
            let (name, n) = (format!("errors, {rate} a run"), format!("{history}, level"));
            found.push(drawn(&name, n, "errors", &|random| {
                let level: Vec<f64> = (0..history).map(|_| poisson(random, rate)).collect();
                let before = level
                    .last()
                    .copied()
                    .unwrap_or_else(|| poisson(random, rate));
                Sides {
                    prior: Prior::from_segments(&[&level], &metric("errors")),
                    before: evidence(&[before]),
                    after: evidence(&[poisson(random, rate)]),
                    level,
                }
            }));
        }
    }
    found.push(any_difference());
    found
}

/// Calling every difference real once ten runs were equal, which is not done.
fn any_difference() -> Rates {
    let mut random = SplitMix::new(1);
    let draws = 10_000;
    let different = (0..draws).filter(|_| {
        let all: Vec<f64> = (0..12).map(|_| k_of(&mut random, 50, 0.995)).collect();
        let is_different = (all[10] - all[11]).abs() > 1e-9;
        all[..10].iter().all(|value| *value >= 1.0) && is_different
    });
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let rate = different.count() as f64 / f64::from(draws);
    Rates {
        method: "for scale: any difference after 10 equal runs".to_owned(),
        n: "50, 0.995".to_owned(),
        at_5: rate,
        at_1: rate,
        verdicts: rate,
        covers: 1.0 - rate,
        promise: Promise::None,
    }
}

fn k_of(random: &mut SplitMix, items: u32, share: f64) -> f64 {
    let right = (0..items).filter(|_| random.unit() < share).count();
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let right = right as f64;
    right / f64::from(items)
}

/// A Poisson number (Knuth 1969), for small rates.
fn poisson(random: &mut SplitMix, rate: f64) -> f64 {
    let (limit, mut product, mut count) = (libm::exp(-rate), random.unit(), 0.0);
    while product > limit {
        product *= random.unit();
        count += 1.0;
    }
    count
}
