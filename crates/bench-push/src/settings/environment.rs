//! The environment: variables and a `.env` file.

use std::{
    collections::BTreeMap,
    fs::{File, Metadata},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use bench_model::words::numbered;

use crate::settings::dotenv::{Dotenv, Malformed};

/// What a `.env` file may set: names that begin so, and one by itself. The file belongs to the whole
/// project: its `USER`, `CI` or `GITHUB_OUTPUT` is not for us.
const OURS: [&str; 2] = ["SUPABASE_", "BENCH_PUSH_"];
const DATABASE_URL: &str = "DATABASE_URL";
/// The variables of the process that a value of the file may contain. Any other may be a secret,
/// which the file could send anywhere.
const LENT: [&str; 6] = ["HOME", "USER", "LOGNAME", "PWD", "TMPDIR", "XDG_STATE_HOME"];

/// Where a variable is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The environment of the process.
    Process,
    /// A `.env` file.
    File,
}

/// Variables of the process, completed by a `.env` file. An empty variable counts as unset, because
/// CI systems pass a missing secret as an empty string.
#[derive(Default)]
pub(crate) struct Environment {
    process: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
}

/// Why a `.env` file can't be used. Its text is never quoted: it may contain keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DotenvError {
    /// The file exists but can't be opened.
    #[error("`{path}` cannot be read and is ignored: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// The file of another user, who could send our runs anywhere.
    #[error("`{path}` belongs to another user, and is not read")]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A file that others may change.
    #[error("`{path}` may be changed by others (mode {mode:o}), and is not read")]
    Writable {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Malformed statements that set one of our variables.
    #[error("`{path}` is malformed at {}: wanted `NAME=value`", places(lines))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line where each begins, from 1.
        lines: Vec<usize>,
    },
    /// A value with a variable of the process in it.
    #[error("`{path}` puts `{borrowed}` of the environment into `{name}`, which a file may not do")]
    Borrows {
        /// The file.
        path: PathBuf,
        /// The file's variable.
        name: String,
        /// The variable of the process.
        borrowed: String,
    },
}

impl DotenvError {
    /// Whether nothing may be done without the file. With half of its settings, a push could store
    /// runs in the wrong place.
    pub(crate) fn is_fatal(&self) -> bool {
        !matches!(self, Self::Unreadable { .. })
    }

    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => None,
            Self::NotOurs { path } => Some(format!(
                "if you trust it, copy it or run `chown \"$(id -u)\" {}`; else remove it",
                path.display()
            )),
            Self::Writable { path, .. } => Some(format!(
                "look into it, then run `chmod go-w {}`",
                path.display()
            )),
            Self::Malformed { .. } => Some(
                "a value with a quote at its beginning needs one at its end; comments begin with ` #`"
                    .to_owned(),
            ),
            Self::Borrows { name, .. } => Some(format!(
                "set `{name}` in the environment, or write its value into the file"
            )),
        }
    }
}

impl Environment {
    /// The variables of this process, completed by the nearest `.env` between `directory` and the
    /// root of its repository, and why that file can't be used, if so.
    pub(crate) fn load(directory: &Path) -> (Self, Option<DotenvError>) {
        let mut environment = Self::process();
        let Some(path) = find_dotenv(directory) else {
            return (environment, None);
        };
        let error = match read_trusted(&path) {
            Ok(bytes) => environment.add_file(path, &bytes).err(),
            Err(error) => Some(error),
        };
        (environment, error)
    }

