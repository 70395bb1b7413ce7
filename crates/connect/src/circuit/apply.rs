//! Ordering a circuit.

use super::parameters::{
    AccessPointId, CircuitCode, CircuitId, CircuitType, ClientToken, Description, DeviceFeature,
    LineOperator, Mbps, PeerLocation, RegionId, ResourceGroupId, ResourceName,
};
use super::port_type::{OpticalModuleModel, PortType};
use super::states::{BACKUP, BusinessStatus, CIRCUIT};
use super::{Circuit, KIND, PREFIX, count, service};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::codes;
use crate::cx::Cx;
use crate::inventory;
use crate::tag::{self, TagParameter};
use rpc::gateway;
use rpc::params::invalid;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Orders a dedicated circuit at an access point.
#[derive(Wire)]
pub struct CreatePhysicalConnection {
    /// Region in which the circuit is ordered.
    region_id: RegionId,
    /// Access point at which the circuit ends; DescribeAccessPoints lists them.
    access_point_id: AccessPointId,
    /// Carrier of the line.
    #[wire(error = codes::INVALID_LINE_OPERATOR_MALFORMD)]
    line_operator: LineOperator,
    /// The carrier's number of the circuit.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED)]
    circuit_code: Option<CircuitCode>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED)]
    description: Option<Description>,
    /// Device features wanted.
    device_advanced_capacity: Vec<DeviceFeature>,
    /// Display name.
    #[wire(error = codes::INVALID_NAME_MALFORMED)]
    name: Option<ResourceName>,
    /// Optic in the port; it must suit the port type.
    optical_module_model: Option<OpticalModuleModel>,
    /// Where the customer's data centre is.
    #[wire(error = codes::INVALID_PEER_LOCATION_MALFORMD)]
    peer_location: Option<PeerLocation>,
    /// Port type at the access point.
    #[wire(default = "1000Base-T", error = codes::INVALID_PORT_TYPE_MALFORMD)]
    port_type: PortType,
    /// The circuit that this one backs up: the caller's own, and Allocated, Confirmed or Enabled.
    redundant_physical_connection_id: Option<CircuitId>,
    /// Resource group to put the circuit into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
    /// Kind of circuit.
    #[wire(default = "VPC", error = codes::INVALID_TYPE_MALFORMD)]
    r#type: CircuitType,
    /// Bandwidth, Mbit/s.
    #[wire(
        rename = "bandwidth",
        alias = "BandWidth",
        alias = "Bandwidth",
        default = "100",
        error = codes::INVALID_BANDWIDTH
    )]
    bandwidth: Mbps,
}

/// The new circuit.
#[derive(Reply)]
pub struct PhysicalConnectionCreated {
    /// Id of the new circuit.
    physical_connection_id: String,
}

impl Command for CreatePhysicalConnection {
    type Reply = PhysicalConnectionCreated;
    const ABOUT: About =
        About::tenant("CreatePhysicalConnection", "vpc:CreatePhysicalConnection").replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::RESOURCE_NOT_FOUND_ACCESS_POINT_ID,
        &codes::INVALID_ACCESS_POINT_ID_NOT_ENABLED,
        &codes::INVALID_PORT_TYPE_NOT_OFFERED,
        &codes::INVALID_PORT_TYPE_NONE_FREE,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_STATUS,
        &codes::FORBIDDEN_BILLS_OUTSTANDING,
        &codes::QUOTA_EXCEEDED_FREE_PCONN_PER_AP,
        &codes::QUOTA_EXCEEDED_PCONN_PER_AP,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<PhysicalConnectionCreated> {
        let site = self.site();
        site.check_place(cx)?;
        self.check_optics()?;
        let tags = tag::given(&self.tag, "Tag")?;
        site.check_account(cx)?;

        let circuit = self.circuit(cx);
        tag::put(cx, KIND, &circuit.id, &tags)?;
        circuit.insert(cx, &tags)?;
        Ok(PhysicalConnectionCreated { physical_connection_id: circuit.id })
    }
}

impl CreatePhysicalConnection {
    fn site(&self) -> Site<'_> {
        Site {
            region: self.region_id.as_str(),
            access_point_id: self.access_point_id.as_str(),
            port_type: self.port_type,
            backup: self.redundant_physical_connection_id.as_ref().map(CircuitId::as_str),
        }
    }

    fn check_optics(&self) -> Result<()> {
        match self.optical_module_model {
            Some(model) if !self.port_type.takes(model) => {
                let why = format!("{} does not suit PortType {}", model.as_str(), self.port_type.as_str());
                Err(invalid("OpticalModuleModel", &why).into())
            }
            _ => Ok(()),
        }
    }

    fn circuit(&self, cx: &mut Cx<'_>) -> Circuit {
        let features: Vec<_> = self.device_advanced_capacity.iter().map(DeviceFeature::as_str).collect();
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Circuit {
            bandwidth: self.bandwidth.get(),
            name: text(self.name.as_ref().map(ResourceName::as_str)),
            description: text(self.description.as_ref().map(Description::as_str)),
            circuit_code: text(self.circuit_code.as_ref().map(CircuitCode::as_str)),
            peer_location: text(self.peer_location.as_ref().map(PeerLocation::as_str)),
            resource_group_id: text(self.resource_group_id.as_ref().map(ResourceGroupId::as_str)),
            optical_module_model: text(self.optical_module_model.as_ref().map(OpticalModuleModel::as_str)),
            device_features: features.join(","),
            ..self.site().circuit(cx, self.line_operator)
        }
    }
}

