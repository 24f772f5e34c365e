//! No test speaks TLS, but the HTTP clients insist on being able to.

/// Chooses the cryptography that the product uses; once is enough, more does no harm.
pub(crate) fn choose_cryptography() {
    // An error only says that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
