//! A badge: a metric's newest value, coloured by its verdict.

use bench_model::{stats::VerdictKind, words::number};

use crate::{
    printer::svg::{
        Svg,
        text::{escape, width},
    },
    verbs::check::CheckedMetric,
};

/// The space around a text, in pixels.
const PADDING: f64 = 6.0;
const HEIGHT: f64 = 20.0;

/// The badge of a metric, labelled with its name.
pub(crate) fn badge(metric: &CheckedMetric) -> Svg {
    let label = escape(&metric.check.definition.name);
    let unit = metric.check.definition.unit.as_deref().unwrap_or_default();
    let value = match unit {
        "" | "ratio" => number(metric.check.value),
        unit => format!("{} {}", number(metric.check.value), escape(unit)),
    };
    let (colour, word) = match metric.check.kind {
        VerdictKind::Regressed => ("#b3261e", " ↘"),
        VerdictKind::Improved => ("#1a7f37", " ↗"),
        VerdictKind::Unchanged => ("#1a7f37", ""),
        VerdictKind::Uncertain => ("#57606a", ""),
    };
    let value = format!("{value}{word}");
    let (left, right) = (width(&label) + 2.0 * PADDING, width(&value) + 2.0 * PADDING);
    let whole = left + right;
    let (label_at, value_at) = (left / 2.0, left + right / 2.0);
    let kind = metric.check.kind;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole:.0}\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"{label}: {value}, {kind}\">\n\
         <title>{label}: {value}, {kind}</title>\n\
         <clipPath id=\"r\"><rect width=\"{whole:.0}\" height=\"{HEIGHT}\" rx=\"3\"/></clipPath>\n\
         <g clip-path=\"url(#r)\"><rect width=\"{left:.1}\" height=\"{HEIGHT}\" fill=\"#3b4046\"/>\
         <rect x=\"{left:.1}\" width=\"{right:.1}\" height=\"{HEIGHT}\" fill=\"{colour}\"/></g>\n\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{label_at:.1}\" y=\"14\">{label}</text><text x=\"{value_at:.1}\" y=\"14\">{value}</text></g>\n\
         </svg>\n"
    )
}
