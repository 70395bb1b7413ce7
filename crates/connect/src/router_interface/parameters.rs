//! The parameters that the actions on router interfaces share: what each may be, stated once.

use rpc::Choice;
use rpc::wire::Int;

rpc::text! {
    /// A router interface's id, for instance `ri-0mj2k9x1qa4f7c0d3b2a`.
    pub struct InterfaceId { min: 1, max: 64 }
}

rpc::text! {
    /// An IPv4 address.
    pub struct AddressText { min: 1, max: 64 }
}

rpc::text! {
    /// An account, as text.
    pub struct OwnerText { min: 1, max: 32 }
}

/// Another account, as a number of sixteen digits at most.
pub type OwnerNumber = Int<1, 9_999_999_999_999_999>;

/// Milliseconds between the probes of a health check; 0 for none.
pub type HealthRateMs = Int<0, 60_000>;

/// Probes of a health check; 0 for none.
pub type HealthThreshold = Int<0, 100>;

/// Which end of a connection an interface is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Role {
    /// The end that connects.
    InitiatingSide,
    /// The end that is connected to.
    AcceptingSide,
}

/// How an interface is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum InstanceChargeType {
    /// Before it is used; the catalogue sells none so.
    PrePaid,
    /// After it was used.
    PostPaid,
}

/// The unit of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum TermUnit {
    /// Months.
    Month,
    /// Years.
    Year,
}

/// Size of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Spec {
    /// 2 Mbit/s.
    #[choice("Mini.2")]
    Mini2,
    /// 5 Mbit/s.
    #[choice("Mini.5")]
    Mini5,
    /// 10 Mbit/s.
    #[choice("Small.1")]
    Small1,
    /// 20 Mbit/s.
    #[choice("Small.2")]
    Small2,
    /// 50 Mbit/s.
    #[choice("Small.5")]
    Small5,
    /// 100 Mbit/s.
    #[choice("Middle.1")]
    Middle1,
    /// 200 Mbit/s.
    #[choice("Middle.2")]
    Middle2,
    /// 500 Mbit/s.
    #[choice("Middle.5")]
    Middle5,
    /// 1 Gbit/s.
    #[choice("Large.1")]
    Large1,
    /// 2 Gbit/s.
    #[choice("Large.2")]
    Large2,
    /// 5 Gbit/s.
    #[choice("Large.5")]
    Large5,
    /// 10 Gbit/s.
    #[choice("Xlarge.1")]
    Xlarge1,
    /// None of its own: the accepting side has the size of the other.
    Negative,
}

impl Spec {
    /// Mbit/s.
    pub fn mbps(self) -> i32 {
        match self {
            Spec::Mini2 => 2,
            Spec::Mini5 => 5,
            Spec::Small1 => 10,
            Spec::Small2 => 20,
            Spec::Small5 => 50,
            Spec::Middle1 => 100,
            Spec::Middle2 => 200,
            Spec::Middle5 => 500,
            Spec::Large1 => 1000,
            Spec::Large2 => 2000,
            Spec::Large5 => 5000,
            Spec::Xlarge1 => 10_000,
            Spec::Negative => 0,
        }
    }

    /// Whether an end of this role may have it.
    pub fn suits(self, role: Role) -> bool {
        (self == Spec::Negative) == (role == Role::AcceptingSide)
    }
}
