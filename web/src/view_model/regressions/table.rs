//! Every configuration against its baseline.

use std::collections::BTreeMap;

use bench_model::stats::VerdictKind;

use super::{Only, Plain, RegressionsState};
use crate::{
    routes,
    view_model::{
        format,
        snapshot::{Configuration, PAGE_SIZE},
        sort::sorted,
        table_view::{CellView, ColumnView, RowView, TableView, Tone},
        verdicts::{Judged, Tally},
    },
};

/// The view model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegressionsView {
    /// One page of the table.
    pub table: TableView,
    /// The number of filtered configurations per verdict.
    pub tally: String,
    /// The total number of rows.
    pub total: usize,
    /// The page, from 1.
    pub page: usize,
    /// The number of pages, at least 1.
    pub pages: usize,
    /// Configurations without a baseline whose current run would be a good one, at most five.
    pub unmarked: Vec<Unmarked>,
    /// Their total number.
    pub without: usize,
    /// The equivalent CLI command for the worst row.
    pub check: String,
}

/// The number of placeholder rows, enough to fill a window.
const WAITING_ROWS: usize = 12;
/// The number of suggested commands.
pub const MOST_UNMARKED: usize = 5;

/// A configuration without a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmarked {
    /// Its name.
    pub name: String,
    /// The command that makes its current run the baseline.
    pub command: String,
}

/// The data of a row: a configuration, its verdict, and the plain threshold's answer.
type Line<'a> = (&'a Configuration, &'a Judged, Option<&'a Plain>);

/// Sorts the rows, the worst first, and selects the requested page.
pub fn regressions(
    all: &[Configuration],
    judged: &BTreeMap<i64, Judged>,
    plain: &BTreeMap<i64, Plain>,
    state: &RegressionsState,
) -> RegressionsView {
    let lines: Vec<Line<'_>> = all
        .iter()
        .filter(|one| state.filters.lets_through(one))
        .filter_map(|one| Some((one, judged.get(&one.id)?, plain.get(&one.id))))
        .collect();
    let tally = Tally::of(lines.iter().map(|(_, judged, _)| judged.tone()));
    let is_regression =
        |plain: Option<&Plain>| plain.and_then(|plain| plain.is_regression(state.threshold));
    let shown: Vec<Line<'_>> = lines
        .iter()
        .copied()
        .filter(|(_, judged, plain)| match state.only {
            Only::All => true,
            Only::Regressed => {
                judged.kind() == Some(VerdictKind::Regressed) || is_regression(*plain) == Some(true)
            }
            Only::Improved => judged.kind() == Some(VerdictKind::Improved),
        })
        .collect();
    let sorted = sorted(&shown, |one, other| {
        let (rank, worse) = one.1.badness();
        let (other_rank, other_worse) = other.1.badness();
        rank.cmp(&other_rank)
            .then(other_worse.total_cmp(&worse))
            .then_with(|| one.0.key().cmp(&other.0.key()))
    });
    let pages = sorted.len().div_ceil(PAGE_SIZE).max(1);
    let page = state.filters.page.clamp(1, pages);
    let rows = sorted
        .iter()
        .skip((page - 1) * PAGE_SIZE)
        .take(PAGE_SIZE)
        .map(|line| row(line, is_regression(line.2)))
        .collect();
    let without = lines
        .iter()
        .filter(|(_, judged, _)| judged.baseline_run.is_none());
    let unmarked = without
        .clone()
        .filter(|(_, judged, _)| judged.kind() != Some(VerdictKind::Regressed))
        .take(MOST_UNMARKED)
        .map(|(one, judged, _)| Unmarked {
            name: format!("{} · {}", format::short_name(&one.model), one.setting()),
            command: format!("bench-push baseline set {}", judged.run),
        })
        .collect();
    RegressionsView {
        table: TableView {
            caption:
                "Every configuration's newest level beside the level that counts, worst first."
                    .to_owned(),
            columns: columns(state.threshold),
            rows,
        },
        tally: tally.words(),
        total: sorted.len(),
        page,
        pages,
        unmarked,
        without: without.count(),
        check: sorted
            .first()
            .map(|(_, judged, _)| {
                let Judged { run, metric, .. } = judged;
                let name = &metric.name;
                format!(
                    "bench-push check {run} --metric {name} --threshold {}",
                    state.threshold
                )
            })
            .unwrap_or_default(),
    }
}

/// The table's loading state.
pub fn waiting_table(threshold: f64) -> TableView {
    let like = [
        "a-model-version",
        "dataset · prompt · local",
        "regressed",
        "−0.000 −0.0 %",
        "0.000",
        "0.000",
        "version 00",
        "0.0",
        "within better by 0.000",
        "0.000 … 0.000 and a sparkline",
        "from 0.000 to 0.000 (−0.000), against the level of the baseline since version 00, commit 0000000, 0 runs ago; 95 % interval −0.000 … −0.000. Compared with its own baseline, version 0.",
    ];
    TableView::waiting(columns(threshold), &like, WAITING_ROWS)
}

