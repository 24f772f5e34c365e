//! Runs that could not be sent: one file per run, in one folder per project.
//!
//! A file appears completely or not at all, and contains no key. It is named by the run's
//! idempotency key, so concurrent pushes never clash. Only the owner can access the folder.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use bench_model::rest::payload::IngestRun;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use sha2::{Digest as _, Sha256};

use bench_model::project_address::ProjectAddress;

use crate::settings::environment::Environment;

/// The spool of one project.
#[derive(Debug, Clone)]
pub(crate) struct Spool {
    folder: PathBuf,
    project_url: String,
}

/// The version of the files. A later one may have fields that this program would drop.
const VERSION: u32 = 1;
fn first_version() -> u32 {
    1
}

/// The maximum size of a file in bytes: more than any report.
const MAX_FILE: u64 = 2 * bench_model::report::MAX_REPORT_BYTES as u64;

/// A spooled run, as stored in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waiting {
    /// The version of the file. The first files did not name it.
    #[serde(default = "first_version")]
    pub(crate) version: u32,
    /// Its project; `flush` sends it only there.
    pub(crate) project_url: String,
    /// When it was spooled.
    pub(crate) spooled_at: Timestamp,
    /// Why the server refused it; only below `refused/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// The run.
    pub(crate) run: IngestRun,
}

/// Why a file of the spool is not a run to send. Reads as the end of a sentence with the file as
/// its subject.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// The system refuses.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// A folder, a pipe or a device.
    #[error("is not a file")]
    NotAFile,
    /// No run is that large.
    #[error("is larger than any run")]
    TooLarge,
    /// Of a later version.
    #[error("was written by another bench-push: its version is {found}, wanted {VERSION}")]
    OtherVersion {
        /// The version in the file.
        found: u64,
    },
    /// A field that this program would drop.
    #[error("has the field `{name}`, which this bench-push does not know")]
    UnknownField {
        /// Its name.
        name: String,
    },
    /// Of no length.
    #[error("is empty")]
    Empty,
    /// The end is missing.
    #[error("is cut off")]
    CutOff,
    /// Something else.
    #[error("is not a run: {reason}")]
    NotARun {
        /// Why.
        reason: String,
    },
    /// Another project's.
    #[error("is a run of the project `{url}`")]
    OtherProject {
        /// Its address.
        url: String,
    },
}

impl Unread {
    /// Whether the file may hold a run that another bench-push, or another user, can send. It stays
    /// where it is.
    pub(crate) fn stays(&self) -> bool {
        match self {
            Self::Unreadable(_)
            | Self::NotAFile
            | Self::TooLarge
            | Self::OtherVersion { .. }
            | Self::UnknownField { .. } => true,
            Self::Empty | Self::CutOff | Self::NotARun { .. } | Self::OtherProject { .. } => false,
        }
    }
}

/// What to do with runs that were set aside.
pub(crate) const REFUSED_HINT: &str = "`bench-push flush --retry-refused` sends refused runs again, `bench-push flush --remove-refused` deletes them";

/// A run that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusedRun {
    /// Its file below `refused/`.
    pub(crate) file: PathBuf,
    /// Why it was refused.
    pub(crate) reason: String,
}

/// Locks out a second `flush` until it is dropped, also by `kill -9`.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held for its lock")] File);

impl Spool {
    /// The spool of `url` in `directory`, otherwise below the user's state folder.
    pub(crate) fn of(
        url: &ProjectAddress,
        directory: Option<&Path>,
        environment: &Environment,
    ) -> Self {
        let root = directory.map_or_else(|| default_directory(environment), Path::to_path_buf);
        Self {
            folder: root.join(folder_name(url)),
            project_url: url.canonical(),
        }
    }

    /// The folder of this project.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores `run` until it can be sent. Idempotent.
    ///
    /// # Errors
    ///
    /// The system's error if the folder or file can't be written.
    pub(crate) fn keep(&self, run: &IngestRun, now: Timestamp) -> io::Result<PathBuf> {
        let waiting = Waiting {
            version: VERSION,
            project_url: self.project_url.clone(),
            spooled_at: now,
            refused: None,
            run: run.clone(),
        };
        Self::write(&self.folder, &waiting)
    }

