// Virtual border routers, as every Node.js client must see them. A router's life goes in the order in which the
// Terraform provider leads it: what it writes it reads back at once, it sends VlanId and the IPv4 link along with every
// change, it takes the first row of a list for the one it asked for, and it looks until what it deleted is absent.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { REGION, TENANT, answered, equal, refused, unique } from './scenario.mjs';

const SECOND = '6543210987654321';
const UNKNOWN = 'vbr-00000000000000000';
const LINK = { LocalGatewayIp: '10.0.0.1', PeerGatewayIp: '10.0.0.2', PeeringSubnetMask: '255.255.255.252' };
const IPV6 = { LocalIpv6GatewayIp: '2001:db8::1', PeerIpv6GatewayIp: '2001:db8::2', PeeringIpv6SubnetMask: '2001:db8::/64' };
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const IN_MOTION = ['terminating', 'recovering', 'deleting'];
const MODIFY = 'ModifyVirtualBorderRouterAttribute';
const LOOKS = 50;
const PAUSE_MS = 200;

const blank = (value) => value === undefined || value === null || value === '';
const own = (w) => (action, params) => w.call(action, params);
const foreign = (w) => (action, params) => w.foreign(action, params);

async function listed(w, filters = {}, params = {}, ask = own(w)) {
  const Filter = Object.entries(filters).map(([Key, Value]) => ({ Key, Value }));
  const answer = await ask('DescribeVirtualBorderRouters', { ...(Filter.length ? { Filter } : {}), ...params });
  const rows = answer.VirtualBorderRouterSet?.VirtualBorderRouterType;
  assert.ok(Array.isArray(rows), `not a list: ${JSON.stringify(answer)}`);
  return [rows, answer];
}

const ids = async (w, filters, params) => (await listed(w, filters, params))[0].map((row) => row.VbrId);

async function find(w, vbr, ask) {
  const [rows, answer] = await listed(w, { VbrId: [vbr] }, {}, ask);
  equal(answer.TotalCount, rows.length, 'TotalCount of one id');
  assert.ok(rows.length <= 1, `one id, several rows: ${JSON.stringify(rows)}`);
  if (rows.length) equal(rows[0].VbrId, vbr, 'id filtered for');
  return rows[0];
}

async function router(w, vbr, ask) {
  const row = await find(w, vbr, ask);
  assert.ok(row, `${vbr} is not listed`);
  return row;
}

// Looks again, as a client would, until the router's status is the one.
async function until(w, vbr, is, ask) {
  let row;
  for (let look = 0; look < LOOKS; look += 1) {
    row = await router(w, vbr, ask);
    if (is(row.Status)) return row;
    await pause(PAUSE_MS);
  }
  throw new Error(`${vbr} stays ${row.Status}`);
}

const settled = (w, vbr, status, ask) => until(w, vbr, (found) => found === status, ask);

export async function create(w, circuit, vlan, changes = {}) {
  const fields = Object.entries({ PhysicalConnectionId: circuit, VlanId: vlan, ...LINK, ...changes });
  const given = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const { VbrId } = await w.call('CreateVirtualBorderRouter', given);
  assert.match(VbrId ?? '', /^vbr-/, `not a router's id: ${VbrId}`);
  return VbrId;
}

const change = (w, vbr, params) => w.call(MODIFY, { VbrId: vbr, ...params });

function further(row) {
  const circuits = row.AssociatedPhysicalConnections?.AssociatedPhysicalConnection;
  assert.ok(Array.isArray(circuits), `not a list: ${JSON.stringify(row)}`);
  return circuits;
}

// Takes every router off its circuits, so that these can be ended.
export async function sweep(w) {
  for (const ask of [own(w), foreign(w)]) {
    for (const { VbrId } of (await listed(w, {}, { PageSize: 50 }, ask))[0]) {
      const row = await until(w, VbrId, (status) => !IN_MOTION.includes(status), ask);
      for (const { PhysicalConnectionId } of further(row)) {
        await ask('UnassociatePhysicalConnectionFromVirtualBorderRouter', { VbrId, PhysicalConnectionId });
      }
      await ask('DeleteVirtualBorderRouter', { VbrId });
      equal(await find(w, VbrId, ask), undefined, 'router after its deletion');
    }
  }
}

function swept(test) {
  const act = async (w) => {
    try {
      await test(w);
    } finally {
      await sweep(w);
    }
  };
  return Object.defineProperty(act, 'name', { value: test.name });
}