fn columns(threshold: f64) -> Vec<ColumnView> {
    vec![
        ColumnView::text("model", "Model"),
        ColumnView::text("setting", "Dataset · prompt · environment"),
        ColumnView::text("verdict", "Verdict").explained(
            "Whether the newest level is worse than the level that counts; the same code and the same runs as `bench-push check`.",
        ),
        ColumnView::number("change", "Change").explained("The newest level minus the level that counts."),
        ColumnView::number("counts", "Level that counts").explained(
            "The level of the baseline with all its runs; without one, the level last accepted, otherwise the oldest. A lasting improvement raises it.",
        ),
        ColumnView::number("newest", "Newest level").explained("The mean of the runs since the last change of level, or the end of a drift."),
        ColumnView::text("since", "Since").explained("The run from which on the metric is off the level that counts."),
        ColumnView::number("noise", "Change (SD)").explained(
            "The change in standard deviations of earlier runs: 1 is ordinary noise, 5 is a large change. Positive is worse.",
        ),
        ColumnView::text("threshold", "Plain threshold").explained(format!(
            "The result of detect_regression: worse by more than {threshold}, as an absolute difference for metrics with a fixed range, otherwise as a fraction of the baseline. It ignores noise.",
        )),
        ColumnView::text("recent", "Last 30 runs").explained("Lowest and highest value, and a sparkline."),
        ColumnView::sentence("why", "Why"),
    ]
}

fn row((one, judged, plain): &Line<'_>, is_regression: Option<bool>) -> RowView {
    let answer = match (plain, is_regression) {
        (None, _) => CellView::missing(),
        (Some(plain), None) => {
            CellView::missing().explained(plain.reason.clone().unwrap_or_default())
        }
        (Some(plain), Some(is_regression)) => {
            let worsening = plain.worsening.unwrap_or_default();
            let size = if plain.is_share {
                format::percent(worsening.abs())
            } else {
                judged.metric.value(worsening.abs())
            };
            let way = if worsening < 0.0 { "better" } else { "worse" };
            let word = if is_regression {
                "regression"
            } else {
                "within"
            };
            CellView {
                note: format!("{way} by {size}"),
                ..CellView::labelled(word, word).toned(if is_regression {
                    Tone::Regressed
                } else {
                    Tone::Plain
                })
            }
        }
    };
    RowView {
        key: one.id.to_string(),
        cells: vec![
            CellView::text(&one.model).linked(routes::trends_href(one.id, &judged.metric.name)),
            CellView::text(&one.setting()),
            CellView {
                href: String::new(),
                ..judged.verdict_cell()
            },
            judged.change_cell(),
            judged.counts_cell(),
            judged.newest_cell(),
            judged.since_cell(),
            CellView::number(plain.and_then(|plain| plain.in_noise), |noise| {
                format::decimals(noise, 1)
            }),
            answer,
            judged.course_cell(),
            CellView::labelled(judged.reason(), judged.reason()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::{
        snapshot::fixtures::bare,
        verdicts::fixtures::{against, judged_here},
        view_state::ViewState as _,
    };

    fn view(query: &str) -> RegressionsView {
        let state = RegressionsState::from_query(query);
        let one = |id, model| Configuration {
            id,
            ..bare(model, "d", "local")
        };
        let all = [
            one(1, "worse"),
            one(2, "new"),
            one(3, "better"),
            one(4, "much worse"),
        ];
        let rows = [
            against(1, 0.84, Some(0.901)),
            against(2, 0.9, None),
            against(3, 0.95, Some(0.901)),
            against(4, 0.7, Some(0.901)),
        ];
        let plain = |worsening| Plain {
            worsening: Some(worsening),
            is_share: false,
            in_noise: Some(12.34),
            reason: None,
        };
        let plain = BTreeMap::from([(1, plain(0.061)), (3, plain(-0.05)), (4, plain(0.201))]);
        regressions(&all, &judged_here(&rows, state.threshold), &plain, &state)
    }

    fn models(view: &RegressionsView) -> Vec<&str> {
        let rows = view.table.rows.iter();
        rows.map(|row| row.cells[0].label.as_str()).collect()
    }

    #[test]
    fn the_worst_comes_first_and_the_better_last() {
        let view = view("");

        assert_eq!(models(&view), ["much worse", "worse", "new", "better"]);
        assert_eq!(view.tally, "2 regressed · 1 improved · 1 unchanged");
    }

    #[test]
    fn regressions_or_improvements_can_be_all_that_is_shown() {
        assert_eq!(models(&view("only=regressed")), ["much worse", "worse"]);
        assert_eq!(models(&view("only=improved")), ["better"]);
        assert_eq!(models(&view("model=new&only=improved")), [""; 0]);
    }

    #[test]
    fn the_threshold_moves_the_plain_answer() {
        let word = |query: &str| view(query).table.rows[1].cells[8].label.clone();

        assert_eq!(word("threshold=0.05"), "regression");
        assert_eq!(word("threshold=0.1"), "within");
    }

    #[test]
    fn no_baseline_comes_with_the_command_that_marks_one() {
        let view = view("");

        assert_eq!(view.without, 1);
        assert_eq!(view.unmarked[0].command, "bench-push baseline set c2");
        assert_eq!(view.unmarked[0].name, "new · d · p1 · local");
    }
}
