// What is shared out of a circuit, as every Node.js client must see it: hosted connections for other
// accounts, traffic policies, labels and resource groups by the names of Express Connect.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { UNKNOWN_ID, equal, refused, unique } from './scenario.mjs';

const STRANGER = 6543210987654321;
const LOOKS = 50;
const PAUSE_MS = 200;

// The hosted connections that the tenant sees, page by page.
async function hosted(w, params) {
  const rows = [];
  let token;
  do {
    const answer = await w.call('ListVirtualPhysicalConnections', { MaxResults: 2, ...(token ? { NextToken: token } : {}), ...params });
    const page = answer.VirtualPhysicalConnections ?? [];
    equal(answer.Count, page.length, 'Count');
    rows.push(...page);
    token = answer.NextToken;
    if (!token) equal(answer.TotalCount, rows.length, 'TotalCount');
  } while (token);
  return rows;
}

async function legOf(w, id) {
  const rows = await hosted(w, { VirtualPhysicalConnectionIds: [id] });
  equal(rows.map((row) => row.PhysicalConnectionId), [id], 'id asked for');
  return rows[0];
}

async function hostedConnection(w) {
  const c = await w.enabled({ bandwidth: 500 });
  const wish = {
    PhysicalConnectionId: c,
    OrderMode: 'PayByPhysicalConnectionOwner',
    Spec: '100M',
    VlanId: 120,
    VpconnAliUid: STRANGER,
    Name: unique('leg'),
    Token: unique('tok'),
    Tag: [{ Key: 'env', Value: 'test' }],
  };
  const cut = (changes) => w.call('CreateVirtualPhysicalConnection', { ...wish, ...changes });
  await refused(400, 'DRYRUN.SUCCESS', () => cut({ DryRun: true }));
  equal(await hosted(w, { PhysicalConnectionId: c }), [], 'after a dry run');
  const leg = (await cut()).VirtualPhysicalConnection;
  equal((await cut()).VirtualPhysicalConnection, leg, 'replay');
  await refused(400, 'IdempotentParameterMismatch', () => cut({ VlanId: 121 }));
  let row = await legOf(w, leg);
  equal(
    [row.VirtualPhysicalConnectionStatus, row.AliUid, row.ParentPhysicalConnectionId, row.VlanId, row.Spec, row.Bandwidth, row.Name],
    ['UnConfirmed', String(STRANGER), c, '120', '100M', 100, wish.Name],
    'hosted connection',
  );
  equal(row.Tags, [{ Key: 'env', Value: 'test' }], 'labels');
  assert.ok(!row.ExpectSpec, `ExpectSpec that nobody set: ${row.ExpectSpec}`);
  await refused(400, 'InvalidVlanId.Used', () => cut({ Token: unique('tok') }));
  await refused(400, 'QuotaExceeded.Bandwidth', () => cut({ Token: unique('tok'), VlanId: 121, Spec: '500M' }));
  equal((await w.circuit(c)).VirtualPhysicalConnectionCount, 1, 'VirtualPhysicalConnectionCount');
  equal((await w.call('UpdateVirtualPhysicalConnection', { InstanceId: leg, VlanId: 122, ExpectSpec: '200M' })).Success, 'true', 'Success');
  row = await legOf(w, leg);
  equal([row.VlanId, row.Spec, row.ExpectSpec], ['122', '100M', '200M'], 'after an update');

  const named = { PhysicalConnectionId: leg };
  await refused(400, 'InvalidPhysicalConnectionId.NotFound', () => w.call('ConfirmPhysicalConnection', named));
  await w.foreign('ConfirmPhysicalConnection', named);
  equal((await legOf(w, leg)).VirtualPhysicalConnectionStatus, 'Confirmed', 'once its tenant took it');
  await refused(400, 'OperationFailed.VpconnAttached', () => w.on('TerminatePhysicalConnection', c));
  await w.call('TerminatePhysicalConnection', named);
  await refused(400, 'OperationDenied.TerminateVirtualPhysicalConnection', () => w.foreign('RecoverPhysicalConnection', { InstanceId: leg }));
  await w.call('RecoverPhysicalConnection', { InstanceId: leg });
  equal((await legOf(w, leg)).Status, 'Enabled', 'once back');
  await routerOver(w, c, leg);
  await w.call('DeletePhysicalConnection', named);
  equal(await hosted(w, { PhysicalConnectionId: c }), [], 'after the deletion');
  await refused(404, 'InvalidPhysicalConnectionId.NotFound', () => w.call('DeletePhysicalConnection', named));
  await refused(400, 'ResourceNotFound', () => w.call('RecoverPhysicalConnection', { InstanceId: UNKNOWN_ID }));
}

// Routers that the other account was given: one is put on its hosted connection, one becomes another.
async function routerOver(w, c, leg) {
  const routers = [];
  for (const VlanId of [130, 131]) {
    const { VbrId } = await w.call('CreateVirtualBorderRouter', { PhysicalConnectionId: c, VlanId, VbrOwnerId: STRANGER, Bandwidth: 100 });
    await w.foreign('ModifyVirtualBorderRouterAttribute', {
      VbrId, LocalGatewayIp: '10.0.0.1', PeerGatewayIp: '10.0.0.2', PeeringSubnetMask: '255.255.255.252',
    });
    routers.push(VbrId);
  }
  const [first, second] = routers;
  equal((await w.foreign('AttachVbrToVpconn', { VbrId: first, VpconnId: leg })).VirtualPhysicalConnection, leg, 'attached to');
  equal((await legOf(w, leg)).VlanId, '130', "the router's VLAN");
  const made = (await w.call('CreateVpconnFromVbr', { VbrId: second })).VirtualPhysicalConnection;
  const row = await legOf(w, made);
  equal([row.VirtualPhysicalConnectionStatus, row.Spec, row.VlanId], ['Confirmed', '100M', '131'], 'made of a router');
  await refused(400, 'Forbidden.VBRExists', () => w.call('DeletePhysicalConnection', { PhysicalConnectionId: leg }));
  for (const VbrId of routers) await w.foreign('DeleteVirtualBorderRouter', { VbrId });
  await w.call('DeletePhysicalConnection', { PhysicalConnectionId: made });
}