/// Bandwidth of a circuit that is ordered without one, Mbit/s.
const BANDWIDTH_DEFAULT: i64 = 100;

/// Where a new circuit is to end, and what for: what every way of ordering one asks of the place and of the account.
pub(crate) struct Site<'a> {
    pub(crate) region: &'a str,
    pub(crate) access_point_id: &'a str,
    pub(crate) port_type: PortType,
    pub(crate) backup: Option<&'a str>,
}

impl Site<'_> {
    /// The service is open, the access point exists in this region, is open, and has a free port of the type.
    pub(crate) fn check_place(&self, cx: &mut Cx<'_>) -> Result<()> {
        service::require_open(cx, self.region)?;
        let world = cx.world;
        let (_, point) = world
            .catalogue
            .access_point(self.access_point_id)
            .filter(|(region, _)| region.id == self.region)
            .ok_or(&codes::RESOURCE_NOT_FOUND_ACCESS_POINT_ID)?;
        if !point.status.is_open() {
            return Err((&codes::INVALID_ACCESS_POINT_ID_NOT_ENABLED).into());
        }
        if !point.offers(self.port_type) {
            return Err((&codes::INVALID_PORT_TYPE_NOT_OFFERED).into());
        }
        if !inventory::has_free_port(cx.tx, &point.id, self.port_type)? {
            return Err((&codes::INVALID_PORT_TYPE_NONE_FREE).into());
        }
        Ok(())
    }

    /// The backup is the account's and far enough, nothing is owed, and the quotas leave room.
    pub(crate) fn check_account(&self, cx: &mut Cx<'_>) -> Result<()> {
        if let Some(backup) = self.backup {
            require_backup(cx, self.region, backup, None)?;
        }
        require_nothing_owed(cx)?;
        let held = count::held(cx, self.access_point_id)?;
        if held.not_enabled >= cx.world.quotas.not_enabled {
            return Err((&codes::QUOTA_EXCEEDED_FREE_PCONN_PER_AP).into());
        }
        if held.at_access_point >= cx.world.quotas.per_access_point {
            return Err((&codes::QUOTA_EXCEEDED_PCONN_PER_AP).into());
        }
        Ok(())
    }

    /// A new circuit here, not yet written.
    pub(crate) fn circuit(&self, cx: &mut Cx<'_>, line_operator: LineOperator) -> Circuit {
        Circuit {
            account: cx.account.clone(),
            region: self.region.to_owned(),
            serial: cx.revision,
            id: cx.ids.resource(PREFIX, cx.now),
            status: CIRCUIT.initial,
            since: cx.now,
            reason: String::new(),
            business_status: BusinessStatus::Normal,
            counted_owing: false,
            access_point_id: self.access_point_id.to_owned(),
            line_operator: line_operator.as_str().to_owned(),
            port_type: self.port_type,
            bandwidth: BANDWIDTH_DEFAULT,
            name: String::new(),
            description: String::new(),
            circuit_code: String::new(),
            peer_location: String::new(),
            redundant_id: self.backup.unwrap_or_default().to_owned(),
            resource_group_id: String::new(),
            optical_module_model: String::new(),
            device_features: String::new(),
            down_delay_ms: 0,
            loa_status: String::new(),
            port: None,
            charge_type: String::new(),
            created_at: cx.now,
            enabled_at: None,
            end_at: None,
            renewed_until: None,
            auto_renew_months: 0,
            unpaid_order: String::new(),
        }
    }
}

/// A named backup exists, belongs to the caller and is far enough; `of` is the circuit that names it.
pub(super) fn require_backup(
    cx: &mut Cx<'_>,
    region: &str,
    backup: &str,
    of: Option<&Circuit>,
) -> Result<()> {
    let refuse = |code| match of {
        Some(circuit) => circuit.refuse(code),
        None => code.into(),
    };
    let Some(found) = Circuit::anywhere(cx.tx, backup)?.filter(|found| found.region == region) else {
        return Err(refuse(match of {
            // ModifyPhysicalConnectionAttribute documents no code of its own for an unknown backup.
            Some(_) => &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION,
            None => &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        }));
    };
    if found.account != cx.account {
        return Err(refuse(&codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION));
    }
    let is_itself = of.is_some_and(|circuit| circuit.id == found.id);
    if is_itself || !BACKUP.contains(&found.status()) {
        return Err(refuse(&codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_STATUS));
    }
    Ok(())
}

/// No circuit of the account is locked for money (contract, states section 2).
pub(crate) fn require_nothing_owed(cx: &mut Cx<'_>) -> Result<()> {
    let owing =
        cx.tx.one("select owing from account where id = $1", &[Arg::from(&cx.account)], |row| row.int(0))?;
    if owing.unwrap_or(0) > 0 { Err((&codes::FORBIDDEN_BILLS_OUTSTANDING).into()) } else { Ok(()) }
}
