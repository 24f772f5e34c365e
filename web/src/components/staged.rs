//! The states of a page without data: not connected, loading, failed, empty.

use leptos::prelude::*;

use super::{FailurePanel, NotConnected};
use crate::{feed::Feed, settings::Settings, view_model::failure::FailureView};

/// The state of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    NotConnected,
    Waiting,
    Failed,
    Empty,
    Ready,
}

/// Shows a page once its feed has data, and its state until then.
///
/// The page stays when a refresh fails ([`super::StaleNotice`] reports it) and while the response
/// for another key is pending: `children` read [`Feed::latest`].
#[component]
pub fn Staged<T, K>(
    /// The page's essential feed.
    feed: Feed<T, K>,
    /// Whether a response is empty.
    is_empty: fn(&T) -> bool,
    /// The page before its rows arrive: the same layout as the loaded page.
    #[prop(into)]
    waiting: ViewFn,
    /// The empty state.
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
