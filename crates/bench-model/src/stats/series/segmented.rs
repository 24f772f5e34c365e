//! A series that is cut once, whatever is asked about it and about its earlier runs.

use crate::stats::{
    error::StatsError,
    series::{
        history::{Analysis, History, HistoryOptions},
        scale::Scaled,
        segmentation::{LIBERAL, Segmentation, USUAL, yardstick},
    },
};

/// A series with the segmentations and analyses made of it so far.
///
/// The best partition of a series contains that of every beginning of it, so the runs before the
/// newest need no cut of their own, as long as kernel width and price are the same for both (see
/// [`yardstick`]).
#[derive(Clone, Debug)]
pub(crate) struct Segmented {
    values: Vec<f64>,
    scaled: Scaled,
    cuts: Vec<Cut>,
    known: Vec<(HistoryOptions, Examined)>,
}

/// A beginning of the series, cut.
#[derive(Clone, Debug)]
struct Cut {
    exponent: i32,
    count: usize,
    segmentation: Segmentation,
}

/// What is known of a series.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    pub(crate) scaled: Scaled,
    pub(crate) analysis: Analysis,
}

impl Segmented {
    /// A series, oldest run first.
    pub(crate) fn new(values: &[f64]) -> Result<Self, StatsError> {
        StatsError::check_values(values)?;
        Ok(Self {
            values: values.to_vec(),
            scaled: Scaled::new(values),
            cuts: Vec::new(),
            known: Vec::new(),
        })
    }

    /// The runs.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// What is known of all runs, with options that were checked.
    pub(crate) fn whole(&mut self, options: &HistoryOptions) -> &Examined {
        self.first(self.values.len(), options)
    }

    /// What is known of the first `count` runs, with options that were checked.
    pub(crate) fn first(&mut self, count: usize, options: &HistoryOptions) -> &Examined {
        let place = self
            .known
            .iter()
            .position(|(of, known)| known.count() == count && of == options)
            .unwrap_or_else(|| {
                let examined = self.examine(count, options);
                self.known.push((*options, examined));
                self.known.len() - 1
            });
        &self.known[place].1
    }

    fn examine(&mut self, count: usize, options: &HistoryOptions) -> Examined {
        let scaled = if count == self.values.len() {
            self.scaled.clone()
        } else {
            Scaled::new(&self.values[..count])
        };
        let exponent = scaled.exponent();
        Examined::new(scaled, options, |multiple| {
            self.cut(count, exponent).changes(multiple, count)
        })
    }

    /// A segmentation that contains that of the first `count` runs.
    fn cut(&mut self, count: usize, exponent: i32) -> &mut Segmentation {
        let serves = |all: usize, of: i32| {
            of == exponent && all >= count && yardstick(all) == yardstick(count)
        };
        let place = self
            .cuts
            .iter()
            .position(|cut| serves(cut.count, cut.exponent))
            .unwrap_or_else(|| {
                let all = self.values.len();
                let multiples = [LIBERAL, USUAL].into_iter();
                let (count, segmentation) = if serves(all, self.scaled.exponent()) {
                    (all, Segmentation::new(&self.scaled.values, multiples))
                } else {
                    let scaled = Scaled::new(&self.values[..count]);
                    (count, Segmentation::new(&scaled.values, multiples))
                };
                self.cuts.push(Cut {
                    exponent,
                    count,
                    segmentation,
                });
                self.cuts.len() - 1
            });
        &mut self.cuts[place].segmentation
    }
}

impl Examined {
    /// Analyses a series; `cuts` gives its segmentation under a price.
    pub(crate) fn new(
        scaled: Scaled,
        options: &HistoryOptions,
        mut cuts: impl FnMut(usize) -> Vec<usize>,
    ) -> Self {
        let analysis = Analysis::new(&scaled.values, scaled.unit(1.0), options, &mut cuts);
        Self { scaled, analysis }
    }

    /// How many runs there are.
    pub(crate) fn count(&self) -> usize {
        self.scaled.values.len()
    }

    /// Everything found, in the metric's unit.
    pub(crate) fn history(&self) -> History {
        self.analysis.describe(&self.scaled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{
        numeric::random::SplitMix,
        series::{history::history, segmentation::cuts_made},
    };

    /// A step at the 90th of 150 runs, whose newest run is the largest.
    fn values() -> Vec<f64> {
        let mut random = SplitMix::new(21);
        let level = |run: usize| if run >= 90 { 12.0 } else { 10.0 };
        let mut values: Vec<f64> = (0..150).map(|run| level(run) + random.normal()).collect();
        values[149] = 15.9;
        values
    }

    #[test]
    fn the_runs_before_the_newest_are_not_cut_again() -> Result<(), StatsError> {
        let options = HistoryOptions::default();
        let values = values();
        let wanted = [
            history(&values[..149], &options)?,
            history(&values, &options)?,
        ];
        let before = cuts_made();
        let mut series = Segmented::new(&values)?;

        let found = [
            series.first(149, &options).history(),
            series.whole(&options).history(),
        ];

        assert_eq!(found, wanted);
        assert_eq!(cuts_made() - before, 1);
        Ok(())
    }

    #[test]
    fn runs_whose_scale_or_kernel_differs_are_cut_by_themselves() -> Result<(), StatsError> {
        let options = HistoryOptions::default();
        for (count, newest) in [(150, 40.0), (30, 11.0), (112, 11.0)] {
            let mut values = values();
            values.truncate(count);
            values[count - 1] = newest;
            let earlier = &values[..count - 1];
            let mut series = Segmented::new(&values)?;

            assert_eq!(
                series.whole(&options).history(),
                history(&values, &options)?
            );
            let found = series.first(count - 1, &options).history();
            assert_eq!(found, history(earlier, &options)?);
        }
        Ok(())
    }
}
