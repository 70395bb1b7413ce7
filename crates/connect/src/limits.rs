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
    /// VPCs of one account in one region.
    VPCS_PER_REGION_MAX = 50;
    /// Shortest prefix of a VPC, bits.
    VPC_MASK_BITS_MIN = 8;
    /// Longest prefix of a VPC, bits (contract, CreateVpc).
    VPC_MASK_BITS_MAX = 28;
    /// Further prefixes of the customer's in one VPC (contract, CreateVpc).
    USER_CIDRS_MAX = 3;
    /// VPCs named in one list request (contract, DescribeVpcs).
    VPC_IDS_MAX = 20;
    /// How long a VPC stays in Pending, milliseconds.
    VPC_CREATION_MS = 1000;
    /// How long a VPC stays in Deleting, milliseconds: it is gone when its deletion is answered.
    VPC_DELETION_MS = 0;
    /// Packets that may be lost before the detection session of a new border router is down (contract).
    VBR_DETECT_MULTIPLIER_DEFAULT = 3;
    /// Milliseconds between the detection packets of a new border router, each way.
    VBR_DETECT_INTERVAL_MS_DEFAULT = 1000;
    /// Router interfaces on one router (contract, states section 6).
    INTERFACES_PER_ROUTER_MAX = 5;
    /// How long two router interfaces take to connect, milliseconds.
    INTERFACE_CONNECTION_MS = 1000;
    /// How long a router interface stays in Activating, milliseconds.
    INTERFACE_ACTIVATION_MS = 1000;
    /// How long a router interface stays in Deactivating, milliseconds.
    INTERFACE_DEACTIVATION_MS = 1000;
    /// How long a router interface stays in Deleting, milliseconds: it is gone when its deletion is answered.
    INTERFACE_DELETION_MS = 0;
    /// Routes that people made in one table (contract, CreateRouteEntry).
    ROUTES_PER_TABLE_MAX = 200;
    /// Fewest next hops of a route that has several (contract, CreateRouteEntry).
    ECMP_HOPS_MIN = 2;
    /// Most next hops of one route (contract, CreateRouteEntry).
    ECMP_HOPS_MAX = 4;
    /// Greatest weight of one of several next hops.
    ROUTE_WEIGHT_MAX = 255;
    /// How long a route stays in Pending, milliseconds.
    ROUTE_CREATION_MS = 1000;
    /// How long a route stays in Deleting, milliseconds: it is gone when its deletion is answered.
    ROUTE_DELETION_MS = 0;
    /// How long a BGP group, peer or network stays in Pending, milliseconds.
    BGP_CREATION_MS = 1000;
    /// How long a BGP group or peer stays in Modifying, milliseconds.
    BGP_CHANGE_MS = 1000;
    /// How long a BGP group, peer or network stays in Deleting, milliseconds: it is gone when its deletion is answered.
    BGP_DELETION_MS = 0;
    /// BGP groups of one border router.
    BGP_GROUPS_PER_VBR_MAX = 8;
    /// BGP peers of one border router, over all its groups (contract, states section 7).
    BGP_PEERS_PER_VBR_MAX = 8;
    /// BGP networks of one border router.
    BGP_NETWORKS_PER_VBR_MAX = 100;
    /// BGP peers of one account whose failures are detected by BFD.
    BFD_SESSIONS_MAX = 16;
    /// Routes that each peer of a BGP group may be allowed to send.
    BGP_ROUTE_QUOTA_MAX = 1000;
    /// Characters of a BGP group's key.
    BGP_AUTH_KEY_CHARS_MAX = 64;
    /// How long a failover pair stays in Creating, milliseconds.
    VBR_HA_CREATION_MS = 1000;
    /// How long a failover pair stays in Deleting, milliseconds: it is gone when its deletion is answered.
    VBR_HA_DELETION_MS = 0;
    /// Transit networks to which one VPC or border router is granted.
    CEN_GRANTS_PER_INSTANCE_MAX = 20;
    /// How long a failover test job stays in Starting, milliseconds.
    FAILOVER_START_MS = 1000;
    /// How long a failover test job stays in Stopping, milliseconds.
    FAILOVER_STOP_MS = 1000;
    /// One minute of a failover test, milliseconds: a test lasts as many as its job says.
    FAILOVER_MINUTE_MS = 60 * 1000;
    /// Failover test jobs of one account.
    FAILOVER_JOBS_MAX = 50;
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
    /// How long an order waits to be paid, milliseconds.
    UNPAID_ORDER_LIFETIME_MS = 24 * 60 * 60 * 1000;
    /// Numbers tried for a new order before the attempt is given up.
    ORDER_ID_ATTEMPTS_MAX = 64;
    /// How long before EndTime a circuit that renews itself buys its next term, milliseconds.
    AUTO_RENEW_LEAD_MS = 7 * 24 * 60 * 60 * 1000;
    /// Months that a circuit may renew itself by at a time.
    AUTO_RENEW_MONTHS_MAX = 60;
    /// How far from now a subscription may reach with all its renewals, months.
    SUBSCRIPTION_MONTHS_AHEAD_MAX = 120;
    /// The dearest price of a catalogue, minor units.
    PRICE_MINOR_MAX = 1_000_000_000_000;
    /// What a tenant of a new sandbox has on its account, minor units.
    OPENING_BALANCE_MINOR = 10_000_000_000;
    /// Most that one credit may bring, minor units.
    CREDIT_MINOR_MAX = 99_999_999_999_999;
    /// Most that an account may hold after a credit, minor units.
    BALANCE_MINOR_MAX = 9_000_000_000_000_000;
    /// Findings that a report of `verify` shows of one invariant.
    FINDINGS_SHOWN_MAX = 20;
    /// Rows of a page of the billing product.
    BILLING_PAGE_SIZE_MAX = 300;
    /// How long a traffic policy that holds for circuits stays in Configuring after a change, milliseconds.
    QOS_CONFIGURATION_MS = 1000;
    /// Traffic policies of one account in one region.
    QOS_POLICIES_MAX = 50;
    /// Circuits that one traffic policy holds for.
    QOS_CIRCUITS_MAX = 10;
    /// Queues of one traffic policy.
    QOS_QUEUES_MAX = 9;
    /// Rules of one queue.
    QOS_RULES_MAX = 50;
    /// Rows of a page of resource groups.
    GROUP_PAGE_SIZE_MAX = 100;
    /// Characters of a note to a movement of money.
    NOTE_CHARS_MAX = 256;
    /// Characters of a reason.
    REASON_CHARS_MAX = 256;
    /// Engineers that one letter of authorization names (contract, ApplyPhysicalConnectionLOA).
    LETTER_ENGINEERS_MAX = 16;
    /// Conditions of one letter of authorization; all of them stand on its one page in full.
    LETTER_CONDITIONS_MAX = 8;
    /// Characters of one condition of a letter.
    LETTER_CONDITION_CHARS_MAX = 200;
    /// Characters of any other text of a letter, and bytes of its link, which must fit its QR code.
    LETTER_TEXT_CHARS_MAX = 256;
    /// How long a letter of authorization holds from when it is issued, milliseconds (90 days).
    LETTER_VALIDITY_MS = 90 * 24 * 60 * 60 * 1000;
    /// How long a link to a letter's file is good, seconds.
    LETTER_LINK_LIFETIME_S = 60 * 60;
    /// Characters of a company's name in an application for a letter.
    LETTER_COMPANY_CHARS_MAX = 128;
    /// Characters of an engineer's name.
    LETTER_PERSON_CHARS_MAX = 64;
    /// Characters of the number of an engineer's identity document.
    LETTER_CERTIFICATE_CHARS_MAX = 64;
    /// Characters of a contact: an engineer's or a carrier's.
    LETTER_CONTACT_CHARS_MAX = 128;
    /// Characters of a line's number or label.
    LETTER_LINE_CHARS_MAX = 128;
}