async function routerLife(w) {
  const c = await w.enabled({ bandwidth: 1000 });
  const written = { Name: unique('edge'), Description: "First router, 第一台 & it's more", CircuitCode: 'longtel-002', Bandwidth: 200 };
  const token = { ClientToken: unique('vbr') };
  const vbr = await create(w, c, 0, { ...written, ...token });
  const row = await router(w, vbr); // visible, with its status, as soon as Create has answered
  const wanted = { ...written, ...LINK, VlanId: 0, Status: 'active', PhysicalConnectionId: c, PhysicalConnectionStatus: 'Enabled', PhysicalConnectionOwnerUid: TENANT };
  for (const [field, value] of Object.entries(wanted)) equal(row[field], value, field);
  for (const field of ['VlanId', 'Bandwidth', 'Mtu', 'DetectMultiplier', 'MinRxInterval', 'MinTxInterval']) {
    equal(typeof row[field], 'number', `type of ${field}`);
  }
  equal([row.EnableIpv6, row.SitelinkEnable], [false, false], 'switches that nobody set');
  for (const field of ['Mtu', 'DetectMultiplier', 'MinRxInterval', 'MinTxInterval', 'ResourceGroupId', 'RouteTableId', 'VlanInterfaceId']) {
    assert.ok(row[field], `${field} has no default`);
  }
  for (const field of ['TerminationTime', 'RecoveryTime', ...Object.keys(IPV6)]) {
    assert.ok(blank(row[field]), `${field} of a fresh router: ${row[field]}`);
  }
  assert.match(row.ActivationTime, UTC, `ActivationTime: ${row.ActivationTime}`);
  equal(further(row), [], 'further circuits');
  equal(await create(w, c, 0, { ...written, ...token }), vbr, 'replay');

  await refused(400, 'InvalidVlanId.Used', () => create(w, c, 0));
  equal(await ids(w, { PhysicalConnectionId: [c] }), [vbr], 'routers after a refusal');

  const resent = { VlanId: 0, ...LINK };
  const timers = { Name: unique('renamed'), MinRxInterval: 200, MinTxInterval: 300, DetectMultiplier: 10 };
  await change(w, vbr, { ...timers, ...resent });
  equal(await router(w, vbr), { ...row, ...timers }, 'router after a change');
  await change(w, vbr, { EnableIpv6: true, ...IPV6, ...resent });
  equal(await router(w, vbr), { ...row, ...timers, ...IPV6, EnableIpv6: true }, 'router with IPv6');
  await change(w, vbr, { Description: '', ...resent });
  assert.ok(blank((await router(w, vbr)).Description), 'an empty value must clear the description');

  const before = await w.circuit(c);
  await refused(400, 'Forbidden.VbrAttached', () => w.on('TerminatePhysicalConnection', c));
  await refused(400, 'Forbidden.VBRExists', () => w.on('DeletePhysicalConnection', c));
  equal(await w.circuit(c), before, 'circuit under a router');

  const kept = await router(w, vbr);
  await w.call('TerminateVirtualBorderRouter', { VbrId: vbr });
  const { TerminationTime } = await settled(w, vbr, 'terminated');
  assert.match(TerminationTime, UTC, `TerminationTime: ${TerminationTime}`);
  await refused(400, 'InvalidOperation.OperationNotAllowedInState', () => w.call('TerminateVirtualBorderRouter', { VbrId: vbr }));
  await refused(400, 'InvalidVlanId.Used', () => create(w, c, 0));
  await w.call('RecoverVirtualBorderRouter', { VbrId: vbr });
  const back = await settled(w, vbr, 'active');
  assert.match(back.RecoveryTime, UTC, `RecoveryTime: ${back.RecoveryTime}`);
  equal(back, { ...kept, TerminationTime, RecoveryTime: back.RecoveryTime }, 'router once it is back');

  await w.call('DeleteVirtualBorderRouter', { VbrId: vbr });
  equal(await find(w, vbr), undefined, 'router after its deletion');
  await refused(404, 'InvalidVbrId.NotFound', () => w.call('DeleteVirtualBorderRouter', { VbrId: vbr }));
  await w.on('TerminatePhysicalConnection', c);
  await w.until(c, 'Terminated');
}