    /// The variables of this process alone.
    fn process() -> Self {
        let process = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            process,
            file: BTreeMap::new(),
        }
    }

    /// Adds our variables from a file, and nothing if it is wrong.
    fn add_file(&mut self, path: PathBuf, bytes: &[u8]) -> Result<(), DotenvError> {
        // Some editors begin a file with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let lent = LENT.into_iter().filter_map(|name| {
            let value = self.process.get(name)?;
            Some((name.to_owned(), value.clone()))
        });
        let Dotenv {
            variables,
            malformed,
            unknown,
        } = Dotenv::parse(&String::from_utf8_lossy(bytes), &lent.collect());
        let lines: Vec<usize> = malformed
            .iter()
            .filter(|statement| names_ours(statement))
            .map(|statement| statement.line)
            .collect();
        if !lines.is_empty() {
            return Err(DotenvError::Malformed { path, lines });
        }
        let ours = || variables.iter().filter(|(name, _)| is_ours(name));
        for (name, _) in ours() {
            let mut names = unknown.get(name).into_iter().flatten();
            if let Some(borrowed) = names.find(|unknown| self.process.contains_key(*unknown)) {
                return Err(DotenvError::Borrows {
                    path,
                    name: name.clone(),
                    borrowed: borrowed.clone(),
                });
            }
        }
        self.file = ours()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect();
        Ok(())
    }

    /// Only these variables.
    #[cfg(test)]
    pub(crate) fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        let process = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            process: process.into(),
            file: BTreeMap::new(),
        }
    }

    /// These variables in a `.env` file as well.
    #[cfg(test)]
    pub(crate) fn with_file<const N: usize>(mut self, variables: [(&str, &str); N]) -> Self {
        let file = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.file = file.into();
        self
    }

    /// The variable `name`, from the process, otherwise from the `.env` file; none if empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.get_from(Source::Process, name)
            .or_else(|| self.get_from(Source::File, name))
    }

    /// The variable `name` from one source; none if empty.
    pub(crate) fn get_from(&self, source: Source, name: &str) -> Option<&str> {
        let variables = match source {
            Source::Process => &self.process,
            Source::File => &self.file,
        };
        let value = variables.get(name).map(String::as_str);
        value.filter(|value| !value.trim().is_empty())
    }

    /// Every value of the variable `name`, used or not.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        [Source::Process, Source::File]
            .into_iter()
            .filter_map(move |source| self.get_from(source, name))
    }

    /// Whether the variable is truthy: `1`, `true`, `yes` or `on`, in any case.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| {
            ["1", "true", "yes", "on"]
                .iter()
                .any(|yes| value.trim().eq_ignore_ascii_case(yes))
        })
    }
}

/// The nearest `.env`, up to the folder with `.git`; without a repository only in `directory`.
fn find_dotenv(directory: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    let root = directory.ancestors().find(is_root).unwrap_or(directory);
    directory
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join(".env"))
        .find(|path| path.is_file())
}

/// The content of a file that no one else can have written.
fn read_trusted(path: &Path) -> Result<Vec<u8>, DotenvError> {
    let unreadable = |cause| DotenvError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check_owner(path, &metadata)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(unix)]
fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), DotenvError> {
    use std::os::unix::fs::MetadataExt as _;
    const WRITE_FOR_OTHERS: u32 = 0o022;
    let path = || path.to_owned();
    // Root can change everything as it is.
    if metadata.uid() != nix::unistd::geteuid().as_raw() && metadata.uid() != 0 {
        return Err(DotenvError::NotOurs { path: path() });
    }
    let mode = metadata.mode() & 0o777;
    if mode & WRITE_FOR_OTHERS != 0 {
        return Err(DotenvError::Writable { path: path(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner(_path: &Path, _metadata: &Metadata) -> Result<(), DotenvError> {
    Ok(())
}

fn is_ours(name: &str) -> bool {
    name == DATABASE_URL || OURS.iter().any(|ours| name.starts_with(ours))
}

/// Whether a malformed statement mentions one of our variables, such as `set SUPABASE_URL=…`.
fn names_ours(Malformed { text, .. }: &Malformed) -> bool {
    let code = text.lines().filter_map(|line| line.split('#').next());
    let ours = OURS.iter().chain([&DATABASE_URL]);
    code.into_iter()
        .any(|code| ours.clone().any(|ours| code.contains(ours)))
}

/// `line 2`, or `lines 2, 5`.
fn places(lines: &[usize]) -> String {
    let noun = numbered(lines.len(), "line");
    let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{noun} {}", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The variables in a file with this text.
    fn read(environment: Environment, text: &[u8]) -> Result<Environment, DotenvError> {
        let mut environment = environment;
        environment.add_file(PathBuf::from(".env"), text)?;
        Ok(environment)
    }

    #[test]
    fn an_empty_variable_counts_as_none_and_lets_the_file_speak() {
        let environment = Environment::of([("A", ""), ("B", "process"), ("C", " ")]);
        let environment = environment.with_file([("A", "file"), ("B", "file")]);

        assert_eq!(environment.get("A"), Some("file"));
        assert_eq!(environment.get("B"), Some("process"));
        assert_eq!(environment.get("C"), None);
        assert_eq!(
            environment.all("B").collect::<Vec<_>>(),
            ["process", "file"]
        );
    }

    #[test]
    fn the_nearest_dotenv_up_to_the_root_of_the_repository_is_read() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let deep = folder.path().join("a/b/c");
        fs::create_dir_all(&deep)?;
        let found = |text: &str, place: &str| {
            let path = folder.path().join(place);
            fs::write(&path, text)?;
            let (environment, error) = Environment::load(&deep);
            fs::remove_file(path)?;
            assert!(error.is_none(), "{place}");
            let value = environment.get_from(Source::File, "BENCH_PUSH_ENVIRONMENT");
            Ok::<_, io::Error>(value.map(str::to_owned))
        };
        let text = "# keys\nexport BENCH_PUSH_ENVIRONMENT='staging'\n";
        let staging = Some("staging".to_owned());
        assert_eq!(found(text, "a/b/c/.env")?, staging);
        assert_eq!(found(text, "a/b/.env")?, None);
        fs::create_dir(folder.path().join("a/b/.git"))?;
        assert_eq!(found(text, "a/b/.env")?, staging);
        assert_eq!(found(text, "a/.env")?, None);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_dotenv_that_others_may_change_or_own_is_refused() -> io::Result<()> {
        use std::os::unix::fs::{PermissionsExt as _, chown};
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(".env");
        for (mode, is_refused) in [(0o600, false), (0o644, false), (0o664, true), (0o646, true)] {
            fs::write(&path, "SUPABASE_URL=https://abc.supabase.co\n")?;
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
            let (environment, error) = Environment::load(folder.path());
            assert_eq!(
                environment.get_from(Source::File, "SUPABASE_URL").is_none(),
                is_refused
            );
            let error = error
                .filter(DotenvError::is_fatal)
                .map(|error| error.to_string());
            let says_so = error.is_some_and(|error| error.contains("may be changed by others"));
            assert_eq!(says_so, is_refused, "{mode:o}");
        }
        // Only root can give a file away.
        if chown(&path, Some(12_345), None).is_ok() {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            let (environment, error) = Environment::load(folder.path());
            assert_eq!(environment.get_from(Source::File, "SUPABASE_URL"), None);
            let error = error.expect("it is another's").to_string();
            assert!(error.contains("belongs to another user"), "{error}");
        }
        Ok(())
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_name() -> Result<(), DotenvError> {
        let text = "\u{feff}SUPABASE_URL=1\nDATABASE_URL=2\n";
        let environment = read(Environment::default(), text.as_bytes())?;
        assert_eq!(environment.get("SUPABASE_URL"), Some("1"));
        assert_eq!(environment.get("DATABASE_URL"), Some("2"));
        Ok(())
    }

    #[test]
    fn only_our_variables_are_taken_from_the_file_and_they_may_refer_to_the_others()
    -> Result<(), DotenvError> {
        let text = b"CI=true\nUSER=app\nHOST=abc\nGITHUB_OUTPUT=/tmp/x\nHTTPS_PROXY=http://evil\n\
            DATABASE_URL_OF_APP=x\nSUPABASE_URL=https://${HOST}.supabase.co\n";
        let environment = read(Environment::default(), text)?;
        let names: Vec<&String> = environment.file.keys().collect();
        assert_eq!(names, ["SUPABASE_URL"]);
        assert_eq!(
            environment.get("SUPABASE_URL"),
            Some("https://abc.supabase.co")
        );
        Ok(())
    }

    #[test]
    fn no_secret_of_the_process_gets_into_a_value_of_the_file() -> Result<(), DotenvError> {
        let process = || Environment::of([("AWS_SECRET", "sentinel"), ("HOME", "/home/me")]);
        for text in [
            "SUPABASE_URL=https://evil.example/${AWS_SECRET}\n",
            "A=${AWS_SECRET}\nB=${A}\nSUPABASE_URL=https://evil.example/${B}\n",
            "BENCH_PUSH_NOTES=${AWS_SECRET:-none}\n",
        ] {
            let error = read(process(), text.as_bytes())
                .map(|_| ())
                .expect_err(text);
            assert!(error.is_fatal());
            assert!(error.to_string().contains("`AWS_SECRET`"), "{error}");
        }
        let text = b"AWS_SECRET=own\nBENCH_PUSH_NOTES=${AWS_SECRET}\n\
            BENCH_PUSH_SPOOL_DIR=${HOME}/spool\nBENCH_PUSH_TAGS=${NONE:-a}\nAPP=${AWS_SECRET}\n";
        let environment = read(process(), text)?;
        for (name, value) in [
            ("BENCH_PUSH_NOTES", "own"),
            ("BENCH_PUSH_SPOOL_DIR", "/home/me/spool"),
            ("BENCH_PUSH_TAGS", "a"),
        ] {
            assert_eq!(environment.get(name), Some(value));
        }
        Ok(())
    }

    #[test]
    fn a_malformed_statement_is_an_error_only_if_it_mentions_one_of_our_variables() {
        let text = b"first words\nset SUPABASE_URL=x\nAPP: 1\nnote words # SUPABASE_URL\n\nBENCH_PUSH_TAGS=\"a\n";
        let error = read(Environment::default(), text).map(|_| ());
        assert_eq!(
            error.expect_err("malformed").to_string(),
            "`.env` is malformed at lines 2, 6: wanted `NAME=value`"
        );
    }
}
