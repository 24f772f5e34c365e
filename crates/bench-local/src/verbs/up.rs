use std::{
    collections::BTreeSet,
    path::Path,
    process::ExitCode,
    sync::{Arc, atomic::AtomicU32},
    time::{Duration, Instant},
};

use bench_schema::SchemaError;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use super::{demo, detach, end_leftovers, status};
use crate::{
    cli::UpArgs,
    data_folder::{DataFolder, FolderLock, Stack},
    db_user::DbUser,
    failure::Failure,
    gateway::{self, Dashboard, Finding, Gateway, Health, Lanes},
    ports::{self, Reserved},
    postgres::{self, Cluster, Installation},
    postgrest::{Postgrest, PostgrestPorts},
    processes::Process,
    supervise::{self, Running},
};

/// How long a stack that another process is starting may take to respond.
const OTHERS_PATIENCE: Duration = Duration::from_secs(120);

/// What a start stores in the stack before it announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Nothing,
    Samples,
}

/// Starts the stack.
pub(crate) fn run(args: UpArgs) -> Result<ExitCode, Failure> {
    start(args, Content::Nothing)
}

/// Starts the stack with the sample runs in it.
pub(super) fn run_with_samples(args: UpArgs) -> Result<ExitCode, Failure> {
    start(args, Content::Samples)
}

fn start(args: UpArgs, content: Content) -> Result<ExitCode, Failure> {
    let folder = DataFolder::create(&args.folder.data_dir)?;
    let Some(lock) = lock(&folder)? else {
        return already_running(&folder, &args, content);
    };
    if args.detach {
        drop(lock);
        return detach::start(&args);
    }
    if args.detached {
        // A new session, because the terminal may close.
        let _ = nix::unistd::setsid();
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("cannot start in", folder.path()))?
        .block_on(serve(&folder, lock, args, content))
}

