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
