//! Pairs of sides without a difference: every verdict is false.

use bench_model::{
    metric::{Declared, MetricDefinition, definition_of},
    stats::{
        Comparison, Confusion, ConfusionMetric, Counts, Evidence, Options, Outcomes, Prior,
        VerdictKind, compare,
        contingency::{binomial_pmf, fisher_mid_p},
        decide, exceeds,
        random::SplitMix,
    },
};

use crate::table::{Promise, Rates};

/// Pairs per method and size.
pub(crate) const PAIRS: u32 = 10_000;

/// The sizes of a data set.
pub(crate) const SIZES: [usize; 4] = [20, 50, 100, 500];

type Side = Vec<Evidence>;

/// Draws both sides and the history's noise estimate.
type Draw<'a> = dyn Fn(&mut SplitMix) -> (Side, Side, Option<Prior>) + Sync + 'a;

/// Every method at every size.
pub(crate) fn all() -> Vec<Rates> {
    [
        by_item(),
        by_findings(),
        by_run(),
        SIZES.map(plain_threshold).into(),
    ]
    .concat()
}

/// Right or wrong items, and scores of items.
fn by_item() -> Vec<Rates> {
    let mut rates = Vec::new();
    for n in SIZES {
        for share in [0.5, 0.8, 0.95] {
            rates.push(counted_out(n, share));
        }
    }
    for n in SIZES {
        rates.push(drawn(
            "McNemar's test",
            n.to_string(),
            "accuracy",
            &|random| {
                let hard = difficulties(random, n);
                (
                    vec![answers(random, &hard)],
                    vec![answers(random, &hard)],
                    None,
                )
            },
        ));
    }
    for n in [5, 20, 50, 100, 500] {
        rates.push(drawn(
            "paired t, skewed scores",
            n.to_string(),
            "f1",
            &|random| {
                let hard = difficulties(random, n);
                (
                    vec![scores(random, &hard)],
                    vec![scores(random, &hard)],
                    None,
                )
            },
        ));
    }
    for groups in [6, 10, 20, 100] {
        let n = format!("{groups} x 5");
        rates.push(drawn("paired t, clusters", n, "f1", &|random| {
            let own = normals(random, groups, 0.0, 0.05);
            let other = normals(random, groups, 0.0, 0.05);
            (
                vec![clustered(random, &own)],
                vec![clustered(random, &other)],
                None,
            )
        }));
    }
    rates
}

/// F1, and reports without items.
fn by_findings() -> Vec<Rates> {
    let mut rates = Vec::new();
    for n in SIZES {
        rates.push(drawn(
            "paired bootstrap of F1",
            n.to_string(),
            "f1",
            &|random| {
                let hard = difficulties(random, n);
                (
                    vec![findings(random, &hard)],
                    vec![findings(random, &hard)],
                    None,
                )
            },
        ));
    }
    for n in SIZES {
        let name = "F1 of totals, the same items";
        rates.push(drawn(name, n.to_string(), "f1", &|random| {
            let hard = difficulties(random, n);
            (
                vec![in_total(random, &hard)],
                vec![in_total(random, &hard)],
                None,
            )
        }));
        let name = "F1 of totals, other items, six chances each";
        let weak = drawn(name, n.to_string(), "f1", &|random| {
            let (hard, other) = (difficulties(random, n), difficulties(random, n));
            (
                vec![in_total(random, &hard)],
                vec![in_total(random, &other)],
                None,
            )
        });
        rates.push(Rates {
            promise: Promise::None,
            ..weak
        });
    }
    for n in SIZES {
        rates.push(drawn(
            "standard errors, skewed scores",
            n.to_string(),
            "f1",
            &|random| {
                let side = |random: &mut SplitMix| {
                    let hard = difficulties(random, n);
                    vec![in_short(&scores(random, &hard))]
                };
                (side(random), side(random), None)
            },
        ));
    }
    rates
}

