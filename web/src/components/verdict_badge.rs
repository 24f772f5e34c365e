//! A verdict: a sign and a word, and a colour that says the same.

use leptos::prelude::*;

use crate::view_model::table_view::Tone;

/// A verdict in a line of text.
#[component]
pub fn VerdictBadge(
    /// Which one.
    #[prop(into)]
    tone: Signal<Tone>,
    /// Its word, or a few: `regressed`.
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

/// The sign in front of a verdict's word, which is read aloud without it.
#[component]
pub fn VerdictSign(
    /// The sign.
    sign: &'static str,
) -> impl IntoView {
    view! { <span class="sign" aria-hidden="true">{sign}</span> }.into_any()
}

/// The recent course of a value, beside it.
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
