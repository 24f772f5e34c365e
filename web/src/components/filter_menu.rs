//! A filter: a menu of check boxes, one for each value.

use leptos::prelude::*;

use super::Menu;
use crate::view_model::{format, snapshot::FilterOption};

/// A list this short is rendered from the start.
const FEW: usize = 50;

/// One filter.
#[component]
pub fn FilterMenu(
    /// `Model`.
    label: &'static str,
    /// The options.
    #[prop(into)]
    options: Signal<Vec<FilterOption>>,
    /// Called with the value whose box was clicked.
    on_toggle: Callback<String>,
    /// The label of the button that undoes several choices.
    #[prop(default = "Show all")]
    clear: &'static str,
    /// Clears the filter.
    on_clear: Callback<()>,
) -> impl IntoView {
    // Long lists are rendered only when opened.
    let is_open = RwSignal::new(false);
    let is_listed = Memo::new(move |_| is_open.get() || options.with(Vec::len) <= FEW);

    let chosen = Memo::new(move |_| {
        options.with(|options| {
            options
                .iter()
                .filter(|one| one.chosen)
                .map(|one| one.value.clone())
                .collect::<Vec<_>>()
        })
    });
    let choice = Signal::derive(move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => "all".to_owned(),
            [one] => one.clone(),
            many => format!("{} selected", many.len()),
        })
    });
    // A click updates boxes without rebuilding the list.
    let list = Memo::new(move |_| {
        let unchosen = |one: FilterOption| FilterOption {
            chosen: false,
            ..one
        };
        options.get().into_iter().map(unchosen).collect::<Vec<_>>()
    });
    let option = move |one: FilterOption| option(one, chosen, on_toggle);
    view! {
        <Menu
            label=label
            choice=choice
            count=Signal::derive(move || chosen.with(Vec::len))
            is_open=is_open
            clear=clear
            on_clear=on_clear
        >
            {move || is_listed.get().then(|| list.get().into_iter().map(option).collect_view())}
        </Menu>
    }
    .into_any()
}

/// One check box of the list.
fn option(one: FilterOption, chosen: Memo<Vec<String>>, on_toggle: Callback<String>) -> AnyView {
    let FilterOption { value, count, .. } = one;
    let (name, own) = (value.clone(), value.clone());
    let is_chosen = move || chosen.with(|chosen| chosen.contains(&own));
    view! {
        <label class="filter-option">
            <input type="checkbox" prop:checked=is_chosen on:change=move |_| on_toggle.run(value.clone()) />
            <span>{name}</span>
            <span class="count">{format::count(count)}</span>
        </label>
    }
    .into_any()
}
