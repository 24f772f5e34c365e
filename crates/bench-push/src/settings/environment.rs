//! The environment: variables and a `.env` file.

use std::{
    collections::BTreeMap,
    fs::{File, Metadata},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use bench_model::words::numbered;

use crate::settings::{
    dotenv::{Dotenv, Malformed},
    repository::nearest,
    variables::{ALL_KEYS, DATABASE_URL, URL},
};

/// The beginning of the variables of flags. A `.env` file may set these, [`URL`], [`ALL_KEYS`] and
/// [`DATABASE_URL`]: it belongs to the whole project, so its `USER` or `CI` is not for us.
const FLAGS: &str = "BENCH_PUSH_";
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
    /// What the file sets and must not give.
    refused: BTreeMap<String, Refused>,
}

/// A `.env` file that can't be read. It is ignored.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be read and is ignored: {cause}")]
pub(crate) struct Unreadable {
    path: PathBuf,
    cause: io::Error,
}

/// A variable of a `.env` file that must not be used: an error once a command asks for it. No value
/// is quoted, because it may be a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {}", .why.about(.name))]
pub(crate) struct Refused {
    path: PathBuf,
    /// The variable.
    pub(crate) name: String,
    why: Why,
}

/// Why a file's variable must not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// The file is another user's, who could send our runs anywhere.
    NotOurs,
    /// Others may change the file, which has this mode.
    Writable(u32),
    /// Malformed statements mention it; the line where each begins, from 1.
    Malformed(Vec<usize>),
    /// Its value contains this variable of the process.
    Borrows(String),
}

impl Why {
    fn about(&self, name: &str) -> String {
        match self {
            Self::NotOurs => format!("sets `{name}`, but belongs to another user"),
            Self::Writable(mode) => {
                format!("sets `{name}`, but may be changed by others (mode {mode:o})")
            }
            Self::Malformed(lines) => {
                format!("is malformed at {}: wanted `NAME=value`", places(lines))
            }
            Self::Borrows(borrowed) => format!(
                "puts `{borrowed}` of the environment into `{name}`, which a file may not do"
            ),
        }
    }
}

impl Refused {
    /// How to fix it.
    pub(crate) fn hint(&self) -> String {
        let path = self.path.display();
        match &self.why {
            Why::NotOurs => format!(
                "if you trust it, copy it or run `chown \"$(id -u)\" {path}`; else remove it"
            ),
            Why::Writable(_) => format!("look into it, then run `chmod go-w {path}`"),
            Why::Malformed(_) => {
                "a value with a quote at its beginning needs one at its end; comments begin with ` #`"
                    .to_owned()
            }
            Why::Borrows(_) => format!(
                "set `{}` in the environment, or write its value into the file",
                self.name
            ),
        }
    }
}

impl Environment {
    /// The variables of this process, completed by the nearest `.env` between `directory` and the
    /// root of its repository, and why that file can't be read, if so.
    pub(crate) fn load(directory: &Path) -> (Self, Option<Unreadable>) {
        let mut environment = Self::process();
        let Some(path) = nearest(directory, ".env") else {
            return (environment, None);
        };
        match read(&path) {
            Ok((bytes, distrust)) => {
                environment.add_file(&path, &bytes, distrust.as_ref());
                (environment, None)
            }
            Err(cause) => (environment, Some(Unreadable { path, cause })),
        }
    }

