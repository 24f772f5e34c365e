use tokio::runtime::{Builder, Runtime};

use crate::server::call_error::{Blame, CallError};

/// What sends requests on this thread.
///
/// # Errors
///
/// [`CallError::NotReached`] if the system provides no timer or poll, as with too few open files.
pub(crate) fn runtime() -> Result<Runtime, CallError> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|cause| CallError::NotReached {
        sentence: format!("no connection can be made: {cause}"),
        hint: Some("is the limit of open files (`ulimit -n`) too low?".to_owned()),
        attempts: 1,
        status: None,
        blame: Blame::Server,
    })
}

/// Runs a future on this thread.
///
/// # Errors
///
/// Its own, or as [`runtime`].
pub(crate) fn block_on<T, E: From<CallError>>(
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    runtime()?.block_on(future)
}
