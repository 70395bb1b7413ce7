//! The parameters that the actions on hosted connections share: what each may be, stated once.

use rpc::Choice;

rpc::text! {
    /// A hosted connection's name.
    pub struct HostedName { min: 1, max: 128 }
}

rpc::text! {
    /// What a hosted connection is for.
    pub struct HostedDescription { min: 1, max: 256 }
}

/// What a hosted connection carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum HostedSpec {
    /// 50 Mbit/s.
    #[choice("50M")]
    M50,
    /// 100 Mbit/s.
    #[choice("100M")]
    M100,
    /// 200 Mbit/s.
    #[choice("200M")]
    M200,
    /// 300 Mbit/s.
    #[choice("300M")]
    M300,
    /// 400 Mbit/s.
    #[choice("400M")]
    M400,
    /// 500 Mbit/s.
    #[choice("500M")]
    M500,
    /// 1000 Mbit/s.
    #[choice("1G")]
    G1,
    /// 2048 Mbit/s.
    #[choice("2G")]
    G2,
    /// 5120 Mbit/s.
    #[choice("5G")]
    G5,
    /// 8192 Mbit/s.
    #[choice("8G")]
    G8,
    /// 10240 Mbit/s.
    #[choice("10G")]
    G10,
}

impl HostedSpec {
    /// Mbit/s, as the rate limits of border routers count them.
    pub fn mbps(self) -> i64 {
        match self {
            HostedSpec::M50 => 50,
            HostedSpec::M100 => 100,
            HostedSpec::M200 => 200,
            HostedSpec::M300 => 300,
            HostedSpec::M400 => 400,
            HostedSpec::M500 => 500,
            HostedSpec::G1 => 1000,
            HostedSpec::G2 => 2048,
            HostedSpec::G5 => 5120,
            HostedSpec::G8 => 8192,
            HostedSpec::G10 => 10_240,
        }
    }

    /// The one that carries just this.
    pub fn of_mbps(mbps: i64) -> Option<HostedSpec> {
        HostedSpec::ALL.iter().copied().find(|spec| spec.mbps() == mbps)
    }
}

/// Who pays for a hosted connection. It is kept and shown; the catalogue has no price for one, so that neither pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OrderMode {
    /// The owner of the circuit.
    PayByPhysicalConnectionOwner,
    /// Its tenant.
    PayByVirtualPhysicalConnectionOwner,
}
