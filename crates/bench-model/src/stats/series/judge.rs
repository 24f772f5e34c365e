//! The newest runs of a series: did the level just move?

use crate::stats::{
    error::StatsError,
    numeric::{
        distribution::t_two_sided_quantile,
        sample::{median_of, real},
    },
    series::{
        change::{Change, ChangeKind, NEWS},
        exact::Nature,
        history::{History, HistoryOptions, NewestLevel, OLD, in_noise, relative},
        judgement::{Judgement, Limits, Suspicion},
        level::{Level, levels},
        same::same_place,
        scale::Scaled,
        segmented::{Examined, Segmented},
        tail::{self, LEAST_STABLE, Levels, NEWEST, Shift, Stable},
    },
};

/// What a judgement may be asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgeOptions {
    /// How the history before is read.
    pub history: HistoryOptions,
    /// The p-value from which two to five newest runs are a change, between 0 and 1.
    pub level: f64,
    /// The p-value from which an older change of the history is worth an alert, between 0 and 1.
    pub old_level: f64,
    /// How many runs are new since the last judgement, at least 1.
    pub newest: usize,
}

impl Default for JudgeOptions {
    fn default() -> Self {
        Self {
            history: HistoryOptions::default(),
            level: 8e-4,
            old_level: 1e-4,
            newest: 1,
        }
    }
}

/// With less than twelve runs before, the level of the tail test is this much larger: its t has few
/// degrees of freedom, and asks for distance by itself.
const FEW_RUNS: f64 = 6.0;

impl JudgeOptions {
    /// Every field in its range.
    pub(crate) fn check(&self) -> Result<(), StatsError> {
        let Self {
            history,
            level,
            old_level,
            newest: _,
        } = self;
        history.check()?;
        StatsError::check_option("level", *level, (0.0, 1.0))?;
        StatsError::check_option("old_level", *old_level, (0.0, 1.0))
    }

    fn levels(&self) -> Levels {
        Levels {
            many: self.level,
            few: (self.level * FEW_RUNS).min(1.0),
        }
    }
}

/// Says whether the newest runs of a series, oldest first, have moved its level.
///
/// Two runs are the least that confirm a change; one run out of line is suspect. Works from
/// 5 stable runs on; with fewer it is quiet, without limits. Costs about as much as
/// [`history`](crate::stats::series::history::history()).
///
/// # Errors
///
/// [`StatsError::NotFinite`] for NaN or an infinity, [`StatsError::Option`] for an option outside its
/// range.
///
/// # Example: one run is suspect, two are a change
///
/// ```
/// use bench_model::stats::{Judgement, JudgeOptions, judge};
///
/// let mut f1 = vec![0.891, 0.893, 0.890, 0.892, 0.891, 0.894, 0.892, 0.853];
/// let options = JudgeOptions::default();
/// assert!(matches!(judge(&f1, &options)?, Judgement::Suspect(_)));
///
/// f1.push(0.855);
/// let Judgement::Confirmed { change, is_new } = judge(&f1, &options)? else { panic!() };
/// assert_eq!(change.index, 7);
/// assert!(is_new);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn judge(values: &[f64], options: &JudgeOptions) -> Result<Judgement, StatsError> {
    options.check()?;
    let mut series = Segmented::new(values)?;
    let alerts = alerts_of(series.whole(&options.history), options);
    Ok(judgement(&mut series, &alerts, options))
}

/// A series as a check reads it.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The changes and drifts.
    pub(crate) history: History,
    /// The changes that are worth an alert.
    pub(crate) alerts: Vec<Change>,
    /// The levels between the changes.
    pub(crate) levels: Vec<Level>,
    /// The newest run, unless it belongs to a change: suspect or quiet.
    pub(crate) newest: Judgement,
}

impl Reading {
    /// Reads a series, with options that were checked.
    pub(crate) fn of(series: &mut Segmented, options: &JudgeOptions) -> Self {
        let examined = series.whole(&options.history);
        let history = read(examined, options);
        let is_recent = |change: &&Change| examined.count() - change.index < OLD;
        let newest = match history.changes.last().filter(is_recent) {
            Some(change) => look_into_young(examined, change.index, options),
            None => look_at_newest(examined, options),
        };
        Self {
            alerts: alerts_among(&history, options),
            levels: levels(examined, &history),
            history,
            newest,
        }
    }
}

