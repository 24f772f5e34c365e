//! The best partition of a series into levels, under a loss that no spike can dominate.
//!
//! A run costs the square of its distance from its level in standard deviations, at most
//! [`Price::spike`]; a change costs [`Price::change`]. The cheapest partition is found exactly by
//! dynamic programming over the level of the newest run: the cost is a piecewise quadratic function
//! of that level (Fearnhead and Rigaill 2019, *Changepoint detection in the presence of outliers*,
//! JASA 114, algorithm R-FPOP).
//!
//! Because a spike costs less than a change, one run is never a level. Because two spikes cost more,
//! two newest runs alike and far off always are one, whatever the price.

use crate::stats::numeric::sample::real;

/// What a run out of line and a change of level cost, in units of the noise's variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    /// The most that one run costs.
    pub(crate) spike: f64,
    /// What a change costs: more than one spike and less than two.
    pub(crate) change: f64,
}

/// A quadratic `square * m^2 + linear * m + constant` of the level `m`, up to the level `end`.
#[derive(Clone, Copy, Debug)]
struct Piece {
    end: f64,
    square: f64,
    linear: f64,
    constant: f64,
    /// The first run of the newest segment.
    start: usize,
}

impl Piece {
    fn at(&self, level: f64) -> f64 {
        (self.square * level + self.linear) * level + self.constant
    }

    /// The smallest cost between two levels.
    fn least(&self, low: f64, high: f64) -> f64 {
        if self.square > 0.0 {
            let lowest = (-0.5 * self.linear / self.square).clamp(low, high);
            self.at(lowest)
        } else {
            self.at(low).min(self.at(high))
        }
    }

    /// The levels between which the cost lies below `limit`.
    fn below(&self, limit: f64, low: f64, high: f64) -> Option<(f64, f64)> {
        if self.square <= 0.0 {
            return (self.at(0.5 * (low + high)) < limit).then_some((low, high));
        }
        let discriminant = self.linear * self.linear - 4.0 * self.square * (self.constant - limit);
        if discriminant <= 0.0 {
            return None;
        }
        let half = 0.5 * discriminant.sqrt() / self.square;
        let middle = -0.5 * self.linear / self.square;
        let (first, last) = ((middle - half).max(low), (middle + half).min(high));
        (first < last).then_some((first, last))
    }
}

/// The first run of every level but the first, of the cheapest partition of `values`, which are in
/// standard deviations.
pub(crate) fn partition(values: &[f64], price: Price) -> Vec<usize> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return Vec::new();
    }
    let reach = price.spike.sqrt();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut next: Vec<Piece> = Vec::new();
    let mut starts = Vec::with_capacity(values.len());
    let mut cheapest = -price.change;
    for (run, value) in values.iter().enumerate() {
        let limit = cheapest + price.change;
        next.clear();
        let fresh = |end: f64| Piece {
            end,
            square: 0.0,
            linear: 0.0,
            constant: limit,
            start: run,
        };
        if pieces.is_empty() {
            next.push(fresh(high));
        }
        let mut from = low;
        for piece in &pieces {
            match piece.below(limit, from, piece.end) {
                None => push_fresh(&mut next, fresh(piece.end)),
                Some((first, last)) => {
                    if first > from {
                        push_fresh(&mut next, fresh(first));
                    }
                    next.push(Piece {
                        end: last,
                        ..*piece
                    });
                    if last < piece.end {
                        push_fresh(&mut next, fresh(piece.end));
                    }
                }
            }
            from = piece.end;
        }
        pieces.clear();
        cheapest = f64::INFINITY;
        let mut start = 0;
        let mut from = low;
        let (near, far) = (value - reach, value + reach);
        for piece in &next {
            for end in [near, far, piece.end] {
                let end = end.min(piece.end);
                if end <= from {
                    continue;
                }
                let mut cut = Piece { end, ..*piece };
                let middle = 0.5 * (from + end);
                if middle > near && middle < far {
                    cut.square += 1.0;
                    cut.linear -= 2.0 * value;
                    cut.constant += value * value;
                } else {
                    cut.constant += price.spike;
                }
                let least = cut.least(from, end);
                if least < cheapest {
                    cheapest = least;
                    start = cut.start;
                }
                pieces.push(cut);
                from = end;
            }
        }
        starts.push(start);
    }
    let mut changes = Vec::new();
    let mut end = values.len();
    while end > 0 {
        end = starts[end - 1];
        if end > 0 {
            changes.push(end);
        }
    }
    changes.reverse();
    changes
}

