import { expect, it } from 'vitest';
import { FairSlots } from '../../../core/conversation/mailbox/fair-slots.ts';
import { Mailboxes } from '../../../core/conversation/mailbox/mailboxes.ts';
import { SessionStreams } from '../../../core/conversation/session/session-stream.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock, settled } from '../../kit/index.ts';
import { silentLog } from './rig.ts';

const { signal } = new AbortController();

it('keeps no mailbox of a conversation with nothing to do', async () => {
  const mailboxes = new Mailboxes({
    clock: new FakeClock(),
    log: silentLog,
    maxRunning: 4,
    run: async () => ({ status: 'silent' }),
  });
  for (let index = 0; index < 20; index += 1)
    mailboxes.offer('a', `c${index}`, { turnId: `t${index}`, dueAtMs: 0 }, 'queue');
  expect([mailboxes.size, mailboxes.activeTurns('a')]).toEqual([20, 20]);
  await settled();
  expect([mailboxes.size, mailboxes.activeTurns('a')]).toEqual([0, 0]);
  expect(mailboxes.outcome('a', 't1', signal)).toBeUndefined();
});

it.each([
  ['of its own', new Error('a mistake')],
  ['in a query', Object.assign(new Error('no such column'), { code: 'SQLITE_ERROR' })],
])(
  'tries again what ended by a fault %s, a little later each time, and then leaves it to the next start',
  async (_, fault) => {
    const clock = new FakeClock();
    const tries: number[] = [];
    const mailboxes = new Mailboxes({
      clock,
      log: silentLog,
      maxRunning: 4,
      run: async () => {
        tries.push(clock.now());
        throw fault;
      },
    });
    mailboxes.offer('a', 'c', { turnId: 't', dueAtMs: 0 }, 'queue');
    const outcome = mailboxes.outcome('a', 't', signal);
    await settled();
    expect(tries).toHaveLength(1);
    await clock.advance(999);
    expect(tries).toHaveLength(1);
    await clock.advance(60_000);
    expect(tries).toHaveLength(3);
    expect(await outcome).toEqual({ status: 'failed' });
  },
);

it.each([
  ['the store refuses', 'STO7002'],
  ['the bot does not serve', 'TEN2102'],
  ['a read fails', 'SQLITE_IOERR'],
])(
  'waits for what passes: %s; nobody waits for its outcome any longer, and what comes later is behind it',
  async (_, code) => {
    const clock = new FakeClock();
    const tries: string[] = [];
    let isAway = true;
    const mailboxes = new Mailboxes({
      clock,
      log: silentLog,
      maxRunning: 1,
      run: async ({ turnId }) => {
        tries.push(turnId);
        if (isAway && turnId === 'first') throw Object.assign(new Error('not now'), { code });
        return { status: 'silent' };
      },
    });
    mailboxes.offer('a', 'c', { turnId: 'first', dueAtMs: 0 }, 'queue');
    const outcome = mailboxes.outcome('a', 'first', signal);
    mailboxes.offer('a', 'c', { turnId: 'second', dueAtMs: 0 }, 'queue');
    mailboxes.offer('a', 'elsewhere', { turnId: 'other', dueAtMs: 0 }, 'queue');
    await clock.advance(10_000);
    expect(await outcome).toEqual({ status: 'failed' });
    expect(tries).toContain('other');
    await clock.advance(3_600_000);
    expect(tries).not.toContain('second');
    // Every half minute.
    expect(tries.length).toBeGreaterThan(100);
    expect(tries.length).toBeLessThan(150);
    isAway = false;
    await clock.advance(30_000);
    expect(tries.slice(-2)).toEqual(['first', 'second']);
    expect([mailboxes.size, mailboxes.activeTurns('a')]).toEqual([0, 0]);
  },
);

it('holds up no stop for what is away', async () => {
  const clock = new FakeClock();
  const away = new Mailboxes({
    clock,
    log: silentLog,
    maxRunning: 4,
    run: () => Promise.reject(Object.assign(new Error('not now'), { code: 'TEN2102' })),
  });
  away.offer('a', 'c', { turnId: 't', dueAtMs: 0 }, 'queue');
  await clock.advance(60_000);
  await away.drain(signal);
  expect(away.size).toBe(0);
});

