//! What row (a) is compared with: a bare axum handler that parses the request, verifies its signature and answers
//! fixed bytes. No store, no log, no metrics, no limits.

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use std::path::Path;
use std::sync::Arc;

/// The hidden command that makes this program the bare server.
pub(crate) const COMMAND: &str = "bare-http";

/// Serves until it is killed; says `ready http://…` like the product.
pub(crate) fn serve(body: &Path) -> Result<()> {
    let body: Arc<[u8]> = std::fs::read(body)?.into();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("ready http://{}", listener.local_addr()?);
        let handler = move |request: Request| {
            let body = Arc::clone(&body);
            async move { answer(request, &body).await }
        };
        axum::serve(listener, Router::new().fallback(handler)).await?;
        Ok(())
    })
}

async fn answer(request: Request, body: &[u8]) -> Response {
    let (parts, bytes) = request.into_parts();
    let bytes = axum::body::to_bytes(bytes, rpc::limits::BODY_BYTES_MAX).await.unwrap_or_default();
    let verified = rpc::Call::parse(&parts, &bytes).and_then(|call| call.verify("testsk"));
    let (status, body) = match verified {
        Ok(()) => (200, body.to_vec()),
        Err(error) => (400, error.to_string().into_bytes()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let json = http::HeaderValue::from_static("application/json;charset=utf-8");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}