/// Appends a piece without history, merged with the one before it if that has none either.
fn push_fresh(pieces: &mut Vec<Piece>, fresh: Piece) {
    match pieces.last_mut() {
        Some(last) if last.square <= 0.0 && last.start == fresh.start => last.end = fresh.end,
        _ => pieces.push(fresh),
    }
}

impl Price {
    /// The price for so many runs, `4 + 3 ln n` a change: one that finds the clear changes alone.
    /// `multiple` is 1, or more for correlated runs, which wander. The constants were chosen on
    /// generated series.
    pub(crate) fn of(count: usize, multiple: f64) -> Self {
        let change = 4.0 + 3.0 * libm::log(real(count.max(2)));
        Self {
            spike: change / 1.9 * multiple,
            change: change * multiple,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    fn noise(count: usize, seed: u64) -> Vec<f64> {
        let mut random = SplitMix::new(seed);
        (0..count).map(|_| random.normal()).collect()
    }

    fn cut(values: &[f64]) -> Vec<usize> {
        partition(values, Price::of(values.len(), 1.0))
    }

    #[test]
    fn levels_are_cut_and_spikes_are_not() {
        let mut values = noise(60, 3);
        values[20] += 500.0;
        values[45..].iter_mut().for_each(|value| *value += 8.0);

        assert_eq!(cut(&values), [45]);
    }

    #[test]
    fn two_newest_runs_far_out_are_a_level_and_one_is_none() {
        for (runs, wanted) in [(1, vec![]), (2, vec![38])] {
            let mut values = noise(40, 5);
            let first = 40 - runs;
            values[first..].fill(40.0);

            assert_eq!(cut(&values), wanted);
        }
    }

    #[test]
    fn no_partition_is_cheaper() {
        let price = Price {
            spike: 4.0,
            change: 6.0,
        };
        let cost_of = |values: &[f64]| {
            // The best level of few runs is the mean of a subset of them.
            let mut best = price.spike * real(values.len());
            for set in 1..1_u32 << values.len() {
                let chosen = (0..values.len()).filter(|run| set >> run & 1 == 1);
                let chosen: Vec<f64> = chosen.map(|run| values[run]).collect();
                let level = chosen.iter().sum::<f64>() / real(chosen.len());
                let cost = |v: &f64| ((v - level) * (v - level)).min(price.spike);
                best = best.min(values.iter().map(cost).sum());
            }
            best
        };
        let total = |values: &[f64], bounds: &[usize]| -> f64 {
            let levels = bounds
                .windows(2)
                .map(|pair| cost_of(&values[pair[0]..pair[1]]));
            levels.sum::<f64>() + price.change * real(bounds.len() - 2)
        };
        for seed in 0..8 {
            let mut values = noise(9, seed);
            values[5..].iter_mut().for_each(|value| *value += 3.0);
            let found = [vec![0], partition(&values, price), vec![9]].concat();
            let mut least = f64::INFINITY;
            for set in 0..1_u32 << 8 {
                let inner = (1..9).filter(|run| set >> (run - 1) & 1 == 1);
                let bounds: Vec<usize> = [0].into_iter().chain(inner).chain([9]).collect();
                least = least.min(total(&values, &bounds));
            }

            assert!((total(&values, &found) - least).abs() < 1e-9, "{seed}");
        }
    }
}