    /// The variables of this process alone.
    fn process() -> Self {
        let process = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            process,
            ..Self::default()
        }
    }

    /// Adds our variables from a file, none of them usable if there is a `distrust`.
    fn add_file(&mut self, path: &Path, bytes: &[u8], distrust: Option<&Why>) {
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
        let broken: Vec<usize> = malformed
            .iter()
            .filter(|statement| ours_in(statement).next().is_some())
            .map(|statement| statement.line)
            .collect();
        let mut refused: Vec<(String, Why)> = malformed
            .iter()
            .flat_map(ours_in)
            .map(|name| (name.to_owned(), Why::Malformed(broken.clone())))
            .collect();
        for (name, value) in variables.into_iter().filter(|(name, _)| is_ours(name)) {
            let mut unknown = unknown.get(&name).into_iter().flatten();
            let borrowed = unknown.find(|name| self.get_from(Source::Process, name).is_some());
            let borrows = borrowed.map(|borrowed| Why::Borrows(borrowed.clone()));
            match (distrust.cloned().or(borrows), value) {
                (Some(why), _) => refused.push((name, why)),
                (None, Some(value)) => {
                    self.file.insert(name, value);
                }
                (None, None) => {}
            }
        }
        for (name, why) in refused {
            self.file.remove(&name);
            let path = path.to_owned();
            let refusal = Refused {
                path,
                name: name.clone(),
                why,
            };
            self.refused.insert(name, refusal);
        }
    }

    /// Only these variables.
    #[cfg(test)]
    pub(crate) fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        let process = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            process: process.into(),
            ..Self::default()
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

    /// Why the file's value of `name` must not be used, if the process does not set it either.
    pub(crate) fn refused(&self, name: &str) -> Option<&Refused> {
        match self.get_from(Source::Process, name) {
            Some(_) => None,
            None => self.refused.get(name),
        }
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

/// The content of a file, and why not to trust it.
fn read(path: &Path) -> io::Result<(Vec<u8>, Option<Why>)> {
    let mut file = File::open(path)?;
    let distrust = distrust(&file.metadata()?);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, distrust))
}

/// Who else can have written the file.
#[cfg(unix)]
fn distrust(metadata: &Metadata) -> Option<Why> {
    use std::os::unix::fs::MetadataExt as _;
    const WRITE_FOR_OTHERS: u32 = 0o022;
    // Root can change everything as it is.
    if metadata.uid() != nix::unistd::geteuid().as_raw() && metadata.uid() != 0 {
        return Some(Why::NotOurs);
    }
    let mode = metadata.mode() & 0o777;
    (mode & WRITE_FOR_OTHERS != 0).then_some(Why::Writable(mode))
}

#[cfg(not(unix))]
fn distrust(_metadata: &Metadata) -> Option<Why> {
    None
}

fn is_ours(name: &str) -> bool {
    [URL, DATABASE_URL].contains(&name) || ALL_KEYS.contains(&name) || name.starts_with(FLAGS)
}

