// A first session with the official Node.js core: npm install @alicloud/pop-core
import Core from '@alicloud/pop-core';

const client = new Core({
  accessKeyId: 'testak',
  accessKeySecret: 'testsk',
  endpoint: 'http://127.0.0.1:8480',
  apiVersion: '2016-04-28',
});
const region = { RegionId: 'cn-hangzhou' };
const call = (action, params) => client.request(action, { ...region, ...params }, { method: 'POST' });

const points = await call('DescribeAccessPoints', {});
const point = points.AccessPointSet.AccessPointType[0].AccessPointId;

const { PhysicalConnectionId: circuit } = await call('CreatePhysicalConnection', {
  AccessPointId: point,
  LineOperator: 'CT',
  PortType: '10GBase-LR',
  Bandwidth: 1000,
  Name: 'first-circuit',
});

const show = async () => {
  const filter = { 'Filter.1.Key': 'PhysicalConnectionId', 'Filter.1.Value.1': circuit };
  const answer = await call('DescribePhysicalConnections', filter);
  const [row] = answer.PhysicalConnectionSet.PhysicalConnectionType;
  console.log(row.PhysicalConnectionId, row.Status, row.PortNumber, row.AdLocation);
};

await show(); // Allocated: the autopilot has reviewed it and reserved a port
await call('ConfirmPhysicalConnection', { PhysicalConnectionId: circuit });
await call('EnablePhysicalConnection', { PhysicalConnectionId: circuit });
await show(); // Enabled

try {
  await call('CancelPhysicalConnection', { PhysicalConnectionId: circuit });
} catch (refusal) {
  console.log(refusal.code); // Forbidden.NotAllowedInState
}
