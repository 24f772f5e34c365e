//! The location of a value in a report: `[3].metrics.latency_ms`, `line 3: metrics.f1`.

use std::fmt;

/// The location of a value inside a report file, readable by people.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(String);

impl Path {
    /// The file's only value.
    pub fn root() -> Self {
        Self::default()
    }

    /// The value on one line of JSON lines, counted from 1.
    pub fn line(number: usize) -> Self {
        Self(format!("line {number}:"))
    }

    /// The value under `key`.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let is_plain =
            |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        if key.is_empty() || !key.chars().all(is_plain) {
            return Self(format!("{}[{key:?}]", self.spaced()));
        }
        if self.0.is_empty() {
            return Self(key.to_owned());
        }
        if self.is_line() {
            return Self(format!("{} {key}", self.0));
        }
        Self(format!("{}.{key}", self.0))
    }

    /// The element at `index`, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.spaced()))
    }

    /// Whether it is the file's only value, which needs no description.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The report that it lies in, and the field within that: `[3]` and `metrics.f1`. The first is empty
    /// where a file holds one report, the second where the path is the report itself.
    pub fn report_and_field(&self) -> (&str, &str) {
        let text = self.0.as_str();
        let report = if text.starts_with("line ") {
            text.find(':').map(|end| end + 1)
        } else if text.starts_with('[') && !text.starts_with("[\"") {
            text.find(']').map(|end| end + 1)
        } else {
            None
        };
        let (report, field) = text.split_at(report.unwrap_or(0));
        (
            report.trim_end_matches(':'),
            field.trim_start_matches(['.', ' ']),
        )
    }

    /// Whether it is a whole line of JSON lines, whose text ends with its own colon.
    pub(crate) fn is_line(&self) -> bool {
        self.0.ends_with(':')
    }

    fn spaced(&self) -> String {
        if self.is_line() {
            format!("{} ", self.0)
        } else {
            self.0.clone()
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_one_would_type_it() {
        let metric = |root: Path| root.key("metrics").key("latency_ms").to_string();
        assert_eq!(metric(Path::root()), "metrics.latency_ms");
        assert_eq!(metric(Path::root().index(3)), "[3].metrics.latency_ms");
        assert_eq!(metric(Path::line(3)), "line 3: metrics.latency_ms");
        assert_eq!(Path::line(3).index(0).to_string(), "line 3: [0]");
        assert_eq!(
            Path::root().key("bleu.4").key("").to_string(),
            r#"["bleu.4"][""]"#
        );
        assert_eq!(
            Path::root().key("a").key("line 1:").to_string(),
            r#"a["line 1:"]"#
        );
        assert_eq!(Path::line(2).key("a b").to_string(), r#"line 2: ["a b"]"#);
    }

    #[test]
    fn a_path_is_a_report_and_a_field_of_it() {
        let field = |root: Path| root.key("metrics").key("f1");
        for (path, parts) in [
            (field(Path::root()), ("", "metrics.f1")),
            (field(Path::root().index(3)), ("[3]", "metrics.f1")),
            (field(Path::line(3)), ("line 3", "metrics.f1")),
            (Path::root().index(3), ("[3]", "")),
            (Path::line(3), ("line 3", "")),
            (Path::root().key("a b").index(0), ("", r#"["a b"][0]"#)),
        ] {
            assert_eq!(path.report_and_field(), parts, "{path}");
        }
    }
}