/// Locks the folder. A concurrent `status` holds the lock only for an instant.
fn lock(folder: &DataFolder) -> Result<Option<FolderLock>, Failure> {
    for _ in 0..5 {
        if let Some(lock) = folder.lock()? {
            return Ok(Some(lock));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

/// The names, whatever their order and repetition.
fn distinct(hosts: &[String]) -> BTreeSet<&str> {
    hosts.iter().map(String::as_str).collect()
}

/// A stack that already runs is fine, unless this process must run it or its settings differ.
fn already_running(
    folder: &DataFolder,
    args: &UpArgs,
    content: Content,
) -> Result<ExitCode, Failure> {
    let busy = || Failure::FolderBusy {
        folder: folder.path().to_owned(),
    };
    let deadline = Instant::now() + OTHERS_PATIENCE;
    let stack = folder.read_stack().ok_or_else(busy)?;
    let is_patient = args.detach || args.detached || content == Content::Samples;
    let dashboard = args.dashboard.as_deref().map(Dashboard::open).transpose()?;
    let same_dashboard =
        dashboard.as_ref().and_then(Dashboard::folder) == stack.dashboard.as_deref();
    let same_address = (stack.host, stack.port) == (args.host, args.port)
        && distinct(&stack.allowed_hosts) == distinct(&args.allowed_hosts);
    if !is_patient || !same_dashboard || !same_address {
        return Err(Failure::AlreadyRunning {
            folder: folder.path().to_owned(),
            url: stack.url(),
            pid: stack.process.pid,
        });
    }
    while status::report(&stack).is_none_or(|report| report.status != "ok") {
        if Instant::now() > deadline || !folder.is_in_use()? {
            return Err(busy());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    eprintln!("runs already");
    println!("{}", stack.url());
    Ok(ExitCode::SUCCESS)
}

/// Runs the stack until it is stopped.
async fn serve(
    folder: &DataFolder,
    _lock: FolderLock,
    args: UpArgs,
    content: Content,
) -> Result<ExitCode, Failure> {
    let UpArgs {
        folder: _,
        port,
        host,
        allowed_hosts,
        dashboard,
        detach: _,
        detached,
    } = args;
    let told_to_stop =
        stop_signal().map_err(Failure::io("cannot listen for signals in", folder.path()))?;

    let dashboard = Dashboard::choose(dashboard.as_deref())?;
    raise_file_limit();
    // First of all: what is left may hold our ports and write in our folders.
    end_leftovers(folder)?;
    folder.sweep()?;
    let listener = ports::listen(host, port)?;
    let listener =
        TcpListener::from_std(listener).map_err(Failure::io("cannot listen in", folder.path()))?;
    let reserved = ReservedPorts {
        postgres: ports::reserve(folder.read_stack().map(|stack| stack.postgres_port))?,
        postgrest: ports::reserve(None)?,
        postgrest_admin: ports::reserve(None)?,
    };
    let postgres_port = reserved.postgres.port;
    let stack = Stack {
        process: Process::current(),
        host,
        port,
        postgres_port,
        allowed_hosts: allowed_hosts.clone(),
        dashboard: dashboard
            .as_ref()
            .and_then(Dashboard::folder)
            .map(Path::to_owned),
    };
    folder.write_stack(&stack)?;
    let keys = folder.keys_or_mint()?;

    let parts = Parts::find(folder)?;
    let postgrest_ports = PostgrestPorts {
        api: reserved.postgrest.port,
        admin: reserved.postgrest_admin.port,
    };
    let gateway = Arc::new(Gateway {
        keys,
        postgrest: postgrest_ports,
        dashboard,
        health: Health {
            postgres_port,
            postgres_version: parts.installation.version.clone(),
            postgrest_version: parts.postgrest.version.clone(),
            postgres_restarts: Arc::new(AtomicU32::new(0)),
            postgrest_restarts: Arc::new(AtomicU32::new(0)),
            last: Finding::default(),
        },
        data_folder: folder.path().to_owned(),
        host,
        allowed_hosts,
        lanes: Lanes::default(),
        client: gateway::http_client(),
    });
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(gateway::serve(
        listener,
        Arc::clone(&gateway),
        stopping.clone(),
    ));

    let mut told_to_stop = std::pin::pin!(told_to_stop);
    let started = tokio::select! {
        started = async {
            let running = parts.start(folder, &gateway, reserved).await?;
            if content == Content::Samples {
                demo::store_samples(folder, &gateway).await?;
            }
            Ok::<_, Failure>(running)
        } => started.map(Some),
        () = &mut told_to_stop => Ok(None),
    };
    let Some((database, rest)) = started.inspect_err(|_| {
        // The failure that interrupted the start is the one to report.
        let _ = end_leftovers(folder);
    })?
    else {
        // Stopped while starting: release the folder only once nothing runs.
        end_leftovers(folder)?;
        return Ok(ExitCode::SUCCESS);
    };
    let health = &gateway.health;
    let keeping = [
        tokio::spawn(database.keep(Arc::clone(&health.postgres_restarts), stopping.clone())),
        tokio::spawn(rest.keep(Arc::clone(&health.postgrest_restarts), stopping)),
    ];
    announce(folder, &stack, content, detached)?;

    told_to_stop.await;
    eprintln!("stopping");
    let _ = stop.send(true);
    // Don't wait for clients with open connections.
    let _ = timeout(Duration::from_secs(1), serving).await;
    for part in keeping {
        let _ = part.await;
    }
    Ok(ExitCode::SUCCESS)
}

/// The ports of its servers, reserved early: creating a database takes seconds, and other stacks
/// may start meanwhile.
struct ReservedPorts {
    postgres: Reserved,
    postgrest: Reserved,
    postgrest_admin: Reserved,
}

/// The programs of the stack.
struct Parts {
    installation: Installation,
    postgrest: Postgrest,
    user: Option<DbUser>,
}

impl Parts {
    fn find(folder: &DataFolder) -> Result<Self, Failure> {
        let user = DbUser::choose(&folder.cluster())?;
        if let Some(user) = &user {
            user.check_can_enter(folder.path())?;
        }
        Ok(Self {
            installation: Installation::choose(folder)?,
            postgrest: Postgrest::choose()?,
            user,
        })
    }

    /// PostgreSQL, then the roles and the schema, then PostgREST.
    async fn start(
        &self,
        folder: &DataFolder,
        gateway: &Gateway,
        reserved: ReservedPorts,
    ) -> Result<(Running, Running), Failure> {
        let Self {
            installation,
            postgrest,
            user,
        } = self;
        let Gateway {
            keys,
            health,
            postgrest: postgrest_ports,
            ..
        } = gateway;
        let user = user.as_ref();
        let port = health.postgres_port;

        let cluster = Cluster::open_or_make(folder, installation, user, keys, port).await?;
        drop(reserved.postgres);
        let answers = async || cluster.connect_as_superuser(keys).await.is_ok();
        let database = supervise::start(cluster.service(), answers).await?;
        postgres::prepare(&cluster, keys)
            .await
            .map_err(|failure| match failure {
                Failure::Schema(SchemaError::Outdated { .. }) => Failure::OutdatedSchema {
                    folder: folder.path().to_owned(),
                },
                failure => failure,
            })?;

        let service = postgrest.service(folder, user, keys, port, *postgrest_ports)?;
        drop((reserved.postgrest, reserved.postgrest_admin));
        let rest = supervise::start(service, async || gateway.postgrest_answers().await).await?;
        Ok((database, rest))
    }
}

/// Prints the address, and detaches from the terminal if requested.
fn announce(
    folder: &DataFolder,
    stack: &Stack,
    content: Content,
    detached: bool,
) -> Result<(), Failure> {
    if !stack.host.is_loopback() {
        eprintln!(
            "warning: {} is reachable from the network; anyone with a key has access",
            stack.host
        );
    }
    if detached {
        return detach::hand_over(folder, &stack.url());
    }
    match content {
        Content::Nothing => eprintln!("the stack runs; Ctrl-C stops it"),
        Content::Samples => eprintln!(
            "the dashboard is at the address below; Ctrl-C stops it, and the data stays in {}",
            folder.path().display()
        ),
    }
    println!("{}", stack.url());
    Ok(())
}

/// The gateway's connections alone may need more files than a process usually gets.
fn raise_file_limit() {
    const ENOUGH: u64 = 4096;
    if let Ok((now, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Without it, the gateway closes idle connections earlier.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, now.max(most.min(ENOUGH)), most);
    }
}

/// Completes when a person, a service manager or `bench-local down` asks us to stop.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_names_are_the_same_in_any_order_and_number() {
        let hosts = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let (one, other) = (hosts(&["a", "b"]), hosts(&["b", "a", "b"]));
        assert_eq!(distinct(&one), distinct(&other));
        assert_ne!(distinct(&one), distinct(&one[..1]));
    }
}
