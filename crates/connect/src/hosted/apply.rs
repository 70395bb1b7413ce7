//! Cutting a hosted connection out of a circuit, and changing its VLAN or what is expected of it.

use super::parameters::{HostedDescription, HostedName, HostedSpec, OrderMode};
use super::{Hosted, load};
use crate::account;
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId, ResourceGroupId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::kept::Head;
use crate::kept::Kept;
use crate::tag::{self, TagParameter};
use crate::vbr::parameters::{AccountNumber, VlanId};
use crate::vbr::vlan;
use rpc::code::Error;
use rpc::gateway;
use rpc::{Reply, Wire};

/// Cuts a hosted connection out of a circuit of the caller's, for another account or for the caller's own. Its tenant
/// has to confirm it.
#[derive(Wire)]
pub struct CreateVirtualPhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// Who pays for it; it is kept and shown, and nothing is charged.
    order_mode: OrderMode,
    /// The circuit: the caller's own, Enabled, and not locked.
    physical_connection_id: CircuitId,
    /// What it carries; the hosted connections of a circuit carry together no more than the circuit does.
    spec: HostedSpec,
    /// VLAN on the circuit, unique there.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: VlanId,
    /// The account it is for.
    #[wire(error = codes::RESOURCE_NOT_FOUND_VPCONN_ALI_UID)]
    vpconn_ali_uid: AccountNumber,
    /// Free text.
    description: Option<HostedDescription>,
    /// Only checks: success is answered as DRYRUN.SUCCESS, and nothing is changed.
    #[wire(default = "false")]
    dry_run: bool,
    /// Display name.
    name: Option<HostedName>,
    /// Resource group to put it into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(alias = "ClientToken", error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    token: Option<ClientToken>,
}

/// The new hosted connection.
#[derive(Reply)]
pub struct HostedCreated {
    /// Its id.
    pub(super) virtual_physical_connection: String,
}

impl Command for CreateVirtualPhysicalConnection {
    type Reply = HostedCreated;
    const ABOUT: About =
        About::tenant("CreateVirtualPhysicalConnection", "vpc:CreateVirtualPhysicalConnection")
            .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::RESOURCE_NOT_FOUND_VPCONN_ALI_UID,
        &gateway::INVALID_PARAMETER,
        &codes::RESOURCE_NOT_FOUND_PHYSICAL_CONNECTION_ID,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        &codes::QUOTA_EXCEEDED_BANDWIDTH,
        &codes::INVALID_VLAN_ID_USED,
        &codes::DRYRUN_SUCCESS,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    /// It is its tenant's, and so is its row in the ledger.
    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        let tenant = self.vpconn_ali_uid.get().to_string();
        if account::is_tenant(view.read, &tenant)? {
            Ok(Some(tenant))
        } else {
            Err((&codes::RESOURCE_NOT_FOUND_VPCONN_ALI_UID).into())
        }
    }

    /// The caller's circuit must stay as it is found.
    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        Ok(vec![view.caller.account.clone()])
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<HostedCreated> {
        let tags = tag::given(&self.tag, "Tag")?;
        let circuit = Circuit::anywhere(cx.tx, self.physical_connection_id.as_str())?
            .filter(|circuit| circuit.account == cx.caller.account)
            .filter(|circuit| circuit.region == self.region_id.as_str())
            .ok_or(&codes::RESOURCE_NOT_FOUND_PHYSICAL_CONNECTION_ID)?;
        holds::require_circuit(Self::ABOUT.name, &circuit)?;
        require_bandwidth(cx, &circuit, self.spec.mbps())?;
        let hosted = self.hosted(cx, &circuit);
        take_vlan(cx, &hosted)?;
        let id = hosted.put(cx, &circuit, &tags)?;
        if self.dry_run {
            return Err((&codes::DRYRUN_SUCCESS).into());
        }
        Ok(HostedCreated { virtual_physical_connection: id })
    }
}

impl CreateVirtualPhysicalConnection {
    fn hosted(&self, cx: &mut Cx<'_>, circuit: &Circuit) -> Hosted {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Hosted {
            vlan: self.vlan_id.get(),
            name: text(self.name.as_ref().map(HostedName::as_str)),
            description: text(self.description.as_ref().map(HostedDescription::as_str)),
            resource_group_id: text(self.resource_group_id.as_ref().map(ResourceGroupId::as_str)),
            ..new(cx, circuit, self.spec, self.order_mode)
        }
    }
}

