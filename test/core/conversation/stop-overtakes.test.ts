import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kit/index.ts';
import { done, fakeModel, makeRig, type Rig, settled, signal } from './rig.ts';

const consent = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } } as const;

/** A bot by SMS whose model takes two seconds, and counts how often it was asked. */
async function slowBot(): Promise<Rig & { readonly asked: readonly string[] }> {
  const rig = await makeRig();
  const asked: string[] = [];
  const tenant = rig.tenant('acme');
  tenant.sms = consent;
  tenant.bot = { ...tenant.bot, guardrails: { ...tenant.bot.guardrails, disclosure: 'never' } };
  tenant.bot = { ...tenant.bot, prompts: { ...tenant.bot.prompts, greeting: { en: '' } } };
  tenant.models = [
    fakeModel(async function* ({ messages }) {
      asked.push(messages.map((message) => ('text' in message ? message.text : '')).join(' | '));
      await rig.clock.sleep(2000);
      yield { type: 'text', text: `Answer ${asked.length}.` };
      yield done;
    }),
  ];
  return Object.assign(rig, { asked });
}

const sent = (rig: Rig) => rig.tenant('acme').sent.map(({ text }) => text);

it('answers no question that STOP has overtaken, and asks no model', async () => {
  await using rig = await slowBot();
  const receipt = await rig.sms('What does it cost?');
  await rig.clock.advance(300);
  await rig.sms('STOP');
  await rig.clock.advance(60_000);
  expect(rig.asked).toEqual([]);
  expect(sent(rig)).toEqual([expect.stringContaining('Reply START')]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  const tenant = rig.store.forTenant('acme');
  expect(tenant.inbox.allOpen()).toEqual([]);
  const turnId = receipt?.status === 'stored' ? receipt.turnId : '';
  expect(tenant.turns.byId(turnId)).toMatchObject({ state: 'silent', errorCode: 'CNV5014' });
});

it('lets START not bring it back, and answers what comes after', async () => {
  await using rig = await slowBot();
  await rig.sms('What does it cost?');
  await rig.sms('STOP');
  await rig.sms('START');
  await rig.clock.advance(60_000);
  expect(rig.asked).toEqual([]);
  await rig.sms('And when do you open?');
  await rig.clock.advance(60_000);
  expect(rig.asked).toEqual([expect.stringMatching(/And when do you open\?$/)]);
  expect(sent(rig)).toHaveLength(3);
});

it('ends the turn that runs, with START right behind too', async () => {
  await using rig = await slowBot();
  const receipt = await rig.sms('What does it cost?');
  await rig.clock.advance(1500);
  expect(rig.asked).toHaveLength(1);
  await rig.sms('STOP');
  await rig.sms('START');
  await rig.clock.advance(60_000);
  expect(sent(rig)).toEqual([expect.stringContaining('Reply START'), expect.stringContaining('Reply STOP')]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  const turnId = receipt?.status === 'stored' ? receipt.turnId : '';
  expect(rig.store.forTenant('acme').turns.byId(turnId)).toMatchObject({ state: 'silent', errorCode: 'CNV5014' });
});

it('does so after a restart in between', async () => {
  await using rig = await slowBot();
  await rig.sms('What does it cost?');
  await rig.sms('STOP');
  await rig.engine.recover(['acme'], signal);
  await rig.sms('START');
  await settled();
  await rig.clock.advance(60_000);
  expect(rig.asked).toEqual([]);
});

it('obeys no START that comes late, of before STOP', async () => {
  await using rig = await slowBot();
  const noon = rig.clock.now();
  await rig.clock.advance(60_000);
  await rig.sms('STOP', { sentAt: noon + 20_000 });
  await rig.sms('START', { sentAt: noon + 10_000 });
  await rig.sms('What does it cost?');
  await rig.clock.advance(60_000);
  expect(rig.asked).toEqual([]);
  expect(sent(rig)).toEqual([expect.stringContaining('Reply START')]);
  const [conversation] = rig.store.forTenant('acme').conversations.list({ limit: 1 });
  const said = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  expect(JSON.stringify(said)).toContain('"START"');
});

it('obeys no STOP that comes late, of before START: neither what runs nor what waits ends with it', async () => {
  await using rig = await slowBot();
  const noon = rig.clock.now();
  await rig.clock.advance(60_000);
  await rig.sms('START', { sentAt: noon + 20_000 });
  await rig.sms('What does it cost?');
  await rig.clock.advance(1500);
  await rig.sms('STOP', { sentAt: noon + 10_000 });
  await rig.clock.advance(60_000);
  expect(sent(rig)).toEqual([expect.stringContaining('Reply STOP'), 'Answer 1.']);
});

it.each([
  ['by a clock that was ahead', undefined],
  ['in seconds', 1_795_000_000],
  ['never', Number.NaN],
])('obeys STOP whatever the time that was told of it: %s', async (_, sentAt) => {
  await using rig = await slowBot();
  await rig.sms('START');
  const [conversation] = rig.store.forTenant('acme').conversations.list({ limit: 1 });
  const { contacts } = rig.store.forTenant('acme');
  // An hour ahead of what our clock says now.
  const address = { channel: 'sms', externalId: conversation?.externalId ?? '' };
  contacts.setConsent(address, 'in', rig.clock.now() + 3_600_000);
  await rig.sms('STOP', sentAt === undefined ? {} : { sentAt });
  await rig.clock.advance(1000);
  expect(contacts.hasOptedOut('sms', conversation?.contactId ?? '')).toBe(true);
  expect(sent(rig).at(-1)).toContain('Reply START');
});

describe('by a clock of ours that is wrong', () => {
  const hourMs = 3_600_000;
  const minuteMs = 60_000;

  class SetClock extends FakeClock {
    aheadMs = 0;
    override now(): number {
      return super.now() + this.aheadMs;
    }
    /** By the platform's clock, which is right. */
    told(): { readonly sentAt: number } {
      return { sentAt: super.now() };
    }
  }

  async function listening() {
    const clock = new SetClock();
    const rig = await makeRig({ clock, tenants: { acme: { sms: consent } } });
    const { contacts, conversations } = rig.store.forTenant('acme');
    const hasLeft = () => contacts.hasOptedOut('sms', conversations.list({ limit: 1 })[0]?.contactId ?? '');
    return Object.assign(rig, { clock, hasLeft });
  }

  it('holds STOP where the clock has been set back since START', async () => {
    await using rig = await listening();
    await rig.sms('START', rig.clock.told());
    rig.clock.aheadMs = -hourMs;
    await rig.clock.advance(minuteMs);
    await rig.sms('STOP', rig.clock.told());
    expect(rig.hasLeft()).toBe(true);
    await rig.clock.advance(minuteMs);
    await rig.sms('START', rig.clock.told());
    expect(rig.hasLeft()).toBe(false);
  });

  it('lets a late START of before STOP not hold, while the clock is behind nor when it is right again', async () => {
    await using rig = await listening();
    rig.clock.aheadMs = -hourMs;
    const late = rig.clock.told();
    await rig.clock.advance(minuteMs);
    await rig.sms('STOP', rig.clock.told());
    await rig.sms('START', late);
    expect(rig.hasLeft()).toBe(true);
    rig.clock.aheadMs = 0;
    await rig.sms('START', late);
    expect(rig.hasLeft()).toBe(true);
  });

  it.each([
    ['ahead, and put right', hourMs, 0],
    ['right, and set back', 0, -hourMs],
  ])('holds STOP behind a START without a time, by a clock that was %s', async (_, before, after) => {
    await using rig = await listening();
    rig.clock.aheadMs = before;
    await rig.sms('START');
    rig.clock.aheadMs = after;
    await rig.clock.advance(minuteMs);
    await rig.sms('STOP', rig.clock.told());
    expect(rig.hasLeft()).toBe(true);
  });

  it('holds STOP in doubt, where START is dated ahead of our clock', async () => {
    await using rig = await listening();
    const late = rig.clock.told();
    await rig.clock.advance(minuteMs);
    rig.clock.aheadMs = -hourMs;
    await rig.sms('START', rig.clock.told());
    await rig.sms('STOP', late);
    expect(rig.hasLeft()).toBe(true);
  });
});
