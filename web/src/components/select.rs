//! One of a few, as the browser's own list.

use leptos::prelude::*;

/// A choice: its value in the program, and its words.
pub type Choice = (String, String);

/// One of a few.
#[component]
pub fn Select(
    /// Ties the label to the list.
    #[prop(into)]
    id: String,
    /// What is chosen.
    label: &'static str,
    /// What there is to choose.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value chosen now.
    #[prop(into)]
    chosen: Signal<String>,
    /// Runs with the value that was chosen.
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
