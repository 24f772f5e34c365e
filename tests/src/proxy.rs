//! A connection that breaks at the worst moment.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Forwards everything to a server, but drops the first responses: the request is received and
/// processed, but the client never learns the result.
pub struct CutOffProxy {
    port: u16,
    cut: Arc<AtomicUsize>,
}

impl CutOffProxy {
    /// Proxies a loopback port and drops `answers` responses.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub fn start(upstream: u16, answers_to_cut: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let left = Arc::new(AtomicUsize::new(answers_to_cut));
        let cut = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&cut);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (left, counted) = (Arc::clone(&left), Arc::clone(&counted));
                thread::spawn(move || forward(&client, upstream, &left, &counted));
            }
        });
        Self { port, cut }
    }

    /// The URL for clients.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The number of responses dropped so far.
    pub fn cut(&self) -> usize {
        self.cut.load(Ordering::SeqCst)
    }
}

fn forward(client: &TcpStream, upstream: u16, left: &AtomicUsize, cut: &AtomicUsize) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream)) else {
        return;
    };
    let (Ok(from_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    thread::spawn(move || copy(&from_client, &to_server));

    // The first bytes of a response mean that the database has committed.
    let mut first = [0; 4096];
    let Ok(length) = (&server).read(&mut first) else {
        return;
    };
    let cuts = left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        })
        .is_ok();
    if cuts {
        cut.fetch_add(1, Ordering::SeqCst);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
        return;
    }
    let mut to_client = client;
    if to_client.write_all(&first[..length]).is_ok() {
        copy(&server, client);
    }
}

fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
