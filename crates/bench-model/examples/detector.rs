//! Change points for external harnesses: series in, indices out.
//!
//! ```console
//! $ cargo run --release -p bench-model --example detector < series.csv     # index,value → [60, 84]
//! $ cargo run --release -p bench-model --example detector -- --batch       # {"id":0,"values":[…]} → {"id":0,"changes":[…]}
//! ```
//! With `--alert` (or `MODE=alert` in the environment) the changes worth an alert, including the
//! newest runs; without it the history. An index is that of the first run of the new level.

use std::io::{self, BufRead, Write};

use bench_model::stats::{HistoryOptions, JudgeOptions, StatsError, alerts, history};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flags: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let is_alert = has("--alert") || std::env::var("MODE").is_ok_and(|mode| mode == "alert");
    let (input, mut output) = (io::stdin().lock(), io::stdout().lock());
    if !has("--batch") {
        let mut values = Vec::new();
        for line in input.lines() {
            let line = line?;
            // Skip a header or an empty line.
            values.extend(
                line.rsplit(',')
                    .next()
                    .and_then(|v| v.trim().parse::<f64>().ok()),
            );
        }
        writeln!(output, "{}", json!(changes(&values, is_alert)?))?;
        return Ok(());
    }
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let request: Value = serde_json::from_str(&line)?;
        let values: Vec<f64> = serde_json::from_value(request["values"].clone())?;
        let answer = json!({"id": request["id"], "changes": changes(&values, is_alert)?});
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn changes(values: &[f64], is_alert: bool) -> Result<Vec<usize>, StatsError> {
    let found = if is_alert {
        alerts(values, &JudgeOptions::default())?
    } else {
        history(values, &HistoryOptions::default())?.changes
    };
    Ok(found.iter().map(|change| change.index).collect())
}
