//! Facts from the local Git repository, read from its files: starting a process would cost more
//! than the push.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bench_model::context::Detected;

use crate::detect::repository::repository_of;

/// Commit, branch and repository of the working copy that `directory` lies in.
///
/// Empty if there is no repository or no commit yet; without commit and branch if the references
/// are not plain files.
pub(crate) fn detect(directory: &Path) -> Detected {
    let Some(folders) = directory.ancestors().find_map(Folders::at) else {
        return Detected::default();
    };
    let head = folders.head();
    let (commit, branch) = match &head {
        Some(Head::Branch(reference)) => (
            folders.resolve(reference),
            reference.strip_prefix("refs/heads/"),
        ),
        Some(Head::Commit(commit)) => (Some(commit.clone()), None),
        None => (None, None),
    };
    Detected {
        unreadable_commit: folders.has_reftable().then_some(REFTABLE),
        commit_sha: commit.and_then(|commit| commit.parse().ok()),
        branch_name: branch.and_then(|branch| branch.parse().ok()),
        repository: folders.repository(),
        ..Detected::default()
    }
}

const REFTABLE: &str =
    "this Git repository stores its references in a reftable, which bench-push can't read";

/// Git's folders: `own` belongs to one working tree, `common` to all of them.
struct Folders {
    own: PathBuf,
    common: PathBuf,
}

enum Head {
    Branch(String),
    Commit(String),
}

impl Folders {
    fn at(directory: &Path) -> Option<Self> {
        let dot_git = directory.join(".git");
        let own = if dot_git.is_dir() {
            dot_git
        } else {
            // A worktree or a submodule: `gitdir: /elsewhere/.git/worktrees/name`.
            directory.join(read_line(&dot_git)?.strip_prefix("gitdir:")?.trim())
        };
        let common = read_line(&own.join("commondir"))
            .map_or_else(|| own.clone(), |line| own.join(line.trim()));
        own.join("HEAD").is_file().then_some(Self { own, common })
    }

    fn head(&self) -> Option<Head> {
        let line = read_line(&self.own.join("HEAD"))?;
        match line.strip_prefix("ref:") {
            Some(reference) if reference.trim() == "refs/heads/.invalid" => None,
            Some(reference) => Some(Head::Branch(reference.trim().to_owned())),
            None => is_hash(&line).then_some(Head::Commit(line)),
        }
    }

    /// Whether the references are in Git's binary format (`git init --ref-format=reftable`).
    fn has_reftable(&self) -> bool {
        self.common.join("reftable").is_dir()
    }

    /// The commit of a reference, following references to references a few steps.
    fn resolve(&self, reference: &str) -> Option<String> {
        let mut reference = reference.to_owned();
        for _ in 0..5 {
            let line = [&self.own, &self.common]
                .into_iter()
                .find_map(|folder| read_line(&folder.join(&reference)));
            match line {
                Some(line) if is_hash(&line) => return Some(line),
                Some(line) => line.strip_prefix("ref:")?.trim().clone_into(&mut reference),
                None => return self.packed(&reference),
            }
        }
        None
    }

    fn packed(&self, reference: &str) -> Option<String> {
        let packed = fs::read_to_string(self.common.join("packed-refs")).ok()?;
        packed.lines().find_map(|line| {
            let (hash, name) = line.split_once(' ')?;
            (name == reference && is_hash(hash)).then(|| hash.to_owned())
        })
    }

    /// `owner/name` of the remote `origin`.
    fn repository(&self) -> Option<String> {
        let config = fs::read_to_string(self.common.join("config")).ok()?;
        let mut lines = config.lines().map(str::trim);
        lines.by_ref().find(|line| *line == "[remote \"origin\"]")?;
        lines
            .take_while(|line| !line.starts_with('['))
            .find_map(|line| line.strip_prefix("url")?.trim_start().strip_prefix('='))
            .and_then(repository_of)
    }
}

/// The first line of a small file.
fn read_line(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A repository created by the real Git, so that the files are authentic.
    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        git(folder.path(), "init -q -b main");
        git(
            folder.path(),
            "-c user.name=a -c user.email=a@b -c commit.gpgsign=false commit -q --allow-empty -m first",
        );
        git(
            folder.path(),
            "remote add origin git@example.org:team/models.git",
        );
        folder
    }

    fn git(folder: &Path, line: &str) -> String {
        let output = Command::new("git")
            .current_dir(folder)
            .args(line.split(' '))
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "git {line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout)
            .expect("text")
            .trim()
            .to_owned()
    }

    #[test]
    fn commit_branch_and_repository_are_what_git_says_also_from_a_folder_inside() {
        let folder = repository();
        let inside = folder.path().join("a/b");
        fs::create_dir_all(&inside).expect("a folder");

        let told = detect(&inside);
        assert_eq!(
            told.commit_sha.as_deref(),
            Some(git(folder.path(), "rev-parse HEAD").as_str())
        );
        assert_eq!(told.branch_name.as_deref(), Some("main"));
        assert_eq!(told.repository.as_deref(), Some("team/models"));
    }

    #[test]
    fn packed_references_a_detached_head_and_a_worktree_are_understood() {
        let folder = repository();
        let commit = git(folder.path(), "rev-parse HEAD");
        git(folder.path(), "pack-refs --all");
        assert_eq!(
            detect(folder.path()).commit_sha.as_deref(),
            Some(commit.as_str())
        );

        git(folder.path(), "worktree add -q -b side side");
        let side = detect(&folder.path().join("side"));
        assert_eq!(side.commit_sha.as_deref(), Some(commit.as_str()));
        assert_eq!(side.branch_name.as_deref(), Some("side"));
        assert_eq!(side.repository.as_deref(), Some("team/models"));

        git(folder.path(), "checkout -q --detach");
        let detached = detect(folder.path());
        assert_eq!(
            (detached.commit_sha.as_deref(), detached.branch_name),
            (Some(commit.as_str()), None)
        );
    }

    #[test]
    fn a_reftable_is_named_as_the_reason_for_a_missing_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let init = Command::new("git")
            .current_dir(folder.path())
            .args(["init", "-q", "-b", "main", "--ref-format=reftable"])
            .output()
            .expect("git runs");
        if !init.status.success() {
            // Git before 2.45: what it would have made.
            git(folder.path(), "init -q -b main");
            fs::write(
                folder.path().join(".git/HEAD"),
                "ref: refs/heads/.invalid\n",
            )
            .and_then(|()| fs::create_dir(folder.path().join(".git/reftable")))
            .expect("written");
        }
        let told = detect(folder.path());
        assert_eq!((told.commit_sha, told.branch_name), (None, None));
        assert_eq!(told.unreadable_commit, Some(REFTABLE));
        assert_eq!(detect(repository().path()).unreadable_commit, None);
    }

    #[test]
    fn a_folder_without_git_or_without_a_commit_tells_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(detect(folder.path()).commit_sha, None);
        git(folder.path(), "init -q -b main");
        assert_eq!(detect(folder.path()).commit_sha, None);
    }
}
