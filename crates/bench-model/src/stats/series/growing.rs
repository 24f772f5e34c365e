//! A series that grows run by run.

use crate::stats::{
    error::StatsError,
    series::{
        change::Change,
        history::{History, HistoryOptions},
        judge::{JudgeOptions, alerts_of, read},
        scale::{Scaled, exponent},
        segmentation::{MULTIPLES, Segmentation, yardstick},
        segmented::Examined,
    },
};

/// A series to which runs are appended, with incremental updates of the expensive parts of its
/// history.
///
/// [`Self::push`] takes `O(n)` time, spread over the runs: one kernel value per run before and one
/// step of each partition. Kernel width and price are taken from the older eight ninths of a long
/// series; when that part grows, and when a value is more than twice as large as any before, the
/// sums are rebuilt, which is rare enough that a run still costs `O(n)` on average.
/// [`Self::history`] and [`Self::alerts`] then test the few candidate changes against the noise,
/// which costs `O(n log n)` per candidate. The results equal those of
/// [`history`](crate::stats::series::history::history()) and
/// [`alerts`](crate::stats::judge::alerts), to the last bit.
///
/// ```
/// use bench_model::stats::{HistoryOptions, Series, history};
///
/// let values = [5.1, 5.0, 5.2, 5.1, 4.9, 7.0, 7.1, 7.2, 6.9, 7.0];
/// let mut series = Series::default();
/// for value in values {
///     series.push(value)?;
/// }
/// let options = HistoryOptions::default();
/// assert_eq!(series.history(&options)?, history(&values, &options)?);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Series {
    values: Vec<f64>,
    exponent: i32,
    segmentation: Option<Segmentation>,
}

impl Series {
    /// Appends the newest run.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotFinite`] for NaN or an infinity; the series is then unchanged.
    pub fn push(&mut self, value: f64) -> Result<(), StatsError> {
        if !value.is_finite() {
            return Err(StatsError::NotFinite {
                index: self.values.len(),
                found: value,
            });
        }
        let count = self.values.len();
        self.values.push(value);
        let is_larger = count == 0 || exponent(value.abs()) > self.exponent;
        let exponent = exponent(value.abs()).max(self.exponent);
        match &mut self.segmentation {
            Some(segmentation) if !is_larger && yardstick(count + 1) == yardstick(count) => {
                segmentation.push(libm::scalbn(value, -exponent));
            }
            _ => {
                let scaled = Scaled::new(&self.values);
                let all = 0..MULTIPLES.len();
                self.exponent = scaled.exponent();
                self.segmentation = Some(Segmentation::new(&scaled.values, all));
            }
        }
        Ok(())
    }

    /// The runs, oldest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// [`history`](crate::stats::series::history::history()) of the runs so far.
    ///
    /// # Errors
    ///
    /// [`StatsError::Option`] for an option outside its range.
    pub fn history(&mut self, options: &HistoryOptions) -> Result<History, StatsError> {
        options.check()?;
        let options = JudgeOptions {
            history: *options,
            ..JudgeOptions::default()
        };
        Ok(read(&self.examined(&options.history), &options))
    }

    /// [`alerts`](crate::stats::judge::alerts) of the runs so far.
    ///
    /// # Errors
    ///
    /// [`StatsError::Option`] for an option outside its range.
    pub fn alerts(&mut self, options: &JudgeOptions) -> Result<Vec<Change>, StatsError> {
        let mut alerts = self.alerts_under(std::slice::from_ref(options))?;
        Ok(alerts.pop().unwrap_or_default())
    }

    /// [`Self::alerts`] under each of several options, examined once while the options of the
    /// history stay the same.
    pub(crate) fn alerts_under(
        &mut self,
        judges: &[JudgeOptions],
    ) -> Result<Vec<Vec<Change>>, StatsError> {
        let mut alerts = Vec::with_capacity(judges.len());
        for judges in judges.chunk_by(|one, next| one.history == next.history) {
            let mut examined = None;
            for options in judges {
                options.check()?;
                let examined = examined.get_or_insert_with(|| self.examined(&options.history));
                alerts.push(alerts_of(examined, options));
            }
        }
        Ok(alerts)
    }

    fn examined(&mut self, options: &HistoryOptions) -> Examined {
        let count = self.values.len();
        let segmentation = &mut self.segmentation;
        Examined::new(Scaled::new(&self.values), options, |multiple| {
            let known = segmentation.as_mut();
            known.map_or_else(Vec::new, |known| known.changes(multiple, count))
        })
    }
}
