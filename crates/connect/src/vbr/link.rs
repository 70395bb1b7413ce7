//! The link of a border router over one circuit: its VLAN and its pairs of addresses. A router has one over its own
//! circuit and one over each circuit that was associated with it; both tables keep the same columns.

use crate::action::Result;
use crate::cx::Cx;
use store::{Arg, Fault, Read, ReadExt, Row};

/// A link as it is kept. Addresses are kept as they were sent, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The circuit.
    pub circuit_id: String,
    /// VLAN on the circuit.
    pub vlan: i64,
    /// The next hop of routes that lead over this link.
    pub vlan_interface_id: String,
    /// The carrier's number of the circuit, as this router's owner knows it.
    pub circuit_code: String,
    /// Whether the link has IPv6.
    pub enable_ipv6: bool,
    /// IPv4 address of the provider's side.
    pub local_ip: String,
    /// IPv4 address of the customer's side.
    pub peer_ip: String,
    /// Dotted mask that covers both.
    pub mask: String,
    /// IPv6 address of the provider's side.
    pub local_ipv6: String,
    /// IPv6 address of the customer's side.
    pub peer_ipv6: String,
    /// Prefix that covers both.
    pub ipv6_mask: String,
}

/// The columns of a link, in the order of [`Link::values`].
pub(super) const COLUMNS: [&str; 11] = [
    "circuit_id",
    "vlan",
    "vlan_interface_id",
    "circuit_code",
    "enable_ipv6",
    "local_ip",
    "peer_ip",
    "mask",
    "local_ipv6",
    "peer_ipv6",
    "ipv6_mask",
];

impl Link {
    /// Reads the columns of a link from place `at` on.
    pub(super) fn read(row: &dyn Row, at: usize) -> std::result::Result<Link, Fault> {
        let text = |place: usize| row.text(at + place).map(str::to_owned);
        Ok(Link {
            circuit_id: text(0)?,
            vlan: row.int(at + 1)?,
            vlan_interface_id: text(2)?,
            circuit_code: text(3)?,
            enable_ipv6: row.flag(at + 4)?,
            local_ip: text(5)?,
            peer_ip: text(6)?,
            mask: text(7)?,
            local_ipv6: text(8)?,
            peer_ipv6: text(9)?,
            ipv6_mask: text(10)?,
        })
    }

    /// The values of [`COLUMNS`].
    pub(super) fn values(&self) -> [Arg<'_>; 11] {
        [
            Arg::from(&self.circuit_id),
            Arg::from(self.vlan),
            Arg::from(&self.vlan_interface_id),
            Arg::from(&self.circuit_code),
            Arg::from(self.enable_ipv6),
            Arg::from(&self.local_ip),
            Arg::from(&self.peer_ip),
            Arg::from(&self.mask),
            Arg::from(&self.local_ipv6),
            Arg::from(&self.peer_ipv6),
            Arg::from(&self.ipv6_mask),
        ]
    }

    /// Whether the three IPv4 fields are all there.
    pub fn has_ipv4(&self) -> bool {
        !(self.local_ip.is_empty() || self.peer_ip.is_empty() || self.mask.is_empty())
    }
}

/// The links over the circuits that were associated with a router.
pub(super) fn associated(read: &mut dyn Read, vbr: &str) -> Result<Vec<Link>> {
    let columns = COLUMNS.join(", ");
    let sql = format!("select {columns} from vbr_association where vbr_id = $1 order by circuit_id");
    Ok(read.all(&sql, &[Arg::from(vbr)], |row| Link::read(row, 0))?)
}

/// Writes the link over an associated circuit, over the one that may be there.
pub(super) fn associate(cx: &mut Cx<'_>, vbr: &str, link: &Link) -> Result<()> {
    dissociate(cx, vbr, &link.circuit_id)?;
    let places: Vec<_> = (1..=COLUMNS.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "insert into vbr_association ({}, vbr_id) values ({}, ${})",
        COLUMNS.join(", "),
        places.join(", "),
        COLUMNS.len() + 1
    );
    let mut args = link.values().to_vec();
    args.push(Arg::from(vbr));
    cx.tx.exec(&sql, &args)?;
    Ok(())
}

/// Takes the link over an associated circuit away.
pub(super) fn dissociate(cx: &mut Cx<'_>, vbr: &str, circuit: &str) -> Result<()> {
    cx.tx.exec(
        "delete from vbr_association where vbr_id = $1 and circuit_id = $2",
        &[Arg::from(vbr), Arg::from(circuit)],
    )?;
    Ok(())
}
