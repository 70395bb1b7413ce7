// @alicloud/vpc20160428 against a sandbox, with both of its signatures.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { ApiError, BILLING_VERSION, ENDPOINT, KEYS, OPERATOR_VERSION, REGION, UNKNOWN_ID, VERSION, equal, refused, run, unique, xmlOf } from './scenario.mjs';

const require = createRequire(import.meta.url);
const { default: VpcClient, ...models } = require('@alicloud/vpc20160428');
const { $OpenApiUtil, OpenApiUtil } = require('@alicloud/openapi-core');
const $dara = require('@darabonba/typescript');

// The SDK's error as the scenario's, with the message as the server sent it.
async function translated(act) {
  try {
    return await act();
  } catch (error) {
    if (!error?.statusCode || !error.data?.Code) throw error;
    assert.ok(error.message.includes(error.data.Message), `the message got lost: ${error.message}`);
    assert.ok(error.data.HostId, 'no HostId');
    throw new ApiError(error.statusCode, error.code, error.data.Message);
  }
}

// As plain data, without the fields a model leaves undefined.
const plain = (value) => JSON.parse(JSON.stringify(value));

class Tea {
  constructor(who, algorithm, { key, secret } = {}) {
    this.algorithm = algorithm;
    this.client = new VpcClient(new $OpenApiUtil.Config({
      accessKeyId: key ?? KEYS[who][0],
      accessKeySecret: secret ?? KEYS[who][1],
      endpoint: ENDPOINT.replace(/^https?:\/\//, ''),
      protocol: ENDPOINT.split('://')[0],
      ...(algorithm ? { signatureAlgorithm: algorithm } : {}),
    }));
  }

  // A typed request in, a typed answer out: a wrong shape loses fields here, as for a user.
  async call(action, params) {
    const request = $dara.cast(params, new models[`${action}Request`]({}));
    equal(plain(request.toMap()), params, `parameters that ${action} of this SDK knows`);
    const method = action[0].toLowerCase() + action.slice(1);
    const response = await translated(() => this.client[method](request));
    equal(response.statusCode, 200, 'status code');
    assert.ok(response.body, 'the SDK could make nothing of the body');
    return plain(response.body.toMap());
  }

  async generic(action, version, { query, body }, bodyType = 'json') {
    const params = new $OpenApiUtil.Params({
      action, version, protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType,
    });
    const request = new $OpenApiUtil.OpenApiRequest({ ...(query ? { query: OpenApiUtil.query(query) } : {}), ...(body ? { body } : {}) });
    return (await translated(() => this.client.callApi(params, request, new $dara.RuntimeOptions({})))).body;
  }

  async operator(action, params) {
    return this.generic(action, OPERATOR_VERSION, { query: params });
  }

  async billing(action, params) {
    return this.generic(action, BILLING_VERSION, { query: params });
  }
}

// The models as a user writes and reads them.
async function typedFields(w) {
  const { client } = w.tenant;
  const made = await client.createPhysicalConnection(new models.CreatePhysicalConnectionRequest({
    regionId: REGION,
    accessPointId: await w.accessPoint(),
    lineOperator: 'Equinix',
    portType: '1000Base-T',
    bandwidth: 50,
    name: unique('typed'),
    deviceAdvancedCapacity: ['BFD', 'DualStack'],
    tag: [new models.CreatePhysicalConnectionRequestTag({ key: 'by', value: 'tea' })],
  }));
  const c = made.body.physicalConnectionId;
  w.made.add(c);
  await w.until(c, 'Allocated');
  const found = await client.describePhysicalConnections(new models.DescribePhysicalConnectionsRequest({
    regionId: REGION,
    filter: [new models.DescribePhysicalConnectionsRequestFilter({ key: 'PhysicalConnectionId', value: [c] })],
    includeReservationData: true,
  }));
  equal(found.body.totalCount, 1, 'totalCount');
  const [row] = found.body.physicalConnectionSet.physicalConnectionType;
  equal([row.physicalConnectionId, row.lineOperator, row.portType, row.bandwidth], [c, 'Equinix', '1000Base-T', 50], 'fields');
  equal(row.tags.tags.map((tag) => [tag.key, tag.value]), [['by', 'tea']], 'tags');
  equal(found.headers['content-type'], 'application/json;charset=utf-8', 'content-type');
  equal(found.headers['x-acs-request-id'], found.body.requestId, 'x-acs-request-id');
}

async function formBodyAndOtherSpelling(w) {
  const Name = unique('form');
  w.names.push(Name);
  const body = { RegionId: REGION, AccessPointId: await w.accessPoint(), LineOperator: 'CO', Name, BandWidth: '70', Description: 'Plus + and space' };
  const answer = await w.tenant.generic('CreatePhysicalConnection', VERSION, { body });
  const row = await w.circuit(answer.PhysicalConnectionId);
  equal([row.Bandwidth, row.Description, row.Name], [70, 'Plus + and space', Name], 'what the form held');
}

async function xml(w) {
  const c = await w.create();
  const query = { RegionId: REGION, Format: 'XML', Filter: [{ Key: 'PhysicalConnectionId', Value: [c] }] };
  const text = await w.tenant.generic('DescribePhysicalConnections', VERSION, { query }, 'string');
  const texts = xmlOf(text, 'DescribePhysicalConnectionsResponse');
  equal([texts('PhysicalConnectionId'), texts('TotalCount')], [[c], ['1']], 'what the XML says');
  if (!w.tenant.algorithm) { // with the other signature this SDK reads errors as JSON only
    const wrong = { RegionId: REGION, Format: 'XML', PhysicalConnectionId: UNKNOWN_ID };
    await refused(404, 'InvalidPhysicalConnectionId.NotFound', () => w.tenant.generic('CancelPhysicalConnection', VERSION, { query: wrong }, 'string'));
  }
}

const maker = (algorithm) => (who, keys) => new Tea(who, algorithm, keys);
await run('node-tea', [['acs3', maker(undefined)], ['rpc', maker('v2')]], [typedFields, formBodyAndOtherSpelling, xml]);