/// The [`history`](crate::stats::series::history::history()) of a series, and what its newest run alone
/// says: it is suspect, or quiet. The same reading that a check rests on.
///
/// # Errors
///
/// As [`judge`].
pub fn history_and_newest(
    values: &[f64],
    options: &JudgeOptions,
) -> Result<(History, Judgement), StatsError> {
    options.check()?;
    let reading = Reading::of(&mut Segmented::new(values)?, options);
    Ok((reading.history, reading.newest))
}

fn judgement(series: &mut Segmented, alerts: &[Change], options: &JudgeOptions) -> Judgement {
    let count = series.values().len();
    let newest_alert = alerts
        .iter()
        .rev()
        .copied()
        .find(|change| count - change.index <= NEWS);
    if let Some(change) = newest_alert {
        let before = count.saturating_sub(options.newest.max(1));
        let known = alerts_of(series.first(before, &options.history), options);
        let is_new = known
            .iter()
            .all(|known| same_place(known.index, change.index).is_none());
        if is_new || count - change.index < OLD {
            return Judgement::Confirmed { change, is_new };
        }
    }
    match look_at_newest(series.whole(&options.history), options) {
        Judgement::Quiet { limits } => match newest_alert {
            Some(change) => Judgement::Confirmed {
                change,
                is_new: false,
            },
            None => Judgement::Quiet { limits },
        },
        suspect => suspect,
    }
}

/// The changes of a series that are worth an alert, oldest first: surer than those of
/// [`history`](crate::stats::series::history::history()), and with a change of the newest two to five runs,
/// which a history cannot see yet.
///
/// Whoever alerts keeps what was alerted; a change within 5 runs of one that is known is the same.
///
/// # Errors
///
/// As [`judge`].
pub fn alerts(values: &[f64], options: &JudgeOptions) -> Result<Vec<Change>, StatsError> {
    options.check()?;
    let mut series = Segmented::new(values)?;
    Ok(alerts_of(series.whole(&options.history), options))
}

/// [`alerts`] of a series that was examined, with the options of its history.
pub(crate) fn alerts_of(examined: &Examined, options: &JudgeOptions) -> Vec<Change> {
    alerts_among(&read(examined, options), options)
}

/// The changes of a reading that are worth an alert.
fn alerts_among(history: &History, options: &JudgeOptions) -> Vec<Change> {
    let is_sure = |change: &&Change| match change.kind {
        ChangeKind::Exact | ChangeKind::Recent => true,
        ChangeKind::Step => change.index >= LEAST_STABLE && change.p_value <= options.old_level,
    };
    history.changes.iter().filter(is_sure).copied().collect()
}

/// The one reading of a series: the changes that are at least six runs old, then that of the newest
/// two to five runs.
pub(crate) fn read(examined: &Examined, options: &JudgeOptions) -> History {
    let Examined { scaled, analysis } = examined;
    let mut history = examined.history();
    if matches!(analysis.nature, Nature::Exact(_)) {
        return history;
    }
    let count = examined.count();
    let is_old = |change: &Change| count - change.index >= OLD;
    // Before five stable runs, only a clear cut of the whole series can show a change.
    let is_kept = |change: &Change| is_old(change) || change.p_value <= options.old_level;
    history.changes.retain(is_kept);
    if history.changes.last().is_some_and(|change| !is_old(change)) {
        return history;
    }
    let NewestLevel {
        runs,
        places,
        elsewhere,
    } = analysis.newest_level(&scaled.values);
    let correlation = analysis.autocorrelation;
    let shift = tail::newest_shift(&runs, correlation, elsewhere, options.levels());
    if let Some((shift, first)) = shift.and_then(|shift| {
        let first = places.len().checked_sub(shift.runs)?;
        Some((shift, places[first]))
    }) {
        history.changes.push(recent(&shift, first, scaled));
        // The drift ends where the change begins.
        if let Some(drift) = history
            .drifts
            .last_mut()
            .filter(|drift| drift.last >= first)
        {
            drift.after -= drift.slope * real(drift.last + 1 - first);
            drift.last = first - 1;
        }
    }
    history
}