async function routerRefusals(w) {
  const c = await w.enabled();
  const waiting = await w.create();
  for (const [code, changes] of [
    ['InvalidVlanId.Malformed', { VlanId: 3000 }],
    ['InvalidVlanId.Malformed', { VlanId: -1 }],
    ['MissingParameter', { LocalGatewayIp: undefined }],
    ['InvalidLocalGatewayIp.Malformed', { LocalGatewayIp: '10.0.0' }],
    ['InvalidIp.NotSameSubnet', { PeerGatewayIp: '10.0.0.9' }],
    ['InvalidPeeringSubnetMask.Malformed', { PeeringSubnetMask: '255.255.254.0' }],
    ['InvalidPeeringSubnetMask.Malformed', { PeeringSubnetMask: '255.255.255.254' }],
    ['InvalidLocalGatewayIp.Malformed', IPV6],
    ['IllegalParam.Bandwidth', { Bandwidth: 70 }],
    ['InvalidPhysicalConnectionId.NotEnabled', { PhysicalConnectionId: waiting }],
  ]) {
    await refused(400, code, () => create(w, c, 10, changes));
  }
  await refused(404, 'InvalidVbrOwnerId.NotFound', () => create(w, c, 10, { VbrOwnerId: 999999999999999 }));
  equal(await ids(w), [], 'routers after the refusals');
  const vbr = await create(w, c, 10);
  for (const [code, changes] of [
    ['InvalidIp.Malformed', { PeerGatewayIp: '' }],
    ['InvalidParameter', { DetectMultiplier: 2 }],
    ['InvalidParameter', { Mtu: 9000 }],
  ]) {
    await refused(400, code, () => change(w, vbr, changes));
  }
  await refused(400, 'InvalidVbrId.NotFound', () => change(w, UNKNOWN, { Name: 'renamed' }));
  for (const action of ['TerminateVirtualBorderRouter', 'RecoverVirtualBorderRouter', 'DeleteVirtualBorderRouter']) {
    await refused(404, 'InvalidVbrId.NotFound', () => w.call(action, { VbrId: UNKNOWN }));
    await refused(404, 'InvalidVbrId.NotFound', () => w.foreign(action, { VbrId: vbr }));
  }
  equal(await find(w, vbr, foreign(w)), undefined, 'router as another tenant sees it');
}

async function routerFilters(w) {
  const [one, two] = [await w.enabled(), await w.enabled()];
  const names = [unique('listed'), unique('listed'), unique('listed')];
  const a = await create(w, one, 10, { Name: names[0] });
  const b = await create(w, one, 11, { Name: names[1] });
  const c = await create(w, two, 10, { Name: names[2], Tags: [{ Key: 'team', Value: 'blue' }] });
  await w.call('TerminateVirtualBorderRouter', { VbrId: b });
  await settled(w, b, 'terminated');
  for (const [filters, wanted] of [
    [{}, [a, b, c]],
    [{ VbrId: [b] }, [b]],
    [{ VbrId: [b, c] }, [b, c]],
    [{ PhysicalConnectionId: [one] }, [a, b]],
    [{ Status: ['active'] }, [a, c]],
    [{ Status: ['Terminated'] }, [b]],
    [{ Name: [names[0], names[2]], PhysicalConnectionId: [two] }, [c]],
    [{ VbrId: [UNKNOWN] }, []],
  ]) {
    const [rows, answer] = await listed(w, filters);
    equal([rows.map((row) => row.VbrId), answer.TotalCount], [wanted, wanted.length], JSON.stringify(filters));
  }
  await refused(404, 'InvalidFilterKey.ValueNotSupported', () => listed(w, { Colour: ['blue'] }));
  const [rows, { TotalCount, PageNumber, PageSize }] = await listed(w, {}, { PageSize: 2, PageNumber: 2 });
  equal([rows.map((row) => row.VbrId), TotalCount, PageNumber, PageSize], [[c], 3, 2, 2], 'second page');
  equal((await router(w, c)).Tags.Tags, [{ Key: 'team', Value: 'blue' }], 'labels');
  const answer = await w.on('DescribeVirtualBorderRoutersForPhysicalConnection', one);
  const routers = answer.VirtualBorderRouterForPhysicalConnectionSet.VirtualBorderRouterForPhysicalConnectionType;
  equal(routers.map((row) => [row.VbrId, row.VlanId, row.Status]), [[a, 10, 'active'], [b, 11, 'terminated']], 'routers of one circuit');
}

