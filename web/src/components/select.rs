//! A native select element.

use leptos::prelude::*;

/// An option: its value and its label.
pub type Choice = (String, String);

/// A native select element.
#[component]
pub fn Select(
    /// The id of the list, for its label.
    #[prop(into)]
    id: String,
    /// The label.
    label: &'static str,
    /// The options.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The selected value.
    #[prop(into)]
    chosen: Signal<String>,
    /// Called with the selected value.
    on_choose: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let now = chosen.get();
        let option = |(value, words): Choice| {
            let is_chosen = value == now;
            view! { <option value=value prop:selected=is_chosen selected=is_chosen>{words}</option> }
        };
        choices.get().into_iter().map(option).collect_view()
    };
    let label_for = id.clone();
    view! {
        <label class="select" for=label_for>
            <span class="filter-name">{label}</span>
            <select id=id on:change=move |event| on_choose.run(event_target_value(&event))>
                {options}
            </select>
        </label>
    }
    .into_any()
}
