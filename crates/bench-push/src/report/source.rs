//! Files, globs and standard input → text. Sizes are checked before reading.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use bench_model::report::{MAX_REPORT_BYTES, ReportError};

use crate::{settings::environment::Environment, spelling::Misspelt};

/// A named file and its content.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its name in messages: its path, or `standard input`.
    pub(crate) name: String,
    /// Its path; none for standard input.
    pub(crate) path: Option<PathBuf>,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// Why a named file can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// It doesn't exist.
    #[error("`{name}` does not exist")]
    Missing {
        /// The argument.
        name: String,
    },
    /// A glob that matches nothing.
    #[error("`{pattern}` matches no file")]
    NoMatch {
        /// The glob.
        pattern: String,
    },
    /// An invalid glob.
    #[error("`{pattern}` is no valid glob: {reason}")]
    BadGlob {
        /// The glob.
        pattern: String,
        /// The error.
        reason: &'static str,
    },
    /// A folder.
    #[error("`{name}` is a folder, wanted a file")]
    Folder {
        /// The argument.
        name: String,
    },
    /// It exists but can't be read.
    #[error("`{name}` cannot be read: {cause}")]
    Unreadable {
        /// Its name in messages.
        name: String,
        /// The system's error.
        cause: io::Error,
    },
    /// Larger than any report.
    #[error("`{name}` {cause}")]
    TooLarge {
        /// Its name in messages.
        name: String,
        /// The sizes.
        cause: ReportError,
    },
}

impl SourceError {
    /// The file, folder or glob.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Missing { name }
            | Self::Folder { name }
            | Self::Unreadable { name, .. }
            | Self::TooLarge { name, .. }
            | Self::NoMatch { pattern: name }
            | Self::BadGlob { pattern: name, .. } => name,
        }
    }

    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { name } if verb_like(name).is_some() => {
                verb_like(name).map(|verb| format!("did you mean the verb `{verb}`?"))
            }
            Self::Missing { .. } => Some(
                "did the benchmark write its report, and is this the folder it wrote to?"
                    .to_owned(),
            ),
            Self::NoMatch { .. } => Some(
                "did the benchmark write its reports? `*` does not cross folders, `**` does"
                    .to_owned(),
            ),
            Self::Folder { name } => Some(format!(
                "name its files: '{}/*.json'",
                name.trim_end_matches('/')
            )),
            Self::TooLarge { cause, .. } => cause.hint(),
            Self::BadGlob { .. } | Self::Unreadable { .. } => None,
        }
    }
}

/// The inputs with every glob resolved; each file once, in the order named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// Resolves the arguments.
///
/// A name of an existing file is that file, even if it contains `*`. Matches of a glob are sorted
/// by name.
pub(crate) fn resolve<'a>(
    typed: impl IntoIterator<Item = &'a str>,
) -> Vec<Result<Source, SourceError>> {
    let mut known: HashSet<Source> = HashSet::new();
    let mut is_new = |source: &Result<Source, SourceError>| match source {
        Ok(source) => known.insert(source.clone()),
        Err(_) => true,
    };
    typed
        .into_iter()
        .flat_map(resolve_one)
        .filter(|source| is_new(source))
        .collect()
}

fn resolve_one(name: &str) -> Vec<Result<Source, SourceError>> {
    if name == "-" {
        return vec![Ok(Source::Stdin)];
    }
    let is_glob = name.contains(['*', '?', '[']);
    if !is_glob || Path::new(name).exists() {
        return vec![Ok(Source::File(PathBuf::from(name)))];
    }
    let paths = match glob::glob(name) {
        Ok(paths) => paths,
        Err(error) => {
            return vec![Err(SourceError::BadGlob {
                pattern: name.to_owned(),
                reason: error.msg,
            })];
        }
    };
    let matches: Vec<_> = paths
        .filter(|path| !path.as_ref().is_ok_and(|path| path.is_dir()))
        .map(|path| match path {
            Ok(path) => Ok(Source::File(path)),
            Err(error) => {
                let name = error.path().display().to_string();
                Err(SourceError::Unreadable {
                    name,
                    cause: error.into(),
                })
            }
        })
        .collect();
    if matches.is_empty() {
        return vec![Err(SourceError::NoMatch {
            pattern: name.to_owned(),
        })];
    }
    matches
}

impl Source {
    /// Reads it completely, unless it exceeds the size limit.
    ///
    /// # Errors
    ///
    /// [`SourceError`] if it is missing, not a file, unreadable or too large.
    pub(crate) fn read(&self) -> Result<Text, SourceError> {
        match self {
            Self::Stdin => {
                let name = "standard input".to_owned();
                let bytes = read_all(&name, io::stdin().lock(), 0)?;
                Ok(Text {
                    name,
                    path: None,
                    bytes,
                })
            }
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = read_file(&name, path)?;
                Ok(Text {
                    name,
                    path: Some(path.clone()),
                    bytes,
                })
            }
        }
    }
}

fn read_file(name: &str, path: &Path) -> Result<Vec<u8>, SourceError> {
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => SourceError::Missing {
            name: name.to_owned(),
        },
        _ => SourceError::Unreadable {
            name: name.to_owned(),
            cause,
        },
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(SourceError::Folder {
            name: name.to_owned(),
        });
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if size > MAX_REPORT_BYTES {
        return Err(too_large(name, size));
    }
    read_all(name, file, size)
}

/// Reads at most one byte more than the limit: a pipe has no known size, and a file may grow.
fn read_all(name: &str, reader: impl Read, size: usize) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::with_capacity(size + 1);
    reader
        .take(MAX_REPORT_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| SourceError::Unreadable {
            name: name.to_owned(),
            cause,
        })?;
    if bytes.len() > MAX_REPORT_BYTES {
        return Err(too_large(name, bytes.len()));
    }
    Ok(bytes)
}

fn too_large(name: &str, bytes: usize) -> SourceError {
    SourceError::TooLarge {
        name: name.to_owned(),
        cause: ReportError::TooLarge { bytes },
    }
}

/// The verb that was probably meant by a word that is not a file.
fn verb_like(name: &str) -> Option<String> {
    if name.contains(['.', '/', '\\']) {
        return None;
    }
    let command = crate::cli::parse::command(&Environment::default());
    let verbs = command.get_subcommands().map(clap::Command::get_name);
    let misspelt = Misspelt::among("", name, verbs)?;
    misspelt.meant().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn globs_are_resolved_in_order_and_a_file_named_twice_is_read_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["b.json", "a.json", "c.txt"] {
            fs::write(path(name), "{}").expect("written");
        }

        let found = resolve([path("b.json").as_str(), &path("*.json"), "-"]);
        let names: Vec<_> = found.into_iter().flatten().collect();
        assert_eq!(
            names,
            [
                Source::File(path("b.json").into()),
                Source::File(path("a.json").into()),
                Source::Stdin
            ]
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge.json");
        // Sparse: 200 MB that use no disk space but would take a second to read.
        File::create(&path)
            .and_then(|file| file.set_len(200_000_000))
            .expect("written");

        let error = Source::File(path)
            .read()
            .expect_err("must be refused")
            .to_string();
        assert!(
            error.ends_with("is too large: 200000000 bytes, at most 33554432 are read"),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_file_is_said_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = Source::File(folder.path().join("none.json")).read();
        assert!(matches!(missing, Err(SourceError::Missing { .. })));
        assert!(matches!(
            Source::File(folder.path().into()).read(),
            Err(SourceError::Folder { .. })
        ));
        assert!(matches!(
            resolve(["nothing-*.json"])[..],
            [Err(SourceError::NoMatch { .. })]
        ));
    }
}
