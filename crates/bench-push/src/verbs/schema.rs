//! The verb `schema apply`: the embedded migrations → a database.

use std::{sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{self, WebPkiSupportedAlgorithms},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};
use tokio_postgres::{Client, Config, config::Host};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    cli::schema::SchemaApplyArgs,
    context::Context,
    failure::Failure,
    runtime::block_on,
    settings::{error::SettingsError, secret::Scrubber, variables::DATABASE_URL},
};

/// The result of `schema apply`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The migrations just applied.
    pub(crate) newly: Vec<String>,
    /// The number of migrations applied earlier.
    pub(crate) already: usize,
    /// The database.
    pub(crate) host: String,
}

/// A parsed database URL.
struct Address {
    config: Config,
    /// The file of trusted certificates; none to encrypt without verification.
    roots: Option<String>,
    host: String,
    scrubber: Scrubber,
}

/// Applies the missing migrations.
///
/// The connection is encrypted if the server offers it, and the certificate is verified if the URL
/// has `sslmode=verify-full&sslrootcert=FILE`, as with every PostgreSQL client.
///
/// # Errors
///
/// [`Failure`] if no database is given, it is unreachable, or it refuses the schema.
pub(crate) fn apply(args: &SchemaApplyArgs, context: &Context) -> Result<Applied, Failure> {
    let SchemaApplyArgs {
        database_url,
        output: _,
        timeout,
    } = args;
    let variable = || context.environment.get(DATABASE_URL);
    let url = database_url.as_deref().or_else(variable).ok_or_else(|| {
        let refused = context.environment.refused(DATABASE_URL).cloned();
        refused.map_or(Failure::NoDatabase, |refused| {
            SettingsError::from(refused).into()
        })
    })?;
    let mut address = Address::parse(url)?;
    address
        .config
        .connect_timeout(Duration::from_secs_f64(*timeout))
        .application_name("bench-push");
    block_on(async {
        let mut client = connect(&address).await?;
        let bench_schema::Applied { newly, already } = bench_schema::apply(&mut client).await?;
        Ok(Applied {
            newly: newly
                .iter()
                .map(bench_schema::Migration::file_name)
                .collect(),
            already,
            host: address.host.clone(),
        })
    })
}

impl Address {
    fn parse(url: &str) -> Result<Self, Failure> {
        let bad = |reason: &str| Failure::BadDatabase {
            reason: reason.to_owned(),
        };
        let (base, query) = url.trim().split_once('?').unwrap_or((url.trim(), ""));
        let mut kept = Vec::new();
        let (mut is_checked, mut roots) = (false, None);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", "verify-full")) => {
                    is_checked = true;
                    kept.push("sslmode=require");
                }
                Some(("sslmode", "verify-ca")) => {
                    return Err(bad(
                        "`sslmode=verify-ca` is not known, wanted `verify-full`",
                    ));
                }
                Some(("sslrootcert", file)) => {
                    roots = Some(file.replace("%2F", "/").replace("%2f", "/"));
                }
                _ => kept.push(parameter),
            }
        }
        if is_checked && roots.is_none() {
            return Err(bad("`sslmode=verify-full` needs `sslrootcert=FILE`"));
        }
        let query = if kept.is_empty() {
            String::new()
        } else {
            format!("?{}", kept.join("&"))
        };
        let config: Config =
            format!("{base}{query}")
                .parse()
                .map_err(|error: tokio_postgres::Error| {
                    // The outer error is generic; the inner one names the option, never its value.
                    let reason = std::error::Error::source(&error)
                        .map_or_else(|| error.to_string(), ToString::to_string);
                    let option = reason.strip_prefix("unknown option `");
                    match option.and_then(|option| option.strip_suffix('`')) {
                        Some(option) => Failure::DatabaseOption {
                            option: option.to_owned(),
                        },
                        None => bad(&reason),
                    }
                })?;
        let host = host_of(&config).ok_or_else(|| bad("it names no host"))?;
        let mut scrubber = Scrubber::default();
        scrubber.add_password(&String::from_utf8_lossy(
            config.get_password().unwrap_or_default(),
        ));
        Ok(Self {
            config,
            roots: roots.filter(|_| is_checked),
            host,
            scrubber,
        })
    }
}