/// Plain numbers, one per run.
fn by_run() -> Vec<Rates> {
    let mut rates = Vec::new();
    for (before, after) in [(2, 1), (3, 3), (5, 1), (10, 2), (20, 20)] {
        let n = format!("{before} and {after}");
        rates.push(drawn("runs, no history", n, "latency_ms", &|random| {
            (runs(random, before, 0.03), runs(random, after, 0.03), None)
        }));
    }
    for (before, after) in [(1, 1), (3, 1), (5, 2)] {
        for (history, name) in [(10, "runs, 10 of history"), (30, "runs, 30 of history")] {
            let n = format!("{before} and {after}");
            rates.push(drawn(name, n, "latency_ms", &|random| {
                let prior = Prior::from_segments(
                    &[latencies(random, history, 0.03)],
                    &metric("latency_ms"),
                );
                (runs(random, before, 0.03), runs(random, after, 0.03), prior)
            }));
        }
        let n = format!("{before} and {after}");
        rates.push(drawn(
            "runs, 8 models of other noise",
            n,
            "latency_ms",
            &|random| {
                let noise = |random: &mut SplitMix| 0.03 * libm::exp(0.4 * random.normal());
                let segments: Vec<Vec<f64>> = (0..8)
                    .map(|_| {
                        let sd = noise(random);
                        latencies(random, 12, sd)
                    })
                    .collect();
                let prior = Prior::from_segments(&segments, &metric("latency_ms"));
                let sd = noise(random);
                (runs(random, before, sd), runs(random, after, sd), prior)
            },
        ));
    }
    rates
}

/// Counts on each side, over every possible pair of counts: exact.
fn counted_out(n: usize, share: f64) -> Rates {
    let n = n as u64;
    let options = Options::default();
    let weights: Vec<f64> = (0..=n).map(|k| binomial_pmf(k, n, share)).collect();
    let (mut at_5, mut at_1, mut verdicts) = (0.0, 0.0, 0.0);
    for before in 0..=n {
        for after in 0..=before {
            // The p-value is symmetric.
            let twice = if before == after { 1.0 } else { 2.0 };
            let weight = twice * weights[index(before)] * weights[index(after)];
            if weight < 1e-15 {
                continue;
            }
            let counts = |successes| Counts { successes, n };
            let p = fisher_mid_p(counts(before), counts(after));
            at_5 += if p <= 0.05 { weight } else { 0.0 };
            if p <= 0.01 {
                at_1 += weight;
                let sides = (
                    [Evidence::counted(before, n)],
                    [Evidence::counted(after, n)],
                );
                let found = compare(&sides.0, &sides.1, None, &metric("accuracy"), &options);
                verdicts += if is_verdict(&found.expect("counts compare")) {
                    weight
                } else {
                    0.0
                };
            }
        }
    }
    Rates {
        method: format!("counts, {share} (exact)"),
        n: n.to_string(),
        at_5,
        at_1,
        verdicts,
        promise: Promise::Kept,
    }
}

/// The plain rule, for comparison: how often an accuracy of 0.8 falls by more than 0.05 without a
/// change. Exact.
fn plain_threshold(n: usize) -> Rates {
    let n = n as u64;
    let definition = metric("accuracy");
    let falls = |before: u64, after: u64| {
        let value = |k: u64| Evidence::counted(k, n).value;
        exceeds(
            value(before),
            value(after),
            definition.direction,
            definition.scale(),
            0.05,
        ) == Some(true)
    };
    let weight = |k| binomial_pmf(k, n, 0.8);
    let rate = (0..=n)
        .flat_map(|before| (0..before).map(move |after| (before, after)))
        .filter(|(before, after)| falls(*before, *after))
        .map(|(before, after)| weight(before) * weight(after))
        .sum();
    Rates {
        method: "for scale: accuracy fell by more than 0.05".to_owned(),
        n: n.to_string(),
        at_5: f64::NAN,
        at_1: f64::NAN,
        verdicts: rate,
        promise: Promise::None,
    }
}

/// Half of the pairs on each of two threads, each with its own seed.
fn drawn(method: &str, n: String, name: &str, draw: &Draw) -> Rates {
    let half = |seed: u64| {
        let (mut random, definition) = (SplitMix::new(seed), metric(name));
        let (mut at_5, mut at_1, mut verdicts) = (0_u32, 0_u32, 0_u32);
        for _ in 0..PAIRS / 2 {
            let (before, after, prior) = draw(&mut random);
            let found = compare(
                &before,
                &after,
                prior.as_ref(),
                &definition,
                &Options::default(),
            )
            .expect("drawn sides compare");
            at_5 += u32::from(found.p_value.is_some_and(|p| p <= 0.05));
            at_1 += u32::from(found.p_value.is_some_and(|p| p <= 0.01));
            verdicts += u32::from(is_verdict(&found));
        }
        [at_5, at_1, verdicts]
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(2));
        (half(1), other.join().expect("a thread ends"))
    });
    let rate = |place: usize| f64::from(one[place] + other[place]) / f64::from(PAIRS);
    Rates {
        method: method.to_owned(),
        n,
        at_5: rate(0),
        at_1: rate(1),
        verdicts: rate(2),
        promise: Promise::Kept,
    }
}

