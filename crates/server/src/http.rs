//! Connections: a listener, TLS, the limits of size and time, and an orderly end. Whatever a client does, it is
//! answered with a JSON body before its connection is closed, or it is gone. What an answer says is decided
//! elsewhere; nothing here may look into a request further than its framing.

use crate::codes;
use crate::limits;
use crate::start::StartError;
use crate::stream::Stream;
use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue};
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rpc::limits::{BODY_BYTES_MAX, HEAD_BYTES_MAX};
use rpc::{Code, gateway};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// What a listener serves.
pub trait Service: Send + Sync + 'static {
    /// Answers a request whose body has arrived.
    fn answer(&self, parts: &Parts, body: &[u8]) -> impl Future<Output = Response<Full<Bytes>>> + Send;

    /// Answers a request that did not arrive; without `parts` not even its head did.
    fn refuse(&self, parts: Option<&Parts>, code: &'static Code) -> Response<Full<Bytes>>;

    /// A connection was opened (`1`), closed (`-1`) or turned away (`0`).
    fn count_connection(&self, _change: i64) {}
}

/// The limits of a listener that tests make smaller; `Default` has the named ones.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// See [`limits::CONNECTIONS_MAX`].
    pub connections_max: usize,
    /// See [`limits::HEAD_MS`].
    pub head: Duration,
    /// See [`limits::BODY_MS`].
    pub body: Duration,
    /// See [`limits::REQUEST_MS`].
    pub request: Duration,
    /// See [`limits::WRITE_MS`].
    pub write: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            connections_max: usize::try_from(limits::CONNECTIONS_MAX).unwrap_or(usize::MAX),
            head: Duration::from_millis(limits::HEAD_MS),
            body: Duration::from_millis(limits::BODY_MS),
            request: Duration::from_millis(limits::REQUEST_MS),
            write: Duration::from_millis(limits::WRITE_MS),
        }
    }
}

/// A port that is bound; connections wait until it is served.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Takes the port. `what` names it in the sentence if that fails.
    pub async fn bind(
        what: &str,
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
    ) -> Result<Listener, StartError> {
        let taken = TcpListener::bind(address).await.and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = taken.map_err(|error| {
            StartError::new(format!("{address} cannot be listened on: {error}; choose another with {what}"))
        })?;
        Ok(Listener { socket, address, tls })
    }

    /// The address that was taken, with its port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Accepts connections until `stop` says true, then waits until the last of them has ended.
    pub async fn serve<S: Service>(self, service: Arc<S>, bounds: Bounds, mut stop: watch::Receiver<bool>) {
        let seats = Arc::new(Semaphore::new(bounds.connections_max));
        let refusals = Arc::new(Semaphore::new(usize::try_from(limits::REFUSALS_MAX).unwrap_or(usize::MAX)));
        let door = Arc::new(Door { service, bounds, tls: self.tls });
        // Each connection holds a receiver; when the last is dropped, all have ended.
        let (ended, _) = watch::channel(());
        while !*stop.borrow_and_update() {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                _ = stop.changed() => break,
            };
            let Ok((socket, _)) = accepted else {
                // Out of file descriptors, mostly: others must close first.
                tokio::time::sleep(Duration::from_millis(limits::ACCEPT_PAUSE_MS)).await;
                continue;
            };
            let (door, stop, running) = (Arc::clone(&door), stop.clone(), ended.subscribe());
            match Arc::clone(&seats).try_acquire_owned() {
                Ok(seat) => {
                    tokio::spawn(async move { door.receive(socket, seat, stop, running).await });
                }
                Err(_) => {
                    if let Ok(seat) = Arc::clone(&refusals).try_acquire_owned() {
                        tokio::spawn(async move { door.turn_away(socket, seat).await });
                    }
                }
            }
        }
        // Nobody new: whoever waits at the port is told so by the system.
        drop(self.socket);
        ended.closed().await;
    }
}

/// What all connections of a listener share.
struct Door<S> {
    service: Arc<S>,
    bounds: Bounds,
    tls: Option<TlsAcceptor>,
}

impl<S: Service> Door<S> {
    /// One connection from its first byte to its last.
    async fn receive(
        self: Arc<Self>,
        socket: TcpStream,
        _seat: OwnedSemaphorePermit,
        mut stop: watch::Receiver<bool>,
        running: watch::Receiver<()>,
    ) {
        self.service.count_connection(1);
        // An answer is one write: it must not wait for a second.
        let _ = socket.set_nodelay(true);
        match &self.tls {
            None => self.converse(socket, stop, running).await,
            Some(tls) => {
                let handshake = timeout(Duration::from_millis(limits::HANDSHAKE_MS), tls.accept(socket));
                let shaken = tokio::select! {
                    shaken = handshake => shaken.ok().and_then(Result::ok),
                    () = stopped(&mut stop) => None,
                };
                if let Some(stream) = shaken {
                    self.converse(stream, stop, running).await;
                }
            }
        }
        self.service.count_connection(-1);
    }

