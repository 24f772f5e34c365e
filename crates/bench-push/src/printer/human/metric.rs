use std::fmt::Write as _;

use bench_model::{
    metric::{Direction, by_name},
    rest::rows::MetricOriginRow,
};

use crate::{
    printer::outcome::Told,
    spelling::cut,
    terminal::text::plain,
    verbs::{
        metric::MetricDone,
        remarks::{origin, word},
    },
};

/// The result of a verb of `metric`.
pub(crate) fn metric(done: &MetricDone) -> Told {
    match done {
        MetricDone::Set { row, meant } => {
            let by_name = by_name(&row.name).direction;
            let direction = row.direction.or(by_name);
            let origin = match (row.direction, by_name) {
                (None, Some(_)) => "  (direction by its name)",
                _ => "",
            };
            let mut told = Told::out(format!(
                "{}: {}{origin}\n",
                plain(&row.name),
                meaning(direction, row.unit.as_deref(), row.min, row.max)
            ));
            if let Some(meant) = meant {
                let _ = writeln!(
                    told.talk,
                    "warning: no metric was called {} before; did you mean {}?",
                    cut(&row.name),
                    cut(meant)
                );
            }
            told
        }
        MetricDone::List(rows) if rows.is_empty() => {
            Told::talk("there is no such metric\n".to_owned())
        }
        MetricDone::List(rows) => {
            let width = rows
                .iter()
                .map(|row| row.name.chars().count())
                .max()
                .unwrap_or(0)
                .min(40);
            let mut out = String::new();
            for row in rows {
                let direction = (row.direction_from != "nobody").then_some(row.direction);
                let meaning = meaning(direction, row.unit.as_deref(), row.min, row.max);
                let _ = writeln!(
                    out,
                    "{:width$}  {meaning}  ({})",
                    plain(&row.name),
                    from(row)
                );
            }
            Told::out(out)
        }
    }
}

/// `higher is better, ratio, 0 to 1`.
fn meaning(
    direction: Option<Direction>,
    unit: Option<&str>,
    min: Option<f64>,
    max: Option<f64>,
) -> String {
    let mut text = match direction {
        None => "no direction".to_owned(),
        Some(Direction::Neither) => "neither is better".to_owned(),
        Some(direction) => format!("{} is better", word(direction)),
    };
    if let Some(unit) = unit {
        let _ = write!(text, ", {}", plain(unit));
    }
    match (min, max) {
        (Some(min), Some(max)) => _ = write!(text, ", {min} to {max}"),
        (Some(min), None) => _ = write!(text, ", {min} or more"),
        (None, Some(max)) => _ = write!(text, ", {max} or less"),
        (None, None) => {}
    }
    text
}

/// Where the direction comes from, and the rest where that is another place.
fn from(row: &MetricOriginRow) -> String {
    let stated = plain(&origin(row));
    match row.direction_from.as_str() {
        "name" if row.source.is_none() => "by its name".to_owned(),
        "name" => format!("direction by its name; the rest {stated}"),
        "nobody" if row.source.is_none() => "stated by nobody".to_owned(),
        "nobody" => format!("direction stated by nobody; the rest {stated}"),
        _ => stated,
    }
}
