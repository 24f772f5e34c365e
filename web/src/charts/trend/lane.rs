//! The lane above the chart: one row per line with events, one symbol per event.
//!
//! Labels would overlap the lines or each other; symbols fit at any width. Tooltips and the table
//! below the chart describe them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    charts::Palette,
    view_model::trends::{Line, Mark, MarkKind},
};

/// The height of a row, in pixels on a laptop.
pub(super) const ROW: f64 = 14.0;

/// The lines with events, one per row, from top to bottom.
pub(super) fn rows(marks: &[Mark]) -> Vec<usize> {
    let lines: BTreeSet<usize> = marks.iter().map(|mark| mark.line).collect();
    lines.into_iter().collect()
}

/// The axes of the lane: the time of the chart, and rows.
pub(super) fn axes(
    grid: usize,
    (from, to): (Option<i64>, Option<i64>),
    rows: usize,
) -> (Value, Value) {
    (
        json!({ "type": "time", "gridIndex": grid, "min": from, "max": to, "show": false }),
        json!({ "type": "value", "gridIndex": grid, "min": 0, "max": rows, "inverse": true, "show": false }),
    )
}

/// The row of one line.
pub(super) fn lane(
    line: &Line,
    marks: &[Mark],
    (from, to): (Option<i64>, Option<i64>),
    (place, row): (usize, usize),
    color: &str,
    (x_axis, y_axis): (usize, usize),
    palette: &Palette,
) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let height = row as f64 + 0.5;
    let [worse, better] = palette.verdicts;
    // The label of a symbol near the right edge is on its left, or it would be cut off.
    let middle = from.zip(to).map(|(from, to)| from + (to - from) / 2);
    let side = |at_ms: i64| {
        if middle.is_some_and(|middle| at_ms > middle) {
            "left"
        } else {
            "right"
        }
    };
    let of_line = marks.iter().filter(|mark| mark.line == place);
    let signs: Vec<Value> = of_line
        .map(|mark| {
            let (symbol, turn, fill) = match mark.kind {
                MarkKind::Regressed => ("triangle", 180, worse),
                MarkKind::Improved => ("triangle", 0, better),
                MarkKind::Moved => ("rect", 0, palette.text),
                MarkKind::Baseline => ("diamond", 0, color),
                MarkKind::Begins => ("circle", 0, color),
            };
            json!({
                "value": [mark.at_ms, height], "name": words(line, mark), "id": mark.run,
                "symbol": symbol, "symbolRotate": turn, "itemStyle": { "color": fill },
                "label": { "formatter": mark.short, "position": side(mark.at_ms) },
            })
        })
        .collect();
    json!({
        "type": "scatter", "name": line.name, "xAxisIndex": x_axis, "yAxisIndex": y_axis,
        "symbolSize": palette.px(10.0), "z": 4, "itemStyle": { "color": color }, "data": signs,
        "label": { "show": true, "distance": 3, "color": palette.muted, "fontSize": palette.px(11.0) },
        "labelLayout": { "hideOverlap": true },
    })
}

fn words(line: &Line, mark: &Mark) -> String {
    let Mark { words, more, .. } = mark;
    let at = crate::view_model::time::stamp(mark.at_ms);
    let lines = [line.name.as_str(), words, at.as_str(), more];
    let there: Vec<&str> = lines.into_iter().filter(|one| !one.is_empty()).collect();
    there.join("\n")
}
