use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::embedded;
use crate::{carried, data_folder::DataFolder, failure::Failure};

/// The oldest version that our SQL supports.
const OLDEST_MAJOR: u32 = 15;

/// One PostgreSQL on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installation {
    /// The folder with `postgres` and `initdb`.
    pub(crate) bin: PathBuf,
    pub(crate) major: u32,
    /// As reported by the program: `15.18`.
    pub(crate) version: String,
}

impl Installation {
    /// The installation to use: `BENCH_LOCAL_PG_BIN`, otherwise the one that this program
    /// carries, the system's, or npm's.
    ///
    /// An existing database determines the major version.
    pub(crate) fn choose(folder: &DataFolder) -> Result<Self, Failure> {
        let wanted = made_by(folder);
        let named = std::env::var_os("BENCH_LOCAL_PG_BIN").filter(|value| !value.is_empty());
        if let Some(bin) = named.map(PathBuf::from) {
            let this = Self::at_named(bin)?;
            return match wanted {
                Some(wanted) if wanted != this.major => Err(Failure::OtherMajor {
                    folder: folder.cluster(),
                    wanted,
                    found: vec![this.major],
                }),
                _ => Ok(this),
            };
        }

        let mut majors = Vec::new();
        let found = carried::postgres_bin().into_iter().chain(system_folders());
        for this in found.filter_map(Self::at) {
            if wanted.unwrap_or(this.major) == this.major {
                return Ok(this);
            }
            majors.push(this.major);
        }
        match wanted {
            Some(wanted) if wanted != embedded::MAJOR && !majors.is_empty() => {
                majors.sort_unstable();
                majors.dedup();
                Err(Failure::OtherMajor {
                    folder: folder.cluster(),
                    wanted,
                    found: majors,
                })
            }
            _ => {
                let this = embedded::bin()
                    .and_then(|bin| Self::at(bin).ok_or("its programs do not run here".to_owned()))
                    .map_err(|npm| Failure::NoPostgres { npm })?;
                match wanted {
                    Some(wanted) if wanted != this.major => Err(Failure::OtherMajor {
                        folder: folder.cluster(),
                        wanted,
                        found: vec![this.major],
                    }),
                    _ => Ok(this),
                }
            }
        }
    }

    fn at_named(bin: PathBuf) -> Result<Self, Failure> {
        let missing = ["postgres", "initdb"]
            .into_iter()
            .find(|name| !bin.join(name).is_file());
        match (missing, Self::at(bin.clone())) {
            (Some(program), _) => Err(Failure::NoPostgresThere {
                folder: bin,
                program,
            }),
            (None, None) => Err(Failure::NoPostgresThere {
                folder: bin,
                program: "postgres",
            }),
            (None, Some(this)) => Ok(this),
        }
    }

    /// The installation in this folder, if it is usable.
    fn at(bin: PathBuf) -> Option<Self> {
        if !bin.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(bin.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let (version, major) = parse_version(&String::from_utf8_lossy(&output.stdout))?;
        (major >= OLDEST_MAJOR).then_some(Self {
            bin,
            major,
            version,
        })
    }
}

/// The major version of the folder's database, if it has one.
fn made_by(folder: &DataFolder) -> Option<u32> {
    fs::read_to_string(folder.cluster().join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is `15.18`, major 15.
fn parse_version(text: &str) -> Option<(String, u32)> {
    let version = text.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((version.to_owned(), digits.parse().ok()?))
}

/// Where systems install PostgreSQL, in order of preference. Not all of these exist.
fn system_folders() -> Vec<PathBuf> {
    let from_pg_config = Command::new("pg_config")
        .arg("--bindir")
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let homebrew = [
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
    ];
    let in_path = std::env::var_os("PATH").unwrap_or_default();

    from_pg_config
        .into_iter()
        .chain(newest_first("/usr/lib/postgresql", ""))
        .chain(
            homebrew
                .iter()
                .flat_map(|opt| newest_first(opt, "postgresql@")),
        )
        .chain(newest_first("/usr", "pgsql-"))
        .chain(std::env::split_paths(&in_path))
        .collect()
}

/// `/usr/lib/postgresql/{17,15}/bin`, `/opt/homebrew/opt/postgresql@{17,16}/bin` …
fn newest_first(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(Path::new(parent))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry
                .file_name()
                .to_str()?
                .strip_prefix(prefix)?
                .parse()
                .ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, bin)| bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_program_says() {
        let read = |text| parse_version(text).expect("a version");
        assert_eq!(
            read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            ("15.18".to_owned(), 15)
        );
        assert_eq!(
            read("postgres (PostgreSQL) 19beta1\n"),
            ("19beta1".to_owned(), 19)
        );
        assert!(parse_version("").is_none());
    }

    #[test]
    fn newer_versions_come_first() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        for name in ["9", "15", "17", "common"] {
            fs::create_dir(scratch.path().join(name)).expect("a folder");
        }
        let found = newest_first(scratch.path().to_str().expect("UTF-8"), "");

        assert_eq!(
            found,
            ["17/bin", "15/bin", "9/bin"].map(|path| scratch.path().join(path))
        );
    }
}
