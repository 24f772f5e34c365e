//! Seeded fault schedules: what the CLI says against what the database has, while the network, the
//! servers and the CLI itself fail.

mod fault;
mod proxy;
mod schedule;
mod storm;
mod tally;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

pub use tally::Tally;

use crate::Stack;
use schedule::Schedule;
use storm::Storm;

/// Schedules that run side by side: most of their time is waiting.
const WORKERS: usize = 6;

/// Plays the schedules `first_seed..first_seed + count` against one stack, whose servers are killed
/// now and then.
///
/// # Panics
///
/// When the stack cannot be used at all.
pub fn play(stack: &Stack, first_seed: u64, count: u64) -> Tally {
    let storm = Storm::new(stack);
    let next = AtomicU64::new(first_seed);
    let tally = Mutex::new(Tally::default());
    let running = AtomicU64::new(WORKERS as u64);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first_seed + count {
                        break;
                    }
                    let played = Schedule::new(stack, &storm, seed).play();
                    tally
                        .lock()
                        .expect("no holder of the lock panics")
                        .add(played);
                }
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
        storm.rage(first_seed, || running.load(Ordering::SeqCst) > 0);
    });
    let mut tally = tally.into_inner().expect("all workers have ended");
    tally.restarts = storm.restarts();
    tally
}