async function policyOf(w, id) {
  const rows = (await w.call('DescribeExpressConnectTrafficQos', { QosIdList: [id] })).QosList ?? [];
  assert.ok(rows.length <= 1, `one id, several rows: ${JSON.stringify(rows)}`);
  return rows[0];
}

// Looks again, as a client would, until a change of the policy has reached its circuits.
async function settled(w, id) {
  for (let look = 0; look < LOOKS; look += 1) {
    const row = await policyOf(w, id);
    if (row.Status === 'Normal') return row;
    equal(row.Status, 'Configuring', 'Status on the way');
    await pause(PAUSE_MS);
  }
  throw new Error(`${id} does not settle`);
}

async function trafficPolicy(w) {
  const c = await w.enabled();
  const QosName = unique('qos');
  const { QosId } = await w.call('CreateExpressConnectTrafficQos', { QosName, QosDescription: 'Calls before copies' });
  const of = { QosId };
  let row = await policyOf(w, QosId);
  equal([row.QosName, row.QosDescription, row.Status], [QosName, 'Calls before copies', 'Normal'], 'policy');
  const { QueueId } = await w.call('CreateExpressConnectTrafficQosQueue', { ...of, QueueType: 'Medium', BandwidthPercent: '60' });
  const queue = { ...of, QueueId };
  const asked = { Priority: 1, Protocol: 'TCP', SrcCidr: '10.0.0.0/8', DstPortRange: '80/443' };
  const { RuleId } = await w.call('CreateExpressConnectTrafficQosRule', { ...queue, ...asked });
  const rule = { ...queue, RuleId };
  await refused(400, 'InvalidParameter', () => w.call('CreateExpressConnectTrafficQosRule', { ...queue, ...asked }));

  const instance = [{ InstanceId: c, InstanceType: 'PHYSICALCONNECTION' }];
  await w.call('ModifyExpressConnectTrafficQos', { ...of, AddInstanceList: instance });
  await refused(400, 'IncorrectStatus.Qos', () => w.call('ModifyExpressConnectTrafficQosRule', { ...rule, Priority: 2 }));
  row = await settled(w, QosId);
  equal(row.AssociatedInstanceList.map((one) => [one.InstanceId, one.InstanceType]), [[c, 'PHYSICALCONNECTION']], 'circuits');
  equal(row.QueueList.map((one) => [one.QueueId, one.BandwidthPercent]), [[QueueId, '60']], 'queues');
  equal((await w.circuit(c)).QosId, QosId, 'QosId of the circuit');
  await w.call('ModifyExpressConnectTrafficQosRule', { ...rule, Priority: 2, RuleName: 'web' });
  await settled(w, QosId);
  const { RuleList } = await w.call('DescribeExpressConnectTrafficQosRule', queue);
  equal(
    RuleList.map((one) => [one.RuleId, one.Priority, one.RuleName, one.SrcCidr, one.DstCidr ?? '', one.MatchDscp]),
    [[RuleId, 2, 'web', '10.0.0.0/8', '', -1]],
    'rules',
  );
  await refused(400, 'Forbidden.QosAssociated', () => w.call('DeleteExpressConnectTrafficQos', of));
  await w.call('ModifyExpressConnectTrafficQos', { ...of, RemoveInstanceList: instance });
  await settled(w, QosId);
  await w.call('DeleteExpressConnectTrafficQosRule', rule);
  await w.call('DeleteExpressConnectTrafficQosQueue', queue);
  await refused(400, 'IllegalParam.QosId', () => w.foreign('DeleteExpressConnectTrafficQos', of));
  await w.call('DeleteExpressConnectTrafficQos', of);
  equal(await policyOf(w, QosId), undefined, 'policy after its deletion');
}

async function labelsAndGroups(w) {
  const key = unique('key');
  const c = await w.create({ Tag: [{ Key: key, Value: 'old' }] });
  const on = { ResourceType: 'PHYSICALCONNECTION', ResourceId: [c] };
  await w.call('TagResourcesForExpressConnect', { ...on, Tag: [{ Key: key, Value: 'new' }] });
  const { TagResources } = await w.call('ListTagResourcesForExpressConnect', on);
  equal(TagResources.TagResource.map((row) => [row.ResourceId, row.TagKey, row.TagValue]), [[c, key, 'new']], 'labels');
  const { TagKeys } = await w.call('DescribeTagKeysForExpressConnect', { Keyword: key });
  equal(TagKeys.TagKey.map((row) => row.TagKey), [key], 'keys');
  await w.call('UntagResourcesForExpressConnect', { ...on, TagKey: [key] });
  equal((await w.circuit(c)).Tags.tags, [], 'labels once taken off');
  const change = { ResourceType: 'PHYSICALCONNECTION', ResourceId: c, NewResourceGroupId: unique('rg') };
  await w.call('ChangeResourceGroup', change);
  equal((await w.circuit(c)).ResourceGroupId, change.NewResourceGroupId, 'ResourceGroupId');
  await refused(404, 'InvalidResourceId.NotFound', () => w.foreign('ChangeResourceGroup', change));
}

export const SHARED = [hostedConnection, trafficPolicy, labelsAndGroups];
