// What every Node.js client must see of a sandbox: one list of tests, run through each client.
//
// A client is an object with `call(action, params)` for the tenant's API and
// `operator(action, params)` and `billing(action, params)` for the other two versions; parameters
// carry their wire names. All throw `ApiError` for a refusal. The sandbox is to run on the system clock with its autopilot on.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BUSINESS } from './business.mjs';
import { BGP } from './bgp.mjs';
import { INTERFACES } from './interfaces.mjs';
import { ROUTERS } from './routers.mjs';
import { SHARED } from './shared.mjs';

// The server is on this machine, so no proxy may come between.
for (const variable of ['http_proxy', 'https_proxy', 'all_proxy']) {
  delete process.env[variable];
  delete process.env[variable.toUpperCase()];
}

export const ENDPOINT = (process.env.CROSSCONNECT_ENDPOINT ?? 'http://127.0.0.1:8480').replace(/\/+$/, '');
export const REGION = 'cn-hangzhou';
export const VERSION = '2016-04-28';
export const OPERATOR_VERSION = '2026-11-01';
export const UNKNOWN_ID = 'pc-00000000000000000';
export const BILLING_VERSION = '2017-12-14';
export const TENANT = '1234567890123456';
export const KEYS = {
  tenant: ['testak', 'testsk'],
  stranger: ['testak2', 'testsk2'],
  operator: ['operatorak', 'operatorsk'],
};

const UUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const PORT_NUMBER = /^\d+\/\d+\/\d+$/;
// The statuses that count against the quota of circuits not yet in service
const WAITING = ['Initial', 'Approved', 'Allocating', 'Allocated', 'Confirmed'];
const FREE_CIRCUITS = 5;

// A client's own wait between two looks, and how often it looks before it gives up
const LOOKS = 50;
const PAUSE_MS = 200;

export class ApiError extends Error {
  constructor(status, code, message) {
    super(`${status} ${code}: ${message}`);
    this.status = status;
    this.code = code;
    this.text = message;
  }
}

