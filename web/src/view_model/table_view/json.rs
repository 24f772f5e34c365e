//! A table as JSON.

use serde_json::{Map, Value};

use super::TableView;

impl TableView {
    /// An array of objects, one per row, with column names as keys. Numbers are numbers; missing
    /// values are null.
    pub fn to_json(&self) -> String {
        let row = |cells: &[super::CellView]| {
            let fields = self.columns.iter().zip(cells).map(|(column, cell)| {
                let value = match cell.exact.as_str() {
                    "" => Value::Null,
                    exact if column.is_number => exact
                        .parse::<f64>()
                        .ok()
                        .and_then(serde_json::Number::from_f64)
                        .map_or_else(|| Value::from(exact), Value::Number),
                    exact => Value::from(exact),
                };
                (column.name.clone(), value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        };
        let rows: Vec<Value> = self.rows.iter().map(|one| row(&one.cells)).collect();
        format!("{:#}", Value::Array(rows))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixtures::hard;

    #[test]
    fn numbers_are_numbers_and_what_is_missing_is_null() {
        let rows: Value = serde_json::from_str(&hard().to_json()).expect("JSON");

        assert_eq!(rows[0]["f1"], json!(-0.123_456_789));
        assert_eq!(rows[1], json!({"model": "quiet", "f1": null}));
    }
}
