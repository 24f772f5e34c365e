//! The result of `gate backtest`, as JSON.

use bench_model::stats::backtest::{Replay, Rule, Worth};
use serde_json::{Value, json};

use crate::{
    printer::json::run::names,
    verbs::backtest::{Backtest, Backtested, Skipped},
};

/// The result of `gate backtest`: `series`, one object for each metric of each configuration, with
/// `replays` (every flag of every rule), `settings` (the trade-off) and `recommended`; `skipped`,
/// the metrics that no rule can be replayed over, with reasons.
pub(crate) fn backtested(backtest: &Backtest) -> Value {
    json!({
        "success": true,
        "status": 0,
        "series": backtest.series.iter().map(series).collect::<Vec<_>>(),
        "skipped": backtest.skipped.iter().map(skipped).collect::<Vec<_>>(),
    })
}

fn skipped(
    Skipped {
        newest,
        metric,
        why,
    }: &Skipped,
) -> Value {
    json!({ "configuration": names(newest), "metric": metric, "message": why.to_string() })
}

fn series(entry: &Backtested) -> Value {
    let Backtested {
        definition,
        runs,
        replays,
        worth,
    } = entry;
    let replayed = |(rule, replay): &(Rule, Replay)| {
        let flags = &replay.flags;
        let flags = flags.iter().map(|flag| {
            json!({
                "run": runs[flag.run].id, "version": runs[flag.run].version, "commit_sha": runs[flag.run].commit_sha,
                "since_run": runs[flag.since].id, "delta": flag.delta, "is_worse": flag.is_worse,
                "is_supported": flag.is_supported,
            })
        });
        json!({
            "rule": rule.name(),
            "flags": flags.collect::<Vec<_>>(),
            "missed": entry.missed(replay).into_iter().map(|index| &runs[index].id).collect::<Vec<_>>(),
        })
    };
    let setting = |row: &Worth| {
        json!({
            "rule": row.rule.name(), "flags": row.flags, "supported": row.supported,
            "false_per_thousand": row.false_per_thousand, "smallest_found": row.smallest_found,
            "smallest_in_noise": row.smallest_in_noise, "is_recommended": row.is_recommended,
        })
    };
    json!({
        "configuration": runs.last().map(names),
        "metric": definition.name,
        "runs": runs.len(),
        "noise_sd": worth.sd,
        "replays": replays.iter().map(replayed).collect::<Vec<_>>(),
        "settings": worth.rows.iter().map(setting).collect::<Vec<_>>(),
        "recommended": worth.best.and_then(|best| worth.rows.get(best)).map(|row| row.rule.name()),
    })
}
