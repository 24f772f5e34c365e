//! Free ports.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Mutex;

static GIVEN: Mutex<Vec<u16>> = Mutex::new(Vec::new());

/// A loopback port that is free now and was not given to another test of this process.
///
/// # Panics
///
/// If the system has no free port.
pub fn free_port() -> u16 {
    let mut given = GIVEN.lock().expect("no holder of the lock panics");
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        if !given.contains(&port) {
            given.push(port);
            return port;
        }
    }
}
