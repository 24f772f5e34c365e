//! What is compared: configurations, days, metrics.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    app::SnapshotFeed,
    components::{Choice, FilterMenu, Select},
    view_model::{
        compare::{CompareState, Comparison, LAST, MOST, Span},
        snapshot::{Configuration, FilterOption},
    },
};

/// What is compared.
#[component]
pub(super) fn Chooser(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// What the address says.
    state: Signal<CompareState>,
    /// Changes the address.
    go: Callback<CompareState>,
) -> impl IntoView {
    let snapshots = expect_context::<SnapshotFeed>();
    let is_of_runs = Memo::new(move |_| state.with(CompareState::is_of_runs));
    let configurations = Memo::new(move |_| {
        let all = snapshots.value().unwrap_or_default();
        let option = |one: &Configuration| FilterOption {
            value: name(one),
            count: one.runs,
            chosen: state.with(|state| state.configurations.contains(&one.id)),
        };
        all.iter().map(option).collect::<Vec<_>>()
    });
    let toggle = Callback::new(move |value: String| {
        let all = snapshots.value().unwrap_or_default();
        if let Some(one) = all.iter().find(|one| name(one) == value) {
            go.run(state.with_untracked(|state| state.toggled(one.id)));
        }
    });
    let clear = Callback::new(move |()| {
        let state = state.get_untracked();
        go.run(CompareState {
            configurations: Vec::new(),
            ..state
        });
    });
    let metrics = Memo::new(move |_| {
        comparison.with(|comparison| {
            let option = |one: &crate::view_model::compare::ComparedMetric| FilterOption {
                value: one.metric.name.clone(),
                count: one.numbers.iter().flatten().count(),
                chosen: state.with(|state| state.metrics.contains(&one.metric.name)),
            };
            comparison.metrics.iter().map(option).collect::<Vec<_>>()
        })
    });
    let toggle_metric = Callback::new(move |name: String| {
        go.run(state.with_untracked(|state| state.with_metric_toggled(&name)));
    });
    let clear_metrics = Callback::new(move |()| {
        let state = state.get_untracked();
        go.run(CompareState {
            metrics: Vec::new(),
            ..state
        });
    });
    view! {
        <div class="filters" role="group" aria-label="What is compared">
            {move || (!is_of_runs.get()).then(|| view! {
                <FilterMenu label="Configurations" options=configurations on_toggle=toggle on_clear=clear without="none" />
                <Days state=state go=go />
            })}
            <FilterMenu label="Metrics" options=metrics on_toggle=toggle_metric on_clear=clear_metrics />
            {move || state.with(|state| state.configurations.len() == MOST)
                .then(|| view! { <span class="shown">"Eight is the most that can be told apart."</span> })}
        </div>
    }
    .into_any()
}

fn name(one: &Configuration) -> String {
    format!("{} · {}", one.model, one.setting())
}

/// Which days count.
#[component]
fn Days(
    /// What the address says.
    state: Signal<CompareState>,
    /// Changes the address.
    go: Callback<CompareState>,
) -> impl IntoView {
    let set = move |span: Span| {
        let state = state.get_untracked();
        go.run(CompareState { span, ..state });
    };
    let choose = Callback::new(move |range: String| set(Span::read(Some(&range), None, None)));
    let choices = Memo::new(move |_| {
        let mut choices: Vec<Choice> = LAST
            .iter()
            .map(|(days, label)| (format!("{days}d"), (*label).to_owned()))
            .collect();
        choices.push(("all".to_owned(), "all".to_owned()));
        let now = state.with(|state| state.span.clone());
        let (value, words) = (value_of(&now), now.words());
        if !choices.iter().any(|(known, _)| *known == value) {
            choices.push((value, words));
        }
        choices
    });
    let chosen = Memo::new(move |_| state.with(|state| value_of(&state.span)));
    let ends = move || {
        state.with(|state| match &state.span {
            Span::Between(from, to) => (
                from.clone().unwrap_or_default(),
                to.clone().unwrap_or_default(),
            ),
            _ => Default::default(),
        })
    };
    let set_end = move |is_first: bool, day: String| {
        let (from, to) = untrack(ends);
        let (from, to) = if is_first { (day, to) } else { (from, day) };
        set(Span::read(None, Some(&from), Some(&to)));
    };
    view! {
        <Select id="days" label="Days" choices=choices chosen=chosen on_choose=choose />
        <input
            type="date"
            class="button"
            aria-label="First day"
            prop:value=move || ends().0
            on:change=move |event| set_end(true, event_target_value(&event))
        />
        <input
            type="date"
            class="button"
            aria-label="Last day"
            prop:value=move || ends().1
            on:change=move |event| set_end(false, event_target_value(&event))
        />
    }
    .into_any()
}

/// The value of the list that stands for a span; two dates have none that could be chosen.
fn value_of(span: &Span) -> String {
    match span {
        Span::Last(days) => format!("{days}d"),
        Span::All => "all".to_owned(),
        Span::Between(..) => "dates".to_owned(),
    }
}
