//! Two runs on the same items: comparing each item's results cancels hard and easy items.

use std::collections::{BTreeMap, HashMap};

use crate::stats::{
    comparison::evidence::Items,
    numeric::{
        distribution::{t_two_sided, t_two_sided_quantile},
        interval::Interval,
        sample::{mean, real, squares},
    },
};

/// The shared items, with the results of each side.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// Per shared item: the value before and the value after.
    pub values: Vec<(f64, f64)>,
    /// Per shared item: its cluster; empty if items are independent.
    pub clusters: Vec<String>,
    /// Items that only one side has.
    pub unmatched: u64,
}

impl Pairs {
    /// After minus before, per item.
    pub fn differences(&self) -> Vec<f64> {
        self.values
            .iter()
            .map(|(before, after)| after - before)
            .collect()
    }

    /// Whether every value is 0 or 1.
    pub(crate) fn are_binary(&self) -> bool {
        let binary = |value: f64| value * (1.0 - value) == 0.0;
        self.values
            .iter()
            .all(|(before, after)| binary(*before) && binary(*after))
    }
}

/// Pairs the items of two sides of one or more runs; several runs of a side give the mean of each
/// item (Miller 2024: repeated sampling of answers).
///
/// Items are paired by name if every run names them, otherwise by position, which requires the same
/// number of items everywhere. None if they can't be paired, or share fewer than two items.
pub fn pair(before: &[&Items], after: &[&Items]) -> Option<Pairs> {
    let mut all = before.iter().chain(after);
    let first = all.next()?;
    if all
        .clone()
        .chain([first])
        .all(|items| !items.names.is_empty())
    {
        return by_name(before, after);
    }
    let n = first.values.len();
    if n < 2 || !all.all(|items| items.values.len() == n) {
        return None;
    }
    let at = |side: &[&Items], index: usize| {
        side.iter().map(|items| items.values[index]).sum::<f64>() / real(side.len())
    };
    Some(Pairs {
        values: (0..n)
            .map(|index| (at(before, index), at(after, index)))
            .collect(),
        clusters: named_by(before.iter().chain(after)),
        unmatched: 0,
    })
}

/// The clusters of the first run that names them.
fn named_by<'a>(mut all: impl Iterator<Item = &'a &'a Items>) -> Vec<String> {
    all.find(|items| !items.clusters.is_empty())
        .map(|items| items.clusters.clone())
        .unwrap_or_default()
}

fn by_name(before: &[&Items], after: &[&Items]) -> Option<Pairs> {
    let (means_before, clusters) = means(before);
    let (means_after, clusters_after) = means(after);
    let mut unmatched = means_after
        .keys()
        .filter(|name| !means_before.contains_key(*name))
        .count();
    let (mut values, mut shared_clusters) = (Vec::new(), Vec::new());
    for (name, value) in &means_before {
        if let Some(other) = means_after.get(name) {
            values.push((*value, *other));
            let cluster = clusters.get(name).or_else(|| clusters_after.get(name));
            shared_clusters.extend(cluster.map(|cluster| (*cluster).to_owned()));
        } else {
            unmatched += 1;
        }
    }
    if shared_clusters.len() != values.len() {
        shared_clusters.clear();
    }
    (values.len() >= 2).then_some(Pairs {
        values,
        clusters: shared_clusters,
        unmatched: unmatched as u64,
    })
}

/// The mean of each item that every run of a side has, and the cluster of each item.
fn means<'a>(side: &[&'a Items]) -> (BTreeMap<&'a str, f64>, BTreeMap<&'a str, &'a str>) {
    let mut sums: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    let mut clusters = BTreeMap::new();
    for items in side {
        let mut of_run: HashMap<&str, (f64, f64)> = HashMap::new();
        for (index, (name, value)) in items.names.iter().zip(&items.values).enumerate() {
            let of_item = of_run.entry(name).or_default();
            *of_item = (of_item.0 + value, of_item.1 + 1.0);
            if let Some(cluster) = items.clusters.get(index) {
                clusters.insert(name.as_str(), cluster.as_str());
            }
        }
        for (name, (sum, times)) in of_run {
            let all_runs = sums.entry(name).or_default();
            *all_runs = (all_runs.0 + sum / times, all_runs.1 + 1);
        }
    }
    sums.retain(|_, (_, runs)| *runs == side.len());
    let means = sums
        .into_iter()
        .map(|(name, (sum, runs))| (name, sum / real(runs)))
        .collect();
    (means, clusters)
}

/// A mean with its standard error, and the degrees of freedom of the latter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub stderr: f64,
    /// The degrees of freedom of the standard error.
    pub df: f64,
}

impl Estimate {
    /// The two-sided p-value that the true mean is 0 (Student 1908).
    pub fn p_value(self) -> f64 {
        let Self { mean, stderr, df } = self;
        if mean == 0.0 {
            1.0
        } else {
            t_two_sided(mean / stderr, df)
        }
    }

    /// The interval of the true mean.
    pub fn interval(self, confidence: f64) -> Interval {
        let half = self.stderr * t_two_sided_quantile(1.0 - confidence, self.df);
        Interval::around(self.mean, half)
    }
}

/// The mean of `values` of independent items: `s / sqrt(n)` with n - 1 degrees of freedom. None of
/// fewer than two.
pub fn simple(values: &[f64]) -> Option<Estimate> {
    let n = real(values.len());
    (values.len() >= 2).then_some(Estimate {
        mean: mean(values),
        stderr: libm::sqrt(squares(values) / (n * (n - 1.0))),
        df: n - 1.0,
    })
}

