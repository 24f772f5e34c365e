//! Commits.

use crate::words::shorten::shorten_middle;

/// Names of commits that are no hash are shown whole up to this length.
const LONGEST: usize = 56;

/// A commit as people read it: seven digits of a hash, any other name as it is.
pub fn short_commit(sha: &str) -> String {
    if sha.len() > 12 && sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        sha[..7].to_owned()
    } else {
        shorten_middle(sha, LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_hash_is_shortened() {
        let hash = "6a79d84c0ffee00000000000000000000000000a";
        assert_eq!(short_commit(hash), "6a79d84");
        assert_eq!(short_commit("6a79d84c0f"), "6a79d84c0f");
        assert_eq!(short_commit("release-2026.11"), "release-2026.11");
    }
}
