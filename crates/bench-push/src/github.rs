//! GitHub's API: one comment on a pull request, kept up to date, and one check run.
//!
//! Nothing here decides anything: a check that can't be told to GitHub is still that check.

pub(crate) mod api;
pub(crate) mod check_run;
pub(crate) mod comment;
pub(crate) mod place;