    /// The spooled files, the oldest first.
    ///
    /// # Errors
    ///
    /// The system's error if the folder can't be read; a missing folder is an empty spool.
    pub(crate) fn files(&self) -> io::Result<Vec<PathBuf>> {
        files_in(&self.folder)
    }

    /// The runs that were set aside, the oldest first.
    ///
    /// # Errors
    ///
    /// As [`Spool::files`].
    pub(crate) fn refused_runs(&self) -> io::Result<Vec<RefusedRun>> {
        let files = files_in(&self.refused())?.into_iter();
        let reason = |file: &Path| match self.read(file) {
            Ok(Some(waiting)) => waiting.refused.unwrap_or_else(|| "refused".to_owned()),
            Ok(None) => "it is gone".to_owned(),
            Err(why) => format!("it {why}"),
        };
        Ok(files
            .map(|file| RefusedRun {
                reason: reason(&file),
                file,
            })
            .collect())
    }

    /// Puts a run that was set aside back into the spool, to be sent again. What is no run stays if
    /// it would replace one; then the answer is false.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(crate) fn put_back(&self, RefusedRun { file, .. }: &RefusedRun) -> io::Result<bool> {
        let target = self.folder.join(file.file_name().unwrap_or_default());
        if exists(&target) && !matches!(self.read(file), Ok(Some(_))) {
            return Ok(false);
        }
        fs::rename(file, target)?;
        Ok(true)
    }

    /// Reads one file; none if it is gone.
    ///
    /// # Errors
    ///
    /// [`Unread`] if it is not a run of this project, as far as this program can tell.
    pub(crate) fn read(&self, file: &Path) -> Result<Option<Waiting>, Unread> {
        let waiting = match read_file(file) {
            Ok(bytes) => parse(&bytes)?,
            Err(Unread::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(why) => return Err(why),
        };
        let project = ProjectAddress::parse(&waiting.project_url);
        if project.is_ok_and(|url| url.canonical() == self.project_url) {
            Ok(Some(waiting))
        } else {
            Err(Unread::OtherProject {
                url: waiting.project_url,
            })
        }
    }

    /// Lets every other run go first at the next `flush`.
    pub(crate) fn put_last(file: &Path) {
        let touched = File::options()
            .append(true)
            .open(file)
            .and_then(|file| file.set_modified(std::time::SystemTime::now()));
        // The order is a preference: if it can't be changed, the run is only tried earlier.
        let _ = touched;
    }

    /// Removes a run that has been stored.
    ///
    /// # Errors
    ///
    /// The system's error; a missing file is not an error.
    pub(crate) fn forget(file: &Path) -> io::Result<()> {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sets a refused run aside with the reason: it is neither lost nor sent again.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(crate) fn put_aside(&self, file: &Path, reason: &str) -> io::Result<PathBuf> {
        let Ok(Some(waiting)) = self.read(file) else {
            return self.put_unreadable_aside(file);
        };
        let target = self.refused().join(file_name(&waiting.run.idempotency_key));
        if exists(&target) && !matches!(self.read(&target), Ok(Some(_))) {
            fs::rename(&target, free_name(&target))?;
        }
        let kept = Self::write(
            &self.refused(),
            &Waiting {
                refused: Some(reason.to_owned()),
                ..waiting
            },
        )?;
        Self::forget(file)?;
        Ok(kept)
    }

    /// Sets aside a file that can't be read as a run.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(crate) fn put_unreadable_aside(&self, file: &Path) -> io::Result<PathBuf> {
        create_private_folder(&self.refused())?;
        let target = free_name(&self.refused().join(file.file_name().unwrap_or_default()));
        fs::rename(file, &target)?;
        Ok(target)
    }

    /// The folder of refused runs.
    pub(crate) fn refused(&self) -> PathBuf {
        self.folder.join("refused")
    }

    /// Removes drafts of processes that were killed while writing; those of the last hour may still
    /// be in use.
    pub(crate) fn sweep(&self) {
        let drafts = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        for draft in
            drafts.filter(|path| path.extension().is_some_and(|extension| extension == "tmp"))
        {
            let age = fs::metadata(&draft)
                .and_then(|metadata| metadata.modified())
                .ok()
                .and_then(|since| since.elapsed().ok());
            if age.is_some_and(|age| age > Duration::from_secs(3_600)) {
                let _ = fs::remove_file(draft);
            }
        }
    }

    /// Waits until no other `flush` uses this spool.
    ///
    /// # Errors
    ///
    /// The system's error.
    pub(crate) fn lock(&self) -> io::Result<Lock> {
        create_private_folder(&self.folder)?;
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true);
        let file = private_file(without_waiting(options), &self.folder.join(".lock"))?;
        file.lock()?;
        Ok(Lock(file))
    }

    fn write(folder: &Path, waiting: &Waiting) -> io::Result<PathBuf> {
        create_private_folder(folder)?;
        let name = file_name(&waiting.run.idempotency_key);
        let target = folder.join(&name);
        // A unique name: two processes may store the same run at the same time.
        let mut draft = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".tmp")
            .tempfile_in(folder)?;
        draft.write_all(&serde_json::to_vec_pretty(waiting)?)?;
        draft.as_file().sync_all()?;
        draft.persist(&target)?;
        sync_folder(folder);
        Ok(target)
    }
}

