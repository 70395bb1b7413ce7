//! Every number the server bounds something by, with its unit and its meaning. A limit that is not named here, in
//! `rpc::limits`, in `connect::limits` or in the store's settings must not exist.

/// One limit, as the reference lists it.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// Its value, in the unit its name ends with.
    pub value: u64,
    /// What it bounds.
    pub doc: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:expr;)+) => {
        $($(#[doc = $doc])+ pub const $name: u64 = $value;)+
        /// All limits in the order of this file.
        pub const ALL: &[Limit] = &[
            $(Limit { name: stringify!($name), value: $name, doc: concat!($($doc),+) }),+
        ];
    };
}

limits! {
    /// Connections served at once; one more is answered ServiceUnavailable and closed.
    CONNECTIONS_MAX = 8192;
    /// Connections over the former limit that are still being told so; one more is closed without an answer.
    REFUSALS_MAX = 256;
    /// How long a TLS handshake may take, milliseconds.
    HANDSHAKE_MS = 10_000;
    /// How long the head of a request may take to arrive, and an unused connection may stay open, milliseconds.
    HEAD_MS = 60_000;
    /// How long the body of a request may take to arrive, milliseconds.
    BODY_MS = 30_000;
    /// How long a request may take altogether, from its head to its answer, milliseconds.
    REQUEST_MS = 60_000;
    /// How long a client may take no byte of its answer before its connection is cut, milliseconds.
    WRITE_MS = 30_000;
    /// After an answer that closes the connection: how long what the client still sends is read and thrown away, so
    /// that it comes to read the answer, milliseconds.
    LINGER_MS = 2_000;
    /// After an answer that closes the connection: how much the client may still send, bytes.
    LINGER_BYTES_MAX = 64 * 1024 * 1024;
    /// Header lines of one request; the HTTP library has this number built in.
    HEADERS_MAX = 100;
    /// How long the requests under way have to finish when the server stops, milliseconds.
    SHUTDOWN_MS = 20_000;
    /// Pause after the system refused to hand over a connection, milliseconds.
    ACCEPT_PAUSE_MS = 50;
    /// The largest file that `letter verify` reads, bytes.
    LETTER_FILE_BYTES_MAX = 16 * 1024 * 1024;
    /// The longest --public-url, bytes: with a letter's number and code behind it, it must fit a QR code.
    PUBLIC_URL_BYTES_MAX = 160;
    /// Characters of --issuer: it stands in one line of each letter.
    ISSUER_CHARS_MAX = 128;
    /// How long an access key is believed before it is read again, milliseconds. Another node's change of a key is
    /// seen after this time at the latest; a change through this node is seen at once.
    KEY_LIFETIME_MS = 5_000;
    /// Access keys remembered at once.
    KEYS_MAX = 100_000;
    /// The longest sleep between two looks for due deadlines, milliseconds.
    TICK_MS = 30_000;
    /// Pause before due deadlines are tried again after the store failed, milliseconds.
    TICK_RETRY_MS = 1_000;
    /// Log lines waiting to be written, bytes; above it, lines are dropped and counted.
    LOG_BUFFER_BYTES_MAX = 4 * 1024 * 1024;
    /// How long a log line may wait before it is written, milliseconds.
    LOG_FLUSH_MS = 100;
    /// How long the readiness check waits for the store, milliseconds.
    READY_MS = 2_000;
}
