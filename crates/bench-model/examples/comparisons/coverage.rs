//! How often intervals contain the truth.

use bench_model::stats::{
    Confusion, Interval,
    contingency::binomial_pmf,
    f1, paired,
    proportion::{PairedTable, newcombe, newcombe_paired, wilson},
    random::SplitMix,
};

use crate::{
    false_verdicts::SIZES,
    table::{Coverage, Promise},
};

/// Every interval at every size.
pub(crate) fn all() -> Vec<Coverage> {
    let mut found = Vec::new();
    found.extend(SIZES.map(|n| one_share(n as u64)));
    found.extend(SIZES.map(|n| two_shares(n as u64)));
    found.extend(SIZES.map(|n| two_f1(n as u64)));
    found.extend(SIZES.map(|n| pairs(n as u64)));
    found.extend(SIZES.map(scores));
    found
}

/// From 0.5 to 0.99, with `steps` steps per hundredth.
fn shares(steps: u32) -> Vec<f64> {
    let share = |step| f64::from(step) / f64::from(100 * steps);
    (50 * steps..=99 * steps).map(share).collect()
}

/// The mean and the worst coverage, with the share at which it occurs.
fn summary(interval: &str, n: u64, coverage: impl IntoIterator<Item = (f64, f64)>) -> Coverage {
    let (mut sum, mut shares, mut worst) = (0.0, 0.0, (f64::INFINITY, 0.0));
    for (coverage, share) in coverage {
        sum += coverage;
        shares += 1.0;
        if coverage < worst.0 {
            worst = (coverage, share);
        }
    }
    Coverage {
        interval: interval.to_owned(),
        n: n.to_string(),
        mean: sum / shares,
        worst: worst.0,
        worst_at: worst.1,
        promise: Promise::Kept,
    }
}

/// Wilson's interval. In fine steps, because the worst shares are close to good ones.
fn one_share(n: u64) -> Coverage {
    let intervals: Vec<Interval> = (0..=n).map(|k| wilson(real(k), real(n), 0.95)).collect();
    let coverage = |share: f64| -> f64 {
        let held = (0..=n)
            .zip(&intervals)
            .filter(|(_, interval)| interval.holds(share));
        held.map(|(k, _)| binomial_pmf(k, n, share)).sum()
    };
    let found = shares(100)
        .into_iter()
        .map(|share| (coverage(share), share));
    summary("a share, or F1: Wilson (exact)", n, found)
}

/// Newcombe's interval, over every pair of true shares.
fn two_shares(n: u64) -> Coverage {
    let interval = |before, after| newcombe((real(before), real(n)), (real(after), real(n)), 0.95);
    over_pairs("two shares: Newcombe (exact)", n, interval, |share| share)
}

/// The interval of two F1 of different findings, over every pair of true Jaccard indices.
fn two_f1(n: u64) -> Coverage {
    let total = |tp: u64| Confusion {
        tp,
        fp: n - tp,
        fn_: 0,
    };
    let interval =
        |before, after| f1::difference(total(before), total(after), 0.95).expect("findings");
    over_pairs("two F1 of totals (exact)", n, interval, |jaccard| {
        2.0 * jaccard / (1.0 + jaccard)
    })
}

/// The mean over all pairs of true shares; the worst is reported with the share before.
fn over_pairs(
    name: &str,
    n: u64,
    interval: impl Fn(u64, u64) -> Interval,
    metric: impl Fn(f64) -> f64,
) -> Coverage {
    let intervals: Vec<Vec<Interval>> = (0..=n)
        .map(|before| (0..=n).map(|after| interval(before, after)).collect())
        .collect();
    let shares = shares(1);
    // The counts that matter, with their probability.
    let likely: Vec<Vec<(usize, f64)>> = shares
        .iter()
        .map(|share| {
            (0..=n)
                .map(|k| binomial_pmf(k, n, *share))
                .enumerate()
                .filter(|(_, p)| *p > 1e-9)
                .collect()
        })
        .collect();
    let mut found = Vec::new();
    for (before, of_before) in shares.iter().zip(&likely) {
        for (after, of_after) in shares.iter().zip(&likely) {
            let truth = metric(*after) - metric(*before);
            let mut coverage = 0.0;
            for (i, p) in of_before {
                for (j, q) in of_after {
                    if intervals[*i][*j].holds(truth) {
                        coverage += p * q;
                    }
                }
            }
            found.push((coverage, *before));
        }
    }
    summary(name, n, found)
}

