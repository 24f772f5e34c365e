//! A progress bar, if standard error is a terminal and there are enough steps.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer runs than this finish too quickly for a bar.
const MANY: usize = 100;

/// A bar on standard error, or nothing.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for `total` steps, if they are many and standard error is a terminal.
    pub(crate) fn of(total: usize, what: &'static str) -> Self {
        if total < MANY || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {wide_bar} {pos}/{len} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr())
            .with_style(style);
        bar.set_message(what);
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self(Some(bar))
    }

    /// Advances by `steps`.
    pub(crate) fn advance(&self, steps: usize) {
        if let Self(Some(bar)) = self {
            bar.inc(steps as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self(Some(bar)) = self {
            bar.finish_and_clear();
        }
    }
}
