//! `demo`: a stack with the measured runs of `benchmarks/`, which are inside of the program.

mod data_dir;
mod load;

use std::{fs, net::Ipv4Addr, path::Path, process::ExitCode};

use bench_samples::{ANCHOR_FILE, Anchor, Session};
use jiff::Timestamp;

use self::load::Count;
use super::{reset, up};
use crate::{
    cli::{DemoArgs, FolderArgs, UpArgs},
    data_folder::DataFolder,
    failure::Failure,
    gateway::{Dashboard, Gateway},
    postgres,
};

/// Whoever has no clone has no commit either.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// Starts the stack, stores the sample runs in it, and serves the dashboard until Ctrl-C.
pub(crate) fn run(args: DemoArgs) -> Result<ExitCode, Failure> {
    let DemoArgs {
        data_dir,
        port,
        dashboard,
        fresh,
    } = args;
    let data_dir = match data_dir {
        Some(data_dir) => data_dir,
        None => data_dir::choose()?,
    };
    if fresh && data_dir.exists() {
        start_afresh(&data_dir)?;
    }
    if dashboard.is_none() && Dashboard::embedded().is_none() {
        eprintln!(
            "this bench-local was built without a dashboard; the address says how to get one"
        );
    }
    up::run_with_samples(UpArgs {
        folder: FolderArgs { data_dir },
        port,
        host: Ipv4Addr::LOCALHOST.into(),
        allowed_hosts: Vec::new(),
        dashboard,
        detach: false,
        detached: false,
    })
}

/// Deletes a demo's data, and nobody else's.
fn start_afresh(data_dir: &Path) -> Result<(), Failure> {
    let anchor = data_dir.join(ANCHOR_FILE);
    if !anchor.is_file() {
        let folder = data_dir.to_owned();
        return Err(Failure::NotADemo { folder });
    }
    reset::run(&FolderArgs {
        data_dir: data_dir.to_owned(),
    })?;
    fs::remove_file(&anchor).map_err(Failure::io("cannot remove", anchor))
}

/// Stores the sample runs in a stack that has just started, unless they are there.
///
/// # Errors
///
/// [`Failure::NotADemo`] if there are other runs and no samples; nothing is added to them.
pub(super) async fn store_samples(folder: &DataFolder, gateway: &Gateway) -> Result<(), Failure> {
    let (port, password) = (
        gateway.health.postgres_port,
        &gateway.keys.postgres_password,
    );
    let mut client = postgres::connect(port, "postgres", password)
        .await
        .map_err(|error| load::failure(&error))?;
    match load::count(&client).await? {
        Count { samples: 1.., .. } => say_when_old(folder),
        Count { all: 1.., .. } => {
            let folder = folder.path().to_owned();
            return Err(Failure::NotADemo { folder });
        }
        _ => {
            let sessions = bench_samples::sessions();
            let anchor = new_anchor(folder, &sessions)?;
            let stored = load::load(&mut client, &sessions, &anchor).await?;
            eprintln!(
                "stored {stored} measured runs; they were measured in one go and are laid out over 90 days up to {}",
                anchor.day()
            );
        }
    }
    Ok(())
}

/// Kept before the runs are stored, so that `--fresh` knows whatever an interrupted start left.
fn new_anchor(folder: &DataFolder, sessions: &[Session]) -> Result<Anchor, Failure> {
    let anchor = Anchor::new(Timestamp::now(), NO_COMMIT.to_owned(), sessions);
    let file = folder.path().join(ANCHOR_FILE);
    crate::private_file::write(&file, &format!("{anchor}\n"))?;
    Ok(anchor)
}

/// The data may hold runs of the user by now, so only the user throws it away.
fn say_when_old(folder: &DataFolder) {
    let kept = fs::read_to_string(folder.path().join(ANCHOR_FILE)).ok();
    let anchor = kept.and_then(|text| Anchor::parse(&text));
    if let Some(anchor) = anchor.filter(|anchor| !anchor.is_of_today(Timestamp::now())) {
        eprintln!(
            "the sample runs end on {}; `bench-local demo --fresh` deletes them, and everything stored beside them, and lays them out up to today",
            anchor.day()
        );
    }
}
