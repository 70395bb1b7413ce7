// BGP of border routers, failover pairs, grants and failover tests, as every Node.js client must see them. The order is
// that of the Terraform provider: what it makes it looks for until it is Available, it takes the first row of a list for
// the one it asked for, it ends peers before groups and groups before routers, and what it deleted must be absent at the
// next look.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { create, sweep as sweepRouters } from './routers.mjs';
import { equal, refused, unique } from './scenario.mjs';

const KEY = "Quirina's 7 keys & more!";
const SECOND = 6543210987654321;
const LOOKS = 50;
const PAUSE_MS = 200;

// One client gives long numbers as texts, and one takes what its models call a text for one.
const texts = (values) => values.map(String);
const blank = (value) => value === undefined || value === null || value === '';

// The rows of DescribeBgpGroups, DescribeBgpPeers or DescribeBgpNetworks.
async function listed(w, what, params = {}, ask = (action, fields) => w.call(action, fields)) {
  const answer = await ask(`DescribeBgp${what}`, params);
  const rows = answer[`Bgp${what}`]?.[`Bgp${what.slice(0, -1)}`];
  assert.ok(Array.isArray(rows), `not a list: ${JSON.stringify(answer)}`);
  return [rows, answer];
}

// The one row of an id; nothing when it is gone.
async function one(w, what, params) {
  const [rows, answer] = await listed(w, what, params);
  equal(answer.TotalCount, rows.length, 'TotalCount');
  assert.ok(rows.length <= 1, `one id, several rows: ${JSON.stringify(rows)}`);
  return rows[0];
}

// Looks again, as a client would, until what it looks for is there.
async function until(look, found) {
  let row;
  for (let n = 0; n < LOOKS; n += 1) {
    row = await look();
    assert.ok(row, 'it is not listed');
    if (found(row)) return row;
    await pause(PAUSE_MS);
  }
  throw new Error(`it stays ${JSON.stringify(row)}`);
}

const available = (w, what, params) => until(() => one(w, what, params), (row) => row.Status === 'Available');

async function group(w, RouterId, changes = {}) {
  const { BgpGroupId } = await w.call('CreateBgpGroup', { RouterId, PeerAsn: 64600, ...changes });
  assert.match(BgpGroupId ?? '', /^bgpg-/, `not a group's id: ${BgpGroupId}`);
  await available(w, 'Groups', { BgpGroupId });
  return BgpGroupId;
}

async function peer(w, BgpGroupId, params = {}) {
  const { BgpPeerId } = await w.call('CreateBgpPeer', { BgpGroupId, ...params });
  assert.match(BgpPeerId ?? '', /^bgp-/, `not a peer's id: ${BgpPeerId}`);
  await available(w, 'Peers', { BgpPeerId });
  return BgpPeerId;
}