/// A new hosted connection on this circuit, not yet written: the locked account's.
pub(super) fn new(cx: &mut Cx<'_>, circuit: &Circuit, spec: HostedSpec, order_mode: OrderMode) -> Hosted {
    Hosted {
        head: Head::new::<Hosted>(cx, &circuit.region),
        parent_account: circuit.account.clone(),
        parent_id: circuit.id.clone(),
        vlan: 0,
        spec: spec.as_str().to_owned(),
        mbps: spec.mbps(),
        expect_spec: String::new(),
        order_mode: order_mode.as_str().to_owned(),
        name: String::new(),
        description: String::new(),
        resource_group_id: String::new(),
        vbr_id: String::new(),
        enabled_at: None,
    }
}

/// The circuit has so much left beside the hosted connections that are on it.
pub(super) fn require_bandwidth(cx: &mut Cx<'_>, circuit: &Circuit, mbps: i64) -> Result<()> {
    let (_, taken) = load(cx.tx, &circuit.id)?;
    if taken + mbps <= circuit.bandwidth {
        return Ok(());
    }
    let code = &codes::QUOTA_EXCEEDED_BANDWIDTH;
    let left = (circuit.bandwidth - taken).max(0);
    let message = format!("{} {} has {left} Mbit/s left.", code.message, circuit.id);
    Err(Error::new(code).with_message(message).into())
}

/// Takes the VLAN on the circuit.
fn take_vlan(cx: &mut Cx<'_>, hosted: &Hosted) -> Result<()> {
    if vlan::take(cx, &hosted.parent_id, hosted.vlan, &hosted.head.id)? {
        return Ok(());
    }
    let code = &codes::INVALID_VLAN_ID_USED;
    let message = format!("{} {} on {}: choose another.", code.message, hosted.vlan, hosted.parent_id);
    Err(Stop::from(Error::new(code).with_message(message)))
}

/// Changes the VLAN of a hosted connection, and what it is expected to carry once that is ordered. Both parties may;
/// naming a present value again changes nothing.
#[derive(Wire)]
pub struct UpdateVirtualPhysicalConnection {
    /// Region of the hosted connection.
    region_id: RegionId,
    /// The hosted connection.
    instance_id: CircuitId,
    /// VLAN on the circuit, unique there.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: VlanId,
    /// Only checks: the answer is that of success, and nothing is changed.
    #[wire(default = "false")]
    dry_run: bool,
    /// What it is to carry; shown as ExpectSpec, beside what it carries now.
    expect_spec: Option<HostedSpec>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(alias = "ClientToken", error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    token: Option<ClientToken>,
}

/// The change is made.
#[derive(Reply)]
pub struct HostedUpdated {
    /// The text true.
    success: &'static str,
}

impl Command for UpdateVirtualPhysicalConnection {
    type Reply = HostedUpdated;
    const ABOUT: About =
        About::tenant("UpdateVirtualPhysicalConnection", "vpc:UpdateVirtualPhysicalConnection")
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::RESOURCE_NOT_FOUND,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED,
        &codes::FORBIDDEN_VBR_ATTACHED_HOSTED,
        &codes::INVALID_VLAN_ID_USED,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        super::owner(view, self.instance_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        super::circuit_owner(view, self.instance_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<HostedUpdated> {
        let mut hosted = Hosted::named(cx, self.instance_id.as_str(), self.region_id.as_str())?;
        hosted.check(Self::ABOUT.name)?;
        if self.vlan_id.get() != hosted.vlan {
            if !hosted.vbr_id.is_empty() {
                let code = &codes::FORBIDDEN_VBR_ATTACHED_HOSTED;
                let message = format!("{} Change the VLAN of {}.", code.message, hosted.vbr_id);
                return Err(hosted.refuse(Error::new(code).with_message(message)));
            }
            vlan::free(cx, &hosted.parent_id, &hosted.head.id)?;
            hosted.vlan = self.vlan_id.get();
            take_vlan(cx, &hosted)?;
        }
        if let Some(spec) = self.expect_spec {
            spec.as_str().clone_into(&mut hosted.expect_spec);
        }
        hosted.step(cx, Self::ABOUT.name)?;
        Ok(HostedUpdated { success: "true" })
    }
}
