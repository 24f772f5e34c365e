use std::fmt::Write as _;

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// Headers for every response that a browser may display.
pub(super) fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What a page may connect to: any Supabase project, because the address is a setting. Without TLS
/// only this machine. The page itself declares the same (`web/build/finish.mjs`), and a browser
/// enforces both.
const CONNECT: &str = "connect-src 'self' https: wss: http://localhost:* http://*.localhost:* http://127.0.0.1:* \
                       ws://localhost:* ws://*.localhost:* ws://127.0.0.1:*";

/// What a page may load, execute and connect to.
///
/// Scripts: the page's own files, WebAssembly, and its current inline scripts, each by its hash.
/// Styles: inline, because charts set them.
pub(super) fn policy(page: &str) -> HeaderValue {
    let mut hashes = String::new();
    for script in inline_scripts(page) {
        let hash = STANDARD.encode(Sha256::digest(script));
        write!(hashes, " 'sha256-{hash}'").expect("writing to a String cannot fail");
    }
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; \
         {CONNECT}; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("ASCII")
}

/// The content of every `<script>` element without `src`.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains(" src=") && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash_and_no_others() {
        let page = r#"<script type="module">go()</script><script src="a.js"></script>"#;
        let policy = policy(page);
        let policy = policy.to_str().expect("ASCII");

        // printf 'go()' | openssl dgst -sha256 -binary | base64
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw=';"), "{policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }

    #[test]
    fn a_page_may_connect_to_what_it_says_itself_also_for_news_of_new_runs() {
        let page = include_str!("../../../../web/build/finish.mjs");
        assert!(page.contains(&format!("\"{CONNECT}\"")), "{CONNECT}");

        let policy = policy("");
        let policy = policy.to_str().expect("ASCII");
        let sources = policy
            .split(';')
            .find_map(|part| part.trim().strip_prefix("connect-src "));
        let sources: Vec<&str> = sources.expect("a rule").split(' ').collect();
        for host in ["localhost", "*.localhost", "127.0.0.1"] {
            for scheme in ["http", "ws"] {
                let source = format!("{scheme}://{host}:*");
                assert!(sources.contains(&source.as_str()), "{source}");
            }
        }
        // Nothing else without TLS.
        let is_open = |source: &&&str| source.starts_with("http:") || source.starts_with("ws:");
        assert_eq!(sources.iter().filter(is_open).count(), 6);
        assert!(!sources.contains(&"*"));
    }
}
