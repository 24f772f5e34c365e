//! A verdict as a symbol, a word and a matching colour.

use leptos::prelude::*;

use crate::view_model::table_view::Tone;

/// A verdict in a line of text.
#[component]
pub fn VerdictBadge(
    /// The verdict.
    #[prop(into)]
    tone: Signal<Tone>,
    /// Its text: `regressed`.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let class = move || format!("verdict {}", tone.get().class());
    view! {
        <span class=class>
            {move || tone.get().sign().map(|sign| view! { <VerdictSign sign=sign /> })}
            {label}
        </span>
    }
    .into_any()
}

/// The symbol before a verdict's word, hidden from screen readers.
#[component]
pub fn VerdictSign(
    /// The symbol.
    sign: &'static str,
) -> impl IntoView {
    view! { <span class="sign" aria-hidden="true">{sign}</span> }.into_any()
}

/// A sparkline beside a value.
#[component]
pub fn Spark(
    /// A path in a box 80 wide and 20 high.
    path: String,
) -> impl IntoView {
    view! {
        <svg class="spark" viewBox="0 0 80 20" preserveAspectRatio="none" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
