//! The false flags and the detected shifts of each setting of each rule.

use crate::{
    metric::{Direction, MetricDefinition},
    stats::{
        error::StatsError,
        numeric::sample::real,
        series::backtest::{
            flag::{Flag, is_worse},
            quiet::Quiet,
            replay::{Replay, replay},
            rule::Rule,
        },
    },
};

/// With fewer runs the noise is too uncertain for a recommendation.
pub const LEAST_RUNS: usize = 20;
/// Beyond this magnitude, shifted values or their sums may overflow.
const LARGEST: f64 = 1e300;
/// The positions of artificial shifts.
const PLACES: usize = 20;
/// A shift counts as found within this many runs,
const WITHIN: usize = 3;
/// at four positions out of five.
const POWER: f64 = 0.8;

/// The options of a backtest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BacktestOptions {
    /// The acceptable number of false flags per 1,000 runs, above 0: of the settings within it, the
    /// one that finds the smallest shifts is recommended.
    pub most_false: f64,
    /// The number of newest runs to replay.
    pub newest: usize,
}

impl Default for BacktestOptions {
    fn default() -> Self {
        Self {
            most_false: 5.0,
            newest: 500,
        }
    }
}

/// The rating of one setting for one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    /// The rule and its setting.
    pub rule: Rule,
    /// The number of runs it would have flagged as worse (or as moved, if the metric has no
    /// direction).
    pub flags: usize,
    /// How many of these the whole history supports.
    pub supported: usize,
    /// The false flags per 1,000 runs, on the series without its changes and drifts.
    pub false_per_thousand: f64,
    /// The smallest lasting shift for the worse, in the metric's unit, that it flags within three
    /// runs in four cases out of five; none if it finds none of the tested shifts.
    pub smallest_found: Option<f64>,
    /// That shift in standard deviations of the noise; none for an exact metric.
    pub smallest_in_noise: Option<f64>,
    /// Whether it is the setting of its kind that finds the smallest shifts with an acceptable
    /// number of false flags.
    pub is_recommended: bool,
}

/// Every setting of every rule, for one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeOff {
    /// Kind by kind, each from the most sensitive setting to the strictest.
    pub rows: Vec<Worth>,
    /// The index of the recommended row, which finds the smallest shifts overall; none if no rule
    /// has an acceptable number of false flags, or there are too few runs. Fixed limits are
    /// excluded, because they are derived from the newest level and therefore use information from
    /// the future.
    pub best: Option<usize>,
    /// The standard deviation of the noise, in the metric's unit.
    pub sd: f64,
    /// How many runs were replayed.
    pub runs: usize,
}

/// Rates every setting of every rule on the metric's own noise.
///
/// Takes about a second for 500 runs, nearly all of it for the judgement. With fewer than
/// [`LEAST_RUNS`] runs there are no rows and no recommendation.
///
/// # Errors
///
/// [`StatsError::NotFinite`] for NaN or an infinity, [`StatsError::TooLarge`] for a value beyond 1e300,
/// [`StatsError::Option`] for an option outside its range.
pub fn trade_off(
    values: &[f64],
    definition: &MetricDefinition,
    options: &BacktestOptions,
) -> Result<TradeOff, StatsError> {
    let BacktestOptions { most_false, newest } = options;
    StatsError::check_option("most_false", *most_false, (0.0, 1000.0))?;
    StatsError::check_values(values)?;
    let is_too_large = |value: &f64| value.abs() > LARGEST;
    if let Some(index) = values.iter().position(is_too_large) {
        return Err(StatsError::TooLarge {
            index,
            found: values[index],
        });
    }
    let values = &values[values.len().saturating_sub(*newest)..];
    let quiet = Quiet::new(values)?;
    let mut trade_off = TradeOff {
        rows: Vec::new(),
        best: None,
        sd: quiet.sd,
        runs: values.len(),
    };
    if values.len() < LEAST_RUNS {
        return Ok(trade_off);
    }
    for kind in Rule::kinds(quiet.level, quiet.sd) {
        let first = trade_off.rows.len();
        for rule in kind {
            trade_off
                .rows
                .push(worth(values, &quiet, definition, rule)?);
        }
        let rows = &trade_off.rows[first..];
        if let Some(place) = most_sensitive(rows, |row| row.false_per_thousand <= *most_false) {
            trade_off.rows[first + place].is_recommended = true;
        }
    }
    trade_off.best = most_sensitive(&trade_off.rows, |row| {
        row.is_recommended && !row.rule.is_fixed()
    });
    Ok(trade_off)
}

