//! A table as Markdown, for a pull request or an issue.

use super::{TableView, Tone};

impl TableView {
    /// The table as displayed, with verdicts in words. Names are escaped.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        let heads = self.columns.iter().map(|column| escape(&column.label));
        line(&mut text, heads);
        let rules = self.columns.iter().map(|column| {
            let rule = if column.is_number { "---:" } else { "---" };
            rule.to_owned()
        });
        line(&mut text, rules);
        for row in &self.rows {
            // Placeholders are left out.
            let cells = row.cells.iter().map(|cell| match cell.tone {
                Tone::Waiting => "…".to_owned(),
                _ => escape(&cell.label),
            });
            line(&mut text, cells);
        }
        text
    }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push('|');
    for cell in cells {
        text.push(' ');
        text.push_str(&cell);
        text.push_str(" |");
    }
    text.push('\n');
}

/// Escapes all Markdown and HTML in a text.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '@' | '!' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::{TableView, Tone, fixtures::hard};

    #[test]
    fn a_value_on_its_way_is_not_copied_as_what_stands_in_for_it() {
        let mut table: TableView = hard();
        table.rows[1].cells[0].tone = Tone::Waiting;

        assert!(table.to_markdown().ends_with("| … | – |\n"));
    }

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(
            hard().to_markdown(),
            "| Model | F1 |\n| --- | ---: |\n| =HYPERLINK(\"x\"), \\| a b | −0.123 |\n| quiet | – |\n"
        );
    }
}
