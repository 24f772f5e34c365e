/// `owner/name` from a repository's URL, without any password.
pub(crate) fn repository_of(address: &str) -> Option<String> {
    let address = address
        .trim()
        .trim_end_matches('/')
        .trim_end_matches(".git");
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        // git@github.com:owner/name
        None => address.split_once(':')?.1,
    };
    let path = path.trim_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_alike_however_it_is_fetched_and_without_its_password() {
        for address in [
            "https://github.com/team/models.git",
            "https://me:sentinel@github.com/team/models",
            "git@github.com:team/models.git",
            "ssh://git@github.com/team/models/",
        ] {
            assert_eq!(
                repository_of(address).as_deref(),
                Some("team/models"),
                "{address}"
            );
        }
        assert_eq!(repository_of("/srv/git/models"), None);
    }
}
