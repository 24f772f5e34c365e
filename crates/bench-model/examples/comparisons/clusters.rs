//! Items that belong together, such as questions about one document.

use bench_model::stats::{Confusion, Evidence, random::SplitMix};

use crate::{
    false_verdicts::{Sides, drawn, of_findings, rates},
    table::{Promise, Rates},
};

/// The number of items of each cluster.
type Sizes = Vec<usize>;

/// Clusters of one size, and of very unequal sizes.
fn designs() -> Vec<(String, Sizes)> {
    let equal = |groups: usize| (format!("{groups} x 5"), vec![5; groups]);
    let unequal = |groups: usize| {
        let sizes =
            (0..groups).map(|group| 1 + 2 * (group % 5) + 20 * usize::from(group % 10 == 7));
        (format!("{groups}, 1 - 25"), sizes.collect())
    };
    vec![
        equal(6),
        equal(10),
        equal(20),
        equal(100),
        unequal(10),
        unequal(20),
        unequal(50),
    ]
}

/// Every method that knows clusters.
pub(crate) fn all() -> Vec<Rates> {
    let mut found = Vec::new();
    for (n, sizes) in designs() {
        let groups = sizes.len();
        found.push(drawn("paired t, clusters", n.clone(), "f1", &|random| {
            let mut side = || scores(random, &sizes, 0.8);
            Sides::of(side(), side())
        }));
        found.push(drawn(
            "right or wrong, same items, clusters",
            n.clone(),
            "accuracy",
            &|random| {
                let hard = difficulties(random, groups);
                let mut side = || answers(random, &sizes, &hard);
                Sides::of(side(), side())
            },
        ));
        // Of few clusters, whole documents make all the difference between two samples of them.
        if groups >= 10 {
            found.push(drawn(
                "right or wrong, other items, clusters",
                n.clone(),
                "accuracy",
                &|random| {
                    let mut other = sizes.clone();
                    other[0] += 1;
                    let mut side = |sizes: &[usize]| {
                        let hard = difficulties(random, groups);
                        answers(random, sizes, &hard)
                    };
                    Sides::of(side(&sizes), side(&other))
                },
            ));
            found.push(drawn(
                "F1 of findings, other items, clusters",
                n.clone(),
                "f1",
                &|random| {
                    let mut other = sizes.clone();
                    other[0] += 1;
                    let mut side = |sizes: &[usize]| {
                        let hard = difficulties(random, groups);
                        findings(random, sizes, &hard)
                    };
                    Sides::of(side(&sizes), side(&other))
                },
            ));
        }
        let pairs = if groups > 20 { 1_500 } else { 3_000 };
        let name = "paired bootstrap of F1, clusters";
        found.push(rates(pairs, name, n.clone(), "f1", &|random| {
            let mut side = || {
                let hard = difficulties(random, groups);
                findings(random, &sizes, &hard)
            };
            Sides::of(side(), side())
        }));
        if groups == 20 {
            let name = "the same, clusters ignored";
            let ignored = rates(500, name, n, "f1", &|random| {
                let mut side = || {
                    let hard = difficulties(random, groups);
                    let mut run = findings(random, &sizes, &hard);
                    run.outcomes.as_mut().expect("findings").clusters.clear();
                    run
                };
                Sides::of(side(), side())
            });
            found.push(Rates {
                promise: Promise::None,
                ..ignored
            });
        }
    }
    found
}

fn names(sizes: &[usize]) -> Vec<String> {
    let of_group = |(group, size): (usize, &usize)| vec![group.to_string(); *size];
    sizes.iter().enumerate().flat_map(of_group).collect()
}

fn measured(values: &[f64], sizes: &[usize]) -> Evidence {
    let mut evidence = Evidence::measured(values);
    if let Some(items) = &mut evidence.items {
        items.clusters = names(sizes);
    }
    evidence
}

/// Scores that share an effect of their cluster as large as their own spread.
fn scores(random: &mut SplitMix, sizes: &[usize], mean: f64) -> Evidence {
    let mut values = Vec::new();
    for size in sizes {
        let shared = mean + 0.05 * random.normal();
        values.extend((0..*size).map(|_| shared + 0.05 * random.normal()));
    }
    measured(&values, sizes)
}

/// The chance of each cluster's items, 0.8 on average.
fn difficulties(random: &mut SplitMix, groups: usize) -> Vec<f64> {
    (0..groups)
        .map(|_| 1.0 - 0.6 * random.unit() * random.unit() - 0.05)
        .collect()
}

/// Items right or wrong; one in three follows its cluster's mood of the day.
fn answers(random: &mut SplitMix, sizes: &[usize], hard: &[f64]) -> Evidence {
    let mut values = Vec::new();
    for (size, chance) in sizes.iter().zip(hard) {
        let mood = random.unit() < *chance;
        values.extend((0..*size).map(|_| {
            let own = random.unit() < *chance;
            let is_right = if random.unit() < 0.33 { mood } else { own };
            f64::from(u8::from(is_right))
        }));
    }
    measured(&values, sizes)
}

/// Three things to find per item, and sometimes a wrong finding.
fn findings(random: &mut SplitMix, sizes: &[usize], hard: &[f64]) -> Evidence {
    let mut items = Vec::new();
    for (size, chance) in sizes.iter().zip(hard) {
        for _ in 0..*size {
            let tp = (0..3).filter(|_| random.unit() < *chance).count() as u64;
            let fp = (0..3).filter(|_| random.unit() > *chance).count() as u64;
            items.push(Confusion {
                tp,
                fp,
                fn_: 3 - tp,
            });
        }
    }
    of_findings(items, names(sizes))
}
