// @alicloud/pop-core against a sandbox, by GET and by POST.

import { createRequire } from 'node:module';
import { ApiError, BILLING_VERSION, ENDPOINT, KEYS, OPERATOR_VERSION, REGION, UNKNOWN_ID, VERSION, equal, run, xmlOf } from './scenario.mjs';

const require = createRequire(import.meta.url);
const { RPCClient } = require('@alicloud/pop-core');
// The HTTP library under pop-core. Its reader is wrapped, for pop-core keeps no text it cannot parse.
const httpx = require('httpx');
const read = httpx.read;
let lastText = '';
httpx.read = async (...args) => {
  const body = await read(...args);
  lastText = body.toString();
  return body;
};

class PopCore {
  constructor(who, opts, { key, secret } = {}) {
    const config = { endpoint: ENDPOINT, accessKeyId: key ?? KEYS[who][0], accessKeySecret: secret ?? KEYS[who][1], opts };
    this.tenants = new RPCClient({ ...config, apiVersion: VERSION });
    this.operators = new RPCClient({ ...config, apiVersion: OPERATOR_VERSION });
    this.bills = new RPCClient({ ...config, apiVersion: BILLING_VERSION });
  }

  async send(client, action, params) {
    try {
      return JSON.parse(JSON.stringify(await client.request(action, params)));
    } catch (error) {
      if (!error?.code || !error.data?.Code) throw error;
      equal(error.name, `${error.code}Error`, 'name of the error');
      throw new ApiError(error.entry.response.statusCode, error.code, error.data.Message);
    }
  }

  async call(action, params) {
    return this.send(this.tenants, action, params);
  }

  async operator(action, params) {
    return this.send(this.operators, action, params);
  }

  async billing(action, params) {
    return this.send(this.bills, action, params);
  }

  // pop-core signs and sends the request, then fails to parse the answer: this is its raw text.
  async text(action, params) {
    lastText = '';
    await this.tenants.request(action, { RegionId: REGION, ...params, Format: 'XML' }).catch(() => {});
    return lastText;
  }
}

async function xml(w) {
  const c = await w.create({ Description: 'Less < than & more' });
  const only = [{ Key: 'PhysicalConnectionId', Value: [c] }];
  let texts = xmlOf(await w.tenant.text('DescribePhysicalConnections', { Filter: only }), 'DescribePhysicalConnectionsResponse');
  equal([texts('PhysicalConnectionId'), texts('TotalCount')], [[c], ['1']], 'what the XML says');
  equal(texts('Description')[0]?.replace('&gt;', '>'), 'Less &lt; than &amp; more', 'Description');
  texts = xmlOf(await w.tenant.text('CancelPhysicalConnection', { PhysicalConnectionId: UNKNOWN_ID }), 'Error');
  equal(texts('Code'), ['InvalidPhysicalConnectionId.NotFound'], 'Code');
  xmlOf(await w.tenant.text('CancelPhysicalConnection', { PhysicalConnectionId: c }), 'CancelPhysicalConnectionResponse');
  equal((await w.circuit(c)).Status, 'Canceled', 'Status');
}

// By default pop-core spells the first letter of every parameter large, so `bandwidth` arrives as
// `Bandwidth`; told not to, it sends names as they are. One pass each.
const maker = (opts) => (who, keys) => new PopCore(who, { ...opts }, keys);
await run('node-popcore', [['get', maker({ method: 'GET' })], ['post', maker({ method: 'POST', formatParams: false })]], [xml]);
