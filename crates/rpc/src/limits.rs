//! Every number this crate bounds something by, with its unit and where it comes from.
//!
//! A limit that is not named here must not exist.

/// Request line and headers together, bytes. Chosen (protocol contract §1).
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The body, bytes. Chosen (protocol contract §1).
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Parameters of one request, common ones included. Chosen (protocol contract §1).
pub const PARAMETERS_MAX: usize = 1000;

/// A parameter's name after decoding, bytes. Chosen (protocol contract §1).
pub const PARAMETER_NAME_BYTES_MAX: usize = 256;

/// A parameter's value after decoding, bytes. Chosen: well above any documented text, well below the body.
pub const PARAMETER_VALUE_BYTES_MAX: usize = 64 * 1024;

/// A signature nonce, bytes. Chosen (protocol contract §2.4); the longest seen is 64.
pub const NONCE_BYTES_MAX: usize = 128;

/// How far a request's time may be from the server's, each way, milliseconds. Documented: 15 minutes.
pub const CLOCK_SKEW_MS: i64 = 15 * 60 * 1000;

/// How long a nonce is remembered at least, milliseconds. Twice the skew: a request stamped in the future
/// stays fresh that long after it was admitted (protocol contract §4.1).
pub const NONCE_LIFETIME_MS: i64 = 2 * CLOCK_SKEW_MS;

/// Nonces remembered at once. Chosen: about 150 MB when full, 1,700 requests a second for 40 minutes.
pub const NONCES_MAX: usize = 4 * 1024 * 1024;

/// Characters of a text parameter that has no rule of its own. Chosen.
pub const TEXT_CHARS_MAX: usize = 2048;

/// Items of a list parameter that has no `max_items` of its own. Chosen.
pub const LIST_ITEMS_MAX: u32 = 100;

/// How much of the string to sign a refusal repeats, bytes. Chosen, so that a forged request of one mebibyte
/// cannot draw an answer five times its size.
pub const STRING_TO_SIGN_ECHO_BYTES_MAX: usize = 64 * 1024;
