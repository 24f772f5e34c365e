//! A verdict as a sentence, with all underlying numbers.

use std::fmt::Write as _;

use crate::{
    metric::{Direction, Scale},
    stats::{
        comparison::{
            result::{Caveat, Comparison, Method, More, Options, Settle, Size},
            verdict::kind::VerdictKind,
        },
        numeric::interval::Interval,
    },
    words,
};

/// Magnitudes outside this range are written as 1.5e20.
const SMALLEST: f64 = 1e-9;
const LARGEST: f64 = 1e15;

/// One sentence, such as `f1 fell 0.031, from 0.895 to 0.864; 95 % interval −0.052 … −0.011;
/// p = 0.003; n = 150 items; paired t test of the items`.
pub(super) fn reason(
    comparison: &Comparison,
    kind: VerdictKind,
    q_value: Option<f64>,
    options: &Options,
) -> String {
    let mut text = movement(comparison);
    if comparison.method != Method::Exact {
        if let Some(interval) = comparison.effect_interval() {
            let confidence = trimmed(format!("{:.4}", options.confidence * 100.0));
            let interval = interval_in_words(interval, comparison.scale);
            let _ = write!(text, "; {confidence} % interval {interval}");
        }
        if let (Some(p), Some(q)) = (comparison.p_value, q_value) {
            let _ = write!(text, "; p {}", probability(p));
            if q > p {
                let _ = write!(text, ", q {} over all metrics", probability(q));
            }
        }
    }
    let method = comparison.method.words();
    let _ = write!(text, "; {}; ", sizes(comparison));
    text.push_str(&method.replace("items", noun(comparison)));
    for why in why(comparison, kind, q_value, options) {
        let _ = write!(text, "; {why}");
    }
    text
}

/// `f1 fell 0.031, from 0.895 to 0.864`.
fn movement(comparison: &Comparison) -> String {
    let Comparison {
        metric,
        before,
        after,
        delta,
        ..
    } = comparison;
    let unit = words::unit(comparison.unit.as_deref());
    // Two digits of the change, and three of a small value.
    let least = before.abs().min(after.abs()) / 10.0;
    let finest = if least > 0.0 {
        delta.abs().min(least)
    } else {
        *delta
    };
    let value = |number: f64| value(number, finest, comparison.scale);
    if *delta == 0.0 {
        return format!("{metric} is the same in both, {}{unit}", value(*after));
    }
    let verb = if *delta > 0.0 { "rose" } else { "fell" };
    let amount = match (comparison.scale, comparison.relative) {
        (Scale::Relative, Some(relative)) if relative.is_finite() => share(relative.abs()),
        _ => format!("{}{unit}", value(delta.abs())),
    };
    let (mut from, mut to) = (value(*before), value(*after));
    if from == to {
        [from, to] = words::ends(*before, *after);
    }
    format!("{metric} {verb} {amount}, from {from} to {to}{unit}")
}

fn interval_in_words(Interval { low, high }: Interval, scale: Scale) -> String {
    let end = |end: f64| {
        let magnitude = match scale {
            Scale::Relative => percent(end.abs()),
            // An end close to 0 still has a sign.
            Scale::Absolute if end.abs() < 0.000_5 => value(end.abs(), end, scale),
            Scale::Absolute => value(end.abs(), high - low, scale),
        };
        signed(end, magnitude)
    };
    format!("{} … {}", end(low), end(high))
}

fn signed(number: f64, magnitude: String) -> String {
    let is_zero = !magnitude.chars().any(|c| matches!(c, '1'..='9'));
    match number {
        _ if is_zero => magnitude,
        _ if number < 0.0 => format!("−{magnitude}"),
        _ => format!("+{magnitude}"),
    }
}

/// The unit of a run's evidence.
fn noun(comparison: &Comparison) -> &'static str {
    if comparison.method == Method::F1 {
        "findings"
    } else if comparison.caveats.contains(&Caveat::WithinRunOnly) {
        "values"
    } else {
        "items"
    }
}

/// `n = 150 items`, or one for each side if they differ.
fn sizes(comparison: &Comparison) -> String {
    let noun = noun(comparison).trim_end_matches('s');
    let one = |Size { runs, items }: Size| match items {
        Some(items) if runs > 1 => format!("{} in {}", counted(items, noun), counted(runs, "run")),
        Some(items) => counted(items, noun),
        None => counted(runs, "run"),
    };
    let (before, after) = (one(comparison.baseline_n), one(comparison.current_n));
    let is_of_runs = comparison.baseline_n.items.is_none();
    match before == after {
        true if is_of_runs => format!("n = {before} each"),
        true => format!("n = {before}"),
        false => format!("n = {before} against {after}"),
    }
}

