//! The parameters that circuit actions share: what each may be, stated once.

use crate::limits;
use rpc::Choice;
use rpc::wire::Int;

/// Bandwidth, Mbit/s (contract, conflicts B3).
pub type Mbps = Int<2, 10_240>;

/// Milliseconds before a lost link is reported, in steps of 100.
pub type DownDelayMs = Int<0, 10_000, 100>;

rpc::text! {
    /// A region's id, for instance `cn-hangzhou`.
    pub struct RegionId { min: 1, max: 64 }
}

rpc::text! {
    /// A circuit's id, for instance `pc-0mj2k9x1qa4f7c0d3b2a`.
    pub struct CircuitId { min: 1, max: 64 }
}

rpc::text! {
    /// An access point's id, for instance `ap-cn-hangzhou-yh-A`.
    pub struct AccessPointId { min: 1, max: 128 }
}

rpc::text! {
    /// Idempotency token picked by the caller: at most 64 ASCII characters, case-sensitive.
    pub struct ClientToken { min: 1, max: 64, ascii: true }
}

rpc::text! {
    /// Display name: begins with a letter (CJK counts), then letters, digits, dot, underscore, hyphen.
    pub struct ResourceName {
        min: 2,
        max: 128,
        pattern: r"^[A-Za-z\u4E00-\u9FFF][A-Za-z0-9\u4E00-\u9FFF._-]{1,127}$",
        forbid_prefix: ["http://", "https://"],
    }
}

rpc::text! {
    /// Free text that begins with a letter (CJK counts) and with neither http:// nor https://.
    pub struct Description {
        min: 2,
        max: 256,
        first_letter: true,
        forbid_prefix: ["http://", "https://"],
    }
}

rpc::text! {
    /// The number that the carrier gave the circuit.
    pub struct CircuitCode { min: 1, max: 128 }
}

rpc::text! {
    /// Where the customer's data centre is.
    pub struct PeerLocation { min: 1, max: 256 }
}

rpc::text! {
    /// A resource group's id.
    pub struct ResourceGroupId { min: 1, max: 64 }
}

rpc::text! {
    /// Why something was refused or done, for the people concerned.
    pub struct Reason { min: 1, max: 256 }
}

/// The carrier of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LineOperator {
    /// China Telecom.
    #[choice("CT")]
    ChinaTelecom,
    /// China Unicom.
    #[choice("CU")]
    ChinaUnicom,
    /// China Mobile.
    #[choice("CM")]
    ChinaMobile,
    /// Another carrier in mainland China.
    #[choice("CO")]
    OtherMainland,
    /// Equinix.
    Equinix,
    /// A carrier elsewhere.
    Other,
}

/// A device feature that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DeviceFeature {
    /// Limits per virtual border router.
    SubifRateLimit,
    /// IPv6 beside IPv4.
    DualStack,
    /// Bidirectional forwarding detection.
    #[choice("BFD")]
    Bfd,
    /// MP-BGP towards a transit network.
    #[choice("CEN")]
    Cen,
    /// The same for IPv6.
    #[choice("CENv6")]
    CenV6,
}

/// Kind of circuit; only one exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum CircuitType {
    /// The only kind.
    #[choice("VPC")]
    Vpc,
}

const _: () = assert!(limits::CLIENT_TOKEN_CHARS_MAX == 64 && limits::REASON_CHARS_MAX == 256);
