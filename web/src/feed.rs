//! Displayed rows: fetched once, refetched when there is new data, and kept if a refresh fails.

use std::{collections::VecDeque, future::Future, pin::Pin, sync::Arc};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    pulse::Pulse,
    settings::{Connection, Settings},
    view_model::failure::RequestFailure,
};

/// The number of cached responses, so that going back repaints at once.
const KEPT: usize = 24;

/// A pending response.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, RequestFailure>>>>;

/// Fetches rows from a project for a key.
pub type Fetch<K, T> = fn(Connection, K) -> Answer<T>;

/// Data from the project, kept fresh.
///
/// The key identifies the request, such as a range of days; with `()` there is a single response. A
/// response for another key is never shown as the current one, but [`Feed::latest`] keeps the last
/// one on screen while the next is pending. A failed refresh keeps the value and sets
/// [`Feed::failure`]. Copies are handles to the same feed.
pub struct Feed<T: 'static, K: Send + Sync + 'static = ()> {
    key: Signal<Option<K>>,
    fetch: StoredValue<Fetch<K, T>>,
    settings: RwSignal<Settings>,
    /// The newest response first.
    answers: RwSignal<VecDeque<(K, Arc<T>)>>,
    failure: RwSignal<Option<(K, RequestFailure)>>,
    is_busy: RwSignal<bool>,
    /// Counts requests, so that an outdated response is discarded.
    request: StoredValue<u32>,
}

impl<T, K: Send + Sync + 'static> Clone for Feed<T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K: Send + Sync + 'static> Copy for Feed<T, K> {}

impl<T: PartialEq + Send + Sync + 'static> Feed<T> {
    /// A feed with a single response.
    pub fn new(settings: RwSignal<Settings>, pulse: Pulse, fetch: Fetch<(), T>) -> Self {
        Self::keyed(settings, pulse, Signal::stored(Some(())), fetch)
    }
}

impl<T, K> Feed<T, K>
where
    T: PartialEq + Send + Sync + 'static,
    K: Clone + PartialEq + Send + Sync + 'static,
{
    /// Fetches when project and key are known, when one of them changes, and when the pulse reports
    /// new data. A key of None fetches nothing.
    pub fn keyed(
        settings: RwSignal<Settings>,
        pulse: Pulse,
        key: impl Into<Signal<Option<K>>>,
        fetch: Fetch<K, T>,
    ) -> Self {
        let feed = Self {
            key: key.into(),
            fetch: StoredValue::new(fetch),
            settings,
            answers: RwSignal::new(VecDeque::new()),
            failure: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            request: StoredValue::new(0),
        };
        Effect::new(move |last: Option<()>| {
            settings.track();
            if last.is_some() {
                feed.answers.set(VecDeque::new());
                feed.failure.set(None);
            }
        });
        // A response from before the last round may be outdated: show it at once, and refetch.
        let fresh = StoredValue::new(Vec::<K>::new());
        Effect::new(move |last: Option<u32>| {
            settings.track();
            let round = pulse.round();
            let key = feed.key.get();
            if last != Some(round) {
                fresh.set_value(Vec::new());
            }
            if let Some(key) = key {
                let is_there = feed
                    .answers
                    .with_untracked(|answers| answers.iter().any(|(known, _)| *known == key));
                if !(is_there && fresh.with_value(|fresh| fresh.contains(&key))) {
                    fresh.update_value(|fresh| fresh.push(key));
                    feed.refresh();
                }
            }
            round
        });
        feed
    }

    /// The response for the current key, if it has arrived.
    pub fn value(&self) -> Option<Arc<T>> {
        let key = self.key.get()?;
        self.answers.with(|answers| {
            let (_, value) = answers.iter().find(|(known, _)| *known == key)?;
            Some(Arc::clone(value))
        })
    }

    /// The response for the current key, untracked.
    pub fn value_untracked(&self) -> Option<Arc<T>> {
        untrack(|| self.value())
    }

    /// The response for the current key, otherwise the last one, with its key.
    pub fn latest(&self) -> Option<(K, Arc<T>)> {
        let key = self.key.get();
        self.answers.with(|answers| {
            let present = answers
                .iter()
                .find(|(known, _)| Some(known) == key.as_ref());
            present.or_else(|| answers.front()).cloned()
        })
    }

    /// The failure of the last request for the current key; None if it succeeded.
    pub fn failure(&self) -> Option<RequestFailure> {
        let key = self.key.get()?;
        self.failure.with(|failure| {
            let (failed, failure) = failure.as_ref()?;
            (*failed == key).then(|| failure.clone())
        })
    }

    /// Whether a request is pending.
    pub fn is_busy(&self) -> bool {
        self.is_busy.get()
    }

    /// Fetches now.
    pub fn refresh(&self) {
        let feed = *self;
        let connection = feed
            .settings
            .with_untracked(|settings| settings.connection().cloned());
        let (Some(connection), Some(key)) = (connection, feed.key.get_untracked()) else {
            return;
        };
        let request = feed.request.get_value().wrapping_add(1);
        feed.request.set_value(request);
        feed.is_busy.set(true);
        let answer = feed
            .fetch
            .with_value(|fetch| fetch(connection, key.clone()));
        spawn_local(async move {
            let answer = answer.await;
            if feed.request.try_get_value() != Some(request) {
                return;
            }
            feed.is_busy.set(false);
            match answer {
                Ok(value) => feed.take(key, value),
                Err(failure) => feed.failure.set(Some((key, failure))),
            }
        });
    }

    fn take(&self, key: K, value: T) {
        if self.failure.with_untracked(Option::is_some) {
            self.failure.set(None);
        }
        // Equal rows cause no repaint.
        let is_new = self.answers.with_untracked(|answers| {
            answers
                .front()
                .is_none_or(|(known, old)| *known != key || **old != value)
        });
        if is_new {
            self.answers.update(|answers| {
                answers.retain(|(known, _)| *known != key);
                answers.push_front((key, Arc::new(value)));
                answers.truncate(KEPT);
            });
        }
    }
}