/// The row that finds the smallest shift; ties go to fewer false flags, then to the first.
fn most_sensitive(rows: &[Worth], may: impl Fn(&Worth) -> bool) -> Option<usize> {
    let found = rows.iter().enumerate().filter(|(_, row)| may(row));
    let found =
        found.filter_map(|(place, row)| Some((place, row.smallest_found?, row.false_per_thousand)));
    let best = found.min_by(|a, b| a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)));
    best.map(|(place, ..)| place)
}

fn worth(
    values: &[f64],
    quiet: &Quiet,
    definition: &MetricDefinition,
    rule: Rule,
) -> Result<Worth, StatsError> {
    let Replay { flags, .. } = replay(values, definition, &rule)?;
    let counts = |flag: &&Flag| is_worse(flag.delta, definition.direction) != Some(false);
    let false_flags = rule.flags(&quiet.values, definition)?;
    let false_flags = false_flags.iter().filter(counts).count();
    let smallest_found = smallest_found(quiet, definition, &rule)?;
    Ok(Worth {
        rule,
        flags: flags.iter().filter(counts).count(),
        supported: flags
            .iter()
            .filter(counts)
            .filter(|flag| flag.is_supported)
            .count(),
        false_per_thousand: 1000.0 * real(false_flags) / real(values.len()),
        smallest_found,
        smallest_in_noise: smallest_found
            .map(|shift| shift / quiet.sd)
            .filter(|share| share.is_finite()),
        is_recommended: false,
    })
}

/// The smallest tested shift that is found often enough.
fn smallest_found(
    quiet: &Quiet,
    definition: &MetricDefinition,
    rule: &Rule,
) -> Result<Option<f64>, StatsError> {
    for shift in shifts(quiet) {
        if is_found(quiet, definition, rule, shift)? {
            return Ok(Some(shift));
        }
    }
    Ok(None)
}

/// From half a standard deviation up, each about a fifth larger than the one before; without noise,
/// from a thousandth of the level up, or from 0.001 where that is 0.
fn shifts(quiet: &Quiet) -> impl Iterator<Item = f64> {
    const STEPS: usize = 24;
    let first = if quiet.sd > 0.0 {
        0.5 * quiet.sd
    } else {
        let level = quiet.level.abs();
        1e-3 * if level > 0.0 { level } else { 1.0 }
    };
    std::iter::successors(Some(first), |shift| Some(shift * 1.2)).take(STEPS)
}

fn is_found(
    quiet: &Quiet,
    definition: &MetricDefinition,
    rule: &Rule,
    shift: f64,
) -> Result<bool, StatsError> {
    let count = quiet.values.len();
    // The first half lets the rule learn the noise.
    let (first, last) = (count / 2, count - WITHIN);
    let signed = match definition.direction {
        Direction::HigherIsBetter => -shift,
        Direction::LowerIsBetter | Direction::Neither => shift,
    };
    let (mut found, mut tried) = (0, 0);
    let step = ((last - first) / PLACES).max(1);
    for place in (first..=last).step_by(step) {
        // Two hundred earlier runs are as good as all.
        let start = place.saturating_sub(200);
        let mut values = quiet.values[start..place + WITHIN].to_vec();
        for value in &mut values[place - start..] {
            *value += signed;
        }
        tried += 1;
        found += usize::from(rule.finds(&values, place - start, definition)?);
    }
    Ok(real(found) >= POWER * real(tried))
}
