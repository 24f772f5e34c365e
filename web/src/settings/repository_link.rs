//! The address where commits are to be seen.

/// The address where commits are to be seen, if it is one that a link may lead to.
pub fn repository_link(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix(".git").unwrap_or(text);
    let is_safe = text.starts_with("https://")
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    is_safe.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_https_address_becomes_a_link() {
        assert_eq!(
            repository_link("https://github.com/team/models.git/"),
            Some("https://github.com/team/models".to_owned())
        );
        assert_eq!(repository_link("javascript:alert(1)"), None);
        assert_eq!(repository_link(""), None);
    }
}
