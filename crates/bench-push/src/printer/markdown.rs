//! Markdown for pull requests and step summaries: readable in a browser, in a mail, and as it is.

pub(crate) mod check;
pub(crate) mod escape;
