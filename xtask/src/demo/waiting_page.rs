//! The page at the demo's address while the dashboard compiles: the first numbers as a table.

use std::fmt::Write as _;

use serde_json::Value;

/// A page that reloads every few seconds, until the dashboard replaces it.
///
/// `rows` come from `v_latest_benchmarks`; no rows means that nothing is stored yet.
pub(super) fn html(rows: &[Value]) -> String {
    let state = if rows.is_empty() {
        "The local stack is up; the runs are being stored."
    } else {
        "The newest run of each configuration, from the view <code>v_latest_benchmarks</code>:"
    };
    let table = if rows.is_empty() {
        String::new()
    } else {
        table(rows)
    };
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5">
<title>Benchmark Monitor: building the dashboard</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .3rem .8rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }}
.number {{ text-align: right; font-variant-numeric: tabular-nums }}
</style>
</head>
<body>
<h1>The dashboard is being built</h1>
<p>It appears here when it is compiled; the terminal shows the progress.</p>
<p>{state}</p>
{table}</body>
</html>
"#
    )
}

fn table(rows: &[Value]) -> String {
    let mut table = String::from(
        "<table>\n<tr><th>Model</th><th>Data set</th><th>Prompt</th>\
         <th class=\"number\">F1</th><th class=\"number\">Latency</th></tr>\n",
    );
    for row in rows {
        table.push_str("<tr>");
        for name in ["model_version", "dataset_version", "prompt_version"] {
            let text = escaped(row[name].as_str().unwrap_or_default());
            let _ = write!(table, "<td>{text}</td>");
        }
        let f1 = number(&row["f1_score"], |value| format!("{value:.3}"));
        let latency = number(&row["latency_ms"], |value| format!("{value:.1} ms"));
        let _ = writeln!(
            table,
            "<td class=\"number\">{f1}</td><td class=\"number\">{latency}</td></tr>"
        );
    }
    table + "</table>\n"
}

fn number(value: &Value, shown: impl Fn(f64) -> String) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), shown)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_numbers_are_a_table_and_names_are_escaped() {
        let row = json!({"model_version": "<b>m", "dataset_version": "d", "prompt_version": "p",
                         "f1_score": 0.8954, "latency_ms": null});

        let page = html(&[row]);

        let expected = "<tr><td>&lt;b&gt;m</td><td>d</td><td>p</td>\
                        <td class=\"number\">0.895</td><td class=\"number\">–</td></tr>";
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn the_page_reloads_until_the_dashboard_replaces_it() {
        assert!(html(&[]).contains(r#"<meta http-equiv="refresh" content="5">"#));
    }
}
