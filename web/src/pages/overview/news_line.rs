//! What changed since yesterday.

use leptos::prelude::*;

use crate::{components::VerdictSign, view_model::news::NewsItem};

/// What changed since yesterday, in one line; its place is there before the news are.
#[component]
pub(super) fn NewsLine(
    /// What happened; none before it is known.
    news: Signal<Option<Vec<NewsItem>>>,
    /// Whether the question failed; the numbers below are there all the same.
    #[prop(into)]
    is_lost: Signal<bool>,
) -> impl IntoView {
    let item = |item: NewsItem| {
        let NewsItem {
            label,
            href,
            names,
            tone,
        } = item;
        view! {
            <li>
                <a class=format!("verdict {}", tone.class()) href=href title=names>
                    {tone.sign().map(|sign| view! { <VerdictSign sign=sign /> })}
                    {label}
                </a>
            </li>
        }
    };
    let line = move || match news.get() {
        None if is_lost.get() => view! { <p>"Not known: the project did not say."</p> }.into_any(),
        None => view! { <p aria-hidden="true">"…"</p> }.into_any(),
        Some(news) if news.is_empty() => view! { <p>"Nothing. All is as it was."</p> }.into_any(),
        Some(news) => view! { <ul>{news.into_iter().map(item).collect_view()}</ul> }.into_any(),
    };
    view! {
        <section class="news" aria-labelledby="news">
            <h2 id="news">"What changed since yesterday"</h2>
            {line}
        </section>
    }
    .into_any()
}
