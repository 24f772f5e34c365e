//! The gateway and PostgREST under abuse: a program of its own, because it measures time and
//! memory. Loopback only, about 30 seconds.

// Both serve the other test program too.
#[allow(dead_code)]
#[path = "../stack/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../stack/kit.rs"]
mod kit;

mod crowd;
mod queue;
