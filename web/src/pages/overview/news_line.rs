//! What changed since yesterday.

use leptos::prelude::*;

use super::News;
use crate::{components::VerdictSign, view_model::news::NewsItem};

/// What changed since yesterday, in one line that reserves its space.
#[component]
pub(super) fn NewsLine(
    /// The changes.
    news: News,
) -> impl IntoView {
    let News {
        items,
        failure,
        ask,
    } = news;
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
    let waiting = move || match failure.get() {
        None => view! { <p aria-hidden="true">"…"</p> }.into_any(),
        Some(failure) => {
            let view = failure.view();
            view! {
                <p title=view.request>
                    "Unavailable: " {view.title} ". "
                    <button type="button" class="link-button" on:click=move |_| ask.run(())>"Try again"</button>
                </p>
            }
            .into_any()
        }
    };
    let line = move || match items.get() {
        None => waiting().into_any(),
        Some(news) if news.is_empty() => view! { <p>"No changes since yesterday."</p> }.into_any(),
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
