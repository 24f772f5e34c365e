//! Resampling, for metrics that are not a mean over items: F1, precision, recall.
//!
//! Both runs' findings of an item are drawn together, so that hard and easy items cancel, and
//! where items name their cluster, whole clusters are. The seed is fixed: the same runs give the
//! same numbers everywhere and always.

use std::collections::BTreeMap;

use crate::stats::{
    comparison::evidence::{Confusion, ConfusionMetric, Outcomes, sum},
    numeric::{
        distribution::{normal_cdf, normal_quantile, t_two_sided_quantile},
        interval::Interval,
        random::SplitMix,
        sample::{deviation, mean, quantile, real},
    },
};

/// The number of resamples.
pub(crate) const RESAMPLES: usize = 2_000;

const SEED: u64 = 0x0B5E_55ED;

/// The result of a paired bootstrap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// After minus before.
    pub delta: f64,
    /// The BCa interval of delta (Efron 1987), widened for few items.
    pub interval: Interval,
    /// The standard deviation of delta over the resamples.
    pub stderr: f64,
    /// From swapping the two runs' findings of each item at random (Yeh 2000): exact without
    /// distributional assumptions, and at least 1 / (`RESAMPLES` + 1).
    pub p_value: f64,
}

/// Compares two runs by the findings of the same items, one pair per item or cluster of items.
///
/// The interval is widened for few items as Student's is against the normal one (Hesterberg 2015,
/// "expanded percentiles"): with 20 items the plain one contains the truth in only 92 %. None if
/// there are fewer than two items, or none of them has a finding.
pub fn paired(
    metric: ConfusionMetric,
    pairs: &[(Confusion, Confusion)],
    confidence: f64,
) -> Option<Bootstrap> {
    let Resampled {
        delta,
        deltas,
        without_one,
    } = resample(metric, pairs)?;
    let n = real(pairs.len());
    let wider = libm::sqrt(n / (n - 1.0)) * t_two_sided_quantile(1.0 - confidence, n - 1.0);

    let mut random = SplitMix::new(SEED ^ 1);
    // Differences in the last digits are rounding.
    let same = 1e-12;
    let as_far = (0..RESAMPLES)
        .filter(|_| {
            let mut swapped = (Confusion::default(), Confusion::default());
            for (before, after) in pairs {
                let turned = random.bits() >> 63 == 1;
                let pair = if turned {
                    (*after, *before)
                } else {
                    (*before, *after)
                };
                add(&mut swapped, pair);
            }
            difference(metric, swapped).is_none_or(|found| found.abs() >= delta.abs() - same)
        })
        .count();
    Some(Bootstrap {
        delta,
        interval: bca(&deltas, delta, &without_one, wider)?,
        stderr: deviation(&deltas)?,
        p_value: real(as_far + 1) / real(RESAMPLES + 1),
    })
}

/// The difference of two runs, and its distribution under resampling of the items.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// After minus before.
    pub delta: f64,
    /// The same for `RESAMPLES` resamples, in ascending order.
    pub deltas: Vec<f64>,
    /// The leave-one-out estimates, in the order of the items.
    pub without_one: Vec<f64>,
}

/// Resamples the items `RESAMPLES` times; None as for [`paired`].
pub fn resample(metric: ConfusionMetric, pairs: &[(Confusion, Confusion)]) -> Option<Resampled> {
    let n = pairs.len();
    let totals = (sum_of(pairs, |pair| pair.0), sum_of(pairs, |pair| pair.1));
    let delta = difference(metric, totals)?;
    if n < 2 {
        return None;
    }
    let mut random = SplitMix::new(SEED);
    let mut deltas: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let mut drawn = (Confusion::default(), Confusion::default());
            for _ in 0..n {
                add(&mut drawn, pairs[random.below(n)]);
            }
            difference(metric, drawn)
        })
        .collect();
    deltas.sort_by(f64::total_cmp);
    let without_one = pairs
        .iter()
        .filter_map(|pair| difference(metric, (less(totals.0, pair.0), less(totals.1, pair.1))))
        .collect();
    Some(Resampled {
        delta,
        deltas,
        without_one,
    })
}

