// VPCs, router interfaces and routes, as every Node.js client must see them. The life of a connection goes in the order
// in which the Terraform provider leads it: both ends are made Idle, each is told of the other, the initiating end
// connects; peer data is sent along with every change, the first row of a list is taken for the one asked for, and it is
// looked until what was deleted is absent.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { REGION, TENANT, equal, refused, unique } from './scenario.mjs';
import { create as createRouter, find as findRouter, listed as listedRouters, sweep as sweepRouters } from './routers.mjs';

const SECOND = '6543210987654321';
const UNKNOWN = 'ri-00000000000000000';
const STABLE = ['Idle', 'Active', 'Inactive'];
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const LOOKS = 50;
const PAUSE_MS = 200;
const MODIFY = 'ModifyRouterInterfaceAttribute';

const blank = (value) => value === undefined || value === null || value === '' || value === 0;
const own = (w) => (action, params) => w.call(action, params);
const foreign = (w) => (action, params) => w.foreign(action, params);

function rowsOf(answer, outer, inner) {
  const rows = answer[outer]?.[inner];
  assert.ok(Array.isArray(rows), `not a list: ${JSON.stringify(answer)}`);
  return rows;
}

const vpcs = async (w, params = {}, ask = own(w)) => rowsOf(await ask('DescribeVpcs', params), 'Vpcs', 'Vpc');

async function listed(w, filters = {}, params = {}, ask = own(w)) {
  const Filter = Object.entries(filters).map(([Key, Value]) => ({ Key, Value }));
  const answer = await ask('DescribeRouterInterfaces', { ...(Filter.length ? { Filter } : {}), ...params });
  return rowsOf(answer, 'RouterInterfaceSet', 'RouterInterfaceType');
}

const routes = async (w, table, params = {}, ask = own(w)) =>
  rowsOf(await ask('DescribeRouteEntryList', { RouteTableId: table, MaxResult: 100, ...params }), 'RouteEntrys', 'RouteEntry');

const custom = async (w, table, ask) =>
  (await routes(w, table, {}, ask)).filter((row) => row.Type === 'Custom').map((row) => row.RouteEntryId);

// Looks again, as a client would, until what is seen is wanted.
async function looked(what, see, wanted) {
  let seen;
  for (let look = 0; look < LOOKS; look += 1) {
    seen = await see();
    if (wanted(seen)) return seen;
    await pause(PAUSE_MS);
  }
  throw new Error(`${what} stays ${JSON.stringify(seen)}`);
}

async function find(w, ri, ask) {
  const rows = await listed(w, { RouterInterfaceId: [ri] }, {}, ask);
  assert.ok(rows.length <= 1, `one id, several rows: ${JSON.stringify(rows)}`);
  return rows[0];
}

const until = (w, ri, status, ask) => looked(ri, () => find(w, ri, ask), (row) => row?.Status === status);

const ready = (w, id, ask) =>
  looked(id, async () => (await vpcs(w, { VpcId: id }, ask))[0].Status, (status) => status === 'Available');

async function vpc(w, params = {}, ask = own(w)) {
  const made = await ask('CreateVpc', { CidrBlock: '172.16.0.0/12', ...params });
  await ready(w, made.VpcId, ask);
  return made;
}

// One end on a router; both are given as kind, id and owner.
async function end(w, Role, router, opposite, changes = {}, ask = own(w)) {
  const fields = {
    Role,
    RouterType: router[0],
    RouterId: router[1],
    Spec: Role === 'AcceptingSide' ? 'Negative' : 'Mini.2',
    OppositeRegionId: REGION,
    OppositeRouterType: opposite[0],
    OppositeRouterId: opposite[1],
    OppositeInterfaceOwnerId: opposite[2],
    ...changes,
  };
  if (router[0] === 'VBR') fields.AccessPointId = (await findRouter(w, router[1])).AccessPointId;
  const { RouterInterfaceId } = await ask('CreateRouterInterface', fields);
  assert.match(RouterInterfaceId ?? '', /^ri-/, `not an interface's id: ${RouterInterfaceId}`);
  return RouterInterfaceId;
}