export function equal(found, wanted, what) {
  assert.deepEqual(found, wanted, `${what}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
}

// The act must be refused with this status and code; returns the error.
export async function refused(status, code, act) {
  let answer;
  try {
    answer = await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    equal([error.status, error.code], [status, code], 'refusal');
    return error;
  }
  throw new Error(`expected ${status} ${code}, but it was answered ${JSON.stringify(answer)}`);
}

// What a caller can tell from an answer, its request id aside.
async function outcome(act) {
  try {
    const { RequestId: _, ...rest } = await act();
    return ['answered', rest];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return ['refused', error.status, error.code, error.text];
  }
}

const blank = (value) => value === undefined || value === null || value === '';
const sorted = (list) => [...list].sort();
export const unique = (stem) => `${stem}-${randomBytes(5).toString('hex')}`;

// What holds for every success.
export function answered(answer) {
  assert.ok(answer && typeof answer === 'object', `the client found no body: ${answer}`);
  assert.match(answer.RequestId ?? '', UUID, `RequestId: ${answer.RequestId}`);
  assert.ok(!('Code' in answer), `a success carries a Code: ${JSON.stringify(answer)}`);
  return answer;
}

// An XML answer as far as these tests read it: its root element, and the texts of one element.
export function xmlOf(text, root) {
  assert.match(text, new RegExp(`^(<\\?xml[^>]*\\?>\\s*)?<${root}>`), `root element of ${text}`);
  assert.ok(text.trimEnd().endsWith(`</${root}>`), `end of ${text}`);
  const texts = (name) => [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1]);
  assert.match(texts('RequestId')[0] ?? '', UUID, `RequestId in ${text}`);
  return texts;
}

// One client of the tenant, one of the stranger, and what they made.
class World {
  constructor(make) {
    this.make = make;
    this.tenant = make('tenant');
    this.stranger = make('stranger');
    this.operator = make('operator');
    this.made = new Set();
    this.names = [];
  }

  async call(action, params = {}) {
    return answered(await this.tenant.call(action, { RegionId: REGION, ...params }));
  }

  async foreign(action, params = {}) {
    return answered(await this.stranger.call(action, { RegionId: REGION, ...params }));
  }

  async operate(action, params = {}) {
    return answered(await this.operator.operator(action, params));
  }

  async on(action, id, params = {}) {
    return this.call(action, { PhysicalConnectionId: id, ...params });
  }

  async accessPoint(status = 'recommended') {
    const answer = await this.call('DescribeAccessPoints', { PageSize: 50 });
    const found = answer.AccessPointSet.AccessPointType.find((point) => point.Status === status);
    assert.ok(found, `no access point of ${REGION} is ${status}`);
    return found.AccessPointId;
  }

  async create(params = {}) {
    const fields = { LineOperator: 'CO', Name: unique('circuit'), PortType: '1000Base-LX', ...params };
    fields.AccessPointId ??= await this.accessPoint();
    this.names.push(fields.Name);
    const id = (await this.call('CreatePhysicalConnection', fields)).PhysicalConnectionId;
    assert.match(id ?? '', /^pc-/, `not a circuit id: ${id}`);
    this.made.add(id);
    return id;
  }

  async list(filters = {}, params = {}) {
    const Filter = Object.entries(filters).map(([Key, Value]) => ({ Key, Value }));
    const answer = await this.call('DescribePhysicalConnections', { ...(Filter.length ? { Filter } : {}), ...params });
    const rows = answer.PhysicalConnectionSet?.PhysicalConnectionType;
    assert.ok(Array.isArray(rows), `not a list: ${JSON.stringify(answer)}`);
    return [rows, answer];
  }

  async ids(filters, params) {
    return (await this.list(filters, params))[0].map((row) => row.PhysicalConnectionId);
  }

  async find(id) {
    const [rows, answer] = await this.list({ PhysicalConnectionId: [id] });
    equal(answer.TotalCount, rows.length, 'TotalCount of one id');
    assert.ok(rows.length <= 1, `one id, several rows: ${JSON.stringify(rows)}`);
    if (rows.length) equal(rows[0].PhysicalConnectionId, id, 'id filtered for');
    return rows[0];
  }

  async circuit(id) {
    const row = await this.find(id);
    assert.ok(row, `${id} is not listed`);
    return row;
  }

  // Looks again, as a client would, until the circuit has the status.
  async until(id, status) {
    let row;
    for (let look = 0; look < LOOKS; look += 1) {
      row = await this.circuit(id);
      if (row.Status === status) return row;
      await pause(PAUSE_MS);
    }
    throw new Error(`${id} stays ${row.Status}, expected ${status}`);
  }

  async enabled(params) {
    const id = await this.create(params);
    await this.until(id, 'Allocated');
    await this.on('ConfirmPhysicalConnection', id);
    await this.until(id, 'Confirmed');
    await this.on('EnablePhysicalConnection', id);
    await this.until(id, 'Enabled');
    return id;
  }

  async delete(id) {
    await this.on('DeletePhysicalConnection', id);
    equal(await this.find(id), undefined, 'circuit after its deletion');
    this.made.delete(id);
  }

  // Takes every circuit that is left from wherever it is to deleted.
  async clean() {
    const names = this.names.splice(0);
    const left = new Set(this.made);
    this.made.clear();
    for (const name of names) for (const id of await this.ids({ Name: [name] })) left.add(id);
    for (const id of left) {
      let status = (await this.find(id))?.Status;
      if (status === undefined) continue;
      if (status === 'Allocating') status = (await this.until(id, 'Allocated')).Status;
      if (WAITING.includes(status)) await this.on('CancelPhysicalConnection', id);
      if (status === 'Enabled') await this.on('TerminatePhysicalConnection', id);
      if (status === 'Enabled' || status === 'Terminating') await this.until(id, 'Terminated');
      await this.delete(id);
    }
  }
}

// The tests

async function regionsAndZones(w) {
  for (const [language, wanted] of [['en-US', 'China (Hangzhou)'], ['zh-CN', '华东1（杭州）']]) {
    const answer = answered(await w.tenant.call('DescribeRegions', { AcceptLanguage: language }));
    const rows = answer.Regions.Region;
    assert.ok(rows.length >= 8, `too few regions: ${JSON.stringify(rows)}`);
    equal(rows.find((row) => row.RegionId === REGION)?.LocalName, wanted, `name in ${language}`);
    assert.ok(rows.every((row) => row.RegionEndpoint), 'a region without endpoint');
  }
  const zones = (await w.call('DescribeZones')).Zones.Zone;
  assert.ok(zones.length >= 2, `too few zones: ${JSON.stringify(zones)}`);
  assert.ok(zones.every((zone) => zone.ZoneId.startsWith(REGION)), `foreign zone: ${JSON.stringify(zones)}`);
}

async function accessPoints(w) {
  const answer = await w.call('DescribeAccessPoints', { PageSize: 50, AcceptLanguage: 'en-US' });
  const points = answer.AccessPointSet.AccessPointType;
  equal(answer.TotalCount, points.length, 'TotalCount');
  const open = points.filter((point) => ['recommended', 'hot'].includes(point.Status));
  assert.ok(open.length >= 2, `too few open access points: ${JSON.stringify(points)}`);
  equal(new Set(open.map((point) => point.Location)).size, open.length, 'buildings of the open access points');
  for (const point of points) {
    equal([point.AttachedRegionNo, point.Type], [REGION, 'VPC'], 'AttachedRegionNo and Type');
    for (const field of ['AccessPointId', 'Name', 'Location', 'HostOperator']) {
      assert.ok(point[field], `${field} is empty in ${JSON.stringify(point)}`);
    }
    const features = point.AccessPointFeatureModels?.AccessPointFeatureModel;
    assert.ok(Array.isArray(features), `not a list of features: ${JSON.stringify(point)}`);
    assert.ok(features.every((row) => row.FeatureKey && row.FeatureValue), JSON.stringify(features));
  }
  const first = await w.call('DescribeAccessPoints', { PageSize: 1, PageNumber: 1 });
  equal([first.AccessPointSet.AccessPointType.length, first.TotalCount], [1, points.length], 'a page of one');
}

async function serviceIsOpen(w) {
  equal((await w.call('GetPhysicalConnectionServiceStatus')).Enabled, true, 'Enabled');
  await refused(400, 'InvalidOperation.OrderOpened', () => w.call('OpenPhysicalConnectionService'));
}

async function life(w) {
  const written = {
    AccessPointId: await w.accessPoint(),
    LineOperator: 'CU',
    PortType: '10GBase-LR',
    Type: 'VPC',
    Name: unique('life'),
    Description: "First line, 第一条 * ~ (+) 100% it's!",
    PeerLocation: 'Room 7, 12 Reed Street & Co.',
    CircuitCode: 'longtel-001',
  };
  const c = await w.create({ ...written, bandwidth: 1000 });
  const row = await w.until(c, 'Allocated');
  for (const [field, value] of Object.entries(written)) equal(row[field], value, field);
  equal([row.Bandwidth, row.BusinessStatus, row.HasReservationData, row.Spec], [1000, 'Normal', 'false', '10G'], 'derived fields');
  assert.match(row.CreationTime, UTC, `CreationTime: ${row.CreationTime}`);
  assert.match(row.PortNumber ?? '', PORT_NUMBER, `PortNumber: ${row.PortNumber}`);
  assert.ok(row.AdLocation, 'AdLocation is empty once a port is reserved');
  for (const field of ['EnabledTime', 'EndTime', 'LoaStatus', 'ChargeType', 'RedundantPhysicalConnectionId']) {
    assert.ok(blank(row[field]), `${field} before its time: ${row[field]}`);
  }

  const name = unique('renamed');
  w.names.push(name);
  await w.on('ModifyPhysicalConnectionAttribute', c, { bandwidth: 2000, Name: name });
  equal(await w.circuit(c), { ...row, Bandwidth: 2000, Name: name }, 'circuit after a change of two fields');
  await w.on('ModifyPhysicalConnectionAttribute', c, { Description: '' });
  assert.ok(blank((await w.circuit(c)).Description), 'an empty value must clear the description');

  await refused(400, 'Forbidden.NotAllowedInState', () => w.on('EnablePhysicalConnection', c));
  await refused(400, 'Forbidden.NotAllowedInState', () => w.on('TerminatePhysicalConnection', c));
  equal((await w.circuit(c)).Status, 'Allocated', 'Status after two refusals');

  await w.on('ConfirmPhysicalConnection', c);
  assert.ok(blank((await w.until(c, 'Confirmed')).EnabledTime), 'EnabledTime before it is enabled');
  await refused(400, 'IncorrectStatus.PhysicalConnection', () => w.on('ConfirmPhysicalConnection', c));

  await w.on('EnablePhysicalConnection', c);
  const enabled = await w.until(c, 'Enabled');
  assert.match(enabled.EnabledTime ?? '', UTC, `EnabledTime: ${enabled.EnabledTime}`);
  equal(enabled.PortNumber, row.PortNumber, 'PortNumber once enabled');
  await w.on('EnablePhysicalConnection', c);
  equal(await w.circuit(c), enabled, 'circuit after a second enable');

  await w.on('TerminatePhysicalConnection', c);
  const status = (await w.circuit(c)).Status;
  assert.ok(['Terminating', 'Terminated'].includes(status), `Status after terminate: ${status}`);
  await w.until(c, 'Terminated');
  await refused(400, 'InvalidStatus', () => w.on('ModifyPhysicalConnectionAttribute', c, { Name: unique('late') }));
  await w.delete(c);
  await refused(404, 'InvalidPhysicalConnectionId.NotFound', () => w.on('DeletePhysicalConnection', c));
  const [rows, answer] = await w.list({ PhysicalConnectionId: [c] });
  equal([rows, answer.TotalCount], [[], 0], 'list after the deletion');
}

async function cancel(w) {
  const c = await w.create();
  await w.until(c, 'Allocated');
  await w.on('CancelPhysicalConnection', c);
  equal((await w.circuit(c)).Status, 'Canceled', 'Status');
  await refused(400, 'Forbidden.NotAllowedInState', () => w.on('CancelPhysicalConnection', c));
  equal((await w.circuit(c)).Status, 'Canceled', 'Status after a second cancel');
  await w.delete(c);
}

async function filters(w) {
  const one = await w.create({ Name: unique('filter') });
  const two = await w.create({ Name: unique('filter'), PortType: '10GBase-LR' });
  const first = await w.until(one, 'Allocated');
  const second = await w.until(two, 'Allocated');
  const PhysicalConnectionId = [one, two];
  const both = sorted(PhysicalConnectionId);
  equal(await w.ids({ PhysicalConnectionId: [one] }), [one], 'by id');
  equal(sorted(await w.ids({ PhysicalConnectionId })), both, 'values are alternatives');
  equal(await w.ids({ PhysicalConnectionId, Name: [second.Name] }), [two], 'filters must all match');
  equal(await w.ids({ PhysicalConnectionId, Spec: ['10G'] }), [two], 'by Spec');
  equal(sorted(await w.ids({ PhysicalConnectionId, Status: ['Allocated', 'Enabled'] })), both, 'by Status');
  equal(await w.ids({ PhysicalConnectionId, Status: ['Enabled'] }), [], 'by another Status');
  const four = { PhysicalConnectionId, AccessPointId: [first.AccessPointId], Type: ['VPC'], LineOperator: ['CO'] };
  equal(sorted(await w.ids(four)), both, 'four filters');
  const [rows, answer] = await w.list({ PhysicalConnectionId, Name: [unique('nobody')] });
  equal([rows, answer.TotalCount], [[], 0], 'a value that matches nothing');
  await refused(404, 'InvalidFilterKey.ValueNotSupported', () => w.list({ Colour: ['blue'] }));
}

async function pages(w) {
  const made = [];
  for (let n = 0; n < 3; n += 1) made.push(await w.create({ Name: unique('page') }));
  const names = { Name: w.names.slice(-3) };
  const seen = [];
  for (const [number, wanted] of [[1, 2], [2, 1], [3, 0], [99, 0]]) {
    const [rows, answer] = await w.list(names, { PageSize: 2, PageNumber: number });
    equal(rows.length, wanted, `rows of page ${number}`);
    equal([answer.TotalCount, answer.PageNumber, answer.PageSize], [3, number, 2], 'counts');
    seen.push(...rows.map((row) => row.PhysicalConnectionId));
  }
  equal(sorted(seen), sorted(made), 'every circuit once over all pages');
  const [rows, answer] = await w.list(names);
  equal([answer.PageNumber, answer.PageSize], [1, 10], 'defaults');
  equal(rows.map((row) => row.PhysicalConnectionId), seen, 'order is the same on one page');
  equal((await w.list(names, { PageSize: 51 }))[1].PageSize, 50, 'PageSize above its limit');
}

async function refusals(w) {
  const c = await w.enabled();
  const before = await w.circuit(c);
  await refused(400, 'Forbidden.NotAllowedInState', () => w.on('CancelPhysicalConnection', c));
  await refused(400, 'Forbidden.NotAllowedInState', () => w.on('DeletePhysicalConnection', c));
  await refused(400, 'InvalidBandwidth', () => w.on('ModifyPhysicalConnectionAttribute', c, { bandwidth: 1 }));
  await refused(400, 'InvalidName.Malformed', () => w.on('ModifyPhysicalConnectionAttribute', c, { Name: 'http://x' }));
  equal(await w.circuit(c), before, 'circuit after four refusals');
  for (const verb of ['Cancel', 'Enable', 'Terminate', 'Delete']) {
    const error = await refused(404, 'InvalidPhysicalConnectionId.NotFound', () => w.on(`${verb}PhysicalConnection`, UNKNOWN_ID));
    equal(error.text, 'The PhysicalConnectionId provided does not exist in our records.', 'message');
  }
  await refused(400, 'InvalidPhysicalConnectionId.NotFound', () => w.on('ConfirmPhysicalConnection', UNKNOWN_ID));
  const Name = unique('never');
  const order = { AccessPointId: await w.accessPoint(), LineOperator: 'CO', PortType: '1000Base-LX', Name };
  for (const [change, code] of [
    [{ AccessPointId: await w.accessPoint('full') }, 'InvalidAccessPointId.NotEnabled'],
    [{ AccessPointId: await w.accessPoint('disabled') }, 'InvalidAccessPointId.NotEnabled'],
    [{ AccessPointId: 'ap-nowhere' }, 'ResourceNotFound.AccessPointId'],
    [{ PortType: '1000Base-X' }, 'InvalidPortType.Malformd'],
    [{ LineOperator: 'XX' }, 'InvalidLineOperator.Malformd'],
    [{ bandwidth: 10241 }, 'InvalidBandwidth'],
    [{ LineOperator: undefined }, 'MissingParameter'],
    [{ RedundantPhysicalConnectionId: UNKNOWN_ID }, 'InvalidRedundantPhysicalConnectionId.NotFound'],
    [{ ClientToken: 't'.repeat(65) }, 'IllegalParam.ClientToken'],
  ]) {
    const fields = { ...order, ...change };
    for (const field of Object.keys(fields)) if (fields[field] === undefined) delete fields[field];
    await refused(400, code, () => w.call('CreatePhysicalConnection', fields));
  }
  equal(await w.ids({ Name: [Name] }), [], 'circuits left by refused orders');
  await refused(404, 'InvalidRegionId.NotFound', () => w.tenant.call('DescribePhysicalConnections', { RegionId: 'cn-nowhere' }));
}

async function wrongKeys(w) {
  const liar = w.make('tenant', { secret: 'not-the-secret' });
  const error = await refused(400, 'SignatureDoesNotMatch', () => liar.call('DescribePhysicalConnections', { RegionId: REGION }));
  assert.match(error.text, /server string to sign is:\S/, `message: ${error.text}`);
  const ghost = w.make('tenant', { key: 'nobodysak' });
  await refused(404, 'InvalidAccessKeyId.NotFound', () => ghost.call('DescribePhysicalConnections', { RegionId: REGION }));
}

async function tokenReplay(w) {
  const order = { AccessPointId: await w.accessPoint(), Name: unique('token'), ClientToken: unique('tok'), bandwidth: 200 };
  const c = await w.create(order);
  equal(await w.create(order), c, 'id of the replay');
  const row = await w.until(c, 'Allocated');
  equal(await w.create(order), c, 'id of a late replay');
  await refused(400, 'IdempotentParameterMismatch', () => w.create({ ...order, bandwidth: 300 }));
  equal(await w.ids({ Name: [order.Name] }), [c], 'circuits of that name');
  equal(await w.circuit(c), row, 'circuit after the replays');
  const other = await w.create({ ...order, ClientToken: unique('tok') });
  assert.notEqual(other, c, 'another token must make another circuit');
}

async function twins(w) {
  const order = { RegionId: REGION, AccessPointId: await w.accessPoint(), LineOperator: 'CO', PortType: '1000Base-LX', Name: unique('twin'), ClientToken: unique('tok') };
  w.names.push(order.Name);
  const clients = [1, 2, 3, 4].map(() => w.make('tenant'));
  const found = await Promise.all(clients.map((client) => outcome(() => client.call('CreatePhysicalConnection', order))));
  for (const one of found) equal(one, found[0], 'twins');
  equal(found[0][0], 'answered', 'twins');
  equal(await w.ids({ Name: [order.Name] }), [found[0][1].PhysicalConnectionId], 'circuits of that name');
}

// An object without tags may come with an empty list or, from some clients, without one.
const tagsOf = (row) => Object.fromEntries((row.Tags?.tags ?? []).map((tag) => [tag.Key, tag.Value]));

async function tags(w) {
  const team = unique('team');
  const c = await w.create({ Tag: [{ Key: 'team', Value: team }, { Key: 'cost', Value: '42' }] });
  const plain = await w.create();
  equal(tagsOf(await w.circuit(c)), { team, cost: '42' }, 'tags set at creation');
  equal(tagsOf(await w.circuit(plain)), {}, 'tags of a circuit without any');
  equal(await w.ids({}, { Tags: [{ Key: 'team', Value: team }] }), [c], 'by tag');
  equal(await w.ids({}, { Tags: [{ Key: 'team', Value: unique('team') }] }), [], 'by another value');

  const ResourceType = 'PHYSICALCONNECTION';
  const more = [{ Key: 'cost', Value: '43' }, { Key: 'env', Value: 'a b+c' }];
  await w.call('TagResources', { ResourceType, ResourceId: [c, plain], Tag: more });
  equal(tagsOf(await w.circuit(c)), { team, cost: '43', env: 'a b+c' }, 'tags after TagResources');
  equal(tagsOf(await w.circuit(plain)), { cost: '43', env: 'a b+c' }, 'tags of the other');

  const listed = async (params) => {
    const rows = (await w.call('ListTagResources', { ResourceType, ...params })).TagResources.TagResource;
    for (const row of rows) equal(row.ResourceType.toUpperCase(), ResourceType, 'ResourceType');
    return rows.map((row) => [row.ResourceId, row.TagKey, row.TagValue].join(' ')).sort();
  };
  equal(await listed({ ResourceId: [c] }), [`${c} cost 43`, `${c} env a b+c`, `${c} team ${team}`], 'tags by id');
  assert.ok((await listed({ Tag: [{ Key: 'team', Value: team }] })).includes(`${c} team ${team}`), 'circuits by tag');
  await refused(404, 'InvalidResourceId.NotFound', () => w.call('TagResources', { ResourceType, ResourceId: [UNKNOWN_ID], Tag: more }));

  await w.call('UnTagResources', { ResourceType, ResourceId: [c], TagKey: ['cost', 'absent'] });
  equal(tagsOf(await w.circuit(c)), { team, env: 'a b+c' }, 'tags after UnTagResources');
  await w.call('UnTagResources', { ResourceType, ResourceId: [c], All: true });
  equal(tagsOf(await w.circuit(c)), {}, 'tags after all were removed');
  equal(await w.ids({}, { Tags: [{ Key: 'team', Value: team }] }), [], 'by a tag that is gone');
  equal(tagsOf(await w.circuit(plain)), { cost: '43', env: 'a b+c' }, 'tags of the other, untouched');
}

async function secondTenant(w) {
  const c = await w.create({ Tag: [{ Key: 'owner', Value: 'first' }] });
  const before = await w.until(c, 'Allocated');
  const answer = await w.foreign('DescribePhysicalConnections', { Filter: [{ Key: 'PhysicalConnectionId', Value: [c] }] });
  equal([answer.PhysicalConnectionSet.PhysicalConnectionType, answer.TotalCount], [[], 0], 'what the stranger sees by id');
  const all = await w.foreign('DescribePhysicalConnections', { PageSize: 50 });
  assert.ok(!JSON.stringify(all).includes(c), "the stranger's list has the circuit");
  const same = async (action, mine, none, mustRefuse) => {
    const found = await outcome(() => w.foreign(action, mine));
    if (mustRefuse) equal(found[0], 'refused', `${action} by a stranger`);
    equal(found, await outcome(() => w.foreign(action, none)), `${action}: another's circuit must answer as an unknown one`);
  };
  for (const verb of ['Cancel', 'Confirm', 'Enable', 'Terminate', 'Delete']) {
    await same(`${verb}PhysicalConnection`, { PhysicalConnectionId: c }, { PhysicalConnectionId: UNKNOWN_ID }, true);
  }
  const Name = unique('stolen');
  await same('ModifyPhysicalConnectionAttribute', { PhysicalConnectionId: c, Name }, { PhysicalConnectionId: UNKNOWN_ID, Name }, true);
  for (const [action, params] of [
    ['TagResources', { Tag: [{ Key: 'owner', Value: 'second' }] }],
    ['UnTagResources', { All: true }],
    ['ListTagResources', {}],
  ]) {
    const fields = { ResourceType: 'PHYSICALCONNECTION', ...params };
    await same(action, { ...fields, ResourceId: [c] }, { ...fields, ResourceId: [UNKNOWN_ID] }, false);
  }
  equal(await w.circuit(c), before, 'circuit after the stranger tried');
}

