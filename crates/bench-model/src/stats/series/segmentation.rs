//! The optimal segmentation of a series under a penalty per cut.
//!
//! The cost of a segment is the kernel distance of its runs; optimal partitioning (Jackson 2005,
//! IEEE Signal Processing Letters 12) finds the cheapest segmentation. Costs are kept as one
//! running sum per possible start, so an additional run takes `O(n)` time, and memory is `O(n)`
//! too.

use crate::stats::{numeric::sample::real, series::kernel};

/// The shortest segment: one run is a spike, not a level.
pub(crate) const LEAST_SEGMENT: usize = 2;

/// The longest segment processed in one piece. A longer level is cut arbitrarily, and the cut is
/// dropped later because nothing differs across it.
pub(crate) const LONGEST_SEGMENT: usize = 2000;

/// The penalty of a cut: `1 + 0.45 ln n` kernel units (Arlot, Celisse and Harchaoui 2019 for the
/// form). A spike costs at most 1, less than the cuts before and after it. With these two
/// constants, nine of ten change-free series of 10 to 500 runs stay uncut.
fn price(count: usize) -> f64 {
    1.0 + 0.45 * libm::log(real(count))
}

/// Multiples of the penalty: below 1 for estimating the correlation, above 1 for correlated runs,
/// which wander. Steps of a quarter of an octave.
pub(crate) const MULTIPLES: [f64; 19] = [
    0.7,
    1.0,
    1.189_207_115_002_721,
    std::f64::consts::SQRT_2,
    1.681_792_830_507_429,
    2.0,
    2.378_414_230_005_442,
    2.828_427_124_746_19,
    3.363_585_661_014_858,
    4.0,
    4.756_828_460_010_884,
    5.656_854_249_492_381,
    6.727_171_322_029_716,
    8.0,
    9.513_656_920_021_768,
    11.313_708_498_984_761,
    13.454_342_644_059_432,
    16.0,
    19.027_313_840_043_537,
];
/// The index of 0.7 in [`MULTIPLES`].
pub(crate) const LIBERAL: usize = 0;
/// The index of 1 in [`MULTIPLES`].
pub(crate) const USUAL: usize = 1;

/// The index of the multiple nearest to `wanted`, which is at least 1.
pub(crate) fn nearest_multiple(wanted: f64) -> usize {
    let half_step = 1.090_507_732_665_257_7;
    let last = MULTIPLES.len() - 1;
    (USUAL..last)
        .find(|place| wanted <= MULTIPLES[*place] * half_step)
        .unwrap_or(last)
}

/// The runs that determine kernel width and penalty of a series of `count` runs: all of up to 64,
/// then all but the newest ninth at most.
///
/// Otherwise both would change with every run, and every sum with them. Because they depend only on
/// the count, a series that grew run by run has the same bits as one that arrived whole.
pub(crate) fn yardstick(count: usize) -> usize {
    let bits = usize::BITS - count.leading_zeros();
    let dropped = bits
        .saturating_sub(4)
        .min(if count < 64 { 0 } else { usize::BITS });
    (count >> dropped) << dropped
}

