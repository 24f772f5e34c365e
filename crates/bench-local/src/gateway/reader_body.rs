use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

use super::limits;

/// Why a reader's body was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    TooLarge,
    TooSlow,
    /// The connection broke.
    Broken,
}

/// Receives a whole body before anything of the stack works on it: a client that sends slowly
/// occupies nothing but its connection.
pub(super) async fn receive(body: Body) -> Result<Bytes, NotTaken> {
    let whole = Limited::new(body, limits::READER_BODY).collect();
    match timeout(limits::READER_UPLOAD, whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(NotTaken::TooLarge),
        Ok(Err(_)) => Err(NotTaken::Broken),
        Err(_) => Err(NotTaken::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_taken_up_to_the_limit_and_no_further() {
        let largest = vec![b' '; limits::READER_BODY];
        let taken = receive(Body::from(largest.clone())).await.expect("taken");
        assert_eq!(taken.len(), largest.len());

        let larger = [largest, vec![b' ']].concat();
        assert_eq!(receive(Body::from(larger)).await, Err(NotTaken::TooLarge));
    }
}
