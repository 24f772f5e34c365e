//! What a page can be before it has something to show: not connected, waiting, failed, empty.

use leptos::prelude::*;

use super::{FailurePanel, NotConnected};
use crate::{feed::Feed, settings::Settings, view_model::failure::FailureView};

/// What the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    NotConnected,
    Waiting,
    Failed,
    Empty,
    Ready,
}

/// Shows a page once its feed has something, and says what is in the way until then.
///
/// The page stays while a refresh fails ([`super::StaleNotice`] says so) and while the answer to
/// another key is on its way: `children` read [`Feed::latest`].
#[component]
pub fn Staged<T, K>(
    /// What the page cannot be without.
    feed: Feed<T, K>,
    /// Whether an answer has nothing in it.
    is_empty: fn(&T) -> bool,
    /// The page before its rows arrive: the same boxes in the same places.
    #[prop(into)]
    waiting: ViewFn,
    /// The page without any row.
    #[prop(into)]
    empty: ViewFn,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView
where
    T: PartialEq + Send + Sync + 'static,
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let settings = expect_context::<RwSignal<Settings>>();
    let stage = Memo::new(move |_| {
        let is_known = settings.with(|settings| match settings {
            Settings::Loading => None,
            Settings::Missing | Settings::Wrong(..) => Some(false),
            Settings::Ready(..) => Some(true),
        });
        match (is_known, feed.latest()) {
            (None, _) => Stage::Waiting,
            (Some(false), _) => Stage::NotConnected,
            (_, Some((_, value))) if is_empty(&value) => Stage::Empty,
            (_, Some(_)) => Stage::Ready,
            (_, None) if feed.failure().is_some() => Stage::Failed,
            (_, None) => Stage::Waiting,
        }
    });
    let failure = Signal::derive(move || {
        feed.failure()
            .map_or_else(FailureView::default, |failure| failure.view())
    });
    move || match stage.get() {
        Stage::NotConnected => view! { <NotConnected /> }.into_any(),
        Stage::Waiting => waiting.run(),
        Stage::Failed => view! {
            <FailurePanel
                failure=failure
                is_busy=Signal::derive(move || feed.is_busy())
                on_retry=Callback::new(move |()| feed.refresh())
            />
        }
        .into_any(),
        Stage::Empty => empty.run(),
        Stage::Ready => children().into_any(),
    }
}