fn difference(metric: ConfusionMetric, (before, after): (Confusion, Confusion)) -> Option<f64> {
    Some(metric.of(after)? - metric.of(before)?)
}

/// The bias-corrected and accelerated interval (Efron 1987) from estimates of resamples in
/// ascending order, the estimate itself, and the estimates that leave out one item each.
///
/// `critical` is the deviate of the confidence: 1.96 for 95 %, see [`critical`](super::proportion::critical).
pub fn bca(
    resampled: &[f64],
    estimate: f64,
    without_one: &[f64],
    critical: f64,
) -> Option<Interval> {
    if resampled.is_empty() || without_one.is_empty() {
        return None;
    }
    let n = real(resampled.len());
    let below = real(resampled.partition_point(|value| *value < estimate));
    let equal = real(resampled.partition_point(|value| *value <= estimate)) - below;
    // Discrete metrics often equal the estimate: count half of these as below.
    let share = ((below + 0.5 * equal) / n).clamp(0.5 / n, 1.0 - 0.5 / n);
    let bias = normal_quantile(share);
    let middle = mean(without_one);
    let (squares, cubes) = without_one
        .iter()
        .fold((0.0, 0.0), |(squares, cubes), value| {
            let apart = middle - value;
            (squares + apart * apart, cubes + apart * apart * apart)
        });
    let acceleration = if squares > 0.0 {
        cubes / (6.0 * squares * libm::sqrt(squares))
    } else {
        0.0
    };
    let end = |deviate: f64| {
        let z = bias + deviate;
        let share = normal_cdf(bias + z / (1.0 - acceleration * z));
        quantile(&mut resampled.to_vec(), share)
    };
    Some(Interval {
        low: end(-critical),
        high: end(critical),
    })
}

/// The findings of the items that two runs share.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// Per item: before and after.
    pub pairs: Vec<(Confusion, Confusion)>,
    /// Per item: its cluster; empty if items are independent.
    pub clusters: Vec<String>,
}

impl Findings {
    /// What is drawn together, with its findings: the items, or whole clusters of them.
    ///
    /// Items of one document rise and fall together, so the documents are the sample (Davison and
    /// Hinkley 1997, section 3.8). Findings add up, so a cluster is one large item.
    pub fn units(&self) -> Vec<(Confusion, Confusion)> {
        if self.clusters.is_empty() {
            return self.pairs.clone();
        }
        let mut of_cluster: BTreeMap<&str, (Confusion, Confusion)> = BTreeMap::new();
        for (pair, cluster) in self.pairs.iter().zip(&self.clusters) {
            add(of_cluster.entry(cluster).or_default(), *pair);
        }
        of_cluster.into_values().collect()
    }

    /// Per item: its contribution to the difference, see [`contributions`].
    pub(crate) fn linear(&self, metric: ConfusionMetric) -> Option<Vec<f64>> {
        let of = |side: fn(&(Confusion, Confusion)) -> Confusion| {
            contributions(metric, &self.pairs.iter().map(side).collect::<Vec<_>>())
        };
        let (before, after) = (of(|pair| pair.0)?, of(|pair| pair.1)?);
        let pairs = before.iter().zip(&after);
        Some(pairs.map(|(before, after)| after - before).collect())
    }
}

