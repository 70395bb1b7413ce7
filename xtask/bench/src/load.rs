//! A bounded load generator: one thread, a number of keep-alive connections, a fixed list of requests for each.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// No load may last longer, whatever happens.
const LOAD_TIME_MAX: Duration = Duration::from_mins(3);

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Median latency, microseconds.
    pub(crate) p50_us: f64,
    /// 99th percentile, microseconds.
    pub(crate) p99_us: f64,
}

/// Sends each connection's requests, one after another, and waits for all answers. Any status but 200 is an error.
pub(crate) fn run(address: SocketAddr, connections: Vec<Vec<Vec<u8>>>) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let total: usize = connections.iter().map(Vec::len).sum();
        let begun = Instant::now();
        let tasks: Vec<_> =
            connections.into_iter().map(|requests| tokio::spawn(connection(address, requests))).collect();
        let mut latencies = Vec::with_capacity(total);
        for task in tasks {
            let remaining = LOAD_TIME_MAX.saturating_sub(begun.elapsed());
            let done = tokio::time::timeout(remaining, task).await.context("the load took too long")??;
            latencies.extend(done?);
        }
        let elapsed = begun.elapsed().as_secs_f64();
        latencies.sort_unstable();
        #[allow(clippy::cast_precision_loss)] // counts here are far below 2^52
        Ok(Outcome {
            rate: total as f64 / elapsed,
            p50_us: latencies[latencies.len() / 2].as_secs_f64() * 1e6,
            p99_us: latencies[latencies.len() * 99 / 100].as_secs_f64() * 1e6,
        })
    })
}

async fn connection(address: SocketAddr, requests: Vec<Vec<u8>>) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut latencies = Vec::with_capacity(requests.len());
    for request in &requests {
        let begun = Instant::now();
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
        latencies.push(begun.elapsed());
    }
    Ok(latencies)
}

/// One request on a connection of its own; gives the body.
pub(crate) fn once(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request).await?;
        let mut buffer = Vec::new();
        let head = answer(&mut stream, &mut buffer).await?;
        Ok(buffer.split_off(head))
    })
}

/// Reads one answer into `buffer`; gives the length of its head.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<usize> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(end) = buffer.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end])?;
        let refused = !head.starts_with("HTTP/1.1 200");
        let length: usize = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
            .context("an answer without Content-Length")?
            .trim()
            .parse()?;
        while buffer.len() < end + 4 + length {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection in the middle of an answer");
            }
        }
        if refused {
            bail!("refused: {}", String::from_utf8_lossy(buffer));
        }
        return Ok(end + 4);
    }
}
