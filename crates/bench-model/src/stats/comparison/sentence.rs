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
    // What repeats exactly has no interval until it differs.
    let repeats = comparison.method == Method::Exact && comparison.delta == 0.0;
    if !repeats {
        let shown = if comparison.is_from_zero() {
            comparison
                .interval
                .map(|interval| (interval, Scale::Absolute))
        } else {
            let of_effect = comparison.effect_interval();
            of_effect.map(|interval| (interval, comparison.scale))
        };
        if let Some((interval, scale)) = shown {
            let confidence = words::setting(options.confidence);
            let interval = interval_in_words(interval, scale);
            let _ = write!(text, "; {confidence} interval {interval}");
        }
    }
    if (!comparison.is_exact() || comparison.delta != 0.0)
        && let (Some(p), Some(q)) = (comparison.p_value, q_value)
    {
        let _ = write!(text, "; {}", words::probability("p", p));
        if q > p {
            let _ = write!(text, ", {} over all metrics", words::probability("q", q));
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
        return format!("{metric} is {}{unit} on both sides", value(*after));
    }
    let verb = if *delta > 0.0 { "rose" } else { "fell" };
    let amount = match (comparison.scale, comparison.relative) {
        (Scale::Relative, Some(relative)) if relative.is_finite() => words::percent(relative.abs()),
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
            Scale::Relative => words::percent(end.abs()),
            // An end close to 0 still has a sign.
            Scale::Absolute if end.abs() < 0.000_5 => value(end.abs(), end, scale),
            Scale::Absolute => value(end.abs(), high - low, scale),
        };
        words::sign(end, &magnitude)
    };
    format!("{} … {}", end(low), end(high))
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
        Some(items) if runs > 1 => format!(
            "{} in {}",
            words::counted(items, noun),
            words::counted(runs, "run")
        ),
        Some(items) => words::counted(items, noun),
        None => words::counted(runs, "run"),
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
        Scale::Relative => words::setting(options.threshold),
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
        VerdictKind::Regressed | VerdictKind::Improved if comparison.is_from_zero() => {
            parts.push("no share of 0 exists, so any sure change counts".to_owned());
        }
        VerdictKind::Regressed | VerdictKind::Improved => {}
        VerdictKind::Uncertain
            if !judged || comparison.caveats.contains(&Caveat::DifferentData) => {}
        VerdictKind::Uncertain => {
            parts.push(doubt(comparison, q_value, &margin, options));
            if let Some(detectable) = comparison.detectable {
                let least = effect(detectable, comparison);
                parts.push(format!(
                    "the smallest change this much evidence can detect is {least}"
                ));
            }
            parts.extend(comparison.settle.map(|settle| more(settle, comparison)));
        }
    }
    parts
}

/// Why the evidence is inconclusive.
fn doubt(comparison: &Comparison, q_value: Option<f64>, margin: &str, options: &Options) -> String {
    if comparison.is_exact() {
        return "a first different value may be chance".to_owned();
    }
    if let (true, Some(interval)) = (comparison.is_from_zero(), comparison.interval) {
        return if interval.holds(0.0) {
            "consistent with no change".to_owned()
        } else {
            let level = words::number(options.level);
            format!("a change is likely, but a verdict takes q ≤ {level}")
        };
    }
    let Some(interval) = comparison.effect_interval() else {
        return if comparison.effect().is_none() {
            "the baseline is 0, so there is no relative change".to_owned()
        } else {
            format!("within the margin of {margin}, where noise could hide a change")
        };
    };
    match q_value {
        _ if interval.holds(0.0) => {
            format!("consistent with no change, and with a change beyond ±{margin}")
        }
        Some(q) if q > options.level => {
            let level = words::number(options.level);
            format!("a change is likely, but a verdict takes q ≤ {level}")
        }
        _ if comparison.caveats.contains(&Caveat::WithinRunOnly) => {
            "the difference is real, but the machine may be its cause".to_owned()
        }
        _ => format!("a small change so far, but possibly beyond ±{margin}"),
    }
}

fn more(Settle { count, of }: Settle, comparison: &Comparison) -> String {
    let first = comparison.method == Method::Threshold
        || comparison.caveats.contains(&Caveat::WithinRunOnly);
    let what = match of {
        More::RunsOfEach if first => {
            return "one more run on each side gives a first estimate of the noise".to_owned();
        }
        More::CurrentRuns => words::counted(count, "more run"),
        More::RunsOfEach => format!("{} on each side", words::counted(count, "more run")),
        More::Items => words::counted(
            count,
            &format!("more {}", noun(comparison).trim_end_matches('s')),
        ),
    };
    if comparison.is_exact() {
        return format!("{what} with the new value would settle it");
    }
    format!("{what} would settle it if the true change is as large as it looks")
}

/// A delta in the metric's unit, on its scale.
fn effect(delta: f64, comparison: &Comparison) -> String {
    match comparison.scale {
        Scale::Relative if comparison.before != 0.0 => {
            words::percent(delta / comparison.before.abs())
        }
        scale => value(delta, delta, scale),
    }
}

/// `number` with as many decimals as show two digits of `change`; of a metric with a fixed range,
/// such as F1, at least three.
fn value(number: f64, change: f64, scale: Scale) -> String {
    let least = if scale == Scale::Absolute { 3 } else { 0 };
    let decimals = words::decimals_of(change).max(least);
    if number != 0.0 && !(SMALLEST..LARGEST).contains(&number.abs()) {
        return words::number(number);
    }
    words::trimmed(&words::decimals(number, decimals)).to_owned()
}
