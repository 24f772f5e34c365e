//! Pictures as SVG, without a browser: for READMEs, comments and mails, in light and dark.

pub(crate) mod badge;
pub(crate) mod chart;
mod text;

/// A picture as text.
pub(crate) type Svg = String;
