//! The environment: variables and a `.env` file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

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
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: std::io::Error,
    },
    /// A line that is not an assignment.
    #[error("`{path}` is broken{place}: wanted `NAME=value`", place = place(*.line))]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1, if known.
        line: Option<usize>,
    },
}

impl Environment {
    /// The variables of this process, and the first `.env` from `directory` upwards.
    ///
    /// # Errors
    ///
    /// [`DotenvError`] if that file can't be read or parsed.
    pub(crate) fn load(directory: &Path) -> Result<Self, DotenvError> {
        let file = match find_dotenv(directory) {
            Some(path) => read_dotenv(&path)?,
            None => BTreeMap::new(),
        };
        Ok(Self {
            file,
            ..Self::process()
        })
    }

    /// The variables of this process alone.
    pub(crate) fn process() -> Self {
        let process = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            process,
            file: BTreeMap::new(),
        }
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

fn read_dotenv(path: &Path) -> Result<BTreeMap<String, String>, DotenvError> {
    let text = fs::read(path).map_err(|cause| DotenvError::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    dotenvy::from_read_iter(text)
        .collect::<Result<_, _>>()
        .map_err(|error| DotenvError::Broken {
            path: path.to_owned(),
            line: line_of(&error, text),
        })
}

fn line_of(error: &dotenvy::Error, text: &[u8]) -> Option<usize> {
    let dotenvy::Error::LineParse(broken, _) = error else {
        return None;
    };
    let broken = broken.lines().next()?.trim();
    let text = String::from_utf8_lossy(text);
    text.lines()
        .position(|line| line.trim() == broken)
        .map(|index| index + 1)
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" at line {line}"))
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
    fn the_nearest_dotenv_upwards_is_read() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep)?;
        fs::write(
            folder.path().join(".env"),
            "# keys\nexport FROM_FILE='yes'\n",
        )?;

        let environment = Environment::load(&deep).expect("a good file");
        assert_eq!(environment.get("FROM_FILE"), Some("yes"));
        Ok(())
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_name() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(".env");
        fs::write(&path, "\u{feff}FIRST=1\nSECOND=2\n")?;

        let environment = Environment::load(folder.path()).expect("a good file");
        assert_eq!(environment.get("FIRST"), Some("1"));
        assert_eq!(environment.get("SECOND"), Some("2"));

        fs::write(&path, "\u{feff}no assignment\n")?;
        let message = Environment::load(folder.path())
            .err()
            .expect("a broken file")
            .to_string();
        assert!(message.contains(" at line 1:"), "{message}");
        Ok(())
    }

    #[test]
    fn a_broken_dotenv_is_named_with_its_line_and_not_quoted() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(
            folder.path().join(".env"),
            "A=1\nsb_secret_sentinel is my key\n",
        )?;

        let message = Environment::load(folder.path())
            .err()
            .expect("a broken file")
            .to_string();
        assert!(
            message.ends_with(".env` is broken at line 2: wanted `NAME=value`"),
            "{message}"
        );
        assert!(!message.contains("sentinel"));
        Ok(())
    }
}
