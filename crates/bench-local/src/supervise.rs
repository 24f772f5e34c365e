use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use nix::sys::signal::Signal;
use tokio::{
    process::Child,
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{failure::Failure, processes, service::Service};

/// A large database replays its log after a crash.
const START_PATIENCE: Duration = Duration::from_secs(120);
/// How long a killed predecessor may still hold its files.
const SETTLE_PATIENCE: Duration = Duration::from_secs(30);
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// PostgreSQL's message while its killed predecessor is still exiting. Retry; deleting the file
/// would let two servers write to one database.
const SETTLING: [&str; 2] = ["postmaster.pid", "shared memory block"];

/// A server that has responded at least once.
pub(crate) struct Running {
    service: Service,
    child: Child,
}

/// Starts a server and waits until `answers` returns true.
pub(crate) async fn start(
    service: Service,
    answers: impl AsyncFn() -> bool,
) -> Result<Running, Failure> {
    let begin = Instant::now();
    loop {
        let log_start = service.log_length();
        let mut child = service.spawn()?;
        match first_answer(&mut child, &answers).await {
            FirstAnswer::Ready => return Ok(Running { service, child }),
            FirstAnswer::Exited => {
                let words = service.last_words(log_start);
                let settling = SETTLING.iter().any(|sign| words.contains(sign));
                if !settling || begin.elapsed() > SETTLE_PATIENCE {
                    return Err(service.failed(words));
                }
                sleep(FIRST_PAUSE).await;
            }
            FirstAnswer::Silence => {
                end(&service, &mut child).await;
                let seconds = START_PATIENCE.as_secs();
                return Err(service.failed(format!("no answer within {seconds} seconds")));
            }
        }
    }
}

enum FirstAnswer {
    Ready,
    Exited,
    Silence,
}

async fn first_answer(child: &mut Child, answers: &impl AsyncFn() -> bool) -> FirstAnswer {
    let answered = async {
        while !answers().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = answered => FirstAnswer::Ready,
        _ = child.wait() => FirstAnswer::Exited,
        () = sleep(START_PATIENCE) => FirstAnswer::Silence,
    }
}

impl Running {
    /// Restarts the server whenever it ends, and stops it when `stop` turns true.
    pub(crate) async fn keep(self, restarts: Arc<AtomicU32>, mut stop: watch::Receiver<bool>) {
        let Self { service, mut child } = self;
        let mut pause = FIRST_PAUSE;
        loop {
            let since = Instant::now();
            tokio::select! {
                status = child.wait() => {
                    restarts.fetch_add(1, Ordering::Relaxed);
                    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    eprintln!("{} ended ({how}); starting it again", service.part);
                }
                () = told(&mut stop) => return end(&service, &mut child).await,
            }
            if since.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            child = loop {
                tokio::select! {
                    () = sleep(pause) => {}
                    () = told(&mut stop) => return,
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
                match service.spawn() {
                    Ok(child) => break child,
                    Err(failure) => eprintln!("{failure}"),
                }
            };
        }
    }
}

/// Waits until `stop` turns true or its sender is dropped.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Ends a server: cleanly first, then with increasing force.
async fn end(service: &Service, child: &mut Child) {
    for signal in [service.end_signal.into(), Signal::SIGQUIT, Signal::SIGKILL] {
        let Some(pid) = child.id().and_then(|pid| pid.try_into().ok()) else {
            return;
        };
        processes::send(pid, signal);
        if timeout(STOP_PATIENCE, child.wait()).await.is_ok() {
            return;
        }
    }
}
