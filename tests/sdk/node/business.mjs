// Letters of authorization, orders and money, as every Node.js client must see them. Each test takes the steps it is
// about from the autopilot first, so that every state can be looked at.

import assert from 'node:assert/strict';
import { TENANT, UNKNOWN_ID, equal, refused, unique } from './scenario.mjs';

// The autopilot leaves these steps of the tenant alone while the act runs.
async function leftToPeople(w, steps, act) {
  const rule = (Step, Outcome) => w.operate('SetAutopilot', { AccountId: TENANT, Step, Outcome, DelaySeconds: 0 });
  try {
    for (const step of steps) await rule(step, 'leave');
    await act();
  } finally {
    for (const step of steps) await rule(step, 'do');
  }
}

const engineer = (number, changes = {}) => ({
  PMCertificateNo: `33010019900101${String(number).padStart(4, '0')}`,
  PMCertificateType: 'Passport',
  PMContactInfo: `1380000${String(number).padStart(4, '0')}`,
  PMGender: number % 2 ? 'Female' : 'Male',
  PMName: `工程师 ${number}`,
  ...changes,
});

const application = (c, changes = {}) => ({
  InstanceId: c,
  CompanyName: '示例公司 Example Co.',
  ConstructionTime: '2030-01-31T08:00:00Z',
  LineType: 'FIBRE',
  Si: 'Reed & Sons Cabling',
  PMInfo: [engineer(1), engineer(2)],
  ...changes,
});

const letterOf = async (w, c) => (await w.call('DescribePhysicalConnectionLOA', { InstanceId: c })).PhysicalConnectionLOAType;

async function letter(w) {
  await leftToPeople(w, ['letter-review', 'letter-issue', 'construction'], async () => {
    const c = await w.create();
    const target = { PhysicalConnectionId: c };
    await w.until(c, 'Allocated');
    const PMInfo = Array.from({ length: 16 }, (_, index) => engineer(index + 1));
    await w.call('ApplyPhysicalConnectionLOA', application(c, { PMInfo, ClientToken: unique('loa') }));
    let shown = await letterOf(w, c);
    equal([shown.Status, shown.InstanceId, shown.SI], ['Applying', c, 'Reed & Sons Cabling'], 'letter');
    equal(shown.PMInfo.PMInfo, PMInfo, 'engineers');
    equal((await w.circuit(c)).LoaStatus, 'Applying', 'LoaStatus');
    await refused(400, 'OperationUnsupported.SkipConstruction', () => w.on('ConfirmPhysicalConnection', c));

    await w.operate('RejectPhysicalConnectionLOA', { ...target, Reason: 'The building is closed that week' });
    shown = await letterOf(w, c);
    equal([shown.Status, shown.Description], ['Rejected', 'The building is closed that week'], 'refusal');
    await w.call('SecondApplyPhysicalConnectionLOA', application(c, { LineType: 'MSTP' }));
    await w.operate('ApprovePhysicalConnectionLOA', target);
    await w.operate('IssuePhysicalConnectionLOA', target);
    shown = await letterOf(w, c);
    equal([shown.Status, shown.LineType], ['Available', 'MSTP'], 'letter once issued');
    const file = await fetch(shown.LoaUrl);
    equal([file.status, file.headers.get('content-type')], [200, 'application/pdf'], 'file');
    equal(Buffer.from(await file.arrayBuffer()).subarray(0, 5).toString(), '%PDF-', 'beginning of the file');
    const forged = await fetch(shown.LoaUrl.replace(/expires=(\d)/, (_, digit) => `expires=${(Number(digit) + 1) % 10}`));
    equal(forged.status, 404, 'a link whose expiry was changed');
    await forged.arrayBuffer();

    const line = { LineCode: 'CT-0001', LineServiceProvider: 'China Telecom' };
    await w.call('CompletePhysicalConnectionLOA', { InstanceId: c, FinishWork: false, ...line });
    shown = await letterOf(w, c);
    equal([shown.Status, shown.LineCode, shown.LineServiceProvider], ['Available', line.LineCode, line.LineServiceProvider], 'line data');
    await w.call('CompletePhysicalConnectionLOA', { InstanceId: c, FinishWork: true });
    equal((await letterOf(w, c)).Status, 'Completing', 'Status once reported complete');
    await refused(400, 'OperationDenied.LOAStatusNotAllowComplete', () => w.call('CompletePhysicalConnectionLOA', { InstanceId: c }));
    await w.on('ConfirmPhysicalConnection', c);
    const row = await w.circuit(c);
    equal([row.Status, row.LoaStatus], ['Confirmed', 'Complete'], 'circuit once confirmed');
  });
}

