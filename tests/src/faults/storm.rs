//! Kills of the stack's servers while schedules run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{RwLock, RwLockReadGuard};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nix::sys::signal::{Signal, kill};

use crate::Stack;
use crate::tls::choose_cryptography;

/// PostgreSQL replays its log, and the gateway starts its servers again.
const RECOVERY: Duration = Duration::from_secs(60);

/// Kills servers, but not while a schedule needs calm.
pub(super) struct Storm<'s> {
    stack: &'s Stack,
    calm: RwLock<()>,
    restarts: AtomicUsize,
}

impl<'s> Storm<'s> {
    pub(super) fn new(stack: &'s Stack) -> Self {
        Self {
            stack,
            calm: RwLock::new(()),
            restarts: AtomicUsize::new(0),
        }
    }

    /// While this is held, all servers work.
    pub(super) fn calm(&self) -> RwLockReadGuard<'_, ()> {
        self.calm.read().expect("no holder of the lock panics")
    }

    pub(super) fn restarts(&self) -> usize {
        self.restarts.load(Ordering::SeqCst)
    }

    /// Kills a server every few seconds as long as `lasts`.
    pub(super) fn rage(&self, seed: u64, lasts: impl Fn() -> bool) {
        let mut chance = Rng::with_seed(seed);
        let mut next = Instant::now() + Duration::from_secs(2);
        while lasts() {
            thread::sleep(Duration::from_millis(100));
            if Instant::now() < next {
                continue;
            }
            let _alone = self.calm.write().expect("no holder of the lock panics");
            self.strike(&mut chance);
            next = Instant::now() + Duration::from_secs(chance.u64(3..9));
        }
    }

    fn strike(&self, chance: &mut Rng) {
        let processes = self.stack.processes();
        let (Some(gateway), true) = (processes.first(), processes.len() > 1) else {
            return;
        };
        // One time in four everything, as when a machine loses power.
        if chance.u8(..4) == 0 {
            for pid in processes.iter().rev() {
                let _ = kill(*pid, Signal::SIGKILL);
            }
            thread::sleep(Duration::from_millis(chance.u64(..400)));
            self.stack.start_again();
        } else {
            let victim = processes[chance.usize(1..processes.len())];
            debug_assert_ne!(victim, *gateway);
            let _ = kill(victim, Signal::SIGKILL);
            thread::sleep(Duration::from_millis(chance.u64(..1_500)));
        }
        self.restarts.fetch_add(1, Ordering::SeqCst);
        self.wait_until_it_answers();
    }

    fn wait_until_it_answers(&self) {
        choose_cryptography();
        let started = Instant::now();
        let url = format!("{}/rest/v1/benchmark_snapshots?limit=1", self.stack.url());
        let client = reqwest::blocking::Client::builder()
            .timeout(Duration::from_secs(2))
            .build()
            .expect("no TLS is needed on loopback");
        loop {
            let request = client
                .get(&url)
                .header("apikey", &self.stack.keys().publishable);
            if request
                .send()
                .is_ok_and(|response| response.status().is_success())
            {
                return;
            }
            assert!(
                started.elapsed() < RECOVERY,
                "the stack does not recover from a kill"
            );
            thread::sleep(Duration::from_millis(100));
        }
    }
}