async function quota(w) {
  const waiting = async () => (await w.list({ Status: WAITING }))[1].TotalCount;
  const left = FREE_CIRCUITS - (await waiting());
  assert.ok(left > 0, `${FREE_CIRCUITS - left} circuits of the tenant wait already; none should be left over`);
  const made = [];
  for (let n = 0; n < left; n += 1) made.push(await w.create({ Name: unique('quota') }));
  const Name = unique('sixth');
  await refused(400, 'QuotaExceeded.freePconnPerAP', () => w.create({ Name }));
  equal(await w.ids({ Name: [Name] }), [], 'a refused circuit');
  equal(await waiting(), FREE_CIRCUITS, 'waiting circuits');
  await w.until(made[0], 'Allocated');
  await w.on('CancelPhysicalConnection', made[0]);
  await w.create({ Name });
  equal((await w.ids({ Name: [Name] })).length, 1, 'a circuit in the place of a canceled one');
}

// The entry of the work queue about this circuit, however deep it lies.
async function queueEntry(w, id) {
  const within = (value) => {
    if (value === null || typeof value !== 'object') return undefined;
    const parts = Object.values(value);
    if (!Array.isArray(value) && parts.includes(id)) return value;
    for (const part of parts) {
      const found = within(part);
      if (found) return found;
    }
    return undefined;
  };
  for (let page = 1; page <= 20; page += 1) {
    const found = within(await w.operate('DescribeWorkQueue', { PageSize: 50, PageNumber: page }));
    if (found) return found;
  }
  throw new Error(`the work queue does not show ${id}`);
}