it('says without an alarm that a turn outlasted the drain, and raises one for a fault', async () => {
  const lines: { readonly level: string; readonly fields: object }[] = [];
  const at =
    (level: string) =>
    (_: string, fields: object = {}): void =>
      void lines.push({ level, fields });
  const log = { ...silentLog, info: at('info'), error: at('error') };
  for (const fault of [undefined, new TypeError('a mistake')]) {
    const mailboxes = new Mailboxes({
      clock: new FakeClock(),
      log,
      maxRunning: 4,
      run: ({ signal: ends }) =>
        new Promise((_, reject) => ends.addEventListener('abort', () => reject(fault ?? ends.reason), { once: true })),
    });
    mailboxes.offer('a', 'c', { turnId: 't', dueAtMs: 0 }, 'queue');
    await settled();
    await mailboxes.drain(AbortSignal.abort());
  }
  expect(lines).toEqual([
    { level: 'info', fields: { tenant: 'a', turn: 't' } },
    { level: 'error', fields: { tenant: 'a', turn: 't', again: false, error: expect.any(TypeError) } },
  ]);
});

it('keeps no stream of a session that nobody follows', async () => {
  await using store = await openStore({ path: ':memory:', clock: new FakeClock(), log: silentLog });
  const streams = new SessionStreams(store);
  const leaving = new AbortController();
  const stream = streams.hold('a', 's');
  streams.follow('a', 's', 0, leaving.signal);
  expect(streams.size).toBe(1);
  stream[Symbol.dispose]();
  stream[Symbol.dispose]();
  expect(streams.size).toBe(1);
  leaving.abort();
  expect(streams.size).toBe(0);
});

it('cuts a reader off that has fallen far behind', async () => {
  await using store = await openStore({ path: ':memory:', clock: new FakeClock(), log: silentLog });
  const streams = new SessionStreams(store);
  using held = streams.hold('a', 's');
  const events = streams.follow('a', 's', 'now', signal);
  for (let index = 0; index < 6000; index += 1) held.emit({ type: 'typing', role: 'bot' });
  let read = 0;
  for await (const event of events) read = event.id;
  expect(read).toBe(5001);
});

it('leaves a tenant that fills its share room for the others', async () => {
  const slots = new FairSlots(4, new FakeClock());
  const granted: string[] = [];
  const ask = async (tenantId: string): Promise<void> => {
    await slots.acquire(tenantId);
    granted.push(tenantId);
  };
  for (let index = 0; index < 6; index += 1) void ask('loud');
  void ask('quiet');
  await settled();
  expect(granted).toEqual(['loud', 'loud', 'loud', 'quiet']);
  for (const tenantId of granted.slice()) slots.release(tenantId);
  await settled();
  expect(granted.filter((tenantId) => tenantId === 'loud')).toHaveLength(6);
});

it('gives a tenant that weighs more as many turns for one of another, and others never nothing', async () => {
  const slots = new FairSlots(1, new FakeClock(), { heavy: 3 });
  const granted: string[] = [];
  const ask = async (tenantId: string): Promise<void> => {
    await slots.acquire(tenantId);
    granted.push(tenantId);
  };
  void ask('first');
  for (let index = 0; index < 7; index += 1) for (const tenantId of ['light', 'heavy', 'other']) void ask(tenantId);
  await settled();
  for (let index = 0; index < 11; index += 1) {
    slots.release(granted.at(-1) ?? '');
    await settled();
  }
  expect(granted.slice(1)).toEqual([
    ...['light', 'heavy', 'heavy', 'heavy', 'other'],
    ...['light', 'heavy', 'heavy', 'heavy', 'other'],
    'light',
  ]);
});

it('parts the slots by weight, and fills all that come free at once', async () => {
  const clock = new FakeClock();
  const slots = new FairSlots(20, clock, { heavy: 3 });
  const running = new Map<string, number>();
  const ask = async (tenantId: string): Promise<void> => {
    await slots.acquire(tenantId);
    running.set(tenantId, (running.get(tenantId) ?? 0) + 1);
  };
  const tenants = ['heavy', ...Array.from({ length: 5 }, (_, index) => `t${index}`)];
  for (const tenantId of tenants) void ask(tenantId);
  for (let index = 0; index < 30; index += 1) void ask('heavy');
  for (let index = 0; index < 30; index += 1) void ask('t0');
  await settled();
  // Two shares of 3 in 8, and a quarter at the least.
  expect([...running]).toEqual([['heavy', 15], ...tenants.slice(1).map((tenantId) => [tenantId, 1])]);
  slots.release('t4');
  await settled();
  expect(running.get('t0')).toBe(2);
  // The others are forgotten, so that the two who are left may have more.
  await clock.advance(31_000);
  for (let index = 0; index < 10; index += 1) slots.release('heavy');
  await settled();
  expect([running.get('heavy'), running.get('t0')]).toEqual([23, 4]);
});