/// `path`, or the first of `NAME.2.json`, `NAME.3.json`, … that does not exist.
fn free_name(path: &Path) -> PathBuf {
    let numbered = (2_u64..).map(|number| path.with_extension(format!("{number}.json")));
    let mut names = std::iter::once(path.to_path_buf()).chain(numbered);
    let free = names.find(|name| !exists(name));
    free.unwrap_or_else(|| path.to_path_buf())
}

/// Whether the name is taken, if only by a link to nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The bytes of a file, without waiting for what is none.
fn read_file(file: &Path) -> Result<Vec<u8>, Unread> {
    let mut options = OpenOptions::new();
    let file = without_waiting(options.read(true))
        .open(file)
        .map_err(Unread::Unreadable)?;
    let metadata = file.metadata().map_err(Unread::Unreadable)?;
    if !metadata.is_file() {
        return Err(Unread::NotAFile);
    }
    if metadata.len() > MAX_FILE {
        return Err(Unread::TooLarge);
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE)
        .read_to_end(&mut bytes)
        .map_err(Unread::Unreadable)?;
    Ok(bytes)
}

/// Reads the content of a spool file.
pub(crate) fn parse(bytes: &[u8]) -> Result<Waiting, Unread> {
    /// The field that is read before all others.
    #[derive(Deserialize)]
    struct Versioned {
        version: Option<u64>,
    }
    let not_a_run = |error: serde_json::Error| match error.classify() {
        Category::Eof => Unread::CutOff,
        _ => Unread::NotARun {
            reason: error.to_string(),
        },
    };
    if bytes.trim_ascii().is_empty() {
        return Err(Unread::Empty);
    }
    let Versioned { version } = serde_json::from_slice(bytes).map_err(not_a_run)?;
    if let Some(found) = version.filter(|found| *found != u64::from(VERSION)) {
        return Err(Unread::OtherVersion { found });
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let words = error.to_string();
        let unknown = words.strip_prefix("unknown field `");
        match unknown.and_then(|rest| rest.split_once('`')) {
            Some((name, _)) => Unread::UnknownField {
                name: name.to_owned(),
            },
            None => not_a_run(error),
        }
    })
}