async function reviewByAPerson(w) {
  await refused(403, 'Forbidden.RAM', () => w.tenant.operator('DescribeWorkQueue', {}));
  const rule = { AccountId: TENANT, Step: 'review', DelaySeconds: 0 };
  await w.operate('SetAutopilot', { ...rule, Outcome: 'leave' });
  try {
    const c = await w.create();
    const target = { PhysicalConnectionId: c };
    equal((await w.circuit(c)).Status, 'Initial', 'Status while nobody has reviewed it');
    const moves = JSON.stringify(await queueEntry(w, c));
    for (const move of ['ApprovePhysicalConnection', 'RejectPhysicalConnection']) {
      assert.ok(moves.includes(move), `${move} is no legal move in ${moves}`);
    }
    await refused(400, 'MissingParameter', () => w.operate('RejectPhysicalConnection', target));
    equal((await w.circuit(c)).Status, 'Initial', 'Status after a rejection without a reason');

    await w.operate('RejectPhysicalConnection', { ...target, Reason: 'No duct into that building' });
    equal((await w.circuit(c)).Status, 'Rejected', 'Status after the rejection');
    await w.on('ModifyPhysicalConnectionAttribute', c, { PeerLocation: 'The next building', bandwidth: 500 });
    const filed = await w.circuit(c);
    equal([filed.Status, filed.PeerLocation, filed.Bandwidth], ['Initial', 'The next building', 500], 'application filed again');
    await queueEntry(w, c);
    await w.operate('ApprovePhysicalConnection', target);
    const row = await w.until(c, 'Allocated');
    assert.match(row.PortNumber ?? '', PORT_NUMBER, `PortNumber: ${row.PortNumber}`);
  } finally {
    await w.operate('SetAutopilot', { ...rule, Outcome: 'do' });
  }
  await w.until(await w.create(), 'Allocated');
}

