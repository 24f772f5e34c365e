//! The sides, with the reference and their colours.

use std::sync::Arc;

use bench_model::words::short_commit;
use leptos::prelude::*;

use crate::{
    components::use_palette,
    routes,
    url_state::UrlState,
    view_model::{
        compare::{CompareState, Comparison, Side},
        format, time,
    },
};

/// The sides.
#[component]
pub(super) fn Sides(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let palette = use_palette();
    let side = move |place: usize, side: &Side, count: usize, is_of_runs: bool| {
        let color = move || palette.with(|palette| palette.series[place % palette.series.len()]);
        let id = side.configuration_id;
        let mark = match (is_of_runs, place) {
            (true, 0) => "A (reference)",
            (true, _) => "B",
            (false, 0) => "reference",
            (false, _) => "",
        };
        let href = match &side.whole {
            Some(run) if is_of_runs => routes::run_href(&run.id),
            _ => format!("{}?config={id}", routes::TRENDS.path),
        };
        let more = match &side.whole {
            Some(run) if is_of_runs => format!(
                "{} · {}",
                short_commit(&run.commit_sha),
                time::parse_ms(&run.created_at)
                    .map(time::stamp)
                    .unwrap_or_default()
            ),
            _ => format::counted(usize::try_from(side.runs).unwrap_or(0), "run"),
        };
        let refer = move |_| url.change(|state| state.with_reference(place));
        let remove = move |_| url.change(|state| state.toggled(id));
        let label = if count == 2 {
            "Swap"
        } else {
            "Make it the reference"
        };
        let name = side.name.clone();
        let remove_label = format!("Remove {name}");
        view! {
            <li>
                <span class="swatch" style:background-color=color aria-hidden="true"></span>
                <a href=href title=side.full_name.clone()><bdi>{name}</bdi></a>
                {(!mark.is_empty()).then(|| view! { <span class="badge">{mark}</span> })}
                <span class="more">{more}</span>
                {(place > 0).then(|| view! { <button type="button" class="link-button" on:click=refer>{label}</button> })}
                {(!is_of_runs).then(|| view! {
                    <button type="button" class="link-button" aria-label=remove_label on:click=remove>"Remove"</button>
                })}
            </li>
        }
        .into_any()
    };
    view! {
        <ul class="sides" aria-label="What is compared">
            {move || comparison.with(|comparison| {
                let count = comparison.sides.len();
                let all = comparison.sides.iter().enumerate();
                all.map(|(place, one)| side(place, one, count, comparison.is_of_runs)).collect_view()
            })}
        </ul>
    }
    .into_any()
}