/// The mean of `values` whose items belong to `clusters`, one name per value: cluster-robust. Ten
/// questions about one document carry less information than ten independent ones. None of fewer
/// than two clusters.
///
/// The standard error is the bias-reduced CR2 with Satterthwaite's degrees of freedom (Bell and
/// `McCaffrey` 2002; Pustejovsky and Tipton 2018). For a mean both are closed: with `p_g` the share
/// of the items in cluster g, its residuals add `(sum of residuals)^2 / (1 - p_g)` to the variance,
/// and clusters of unequal size leave fewer degrees of freedom than their number less one.
pub fn clustered<T: AsRef<str>>(values: &[f64], clusters: &[T]) -> Option<Estimate> {
    let (n, mean) = (real(values.len()), mean(values));
    let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (value, cluster) in values.iter().zip(clusters) {
        groups.entry(cluster.as_ref()).or_default().push(*value);
    }
    if groups.len() < 2 || clusters.len() != values.len() {
        return None;
    }
    let groups: Vec<Vec<f64>> = groups.into_values().collect();
    let (mut added, mut diagonal, mut rest, mut rest_squares) = (0.0, 0.0, 0.0, 0.0);
    for group in &groups {
        let share = real(group.len()) / n;
        let sum: f64 = group.iter().map(|value| value - mean).sum();
        let leverage = share * share / (1.0 - share);
        added += sum * sum / (1.0 - share);
        diagonal += share * share;
        rest += leverage;
        rest_squares += leverage * leverage;
    }
    Some(Estimate {
        mean,
        stderr: libm::sqrt(added * correction(&groups, n, mean)) / n,
        df: 1.0 / (diagonal + rest * rest - rest_squares),
    })
}

/// The factor that makes the CR2 variance of a mean unbiased for items that have as much in common
/// as those of the clusters show. CR2 alone is unbiased for independent items, or clusters of one
/// size, and too small if a large cluster moves as one: with sizes from 1 to 25, 6 % of all means
/// of nothing have p <= 0.05, and 5 % with the factor.
///
/// It is the variance of the mean over the expectation of CR2, with the variance components of
/// items and clusters (analysis of variance: Donner 1986).
fn correction(groups: &[Vec<f64>], n: f64, mean: f64) -> f64 {
    let count = real(groups.len());
    let sizes = || groups.iter().map(|group| real(group.len()));
    let size_squares: f64 = sizes().map(|size| size * size).sum();
    let inside: f64 = groups.iter().map(|group| squares(group)).sum();
    let between: f64 = groups
        .iter()
        .map(|group| {
            let apart = self::mean(group) - mean;
            real(group.len()) * apart * apart
        })
        .sum();
    if n <= count {
        return 1.0;
    }
    let of_items = inside / (n - count);
    let usual = (n - size_squares / n) / (count - 1.0);
    let of_clusters = ((between / (count - 1.0) - of_items) / usual).max(0.0);
    let expected: f64 = sizes()
        .map(|size| {
            let share = size / n;
            let moved = size * size * (1.0 - 2.0 * share) + share * share * size_squares;
            of_items * size + of_clusters * moved / (1.0 - share)
        })
        .sum();
    let truth = of_items * n + of_clusters * size_squares;
    if expected > 0.0 {
        truth / expected
    } else {
        1.0
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    fn named(names: &[&str], values: &[f64]) -> Items {
        Items {
            values: values.to_vec(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            clusters: Vec::new(),
        }
    }

    #[test]
    fn items_are_joined_by_name_whatever_their_order() {
        let before = named(&["a", "b", "c"], &[1.0, 2.0, 3.0]);
        let after = named(&["d", "c", "a"], &[9.0, 3.5, 1.5]);
        let pairs = pair(&[&before], &[&after]).expect("two shared items");
        assert_eq!(pairs.values, [(1.0, 1.5), (3.0, 3.5)]);
        assert_eq!(pairs.unmatched, 2);
    }

    #[test]
    fn items_without_names_are_joined_by_place_when_there_are_as_many() {
        let items = |values: &[f64]| named(&[], values);
        let (two, other, three) = (
            items(&[1.0, 2.0]),
            items(&[2.0, 2.0]),
            items(&[1.0, 2.0, 3.0]),
        );
        assert_eq!(pair(&[&two], &[&three]), None);
        let several = pair(&[&two, &other], &[&two]).expect("pairs");
        assert_eq!(several.values, [(1.5, 1.0), (2.0, 2.0)]);
    }

    #[test]
    fn the_paired_t_test_is_that_of_scipy() {
        // scipy.stats.ttest_1samp([0.1, -0.2, 0.4, 0.3, 0.0], 0).pvalue
        let found = simple(&[0.1, -0.2, 0.4, 0.3, 0.0]).expect("five values");
        assert!(
            (found.p_value() - 0.323_940_830_991_842_8).abs() < 1e-12,
            "{}",
            found.p_value()
        );
    }

    #[test]
    fn items_of_one_source_count_less() {
        let values = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let alone = simple(&values).expect("values");
        let grouped = clustered(&values, &["a", "a", "a", "b", "b", "b"]).expect("clusters");
        assert!(grouped.stderr > 2.0 * alone.stderr && (grouped.df - 1.0).abs() < 1e-12);
        let single = clustered(&values, &["1", "2", "3", "4", "5", "6"]).expect("clusters");
        assert!((single.stderr - alone.stderr).abs() < 1e-15);
        assert!((single.df - alone.df).abs() < 1e-12);
    }
}