// Peer data as the provider sends it: all four, every time.
const tell = (ask, ri, opposite, router, more = {}) =>
  ask(MODIFY, {
    RouterInterfaceId: ri,
    OppositeInterfaceId: opposite,
    OppositeRouterType: router[0],
    OppositeRouterId: router[1],
    OppositeInterfaceOwnerId: Number(router[2]),
    ...more,
  });

// Takes away every route, interface, border router and VPC.
async function sweep(w) {
  const callers = [own(w), foreign(w)];
  for (const ask of callers) {
    const tables = (await vpcs(w, { PageSize: 50 }, ask)).map((row) => row.RouterTableIds.RouterTableIds[0]);
    tables.push(...(await listedRouters(w, {}, {}, ask))[0].map((row) => row.RouteTableId));
    for (const table of tables) {
      for (const RouteEntryId of await custom(w, table, ask)) {
        await looked(table, () => routes(w, table, {}, ask), (rows) => rows.every((row) => row.Status === 'Available'));
        await ask('DeleteRouteEntry', { RouteEntryId });
      }
    }
  }
  for (const ask of callers) {
    for (const { RouterInterfaceId: ri } of await listed(w, {}, { PageSize: 50 }, ask)) {
      const row = await looked(ri, () => find(w, ri, ask), (found) => STABLE.includes(found.Status));
      if (row.Status === 'Active') {
        await ask('DeactivateRouterInterface', { RouterInterfaceId: ri });
        await until(w, ri, 'Inactive', ask);
      }
      await ask('DeleteRouterInterface', { RouterInterfaceId: ri });
      equal(await find(w, ri, ask), undefined, 'interface after its deletion');
    }
  }
  await sweepRouters(w);
  for (const ask of callers) {
    for (const { VpcId } of await vpcs(w, { PageSize: 50 }, ask)) {
      await ready(w, VpcId, ask);
      await ask('DeleteVpc', { VpcId });
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

async function vpcLife(w) {
  const token = { ClientToken: unique('vpc') };
  const written = { VpcName: unique('net'), Description: "First network, 第一个 & it's more", CidrBlock: '10.0.0.0/8' };
  const made = await vpc(w, { ...written, ...token });
  const [row] = await vpcs(w, { VpcId: made.VpcId });
  const wanted = { ...written, VRouterId: made.VRouterId, IsDefault: false };
  for (const [field, value] of Object.entries(wanted)) equal(row[field], value, field);
  equal(String(row.OwnerId), TENANT, 'OwnerId'); // one of the clients keeps large numbers as texts
  equal(row.RouterTableIds.RouterTableIds, [made.RouteTableId], 'route tables');
  equal((await w.call('CreateVpc', { ...written, ...token })).VpcId, made.VpcId, 'replay');
  equal((await w.call('DescribeVpcAttribute', { VpcId: made.VpcId })).Status, 'Available', 'one VPC');
  const [router] = rowsOf(await w.call('DescribeVRouters', { VRouterId: made.VRouterId }), 'VRouters', 'VRouter');
  equal([router.VpcId, router.RouteTableIds.RouteTableId], [made.VpcId, [made.RouteTableId]], 'router');
  const [table] = rowsOf(await w.call('DescribeRouteTableList', { RouteTableId: made.RouteTableId }), 'RouterTableList', 'RouterTableListType');
  equal([table.RouterId, table.RouterType, table.VpcId], [made.VRouterId, 'VRouter', made.VpcId], 'table');
  await refused(400, 'InvalidParameter', () => w.call('CreateVpc', { CidrBlock: '10.0.0.1/8' }));
  await refused(400, 'MissingParam.CidrOrCidrMask', () => w.call('CreateVpc', {}));
  equal(await vpcs(w, {}, foreign(w)), [], 'VPCs as another tenant sees them');
  await refused(404, 'InvalidVpcId.NotFound', () => w.foreign('DeleteVpc', { VpcId: made.VpcId }));
  await w.call('DeleteVpc', { VpcId: made.VpcId });
  equal(await vpcs(w, { VpcId: made.VpcId }), [], 'VPC after its deletion');
}

// Both ends from nothing to Active, as the provider leads them there.
async function connect(w, ask, one, other, otherAsk) {
  const left = await end(w, 'InitiatingSide', one, other, {}, ask);
  const right = await end(w, 'AcceptingSide', other, one, {}, otherAsk);
  equal((await find(w, left, ask)).Status, 'Idle', 'Status, as soon as Create has answered');
  const initiate = () => ask('ConnectRouterInterface', { RouterInterfaceId: left });
  await refused(400, 'IncorrectOppositeInterfaceInfo.NotSet', initiate);
  await tell(ask, left, right, other);
  await refused(400, 'IncorrectOppositeInterfaceInfo', initiate);
  await tell(otherAsk, right, left, one);
  await refused(400, 'IncorrectRole.NotInitiatingSide', () => otherAsk('ConnectRouterInterface', { RouterInterfaceId: right }));
  await initiate();
  return [left, await until(w, left, 'Active', ask), right, await until(w, right, 'Active', otherAsk)];
}

async function interfaceLife(w) {
  const made = [await vpc(w), await vpc(w)];
  const [one, other] = made.map((row) => ['VRouter', row.VRouterId, TENANT]);
  const [left, active, right, opposite] = await connect(w, own(w), one, other, own(w));
  const wanted = {
    ChargeType: 'AfterPay', BusinessStatus: 'Normal', Role: 'InitiatingSide', Spec: 'Mini.2', Bandwidth: 2,
    OppositeInterfaceId: right, OppositeInterfaceStatus: 'Active', OppositeInterfaceSpec: 'Negative',
    OppositeInterfaceOwnerId: TENANT, HcRate: 0, VpcInstanceId: made[0].VpcId,
  };
  for (const [field, value] of Object.entries(wanted)) equal(active[field], value, field);
  assert.match(active.ConnectedTime, UTC, `ConnectedTime: ${active.ConnectedTime}`);
  equal([opposite.Spec, opposite.OppositeBandwidth], ['Negative', 2], 'the accepting end');
  for (const field of ['AccessPointId', 'OppositeAccessPointId', 'HcThreshold', 'HealthCheckSourceIp', 'Name', 'Description']) {
    assert.ok(blank(active[field]), `${field}, which nobody set: ${active[field]}`);
  }

  const on = (action, more = {}) => w.call(action, { RouterInterfaceId: left, ...more });
  const Name = unique('renamed');
  await tell(own(w), left, right, other, { Name, Description: 'Changed', HcRate: 2000, HcThreshold: 8 });
  await on(MODIFY, { HealthCheckSourceIp: '172.16.0.9', HealthCheckTargetIp: '10.9.9.9' });
  let row = await find(w, left);
  equal([row.Name, row.HcRate, row.HcThreshold, row.HealthCheckSourceIp, row.Status], [Name, 2000, 8, '172.16.0.9', 'Active'], 'change');
  equal((await on('ModifyRouterInterfaceSpec', { Spec: 'Large.1' })).Spec, 'Large.1', 'Spec');
  row = await until(w, left, 'Active');
  equal([row.Spec, row.Bandwidth], ['Large.1', 1000], 'size once it is in force');

  await refused(400, 'InvalidInstance.StatusError', () => on('DeleteRouterInterface'));
  await refused(400, 'DependencyViolation.RouterInterface', () => w.call('DeleteVpc', { VpcId: made[0].VpcId }));
  for (const [action, status] of [['DeactivateRouterInterface', 'Inactive'], ['ActivateRouterInterface', 'Active'], ['DeactivateRouterInterface', 'Inactive']]) {
    await on(action);
    await until(w, left, status);
  }
  await on('DeleteRouterInterface');
  equal(await find(w, left), undefined, 'interface after its deletion');
  await refused(404, 'InvalidInstanceId.NotFound', () => on('DeleteRouterInterface'));
  row = await find(w, right);
  equal([row.Status, row.OppositeInterfaceStatus], ['Inactive', 'Deleted'], 'the end that is left');
}

async function interfaceOfAnother(w) {
  const one = ['VRouter', (await vpc(w)).VRouterId, TENANT];
  const other = ['VRouter', (await vpc(w, {}, foreign(w))).VRouterId, SECOND];
  const [left, , right, row] = await connect(w, own(w), one, other, foreign(w));
  equal([row.OppositeInterfaceOwnerId, row.OppositeInterfaceId], [TENANT, left], "the other's end");
  equal(await find(w, right), undefined, "another's interface in one's own list");
  await refused(404, 'InvalidRouterInterfaceId.NotFound', () => w.call('DeactivateRouterInterface', { RouterInterfaceId: right }));
  await refused(404, 'InvalidInstanceId.NotFound', () => w.call('DeleteRouterInterface', { RouterInterfaceId: right }));
}

async function interfaceRefusals(w) {
  const router = ['VRouter', (await vpc(w)).VRouterId, TENANT];
  const nowhere = ['VRouter', 'vrt-00000000000000000', TENANT];
  for (const [status, code, changes] of [
    [400, 'InvalidSpec.ValudNotSupported', { Spec: 'Negative' }],
    [400, 'InvalidSpec.ValudNotSupported', { Spec: 'Huge' }],
    [400, 'InvalidRole.ValueNotSupported', { Role: 'Sideways' }],
    [400, 'InvalidOppositeRegionId.NotFound', { OppositeRegionId: 'cn-nowhere' }],
    [400, 'InvalidAliuid', { OppositeInterfaceOwnerId: '9999999999999999' }],
    [400, 'InvalidPrice.NotFound', { InstanceChargeType: 'PrePaid', Period: 1 }],
    [400, 'InvalidHealthCheckIP.Malformd', { HealthCheckSourceIp: '172.16.0.9' }],
    [404, 'InvalidRouterId.NotFound', { RouterId: 'vrt-00000000000000000' }],
  ]) {
    await refused(status, code, () => end(w, 'InitiatingSide', router, nowhere, changes));
  }
  equal(await listed(w), [], 'interfaces after the refusals');
  for (let made = 0; made < 5; made += 1) await end(w, 'InitiatingSide', router, nowhere);
  await refused(400, 'QuotaExceeded.RouterInterface', () => end(w, 'InitiatingSide', router, nowhere));
  equal((await listed(w, { RouterId: [router[1]] })).length, 5, 'by router');
  equal(await listed(w, { RouterInterfaceId: [UNKNOWN] }), [], 'by an unknown id');
  await refused(404, 'InvalidFilterKey.ValueNotSupported', () => listed(w, { Colour: ['blue'] }));
}

async function fastLink(w) {
  const vbr = await createRouter(w, await w.enabled(), 10);
  const made = await vpc(w);
  const left = await end(w, 'InitiatingSide', ['VBR', vbr], ['VRouter', made.VRouterId, TENANT], { FastLinkMode: true });
  const row = await until(w, left, 'Active');
  equal([row.FastLinkMode, row.RouterType], [true, 'VBR'], 'fast link');
  const opposite = await find(w, row.OppositeInterfaceId);
  equal([opposite.Status, opposite.RouterId, opposite.OppositeInterfaceId], ['Active', made.VRouterId, left], 'its other end');
  await refused(400, 'InvalidOperation.RouterInterfaceNotDeleted', () => w.call('DeleteVirtualBorderRouter', { VbrId: vbr }));

  // Out over the circuit, and in through the connection.
  const { RouteTableId: table, VlanInterfaceId: vlan } = await findRouter(w, vbr);
  for (const [RouteTableId, DestinationCidrBlock, NextHopId] of [
    [table, '192.168.0.0/16', vlan],
    [table, '172.16.0.0/12', left],
    [made.RouteTableId, '192.168.0.0/16', opposite.RouterInterfaceId],
  ]) {
    await w.call('CreateRouteEntry', { RouteTableId, DestinationCidrBlock, NextHopId, NextHopType: 'RouterInterface' });
    await looked(RouteTableId, () => routes(w, RouteTableId), (rows) => rows.every((route) => route.Status === 'Available'));
  }
  const remove = (more) => w.call('DeleteExpressConnect', { RouterInterfaceId: left, ...more });
  await refused(400, 'DependencyViolation.RouterInterfaceReferedByRouteEntry', () => remove({}));
  await remove({ Force: true });
  equal(await listed(w), [], 'both ends after their deletion');
  equal([(await custom(w, table)).length, await custom(w, made.RouteTableId)], [1, []], 'the routes that led to them');
  await refused(400, 'DependencyViolation.RouteEntry', () => w.call('DeleteVirtualBorderRouter', { VbrId: vbr }));
}

async function routeLife(w) {
  const [one, other] = [await vpc(w), await vpc(w)];
  const table = one.RouteTableId;
  // Before the two are connected, as the provider's own tests make it.
  const ri = await end(w, 'InitiatingSide', ['VRouter', one.VRouterId], ['VRouter', other.VRouterId, TENANT]);
  const make = (more) => w.call('CreateRouteEntry', { RouteTableId: table, NextHopType: 'RouterInterface', NextHopId: ri, ...more });
  const first = { DestinationCidrBlock: '192.168.0.0/16', RouteEntryName: 'back', ClientToken: unique('route') };
  const { RouteEntryId: route } = await make(first);
  const [row] = await routes(w, table, { RouteEntryId: route });
  equal([row.DestinationCidrBlock, row.Type, row.RouteEntryName], ['192.168.0.0/16', 'Custom', 'back'], 'route');
  const [hop] = row.NextHops.NextHop;
  equal([hop.NextHopId, hop.NextHopType], [ri, 'RouterInterface'], 'next hop');
  equal((await make(first)).RouteEntryId, route, 'replay');
  await looked(route, () => routes(w, table, { RouteEntryId: route }), ([seen]) => seen.Status === 'Available');
  for (const [status, code, changes] of [
    [400, 'InvalidRouteEntry.Duplicate', { DestinationCidrBlock: '192.168.0.0/16' }],
    [400, 'InvalidCidrBlock.Malformed', { DestinationCidrBlock: '192.168.0.1/16' }],
    [400, 'RouteConflict.AlreadyExist', { DestinationCidrBlock: '100.64.0.0/10' }],
    [404, 'InvalidNextHopId.NotFound', { DestinationCidrBlock: '10.0.0.0/8', NextHopId: UNKNOWN }],
    [404, 'InvalidRouteTableId.NotFound', { DestinationCidrBlock: '10.0.0.0/8', RouteTableId: 'vtb-00000000000000000' }],
  ]) {
    await refused(status, code, () => make(changes));
  }
  equal(await custom(w, table), [route], 'routes after the refusals');
  await refused(400, 'DependencyViolation.RouterInterfaceReferedByRouteEntry', () => w.call('DeleteRouterInterface', { RouterInterfaceId: ri }));
  await refused(400, 'DependencyViolation.RouteEntry', () => w.call('DeleteVpc', { VpcId: one.VpcId }));
  await w.call('DeleteRouteEntry', { RouteTableId: table, DestinationCidrBlock: '192.168.0.0/16', NextHopId: ri });
  equal(await custom(w, table), [], 'route after its deletion');
  await refused(400, 'InvalidRouteEntry.NotFound', () => w.call('DeleteRouteEntry', { RouteEntryId: route }));
}

export const INTERFACES = [vpcLife, interfaceLife, interfaceOfAnother, interfaceRefusals, fastLink, routeLife].map(swept);
