//! The link of a router over one circuit, as the model has it: its VLAN, its pairs of addresses, and who may choose
//! which of them.

use super::{Args, Code, Verdicts, get, is_true, number, refuse_unless};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) circuit: String,
    pub(crate) vlan: i64,
    pub(super) code: String,
    pub(crate) with_ipv6: bool,
    /// The provider's side, the customer's, and the mask.
    pub(super) ipv4: [String; 3],
    pub(super) ipv6: [String; 3],
}

pub(super) const IPV4: [&str; 3] = ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask"];
pub(super) const IPV6: [&str; 3] = ["LocalIpv6GatewayIp", "PeerIpv6GatewayIp", "PeeringIpv6SubnetMask"];

const FOREIGN: [&str; 3] = [
    "Forbidden.LocalGatewayIpNotAllowedByCaller",
    "Forbidden.PeerGatewayIpNotAllowedByCaller",
    "Forbidden.PeeringSubnetMaskNotAllowedByCaller",
];

/// What an action answers to a bad address of either family, in the order of the fields.
pub(super) struct Answers {
    ipv4: [&'static str; 3],
    ipv6: [&'static str; 3],
}

const MASK: &str = "InvalidPeeringSubnetMask.Malformed";
const PLAIN: [&str; 3] = ["InvalidLocalGatewayIp.Malformed", "InvalidPeerGatewayIp.Malformed", MASK];
pub(super) const CREATE: Answers = Answers { ipv4: PLAIN, ipv6: PLAIN };
pub(super) const ASSOCIATE: Answers =
    Answers { ipv4: PLAIN, ipv6: ["InvalidIP.Malformed", "InvalidIP.Malformed", MASK] };
pub(super) const MODIFY: Answers = Answers {
    ipv4: ["InvalidIp.Malformed", "InvalidIp.Malformed", MASK],
    ipv6: ["InvalidIp.Malformed", "InvalidIp.Malformed", MASK],
};

const MISSING: Code = ("MissingParameter", 400);
const APART: Code = ("InvalidIp.NotSameSubnet", 400);

/// Four numbers as one.
fn quad(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let fits = parts.len() == 4 && parts.iter().all(|part| *part < 256);
    fits.then(|| parts.iter().fold(0, |all, part| all * 256 + part))
}

/// The network and the host of an address in the one form that the simulator draws.
fn six(text: &str) -> Option<(&str, &str)> {
    text.split_once("::").filter(|(net, host)| net.starts_with("2001:") && !host.contains('/'))
}

impl Link {
    pub(super) fn given(args: &Args) -> Link {
        let all = |names: [&str; 3]| names.map(|name| get(args, name).unwrap_or_default().to_owned());
        Link {
            circuit: get(args, "PhysicalConnectionId").unwrap_or_default().to_owned(),
            vlan: number(args, "VlanId", 0),
            code: get(args, "CircuitCode").unwrap_or_default().to_owned(),
            with_ipv6: is_true(args, "EnableIpv6"),
            ipv4: all(IPV4),
            ipv6: all(IPV6),
        }
    }

    /// The provider's address and the customer's.
    pub(crate) fn ends(&self, six: bool) -> (&str, &str) {
        let [local, peer, _] = if six { &self.ipv6 } else { &self.ipv4 };
        (local, peer)
    }

    pub(crate) fn has_ipv6(&self) -> bool {
        self.with_ipv6
    }

    pub(super) fn has_ipv4(&self) -> bool {
        self.ipv4.iter().all(|field| !field.is_empty())
    }

    /// What is said of a field replaces it, also by nothing.
    pub(super) fn edit(&mut self, said: impl Fn(&str) -> Option<String>) {
        if let Some(code) = said("CircuitCode") {
            self.code = code;
        }
        match said("EnableIpv6").filter(|word| !word.is_empty()) {
            Some(word) if ["1", "true"].contains(&word.to_lowercase().as_str()) => self.with_ipv6 = true,
            Some(_) => (self.with_ipv6, self.ipv6) = (false, Default::default()),
            None => {}
        }
        for (names, fields) in [(IPV4, &mut self.ipv4), (IPV6, &mut self.ipv6)] {
            for (name, field) in names.into_iter().zip(fields) {
                if let Some(text) = said(name) {
                    *field = text;
                }
            }
        }
        if let Some(vlan) = said("VlanId").filter(|word| !word.is_empty()) {
            self.vlan = vlan.parse().unwrap();
        }
    }

    /// Nothing was chosen that only the router's owner may choose.
    pub(super) fn require_none(&self) -> Verdicts {
        for (at, code) in FOREIGN.into_iter().enumerate() {
            refuse_unless(self.ipv4[at].is_empty() && self.ipv6[at].is_empty(), (code, 403))?;
        }
        Ok(())
    }

    /// Each changes only what is its own: the lender VLAN and code, the router's owner the addresses.
    pub(super) fn require_say(&self, to: &Link, owns: bool, lends: bool) -> Verdicts {
        refuse_unless(lends || self.vlan == to.vlan, ("Forbidden.VlanIdNotAllowedByCaller", 403))?;
        refuse_unless(lends || self.code == to.code, ("Forbidden.CircuitCodeNotAllowedByCaller", 403))?;
        for (at, code) in FOREIGN.into_iter().enumerate() {
            let same = self.ipv4[at] == to.ipv4[at] && self.ipv6[at] == to.ipv6[at];
            refuse_unless(owns || same, (code, 403))?;
        }
        Ok(())
    }

    /// A router in service keeps its pair.
    pub(super) fn require_kept(&self, active: bool) -> Verdicts {
        let [local, peer, mask] = [0, 1, 2].map(|at| self.ipv4[at].is_empty());
        refuse_unless(!active || !(local || peer), ("InvalidIp.Malformed", 400))?;
        refuse_unless(!active || !mask, (MASK, 400))
    }

    pub(super) fn check_ipv4(&self, needed: bool, answers: &Answers) -> Verdicts {
        if !needed && self.ipv4.iter().all(String::is_empty) {
            return Ok(());
        }
        refuse_unless(self.has_ipv4(), MISSING)?;
        let read = |at: usize| quad(&self.ipv4[at]).ok_or((answers.ipv4[at], 400));
        let (local, peer, mask) = (read(0)?, read(1)?, read(2)?);
        let bits = mask.count_ones();
        let whole = (24..=30).contains(&bits) && mask == u32::MAX << (32 - bits);
        refuse_unless(whole, (answers.ipv4[2], 400))?;
        refuse_unless(local & mask == peer & mask, APART)?;
        let ends = [local & mask, local | !mask];
        refuse_unless(!ends.contains(&local), (answers.ipv4[0], 400))?;
        refuse_unless(!ends.contains(&peer) && peer != local, (answers.ipv4[1], 400))
    }

    pub(super) fn check_ipv6(&self, needed: bool, answers: &Answers) -> Verdicts {
        let given = self.ipv6.iter().position(|field| !field.is_empty());
        if !self.with_ipv6 {
            return given.map_or(Ok(()), |at| Err((answers.ipv6[at], 400)));
        }
        if given.is_none() && !needed {
            return Ok(());
        }
        refuse_unless(self.ipv6.iter().all(|field| !field.is_empty()), MISSING)?;
        let read = |at: usize| six(&self.ipv6[at]).ok_or((answers.ipv6[at], 400));
        let (local, peer) = (read(0)?, read(1)?);
        // Its length alone, or a whole one.
        let net = match self.ipv6[2].as_str() {
            "64" => local.0,
            whole => whole.strip_suffix("::/64").ok_or((answers.ipv6[2], 400))?,
        };
        refuse_unless(local.0 == net && peer.0 == net, APART)?;
        refuse_unless(local != peer, (answers.ipv6[1], 400))
    }
}