#[cfg(test)]
std::thread_local! {
    static CUTS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How many passes over a whole series this thread has made, for tests about cost.
#[cfg(test)]
pub(crate) fn cuts_made() -> usize {
    CUTS.with(std::cell::Cell::get)
}

/// Optimal partitions of one series under several prices, run by run.
#[derive(Clone, Debug)]
pub(crate) struct Segmentation {
    values: Vec<f64>,
    inverse_width: f64,
    /// The kernel summed over all pairs of runs from a start up to now, for every start.
    blocks: Vec<f64>,
    partitions: Vec<Partition>,
    row: Vec<f64>,
    costs: Vec<f64>,
}

/// The best partition of every prefix of the series, under one penalty.
#[derive(Clone, Debug)]
struct Partition {
    multiple: usize,
    price: f64,
    /// The cost of the best partition of the first `k` runs.
    cheapest: Vec<f64>,
    /// Where its last segment starts.
    start: Vec<usize>,
}

impl Segmentation {
    /// Cuts `values` under the given [`MULTIPLES`].
    pub(crate) fn new(values: &[f64], multiples: impl Iterator<Item = usize>) -> Self {
        #[cfg(test)]
        CUTS.with(|cuts| cuts.set(cuts.get() + 1));
        let measured = yardstick(values.len());
        let newest = &values[measured.saturating_sub(LONGEST_SEGMENT)..measured];
        let price = price(measured.max(1));
        let partition = |multiple: usize| Partition {
            multiple,
            price: price * MULTIPLES[multiple],
            cheapest: vec![-price * MULTIPLES[multiple]],
            start: vec![0],
        };
        let mut segmentation = Self {
            values: Vec::with_capacity(values.len()),
            inverse_width: 1.0 / kernel::width(newest),
            blocks: Vec::with_capacity(values.len()),
            partitions: multiples.map(partition).collect(),
            row: Vec::new(),
            costs: Vec::new(),
        };
        for value in values {
            segmentation.push(*value);
        }
        segmentation
    }

    /// Appends a run: `O(n)`, at most [`LONGEST_SEGMENT`] kernel values.
    pub(crate) fn push(&mut self, value: f64) {
        let Self {
            values,
            inverse_width,
            blocks,
            partitions,
            row,
            costs,
        } = self;
        let count = values.len() + 1;
        let first = count.saturating_sub(LONGEST_SEGMENT);
        kernel::fill_row(row, &values[first..], value, *inverse_width);
        values.push(value);

        let mut sum = 0.0;
        for (block, kernel) in blocks[first..].iter_mut().zip(row.iter()).rev() {
            sum += kernel;
            *block += 2.0 * sum + 1.0;
        }
        blocks.push(1.0);

        costs.clear();
        if count >= LEAST_SEGMENT {
            let starts = first..=count - LEAST_SEGMENT;
            costs.extend(starts.map(|start| {
                let length = real(count - start);
                length - blocks[start] / length
            }));
        }
        for partition in partitions {
            let (place, cost) = cheapest(&partition.cheapest[first..], costs);
            partition.cheapest.push(cost + partition.price);
            partition.start.push(first + place);
        }
    }

    /// The first run of every segment but the first, in order, of the best partition of the first
    /// `count` runs under a price of [`MULTIPLES`]; one that is not kept takes a second pass, and is
    /// kept from then on.
    pub(crate) fn changes(&mut self, multiple: usize, count: usize) -> Vec<usize> {
        let kept = |partition: &Partition| partition.multiple == multiple;
        let place = self.partitions.iter().position(kept).unwrap_or_else(|| {
            let mut again = Self::new(&self.values, std::iter::once(multiple));
            self.partitions.append(&mut again.partitions);
            self.partitions.len() - 1
        });
        let partition = &self.partitions[place];
        let mut changes = Vec::new();
        let mut end = count;
        while end > 0 {
            end = partition.start[end];
            if end > 0 {
                changes.push(end);
            }
        }
        changes.reverse();
        changes
    }
}

/// The first index at which the sum of two rows is minimal, and that sum; infinite where `costs` is
/// empty. The row of costs is the shorter one.
fn cheapest(before: &[f64], costs: &[f64]) -> (usize, f64) {
    const LANES: usize = 4;
    let before = &before[..costs.len()];
    // Four independent minima, because a single one would serialise the steps.
    let mut least = [f64::INFINITY; LANES];
    let (befores, costses) = (before.chunks_exact(LANES), costs.chunks_exact(LANES));
    let rest = befores.remainder().iter().zip(costses.remainder());
    for (befores, costs) in befores.clone().zip(costses.clone()) {
        for lane in 0..LANES {
            let sum = befores[lane] + costs[lane];
            least[lane] = if sum < least[lane] { sum } else { least[lane] };
        }
    }
    let rest = rest.map(|(before, cost)| before + cost);
    let least = least.into_iter().chain(rest).fold(f64::INFINITY, f64::min);
    let mut sums = before.iter().zip(costs).map(|(before, cost)| before + cost);
    (sums.position(|sum| sum <= least).unwrap_or(0), least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    fn steps(random: &mut SplitMix, levels: &[f64], length: usize) -> Vec<f64> {
        let level = |i: usize| levels[i / length];
        (0..levels.len() * length)
            .map(|i| level(i) + 0.1 * random.normal())
            .collect()
    }

    #[test]
    fn clear_steps_are_cut_where_they_are() {
        let values = steps(&mut SplitMix::new(4), &[0.0, 1.0, -1.0], 30);

        let mut cut = Segmentation::new(&values, [LIBERAL, USUAL].into_iter());

        assert_eq!(cut.changes(USUAL, values.len()), [30, 60]);
        assert_eq!(
            cut.changes(nearest_multiple(2.0), values.len()),
            [30, 60],
            "a second pass"
        );
    }

    #[test]
    fn the_partition_is_the_cheapest_of_all() {
        let values = steps(&mut SplitMix::new(5), &[0.0, 0.3, 0.1], 4);
        let mut cut = Segmentation::new(&values, std::iter::once(USUAL));
        let width = kernel::width(&values);
        let cost = |first: usize, end: usize| {
            let segment = &values[first..end];
            let pairs = segment
                .iter()
                .flat_map(|a| segment.iter().map(move |b| a - b));
            let kernel: f64 = pairs.map(|d| libm::exp(-d * d / (width * width))).sum();
            real(end - first) - kernel / real(end - first)
        };
        let total = |bounds: &[usize]| {
            let costs = bounds.windows(2).map(|pair| cost(pair[0], pair[1]));
            costs.sum::<f64>() + price(values.len()) * real(bounds.len() - 2)
        };

        // Every set of cuts with segments of two runs or more.
        let mut best = f64::INFINITY;
        for set in 0..1_u32 << 11 {
            let mut bounds = vec![0];
            bounds.extend((1..12).filter(|i| set >> (i - 1) & 1 == 1));
            bounds.push(12);
            if bounds
                .windows(2)
                .all(|pair| pair[1] - pair[0] >= LEAST_SEGMENT)
            {
                best = best.min(total(&bounds));
            }
        }
        let mut bounds = vec![0];
        bounds.extend(cut.changes(USUAL, values.len()));
        bounds.push(12);

        assert!((total(&bounds) - best).abs() < 1e-12);
    }

    #[test]
    fn a_level_longer_than_the_longest_segment_is_no_obstacle() {
        let values = steps(&mut SplitMix::new(6), &[0.0, 1.0], 2300);

        let mut cut = Segmentation::new(&values, std::iter::once(USUAL));

        assert!(cut.changes(USUAL, values.len()).contains(&2300));
    }

    #[test]
    fn the_yardstick_is_never_far_behind() {
        assert_eq!(yardstick(0), 0);
        assert_eq!(yardstick(63), 63);
        assert_eq!(yardstick(100), 96);
        for count in 1..6000 {
            let measured = yardstick(count);
            assert!(measured <= count && measured * 9 >= count * 8, "{count}");
        }
    }

    #[test]
    fn multiples_are_found_by_their_ratio() {
        assert_eq!(nearest_multiple(1.0), USUAL);
        assert_eq!(nearest_multiple(1.08), USUAL);
        assert_eq!(nearest_multiple(1.1), USUAL + 1);
        assert_eq!(nearest_multiple(1e9), MULTIPLES.len() - 1);
    }
}
