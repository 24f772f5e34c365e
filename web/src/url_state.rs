//! A page's view is its address: what is chosen is read from the query string and written back to it.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::view_model::view_state::ViewState;

/// The view that the address bar names, and the ways to another one.
pub struct UrlState<S: ViewState> {
    /// What the address bar says.
    pub state: Memo<S>,
    /// Goes to another view; the browser's back button returns.
    pub go: Callback<S>,
    /// Changes the view in place, as while typing or dragging: no history entry.
    pub replace: Callback<S>,
}

// Deriving would ask for `S: Copy`, which a view with names in it is not.
#[expect(clippy::expl_impl_clone_on_copy)]
impl<S: ViewState> Clone for UrlState<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ViewState> Copy for UrlState<S> {}

/// Ties the page to its address. To be called inside the router.
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
