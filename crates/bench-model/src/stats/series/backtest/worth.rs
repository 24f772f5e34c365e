//! The false flags and the detected shifts of each setting of each rule.

use crate::{
    metric::MetricDefinition,
    stats::{
        error::StatsError,
        numeric::sample::real,
        series::backtest::{
            flag::{Flag, is_worse},
            quiet::Quiet,
            replay::replays,
            rule::Rule,
            simulation::Simulation,
        },
    },
};

/// With fewer runs the noise is too uncertain for a recommendation.
pub const LEAST_RUNS: usize = 20;
/// Beyond this magnitude, shifted values or their sums may overflow.
const LARGEST: f64 = 1e300;
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

/// Rates the settings of each kind of rule on the metric's own noise: of the kinds among `rules`, or
/// of all if there are none.
///
/// Nearly all of the time is taken by the judgement, which is read once for all its settings. With
/// fewer than [`LEAST_RUNS`] runs there are no rows and no recommendation.
///
/// # Errors
///
/// [`StatsError::NotFinite`] for NaN or an infinity, [`StatsError::TooLarge`] for a value beyond 1e300,
/// [`StatsError::Option`] for an option outside its range.
pub fn trade_off(
    values: &[f64],
    definition: &MetricDefinition,
    rules: &[Rule],
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
    let simulation = Simulation::new(&quiet, definition)?;
    for kind in Rule::kinds(quiet.level, quiet.sd) {
        let is_wanted = |rule: &Rule| rule.is_like(&kind[0]);
        if !rules.is_empty() && !rules.iter().any(is_wanted) {
            continue;
        }
        let mut rows = worth(values, &simulation, &kind)?;
        if let Some(place) = most_sensitive(&rows, |row| row.false_per_thousand <= *most_false) {
            rows[place].is_recommended = true;
        }
        trade_off.rows.extend(rows);
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

/// Rates the settings of one kind of rule.
fn worth(
    values: &[f64],
    simulation: &Simulation,
    rules: &[Rule],
) -> Result<Vec<Worth>, StatsError> {
    let Simulation {
        quiet, definition, ..
    } = simulation;
    let counts = |flag: &&Flag| is_worse(flag.delta, definition.direction) != Some(false);
    let replays = replays(values, definition, rules)?;
    let false_flags = Rule::flags(rules, &quiet.values, definition)?;
    let smallest = simulation.smallest_found(rules)?;
    let mut rows = Vec::with_capacity(rules.len());
    for (place, rule) in rules.iter().enumerate() {
        let flags: Vec<&Flag> = replays[place].flags.iter().filter(counts).collect();
        let false_flags = false_flags[place].iter().filter(counts).count();
        let smallest_found = smallest[place];
        rows.push(Worth {
            rule: *rule,
            flags: flags.len(),
            supported: flags.iter().filter(|flag| flag.is_supported).count(),
            false_per_thousand: 1000.0 * real(false_flags) / real(values.len()),
            smallest_found,
            smallest_in_noise: smallest_found
                .map(|shift| shift / quiet.sd)
                .filter(|share| share.is_finite()),
            is_recommended: false,
        });
    }
    Ok(rows)
}