async function letterRefusals(w) {
  await leftToPeople(w, ['letter-review'], async () => {
    const c = await w.create();
    const before = await w.until(c, 'Allocated');
    const { PMName: _, ...nameless } = engineer(3);
    for (const [code, changes] of [
      ['MissingParam.PMInfo', { PMInfo: [engineer(1), engineer(2), nameless] }],
      ['IllegalParam.PmCertificateType', { PMInfo: [engineer(1, { PMCertificateType: 'Library card' })] }],
      ['IllegalParam.LineType', { LineType: 'String' }],
      ['InvalidConstructionTime.Malformed', { ConstructionTime: 'tomorrow' }],
      ['InvalidInstanceId.NotFound', { InstanceId: UNKNOWN_ID }],
    ]) {
      await refused(400, code, () => w.call('ApplyPhysicalConnectionLOA', application(c, changes)));
    }
    await refused(400, 'InvalidInstanceId.NotFound', () => w.foreign('ApplyPhysicalConnectionLOA', application(c)));
    await refused(400, 'IncorrectStatus.PhysicalConnectionLOA', () => letterOf(w, c));
    equal(await w.circuit(c), before, 'circuit after the refusals');
  });
}

async function balance(w) {
  const { Data } = await w.tenant.billing('QueryAccountBalance', {});
  equal(Data.Currency, 'CNY', 'Currency');
  return Math.round(Number(Data.AvailableAmount.replaceAll(',', '')) * 100);
}

async function confirmed(w) {
  const c = await w.create();
  await w.until(c, 'Allocated');
  await w.on('ConfirmPhysicalConnection', c);
  return c;
}

const order = async (w, c, params = {}) => (await w.on('CreatePhysicalConnectionOccupancyOrder', c, params)).Data.OrderId;

async function orderAtOnce(w) {
  const c = await confirmed(w);
  for (const [code, params] of [
    ['InvalidPhysicalConnectionPeriod.Malformed', { Period: 10, PricingCycle: 'Month' }],
    ['InvalidPhysicalConnectionPeriod.Malformed', { Period: 6, PricingCycle: 'Year' }],
    ['InvalidPhysicalConnectionChargeType.Malformed', { InstanceChargeType: 'PostPaid' }],
  ]) {
    await refused(400, code, () => order(w, c, { AutoPay: true, ...params }));
  }
  const before = await balance(w);
  const params = { AutoPay: true, Period: 1, PricingCycle: 'Year', ClientToken: unique('order') };
  const id = await order(w, c, params);
  assert.match(id, /^\d+$/, `OrderId: ${id}`);
  const row = await w.circuit(c);
  equal([row.Status, row.ChargeType, row.HasReservationData], ['Enabled', 'Prepaid', 'false'], 'circuit once paid');
  equal(Number(row.EndTime.slice(0, 4)), Number(row.EnabledTime.slice(0, 4)) + 1, 'a year later');
  const paid = await balance(w);
  assert.ok(paid < before, 'the balance has not fallen');
  equal(await order(w, c, params), id, 'replay');
  equal(await balance(w), paid, 'balance after the replay');
  await refused(400, 'Forbidden.NotAllowedInState', () => order(w, c));
}

async function orderOnAccount(w) {
  await leftToPeople(w, ['settling'], async () => {
    const c = await confirmed(w);
    const id = await order(w, c, { Period: 2 });
    equal((await w.circuit(c)).Status, 'Confirmed', 'Status before it is paid');
    await refused(400, 'INSTANCE.STATUS.NOT.ALLOW', () => order(w, c));
    await w.operate('PayOrder', { OrderId: id });
    const { Status, ChargeType, EndTime } = await w.circuit(c);
    equal([Status, ChargeType], ['Enabled', 'Prepaid'], 'once it is paid');
    await w.operate('RenewPhysicalConnection', { PhysicalConnectionId: c, Period: 1, PricingCycle: 'Year' });
    const [[row]] = await w.list({ PhysicalConnectionId: [c] }, { IncludeReservationData: true });
    equal([row.HasReservationData, row.ReservationOrderType, row.ReservationActiveTime], ['true', 'RENEW', EndTime], 'reservation');
  });
}

export const BUSINESS = [letter, letterRefusals, orderAtOnce, orderOnAccount];
