//! Our own format: one JSON object, an array of them, or JSON lines.

mod declarations;
mod fields;
mod lookalikes;
mod numbers;
mod stats;
mod time;

pub use stats::{COUNTS, MEASURES};

use serde_json::Value;

use self::fields::Fields;
use super::{Format, MAX_REPORT_BYTES, Report, ReportError, SHAPE, in_words, kind_of};
use crate::{
    json::{self, Document, JsonProblem},
    path::Path,
    problem::Problem,
};

/// How many names or positions lead to a value inside of a column. JSON readers stop at 128.
const MAX_DEPTH: usize = 64;

pub(super) fn parse_each(bytes: &[u8], mut each: impl FnMut(Report)) -> Result<(), ReportError> {
    if bytes.len() > MAX_REPORT_BYTES {
        return Err(ReportError::TooLarge { bytes: bytes.len() });
    }
    let text = json::decode(bytes)?;
    let mut read = 0;
    let item = |index,
                Document {
                    value,
                    duplicates,
                    nul_characters,
                }| {
        read += 1;
        let report = read_report(Path::root().index(index), value);
        each(with_findings(report, duplicates, nul_characters));
    };
    match json::parse_items(text, &Path::root(), 1, item) {
        Ok(None) if read == 0 => Err(ReportError::NoReports),
        Ok(None) => Ok(()),
        Ok(Some(document)) => {
            each(read_document(document)?);
            Ok(())
        }
        // Lines begin with an object each, so no item has been handed over.
        Err(error) if read == 0 && is_json_lines(text, &error.problem) => {
            read_lines(text, each);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the lines of `text`, which as a whole has this `problem`, are meant to be reports of their
/// own: two or more begin as an object, one or more are whole, and the first goes on to no other line.
fn is_json_lines(text: &str, problem: &JsonProblem) -> bool {
    fn read(line: &str) -> serde_json::Result<serde::de::IgnoredAny> {
        serde_json::from_str(line)
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut objects = lines
        .clone()
        .filter(|line| line.trim_start().starts_with('{'));
    let is_line_of_its_own = |first: &str| match problem {
        // Its good lines are those of both sides.
        JsonProblem::MergeConflict(_) => false,
        // Something stands behind the first object: it is on the next line, or the objects are no lines.
        JsonProblem::TextAfterEnd(_) => read(first).is_ok(),
        _ => read(first).map_or_else(|error| !error.is_eof(), |_| true),
    };
    objects.clone().nth(1).is_some()
        && lines.next().is_some_and(is_line_of_its_own)
        && objects.any(|line| read(line).is_ok())
}

/// Reads each line for itself, so that one that is not JSON is a problem of that line alone.
fn read_lines(text: &str, each: impl FnMut(Report)) {
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line)| {
        let path = Path::line(number);
        match json::parse_line(line, &path, number) {
            Ok(Document {
                value,
                duplicates,
                nul_characters,
            }) => with_findings(read_report(path, value), duplicates, nul_characters),
            Err(error) => {
                let problem = Problem {
                    path: path.clone(),
                    message: error.within_line(),
                    hint: error.hint(),
                };
                Report::unreadable(Format::Native, path, problem)
            }
        }
    };
    lines.map(read).for_each(each);
}

/// The only report of a file.
fn read_document(document: Document) -> Result<Report, ReportError> {
    let Document {
        value,
        duplicates,
        nul_characters,
    } = document;
    if !value.is_object() {
        return Err(ReportError::NotAReport {
            found: kind_of(&value),
        });
    }
    let report = read_report(Path::root(), value);
    Ok(with_findings(report, duplicates, nul_characters))
}

/// Adds the JSON reader's findings to the report that contains them.
fn with_findings(mut report: Report, duplicates: Vec<Path>, nul_characters: Vec<Path>) -> Report {
    let repeated = duplicates.into_iter().map(|path| {
        Problem::new(path, "stands twice in its object").with_hint(
            "JSON readers keep one of the two, and not all the same one; remove the wrong one",
        )
    });
    let unstorable = nul_characters.into_iter().map(|path| {
        Problem::new(path, "must not contain the character U+0000")
            .with_hint("PostgreSQL cannot store it; remove `\\u0000` from the text")
    });
    report.problems.extend(repeated.chain(unstorable));
    report
}

/// Whether more than `steps` names or positions lead to something inside of `value`.
fn is_deeper(value: &Value, steps: usize) -> bool {
    let goes_on = |item: &Value| steps == 0 || is_deeper(item, steps - 1);
    match value {
        Value::Array(items) => items.iter().any(goes_on),
        Value::Object(fields) => fields.values().any(goes_on),
        _ => false,
    }
}

fn read_report(path: Path, value: Value) -> Report {
    let Value::Object(object) = value else {
        let problem = Problem::new(
            path.clone(),
            format!("must be an object, found {}", in_words(&value)),
        );
        return Report::unreadable(Format::Native, path, problem.with_hint(SHAPE));
    };
    let mut fields = Fields::new(path, object);
    let mut report = Report::blank(Format::Native, fields.path.clone());

    report.model_version = fields.label("model_version");
    report.model_provider = fields.label("model_provider");
    report.dataset_version = fields.label("dataset_version");
    report.dataset_size = fields.count("dataset_size", i64::MAX);
    report.prompt_version = fields.label("prompt_version");
    report.environment = fields.text("environment");
    report.commit_sha = fields.text("commit_sha");
    report.branch_name = fields.label("branch_name");
    report.run_id = fields.label_or_number("run_id");
    report.run_attempt = fields.attempt("run_attempt");
    report.triggered_by = fields.label("triggered_by");
    report.is_mainline = fields.switch("is_mainline");
    report.created_at = fields.time("created_at");
    report.duration_seconds = fields.duration("duration_seconds");
    report.error_count = fields.count("error_count", i64::from(i32::MAX));
    report.success_count = fields.count("success_count", i64::from(i32::MAX));
    report.tags = fields.tags("tags");
    report.notes = fields.text("notes");
    report.params = fields.object("params");
    report.links = fields.links("links");
    report.details = fields.object("details");
    for breakdown in ["domain_breakdown", "category_metrics"] {
        fields.move_to_details(breakdown, &mut report.details);
    }

    let percent = declarations::read(&mut fields, &mut report);
    numbers::read(&mut fields, &percent, &mut report);
    stats::read(&mut fields, &percent, &mut report);
    lookalikes::keep_unknown(&mut fields, &mut report);

    for (name, object) in [
        ("details", &report.details),
        ("params", &report.params),
        ("metric_stats", &report.metric_stats),
    ] {
        if object.values().any(|value| is_deeper(value, MAX_DEPTH - 1)) {
            let message = format!("must be nested at most {MAX_DEPTH} deep");
            let problem = Problem::new(fields.path.key(name), message);
            report.problems.push(
                problem.with_hint("put deep structures into a file, and its address into `links`"),
            );
        }
    }
    report.problems.append(&mut fields.problems);
    report.warnings.append(&mut fields.warnings);
    report
}

#[cfg(test)]
mod tests {
    use crate::report::parse;

    #[test]
    fn details_are_nested_as_deep_as_the_database_takes_them() {
        let deep = |levels: usize| {
            let report = format!(
                r#"{{"metrics": {{"f1": 0.9}}, "details": {{"a": {}{}}}}}"#,
                "[".repeat(levels),
                "]".repeat(levels)
            );
            parse(report.as_bytes()).expect("JSON").remove(0).problems
        };
        assert_eq!(deep(64), []);
        assert_eq!(deep(65)[0].message, "must be nested at most 64 deep");
    }
}
