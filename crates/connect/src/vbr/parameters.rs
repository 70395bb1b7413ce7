//! The parameters that the actions on border routers share: what each may be, stated once. Addresses are read in
//! `addresses`, where the rules between them are.

use rpc::Choice;
use rpc::wire::Int;

/// A VLAN of a circuit; 0 means that frames are untagged.
pub type VlanId = Int<0, 2999>;

/// Packets that may be lost before a detection session is down.
pub type DetectMultiplier = Int<3, 10>;

/// Milliseconds between detection packets.
pub type IntervalMs = Int<200, 1000>;

/// Another account, as a number of sixteen digits at most.
pub type AccountNumber = Int<1, 9_999_999_999_999_999>;

/// A rate limit as it is changed, Mbit/s; it must be one of [`Bandwidth`].
pub type BandwidthNumber = Int<1, 2_147_483_647>;

rpc::text! {
    /// A virtual border router's id, for instance `vbr-0mj2k9x1qa4f7c0d3b2a`.
    pub struct VbrId { min: 1, max: 64 }
}

rpc::text! {
    /// An address of the link, or the mask or prefix that covers both.
    pub struct LinkText { min: 1, max: 64 }
}

rpc::text! {
    /// Links of associated circuits as one JSON text.
    pub struct LinksText { min: 2, max: 8192 }
}

/// The rate limits offered, Mbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Bandwidth {
    /// 50 Mbit/s.
    #[choice("50")]
    M50,
    /// 100 Mbit/s.
    #[choice("100")]
    M100,
    /// 200 Mbit/s.
    #[choice("200")]
    M200,
    /// 300 Mbit/s.
    #[choice("300")]
    M300,
    /// 400 Mbit/s.
    #[choice("400")]
    M400,
    /// 500 Mbit/s.
    #[choice("500")]
    M500,
    /// 1 Gbit/s.
    #[choice("1000")]
    M1000,
    /// 2 Gbit/s.
    #[choice("2048")]
    M2048,
    /// 5 Gbit/s.
    #[choice("5120")]
    M5120,
    /// 8 Gbit/s.
    #[choice("8192")]
    M8192,
    /// 10 Gbit/s.
    #[choice("10240")]
    M10240,
    /// 20 Gbit/s.
    #[choice("20480")]
    M20480,
    /// 40 Gbit/s.
    #[choice("40960")]
    M40960,
    /// 50 Gbit/s; not a multiple of the others, and so in the contract.
    #[choice("50120")]
    M50120,
    /// 60 Gbit/s.
    #[choice("61440")]
    M61440,
    /// 100 Gbit/s.
    #[choice("102400")]
    M102400,
}

impl Bandwidth {
    /// Mbit/s.
    pub fn mbps(self) -> i64 {
        self.as_str().parse().expect("every word of the list is a number")
    }

    /// The widest that a circuit of this width fills, the narrowest where none is that narrow: what a router has for
    /// which nothing was asked.
    pub fn within(circuit_mbps: i64) -> Bandwidth {
        let mut fits = Bandwidth::ALL.iter().rev().filter(|offered| offered.mbps() <= circuit_mbps);
        fits.next().copied().unwrap_or(Bandwidth::M50)
    }

    /// Whether this rate limit is offered.
    pub fn is_offered(mbps: i64) -> bool {
        Bandwidth::ALL.iter().any(|offered| offered.mbps() == mbps)
    }
}

/// The link's largest packet, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Mtu {
    /// As a new router has it.
    #[choice("0")]
    Usual,
    /// Ordinary frames.
    #[choice("1500")]
    Ordinary,
    /// Jumbo frames.
    #[choice("8500")]
    Jumbo,
}

impl Mtu {
    /// Bytes.
    pub fn bytes(self) -> i64 {
        match self {
            Mtu::Usual | Mtu::Ordinary => 1500,
            Mtu::Jumbo => 8500,
        }
    }
}

/// A switch that the contract has as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Switch {
    /// On.
    #[choice("true")]
    On,
    /// Off.
    #[choice("false")]
    Off,
}