/// The host, unless it may be part of a password that contains `@`.
fn host_of(config: &Config) -> Option<String> {
    match config.get_hosts().first()? {
        Host::Tcp(name)
            if name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_')) =>
        {
            Some(name.clone())
        }
        Host::Tcp(_) => None,
        #[cfg(unix)]
        Host::Unix(path) => Some(path.display().to_string()),
    }
}

async fn connect(address: &Address) -> Result<Client, Failure> {
    let Address {
        config,
        roots,
        host,
        scrubber,
    } = address;
    let tls = MakeRustlsConnect::new(tls(roots.as_deref())?);
    let (client, connection) = config.connect(tls).await.map_err(|error| {
        let reason = match (error.as_db_error(), std::error::Error::source(&error)) {
            (Some(said), _) => said.message().to_owned(),
            (None, Some(cause)) => cause
                .to_string()
                .split(" (os error")
                .next()
                .unwrap_or_default()
                .to_owned(),
            (None, None) => error.to_string(),
        };
        Failure::NoConnection {
            host: host.clone(),
            reason: scrubber.scrub(reason),
            hint: hint_for(&error, host),
            is_refusal: error.as_db_error().is_some(),
        }
    })?;
    // Ends when the client is dropped; its errors surface through the client.
    tokio::spawn(connection);
    Ok(client)
}

fn hint_for(error: &tokio_postgres::Error, host: &str) -> Option<String> {
    if error.as_db_error().is_some() {
        return Some(
            "is the password right, with its special characters in percent form (`@` is %40)?"
                .to_owned(),
        );
    }
    let is_direct = host.starts_with("db.") && host.ends_with(".supabase.co");
    is_direct.then(|| {
        "db.….supabase.co needs IPv6; take the address of Connect → Session pooler where your network has none".to_owned()
    })
}

fn tls(roots: Option<&str>) -> Result<ClientConfig, Failure> {
    let bad = |reason: String| Failure::BadDatabase { reason };
    let Some(file) = roots else {
        let checks = Unchecked(crypto::ring::default_provider().signature_verification_algorithms);
        return Ok(ClientConfig::builder()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(checks))
            .with_no_client_auth());
    };
    let unreadable = |cause: &dyn std::fmt::Display| {
        bad(format!("`{file}` of `sslrootcert` cannot be read: {cause}"))
    };
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))? {
        store
            .add(certificate.map_err(|error| unreadable(&error))?)
            .map_err(|error| unreadable(&error))?;
    }
    Ok(ClientConfig::builder()
        .with_root_certificates(store)
        .with_no_client_auth())
}

/// Encrypts without verifying the server, like PostgreSQL clients by default: Supabase's databases
/// use a private CA that no system trusts.
#[derive(Debug)]
struct Unchecked(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_said_so_without_its_password() {
        for url in [
            "postgresql://postgres:sentinel@db.abc.supabase.co:port/postgres",
            "postgresql://postgres:sent@inel@db.abc.supabase.co/postgres",
            "postgresql://postgres:sentinel@h/db?sslmode=verify-full",
            "postgresql://postgres:sentinel@h/db?sslmode=sentinel",
            "sentinel",
        ] {
            let Err(failure) = Address::parse(url) else {
                panic!("{url} must be refused")
            };
            assert!(!failure.to_string().contains("inel"), "{failure}");
        }
    }

    #[test]
    fn an_option_for_another_client_is_named_with_the_way_out() {
        for (option, way_out) in [
            ("pgbouncer", "Session pooler (port 5432)"),
            ("connection_limit", "leave out"),
        ] {
            let url = format!(
                "postgresql://me:sentinel@h.pooler.supabase.com:6543/postgres?{option}=true"
            );
            let Err(failure) = Address::parse(&url) else {
                panic!("{url} must be refused")
            };
            let message = format!("{failure} {}", failure.hint().unwrap_or_default());
            assert!(
                message.contains(&format!("`{option}`")) && message.contains(way_out),
                "{message}"
            );
            assert!(!message.contains("sentinel"));
        }
    }

    #[test]
    fn a_checked_connection_is_asked_for_in_postgresql_s_own_words() -> Result<(), Failure> {
        let address = Address::parse(
            "postgresql://me@db.abc.supabase.co/postgres?sslmode=verify-full&sslrootcert=/etc/ca.crt&connect_timeout=3",
        )?;
        assert_eq!(address.roots.as_deref(), Some("/etc/ca.crt"));
        assert_eq!(address.host, "db.abc.supabase.co");
        Ok(())
    }
}
