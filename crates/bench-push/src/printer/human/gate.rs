use std::fmt::Write as _;

use bench_model::{metric::Direction, words::number};

use crate::{
    gate::{Said, Severity, Terms},
    printer::outcome::Told,
    terminal::text::plain,
    verbs::gate::{Explained, ExplainedMetric},
};

/// The result of `gate explain`.
pub(crate) fn explained(explained: &Explained) -> Told {
    let mut out = String::new();
    let _ = match &explained.gate {
        Some(gate) => writeln!(out, "{} ({})", plain(&gate.path), gate.digest),
        None => writeln!(out, "no gate file: these are the defaults"),
    };
    for metric in &explained.metrics {
        push_metric(&mut out, metric);
    }
    if !explained.ignored_params.is_empty() {
        let params = explained.ignored_params.join(", ");
        let _ = writeln!(out, "parameters that explain no change: {}", plain(&params));
    }
    if let Some(branch) = &explained.main_branch {
        let _ = writeln!(out, "main line: {}", plain(branch));
    }
    Told::out(out)
}

fn push_metric(out: &mut String, metric: &ExplainedMetric) {
    let ExplainedMetric {
        name,
        terms,
        by_name,
    } = metric;
    let Terms {
        margin,
        level,
        direction,
        severity,
        uncertain,
        required,
        excuse,
        is_excuse_over,
    } = terms;
    let _ = writeln!(out, "\n{}", plain(name));
    let mut line = |what: &str, value: &str, place: String| {
        let _ = writeln!(out, "  {what:<10} {value:<8} {}", plain(&place));
    };
    let number_of = |said: &Option<Said<f64>>, default: &str| match said {
        Some(said) => (number(said.value), place(said)),
        None => (default.to_owned(), "default".to_owned()),
    };
    let (value, by) = number_of(margin, "0.05");
    line("margin", &value, by);
    let (value, by) = number_of(level, "0.01");
    line("level", &value, by);
    match direction {
        Some(said) => line("direction", way(said.value), place(said)),
        None => line(
            "direction",
            way(*by_name),
            "by its name, unless `bench-push metric set` says otherwise".to_owned(),
        ),
    }
    line("regressed", severity.value.as_str(), place(severity));
    line("uncertain", uncertain.value.as_str(), place(uncertain));
    let is_required = if required.value { "yes" } else { "no" };
    line("required", is_required, place(required));
    if let Some(excuse) = excuse {
        let ends = if *is_excuse_over {
            "was ignored"
        } else {
            "ignored"
        };
        let (until, owner, reason) = (excuse.until, &excuse.owner, &excuse.reason);
        let text = format!(
            "{ends} until {until}, {owner}: {reason} (line {})",
            excuse.line
        );
        let _ = writeln!(out, "  {}", plain(&text));
    }
    let sentence = match severity.value {
        Severity::Fail => "A regression fails the check.",
        Severity::Warn => "A regression warns, and the check passes.",
        Severity::Ignore => "A regression is ignored, and the check passes.",
    };
    let _ = writeln!(out, "  {sentence}");
}

fn place<T>(said: &Said<T>) -> String {
    match (said.line, &said.by) {
        (Some(line), Some(pattern)) => format!("line {line}, for {pattern}"),
        (Some(line), None) => format!("line {line}, for every metric"),
        (None, _) => "default".to_owned(),
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::HigherIsBetter => "higher",
        Direction::LowerIsBetter => "lower",
        Direction::Neither => "neither",
    }
}
