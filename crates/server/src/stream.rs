//! A connection's bytes on their way out. The HTTP library answers a head it cannot read with an empty body, and
//! clients break on an empty body; this wrapper puts the error envelope in its place. It must never touch another
//! answer: ours always have a body, so they cannot be taken for one of the library's. It also gives up on a client
//! that takes no bytes, which the library would wait for without end.

use bytes::{Buf, Bytes};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Where to look for the end of the library's own short head.
const HEAD_BYTES: usize = 256;

/// Makes the whole answer, head and all, that stands in for an empty one of this status.
pub(crate) type StandIn = Box<dyn Fn(u16) -> Bytes + Send + Sync>;

/// A stream whose empty error answers are replaced.
pub(crate) struct Stream<S> {
    inner: S,
    stand_in: StandIn,
    /// What is still to be written in place of an empty answer.
    replacement: Bytes,
    replaced: bool,
    /// How long the other side may take no byte.
    patience: Duration,
    /// Runs while it takes none.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Stream<S> {
    pub(crate) fn new(inner: S, patience: Duration, stand_in: StandIn) -> Stream<S> {
        Stream { inner, stand_in, replacement: Bytes::new(), replaced: false, patience, stalled: None }
    }

    /// Whether an empty answer was replaced.
    pub(crate) fn replaced(&self) -> bool {
        self.replaced
    }

    /// The stream itself.
    pub(crate) fn into_inner(self) -> S {
        self.inner
    }

    /// Passes the outcome of a write on, unless the other side has taken nothing for too long.
    fn patiently<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Takes an empty error answer of the library out of the way, if `head` begins with one.
    fn intercept(&mut self, head: &[u8]) -> bool {
        let Some(status) = empty_error(head) else { return false };
        self.replacement = (self.stand_in)(status);
        self.replaced = true;
        true
    }
}

/// The status of an error answer with an empty body, if `head` begins with one.
fn empty_error(head: &[u8]) -> Option<u16> {
    if !head.starts_with(b"HTTP/1.") || head.get(9) != Some(&b'4') {
        return None;
    }
    let head = &head[..head.len().min(HEAD_BYTES)];
    let needle = b"content-length: 0\r\n";
    let empty = head.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    let status = std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()?;
    empty.then_some(status)
}

impl<S: AsyncWrite + Unpin> Stream<S> {
    fn poll_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.replacement.has_remaining() {
            let written = Pin::new(&mut self.inner).poll_write(cx, &self.replacement);
            let written = ready!(self.patiently(cx, written))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.replacement.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        if self.intercept(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.patiently(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        if let Some(first) = slices.first()
            && self.intercept(first)
        {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.patiently(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replacement(cx))?;
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.patiently(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_error_is_replaced() {
        let empty =
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(empty_error(empty), Some(431));
        for other in [
            &b"HTTP/1.1 400 Bad Request\r\ncontent-length: 05\r\n\r\n{}"[..],
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 4",
            b"",
        ] {
            assert_eq!(empty_error(other), None);
        }
    }
}
