//! What can go wrong: faults of the store while it runs, and the sentence it gives when it cannot be opened.
//!
//! A fault is never an answer of the product. It must never be matched on by text, only by [`FaultKind`], and its text
//! is for the log, not for whoever sent the request.

use std::error::Error;
use std::fmt;

/// Why the store failed, as far as a caller may care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The queue is full. Nothing was run; ask again later.
    Busy,
    /// The job waited or ran for longer than it may. Its transaction was rolled back.
    Timeout,
    /// The engine asks for the transaction to be run again. The store does so itself; a caller outside of a
    /// transaction never receives this kind.
    Retryable,
    /// The engine or the disk fails, or the store is closing. A write may or may not have been committed.
    Unavailable,
    /// A unique index refused a row. The transaction can go on if the statement ran inside [`crate::nested`].
    Conflict,
    /// A mistake in the program: bad SQL, a type mismatch, a panic, a write inside a read.
    Broken,
}

/// A failure of the store: a kind to act on, and a text with an optional cause for the log.
pub struct Fault(Box<Inner>);

struct Inner {
    kind: FaultKind,
    text: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault of the given kind; `text` says what failed.
    pub fn new(kind: FaultKind, text: impl Into<String>) -> Fault {
        Fault(Box::new(Inner { kind, text: text.into(), source: None }))
    }

    /// A mistake in the program, for callers whose row or statement is not what they took it for.
    pub fn broken(text: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Broken, text)
    }

    /// What a caller may act on.
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    pub(crate) fn because(mut self, source: impl Error + Send + Sync + 'static) -> Fault {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn unavailable(text: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Unavailable, text)
    }

    pub(crate) fn closed() -> Fault {
        Fault::unavailable("the store is closed")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.text)?;
        match &self.0.source {
            Some(source) => write!(f, " ({source:?})"),
            None => Ok(()),
        }
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// Why a job ended without a result: the store failed, or the caller's own code refused.
#[derive(Debug)]
pub enum Abort<E> {
    /// The store failed; the transaction was rolled back unless the fault says otherwise.
    Fault(Fault),
    /// The closure refused with the caller's own error; its writes were rolled back.
    Refused(E),
}

impl<E> From<Fault> for Abort<E> {
    fn from(fault: Fault) -> Abort<E> {
        Abort::Fault(fault)
    }
}

impl<E: fmt::Display> fmt::Display for Abort<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Abort::Fault(fault) => fault.fmt(f),
            Abort::Refused(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> Error for Abort<E> {}

/// Why a store could not be opened: one sentence that names the thing and the mend.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct OpenError {
    text: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl OpenError {
    pub(crate) fn new(text: impl Into<String>) -> OpenError {
        OpenError { text: text.into(), source: None }
    }

    pub(crate) fn because(mut self, source: impl Error + Send + Sync + 'static) -> OpenError {
        self.source = Some(Box::new(source));
        self
    }
}
