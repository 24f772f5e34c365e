//! What the gateway admits: every bound, with its reason.

use std::time::Duration;

/// Connections at once. A new one beyond it takes the place of the one that has been idle longest.
pub(super) const CONNECTIONS: usize = 1024;

/// Responses at once that clients are slow to read: beyond it, the oldest is cut.
pub(super) const DELIVERIES: usize = 64;

/// How long a response may be on its way before it can be cut for a new one.
pub(super) const DELIVERY: Duration = Duration::from_secs(10);

/// How long a connection may take to send the head of its next request, or be idle.
pub(super) const HEAD: Duration = Duration::from_secs(30);

/// The largest head, with all its headers. Browsers stay below 16 KiB.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// How long a connection may make no progress in the middle of a body, in either direction.
pub(super) const STALL: Duration = Duration::from_secs(30);

/// How long a reader may take to send a whole body.
pub(super) const READER_UPLOAD: Duration = Duration::from_secs(10);

/// The largest body of a reader: the arguments of a function. PostgREST needs a hundred times a
/// body's size to read it.
pub(super) const READER_BODY: usize = 1 << 20;

/// The largest body with a secret key, far more than a request with a thousand runs needs.
pub(super) const WRITER_BODY: usize = 64 << 20;

/// A body up to this size needs no place in the sums below.
pub(super) const SMALL_BODY: usize = 64 << 10;

/// All larger bodies of readers that the gateway is receiving or holds.
pub(super) const READER_BYTES: usize = 8 << 20;

/// All larger bodies of readers that PostgREST works on.
pub(super) const READER_BYTES_AT_POSTGREST: usize = READER_BODY;

/// All larger bodies with a secret key that are on their way.
pub(super) const WRITER_BYTES: usize = WRITER_BODY;

/// Requests of readers that PostgREST works on at once. The others wait, so that readers never take
/// all connections to the database and a push finds one at once.
pub(super) const READERS: usize = 6;

/// The same with a secret key.
pub(super) const WRITERS: usize = 10;

/// PostgREST's connections to the database: an admitted request never waits for one.
pub(crate) const POOL: usize = READERS + WRITERS;

/// How long a request waits for its place before it is asked to come again.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How long `/health` repeats its last finding, and how long it waits for a new one.
pub(super) const HEALTH: Duration = Duration::from_secs(1);
pub(super) const HEALTH_PATIENCE: Duration = Duration::from_secs(5);
