//! Pairs of sides without a difference: every verdict is false.

use bench_model::{
    metric::{Declared, MetricDefinition, definition_of},
    stats::{
        Comparison, Confusion, ConfusionMetric, Counts, Evidence, Options, Outcomes, Prior,
        Subject, VerdictKind, assess, compare,
        contingency::{binomial_pmf, fisher_mid_p},
        decide, exceeds,
        random::SplitMix,
    },
};

use crate::{
    clusters, exact, runs,
    table::{Promise, Rates},
};

/// Pairs per method and size.
pub(crate) const PAIRS: u32 = 10_000;

/// The sizes of a data set.
pub(crate) const SIZES: [usize; 4] = [20, 50, 100, 500];

/// Two sides of one metric.
#[derive(Clone, Default)]
pub(crate) struct Sides {
    pub(crate) before: Vec<Evidence>,
    pub(crate) after: Vec<Evidence>,
    /// The runs of the level that `before` belongs to.
    pub(crate) level: Vec<f64>,
    pub(crate) prior: Option<Prior>,
}

impl Sides {
    pub(crate) fn of(before: Evidence, after: Evidence) -> Self {
        Self {
            before: vec![before],
            after: vec![after],
            ..Self::default()
        }
    }

    pub(crate) fn compare(&self, definition: &MetricDefinition) -> Comparison {
        let options = Options::default();
        if self.level.is_empty() {
            let prior = self.prior.as_ref();
            return compare(&self.before, &self.after, prior, definition, &options)
                .expect("drawn sides compare");
        }
        let subject = Subject {
            definition: definition.clone(),
            baseline: self.before[0].clone(),
            level: self.level.clone(),
            current: self.after[0].clone(),
            prior: self.prior.clone(),
            options,
        };
        let found = assess(&[subject], None).expect("drawn sides compare");
        found[0].comparison.clone()
    }
}

/// Draws both sides, which are the same in truth.
pub(crate) type Draw<'a> = dyn Fn(&mut SplitMix) -> Sides + Sync + 'a;

/// A name, and the lines below it.
type Section = (&'static str, fn() -> Vec<Rates>);

/// Every method at every size, or those of one `section`.
pub(crate) fn all(section: Option<&str>) -> Vec<Rates> {
    let sections: [Section; 6] = [
        ("items", by_item),
        ("findings", by_findings),
        ("clusters", clusters::all),
        ("runs", runs::all),
        ("exact", exact::all),
        ("threshold", || SIZES.map(plain_threshold).into()),
    ];
    let asked = sections
        .into_iter()
        .filter(|(name, _)| section.is_none_or(|section| section == *name));
    asked.flat_map(|(_, rates)| rates()).collect()
}

/// Right or wrong items, and scores of items.
fn by_item() -> Vec<Rates> {
    let mut rates = Vec::new();
    for n in SIZES {
        for share in [0.5, 0.8, 0.95, 0.99] {
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
                Sides::of(answers(random, &hard), answers(random, &hard))
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
                Sides::of(scores(random, &hard), scores(random, &hard))
            },
        ));
    }
    rates
}

/// F1, and reports without items.
fn by_findings() -> Vec<Rates> {
    let mut rates = Vec::new();
    for n in SIZES {
        // 2,000 resamples of 500 items take a while.
        let pairs = if n > 100 { 600 } else { 3_000 };
        rates.push(self::rates(
            pairs,
            "paired bootstrap of F1",
            n.to_string(),
            "f1",
            &|random| {
                let hard = difficulties(random, n);
                Sides::of(findings(random, &hard), findings(random, &hard))
            },
        ));
    }
    for n in SIZES {
        let name = "F1 of totals, the same items";
        rates.push(drawn(name, n.to_string(), "f1", &|random| {
            let hard = difficulties(random, n);
            Sides::of(in_total(random, &hard), in_total(random, &hard))
        }));
        let name = "F1 of totals, other items, six chances each";
        let weak = drawn(name, n.to_string(), "f1", &|random| {
            let (hard, other) = (difficulties(random, n), difficulties(random, n));
            Sides::of(in_total(random, &hard), in_total(random, &other))
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
                    in_short(&scores(random, &hard))
                };
                Sides::of(side(random), side(random))
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
        covers: f64::NAN,
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
        covers: f64::NAN,
        promise: Promise::None,
    }
}

/// Half of the pairs on each of two threads, each with its own seed.
pub(crate) fn drawn(method: &str, n: String, name: &str, draw: &Draw) -> Rates {
    rates(PAIRS, method, n, name, draw)
}

/// [`drawn`], of another number of pairs.
pub(crate) fn rates(pairs: u32, method: &str, n: String, name: &str, draw: &Draw) -> Rates {
    let half = |seed: u64| {
        let (mut random, definition) = (SplitMix::new(seed), metric(name));
        let mut counts = [0_u32; 4];
        for _ in 0..pairs / 2 {
            let found = draw(&mut random).compare(&definition);
            let is_at_most = |level| found.p_value.is_some_and(|p| p <= level);
            let answers = [
                is_at_most(0.05),
                is_at_most(0.01),
                is_verdict(&found),
                found.interval.is_none_or(|interval| interval.holds(0.0)),
            ];
            for (count, answer) in counts.iter_mut().zip(answers) {
                *count += u32::from(answer);
            }
        }
        counts
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(2));
        (half(1), other.join().expect("a thread ends"))
    });
    let rate = |place: usize| f64::from(one[place] + other[place]) / f64::from(pairs);
    Rates {
        method: method.to_owned(),
        n,
        at_5: rate(0),
        at_1: rate(1),
        verdicts: rate(2),
        covers: rate(3),
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
    of_findings(items(random, hard), Vec::new())
}

/// F1 of the findings of items, and the cluster of each.
pub(crate) fn of_findings(per_item: Vec<Confusion>, clusters: Vec<String>) -> Evidence {
    let [tp, fp, fn_] = totals(&per_item);
    Evidence {
        value: Confusion { tp, fp, fn_ }.f1().unwrap_or(0.0),
        outcomes: Some(Outcomes {
            metric: ConfusionMetric::F1,
            per_item,
            names: Vec::new(),
            clusters,
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

fn index(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}
