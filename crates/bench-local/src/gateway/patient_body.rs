use std::{
    io::ErrorKind,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body that fails when its sender sends nothing for too long.
pub(super) struct PatientBody {
    body: Body,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl PatientBody {
    pub(super) fn new(body: Body, patience: Duration) -> Self {
        Self {
            body,
            patience,
            stalled: None,
        }
    }
}

impl HttpBody for PatientBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            self.stalled = None;
            return frame;
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        let error = std::io::Error::from(ErrorKind::TimedOut);
        Poll::Ready(Some(Err(Error::new(error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    struct Silent;

    impl HttpBody for Silent {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_sender_that_falls_silent_ends_the_body() {
        let silence = Body::new(Silent);
        let body = Body::new(PatientBody::new(silence, Duration::from_millis(20)));
        assert!(to_bytes(body, 100).await.is_err());
    }

    #[tokio::test]
    async fn a_body_passes_with_its_length() {
        let body = PatientBody::new(Body::from("abc"), Duration::from_secs(30));
        assert_eq!(body.size_hint().exact(), Some(3));
        let bytes = to_bytes(Body::new(body), 100).await.expect("it passes");
        assert_eq!(bytes, "abc");
    }
}
