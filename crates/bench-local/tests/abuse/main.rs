//! The gateway and PostgREST under abuse: a program of its own, because it measures time and
//! memory. Loopback only, under a minute.

use std::sync::{Mutex, MutexGuard, PoisonError};

// Both serve the other test program too.
#[allow(dead_code)]
#[path = "../stack/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../stack/kit.rs"]
mod kit;

mod crowd;
mod queue;

/// Held by each test: beside another one, its times would say nothing.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