/// Newcombe's interval for the same items, without a change and with a correlation of one half
/// between an item's two results. Exact up to 100 items, then drawn.
fn pairs(n: u64) -> Coverage {
    let cells = |share: f64| {
        let both = share * share + 0.5 * share * (1.0 - share);
        [both, share - both, share - both, 1.0 - 2.0 * share + both]
    };
    let holds = |table: &[u64; 4]| {
        let [both, only_before, only_after, neither] = table.map(real);
        let table = PairedTable {
            both,
            only_before,
            only_after,
            neither,
        };
        newcombe_paired(table, 0.95).holds(0.0)
    };
    let draw = |random: &mut SplitMix, [both, b, c, _]: [f64; 4]| {
        let mut table = [0_u64; 4];
        for _ in 0..n {
            let at = random.unit();
            let ends = [both, both + b, both + b + c];
            table[ends.iter().filter(|end| at >= **end).count()] += 1;
        }
        table
    };
    let found: Vec<(f64, f64)> = if n > 100 {
        let mut random = SplitMix::new(3);
        let draws = 2_000;
        let mut coverage = |share| {
            (0..draws)
                .filter(|_| holds(&draw(&mut random, cells(share))))
                .count() as u64
        };
        shares(1)
            .into_iter()
            .map(|share| (real(coverage(share)) / f64::from(draws), share))
            .collect()
    } else {
        let held: Vec<[u64; 4]> = (0..=n)
            .flat_map(|both| (0..=n - both).map(move |b| (both, b)))
            .flat_map(|(both, b)| (0..=n - both - b).map(move |c| [both, b, c, n - both - b - c]))
            .filter(holds)
            .collect();
        let ways: Vec<f64> = held
            .iter()
            .map(|table| {
                table.iter().fold(libm::lgamma(real(n) + 1.0), |ways, k| {
                    ways - libm::lgamma(real(*k) + 1.0)
                })
            })
            .collect();
        let coverage = |share| -> f64 {
            let logs = cells(share).map(libm::log);
            let likelihood = |table: &[u64; 4]| -> f64 {
                table.iter().zip(logs).map(|(k, log)| real(*k) * log).sum()
            };
            held.iter()
                .zip(&ways)
                .map(|(table, ways)| libm::exp(ways + likelihood(table)))
                .sum()
        };
        shares(1)
            .into_iter()
            .map(|share| (coverage(share), share))
            .collect()
    };
    let name = if n > 100 {
        "the same items: Newcombe"
    } else {
        "the same items: Newcombe (exact)"
    };
    Coverage {
        promise: Promise::SafeSide,
        ..summary(name, n, found)
    }
}

/// Paired t of scores between 0 and 1, skewed towards 1. Drawn.
fn scores(n: usize) -> Coverage {
    let mut random = SplitMix::new(4);
    let draws = 1_000;
    let mut coverage = |share: f64| {
        // x^(1/share - 1) of a uniform x has the mean `share`.
        let power = 1.0 / share - 1.0;
        let held = (0..draws).filter(|_| {
            let mut score = || libm::pow(random.unit(), power);
            let differences: Vec<f64> = (0..n).map(|_| score() - score()).collect();
            paired::simple(&differences).is_some_and(|found| found.interval(0.95).holds(0.0))
        });
        real(held.count() as u64) / f64::from(draws)
    };
    let found: Vec<(f64, f64)> = shares(1)
        .into_iter()
        .map(|share| (coverage(share), share))
        .collect();
    summary("paired t, skewed scores", n as u64, found)
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}
