use std::io;
#[cfg(unix)]
use std::os::unix::net::UnixStream;

use tokio::runtime::{Builder, Runtime};

use crate::server::call_error::{Blame, CallError};

/// What sends requests on this thread.
///
/// # Errors
///
/// [`CallError::NotReached`] if the system provides no timer or poll, as with too few open files.
pub(crate) fn runtime() -> Result<Runtime, CallError> {
    let built = room_for_files().and_then(|()| Builder::new_current_thread().enable_all().build());
    built.map_err(|cause| CallError::NotReached {
        sentence: format!("no connection can be made: {cause}"),
        hint: Some("is the limit of open files (`ulimit -n`) too low?".to_owned()),
        attempts: 1,
        status: None,
        blame: Blame::Server,
    })
}

/// Whether as many files can be opened as a runtime and a connection need.
///
/// tokio opens six, and panics if it gets none of two, those of its signal handling, which another
/// crate of the same build may switch on.
#[cfg(unix)]
fn room_for_files() -> io::Result<()> {
    let pairs: io::Result<Vec<_>> = (0..4).map(|_| UnixStream::pair()).collect();
    pairs.map(drop)
}

#[cfg(not(unix))]
fn room_for_files() -> io::Result<()> {
    Ok(())
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
