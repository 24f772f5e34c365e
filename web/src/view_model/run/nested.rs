//! Nested objects as tables: breakdowns by category, hyperparameters, statistics.

use serde_json::{Map, Value};

use super::command::plain;
use crate::view_model::{
    format,
    table_view::{CellView, ColumnView, RowView, TableView},
};

/// The size limit; the raw JSON is complete.
const MOST_TABLES: usize = 24;
const MOST_ROWS: usize = 500;
const MOST_COLUMNS: usize = 24;
const DEEPEST: usize = 8;

/// A table with its path.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTable {
    /// `details › by_category`.
    pub title: String,
    /// Its values.
    pub table: TableView,
}

/// The tables of an object: one for its own values, one per nested object, and so on.
pub fn nested_tables(title: &str, object: &Map<String, Value>) -> Vec<NamedTable> {
    let mut tables = Vec::new();
    collect(title, object, 0, &mut tables);
    tables
}

fn collect(title: &str, object: &Map<String, Value>, depth: usize, tables: &mut Vec<NamedTable>) {
    if tables.len() >= MOST_TABLES || object.is_empty() {
        return;
    }
    let is_grid =
        |value: &Value| matches!(value, Value::Object(inner) if inner.values().all(is_short));
    let inner: Vec<(&String, &Map<String, Value>)> = object
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_object()?)))
        .collect();
    // Flat objects only: one table with a row for each.
    if inner.len() > 1 && object.values().all(is_grid) {
        tables.push(NamedTable {
            title: title.to_owned(),
            table: grid(title, &inner),
        });
        return;
    }
    let own: Vec<(&String, &Value)> = object
        .iter()
        .filter(|(_, value)| !value.is_object() || depth >= DEEPEST)
        .collect();
    if !own.is_empty() {
        tables.push(NamedTable {
            title: title.to_owned(),
            table: list(title, &own),
        });
    }
    if depth < DEEPEST {
        for (name, inner) in inner {
            let title = format!("{title} › {}", format::short_name(name));
            collect(&title, inner, depth + 1, tables);
        }
    }
}

/// A row per object, a column per key.
fn grid(title: &str, objects: &[(&String, &Map<String, Value>)]) -> TableView {
    let mut names: Vec<&String> = Vec::new();
    for name in objects.iter().flat_map(|(_, object)| object.keys()) {
        if names.len() < MOST_COLUMNS && !names.contains(&name) {
            names.push(name);
        }
    }
    let column = |name: &&String| {
        let values = objects.iter().filter_map(|(_, object)| object.get(*name));
        ColumnView {
            is_number: values
                .into_iter()
                .all(|value| value.is_number() || value.is_null()),
            ..ColumnView::text(name, &format::short_name(name))
        }
    };
    let row = |(key, object): &(&String, &Map<String, Value>)| RowView {
        key: (*key).clone(),
        cells: std::iter::once(CellView::text(key))
            .chain(
                names
                    .iter()
                    .map(|name| object.get(*name).map_or_else(CellView::missing, cell)),
            )
            .collect(),
    };
    TableView {
        caption: title.to_owned(),
        columns: std::iter::once(ColumnView::text("name", "Name"))
            .chain(names.iter().map(column))
            .collect(),
        rows: objects.iter().take(MOST_ROWS).map(row).collect(),
    }
}

/// A row per value.
fn list(title: &str, values: &[(&String, &Value)]) -> TableView {
    let row = |(name, value): &(&String, &Value)| RowView {
        key: (*name).clone(),
        cells: vec![CellView::text(name), cell(value)],
    };
    TableView {
        caption: title.to_owned(),
        columns: vec![
            ColumnView::text("name", "Name"),
            ColumnView {
                is_number: values.iter().all(|(_, value)| value.is_number()),
                ..ColumnView::text("value", "Value")
            },
        ],
        rows: values.iter().take(MOST_ROWS).map(row).collect(),
    }
}

fn is_short(value: &Value) -> bool {
    !value.is_object()
}

fn cell(value: &Value) -> CellView {
    match value {
        Value::Null => CellView::missing(),
        // Unformatted: numbers without units are not rounded.
        Value::Number(number) => match number.as_f64() {
            Some(exact) if exact.fract() != 0.0 => {
                let rounded = format!("{exact:.6}");
                let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
                CellView::labelled(
                    if exact.abs() < 1e-3 {
                        number.to_string()
                    } else {
                        rounded.to_owned()
                    },
                    number.to_string(),
                )
            }
            _ => CellView::labelled(number.to_string(), number.to_string()),
        },
        Value::Array(values) if values.len() > 4 => {
            CellView::labelled(format::counted(values.len(), "value"), value.to_string())
                .explained("All values are in the exported table and in the raw JSON")
        }
        other => super::facts::link_of(&Value::String(plain(other))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables(value: &Value) -> String {
        let tables = nested_tables("details", value.as_object().expect("an object"));
        let told: Vec<String> = tables
            .iter()
            .map(|one| format!("{}\n{}", one.title, one.table.to_markdown()))
            .collect();
        told.join("\n")
    }

    #[test]
    fn objects_of_numbers_are_one_table_and_single_values_another() {
        insta::assert_snapshot!(tables(&json!({
            "by_category": {
                "cardiology": {"f1": 0.91, "n": 20},
                "<b>oncology</b>": {"f1": 0.123_456_789, "recall": null},
            },
            "confusion_matrix": {"tp": 120, "fp": 7},
            "folds": [0.9, 0.8, 0.7, 0.6, 0.5],
            "note": "javascript:alert(1)",
        })));
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_left_to_the_raw_json() {
        let mut deep = json!({"end": 1});
        for _ in 0..100 {
            deep = json!({"in": deep, "here": 1});
        }
        assert!(
            nested_tables("details", deep.as_object().expect("an object")).len() <= MOST_TABLES
        );

        let wide: Map<String, Value> = (0..2_000)
            .map(|index| (index.to_string(), json!({"f1": 1})))
            .collect();
        assert_eq!(
            nested_tables("details", &wide)[0].table.rows.len(),
            MOST_ROWS
        );
    }
}