/// Pairs the findings of two runs by item names, otherwise by position.
pub fn pair(before: &Outcomes, after: &Outcomes) -> Option<Findings> {
    let known = [before, after].into_iter();
    if before.names.is_empty() || after.names.is_empty() {
        let same = before.per_item.len() == after.per_item.len();
        let named = known.map(|side| &side.clusters).find(|all| !all.is_empty());
        return same.then(|| Findings {
            pairs: before
                .per_item
                .iter()
                .copied()
                .zip(after.per_item.iter().copied())
                .collect(),
            clusters: named.cloned().unwrap_or_default(),
        });
    }
    let clusters: BTreeMap<&str, &str> = known
        .flat_map(|side| side.names.iter().zip(&side.clusters))
        .map(|(name, cluster)| (name.as_str(), cluster.as_str()))
        .collect();
    let of_after: BTreeMap<&str, Confusion> = after
        .names
        .iter()
        .map(String::as_str)
        .zip(after.per_item.iter().copied())
        .collect();
    let mut found = Findings {
        pairs: Vec::new(),
        clusters: Vec::new(),
    };
    for (name, item) in before.names.iter().zip(&before.per_item) {
        if let Some(other) = of_after.get(name.as_str()) {
            found.pairs.push((*item, *other));
            let cluster = clusters.get(name.as_str());
            found
                .clusters
                .extend(cluster.map(|name| (*name).to_owned()));
        }
    }
    if found.clusters.len() != found.pairs.len() {
        found.clusters.clear();
    }
    (found.pairs.len() >= 2).then_some(found)
}

/// The contribution of each item to a metric that is a ratio of sums: their mean is 0, and has the
/// standard error of the metric (Taylor linearisation; Cochran 1977, section 6.4). None for 0 of 0.
pub(crate) fn contributions(metric: ConfusionMetric, items: &[Confusion]) -> Option<Vec<f64>> {
    let parts: Vec<(f64, f64)> = items
        .iter()
        .map(|item| {
            let (part, whole) = metric.parts(*item);
            (real(part), real(whole))
        })
        .collect();
    let sum = |sum: (f64, f64), item: &(f64, f64)| (sum.0 + item.0, sum.1 + item.1);
    let (part, whole) = parts.iter().fold((0.0, 0.0), sum);
    let n = real(parts.len());
    (whole > 0.0).then(|| {
        let contribution = |item: &(f64, f64)| (item.0 - part / whole * item.1) * n / whole;
        parts.iter().map(contribution).collect()
    })
}

fn sum_of(
    pairs: &[(Confusion, Confusion)],
    side: impl Fn(&(Confusion, Confusion)) -> Confusion,
) -> Confusion {
    sum(&pairs.iter().map(side).collect::<Vec<_>>())
}

fn add(total: &mut (Confusion, Confusion), (before, after): (Confusion, Confusion)) {
    for (total, part) in [(&mut total.0, before), (&mut total.1, after)] {
        total.tp += part.tp;
        total.fp += part.fp;
        total.fn_ += part.fn_;
    }
}

fn less(total: Confusion, part: Confusion) -> Confusion {
    Confusion {
        tp: total.tp - part.tp,
        fp: total.fp - part.fp,
        fn_: total.fn_ - part.fn_,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(n: u64, wrong: u64) -> Vec<Confusion> {
        (0..n)
            .map(|i| {
                if i < wrong {
                    Confusion {
                        tp: 1,
                        fp: 1,
                        fn_: 1,
                    }
                } else {
                    Confusion {
                        tp: 2,
                        fp: 0,
                        fn_: 0,
                    }
                }
            })
            .collect()
    }

    #[test]
    fn the_same_findings_twice_are_no_change() {
        let pairs: Vec<_> = items(50, 5).into_iter().map(|item| (item, item)).collect();
        let found = paired(ConfusionMetric::F1, &pairs, 0.95).expect("findings");
        assert_eq!((found.delta, found.p_value), (0.0, 1.0));
        assert_eq!((found.interval.low, found.interval.high), (0.0, 0.0));
    }

    #[test]
    fn twenty_items_gone_wrong_are_a_change_and_always_the_same_one() {
        let pairs: Vec<_> = items(100, 5).into_iter().zip(items(100, 25)).collect();
        let found = paired(ConfusionMetric::F1, &pairs, 0.95).expect("findings");
        assert!(
            found.interval.high < 0.0 && found.interval.holds(found.delta),
            "{found:?}"
        );
        assert!(found.p_value < 0.001);
        assert_eq!(Some(found), paired(ConfusionMetric::F1, &pairs, 0.95));
    }

    #[test]
    fn nothing_to_find_is_nothing_to_say() {
        let nothing = [(Confusion::default(), Confusion::default()); 5];
        assert_eq!(paired(ConfusionMetric::F1, &nothing, 0.95), None);
    }
}