/// The reasons of the verdict, and what would make it more certain.
fn why(
    comparison: &Comparison,
    kind: VerdictKind,
    q_value: Option<f64>,
    options: &Options,
) -> Vec<String> {
    let margin = match comparison.scale {
        Scale::Absolute => words::number(options.threshold),
        Scale::Relative => share(options.threshold),
    };
    let is_known = |caveat: &&Caveat| **caveat != Caveat::NoNoiseEstimate;
    let mut parts: Vec<String> = comparison
        .caveats
        .iter()
        .filter(is_known)
        .map(|caveat| caveat.words())
        .collect();
    let judged = comparison.direction != Direction::Neither;
    if !judged {
        parts.push(words::no_direction(&comparison.metric));
    }
    match kind {
        VerdictKind::Unchanged if comparison.effect_interval().is_none() => {}
        VerdictKind::Unchanged => parts.push(format!("the whole interval is within ±{margin}")),
        VerdictKind::Regressed | VerdictKind::Improved
            if comparison.method == Method::Threshold =>
        {
            parts.push(format!("beyond the margin of {margin}"));
        }
        VerdictKind::Regressed | VerdictKind::Improved => {}
        VerdictKind::Uncertain
            if !judged || comparison.caveats.contains(&Caveat::DifferentData) => {}
        VerdictKind::Uncertain => {
            parts.push(doubt(comparison, q_value, &margin, options));
            if let Some(detectable) = comparison.detectable {
                let least = effect(detectable, comparison);
                parts.push(format!(
                    "the smallest change that this much evidence shows is {least}"
                ));
            }
            parts.extend(comparison.settle.map(|settle| more(settle, comparison)));
        }
    }
    parts
}

/// Why the evidence is inconclusive.
fn doubt(comparison: &Comparison, q_value: Option<f64>, margin: &str, options: &Options) -> String {
    let Some(interval) = comparison.effect_interval() else {
        return if comparison.effect().is_none() {
            "there is no share of 0".to_owned()
        } else {
            format!("not beyond the margin of {margin}, within which noise may hide anything")
        };
    };
    match q_value {
        _ if interval.holds(0.0) => {
            format!("no change is possible, and so is one beyond ±{margin}")
        }
        Some(q) if q > options.level => {
            let level = trimmed(format!("{:.6}", options.level));
            format!("a change is likely, but the level for a verdict is {level}")
        }
        _ if comparison.caveats.contains(&Caveat::WithinRunOnly) => {
            "the difference is real but may be the machine's".to_owned()
        }
        _ => format!("too small to matter so far, and may be beyond ±{margin}"),
    }
}

fn more(Settle { count, of }: Settle, comparison: &Comparison) -> String {
    let first = comparison.method == Method::Threshold
        || comparison.caveats.contains(&Caveat::WithinRunOnly);
    let what = match of {
        More::RunsOfEach if first => {
            return "one more run of each side gives a first estimate of the noise".to_owned();
        }
        More::CurrentRuns => counted(count, "more run"),
        More::RunsOfEach => format!("{} of each side", counted(count, "more run")),
        More::Items => counted(
            count,
            &format!("more {}", noun(comparison).trim_end_matches('s')),
        ),
    };
    format!("{what} would settle it if the change is as it looks")
}

/// A delta in the metric's unit, on its scale.
fn effect(delta: f64, comparison: &Comparison) -> String {
    match comparison.scale {
        Scale::Relative if comparison.before != 0.0 => percent(delta / comparison.before.abs()),
        scale => value(delta, delta, scale),
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `number` with as many decimals as show two digits of `change`; of a metric with a fixed range,
/// such as F1, at least three.
fn value(number: f64, change: f64, scale: Scale) -> String {
    let least = if scale == Scale::Absolute { 3 } else { 0 };
    let decimals = decimals_of(change).max(least);
    if number != 0.0 && !(SMALLEST..LARGEST).contains(&number.abs()) {
        return words::number(number);
    }
    trimmed(format!("{number:.decimals$}"))
}

/// How many decimals show two digits of `number`.
fn decimals_of(number: f64) -> usize {
    let magnitude = number.abs();
    if magnitude == 0.0 || !magnitude.is_finite() {
        return 3;
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a finite number"
    )]
    let exponent = libm::floor(libm::log10(magnitude)) as i32;
    usize::try_from(1 - exponent).unwrap_or(0).min(12)
}

/// A ratio in percent, with two digits.
fn percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let decimals = decimals_of(percent).min(3);
    format!("{} %", trimmed(format!("{percent:.decimals$}")))
}

/// A non-zero change in percent, with two digits, however small.
fn share(ratio: f64) -> String {
    if ratio > 0.0 && ratio < 1e-5 {
        return words::percent(ratio).trim_start_matches('+').to_owned();
    }
    percent(ratio)
}

/// `= 0.0054`, or `< 0.0001`.
fn probability(p: f64) -> String {
    if p < 0.0001 {
        return "< 0.0001".to_owned();
    }
    let decimals = decimals_of(p).min(4);
    format!("= {}", trimmed(format!("{p:.decimals$}")))
}

/// Without zeros at the end of the decimals.
fn trimmed(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
