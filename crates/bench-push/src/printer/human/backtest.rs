//! The result of `gate backtest`, as sentences.

use std::fmt::Write as _;

use bench_model::{
    stats::backtest::{Flag, LEAST_RUNS, Replay, Worth},
    words::{counted, number, short_commit, signed},
};

use crate::{
    printer::{human::run::name_of, outcome::Told},
    terminal::text::plain,
    verbs::backtest::{Backtest, Backtested, Skipped},
};

/// The result of `gate backtest`.
pub(crate) fn backtested(backtest: &Backtest) -> Told {
    let Backtest {
        series,
        skipped,
        list,
        trade_off,
    } = backtest;
    let mut out = String::new();
    let mut configuration = None;
    for entry in series {
        let Some(newest) = entry.runs.last() else {
            continue;
        };
        if configuration != Some(newest.configuration_id) {
            let _ = writeln!(out, "{}", plain(&name_of(newest)));
            configuration = Some(newest.configuration_id);
        }
        push_series(&mut out, entry, *list, *trade_off);
    }
    let mut talk = String::new();
    for Skipped {
        newest,
        metric,
        why,
    } in skipped
    {
        let _ = writeln!(
            talk,
            "warning: {} of {} is left out: {why}",
            plain(metric),
            plain(&name_of(newest))
        );
    }
    Told { out, talk }
}

fn push_series(out: &mut String, entry: &Backtested, list: bool, all: bool) {
    let Backtested {
        definition,
        runs,
        replays,
        worth,
    } = entry;
    let _ = writeln!(
        out,
        "  {}: {}, noise {} (one standard deviation)",
        plain(&definition.name),
        counted(runs.len(), "run"),
        number(worth.sd)
    );
    let _ = writeln!(
        out,
        "    {:<24} {:>6} {:>10} {:>7}",
        "replayed", "flags", "supported", "missed"
    );
    for (rule, replay) in replays {
        let Replay { flags, .. } = replay;
        let bad: Vec<&Flag> = flags
            .iter()
            .filter(|flag| flag.is_worse != Some(false))
            .collect();
        let supported = bad.iter().filter(|flag| flag.is_supported).count();
        let _ = writeln!(
            out,
            "    {:<24} {:>6} {supported:>10} {:>7}",
            rule.name(),
            bad.len(),
            entry.missed(replay).len()
        );
        if list {
            for flag in bad {
                let run = &runs[flag.run];
                let _ = writeln!(
                    out,
                    "      version {}, commit {}, {}: {} ({}){}",
                    run.version,
                    plain(&short_commit(&run.commit_sha)),
                    run.created_at.strftime("%Y-%m-%d %H:%M"),
                    number(
                        run.metrics
                            .get(definition.name.as_str())
                            .copied()
                            .unwrap_or_default()
                    ),
                    signed(flag.delta),
                    if flag.is_supported {
                        ""
                    } else {
                        ", not supported"
                    }
                );
            }
        }
    }
    if worth.rows.is_empty() {
        let _ = writeln!(
            out,
            "    fewer than {LEAST_RUNS} runs: too few to recommend a setting"
        );
        return;
    }
    let _ = writeln!(
        out,
        "    {:<24} {:>6} {:>10} {:>10}  finds within 3 runs",
        "setting", "flags", "supported", "false/1000"
    );
    for (place, row) in worth.rows.iter().enumerate() {
        if all || row.is_recommended {
            push_worth(out, row, worth.best == Some(place));
        }
    }
    let _ = match worth.best.and_then(|best| worth.rows.get(best)) {
        Some(best) => writeln!(out, "    recommended: {}", best.rule.name()),
        None => writeln!(
            out,
            "    no setting keeps to the bearable number of false flags"
        ),
    };
}

fn push_worth(out: &mut String, row: &Worth, is_best: bool) {
    let finds = match (row.smallest_found, row.smallest_in_noise) {
        (Some(shift), Some(sds)) => format!("{} ({sds:.1} times the noise)", number(shift)),
        (Some(shift), None) => number(shift),
        (None, _) => "none of the shifts tried".to_owned(),
    };
    let mark = match (is_best, row.is_recommended) {
        (true, _) => "  ← best",
        (_, true) => "  ←",
        _ => "",
    };
    let _ = writeln!(
        out,
        "    {:<24} {:>6} {:>10} {:>10.1}  {finds}{mark}",
        row.rule.name(),
        row.flags,
        row.supported,
        row.false_per_thousand
    );
}
