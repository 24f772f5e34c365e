use std::{
    process::ExitCode,
    sync::{Arc, atomic::AtomicU32},
    time::{Duration, Instant},
};

use bench_schema::SchemaError;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use super::{detach, status};
use crate::{
    cli::UpArgs,
    data_folder::{DataFolder, FolderLock, Stack},
    db_user::DbUser,
    failure::Failure,
    gateway::{self, Dashboard, Gateway, Health},
    keys::Keys,
    ports::{self, Reserved},
    postgres::{self, Cluster, Installation},
    postgrest::{self, Postgrest, PostgrestPorts},
    supervise::{self, Running},
};

/// How long a stack that another process starts right now may take to answer.
const OTHERS_PATIENCE: Duration = Duration::from_secs(120);

/// Starts the stack.
pub(crate) fn run(args: UpArgs) -> Result<ExitCode, Failure> {
    let folder = DataFolder::create(&args.folder.data_dir)?;
    let Some(lock) = lock(&folder)? else {
        return already_running(&folder, &args);
    };
    if args.detach {
        drop(lock);
        return detach::start(&args);
    }
    if args.detached {
        // Its own session: the terminal that started it may close.
        let _ = nix::unistd::setsid();
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("cannot start in", folder.path()))?
        .block_on(serve(&folder, lock, args))
}

/// Takes the folder. A `status` that looks at this very moment holds it for an instant only.
fn lock(folder: &DataFolder) -> Result<Option<FolderLock>, Failure> {
    for _ in 0..5 {
        if let Some(lock) = folder.lock()? {
            return Ok(Some(lock));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

/// Asking for what is there already is fine, unless it has to be ours or another than that.
fn already_running(folder: &DataFolder, args: &UpArgs) -> Result<ExitCode, Failure> {
    let busy = || Failure::FolderBusy {
        folder: folder.path().to_owned(),
    };
    let deadline = Instant::now() + OTHERS_PATIENCE;
    let stack = folder.read_stack().ok_or_else(busy)?;
    let is_patient = args.detach || args.detached;
    let dashboard = args.dashboard.as_deref().map(Dashboard::open).transpose()?;
    let same_dashboard = dashboard.as_ref().map(Dashboard::folder) == stack.dashboard.as_deref();
    if !is_patient || !same_dashboard || (stack.host, stack.port) != (args.host, args.port) {
        let Stack { pid, .. } = stack;
        return Err(Failure::AlreadyRunning {
            folder: folder.path().to_owned(),
            url: stack.url(),
            pid,
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

/// Runs the stack until it is told to stop.
async fn serve(folder: &DataFolder, _lock: FolderLock, args: UpArgs) -> Result<ExitCode, Failure> {
    let UpArgs {
        folder: _,
        port,
        host,
        dashboard,
        detach: _,
        detached,
    } = args;
    let told_to_stop =
        stop_signal().map_err(Failure::io("cannot listen for signals in", folder.path()))?;

    let dashboard = dashboard.as_deref().map(Dashboard::open).transpose()?;
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
        pid: std::process::id(),
        host,
        port,
        postgres_port,
        dashboard: dashboard
            .as_ref()
            .map(|dashboard| dashboard.folder().to_owned()),
    };
    folder.write_stack(&stack)?;
    let keys = Keys::load_or_mint(folder)?;

    let parts = Parts::find(folder)?;
    postgrest::end_leftover(folder);
    postgres::end_leftover(folder)?;
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
        },
        data_folder: folder.path().to_owned(),
        host,
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
        started = parts.start(folder, &gateway, reserved) => started.map(Some),
        () = &mut told_to_stop => Ok(None),
    };
    let Some((database, rest)) = started.inspect_err(|_| end_leftovers(folder))? else {
        end_leftovers(folder);
        return Ok(ExitCode::SUCCESS);
    };
    let health = &gateway.health;
    let keeping = [
        tokio::spawn(database.keep(Arc::clone(&health.postgres_restarts), stopping.clone())),
        tokio::spawn(rest.keep(Arc::clone(&health.postgrest_restarts), stopping)),
    ];
    announce(folder, &stack, detached)?;

    told_to_stop.await;
    eprintln!("stopping");
    let _ = stop.send(true);
    // A client that holds on to its connection does not hold us.
    let _ = timeout(Duration::from_secs(1), serving).await;
    for part in keeping {
        let _ = part.await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Ends what a start that was cut short has begun, before the folder is let go.
fn end_leftovers(folder: &DataFolder) {
    postgrest::end_leftover(folder);
    // The failure that cut the start short is the one to tell.
    let _ = postgres::end_leftover(folder);
}

/// Where its servers will listen: making a database takes seconds, and others start stacks meanwhile.
struct ReservedPorts {
    postgres: Reserved,
    postgrest: Reserved,
    postgrest_admin: Reserved,
}

/// The programs that the stack is made of.
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
        let database = supervise::start(cluster.service(), answers)
            .await
            .map_err(|failure| postgres::explain(folder, failure))?;
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

/// Tells the address, and lets go of the terminal where that is wanted.
fn announce(folder: &DataFolder, stack: &Stack, detached: bool) -> Result<(), Failure> {
    if !stack.host.is_loopback() {
        eprintln!("warning: {} lets the network in", stack.host);
    }
    if detached {
        return detach::hand_over(folder, &stack.url());
    }
    eprintln!("the stack runs; Ctrl-C stops it");
    println!("{}", stack.url());
    Ok(())
}

/// Ends when a person, a service manager or `bench-local down` wants us to end.
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