const TESTS = [
  regionsAndZones,
  accessPoints,
  serviceIsOpen,
  life,
  cancel,
  filters,
  pages,
  refusals,
  wrongKeys,
  tokenReplay,
  twins,
  tags,
  secondTenant,
  quota,
  reviewByAPerson,
];

// Runs every test in each pass (a label and a maker of clients), prints the count, exits.
export async function run(title, passes, extra = []) {
  let passed = 0;
  let failed = 0;
  for (const [label, make] of passes) {
    const w = new World(make);
    for (const test of [...TESTS, ...BUSINESS, ...ROUTERS, ...INTERFACES, ...BGP, ...SHARED, ...extra]) {
      const name = `${title} ${label} ${test.name}`;
      const problems = [];
      for (const [what, act] of [['', () => test(w)], ['cleaning up: ', () => w.clean()]]) {
        try {
          await act();
        } catch (error) { // a broken client counts as a failed test, too
          console.error(error?.stack ?? error);
          problems.push(what + (error?.message ?? error));
        }
      }
      if (problems.length) {
        failed += 1;
        console.error(`FAILED ${name}: ${problems.join('; ')}`);
      } else {
        passed += 1;
        console.log(`ok ${name}`);
      }
    }
  }
  // Clients keep connections open, so the process would linger; the count is out before it ends.
  process.stdout.write(`${title}: ${passed} passed, ${failed} failed\n`, () => process.exit(failed ? 1 : 0));
}