// Takes all BGP off the tenant's routers, and the routers off their circuits.
async function sweep(w) {
  for (const { RouterId, DstCidrBlock } of (await listed(w, 'Networks', { PageSize: 50 }))[0]) {
    await available(w, 'Networks', { RouterId });
    await w.call('DeleteBgpNetwork', { RouterId, DstCidrBlock });
  }
  for (const { BgpPeerId } of (await listed(w, 'Peers', { PageSize: 50 }))[0]) {
    await available(w, 'Peers', { BgpPeerId });
    await w.call('DeleteBgpPeer', { BgpPeerId });
  }
  for (const { BgpGroupId } of (await listed(w, 'Groups', { PageSize: 50 }))[0]) {
    await available(w, 'Groups', { BgpGroupId });
    await w.call('DeleteBgpGroup', { BgpGroupId });
  }
  await sweepRouters(w);
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

async function bgpLife(w) {
  const RouterId = await create(w, await w.enabled(), 10);
  const written = { Name: unique('edge'), Description: "towards the edge, 边缘 & it's more", AuthKey: KEY, IpVersion: 'IPv4' };
  const fields = { RouterId, PeerAsn: 4200000001, LocalAsn: 64512, IsFakeAsn: true, ClientToken: unique('bgp'), ...written };
  const made = (await w.call('CreateBgpGroup', fields)).BgpGroupId;
  equal((await w.call('CreateBgpGroup', fields)).BgpGroupId, made, 'replay');
  let row = await available(w, 'Groups', { BgpGroupId: made });
  for (const [field, value] of Object.entries({ ...written, RouterId, PeerAsn: 4200000001, LocalAsn: 64512, IsFake: true })) {
    equal(String(row[field]), String(value), field);
  }
  equal(String(row.RouteLimit), '110', 'RouteLimit');
  assert.ok(row.Hold && row.Keepalive && row.RegionId, `defaults: ${JSON.stringify(row)}`);
  const plain = await group(w, RouterId);
  row = await one(w, 'Groups', { BgpGroupId: plain });
  equal(texts([row.LocalAsn, row.IsFake, row.IpVersion]), ['45104', 'false', 'IPv4'], 'defaults');
  for (const field of ['AuthKey', 'Name', 'Description']) assert.ok(blank(row[field]), `${field}, which nobody set: ${row[field]}`);
  equal((await listed(w, 'Groups', { RouterId }))[0].map((found) => found.BgpGroupId), [made, plain], 'groups of the router');

  const session = { PeerIpAddress: '1.1.1.1', IpVersion: 'IPV4', EnableBfd: true, BfdMultiHop: 10 };
  const inside = await peer(w, made, session);
  row = await one(w, 'Peers', { BgpPeerId: inside });
  const inherited = { PeerAsn: 4200000001, LocalAsn: 64512, IsFake: true, AuthKey: KEY, BgpStatus: 'Established' };
  for (const [field, value] of Object.entries({ BgpGroupId: made, RouterId, ...session, ...inherited })) {
    equal(String(row[field]), String(value), field);
  }
  const simple = await peer(w, plain);
  row = await one(w, 'Peers', { BgpPeerId: simple });
  equal([row.PeerIpAddress, row.EnableBfd, row.BfdMultiHop ?? 0], ['10.0.0.2', false, 0], 'peer of the link');

  const block = { RouterId, DstCidrBlock: '192.168.0.0/24' };
  await w.call('AddBgpNetwork', block);
  row = await available(w, 'Networks', { RouterId });
  equal([row.RouterId, row.DstCidrBlock], [RouterId, block.DstCidrBlock], 'network');
  assert.ok(blank(row.VpcId), `VpcId, which nobody set: ${row.VpcId}`);
  equal((await one(w, 'Peers', { BgpPeerId: inside })).AdvertisedRouteCount, 1, 'AdvertisedRouteCount');

  await w.call('ModifyBgpGroupAttribute', { BgpGroupId: made, Name: 'other', ClearAuthKey: true });
  row = await available(w, 'Groups', { BgpGroupId: made });
  equal(texts([row.Name, row.Description, row.PeerAsn]), ['other', written.Description, '4200000001'], 'what was changed, and what was not');
  assert.ok(blank(row.AuthKey), `a cleared key: ${row.AuthKey}`);
  await w.call('ModifyBgpPeerAttribute', { BgpPeerId: inside, BgpGroupId: plain, PeerIpAddress: '1.1.1.2', EnableBfd: false });
  row = await available(w, 'Peers', { BgpPeerId: inside });
  equal(texts([row.BgpGroupId, row.PeerIpAddress, row.EnableBfd, row.PeerAsn]), [plain, '1.1.1.2', 'false', '64600'], 'moved peer');

  await refused(400, 'DependencyViolation.BgpPeer', () => w.call('DeleteBgpGroup', { BgpGroupId: plain }));
  await refused(400, 'DependencyViolation.BgpGroup', () => w.call('DeleteVirtualBorderRouter', { VbrId: RouterId }));
  for (const BgpPeerId of [inside, simple]) {
    await w.call('DeleteBgpPeer', { BgpPeerId });
    equal(await one(w, 'Peers', { BgpPeerId }), undefined, 'peer after its deletion');
    await refused(400, 'InvalidParams.NotFound', () => w.call('DeleteBgpPeer', { BgpPeerId }));
  }
  for (const BgpGroupId of [made, plain]) {
    await w.call('DeleteBgpGroup', { BgpGroupId });
    equal(await one(w, 'Groups', { BgpGroupId }), undefined, 'group after its deletion');
  }
  await w.call('DeleteBgpNetwork', block);
  equal(await one(w, 'Networks', { RouterId }), undefined, 'network after its deletion');
  await w.call('DeleteVirtualBorderRouter', { VbrId: RouterId });
}

async function bgpRefusals(w) {
  const RouterId = await create(w, await w.enabled(), 10);
  for (const [code, changes] of [
    ['InvalidPeerAsn.Malformed', { PeerAsn: 45104 }],
    ['IllegalParam.PeerAsn', { PeerAsn: 65535 }],
    ['InvalidBgpGroup.LocalAsnInvalid', { LocalAsn: 65025 }],
    ['InvalidBgpAuthkey.Malformed', { AuthKey: 'k'.repeat(65) }],
    ['InvalidBgpName.Malformed', { Name: 'http://x' }],
    ['IllegalParam.RouteLimit', { RouteQuota: 100000 }],
    ['InvalidParams.NotFound', { RouterId: 'vbr-00000000000000000' }],
  ]) {
    const error = await refused(400, code, () => w.call('CreateBgpGroup', { RouterId, PeerAsn: 64600, ...changes }));
    assert.ok(!error.text.includes('NotFound'), `clients search messages: ${error.text}`);
  }
  equal((await listed(w, 'Groups'))[0], [], 'groups after the refusals');
  const inside = await group(w, RouterId, { AuthKey: KEY });
  for (const [code, params] of [
    ['MissingParam.EnableBfd', { BfdMultiHop: 10 }],
    ['IllegalParam.BfdMultiHop', { EnableBfd: true, BfdMultiHop: 256 }],
    ['InvalidIP.Malformed', { PeerIpAddress: '1.1.1' }],
    ['IllegalParam.PeerIpAddress', { PeerIpAddress: '10.0.0.1' }],
    ['IllegalParam.IpVersion', { IpVersion: 'IPv6', PeerIpAddress: '2001:db8::2' }],
    ['InvalidBgpGroup', { BgpGroupId: 'bgpg-00000000000000000' }],
  ]) {
    await refused(400, code, () => w.call('CreateBgpPeer', { BgpGroupId: inside, ...params }));
  }
  for (const [code, DstCidrBlock] of [
    ['InvalidDestCidrBlock.Malformed', '192.168.0.1/24'],
    ['IllegalParamFormat.DstCidrBlock', 'anywhere'],
    ['IllegalParam.ConflictWithDClass', '224.0.0.0/8'],
    ['IllegalParam.IpVersion', '2001:db8::/64'],
  ]) {
    await refused(400, code, () => w.call('AddBgpNetwork', { RouterId, DstCidrBlock }));
  }
  const block = { RouterId, DstCidrBlock: '10.9.0.0/16' };
  await w.call('AddBgpNetwork', block);
  await refused(400, 'Duplicated.CidrBlock', () => w.call('AddBgpNetwork', block));
  for (const what of ['Groups', 'Peers', 'Networks']) {
    const ask = (action, params) => w.foreign(action, params);
    equal((await listed(w, what, {}, ask))[0], [], `${what} as another tenant sees them`);
  }
  await refused(400, 'InvalidBgpGroup', () => w.foreign('DeleteBgpGroup', { BgpGroupId: inside }));
  await refused(400, 'InvalidParams.NotFound', () => w.foreign('CreateBgpGroup', { RouterId, PeerAsn: 64600 }));
}

async function pairsAndGrants(w) {
  const c = await w.enabled();
  const [VbrId, PeerVbrId] = [await create(w, c, 10), await create(w, c, 11)];
  const { VbrHaId } = await w.call('CreateVbrHa', { VbrId, PeerVbrId, Name: 'pair' });
  const row = await until(() => w.call('DescribeVbrHa', { VbrHaId }), (found) => found.Status === 'Active');
  equal([row.VbrHaId, row.VbrId, row.PeerVbrId, row.Name], [VbrHaId, VbrId, PeerVbrId, 'pair'], 'pair');
  await refused(400, 'InvalidStatus.NotAllowed', () => w.call('DeleteVirtualBorderRouter', { VbrId: PeerVbrId }));
  assert.ok(blank((await w.foreign('DescribeVbrHa', { VbrHaId })).VbrHaId), 'another tenant sees the pair');
  await w.call('DeleteVbrHa', { InstanceId: VbrHaId });
  assert.ok(blank((await w.call('DescribeVbrHa', { VbrHaId })).VbrHaId), 'the pair is still there');

  const instance = { InstanceType: 'VBR', InstanceId: VbrId };
  const grant = { ...instance, CenId: 'cen-0mj2k9x1qa4f7c0d', CenOwnerId: SECOND };
  const rules = async () => (await w.call('DescribeGrantRulesToCen', instance)).CenGrantRules.CbnGrantRule;
  equal(await rules(), [], 'grants before the first');
  await w.call('GrantInstanceToCen', grant);
  equal((await rules()).map((rule) => [rule.CenInstanceId, String(rule.CenOwnerId)]), [[grant.CenId, String(SECOND)]], 'grants');
  await w.call('RevokeInstanceFromCen', grant);
  equal(await rules(), [], 'grants after the last');
  await refused(404, 'InvalidInstanceId.NotFound', () => w.foreign('GrantInstanceToCen', grant));
}

async function failoverTest(w) {
  const vbr = await create(w, await w.enabled(), 10);
  const BgpPeerId = await peer(w, await group(w, vbr));
  const fields = { ResourceType: 'VIRTUALBORDERROUTER', ResourceId: [vbr], JobDuration: 5, Name: 'drill' };
  const { JobId } = await w.call('CreateFailoverTestJob', { JobType: 'StartLater', ...fields });
  const look = async () => (await w.call('DescribeFailoverTestJob', { JobId })).FailoverTestJobModel;
  const comes = (status) => until(look, (row) => row.Status === status);
  let row = await comes('Init');
  equal([row.ResourceId, row.ResourceType, String(row.JobDuration), row.Name], [[vbr], 'VIRTUALBORDERROUTER', '5', 'drill'], 'job');
  await w.call('UpdateFailoverTestJob', { JobId, JobDuration: 7, Description: 'by night' });
  row = await comes('Init');
  equal(texts([row.JobDuration, row.Description, row.Name]), ['7', 'by night', 'drill'], 'job after a change');
  await w.call('StartFailoverTestJob', { JobId });
  await comes('Testing');
  assert.ok(blank((await one(w, 'Peers', { BgpPeerId })).BgpStatus), 'the session under the test is up');
  await refused(400, 'IncorrectStatus.OnlyForInitOrStopped', () => w.call('DeleteFailoverTestJob', { JobId }));
  await refused(400, 'IncorrectStatus.ResourceId', () => w.call('CreateFailoverTestJob', { JobType: 'StartNow', ...fields }));
  await refused(400, 'IllegalParam.JobId', () => w.foreign('StopFailoverTestJob', { JobId }));
  await w.call('StopFailoverTestJob', { JobId });
  await comes('Stopped');
  equal((await one(w, 'Peers', { BgpPeerId })).BgpStatus, 'Established', 'session after the test');
  const found = await w.call('DescribeFailoverTestJobs', {});
  equal([found.FailoverTestJobList.map((job) => job.JobId), found.TotalCount], [[JobId], 1], 'jobs');
  assert.ok(blank(found.NextToken), `NextToken of the last page: ${found.NextToken}`);
  await w.call('DeleteFailoverTestJob', { JobId });
  await refused(400, 'IllegalParam.JobId', () => w.call('DescribeFailoverTestJob', { JobId }));
}

export const BGP = [bgpLife, bgpRefusals, pairsAndGrants, failoverTest].map(swept);