    /// Speaks HTTP/1.1 until the client leaves, breaks a limit, or the server stops.
    async fn converse<T: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: T,
        mut stop: watch::Receiver<bool>,
        running: watch::Receiver<()>,
    ) {
        let service = Arc::clone(&self.service);
        let stand_in = Box::new(move |status| raw(service.refuse(None, code_for(status))));
        let stream = Stream::new(stream, self.bounds.write, stand_in);
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.head)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service_fn(|request| self.exchange(request)));
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = stopped(&mut stop) => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        let parts = connection.into_parts();
        let stream = parts.io.into_inner();
        let unanswered = ended.err().filter(|_| !stream.replaced()).and_then(|error| {
            // A connection that was closed, or unused for too long, between requests: nobody waits for an answer.
            if parts.read_buf.is_empty() {
                None
            } else if error.is_timeout() {
                Some(&codes::REQUEST_TIMEOUT)
            } else {
                Some(&codes::MALFORMED_REQUEST).filter(|_| error.is_parse() || error.is_incomplete_message())
            }
        });
        let mut stream = stream.into_inner();
        if let Some(code) = unanswered {
            let _ = stream.write_all(&raw(self.service.refuse(None, code))).await;
        }
        drop(running);
        linger(stream).await;
    }

    /// One request and its answer.
    async fn exchange(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (parts, body) = request.into_parts();
        let answer = async {
            match self.body(body).await {
                Ok(body) => self.service.answer(&parts, &body).await,
                Err(code) => last(self.service.refuse(Some(&parts), code)),
            }
        };
        let answered = timeout(self.bounds.request, answer).await;
        Ok(answered
            .unwrap_or_else(|_| last(self.service.refuse(Some(&parts), &gateway::SERVICE_UNAVAILABLE))))
    }

    /// The whole body, if it is small enough and comes in time.
    async fn body(&self, body: Incoming) -> Result<Bytes, &'static Code> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        // A length that is announced too large is refused before a byte of it is read, or asked for.
        if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(&gateway::REQUEST_ENTITY_TOO_LARGE);
        }
        timeout(self.bounds.body, gather(body)).await.unwrap_or(Err(&codes::REQUEST_TIMEOUT))
    }

    /// There is no room for this connection: says so, without reading.
    async fn turn_away(self: Arc<Self>, mut socket: TcpStream, _seat: OwnedSemaphorePermit) {
        self.service.count_connection(0);
        // Through TLS it would take the handshake that there is no room for.
        if self.tls.is_none() {
            let answer = raw(self.service.refuse(None, &gateway::SERVICE_UNAVAILABLE));
            let _ = socket.write_all(&answer).await;
            linger(socket).await;
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender lives as long as the server; if it is gone, the server is.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

async fn gather(mut body: Incoming) -> Result<Bytes, &'static Code> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| &codes::INCOMPLETE_BODY)?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > BODY_BYTES_MAX {
            return Err(&gateway::REQUEST_ENTITY_TOO_LARGE);
        }
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.put(data);
    }
    Ok(whole.freeze())
}

/// The code for an empty error answer of the HTTP library.
fn code_for(status: u16) -> &'static Code {
    match status {
        413 | 414 | 431 => &gateway::REQUEST_ENTITY_TOO_LARGE,
        _ => &codes::MALFORMED_REQUEST,
    }
}

/// Marks an answer as the connection's last: its request was not read to the end.
fn last(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An answer as bytes, for where the HTTP library is not in play. It closes the connection.
fn raw(response: Response<Full<Bytes>>) -> Bytes {
    let (parts, body) = last(response).into_parts();
    let body = body.into_inner().unwrap_or_default();
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let mut bytes = BytesMut::with_capacity(512 + body.len());
    bytes.put_slice(format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_u16()).as_bytes());
    for (name, value) in &parts.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.put_slice(part);
        }
    }
    bytes.put_slice(format!("{CONTENT_LENGTH}: {}\r\n\r\n", body.len()).as_bytes());
    bytes.put(body);
    bytes.freeze()
}

/// Ends our half of a connection and throws away what still comes, for a while. To close it at once would make the
/// system take back the answer from a client that is still sending.
async fn linger<T: AsyncRead + AsyncWrite + Unpin>(mut stream: T) {
    let drain = async {
        stream.shutdown().await?;
        let mut left = limits::LINGER_BYTES_MAX;
        let mut scrap = vec![0; 16 * 1024];
        while left > 0 {
            match stream.read(&mut scrap).await? {
                0 => break,
                read => left = left.saturating_sub(read as u64),
            }
        }
        std::io::Result::Ok(())
    };
    // Whether the client went away, or went on, makes no difference now.
    let _ = timeout(Duration::from_millis(limits::LINGER_MS), drain).await;
}
