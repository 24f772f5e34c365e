/// Runs a future on this thread.
///
/// # Panics
///
/// If the system provides no timer or poll.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a timer and a poll")
        .block_on(future)
}
