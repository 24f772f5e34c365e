//! Rows on screen: fetched once, fetched again when something is new, never lost to a failed refresh.

use std::{collections::VecDeque, future::Future, pin::Pin, sync::Arc};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    pulse::Pulse,
    settings::{Connection, Settings},
    view_model::failure::RequestFailure,
};

/// How many answers are kept, so that going back to one repaints at once.
const KEPT: usize = 24;

/// An answer on its way.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, RequestFailure>>>>;

/// How rows are fetched: from which project, for which key.
pub type Fetch<K, T> = fn(Connection, K) -> Answer<T>;

/// Something fetched from the project that the page keeps fresh.
///
/// The key says what is asked for, such as a range of days; where it is `()`, there is one answer. An
/// answer to another key is never shown as this one's, but [`Feed::latest`] keeps the last one on screen
/// while the next is on its way. A refresh that fails leaves the value where it is and sets
/// [`Feed::failure`] beside it. Copies are handles to the same feed.
pub struct Feed<T: 'static, K: Send + Sync + 'static = ()> {
    key: Signal<Option<K>>,
    fetch: StoredValue<Fetch<K, T>>,
    settings: RwSignal<Settings>,
    /// The newest answer first.
    answers: RwSignal<VecDeque<(K, Arc<T>)>>,
    failure: RwSignal<Option<(K, RequestFailure)>>,
    is_busy: RwSignal<bool>,
    /// Counts requests, so that an answer that was overtaken is thrown away.
    request: StoredValue<u32>,
}

impl<T, K: Send + Sync + 'static> Clone for Feed<T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K: Send + Sync + 'static> Copy for Feed<T, K> {}

impl<T: PartialEq + Send + Sync + 'static> Feed<T> {
    /// A feed with one answer.
    pub fn new(settings: RwSignal<Settings>, pulse: Pulse, fetch: Fetch<(), T>) -> Self {
        Self::keyed(settings, pulse, Signal::stored(Some(())), fetch)
    }
}

impl<T, K> Feed<T, K>
where
    T: PartialEq + Send + Sync + 'static,
    K: Clone + PartialEq + Send + Sync + 'static,
{
    /// Fetches as soon as project and key are known, whenever one of them changes, and when the pulse
    /// says that something is new. A key of None asks for nothing.
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
        // What was fetched before the last round may be out of date: shown at once, and asked for again.
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

    /// The answer to the present key, once it has arrived.
    pub fn value(&self) -> Option<Arc<T>> {
        let key = self.key.get()?;
        self.answers.with(|answers| {
            let (_, value) = answers.iter().find(|(known, _)| *known == key)?;
            Some(Arc::clone(value))
        })
    }

    /// The answer to the present key, without being told when it changes.
    pub fn value_untracked(&self) -> Option<Arc<T>> {
        untrack(|| self.value())
    }

    /// The answer to the present key, else the last one that arrived, with the key it answers.
    pub fn latest(&self) -> Option<(K, Arc<T>)> {
        let key = self.key.get();
        self.answers.with(|answers| {
            let present = answers
                .iter()
                .find(|(known, _)| Some(known) == key.as_ref());
            present.or_else(|| answers.front()).cloned()
        })
    }

    /// Why the last request for the present key brought nothing; None when it did.
    pub fn failure(&self) -> Option<RequestFailure> {
        let key = self.key.get()?;
        self.failure.with(|failure| {
            let (failed, failure) = failure.as_ref()?;
            (*failed == key).then(|| failure.clone())
        })
    }

    /// Whether a request is on its way.
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
        // Equal rows repaint nothing.
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