fn is_verdict(found: &Comparison) -> bool {
    let verdict = decide(found, None, &Options::default());
    matches!(verdict.kind, VerdictKind::Improved | VerdictKind::Regressed)
}

pub(crate) fn metric(name: &str) -> MetricDefinition {
    definition_of(name, &Declared::new())
}

/// The probability of each item to be right: some are hard, most are easy, 0.8 on average.
pub(crate) fn difficulties(random: &mut SplitMix, n: usize) -> Vec<f64> {
    (0..n)
        .map(|_| 1.0 - 0.6 * random.unit() * random.unit() - 0.05)
        .collect()
}

/// Each item right or wrong.
fn answers(random: &mut SplitMix, hard: &[f64]) -> Evidence {
    let right = |chance: &f64| if random.unit() < *chance { 1.0 } else { 0.0 };
    Evidence::measured(&hard.iter().map(right).collect::<Vec<f64>>())
}

/// A score per item, the square root of a uniform number around its difficulty: skewed.
fn scores(random: &mut SplitMix, hard: &[f64]) -> Evidence {
    let score = |chance: &f64| libm::sqrt(chance * random.unit());
    Evidence::measured(&hard.iter().map(score).collect::<Vec<f64>>())
}

/// Five items of each source, which share the effect `of_source`.
fn clustered(random: &mut SplitMix, of_source: &[f64]) -> Evidence {
    let values: Vec<f64> = of_source
        .iter()
        .flat_map(|shared| [*shared; 5])
        .map(|shared| 0.8 + shared + 0.05 * random.normal())
        .collect();
    let mut evidence = Evidence::measured(&values);
    if let Some(items) = &mut evidence.items {
        items.clusters = (0..values.len())
            .map(|item| (item / 5).to_string())
            .collect();
    }
    evidence
}

/// Three things to find per item, and sometimes a wrong finding.
pub(crate) fn items(random: &mut SplitMix, hard: &[f64]) -> Vec<Confusion> {
    hard.iter()
        .map(|chance| {
            let tp = (0..3).filter(|_| random.unit() < *chance).count() as u64;
            let fp = (0..3).filter(|_| random.unit() > *chance).count() as u64;
            Confusion {
                tp,
                fp,
                fn_: 3 - tp,
            }
        })
        .collect()
}

fn findings(random: &mut SplitMix, hard: &[f64]) -> Evidence {
    let per_item = items(random, hard);
    let [tp, fp, fn_] = totals(&per_item);
    Evidence {
        value: Confusion { tp, fp, fn_ }.f1().unwrap_or(0.0),
        outcomes: Some(Outcomes {
            metric: ConfusionMetric::F1,
            per_item,
            names: Vec::new(),
        }),
        ..Evidence::default()
    }
}

/// A report without items.
fn in_total(random: &mut SplitMix, hard: &[f64]) -> Evidence {
    let [tp, fp, fn_] = totals(&items(random, hard));
    Evidence::f1(tp, fp, fn_)
}

fn totals(items: &[Confusion]) -> [u64; 3] {
    items.iter().fold([0; 3], |[tp, fp, fn_], item| {
        [tp + item.tp, fp + item.fp, fn_ + item.fn_]
    })
}

/// The mean, its standard error and no items.
fn in_short(run: &Evidence) -> Evidence {
    let values = run.items.as_ref().map_or(&[][..], |items| &items.values);
    let (n, mean) = (real(values.len()), run.value);
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    Evidence::with_stderr(
        mean,
        libm::sqrt(squares / (n * (n - 1.0))),
        Some(values.len() as u64),
    )
}

fn normals(random: &mut SplitMix, n: usize, mean: f64, sd: f64) -> Vec<f64> {
    (0..n).map(|_| mean + sd * random.normal()).collect()
}

fn latencies(random: &mut SplitMix, n: usize, sd: f64) -> Vec<f64> {
    normals(random, n, 6.0, sd)
        .into_iter()
        .map(libm::exp)
        .collect()
}

fn runs(random: &mut SplitMix, n: usize, sd: f64) -> Vec<Evidence> {
    latencies(random, n, sd)
        .into_iter()
        .map(Evidence::of_value)
        .collect()
}

fn index(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn real(count: usize) -> f64 {
    count as f64
}