/// The JSON files in a folder, the oldest first.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let since = fs::metadata(&path)
                .and_then(|metadata| metadata.modified())
                .ok();
            files.push((since, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

/// Keys are hexadecimal; any other name in a spool file must not escape its folder.
fn file_name(idempotency_key: &str) -> String {
    let plain = !idempotency_key.is_empty()
        && idempotency_key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric());
    let stem = if plain {
        idempotency_key.to_owned()
    } else {
        hex_of(idempotency_key, 32)
    };
    format!("{stem}.json")
}

/// A recognisable name, unique to the project.
fn folder_name(url: &ProjectAddress) -> String {
    let host: String = url
        .canonical_host()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("{host}-{}", hex_of(&url.canonical(), 4))
}

fn hex_of(text: &str, bytes: usize) -> String {
    let mut hex = String::with_capacity(2 * bytes);
    for byte in Sha256::digest(text).iter().take(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn default_directory(environment: &Environment) -> PathBuf {
    let absolute = |name: &str| {
        environment
            .get(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .or_else(|| absolute("LOCALAPPDATA"))
        // Not the shared temporary folder: others can write there, and it is cleaned up.
        .unwrap_or_default()
        .join("bench-push/spool")
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn private_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600).open(path)
}

/// Opening a pipe waits for its other end otherwise.
#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(nix::libc::O_NONBLOCK)
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn private_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// Makes the new directory entry durable, if the system supports it.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn run(key: &str) -> IngestRun {
        serde_json::from_value(serde_json::json!({
            "commit_sha": "abc123", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": {"f1": 0.9}, "idempotency_key": key,
        }))
        .expect("a run")
    }

    fn spool(directory: &Path, url: &str) -> Spool {
        Spool::of(
            &ProjectAddress::parse(url).expect("an address"),
            Some(directory),
            &Environment::default(),
        )
    }

    #[test]
    fn a_run_kept_twice_waits_once_and_comes_back_as_it_was() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spool = spool(directory.path(), "https://a.supabase.co");
        spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        spool.keep(&run("bb"), Timestamp::UNIX_EPOCH)?;

        let files = spool.files()?;
        assert_eq!(files.len(), 2);
        let found: BTreeMap<_, _> = files
            .iter()
            .filter_map(|file| spool.read(file).ok().flatten())
            .map(|w| (w.run.idempotency_key.clone(), w.run))
            .collect();
        assert_eq!(found["aa"], run("aa"));
        Ok(())
    }

    #[test]
    fn another_project_does_not_see_it() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = spool(directory.path(), "https://a.supabase.co")
            .keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        let other = spool(directory.path(), "https://b.supabase.co");
        assert_eq!(other.files()?, Vec::<PathBuf>::new());
        assert!(matches!(
            other.read(&file),
            Err(Unread::OtherProject { .. })
        ));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir()?;
        let spool = spool(&directory.path().join("new/spool"), "https://a.supabase.co");
        let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        let mode =
            |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions().mode() & 0o777);
        assert_eq!(
            (
                mode(&file)?,
                mode(spool.folder())?,
                mode(&directory.path().join("new"))?
            ),
            (0o600, 0o700, 0o700)
        );
        Ok(())
    }

    #[test]
    fn a_refused_run_is_put_aside_with_its_reason() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spool = spool(directory.path(), "https://a.supabase.co");
        let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;

        let kept = spool.put_aside(&file, "metric changes its direction")?;
        assert_eq!(spool.files()?, Vec::<PathBuf>::new());
        assert!(fs::read_to_string(kept)?.contains("metric changes its direction"));
        Ok(())
    }

    #[test]
    fn what_is_put_aside_replaces_nothing_and_returns_over_no_run() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spool = spool(directory.path(), "https://a.supabase.co");
        for (text, name) in [("1", "aa.json"), ("2", "aa.2.json"), ("3", "aa.3.json")] {
            let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
            fs::write(&file, text)?;
            let aside = spool.put_unreadable_aside(&file)?;
            assert_eq!(aside, spool.refused().join(name));
            assert_eq!(fs::read_to_string(aside)?, text);
        }
        let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        let mut stay = Vec::new();
        for refused in spool.refused_runs()? {
            if !spool.put_back(&refused)? {
                stay.push(refused.file);
            }
        }
        assert_eq!(stay, [spool.refused().join("aa.json")]);
        assert!(matches!(spool.read(&file), Ok(Some(_))));
        assert!(spool.refused().join("aa.json").exists());

        let aside = spool.put_aside(&file, "no")?;
        assert!(matches!(spool.read(&aside), Ok(Some(_))));
        let other = fs::read_to_string(spool.refused().join("aa.2.json"))?;
        assert_eq!(other, "1");
        Ok(())
    }

    #[test]
    fn a_file_without_a_version_is_of_the_first() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spool = spool(directory.path(), "https://a.supabase.co");
        let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        let text = fs::read_to_string(&file)?;
        fs::write(&file, text.replace("\"version\": 1,", ""))?;
        let waiting = spool.read(&file).ok().flatten();
        assert_eq!(
            waiting.map(|waiting| (waiting.version, waiting.run)),
            Some((1, run("aa")))
        );
        Ok(())
    }

    #[test]
    fn one_project_has_one_spool_however_its_address_is_spelt() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spelt = |url| spool(directory.path(), url);
        for (one, others) in [
            (
                "http://localhost:54321",
                ["http://127.0.0.1:54321/", "http://[::1]:54321/rest/v1/"],
            ),
            (
                "https://abc.supabase.co",
                ["https://ABC.supabase.co:443/", "https://abc.supabase.co"],
            ),
        ] {
            let file = spelt(one).keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
            for other in others {
                assert_eq!(spelt(other).files()?, [file.as_path()], "{other}");
                assert!(matches!(spelt(other).read(&file), Ok(Some(_))), "{other}");
            }
        }
        assert_ne!(
            spelt("http://127.0.0.1:1").folder(),
            spelt("http://127.0.0.1:2").folder()
        );
        Ok(())
    }

    #[test]
    fn what_is_not_a_run_is_said_as_it_is_and_what_may_be_one_stays() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let spool = spool(directory.path(), "https://a.supabase.co");
        let file = spool.keep(&run("aa"), Timestamp::UNIX_EPOCH)?;
        let text = fs::read_to_string(&file)?;
        let mut said = Vec::new();
        for text in [
            String::new(),
            text[..text.len() / 2].to_owned(),
            "[1]".to_owned(),
            text.replace("https://a.", "https://b."),
            text.replace("\"version\": 1", "\"version\": 2"),
            text.replace("\"commit_sha\"", "\"hash\""),
            text.replace("\"spooled_at\"", "\"later\": 1, \"spooled_at\""),
            text.replace("\"commit_sha\"", "\"gpu_hours\": 1, \"commit_sha\""),
        ] {
            fs::write(&file, text)?;
            let why = spool.read(&file).expect_err("not a run");
            said.push(format!(
                "{why} [{}]",
                if why.stays() { "stays" } else { "aside" }
            ));
        }
        fs::remove_file(&file)?;
        fs::create_dir(&file)?;
        let why = spool.read(&file).expect_err("a folder");
        said.push(format!(
            "{why} [{}]",
            if why.stays() { "stays" } else { "aside" }
        ));
        insta::assert_snapshot!(said.join("\n"), @r"
        is empty [aside]
        is cut off [aside]
        is not a run: invalid length 1, expected struct Waiting with 5 elements at line 1 column 3 [aside]
        is a run of the project `https://b.supabase.co` [aside]
        was written by another bench-push: its version is 2, wanted 1 [stays]
        has the field `hash`, which this bench-push does not know [stays]
        has the field `later`, which this bench-push does not know [stays]
        has the field `gpu_hours`, which this bench-push does not know [stays]
        is not a file [stays]
        ");
        Ok(())
    }

    #[test]
    fn a_key_that_is_no_key_cannot_leave_the_folder() {
        assert!(!file_name("../../etc/passwd").contains('/'));
        assert_eq!(file_name("00ff"), "00ff.json");
    }
}
