//! Every limit of the product, by name. A number that appears nowhere in the contract is chosen here and
//! nowhere else; the reference page of limits is made from [`ALL`].

/// A limit as the reference page shows it.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The constant's name.
    pub name: &'static str,
    /// Its value, in the unit its name ends with.
    pub value: i64,
    /// What it bounds.
    pub doc: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $value:expr;)+) => {
        $($(#[doc = $doc])+ pub const $name: i64 = $value;)+
        /// All limits in the order of this file.
        pub const ALL: &[Limit] = &[
            $(Limit { name: stringify!($name), value: $name, doc: concat!($($doc),+) }),+
        ];
    };
}

limits! {
    /// Circuits of one account that are ordered and not yet enabled (contract, conflicts C12).
    CIRCUITS_NOT_ENABLED_MAX = 5;
    /// Circuits of one account at one access point that still hold or await a port.
    CIRCUITS_PER_ACCESS_POINT_MAX = 20;
    /// Rows of a page (contract, paging).
    PAGE_SIZE_MAX = 50;
    /// Rows of a page when none is asked for.
    PAGE_SIZE_DEFAULT = 10;
    /// Filters of one list request.
    FILTERS_MAX = 5;
    /// Values of one filter.
    FILTER_VALUES_MAX = 5;
    /// Tags of one resource.
    TAGS_MAX = 20;
    /// Resources named in one tag request.
    TAG_RESOURCES_MAX = 50;
    /// Characters of a client token.
    CLIENT_TOKEN_CHARS_MAX = 64;
    /// How long a client token answers with its first reply, milliseconds.
    CLIENT_TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;
    /// How long a circuit stays in Terminating, milliseconds.
    TERMINATION_MS = 1000;
    /// How long a border router stays in terminating, milliseconds.
    VBR_TERMINATION_MS = 1000;
    /// How long a border router stays in recovering, milliseconds.
    VBR_RECOVERY_MS = 1000;
    /// How long a border router stays in deleting, milliseconds: it is gone when its deletion is answered.
    VBR_DELETION_MS = 0;
    /// How long a terminated border router's VLANs are kept for it, milliseconds (contract, states section 5).
    VLAN_RESERVATION_MS = 7 * 24 * 60 * 60 * 1000;
    /// Border routers on one circuit, those that are only associated with it included.
    VBRS_PER_CIRCUIT_MAX = 50;
    /// Border routers that one account has made for others and that these have not confirmed.
    VBRS_UNCONFIRMED_MAX = 10;
    /// Further circuits of one border router.
    VBR_ASSOCIATIONS_MAX = 8;
    /// Deadlines and autopilot steps that one request may set off before it is answered.
    STEPS_PER_REQUEST_MAX = 64;
    /// Deadlines that one AdvanceTime may pass.
    STEPS_PER_ADVANCE_MAX = 100_000;
    /// Attempts to take a free port while others take ports at the same time.
    PORT_ATTEMPTS_MAX = 8;
    /// Serial numbers counted together for totals and for deep pages.
    COUNT_BLOCK = 512;
    /// Access keys of one account.
    ACCESS_KEYS_PER_ACCOUNT_MAX = 10;
    /// Longest delay of an autopilot step, seconds.
    AUTOPILOT_DELAY_S_MAX = 31_536_000;
    /// Furthest that one AdvanceTime may move the clock, seconds (ten years).
    ADVANCE_S_MAX = 315_576_000;
    /// Characters of a reason.
    REASON_CHARS_MAX = 256;
}
