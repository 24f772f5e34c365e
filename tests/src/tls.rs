//! No test uses TLS, but the HTTP clients require a TLS provider.

/// Installs the same cryptography provider as the product; calling it repeatedly is harmless.
pub(crate) fn choose_cryptography() {
    // An error only means that it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
