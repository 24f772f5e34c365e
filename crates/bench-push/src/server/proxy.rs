use reqwest::Url;

use crate::settings::environment::Environment;

/// The variables that name a proxy for HTTPS, in the order of their precedence.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy on the way to a server, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// The variable that names it.
    pub(super) variable: &'static str,
    /// Its host and port, without a password.
    pub(super) address: String,
}

impl Proxy {
    /// The proxy that the variables name for `host`, unless `NO_PROXY` excludes it.
    pub(super) fn to(host: &str, environment: &Environment) -> Option<Self> {
        let excluded = ["NO_PROXY", "no_proxy"];
        let mut excluded = excluded.iter().filter_map(|name| environment.get(name));
        if excluded.any(|list| list.split(',').any(|entry| excludes(entry.trim(), host))) {
            return None;
        }
        VARIABLES.into_iter().find_map(|variable| {
            let address = address_of(environment.get(variable)?.trim());
            Some(Self { variable, address })
        })
    }
}

fn excludes(entry: &str, host: &str) -> bool {
    let name = entry.trim_start_matches('.');
    let is_below = || {
        host.strip_suffix(name)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    entry == "*" || (!name.is_empty() && (host == name || is_below()))
}

fn address_of(text: &str) -> String {
    let url = Url::parse(text).ok().filter(Url::has_host);
    let url = url.or_else(|| Url::parse(&format!("http://{text}")).ok());
    let host = url
        .as_ref()
        .and_then(Url::host_str)
        .unwrap_or("an invalid address");
    match url.as_ref().and_then(Url::port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_password_and_unless_it_is_bypassed() {
        let proxy = |variables: [(&str, &str); 2]| {
            Proxy::to("abc.supabase.co", &Environment::of(variables))
        };
        let named = |variables| {
            proxy(variables).map(|proxy| format!("{} {}", proxy.variable, proxy.address))
        };
        let address = ("HTTPS_PROXY", "http://me:sentinel@proxy.example:3128/");
        for (excluded, is_used) in [
            ("", true),
            ("*", false),
            ("localhost, .supabase.co", false),
            ("supabase.co", false),
            ("abc.supabase.co", false),
            ("base.co,other.example", true),
        ] {
            let found = named([address, ("NO_PROXY", excluded)]);
            let wanted = is_used.then(|| "HTTPS_PROXY proxy.example:3128".to_owned());
            assert_eq!(found, wanted, "{excluded}");
        }
        assert_eq!(
            named([("all_proxy", "proxy.example"), ("HTTPS_PROXY", "")]).as_deref(),
            Some("all_proxy proxy.example")
        );
        assert_eq!(proxy([("HTTP_PROXY", "http://p:1"), ("A", "")]), None);
    }
}
