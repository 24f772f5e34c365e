use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use hyper::body::{Frame, SizeHint};

use super::connections::{Connection, State};

/// A response during which its connection counts as delivering, and afterwards as waiting.
pub(super) fn deliver(response: Response, connection: Arc<Connection>) -> Response {
    connection.now(State::Delivering);
    response.map(|body| Body::new(Delivery { body, connection }))
}

struct Delivery {
    body: Body,
    connection: Arc<Connection>,
}

impl HttpBody for Delivery {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.connection.now(State::Waiting);
    }
}
