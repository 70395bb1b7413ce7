//! Every refusal of the product, once, in alphabetical order of its code. Where the contract gives one code two
//! statuses or two messages on different actions, it stands here once for each. Gateway codes (signatures,
//! missing parameters, limits) are `rpc::gateway`'s.

use rpc::code::Code;

macro_rules! codes {
    ($($name:ident = $status:literal $code:literal $message:literal;)+) => {
        $(
            #[doc = concat!("`", $code, "`, ", $status, ": ", $message)]
            pub static $name: Code = Code::new($code, $status, $message);
        )+
        /// All codes of this file, in its order.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    ACCESS_DEVICE_NOT_ALLOW_WITHOUT_SP = 400 "ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP"
        "Access device not allow direct enable physical connection";
    ALIUID_NOT_ALLOW_WITHOUT_SP = 400 "ALIUID.NOT.ALLOW.WITHOUT.SP"
        "AliUid not allow direct enable physical connection";
    ALREADY_EXISTS_ACCOUNT = 400 "AlreadyExists.Account" "An account of that id exists.";
    BGP_PEER_ALREADY_EXISTS = 400 "BgpPeer.Already.Exists" "bgp peer already exists.";
    DEPENDENCY_VIOLATION_BGP_GROUP = 400 "DependencyViolation.BgpGroup" "The border router still has BGP.";
    DEPENDENCY_VIOLATION_BGP_PEER = 400 "DependencyViolation.BgpPeer" "The BGP group still has peers.";
    DEPENDENCY_VIOLATION_INSTANCE = 400 "DependencyViolation.Instance" "Specified object has dependent resources";
    DEPENDENCY_VIOLATION_ROUTER_INTERFACE = 400 "DependencyViolation.RouterInterface"
        "Specified object has dependent resources RouterInterface.";
    DEPENDENCY_VIOLATION_ROUTER_INTERFACE_REFERED = 400 "DependencyViolation.RouterInterfaceReferedByRouteEntry"
        "RouterInterface cannot be deleted when it is refered by a route table entry as next hop.";
    DEPENDENCY_VIOLATION_ROUTE_ENTRY = 400 "DependencyViolation.RouteEntry"
        "Specified object has dependent resources";
    DRYRUN_SUCCESS = 400 "DRYRUN.SUCCESS" "Every check was passed, and nothing was changed.";
    DUPLICATED_CIDR_BLOCK = 400 "Duplicated.CidrBlock" "bgp network cidr already exists.";
    DUPLICATED_VPC_NEXT_HOP = 400 "Duplicated.VpcNextHop" "Route entry nexthop duplicate.";
    DUPLICATE_TAG_KEY = 400 "Duplicate.TagKey" "The Tag.N.Key contain duplicate key.";
    EXCEED_ASSOCIATE_MAX_NUM = 400 "EXCEED_ASSOCIATE_MAX_NUM" "assocaite virtual boarder num too many.";
    FORBBIDEN_INVAILD_OWNER = 400 "Forbbiden.InvaildOwner" "Incorrect RouterInterface owner.";
    FORBBIDEN_MODIFY_ID_AND_TYPE = 400 "Forbbiden.ModifyIdAndType"
        "Opposite is VBR, cannot modify the ID and type";
    FORBIDDEN_ASSOCIATE_TO_VBR = 400 "Forbidden.AssociateToVBR" "The physical connection still associate to VBR.";
    FORBIDDEN_BILLS_OUTSTANDING = 400 "Forbidden.BillsOutstanding"
        "You cannot use this action because you have bills outstanding.";
    FORBIDDEN_CIRCUIT_CODE_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.CircuitCodeNotAllowedByCaller"
        "The caller is not allowed to specify the CircuitCode parameter.";
    FORBIDDEN_DESCRIPTION_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.DescriptionNotAllowedByCaller"
        "The caller is not allowed to specify the Description parameter.";
    FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.LocalGatewayIpNotAllowedByCaller"
        "The caller is not allowed to specify the LocalGatewayIp parameter.";
    FORBIDDEN_NAME_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.NameNotAllowedByCaller"
        "The caller is not allowed to specify the Name parameter.";
    FORBIDDEN_NOT_ALLOWED_IN_STATE = 400 "Forbidden.NotAllowedInState" "The request does not allow in this state.";
    FORBIDDEN_ONLY_ONE_CONNECTION = 400 "Forbidden.OnlyOneConnection"
        "The Specified routers have a connection already";
    FORBIDDEN_ONLY_ONE_CONNECTION_UNDER_WAY = 400 "Forbidden.OnlyOneConnection"
        "Cannot connect concurrently between same routers";
    FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_DELETE = 403 "Forbidden.OperationNotAllowedByUser"
        "The caller is not allowed to delete the specified VirtualBorderRouter.";
    FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_RECOVER = 403 "Forbidden.OperationNotAllowedByUser"
        "The caller is not allowed to recover the specified VirtualBorderRouter.";
    FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_TERMINATE = 403 "Forbidden.OperationNotAllowedByUser"
        "The caller is not allowed to terminate the specified VirtualBorderRouter.";
    FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_VPCONN = 403 "Forbidden.OperationNotAllowedByUser"
        "The caller does not own the circuit of the specified VirtualBorderRouter.";
    FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.PeeringSubnetMaskNotAllowedByCaller"
        "The caller is not allowed to specify the PeeringSubnetMask parameter.";
    FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.PeerGatewayIpNotAllowedByCaller"
        "The caller is not allowed to specify the PeerGatewayIp parameter.";
    FORBIDDEN_QOS_ASSOCIATED = 400 "Forbidden.QosAssociated" "The policy still holds for an instance.";
    FORBIDDEN_QOS_QUEUE_EXISTS = 400 "Forbidden.QosQueueExists" "The policy still has a queue.";
    FORBIDDEN_QOS_RULE_EXISTS = 400 "Forbidden.QosRuleExists" "The queue still has a rule.";
    FORBIDDEN_VBR_ATTACHED = 400 "Forbidden.VbrAttached"
        "Cannot terminate physical connection when virtual border routers are still attached.";
    FORBIDDEN_VBR_ATTACHED_HOSTED = 400 "Forbidden.VbrAttached"
        "A border router runs over the hosted connection.";
    FORBIDDEN_VBR_EXISTS = 400 "Forbidden.VBRExists" "physical connection owner's vbr still exists.";
    FORBIDDEN_VBR_EXISTS_OTHER = 400 "Forbidden.VBRExists" "vbr owner's vbr still exists.";
    FORBIDDEN_VLAN_ID_NOT_ALLOWED_BY_CALLER = 403 "Forbidden.VlanIdNotAllowedByCaller"
        "The caller is not allowed to specify the VlanId.";
    IABS_INVALID_STATUS_VALUE_NOT_SUPPORTED = 400 "IAbs.InvalidStatus.ValueNotSupported" "status is not supported.";
    ILLEGAL_PARAM_ALI_UID = 400 "IllegalParam.AliUid" "Specified value of aliuid invalid.";
    ILLEGAL_PARAM_BANDWIDTH = 400 "IllegalParam.Bandwidth" "The param of bandwidth is illegal.";
    ILLEGAL_PARAM_BANDWIDTH_ROUTER = 400 "IllegalParam.Bandwidth" "The Bandwidth provided is none of those offered.";
    ILLEGAL_PARAM_BFD_MULTI_HOP = 400 "IllegalParam.BfdMultiHop" "BfdMultiHop is illegal.";
    ILLEGAL_PARAM_CIDR_BLOCK = 400 "IllegalParam.CidrBlock" "The specified CidrBlock is illegal.";
    ILLEGAL_PARAM_CLIENT_TOKEN = 400 "IllegalParam.ClientToken"
        "Token verify failed because client token length too long.";
    ILLEGAL_PARAM_COMPANY_NAME = 400 "IllegalParam.CompanyName" "%s";
    ILLEGAL_PARAM_CONFLICT_WITH_D_CLASS = 400 "IllegalParam.ConflictWithDClass" "DClass IP can not support.";
    ILLEGAL_PARAM_FORMAT_DST_CIDR_BLOCK = 400 "IllegalParamFormat.DstCidrBlock"
        "The format of the specified destination CIDR block is invalid.";
    ILLEGAL_PARAM_HC_RATE = 400 "IllegalParam.HcRate" "%s";
    ILLEGAL_PARAM_HC_SOURCE_IP = 400 "IllegalParam.HcSourceIp" "The specified healthCheck Ip is not valid.";
    ILLEGAL_PARAM_HC_THRESHOLD = 400 "IllegalParam.HcThreshold" "%s";
    ILLEGAL_PARAM_INSTANCE_ID = 400 "IllegalParam.InstanceId" "The instance cannot be added or removed.";
    ILLEGAL_PARAM_IP_VERSION = 400 "IllegalParam.IpVersion" "The param of IPV6 is illegal.";
    ILLEGAL_PARAM_IP_VERSION_NETWORK = 400 "IllegalParam.IpVersion" "The parameter of IpVersion is illegal.";
    ILLEGAL_PARAM_JOB_ID = 400 "IllegalParam.JobId" "The JobId provided names no failover test job.";
    ILLEGAL_PARAM_LINE_CODE = 400 "IllegalParam.LineCode" "%s";
    ILLEGAL_PARAM_LINE_LABEL = 400 "IllegalParam.LineLabel" "%s";
    ILLEGAL_PARAM_LINE_SERVICE_PROVIDER = 400 "IllegalParam.LineServiceProvider" "%s";
    ILLEGAL_PARAM_LINE_SP_CONTACT_INFO = 400 "IllegalParam.LineSPContactInfo" "LineSPContactInfo is illegal.";
    ILLEGAL_PARAM_LINE_TYPE = 400 "IllegalParam.LineType" "%s";
    ILLEGAL_PARAM_LOCAL_ASN = 400 "IllegalParam.LocalAsn" "The param of LocalAsn is illegal";
    ILLEGAL_PARAM_PEER_ASN = 400 "IllegalParam.PeerAsn" "The param of PeerAsn is illegal";
    ILLEGAL_PARAM_PEER_IP_ADDRESS = 400 "IllegalParam.PeerIpAddress" "The param of PeerIpAddress is illegal.";
    ILLEGAL_PARAM_PEER_LOCATION = 400 "IllegalParam.PeerLocation" "%s";
    ILLEGAL_PARAM_PM_CERTIFICATE_NO = 400 "IllegalParam.PmCertificateNo" "%s";
    ILLEGAL_PARAM_PM_CERTIFICATE_TYPE = 400 "IllegalParam.PmCertificateType" "%s";
    ILLEGAL_PARAM_PM_CONTACT_INFO = 400 "IllegalParam.PmContactInfo" "%s";
    ILLEGAL_PARAM_PM_GENDER = 400 "IllegalParam.PmGender" "%s";
    ILLEGAL_PARAM_PM_NAME = 400 "IllegalParam.PmName" "%s";
    ILLEGAL_PARAM_QOS_ID = 400 "IllegalParam.QosId" "The QosId provided is that of no policy of yours.";
    ILLEGAL_PARAM_QUEUE_ID = 400 "IllegalParam.QueueId" "The QueueId provided is that of no queue of the policy.";
    ILLEGAL_PARAM_ROUTE_LIMIT = 400 "IllegalParam.RouteLimit"
        "The operation is failed because of bgp group max route entry num quota exceed.";
    ILLEGAL_PARAM_RULE_ID = 400 "IllegalParam.RuleId" "The RuleId provided is that of no rule of the queue.";
    ILLEGAL_PARAM_SI = 400 "IllegalParam.Si" "%s";
    INCORRECT_BUSINESS_STATUS_RESOURCE_ID = 400 "IncorrectBusinessStatus.ResourceId"
        "A resource cannot be tested while it is locked.";
    INCORRECT_OPPOSITE_INTERFACE_INFO = 400 "IncorrectOppositeInterfaceInfo"
        "Cannot connect on the same router";
    INCORRECT_OPPOSITE_INTERFACE_INFO_NOT_SET = 400 "IncorrectOppositeInterfaceInfo.NotSet"
        "OppositeInterfaceId/OppositeRouterId/OppositeRouterType/OppositeInterfaceOwnerId must be all set.";
    INCORRECT_RI_STATUS_ACTIVATE = 400 "IncorrectRIStatus"
        "RouterInterface can be operated by this action only when it's status is Inactive.";
    INCORRECT_RI_STATUS_CONNECT = 400 "IncorrectRIStatus"
        "RouterInterface can be operated by this action only when it's status is Idle.";
    INCORRECT_RI_STATUS_DEACTIVATE = 400 "IncorrectRIStatus"
        "RouterInterface can be operated by this action only when it's status is Active.";
    INCORRECT_ROLE_NOT_INITIATING_SIDE = 400 "IncorrectRole.NotInitiatingSide"
        "The specified RouterInterface is not InitiatingSide.";
    INCORRECT_ROUTE_ENTRY_STATUS = 400 "IncorrectRouteEntryStatus"
        "Some route entry status blocked this operation.";
    INCORRECT_ROUTE_ENTRY_STATUS_ITSELF = 400 "IncorrectRouteEntryStatus"
        "Specified routeEntry status error.";
    INCORRECT_ROUTE_ENTRY_STATUS_VBR = 400 "IncorrectRouteEntryStatus" "VBR has NotStable route entry.";
    INCORRECT_STATUS_ONLY_FOR_INIT = 400 "IncorrectStatus.OnlyForInit" "The failover test job has been started.";
    INCORRECT_STATUS_ONLY_FOR_INIT_OR_STOPPED = 400 "IncorrectStatus.OnlyForInitOrStopped"
        "The failover test job is under way.";
    INCORRECT_STATUS_ONLY_FOR_TESTING = 400 "IncorrectStatus.OnlyForTesting" "The failover test job is not testing.";
    INCORRECT_STATUS_ORDER = 400 "IncorrectStatus.Order" "The order is not in a state that allows the operation.";
    INCORRECT_STATUS_PHYSICAL_CONNECTION = 400 "IncorrectStatus.PhysicalConnection"
        "The specified PhysicalConnectionId is not in Allocated state.";
    INCORRECT_STATUS_PHYSICAL_CONNECTION_FILLED = 400 "IncorrectStatus.PhysicalConnection" "%s";
    INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED = 400 "IncorrectStatus.PhysicalConnection"
        "The status of %s is incorrect.";
    INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA = 400 "IncorrectStatus.PhysicalConnectionLOA" "%s";
    INCORRECT_STATUS_PORT = 400 "IncorrectStatus.Port" "The port is not in a state that allows the operation.";
    INCORRECT_STATUS_QOS = 400 "IncorrectStatus.Qos" "The policy is in no state for this.";
    INCORRECT_STATUS_RESOURCE_ID = 400 "IncorrectStatus.ResourceId" "Only a resource in service can be tested.";
    INCORRECT_STATUS_RI_DELETE = 400 "IncorrectStatus"
        "This openeration would be allowed only when status of this RouterInterface is Idle/Inactive.";
    INCORRECT_STATUS_RI_MODIFY = 400 "IncorrectStatus"
        "RouterInterface can be operated by this action only when the status is Active,idle or inactive.";
    INCORRECT_STATUS_ROUTER_INTERFACE = 400 "IncorrectStatus.RouterInterface"
        "The specified RouterInterface status is invalid.";
    INCORRECT_STATUS_VBR_HA = 400 "IncorrectStatus.VbrHa"
        "The failover pair is not in a state that allows the operation.";
    INCORRECT_VPC_STATUS = 400 "IncorrectVpcStatus" "Current VPC status does not support this operation.";
    INSTANCE_STATUS_NOT_ALLOW = 400 "INSTANCE.STATUS.NOT.ALLOW" "Instance status not allow";
    INSUFFICIENT_BALANCE = 400 "InsufficientBalance" "The balance of the account does not cover the order.";
    INVALID_ACCESS_KEY_ID_UNKNOWN = 404 "InvalidAccessKeyId.NotFound" "Specified access key is not found.";
    INVALID_ACCESS_POINT_ID_NOT_ENABLED = 400 "InvalidAccessPointId.NotEnabled" "Invalid access point status.";
    INVALID_ACCOUNT_ID_NOT_FOUND = 404 "InvalidAccountId.NotFound"
        "The AccountId provided does not exist in our records.";
    INVALID_ALIUID = 400 "InvalidAliuid" "Invalid Aliuid.";
    INVALID_BANDWIDTH = 400 "InvalidBandwidth" "invalid physical connection banwidth.";
    INVALID_BGP_AUTHKEY_MALFORMED = 400 "InvalidBgpAuthkey.Malformed" "Specified Bgp Group authkey is not valid.";
    INVALID_BGP_DESCRIPTION_MALFORMED = 400 "InvalidBgpDescription.Malformed"
        "Specified Bgp Group description is not valid.";
    INVALID_BGP_DISCRIPTION_MALFORMED = 400 "InvalidBgpDiscription.Malformed"
        "Specified Bgp Group description is not valid.";
    INVALID_BGP_GROUP = 400 "InvalidBgpGroup" "bgp group not exists";
    INVALID_BGP_GROUP_LOCAL_ASN_INVALID = 400 "InvalidBgpGroup.LocalAsnInvalid"
        "The specified BgpGroup LocalAsn is invalid, only support 64512 to 65534 or 4200000000 to \
         4294967294, but cannot be 65025.";
    INVALID_BGP_NAME_MALFORMED = 400 "InvalidBgpName.Malformed" "Specified Bgp Group name is not valid.";
    INVALID_CIDR_BLOCK = 400 "InvalidCidrBlock" "Specified CIDR block is not valid.";
    INVALID_CIDR_BLOCK_DUPLICATE = 400 "InvalidCIDRBlock.Duplicate" "Specified CIDR block is already exists.";
    INVALID_CIDR_BLOCK_MALFORMED = 400 "InvalidCidrBlock.Malformed" "Specified CIDR block is not valid.";
    INVALID_CIRCUIT_CODE_MALFORMED = 400 "InvalidCircuitCode.Malformed" "circuitCode is illegal.";
    INVALID_CIRCUIT_CODE_MALFORMED_ROUTER = 400 "InvalidCircuitCode.Malformed"
        "The specified CircuitCode is not valid.";
    INVALID_CONSTRUCTION_TIME_MALFORMED = 400 "InvalidConstructionTime.Malformed" "%s";
    INVALID_DESCRIPTION_MALFORMED = 400 "InvalidDescription.Malformed" "The specifid ?Description? is not valid.";
    INVALID_DESCRIPTION_MALFORMED_RI = 400 "InvalidDescription.Malformed" "The Description is illegal.";
    INVALID_DEST_CIDR_BLOCK_MALFORMED = 400 "InvalidDestCidrBlock.Malformed" "Specified dstCidrBlock is not valid.";
    INVALID_FILTER_KEY_VALUE_NOT_SUPPORTED = 404 "InvalidFilterKey.ValueNotSupported"
        "Specified filter key is not supported: Filter.X.key";
    INVALID_GRANT_RULE_NOT_FOUND = 404 "InvalidGrantRule.NotFound"
        "The instance is not granted to that transit network.";
    INVALID_HEALTH_CHECK_IP_MALFORMD = 400 "InvalidHealthCheckIP.Malformd"
        "Healthcheck sourceip or targetip is not valid.";
    INVALID_INSTANCE_ID_NOT_FOUND = 400 "InvalidInstanceId.NotFound" "%s";
    INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION = 404 "InvalidInstanceId.NotFound"
        "The specified Instance does not exist in the specified region.";
    INVALID_INSTANCE_ID_NOT_FOUND_RI = 404 "InvalidInstanceId.NotFound"
        "The InstanceId provided does not exist in our records.";
    INVALID_INSTANCE_ID_NOT_FOUND_ROUTER = 400 "InvalidInstanceId.NotFound" "InstanceId not found.";
    INVALID_INSTANCE_STATUS_ERROR = 400 "InvalidInstance.StatusError" "The router instance status error.";
    INVALID_IP_MALFORMED = 400 "InvalidIp.Malformed" "The specified ip address is not valid.";
    INVALID_IP_MALFORMED_ASSOCIATE = 400 "InvalidIP.Malformed" "Ip malformed.";
    INVALID_IP_NOT_SAME_SUBNET = 400 "InvalidIp.NotSameSubnet"
        "Local gateway ip and peer gateway ip are not in the same subnet.";
    INVALID_LINE_OPERATOR_MALFORMD = 400 "InvalidLineOperator.Malformd" "The LineOperator provided was invalid.";
    INVALID_LOCAL_GATEWAY_IP_MALFORMED = 400 "InvalidLocalGatewayIp.Malformed"
        "The specified LocalGatewayIp is not valid.";
    INVALID_NAME_MALFORMED = 400 "InvalidName.Malformed" "The specified ?Name? is not valid.";
    INVALID_NAME_MALFORMED_RI = 400 "InvalidName.Malformed" "The attribute name is illegal.";
    INVALID_NEXTHOP_LIST_SIZE = 400 "InvalidNexthopListSize"
        "nexthop size is illegal. Must be between 2 and 4.";
    INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NOT_NULL = 400 "InvalidNexthopTypeAndList.BothNotNull"
        "both nexthopType and nextHopList are not null.";
    INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NULL = 400 "InvalidNexthopTypeAndList.BothNull"
        "both nexthopType and nextHopList are null.";
    INVALID_NEXT_HOP = 400 "InvalidNextHop" "Specified nexthop and nexthop list cannot both null.";
    INVALID_NEXT_HOP_ID_NOT_FOUND = 404 "InvalidNextHopId.NotFound" "Specified next hop does not exist.";
    INVALID_NEXT_HOP_NOT_FOUND = 400 "InvalidNextHop.NotFound" "Specified next hop does not exist.";
    INVALID_NEXT_HOP_TYPE = 400 "InvalidNextHopType" "Specified parameter \"NextHopType\" is not valid.";
    INVALID_OPERATION_CLOCK_NOT_MANUAL = 400 "InvalidOperation.ClockNotManual"
        "Time moves by itself here. Start the sandbox with --clock manual to move it.";
    INVALID_OPERATION_NOT_SANDBOX = 400 "InvalidOperation.NotSandbox" "This action exists in a sandbox only.";
    INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE = 400 "InvalidOperation.OperationNotAllowedInState"
        "The specified VirutalBorderRouter is in invalid state.";
    INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE_RECOVER = 400 "InvalidOperation.OperationNotAllowedInState"
        "The specified VirutalBorderRouter is in invalid state";
    INVALID_OPERATION_ORDER_OPENED = 400 "InvalidOperation.OrderOpened"
        "You have already open the service. Go to the console to start using it.";
    INVALID_OPERATION_ROUTER_INTERFACE_NOT_DELETED = 400 "InvalidOperation.RouterInterfaceNotDeleted"
        "The specified VirutalBorderRouter still has routerInterface.";
    INVALID_OPPOSITE_REGION_ID_NOT_FOUND = 400 "InvalidOppositeRegionId.NotFound"
        "The OppositeRegionId provided does not exist in our records.";
    INVALID_OPPOSITE_ROUTER_TYPE = 400 "InvalidOppositeRouterType"
        "nexthop list cannot only contain router interface whose opposite router interface is on vbr.";
    INVALID_OPPOSITE_ROUTER_TYPE_VALUE_NOT_SUPPORTED = 400 "InvalidOppositeRouterType.ValueNotSupported"
        "The specified OppositeRouterType is not valid.";
    INVALID_ORDER_ID_NOT_FOUND = 404 "InvalidOrderId.NotFound" "The OrderId provided does not exist in our records.";
    INVALID_PARAMETER_CIDR_BLOCK = 400 "InvalidParameter" "Specified CIDR block is not valid";
    INVALID_PARAMETER_USER_CIDR = 400 "InvalidParameter" "Specified UserCidr invalid format.";
    INVALID_PARAMS_NOT_FOUND = 400 "InvalidParams.NotFound" "instance not found";
    INVALID_PARAMS_NOT_FOUND_VPC = 400 "InvalidParams.NotFound" "vpc instance not found";
    INVALID_PARAMS_PEER_IP_ADDRESS_IN_USE = 400 "InvalidParams.PeerIpAddressInUse"
        "peer ip address in use ,cannot create bgp peer.";
    INVALID_PARAMS_PEER_IP_ADDRESS_MUST_POINT_OUT = 400 "InvalidParams.PeerIpAddressMustPointOut"
        "vbr has 0 or more than 1 subif ,point out peerIpAddress.";
    INVALID_PARAM_MODIFY_RI = 400 "InvalidParam.ModifyRouterInterface" "Modify routerinterface param invalid";
    INVALID_PARAM_MODIFY_RI_DELETE = 400 "InvalidParam.ModifyRouterInterface"
        "healthCheck Ip is conflicted with DeleteHealthCheckIp option";
    INVALID_PARAM_MODIFY_RI_SOURCE = 400 "InvalidParam.ModifyRouterInterface"
        "Modify routerinterface health check source ip invalid";
    INVALID_PARAM_NOT_NULL = 400 "InvalidParam.NotNull" "The parameter must not be null.";
    INVALID_PEERING_SUBNET_MASK_MALFORMED = 400 "InvalidPeeringSubnetMask.Malformed"
        "The specified PeeringSubnetMask is not valid.";
    INVALID_PEER_ASN_MALFORMED = 400 "InvalidPeerAsn.Malformed" "invalid peer asn cannot equals aliyun asn:45104";
    INVALID_PEER_GATEWAY_IP_MALFORMED = 400 "InvalidPeerGatewayIp.Malformed"
        "The specified PeerGatewayIp is not valid.";
    INVALID_PEER_LOCATION_MALFORMD = 400 "InvalidPeerLocation.Malformd" "The PeerLocation provided was invalid.";
    INVALID_PHYSICAL_CONNECTION_BUSINESS_STATUS = 400 "InvalidPhysicalConnectionBusinessStatus"
        "invalid physical connection business status.";
    INVALID_PHYSICAL_CONNECTION_CHARGE_TYPE_MALFORMED = 400 "InvalidPhysicalConnectionChargeType.Malformed"
        "Specified Physical Connection ChargeType is not valid.";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED = 400 "InvalidPhysicalConnectionId.NotEnabled"
        "The specified PhysicalConnectionId is not in Enabled state.";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND = 404 "InvalidPhysicalConnectionId.NotFound"
        "The PhysicalConnectionId provided does not exist in our records.";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_400 = 400 "InvalidPhysicalConnectionId.NotFound"
        "The specified physicalConnection is not found";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_OF_USER = 404 "InvalidPhysicalConnectionId.NotFound"
        "The specified PhysicalConnectionId does not belong to user.";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_ROUTER = 400 "InvalidPhysicalConnectionId.NotFound"
        "The specified PhysicalConnectionId is not found.";
    INVALID_PHYSICAL_CONNECTION_ID_NOT_MATCHED = 400 "InvalidPhysicalConnectionId.NotMatched"
        "instance id not matched.";
    INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED = 400 "InvalidPhysicalConnectionPeriod.Malformed"
        "Specified Physical Connection Period is not valid.";
    INVALID_PHYSICAL_CONNECTION_PRICING_CYCLE_MALFORMED = 400 "InvalidPhysicalConnectionPricingCycle.Malformed"
        "Specified Physical Connection PricingCycle is not valid.";
    INVALID_PORT_ID_NOT_FOUND = 404 "InvalidPortId.NotFound" "The PortId provided does not exist in our records.";
    INVALID_PORT_TYPE_MALFORMD = 400 "InvalidPortType.Malformd" "The PortType provided was invalid.";
    INVALID_PORT_TYPE_NONE_FREE = 404 "InvalidPortType.NotFound" "There are no resources with the portType.";
    INVALID_PORT_TYPE_NOT_OFFERED = 400 "InvalidPortType.NotFound" "Specified port type is not found.";
    INVALID_PRICE_NOT_FOUND = 400 "InvalidPrice.NotFound" "Pricing plan result not found.";
    INVALID_REDUNDANT_PHYSICAL_CONNECTION = 400 "InvalidRedundantPhysicalConnection"
        "redundant physical connection doesn't belong to current user.";
    INVALID_REDUNDANT_PHYSICAL_CONNECTION_ID_NOT_FOUND = 400 "InvalidRedundantPhysicalConnectionId.NotFound"
        "The RedundantPhysicalConnectionId does not found.";
    INVALID_REDUNDANT_PHYSICAL_CONNECTION_STATUS = 400 "InvalidRedundantPhysicalConnectionStatus"
        "invalid redundant physical connection status.";
    INVALID_REGION_ID_NOT_FOUND = 404 "InvalidRegionId.NotFound"
        "The RegionId provided does not exist in our records.";
    INVALID_REGION_ID_NOT_FOUND_400 = 400 "InvalidRegionId.NotFound" "The specified RegionId is not found.";
    INVALID_REGION_ID_NOT_FOUND_PAGE = 404 "InvalidRegionId.NotFound"
        "The parameter wrong, pageNum or pageSize.";
    INVALID_REGION_ID_NOT_FOUND_ROUTER = 404 "InvalidRegionId.NotFound" "The specified RegionId is not found.";
    INVALID_REGION_ID_NOT_FOUND_SPECIFIED = 404 "InvalidRegionId.NotFound"
        "The specified RegionId does not exist in our records.";
    INVALID_REGION_ID_NOT_FOUND_VPC = 404 "InvalidRegionId.NotFound"
        "Specified value of \"regionId\" is not supported.";
    INVALID_RESOURCE_ID_NOT_FOUND = 404 "InvalidResourceId.NotFound"
        "The specified ResourceIds are not found in our records.";
    INVALID_RESOURCE_TYPE_NOT_FOUND = 404 "InvalidResourceType.NotFound"
        "The ResourceType provided does not exist in our records.";
    INVALID_ROLE_VALUE_NOT_SUPPORTED = 400 "InvalidRole.ValueNotSupported" "The specified Role is not valid.";
    INVALID_ROUTER_ID_NOT_FOUND = 404 "InvalidRouterId.NotFound"
        "The specified RouterId does not exist in our records.";
    INVALID_ROUTER_INTERFACE = 400 "InvalidRouterInterface" "invalid router interface.";
    INVALID_ROUTER_INTERFACE_ID_NOT_FOUND = 404 "InvalidRouterInterfaceId.NotFound"
        "The specified RouterInterfaceId does not exist in our records.";
    INVALID_ROUTER_INTERFACE_ID_NOT_FOUND_CONNECT = 404 "InvalidRouterInterfaceId.NotFound"
        "The specified RouterInterfaceId does not exist in our record.";
    INVALID_ROUTER_TYPE = 400 "InvalidRouterType" "Cannot specify nexthop list in vbr's route table.";
    INVALID_ROUTER_TYPE_VALUE_NOT_SUPPORTED = 400 "InvalidRouterType.ValueNotSupported"
        "The specified RouterType is not valid.";
    INVALID_ROUTE_ENTRY_DUPLICATE = 400 "InvalidRouteEntry.Duplicate" "The route entry already exist.";
    INVALID_ROUTE_ENTRY_NAME_MALFORMED = 400 "InvalidRouteEntryName.Malformed"
        "Specified RouteEntry name is not valid.";
    INVALID_ROUTE_ENTRY_NOT_FOUND = 400 "InvalidRouteEntry.NotFound" "Route entry not exists.";
    INVALID_ROUTE_TABLE_ID_NOT_FOUND = 404 "InvalidRouteTableId.NotFound"
        "Specified route table does not exist.";
    INVALID_SPEC_VALUD_NOT_SUPPORTED = 400 "InvalidSpec.ValudNotSupported"
        "The specified Spec is not supported.";
    INVALID_STATUS = 400 "InvalidStatus" "invalid physical connection status.";
    INVALID_STATUS_CANNOT_OPERATE = 400 "InvalidStatus.CannotOperate" "invalid status cannot operate";
    INVALID_STATUS_NOT_ALLOWED = 400 "InvalidStatus.NotAllowed"
        "The virtual border has been associated by physicalConnection.";
    INVALID_STATUS_NOT_ALLOWED_PAIR = 400 "InvalidStatus.NotAllowed"
        "The virtual border router is in a failover pair.";
    INVALID_STATUS_NOT_ALLOWED_ROUTER = 400 "InvalidStatus.NotAllowed" "Invalid virtual border router status.";
    INVALID_STATUS_PORT_TAKEN = 400 "Invalid.Status" "The device or interface status invalid, or has been used..";
    INVALID_STATUS_STATUS_NOT_ENABLED = 400 "InvalidStatus.StatusNotEnabled"
        "The physical connection status is invalid.";
    INVALID_TAG_KEY_MALFORMED = 400 "InvalidTagKey.Malformed" "The Tag.N.Key is invalid.";
    INVALID_TAG_VALUE_MALFORMED = 400 "InvalidTagValue.Malformed" "The Tag.N.Value is invalid.";
    INVALID_TYPE_MALFORMD = 400 "InvalidType.Malformd" "The Type provided was invalid.";
    INVALID_USER_CIDR_MALFORMED = 400 "InvalidUserCidr.Malformed"
        "Specified UserCidr overlapping in of 100.64.0.0/10.";
    INVALID_USER_CIDR_QUOTA = 400 "InvalidUserCidr.Quota" "Specified UserCidr number is greater than 3.";
    INVALID_VBR_ID_NOT_FOUND = 404 "InvalidVbrId.NotFound" "The specified VirutalBorderRouter is not found.";
    INVALID_VBR_ID_NOT_FOUND_400 = 400 "InvalidVbrId.NotFound" "The specified VirutalBorderRouter is not found.";
    INVALID_VBR_ID_NOT_FOUND_DELETE = 404 "InvalidVbrId.NotFound"
        "The specified VirutalBorderRouter does not exist in our records.";
    INVALID_VBR_ID_NOT_FOUND_OR_CIRCUIT = 404 "InvalidVbrId.NotFound"
        "The specified VirutalBorderRouter or PhysicalConnection does not exist in our records.";
    INVALID_VBR_NETWORK = 400 "InvalidVbrNetwork" "vbr netowrk not exists";
    INVALID_VBR_OWNER_ID_NOT_FOUND = 404 "InvalidVbrOwnerId.NotFound" "The specified VbrOwnerId is not valid.";
    INVALID_VBR_STATUS = 400 "InvalidVBRStatus" "invalid virtual border router status.";
    INVALID_VLAN_ID_MALFORMED = 400 "InvalidVlanId.Malformed" "The specified VlanId is not valid.";
    INVALID_VLAN_ID_USED = 400 "InvalidVlanId.Used" "The specified VlanId has been used.";
    INVALID_VPC_DISCRIPTION_MALFORMED = 400 "InvalidVpcDiscription.Malformed"
        "Specified VPC description is not valid.";
    INVALID_VPC_ID_NOT_FOUND = 404 "InvalidVpcId.NotFound" "Specified VPC does not exist.";
    INVALID_VPC_NAME_MALFORMED = 400 "InvalidVpcName.Malformed" "Specified VPC name is not valid.";
    INVALID_VROUTER_NOT_FOUND = 400 "InvalidVRouter.NotFound" "vRouter not exists.";
    INVALID_WEIGHT_PARAM = 400 "INVALID_WEIGHT_PARAM" "Specified value of weight invalid";
    MISSING_PARAM_BANDWIDTH = 400 "MissingParam.Bandwidth" "Missing param of Bandwidth.";
    MISSING_PARAM_CIDR_OR_CIDR_MASK = 400 "MissingParam.CidrOrCidrMask"
        "The CIDR or CIDR Mask must be input.";
    MISSING_PARAM_ENABLE_BFD = 400 "MissingParam.EnableBfd" "The parameter EnableBfd is missing.";
    MISSING_PARAM_INSTANCE_ID = 400 "MissingParam.InstanceId" "%s";
    MISSING_PARAM_INSTANCE_ID_ROUTER = 400 "MissingParam.InstanceId" "Missing param of InstanceId.";
    MISSING_PARAM_PHYSICAL_CONNECTION_ID = 400 "MissingParam.PhysicalConnectionId" "PhysicalConnectionId is missing.";
    MISSING_PARAM_PM_INFO = 400 "MissingParam.PMInfo" "%s";
    MISSING_PARAM_REGION_NO = 400 "MissingParam.RegionNo" "RegionNo is missing.";
    MISSING_PARAM_REGION_NO_FILLED = 400 "MissingParam.RegionNo" "%s";
    MISSING_PARAM_VBR_HA_ID_OR_VBR_ID = 400 "MissingParam.VbrHaIdOrVbrId" "Give VbrHaId or VbrId.";
    NUMBER_EXCEED_TAGS = 400 "NumberExceed.Tags" "The maximum number of tags is exceeded.";
    OPERATION_DENIED_LOA_STATUS_NOT_ALLOW_COMPLETE = 400 "OperationDenied.LOAStatusNotAllowComplete"
        "The operation is not allowed because of LOAStatusNotAllowComplete.";
    OPERATION_DENIED_SYSTEM_ROUTE = 400 "OperationDenied"
        "Specified operation is denied as route entry type is system.";
    OPERATION_DENIED_TERMINATE_VIRTUAL_PHYSICAL_CONNECTION = 400
        "OperationDenied.TerminateVirtualPhysicalConnection"
        "The operation is not allowed because of TerminateVirtualPhysicalConnection.";
    OPERATION_DENIED_VBR_IDLE = 400 "OperationDenied.VbrIdle"
        "The operation is not allowed because the next hop of the added routing entry is a VBR type RI at the opposite end, which cannot be in an idle state.";
    OPERATION_DENIED_VPCONN = 400 "OperationDenied.VPconn" "The operation is not allowed because of VPconn.";
    OPERATION_FAILED_LETTER_NOT_ISSUED = 400 "OperationFailed.LetterNotIssued" "%s";
    OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE = 400 "OperationFailed.PconnTrafficNotEnable"
        "The operation is failed because of PconnTrafficNotEnable.";
    OPERATION_FAILED_VLAN_ID_ALREADY_IN_USE = 400 "OperationFailed.VlanIdAlreadyInUse"
        "The specifed vlanId has been used.";
    OPERATION_FAILED_VPCONN = 400 "OperationFailed.Vpconn" "The operation is failed because of Vpconn.";
    OPERATION_FAILED_VPCONN_ATTACHED = 400 "OperationFailed.VpconnAttached"
        "Cannot terminate physical connection when vpconn are still attached.";
    OPERATION_UNSUPPORTED_SKIP_CONSTRUCTION = 400 "OperationUnsupported.SkipConstruction"
        "You can not skip construction.";
    PARAMETER_MUST_NOT_NULL = 400 "PARAMETER_MUST_NOT_NULL"
        "The specified physical connection id or vbrId must not be null.";
    PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR = 400 "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR" "The specified operation not allow.";
    PHYSICAL_NOT_ASSOCIATE_TO_VBR = 400 "PHYSICAL_NOT_ASSOCIATE_TO_VBR"
        "The specified PhysicalConnection have not associate to the vbr.";
    QUOTA_EXCEEDED_ACCESS_KEYS = 400 "QuotaExceeded.AccessKeys" "The account has its full number of access keys.";
    QUOTA_EXCEEDED_BALANCE = 400 "QuotaExceeded.Balance"
        "The account cannot hold that much: credit less.";
    QUOTA_EXCEEDED_BANDWIDTH = 400 "QuotaExceeded.Bandwidth"
        "The physical connection has not that much bandwidth left.";
    QUOTA_EXCEEDED_BFD_SESSION = 400 "QuotaExceeded.BfdSession" "Your Bfd Session number reaches the upper limit.";
    QUOTA_EXCEEDED_BGP = 400 "QuotaExceeded.Bgp" "bgp peer count per vbr quota exceed.";
    QUOTA_EXCEEDED_BGP_GROUPS = 400 "QuotaExceeded.Bgp" "bgp group count per vbr quota exceed.";
    QUOTA_EXCEEDED_BGP_NETWORK = 400 "QuotaExceeded.BgpNetwork" "bgp network count per vbr quota exceed.";
    QUOTA_EXCEEDED_CEN_GRANTS = 400 "QuotaExceeded.CenGrants"
        "The instance is granted to its full number of transit networks.";
    QUOTA_EXCEEDED_FAILOVER_TEST_JOB = 400 "QuotaExceeded.FailoverTestJob"
        "The account has its full number of failover test jobs.";
    QUOTA_EXCEEDED_FREEVBR = 400 "QuotaExceeded.freevbr" "Free virtual boarder router quota exceed.";
    QUOTA_EXCEEDED_FREE_PCONN_PER_AP = 400 "QuotaExceeded.freePconnPerAP"
        "free physical connections count excceeded.";
    QUOTA_EXCEEDED_PCONN_PER_AP = 400 "QuotaExceeded.pConnPerAP" "Physical connection count per ap quota exceed.";
    QUOTA_EXCEEDED_QOS = 400 "QuotaExceeded.Qos" "The account has its full number of policies here.";
    QUOTA_EXCEEDED_QOS_QUEUE = 400 "QuotaExceeded.QosQueue" "The policy has its full number of queues.";
    QUOTA_EXCEEDED_QOS_RULE = 400 "QuotaExceeded.QosRule" "The queue has its full number of rules.";
    QUOTA_EXCEEDED_ROUTER_INTERFACE = 400 "QuotaExceeded.RouterInterface" "Router interface quota exceeded.";
    QUOTA_EXCEEDED_ROUTES = 400 "QuotaExceeded" "Route entry quota exceeded in this route table.";
    QUOTA_EXCEEDED_VBR_HA = 400 "QuotaExceeded.VbrHa" "A virtual border router is in one failover pair at most.";
    QUOTA_EXCEEDED_VBR_PERP_CONN = 400 "QuotaExceeded.vbrPerpConn"
        "Virtual boarder router per PhysicalConnection quota exceed.";
    QUOTA_EXCEEDED_VPC = 400 "QuotaExceeded.Vpc" "VPC quota exceeded.";
    RESOURCE_NOT_EXISTS = 400 "ResourceNotExists" "The specified resource does not exist.";
    RESOURCE_NOT_FOUND = 400 "ResourceNotFound" "The specified resource %s is not found.";
    RESOURCE_NOT_FOUND_ACCESS_POINT_ID = 400 "ResourceNotFound.AccessPointId"
        "The specified resource of access point id is not found.";
    RESOURCE_NOT_FOUND_PHYSICAL_CONNECTION_ID = 400 "ResourceNotFound.PhysicalConnectionId"
        "PhysicalConnection is not found.";
    RESOURCE_NOT_FOUND_VPCONN_ALI_UID = 400 "ResourceNotFound.VpconnAliUid"
        "The account that the hosted connection is for does not exist.";
    ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY = 400 "ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY"
        "The specified VlanInterface has been used by routeEntry.";
    ROUTE_CONFLICT_ALREADY_EXIST = 400 "RouteConflict.AlreadyExist" "Route conflict exists in routing table.";
    UNSUPPORTED_FEATURE_IPAM = 400 "UnsupportedFeature.IPAM" "VPCs cannot be created by using IPAM.";
}