async function routerOfAnother(w) {
  const c = await w.enabled();
  const VbrOwnerId = Number(SECOND);
  await refused(403, 'Forbidden.LocalGatewayIpNotAllowedByCaller', () => create(w, c, 10, { VbrOwnerId }));
  const bare = Object.fromEntries(Object.keys(LINK).map((field) => [field, undefined]));
  const vbr = await create(w, c, 10, { VbrOwnerId, ...bare });
  equal(await find(w, vbr), undefined, "router of another in one's own list");
  equal(await ids(w, {}, { IncludeCrossAccountVbr: true }), [vbr], 'with those of other accounts');
  equal((await router(w, vbr, foreign(w))).Status, 'unconfirmed', 'Status before it is confirmed');
  await refused(403, 'Forbidden.PeerGatewayIpNotAllowedByCaller', () => change(w, vbr, { PeerGatewayIp: '10.0.0.2' }));
  await refused(403, 'Forbidden.VlanIdNotAllowedByCaller', () => w.foreign(MODIFY, { VbrId: vbr, VlanId: 11, ...LINK }));
  await w.foreign(MODIFY, { VbrId: vbr, VlanId: 10, ...LINK });
  const row = await router(w, vbr, foreign(w));
  equal([row.Status, row.LocalGatewayIp], ['active', LINK.LocalGatewayIp], 'router once it is confirmed');
  await refused(403, 'Forbidden.OperationNotAllowedByUser', () => w.foreign('TerminateVirtualBorderRouter', { VbrId: vbr }));
  await refused(403, 'Forbidden.OperationNotAllowedByUser', () => w.call('DeleteVirtualBorderRouter', { VbrId: vbr }));
}

async function furtherCircuits(w) {
  const [one, two, three] = [await w.enabled(), await w.enabled(), await w.enabled()];
  const vbr = await create(w, one, 10);
  const both = { VbrId: vbr, ClientToken: unique('cut-to-the-same') };
  const link = { LocalGatewayIp: '10.1.0.1', PeerGatewayIp: '10.1.0.2', PeeringSubnetMask: '255.255.255.0' };
  const associate = (circuit, params) => w.on('AssociatePhysicalConnectionToVirtualBorderRouter', circuit, { ...both, ...params });
  const unassociate = (circuit) => w.on('UnassociatePhysicalConnectionFromVirtualBorderRouter', circuit, both);
  const shown = async () => further(await router(w, vbr));
  // One token for different pairs, and for the same pair again once it was taken apart.
  for (let round = 0; round < 2; round += 1) {
    await associate(two, { VlanId: '10', CircuitCode: 'longtel-003', ...link });
    await associate(three, { VlanId: '0' });
    const rows = await shown();
    equal(rows.map((row) => row.PhysicalConnectionId).sort(), [two, three].sort(), 'further circuits');
    const row = rows.find((found) => found.PhysicalConnectionId === two);
    equal([row.Status, String(row.VlanId), row.CircuitCode, row.EnableIpv6, row.PeerGatewayIp], ['Associated', '10', 'longtel-003', false, link.PeerGatewayIp], 'link');
    await unassociate(two);
    equal((await shown()).map((found) => found.PhysicalConnectionId), [three], 'what is taken off is absent');
    await unassociate(three);
    equal(await shown(), [], 'further circuits');
  }
  await associate(two, { VlanId: '10' });
  await refused(400, 'InvalidVlanId.Used', () => create(w, two, 10));
  await refused(400, 'InvalidStatus.NotAllowed', () => w.call('DeleteVirtualBorderRouter', { VbrId: vbr }));
  await refused(400, 'Forbidden.AssociateToVBR', () => w.on('DeletePhysicalConnection', two));
}

async function routerBandwidth(w) {
  const vbr = await create(w, await w.enabled({ bandwidth: 1000 }), 10);
  equal((await router(w, vbr)).Bandwidth, 1000, "Bandwidth that follows from the circuit's");
  const update = (Bandwidth) => w.tenant.call('UpdateVirtualBorderBandwidth', { RegionId: REGION, VirtualBorderRouterId: vbr, Bandwidth });
  // The one success that is documented with a Code.
  const { Code, ...rest } = await update(2048);
  equal([Code, rest.Success, rest.HttpStatusCode], ['200', true, 200], 'answer');
  answered(rest);
  equal((await router(w, vbr)).Bandwidth, 2048, 'Bandwidth');
  await refused(400, 'IllegalParam.Bandwidth', () => update(2000));
}

export const ROUTERS = [routerLife, routerRefusals, routerFilters, routerOfAnother, furtherCircuits, routerBandwidth].map(swept);
