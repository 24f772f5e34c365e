//! A table as CSV (RFC 4180).

use super::TableView;

impl TableView {
    /// One line per row, the names of the columns first. Values are exact; a missing one is empty.
    ///
    /// Text that a spreadsheet would interpret as a formula gets a leading apostrophe.
    pub fn to_csv(&self) -> String {
        let mut csv = self.head_of_csv();
        for row in &self.rows {
            line(&mut csv, row.cells.iter().map(|cell| cell.exact.as_str()));
        }
        csv
    }

    /// The first line of [`TableView::to_csv`].
    pub fn head_of_csv(&self) -> String {
        let mut csv = String::new();
        line(
            &mut csv,
            self.columns.iter().map(|column| column.name.as_str()),
        );
        csv
    }
}

fn line<'a>(csv: &mut String, values: impl Iterator<Item = &'a str>) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            csv.push(',');
        }
        field(csv, value);
    }
    csv.push_str("\r\n");
}

fn field(csv: &mut String, value: &str) {
    let is_formula =
        value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err();
    let is_quoted = value.contains([',', '"', '\n', '\r']);
    if is_quoted {
        csv.push('"');
    }
    if is_formula {
        csv.push('\'');
    }
    for letter in value.chars() {
        if letter == '"' {
            csv.push('"');
        }
        csv.push(letter);
    }
    if is_quoted {
        csv.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::hard;

    #[test]
    fn a_name_is_never_a_formula_and_a_number_keeps_all_its_digits() {
        assert_eq!(
            hard().to_csv(),
            "model,f1\r\n\"'=HYPERLINK(\"\"x\"\"), | a\nb\",-0.123456789\r\nquiet,\r\n"
        );
    }
}