/// A shift of the newest runs as a change, in the metric's unit.
fn recent(shift: &Shift, index: usize, scaled: &Scaled) -> Change {
    let delta = shift.after - shift.before;
    let margin = t_two_sided_quantile(0.05, shift.degrees) * shift.standard_error;
    Change {
        index,
        earliest: index.saturating_sub(1).max(1),
        latest: index,
        before: scaled.unit(shift.before),
        after: scaled.unit(shift.after),
        delta: scaled.unit(delta),
        delta_low: scaled.unit(delta - margin),
        delta_high: scaled.unit(delta + margin),
        relative: relative(delta, shift.before),
        in_noise: in_noise(delta, shift.sd),
        p_value: shift.p_value,
        kind: ChangeKind::Recent,
    }
}

/// The newest run alone, beside the level before it.
fn look_at_newest(examined: &Examined, options: &JudgeOptions) -> Judgement {
    let NewestLevel {
        runs,
        places,
        elsewhere,
    } = examined.analysis.newest_level(&examined.scaled.values);
    let Some((newest, before)) = runs.split_last() else {
        return Judgement::Quiet { limits: None };
    };
    let stable = Stable::new(before, examined.analysis.autocorrelation, elsewhere);
    look(examined, (newest, before, &places), stable, options)
}

/// The newest run alone, beside the runs of a level that began at `first` and is younger than six
/// runs.
fn look_into_young(examined: &Examined, first: usize, options: &JudgeOptions) -> Judgement {
    let Examined { scaled, analysis } = examined;
    let places: Vec<usize> = analysis.counting(first, examined.count()).collect();
    let runs: Vec<f64> = places.iter().map(|run| scaled.values[*run]).collect();
    let Some((newest, before)) = runs.split_last() else {
        return Judgement::Quiet { limits: None };
    };
    let elsewhere = analysis.noise_before(first);
    let stable = Stable::young(before, analysis.autocorrelation, elsewhere);
    look(examined, (newest, before, &places), stable, options)
}

fn look(
    examined: &Examined,
    (newest, before, places): (&f64, &[f64], &[usize]),
    stable: Option<Stable>,
    options: &JudgeOptions,
) -> Judgement {
    let Examined { scaled, analysis } = examined;
    let quiet = Judgement::Quiet { limits: None };
    let Some(index) = places.last().copied() else {
        return quiet;
    };
    let suspect = |level: f64, sd: f64, p_value: f64| {
        let delta = newest - level;
        Judgement::Suspect(Suspicion {
            index,
            before: scaled.unit(level),
            value: scaled.unit(*newest),
            delta: scaled.unit(delta),
            relative: relative(delta, level),
            in_noise: in_noise(delta, sd),
            p_value,
        })
    };
    if let Nature::Exact(tolerance) = analysis.nature {
        if before.len() < *NEWEST.start() {
            return quiet;
        }
        let level = median_of(&before[before.len().saturating_sub(3)..]);
        if (newest - level).abs() > tolerance {
            return suspect(level, 0.0, 0.0);
        }
        let tolerance = scaled.unit(tolerance);
        return Judgement::Quiet {
            limits: Some(Limits {
                suspect: tolerance,
                confirm: tolerance,
                confirm_runs: *NEWEST.start(),
                runs: before.len(),
            }),
        };
    }
    let Some(stable) = stable else {
        return quiet;
    };
    let levels = options.levels();
    if let Some(shift) = stable.suspicion(*newest, levels) {
        return suspect(stable.level(), stable.sd(), shift.p_value);
    }
    // After a spike two runs may not be enough to tell a change from another one.
    let by_runs = NEWEST.map(|runs| (stable.limit(runs, levels), runs));
    let (confirm, confirm_runs) = by_runs
        .reduce(|best, next| if next.0 < 0.5 * best.0 { next } else { best })
        .unwrap_or((f64::INFINITY, *NEWEST.end()));
    Judgement::Quiet {
        limits: Some(Limits {
            suspect: scaled.unit(stable.suspicion_limit(levels)),
            confirm: scaled.unit(confirm),
            confirm_runs,
            runs: stable.len(),
        }),
    }
}
