import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BotEvent, Budget, ResolvedBot } from '../../../core/contract/index.ts';
import { FakeClock, seededRandom } from '../../kit/index.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, saying, signal } from './rig.ts';

/** An answer of the rig's models takes 7 + 3 tokens: one euro. */
const price = { input: 100_000, output: 100_000, currency: 'EUR' };
const euros = (amount: number) => ({ amount, currency: 'EUR' });

function botWith(budget: Omit<Budget, 'onExceeded'> & Partial<Budget>, change: Partial<ResolvedBot> = {}): ResolvedBot {
  const bot = makeBot('acme', change);
  return { ...bot, llm: { ...bot.llm, price, fallback: [], budget: { onExceeded: 'handoff', ...budget } } };
}

function exceeded(rig: Rig): readonly Extract<BotEvent, { type: 'budget.exceeded' }>[] {
  return rig.events.filter((event) => event.type === 'budget.exceeded');
}

async function lastTrace(rig: Rig) {
  const turn = rig.events.findLast((event) => event.type === 'turn.completed');
  return turn?.type === 'turn.completed' ? await rig.engine.trace('acme', turn.turn, signal) : undefined;
}

it('asks no model any more when the day has cost what it may, and hands over', async () => {
  let asked = 0;
  const model = fakeModel(async function* () {
    asked += 1;
    yield { type: 'text', text: 'Fine.' };
    yield done;
  });
  await using rig = await makeRig({ tenants: { acme: { bot: botWith({ perDay: euros(2) }), models: [model] } } });
  expect((await (await rig.session()).ask('How are you?')).text).toContain('Fine.');
  expect(exceeded(rig)).toEqual([]);
  expect((await lastTrace(rig))?.cost).toEqual(euros(1));
  await (await rig.session()).ask('How are you?');
  const late = await rig.session();
  expect((await late.ask('How are you?')).text).toContain('I am passing your question to a person.');
  expect(asked).toBe(2);
  expect((await rig.engine.list('acme', {}, signal)).find(({ session }) => session === late.id)?.owner).toBe('human');
  expect(rig.events.find(({ type }) => type === 'handoff.requested')).toMatchObject({ reason: 'budget' });
  expect(await lastTrace(rig)).toMatchObject({ outcome: 'answered', reason: 'CNV5011', usage: { inputTokens: 0 } });
  expect((await lastTrace(rig))?.steps).toContainEqual(
    expect.objectContaining({ name: 'guard', note: 'budget of the day' }),
  );
});

it('tells the operator once, with the turn that spent it', async () => {
  await using rig = await makeRig({ tenants: { acme: { bot: botWith({ perDay: euros(1.5) }) } } });
  for (let visit = 0; visit < 4; visit += 1) await (await rig.session()).ask('How are you?');
  expect(exceeded(rig)).toMatchObject([{ tenantId: 'acme', period: 'day', limit: euros(1.5), spent: euros(2) }]);
});

it('says that it does not know where the definition wants that, and counts no miss', async () => {
  const bot = botWith({ perDay: euros(1), onExceeded: 'unknown' });
  await using rig = await makeRig({ tenants: { acme: { bot } } });
  const session = await rig.session();
  await session.ask('How are you?');
  for (let again = 0; again < 3; again += 1) expect((await session.ask('And now?')).text).toBe('I do not know that.');
  expect(rig.events.some(({ type }) => type === 'handoff.requested')).toBe(false);
  expect(rig.store.forTenant('acme').unanswered.since(0, 10)).toEqual([]);
});

it("says the bot's own words for it", async () => {
  const bot = botWith({ perDay: euros(1), onExceeded: 'unknown' });
  const prompts = { ...bot.prompts, budget: { en: 'Please come back tomorrow.' } };
  await using rig = await makeRig({ tenants: { acme: { bot: { ...bot, prompts } } } });
  const session = await rig.session();
  await session.ask('How are you?');
  expect((await session.ask('And now?')).text).toBe('Please come back tomorrow.');
});

