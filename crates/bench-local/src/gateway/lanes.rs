use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{authorize::Caller, limits};

/// Two queues: readers wait for readers and writers for writers, so that a push never waits for slow
/// reads.
pub(crate) struct Lanes {
    readers: Lane,
    writers: Lane,
}

/// The requests of one kind of caller on their way to PostgREST.
pub(super) struct Lane {
    places: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// Bodies that the gateway itself holds.
    received: Arc<Semaphore>,
    pub(super) largest_body: usize,
}

/// A place among the requests that PostgREST works on, until it is dropped.
pub(super) struct Place {
    _room: Room,
    _bytes: Option<OwnedSemaphorePermit>,
    _turn: OwnedSemaphorePermit,
}

/// A part of the gateway's memory, until it is dropped; small bodies need none.
#[derive(Default)]
pub(super) struct Room {
    _bytes: Option<OwnedSemaphorePermit>,
}

/// Every place was taken for too long.
#[derive(Debug)]
pub(super) struct Full;

impl Default for Lanes {
    fn default() -> Self {
        Self {
            readers: Lane::new(
                limits::READERS,
                limits::READER_BYTES_AT_POSTGREST,
                limits::READER_BYTES,
                limits::READER_BODY,
            ),
            writers: Lane::new(
                limits::WRITERS,
                limits::WRITER_BYTES,
                limits::WRITER_BYTES,
                limits::WRITER_BODY,
            ),
        }
    }
}

impl Lanes {
    pub(super) fn of(&self, caller: Caller) -> &Lane {
        match caller {
            Caller::Reader => &self.readers,
            Caller::Writer => &self.writers,
        }
    }
}

impl Lane {
    fn new(places: usize, bytes: usize, received: usize, largest_body: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            bytes: Arc::new(Semaphore::new(bytes)),
            received: Arc::new(Semaphore::new(received)),
            largest_body,
        }
    }

    /// Waits until PostgREST may work on a request with a body of this size, for which the gateway
    /// has `room`.
    pub(super) async fn place(&self, body: usize, room: Room) -> Result<Place, Full> {
        let both = async {
            // Bytes first: a large body that waits for them takes no place from small requests.
            let bytes = bytes(&self.bytes, body).await?;
            let turn = Arc::clone(&self.places).acquire_owned().await;
            Ok(Place {
                _room: room,
                _bytes: bytes,
                _turn: turn.map_err(|_| Full)?,
            })
        };
        timeout(limits::PATIENCE, both).await.unwrap_or(Err(Full))
    }

    /// Waits until the gateway may hold a body of this size.
    pub(super) async fn room(&self, body: usize) -> Result<Room, Full> {
        let room = bytes(&self.received, body);
        let bytes = timeout(limits::PATIENCE, room).await.unwrap_or(Err(Full))?;
        Ok(Room { _bytes: bytes })
    }
}

async fn bytes(all: &Arc<Semaphore>, wanted: usize) -> Result<Option<OwnedSemaphorePermit>, Full> {
    if wanted <= limits::SMALL_BODY {
        return Ok(None);
    }
    let wanted = u32::try_from(wanted).map_err(|_| Full)?;
    let taken = Arc::clone(all).acquire_many_owned(wanted).await;
    taken.map(Some).map_err(|_| Full)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn place(lane: &Lane, body: usize) -> Option<Place> {
        let place = lane.place(body, Room::default());
        timeout(Duration::from_millis(20), place).await.ok()?.ok()
    }

    #[tokio::test]
    async fn readers_do_not_take_the_places_of_writers() {
        let lanes = Lanes::default();
        let readers = lanes.of(Caller::Reader);
        let mut taken = Vec::new();
        for _ in 0..limits::READERS {
            taken.push(place(readers, 0).await.expect("a place"));
        }

        assert!(place(readers, 0).await.is_none());
        assert!(place(lanes.of(Caller::Writer), 0).await.is_some());
        taken.pop();
        assert!(place(readers, 0).await.is_some());
    }

    #[tokio::test]
    async fn large_bodies_wait_for_each_other_and_small_requests_pass_them() {
        let lanes = Lanes::default();
        let readers = lanes.of(Caller::Reader);
        let _first = place(readers, limits::READER_BODY).await.expect("a place");

        assert!(place(readers, limits::READER_BODY).await.is_none());
        assert!(place(readers, limits::SMALL_BODY).await.is_some());
    }
}
