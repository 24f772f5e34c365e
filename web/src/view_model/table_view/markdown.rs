//! A table as Markdown, for a pull request or an issue.

use super::TableView;

impl TableView {
    /// The table as people see it, with verdicts in words. No name becomes markup.
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
            line(&mut text, row.cells.iter().map(|cell| escape(&cell.label)));
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

/// Text that stays text: whatever Markdown or HTML would act on is written as itself.
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
    use super::super::fixtures::hard;

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(
            hard().to_markdown(),
            "| Model | F1 |\n| --- | ---: |\n| =HYPERLINK(\"x\"), \\| a b | −0.123 |\n| quiet | – |\n"
        );
    }
}
