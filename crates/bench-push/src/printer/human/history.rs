use std::fmt::Write as _;

use bench_model::{
    rest::rows::TransactionRow,
    stats::Drift,
    words::{counted, ends, number, probability, short_commit, signed_percent, unit},
};

use crate::{
    printer::{
        human::{run::name_of, sparkline::sparkline},
        outcome::Told,
    },
    terminal::text::plain,
    verbs::history::{Explained, Histories, Series},
};

/// With fewer runs the noise is unknown.
const FEW: usize = 5;
/// The widest sparkline.
const WIDTH: usize = 60;

/// The result of `history`.
pub(crate) fn histories(histories: &Histories) -> Told {
    let Histories { definition, series } = histories;
    let mut out = String::new();
    let unit = unit(definition.unit.as_deref());
    for Series {
        runs,
        values,
        history,
        changes,
        suspicion,
    } in series
    {
        let (Some(last), Some(value)) = (runs.last(), values.last()) else {
            continue;
        };
        let _ = writeln!(out, "{}", plain(&name_of(last)));
        let _ = writeln!(
            out,
            "  {} {}{} in version {}, commit {}; {}",
            plain(&definition.name),
            number(*value),
            plain(&unit),
            last.version,
            plain(&short_commit(&last.commit_sha)),
            counted(runs.len(), "run")
        );
        let _ = writeln!(out, "  {}", sparkline(values, WIDTH));
        let _ = if runs.len() < FEW {
            writeln!(out, "  too few runs to know how noisy it is")
        } else if history.noise.is_exact {
            writeln!(out, "  repeats exactly")
        } else {
            writeln!(
                out,
                "  noise {} (one standard deviation)",
                number(history.noise.sd)
            )
        };
        for explained in changes {
            push_change(&mut out, explained, runs);
        }
        for Drift {
            first,
            last,
            before,
            after,
            p_value,
            ..
        } in &history.drifts
        {
            let [from, to] = ends(*before, *after);
            let _ = writeln!(
                out,
                "  drift   from version {} to {}: {from} → {to} ({})",
                runs[*first].version,
                runs[*last].version,
                probability("p", *p_value)
            );
        }
        if changes.is_empty() && history.drifts.is_empty() {
            let _ = writeln!(out, "  no change of level");
        }
        if let Some(suspicion) = suspicion {
            let run = &runs[suspicion.index];
            let [from, to] = ends(suspicion.before, suspicion.value);
            let _ = writeln!(
                out,
                "  suspect version {}, commit {}, {}: {from} → {to}; one run cannot tell a spike from a step",
                run.version,
                plain(&short_commit(&run.commit_sha)),
                run.created_at.strftime("%Y-%m-%d %H:%M"),
            );
        }
    }
    Told::out(out)
}

fn push_change(out: &mut String, explained: &Explained, runs: &[TransactionRow]) {
    let Explained {
        change,
        attribution,
        stored,
    } = explained;
    let run = &runs[change.index];
    let [from, to] = ends(change.before, change.after);
    let size = change
        .relative
        .map_or_else(String::new, |share| format!("{}, ", signed_percent(share)));
    let noise = change.in_noise.map_or_else(
        || "exact".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let _ = writeln!(
        out,
        "  change  version {}, commit {}, {}: {from} → {to} ({size}{noise}, {})",
        run.version,
        plain(&short_commit(&run.commit_sha)),
        run.created_at.strftime("%Y-%m-%d %H:%M"),
        probability("p", change.p_value)
    );
    let _ = writeln!(out, "          {}", plain(&attribution.sentence()));
    if let Some((id, state)) = stored {
        let _ = writeln!(out, "          change point {id}, {state}");
    }
}
