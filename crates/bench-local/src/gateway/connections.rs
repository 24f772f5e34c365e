use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::Notify;

use super::limits;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It has sent no whole request yet: it is idle, or slow.
    Waiting,
    /// A request is being worked on.
    Working,
    /// A response is on its way.
    Delivering,
}

/// All open connections. When there are too many, those who wait make room for those who ask.
#[derive(Default)]
pub(super) struct Connections(Mutex<Table>);

#[derive(Default)]
struct Table {
    next: u64,
    open: BTreeMap<u64, Entry>,
}

struct Entry {
    state: State,
    since: Instant,
    close: Arc<Notify>,
}

/// One open connection; its place is free again once it is dropped.
pub(super) struct Connection {
    id: u64,
    all: Arc<Connections>,
    close: Arc<Notify>,
}

impl Connections {
    /// A place for a new connection; `None` if all places are taken by requests.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Connection> {
        let mut table = self.table();
        if table.open.len() >= limits::CONNECTIONS && !table.make_room() {
            return None;
        }
        let (id, close) = (table.next, Arc::new(Notify::new()));
        table.next += 1;
        let entry = Entry {
            state: State::Waiting,
            since: Instant::now(),
            close: Arc::clone(&close),
        };
        table.open.insert(id, entry);
        Some(Connection {
            id,
            all: Arc::clone(self),
            close,
        })
    }

    /// Closes one connection that waits, for instance when the system has no more for us.
    pub(super) fn make_room(&self) {
        self.table().make_room();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.table().open.is_empty()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Closes the connection that has waited longest, otherwise the oldest slow delivery.
    fn make_room(&mut self) -> bool {
        self.close_oldest(State::Waiting) || self.close_slow_delivery()
    }

    fn close_slow_delivery(&mut self) -> bool {
        let is_slow = |entry: &Entry| entry.since.elapsed() > limits::DELIVERY;
        self.oldest(State::Delivering)
            .filter(|id| self.open.get(id).is_some_and(is_slow))
            .is_some_and(|id| self.close(id))
    }

    fn close_oldest(&mut self, state: State) -> bool {
        self.oldest(state).is_some_and(|id| self.close(id))
    }

    fn oldest(&self, state: State) -> Option<u64> {
        self.open
            .iter()
            .filter(|(_, entry)| entry.state == state)
            .min_by_key(|(_, entry)| entry.since)
            .map(|(id, _)| *id)
    }

    fn close(&mut self, id: u64) -> bool {
        self.open
            .remove(&id)
            .inspect(|entry| entry.close.notify_one())
            .is_some()
    }

    fn deliveries(&self) -> usize {
        self.open
            .values()
            .filter(|entry| entry.state == State::Delivering)
            .count()
    }
}

impl Connection {
    pub(super) fn now(&self, state: State) {
        let mut table = self.all.table();
        if let Some(entry) = table.open.get_mut(&self.id) {
            entry.state = state;
            entry.since = Instant::now();
        }
        if state == State::Delivering && table.deliveries() > limits::DELIVERIES {
            table.close_slow_delivery();
        }
    }

    /// Completes when this connection must make room.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.table().open.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> (Arc<Connections>, Vec<Connection>) {
        let all = Arc::new(Connections::default());
        let open = (0..limits::CONNECTIONS)
            .map(|_| all.admit().expect("a place"))
            .collect();
        (all, open)
    }

    #[tokio::test]
    async fn a_new_connection_takes_the_place_of_the_one_that_waited_longest() {
        let (all, open) = full();
        open[0].now(State::Working);
        // The first has sent a request, and the second waits longest now.
        let _new = all.admit().expect("room was made");

        open[1].closed().await;
        assert_eq!(all.table().open.len(), limits::CONNECTIONS);
        drop(open);
        assert_eq!(all.table().open.len(), 1);
    }

    #[test]
    fn requests_do_not_make_room_for_connections() {
        let (all, open) = full();
        for connection in &open {
            connection.now(State::Working);
        }
        assert!(all.admit().is_none());

        open[7].now(State::Waiting);
        assert!(all.admit().is_some());
    }

    #[test]
    fn a_place_is_free_again_once_its_connection_ends() {
        let (all, mut open) = full();
        open.clear();
        assert!(all.is_empty());
    }
}
