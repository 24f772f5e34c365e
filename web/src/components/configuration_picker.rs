//! Picks configurations out of many: a menu with a search and a list of check boxes.

use std::sync::Arc;

use leptos::prelude::*;

use super::Menu;
use crate::view_model::{
    picker::{PickList, PickOption, pick_list, picked},
    snapshot::Configuration,
};

/// Picks configurations.
#[component]
pub fn ConfigurationPicker(
    /// All configurations.
    #[prop(into)]
    all: Signal<Arc<Vec<Configuration>>>,
    /// The selected numbers, in order.
    #[prop(into)]
    chosen: Signal<Vec<i64>>,
    /// The maximum number of selected ones.
    most: usize,
    /// Called with the selected numbers.
    on_choose: Callback<Vec<i64>>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let wanted = RwSignal::new(String::new());
    // Sorted by what was chosen when it was opened or searched: a click updates boxes without rebuilding the list, so
    // the focus stays on its box.
    let list = Memo::new(move |_| {
        if !is_open.get() {
            return PickList::default();
        }
        let first = chosen.get_untracked();
        all.with(|all| wanted.with(|wanted| pick_list(all, &first, wanted)))
    });
    let options = Memo::new(move |_| list.with(|list| list.options.clone()));
    let toggle = move |id: i64| {
        let mut now = chosen.get_untracked();
        if now.contains(&id) {
            now.retain(|one| *one != id);
        } else if now.len() < most {
            now.push(id);
        }
        on_choose.run(now);
    };
    let option = move |one: PickOption| {
        let PickOption { id, model, setting } = one;
        let is_chosen = move || chosen.with(|chosen| chosen.contains(&id));
        let is_full = move || !is_chosen() && chosen.with(Vec::len) >= most;
        view! {
            <label class="filter-option">
                <input type="checkbox" prop:checked=is_chosen disabled=is_full on:change=move |_| toggle(id) />
                <span><bdi>{model}</bdi> " " <bdi class="provider">{setting}</bdi></span>
            </label>
        }
    };
    view! {
        <Menu
            label="Configurations"
            choice=Signal::derive(move || all.with(|all| chosen.with(|chosen| picked(all, chosen))))
            count=Signal::derive(move || chosen.with(Vec::len))
            is_open=is_open
            clear="Clear"
            on_clear=Callback::new(move |()| on_choose.run(Vec::new()))
            class="picker"
        >
            <input
                type="search"
                class="picker-search"
                aria-label="Find configurations by model, dataset, prompt or environment"
                placeholder="Search …"
                prop:value=wanted
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            {move || options.get().into_iter().map(option).collect_view()}
            <p class="picker-rest" role="status">{move || list.with(|list| list.rest.clone())}</p>
        </Menu>
    }
    .into_any()
}