it('begins a new day at midnight of the time zone of the bot, also when the clocks change', async () => {
  // 29 March 2026: in Berlin the day has 23 hours and ends at 22:00 UTC.
  const clock = new FakeClock(Date.UTC(2026, 2, 29, 21, 59));
  await using rig = await makeRig({ clock, tenants: { acme: { bot: botWith({ perDay: euros(1) }) } } });
  await (await rig.session()).ask('How are you?');
  expect((await (await rig.session()).ask('How are you?')).text).toContain('to a person');
  await clock.advance(60_000);
  expect((await (await rig.session()).ask('How are you?')).text).toContain('Fine.');
  expect(rig.store.forTenant('acme').usage.since('')).toMatchObject([
    { day: '2026-03-29', turns: 1, cost: 1, currency: 'EUR' },
    { day: '2026-03-30', turns: 1, cost: 1, currency: 'EUR' },
  ]);
});

it('limits each conversation by itself', async () => {
  const bot = botWith({ perConversation: euros(2), onExceeded: 'unknown' });
  await using rig = await makeRig({ tenants: { acme: { bot } } });
  const session = await rig.session();
  const said: string[] = [];
  for (let turn = 0; turn < 3; turn += 1) said.push((await session.ask('And now?')).text);
  expect(said.map((text) => text.endsWith('Fine.'))).toEqual([true, true, false]);
  expect(exceeded(rig)).toMatchObject([{ period: 'conversation', spent: euros(2) }]);
  expect((await (await rig.session()).ask('How are you?')).text).toContain('Fine.');
});

it('remembers across a restart what was spent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-budget-'));
  try {
    const path = join(folder, 'polyphon.db');
    const tenants = { acme: { bot: botWith({ perDay: euros(1) }) } };
    {
      await using rig = await makeRig({ path, tenants });
      await (await rig.session()).ask('How are you?');
    }
    await using rig = await makeRig({ path, tenants, random: seededRandom(2) });
    expect((await (await rig.session()).ask('How are you?')).text).toContain('to a person');
    expect(exceeded(rig)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('counts a model that took tokens and gave no answer, and the fallback by its own price', async () => {
  const empty = fakeModel(async function* () {
    yield done;
  }, 'dear');
  const bot = botWith({ perDay: euros(100) });
  const llm = { ...bot.llm, fallback: [{ use: 'fake', with: {}, price: { ...price, input: 0, output: 1_000_000 } }] };
  await using rig = await makeRig({
    tenants: { acme: { bot: { ...bot, llm }, models: [empty, fakeModel(saying('Fine.'), 'cheap')] } },
  });
  await (await rig.session()).ask('How are you?');
  expect((await lastTrace(rig))?.cost).toEqual(euros(4));
  const other = await makeRig({ tenants: { acme: { bot, models: [empty] } } });
  await using failing = other;
  await (await failing.session()).ask('How are you?');
  expect(failing.store.forTenant('acme').usage.since('')).toMatchObject([{ model: 'dear', cost: 1 }]);
});

it('keeps the budgets of bots apart, and answers on where no model has a price', async () => {
  const free = botWith({ perDay: euros(0) });
  const { price: _price, ...llm } = free.llm;
  await using rig = await makeRig({
    tenants: { acme: { bot: botWith({ perDay: euros(1) }) }, other: { bot: { ...free, tenantId: 'other', llm } } },
  });
  await (await rig.session()).ask('How are you?');
  expect((await (await rig.session()).ask('How are you?')).text).toContain('to a person');
  expect((await (await rig.session('other')).ask('How are you?')).text).toContain('Fine.');
});

it('a budget of nothing asks no model at all', async () => {
  const bot = botWith({ perDay: euros(0), onExceeded: 'unknown' });
  await using rig = await makeRig({ tenants: { acme: { bot } } });
  expect((await (await rig.session()).ask('How are you?')).text).toContain('I do not know that.');
});
