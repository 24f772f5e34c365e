//! The environment: variables and a `.env` file.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::settings::dotenv::{Dotenv, Malformed};

/// What a `.env` file may set. The file belongs to the whole project: its `USER` or `CI` is not for us.
const OURS: [&str; 3] = ["SUPABASE_", "BENCH_PUSH_", "DATABASE_URL"];

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
    /// Malformed statements that set one of our variables.
    #[error("`{path}` is malformed at {}: wanted `NAME=value`", places(lines))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line where each begins, from 1.
        lines: Vec<usize>,
    },
}

impl Environment {
    /// The variables of this process, completed by the first `.env` from `directory` upwards, and
    /// why that file can't be used, if so.
    pub(crate) fn load(directory: &Path) -> (Self, Option<DotenvError>) {
        let mut environment = Self::process();
        let Some(path) = find_dotenv(directory) else {
            return (environment, None);
        };
        let error = match fs::read(&path) {
            Err(cause) => Some(DotenvError::Unreadable { path, cause }),
            Ok(bytes) => {
                let lines = environment.add_file(&bytes);
                (!lines.is_empty()).then_some(DotenvError::Malformed { path, lines })
            }
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

    /// Adds our variables from a file. Returns the lines of malformed statements about them.
    fn add_file(&mut self, bytes: &[u8]) -> Vec<usize> {
        // Some editors begin a file with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let Dotenv {
            variables,
            malformed,
        } = Dotenv::parse(&String::from_utf8_lossy(bytes), &self.process);
        let ours = variables.into_iter().filter(|(name, _)| is_ours(name));
        self.file = ours
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let ours = malformed.iter().filter(|statement| names_ours(statement));
        ours.map(|statement| statement.line).collect()
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

    /// The variable `name`, from the process, otherwise from the `.env` file; none if empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let filled = |value: &&String| !value.trim().is_empty();
        self.process
            .get(name)
            .filter(filled)
            .or_else(|| self.file.get(name).filter(filled))
            .map(String::as_str)
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

fn find_dotenv(directory: &Path) -> Option<PathBuf> {
    directory
        .ancestors()
        .map(|folder| folder.join(".env"))
        .find(|path| path.is_file())
}

fn is_ours(name: &str) -> bool {
    OURS.iter().any(|ours| name.starts_with(ours))
}

/// Whether a malformed statement mentions one of our variables, such as `set SUPABASE_URL=…`.
fn names_ours(Malformed { text, .. }: &Malformed) -> bool {
    let code = text.lines().filter_map(|line| line.split('#').next());
    code.into_iter()
        .any(|code| OURS.iter().any(|ours| code.contains(ours)))
}

/// `line 2`, or `lines 2, 5`.
fn places(lines: &[usize]) -> String {
    let noun = if lines.len() == 1 { "line" } else { "lines" };
    let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{noun} {}", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_none_and_lets_the_file_speak() {
        let mut environment = Environment::of([("A", ""), ("B", "process"), ("C", " ")]);
        environment.file =
            BTreeMap::from([("A".into(), "file".into()), ("B".into(), "file".into())]);

        assert_eq!(environment.get("A"), Some("file"));
        assert_eq!(environment.get("B"), Some("process"));
        assert_eq!(environment.get("C"), None);
    }

    #[test]
    fn the_nearest_dotenv_upwards_is_read() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep)?;
        let text = "# keys\nexport BENCH_PUSH_ENVIRONMENT='staging'\n";
        fs::write(folder.path().join(".env"), text)?;

        let (environment, error) = Environment::load(&deep);
        assert!(error.is_none());
        assert_eq!(environment.get("BENCH_PUSH_ENVIRONMENT"), Some("staging"));
        Ok(())
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_name() {
        let mut environment = Environment::default();
        let lines = environment.add_file("\u{feff}SUPABASE_URL=1\nDATABASE_URL=2\n".as_bytes());
        assert_eq!(lines, Vec::<usize>::new());
        assert_eq!(environment.get("SUPABASE_URL"), Some("1"));
        assert_eq!(environment.get("DATABASE_URL"), Some("2"));
    }

    #[test]
    fn only_our_variables_are_taken_from_the_file_and_they_may_refer_to_the_others() {
        let mut environment = Environment::default();
        environment
            .add_file(b"CI=true\nUSER=app\nHOST=abc\nSUPABASE_URL=https://${HOST}.supabase.co\n");
        assert!(!environment.is_true("CI"));
        assert_eq!(environment.get("USER"), None);
        assert_eq!(
            environment.get("SUPABASE_URL"),
            Some("https://abc.supabase.co")
        );
    }

    #[test]
    fn a_malformed_statement_is_an_error_only_if_it_mentions_one_of_our_variables() {
        let mut environment = Environment::default();
        let lines = environment.add_file(
            b"first words\nset SUPABASE_URL=x\nAPP: 1\nnote words # SUPABASE_URL\n\nBENCH_PUSH_TAGS=\"a\n",
        );
        assert_eq!(lines, [2, 6]);
        let path = PathBuf::from(".env");
        assert_eq!(
            DotenvError::Malformed { path, lines }.to_string(),
            "`.env` is malformed at lines 2, 6: wanted `NAME=value`"
        );
    }
}
