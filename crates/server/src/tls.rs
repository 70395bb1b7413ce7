//! TLS with a given certificate. The private key must never appear in an error.

use crate::start::StartError;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Reads certificate and key, and checks that they belong together.
pub fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, StartError> {
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unreadable("--tls-cert", cert, &error))?;
    if chain.is_empty() {
        return Err(unreadable("--tls-cert", cert, &"it holds no certificate in PEM form"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("--tls-key", key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(rustls::ConfigBuilder::<ServerConfig, _>::with_no_client_auth)
        .and_then(|builder| builder.with_single_cert(chain, private));
    let mut config = config.map_err(|error| {
        StartError::new(format!(
            "the certificate {} and the key {} cannot be used together: {error}; give a pair",
            cert.display(),
            key.display()
        ))
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(flag: &str, path: &Path, why: &dyn std::fmt::Display) -> StartError {
    StartError::new(format!("the file {} cannot be used: {why}; give {flag} a PEM file", path.display()))
}