/// Our variables in a malformed statement, such as `set SUPABASE_URL=…`.
fn ours_in(Malformed { text, .. }: &Malformed) -> impl Iterator<Item = &str> {
    let code = text.lines().filter_map(|line| line.split('#').next());
    let words = code.flat_map(|code| code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| is_ours(word))
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
    fn read(mut environment: Environment, text: &[u8]) -> Environment {
        environment.add_file(Path::new(".env"), text, None);
        environment
    }

    fn refusal(environment: &Environment, name: &str) -> Option<String> {
        environment.refused(name).map(ToString::to_string)
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
    fn nothing_is_taken_from_a_dotenv_that_others_may_change_or_own() -> io::Result<()> {
        use std::os::unix::fs::{PermissionsExt as _, chown};
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(".env");
        let loaded = || {
            let (environment, error) = Environment::load(folder.path());
            assert!(error.is_none());
            let name = "BENCH_PUSH_ENVIRONMENT";
            let value = environment.get_from(Source::File, name).map(str::to_owned);
            assert_eq!(refusal(&environment, "BENCH_PUSH_NOTES"), None);
            (value, refusal(&environment, name).unwrap_or_default())
        };
        for (mode, is_refused) in [(0o600, false), (0o644, false), (0o664, true), (0o646, true)] {
            fs::write(&path, "BENCH_PUSH_ENVIRONMENT=staging\n")?;
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
            let (value, refusal) = loaded();
            assert_eq!(value.is_none(), is_refused);
            let says_so = refusal.contains("may be changed by others");
            assert_eq!(says_so, is_refused, "{mode:o}");
        }
        // Only root can give a file away.
        if chown(&path, Some(12_345), None).is_ok() {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            let (value, refusal) = loaded();
            assert_eq!(value, None);
            assert!(refusal.contains("belongs to another user"), "{refusal}");
        }
        Ok(())
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_name() {
        let text = "\u{feff}SUPABASE_URL=1\nDATABASE_URL=2\n";
        let environment = read(Environment::default(), text.as_bytes());
        assert_eq!(environment.get("SUPABASE_URL"), Some("1"));
        assert_eq!(environment.get("DATABASE_URL"), Some("2"));
    }

    #[test]
    fn only_our_variables_are_taken_from_the_file_and_they_may_refer_to_the_others() {
        let text = b"CI=true\nUSER=app\nHOST=abc\nGITHUB_OUTPUT=/tmp/x\nHTTPS_PROXY=http://evil\n\
            DATABASE_URL_OF_APP=x\nSUPABASE_JWT_SECRET=x\nSUPABASE_URL=https://${HOST}.supabase.co\n";
        let environment = read(Environment::default(), text);
        let names: Vec<&String> = environment.file.keys().collect();
        assert_eq!(names, ["SUPABASE_URL"]);
        assert_eq!(
            environment.get("SUPABASE_URL"),
            Some("https://abc.supabase.co")
        );
    }

    #[test]
    fn no_secret_of_the_process_gets_into_a_value_of_the_file() {
        let process = || Environment::of([("AWS_SECRET", "sentinel"), ("HOME", "/home/me")]);
        for (name, text) in [
            (
                "SUPABASE_URL",
                "SUPABASE_URL=https://evil.example/${AWS_SECRET}\n",
            ),
            (
                "SUPABASE_URL",
                "A=${AWS_SECRET}\nB=${A}\nSUPABASE_URL=https://evil.example/${B}\n",
            ),
            ("BENCH_PUSH_NOTES", "BENCH_PUSH_NOTES=${AWS_SECRET:-none}\n"),
        ] {
            let environment = read(process(), text.as_bytes());
            assert_eq!(environment.get(name), None);
            let error = refusal(&environment, name).expect(text);
            assert!(error.contains("`AWS_SECRET`"), "{error}");
        }
        let text = b"AWS_SECRET=own\nBENCH_PUSH_NOTES=${AWS_SECRET}\n\
            BENCH_PUSH_SPOOL_DIR=${HOME}/spool\nBENCH_PUSH_TAGS=${NONE:-a}\nAPP=${AWS_SECRET}\n";
        let environment = read(process(), text);
        for (name, value) in [
            ("BENCH_PUSH_NOTES", "own"),
            ("BENCH_PUSH_SPOOL_DIR", "/home/me/spool"),
            ("BENCH_PUSH_TAGS", "a"),
        ] {
            assert_eq!(environment.get(name), Some(value));
        }
    }

    #[test]
    fn a_value_that_the_process_sets_is_not_refused() {
        let text = b"SUPABASE_URL=${SUPABASE_URL:-http://localhost}\nset DATABASE_URL=x\n";
        let environment = Environment::of([("SUPABASE_URL", "a"), ("DATABASE_URL", "b")]);
        let environment = read(environment, text);
        for (name, value) in [("SUPABASE_URL", "a"), ("DATABASE_URL", "b")] {
            assert_eq!(environment.get(name), Some(value));
            assert_eq!(refusal(&environment, name), None);
        }
        let environment = read(Environment::of([("SUPABASE_URL", "")]), text);
        assert_eq!(environment.get("SUPABASE_URL"), Some("http://localhost"));
    }

    #[test]
    fn a_malformed_statement_refuses_those_of_our_variables_that_it_mentions() {
        let text = b"first words\nset SUPABASE_URL=x\nAPP: 1\nnote words # DATABASE_URL\n\nBENCH_PUSH_TAGS=\"a\n";
        let environment = read(Environment::default(), text);
        for name in ["SUPABASE_URL", "BENCH_PUSH_TAGS"] {
            assert_eq!(
                refusal(&environment, name).as_deref(),
                Some("`.env` is malformed at lines 2, 6: wanted `NAME=value`")
            );
        }
        assert_eq!(refusal(&environment, "DATABASE_URL"), None);
    }
}
