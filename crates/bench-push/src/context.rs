use std::path::PathBuf;

use jiff::Timestamp;

use crate::{
    printer::text,
    settings::{environment::Environment, secret::Scrubber},
};

/// What every verb is given from outside.
pub(crate) struct Context {
    /// Variables, and those of the `.env` file.
    pub(crate) environment: Environment,
    /// The working directory.
    pub(crate) directory: PathBuf,
    /// When the command began.
    pub(crate) now: Timestamp,
    /// Knows every key.
    pub(crate) scrubber: Scrubber,
}

impl Context {
    /// Tells the user something on the way, on standard error.
    pub(crate) fn say(&self, text: &str) {
        text::talk(&self.scrubber.scrub(format!("{text}\n")));
    }
}

/// Runs what waits for the network, on this thread.
///
/// # Panics
///
/// When the system gives no timer or poll, without which nothing can be sent.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a timer and a poll")
        .block_on(future)
}
