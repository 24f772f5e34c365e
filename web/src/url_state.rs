//! A page's view is its URL: the selection is read from the query string and written back to it.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::view_model::view_state::ViewState;

/// The view in the URL, and navigation to another one.
pub struct UrlState<S: ViewState> {
    /// The URL state.
    pub state: Memo<S>,
    /// Navigates to another view, with a history entry.
    pub go: Callback<S>,
    /// Replaces the view, as while typing or dragging, without a history entry.
    pub replace: Callback<S>,
}

// Deriving would require `S: Copy`, which a view with names is not.
#[expect(clippy::expl_impl_clone_on_copy)]
impl<S: ViewState> Clone for UrlState<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ViewState> Copy for UrlState<S> {}

impl<S: ViewState> UrlState<S> {
    /// Navigates to the view that `change` makes of the current one, with a history entry.
    pub fn change(&self, change: impl FnOnce(&S) -> S) {
        self.go.run(self.state.with_untracked(change));
    }

    /// The same without a history entry.
    pub fn change_in_place(&self, change: impl FnOnce(&S) -> S) {
        self.replace.run(self.state.with_untracked(change));
    }
}

/// Binds the page to its URL. Call it inside the router.
pub fn use_url_state<S: ViewState>() -> UrlState<S> {
    let location = use_location();
    let state = Memo::new(move |_| location.search.with(|query| S::from_query(query)));
    let to = move |replace: bool| {
        let navigate = use_navigate();
        Callback::new(move |next: S| {
            let query = next.to_query();
            let mark = if query.is_empty() { "" } else { "?" };
            let address = format!("{}{mark}{query}", location.pathname.get_untracked());
            let options = NavigateOptions {
                resolve: false,
                scroll: false,
                replace,
                ..NavigateOptions::default()
            };
            navigate(&address, options);
        })
    };
    UrlState {
        state,
        go: to(false),
        replace: to(true),
    }
}
